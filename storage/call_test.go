package storage_test

import (
	"errors"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// measured is an alert with a follow-up, sent at a moment.
func measured(t *testing.T, s *storage.Store, area int64, at time.Time, change func(*storage.Alert)) storage.Alert {
	t.Helper()
	a := storage.Alert{AreaID: area, Kind: "missing", What: "?", Place: "?", Reach: "area", CreatedAt: at.UnixMilli()}
	if change != nil {
		change(&a)
	}
	write(t, s, func(tx *storage.Tx) (err error) {
		if a, err = tx.AddAlert(a); err != nil {
			return err
		}
		return tx.OpenFollowUp(a.ID, at.Add(time.Hour), at.Add(time.Hour), at.Add(2*time.Hour))
	})
	return a
}

func TestCallsKeepTheirWordsForAWhile(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		area, officer, _, _ := people(t, s)
		a := measured(t, s, area, noon, nil)
		said := storage.CallWords{Words: "auto teruggevonden", Note: "dank aan de buurt", Kept: "het moet"}
		var c storage.Call
		write(t, s, func(tx *storage.Tx) (err error) {
			c, err = tx.AddCall(storage.Call{AlertID: &a.ID, AreaID: area, Result: "other", PersonID: &officer.ID, CreatedAt: noon.UnixMilli(), CallWords: said})
			return err
		})
		is := func(result string, want storage.CallWords) {
			t.Helper()
			read(t, s, func(tx *storage.Tx) error {
				got, err := tx.Call(c.ID)
				if err != nil || got.Result != result || got.CallWords != want || *got.AlertID != a.ID || *got.PersonID != officer.ID || got.CreatedAt != noon.UnixMilli() {
					t.Errorf("the call is %+v (%v)", got, err)
				}
				list, err := tx.CallsIn([]int64{area}, 0, noon, 10)
				if len(list) != 1 || list[0].CallWords != want {
					t.Errorf("the calls are %+v", list)
				}
				if later, err := tx.CallsIn([]int64{area}, 0, noon.Add(time.Second), 10); err != nil || len(later) != 0 {
					t.Errorf("later there are %+v (%v)", later, err)
				}
				if mine, err := tx.CallsIn([]int64{-1}, officer.ID, noon, 10); err != nil || len(mine) != 1 {
					t.Errorf("the officer's own are %+v (%v)", mine, err)
				}
				return err
			})
		}
		is("other", said)
		said = storage.CallWords{Note: "nog steeds"}
		write(t, s, func(tx *storage.Tx) error { return tx.SetCall(c.ID, "found", said) })
		is("found", said)
		write(t, s, func(tx *storage.Tx) error { return tx.ForgetCallWords(noon) })
		is("found", said)
		write(t, s, func(tx *storage.Tx) error { return tx.ForgetCallWords(noon.Add(time.Minute)) })
		is("found", storage.CallWords{})
	})
}

func TestCallsOfAnErasedPersonStayAsNumbers(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		area, officer, _, _ := people(t, s)
		write(t, s, func(tx *storage.Tx) error {
			_, err := tx.AddCall(storage.Call{AreaID: area, Result: "useful", PersonID: &officer.ID, CreatedAt: noon.UnixMilli(), CallWords: storage.CallWords{Note: "x"}})
			return err
		})
		read(t, s, func(tx *storage.Tx) error {
			traces, err := tx.TracesOf(officer.ID)
			if traces.Calls != 1 {
				t.Errorf("the traces are %+v", traces)
			}
			return err
		})
		write(t, s, func(tx *storage.Tx) error {
			return tx.Forget(officer.ID, messages.Inbound{ID: "now", At: at("1"), From: messages.Sender{ID: "1"}}, noon)
		})
		read(t, s, func(tx *storage.Tx) error {
			all, err := tx.CallsIn([]int64{area}, 0, noon, 10)
			if len(all) != 1 || all[0].PersonID != nil || all[0].Note != "" || all[0].Result != "useful" {
				t.Errorf("what stays is %+v", all)
			}
			return err
		})
	})
}

func TestCallsAreTakenBackByWhoNotedThem(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		area, officer, other, _ := people(t, s)
		var c storage.Call
		write(t, s, func(tx *storage.Tx) (err error) {
			c, err = tx.AddCall(storage.Call{AreaID: area, Result: "useful", PersonID: &officer.ID, CreatedAt: noon.UnixMilli()})
			return err
		})
		for _, try := range []struct {
			person int64
			since  time.Time
			want   bool
		}{{other.ID, noon, false}, {officer.ID, noon.Add(time.Second), false}, {officer.ID, noon, true}, {officer.ID, noon, false}} {
			write(t, s, func(tx *storage.Tx) error {
				_, err := tx.LatestCall(try.person, try.since)
				if found := err == nil; found != try.want || err != nil && !errors.Is(err, storage.ErrNotFound) {
					t.Errorf("latest call: %v", err)
				}
				done, err := tx.DropCall(c.ID, try.person, try.since)
				if done != try.want {
					t.Errorf("taken back by %d since %v: %v, want %v", try.person, try.since, done, try.want)
				}
				return err
			})
		}
		read(t, s, func(tx *storage.Tx) error {
			if _, err := tx.Call(c.ID); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("the call is there still: %v", err)
			}
			return nil
		})
	})
}

func TestOneIsAskedAboutCallsOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		area, _, _, _ := people(t, s)
		a, b := measured(t, s, area, noon, nil), measured(t, s, area, noon, nil)
		ask := func(alert int64, want bool) {
			t.Helper()
			write(t, s, func(tx *storage.Tx) error {
				got, err := tx.AskAboutCalls(alert, noon)
				if got != want {
					t.Errorf("asked about %d: %v, want %v", alert, got, want)
				}
				return err
			})
		}
		ask(a.ID, true)
		ask(a.ID, false)
		write(t, s, func(tx *storage.Tx) error {
			_, err := tx.AddCall(storage.Call{AlertID: &b.ID, AreaID: area, Result: storage.NotKnown, CreatedAt: noon.UnixMilli()})
			return err
		})
		ask(b.ID, false)
		write(t, s, func(tx *storage.Tx) error { return errors.Join(tx.NoCalls(a.ID, noon), tx.NoCalls(b.ID, noon)) })
		read(t, s, func(tx *storage.Tx) error {
			all, err := tx.MeasuredIn([]int64{area}, noon, noon.Add(time.Hour))
			for _, m := range all {
				if m.NoneAt != noon.UnixMilli() {
					t.Errorf("no calls for alert %d at %d", m.ID, m.NoneAt)
				}
			}
			return err
		})
	})
}

func TestWhatAlertsBrought(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		first, group, groups, _ := toldAlert(t, s) // it has no follow-up
		area := first.AreaID
		good := measured(t, s, area, noon, func(a *storage.Alert) { a.Subject, a.Topic = "drugs", "drugs" })
		measured(t, s, area, noon.Add(-time.Second), nil)
		measured(t, s, area, noon.Add(time.Hour), nil)
		drill := measured(t, s, area, noon, func(a *storage.Alert) { a.Drill = true })
		gone := measured(t, s, area, noon, func(a *storage.Alert) { a.State = storage.AlertWithdrawn })
		write(t, s, func(tx *storage.Tx) error {
			for _, c := range []struct {
				alert  *int64
				result string
			}{{&good.ID, "found"}, {&good.ID, storage.NothingCame}, {&good.ID, storage.NotKnown}, {&drill.ID, "found"}, {&gone.ID, "found"}, {nil, "arrest"}} {
				if _, err := tx.AddCall(storage.Call{AlertID: c.alert, AreaID: area, Result: c.result, CreatedAt: noon.Add(time.Minute).UnixMilli()}); err != nil {
					return err
				}
			}
			if _, err := tx.CloseFollowUp(good.ID, noon.Add(30*time.Minute)); err != nil {
				return err
			}
			if _, err := tx.Tipped(good.ID, group.AccountID, "7", noon); err != nil {
				return err
			}
			return tx.PassOn(good.ID, storage.PassedAlert, groups, group.ID)
		})
		read(t, s, func(tx *storage.Tx) error {
			all, err := tx.MeasuredIn([]int64{area}, noon, noon.Add(time.Hour))
			if err != nil || len(all) != 1 {
				t.Fatalf("measured are %+v (%v)", all, err)
			}
			m := all[0]
			if m.ID != good.ID || m.Subject != "drugs" || m.Calls != 3 || m.Useful != 1 || m.Members != 40 || m.Tips != 1 || m.NoneAt != 0 || m.ClosedAt-m.CreatedAt != (30*time.Minute).Milliseconds() {
				t.Errorf("it brought %+v", m)
			}
			alerts, others, err := tx.CallResults([]int64{area}, noon, noon.Add(time.Hour))
			if len(alerts) != 3 || alerts["found"] != 1 || len(others) != 1 || others["arrest"] != 1 {
				t.Errorf("what came of it: %v, and elsewhere %v", alerts, others)
			}
			if none, err := tx.MeasuredIn([]int64{area + 1000}, noon, noon.Add(time.Hour)); err != nil || len(none) != 0 {
				t.Errorf("elsewhere are %+v (%v)", none, err)
			}
			for where, want := range map[int64]bool{area: true, area + 1000: false} {
				if went, err := tx.WentTo(first.ID, []int64{where}); err != nil || went != want {
					t.Errorf("it went to %d: %v (%v)", where, went, err)
				}
			}
			return err
		})
	})
}
