package commands

import (
	"strings"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// The reaches of an alert.
const (
	reachArea         = "area"
	reachAdjacent     = "adjacent"
	reachMunicipality = "municipality"
)

func reachChoices(t *Turn, s *form.State) ([]form.Choice, error) {
	area, ok, err := t.alertArea(s)
	if err != nil {
		return nil, err
	}
	if !ok {
		area.Name, area.Municipality = "?", "?"
	}
	return []form.Choice{
		{Value: reachArea, Label: messages.S("alert.reach.area", messages.V{"Area": area.Full()})},
		{Value: reachAdjacent, Label: messages.S("alert.reach.adjacent", messages.V{"Area": area.Full()})},
		{Value: reachMunicipality, Label: messages.S("alert.reach.municipality", messages.V{"Municipality": area.Municipality})},
	}, nil
}

// reached is where an alert goes.
type reached struct {
	areas    []int64        // those whose admin groups get it
	names    []string       // of these
	groups   int            // admin groups
	instead  []storage.Area // areas without a group of their own, for which their municipality's gets it
	nowhere  []storage.Area // areas that nobody reaches
	targeted []int64        // the areas that were asked for
}

// reach finds the admin groups of an area, of those next to it or of its municipality. An area without an admin group
// of its own uses its municipality's.
func (t *Turn) reach(area storage.Area, how string) (reached, error) {
	targets := []storage.Area{area}
	switch how {
	case reachAdjacent:
		next, err := t.Tx.Neighbours(area.ID)
		if err != nil {
			return reached{}, err
		}
		targets = append(targets, next...)
	case reachMunicipality:
		all, err := t.Tx.AreasOfMunicipality(area.MunicipalityID)
		if err != nil {
			return reached{}, err
		}
		targets = all
	}
	return t.resolve(targets)
}

func (t *Turn) resolve(targets []storage.Area) (reached, error) {
	groups, err := t.Tx.GroupsLinked()
	if err != nil {
		return reached{}, err
	}
	mains, err := t.Tx.MainAreas()
	if err != nil {
		return reached{}, err
	}
	var r reached
	taken := map[int64]bool{}
	take := func(a storage.Area) {
		if !taken[a.ID] {
			taken[a.ID] = true
			r.areas, r.names = append(r.areas, a.ID), append(r.names, a.Full())
			r.groups += groups[a.ID]
		}
	}
	for _, a := range targets {
		r.targeted = append(r.targeted, a.ID)
		main, ok := mains[a.MunicipalityID]
		switch {
		case groups[a.ID] > 0:
			take(a)
		case ok && groups[main.ID] > 0:
			take(main)
			r.instead = append(r.instead, a)
		default:
			r.nowhere = append(r.nowhere, a)
		}
	}
	return r, nil
}

// namesShown is how many names a list of areas shows.
const namesShown = 8

// says tells where an alert goes, and where it doesn't.
func (r reached) says() []messages.Say {
	if r.groups == 0 {
		return []messages.Say{messages.S("alert.to.nobody")}
	}
	out := []messages.Say{messages.S("alert.to.groups", messages.V{"Count": r.groups, "Names": listed(r.names)})}
	if len(r.instead) > 0 {
		out = append(out, messages.S("alert.to.instead", messages.V{"Count": len(r.instead), "Names": listed(fullNames(r.instead))}))
	}
	if len(r.nowhere) > 0 {
		out = append(out, messages.S("alert.to.nowhere", messages.V{"Count": len(r.nowhere), "Names": listed(fullNames(r.nowhere))}))
	}
	return out
}

func fullNames(areas []storage.Area) []string {
	out := make([]string, len(areas))
	for i, a := range areas {
		out[i] = a.Full()
	}
	return out
}

// listed is a list of names, cut off where it becomes too long to read.
func listed(names []string) messages.Say {
	if len(names) <= namesShown {
		return messages.Verbatim(strings.Join(names, ", "))
	}
	return messages.S("list.more", messages.V{"Names": strings.Join(names[:namesShown], ", "), "Count": len(names) - namesShown})
}
