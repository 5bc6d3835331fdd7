package bot

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

var noon = time.Date(2018, 5, 7, 12, 0, 0, 0, time.UTC)

// turned is a clock that a test turns.
type turned struct {
	mu  sync.Mutex
	now time.Time
}

func (c *turned) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *turned) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// echo is an engine that answers "echo" and what was said.
type echo struct {
	owner string

	mu      sync.Mutex
	handled map[string]int                               // times Handle was called, by message
	handle  func(in messages.Inbound, attempt int) error // before the answer
	failed  func(d storage.Delivery) error               // of Failed
	failure []string                                     // what Failed heard: cause, state, code
	jobs    []commands.Job
}

func (e *echo) Relevant(in messages.Inbound) bool {
	return in.Kind == messages.Direct || strings.HasPrefix(in.Text, "/")
}

func (e *echo) Handle(_ context.Context, tx *storage.Tx, in messages.Inbound, now time.Time) ([]storage.Claimed, error) {
	e.mu.Lock()
	e.handled[in.ID]++
	attempt, handle := e.handled[in.ID], e.handle
	e.mu.Unlock()
	c, err := tx.EnsureChat(in.At, in.Kind, in.Title, now)
	if err != nil {
		return nil, err
	}
	if _, err := tx.EnsurePerson(c.AccountID, in.From, &c.ID, now); err != nil {
		return nil, err
	}
	d := storage.Delivery{Cause: "in:" + in.At.Chat + ":" + in.ID, ChatID: c.ID, Priority: storage.Answer}
	waiting, err := tx.Pending(c.ID)
	if err != nil {
		return nil, err
	}
	if e.owner != "" && !waiting {
		d.State, d.Owner = storage.Sending, e.owner
	}
	part := messages.Part{Body: messages.Rich{{Text: "echo " + in.Text}}}
	d, err = queueText(tx, d, part)
	if err != nil {
		return nil, err
	}
	if handle != nil {
		if err := handle(in, attempt); err != nil {
			return nil, err
		}
	}
	if d.Owner == "" {
		return nil, nil
	}
	return []storage.Claimed{{Delivery: d, Part: part, Chat: c}}, nil
}

func (e *echo) Broken(_ context.Context, tx *storage.Tx, in messages.Inbound, now time.Time) error {
	c, err := tx.EnsureChat(in.At, in.Kind, in.Title, now)
	if err != nil {
		return err
	}
	if in.Text == "hopeless" {
		return errors.New("that can't be answered either")
	}
	_, err = queueText(tx, storage.Delivery{Cause: "broken:" + in.ID, ChatID: c.ID, Priority: storage.Answer}, messages.Part{Body: messages.Rich{{Text: "sorry"}}})
	return err
}

func (e *echo) Failed(_ context.Context, _ *storage.Tx, d storage.Delivery, _ time.Time) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.failed != nil {
		if err := e.failed(d); err != nil {
			return err
		}
	}
	e.failure = append(e.failure, fmt.Sprintf("%s %s %s", d.Cause, d.State, d.Error))
	return nil
}

func (e *echo) Paused(context.Context, *storage.Tx, string, string, time.Time, string, time.Time) error {
	return nil
}

func (e *echo) Jobs() []commands.Job { return e.jobs }

func (e *echo) failures() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.failure)
}

// queueText queues a delivery with a text of its own.
func queueText(tx *storage.Tx, d storage.Delivery, part messages.Part) (storage.Delivery, error) {
	ids, err := tx.StoreText(fmt.Sprintf("%s:%d", d.Cause, d.ChatID), storage.Variant{Platform: "telegram", Language: "nl"}, []messages.Part{part})
	if err != nil {
		return d, err
	}
	d.TextID, d.CreatedAt = &ids[0], 1
	if d.Priority == 0 {
		d.Priority = storage.Urgent
	}
	return tx.Queue(d)
}

// running is a bot that runs, with the network, engine and database around it.
type running struct {
	*testing.T
	cfg    storage.Config
	store  *storage.Store
	net    *network
	engine *echo
	clock  *turned
	bot    *Bot
	log    *logBook

	cancel context.CancelFunc
	ended  chan error
}

// logBook is a log that is read afterwards.
type logBook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// each runs a test on every database, with a bot that doesn't run yet.
func each(t *testing.T, test func(r *running)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(prepare(t, storagetest.SQLite(t))) })
	t.Run("postgres", func(t *testing.T) { test(prepare(t, storagetest.Postgres(t))) })
}

func prepare(t *testing.T, cfg storage.Config) *running {
	t.Helper()
	r := &running{T: t, cfg: cfg, store: storagetest.Open(t, cfg), net: newNetwork(), clock: &turned{now: noon}, log: &logBook{}}
	r.engine = &echo{owner: NewOwner(), handled: map[string]int{}}
	return r
}

