package commands

import (
	"fmt"
	"slices"
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
	people, err := t.responsible(a)
	if err != nil {
		return err
	}
	if days, err := t.waits(people, t.Now); err != nil || days > 0 { // who should tell it gets the chance first
		if err != nil {
			return err
		}
		return t.escalateLater(a, t.Now.AddDate(0, 0, days))
	}
	holders, err := t.escalatedTo(a)
	if err != nil {
		return err
	}
	if len(holders) == 0 { // there is none yet, or none who ever wrote to the bot
		return t.escalateLater(a, t.Now.Add(nobodyYet))
	}
	say, err := t.escalation(a)
	if err != nil {
		return err
	}
	for _, p := range holders {
		if _, err := t.tellCalmly(p, say, fmt.Sprintf("escalate:%d:%d", a.ID, p)+round(a)); err != nil {
			return err
		}
	}
	return t.Tx.Escalated(a.ID, t.Now)
}

// escalation is what those who lead read of an alert whose outcome stays away.
func (t *Turn) escalation(a storage.Alert) (func(at time.Time) messages.Content, error) {
	all, err := t.titles([]storage.Alert{a})
	if err != nil {
		return nil, err
	}
	author, err := t.authorSay(a)
	if err != nil {
		return nil, err
	}
	who, err := t.escalatedFrom(a)
	if err != nil {
		return nil, err
	}
	return func(at time.Time) messages.Content {
		c := messages.Paragraphs(
			messages.S("escalate.open"), lineAt(all[0], at),
			messages.S("escalate.by", messages.V{"Author": author, "Count": a.Reminders}),
		).With(remindOptions(a, false)[:1]...)
		c.Text = append(c.Text, who...)
		return c
	}, nil
}

// escalatedFrom tells to whom an alert was handed over, and that whoever should tell the outcome is away.
func (t *Turn) escalatedFrom(a storage.Alert) ([]messages.Say, error) {
	var out []messages.Say
	for i, p := range a.Tellers() {
		name, err := t.Tx.Name(p)
		if err != nil {
			return nil, err
		}
		if a.HolderID != nil && i == 0 {
			out = append(out, messages.S("escalate.with", messages.V{"Name": name}))
		}
		absence, away, err := t.away(p)
		if err != nil {
			return nil, err
		}
		if away && i == 0 {
			out = append(out, messages.S("escalate.away", messages.V{"Name": name, "When": t.absenceSay(absence)}))
		}
	}
	return out, nil
}

func (t *Turn) escalateLater(a storage.Alert, at time.Time) error {
	_, err := t.Tx.PutOff(a.ID, storage.At(a.RemindAt), at)
	return err
}

// escalatedTo are those who hear of an alert whose outcome stays away: the portfolio holders, for those who are away their
// substitutes, or else the OpCos.
func (t *Turn) escalatedTo(a storage.Alert) ([]int64, error) {
	holders, err := t.Tx.Holders(a.AreaID, storage.Portfolio)
	if err != nil {
		return nil, err
	}
	team, err := t.team(a)
	if err != nil {
		return nil, err
	}
	var people []int64
	for _, p := range holders {
		absence, away, err := t.away(p)
		if err != nil {
			return nil, err
		}
		if away && absence.SubstituteID != nil && slices.Contains(team, *absence.SubstituteID) {
			p = *absence.SubstituteID
		}
		if !slices.Contains(people, p) {
			people = append(people, p)
		}
	}
	if here, err := t.here(people...); err != nil || len(here) > 0 || len(holders) == 0 {
		return here, err
	}
	people, err = t.Tx.Holders(a.AreaID, storage.OpCo)
	if err != nil {
		return nil, err
	}
	return t.here(people...)
}

// authorSay is the name of who sent an alert, for those who lead the officers.
func (t *Turn) authorSay(a storage.Alert) (messages.Say, error) {
	if a.PersonID == nil {
		return messages.S("escalate.nobody"), nil
	}
	name, err := t.Tx.Name(*a.PersonID)
	return messages.Verbatim(name), err
}
