package commands

import (
	"slices"
	"strings"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// pendingShown is how many open follow-ups are shown at once.
const pendingShown = 10

// outcomeWeeks is over how long the share of alerts with an outcome is told.
const outcomeWeeks = 4

// pendingCommand lists the open follow-ups: those that admins asked for first, then the oldest. Under them stands how the
// areas are doing as a whole; nobody is ranked.
func pendingCommand() Command {
	return Command{Name: "pending", Action: SeePending, PrivateOnly: true, Run: func(t *Turn, _ string) error {
		if !t.Private() {
			return messages.Refuse("private.only")
		}
		open, err := t.openFor(SeePending)
		if err != nil {
			return err
		}
		share, err := t.outcomeShare()
		if err != nil {
			return err
		}
		if len(open) == 0 {
			return t.ReplyS(append([]messages.Say{messages.S("pending.none")}, share...)...)
		}
		slices.Reverse(open)
		askedFirst(open)
		c, err := t.openList(t.Person.ID, messages.S("pending.title", messages.V{"Count": len(open)}), open, func(a storage.Alert) []messages.Option {
			return remindOptions(a, true)[:1]
		})
		if err != nil {
			return err
		}
		c.Text = append(c.Text, share...)
		return t.Reply(c)
	}}
}

// askedFirst puts what admins asked for before the rest.
func askedFirst(open []storage.Alert) {
	slices.SortStableFunc(open, func(a, b storage.Alert) int { return min(b.Asked, 1) - min(a.Asked, 1) })
}

// besides is what stands under an alert that waits for its outcome, for the person who reads it: how often admins asked for
// it, and to whom else it was handed over.
func (t *Turn) besides(reader int64, a storage.Alert) ([]messages.Say, error) {
	var out []messages.Say
	if a.Asked > 0 {
		out = append(out, messages.S("pending.asked", messages.V{"Count": a.Asked}))
	}
	if a.HolderID == nil || *a.HolderID == reader {
		return out, nil
	}
	name, err := t.Tx.Name(*a.HolderID)
	return append(out, messages.S("pending.with", messages.V{"Name": name})), err
}

// outcomeShare tells of how many of the last weeks' alerts the outcome was told, as one bar; nothing where there were none.
func (t *Turn) outcomeShare() ([]messages.Say, error) {
	areas, err := t.AreaIDs(SeePending)
	if err != nil {
		return nil, err
	}
	alerts, told, err := t.Tx.OutcomeShare(areas, t.Now.AddDate(0, 0, -7*outcomeWeeks))
	if err != nil || alerts == 0 {
		return nil, err
	}
	return []messages.Say{messages.S("pending.share", messages.V{
		"Count": alerts, "Told": told, "Weeks": outcomeWeeks, "Bar": bar(told, alerts), "Percent": 100 * told / alerts,
	})}, nil
}

// barLength is how many blocks a bar in a message has: it fits on a phone.
const barLength = 10

// bar shows a part of a whole, as text.
func bar(part, whole int) string {
	full := (part*barLength + whole/2) / whole
	return strings.Repeat("▓", full) + strings.Repeat("░", barLength-full)
}

// openList is a list, for a person, of alerts that wait for their outcome, with buttons for each.
func (t *Turn) openList(reader int64, title messages.Say, open []storage.Alert, buttons func(storage.Alert) []messages.Option) (messages.Content, error) {
	all, err := t.titles(open[:min(len(open), pendingShown)])
	if err != nil {
		return messages.Content{}, err
	}
	c := messages.Paragraphs(title)
	for _, a := range all {
		c.Text = append(c.Text, t.line(a))
		besides, err := t.besides(reader, a.Alert)
		if err != nil {
			return c, err
		}
		c.Text = append(c.Text, besides...)
		for _, s := range t.standsSay(a.Alert) {
			c.Text = append(c.Text, messages.S("pending.stands", messages.V{"State": s}))
		}
		c = c.With(buttons(a.Alert)...)
	}
	if more := len(open) - pendingShown; more > 0 {
		c.Text = append(c.Text, messages.S("pending.more", messages.V{"Count": more}))
	}
	return c, nil
}
