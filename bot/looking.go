package bot

import (
	"context"
	"errors"
	"time"

	"github.com/buurtbode/buurtbode/storage"
)

// look reads what is due: in the chats in which something ended, and everywhere when something new may be due or the
// queue runs low.
func (o *outbox) look(ctx context.Context, freed []int64, everywhere bool) []storage.Claimed {
	wall := realNow()
	scan := o.wantsScan(wall, everywhere)
	if !scan && len(freed) == 0 {
		return nil
	}
	var due []storage.Claimed
	err := o.store.Read(ctx, func(tx *storage.Tx) (err error) {
		now := o.clock.Now()
		if len(freed) > 0 {
			if due, err = tx.DueIn(freed, o.account, wall, now); err != nil {
				return err
			}
		}
		if scan {
			more, err := tx.Due(o.account, wall, now, o.ahead)
			if err != nil {
				return err
			}
			o.queue.reach(horizon(more, o.ahead))
			due = append(due, more...)
		}
		return o.openTexts(tx, due)
	})
	if took := realNow().Sub(wall); scan && len(due) < o.ahead/4 && took > slowScan {
		o.scanAt = realNow().Add(min(time.Second, 4*took)) // thousands of rows wait: they aren't looked through all the time
	}
	if err != nil {
		o.mu.Lock()
		o.dirty = true // the next poll tries again
		o.mu.Unlock()
		if ctx.Err() == nil {
			o.log.Error("the queue could not be read, trying on", "error", err)
		}
		return nil
	}
	return due
}

// slowScan is how long a look through the queue takes at most where few rows wait.
const slowScan = 5 * time.Millisecond

// wantsScan tells whether the keeper is to look for what is due in all chats. After one that took long for little it
// waits a while.
func (o *outbox) wantsScan(wall time.Time, anyway bool) bool {
	low := o.queue.low(o.ahead / 2)
	o.mu.Lock()
	defer o.mu.Unlock()
	if !anyway && !low && !o.dirty {
		return false
	}
	if wait := o.scanAt.Sub(wall); wait > 0 {
		o.dirty = true
		time.AfterFunc(wait, o.nudge)
		return false
	}
	o.dirty = false
	return true
}

// horizon is how far a look for at most limit deliveries saw.
func horizon(due []storage.Claimed, limit int) key {
	if len(due) < limit {
		return nowhere()
	}
	return keyOf(&due[len(due)-1])
}

// openTexts gives each delivery its text.
func (o *outbox) openTexts(tx *storage.Tx, due []storage.Claimed) error {
	for i := range due {
		id := due[i].Delivery.TextID
		if id == nil {
			continue
		}
		part, ok := o.texts.get(*id)
		if !ok {
			var err error
			part, err = tx.Text(*id)
			if errors.Is(err, storage.ErrUnreadable) { // the others are sent all the same
				due[i].Delivery.Error = codeNoText
				continue
			}
			if err != nil {
				return err
			}
			o.texts.put(*id, part)
		}
		due[i].Part = part
	}
	return nil
}

// sweep puts back what is marked as being sent though nobody here holds it: an answer whose commit succeeded while the
// connection to the database broke. It must be seen twice, so that what is just being handed over is left alone.
func (o *outbox) sweep(ctx context.Context) {
	var underway []int64
	err := o.store.Read(ctx, func(tx *storage.Tx) (err error) {
		underway, err = tx.Underway(o.account)
		return err
	})
	if err != nil {
		return // the next sweep sees it
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	stray := map[int64]bool{}
	for _, id := range underway {
		switch {
		case o.held[id]:
		case o.stray[id]:
			o.waits = append(o.waits, storage.Wait{ID: id})
		default:
			stray[id] = true
		}
	}
	o.stray = stray
}
