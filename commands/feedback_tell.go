package commands

import (
	"time"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// previewFeedback says where the message goes, and shows it exactly as it will look.
func previewFeedback(t *Turn, s *form.State) (messages.Content, error) {
	a, err := t.ownAlert(s.Number("alert"))
	if err != nil {
		return messages.Content{}, err
	}
	o, err := t.toTell(a, s)
	if err != nil {
		return messages.Content{}, err
	}
	preview, err := t.previewSay(a, o.Kind)
	if err != nil {
		return messages.Content{}, err
	}
	if err := t.ReplyS(preview); err != nil {
		return messages.Content{}, err
	}
	return t.groupContent(withOutcome(a, o))
}

// previewSay says where something that is told of an alert goes.
func (t *Turn) previewSay(a storage.Alert, kind storage.OutcomeKind) (messages.Say, error) {
	switch kind {
	case storage.Corrected:
		return messages.S("feedback.preview.corrected"), nil
	case storage.Reopened:
		return messages.S("feedback.preview.reopened"), nil
	case storage.Ended, storage.Interim:
	}
	went, err := t.Tx.Variants(storage.WhereItWent(a.Cause()), t.e.Catalog.Fallback())
	chats := 0
	for _, n := range went {
		chats += n
	}
	return messages.S("feedback.preview", messages.V{"Count": chats}), err
}

// sendFeedback tells what the form says.
func sendFeedback(t *Turn, s *form.State) error {
	switch {
	case s.Get("again") == againOpen:
		return t.reopen(s)
	case s.Get("again") == againCorrect:
		return t.correctOutcome(s)
	}
	a, err := t.openAlert(s.Number("alert"))
	if err != nil {
		return err
	}
	o, err := t.toTell(a, s)
	switch {
	case err != nil:
		return err
	case outcomeIs(s, tellUntil):
		return t.tellUntil(a, o, s.Get("tell") == tellGroups)
	case o.Kind == storage.Interim:
		return t.tellInterim(a, o)
	}
	return t.tellOutcome(a, o)
}

// tellOutcome closes the follow-up and tells the outcome in every chat that got the alert, as a reply to it.
func (t *Turn) tellOutcome(a storage.Alert, o storage.AlertOutcome) error {
	if _, err := t.Tx.CloseFollowUp(a.ID, t.Now); err != nil {
		return err
	}
	if err := t.cancelTold(a.ID, storage.Interim, storage.Reopened); err != nil { // what waits for the morning is old by then
		return err
	}
	n, held, err := t.tellWhereItWent(&a, o)
	if err != nil {
		return err
	}
	done, err := t.askAboutTip(a, messages.Paragraphs(append([]messages.Say{messages.S("feedback.sent", messages.V{"Number": uint(a.ID), "Count": n})}, held...)...))
	if err != nil {
		return err
	}
	return t.Reply(done)
}

// tellWhereItWent keeps what is told of an alert and tells it in every chat that got the alert, as a reply to it. It gives
// the number of chats, and when those hear it where it is night.
func (t *Turn) tellWhereItWent(a *storage.Alert, o storage.AlertOutcome) (chats int, held []messages.Say, err error) {
	if o, err = t.Tx.AddOutcome(o); err != nil {
		return 0, nil, err
	}
	*a = withOutcome(*a, o)
	c, err := t.groupContent(*a)
	if err != nil {
		return 0, nil, err
	}
	target := storage.WhereItWent(a.Cause())
	switch o.Kind {
	case storage.Reopened:
		missed, err := t.lastOutcome(a.ID)
		if err != nil {
			return 0, nil, err
		}
		target, c = storage.WhereItEnded(a.Cause(), missed.Cause), passableNews(c, *a)
	case storage.Interim:
		c = passableNews(c, *a)
	case storage.Ended, storage.Corrected:
		if err := t.planPassReminder(storage.PassedOutcome, *a, o.Cause); err != nil {
			return 0, nil, err
		}
		c = passable(c, storage.PassedOutcome, *a)
	}
	chats, err = t.TellAll(target, c, How{Cause: o.Cause, Priority: storage.Feedback, Author: t.Person.ID, Calm: !a.Urgent})
	if err != nil {
		return 0, nil, err
	}
	if held, err = t.heldSay(o.Cause); err != nil {
		return 0, nil, err
	}
	return chats, held, t.tellKeptOutcome(*a, o)
}

// tellAlong tells what was told last of an alert in the groups that got the alert after that. It gives false where nothing
// was, or where the alert says as much.
func (t *Turn) tellAlong(a storage.Alert) (bool, error) {
	all, err := t.Tx.OutcomesOf(a.ID)
	if err != nil || len(all) == 0 || a.ToldKind == storage.Reopened {
		return false, err
	}
	c, err := t.groupContent(a)
	if err != nil {
		return false, err
	}
	latest := all[len(all)-1]
	how := How{Cause: latest.Cause, Priority: storage.Feedback, Author: t.Person.ID, Calm: !a.Urgent}
	if a.ToldKind == storage.Interim {
		c = passableNews(c, a)
	} else {
		first, err := t.lastOutcome(a.ID)
		if err != nil {
			return false, err
		}
		c, how.Cause, how.Text = passable(c, storage.PassedOutcome, a), first.Cause, latest.Cause // corrections of it come there too
	}
	_, err = t.TellAll(storage.WhereItWent(a.Cause()), c, how)
	return true, err
}

// tellInterim tells how things stand. The follow-up stays open, and its reminder comes again.
func (t *Turn) tellInterim(a storage.Alert, o storage.AlertOutcome) error {
	remind, _, err := t.putOff(a, later(t.e.again(kindNamed(a.Kind), t.Now), storage.At(a.UntilAt).In(t.e.Settings.Zone)))
	if err != nil {
		return err
	}
	n, held, err := t.tellWhereItWent(&a, o)
	if err != nil {
		return err
	}
	said := append([]messages.Say{messages.S("interim.sent", messages.V{"Number": uint(a.ID), "Count": n})}, held...)
	said = append(said, messages.S("interim.again", messages.V{"When": messages.Moment(remind)}))
	return t.Reply(messages.Paragraphs(said...).With(untilOption(a)))
}

// tellUntil keeps an alert open until a moment: then its officer is reminded, and admins who ask hear it. The groups hear
// it where the officer wants that.
func (t *Turn) tellUntil(a storage.Alert, o storage.AlertOutcome, groups bool) error {
	until, err := time.Parse(time.RFC3339, o.Text)
	if err != nil {
		return messages.Refuse("time.how")
	}
	until = until.In(t.e.Settings.Zone)
	people, err := t.responsible(a)
	if err != nil {
		return err
	}
	remind, waits, err := t.remindAt(kindNamed(a.Kind), people, until)
	if err != nil {
		return err
	}
	escalate := atOnce(until.Add(t.e.Settings.EscalateAfter+waits), t.e.Settings.EscalateAfter)
	if _, err := t.Tx.KeepOpen(a.ID, until, remind, escalate); err != nil {
		return err
	}
	said := []messages.Say{messages.S("until.done", messages.V{"Number": uint(a.ID), "When": t.untilSay(until)})}
	if waits > 0 {
		said = append(said, messages.S("until.dayoff", messages.V{"When": messages.Moment(remind)}))
	}
	if !groups {
		return t.ReplyS(append(said, messages.S("until.asked"))...)
	}
	n, held, err := t.tellWhereItWent(&a, o)
	if err != nil {
		return err
	}
	return t.ReplyS(append(append(said, messages.S("until.told", messages.V{"Count": n})), held...)...)
}

// untilOption is the button that says until when an alert stays open.
func untilOption(a storage.Alert) messages.Option {
	return messages.Option{Label: messages.S("remind.until"), Data: "/openuntil " + idValue(a.ID)}
}

// openUntilCommand is behind the button that says until when an alert stays open.
func openUntilCommand() Command {
	return Command{Name: "openuntil", Action: GiveFeedback, Words: true, Hidden: true, Run: func(t *Turn, args string) error {
		n, ok := wholeNumber(args)
		if !ok {
			return messages.Refuse("feedback.number")
		}
		a, err := t.openAlert(int64(n))
		if err != nil {
			return err
		}
		t.KeepButtons()
		s := form.New("")
		s.Set("alert", idValue(a.ID))
		s.Set("outcome", tellUntil)
		s.Link = s.Get("alert")
		return t.StartForm("feedback", s)
	}}
}

// cancelTold cancels what still waits of what was told of an alert, of some kinds.
func (t *Turn) cancelTold(alert int64, kinds ...storage.OutcomeKind) error {
	all, err := t.Tx.OutcomesOf(alert)
	if err != nil {
		return err
	}
	for _, o := range all {
		for _, k := range kinds {
			if o.Kind != k {
				continue
			}
			if _, err := t.Tx.CancelCause(o.Cause, t.Now); err != nil {
				return err
			}
		}
	}
	return nil
}

// lastOutcome is the latest outcome as it was first told, without its corrections.
func (t *Turn) lastOutcome(alert int64) (last storage.AlertOutcome, err error) {
	all, err := t.Tx.OutcomesOf(alert)
	for _, o := range all {
		if o.Kind == storage.Ended {
			last = o
		}
	}
	return last, err
}

// tellKeptOutcome tells the portfolio holders what stays in something that was told of an alert, and why.
func (t *Turn) tellKeptOutcome(a storage.Alert, o storage.AlertOutcome) error {
	if o.Kept == "" {
		return nil
	}
	people, err := t.Tx.Holders(a.AreaID, storage.Portfolio)
	if err != nil {
		return err
	}
	found := t.seenIn(written{alert: a, facts: [][2]string{{"text", o.Text}}})
	c := messages.Paragraphs(
		messages.S("guard.told", messages.V{"Number": uint(a.ID), "Quote": quote(a)}), //nolint:gosec // numbers of alerts are above 0
		messages.S("guard.kept", messages.V{"Seen": seenSay(found), "Reason": o.Kept}),
	)
	for _, p := range people {
		if p == t.Person.ID {
			continue
		}
		if _, err := t.Tell(p, c, How{Cause: "kept:" + o.Cause, Priority: storage.Reminder}); err != nil {
			return err
		}
	}
	return nil
}
