package commands

import (
	"errors"
	"slices"
	"strings"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// feedbackCommand tells how an alert ended (R5): an officer says it, group admins read it or ask for it.
func feedbackCommand() Command {
	return Command{
		Name: "feedback", Args: "[number; answers]", Words: true, May: mayFeedback, Who: "officers; group admins, who ask for it", Form: feedbackForm(), Refused: messages.S("feedback.refused"),
		Run: func(t *Turn, args string) error {
			officer, err := t.givesFeedback()
			if err != nil {
				return err
			}
			if !officer {
				return t.readOutcomes(args)
			}
			return t.giveFeedback(args)
		},
	}
}

// mayFeedback lets officers in, everybody in an admin group, and who registered a group.
func mayFeedback(t *Turn) (bool, error) {
	if may, err := t.May(GiveFeedback); err != nil || may {
		return may, err
	}
	if !t.Private() {
		return t.Chat.Linked(), nil
	}
	areas, err := t.adminAreas()
	return len(areas) > 0, err
}

// adminAreas are the areas in which the person registered a group.
func (t *Turn) adminAreas() ([]int64, error) {
	groups, err := t.Tx.GroupsOf(t.Person.ID)
	var out []int64
	for _, g := range groups {
		if g.Status != storage.Declined && !slices.Contains(out, g.AreaID) {
			out = append(out, g.AreaID)
		}
	}
	return out, err
}

// givesFeedback tells whether the person speaks as an officer here: in the admin group of an adjacent area an officer
// reads along like everybody else (R4).
func (t *Turn) givesFeedback() (bool, error) {
	if !t.Private() && t.Chat.Linked() {
		return t.MayIn(GiveFeedback, *t.Chat.AreaID)
	}
	return t.May(GiveFeedback)
}

func feedbackForm() *form.Form[*Turn] {
	return &form.Form[*Turn]{
		Command: "feedback", Label: label("feedback"), Done: sendFeedback,
		Fields: []form.Field[*Turn]{
			{Name: "alert", Ask: form.Question[*Turn]("feedback.ask.alert"), Choices: openChoices, Check: checkOpenAlert, Varies: "the open alerts, the newest first", Show: showAlert},
			{Name: "outcome", Ask: askOutcome, Choices: outcomeChoices, Check: checkFact, Varies: "the outcomes of that kind of alert"},
			guardField(seenInOutcome),
			keepField(seenInOutcome),
			{Name: "send", Ask: previewFeedback, Choices: confirmation("alert.send"), Confirm: true},
		},
	}
}

// giveFeedback begins the form. Which alert is meant is not asked when it is clear: by its number, by the message that
// is answered, or because only one is open.
func (t *Turn) giveFeedback(args string) error {
	t.keepList()
	open, err := t.openFor(GiveFeedback)
	if err != nil {
		return err
	}
	number, rest, err := t.alertMeant(args)
	if err != nil {
		return err
	}
	s := form.New(rest)
	switch {
	case number != 0:
		if _, err := t.openAlert(number); err != nil {
			return err
		}
		s.Set("alert", idValue(number))
	case len(open) == 0:
		return messages.Refuse("feedback.none")
	case len(open) == 1:
		s.Set("alert", idValue(open[0].ID))
	}
	s.Link = s.Get("alert")
	return t.StartForm("feedback", s)
}

// keepList leaves the buttons standing under a list of several alerts: the others still want an answer.
func (t *Turn) keepList() {
	if t.In.TappedAt == "" {
		return
	}
	if d, err := t.Tx.DeliveryOf(t.Chat.ID, t.In.TappedAt); err == nil && alertOfCause(d.Cause) == 0 {
		t.KeepButtons()
	}
}

// alertMeant is the number of an alert at the beginning of the words, or of the message that is answered; 0: none.
// What follows the number are answers.
func (t *Turn) alertMeant(args string) (number int64, rest string, err error) {
	first, rest, _ := strings.Cut(args, ";")
	if n, ok := wholeNumber(first); ok && len(strings.Fields(first)) <= 2 { // "12", "#12", "melding 12"
		return int64(n), rest, nil
	}
	number, err = t.alertRepliedTo()
	return number, args, err
}

// openAlert finds an alert that the person may tell the outcome of, and refuses one that has none (any more).
func (t *Turn) openAlert(number int64) (storage.Alert, error) {
	a, err := t.Tx.Alert(number)
	values := messages.V{"Number": uint(number)} //nolint:gosec // numbers of alerts are above 0
	if errors.Is(err, storage.ErrNotFound) {
		return a, messages.Refuse("feedback.unknown", values)
	}
	if err != nil {
		return a, err
	}
	may, err := t.MayIn(GiveFeedback, a.AreaID)
	switch {
	case err != nil:
		return a, err
	case !may:
		return a, messages.Refuse("feedback.notyours", values)
	case a.State != storage.AlertSent:
		return a, messages.Refuse("withdraw.gone", values)
	case a.DueAt == 0:
		return a, messages.Refuse("feedback.nooutcome", values)
	case a.ClosedAt != 0:
		values["Outcome"] = outcomeSay(a)
		return a, messages.Refuse("feedback.closed", values)
	}
	return a, nil
}

// alertsOffered is how many open alerts are offered to choose from; older ones go by their number.
const alertsOffered = 10

func openChoices(t *Turn, _ *form.State) ([]form.Choice, error) {
	open, err := t.openFor(GiveFeedback)
	if err != nil {
		return nil, err
	}
	all, err := t.titles(open[:min(len(open), alertsOffered)])
	var out []form.Choice
	for _, a := range all {
		out = append(out, form.Choice{
			Value: idValue(a.ID),
			Label: messages.S("feedback.alert", messages.V{"Number": uint(a.ID), "Title": a.title, "Quote": quote(a.Alert)}),
		})
	}
	return out, err
}

func checkOpenAlert(t *Turn, _ *form.State, answer form.Answer) (string, error) {
	n, ok := wholeNumber(answer.Text)
	if !ok {
		return "", messages.Refuse("feedback.number")
	}
	a, err := t.openAlert(int64(n))
	return idValue(a.ID), err
}

func showAlert(t *Turn, s *form.State, _ string) (messages.Say, error) {
	a, err := t.Tx.Alert(s.Number("alert"))
	if err != nil {
		return messages.Say{}, err
	}
	title, err := t.titleOf(a)
	return messages.S("feedback.alert", messages.V{"Number": uint(a.ID), "Title": title, "Quote": quote(a)}), err
}

func askOutcome(t *Turn, s *form.State) (messages.Content, error) {
	shown, err := showAlert(t, s, "")
	return messages.Paragraphs(messages.S("feedback.ask.outcome"), shown, messages.S("feedback.ask.words")), err
}

// templatePrefix marks the value of an outcome that is a template; own words stand as they are.
const templatePrefix = "template:"

func outcomeChoices(t *Turn, s *form.State) ([]form.Choice, error) {
	a, err := t.Tx.Alert(s.Number("alert"))
	var out []form.Choice
	for _, name := range kindNamed(a.Kind).outcomes {
		out = append(out, form.Choice{Value: templatePrefix + name, Label: messages.S("outcome." + a.Kind + "." + name + ".label")})
	}
	return out, err
}

// withOutcome is the alert with the outcome that the form holds.
func withOutcome(a storage.Alert, s *form.State) storage.Alert {
	value := s.Get("outcome")
	if name, ok := strings.CutPrefix(value, templatePrefix); ok {
		a.Template, a.Outcome = name, ""
	} else {
		a.Template, a.Outcome = "", value
	}
	return a
}

// outcomeSay is how an alert ended, in words.
func outcomeSay(a storage.Alert) messages.Say {
	if a.Template != "" {
		return messages.S("outcome." + a.Kind + "." + a.Template)
	}
	return messages.Verbatim(a.Outcome)
}

// seenInOutcome is what was seen in an outcome in own words.
func seenInOutcome(t *Turn, s *form.State) ([]seen, error) {
	a, err := t.Tx.Alert(s.Number("alert"))
	if err != nil {
		return nil, ignoreNotFound(err)
	}
	return t.seenIn(written{alert: a, facts: [][2]string{{"outcome", withOutcome(a, s).Outcome}}}), nil
}

func (t *Turn) feedbackContent(a storage.Alert) (messages.Content, error) {
	title, err := t.titleOf(a)
	c := messages.Paragraphs(
		messages.S("feedback.head", messages.V{"Title": title, "Number": uint(a.ID)}),
		outcomeSay(a),
		messages.S("feedback.about", messages.V{"Quote": quote(a)}),
	)
	call := messages.S("call.after", t.e.Settings.numbers())
	c.Call = &call
	return c, err
}

// previewFeedback says where the outcome goes, and shows it exactly as it will look.
func previewFeedback(t *Turn, s *form.State) (messages.Content, error) {
	a, err := t.openAlert(s.Number("alert"))
	if err != nil {
		return messages.Content{}, err
	}
	went, err := t.Tx.Variants(storage.WhereItWent(a.Cause()), t.e.Catalog.Fallback())
	if err != nil {
		return messages.Content{}, err
	}
	chats := 0
	for _, n := range went {
		chats += n
	}
	if err := t.ReplyS(messages.S("feedback.preview", messages.V{"Count": chats})); err != nil {
		return messages.Content{}, err
	}
	return t.feedbackContent(withOutcome(a, s))
}

// sendFeedback closes the follow-up and tells the outcome in every chat that got the alert, as a reply to it.
func sendFeedback(t *Turn, s *form.State) error {
	a, err := t.openAlert(s.Number("alert"))
	if err != nil {
		return err
	}
	if _, err := t.Tx.CloseFollowUp(a.ID, t.Now); err != nil {
		return err
	}
	a = withOutcome(a, s)
	_, err = t.Tx.AddOutcome(storage.AlertOutcome{
		AlertID: a.ID, Template: a.Template, Text: a.Outcome, PersonID: &t.Person.ID, CreatedAt: t.Now.UnixMilli(),
	})
	if err != nil {
		return err
	}
	c, err := t.feedbackContent(a)
	if err != nil {
		return err
	}
	cause := "feedback:" + idValue(a.ID)
	if err := t.planPassReminder(storage.PassedOutcome, a, cause); err != nil {
		return err
	}
	n, err := t.TellAll(storage.WhereItWent(a.Cause()), passable(c, storage.PassedOutcome, a), How{
		Cause: cause, Priority: storage.Feedback, Author: t.Person.ID, Calm: !a.Urgent,
	})
	if err != nil {
		return err
	}
	held, err := t.heldSay("feedback:" + idValue(a.ID))
	if err != nil {
		return err
	}
	return t.ReplyS(append([]messages.Say{messages.S("feedback.sent", messages.V{"Number": uint(a.ID), "Count": n})}, held...)...)
}
