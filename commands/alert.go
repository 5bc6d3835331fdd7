package commands

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// Bounds of what is typed, in characters: enough for the facts, and an alert that is longer is not read.
const (
	shortestFact = 2
	longestFact  = 1000
)

// alertCommand sends an alert to the admin groups of an area, of adjacent areas or of the municipality (R4).
func alertCommand() Command {
	return Command{
		Name: "alert", Action: SendAlert, Words: true, Form: alertForm(),
		Run: func(t *Turn, args string) error {
			word, rest, _ := strings.Cut(args, " ")
			if !slices.Contains(t.e.inAll(messages.S("alert.word.drill")), storage.Fold(word)) {
				return t.StartForm("alert", form.New(args))
			}
			s := form.New(rest)
			s.Set("drill", "yes")
			return t.StartForm("alert", s)
		},
	}
}

// nowValue marks a moment that was chosen with the button "now"; behind it stand UTC milliseconds.
const nowValue = "now:"

// thenValue marks a moment that was told as how long ago it was, longer than is now; behind it stand UTC milliseconds.
const thenValue = "then:"

func alertForm() *form.Form[*Turn] {
	return &form.Form[*Turn]{
		Command: "alert", Label: label("alert"), Done: sendAlert,
		Fields: []form.Field[*Turn]{
			{Name: "kind", Ask: form.Question[*Turn]("alert.ask.kind"), Choices: kindChoices, Check: checkKind},
			templateField(),
			{Name: "what", Ask: askByKind("what"), Check: checkFact},
			{Name: "where", Ask: askByKind("where"), Check: checkWhere},
			{Name: "when", Ask: askByKind("when"), Choices: nowChoice, Check: checkWhen, Show: showWhen},
			{Name: "description", Ask: askByKind("description"), Check: checkFact, Optional: true},
			{Name: "photo", Ask: askByKind("photo"), Check: checkPhoto, Optional: true, Show: showPhoto},
			suspectField(),
			{Name: "area", Ask: form.Question[*Turn]("alert.ask.area"), When: areaUnclear, Choices: areaChoices, Check: checkArea, Varies: "the areas of the officer"},
			{Name: "reach", Ask: form.Question[*Turn]("alert.ask.reach"), Choices: reachChoices, Check: checkReach, Varies: "1. the own area, 2. with the areas next to it, 3. the whole municipality, 4. the public channels, where there are", Show: showReach},
			{Name: "municipalities", Ask: askMunicipalities, When: severalMeant, Check: checkMunicipalities, Show: showMunicipalities},
			{Name: "topic", Ask: form.Question[*Turn]("alert.ask.topic"), When: hasTopics, Choices: topicChoices, Default: guessTopic},
			{
				Name: "audience", Ask: form.Question[*Turn]("alert.ask.audience"), Choices: form.Pick[*Turn](
					audienceAll, "alert.audience.all", storage.Residents, "alert.audience.residents", storage.Entrepreneurs, "alert.audience.entrepreneurs"),
				Default: func(*Turn, *form.State) (string, error) { return audienceAll, nil },
			},
			{
				Name: "english", Ask: form.Question[*Turn]("alert.ask.english"), Check: checkFact, Optional: true,
				Default: func(*Turn, *form.State) (string, error) { return "", nil },
			},
			guardField(seenInDraft),
			keepField(seenInDraft),
			subjectField(),
			{Name: "send", Ask: previewAlert, Choices: confirmation("alert.send", sendLater, "alert.send.later"), Confirm: true, Surprises: likeAnother},
			{Name: "at", Ask: form.Question[*Turn]("alert.ask.at"), Check: checkMoment, Show: showMoment, When: func(_ *Turn, s *form.State) (bool, error) {
				return s.Get("send") == sendLater, nil
			}},
		},
	}
}

// sendLater is the fourth choice under the preview.
const sendLater = "later"

// audienceAll is everybody: residents and entrepreneurs.
const audienceAll = "all"

