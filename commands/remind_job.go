package commands

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// remindJob reminds officers of the alerts whose outcome they have not told yet (R5).
func (e *Engine) remindJob() Job {
	return Job{
		Name: "remind",
		Next: func(tx *storage.Tx, now time.Time) (time.Time, error) {
			at, err := tx.NextReminder()
			return e.notAtNight(at, now, e.Settings.RemindAfter), err
		},
		Run: func(ctx context.Context, tx *storage.Tx, now time.Time) error {
			t := e.turn(ctx, tx, now)
			due, err := tx.ToRemind(now)
			if err != nil {
				return err
			}
			return t.remind(due)
		},
	}
}

// notAtNight is when something planned is done: what was missed, by a restart in the evening, waits for the morning too.
func (e *Engine) notAtNight(at, now time.Time, d time.Duration) time.Time {
	if at.IsZero() {
		return at
	}
	return atOnce(later(at, now).In(e.Settings.Zone), d)
}

func (t *Turn) remind(due []storage.Alert) error {
	digests := map[int64][]storage.Alert{}
	for _, a := range due {
		people, err := t.responsible(a)
		if err != nil {
			return err
		}
		kind := kindNamed(a.Kind)
		for _, p := range people {
			if !t.e.alone(kind) {
				digests[p] = append(digests[p], a)
				continue
			}
			if err := t.remindOf(p, a); err != nil {
				return err
			}
		}
		if err := t.Tx.Reminded(a.ID, t.e.again(kind, t.Now)); err != nil {
			return err
		}
	}
	people := make([]int64, 0, len(digests))
	for p := range digests {
		people = append(people, p)
	}
	slices.Sort(people)
	for _, p := range people {
		if err := t.remindOfAll(p, digests[p]); err != nil {
			return err
		}
	}
	return nil
}

// remindOf reminds of one alert.
func (t *Turn) remindOf(person int64, a storage.Alert) error {
	all, err := t.titles([]storage.Alert{a})
	if err != nil {
		return err
	}
	c := messages.Paragraphs(messages.S("remind.one"), t.line(all[0])).With(remindOptions(a, false)...)
	_, err = t.Tell(person, c, How{Cause: fmt.Sprintf("remind:%d:%d", a.ID, a.Reminders+1) + round(a), Priority: storage.Reminder})
	return err
}

// remindOfAll is the day's digest.
func (t *Turn) remindOfAll(person int64, due []storage.Alert) error {
	if len(due) == 1 {
		return t.remindOf(person, due[0])
	}
	c, err := t.openList(messages.S("remind.many", messages.V{"Count": len(due)}), due, func(a storage.Alert) []messages.Option {
		return remindOptions(a, true)
	})
	if err != nil {
		return err
	}
	_, err = t.Tell(person, c, How{Cause: fmt.Sprintf("digest:%d:%d", person, t.Now.UnixMilli()), Priority: storage.Reminder})
	return err
}
