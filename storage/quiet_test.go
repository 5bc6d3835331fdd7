package storage_test

import (
	"errors"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

func TestHeldForTheMorningOfEachChat(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		area := district(t, s)["Bergen"]
		asleep, awake := chat(t, s, "-1"), chat(t, s, "-2")
		morning := noon.Add(19 * time.Hour)
		write(t, s, func(tx *storage.Tx) error {
			if err := errors.Join(tx.LinkChat(asleep.ID, area.ID, "", noon), tx.LinkChat(awake.ID, area.ID, "", noon), tx.SetQuiet(awake.ID, "off")); err != nil {
				return err
			}
			v := storage.Variant{Platform: "telegram", Language: "nl"}
			texts, err := tx.StoreText("calm", v, []messages.Part{{Body: messages.Rich{{Text: "rustig"}}}})
			if err != nil {
				return err
			}
			post := storage.Post{Cause: "calm", Priority: storage.Feedback, Now: noon, Held: map[string]time.Time{"22-7": morning}}
			_, err = tx.FanOut(post, storage.AdminGroups([]int64{area.ID}), v, "nl", texts)
			return err
		})
		due := func() (out []int64) {
			t.Helper()
			read(t, s, func(tx *storage.Tx) error {
				all, err := tx.Due(asleep.AccountID, noon, noon, 10)
				for _, c := range all {
					out = append(out, c.Delivery.ChatID)
				}
				return err
			})
			return out
		}
		if got := due(); len(got) != 1 || got[0] != awake.ID {
			t.Errorf("at night the chats %v get it, want only %d", got, awake.ID)
		}
		write(t, s, func(tx *storage.Tx) error { // what is urgent is not behind it
			_, err := tx.Queue(storage.Delivery{Cause: "urgent", ChatID: asleep.ID, Priority: storage.Urgent, CreatedAt: 1})
			return err
		})
		if got := due(); len(got) != 2 || got[0] != asleep.ID {
			t.Errorf("with something urgent the chats %v are written to", got)
		}
		write(t, s, func(tx *storage.Tx) error {
			next, err := tx.NextHeld()
			if !next.Equal(morning) {
				t.Errorf("it waits until %v, want %v", next, morning)
			}
			states, stateErr := tx.Delivered("calm")
			if states[storage.Held] != 1 || states[storage.Queued] != 1 {
				t.Errorf("it stands as %v", states)
			}
			return errors.Join(err, stateErr, tx.ReleaseHeld(morning.Add(-time.Millisecond)))
		})
		write(t, s, func(tx *storage.Tx) error {
			at, err := tx.HeldOf("calm")
			if !at.Equal(morning) {
				t.Error("it went before the morning")
			}
			return errors.Join(err, tx.ReleaseHeld(morning))
		})
		read(t, s, func(tx *storage.Tx) error {
			states, err := tx.Delivered("calm")
			if states[storage.Queued] != 2 {
				t.Errorf("in the morning it stands as %v", states)
			}
			return err
		})
	})
}

func TestWithdrawnWhileHeld(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		c := chat(t, s, "-1")
		write(t, s, func(tx *storage.Tx) error {
			d := storage.Delivery{Cause: "alert:1", ChatID: c.ID, Priority: storage.Feedback, State: storage.Held, HeldUntil: 1, CreatedAt: 1}
			if _, err := tx.Queue(d); err != nil {
				return err
			}
			n, err := tx.CancelCause("alert:1", noon)
			if n != 1 {
				t.Errorf("%d deliveries were cancelled", n)
			}
			return errors.Join(err, tx.ReleaseHeld(noon))
		})
		read(t, s, func(tx *storage.Tx) error {
			states, err := tx.Delivered("alert:1")
			if states[storage.Cancelled] != 1 {
				t.Errorf("it stands as %v", states)
			}
			return err
		})
	})
}
