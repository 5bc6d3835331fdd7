package storage_test

import (
	"errors"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// A message that was corrected twice went out when it went out first; one that is being withdrawn is withdrawn.
func TestWhatBecameOfAMessage(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		s.NameMessages(func(_ string, d storage.Delivery) string { return d.Cause + "!" })
		c, other := chat(t, s, "-1"), chat(t, s, "-2")
		sent := func(at time.Time, message string, d storage.Delivery) int64 {
			t.Helper()
			id := queue(t, s, d)[0]
			claim(t, s, id)
			write(t, s, func(tx *storage.Tx) error {
				_, err := tx.SentAll("me", []storage.Outcome{{ID: id, Message: message}}, at)
				return err
			})
			return id
		}
		origin := sent(noon, "m1", storage.Delivery{ChatID: c.ID, Cause: "alert"})
		sent(noon.Add(10*time.Minute), "m1", storage.Delivery{ChatID: c.ID, Cause: "edit", Action: messages.Edit, ReplyTo: &origin})
		is := func(chat int64, want storage.History) {
			t.Helper()
			read(t, s, func(tx *storage.Tx) error {
				got, err := tx.HistoryOf(chat, "m1")
				if got != want {
					t.Errorf("what became of it is %+v, want %+v", got, want)
				}
				return err
			})
		}
		is(c.ID, storage.History{SentAt: noon.UnixMilli()})
		queue(t, s, storage.Delivery{ChatID: c.ID, Cause: "gone", Action: messages.Withdraw, ReplyTo: &origin})
		is(c.ID, storage.History{SentAt: noon.UnixMilli(), Withdrawn: true})
		is(other.ID, storage.History{})

		read(t, s, func(tx *storage.Tx) error {
			d, target, err := tx.ChangeOf(c.ID, "edit!")
			if err != nil || d.Cause != "edit" || target != "m1" {
				t.Errorf("the change is %+v of %q, %v", d, target, err)
			}
			for _, none := range []string{"alert!", "gone!", ""} {
				if _, _, err := tx.ChangeOf(c.ID, none); !errors.Is(err, storage.ErrNotFound) {
					t.Errorf("%q is a change: %v", none, err)
				}
			}
			if _, _, err := tx.ChangeOf(other.ID, "edit!"); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("it is a change in another chat: %v", err)
			}
			return nil
		})
	})
}
