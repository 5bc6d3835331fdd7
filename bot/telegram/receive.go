package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"github.com/buurtbode/buurtbode/messages"
)

// Times of the long poll, in real time.
const (
	pollTimeout = 30 * time.Second // how long the server holds a getUpdates without news
	pollGrace   = 10 * time.Second // how much longer an answer may be under way
	readyFor    = 2 * (pollTimeout + pollGrace)
	firstPause  = 200 * time.Millisecond // between two tries to connect, doubled each time
	longPause   = 30 * time.Second
)

// errRefused ends Run.
var errRefused = errors.New("telegram: Telegram refuses the token")

// allowedUpdates are the kinds of update that the bot asks for. Edited messages are no commands, so they aren't among them.
// Reactions come only where the bot is an administrator: https://core.telegram.org/bots/api#update
func allowedUpdates() bot.AllowedUpdates {
	return bot.AllowedUpdates{
		models.AllowedUpdateMessage, models.AllowedUpdateChannelPost,
		models.AllowedUpdateCallbackQuery, models.AllowedUpdateMyChatMember, models.AllowedUpdateMessageReaction,
	}
}

// Run connects and hands every arriving message to receive, one after the other and in order, until ctx ends; then it
// returns nil, after the receive under way came back. Telegram is told that an update arrived (by the offset of the
// next getUpdates) only after receive returned nil for it; an error or a panic brings the same update back. With a webhook Telegram is told by its answer
// instead. Run returns
// an error when Telegram refuses the token, or when it is running already.
func (t *Telegram) Run(ctx context.Context, receive func(context.Context, messages.Inbound) error) error {
	if !t.running.CompareAndSwap(false, true) {
		return errors.New("telegram: already running")
	}
	defer t.running.Store(false)
	ctx, end := context.WithCancelCause(ctx)
	defer t.background.Wait()
	defer end(nil)
	defer t.lastPoll.Store(0)

	if err := t.connect(ctx); err != nil {
		return err
	}
	if t.hook != nil {
		t.runHook(ctx, receive)
		return nil
	}
	t.dropWebhook(ctx)
	t.http.poll.Store(&poller{t: t, receive: receive, end: end})
	defer t.http.poll.Store(nil)
	if ctx.Err() == nil {
		t.api.Start(ctx)
	}
	if cause := context.Cause(ctx); errors.Is(cause, errRefused) {
		return cause
	}
	return nil
}

// connect asks who the bot is until it gets an answer. It returns nil too when ctx ends.
func (t *Telegram) connect(ctx context.Context) error {
	for try := 0; ctx.Err() == nil; try++ {
		me, err := t.identify(ctx)
		if err == nil {
			t.log.Info("connected to Telegram", "bot", me.Username)
			return nil
		}
		if tokenRefused(err) {
			t.logRefused(err)
			return fmt.Errorf("%w: %w", errRefused, err)
		}
		if ctx.Err() != nil {
			return nil
		}
		if worthLogging(try + 1) {
			t.log.Warn("Telegram can't be reached yet, trying on", "tries", try+1, "cause", err)
		}
		sleep(ctx, pause(try, err))
	}
	return nil
}

// poller stands between the library's getUpdates loop and Telegram for one Run. Only the loop's goroutine uses it.
type poller struct {
	t        *Telegram
	receive  func(context.Context, messages.Inbound) error
	end      context.CancelCauseFunc
	failures int // polls that failed since the last that succeeded
	polled   bool
}

// answer performs one getUpdates: it passes the request on, has every update received, and gives the library stubs of
// those that were, so that its next request confirms exactly them.
func (p *poller) answer(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if !p.polled {
		dontWait(req) // the first answer shows that the bot is connected
	}
	pollCtx, cancel := context.WithTimeout(ctx, pollTimeout+pollGrace)
	defer cancel()
	result, err := p.t.http.call(p.t.http.polls, req.WithContext(pollCtx))
	var raw []json.RawMessage
	if err == nil && json.Unmarshal(result, &raw) != nil {
		err = &netError{Method: "getUpdates", Code: "answer", Cause: "the result is not a list"}
	}
	if ctx.Err() != nil {
		return nil, ctx.Err() // nothing of the answer was received, so all of it comes again
	}
	if err != nil {
		p.failed(ctx, err)
		return nil, p.t.plain(err)
	}
	p.succeeded()
	stubs, err := p.deliver(ctx, raw)
	if len(stubs) == 0 && err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, &netError{Method: "getUpdates", Code: "receive", Cause: "an update was not received, it will come again"}
	}
	list, err := json.Marshal(stubs)
	if err != nil {
		return nil, err
	}
	return success(req, list), nil
}

