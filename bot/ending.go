package bot

import (
	"context"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// endAll ends several deliveries, in one transaction where that can be: a bot that was off may find thousands that have
// expired.
func (o *outbox) endAll(ctx context.Context, all []*result) {
	if len(all) > 1 {
		err := guard(func() error {
			return o.store.Write(ctx, func(tx *storage.Tx) error {
				for _, r := range all {
					if err := o.writeEnd(ctx, tx, r, true); err != nil {
						return err
					}
				}
				return nil
			})
		})
		if err == nil {
			for _, r := range all {
				o.logEnd(r)
			}
			return
		}
	}
	for _, r := range all {
		o.end(ctx, r)
	}
}

// end writes what became of a delivery that is not simply sent or tried again, in a transaction of its own: its author
// hears of a failure in the same one. When telling the author breaks, the delivery is ended all the same.
func (o *outbox) end(ctx context.Context, r *result) {
	for failures := 1; ; failures++ {
		err := guard(func() error {
			return o.store.Write(ctx, func(tx *storage.Tx) error { return o.writeEnd(ctx, tx, r, true) })
		})
		if err != nil && !storage.Unavailable(err) {
			o.log.Error("the author of a message that failed could not be told", "delivery", r.claimed.Delivery.ID, "error", err)
			err = o.store.Write(ctx, func(tx *storage.Tx) error { return o.writeEnd(ctx, tx, r, false) })
		}
		if err == nil {
			o.logEnd(r)
			return
		}
		if ctx.Err() != nil {
			return // the next start tries again
		}
		o.log.Error("how a message ended could not be kept, trying on", "delivery", r.claimed.Delivery.ID, "failures", failures, "error", err)
		if pause(ctx, backoff(failures, longestPause), nil) != nil {
			return
		}
	}
}

func (o *outbox) writeEnd(ctx context.Context, tx *storage.Tx, r *result, tell bool) error {
	d, now := r.claimed.Delivery, o.clock.Now()
	if r.err == nil { // the bot left the chat
		if _, err := tx.SentAll(o.owner, []storage.Outcome{{ID: d.ID}}, now); err != nil {
			return err
		}
		return tx.ChatGone(d.ChatID, now)
	}
	if r.err.MovedTo != "" {
		if err := tx.MoveChat(d.ChatID, r.err.MovedTo); err != nil {
			return err
		}
		if r.state == storage.Queued {
			return tx.Retry(o.owner, d.ID, r.attempts, 0, r.err.Code)
		}
	}
	state := r.state
	if r.err.Code == codeNoTarget {
		state = storage.Cancelled
	}
	mine, err := tx.Finish(o.owner, d.ID, state, r.attempts, r.err.Code, now)
	if err != nil {
		return err
	}
	if r.err.Gone {
		if err := tx.ChatGone(d.ChatID, now); err != nil {
			return err
		}
	}
	if !mine || !tell || d.PersonID == nil && r.err.Code != storage.NoRights || state == storage.Cancelled {
		return nil
	}
	d.State, d.Attempts, d.Error, d.DoneAt = state, r.attempts, r.err.Code, now.UnixMilli()
	return o.engine.Failed(ctx, tx, d, now)
}

func (o *outbox) logEnd(r *result) {
	d := r.claimed.Delivery
	log := o.log.With("chat", d.ChatID, "delivery", d.ID)
	switch {
	case r.err == nil:
		log.Info("left a chat")
	case r.err.MovedTo != "" && r.state == storage.Queued:
		log.Info("a chat moved, its messages follow")
	case r.state == storage.Expired:
		log.Warn("a message expired before it could be sent")
	case r.err.Gone:
		log.Warn("a chat is gone: nothing more is sent there", "error", r.err)
	case d.Action == messages.Unbutton: // only the looks of an old message
		log.Debug("buttons could not be taken away", "error", r.err)
	default:
		log.Error("a message could not be sent", "attempts", r.attempts, "error", r.err)
	}
}
