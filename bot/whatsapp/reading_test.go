package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"

	"github.com/buurtbode/buurtbode/messages"
)

func TestVisitingCards(t *testing.T) {
	for card, want := range map[string]string{
		"BEGIN:VCARD\r\nVERSION:3.0\r\nN:;Ria;;;\r\nTEL;type=CELL;waid=31612345678:+31 6 12345678\r\nEND:VCARD": "+31 6 12345678",
		"BEGIN:VCARD\nitem1.TEL:0252 123456\nTEL:06\nEND:VCARD":                                                 "0252 123456",
		"BEGIN:VCARD\nTEL;VALUE=uri:tel:+31612345678\nEND:VCARD":                                                "+31612345678",
		"EMAIL:a@b.nl": "",
		"":             "",
	} {
		if got := contact(&waE2E.ContactMessage{DisplayName: proto.String("Ria"), Vcard: proto.String(card)}); got.Phone != want || got.Name != "Ria" {
			t.Errorf("%q gives %+v, want %q", card, got, want)
		}
	}
}

func FuzzVisitingCards(f *testing.F) {
	f.Add("BEGIN:VCARD\nTEL;type=CELL:+31 6 12345678\nEND:VCARD")
	f.Fuzz(func(_ *testing.T, card string) { contact(&waE2E.ContactMessage{Vcard: &card}) })
}

func TestCorrectedMessagesAreCommandsOrNothing(t *testing.T) {
	if in, ok := correctedCommand(&waE2E.Message{Conversation: proto.String(" /saar")}); !ok || in.Text != " /saar" {
		t.Errorf("a corrected command gives %+v, %v", in, ok)
	}
	if _, ok := correctedCommand(&waE2E.Message{Conversation: proto.String("Vogelwijk")}); ok {
		t.Error("a corrected answer counts")
	}
}

func TestMessageIDsAreTheKeys(t *testing.T) {
	key := strings.Repeat("ab", 16)
	if id := MessageID(key); id != "3EB0ABABABABABABABABAB" || id != MessageID(key) {
		t.Errorf("the id is %q", id)
	}
}

func TestSendErrors(t *testing.T) {
	w := &WhatsApp{}
	for _, c := range []struct {
		err  error
		want messages.SendError
	}{
		{fmt.Errorf("%w 429", whatsmeow.ErrServerReturnedError), messages.SendError{Code: "429", Retry: true, Slow: true, After: afterTooMany}},
		{fmt.Errorf("%w 463", whatsmeow.ErrServerReturnedError), messages.SendError{Code: "463", Retry: true, Slow: true, After: afterLimit}},
		{&whatsmeow.IQError{Code: 429, Text: "rate-overlimit"}, messages.SendError{Code: "429", Retry: true, Slow: true, After: afterTooMany}},
		{fmt.Errorf("%w 403", whatsmeow.ErrServerReturnedError), messages.SendError{Code: "no_rights"}},
		{fmt.Errorf("failed: %w", whatsmeow.ErrNotInGroup), messages.SendError{Code: "gone", Gone: true}},
		{whatsmeow.ErrMessageTimedOut, messages.SendError{Code: "timeout", Retry: true}},
		{whatsmeow.ErrNotConnected, messages.SendError{Code: "network", Retry: true}},
		{errors.New("no LID found for 31612345678@s.whatsapp.net from server"), messages.SendError{Code: "library", Retry: true}},
	} {
		got := w.sendError(context.Background(), c.err)
		if strings.Contains(got.Error(), "31612345678") {
			t.Errorf("an error shows a number: %v", got)
		}
		cause := *got
		cause.Cause = nil
		if cause != c.want {
			t.Errorf("%v means %+v, want %+v", c.err, cause, c.want)
		}
	}
}

