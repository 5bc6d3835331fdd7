package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// Config is what a bot is made of.
type Config struct {
	Store     *storage.Store
	Engine    Engine
	Platforms []Platform
	Clock     Clock           // nil: real time in Europe/Amsterdam
	Log       *slog.Logger    // nil: no log
	Menus     []messages.Menu // for platforms that show them
	Owner     string          // names this process in claimed deliveries, and is the engine's; see NewOwner
}

// NewOwner makes a name for this process that no other has.
func NewOwner() string { return fmt.Sprintf("%d-%s", os.Getpid(), rand.Text()[:8]) }

// Bot is everything that runs: platforms, their outboxes, and the clock.
type Bot struct {
	cfg       Config
	metrics   *metrics
	inbox     *inbox
	scheduler *scheduler

	retry func(failures int) time.Duration // how long a delivery waits after it failed

	mu       sync.Mutex
	outboxes map[int64]*outbox // by account, while it runs
}

// New makes a bot that doesn't run yet. One Store has one Bot.
func New(cfg Config) *Bot {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Clock == nil {
		cfg.Clock = WallClock(amsterdam())
	}
	if cfg.Owner == "" {
		cfg.Owner = NewOwner()
	}
	b := &Bot{cfg: cfg, metrics: newMetrics(), outboxes: map[int64]*outbox{}}
	b.retry = func(failures int) time.Duration { return backoff(failures, longestRetry) }
	b.inbox = &inbox{store: cfg.Store, engine: cfg.Engine, clock: cfg.Clock, log: cfg.Log, metrics: b.metrics, hand: b.hand}
	b.scheduler = &scheduler{
		store: cfg.Store, engine: cfg.Engine, clock: cfg.Clock, log: cfg.Log, metrics: b.metrics, failed: map[string]failing{},
	}
	b.metrics.registry.MustRegister(newQueueLength(cfg.Store, b.accounts))
	cfg.Store.WhenQueued(b.wake)
	cfg.Store.NameMessages(nameOf)
	return b
}

func amsterdam() *time.Location {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil { // the program embeds the zones
		return time.UTC
	}
	return zone
}

// Metrics are the figures for the operator.
func (b *Bot) Metrics() *prometheus.Registry { return b.metrics.registry }

// Run runs the bot until ctx ends, and then gives nil: what has begun is finished within some ten seconds. It fails at
// once with storage.ErrLocked when another process runs on the database or runs an account. A platform that ends with
// an error stops only itself; when all have ended Run gives their errors.
func (b *Bot) Run(ctx context.Context) error {
	lock, err := b.cfg.Store.Lock(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Release() }()
	clockCtx, stopClock := context.WithCancel(ctx)
	defer stopClock()
	var clock sync.WaitGroup
	clock.Go(func() { b.scheduler.run(clockCtx) })
	defer clock.Wait()
	defer stopClock()

	errs := make([]error, len(b.cfg.Platforms))
	var platforms sync.WaitGroup
	for i, p := range b.cfg.Platforms {
		platforms.Go(func() {
			errs[i] = b.runAccount(ctx, p)
			if errs[i] != nil && ctx.Err() == nil {
				b.cfg.Log.Error("a platform has ended", "platform", p.Platform(), "account", p.Account(), "error", errs[i])
				b.tellEnded(ctx, p, errs[i])
			}
		})
	}
	platforms.Wait()
	if len(b.cfg.Platforms) == 0 {
		<-ctx.Done()
	}
	if ctx.Err() != nil {
		return nil
	}
	return errors.Join(errs...)
}

// errEnded says that a platform stopped by itself, without an error.
var errEnded = errors.New("the platform stopped by itself")

// runAccount runs one account for as long as it is ours: when its lock is lost it stops, and begins again with a new one.
func (b *Bot) runAccount(ctx context.Context, p Platform) error {
	for first := true; ; first = false {
		lock, err := b.own(ctx, p, first)
		if err != nil {
			return unlessStopped(ctx, err)
		}
		owned, release := whileOwned(ctx, lock)
		err = b.serve(owned, p, lock)
		lost := errors.Is(context.Cause(owned), errLost)
		release()
		_ = lock.Release()
		if !lost || ctx.Err() != nil {
			return unlessStopped(ctx, err)
		}
		b.cfg.Log.Error("the account stops until it is ours again", "platform", p.Platform(), "account", p.Account(), "error", errLost)
	}
}

func unlessStopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// serve runs one account that is ours: first its outbox, then the platform.
func (b *Bot) serve(ctx context.Context, p Platform, lock *storage.Lock) error {
	account, err := b.recover(ctx, p)
	if err != nil {
		return err
	}
	out := newOutbox(b, p, account, lock.Check)
	b.mu.Lock()
	b.outboxes[account] = out
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.outboxes, account)
	}()
	sendCtx, stopSending := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { out.run(sendCtx) })
	running.Go(func() { b.showMenus(sendCtx, p) })
	running.Go(func() { b.watchPauses(sendCtx, p) })
	defer running.Wait()
	defer stopSending()

	err = guard(func() error { return p.Run(ctx, b.inbox.receive) })
	if err == nil && ctx.Err() == nil {
		err = errEnded
	}
	return err
}

// recover finds the account's id and puts back into the queue what a process that died was sending.
func (b *Bot) recover(ctx context.Context, p Platform) (account int64, err error) {
	var n int64
	for failures := 1; ; failures++ {
		err = b.cfg.Store.Write(ctx, func(tx *storage.Tx) (err error) {
			if account, err = tx.Account(p.Platform(), p.Account()); err != nil {
				return err
			}
			n, err = tx.Recover(account)
			return err
		})
		if err == nil || !storage.Unavailable(err) || ctx.Err() != nil {
			break
		}
		b.cfg.Log.Error("the account can't be started yet, trying on", "platform", p.Platform(), "account", p.Account(), "error", err)
		_ = pause(ctx, backoff(failures, longestPause), nil)
	}
	if err != nil {
		return 0, fmt.Errorf("start the account: %w", err)
	}
	b.cfg.Store.RememberAccount(p.Platform(), p.Account(), account)
	if n > 0 {
		b.cfg.Log.Info("messages that were being sent are sent again", "platform", p.Platform(), "account", p.Account(), "messages", n)
	}
	return account, nil
}

// showMenus sets the platform's menus, as often as it takes.
func (b *Bot) showMenus(ctx context.Context, p Platform) {
	m, ok := p.(Menus)
	if !ok || len(b.cfg.Menus) == 0 {
		return
	}
	for failures := 1; ctx.Err() == nil; failures++ {
		err := m.SetMenus(ctx, b.cfg.Menus)
		if err == nil || ctx.Err() != nil {
			return
		}
		b.cfg.Log.Warn("the menus could not be set, trying on", "platform", p.Platform(), "account", p.Account(), "error", err)
		_ = pause(ctx, backoff(failures, longestRetry), nil)
	}
}

// hand gives an answer that came claimed to the outbox of its account.
func (b *Bot) hand(c storage.Claimed) {
	b.mu.Lock()
	o := b.outboxes[c.Delivery.AccountID]
	b.mu.Unlock()
	if o != nil { // else the account's next start sends it
		o.take(c)
	}
}

// wake tells every outbox that something was queued.
func (b *Bot) wake() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range b.outboxes {
		o.wake()
	}
}

// accounts are the platforms that run, by account.
func (b *Bot) accounts() map[int64]Platform {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make(map[int64]Platform, len(b.outboxes))
	for id, o := range b.outboxes {
		out[id] = o.platform
	}
	return out
}

// Healthy tells whether every platform runs and is connected, and the database answers. One whose network lets it send
// nothing for a while does what it can. Its error may be shown to anybody.
func (b *Bot) Healthy(ctx context.Context) error {
	if running := b.accounts(); len(running) < len(b.cfg.Platforms) {
		var missing []string
		for _, p := range b.cfg.Platforms {
			if !slices.Contains(slices.Collect(maps.Values(running)), p) {
				missing = append(missing, p.Platform())
			}
		}
		return fmt.Errorf("%d of %d platforms run, not %s", len(running), len(b.cfg.Platforms), strings.Join(missing, " and "))
	}
	for _, p := range b.cfg.Platforms {
		if r, ok := p.(Readier); ok && !r.Ready() && paused(p).IsZero() {
			return fmt.Errorf("%s is not connected", p.Platform())
		}
	}
	if err := b.cfg.Store.Ping(ctx); err != nil {
		b.cfg.Log.Error("the database doesn't answer", "error", err)
		return errors.New("the database doesn't answer")
	}
	return nil
}
