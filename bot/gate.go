package bot

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How the gate behaves after the network said that it was too much, and while nothing gets through.
const (
	slower       = 0.8              // of the rate, after each refusal
	slowest      = 0.1              // of the account's rate: never less
	recovery     = 0.02             // of the account's rate, back every recoverEvery
	recoverEvery = 10 * time.Second // real time
	defaultClose = time.Second      // the network said "too much", but not how long

	outageAfter = 3 // chats in a row that could not be reached: it is the network, not the message
	outageLong  = time.Minute
)

// gate paces all sends of one account. It runs by real time.
type gate struct {
	mu      sync.Mutex
	base    rate.Limit
	limiter *rate.Limiter
	until   time.Time     // closed for everyone
	changed chan struct{} // closed and renewed when until moves
	eased   time.Time     // when the rate last moved
	closed  func(d time.Duration)
	jitter  time.Duration // a pass waits up to so much longer than the rate asks

	failing map[int64]bool // chats that failed since something got through
	outages int            // times the gate was closed since then
}

// newGate makes an open gate for so many messages a second; 0: as many as there are. The time between two varies by jitter,
// a part of it, in both directions. closed hears how long it closes.
func newGate(perSecond, jitter float64, closed func(d time.Duration)) *gate {
	limit := rate.Limit(perSecond)
	if perSecond <= 0 {
		limit = rate.Inf
	}
	g := &gate{
		base: limit, limiter: rate.NewLimiter(limit, 1), changed: make(chan struct{}),
		closed: closed, failing: map[int64]bool{},
	}
	if perSecond > 0 {
		g.jitter = time.Duration(jitter / perSecond * float64(time.Second))
	}
	return g
}

// pass blocks until one message may be sent. It fails when ctx ends first.
func (g *gate) pass(ctx context.Context) error {
	for {
		g.mu.Lock()
		wait, changed := g.until.Sub(realNow()), g.changed
		g.ease()
		g.mu.Unlock()
		if wait <= 0 {
			break
		}
		if err := pause(ctx, wait, changed); err != nil {
			return err
		}
	}
	if err := g.limiter.Wait(ctx); err != nil {
		return err
	}
	if g.jitter > 0 {
		if err := pause(ctx, rand.N(g.jitter), nil); err != nil {
			return err
		}
	}
	g.mu.Lock()
	closed := g.until.After(realNow())
	g.mu.Unlock()
	if closed { // meanwhile
		return g.pass(ctx)
	}
	return nil
}

// ease gives a slowed rate back, little by little.
func (g *gate) ease() {
	if g.base == rate.Inf || g.limiter.Limit() >= g.base {
		return
	}
	steps := int(realNow().Sub(g.eased) / recoverEvery)
	if steps == 0 {
		return
	}
	g.eased = realNow()
	g.limiter.SetLimit(min(g.base, g.limiter.Limit()+g.base*rate.Limit(recovery)*rate.Limit(steps)))
}

// tooFast closes the gate for as long as the network says. Several refusals that belong together slow it down once.
func (g *gate) tooFast(after time.Duration) {
	if after <= 0 {
		after = defaultClose
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.until.After(realNow()) && g.base != rate.Inf {
		g.limiter.SetLimit(max(g.base*slowest, g.limiter.Limit()*slower))
		g.eased = realNow()
	}
	g.close(after)
}

// close keeps the gate closed for at least d from now on. The caller holds the lock.
func (g *gate) close(d time.Duration) {
	now := realNow()
	until := now.Add(d)
	if !until.After(g.until) {
		return
	}
	if g.until.Before(now) {
		g.closed(d)
	} else {
		g.closed(until.Sub(g.until))
	}
	g.until = until
	close(g.changed)
	g.changed = make(chan struct{})
}

// reached says that the network took something.
func (g *gate) reached() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.failing) > 0 {
		clear(g.failing)
	}
	g.outages = 0
}

// unreachable says that a send to a chat failed without an answer about the message itself, and whether the platform
// knows that it isn't connected. It tells whether it is the network's trouble: then the gate closes, longer each time,
// and the failure is not held against the message.
func (g *gate) unreachable(chat int64, connected bool) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.failing[chat] = true
	if connected && len(g.failing) < outageAfter {
		return false
	}
	if !g.until.After(realNow()) { // sends that were under way together count once
		g.outages++
		g.close(backoff(g.outages, outageLong))
	}
	return true
}

// firstBackoff is the wait after the first failure; each one more doubles it.
const firstBackoff = time.Second

// backoff is how long to wait after so many failures (from 1): doubled each time up to longest, give or take a fifth,
// so that what failed together doesn't come again together.
func backoff(failures int, longest time.Duration) time.Duration {
	d := longest
	if failures < 20 {
		d = min(longest, firstBackoff<<max(0, failures-1))
	}
	return d*4/5 + time.Duration(rand.Int64N(int64(d)*2/5+1))
}

// pause waits for d, or until changed is closed. It fails when ctx ends first.
func pause(ctx context.Context, d time.Duration, changed <-chan struct{}) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
	case <-changed:
	}
	return nil
}
