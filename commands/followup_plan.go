package commands

import (
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// plannedTimes are followUpTimes for those who are asked how an alert that goes out now, or is opened again, ended: not on
// their days off.
func (t *Turn) plannedTimes(a storage.Alert) (due, remind, escalate time.Time, err error) {
	kind := kindNamed(a.Kind)
	due, remind, escalate = t.e.followUpTimes(kind, t.Now)
	people, err := t.responsible(a)
	if err != nil {
		return due, remind, escalate, err
	}
	remind, waits, err := t.remindAt(kind, people, remind)
	return due, remind, escalate.Add(waits), err
}

// openFollowUp opens the follow-up of an alert that goes out now, and gives when it is first reminded of.
func (t *Turn) openFollowUp(a storage.Alert) (time.Time, error) {
	due, remind, escalate, err := t.plannedTimes(a)
	if err != nil {
		return remind, err
	}
	return remind, t.Tx.OpenFollowUp(a.ID, due, remind, escalate)
}

// followUpSay tells the author of an alert that its outcome is wanted, and who is reminded of it when.
func (t *Turn) followUpSay(a storage.Alert, remind time.Time) (messages.Say, error) {
	values := messages.V{"Number": uint(a.ID), "When": messages.Moment(remind.In(t.e.Settings.Zone))} //nolint:gosec // numbers of alerts are above 0
	if a.HolderID == nil && a.PersonID != nil {
		if _, away, err := t.away(*a.PersonID); err != nil || !away {
			return messages.S("alert.followup", values), err
		}
	}
	return messages.S("alert.followup.other", messages.V{"Number": values["Number"]}), nil
}

// putOff moves the next reminder of a follow-up to a moment, or the first one after it at which not everybody who is
// asked has a day off, and gives it; the escalation waits as long. open is false where the follow-up is closed.
func (t *Turn) putOff(a storage.Alert, remind time.Time) (at time.Time, open bool, err error) {
	people, err := t.responsible(a)
	if err != nil {
		return at, false, err
	}
	at, waits, err := t.remindAt(kindNamed(a.Kind), people, remind)
	if err != nil {
		return at, false, err
	}
	after := t.e.Settings.EscalateAfter
	open, err = t.Tx.PutOff(a.ID, at, atOnce(t.Now.Add(after+waits), after))
	return at, open, err
}
