package storage_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

var noon = time.Date(2018, 5, 7, 12, 0, 0, 0, time.UTC)

func write(t testing.TB, s *storage.Store, do func(tx *storage.Tx) error) {
	t.Helper()
	if err := s.Write(context.Background(), do); err != nil {
		t.Fatal(err)
	}
}

func TestQueueAndOpenAgain(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		write(t, s, func(tx *storage.Tx) error {
			c, err := tx.EnsureChat(messages.Address{Platform: "telegram", Account: "1", Chat: "-5"}, messages.Group, "Beheerders", noon)
			if err != nil {
				return err
			}
			p, err := tx.EnsurePerson(c.AccountID, messages.Sender{ID: "7", Name: "Anna"}, &c.ID, noon)
			if err != nil {
				return err
			}
			part := messages.Part{Body: messages.Rich{{Text: "06-12345678"}}, Choices: []messages.Choice{{Number: 1, Label: "ja", Data: "x"}}}
			var text int64
			for range 2 { // the second time it is there already
				ids, err := tx.StoreText("cause", storage.Variant{Platform: "telegram", Language: "nl"}, []messages.Part{part})
				if err != nil {
					return err
				}
				if got, err := tx.Text(ids[0]); err != nil || got.Body.String() != "06-12345678" {
					return fmt.Errorf("text is %v, %w", got, err)
				}
				text = ids[0]
			}
			if _, err := tx.Queue(storage.Delivery{Cause: "cause", ChatID: c.ID, TextID: &text, Priority: storage.Answer, PersonID: &p.ID, CreatedAt: 1}); err != nil {
				return err
			}
			choices, err := tx.LastChoices(c.ID)
			if err != nil || len(choices) != 1 {
				return fmt.Errorf("choices are %v, %w", choices, err)
			}
			if pending, err := tx.Pending(c.ID); err != nil || !pending {
				return fmt.Errorf("pending is %v, %w", pending, err)
			}
			return tx.ChatGone(c.ID, noon)
		})
	})
}
