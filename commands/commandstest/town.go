// Package commandstest is a town for tests: people, groups and a clock around a real engine on a real database, without
// a network. What the bot says is read from the queue of deliveries, as the outbox would send it.
package commandstest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands"
	"github.com/buurtbode/buurtbode/locales"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/exchange"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

const (
	platform = "telegram"
	account  = "1000"
)

// Town is a bot with the people around it.
type Town struct {
	T      testing.TB
	Store  *storage.Store
	Engine *commands.Engine
	Now    time.Time

	people map[string]*Person
	groups map[string]*Group
	sent   int
	heard  []Heard
}

// Heard is one network message of the bot.
type Heard struct {
	Chat    string // name of the person or the group
	Group   bool
	Action  messages.Action
	ID      string // the platform's id
	ReplyTo string // the platform's id of the message that it answers
	Text    string
	Part    messages.Part
	Cause   string
	File    []byte // of the document that came with it; nil: none
}

// Limits are Telegram's.
func Limits(string) messages.Limits {
	return messages.Limits{Text: 4096, Caption: 1024, Buttons: true}
}

// Settings are the defaults of the contract.
func Settings(t testing.TB) commands.Settings {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	return commands.Settings{
		Emergency: "112", Police: "0900-8844", Zone: zone, RemindEvery: 24 * time.Hour,
		EscalateAfter: 72 * time.Hour, LeaveAfter: 24 * time.Hour, Weekly: "0 9 * * MON",
	}
}

// New is a town on SQLite, at noon of Monday 7 May 2018. change may alter the settings.
func New(t testing.TB, change ...func(*commands.Settings)) *Town {
	t.Helper()
	files, err := district()
	if err != nil {
		t.Fatal(err)
	}
	cfg := storagetest.SQLite(t)
	for name, data := range map[string][]byte{cfg.Database: files[0], cfg.KeysFile(): files[1]} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return with(t, storagetest.Open(t, cfg), change...)
}

