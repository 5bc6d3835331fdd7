package commands

import (
	"fmt"
	"slices"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// What group admins read of alerts.
const (
	recentAlerts = 14 * 24 * time.Hour
	recentShown  = 5
)

// readOutcomes tells group admins how recent alerts ended, or the one that they mean. For one that has no outcome yet
// the officer is asked, once a day.
func (t *Turn) readOutcomes(args string) error {
	number, _, err := t.alertMeant(args)
	if err != nil {
		return err
	}
	told, err := t.toldHere()
	if err != nil {
		return err
	}
	if number != 0 {
		i := slices.IndexFunc(told, func(a storage.Alert) bool { return a.ID == number })
		if i < 0 {
			return messages.Refuse("outcome.unknown", messages.V{"Number": uint(number)}) //nolint:gosec // typed without a sign
		}
		told = told[i : i+1]
	}
	told = told[:min(len(told), recentShown)]
	if len(told) == 0 {
		return t.ReplyS(messages.S("outcome.none"))
	}
	all, err := t.titles(told)
	if err != nil {
		return err
	}
	out := []messages.Say{messages.S("outcome.recent")}
	for _, a := range all {
		state, err := t.stateSay(a)
		if err != nil {
			return err
		}
		out = append(out, messages.S("outcome.line", messages.V{"Alert": t.line(a), "State": state}))
	}
	return t.ReplyS(out...)
}

// toldHere are the recent alerts that this group got, or in private the groups of the person's areas.
func (t *Turn) toldHere() ([]storage.Alert, error) {
	from, until := t.Now.Add(-recentAlerts), t.Now.Add(time.Second)
	if !t.Private() {
		return t.Tx.AlertsInChat(t.Chat.ID, from, until)
	}
	areas, err := t.adminAreas()
	if err != nil {
		return nil, err
	}
	return t.Tx.AlertsToldIn(areas, from, until)
}

// stateSay is how an alert ended, or that the officer was asked.
func (t *Turn) stateSay(a titled) (messages.Say, error) {
	switch {
	case a.OutcomeAt != 0:
		return outcomeSay(a.Alert), nil
	case !a.Open():
		return messages.S("outcome.without"), nil
	}
	first, err := t.askOfficer(a)
	if err != nil {
		return messages.Say{}, err
	}
	if first {
		return messages.S("outcome.asked"), nil
	}
	return messages.S("outcome.askedbefore"), nil
}

// askOfficer counts that the outcome is asked for, and asks the officer at the first time of a day. At night it comes
// without a sound.
func (t *Turn) askOfficer(a titled) (first bool, err error) {
	day := t.Now.Format(time.DateOnly)
	first, err = t.Tx.AskOutcome(a.ID, day)
	if err != nil || !first {
		return first, err
	}
	people, err := t.responsible(a.Alert)
	if err != nil {
		return first, err
	}
	c := messages.Paragraphs(messages.S("outcome.ask", messages.V{"Alert": t.line(a)})).With(remindOptions(a.Alert, false)...)
	c.Silent = !awake(t.Now).Equal(t.Now)
	for _, p := range people {
		how := How{Cause: fmt.Sprintf("ask:%d:%s", a.ID, day), Priority: storage.Reminder}
		if _, err := t.Tell(p, c, how); err != nil {
			return first, err
		}
	}
	return first, nil
}

// remindOptions are the buttons under an alert that waits for its outcome; with the number where several stand in one message.
func remindOptions(a storage.Alert, numbered bool) []messages.Option {
	n := idValue(a.ID)
	option := func(id, data string) messages.Option {
		say := messages.S(id)
		if numbered {
			say = messages.S("remind.numbered", messages.V{"Button": say, "Number": uint(a.ID)}) //nolint:gosec // numbers of alerts are above 0
		}
		return messages.Option{Label: say, Data: data + n}
	}
	return []messages.Option{
		option("remind.feedback", "/feedback "), option("remind.stillopen", "/stillopen "), option("remind.later", "/later "),
	}
}
