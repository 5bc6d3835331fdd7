package bot

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// How the outbox works, in real time.
const (
	pollEvery    = 500 * time.Millisecond // for what other processes queued; this one's commits wake the outbox
	sweepEvery   = 30 * time.Second
	graceful     = 10 * time.Second // for sends under way when the bot stops
	lastWrites   = 2 * time.Second  // for their results after that
	maxTries     = 12               // of one delivery
	longestRetry = 5 * time.Minute  // between two tries
	mostAhead    = 256              // deliveries claimed at once
	fewWorkers   = 4                // where the platform doesn't say
)

// outbox sends what waits for one account. Workers send; the keeper alone reads and writes the queue in the database. A
// worker takes nothing new until its result is committed, so a crash repeats at most one send of each worker.
type outbox struct {
	store    *storage.Store
	engine   Engine
	clock    Clock
	platform Platform
	account  int64
	owner    string
	log      *slog.Logger
	metrics  *metrics
	suspect  func() // the database disagrees about who sends: look whether the account is still ours

	limits messages.Limits
	ahead  int
	gate   *gate
	pace   *pace
	texts  *textCache
	files  *photoFiles
	queue  *queue
	baton  chan struct{} // held by the one worker that waits for the gate
	poke   chan struct{} // the keeper has something to do
	retry  func(failures int) time.Duration

	mu      sync.Mutex
	results []*result
	waits   []storage.Wait // of answers that came claimed, but can't be sent yet
	held    map[int64]bool // everything claimed by this process and not committed since
	stray   map[int64]bool // marked as being sent, but not held, at the last sweep
	dirty   bool           // something new may be due

	scanAt time.Time // the keeper's: when it may next look through the whole queue
}

func newOutbox(b *Bot, p Platform, account int64, suspect func()) *outbox {
	o := &outbox{
		store: b.cfg.Store, engine: b.cfg.Engine, clock: b.cfg.Clock, platform: p, account: account, owner: b.cfg.Owner,
		log:     b.cfg.Log.With("platform", p.Platform(), "account", p.Account()),
		metrics: b.metrics, suspect: suspect, limits: p.Limits(), texts: newTextCache(), files: newPhotoFiles(), queue: newQueue(),
		baton: make(chan struct{}, 1), poke: make(chan struct{}, 1), held: map[int64]bool{}, stray: map[int64]bool{},
		retry: b.retry,
	}
	if o.limits.Workers <= 0 {
		o.limits.Workers = fewWorkers
	}
	o.ahead = mostAhead
	if o.limits.Rate > 0 { // what goes out in a second: what is claimed can't be cancelled any more
		o.ahead = min(mostAhead, max(int(o.limits.Rate), 2*o.limits.Workers))
	}
	closed := b.metrics.closed.WithLabelValues(p.Platform())
	o.gate = newGate(o.limits.Rate, o.limits.Jitter, func(d time.Duration) { closed.Add(d.Seconds()) })
	o.pace = newPace(o.limits)
	return o
}

// run sends until ctx ends; then it finishes the sends under way within 10 s, commits their results and puts back what
// was claimed and not sent.
func (o *outbox) run(ctx context.Context) {
	sending, stopSending := context.WithCancel(context.WithoutCancel(ctx))
	defer stopSending()
	writing, stopWriting := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWriting()
	late := context.AfterFunc(ctx, func() {
		time.AfterFunc(graceful, stopSending)
		time.AfterFunc(graceful+lastWrites, stopWriting)
	})
	defer late()

	o.wake()
	workersDone, keeperDone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(keeperDone)
		o.keep(ctx, writing, workersDone)
	}()
	var workers sync.WaitGroup
	for range o.limits.Workers {
		workers.Go(func() { o.work(ctx, sending, writing) })
	}
	workers.Wait()
	close(workersDone)
	<-keeperDone
}

// wake tells the keeper that something new may be due.
func (o *outbox) wake() {
	o.mu.Lock()
	o.dirty = true
	o.mu.Unlock()
	o.nudge()
}

func (o *outbox) nudge() {
	select {
	case o.poke <- struct{}{}:
	default:
	}
}

// take sends a delivery that came claimed from the transaction that queued it.
func (o *outbox) take(c storage.Claimed) {
	o.mu.Lock()
	o.held[c.Delivery.ID] = true
	wait := o.pace.take(c.Chat.ID, c.Chat.Kind, realNow())
	if wait > 0 || c.Delivery.ReplyTo != nil {
		o.waits = append(o.waits, storage.Wait{ID: c.Delivery.ID, Until: realNow().Add(wait).UnixMilli()})
		o.mu.Unlock()
		o.wakeAfter(wait)
		return
	}
	o.mu.Unlock()
	o.queue.put(&c)
}

// wakeAfter wakes the keeper when a delivery that was put off is due.
func (o *outbox) wakeAfter(d time.Duration) {
	o.nudge()
	time.AfterFunc(d+time.Millisecond, o.wake)
}

// work is one worker: it sends one delivery after the other until ctx ends. The last one may take until sending ends,
// and its result until writing ends.
func (o *outbox) work(ctx, sending, writing context.Context) {
	for {
		c := o.next(ctx)
		if c == nil {
			return
		}
		r := o.send(sending, c)
		o.mu.Lock()
		o.results = append(o.results, r)
		o.mu.Unlock()
		o.nudge()
		select {
		case <-r.committed:
		case <-writing.Done():
			return
		}
	}
}

// next waits for the gate, then takes what is most urgent at that moment; nil when ctx ends.
func (o *outbox) next(ctx context.Context) *storage.Claimed {
	select {
	case o.baton <- struct{}{}:
	case <-ctx.Done():
		return nil
	}
	defer func() { <-o.baton }()
	for {
		if o.queue.wait(ctx) != nil {
			return nil
		}
		if wait := o.gate.take(o.queue.answering(), realNow()); wait > 0 {
			if pause(ctx, wait, o.queue.filled) != nil { // an answer may have come
				return nil
			}
			continue
		}
		c, left := o.queue.pop()
		if left < o.ahead/2 {
			o.nudge()
		}
		if c != nil {
			return c
		}
	}
}
