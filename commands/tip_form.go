package commands

import (
	"slices"
	"strings"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

const (
	// callNoAlert stands for the alert of a call that came from none.
	callNoAlert = "none"
	// callOther is the result that is told in words.
	callOther = "other"
	// callAtOnce marks a form of which the answers were given all at once: nothing more is asked than must be.
	callAtOnce = "atonce"
)

// callResults are what can come of a call, in the order of their numbers.
func callResults() []string {
	return []string{storage.NothingCame, "useful", "found", "arrest", storage.NotKnown, callOther}
}

func tipForm() *form.Form[*Turn] {
	return &form.Form[*Turn]{
		Command: "tip", Label: label("tip"), Done: recordCall,
		Fields: []form.Field[*Turn]{
			{Name: "alert", Ask: askCallAlert, Choices: callChoices, Check: checkCallAlert, Varies: "the recent alerts, the newest first, and last: from none of these", Show: showAlert},
			{Name: "area", Ask: form.Question[*Turn]("tips.ask.area"), When: callAreaUnclear, Choices: callAreas, Check: checkCallArea, Varies: "the own areas"},
			{Name: "result", Ask: askCallResult, Choices: callResultChoices},
			{Name: "words", Ask: form.Question[*Turn]("tips.ask.words"), Check: checkFact, When: func(_ *Turn, s *form.State) (bool, error) {
				return s.Get("result") == callOther, nil
			}},
			{Name: "note", Ask: form.Question[*Turn]("tips.ask.note"), Check: checkFact, Optional: true, When: noteWanted},
			guardField(seenInTip),
			keepField(seenInTip),
		},
	}
}

// noteWanted tells whether to ask for a sentence: not where the answers came all at once and end before it.
func noteWanted(_ *Turn, s *form.State) (bool, error) {
	return s.Changing == "note" || !s.Has(callAtOnce) || len(s.Waiting) > 0, nil
}

func askCallAlert(t *Turn, _ *form.State) (messages.Content, error) {
	all, err := t.callableAlerts()
	if len(all) == 0 {
		return messages.Paragraphs(messages.S("tips.ask.alert.none")), err
	}
	return messages.Paragraphs(messages.S("tips.ask.alert")), err
}

func callChoices(t *Turn, _ *form.State) ([]form.Choice, error) {
	recent, err := t.callableAlerts()
	if err != nil {
		return nil, err
	}
	all, err := t.titles(recent)
	var out []form.Choice
	for _, a := range all {
		out = append(out, form.Choice{
			Value: idValue(a.ID),
			Label: messages.S("feedback.alert", messages.V{"Number": uint(a.ID), "Title": a.title, "Quote": quote(a.Alert)}),
		})
	}
	return append(out, form.Choice{Value: callNoAlert, Label: messages.S("tips.none")}), err
}

func checkCallAlert(t *Turn, _ *form.State, answer form.Answer) (string, error) {
	if t.noAlert(answer.Text) {
		return callNoAlert, nil
	}
	n, ok := wholeNumber(answer.Text)
	if !ok {
		return "", messages.Refuse("tips.number")
	}
	a, err := t.callable(int64(n))
	return idValue(a.ID), err
}

// callAreaUnclear tells whether it must be asked where a call was about: it came from no alert, and there are several areas.
func callAreaUnclear(t *Turn, s *form.State) (bool, error) {
	if s.Get("alert") != callNoAlert {
		return false, nil
	}
	own, err := t.ownAreas(NoteCall)
	return len(own) > 1, err
}

func callAreas(t *Turn, _ *form.State) ([]form.Choice, error) {
	own, err := t.ownAreas(NoteCall)
	if len(own) > areasAsked {
		return nil, err
	}
	return choicesOf(own), err
}

func checkCallArea(t *Turn, _ *form.State, a form.Answer) (string, error) {
	own, err := t.ownAreas(NoteCall)
	if err != nil {
		return "", err
	}
	if a.Text == "" {
		return "", messages.Refuse("form.text")
	}
	area, err := t.areaToLink(own, a.Text)
	return idValue(area.ID), err
}

// callArea is where a call was about that came from no alert.
func (t *Turn) callArea(s *form.State) (storage.Area, error) {
	own, err := t.ownAreas(NoteCall)
	if err != nil {
		return storage.Area{}, err
	}
	i := slices.IndexFunc(own, func(a storage.Area) bool { return len(own) == 1 || a.ID == s.Number("area") })
	if i < 0 {
		return storage.Area{}, messages.Refuse("refused.role")
	}
	return own[i], nil
}

func askCallResult(t *Turn, s *form.State) (messages.Content, error) {
	if s.Get("alert") == callNoAlert {
		return messages.Paragraphs(messages.S("tips.ask.result")), nil
	}
	shown, err := showAlert(t, s, "")
	return messages.Paragraphs(messages.S("tips.ask.result"), shown), err
}

func callResultChoices(*Turn, *form.State) ([]form.Choice, error) {
	var out []form.Choice
	for _, r := range callResults() {
		out = append(out, form.Choice{Value: r, Label: messages.S("tips.result." + r)})
	}
	return out, nil
}

// seenInTip is what was seen in what somebody wrote with a call.
func seenInTip(t *Turn, s *form.State) ([]seen, error) {
	w := written{facts: [][2]string{{"words", s.Get("words")}, {"note", s.Get("note")}}}
	if strings.TrimSpace(w.facts[0][1]+w.facts[1][1]) == "" {
		return nil, nil
	}
	if number := s.Number("alert"); number != 0 {
		a, err := t.Tx.Alert(number)
		if err != nil {
			return nil, ignoreNotFound(err)
		}
		w.alert = a
	}
	return t.seenIn(w), nil
}

// The answers to whether a tip came of an alert.
const (
	tipCame = "yes"
	noTip   = "no"
)

// askAboutTip puts one question under the confirmation that an outcome was told: did a tip come of the alert? It is never
// asked twice, and not where a tip was noted already.
func (t *Turn) askAboutTip(a storage.Alert, c messages.Content) (messages.Content, error) {
	ask, err := t.Tx.AskAboutCalls(a.ID, t.Now)
	if err != nil || !ask {
		return c, err
	}
	c.Text = append(c.Text, messages.S("tips.came"))
	return c.With(
		messages.Option{Number: 1, Label: messages.S("tips.came.yes"), Data: "/tipcame " + tipCame + " " + idValue(a.ID)},
		messages.Option{Number: 2, Label: messages.S("tips.came.no"), Data: "/tipcame " + noTip + " " + idValue(a.ID)},
	), nil
}

// tipCameCommand is behind the answers to that question.
func tipCameCommand() Command {
	return Command{Name: "tipcame", Action: NoteCall, Words: true, Hidden: true, PrivateOnly: true, Run: func(t *Turn, args string) error {
		number, came := cutWord(args, tipCame)
		if !came {
			number, _ = cutWord(args, noTip)
		}
		n, _ := wholeNumber(number)
		a, err := t.callable(int64(n))
		if err != nil {
			return err
		}
		if came {
			s := form.New("")
			s.Set("alert", idValue(a.ID))
			s.Set(callAtOnce, "yes") // one tap, and one for what came of it
			return t.StartForm("tip", s)
		}
		if err := t.Tx.NoCalls(a.ID, t.Now); err != nil {
			return err
		}
		return t.ReplyS(messages.S("tips.came.none", messages.V{"Number": uint(a.ID)}))
	}}
}
