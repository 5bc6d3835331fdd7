package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// place is a municipality with a main area and a village, and the ids of these.
func place(t *testing.T, s *storage.Store) (main, village int64) {
	t.Helper()
	write(t, s, func(tx *storage.Tx) error {
		err := tx.Import(storage.Structure{
			Teams: []storage.TeamEntry{{Name: "Bollenstreek"}},
			Municipalities: []storage.MunicipalityEntry{{
				Name: "Teylingen", Team: "Bollenstreek", Areas: []storage.AreaEntry{{Name: "Teylingen"}, {Name: "Sassenheim"}},
			}},
		})
		if err != nil {
			return err
		}
		for name, id := range map[string]*int64{"Teylingen": &main, "Sassenheim": &village} {
			found, err := tx.FindAreas(name)
			if err != nil {
				return err
			}
			*id = found[0].ID
		}
		return nil
	})
	return main, village
}

func group(tx *storage.Tx, address string, area int64) (storage.Chat, error) {
	c, err := tx.EnsureChat(messages.Address{Platform: "telegram", Account: "1", Chat: address}, messages.Group, "Beheerders", noon)
	if err != nil {
		return c, err
	}
	return c, tx.LinkChat(c.ID, area, "", noon)
}

func TestHostsReadForAreasWithoutAGroup(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		main, village := place(t, s)
		hosts := func(want map[int64]int64, unreached int) func(*storage.Tx) error {
			return func(tx *storage.Tx) error {
				got, err := tx.Hosts()
				if err != nil {
					return err
				}
				missed, err := tx.Unreached(main, village)
				if err != nil || fmt.Sprint(got) != fmt.Sprint(want) || len(missed) != unreached {
					return fmt.Errorf("hosts %v, want %v; %d unreached, want %d: %w", got, want, len(missed), unreached, err)
				}
				return nil
			}
		}
		write(t, s, hosts(map[int64]int64{}, 2))
		write(t, s, func(tx *storage.Tx) error { _, err := group(tx, "-1", main); return err })
		write(t, s, hosts(map[int64]int64{main: main, village: main}, 0))
		write(t, s, func(tx *storage.Tx) error { _, err := group(tx, "-2", village); return err })
		write(t, s, hosts(map[int64]int64{main: main, village: village}, 0))
		write(t, s, func(tx *storage.Tx) error {
			c, err := group(tx, "-1", main)
			if err != nil {
				return err
			}
			return tx.ChatGone(c.ID, noon)
		})
		write(t, s, hosts(map[int64]int64{village: village}, 1))
	})
}

func TestNotesWaitUntilASummaryTellsThem(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		main, village := place(t, s)
		write(t, s, func(tx *storage.Tx) error {
			both, err := tx.AddNote(storage.Note{Text: "overal", CreatedAt: noon.UnixMilli()}, []int64{main, village})
			if err != nil {
				return err
			}
			one, err := tx.AddNote(storage.Note{Text: "hier", CreatedAt: noon.UnixMilli()}, []int64{main})
			if err != nil {
				return err
			}
			week := storage.WeeklySummary{AreaID: main, UntilAt: noon.UnixMilli(), State: storage.SummaryPosted, CreatedAt: noon.UnixMilli()}
			for _, want := range []bool{true, false} {
				if added, err := tx.AddSummary(week, []int64{main}); err != nil || added != want {
					return fmt.Errorf("summary added: %v, want %v: %w", added, want, err)
				}
			}
			waiting, err := tx.WaitingNotes([]int64{main, village}, noon)
			if err != nil || len(waiting) != 1 || waiting[0].Text != "overal" || waiting[0].AreaID != village {
				return fmt.Errorf("waiting: %v: %w", waiting, err)
			}
			if noted, err := tx.NotedAreas(noon); err != nil || !slices.Equal(noted, []int64{village}) {
				return fmt.Errorf("noted: %v: %w", noted, err)
			}
			if noted, err := tx.NotedAreas(noon.Add(time.Second)); err != nil || len(noted) != 0 {
				return fmt.Errorf("noted later: %v: %w", noted, err)
			}
			for note, want := range map[int64]bool{both.ID: true, one.ID: false} {
				if dropped, err := tx.DropNote(note); err != nil || dropped != want {
					return fmt.Errorf("note %d dropped: %v, want %v: %w", note, dropped, want, err)
				}
			}
			if n, err := tx.Note(both.ID); err != nil || n.Text != "overal" { // one summary has it
				return fmt.Errorf("note: %v, %w", n, err)
			}
			last, err := tx.LastSummaries()
			if err != nil || !last[main].Equal(noon) || len(last) != 1 {
				return fmt.Errorf("last: %v, %w", last, err)
			}
			gone, err := tx.AddNote(storage.Note{Text: "weg", CreatedAt: noon.UnixMilli()}, []int64{main})
			if err != nil {
				return err
			}
			if dropped, err := tx.DropNote(gone.ID); err != nil || !dropped {
				return fmt.Errorf("dropped: %v, %w", dropped, err)
			}
			if _, err := tx.Note(gone.ID); !errors.Is(err, storage.ErrNotFound) {
				return fmt.Errorf("a note that was dropped: %w", err)
			}
			return nil
		})
	})
}

