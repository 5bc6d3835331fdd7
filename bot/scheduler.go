package bot

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/buurtbode/buurtbode/commands"
	"github.com/buurtbode/buurtbode/storage"
)

const (
	lookEvery    = time.Second // real time; nothing by the clock is finer
	shortestWait = 10 * time.Millisecond
	pruneEvery   = time.Hour           // real time
	keepInbox    = 14 * 24 * time.Hour // networks bring a message again within a day or so; the rest is caution
	keepWeb      = 90 * 24 * time.Hour // what visitors of the page find when they come back
	pruneAtOnce  = 1000
	longestJob   = 5 * time.Minute // between two tries of a job that fails
)

// scheduler runs what happens by the clock.
type scheduler struct {
	store   *storage.Store
	engine  Engine
	clock   Clock
	log     *slog.Logger
	metrics *metrics

	mu     sync.Mutex         // one run at a time
	failed map[string]failing // jobs that went wrong the last time
}

// failing is how often a job went wrong in a row, and when it is tried again, by real time.
type failing struct {
	times int
	until time.Time
}

// planned is a job and when it has something to do.
type planned struct {
	job commands.Job
	at  time.Time
}

// run does what is due until ctx ends.
func (s *scheduler) run(ctx context.Context) {
	prune := time.NewTicker(pruneEvery)
	defer prune.Stop()
	s.prune(ctx)
	for ctx.Err() == nil {
		wait := lookEvery
		next, err := s.step(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			s.log.Error("what happens by the clock could not be looked up, trying on", "error", err)
		case !next.IsZero():
			wait = min(wait, max(shortestWait, next.Sub(s.clock.Now())))
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-prune.C:
			s.prune(ctx)
		}
		timer.Stop()
	}
}

// next is when the earliest job has something to do; the zero time: nothing is planned. Jobs that wait after a failure
// don't count.
func (s *scheduler) next(ctx context.Context) (time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all, err := s.plan(ctx)
	if err != nil || len(all) == 0 {
		return time.Time{}, err
	}
	return all[0].at, nil
}

// errNext says that a job could not say when it is due, and is left out from now on.
var errNext = errors.New("a job's Next failed")

// plan gives the jobs that have something to do, the earliest first.
func (s *scheduler) plan(ctx context.Context) ([]planned, error) {
	for {
		var all []planned
		err := s.store.Read(ctx, func(tx *storage.Tx) error {
			now := s.clock.Now()
			for _, j := range s.engine.Jobs() {
				if s.failed[j.Name].until.After(realNow()) {
					continue
				}
				var at time.Time
				err := guard(func() (err error) {
					at, err = j.Next(tx, now)
					return err
				})
				if err != nil && storage.Unavailable(err) {
					return err
				}
				if err != nil { // on PostgreSQL an error ends the transaction: the others need a new one
					s.broken(j, err)
					return errNext
				}
				if !at.IsZero() {
					all = append(all, planned{j, at})
				}
			}
			return nil
		})
		if errors.Is(err, errNext) {
			continue
		}
		slices.SortStableFunc(all, func(a, b planned) int { return a.at.Compare(b.at) })
		return all, err
	}
}

// step runs every job that is due, the earliest first, each in a transaction of its own, and gives when the next one
// is. A job that fails doesn't stop the others; it is tried again later.
func (s *scheduler) step(ctx context.Context) (time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all, err := s.plan(ctx)
	if err != nil {
		return time.Time{}, err
	}
	for _, p := range all {
		if p.at.After(s.clock.Now()) || ctx.Err() != nil {
			return p.at, nil
		}
		err := guard(func() error {
			return s.store.Write(ctx, func(tx *storage.Tx) error { return p.job.Run(ctx, tx, s.clock.Now()) })
		})
		if err != nil {
			if ctx.Err() != nil {
				return time.Time{}, ctx.Err()
			}
			s.broken(p.job, err)
			continue
		}
		delete(s.failed, p.job.Name)
		s.metrics.jobs.WithLabelValues(p.job.Name, "done").Inc()
	}
	return s.clock.Now(), nil // what ran may be planned anew: look again soon
}

func (s *scheduler) broken(j commands.Job, err error) {
	f := s.failed[j.Name]
	f.times++
	wait := backoff(f.times, longestJob)
	f.until = realNow().Add(wait)
	s.failed[j.Name] = f
	s.metrics.jobs.WithLabelValues(j.Name, "failed").Inc()
	s.log.Error("work by the clock failed and is tried again", "job", j.Name, "times", f.times, "wait", wait, "error", err)
}

// prune forgets which messages came in long ago, and what stands in the chats of the page since long, a thousand at a
// time so that others can write in between.
func (s *scheduler) prune(ctx context.Context) {
	for {
		var n int64
		err := s.store.Write(ctx, func(tx *storage.Tx) error {
			now := s.clock.Now()
			in, err := tx.PruneInbox(now.Add(-keepInbox), pruneAtOnce)
			if err != nil {
				return err
			}
			web, err := tx.PruneWebMessages(now.Add(-keepWeb), pruneAtOnce)
			n = max(in, web)
			return err
		})
		if err != nil && ctx.Err() == nil {
			s.log.Warn("old messages could not be forgotten", "error", err)
		}
		if err != nil || n < pruneAtOnce {
			return
		}
	}
}
