package whatsapp

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types/events"

	"github.com/buurtbode/buurtbode/messages"
)

// Times of the connection, in real time.
const (
	firstPause  = 500 * time.Millisecond // between two tries to connect, doubled each time
	longPause   = 2 * time.Minute
	lookEvery   = 30 * time.Second // whether the connection still stands
	quietAfter  = 10 * time.Second // WhatsApp says when all that was missed has come; where it doesn't, after so long without a message
	dialTime    = time.Minute      // for making the connection
	renewAfter  = 3 * 24 * time.Hour
	answerTime  = 20 * time.Second // for questions to WhatsApp
	pruneEvery  = 6 * time.Hour
	sendTimeout = 45 * time.Second
	confirmTime = 200 * time.Millisecond // for what was received to be confirmed before the connection ends
)

// Run connects and hands every arriving message to receive, one after the other, until ctx ends; then it returns nil. WhatsApp is
// told that a message arrived only after receive returned nil for it. It reconnects for ever; it returns an *Ended when
// only a person can help: the number was unlinked, another program took its place, the client is too old.
func (w *WhatsApp) Run(ctx context.Context, receive func(context.Context, messages.Inbound) error) error {
	if !w.running.CompareAndSwap(false, true) {
		return errors.New("whatsapp: already running")
	}
	defer w.running.Store(false)
	defer w.away.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	w.away.Go(func() { w.prune(ctx) })
	for failures := 0; ctx.Err() == nil; {
		begun := realNow()
		err := w.connection(ctx, receive)
		if errors.Is(err, errRenewed) {
			continue
		}
		var ended *Ended
		if errors.As(err, &ended) {
			w.log.Error("WhatsApp stops", "advice", ended.Advice)
			if errors.Is(err, errLoggedOut) {
				w.unlink(ctx)
			}
			return err
		}
		if realNow().Sub(begun) > longPause {
			failures = 0
		}
		failures++
		if ctx.Err() == nil && worthLogging(failures) {
			w.log.Warn("the connection to WhatsApp ended, trying again", "times", failures, "cause", plain(err))
		}
		sleep(ctx, w.untilNext(failures))
	}
	return nil
}

// unlink forgets a link that WhatsApp ended, so that the number can be linked again at once. The library does that too, but not when
// its connection ends first.
func (w *WhatsApp) unlink(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime)
	defer cancel()
	if err := w.cfg.Store.container.DeleteDevice(ctx, &store.Device{ID: &w.link}); err != nil {
		w.log.Error("a link that WhatsApp ended could not be forgotten", "cause", plain(err))
	}
}

// untilNext is how long to wait before connecting again: as long as the number is blocked, else doubled each time.
func (w *WhatsApp) untilNext(failures int) time.Duration {
	if b := w.state.blocked(); b.until.After(realNow()) {
		w.log.Error("WhatsApp blocks the number for a while; nothing is sent until then", "until", b.until.UTC().Format(time.RFC3339), "cause", b.why)
		return b.until.Sub(realNow())
	}
	d := min(firstPause<<min(failures-1, 20), longPause)
	return d/2 + rand.N(d/2+1)
}

// connection is one connection, from its beginning to its end. When ctx ends, what is being received is confirmed first.
func (w *WhatsApp) connection(ctx context.Context, receive func(context.Context, messages.Inbound) error) error {
	connected, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop() // ends the connection; the library's own Disconnect races with its reader
	number, ended := w.state.begin()
	cli := whatsmeow.NewClient(w.device, quiet{w.log})
	if err := redirect(cli, w.cfg.Server); err != nil {
		return err
	}
	// together they make sure that a message is confirmed only after receive has it, also when it was decrypted before a crash
	cli.SynchronousAck, cli.EnableDecryptedEventBuffer = true, true
	cli.EnableAutoReconnect = false // Run does that, for ever
	cli.ManualHistorySyncDownload = true
	cli.GetMessageForRetry, cli.PreRetryCallback = w.again, w.inTurn(connected)
	h := &handler{w: w, cli: cli, ctx: ctx, connection: connected, number: number, receive: receive, gone: make(chan struct{})}
	cli.AddEventHandlerWithSuccessStatus(h.handle)
	late := time.AfterFunc(dialTime, stop) // WhatsApp may take the connection and never answer
	dialled := context.AfterFunc(ctx, stop)
	err := cli.ConnectContext(connected)
	if inTime := late.Stop(); err != nil || !dialled() || !inTime {
		h.refuse()
		return err
	}
	w.client.Store(cli)
	defer h.close()
	defer w.client.Store(nil)
	look := time.NewTicker(w.lookEvery)
	defer look.Stop()
	begun := realNow()
	for {
		select {
		case <-ctx.Done():
			w.state.end(nil)
			return nil
		case err := <-ended:
			return err
		case <-look.C:
			if !cli.IsConnected() || !cli.IsLoggedIn() {
				w.state.end(nil)
				return errors.New("not connected")
			}
			if realNow().Sub(begun) >= w.renewAfter && w.sending.Load() == 0 {
				w.state.end(nil)
				return errRenewed
			}
		}
	}
}

