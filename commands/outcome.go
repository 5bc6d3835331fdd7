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

// toldHere are the alerts that this group got, or in private the groups of the person's areas: the recent ones, and older
// ones that are open or of which something was told lately.
func (t *Turn) toldHere() ([]storage.Alert, error) {
	from, until := t.Now.Add(-recentAlerts), t.Now.Add(time.Second)
	if !t.Private() {
		return t.Tx.NewsInChat(t.Chat.ID, from, until)
	}
	areas, err := t.adminAreas()
	if err != nil {
		return nil, err
	}
	return t.Tx.NewsToldIn(areas, from, until)
}

// stateSay is how an alert ended, or how it stands and that the officer was asked.
func (t *Turn) stateSay(a titled) (messages.Say, error) {
	switch {
	case a.OutcomeAt != 0 && a.ToldKind == storage.Corrected:
		return messages.S("outcome.corrected", messages.V{"Outcome": outcomeSay(a.Alert), "When": t.momentSay(a.OutcomeAt)}), nil
	case a.OutcomeAt != 0:
		return outcomeSay(a.Alert), nil
	case !a.Open():
		return messages.S("outcome.without"), nil
	}
	asked, err := t.askOfficer(a)
	if err != nil {
		return messages.Say{}, err
	}
	stands := t.standsSay(a.Alert)
	if len(stands) == 0 {
		stands = []messages.Say{messages.S("outcome.notyet")}
	}
	return joined(append(stands, asked)), nil
}

// joined are sentences behind each other.
func joined(all []messages.Say) messages.Say {
	out := all[0]
	for _, s := range all[1:] {
		out = messages.S("list.sentences", messages.V{"First": out, "Next": s})
	}
	return out
}

// keptOpen tells whether an officer said that an alert stays open until a moment that is still to come.
func (t *Turn) keptOpen(a storage.Alert) bool { return a.Open() && a.UntilAt > t.Now.UnixMilli() }

// standsSay is how an open alert stands: until when it stays open, and what was told of it last; nothing where that is nothing.
func (t *Turn) standsSay(a storage.Alert) []messages.Say {
	var out []messages.Say
	if t.keptOpen(a) {
		out = append(out, messages.S("stands.until", messages.V{"When": t.untilSay(storage.At(a.UntilAt))}))
	}
	switch {
	case a.ToldKind == storage.Interim && a.ToldTemplate == "":
		news := messages.S("stands.news", messages.V{"When": t.momentSay(a.ToldAt), "News": messages.Verbatim(a.ToldText)})
		if len(out) == 0 {
			news = messages.S("stands.interim", messages.V{"News": news})
		}
		out = append(out, news)
	case a.ToldKind == storage.Reopened:
		out = append(out, messages.S("stands.reopened", messages.V{"When": t.momentSay(a.ToldAt)}))
	}
	return out
}

// askOfficer counts that the outcome is asked for, and asks the officer at the first time of a day; at night and on a day
// off the question waits, and who said until when the alert stays open is left in peace until then. It gives what the
// admins read about it.
func (t *Turn) askOfficer(a titled) (messages.Say, error) {
	day := t.Now.Format(time.DateOnly)
	first, err := t.Tx.AskOutcome(a.ID, day)
	if err != nil || t.keptOpen(a.Alert) {
		return messages.S("outcome.askedlater"), err
	}
	people, err := t.responsible(a.Alert)
	if err != nil {
		return messages.Say{}, err
	}
	when, none := time.Time{}, messages.S("outcome.askedbefore")
	if first {
		none = messages.S("outcome.nobody")
	}
	for _, p := range people {
		cause, at := fmt.Sprintf("ask:%d:%s:%d", a.ID, day, p), time.Time{}
		if first {
			at, err = t.askPerson(p, a, cause)
		} else {
			at, err = t.Tx.HeldOf(cause)
		}
		if err != nil {
			return messages.Say{}, err
		}
		if !at.IsZero() && (when.IsZero() || at.Before(when)) {
			when = at
		}
	}
	switch {
	case when.IsZero():
		return none, nil
	case when.After(t.Now):
		return messages.S("outcome.askedwhen", messages.V{"When": messages.Moment(when.In(t.e.Settings.Zone))}), nil
	}
	return messages.S("outcome.asked"), nil
}

// askPerson asks somebody how an alert ended, and gives when that person hears it.
func (t *Turn) askPerson(person int64, a titled, cause string) (time.Time, error) {
	instead, err := t.insteadSay(person, a.Alert)
	if err != nil {
		return time.Time{}, err
	}
	return t.tellCalmly(person, func(at time.Time) messages.Content {
		said := append([]messages.Say{messages.S("outcome.ask", messages.V{"Alert": lineAt(a, at)})}, instead...)
		return messages.Paragraphs(said...).With(remindOptions(a.Alert, false)...)
	}, cause)
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
	out := []messages.Option{
		option("remind.feedback", "/feedback "), option("remind.stillopen", "/stillopen "), option("remind.later", "/later "),
	}
	if !numbered {
		out = append(out, option("remind.handover", "/handover "))
	}
	return out
}
