package commands_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands"
	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// summaries are those among what was heard that a group got.
func summaries(heard []commandstest.Heard) (out []string) {
	for _, h := range heard {
		if h.Group && strings.HasPrefix(h.Text, "Weekoverzicht") {
			out = append(out, h.Chat+": "+h.Text)
		}
	}
	return out
}

// previews are the previews among what was heard.
func previews(heard []commandstest.Heard) (out []commandstest.Heard) {
	for _, h := range heard {
		if !h.Group && strings.Contains(h.Text, "Weekoverzicht van") {
			out = append(out, h)
		}
	}
	return out
}

func lisse(t *testing.T, change ...func(*commands.Settings)) (*commandstest.Town, *commandstest.Person, *commandstest.Group) {
	t.Helper()
	town := commandstest.New(t, change...)
	group := town.AdminGroup("Lisse")
	return town, town.Person("ria").WithRole(storage.Officer, "area Lisse"), group
}

func every(spec string) func(*commands.Settings) {
	return func(s *commands.Settings) { s.Weekly = spec }
}

// day is a moment of 2018 at Amsterdam's wall time.
func day(town *commandstest.Town, month time.Month, day, hour, minute int) time.Time {
	return time.Date(2018, month, day, hour, minute, 0, 0, town.Now.Location())
}

func TestSummaryComesOnMondayOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := commandstest.On(t, s)
		group := town.AdminGroup("Lisse")
		ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
		ria.Says(warning)
		ria.Says("/note Koffie op donderdag")
		if got := town.ForwardTo(day(town, 5, 14, 8, 59)); len(summaries(got)) != 0 || len(previews(got)) != 1 {
			t.Errorf("before Monday at nine: %s", commandstest.Text(got))
		}
		if got := summaries(town.Forward(time.Minute)); len(got) != 1 {
			t.Errorf("at nine: %q", got)
		}
		group.Hears("Waarschuwing voor Lisse", "Fietsendieven actief", "Nog niet bekend", "Koffie op donderdag", "Tip van deze week", "112", "0900-8844")
		ria.Says("/feedback 1; 2; 1")
		town.ForwardTo(day(town, 5, 21, 9, 0))
		group.Hears("Weekoverzicht", "Eerder gemeld, en nu afgelopen", "voorbij")
		if got := summaries(town.Forward(14 * 24 * time.Hour)); len(got) != 0 {
			t.Errorf("nothing happened, and yet: %q", got)
		}
	})
}

func TestWhatStaysOpenIsToldOnceAWeek(t *testing.T) {
	town, ria, group := lisse(t, every("0 18 * * *"))
	ria.Says(warning)
	if got := summaries(town.Forward(15 * 24 * time.Hour)); len(got) != 3 { // the first day, and twice a week later
		t.Errorf("in 15 days %d summaries: %q", len(got), got)
	}
	group.Hears("Eerder gemeld, en nog open", "Fietsendieven")
}

func TestPostedByHandMondayTellsWhatCameAfter(t *testing.T) {
	town, ria, group := lisse(t)
	ria.Says("/note Van vrijdag")
	town.ForwardTo(day(town, 5, 11, 16, 0))
	ria.Says("/weekly post")
	group.Hears("Van vrijdag")
	if got := summaries(ria.Says("/weekly post")); len(got) != 0 {
		t.Errorf("posted twice: %q", got)
	}
	ria.Says("/note Van zaterdag")
	got := strings.Join(summaries(town.ForwardTo(day(town, 5, 14, 9, 0))), "\n")
	if !strings.Contains(got, "Van zaterdag") || strings.Contains(got, "Van vrijdag") {
		t.Errorf("on Monday: %s", got)
	}
}