// failed logs a failed poll, now and then when it goes on, and waits where Telegram says how long. The library pauses
// by itself: 0.1 s, doubled up to 5 s.
func (p *poller) failed(ctx context.Context, err error) {
	p.failures++
	switch {
	case isStatus(err, http.StatusUnauthorized):
		p.t.lastPoll.Store(0)
		p.t.logRefused(err)
		p.end(fmt.Errorf("%w: %w", errRefused, err))
		return
	case isStatus(err, http.StatusConflict) && worthLogging(p.failures):
		p.t.log.Warn("someone else receives this bot's messages: another program with the same token, or a webhook; "+
			"there can be only one", "failures", p.failures, "cause", err)
	case worthLogging(p.failures):
		p.t.log.Warn("fetching messages from Telegram failed, trying on", "failures", p.failures, "cause", err)
	}
	var refusal *apiError
	if errors.As(err, &refusal) {
		if refusal.Code == http.StatusConflict && refusal.says("webhook") {
			p.t.dropWebhook(ctx)
		}
		sleep(ctx, min(refusal.RetryAfter, 10*time.Minute))
	}
}

func (p *poller) succeeded() {
	if p.failures > 0 {
		p.t.log.Info("fetching messages from Telegram works again", "failures", p.failures)
	}
	p.failures, p.polled = 0, true
	p.alive()
}

func (p *poller) alive() { p.t.lastPoll.Store(p.t.now().UnixNano()) }

// stub is what the library sees of an update.
type stub struct {
	ID int64 `json:"update_id"`
}

// deliver has the updates received in order and gives stubs of those that were, up to the first that was not.
func (p *poller) deliver(ctx context.Context, raw []json.RawMessage) ([]stub, error) {
	done := make([]stub, 0, len(raw))
	arrivals := make([]arrival, 0, len(raw))
	for _, r := range raw {
		a, err := p.t.decode(r)
		if err != nil {
			p.t.log.Error("an update without a number came from Telegram, waiting until it is gone", "cause", err)
			break
		}
		arrivals = append(arrivals, a)
	}
	p.t.answerTaps(ctx, arrivals)
	fetchCtx, cancel := context.WithCancel(ctx)
	defer cancel()
	photo := p.t.fetchAhead(fetchCtx, arrivals)
	for i, a := range arrivals {
		if a.known {
			p.t.complete(ctx, &a.in)
			if a.in.Photo != nil {
				a.in.Photo.Data = photo(i)
			}
			if err := p.hand(ctx, a.in); err != nil {
				if ctx.Err() == nil {
					p.t.log.Error("a message was not received, it will come again", "update", a.update, "cause", err)
				}
				return done, err
			}
			p.alive()
		}
		done = append(done, stub{a.update})
	}
	if len(arrivals) < len(raw) {
		return done, errors.New("an update without a number")
	}
	return done, nil
}

// hand calls receive; a panic in it is an error. Of the panic only runtime errors are shown: anything else could hold a message.
func (p *poller) hand(ctx context.Context, in messages.Inbound) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case runtime.Error:
			err = fmt.Errorf("receive panicked: %w\n%s", r, debug.Stack())
		default:
			err = fmt.Errorf("receive panicked with a %T\n%s", r, debug.Stack())
		}
	}()
	if err := ctx.Err(); err != nil {
		return err
	}
	return p.receive(ctx, in)
}

// worthLogging thins the log of something that fails on and on: the 1st, 2nd, 4th, 8th time and so on.
func worthLogging(times int) bool { return times&(times-1) == 0 }

// pause is how long to wait after the given number of failures before: what Telegram said, else doubled each time.
func pause(failures int, err error) time.Duration {
	var refusal *apiError
	if errors.As(err, &refusal) && refusal.RetryAfter > 0 {
		return refusal.RetryAfter
	}
	return min(firstPause<<min(failures, 20), longPause)
}

func sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// dontWait makes a getUpdates of the library's answer at once.
func dontWait(req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // it is in memory
	}
	const field = "name=\"timeout\"\r\n\r\n"
	long := fmt.Sprintf("%s%d\r\n", field, int(pollTimeout.Seconds()))
	setBody(req, bytes.Replace(body, []byte(long), []byte(field+"0\r\n"), 1))
}
