package commands

import (
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

func feedbackForm() *form.Form[*Turn] {
	return &form.Form[*Turn]{
		Command: "feedback", Label: label("feedback"), Done: sendFeedback,
		Fields: []form.Field[*Turn]{
			{Name: "alert", Ask: form.Question[*Turn]("feedback.ask.alert"), Choices: openChoices, Check: checkOwnAlert, Varies: "the open alerts, the newest first", Show: showAlert},
			{Name: "again", Ask: askAgain, Choices: form.Pick[*Turn](againCorrect, "feedback.correct", againOpen, "feedback.reopen"), When: whenEnded},
			{Name: "outcome", Ask: askOutcome, Choices: outcomeChoices, Check: checkOutcome, When: whenTold, Holds: outcomeHolds, Varies: "the outcomes of that kind of alert, own words, an interim update, still open until a moment"},
			{Name: "text", Ask: askTold, Check: checkFact, When: whenOutcome(tellOwnWords, tellInterim)},
			{Name: "until", Ask: form.Question[*Turn]("feedback.ask.until"), Check: checkUntil, Show: showUntil, When: whenOutcome(tellUntil)},
			{Name: "tell", Ask: form.Question[*Turn]("feedback.ask.tell"), Choices: form.Pick[*Turn](tellNobody, "feedback.tell.nobody", tellGroups, "feedback.tell.groups"), When: whenOutcome(tellUntil)},
			{Name: "why", Ask: form.Question[*Turn]("feedback.ask.why"), Check: checkFact, Optional: true, When: whenReopened},
			guardField(seenInOutcome),
			keepField(seenInOutcome),
			{Name: "send", Ask: previewFeedback, Choices: confirmation("alert.send"), Confirm: true, When: whenSent},
		},
	}
}

// What can be done with an alert whose outcome was told.
const (
	againCorrect = "correct"
	againOpen    = "open"
)

// Whether the groups hear that an alert stays open until a moment.
const (
	tellNobody = "nobody"
	tellGroups = "groups"
)

// The value of an outcome that is a template, or something else that can be told, begins with its prefix; own words stand
// as they are.
const (
	templatePrefix = "template:"
	tellOwnWords   = "tell:" + ownWords
	tellInterim    = "tell:" + interimUpdate
	tellUntil      = "tell:" + openUntil
)

func whenEnded(t *Turn, s *form.State) (bool, error) {
	a, err := t.Tx.Alert(s.Number("alert"))
	return !a.Open(), ignoreNotFound(err)
}

func whenTold(_ *Turn, s *form.State) (bool, error) { return s.Get("again") != againOpen, nil }

func whenReopened(_ *Turn, s *form.State) (bool, error) { return s.Get("again") == againOpen, nil }

// whenOutcome is for fields that are asked after some outcomes only.
func whenOutcome(values ...string) func(*Turn, *form.State) (bool, error) {
	return func(_ *Turn, s *form.State) (bool, error) { return outcomeIs(s, values...), nil }
}

func outcomeIs(s *form.State, values ...string) bool {
	for _, v := range values {
		if s.Get("again") != againOpen && s.Get("outcome") == v {
			return true
		}
	}
	return false
}

// whenSent leaves out the preview where nobody hears anything.
func whenSent(_ *Turn, s *form.State) (bool, error) {
	return !outcomeIs(s, tellUntil) || s.Get("tell") != tellNobody, nil
}

// outcomeHolds tells whether the outcome is one that can still be told: a colleague may have ended the alert meanwhile.
func outcomeHolds(_ *Turn, s *form.State) (bool, error) {
	return s.Get("again") != againCorrect || !outcomeIs(s, tellInterim, tellUntil), nil
}

func showAlert(t *Turn, s *form.State, _ string) (messages.Say, error) {
	a, err := t.Tx.Alert(s.Number("alert"))
	if err != nil {
		return messages.Say{}, err
	}
	title, err := t.titleOf(a)
	return messages.S("feedback.alert", messages.V{"Number": uint(a.ID), "Title": title, "Quote": quote(a)}), err
}

// askAgain asks what is to be done with an alert that has an outcome.
func askAgain(t *Turn, s *form.State) (messages.Content, error) {
	a, err := t.ownAlert(s.Number("alert"))
	return messages.Paragraphs(
		messages.S("feedback.closed", messages.V{"Number": uint(a.ID), "Outcome": outcomeSay(a)}), messages.S("feedback.ask.again"),
	), err
}

func askOutcome(t *Turn, s *form.State) (messages.Content, error) {
	shown, err := showAlert(t, s, "")
	ask := messages.S("feedback.ask.outcome")
	if s.Get("again") == againCorrect {
		ask = messages.S("feedback.ask.correct")
	}
	return messages.Paragraphs(ask, shown, messages.S("feedback.ask.words")), err
}

// askTold asks for own words.
func askTold(_ *Turn, s *form.State) (messages.Content, error) {
	if outcomeIs(s, tellInterim) {
		return messages.Paragraphs(messages.S("feedback.ask.interim")), nil
	}
	return messages.Paragraphs(messages.S("feedback.ask.own")), nil
}

// outcomeChoices are the templates of the kind, and what else can be told. An outcome that is corrected stays one.
func outcomeChoices(t *Turn, s *form.State) ([]form.Choice, error) {
	a, err := t.Tx.Alert(s.Number("alert"))
	var out []form.Choice
	for _, name := range kindNamed(a.Kind).outcomes {
		c := form.Choice{Value: "tell:" + name}
		switch name {
		case ownWords:
			c.Label = messages.S("feedback.own")
		case interimUpdate:
			c.Label = messages.S("feedback.interim")
		case openUntil:
			c.Label = messages.S("feedback.until")
		default:
			c = form.Choice{Value: templatePrefix + name, Label: messages.S("outcome." + a.Kind + "." + name + ".label")}
		}
		if s.Get("again") == againCorrect && (name == interimUpdate || name == openUntil) {
			continue
		}
		out = append(out, c)
	}
	return out, err
}

// checkUntil takes a moment that is still to come, when nobody is woken up.
func checkUntil(t *Turn, s *form.State, a form.Answer) (string, error) {
	value, err := checkMoment(t, s, a)
	if err != nil {
		return "", err
	}
	at, err := time.Parse(time.RFC3339, value)
	return awake(at.In(t.e.Settings.Zone)).Format(time.RFC3339), err
}

func showUntil(t *Turn, _ *form.State, value string) (messages.Say, error) {
	at, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return messages.Verbatim(value), nil
	}
	return messages.S("until.shown", messages.V{"When": t.untilSay(at)}), nil
}

