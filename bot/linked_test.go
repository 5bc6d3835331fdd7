package bot

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// What a phone asks for again is what the message says now; how old it is counts from when it went out first; and what was
// withdrawn is not sent to anybody any more, but the withdrawal is.
func TestEarlierMessages(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		s.NameMessages(nameOf)
		at := messages.Address{Platform: "whatsapp", Account: "900", Chat: "1203@g.us"}
		noon := time.Date(2018, time.May, 10, 12, 0, 0, 0, time.UTC)
		send := func(cause, text string, action messages.Action, origin *int64, when time.Time) (storage.Delivery, string) {
			t.Helper()
			var d storage.Delivery
			var id string
			err := s.Write(context.Background(), func(tx *storage.Tx) error {
				chat, err := tx.EnsureChat(at, messages.Group, "Beheerders", noon)
				if err != nil {
					return err
				}
				var body *int64
				if text != "" {
					texts, err := tx.StoreText(cause, storage.Variant{Language: "nl"}, []messages.Part{{Body: messages.Rich{{Text: text}}}})
					if err != nil {
						return err
					}
					body = &texts[0]
				}
				d, err = tx.Queue(storage.Delivery{
					Cause: cause, ChatID: chat.ID, Action: action, TextID: body, ReplyTo: origin, Priority: storage.Urgent, CreatedAt: noon.UnixMilli(),
				})
				if err != nil {
					return err
				}
				if _, err := tx.Claim("me", []int64{d.ID}); err != nil {
					return err
				}
				id = nameOf(at.Platform, d)
				network := id
				switch action { //nolint:exhaustive // the others keep it
				case messages.Withdraw:
					network = ""
				case messages.Edit:
					o, err := tx.Delivery(*origin)
					if err != nil {
						return err
					}
					network = o.MessageID
				}
				_, err = tx.SentAll("me", []storage.Outcome{{ID: d.ID, Message: network}}, when)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return d, id
		}
		is := func(id string, action messages.Action, text string, sent time.Time) {
			t.Helper()
			m, when, ok := earlier(context.Background(), s, at, id, slog.New(slog.DiscardHandler))
			if ok != (action != "") || ok && (m.Action != action || !when.Equal(sent)) {
				t.Errorf("it is %+v of %v, %v; want %s of %v", m, when, ok, action, sent)
			}
			if ok && text != "" && (len(m.Body) != 1 || m.Body[0].Text != text) {
				t.Errorf("it says %+v, want %q", m.Body, text)
			}
		}
		alert, id := send("alert:1", "meisje van 8", messages.Send, nil, noon)
		is(id, messages.Send, "meisje van 8", noon)
		_, change := send("correct:1", "meisje van 9", messages.Edit, &alert.ID, noon.Add(10*time.Minute))
		is(id, messages.Send, "meisje van 9", noon)
		is(change, messages.Edit, "meisje van 9", noon)
		_, outcome := send("outcome:1", "gevonden", messages.Send, &alert.ID, noon.Add(30*time.Minute))
		if m, _, _ := earlier(context.Background(), s, at, outcome, slog.New(slog.DiscardHandler)); m.ReplyTo != id {
			t.Errorf("the outcome answers %q, want %q", m.ReplyTo, id)
		}
		_, withdrawal := send("withdraw:1", "", messages.Withdraw, &alert.ID, noon.Add(time.Hour))
		is(id, "", "", noon)
		is(change, "", "", noon)
		is(withdrawal, messages.Withdraw, "", noon)
		if m, _, _ := earlier(context.Background(), s, at, withdrawal, slog.New(slog.DiscardHandler)); m.Target != id {
			t.Errorf("it withdraws %q, want %q", m.Target, id)
		}
		is("3EB0FFFF", "", "", noon)
	})
}

// A document that a phone asks for again goes once more as long as it is kept; after that its message can only be quoted.
func TestEarlierDocuments(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		at := messages.Address{Platform: "whatsapp", Account: "900", Chat: "5@lid"}
		noon := time.Date(2018, time.May, 10, 12, 0, 0, 0, time.UTC)
		write := func(do func(tx *storage.Tx) error) {
			t.Helper()
			if err := s.Write(context.Background(), do); err != nil {
				t.Fatal(err)
			}
		}
		write(func(tx *storage.Tx) error {
			chat, err := tx.EnsureChat(at, messages.Direct, "", noon)
			if err != nil {
				return err
			}
			key, err := tx.PutDocument([]byte("Groep"), noon)
			if err != nil {
				return err
			}
			part := messages.Part{Body: messages.Rich{{Text: "Alle groepen"}}, Document: &messages.Document{Name: "x.csv", Type: messages.CSV, Key: key}}
			d, err := queueText(tx, storage.Delivery{Cause: "in:1", ChatID: chat.ID}, part)
			if err != nil {
				return err
			}
			return tx.Done(d.ID, storage.SentState, "3EB01", "", noon)
		})
		for _, want := range []string{"Groep", ""} {
			m, _, ok := earlier(context.Background(), s, at, "3EB01", slog.New(slog.DiscardHandler))
			if !ok || m.Body.String() != "Alle groepen" || m.Document == nil || m.Document.Name != "x.csv" || string(m.Document.Data) != want {
				t.Errorf("it is %+v with %+v, %v; want %q", m, m.Document, ok, want)
			}
			write(func(tx *storage.Tx) error { return tx.EraseDocuments(noon) })
		}
	})
}
