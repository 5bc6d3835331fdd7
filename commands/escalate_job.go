package commands

import (
	"fmt"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// nobodyYet is when an escalation is tried again that no portfolio holder could hear.
const nobodyYet = 24 * time.Hour

// escalateJob tells the portfolio holder of alerts whose outcome stays away.
func (e *Engine) escalateJob() Job {
	next := func(tx *storage.Tx, now time.Time) (time.Time, error) {
		at, err := tx.NextEscalation()
		return e.notAtNight(at, now, e.Settings.EscalateAfter), err
	}
	return eachDue(e, "escalate", next, (*storage.Tx).ToEscalate, (*Turn).escalate)
}

func (t *Turn) escalate(a storage.Alert) error {
	holders, err := t.Tx.Holders(a.AreaID, storage.Portfolio)
	if err != nil {
		return err
	}
	all, err := t.titles([]storage.Alert{a})
	if err != nil {
		return err
	}
	author, err := t.authorSay(a)
	if err != nil {
		return err
	}
	c := messages.Paragraphs(
		messages.S("escalate.open"), t.line(all[0]),
		messages.S("escalate.by", messages.V{"Author": author, "Count": a.Reminders}),
	).With(remindOptions(a, false)[:1]...)
	if a.HolderID != nil {
		name, err := t.Tx.Name(*a.HolderID)
		if err != nil {
			return err
		}
		c.Text = append(c.Text, messages.S("escalate.with", messages.V{"Name": name}))
	}
	told := false
	for _, p := range holders {
		reached, err := t.Tell(p, c, How{Cause: fmt.Sprintf("escalate:%d", a.ID) + round(a), Priority: storage.Reminder})
		if err != nil {
			return err
		}
		told = told || reached
	}
	if !told { // there is none yet, or none who ever wrote to the bot
		_, err := t.Tx.PutOff(a.ID, storage.At(a.RemindAt), t.Now.Add(nobodyYet))
		return err
	}
	return t.Tx.Escalated(a.ID, t.Now)
}

// authorSay is the name of who sent an alert, for those who lead the officers.
func (t *Turn) authorSay(a storage.Alert) (messages.Say, error) {
	if a.PersonID == nil {
		return messages.S("escalate.nobody"), nil
	}
	name, err := t.Tx.Name(*a.PersonID)
	return messages.Verbatim(name), err
}
