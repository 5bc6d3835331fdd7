package commands

import (
	"fmt"
	"slices"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// sentAlert finds an alert that was sent and not withdrawn: by its number, by the message that is answered, or the
// person's latest one.
func (t *Turn) sentAlert(args string) (storage.Alert, error) {
	number, _, err := t.alertMeant(args)
	if err != nil {
		return storage.Alert{}, err
	}
	if number == 0 {
		if number, err = t.Tx.LatestAlert(t.Person.ID); err != nil {
			if ignoreNotFound(err) == nil {
				err = messages.Refuse("feedback.number")
			}
			return storage.Alert{}, err
		}
	}
	a, err := t.alertNumbered(idValue(number))
	if err == nil && a.State != storage.AlertSent {
		err = messages.Refuse("withdraw.gone", messages.V{"Number": uint(a.ID)})
	}
	return a, err
}

// mine refuses who may not change an alert: only its author may, and those who lead the team.
func (t *Turn) mine(a storage.Alert) error {
	if a.PersonID != nil && *a.PersonID == t.Person.ID {
		if may, err := t.MayIn(SendAlert, a.AreaID); err != nil || may {
			return err
		}
	}
	may, err := t.MayIn(WithdrawAlert, a.AreaID)
	if err == nil && !may {
		err = messages.Refuse("feedback.notyours", messages.V{"Number": uint(a.ID)})
	}
	return err
}

// correctCommand changes a fact of an alert in every place that it reached.
func correctCommand() Command {
	return Command{Name: "correct", Args: "NUMBER", Action: SendAlert, Words: true, PrivateOnly: true, Form: correctForm(), Run: func(t *Turn, args string) error {
		a, err := t.sentAlert(args)
		if err != nil {
			return err
		}
		if err := t.mine(a); err != nil {
			return err
		}
		s := form.New("")
		s.Set("alert", idValue(a.ID))
		s.Link = s.Get("alert")
		return t.StartForm("correct", s)
	}}
}

func correctForm() *form.Form[*Turn] {
	return &form.Form[*Turn]{
		Command: "correct", Label: label("correct"), Done: sendCorrection,
		Fields: []form.Field[*Turn]{
			{Name: "field", Ask: askCorrection, Choices: correctable},
			{Name: "text", Ask: form.Question[*Turn]("correct.text"), Check: checkFact, When: whenFact},
			guardField(seenInCorrection),
			keepField(seenInCorrection),
			{Name: "send", Ask: previewCorrection, Choices: confirmation("correct.send"), Confirm: true, When: whenFact},
		},
	}
}

// theOutcome is what can be corrected beside the facts: how it ended, which /feedback asks.
const theOutcome = "outcome"

func whenFact(_ *Turn, s *form.State) (bool, error) { return s.Get("field") != theOutcome, nil }

func askCorrection(_ *Turn, s *form.State) (messages.Content, error) {
	return messages.Paragraphs(messages.S("correct.which", messages.V{"Number": s.Get("alert")})), nil
}

func correctable(t *Turn, s *form.State) ([]form.Choice, error) {
	a, err := t.Tx.Alert(s.Number("alert"))
	var out []form.Choice
	for _, f := range []struct {
		name  string
		value messages.Say
	}{
		{"what", messages.Verbatim(quote(a))},
		{"where", messages.Verbatim(a.Place)},
		{"when", t.whenSay(a.Happened)},
		{"description", messages.Verbatim(a.Description)},
	} {
		if f.value.ID == "" && f.value.Raw == "" {
			f.value = messages.S("form.none")
		}
		out = append(out, form.Choice{Value: f.name, Label: messages.S("form.changeable", messages.V{"Field": label("alert")(f.name), "Value": f.value})})
	}
	if a.OutcomeAt != 0 {
		out = append(out, form.Choice{Value: theOutcome, Label: messages.S("form.changeable", messages.V{"Field": label("feedback")(theOutcome), "Value": outcomeSay(a)})})
	}
	return out, err
}

// correction is the alert as it will be.
func (t *Turn) correction(s *form.State) (storage.Alert, storage.Area, error) {
	a, err := t.sentAlert(s.Get("alert"))
	if err != nil {
		return a, storage.Area{}, err
	}
	if err := t.mine(a); err != nil {
		return a, storage.Area{}, err
	}
	field := map[string]*string{"what": &a.What, "where": &a.Place, "when": &a.Happened, "description": &a.Description}[s.Get("field")]
	if field != nil {
		*field = s.Get("text")
	}
	if s.Get("field") == "what" {
		a.English = "" // it said something else
	}
	a.Corrections++
	area, err := t.Tx.Area(a.AreaID)
	return a, area, err
}

// seenInCorrection is what was seen in the text that is new. It is read beside the rest of the alert: whose name it is may
// stand there.
func seenInCorrection(t *Turn, s *form.State) ([]seen, error) {
	a, _, err := t.correction(s)
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(t.seenIn(wordsOf(a)), func(f seen) bool { return f.field != s.Get("field") })
	for i := range all {
		all[i].field = "text"
	}
	return all, nil
}

func previewCorrection(t *Turn, s *form.State) (messages.Content, error) {
	a, area, err := t.correction(s)
	if err != nil {
		return messages.Content{}, err
	}
	if err := t.ReplyS(messages.S("correct.preview")); err != nil {
		return messages.Content{}, err
	}
	return t.alertContent(a, area), nil
}

func sendCorrection(t *Turn, s *form.State) error {
	if s.Get("field") == theOutcome {
		other := form.New("")
		other.Set("alert", s.Get("alert"))
		other.Set("again", againCorrect)
		if err := t.Tx.DropForm(t.Person.ID); err != nil {
			return err
		}
		return t.StartForm("feedback", other)
	}
	a, area, err := t.correction(s)
	if err != nil {
		return err
	}
	before, err := t.Tx.Alert(a.ID)
	if err != nil {
		return err
	}
	reason, err := t.kept(s, seenInCorrection)
	if err != nil {
		return err
	}
	if reason != "" {
		a.Kept = reason
	}
	if err := t.Tx.KeepVersion(before, t.Person.ID, t.Now); err != nil {
		return err
	}
	if err := t.Tx.SaveAlert(a); err != nil {
		return err
	}
	kind := kindNamed(a.Kind)
	err = t.changeAll(a.Cause(), storage.At(a.CreatedAt), passable(t.alertContent(a, area), storage.PassedAlert, a), How{
		Cause: fmt.Sprintf("correct:%d:%d", a.ID, a.Corrections), Priority: kind.priority(a.Urgent), Author: t.Person.ID, Calm: !a.Urgent,
	})
	if err != nil {
		return err
	}
	if reason != "" {
		if err := t.tellKept(a, area); err != nil {
			return err
		}
	}
	return t.ReplyS(messages.S("correct.done", messages.V{"Number": uint(a.ID)}))
}
