package commands

import (
	"slices"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// pendingShown is how many open follow-ups are shown at once.
const pendingShown = 10

// pendingCommand lists the open follow-ups, the oldest first.
func pendingCommand() Command {
	return Command{Name: "pending", Action: SeePending, PrivateOnly: true, Run: func(t *Turn, _ string) error {
		if !t.Private() {
			return messages.Refuse("private.only")
		}
		open, err := t.openFor(SeePending)
		if err != nil {
			return err
		}
		if len(open) == 0 {
			return t.ReplyS(messages.S("pending.none"))
		}
		slices.Reverse(open)
		c, err := t.openList(messages.S("pending.title", messages.V{"Count": len(open)}), open, func(a storage.Alert) []messages.Option {
			return remindOptions(a, true)[:1]
		})
		if err != nil {
			return err
		}
		return t.Reply(c)
	}}
}

// openList is a list of alerts that wait for their outcome, with buttons for each.
func (t *Turn) openList(title messages.Say, open []storage.Alert, buttons func(storage.Alert) []messages.Option) (messages.Content, error) {
	all, err := t.titles(open[:min(len(open), pendingShown)])
	if err != nil {
		return messages.Content{}, err
	}
	c := messages.Paragraphs(title)
	for _, a := range all {
		c.Text = append(c.Text, t.line(a))
		c = c.With(buttons(a.Alert)...)
	}
	if more := len(open) - pendingShown; more > 0 {
		c.Text = append(c.Text, messages.S("pending.more", messages.V{"Count": more}))
	}
	return c, nil
}
