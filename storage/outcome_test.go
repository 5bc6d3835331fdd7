package storage_test

import (
	"errors"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// told is an alert with an open follow-up.
func told(t *testing.T, s *storage.Store, area int64) (a storage.Alert) {
	t.Helper()
	write(t, s, func(tx *storage.Tx) (err error) {
		a, err = tx.AddAlert(storage.Alert{AreaID: area, Kind: "warning", Reach: "area", CreatedAt: noon.UnixMilli()})
		if err != nil {
			return err
		}
		return tx.OpenFollowUp(a.ID, noon.Add(time.Hour), noon.Add(time.Hour), noon.Add(2*time.Hour))
	})
	return a
}

func TestWhatIsToldOfAnAlert(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		a := told(t, s, district(t, s)["Bergen"].ID)
		tell := func(kind storage.OutcomeKind, text string, at time.Time) storage.AlertOutcome {
			t.Helper()
			var o storage.AlertOutcome
			write(t, s, func(tx *storage.Tx) (err error) {
				o, err = tx.AddOutcome(storage.AlertOutcome{AlertID: a.ID, Kind: kind, Text: text, CreatedAt: at.UnixMilli()})
				return err
			})
			return o
		}
		now := func() storage.Alert {
			t.Helper()
			var out storage.Alert
			read(t, s, func(tx *storage.Tx) (err error) {
				out, err = tx.Alert(a.ID)
				return err
			})
			return out
		}
		tell(storage.Interim, "We zoeken nog", noon.Add(time.Minute))
		if got := now(); got.OutcomeAt != 0 || got.Outcome != "" || got.ToldKind != storage.Interim || got.ToldText != "We zoeken nog" || !got.Open() {
			t.Errorf("after an interim update: %+v", got)
		}
		ended := tell(storage.Ended, "Gevonden", noon.Add(2*time.Minute))
		write(t, s, func(tx *storage.Tx) error {
			_, err := tx.CloseFollowUp(a.ID, noon.Add(2*time.Minute))
			return err
		})
		corrected := tell(storage.Corrected, "Niet gevonden", noon.Add(3*time.Minute))
		if ended.Cause == corrected.Cause {
			t.Errorf("both went out as %s", ended.Cause)
		}
		if got := now(); got.Outcome != "Niet gevonden" || got.OutcomeAt != noon.Add(3*time.Minute).UnixMilli() || got.Open() {
			t.Errorf("after a correction: %+v", got)
		}
		tell(storage.Reopened, "", noon.Add(4*time.Minute))
		write(t, s, func(tx *storage.Tx) error {
			open, err := tx.Reopen(a.ID, noon.Add(5*time.Hour), noon.Add(6*time.Hour), noon.Add(7*time.Hour))
			if !open {
				t.Error("it did not open again")
			}
			return err
		})
		if got := now(); got.OutcomeAt != 0 || got.Outcome != "" || !got.Open() || got.Reopened != 1 || got.RemindAt != noon.Add(6*time.Hour).UnixMilli() {
			t.Errorf("open again: %+v", got)
		}
		read(t, s, func(tx *storage.Tx) error {
			all, err := tx.OutcomesOf(a.ID)
			if len(all) != 4 || all[0].Kind != storage.Interim || all[3].Kind != storage.Reopened {
				t.Errorf("told were %+v", all)
			}
			return err
		})
	})
}

func TestReopenForgetsWhatTheFirstRoundCounted(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		a := told(t, s, district(t, s)["Bergen"].ID)
		group := chat(t, s, "-5")
		again := func() (open bool) {
			write(t, s, func(tx *storage.Tx) (err error) {
				open, err = tx.Reopen(a.ID, noon, noon, noon)
				return err
			})
			return open
		}
		if again() {
			t.Error("what is open was opened again")
		}
		write(t, s, func(tx *storage.Tx) error {
			if _, err := tx.AskOutcome(a.ID, "2018-05-07"); err != nil {
				return err
			}
			if err := tx.Reminded(a.ID, 1, noon, 0); err != nil {
				return err
			}
			if err := tx.Escalated(a.ID, noon); err != nil {
				return err
			}
			if _, err := tx.CloseFollowUp(a.ID, noon); err != nil {
				return err
			}
			if err := tx.PlanPassReminder(storage.PassReminder{AlertID: a.ID, What: storage.PassedOutcome, Cause: "feedback:1", RemindAt: noon.UnixMilli()}); err != nil {
				return err
			}
			return tx.PassOn(a.ID, storage.PassedOutcome, nil, group.ID)
		})
		if !again() {
			t.Error("what is closed was not opened again")
		}
		read(t, s, func(tx *storage.Tx) error {
			got, err := tx.Alert(a.ID)
			if err != nil {
				return err
			}
			if got.Asked != 0 || got.Reminders != 0 || got.EscalatedAt != 0 || got.ClosedAt != 0 {
				t.Errorf("open again: %+v", got)
			}
			at, err := tx.NextPassReminder()
			if !at.IsZero() {
				t.Errorf("a reminder to pass on stands for %s", at)
			}
			return err
		})
	})
}

