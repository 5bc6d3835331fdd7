package commands

import (
	"fmt"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// passAfter is how long admins get before a group is reminded, once, of passing an urgent alert on.
const passAfter = 30 * time.Minute

// passJob reminds admin groups in which nobody said so yet of passing an urgent alert or its outcome on: once each, and
// never at night.
func (e *Engine) passJob() Job {
	next := func(tx *storage.Tx, now time.Time) (time.Time, error) {
		at, err := tx.NextPassReminder()
		return e.notAtNight(at, now, 0), err
	}
	return eachDue(e, "pass", next, (*storage.Tx).PassRemindersBy, (*Turn).remindToPass)
}

// planPassReminder plans the reminder of what just went out with a cause, where it is urgent.
func (t *Turn) planPassReminder(what storage.Passed, a storage.Alert, cause string) error {
	if !a.Urgent || a.Drill {
		return nil
	}
	return t.Tx.PlanPassReminder(storage.PassReminder{
		AlertID: a.ID, What: what, Cause: cause, RemindAt: awake(awake(t.Now).Add(passAfter)).UnixMilli(), // at night an outcome is held back until the morning
	})
}

func (t *Turn) remindToPass(r storage.PassReminder) error {
	if mine, err := t.Tx.TakePassReminder(r); err != nil || !mine {
		return err
	}
	a, err := t.Tx.Alert(r.AlertID)
	if err != nil {
		return err
	}
	until := evening(t.Now)
	say := messages.S("passing.remind")
	if r.What == storage.PassedOutcome {
		say = messages.S("passing.remindoutcome")
	} else if valid := validUntil(a); valid.Before(until) {
		until = valid
	}
	over := r.What == storage.PassedAlert && !a.Open()
	if a.State != storage.AlertSent || over || !t.Now.Before(until) {
		return nil
	}
	_, err = t.TellAll(storage.NotPassedOn(r, t.Now.Add(-passAfter)), passable(messages.Paragraphs(say, messages.S("passing.howoff")), r.What, a), How{
		Cause: passCause(r.What, a), Priority: storage.Reminder, Expires: until,
	})
	return err
}

// passCause is the cause of the reminders. Of an alert that was opened again the outcome is passed on once more.
func passCause(what storage.Passed, a storage.Alert) string {
	cause := fmt.Sprintf("pass:%d:%s", a.ID, what)
	if what == storage.PassedOutcome {
		cause += round(a)
	}
	return cause
}

// round tells the causes of an alert that was opened again from those before.
func round(a storage.Alert) string {
	if a.Reopened == 0 {
		return ""
	}
	return fmt.Sprintf(":again%d", a.Reopened)
}

// evening is when the night begins: what was not delivered by then is not to be delivered in it.
func evening(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day(), nightFrom, 0, 0, 0, at.Location())
}
