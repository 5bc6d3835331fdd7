package bot

import (
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
	if g.rate < 79 || g.rate > 81 {
		t.Errorf("the rate is %v after refusals that belong together, want 80", g.rate)
	}
	if wait := g.take(true, time.Now()); wait < 5*time.Millisecond || wait > 20*time.Millisecond {
		t.Errorf("at a closed gate one waits %v", wait)
	}
	if closed < 20*time.Millisecond || closed > 40*time.Millisecond {
		t.Errorf("the gate says it was closed for %v", closed)
	}
	for range 40 {
		g.until = time.Time{}
		g.tooFast(time.Nanosecond)
	}
	if g.rate < 9.9 || g.rate > 10.1 {
		t.Errorf("the rate is %v, want never below 10", g.rate)
	}
	now := time.Now()
	g.until, g.eased = time.Time{}, now.Add(-5*recoverEvery)
	if wait := g.take(false, now); wait != 0 || g.rate < 19 || g.rate > 21 {
		t.Errorf("waits %v, and the rate is %v after five steps of 2, want 20", wait, g.rate)
	}
}

// Half a minute of a large alert, with residents who ask things: their answers pass it, and no second holds more messages than
// the network allows.
func TestAnswersPassALargeAlert(t *testing.T) {
	g := newGate(29, 0, func(time.Duration) {})
	begun := noon
	var sent []time.Time
	asked, answered := 0, 0
	for now := begun; now.Before(begun.Add(30 * time.Second)); now = now.Add(time.Millisecond) {
		at := now.Sub(begun)
		if at >= 10*time.Second && at < 20*time.Second && at%(400*time.Millisecond) == 0 {
			asked++
		}
		if asked > answered {
			if wait := g.take(true, now); wait > 0 {
				t.Errorf("after %v an answer waits %v", at, wait)
			}
			answered++
			sent = append(sent, now)
		}
		if g.take(false, now) == 0 {
			sent = append(sent, now)
		}
	}
	for i := 30; i < len(sent); i++ {
		if took := sent[i].Sub(sent[i-30]); took < time.Second {
			t.Fatalf("31 messages within %v", took)
		}
	}
	if answered != 25 || len(sent) < 26*30 {
		t.Errorf("%d answers and %d messages in all, want 25 and some 27 a second", answered, len(sent))
	}
	if wait := newGate(0, 0, nil).take(false, noon); wait != 0 {
		t.Errorf("without a rate one waits %v", wait)
	}
}

// A crowd of answers keeps to the rate too.
func TestManyAnswersAreNoFasterThanTheRate(t *testing.T) {
	for _, perSecond := range []float64{0.5, 1, 29, 100} {
		g := newGate(perSecond, 0, func(time.Duration) {})
		now, n := noon, 0
		for now.Before(noon.Add(time.Minute)) {
			if wait := g.take(true, now); wait > 0 {
				now = now.Add(wait)
				continue
			}
			n++
		}
		if most := 60*perSecond + perSecond + 1; float64(n) > most || float64(n) < 60*perSecond-1 {
			t.Errorf("%v a second are %d in a minute", perSecond, n)
		}
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
	g := newGate(0.2, 0.5, nil) // 12 a minute
	now, passed, gaps := noon, []time.Time{}, map[time.Duration]bool{}
	for now.Before(noon.Add(time.Hour)) {
		if wait := g.take(false, now); wait > 0 {
			now = now.Add(wait)
			continue
		}
		if n := len(passed); n > 0 {
			gap := now.Sub(passed[n-1])
			if gap < 2500*time.Millisecond {
				t.Errorf("two messages within %v", gap)
			}
			gaps[gap] = true
		}
		passed = append(passed, now)
	}
	if n := len(passed); n < 600 || n > 720 {
		t.Errorf("%d messages in an hour, want nearly 720 and no more", n)
	}
	if len(gaps) < 100 {
		t.Errorf("only %d different times between two messages", len(gaps))
	}
}

// An hour on WhatsApp, with an alert to more groups than that takes, and people who ask things: in no minute there are more
// than thirteen messages, and an answer waits no longer than one message takes.
func TestTwelveAMinuteWithAnswersFirst(t *testing.T) {
	g := newGate(12.0/60, 0.5, nil)
	var sent []time.Time
	asked := time.Time{}
	longest := time.Duration(0)
	for now := noon; now.Before(noon.Add(time.Hour)); now = now.Add(50 * time.Millisecond) {
		if at := now.Sub(noon); asked.IsZero() && at%(23*time.Second) == 0 {
			asked = now
		}
		if !asked.IsZero() {
			if g.take(true, now) > 0 {
				continue // nothing passes an answer
			}
			longest = max(longest, now.Sub(asked))
			asked = time.Time{}
			sent = append(sent, now)
		} else if g.take(false, now) == 0 {
			sent = append(sent, now)
		}
	}
	for i := 13; i < len(sent); i++ {
		if took := sent[i].Sub(sent[i-13]); took < time.Minute {
			t.Fatalf("14 messages within %v", took)
		}
	}
	if n := len(sent); n < 600 || n > 721 {
		t.Errorf("%d messages in an hour, want nearly 720 and no more", n)
	}
	if longest > 10*time.Second {
		t.Errorf("an answer waited %v", longest)
	}
	t.Logf("%d messages in an hour; the longest wait of an answer was %v", len(sent), longest)
}

// WhatsApp's own limits of a chat hold with one worker: a group takes a burst, then six a minute; a person one a second.
func TestPaceOfWhatsApp(t *testing.T) {
	p := newPace(messages.Limits{GroupRate: 6, DirectRate: 1, Workers: 1})
	for _, c := range []struct {
		kind  messages.ChatKind
		burst int
		hour  int
	}{{messages.Group, groupBurst, 360}, {messages.Direct, directBurst, 3600}} {
		now, n := noon, 0
		for end := noon.Add(time.Hour); now.Before(end); {
			wait := p.take(int64(c.burst), c.kind, now)
			if wait == 0 {
				n++
				continue
			}
			if n < c.burst {
				t.Errorf("%s: message %d of a burst waits %v", c.kind, n+1, wait)
			}
			now = now.Add(wait)
		}
		if n < c.hour || n > c.hour+c.burst {
			t.Errorf("%s: %d messages in an hour, want %d and a burst of %d", c.kind, n, c.hour, c.burst)
		}
	}
}
