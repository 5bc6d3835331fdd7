package storage_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

func TestOutcomeShare(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		areas := district(t, s)
		area := areas["Bergen"].ID
		write(t, s, func(tx *storage.Tx) error {
			for _, a := range []struct {
				storage.Alert
				followed, told bool
			}{
				{storage.Alert{CreatedAt: noon.UnixMilli()}, true, true},
				{storage.Alert{CreatedAt: noon.UnixMilli()}, true, false},
				{storage.Alert{CreatedAt: noon.UnixMilli()}, false, false},                              // can have none
				{storage.Alert{CreatedAt: noon.UnixMilli(), Drill: true}, true, true},                   // a drill
				{storage.Alert{CreatedAt: noon.Add(-48 * time.Hour).UnixMilli()}, true, true},           // before
				{storage.Alert{CreatedAt: noon.UnixMilli(), State: storage.AlertWithdrawn}, true, true}, // taken back
			} {
				a.AreaID, a.Kind, a.Reach = area, "warning", "area"
				stored, err := tx.AddAlert(a.Alert)
				if err == nil && a.followed {
					err = tx.OpenFollowUp(stored.ID, noon, noon, noon)
				}
				if err == nil && a.told {
					_, err = tx.CloseFollowUp(stored.ID, noon)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		read(t, s, func(tx *storage.Tx) error {
			alerts, told, err := tx.OutcomeShare([]int64{area}, noon.Add(-time.Hour))
			none, _, err2 := tx.OutcomeShare([]int64{area + 1000}, noon.Add(-time.Hour))
			if alerts != 2 || told != 1 || none != 0 {
				t.Errorf("%d alerts, %d told, elsewhere %d; want 2, 1 and 0", alerts, told, none)
			}
			return errors.Join(err, err2)
		})
	})
}

func TestAFollowUpIsHandedOver(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		areas := district(t, s)
		bergen, egmond := areas["Bergen"].ID, areas["Egmond"].ID
		author, colleague := person(t, s, "7"), person(t, s, "8")
		write(t, s, func(tx *storage.Tx) error {
			a, err := tx.AddAlert(storage.Alert{AreaID: bergen, Kind: "warning", Reach: "area", PersonID: &author.ID, CreatedAt: noon.UnixMilli()})
			if err != nil {
				return err
			}
			if err := tx.OpenFollowUp(a.ID, noon, noon, noon); err != nil {
				return err
			}
			if _, err := tx.HandOver(a.ID, colleague.ID, noon); err != nil {
				return err
			}
			if a, err = tx.Alert(a.ID); err != nil || a.HolderID == nil || len(a.Tellers()) != 2 || a.Tellers()[0] != colleague.ID {
				t.Errorf("the outcome is asked of %v", a.Tellers())
			}
			if err := tx.SaveAlert(a); err != nil { // writes nothing of the follow-up
				return err
			}
			if traces, err := tx.TracesOf(colleague.ID); err != nil || traces.Handed != 1 {
				t.Errorf("%d are known as handed over: %v", traces.Handed, err)
			}
			mine, err := tx.OpenAlerts([]int64{egmond}, []int64{colleague.ID})
			others, err2 := tx.OpenAlerts([]int64{egmond}, []int64{author.ID})
			if len(mine) != 1 || len(others) != 0 {
				t.Errorf("open for the colleague are %d, for the author elsewhere %d", len(mine), len(others))
			}
			if err := errors.Join(err, err2, tx.Forget(colleague.ID, messages.Inbound{ID: "1"}, noon)); err != nil {
				return err
			}
			if a, err = tx.Alert(a.ID); a.HolderID != nil || len(a.Tellers()) != 1 || !a.Open() {
				t.Errorf("after the colleague was erased it is asked of %v", a.Tellers())
			}
			_, err2 = tx.CloseFollowUp(a.ID, noon)
			open, err3 := tx.HandOver(a.ID, author.ID, noon)
			if open {
				t.Error("what is closed was handed over")
			}
			return errors.Join(err, err2, err3)
		})
	})
}

