package commands

import (
	"slices"
	"strconv"
	"strings"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// checkPlace takes a postcode, the name of a place or a shared location; the value is the id of the area. Several that
// fit are offered.
func checkPlace(t *Turn, _ *form.State, a form.Answer) (string, error) {
	found, err := t.areasOf(a)
	if err != nil {
		return "", err
	}
	switch {
	case len(found) > areasAsked:
		return "", messages.Refuse("place.many")
	case len(found) > 1:
		return "", &form.Ambiguous{Say: messages.S("place.which"), Choices: choicesOf(found)}
	}
	return idValue(found[0].ID), nil
}

// areasOf are the areas that an answer may mean, at least one.
func (t *Turn) areasOf(a form.Answer) ([]storage.Area, error) {
	if a.Place != nil {
		near, err := t.Tx.AreasNear(a.Place.Latitude, a.Place.Longitude)
		if err == nil && len(near) == 0 {
			err = messages.Refuse("place.far")
		}
		return near, err
	}
	if a.Text == "" {
		return nil, messages.Refuse("place.text")
	}
	found, err := t.Tx.FindAreas(a.Text)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 { // "Poelpolder, Lisse"
		for _, part := range strings.Split(a.Text, ",") {
			more, err := t.Tx.FindAreas(part)
			if err != nil {
				return nil, err
			}
			found = narrowed(found, more)
		}
	}
	if len(found) == 0 {
		return nil, messages.Refuse("place.unknown", messages.V{"Place": a.Text})
	}
	return found, nil
}

// narrowed are the areas in both lists, or, where nothing is in both, those of the longer one.
func narrowed(a, b []storage.Area) []storage.Area {
	var both []storage.Area
	for _, x := range a {
		if slices.ContainsFunc(b, func(y storage.Area) bool { return x.ID == y.ID }) {
			both = append(both, x)
		}
	}
	switch {
	case len(both) > 0:
		return both
	case len(b) > len(a):
		return b
	}
	return a
}

// choicesOf offers areas, by their ids.
func choicesOf(areas []storage.Area) []form.Choice {
	out := make([]form.Choice, len(areas))
	for i, a := range areas {
		out[i] = form.Choice{Value: idValue(a.ID), Label: messages.Verbatim(a.Full())}
	}
	return out
}

func showPlace(t *Turn, _ *form.State, value string) (messages.Say, error) {
	id, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return messages.Verbatim(value), nil
	}
	a, err := t.Tx.Area(id)
	return messages.Verbatim(a.Full()), err
}

// idsOf are the ids of areas.
func idsOf(areas []storage.Area) []int64 {
	ids := make([]int64, len(areas))
	for i, a := range areas {
		ids[i] = a.ID
	}
	return ids
}

// idValue is an id as a form keeps it and a button carries it.
func idValue(id int64) string { return strconv.FormatInt(id, 10) }
