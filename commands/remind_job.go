package commands

import (
	"context"
	"fmt"
	"maps"
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
		working, err := t.working(people)
		if err != nil {
			return err
		}
		kind := kindNamed(a.Kind)
		for _, p := range working {
			if !t.e.alone(kind) {
				digests[p] = append(digests[p], a)
				continue
			}
			if err := t.remindOf(p, a); err != nil {
				return err
			}
		}
		if err := t.reminded(a, people, len(working) > 0); err != nil {
			return err
		}
	}
	for _, p := range slices.Sorted(maps.Keys(digests)) {
		if err := t.remindOfAll(p, digests[p]); err != nil {
			return err
		}
	}
	return nil
}

// reminded plans the next reminder. Where everybody had a day off there was none, and it is that of today that waits.
func (t *Turn) reminded(a storage.Alert, people []int64, told bool) error {
	kind, count, next := kindNamed(a.Kind), 0, t.Now
	if told || len(people) == 0 {
		next = t.e.again(kind, t.Now)
	}
	if told {
		count = 1
	}
	at, waits, err := t.remindAt(kind, people, next)
	if err != nil {
		return err
	}
	return t.Tx.Reminded(a.ID, count, at, waits)
}

// reminder is how a reminder is sent: what does not get out before the evening is not sent at night, it is due again anyway.
func (t *Turn) reminder(cause string) How {
	how := How{Cause: cause, Priority: storage.Reminder, Expires: evening(t.Now)}
	if !t.Now.Before(how.Expires) || t.Now.Hour() < nightUntil { // somebody tries the bot out at night
		how.Expires = time.Time{}
	}
	return how
}

// remindOf reminds of one alert.
func (t *Turn) remindOf(person int64, a storage.Alert) error {
	all, err := t.titles([]storage.Alert{a})
	if err != nil {
		return err
	}
	c := messages.Paragraphs(messages.S("remind.one"), t.line(all[0])).With(remindOptions(a, false)...)
	besides, err := t.besides(person, a)
	if err != nil {
		return err
	}
	instead, err := t.insteadSay(person, a)
	if err != nil {
		return err
	}
	c.Text = append(append(c.Text, besides...), instead...)
	_, err = t.Tell(person, c, t.reminder(fmt.Sprintf("remind:%d:%d:%d", a.ID, a.Reminders+1, person)+round(a)))
	return err
}

// remindOfAll is the day's digest.
func (t *Turn) remindOfAll(person int64, due []storage.Alert) error {
	if len(due) == 1 {
		return t.remindOf(person, due[0])
	}
	askedFirst(due)
	c, err := t.openList(person, messages.S("remind.many", messages.V{"Count": len(due)}), due, func(a storage.Alert) []messages.Option {
		return remindOptions(a, true)
	})
	if err != nil {
		return err
	}
	instead, err := t.insteadSay(person, due...)
	if err != nil {
		return err
	}
	c.Text = append(c.Text, instead...)
	_, err = t.Tell(person, c, t.reminder(fmt.Sprintf("digest:%d:%d", person, t.Now.UnixMilli())))
	return err
}

// insteadSay tells somebody who is asked about alerts of colleagues that those are away.
func (t *Turn) insteadSay(person int64, due ...storage.Alert) ([]messages.Say, error) {
	var out []messages.Say
	var told []int64
	for _, a := range due {
		tellers := a.Tellers()
		if len(tellers) == 0 || tellers[0] == person || slices.Contains(told, tellers[0]) {
			continue
		}
		if _, away, err := t.away(tellers[0]); err != nil || !away {
			if err != nil {
				return nil, err
			}
			continue
		}
		name, err := t.Tx.Name(tellers[0])
		if err != nil {
			return nil, err
		}
		told = append(told, tellers[0])
		out = append(out, messages.S("remind.instead", messages.V{"Name": name}))
	}
	return out, nil
}
