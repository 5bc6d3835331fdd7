package bot

import (
	"context"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// round is what the keeper does in one go: it commits results, claims what is due and hands it out.
type round struct {
	results []*result      // well ended, or to be tried again
	ended   []*result      // failed for good, expired, moved or left: their own transactions
	waits   []storage.Wait // back to the queue, to wait
	hurry   map[int64]storage.Priority
	claims  []*storage.Claimed
	held    []int64 // given back by this round
}

func (r *round) empty() bool {
	return len(r.results)+len(r.waits)+len(r.hurry)+len(r.claims) == 0
}

// keep runs rounds until the workers are done, then puts back what is left. Claiming ends with ctx, writing with writing.
func (o *outbox) keep(ctx, writing context.Context, workersDone <-chan struct{}) {
	poll, sweep := time.NewTicker(pollEvery), time.NewTicker(sweepEvery)
	defer poll.Stop()
	defer sweep.Stop()
	for stopping := false; ; {
		select {
		case <-workersDone:
			o.finish(writing)
			return
		case <-o.poke:
		case <-poll.C:
			o.mu.Lock()
			o.dirty = true
			o.mu.Unlock()
		case <-sweep.C:
			o.sweep(writing)
		}
		stopping = stopping || ctx.Err() != nil
		var due []storage.Claimed
		for again := true; again && writing.Err() == nil; {
			due, again = o.round(writing, due, stopping || ctx.Err() != nil)
		}
	}
}

// round commits what is ready together with the claims of what the last round found due, and gives what is due next. It
// tells whether there is more to do at once.
func (o *outbox) round(ctx context.Context, due []storage.Claimed, stopping bool) ([]storage.Claimed, bool) {
	r := o.gather()
	o.sort(r, due)
	if !o.persist(ctx, r) {
		return nil, false
	}
	freed := o.release(r)
	o.endAll(ctx, r.ended)
	freed = append(freed, o.done(r.ended)...)
	// what is due, but waits for something else that is being sent, is not looked at again before that is done
	idle := len(due) > 0 && r.empty() && len(r.ended) == 0
	var next []storage.Claimed
	if !stopping && !idle {
		next = o.look(ctx, freed, len(r.hurry)+len(r.ended) > 0)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return next, len(next)+len(o.results)+len(o.waits) > 0
}

// gather takes the results that are ready.
func (o *outbox) gather() *round {
	r := &round{hurry: map[int64]storage.Priority{}}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, res := range o.results {
		e := res.err
		if res.state == storage.Failed || e != nil && e.MovedTo != "" || res.claimed.Delivery.Action == messages.LeaveChat && e == nil {
			r.ended = append(r.ended, res)
		} else {
			r.results = append(r.results, res)
		}
	}
	r.waits = o.waits
	for _, w := range o.waits {
		r.held = append(r.held, w.ID)
	}
	o.results, o.waits = nil, nil
	return r
}

// sort decides what to do with each delivery that is due: send it, let it wait, or end it. Where the network sets a rate,
// what has too many before it is left in the database, where it can be cancelled.
func (o *outbox) sort(r *round, due []storage.Claimed) {
	seen := make(map[int64]bool, len(due))
	wall, now := realNow(), o.clock.Now().UnixMilli()
	for i := range due {
		c := &due[i]
		d := &c.Delivery
		if seen[d.ID] {
			continue
		}
		seen[d.ID] = true
		if d.ExpiresAt > 0 && d.ExpiresAt <= now {
			r.ended = append(r.ended, ended(c, storage.Expired, "expired"))
			continue
		}
		if d.Error == codeNoText {
			r.ended = append(r.ended, ended(c, storage.Failed, codeNoText))
			continue
		}
		if c.Chat.State == storage.ChatGone {
			r.ended = append(r.ended, ended(c, storage.Failed, "gone"))
			continue
		}
		if origin := c.Origin; origin != nil && origin.ChatID == d.ChatID && (origin.State == storage.Queued || origin.State == storage.Sending) {
			if origin.Priority > d.Priority { // else it is on its way before this one
				r.hurry[origin.ID] = d.Priority
			}
			continue
		}
		if o.limits.Rate > 0 && !o.queue.room(c, r.claims, o.ahead) {
			continue
		}
		if wait := o.pace.take(d.ChatID, c.Chat.Kind, wall); wait > 0 {
			r.waits = append(r.waits, storage.Wait{ID: d.ID, Until: wall.Add(wait).UnixMilli()})
			o.wakeAfter(wait)
			continue
		}
		r.claims = append(r.claims, c)
	}
}

func ended(c *storage.Claimed, state storage.DeliveryState, code string) *result {
	return &result{
		claimed: c, state: state, attempts: c.Delivery.Attempts, err: &messages.SendError{Code: code}, committed: make(chan struct{}),
	}
}

// persist writes a round, however often it takes. It gives false when ctx ended first.
func (o *outbox) persist(ctx context.Context, r *round) bool {
	if r.empty() {
		return true
	}
	for failures := 1; ; failures++ {
		var got map[int64]bool
		err := o.store.WriteQueue(ctx, func(tx *storage.Tx) (err error) {
			got, err = o.write(tx, r)
			return err
		})
		if err == nil {
			claims := r.claims[:0]
			for _, c := range r.claims {
				if got[c.Delivery.ID] {
					claims = append(claims, c)
				}
			}
			r.claims = claims
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		o.log.Error("what was sent could not be kept, trying on", "failures", failures, "error", err)
		if pause(ctx, backoff(failures, longestPause), nil) != nil {
			return false
		}
	}
}

// write is the one transaction of a round. It gives the deliveries that were claimed.
func (o *outbox) write(tx *storage.Tx, r *round) (map[int64]bool, error) {
	var sent []storage.Outcome
	for _, res := range r.results {
		d := res.claimed.Delivery
		if res.state == storage.SentState {
			sent = append(sent, storage.Outcome{ID: d.ID, Message: res.sent.ID})
			continue
		}
		until := int64(0)
		if !res.until.IsZero() {
			until = res.until.UnixMilli()
		}
		if err := tx.Retry(o.owner, d.ID, res.attempts, until, res.err.Code); err != nil {
			return nil, err
		}
		if res.err.Code == codePhotoFile {
			if err := tx.SetPhotoFile(res.claimed.Part.Photo, o.account, ""); err != nil {
				return nil, err
			}
		}
	}
	if len(sent) > 0 {
		n, err := tx.SentAll(o.owner, sent, o.clock.Now())
		if err != nil {
			return nil, err
		}
		if n < int64(len(sent)) {
			o.suspect()
		}
		if err := o.writePhotoFiles(tx, r.results); err != nil {
			return nil, err
		}
	}
	if len(r.waits) > 0 {
		if err := tx.Postpone(o.owner, r.waits); err != nil {
			return nil, err
		}
	}
	for id, p := range r.hurry {
		if err := tx.Hurry(id, p); err != nil {
			return nil, err
		}
	}
	if len(r.claims) == 0 {
		return nil, nil
	}
	ids := make([]int64, len(r.claims))
	for i, c := range r.claims {
		ids[i] = c.Delivery.ID
	}
	return tx.Claim(o.owner, ids)
}

// writePhotoFiles remembers the network's ids of photos, once for each photo.
func (o *outbox) writePhotoFiles(tx *storage.Tx, results []*result) error {
	done := map[string]bool{}
	for _, res := range results {
		sha, file := res.claimed.Part.Photo, res.sent.PhotoFile
		if sha == "" || file == "" || done[sha] {
			continue
		}
		done[sha] = true
		if err := tx.SetPhotoFile(sha, o.account, file); err != nil {
			return err
		}
	}
	return nil
}

// release hands out what was claimed, and lets the workers go on whose results are kept. It gives the chats in which
// something ended: what waited behind it may be due.
func (o *outbox) release(r *round) (freed []int64) {
	o.mu.Lock()
	for _, c := range r.claims {
		o.held[c.Delivery.ID] = true
	}
	for _, id := range r.held {
		delete(o.held, id)
	}
	o.mu.Unlock()
	o.queue.put(r.claims...)
	return o.done(r.results)
}

// done lets go of results that the database has, and gives their chats.
func (o *outbox) done(results []*result) (chats []int64) {
	o.mu.Lock()
	for _, res := range results {
		delete(o.held, res.claimed.Delivery.ID)
	}
	o.mu.Unlock()
	for _, res := range results {
		chats = append(chats, res.claimed.Chat.ID)
		o.count(res)
		close(res.committed)
		if wait := res.until.Sub(realNow()); res.state == storage.Queued && wait > 0 {
			o.wakeAfter(wait)
		}
	}
	return chats
}

func (o *outbox) count(r *result) {
	state := string(r.state)
	if r.state == storage.Queued {
		state = "retried"
	}
	o.metrics.deliveries.WithLabelValues(o.platform.Platform(), state).Inc()
}

// finish commits the last results and puts back what was claimed and not sent.
func (o *outbox) finish(ctx context.Context) {
	r := o.gather()
	for _, c := range o.queue.drain() {
		r.waits = append(r.waits, storage.Wait{ID: c.Delivery.ID, Until: c.Delivery.NotBefore})
	}
	if !o.persist(ctx, r) {
		o.log.Warn("the last results could not be kept: some messages will be sent twice")
		return
	}
	o.release(r)
	o.endAll(ctx, r.ended)
	o.done(r.ended)
}
