package storage_test

import (
	"errors"
	"testing"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// says is what a message of a sender does to people and chats.
func says(t *testing.T, s *storage.Store, from messages.Sender, where string, kind messages.ChatKind) (p storage.Person, c storage.Chat) {
	t.Helper()
	write(t, s, func(tx *storage.Tx) (err error) {
		if err := tx.KnowAlias(at(where), from); err != nil {
			return err
		}
		if c, err = tx.EnsureChat(at(where), kind, "", noon); err != nil {
			return err
		}
		var private *int64
		if kind == messages.Direct {
			private = &c.ID
		}
		p, err = tx.EnsurePerson(c.AccountID, from, private, noon)
		return err
	})
	return p, c
}

const (
	hidden = "111@lid"
	number = "31600000001@s.whatsapp.net"
)

func TestNumberBecomesTheHiddenID(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		p, private := says(t, s, messages.Sender{ID: number, Name: "Ria"}, number, messages.Direct)
		again, same := says(t, s, messages.Sender{ID: hidden, Alias: number, Name: "Ria"}, hidden, messages.Direct)
		if again.ID != p.ID || same.ID != private.ID || same.Address != hidden {
			t.Errorf("person %d in chat %+v became %d in %+v", p.ID, private, again.ID, same)
		}
		read(t, s, func(tx *storage.Tx) error {
			if _, err := tx.FindChat(at(number)); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("the chat of the number is still there: %v", err)
			}
			c, err := tx.PrivateChat(p.ID)
			if c.ID != private.ID {
				t.Errorf("the person is reached in %+v", c)
			}
			return err
		})
	})
}

func TestGroupAndPrivateAreOnePerson(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		inGroup, _ := says(t, s, messages.Sender{ID: hidden, Name: "Ria"}, "5@g.us", messages.Group)
		alone, private := says(t, s, messages.Sender{ID: number, Name: "Ria"}, number, messages.Direct)
		if inGroup.ID == alone.ID {
			t.Fatal("nothing said yet that they are one")
		}
		now, chat := says(t, s, messages.Sender{ID: hidden, Alias: number, Name: "Ria"}, "5@g.us", messages.Group)
		if now.ID != inGroup.ID || chat.Kind != messages.Group {
			t.Errorf("it is person %d in %+v", now.ID, chat)
		}
		read(t, s, func(tx *storage.Tx) error {
			c, err := tx.PrivateChat(inGroup.ID)
			if err == nil && (c.ID != private.ID || c.Address != hidden) {
				t.Errorf("the person is reached in %+v", c)
			}
			accounts, err2 := tx.Identities(inGroup.ID)
			if len(accounts) != 1 || accounts[0].UserID != hidden {
				t.Errorf("the accounts are %+v", accounts)
			}
			return errors.Join(err, err2)
		})
	})
}

// Who gets a number that somebody else had gets nothing of that person's: the hidden id is what counts.
func TestAnotherOwnerOfTheNumberIsAnotherPerson(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		first, _ := says(t, s, messages.Sender{ID: hidden, Alias: number, Name: "Ria"}, hidden, messages.Direct)
		second, _ := says(t, s, messages.Sender{ID: "222@lid", Alias: number, Name: "Bram"}, "222@lid", messages.Direct)
		if first.ID == second.ID {
			t.Error("the new owner of a number is taken for the old one")
		}
		changed, _ := says(t, s, messages.Sender{ID: hidden, Alias: "31600000009@s.whatsapp.net", Name: "Ria"}, hidden, messages.Direct)
		if changed.ID != first.ID {
			t.Error("who changes the number becomes somebody else")
		}
	})
}
