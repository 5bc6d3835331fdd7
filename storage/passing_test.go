package storage_test

import (
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// toldAlert is an alert that went to a group, in an area with two registered groups of an admin.
func toldAlert(t *testing.T, s *storage.Store) (a storage.Alert, group storage.Chat, groups []int64, admin storage.Person) {
	t.Helper()
	area, _, admin, _ := people(t, s)
	group = chat(t, s, "-5")
	write(t, s, func(tx *storage.Tx) (err error) {
		if a, err = tx.AddAlert(storage.Alert{AreaID: area, Kind: "missing", What: "?", Place: "?", Reach: "area", CreatedAt: noon.UnixMilli()}); err != nil {
			return err
		}
		for name, status := range map[string]storage.GroupStatus{"Een": storage.Verified, "Twee": storage.Unverified} {
			g, _, err := tx.SaveGroup(storage.Group{AreaID: area, Name: name, Members: 40, PersonID: &admin.ID, Status: status}, "")
			if err != nil {
				return err
			}
			groups = append(groups, g.ID)
		}
		if err := tx.LinkChat(group.ID, area, "", noon); err != nil {
			return err
		}
		return say(tx, a.Cause(), group.ID, storage.SentState)
	})
	return a, group, groups, admin
}

func reach(t *testing.T, s *storage.Store, alert int64, want int) {
	t.Helper()
	read(t, s, func(tx *storage.Tx) error {
		got, err := tx.ReachOf(alert, storage.PassedAlert)
		if got != want {
			t.Errorf("the reach is %d, want %d", got, want)
		}
		return err
	})
}

func TestPassingOnCountsEachGroupOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		a, group, groups, admin := toldAlert(t, s)
		reach(t, s, a.ID, 0)
		for range 2 {
			write(t, s, func(tx *storage.Tx) error { return tx.PassOn(a.ID, storage.PassedAlert, groups, group.ID) })
			reach(t, s, a.ID, 40)
		}
		read(t, s, func(tx *storage.Tx) error {
			n, err := tx.ReachOf(a.ID, storage.PassedOutcome)
			if n != 0 {
				t.Errorf("the outcome reached %d", n)
			}
			return err
		})
		write(t, s, func(tx *storage.Tx) error { // the other group is verified now
			for _, g := range groups {
				if err := tx.SetGroupStatus(g, storage.Verified, admin.ID, noon); err != nil {
					return err
				}
			}
			return nil
		})
		reach(t, s, a.ID, 80)
		in := messages.Inbound{ID: "now", At: at("2"), From: messages.Sender{ID: "2"}}
		write(t, s, func(tx *storage.Tx) error { return tx.Forget(admin.ID, in, noon) })
		reach(t, s, a.ID, 80) // verified groups stay as numbers
	})
}

func TestPassRemindersHappenOnceAndToWhomTheyConcern(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		a, group, groups, _ := toldAlert(t, s)
		r := storage.PassReminder{AlertID: a.ID, What: storage.PassedAlert, Cause: a.Cause(), RemindAt: noon.UnixMilli()}
		by := noon
		concerned := func(want int) {
			t.Helper()
			read(t, s, func(tx *storage.Tx) error {
				v, err := tx.Variants(storage.NotPassedOn(r, by), "nl")
				if got := v[storage.Variant{Platform: "telegram", Language: "nl"}]; got != want {
					t.Errorf("%d groups are reminded, want %d", got, want)
				}
				return err
			})
		}
		by = noon.Add(-time.Minute) // it came only now
		concerned(0)
		by = noon
		concerned(1)
		write(t, s, func(tx *storage.Tx) error { return tx.SetPassing(group.ID, false) })
		concerned(0)
		write(t, s, func(tx *storage.Tx) error { return tx.SetPassing(group.ID, true) })
		concerned(1)
		write(t, s, func(tx *storage.Tx) error { return tx.PassOn(a.ID, storage.PassedAlert, groups, group.ID) })
		concerned(0)
		write(t, s, func(tx *storage.Tx) error {
			if err := tx.PlanPassReminder(r); err != nil {
				return err
			}
			next, err := tx.NextPassReminder()
			if !next.Equal(noon) {
				t.Errorf("the next reminder is at %v", next)
			}
			return err
		})
		for i, want := range []bool{true, false} {
			write(t, s, func(tx *storage.Tx) error {
				due, err := tx.PassRemindersBy(noon)
				if err != nil || (len(due) == 1) != want {
					t.Errorf("due the %d. time: %v", i+1, due)
				}
				mine, err := tx.TakePassReminder(r)
				if mine != want {
					t.Errorf("taken the %d. time: %v", i+1, mine)
				}
				return err
			})
		}
	})
}

func TestTipsAreCountedAndForgotten(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		a, group, _, admin := toldAlert(t, s)
		tip := func(user string, want bool) {
			t.Helper()
			write(t, s, func(tx *storage.Tx) error {
				first, err := tx.Tipped(a.ID, group.AccountID, user, noon)
				if first != want {
					t.Errorf("the first tip of %s: %v, want %v", user, first, want)
				}
				return err
			})
		}
		identity := messages.Inbound{ID: "now", At: messages.Address{Platform: "telegram", Account: "9", Chat: "2"}, From: messages.Sender{ID: "2"}}
		account := int64(0)
		read(t, s, func(tx *storage.Tx) error {
			all, err := tx.Identities(admin.ID)
			account = all[0].AccountID
			return err
		})
		write(t, s, func(tx *storage.Tx) error {
			_, err := tx.Tipped(a.ID, account, "2", noon)
			return err
		})
		tip("7", true)
		tip("7", false)
		read(t, s, func(tx *storage.Tx) error {
			traces, err := tx.TracesOf(admin.ID)
			if traces.Tips != 1 {
				t.Errorf("the traces of who gave a tip are %+v", traces)
			}
			return err
		})
		write(t, s, func(tx *storage.Tx) error { return tx.Forget(admin.ID, identity, noon) })
		write(t, s, func(tx *storage.Tx) error {
			if again, err := tx.Tipped(a.ID, account, "2", noon); err != nil || !again {
				t.Errorf("the bot still knows that an erased person gave a tip: %v", err)
			}
			return tx.ForgetTips(noon.Add(time.Minute))
		})
		tip("7", true)
		read(t, s, func(tx *storage.Tx) error {
			n, err := tx.TipsOf(a.ID)
			if n != 4 {
				t.Errorf("%d tips are counted", n)
			}
			return err
		})
	})
}