// askByKind words a question as the kind of alert wants it, where it wants something special.
func askByKind(field string) func(*Turn, *form.State) (messages.Content, error) {
	return func(t *Turn, s *form.State) (messages.Content, error) {
		id := "alert.ask." + field
		if special := id + "." + s.Get("kind"); t.e.Catalog.Has(special) {
			id = special
		}
		return messages.Paragraphs(messages.S(id)), nil
	}
}

func hasTopics(_ *Turn, s *form.State) (bool, error) {
	return len(kindNamed(s.Get("kind")).topics) > 0, nil
}

func topicChoices(_ *Turn, s *form.State) ([]form.Choice, error) {
	var out []form.Choice
	for _, topic := range kindNamed(s.Get("kind")).topics {
		out = append(out, form.Choice{Value: topic, Label: messages.S("alert.topic." + topic)})
	}
	return out, nil
}

func guessTopic(t *Turn, s *form.State) (string, error) {
	return t.e.topicOf(kindNamed(s.Get("kind")), s.Get("what")+" "+s.Get("description")), nil
}

func kindChoices(*Turn, *form.State) ([]form.Choice, error) {
	var out []form.Choice
	for _, k := range kindList() {
		out = append(out, form.Choice{Value: k.name, Label: messages.S("alert." + k.name + ".kind")})
	}
	return out, nil
}

// checkKind takes what is said of a kind: the beginning of its name, or words that stand for it, such as "vermist kind".
func checkKind(t *Turn, _ *form.State, a form.Answer) (string, error) {
	kinds := kindList()
	w := t.e.formWords()
	typed, found := asSaid(a.Text), ""
	for _, k := range kinds {
		if len(typed) < 3 || !strings.HasPrefix(k.name, typed) && !w.Begins(messages.S("alert."+k.name+".kind"), typed) {
			continue
		}
		if found != "" {
			found = ""
			break
		}
		found = k.name
	}
	if found = cmp.Or(found, t.e.kindSaid(a.Text)); found == "" {
		return "", messages.Refuse("form.choose", messages.V{"Count": len(kinds)})
	}
	return found, nil
}

// checkFact takes text of a sensible length.
func checkFact(_ *Turn, _ *form.State, a form.Answer) (string, error) {
	switch n := len([]rune(a.Text)); {
	case n == 0:
		return "", messages.Refuse("form.text")
	case n < shortestFact:
		return "", messages.Refuse("form.short")
	case n > longestFact:
		return "", messages.Refuse("form.long", messages.V{"Count": longestFact})
	}
	return a.Text, nil
}

// checkWhere takes text, or a shared location: its name, or the nearest area with the coordinates.
func checkWhere(t *Turn, s *form.State, a form.Answer) (string, error) {
	if a.Place == nil {
		return checkFact(t, s, a)
	}
	if a.Place.Name != "" {
		return a.Place.Name, nil
	}
	near, err := t.Tx.AreasNear(a.Place.Latitude, a.Place.Longitude)
	if err != nil {
		return "", err
	}
	where := fmt.Sprintf("%.5f, %.5f", a.Place.Latitude, a.Place.Longitude)
	if len(near) > 0 {
		where = near[0].Full() + " (" + where + ")"
	}
	return where, nil
}

func nowChoice(t *Turn, _ *form.State) ([]form.Choice, error) {
	return []form.Choice{{Value: nowValue + strconv.FormatInt(t.Now.UnixMilli(), 10), Label: messages.S("alert.now")}}, nil
}

func showWhen(t *Turn, _ *form.State, value string) (messages.Say, error) {
	return t.whenSay(value), nil
}

// whenSay words a stored moment.
func (t *Turn) whenSay(value string) messages.Say {
	ms, ok := strings.CutPrefix(value, nowValue)
	if !ok {
		ms, ok = strings.CutPrefix(value, thenValue)
	}
	if !ok {
		return messages.Verbatim(value)
	}
	n, err := strconv.ParseInt(ms, 10, 64)
	if err != nil {
		return messages.Verbatim(value)
	}
	return messages.S("alert.at", messages.V{"Time": messages.Moment(storage.At(n).In(t.e.Settings.Zone))})
}
