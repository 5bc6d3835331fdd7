package commands

import (
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// outcomeSay is how an alert ended, in words.
func outcomeSay(a storage.Alert) messages.Say {
	if a.Template != "" {
		return messages.S("outcome." + a.Kind + "." + a.Template)
	}
	return messages.Verbatim(a.Outcome)
}

// withOutcome is the alert as it is once something was told of it.
func withOutcome(a storage.Alert, o storage.AlertOutcome) storage.Alert {
	a.ToldKind, a.ToldTemplate, a.ToldText, a.ToldAt = o.Kind, o.Template, o.Text, o.CreatedAt
	a.Template, a.Outcome, a.OutcomeAt = "", "", 0
	if o.Kind.Ends() {
		a.Template, a.Outcome, a.OutcomeAt = o.Template, o.Text, o.CreatedAt
	}
	return a
}

// toldContent is what was told last of an alert, as the groups read it: how it ended, how things stand, or that it is open
// again. Number and first line of the alert are in it, for where the alert itself is gone.
func (t *Turn) toldContent(a storage.Alert) (messages.Content, error) {
	title, err := t.titleOf(a)
	values := messages.V{"Title": title, "Number": uint(a.ID)} //nolint:gosec // numbers of alerts are above 0
	var c messages.Content
	switch a.ToldKind {
	case storage.Interim:
		c = messages.Paragraphs(messages.S("interim.head", values), t.interimSay(a))
	case storage.Reopened:
		c = messages.Paragraphs(messages.S("reopen.head", values), messages.S("reopen.body"))
		if a.ToldText != "" {
			c.Text = append(c.Text, messages.Verbatim(a.ToldText))
		}
	case storage.Corrected:
		c = messages.Paragraphs(messages.S("feedback.head.corrected", values), outcomeSay(a))
	default:
		c = messages.Paragraphs(messages.S("feedback.head", values), outcomeSay(a))
	}
	if !a.ToldKind.Ends() && kindNamed(a.Kind).dont {
		c.Text = append(c.Text, messages.S("alert.dont", t.e.Settings.numbers()))
	}
	c.Text = append(c.Text, messages.S("feedback.about", messages.V{"Quote": quote(a)}))
	if a.ToldKind == storage.Corrected {
		c.Text = append(c.Text, messages.S("feedback.corrected", messages.V{"When": t.momentSay(a.ToldAt)}))
	}
	if a.ToldKind.Ends() {
		call := messages.S("call.after", t.e.Settings.numbers())
		c.Call = &call
	}
	return t.withCall(c), err
}

// groupContent is toldContent for the groups. Who passed the outcome on of what is open again is asked to pass that on too.
func (t *Turn) groupContent(a storage.Alert) (messages.Content, error) {
	c, err := t.toldContent(a)
	if a.ToldKind == storage.Reopened {
		c.Text = append(c.Text, messages.S("reopen.passon"))
	}
	return c, err
}

// interimSay is an interim update in words.
func (t *Turn) interimSay(a storage.Alert) messages.Say {
	if a.ToldTemplate != openUntil {
		return messages.Verbatim(a.ToldText)
	}
	at, err := time.Parse(time.RFC3339, a.ToldText)
	if err != nil {
		return messages.Verbatim(a.ToldText)
	}
	return messages.S("interim.until", messages.V{"When": t.untilSay(at)})
}

// untilSay is until when an alert stays open: a day, or where somebody chose the hour, a moment.
func (t *Turn) untilSay(at time.Time) messages.Local {
	at = at.In(t.e.Settings.Zone)
	if at.Hour() == digestHour && at.Minute() == 0 {
		return messages.Date(at)
	}
	return messages.Moment(at)
}