func TestLogsAndErrorsHoldNoNumbers(t *testing.T) {
	for in, hidden := range map[string]string{
		"failed to get LID for 31612345678:12@s.whatsapp.net: x": "31612345678",
		"message 3EB0 from 123456789012345@lid in 1203@g.us":     "1203",
		`can't parse "Jan stole my bike"`:                        "Jan",
		"dial tcp +31 6 1234 5678":                               "1234",
	} {
		if got := harmless(in); strings.Contains(got, hidden) {
			t.Errorf("harmless(%q) = %q", in, got)
		}
	}
}

func TestStoreIsItsOwnersOnly(t *testing.T) {
	ctx := context.Background()
	file := filepath.Join(t.TempDir(), "keys", "bot.whatsapp")
	s, err := OpenStore(ctx, file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for _, f := range []string{file, file + "-wal"} {
		if info, err := os.Stat(f); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the rights %v, %v", filepath.Base(f), info.Mode().Perm(), err)
		}
	}
	if f, ok := s.checkFile(); !ok || !f.OK {
		t.Errorf("the file is judged %+v", f)
	}
	if _, err := New(ctx, Config{Store: s}); !errors.Is(err, ErrNotLinked) {
		t.Errorf("a store without a number gives %v", err)
	}
	for _, want := range []time.Duration{0, 24 * time.Hour, 7 * 24 * time.Hour, 0} {
		if err := s.setTimer(ctx, "1@lid", want); err != nil {
			t.Fatal(err)
		}
		if got, err := s.timer(ctx, "1@lid"); err != nil || got != want {
			t.Errorf("the timer is %v, %v; want %v", got, err, want)
		}
	}
}

// What whatsmeow never deletes goes by age.
func TestPrune(t *testing.T) {
	ctx := context.Background()
	s, err := OpenStore(ctx, filepath.Join(t.TempDir(), "bot.whatsapp"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	exec := func(query string, args ...any) {
		t.Helper()
		if _, err := s.db.ExecContext(ctx, query, args...); err != nil {
			t.Fatal(err)
		}
	}
	count := func(table string) (n int) {
		t.Helper()
		if err := s.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	exec("PRAGMA foreign_keys = 0")
	begun := time.Date(2018, time.May, 10, 14, 0, 0, 0, time.UTC)
	add := func(id string, at time.Time) {
		exec("INSERT INTO whatsmeow_message_secrets (our_jid, chat_jid, sender_jid, message_id, key) VALUES ('a', 'b', 'c', $1, x'00')", id)
		hash := make([]byte, 32)
		copy(hash, id)
		exec("INSERT INTO whatsmeow_event_buffer (our_jid, ciphertext_hash, server_timestamp, insert_timestamp) VALUES ('a', $1, $2, $3)", hash, at.Unix(), at.UnixMilli())
		exec("INSERT INTO whatsmeow_contacts (our_jid, their_jid, push_name) VALUES ('a', $1, 'Anna')", id)
	}
	add("1", begun)
	for _, c := range []struct {
		after            time.Duration
		secrets, buffers int
	}{{0, 1, 1}, {buffersKept + time.Hour, 2, 1}, {secretsKept + time.Hour, 2, 1}, {secretsKept + buffersKept + 2*time.Hour, 1, 0}} {
		if c.after == buffersKept+time.Hour {
			add("2", begun.Add(c.after))
		}
		if c.after == secretsKept+time.Hour {
			add("3", begun.Add(c.after))
		}
		if err := s.prune(ctx, begun.Add(c.after)); err != nil {
			t.Fatal(err)
		}
		if secrets, buffers := count("whatsmeow_message_secrets"), count("whatsmeow_event_buffer"); secrets != c.secrets || buffers != c.buffers {
			t.Errorf("after %v there are %d secrets and %d buffers, want %d and %d", c.after, secrets, buffers, c.secrets, c.buffers)
		}
		if names := count("whatsmeow_contacts"); names != 0 {
			t.Errorf("after %v there are %d names of people", c.after, names)
		}
	}
}
