package bot

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// key orders deliveries: the most urgent first, and the oldest among equals.
type key struct {
	priority storage.Priority
	id       int64
}

func keyOf(c *storage.Claimed) key { return key{c.Delivery.Priority, c.Delivery.ID} }

func (k key) compare(other key) int {
	return cmp.Or(cmp.Compare(k.priority, other.priority), cmp.Compare(k.id, other.id))
}

// nowhere is behind every delivery.
func nowhere() key { return key{math.MaxInt, math.MaxInt64} }

// queue holds what is claimed and not yet being sent, most urgent first.
type queue struct {
	mu      sync.Mutex
	items   []*storage.Claimed
	horizon key           // up to here, everything that was due is in the queue or being sent
	filled  chan struct{} // something may be in it
}

func newQueue() *queue { return &queue{horizon: nowhere(), filled: make(chan struct{}, 1)} }

// put adds claimed deliveries.
func (q *queue) put(items ...*storage.Claimed) {
	if len(items) == 0 {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, c := range items {
		at, _ := slices.BinarySearchFunc(q.items, keyOf(c), func(c *storage.Claimed, k key) int { return keyOf(c).compare(k) })
		q.items = slices.Insert(q.items, at, c)
	}
	select {
	case q.filled <- struct{}{}:
	default:
	}
}

// wait blocks until something is in the queue. It fails when ctx ends first. One goroutine waits at a time.
func (q *queue) wait(ctx context.Context) error {
	for {
		q.mu.Lock()
		n := len(q.items)
		q.mu.Unlock()
		if n > 0 {
			return ctx.Err()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-q.filled:
		}
	}
}

// answering tells whether the most urgent one is an answer.
func (q *queue) answering() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.items) > 0 && q.items[0].Delivery.Priority <= storage.Answer
}

// pop takes the most urgent one out, nil when there is none, and tells how many are left within the horizon.
func (q *queue) pop() (c *storage.Claimed, left int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) > 0 {
		c = q.items[0]
		q.items[0] = nil
		q.items = q.items[1:]
	}
	return c, q.within()
}

// within counts what is in the queue up to the horizon. The caller holds the lock.
func (q *queue) within() int {
	n, found := slices.BinarySearchFunc(q.items, q.horizon, func(c *storage.Claimed, k key) int { return keyOf(c).compare(k) })
	if found {
		n++
	}
	return n
}

// low tells whether more is due than the queue holds, and it holds less than that.
func (q *queue) low(than int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.horizon != nowhere() && q.within() < than
}

// reach sets the horizon.
func (q *queue) reach(k key) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.horizon = k
}

// room tells whether fewer than most stand before c, of what is in the queue and of others that will be. Where there is
// none, the horizon is before c.
func (q *queue) room(c *storage.Claimed, others []*storage.Claimed, most int) bool {
	k := keyOf(c)
	q.mu.Lock()
	defer q.mu.Unlock()
	before, _ := slices.BinarySearchFunc(q.items, k, func(c *storage.Claimed, k key) int { return keyOf(c).compare(k) })
	for _, other := range others {
		if keyOf(other).compare(k) < 0 {
			before++
		}
	}
	if before < most {
		return true
	}
	if last := (key{k.priority, k.id - 1}); last.compare(q.horizon) < 0 {
		q.horizon = last
	}
	return false
}

// drain takes everything out.
func (q *queue) drain() []*storage.Claimed {
	q.mu.Lock()
	defer q.mu.Unlock()
	items := q.items
	q.items = nil
	return items
}

// textCache keeps the texts that were opened lately: a fan-out sends one text ten thousand times.
type textCache struct {
	mu       sync.Mutex
	now, old map[int64]messages.Part
}

const textsKept = 128 // at least, and at most twice as many

func newTextCache() *textCache { return &textCache{now: map[int64]messages.Part{}} }

func (t *textCache) get(id int64) (messages.Part, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p, ok := t.now[id]
	if ok {
		return p, true
	}
	if p, ok = t.old[id]; ok {
		t.keep(id, p)
	}
	return p, ok
}

func (t *textCache) put(id int64, p messages.Part) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.keep(id, p)
}

func (t *textCache) keep(id int64, p messages.Part) {
	if len(t.now) >= textsKept {
		t.now, t.old = map[int64]messages.Part{}, t.now
	}
	t.now[id] = p
}
