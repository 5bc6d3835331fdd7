package bot

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// diary is what jobs did, in order.
type diary struct {
	mu   sync.Mutex
	done []string
}

func (d *diary) add(what string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done = append(d.done, what)
}

func (d *diary) list() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.done)
}

// every is a job that recurs; what it does is written down in a chat, so that it counts only when it is committed.
func every(name string, first time.Time, step time.Duration, chat int64) commands.Job {
	return commands.Job{
		Name: name,
		Next: func(tx *storage.Tx, _ time.Time) (time.Time, error) {
			s, err := tx.FindSchedule(name)
			if errors.Is(err, storage.ErrNotFound) {
				return first, nil
			}
			return storage.At(s.NextAt), err
		},
		Run: func(_ context.Context, tx *storage.Tx, now time.Time) error {
			s, err := tx.EnsureSchedule(name, "spec", first)
			if err != nil {
				return err
			}
			at := storage.At(s.NextAt)
			next := at
			for !next.After(now) { // missed ones are done once
				next = next.Add(step)
			}
			mine, err := tx.AdvanceSchedule(name, at, next)
			if err != nil || !mine || at.After(now) {
				return err
			}
			what := name + " " + at.UTC().Format("2 15:04")
			_, err = queueText(tx, storage.Delivery{Cause: what, ChatID: chat}, messages.Part{Body: messages.Rich{{Text: what}}})
			return err
		},
	}
}

func TestJobsRunOnceEachInOrder(t *testing.T) {
	each(t, func(r *running) {
		c := r.chat("-1").ID
		r.engine.jobs = []commands.Job{every("late", noon.Add(3*time.Hour), 24*time.Hour, c), every("early", noon.Add(time.Hour), 24*time.Hour, c)}
		r.start()
		r.never("a job runs before its time", func() bool { return len(r.net.heard("-1")) > 0 })
		r.clock.forward(4 * time.Hour)
		r.hears("-1", "early 7 13:00", "late 7 15:00")
		r.never("a job runs twice", func() bool { return len(r.net.heard("-1")) > 2 })
	})
}

func TestMissedByARestartIsDoneOnce(t *testing.T) {
	each(t, func(r *running) {
		c := r.chat("-1").ID
		r.engine.jobs = []commands.Job{every("daily", noon.Add(time.Hour), 24*time.Hour, c)}
		r.start()
		r.clock.forward(time.Hour)
		r.hears("-1", "daily 7 13:00")
		r.stop()
		r.clock.forward(72 * time.Hour)
		r.start()
		r.hears("-1", "daily 7 13:00", "daily 8 13:00")
		r.never("each missed day is made up for", func() bool { return len(r.net.heard("-1")) > 2 })
	})
}

func TestFailingJobStopsNoOther(t *testing.T) {
	each(t, func(r *running) {
		var done diary
		due := func(*storage.Tx, time.Time) (time.Time, error) { return noon, nil }
		job := func(name string, run func() error) commands.Job {
			return commands.Job{Name: name, Next: due, Run: func(context.Context, *storage.Tx, time.Time) error {
				done.add(name)
				return run()
			}}
		}
		blind := func(name string, next func() (time.Time, error)) commands.Job {
			return commands.Job{Name: name, Next: func(*storage.Tx, time.Time) (time.Time, error) {
				done.add(name)
				return next()
			}, Run: func(context.Context, *storage.Tx, time.Time) error { return nil }}
		}
		r.engine.jobs = []commands.Job{
			job("fails", func() error { return errors.New("a bug") }),
			job("panics", func() error { panic("a bug") }),
			blind("can't say when", func() (time.Time, error) { return time.Time{}, errors.New("a bug") }),
			blind("panics when asked", func() (time.Time, error) { panic("a bug") }),
			every("works", noon, time.Hour, r.chat("-1").ID),
		}
		r.start()
		r.hears("-1", "works 7 12:00")
		r.clock.forward(time.Hour)
		r.hears("-1", "works 7 12:00", "works 7 13:00")
		r.eventually("what failed is tried again", func() bool {
			times := map[string]int{}
			for _, name := range done.list() {
				times[name]++
			}
			return times["fails"] > 1 && times["panics"] > 1 && times["can't say when"] > 1 && times["panics when asked"] > 1
		})
		if n := len(done.list()); n > 40 {
			r.Errorf("%d tries within moments", n)
		}
	})
}

// Two processes with an account each share the clock's work.
func TestJobIsDoneOnceByTwoProcesses(t *testing.T) {
	r := prepare(t, storagetest.Postgres(t))
	other := prepare(t, r.cfg)
	other.net.account = "2"
	c := r.chat("-1").ID
	job := every("hourly", noon.Add(time.Hour), time.Hour, c)
	r.engine.jobs, other.engine.jobs = []commands.Job{job}, []commands.Job{job}
	r.start()
	other.start()
	var want []string
	for hour := range 5 {
		want = append(want, "hourly "+noon.Add(time.Duration(hour+1)*time.Hour).Format("2 15:04"))
		r.clock.forward(time.Hour)
		other.clock.forward(time.Hour)
		r.hears("-1", want...)
	}
	r.never("a job is done by both", func() bool { return len(r.net.heard("-1")) > 5 })
}

func TestOldMessagesAreForgotten(t *testing.T) {
	each(t, func(r *running) {
		r.start()
		if err := r.says("7", "1", "hello"); err != nil {
			r.Fatal(err)
		}
		r.clock.forward(keepInbox - time.Hour)
		r.bot.scheduler.prune(context.Background())
		if err := r.says("7", "1", "hello"); err != nil {
			r.Fatal(err)
		}
		r.hears("7", "echo hello")
		r.clock.forward(2 * time.Hour)
		r.bot.scheduler.prune(context.Background())
		n := int64(0)
		r.write(func(tx *storage.Tx) (err error) {
			n, err = tx.PruneInbox(r.clock.Now().Add(time.Hour), 10)
			return err
		})
		if n != 0 {
			r.Errorf("%d old messages were kept", n)
		}
	})
}
