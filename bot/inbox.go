package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/buurtbode/buurtbode/commands"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/messages/picture"
	"github.com/buurtbode/buurtbode/storage"
)

// Engine is what the bot does with messages and by the clock: commands.Engine.
type Engine interface {
	// Relevant tells, without looking anything up, whether a message can concern the bot at all.
	Relevant(in messages.Inbound) bool
	// Handle answers one message in the transaction. It gives the answers that are this process's to send at once.
	Handle(ctx context.Context, tx *storage.Tx, in messages.Inbound, now time.Time) ([]storage.Claimed, error)
	// Broken answers a message that could not be handled and is put aside.
	Broken(ctx context.Context, tx *storage.Tx, in messages.Inbound, now time.Time) error
	// Failed hears of a delivery that will not reach its chat, and tells its author, once for each cause.
	Failed(ctx context.Context, tx *storage.Tx, d storage.Delivery, now time.Time) error
	// Paused hears that a network lets an account send nothing until a moment of real time, and why; the zero time: it may.
	Paused(ctx context.Context, tx *storage.Tx, platform, account string, until time.Time, why string, now time.Time) error
	// Jobs are what happens by the clock.
	Jobs() []commands.Job
}

const (
	maxAttempts   = 3                // then a message is put aside
	handleTimeout = 30 * time.Second // real time for one message, waiting for the database included
	pingTimeout   = 3 * time.Second
	longestPause  = 10 * time.Second // between two tries while the database doesn't answer
)

// inbox takes what arrives: each message once, in one transaction with everything that it causes.
type inbox struct {
	store   *storage.Store
	engine  Engine
	clock   Clock
	log     *slog.Logger
	metrics *metrics
	hand    func(storage.Claimed) // sends an answer at once; called after the commit

	down atomic.Int32 // messages in a row that met a database that doesn't answer
}

// receive handles one message. When it gives nil the message is dealt with for good: handled, a repeat, none of the
// bot's business, or put aside. After an error the network must bring it again.
func (i *inbox) receive(ctx context.Context, in messages.Inbound) error {
	in = in.Cleaned()
	i.metrics.received.WithLabelValues(in.At.Platform).Inc()
	if !i.engine.Relevant(in) {
		return nil
	}
	// what has begun is finished, also when the bot stops
	work, cancel := context.WithTimeout(context.WithoutCancel(ctx), handleTimeout)
	defer cancel()
	claimed, err := i.handle(work, in)
	switch {
	case err == nil:
		i.down.Store(0)
		for _, c := range claimed {
			i.hand(c)
		}
		return nil
	case storage.Unavailable(err) && !i.tookTooLong(ctx, work):
		return i.unavailable(ctx, err)
	}
	return i.failed(ctx, in, err)
}

// tookTooLong tells whether a message used up its time though the database answers: then it is the message's fault.
func (i *inbox) tookTooLong(ctx, work context.Context) bool {
	if work.Err() == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pingTimeout)
	defer cancel()
	return i.store.Ping(ctx) == nil
}

// handle does all of a message's work in one transaction.
func (i *inbox) handle(ctx context.Context, in messages.Inbound) (claimed []storage.Claimed, err error) {
	outcome := "handled"
	err = guard(func() error {
		in, jpeg := cleanPhoto(in)
		return i.store.Write(ctx, func(tx *storage.Tx) error {
			claimed, outcome = nil, "handled"
			now := i.clock.Now()
			fresh, err := tx.Arrive(in, now)
			if err != nil {
				return err
			}
			if !fresh {
				outcome = "repeat"
				return nil
			}
			if jpeg != nil {
				if err := tx.PutPhoto(in.Photo.SHA256, jpeg, now); err != nil {
					return err
				}
			}
			claimed, err = i.engine.Handle(ctx, tx, in, now)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	i.metrics.handled.WithLabelValues(in.At.Platform, outcome).Inc()
	return claimed, nil
}

// unavailable makes the network bring the message again, after a while: nothing is wrong with it.
func (i *inbox) unavailable(ctx context.Context, err error) error {
	n := i.down.Add(1)
	if n&(n-1) == 0 { // the 1st, 2nd, 4th, 8th time and so on
		i.log.Error("the database doesn't answer, messages wait", "times", n, "error", err)
	}
	_ = pause(ctx, backoff(int(n), longestPause), nil)
	return fmt.Errorf("receive: %w", err)
}

// failed counts a try that went wrong. After the last one the message is put aside, and its sender gets an answer.
func (i *inbox) failed(ctx context.Context, in messages.Inbound, cause error) error {
	work, cancel := context.WithTimeout(context.WithoutCancel(ctx), handleTimeout)
	defer cancel()
	var attempts int
	err := i.store.Write(work, func(tx *storage.Tx) (err error) {
		attempts, err = tx.Attempt(in, i.clock.Now())
		return err
	})
	if err != nil {
		return i.unavailable(ctx, err)
	}
	if attempts == 0 { // it was handled: only the answer to the commit got lost
		return nil
	}
	log := i.log.With("platform", in.At.Platform, "account", in.At.Account, "chat", i.chat(work, in.At), "attempt", attempts)
	i.metrics.failed.WithLabelValues(in.At.Platform).Inc()
	if attempts < maxAttempts {
		log.Warn("a message could not be handled, it will come again", "error", cause)
		return fmt.Errorf("receive: attempt %d of %d failed", attempts, maxAttempts)
	}
	log.Error("a message could not be handled and is put aside", "error", cause)
	err = guard(func() error {
		return i.store.Write(work, func(tx *storage.Tx) error {
			if err := i.engine.Broken(work, tx, in, i.clock.Now()); err != nil {
				return err
			}
			return tx.PutAside(in)
		})
	})
	if err != nil && !storage.Unavailable(err) {
		log.Error("a message that was put aside could not be answered either", "error", err)
		err = i.store.Write(work, func(tx *storage.Tx) error { return tx.PutAside(in) })
	}
	if err != nil {
		return i.unavailable(ctx, err)
	}
	return nil
}

// chat is our own id of a chat, for the log: the platform's may be a phone number. 0: not known yet.
func (i *inbox) chat(ctx context.Context, at messages.Address) (id int64) {
	_ = i.store.Read(ctx, func(tx *storage.Tx) error {
		c, err := tx.FindChat(at)
		id = c.ID
		return err
	})
	return id
}

// cleanPhoto takes everything but the picture out of a photo that came with its bytes. What can't be read as a photo is
// something that the bot doesn't read.
func cleanPhoto(in messages.Inbound) (messages.Inbound, []byte) {
	if in.Photo == nil || len(in.Photo.Data) == 0 {
		return in, nil
	}
	jpeg, err := picture.Clean(in.Photo.Data)
	if err != nil {
		in.Photo, in.Other = nil, true
		return in, nil
	}
	sum := sha256.Sum256(jpeg)
	photo := *in.Photo
	photo.Data, photo.SHA256 = nil, hex.EncodeToString(sum[:])
	in.Photo = &photo
	return in, jpeg
}

// guard makes a panic an error. Of the panic only runtime errors are shown: anything else could hold a message.
func guard(do func() error) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case runtime.Error:
			err = fmt.Errorf("panic: %w\n%s", r, debug.Stack())
		default:
			err = errors.New(fmt.Sprintf("panic with a %T\n", r) + string(debug.Stack()))
		}
	}()
	return do()
}
