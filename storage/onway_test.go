package storage_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// A message that somebody answers before it is written down as sent is found by the id that its network knows it by.
func TestAMessageOnItsWayIsFound(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		var chat, other storage.Chat
		write(t, s, func(tx *storage.Tx) (err error) {
			if chat, err = tx.EnsureChat(messages.Address{Platform: "whatsapp", Account: "9", Chat: "5@g.us"}, messages.Group, "Beheerders", noon); err != nil {
				return err
			}
			if other, err = tx.EnsureChat(messages.Address{Platform: "whatsapp", Account: "9", Chat: "6@g.us"}, messages.Group, "Beheerders", noon); err != nil {
				return err
			}
			for cause, state := range map[string]storage.DeliveryState{"queued": storage.Queued, "sending": storage.Sending, "cancelled": storage.Cancelled} {
				text, err := tx.StoreText(cause, storage.Variant{Platform: "whatsapp", Language: "nl"}, []messages.Part{{Body: messages.Rich{{Text: cause}}}})
				if err != nil {
					return err
				}
				if _, err := tx.Queue(storage.Delivery{Cause: cause, ChatID: chat.ID, TextID: &text[0], Priority: storage.Answer, State: state, CreatedAt: 1}); err != nil {
					return err
				}
			}
			return nil
		})
		finds := func(chat int64, id string, want bool) {
			t.Helper()
			read(t, s, func(tx *storage.Tx) error {
				d, err := tx.DeliveryOf(chat, id)
				if found := err == nil; found != want || found && ("whatsapp "+d.Cause != id || d.MessageID != id) {
					return fmt.Errorf("%s is %+v, %w", id, d, err)
				}
				if errors.Is(err, storage.ErrNotFound) {
					err = nil
				}
				return err
			})
		}
		finds(chat.ID, "whatsapp sending", false) // nobody knows how the network names it
		s.NameMessages(func(platform string, d storage.Delivery) string { return platform + " " + d.Cause })
		finds(chat.ID, "whatsapp sending", true)
		finds(chat.ID, "whatsapp queued", true) // by a process that died after it was sent
		finds(chat.ID, "whatsapp cancelled", false)
		finds(chat.ID, "", false)
		finds(other.ID, "whatsapp sending", false)
	})
}

func TestMutedChats(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		var area int64
		for _, a := range district(t, s) {
			area = a.ID
		}
		var chat storage.Chat
		write(t, s, func(tx *storage.Tx) (err error) {
			chat, err = tx.EnsureChat(messages.Address{Platform: "whatsapp", Account: "9", Chat: "5@g.us"}, messages.Group, "Beheerders", noon)
			if err != nil {
				return err
			}
			return tx.LinkChat(chat.ID, area, "", noon)
		})
		sent := func(cause string, state storage.DeliveryState, code string, muted int) {
			t.Helper()
			write(t, s, func(tx *storage.Tx) error {
				text, err := tx.StoreText(cause, storage.Variant{Platform: "whatsapp", Language: "nl"}, []messages.Part{{Body: messages.Rich{{Text: cause}}}})
				if err != nil {
					return err
				}
				d, err := tx.Queue(storage.Delivery{Cause: cause, ChatID: chat.ID, TextID: &text[0], Priority: storage.Answer, State: storage.Sending, Owner: "me", CreatedAt: 1})
				if err != nil {
					return err
				}
				if _, err := tx.Finish("me", d.ID, state, 1, code, noon); err != nil {
					return err
				}
				all, err := tx.MutedChats("whatsapp", "9")
				if len(all) != muted {
					t.Errorf("after %s %s %d chats are muted", state, code, len(all))
				}
				return err
			})
		}
		sent("one", storage.Failed, "500", 0)
		sent("two", storage.Failed, storage.NoRights, 1)
		sent("three", storage.Expired, "expired", 1)
		sent("four", storage.SentState, "", 0)
	})
}