// toTell is what the form says of an alert.
func (t *Turn) toTell(a storage.Alert, s *form.State) (storage.AlertOutcome, error) {
	o := storage.AlertOutcome{AlertID: a.ID, Kind: storage.Ended, PersonID: &t.Person.ID, CreatedAt: t.Now.UnixMilli()}
	switch {
	case s.Get("again") == againOpen:
		o.Kind, o.Text = storage.Reopened, s.Get("why")
	case outcomeIs(s, tellInterim):
		o.Kind, o.Text = storage.Interim, s.Get("text")
	case outcomeIs(s, tellUntil):
		o.Kind, o.Template, o.Text = storage.Interim, openUntil, s.Get("until")
	case outcomeIs(s, tellOwnWords):
		o.Text = s.Get("text")
	default:
		if name, ok := strings.CutPrefix(s.Get("outcome"), templatePrefix); ok {
			o.Template = name
		} else {
			o.Text = s.Get("outcome")
		}
	}
	if s.Get("again") == againCorrect {
		o.Kind = storage.Corrected
	}
	var err error
	o.Kept, err = t.kept(s, seenInOutcome)
	return o, err
}

// seenInOutcome is what was seen in what is told in own words.
func seenInOutcome(t *Turn, s *form.State) ([]seen, error) {
	a, err := t.Tx.Alert(s.Number("alert"))
	if err != nil {
		return nil, ignoreNotFound(err)
	}
	field := "outcome"
	switch {
	case s.Get("again") == againOpen:
		field = "why"
	case outcomeIs(s, tellOwnWords, tellInterim):
		field = "text"
	case outcomeIs(s, tellUntil), strings.HasPrefix(s.Get("outcome"), templatePrefix):
		return nil, nil
	}
	return t.seenIn(written{alert: a, facts: [][2]string{{field, s.Get(field)}}}), nil
}
