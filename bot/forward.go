package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/buurtbode/buurtbode/storage"
)

const (
	settleEvery = 2 * time.Millisecond // real time; the queue of a town to play with is short
	settleFor   = 20 * time.Second
	maxSteps    = 10_000 // a job that is due again at once would never end
)

// Forward lets happen what is due up to a moment, in order: turn sets the domain clock, first to each time at which
// something is due, at last to the moment itself. It blocks until what was said on the way is sent, and must be called
// by one at a time. The bot must run.
func (b *Bot) Forward(ctx context.Context, turn func(time.Time), until time.Time) error {
	for range maxSteps {
		if err := b.Settle(ctx); err != nil {
			return err
		}
		next, err := b.scheduler.next(ctx)
		if err != nil {
			return fmt.Errorf("put the clock forward: %w", err)
		}
		if next.IsZero() || next.After(until) {
			turn(until)
			return b.Settle(ctx)
		}
		if next.After(b.cfg.Clock.Now()) {
			turn(next)
		}
		if _, err := b.scheduler.step(ctx); err != nil {
			return fmt.Errorf("put the clock forward: %w", err)
		}
	}
	return errors.New("put the clock forward: there is no end to what is due")
}

// Settle blocks until nothing waits to be sent any more.
func (b *Bot) Settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, settleFor)
	defer cancel()
	for {
		n := 0
		err := b.cfg.Store.Read(ctx, func(tx *storage.Tx) error {
			n = 0
			for account := range b.accounts() {
				lengths, err := tx.QueueLength(account)
				if err != nil {
					return err
				}
				for _, waiting := range lengths {
					n += waiting
				}
				underway, err := tx.Underway(account)
				if err != nil {
					return err
				}
				n += len(underway)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("wait for the queue: %w", err)
		}
		if n == 0 && len(b.accounts()) == len(b.cfg.Platforms) {
			return nil
		}
		if err := pause(ctx, settleEvery, nil); err != nil {
			return fmt.Errorf("wait for the queue: %d messages: %w", n, err)
		}
	}
}
