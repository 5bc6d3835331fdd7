// Package webchat is a platform whose network is the browser: it keeps the chats of the people who open its page, shows
// them as a messenger does, and hands what they type to the bot.
//
// It knows no command, no database and no wording: who lives here and who is in which chat it asks a Town, what is to
// outlive the process it gives to a Journal, and the sentences of its page come through Config.Say.
package webchat

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

// name is the platform's name in addresses and logs.
const name = "webchat"

// What a browser takes. The rates only keep a loop from filling the memory: nobody's network is behind it.
const (
	maxText    = 4096 // UTF-16 code units, as on Telegram, so that texts are split alike
	maxCaption = 1024
	workers    = 8
	rateOfAll  = 500
	directRate = 50   // messages a second to one person
	groupRate  = 1200 // messages a minute to one group
)

// Clock tells the domain's time, by which messages are dated.
type Clock interface {
	Now() time.Time
}

// Config is what the platform needs.
type Config struct {
	Account   string   // the bot's own id; it never changes for a database
	Town      Town     // who lives here
	Stage     Stage    // lets the visitor be anyone and turn the clock; nil: a visitor is only ever himself
	Journal   Journal  // keeps the messages beyond the process; nil: they end with it
	Addr      string   // address to listen on: 127.0.0.1:8081
	Origins   []string // addresses under which the page is reached besides Addr: https://chat.example.nl
	Clock     Clock
	Languages []string                                 // the first is for those whose own there is none of
	Say       func(lang string, s messages.Say) string // a sentence in a language
	// Documents gives the bytes of a document that the bot sent, by its key, as long as they are kept; then nil. Nil: the
	// bot sends none.
	Documents func(ctx context.Context, key string) ([]byte, error)
	Emergency string                                          // the number for urgent help
	Log       *slog.Logger                                    // nil: no log
	Listen    func(ctx context.Context) (net.Listener, error) // nil: listens on Addr
}

// Webchat is the platform. Its methods may be called from several goroutines.
type Webchat struct {
	cfg   Config
	log   *slog.Logger
	book  *book
	doors *doors
	now   func() time.Time // real time, for time-outs

	mu      sync.Mutex
	receive func(context.Context, messages.Inbound) error // while Run runs
	saying  sync.WaitGroup                                // messages that are being received
	menus   []messages.Menu
}

// New checks the configuration; it doesn't listen yet.
func New(c Config) (*Webchat, error) {
	switch {
	case c.Town == nil || c.Clock == nil || c.Say == nil || len(c.Languages) == 0 || c.Account == "":
		return nil, errors.New("webchat: an account, a town, a clock and texts are needed")
	case c.Log == nil:
		c.Log = slog.New(slog.DiscardHandler)
	}
	doors, err := newDoors(c.Addr, c.Origins)
	if err != nil {
		return nil, err
	}
	if c.Listen == nil {
		c.Listen = func(ctx context.Context) (net.Listener, error) {
			var l net.ListenConfig
			return l.Listen(ctx, "tcp", c.Addr)
		}
	}
	return &Webchat{
		cfg: c, log: c.Log.With("platform", name, "account", c.Account), book: newBook(c.Journal), doors: doors, now: time.Now,
	}, nil
}

// Platform is "webchat".
func (w *Webchat) Platform() string { return name }

// Account is the bot's id here.
func (w *Webchat) Account() string { return w.cfg.Account }

// Limits tells what the page takes. A message can be edited for as long as it is shown.
func (w *Webchat) Limits() messages.Limits {
	return messages.Limits{
		Text: maxText, Caption: maxCaption, Buttons: true, Workers: workers,
		Rate: rateOfAll, DirectRate: directRate, GroupRate: groupRate,
	}
}

// StartLink is the address that opens the private chat and says "/start payload" there.
func (w *Webchat) StartLink(payload string) string {
	link := w.doors.main + "/"
	if payload != "" {
		link += "?start=" + payload // letters, digits, _ and -, as everywhere
	}
	return link
}

// SetMenus keeps the menus for pages that are opened from now on.
func (w *Webchat) SetMenus(_ context.Context, all []messages.Menu) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.menus = slices.Clone(all)
	return nil
}

// Ready tells whether messages can come in.
func (w *Webchat) Ready() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.receive != nil
}

// Run listens and hands what is said to receive until ctx ends; then it returns nil, after the receives under way came
// back. It fails when it can't listen.
func (w *Webchat) Run(ctx context.Context, receive func(context.Context, messages.Inbound) error) error {
	if err := w.book.start(ctx); err != nil {
		return err
	}
	w.open(receive)
	defer w.close()
	listener, err := w.cfg.Listen(ctx)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return errors.New("webchat: can't listen on " + w.cfg.Addr + ": " + plainNetError(err))
	}
	w.log.Info("the messenger in the browser is open", "address", w.doors.main)
	return w.serve(ctx, listener)
}

func (w *Webchat) open(receive func(context.Context, messages.Inbound) error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.receive = receive
}

func (w *Webchat) close() {
	w.mu.Lock()
	w.receive = nil
	w.mu.Unlock()
	w.saying.Wait()
}

// enter gives receive for one message; done must be called after it. It is nil while Run doesn't run.
func (w *Webchat) enter() (receive func(context.Context, messages.Inbound) error, done func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.receive == nil {
		return nil, nil
	}
	w.saying.Add(1)
	return w.receive, w.saying.Done
}

// Times of the server, real.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 30 * time.Second
	writeTimeout  = 30 * time.Second
	idleTimeout   = 2 * time.Minute
	closeTimeout  = 5 * time.Second
	maxHeader     = 16 << 10
)

func (w *Webchat) serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{
		Handler: w.Handler(), ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader,
		BaseContext:    func(net.Listener) context.Context { return ctx }, // streams end with ctx
		ErrorLog:       slog.NewLogLogger(w.log.Handler(), slog.LevelDebug),
	}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	select {
	case err := <-ended:
		return errors.New("webchat: " + plainNetError(err))
	case <-ctx.Done():
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	if err := srv.Shutdown(closing); err != nil {
		_ = srv.Close()
	}
	return nil
}

// plainNetError is the end of a network error, which says what is wrong.
func plainNetError(err error) string {
	parts := strings.Split(err.Error(), ": ")
	return parts[len(parts)-1]
}