func TestEveryTenSecondsIfThereIsNews(t *testing.T) {
	town, ria, group := lisse(t, every("@every 10s"))
	town.Forward(time.Minute)
	ria.Says(warning)
	if got := summaries(town.Forward(10 * time.Second)); len(got) != 1 {
		t.Errorf("after 10 s: %q", got)
	}
	if got := summaries(town.Forward(time.Minute)); len(got) != 0 {
		t.Errorf("no news, and yet: %q", got)
	}
	for i := range 3 {
		ria.Says(fmt.Sprintf("/note Regel %d", i))
		got := town.Forward(10 * time.Second)
		if len(summaries(got)) != 1 || len(previews(got)) != 0 {
			t.Errorf("note %d: %s", i, commandstest.Text(got))
		}
		group.Hears(fmt.Sprintf("Regel %d", i))
	}
}

func TestMissedByARestart(t *testing.T) {
	for _, c := range []struct {
		name string
		back time.Duration // after Monday at nine
		want int
	}{{"three hours later", 3 * time.Hour, 1}, {"a day later", 24 * time.Hour, 1}, {"two days later", 48 * time.Hour, 0}} {
		t.Run(c.name, func(t *testing.T) {
			town, ria, group := lisse(t)
			ria.Says("/note Koffie op donderdag")
			town.ForwardTo(day(town, 5, 13, 12, 0))
			town.Now = day(town, 5, 14, 9, 0).Add(c.back)
			if got := summaries(town.Forward(time.Minute)); len(got) != c.want {
				t.Errorf("posted %d times: %q", len(got), got)
			}
			if got := summaries(town.ForwardTo(day(town, 5, 21, 9, 0))); len(got) != 1-c.want {
				t.Errorf("a week later: %q", got)
			}
			group.Hears("Koffie op donderdag")
		})
	}
}

func TestMissedOftenIsPostedOnce(t *testing.T) {
	for _, spec := range []string{"@every 10s", "@every 12h", "0 * * * *"} {
		town, ria, _ := lisse(t, every(spec))
		ria.Says("/note Koffie op donderdag")
		town.Forward(0)
		town.Now = town.Now.Add(50 * time.Hour)
		if got := summaries(town.Forward(time.Minute)); len(got) != 1 {
			t.Errorf("%s: %q", spec, got)
		}
	}
}

func TestPlannedOnceWhenTheClockChanges(t *testing.T) {
	for _, c := range []struct {
		spec       string
		month      time.Month
		day        int
		hour       int // at which it comes
		wallBefore int
	}{
		{"30 2 * * SUN", 3, 25, 3, 1}, // 02:30 does not exist
		{"30 2 * * SUN", 10, 28, 3, 1},
		{"0 9 * * SUN", 3, 25, 9, 8},
		{"0 9 * * SUN", 10, 28, 9, 8},
	} {
		t.Run(fmt.Sprintf("%s in month %d", c.spec, c.month), func(t *testing.T) {
			town, ria, group := lisse(t, every(c.spec))
			town.Now = day(town, c.month, c.day-1, 12, 0)
			ria.SaysIn(group, "/quiet off")
			ria.Says("/note Koffie op donderdag")
			if got := summaries(town.ForwardTo(day(town, c.month, c.day, c.wallBefore, 59))); len(got) != 0 {
				t.Errorf("too early: %q", got)
			}
			got := town.ForwardTo(day(town, c.month, c.day, c.hour, 0))
			if len(summaries(got)) != 1 {
				t.Errorf("at %d:00: %s", c.hour, commandstest.Text(got))
			}
			ria.Says("/note Nog een keer")
			got = town.ForwardTo(day(town, c.month, c.day+7, c.hour-1, 59))
			if len(summaries(got)) != 0 || len(previews(got)) != 1 {
				t.Errorf("before the week after: %s", commandstest.Text(got))
			}
			if got := summaries(town.Forward(time.Hour)); len(got) != 1 {
				t.Errorf("the week after: %q", got)
			}
		})
	}
}