// errRenewed says that a connection ended because it was old. A client of whatsmeow's remembers in memory what phones asked for
// again, the devices of everybody and the members of groups, and forgets none of it; WhatsApp ends most connections within a day
// or so, but promises nothing. What is said in between waits at WhatsApp.
var errRenewed = errors.New("the connection is renewed")

// handler takes the events of one connection.
type handler struct {
	w       *WhatsApp
	cli     *whatsmeow.Client
	ctx     context.Context //nolint:containedctx // whatsmeow's handlers get none; it ends with Run
	receive func(context.Context, messages.Inbound) error

	connection context.Context //nolint:containedctx // ends with the connection
	number     int             // of the connection
	heard      atomic.Int64    // when the latest message was taken, in UTC nanoseconds

	once   sync.Once
	gone   chan struct{} // closed when the connection is down
	mu     sync.RWMutex  // held by events that are being taken
	closed bool
	missed atomic.Bool // something was not taken: what comes after it is not taken either, or it would be confirmed out of turn
}

// refuse takes no more events, and waits for those that are being taken.
func (h *handler) refuse() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
}

// close takes no more events, waits for those that are being taken, and gives the library a moment to confirm them.
func (h *handler) close() {
	h.refuse()
	timer := time.NewTimer(confirmTime)
	defer timer.Stop()
	select {
	case <-h.gone:
	case <-timer.C:
	}
}

// handle takes one event. False: it was not taken, and WhatsApp is to bring it again.
func (h *handler) handle(event any) (taken bool) {
	if _, ok := event.(*events.Disconnected); ok {
		h.once.Do(func() { close(h.gone) })
	}
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.closed || h.missed.Load() {
		return false
	}
	defer func() {
		if r := recover(); r != nil { // the library would confirm the message
			h.w.log.Error("an event of WhatsApp's could not be read", "kind", kindOf(event), "cause", panicked(r))
			h.w.state.end(nil)
			taken = false
		}
		if !taken {
			h.missed.Store(true)
		}
	}()
	if over, err := h.w.state.ending(event, realNow()); over {
		h.w.state.end(err)
		return true
	}
	switch e := event.(type) {
	case *events.Connected:
		h.connected()
	case *events.OfflineSyncCompleted:
		h.w.state.up(h.number)
	case *events.Message:
		defer func() { h.heard.Store(realNow().UnixNano()) }()
		return h.message(e)
	case *events.UndecryptableMessage:
		return h.unseen(e)
	case *events.JoinedGroup:
		return h.joined(e)
	case *events.GroupInfo:
		return h.groupChanged(e)
	}
	return true
}

// connected waits for what was missed; where WhatsApp doesn't say that all has come, until nothing came for a while.
func (h *handler) connected() {
	h.w.log.Info("connected to WhatsApp")
	h.heard.Store(realNow().UnixNano())
	h.w.away.Go(func() {
		for end := realNow().Add(longPause); ; {
			sleep(h.connection, quietAfter)
			now := realNow()
			if h.connection.Err() != nil {
				return
			}
			if now.UnixNano()-h.heard.Load() >= int64(quietAfter) || now.After(end) {
				h.w.state.up(h.number)
				return
			}
		}
	})
}

// hand has receive take a message: again and again for a while, then WhatsApp is to bring it again.
func (h *handler) hand(in messages.Inbound) bool {
	for try := 0; ; try++ {
		err := h.receive(h.ctx, in)
		if err == nil {
			return true
		}
		if h.ctx.Err() != nil {
			return false
		}
		h.w.log.Error("a message was not received, trying on", "tries", try+1, "cause", err)
		if try == mostTries {
			h.w.state.end(nil) // what was not confirmed comes again with the next connection
			return false
		}
		sleep(h.ctx, firstPause<<try)
	}
}

// mostTries is how often a message is handed over in one connection; then a new one is made.
const mostTries = 4

// worthLogging thins the log of something that fails on and on: the 1st, 2nd, 4th, 8th time and so on.
func worthLogging(times int) bool { return times&(times-1) == 0 }

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
