package bot

import (
	"context"
	"errors"
	"time"

	"github.com/buurtbode/buurtbode/storage"
)

// lookForPauses is how often a platform is asked whether its network lets it send, in real time.
const lookForPauses = time.Second

// paused is until when the network lets a platform send nothing; the zero time: it may.
func paused(p Platform) time.Time {
	if pauser, ok := p.(Pauser); ok {
		until, _ := pauser.Paused()
		return until
	}
	return time.Time{}
}

// watchPauses keeps in the database when the network lets a platform send nothing, so that the portfolio holder and
// doctor hear of it.
func (b *Bot) watchPauses(ctx context.Context, p Platform) {
	pauser, ok := p.(Pauser)
	if !ok {
		return
	}
	gauge := b.metrics.paused.WithLabelValues(p.Platform())
	var known time.Time
	for kept := false; ctx.Err() == nil; _ = pause(ctx, lookForPauses, nil) {
		until, why := pauser.Paused()
		until = until.Truncate(time.Millisecond)
		if kept && until.Equal(known) {
			continue
		}
		gauge.Set(0)
		if !until.IsZero() {
			gauge.Set(1)
		}
		err := b.cfg.Store.Write(ctx, func(tx *storage.Tx) error {
			return b.cfg.Engine.Paused(ctx, tx, p.Platform(), p.Account(), until, why, b.cfg.Clock.Now())
		})
		if err != nil {
			if ctx.Err() == nil {
				b.cfg.Log.Error("a pause of the network could not be kept, trying on", "platform", p.Platform(), "account", p.Account(), "error", err)
			}
			continue
		}
		known, kept = until, true
	}
}

// tellEnded keeps that a platform has ended for good, so that the portfolio holder and doctor hear of it.
func (b *Bot) tellEnded(ctx context.Context, p Platform, why error) {
	if errors.Is(why, storage.ErrLocked) { // another process runs it
		return
	}
	b.metrics.paused.WithLabelValues(p.Platform()).Set(1)
	err := guard(func() error {
		return b.cfg.Store.Write(ctx, func(tx *storage.Tx) error {
			return b.cfg.Engine.Paused(ctx, tx, p.Platform(), p.Account(), storage.ForGood(), why.Error(), b.cfg.Clock.Now())
		})
	})
	if err != nil && ctx.Err() == nil {
		b.cfg.Log.Error("nobody could be told that a platform has ended", "platform", p.Platform(), "account", p.Account(), "error", err)
	}
}
