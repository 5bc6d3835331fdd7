package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/buurtbode/buurtbode/storage"
)

// How long the lock of an account is tried for at the start: the one of a process that was killed may take a moment to
// be given back.
const (
	firstTry  = 3 * time.Second
	tryEvery  = 200 * time.Millisecond
	longTry   = 30 * time.Second
	tryAnswer = 10 * time.Second
)

// errLost ends the context of an account whose lock was lost.
var errLost = errors.New("the lock of the account was lost: the connection to the database broke")

// own gets the lock of a platform's account. At the first start it gives up after a few seconds, with
// storage.ErrLocked when another process runs the account; later it tries until ctx ends.
func (b *Bot) own(ctx context.Context, p Platform, first bool) (*storage.Lock, error) {
	begun := realNow()
	for failures := 1; ; failures++ {
		try, cancel := context.WithTimeout(ctx, tryAnswer)
		lock, err := b.cfg.Store.LockAccount(try, p.Platform(), p.Account())
		cancel()
		if err == nil {
			return lock, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		wait := backoff(failures, longTry)
		if first {
			if realNow().Sub(begun) > firstTry {
				return nil, fmt.Errorf("%s account %s: %w", p.Platform(), p.Account(), err)
			}
			wait = tryEvery
		} else {
			b.cfg.Log.Warn("the account is not ours again yet, trying on", "platform", p.Platform(), "account", p.Account(), "error", err)
		}
		if err := pause(ctx, wait, nil); err != nil {
			return nil, err
		}
	}
}

// whileOwned is a context that ends with ctx or when the lock is lost; then its cause is errLost.
func whileOwned(ctx context.Context, lock *storage.Lock) (context.Context, context.CancelFunc) {
	owned, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-lock.Lost():
			cancel(errLost)
		case <-owned.Done():
		}
	}()
	return owned, func() { cancel(nil) }
}
