package commands

import (
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
		Run: func(t *Turn, args string) error { return t.StartForm("alert", form.New(args)) },
	}
}

// nowValue marks a moment that was chosen with the button "now"; behind it stand UTC milliseconds.
const nowValue = "now:"

func alertForm() *form.Form[*Turn] {
	return &form.Form[*Turn]{
		Command: "alert", Label: label("alert"), Done: sendAlert,
		Fields: []form.Field[*Turn]{
			{Name: "kind", Ask: form.Question[*Turn]("alert.ask.kind"), Choices: kindChoices},
			{Name: "what", Ask: form.Question[*Turn]("alert.ask.what"), Check: checkFact},
			{Name: "where", Ask: form.Question[*Turn]("alert.ask.where"), Check: checkWhere},
			{Name: "when", Ask: form.Question[*Turn]("alert.ask.when"), Choices: nowChoice, Check: checkFact, Show: showWhen},
			{Name: "description", Ask: form.Question[*Turn]("alert.ask.description"), Check: checkFact, Optional: true},
			{Name: "photo", Ask: form.Question[*Turn]("alert.ask.photo"), Check: checkPhoto, Optional: true, Show: showPhoto},
			{Name: "area", Ask: form.Question[*Turn]("alert.ask.area"), When: areaUnclear, Choices: areaChoices, Check: checkArea},
			{Name: "reach", Ask: form.Question[*Turn]("alert.ask.reach"), Choices: reachChoices, Check: checkReach, Show: showReach},
			{Name: "send", Ask: previewAlert, Choices: form.Pick[*Turn](
				form.ConfirmYes, "alert.send", form.ConfirmChange, "form.confirm.change", form.ConfirmCancel, "form.confirm.cancel"), Confirm: true},
		},
	}
}

func kindChoices(*Turn, *form.State) ([]form.Choice, error) {
	var out []form.Choice
	for _, k := range kindList() {
		out = append(out, form.Choice{Value: k.name, Label: messages.S("alert." + k.name + ".kind")})
	}
	return out, nil
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
		return messages.Verbatim(value)
	}
	n, err := strconv.ParseInt(ms, 10, 64)
	if err != nil {
		return messages.Verbatim(value)
	}
	return messages.S("alert.at", messages.V{"Time": messages.Moment(storage.At(n).In(t.e.Settings.Zone))})
}

// checkPhoto takes a photo whose bytes arrived.
func checkPhoto(_ *Turn, _ *form.State, a form.Answer) (string, error) {
	if a.Photo == nil || a.Photo.SHA256 == "" {
		return "", messages.Refuse("alert.photo.none")
	}
	return a.Photo.SHA256, nil
}

func showPhoto(_ *Turn, _ *form.State, value string) (messages.Say, error) {
	if value == "" {
		return messages.S("form.none"), nil
	}
	return messages.S("alert.photo.there"), nil
}

// areaUnclear tells whether it must be asked which of the officer's areas the alert belongs to.
func areaUnclear(t *Turn, s *form.State) (bool, error) {
	_, ok, err := t.alertArea(s)
	return !ok, err
}

// alertArea is the area that the alert belongs to: the officer's only one, that of the group in which the alert was
// begun, the one whose name stands in the place, or the one that was asked for. ok is false when none of these tells.
func (t *Turn) alertArea(s *form.State) (storage.Area, bool, error) {
	own, err := t.ownAreas(SendAlert)
	if err != nil {
		return storage.Area{}, false, err
	}
	if id := s.Number("area"); id != 0 {
		i := slices.IndexFunc(own, func(a storage.Area) bool { return a.ID == id })
		if i >= 0 {
			return own[i], true, nil
		}
	}
	switch len(own) {
	case 0:
		return storage.Area{}, false, messages.Refuse("refused.role")
	case 1:
		return own[0], true, nil
	}
	if s.Origin != 0 {
		c, err := t.Tx.Chat(s.Origin)
		if err != nil {
			return storage.Area{}, false, ignoreNotFound(err)
		}
		for _, a := range own {
			if c.AreaID != nil && *c.AreaID == a.ID {
				return a, true, nil
			}
		}
	}
	return t.areaNamedIn(own, s.Get("where"))
}

// areaNamedIn finds the one area whose name, or a place of which, stands in a text.
func (t *Turn) areaNamedIn(own []storage.Area, text string) (storage.Area, bool, error) {
	named := map[int64]storage.Area{}
	folded := " " + strings.Join(fieldsOf(text), " ") + " "
	for _, a := range own {
		if strings.Contains(folded, " "+strings.Join(fieldsOf(a.Name), " ")+" ") {
			named[a.ID] = a
		}
	}
	if len(named) == 0 {
		for _, part := range strings.Split(text, ",") {
			found, err := t.Tx.FindAreas(part)
			if err != nil {
				return storage.Area{}, false, err
			}
			for _, a := range found {
				if slices.ContainsFunc(own, func(o storage.Area) bool { return o.ID == a.ID }) {
					named[a.ID] = a
				}
			}
		}
	}
	if len(named) != 1 {
		return storage.Area{}, false, nil
	}
	for _, a := range named {
		return a, true, nil
	}
	return storage.Area{}, false, nil
}

// areasAsked is how many areas are offered as choices; who has more types a name.
const areasAsked = 12

func areaChoices(t *Turn, _ *form.State) ([]form.Choice, error) {
	own, err := t.ownAreas(SendAlert)
	if err != nil {
		return nil, err
	}
	var out []form.Choice
	for _, a := range own[:min(len(own), areasAsked)] {
		out = append(out, form.Choice{Value: strconv.FormatInt(a.ID, 10), Label: messages.Verbatim(a.Full())})
	}
	return out, nil
}

func checkArea(t *Turn, _ *form.State, a form.Answer) (string, error) {
	own, err := t.ownAreas(SendAlert)
	if err != nil {
		return "", err
	}
	if a.Text == "" {
		return "", messages.Refuse("form.text")
	}
	area, err := t.areaToLink(own, a.Text)
	return strconv.FormatInt(area.ID, 10), err
}
