package commands

import (
	"context"
	"time"

	"github.com/buurtbode/buurtbode/storage"
)

// Job is something that happens by the clock.
type Job struct {
	Name string
	// Next is when the job has something to do; the zero time: nothing is planned. It is asked every second and only
	// reads: what must be written first (a schedule that is new, or whose spec changed) is due now, and Run writes it.
	Next func(tx *storage.Tx, now time.Time) (time.Time, error)
	// Run does what is due at now. It runs in a transaction of its own and may run again: it does nothing twice.
	Run func(ctx context.Context, tx *storage.Tx, now time.Time) error
}

// clockless is the Next of a job whose next moment stands in the database, whatever the time is.
func clockless(next func(*storage.Tx) (time.Time, error)) func(*storage.Tx, time.Time) (time.Time, error) {
	return func(tx *storage.Tx, _ time.Time) (time.Time, error) { return next(tx) }
}

// eachDue is a job that does something with each thing that is due, in one transaction.
func eachDue[D any](e *Engine, name string, next func(*storage.Tx, time.Time) (time.Time, error), due func(*storage.Tx, time.Time) ([]D, error), do func(*Turn, D) error) Job {
	return Job{Name: name, Next: next, Run: func(ctx context.Context, tx *storage.Tx, now time.Time) error {
		all, err := due(tx, now)
		if err != nil {
			return err
		}
		for _, d := range all {
			if err := do(e.turn(ctx, tx, now), d); err != nil {
				return err
			}
		}
		return nil
	}}
}

// Jobs are everything that happens by the clock.
func (e *Engine) Jobs() []Job {
	return []Job{
		e.remindJob(), e.escalateJob(), e.planJob(), e.progressJob(), e.previewJob(), e.weeklyJob(),
		e.leaveJob(), e.passJob(), e.formsJob(), e.filesJob(), e.purgeJob(), e.textsJob(),
		e.quietJob(),
	}
}
