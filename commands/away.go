package commands

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// awayCommand keeps until when an officer is away, and who is reminded instead meanwhile.
func awayCommand() Command {
	return Command{Name: "away", Args: "[until DATE; name], or end", Action: BeAway, Words: true, PrivateOnly: true, Form: awayForm(), Run: func(t *Turn, args string) error {
		switch {
		case !t.Private():
			return messages.Refuse("private.only")
		case args == "":
			return t.tellAway()
		case slices.Contains(t.e.words.awayEnd, storage.Fold(args)):
			return t.endAway()
		case slices.Contains(t.e.words.awayUntil, storage.Fold(args)):
			args = ""
		}
		return t.StartForm("away", form.New(args))
	}}
}

func awayForm() *form.Form[*Turn] {
	return &form.Form[*Turn]{
		Command: "away", Label: label("away"), Done: goAway,
		Fields: []form.Field[*Turn]{
			{Name: "until", Ask: askAway, Check: checkAway, Show: showAway},
			{
				Name: "substitute", Ask: form.Question[*Turn]("away.ask.substitute"), When: hasColleagues, Choices: substituteChoices, Check: checkSubstitute,
				Optional: true, Show: showSubstitute, Varies: "the colleagues of the team, by name",
			},
		},
	}
}

func askAway(t *Turn, _ *form.State) (messages.Content, error) {
	values := t.exampleDate()
	values["From"] = t.Now.AddDate(0, 0, 7).Format("2-1")
	return messages.Paragraphs(messages.S("away.ask.until", values)), nil
}

// exampleDate is a date that can be copied from an example: one that is still to come.
func (t *Turn) exampleDate() messages.V {
	return messages.V{"Date": t.Now.AddDate(0, 0, 14).Format("2-1")}
}

// substitutes are the colleagues of the person's teams who can stand in: they can be reached, and are not away now.
func (t *Turn) substitutes() (could, all []colleague, err error) {
	areas, err := t.AreaIDs(BeAway)
	if err != nil {
		return nil, nil, err
	}
	team, err := t.Tx.Colleagues(areas, rolesFor(GiveFeedback)...)
	if err != nil {
		return nil, nil, err
	}
	all, err = t.colleagues(slices.DeleteFunc(team, func(p int64) bool { return p == t.Person.ID }))
	for _, c := range all {
		if c.reachable && !c.away {
			could = append(could, c)
		}
	}
	return could, all, err
}

func hasColleagues(t *Turn, _ *form.State) (bool, error) {
	could, _, err := t.substitutes()
	return len(could) > 0, err
}

func substituteChoices(t *Turn, _ *form.State) ([]form.Choice, error) {
	could, _, err := t.substitutes()
	return asChoices(could), err
}

func asChoices(people []colleague) []form.Choice {
	var out []form.Choice
	for _, c := range people[:min(len(people), holdersShown)] {
		out = append(out, form.Choice{Value: idValue(c.person), Label: messages.Verbatim(c.name)})
	}
	return out
}

// checkSubstitute finds a colleague by the beginning of the name.
func checkSubstitute(t *Turn, _ *form.State, a form.Answer) (string, error) {
	_, all, err := t.substitutes()
	if err != nil {
		return "", err
	}
	found := named(all, a.Text)
	switch {
	case strings.TrimSpace(a.Text) == "" || len(found) == 0:
		return "", messages.Refuse("away.unknown")
	case len(found) > 1:
		return "", &form.Ambiguous{Say: messages.S("handover.several"), Choices: asChoices(found)}
	case !found[0].reachable:
		return "", messages.Refuse("handover.noprivate", messages.V{"Name": found[0].name})
	case found[0].away:
		return "", messages.Refuse("away.too", messages.V{"Name": found[0].name, "When": t.absenceSay(found[0].absence)})
	}
	return idValue(found[0].person), nil
}

func showSubstitute(t *Turn, s *form.State, value string) (messages.Say, error) {
	if value == "" {
		return messages.S("form.none"), nil
	}
	name, err := t.Tx.Name(s.Number("substitute"))
	return messages.Verbatim(name), err
}

// goAway keeps the absence and tells the substitute.
func goAway(t *Turn, s *form.State) error {
	p, err := t.periodOf(s.Get("until"))
	if err != nil {
		return err
	}
	before, err := t.Tx.AbsenceOf(t.Person.ID, t.Now)
	if ignoreNotFound(err) != nil {
		return err
	}
	a := storage.Absence{PersonID: t.Person.ID, FromAt: later(t.Now, p.from).UnixMilli(), UntilAt: p.until.UnixMilli()}
	if substitute := s.Number("substitute"); substitute != 0 {
		a.SubstituteID = &substitute
	}
	if err := t.Tx.SetAbsence(a); err != nil {
		return err
	}
	if before.SubstituteID != nil && (a.SubstituteID == nil || *a.SubstituteID != *before.SubstituteID) {
		if err := t.releaseSubstitute(*before.SubstituteID); err != nil {
			return err
		}
	}
	said := messages.V{"When": t.absenceSay(a)}
	if a.SubstituteID == nil {
		return t.saysAway(said, messages.S("away.nosubstitute"))
	}
	err = t.tellSubstitute(*a.SubstituteID, "asked", func(name string) messages.Say {
		return messages.S("away.asked", messages.V{"Name": name, "When": said["When"]})
	})
	if err != nil {
		return err
	}
	name, err := t.Tx.Name(*a.SubstituteID)
	if err != nil {
		return err
	}
	return t.saysAway(said, messages.S("away.substitute", messages.V{"Name": name}))
}