// start runs the bot, and waits until the platform runs.
func (r *running) start() {
	r.Helper()
	r.launch()
	r.eventually("the platform runs", r.net.Ready)
}

func (r *running) launch() {
	r.Helper()
	r.bot = New(Config{
		Store: r.store, Engine: r.engine, Platforms: []Platform{r.net}, Clock: r.clock, Owner: r.engine.owner,
		Log: slog.New(slog.NewTextHandler(r.log, nil)),
	})
	r.bot.retry = func(int) time.Duration { return 20 * time.Millisecond }
	ctx, cancel := context.WithCancel(context.Background())
	r.cancel, r.ended = cancel, make(chan error, 1)
	go func(b *Bot, ended chan error) { ended <- b.Run(ctx) }(r.bot, r.ended)
	r.Cleanup(func() {
		cancel()
		err := <-r.ended
		r.ended <- err
	})
}

// stop ends the bot, and waits for it.
func (r *running) stop() {
	r.Helper()
	r.cancel()
	select {
	case err := <-r.ended:
		r.ended <- nil
		if err != nil {
			r.Errorf("the bot ended with %v", err)
		}
	case <-time.After(20 * time.Second):
		r.Fatal("the bot doesn't stop")
	}
}

const patience = 15 * time.Second

func (r *running) eventually(what string, done func() bool) {
	r.Helper()
	deadline := time.Now().Add(patience)
	for ; !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			r.Fatalf("not within %v: %s\n%s", patience, what, r.log)
		}
	}
}

// never looks for a while whether something happens that must not.
func (r *running) never(what string, happened func() bool) {
	r.Helper()
	deadline := time.Now().Add(150 * time.Millisecond)
	for ; time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if happened() {
			r.Fatalf("this happened: %s", what)
		}
	}
}

func (r *running) write(do func(tx *storage.Tx) error) {
	r.Helper()
	if err := r.store.Write(context.Background(), do); err != nil {
		r.Fatal(err)
	}
}

// chat adds a chat: a group where the address begins with a minus.
func (r *running) chat(address string) (c storage.Chat) {
	r.Helper()
	kind := messages.Direct
	if strings.HasPrefix(address, "-") {
		kind = messages.Group
	}
	r.write(func(tx *storage.Tx) (err error) {
		c, err = tx.EnsureChat(messages.Address{Platform: "telegram", Account: r.net.account, Chat: address}, kind, "chat "+address, noon)
		return err
	})
	return c
}

// author adds somebody who sends alerts.
func (r *running) author() (id int64) {
	r.Helper()
	c := r.chat("900")
	r.write(func(tx *storage.Tx) error {
		p, err := tx.EnsurePerson(c.AccountID, messages.Sender{ID: "900", Name: "Officer"}, &c.ID, noon)
		id = p.ID
		return err
	})
	return id
}

// queue queues texts, all in one transaction: each delivery's cause is its text.
func (r *running) queue(all ...storage.Delivery) (ids []int64) {
	r.Helper()
	r.write(func(tx *storage.Tx) error {
		ids = nil
		for _, d := range all {
			done, err := queueText(tx, d, messages.Part{Body: messages.Rich{{Text: d.Cause}}})
			if err != nil {
				return err
			}
			ids = append(ids, done.ID)
		}
		return nil
	})
	return ids
}

func (r *running) delivery(id int64) (d storage.Delivery) {
	r.Helper()
	err := r.store.Read(context.Background(), func(tx *storage.Tx) (err error) {
		d, err = tx.Delivery(id)
		return err
	})
	if err != nil {
		r.Fatal(err)
	}
	return d
}

// becomes waits until a delivery has a state.
func (r *running) becomes(id int64, state storage.DeliveryState) storage.Delivery {
	r.Helper()
	r.eventually(fmt.Sprintf("delivery %d is %s", id, state), func() bool { return r.delivery(id).State == state })
	return r.delivery(id)
}

func (r *running) hears(chat string, want ...string) {
	r.Helper()
	r.eventually(fmt.Sprintf("%s hears %d messages", chat, len(want)), func() bool { return len(r.net.heard(chat)) >= len(want) })
	if got := r.net.heard(chat); !slices.Equal(got, want) {
		r.Errorf("%s heard %q, want %q", chat, got, want)
	}
}

// says lets a message arrive.
func (r *running) says(chat, id, text string) error {
	return r.net.give(context.Background(), messages.Inbound{ID: id, At: messages.Address{Chat: chat}, Text: text})
}

// raw is the database without the store around it.
func (r *running) raw() *sql.DB {
	r.Helper()
	db, err := openRaw(r.cfg)
	if err != nil {
		r.Fatal(err)
	}
	return db
}

func openRaw(cfg storage.Config) (*sql.DB, error) {
	driver := "sqlite"
	if cfg.Postgres() {
		driver = "pgx"
	}
	return sql.Open(driver, cfg.Database)
}