// district is a database with the sample district and its key set, made once: every town begins with a copy, as
// importing takes seconds with the race detector.
var district = sync.OnceValues(func() (files [2][]byte, err error) {
	dir, err := os.MkdirTemp("", "buurtbode-district")
	if err != nil {
		return files, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cfg := storage.Config{Database: filepath.Join(dir, "buurtbode.db")}
	s, err := storage.Open(context.Background(), cfg)
	if err != nil {
		return files, err
	}
	_, err = exchange.ImportSample(context.Background(), s)
	if err = errors.Join(err, s.Close()); err != nil {
		return files, err
	}
	for i, name := range []string{cfg.Database, cfg.KeysFile()} {
		if files[i], err = os.ReadFile(name); err != nil {
			return files, err
		}
	}
	return files, nil
})

// On is a town on a given database.
func On(t testing.TB, s *storage.Store, change ...func(*commands.Settings)) *Town {
	t.Helper()
	if _, err := exchange.ImportSample(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	return with(t, s, change...)
}

// with is a town on a database that has the sample district.
func with(t testing.TB, s *storage.Store, change ...func(*commands.Settings)) *Town {
	t.Helper()
	cat, err := locales.Load("nl")
	if err != nil {
		t.Fatal(err)
	}
	cat.OnMissing(func(lang, id string, err error) {
		t.Errorf("locales: %s lacks %s or one of its values: %v", lang, id, err)
	})
	settings := Settings(t)
	for _, c := range change {
		c(&settings)
	}
	town := &Town{
		T: t, Store: s, people: map[string]*Person{}, groups: map[string]*Group{},
		Engine: commands.New(commands.Config{Catalog: cat, Settings: settings, Limits: Limits}),
		Now:    time.Date(2018, 5, 7, 12, 0, 0, 0, settings.Zone),
	}
	return town
}

// Write changes the database directly.
func (w *Town) Write(do func(tx *storage.Tx) error) {
	w.T.Helper()
	if err := w.Store.Write(context.Background(), do); err != nil {
		w.T.Fatal(err)
	}
}

// Give lets the engine handle one message, sends what it queued, and gives what was heard because of it.
func (w *Town) Give(in messages.Inbound) []Heard {
	w.T.Helper()
	in = in.Cleaned()
	if !w.Engine.Relevant(in) {
		return nil
	}
	w.Write(func(tx *storage.Tx) error {
		_, err := w.Engine.Handle(context.Background(), tx, in, w.Now)
		return err
	})
	return w.pump()
}

// pump sends everything that waits, in order, as the outbox would.
func (w *Town) pump() []Heard {
	w.T.Helper()
	var out []Heard
	w.Write(func(tx *storage.Tx) error {
		out = nil
		waiting, err := tx.Waiting(100_000)
		if err != nil {
			return err
		}
		for _, c := range waiting {
			h, err := w.send(tx, c)
			if err != nil {
				return err
			}
			if h.Action != messages.Unbutton && !strings.HasPrefix(h.Cause, "progress:") {
				out = append(out, h)
			}
		}
		return nil
	})
	w.heard = append(w.heard, out...)
	return out
}

func (w *Town) send(tx *storage.Tx, c storage.Claimed) (Heard, error) {
	w.sent++
	c.Part = c.Part.For(c.Chat.Kind)
	h := Heard{Action: c.Delivery.Action, ID: "b" + strconv.Itoa(w.sent), Part: c.Part, Text: c.Part.Body.String(), Cause: c.Delivery.Cause}
	h.Chat, h.Group = w.nameOf(c.Chat)
	h.ReplyTo = c.Delivery.ReplyMessage
	if c.Delivery.ReplyTo != nil {
		origin, err := tx.Delivery(*c.Delivery.ReplyTo)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return h, err
		}
		h.ReplyTo = origin.MessageID
	}
	if c.Delivery.Action != messages.Send {
		h.ID = ""
	}
	if c.Part.Document != nil {
		var err error
		if h.File, err = tx.Document(c.Part.Document.Key); err != nil {
			return h, err
		}
	}
	return h, tx.Done(c.Delivery.ID, storage.SentState, h.ID, "", w.Now)
}

func (w *Town) nameOf(c storage.Chat) (string, bool) {
	for _, p := range w.people {
		if p.id == c.Address {
			return p.Name, false
		}
	}
	for _, g := range w.groups {
		if g.id == c.Address {
			return g.Title, true
		}
	}
	return "chat " + c.Address, c.Kind != messages.Direct
}

// Forward turns the clock, stepping through what is due in order, and gives what was heard.
func (w *Town) Forward(d time.Duration) []Heard {
	w.T.Helper()
	end := w.Now.Add(d)
	var out []Heard
	for range 10_000 {
		at, job, ok := w.nextJob()
		if !ok || at.After(end) {
			w.Now = end
			return append(out, w.pump()...)
		}
		if at.After(w.Now) {
			w.Now = at.In(w.Now.Location())
		}
		w.Write(func(tx *storage.Tx) error { return job.Run(context.Background(), tx, w.Now) })
		out = append(out, w.pump()...)
	}
	w.T.Fatal("the jobs never come to rest")
	return nil
}

// ForwardTo turns the clock to a moment.
func (w *Town) ForwardTo(at time.Time) []Heard { return w.Forward(at.Sub(w.Now)) }

func (w *Town) nextJob() (at time.Time, job commands.Job, ok bool) {
	w.T.Helper()
	err := w.Store.Read(context.Background(), func(tx *storage.Tx) error {
		at, ok = time.Time{}, false
		for _, j := range w.Engine.Jobs() {
			next, err := j.Next(tx, w.Now)
			if err != nil {
				return fmt.Errorf("%s: %w", j.Name, err)
			}
			if !next.IsZero() && (!ok || next.Before(at)) {
				at, job, ok = next, j, true
			}
		}
		return nil
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return at, job, ok
}

// Text joins what was heard, for looking things up in it.
func Text(heard []Heard) string {
	var b strings.Builder
	for _, h := range heard {
		b.WriteString(h.Text)
		for _, c := range h.Part.Choices {
			b.WriteString(" [" + c.Caption() + "]")
		}
		b.WriteString("\n")
	}
	return b.String()
}