func TestColleaguesAreOfTheTeam(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		areas := district(t, s) // Bergen and Schoorl are the North's, Egmond the South's, Castricum nobody's
		bergen, schoorl, egmond, castricum := areas["Bergen"], areas["Schoorl"], areas["Egmond"], areas["Castricum"]
		holds := map[string]storage.Scope{
			"1": {AreaID: &bergen.ID}, "2": {AreaID: &schoorl.ID}, "3": {TeamID: bergen.TeamID}, "4": {AreaID: &egmond.ID}, "5": {AreaID: &castricum.ID},
		}
		ids := map[string]int64{}
		for user := range holds {
			ids[user] = person(t, s, user).ID
		}
		keeper := person(t, s, "9").ID
		write(t, s, func(tx *storage.Tx) error {
			for user, scope := range holds {
				if err := tx.GrantRole(storage.Role{PersonID: ids[user], Role: storage.Officer, Scope: scope, GrantedAt: 1}); err != nil {
					return err
				}
			}
			return tx.GrantRole(storage.Role{PersonID: keeper, Role: storage.Keeper, Scope: storage.Scope{AreaID: &bergen.ID}, GrantedAt: 1})
		})
		read(t, s, func(tx *storage.Tx) error {
			for area, want := range map[int64][]string{bergen.ID: {"1", "2", "3"}, egmond.ID: {"4"}, castricum.ID: {"5"}} {
				var expected []int64
				for _, user := range want {
					expected = append(expected, ids[user])
				}
				slices.Sort(expected)
				got, err := tx.Colleagues([]int64{area}, storage.Officer, storage.OpCo)
				if err != nil || !slices.Equal(got, expected) {
					t.Errorf("colleagues in area %d are %v, want %v: %v", area, got, expected, err)
				}
			}
			return nil
		})
	})
}

func TestWhatWaitsForADayOffPutsTheEscalationOff(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		area := district(t, s)["Bergen"].ID
		private := chat(t, s, "7")
		write(t, s, func(tx *storage.Tx) error {
			a, err := tx.AddAlert(storage.Alert{AreaID: area, Kind: "warning", Reach: "area", CreatedAt: noon.UnixMilli()})
			if err != nil {
				return err
			}
			day := 24 * time.Hour
			err = errors.Join(tx.OpenFollowUp(a.ID, noon, noon, noon.Add(3*day)), tx.Reminded(a.ID, 0, noon.Add(day), day), tx.Reminded(a.ID, 1, noon.Add(2*day), 0))
			if a, err2 := tx.Alert(a.ID); a.Reminders != 1 || a.EscalateAt != noon.Add(4*day).UnixMilli() || a.RemindAt != noon.Add(2*day).UnixMilli() {
				t.Errorf("reminded %d times, next %v, escalated %v: %v", a.Reminders, storage.At(a.RemindAt), storage.At(a.EscalateAt), err2)
			}
			for cause, until := range map[string]time.Time{"ask:1:2018-05-07": noon.Add(day), "handover:1:5": noon.Add(day), "ask:11:2018-05-07": noon.Add(day)} {
				_, err2 := tx.Queue(storage.Delivery{Cause: cause, ChatID: private.ID, State: storage.Held, HeldUntil: until.UnixMilli(), CreatedAt: noon.UnixMilli()})
				err = errors.Join(err, err2)
			}
			_, err2 := tx.CloseFollowUp(a.ID, noon)
			for cause, waits := range map[string]bool{"ask:1:2018-05-07": false, "handover:1:5": false, "ask:11:2018-05-07": true} {
				if at, err := tx.HeldOf(cause); at.IsZero() == waits {
					t.Errorf("%s waits until %v: %v", cause, at, err)
				}
			}
			return errors.Join(err, err2)
		})
	})
}
