// Package demo is a town to play with in the browser: the sample district with people, groups and a channel on a
// temporary database, and a fortnight behind them that was made by the real commands. One can be anyone in it, and put
// its clock forward.
//
// It has the stage and the play; what is said and done in it is the bot's own, which it gets by Config.NewBot.
package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/buurtbode/buurtbode/bot/webchat"
	"github.com/buurtbode/buurtbode/locales"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/exchange"
)

// Bot is the bot that the town is played with.
type Bot interface {
	// Run runs it until ctx ends.
	Run(ctx context.Context) error
	// Forward lets happen what is due up to a moment, in order, and sets the clock by turn on the way.
	Forward(ctx context.Context, turn func(time.Time), until time.Time) error
	// Settle blocks until nothing waits to be sent.
	Settle(ctx context.Context) error
}

// Parts are what a bot is made of here.
type Parts struct {
	Store *storage.Store
	Web   *webchat.Webchat
	Clock *Clock
}

// Config is what the town needs.
type Config struct {
	Addr      string // 127.0.0.1:8080
	Catalog   *locales.Catalog
	Emergency string           // the number for urgent help
	Zone      *time.Location   // in which people read times
	Real      func() time.Time // real time
	Start     time.Time        // the town's time when it opens; zero: real time, or what is nearest to it by day
	NewBot    func(Parts) (Bot, error)
	Log       *slog.Logger
	Open      func(address string) // called when the page can be opened
}

// Run builds the town in a temporary folder, opens the page and plays until ctx ends; then it gives nil. Of the town
// nothing is kept. It fails at once when the address is taken.
func Run(ctx context.Context, c Config) error {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("demo: %s is taken, another program listens there: %w", c.Addr, err)
	}
	defer func() { _ = listener.Close() }() // the page has closed it already
	folder, err := os.MkdirTemp("", "buurtbode-demo-")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	store, err := storage.Open(ctx, storage.Config{Database: filepath.Join(folder, "demo.db"), Passing: true, Log: c.Log})
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer func() { _ = store.Close() }()
	if _, err := exchange.ImportSample(ctx, store); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	t, err := build(c, store, listener)
	if err != nil {
		return err
	}
	return t.play(ctx)
}

// Town is the stage: its people and chats, its clock and its bot.
type town struct {
	cfg    Config
	store  *storage.Store
	clock  *Clock
	web    *webchat.Webchat
	bot    Bot
	people []webchat.Person
	end    time.Time     // when the fortnight ends
	built  chan struct{} // closed when the fortnight is told

	mu      sync.Mutex
	chats   []webchat.Chat
	turning sync.Mutex // one puts the clock forward at a time
}

func build(c Config, store *storage.Store, l net.Listener) (*town, error) {
	now := c.Start.In(c.Zone)
	if c.Start.IsZero() {
		now = byDay(c.Real().In(c.Zone))
	}
	t := &town{
		cfg: c, store: store, clock: newClock(opening(now), c.Real), people: people(), chats: chats(), end: now, built: make(chan struct{}),
	}
	var err error
	t.web, err = webchat.New(webchat.Config{
		Account: "demo", Town: t, Stage: t, Addr: l.Addr().String(), Clock: t.clock, Languages: c.Catalog.Preferred(), Emergency: c.Emergency,
		Say: func(lang string, s messages.Say) string { return s.Text(c.Catalog, lang) }, Log: c.Log, Documents: t.document,
		Listen: func(ctx context.Context) (net.Listener, error) {
			select {
			case <-t.built:
				return l, nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		},
	})
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	if t.bot, err = c.NewBot(Parts{Store: store, Web: t.web, Clock: t.clock}); err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	return t, nil
}

// play runs the bot, tells the fortnight, opens the page, and goes on until ctx ends.
func (t *town) play(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- t.bot.Run(ctx) }()
	told := make(chan error, 1)
	go func() { told <- t.past(ctx) }()
	select {
	case err := <-ended:
		return errors.Join(errors.New("demo: the bot has ended"), err)
	case err := <-told:
		if err != nil {
			stop()
			ran := <-ended
			if ctx.Err() != nil && errors.Is(err, context.Canceled) {
				return nil
			}
			return fmt.Errorf("demo: %w", errors.Join(err, ran))
		}
	}
	close(t.built)
	if t.cfg.Open != nil {
		t.cfg.Open(t.web.StartLink(""))
	}
	return <-ended
}

// document gives the bytes of a document that the bot sent; nil once it was erased.
func (t *town) document(ctx context.Context, key string) (data []byte, err error) {
	err = t.store.Read(ctx, func(tx *storage.Tx) (err error) {
		data, err = tx.Document(key)
		return err
	})
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	return data, err
}