func TestToldSince(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		main, village := place(t, s)
		send := func(tx *storage.Tx, at time.Time, areas ...int64) (int64, error) {
			a, err := tx.AddAlert(storage.Alert{AreaID: main, Kind: "warning", What: "x", Place: "y", Reach: "area", State: storage.AlertSent, CreatedAt: at.UnixMilli()})
			if err != nil {
				return 0, err
			}
			v := storage.Variant{Platform: "telegram", Language: "nl"}
			texts, err := tx.StoreText(a.Cause(), v, []messages.Part{{Body: messages.Rich{{Text: "x"}}}})
			if err != nil {
				return 0, err
			}
			_, err = tx.FanOut(storage.Post{Cause: a.Cause(), Priority: storage.Urgent, Now: at}, storage.AdminGroups(areas), v, "nl", texts)
			return a.ID, err
		}
		write(t, s, func(tx *storage.Tx) error {
			for i, area := range []int64{main, village, village} { // two groups of one area
				if _, err := group(tx, fmt.Sprint(-1-i), area); err != nil {
					return err
				}
			}
			old := noon.Add(-10 * 24 * time.Hour)
			var ids []int64
			for _, a := range []struct {
				at    time.Time
				areas []int64
			}{{old, []int64{main}}, {old, []int64{main}}, {old, []int64{main}}, {noon, []int64{main, village}}} {
				id, err := send(tx, a.at, a.areas...)
				if err != nil {
					return err
				}
				ids = append(ids, id)
			}
			if err := tx.OpenFollowUp(ids[1], noon, noon, noon); err != nil { // the first is over, the second open, the third ends now
				return err
			}
			if _, err := tx.AddOutcome(storage.AlertOutcome{AlertID: ids[2], Template: "over", CreatedAt: noon.UnixMilli()}); err != nil {
				return err
			}
			if _, err := tx.AddOutcome(storage.AlertOutcome{AlertID: ids[1], Kind: storage.Interim, Text: "x", CreatedAt: noon.UnixMilli()}); err != nil {
				return err
			}
			for _, c := range []struct {
				areas []int64
				want  string
			}{
				{nil, fmt.Sprintf("[{%d 2 old 0 noon true} {%d 3 old noon 0 false} {%d 4 noon 0 0 false} {%d 4 noon 0 0 false}]", main, main, main, village)},
				{[]int64{village}, fmt.Sprintf("[{%d 4 noon 0 0 false}]", village)},
			} {
				told, err := tx.ToldSince(noon.Add(-time.Hour), c.areas...)
				if err != nil {
					return err
				}
				var got []string
				word := map[int64]string{0: "0", old.UnixMilli(): "old", noon.UnixMilli(): "noon"}
				for _, a := range told {
					got = append(got, fmt.Sprintf("{%d %d %s %s %s %v}", a.AreaID, a.Number, word[a.SentAt], word[a.EndedAt], word[a.NewsAt], a.Open))
				}
				if fmt.Sprint(got) != c.want {
					return fmt.Errorf("told %v, want %s", got, c.want)
				}
			}
			return nil
		})
	})
}

func TestSkipsAndPreviews(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		main, village := place(t, s)
		write(t, s, func(tx *storage.Tx) error {
			for range 2 {
				if err := tx.SkipSummary(main, noon); err != nil {
					return err
				}
			}
			if err := errors.Join(tx.SkipSummary(village, noon), tx.KeepSummary(main)); err != nil {
				return err
			}
			if got, err := tx.SkippedSummaries(); err != nil || fmt.Sprint(got) != fmt.Sprint(map[int64]bool{village: true}) {
				return fmt.Errorf("skipped: %v, %w", got, err)
			}
			if err := tx.DropSkips(); err != nil {
				return err
			}
			if got, err := tx.SkippedSummaries(); err != nil || len(got) != 0 {
				return fmt.Errorf("skipped: %v, %w", got, err)
			}
			account, err := tx.Account("telegram", "1")
			if err != nil {
				return err
			}
			p, err := tx.EnsurePerson(account, messages.Sender{ID: "7", Name: "Omar"}, nil, noon)
			if err != nil {
				return err
			}
			teams, err := tx.Teams()
			if err != nil {
				return err
			}
			for _, scope := range []storage.Scope{{AreaID: &village}, {TeamID: &teams[0].ID}} {
				if err := tx.GrantRole(storage.Role{PersonID: p.ID, Role: storage.OpCo, Scope: scope, GrantedAt: 1}); err != nil {
					return err
				}
			}
			both := []int64{min(main, village), max(main, village)}
			if got, err := tx.ToPreview(noon, storage.Officer, storage.OpCo); err != nil || !slices.Equal(got[p.ID], both) {
				return fmt.Errorf("to preview: %v, %w", got, err)
			}
			if err := errors.Join(tx.Previewed(p.ID, noon.Add(-time.Hour)), tx.Previewed(p.ID, noon)); err != nil {
				return err
			}
			if got, err := tx.ToPreview(noon, storage.OpCo); err != nil || len(got) != 0 {
				return fmt.Errorf("shown already: %v, %w", got, err)
			}
			if got, err := tx.ToPreview(noon.Add(time.Hour), storage.OpCo); err != nil || len(got) != 1 {
				return fmt.Errorf("the next: %v, %w", got, err)
			}
			return nil
		})
	})
}
