package bot

import (
	"context"
	"fmt"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

func TestGateClosesForEveryoneAfterSlow(t *testing.T) {
	each(t, func(r *running) {
		var until time.Time
		early := 0
		r.net.strict = func(now time.Time) time.Duration {
			switch {
			case until.IsZero() && len(r.net.taken) == 5:
				until = now.Add(400 * time.Millisecond)
				return 400 * time.Millisecond
			case now.Before(until):
				early++
				return until.Sub(now)
			}
			return 0
		}
		author := r.author()
		var many []storage.Delivery
		for i := range 20 {
			many = append(many, storage.Delivery{Cause: "alert", ChatID: r.chat(fmt.Sprint(-1 - i)).ID, PersonID: &author})
		}
		ids := r.queue(many...)
		r.start()
		for _, id := range ids {
			if d := r.becomes(id, storage.SentState); d.Attempts != 0 {
				r.Errorf("the network's refusal is held against the message: %+v", d)
			}
		}
		if early >= r.net.limits.Workers { // those that were under way already
			r.Errorf("%d sends while the network was closed", early)
		}
	})
}

func TestRateIsKept(t *testing.T) {
	each(t, func(r *running) {
		r.net.limits.Rate = 100
		refused := 0
		bucket := rate.NewLimiter(110, 3) // what a network that allows 100/s grants for jitter
		r.net.strict = func(now time.Time) time.Duration {
			if !bucket.AllowN(now, 1) {
				refused++
				return 100 * time.Millisecond
			}
			return 0
		}
		var many []storage.Delivery
		for i := range 60 {
			many = append(many, storage.Delivery{Cause: "alert", ChatID: r.chat(fmt.Sprint(-1 - i)).ID})
		}
		r.queue(many...)
		r.start()
		r.eventually("all are taken", func() bool { n, _, _, _ := r.net.counts(); return n == 60 })
		all := r.net.all()
		if took := all[59].At.Sub(all[0].At); took < 580*time.Millisecond || refused > 0 {
			r.Errorf("60 at 100/s took %v, and %d were too fast", took, refused)
		}
	})
}

func TestChatsOwnPaceHoldsUpNobodyElse(t *testing.T) {
	each(t, func(r *running) {
		r.net.limits.GroupRate = 300 // a minute: one in 200 ms after the burst
		lively := r.chat("-1")
		var many []storage.Delivery
		for i := range groupBurst + 2 {
			many = append(many, storage.Delivery{Cause: fmt.Sprint(i), ChatID: lively.ID})
		}
		many = append(many, storage.Delivery{Cause: "quiet", ChatID: r.chat("-2").ID, Priority: storage.Campaign})
		ids := r.queue(many...)
		r.start()
		r.eventually("all are taken", func() bool { n, _, _, _ := r.net.counts(); return n == len(many) })
		var times []time.Time
		quiet := time.Time{}
		for _, m := range r.net.all() {
			if m.To.Chat == "-1" {
				times = append(times, m.At)
			} else {
				quiet = m.At
			}
		}
		if took := times[groupBurst+1].Sub(times[0]); took < 350*time.Millisecond {
			r.Errorf("%d messages to one group within %v", groupBurst+2, took)
		}
		if quiet.After(times[groupBurst]) {
			r.Error("another chat waited for the lively one")
		}
		if d := r.becomes(ids[groupBurst+1], storage.SentState); d.Attempts != 0 {
			r.Errorf("waiting is counted as a failure: %+v", d)
		}
	})
}

func TestOutageIsNotHeldAgainstMessages(t *testing.T) {
	each(t, func(r *running) {
		down := true
		r.net.refuse = func(messages.Outbound) error {
			if down {
				return &messages.SendError{Code: "network", Retry: true}
			}
			return nil
		}
		var many []storage.Delivery
		for i := range 8 {
			many = append(many, storage.Delivery{Cause: "alert", ChatID: r.chat(fmt.Sprint(-1 - i)).ID})
		}
		ids := r.queue(many...)
		r.start()
		r.eventually("the gate closes", func() bool { _, tries, _, _ := r.net.counts(); return tries >= outageAfter })
		r.never("everyone keeps trying", func() bool { _, tries, _, _ := r.net.counts(); return tries > 8 })
		r.net.change(func() { down = false })
		for _, id := range ids {
			if d := r.becomes(id, storage.SentState); d.Attempts > outageAfter-1 {
				r.Errorf("an outage is held against a message: %+v", d)
			}
		}
	})
}

func TestPaceForgetsQuietChats(t *testing.T) {
	p := newPace(messages.Limits{DirectRate: 1})
	now := noon
	for i := range int64(3 * manyPaced) {
		if wait := p.take(i, messages.Direct, now); wait != 0 {
			t.Fatalf("the first message to a chat waits %v", wait)
		}
		now = now.Add(10 * time.Millisecond)
	}
	if n := len(p.chats); n > 2*manyPaced {
		t.Errorf("%d chats are remembered", n)
	}
	for range directBurst {
		p.take(-1, messages.Direct, now)
	}
	for range 3 { // asking is free
		if wait := p.take(-1, messages.Direct, now); wait < 900*time.Millisecond || wait > time.Second {
			t.Errorf("after a burst one waits %v, want a second", wait)
		}
	}
	if wait := p.take(-2, messages.Group, now); wait != 0 {
		t.Errorf("a group waits %v where the network has no limit for groups", wait)
	}
}

func TestGateSlowsDownAndRecovers(t *testing.T) {
	var closed time.Duration
	g := newGate(100, 0, func(d time.Duration) { closed += d })
	for range 5 { // refusals that belong together
		g.tooFast(20 * time.Millisecond)
	}
	if got := g.limiter.Limit(); got < 79 || got > 81 {
		t.Errorf("the rate is %v after refusals that belong together, want 80", got)
	}
	begun := time.Now()
	if err := g.pass(context.Background()); err != nil {
		t.Fatal(err)
	}
	if waited := time.Since(begun); waited < 15*time.Millisecond {
		t.Errorf("passed a closed gate after %v", waited)
	}
	if closed < 20*time.Millisecond || closed > 40*time.Millisecond {
		t.Errorf("the gate says it was closed for %v", closed)
	}
	for range 40 {
		g.until = time.Time{}
		g.tooFast(time.Nanosecond)
	}
	if got := g.limiter.Limit(); got < 9.9 || got > 10.1 {
		t.Errorf("the rate is %v, want never below 10", got)
	}
	g.until, g.eased = time.Time{}, time.Now().Add(-5*recoverEvery)
	g.ease()
	if got := g.limiter.Limit(); got < 19 || got > 21 {
		t.Errorf("the rate is %v after five steps of 2, want 20", got)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	g.tooFast(time.Hour)
	if err := g.pass(ended); err == nil {
		t.Error("passed though the time was over")
	}
}

func TestBackoffDoublesUpToTheLongest(t *testing.T) {
	for failures, want := range map[int]time.Duration{
		0: time.Second, 1: time.Second, 2: 2 * time.Second, 5: 16 * time.Second, 10: longestRetry, 19: longestRetry, 1_000_000: longestRetry,
	} {
		for range 100 {
			if got := backoff(failures, longestRetry); got < want*4/5 || got > want*6/5 {
				t.Fatalf("after %d failures it is %v, want %v give or take a fifth", failures, got, want)
			}
		}
	}
}

func TestQueueKeepsTheMostUrgentInFront(t *testing.T) {
	q := newQueue()
	c := func(id int64, p storage.Priority) *storage.Claimed {
		return &storage.Claimed{Delivery: storage.Delivery{ID: id, Priority: p}}
	}
	q.put(c(5, storage.Campaign), c(9, storage.Answer), c(3, storage.Campaign), c(7, storage.Urgent))
	q.reach(key{storage.Urgent, 8})
	if !q.low(3) || q.low(2) {
		t.Error("two are within the horizon")
	}
	for _, want := range []int64{9, 7, 3, 5} {
		if got, _ := q.pop(); got.Delivery.ID != want {
			t.Errorf("got %d, want %d", got.Delivery.ID, want)
		}
	}
	if got, left := q.pop(); got != nil || left != 0 {
		t.Errorf("an empty queue gives %v and %d", got, left)
	}
	q.reach(nowhere())
	if q.low(100) {
		t.Error("nothing more is due, and the queue runs low")
	}
}

func TestTextCacheIsBounded(t *testing.T) {
	c := newTextCache()
	for id := range int64(10 * textsKept) {
		c.put(id, messages.Part{})
		if _, ok := c.get(0); !ok && id < textsKept {
			t.Fatal("a text that is used all the time is forgotten")
		}
	}
	if n := len(c.now) + len(c.old); n > 2*textsKept {
		t.Errorf("%d texts are kept", n)
	}
	if _, ok := c.get(0); !ok {
		t.Error("a text that is used all the time is forgotten")
	}
}

func TestGateWithJitterKeepsItsRateAndIsUneven(t *testing.T) {
	g := newGate(200, 0.5, func(time.Duration) {})
	if g.jitter != 2500*time.Microsecond {
		t.Errorf("the jitter is %v, want half of 5ms", g.jitter)
	}
	begun := time.Now()
	for range 21 {
		if err := g.pass(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(begun); took < 97*time.Millisecond {
		t.Errorf("21 passes took %v, less than the rate allows", took)
	}
}