func TestHourlyGoesOnWhenTheClockChanges(t *testing.T) {
	for _, c := range []struct{ month, day int }{{3, 25}, {10, 28}} {
		town, ria, group := lisse(t, every("0 * * * *"))
		town.Now = day(town, time.Month(c.month), c.day-1, 23, 30)
		ria.SaysIn(group, "/quiet off")
		posted := 0
		for end := day(town, time.Month(c.month), c.day, 23, 30); town.Now.Before(end); {
			ria.Says("/note Er is iets")
			posted += len(summaries(town.Forward(30 * time.Minute)))
		}
		if posted != 23 { // every hour of the clock but two
			t.Errorf("%d-%d: posted %d times", c.month, c.day, posted)
		}
	}
}

func TestNoPreviewOnAShortSchedule(t *testing.T) {
	for spec, want := range map[string]int{"0 9 * * *": 0, "0 9 * * MON,TUE": 0, "0 9 */2 * *": 0, "@every 47h30m": 1, "0 9 * * MON,THU": 1, "0 6 * * FRI": 1} {
		town, ria, _ := lisse(t, every(spec))
		ria.Says("/note Koffie op donderdag")
		if got := previews(town.Forward(5 * 24 * time.Hour)); len(got) != want {
			t.Errorf("%s: %d previews", spec, len(got))
		}
	}
}

func TestPreviewDoesNotWakeUp(t *testing.T) {
	town, ria, _ := lisse(t, every("0 5 * * FRI"))
	ria.Says("/note Koffie op donderdag")
	if got := previews(town.ForwardTo(day(town, 5, 10, 6, 59))); len(got) != 0 {
		t.Errorf("at night: %v", got)
	}
	if got := previews(town.Forward(time.Minute)); len(got) != 1 {
		t.Errorf("at seven: %v", got)
	}
}

func TestScheduleThatChangesIsPlannedAnew(t *testing.T) {
	town, ria, _ := lisse(t)
	ria.Says("/note Koffie op donderdag")
	town.Forward(time.Hour)
	ria.Says("/weekly skip")
	settings := commandstest.Settings(t)
	settings.Weekly = "0 10 * * TUE"
	other := commands.New(commands.Config{Catalog: town.Engine.Catalog, Settings: settings, Limits: commandstest.Limits})
	town.Engine = other
	if got := summaries(town.ForwardTo(day(town, 5, 8, 12, 0))); len(got) != 0 {
		t.Errorf("the skipped one came: %q", got)
	}
	ria.Says("/note Nog een keer")
	if got := summaries(town.ForwardTo(day(town, 5, 15, 12, 0))); len(got) != 1 {
		t.Errorf("a week later: %q", got)
	}
}

func TestTwoProcessesPostOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := commandstest.On(t, s)
		town.AdminGroup("Lisse")
		ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
		ria.Says("/note Koffie op donderdag")
		town.ForwardTo(day(town, 5, 14, 8, 59))
		at := day(town, 5, 14, 9, 0)
		errs := make(chan error)
		for range 2 {
			go func() {
				for _, j := range town.Engine.Jobs() {
					if err := s.Write(context.Background(), func(tx *storage.Tx) error { return j.Run(context.Background(), tx, at) }); err != nil {
						errs <- err
						return
					}
				}
				errs <- nil
			}()
		}
		for range 2 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		if got := summaries(town.ForwardTo(at.Add(time.Minute))); len(got) != 1 {
			t.Errorf("posted %d times", len(got))
		}
	})
}

func TestWhoseSummaryFailedToArriveHearsOfIt(t *testing.T) {
	town, ria, _ := lisse(t)
	ria.Says("/note Koffie op donderdag")
	ria.Says("/weekly post")
	town.Write(func(tx *storage.Tx) error {
		c, err := tx.FindChat(messages.Address{Platform: "telegram", Account: "1000", Chat: "-100"})
		if err != nil {
			return err
		}
		d, err := tx.DeliveryOf(c.ID, town.Last("Beheerders Lisse").ID)
		if err != nil {
			return err
		}
		return town.Engine.Failed(context.Background(), tx, d, town.Now)
	})
	town.Forward(0)
	ria.Hears("Het weekoverzicht is niet aangekomen", "Beheerders Lisse")
}