func TestKeepOpen(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		a := told(t, s, district(t, s)["Bergen"].ID)
		until := noon.AddDate(0, 0, 3)
		write(t, s, func(tx *storage.Tx) error {
			open, err := tx.KeepOpen(a.ID, until, until, until.Add(time.Hour))
			if err != nil || !open {
				t.Errorf("open is %v", open)
				return err
			}
			got, err := tx.Alert(a.ID)
			if got.UntilAt != until.UnixMilli() || got.RemindAt != until.UnixMilli() || got.EscalateAt != until.Add(time.Hour).UnixMilli() {
				t.Errorf("kept open: %+v", got)
			}
			return err
		})
		write(t, s, func(tx *storage.Tx) error {
			if _, err := tx.CloseFollowUp(a.ID, noon); err != nil {
				return err
			}
			open, err := tx.KeepOpen(a.ID, until, until, until)
			if open {
				t.Error("what is closed was kept open")
			}
			return err
		})
	})
}

// What waits for the morning gets the newest text, however often it is corrected.
func TestRewordTwice(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		area, one, two := district(t, s)["Bergen"].ID, chat(t, s, "-1"), chat(t, s, "-2")
		v := storage.Variant{Platform: "telegram", Language: "nl"}
		text := func(tx *storage.Tx, cause, words string) []int64 {
			t.Helper()
			ids, err := tx.StoreText(cause, v, []messages.Part{{Body: messages.Parse(words)}})
			if err != nil {
				t.Fatal(err)
			}
			return ids
		}
		write(t, s, func(tx *storage.Tx) error {
			if err := errors.Join(tx.LinkChat(one.ID, area, "", noon), tx.LinkChat(two.ID, area, "", noon)); err != nil {
				return err
			}
			post := storage.Post{Cause: "feedback:1", Priority: storage.Feedback, Now: noon}
			if _, err := tx.FanOut(post, storage.AdminGroups([]int64{area}), v, "nl", text(tx, "feedback:1", "een")); err != nil {
				return err
			}
			if err := tx.Reword("feedback:1", v, text(tx, "feedback:1:1", "twee")); err != nil {
				return err
			}
			return tx.Reword("feedback:1", v, text(tx, "feedback:1:2", "drie"))
		})
		read(t, s, func(tx *storage.Tx) error {
			waiting, err := tx.Waiting(10)
			for _, c := range waiting {
				if got := c.Part.Body.String(); got != "drie" {
					t.Errorf("%q goes out", got)
				}
			}
			if len(waiting) != 2 {
				t.Errorf("%d wait", len(waiting))
			}
			return err
		})
	})
}

func TestNewsOfAlerts(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		a, group, _, _ := toldAlert(t, s)
		c := chat(t, s, group.Address)
		later := noon.AddDate(0, 1, 0)
		found := func(want int, when string) {
			t.Helper()
			read(t, s, func(tx *storage.Tx) error {
				here, err := tx.NewsInChat(c.ID, later, later.Add(time.Hour))
				there, err2 := tx.NewsToldIn([]int64{a.AreaID}, later, later.Add(time.Hour))
				elsewhere, err3 := tx.NewsToldIn([]int64{a.AreaID + 1000}, later, later.Add(time.Hour))
				if len(here) != want || len(there) != want || len(elsewhere) != 0 {
					t.Errorf("%s the chat has %d, its area %d and another %d; want %d and 0", when, len(here), len(there), len(elsewhere), want)
				}
				return errors.Join(err, err2, err3)
			})
		}
		found(0, "a month later")
		write(t, s, func(tx *storage.Tx) error { return tx.OpenFollowUp(a.ID, noon, noon, noon) })
		found(1, "open")
		write(t, s, func(tx *storage.Tx) error {
			_, err := tx.CloseFollowUp(a.ID, noon)
			return err
		})
		found(0, "closed")
		write(t, s, func(tx *storage.Tx) error {
			_, err := tx.AddOutcome(storage.AlertOutcome{AlertID: a.ID, Template: "over", CreatedAt: later.UnixMilli()})
			return err
		})
		found(1, "with an outcome of now")
	})
}

func TestWhoHeardThatItEnded(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		a, group, _, _ := toldAlert(t, s)
		other := chat(t, s, "-6")
		write(t, s, func(tx *storage.Tx) error {
			return errors.Join(
				say(tx, a.Cause(), other.ID, storage.SentState), say(tx, "feedback:1", group.ID, storage.SentState), say(tx, "feedback:1", other.ID, storage.Cancelled),
				tx.PassOn(a.ID, storage.PassedOutcome, nil, group.ID), tx.PassOn(a.ID, storage.PassedOutcome, nil, other.ID),
			)
		})
		read(t, s, func(tx *storage.Tx) error {
			for what, target := range map[string]storage.Target{
				"heard it":             storage.WhereItEnded(a.Cause(), "feedback:1"),
				"passed it on":         storage.PassedOnIn(a.ID, storage.PassedOutcome, "feedback:1", "feedback:2"),
				"passed the alert on":  storage.PassedOnIn(a.ID, storage.PassedAlert, "feedback:1", "feedback:2"),
				"heard it again since": storage.PassedOnIn(a.ID, storage.PassedOutcome, "feedback:1", a.Cause()),
			} {
				n := 0
				all, err := tx.Variants(target, "nl")
				if err != nil {
					return err
				}
				for _, chats := range all {
					n += chats
				}
				if want := map[string]int{"heard it": 1, "passed it on": 1}[what]; n != want {
					t.Errorf("%d groups %s, want %d", n, what, want)
				}
			}
			sent, err := tx.SentOf("feedback:1")
			if len(sent) != 1 || sent[0].ChatID != group.ID {
				t.Errorf("sent were %+v", sent)
			}
			return err
		})
	})
}