// saysAway confirms the absence, and says what becomes of those for whom the person stands in.
func (t *Turn) saysAway(when messages.V, substitute messages.Say) error {
	out := []messages.Say{messages.S("away.done", when), substitute}
	absences, err := t.Tx.StandsInFor(t.Person.ID, t.Now)
	if err != nil {
		return err
	}
	for _, a := range absences {
		name, err := t.Tx.Name(a.PersonID)
		if err != nil {
			return err
		}
		out = append(out, messages.S("away.yours", messages.V{"Name": name}))
	}
	return t.ReplyS(append(out, messages.S("away.end"))...)
}

// tellSubstitute tells who stands in for the person, with the person's name.
func (t *Turn) tellSubstitute(substitute int64, what string, say func(name string) messages.Say) error {
	name, err := t.Tx.Name(t.Person.ID)
	if err != nil {
		return err
	}
	c := func(time.Time) messages.Content { return messages.Paragraphs(say(name)) }
	_, err = t.tellCalmly(substitute, c, fmt.Sprintf("away:%d:%s:%d", t.Person.ID, what, t.Now.UnixMilli()))
	return err
}

// releaseSubstitute tells somebody that standing in is over.
func (t *Turn) releaseSubstitute(substitute int64) error {
	return t.tellSubstitute(substitute, "released", func(name string) messages.Say {
		return messages.S("away.released", messages.V{"Name": name})
	})
}

// endAway is for who is back early.
func (t *Turn) endAway() error {
	a, err := t.Tx.AbsenceOf(t.Person.ID, t.Now)
	if errors.Is(err, storage.ErrNotFound) {
		return messages.Refuse("away.not")
	}
	if err != nil {
		return err
	}
	if err := t.Tx.EndAbsence(t.Person.ID); err != nil {
		return err
	}
	if a.SubstituteID != nil {
		if err := t.releaseSubstitute(*a.SubstituteID); err != nil {
			return err
		}
	}
	open, err := t.openFor(SeePending)
	if err != nil {
		return err
	}
	if a.FromAt > t.Now.UnixMilli() {
		return t.ReplyS(messages.S("away.cancelled"))
	}
	out := []messages.Say{messages.S("away.back")}
	if len(open) > 0 {
		out = append(out, messages.S("away.open", messages.V{"Count": len(open)}))
	}
	return t.ReplyS(out...)
}

// tellAway tells whether the person is away, for whom the person stands in, and which days are off.
func (t *Turn) tellAway() error {
	c := messages.Paragraphs()
	a, err := t.Tx.AbsenceOf(t.Person.ID, t.Now)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		c.Text = append(c.Text, messages.S("away.here", t.exampleDate()))
		c = c.With(messages.Option{Number: 1, Label: messages.S("away.button.go"), Data: "/away until"})
	case err != nil:
		return err
	default:
		said, err := t.awaySays(a)
		if err != nil {
			return err
		}
		c.Text = append(c.Text, said...)
		c = c.With(messages.Option{Number: 1, Label: messages.S("away.button.end"), Data: "/away end"},
			messages.Option{Number: 2, Label: messages.S("away.button.change"), Data: "/away until"})
	}
	instead, err := t.standsInSay()
	if err != nil {
		return err
	}
	days, err := t.daysOffSay()
	if err != nil {
		return err
	}
	c.Text = append(append(c.Text, instead...), days...)
	return t.Reply(c.With(messages.Option{Number: len(c.Options) + 1, Label: messages.S("away.button.days"), Data: "/daysoff"}))
}

// awaySays is when the person is away, and who stands in.
func (t *Turn) awaySays(a storage.Absence) ([]messages.Say, error) {
	out := []messages.Say{messages.S("away.state", messages.V{"When": t.absenceSay(a)})}
	if a.SubstituteID == nil {
		return append(out, messages.S("away.nosubstitute")), nil
	}
	name, err := t.Tx.Name(*a.SubstituteID)
	return append(out, messages.S("away.substitute", messages.V{"Name": name})), err
}

// standsInSay tells for whom the person stands in.
func (t *Turn) standsInSay() ([]messages.Say, error) {
	absences, err := t.Tx.StandsInFor(t.Person.ID, t.Now)
	if err != nil {
		return nil, err
	}
	var out []messages.Say
	for _, a := range absences {
		name, err := t.Tx.Name(a.PersonID)
		if err != nil {
			return nil, err
		}
		out = append(out, messages.S("away.instead", messages.V{"Name": name, "When": t.absenceSay(a)}))
	}
	return out, nil
}
