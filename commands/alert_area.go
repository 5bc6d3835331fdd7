package commands

import (
	"slices"
	"strings"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

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
	return choicesOf(own[:min(len(own), areasAsked)]), err
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
	return idValue(area.ID), err
}
