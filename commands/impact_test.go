package commands

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

func amsterdam(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestMonthsBack(t *testing.T) {
	zone := amsterdam(t)
	for _, c := range []struct {
		now    string
		months int
		want   string
	}{
		{"2018-05-07", 1, "2018-04-07"},
		{"2018-05-31", 1, "2018-04-30"},
		{"2018-05-31", 3, "2018-02-28"},
		{"2018-01-15", 3, "2017-10-15"},
		{"2020-02-29", 12, "2019-02-28"},
	} {
		now, err := time.ParseInLocation(time.DateOnly, c.now, zone)
		if err != nil {
			t.Fatal(err)
		}
		got := monthsBack(now.Add(13*time.Hour), c.months)
		if got.Format(time.DateTime) != c.want+" 00:00:00" {
			t.Errorf("%d months before %s is %v, want %s", c.months, c.now, got, c.want)
		}
	}
}

func TestPercentagesOfFewAlertsAreNotTold(t *testing.T) {
	for _, c := range []struct {
		alerts, tipped int
		id             string
		percent        int
	}{{4, 2, "impact.line.few", 0}, {5, 2, "impact.line", 40}, {8, 3, "impact.line", 38}, {6, 2, "impact.line", 33}, {7, 0, "impact.line", 0}, {9, 9, "impact.line", 100}} {
		all := make([]storage.Measured, c.alerts)
		for i := range c.tipped {
			all[i].Calls = 1 + i // several tips for one alert count once
		}
		s := shareOf(messages.Verbatim("x"), all)
		if line := s.line(); line.ID != c.id || c.id == "impact.line" && line.Values["Percent"] != c.percent {
			t.Errorf("%d of %d is told as %+v", c.tipped, c.alerts, line)
		}
		chart := impact{all: all, months: 1}.chart(messages.Verbatim("x"), []share{s})
		if (chart != nil) != s.enough() {
			t.Errorf("%d alerts have the chart %+v", c.alerts, chart)
		}
	}
}

func TestMedianTimeToOutcome(t *testing.T) {
	hours := func(all ...int64) (out []storage.Measured) {
		for _, h := range all {
			m := storage.Measured{}
			if m.CreatedAt = 1000; h > 0 {
				m.ClosedAt = 1000 + h*time.Hour.Milliseconds()
			}
			out = append(out, m)
		}
		return out
	}
	for _, c := range []struct {
		all  []storage.Measured
		want time.Duration
		ok   bool
	}{
		{hours(1, 2, 3, 4), 0, false},
		{hours(1, 2, 3, 4, 0, 0), 0, false},
		{hours(9, 1, 3, 2, 100), 3 * time.Hour, true},
		{hours(9, 1, 3, 2, 100, 5, 0), 4 * time.Hour, true},
	} {
		if got, ok := (impact{all: c.all}).median(); got != c.want || ok != c.ok {
			t.Errorf("the median is %v (%v), want %v (%v)", got, ok, c.want, c.ok)
		}
	}
}

func TestMonthsAreThoseOfTheReader(t *testing.T) {
	zone := amsterdam(t)
	m := impact{months: 3, until: time.Date(2018, 6, 7, 12, 0, 0, 0, zone)}
	for _, at := range []time.Time{
		time.Date(2018, 5, 1, 12, 0, 0, 0, zone), time.Date(2018, 5, 31, 21, 59, 0, 0, time.UTC), time.Date(2018, 5, 31, 22, 0, 0, 0, time.UTC),
	} {
		a := storage.Measured{}
		a.CreatedAt = at.UnixMilli()
		m.all = append(m.all, a)
	}
	var counts []int
	for _, s := range m.byMonth() {
		counts = append(counts, s.alerts)
	}
	if !slices.Equal(counts, []int{2, 1}) {
		t.Errorf("the months have %v alerts", counts)
	}
	if m.months = 1; m.byMonth() != nil {
		t.Error("one month is told month by month")
	}
}

// TestFiguresOfANeighbourAreNotToldHere has an alert with a tip next door.
func TestFiguresOfANeighbourAreNotToldHere(t *testing.T) {
	e, s := bench(t)
	now := time.Date(2018, 5, 7, 12, 0, 0, 0, time.UTC)
	err := s.Write(t.Context(), func(tx *storage.Tx) error {
		if err := tipNextDoor(tx, now); err != nil {
			return err
		}
		for place, want := range map[string]int{"area Hillegom": 1, "municipality Hillegom": 1, "team Noord": 1, "district Kennemerland": 1, "district Leiden-Bollenstreek": 0, "area Lisse": 0, "municipality Lisse": 0, "team Zuid": 0} {
			kind, name, _ := strings.Cut(place, " ")
			scope, _, err := FindScope(tx, kind, name)
			if err != nil {
				return err
			}
			turn, err := holderOf(e, tx, storage.Portfolio, scope, now)
			if err != nil {
				return err
			}
			m, err := turn.impact(1)
			if err != nil {
				return err
			}
			if len(m.all) != want || m.alerts["found"] != want || m.others["useful"] != want || m.scope != name {
				t.Errorf("%s has %d alerts, %v and %v, of %s", place, len(m.all), m.alerts, m.others, m.scope)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// tipNextDoor puts one alert with a tip, and a tip without an alert, into Hillegom.
func tipNextDoor(tx *storage.Tx, now time.Time) error {
	found, err := tx.FindAreas("Hillegom")
	if err != nil {
		return err
	}
	area := found[0].ID
	a, err := tx.AddAlert(storage.Alert{AreaID: area, Kind: "missing", CreatedAt: now.UnixMilli()})
	if err != nil {
		return err
	}
	if err := tx.OpenFollowUp(a.ID, now, now, now); err != nil {
		return err
	}
	_, err = tx.AddCall(storage.Call{AlertID: &a.ID, AreaID: area, Result: "found", CreatedAt: now.UnixMilli()})
	if err != nil {
		return err
	}
	_, err = tx.AddCall(storage.Call{AreaID: area, Result: "useful", CreatedAt: now.UnixMilli()})
	return err
}
