package bot

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
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

// What everything else leaves of the rate to answers, so that who asks something during a large alert doesn't wait behind it:
// of Telegram's 29 a second one, and four as long as people are talking to the bot.
const (
	leftQuiet   = 1.0 / 29
	leftTalking = 4.0 / 29
	talkingFor  = 10 * time.Second // real time, after an answer
)

// gate paces all sends of one account. It runs by real time.
type gate struct {
	mu     sync.Mutex
	base   float64     // messages a second; 0: as many as there are
	rate   float64     // of now
	passed []time.Time // of the latest messages, oldest first: as many as fit into a span
	next   time.Time   // not before this one that is no answer
	talked time.Time   // the latest answer
	until  time.Time   // closed for everyone
	eased  time.Time   // when the rate last moved
	closed func(d time.Duration)
	jitter float64 // by which part of it the time between two that are no answers varies

	failing map[int64]bool // chats that failed since something got through
	outages int            // times the gate was closed since then
}

// newGate makes an open gate for so many messages a second; 0: as many as there are. The time between two that are no
// answers varies by jitter, a part of it, in both directions. closed hears how long it closes.
func newGate(perSecond, jitter float64, closed func(d time.Duration)) *gate {
	perSecond = max(0, perSecond)
	return &gate{base: perSecond, rate: perSecond, jitter: jitter, closed: closed, failing: map[int64]bool{}}
}

// take lets one message through, an answer or another, and gives 0; or it gives how long to wait before asking again.
func (g *gate) take(answer bool, now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if wait := g.until.Sub(now); wait > 0 {
		return wait
	}
	if g.base == 0 {
		return 0
	}
	g.ease(now)
	wait := g.full(now)
	if !answer {
		wait = max(wait, g.next.Sub(now))
	}
	if wait > 0 {
		return wait
	}
	g.passed = append(g.passed, now)
	if answer {
		g.talked = now
		return 0
	}
	left := leftQuiet
	if now.Sub(g.talked) < talkingFor {
		left = leftTalking
	}
	gap := seconds(1 / (g.rate * (1 - left)) * (1 + g.jitter*(2*rand.Float64()-1)))
	if now.Sub(g.next) < gap { // a timer that was late doesn't slow everything down
		g.next = g.next.Add(gap)
	} else {
		g.next = now.Add(gap)
	}
	return 0
}

// full is how long it takes until one more message fits: of one more than a second's there are never more in the time in
// which the rate lets them through one by one. The caller holds the lock.
func (g *gate) full(now time.Time) time.Duration {
	most := int(g.rate) + 1
	if g.jitter > 0 { // a shorter time between two makes up for a longer one
		most++
	}
	span := seconds(float64(most) / g.rate)
	if over := len(g.passed) - most; over > 0 {
		g.passed = append(g.passed[:0], g.passed[over:]...)
	}
	if len(g.passed) < most {
		return 0
	}
	return g.passed[0].Add(span).Sub(now)
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// ease gives a slowed rate back, little by little. The caller holds the lock.
func (g *gate) ease(now time.Time) {
	if g.rate >= g.base {
		return
	}
	steps := int(now.Sub(g.eased) / recoverEvery)
	if steps == 0 {
		return
	}
	g.eased = now
	g.rate = min(g.base, g.rate+g.base*recovery*float64(steps))
}

// tooFast closes the gate for as long as the network says. Several refusals that belong together slow it down once.
func (g *gate) tooFast(after time.Duration) {
	if after <= 0 {
		after = defaultClose
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.until.After(realNow()) {
		g.rate = max(g.base*slowest, g.rate*slower)
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

// pause waits for d, or until something comes from changed. It fails when ctx ends first.
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
