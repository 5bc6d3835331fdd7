package commands

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// The reaches of an alert. Stored are one of the first three, channels alone, or one of the three and channels with a
// plus sign between them.
const (
	reachArea         = "area"
	reachAdjacent     = "adjacent"
	reachMunicipality = "municipality"
	reachChannels     = "channels"
	reachSeveral      = "several" // municipalities of the officer's team; which ones stands in a field of its own
	reachAnd          = "+"
)

func reachChoices(t *Turn, s *form.State) ([]form.Choice, error) {
	area, ok, err := t.alertArea(s)
	if err != nil {
		return nil, err
	}
	if !ok {
		area.Name, area.Municipality = "?", "?"
	}
	choices := []form.Choice{
		{Value: reachArea, Label: messages.S("alert.reach.area", messages.V{"Area": area.Full()})},
		{Value: reachAdjacent, Label: messages.S("alert.reach.adjacent", messages.V{"Area": area.Full()})},
		{Value: reachMunicipality, Label: messages.S("alert.reach.municipality", messages.V{"Municipality": area.Municipality})},
		{Value: reachChannels, Label: messages.S("alert.reach.channels")},
	}
	several, err := t.ownMunicipalities()
	if len(several) > 1 {
		choices = append(choices, form.Choice{Value: reachSeveral, Label: messages.S("alert.reach.several")})
	}
	return choices, err
}

// checkReach takes two numbers: one of the first three with the channels, such as "1 en 4" or "2+4".
func checkReach(t *Turn, s *form.State, a form.Answer) (string, error) {
	choices, err := reachChoices(t, s)
	if err != nil {
		return "", err
	}
	var values []string
	for _, word := range fieldsOf(a.Text) {
		if n, err := strconv.Atoi(word); err == nil && n >= 1 && n <= len(choices) && !slices.Contains(values, choices[n-1].Value) {
			values = append(values, choices[n-1].Value)
		}
	}
	if i := slices.Index(values, reachChannels); i >= 0 && len(values) == 2 {
		return values[1-i] + reachAnd + reachChannels, nil
	}
	if len(values) == 0 {
		if value, err := t.reachSaid(s, a.Text); err != nil || value != "" {
			return value, err
		}
	}
	return "", messages.Refuse("alert.reach.which")
}

// reachSaid is the reach that words mean: those for a choice, or the name of an area next door. Empty: none, or several.
func (t *Turn) reachSaid(s *form.State, text string) (string, error) {
	spaced := " " + strings.Join(fieldsOf(text), " ") + " "
	area, ok, err := t.alertArea(s)
	if err != nil || !ok {
		return "", err
	}
	next, err := t.Tx.Neighbours(area.ID)
	if err != nil {
		return "", err
	}
	switch named := func(a storage.Area) bool { return strings.Contains(spaced, " "+asSaid(a.Name)+" ") }; {
	case t.e.stands(messages.S("said.reach.municipality"), spaced):
		return reachMunicipality, nil
	case t.e.stands(messages.S("said.reach.adjacent"), spaced), slices.ContainsFunc(next, named):
		return reachAdjacent, nil
	case t.e.stands(messages.S("said.reach.area"), spaced), named(area):
		return reachArea, nil
	}
	return "", nil
}

func showReach(t *Turn, s *form.State, value string) (messages.Say, error) {
	choices, err := reachChoices(t, s)
	if err != nil {
		return messages.Say{}, err
	}
	var out []messages.Say
	for _, part := range strings.Split(value, reachAnd) {
		for _, c := range choices {
			if c.Value == part {
				out = append(out, c.Label)
			}
		}
	}
	switch len(out) {
	case 0:
		return messages.S("form.none"), nil
	case 2:
		return messages.S("alert.reach.andchannels", messages.V{"Groups": out[0]}), nil
	}
	return out[0], nil
}

// reached is where an alert goes.
type reached struct {
	areas    []int64        // those whose admin groups get it
	names    []string       // of these
	groups   int            // admin groups
	instead  []storage.Area // areas without a group of their own, for which their municipality's gets it
	nowhere  []storage.Area // areas that nobody reaches
	channels int            // public channels
	public   []int64        // the areas whose channels get it
	targeted []int64        // the areas that were meant
	audience string         // residents or entrepreneurs only; empty: both
}

// nobody tells whether the alert would go nowhere.
func (r reached) nobody() bool { return r.groups+r.channels == 0 }

// reach finds the admin groups of an area, of those next to it or of its municipality, and the public channels. An
// area without an admin group of its own uses its municipality's.
func (t *Turn) reach(area storage.Area, how, audience string) (reached, error) {
	groups, channels := strings.CutSuffix(how, reachAnd+reachChannels)
	targets := []storage.Area{area}
	var err error
	switch groups {
	case reachAdjacent:
		targets, err = t.Tx.Neighbours(area.ID)
		targets = append([]storage.Area{area}, targets...)
	case reachMunicipality:
		targets, err = t.Tx.AreasOfMunicipality(area.MunicipalityID)
	default:
		if ids, ok := strings.CutPrefix(groups, reachSeveral+":"); ok {
			targets, err = t.areasOfMunicipalities(ids)
		}
	}
	if err != nil {
		return reached{}, err
	}
	var r reached
	if groups != reachChannels {
		if r, err = t.resolve(targets, audience); err != nil {
			return r, err
		}
	}
	if channels || groups == reachChannels {
		err = t.addChannels(&r, area, targets)
	}
	if err != nil {
		return r, err
	}
	r.audience = audience
	r.targeted = idsOf(targets)
	return r, nil
}

// howLong is how many minutes an alert takes on the platforms that need more than one.
func (t *Turn) howLong(r reached) (map[string]int, error) {
	chats, out := map[string]int{}, map[string]int{}
	for _, target := range r.targets() {
		variants, err := t.Tx.Variants(target, t.e.Catalog.Fallback())
		if err != nil {
			return nil, err
		}
		for v, n := range variants {
			chats[v.Platform] += n
		}
	}
	for platform, n := range chats {
		if rate := t.e.Limits(platform).Rate; rate > 0 && float64(n)/rate >= 60 {
			out[platform] = int(float64(n)/rate/60 + 0.5)
		}
	}
	return out, nil
}

// addChannels adds the channels of the areas, and that of the municipality.
func (t *Turn) addChannels(r *reached, area storage.Area, targets []storage.Area) error {
	channels, err := t.Tx.LinkedChannels()
	if err != nil {
		return err
	}
	mains, err := t.Tx.MainAreas()
	if err != nil {
		return err
	}
	if main, ok := mains[area.MunicipalityID]; ok {
		targets = append(slices.Clone(targets), main)
	}
	for _, a := range targets {
		if channels[a.ID] > 0 && !slices.Contains(r.public, a.ID) {
			r.public = append(r.public, a.ID)
			r.channels += channels[a.ID]
		}
	}
	return nil
}

func (t *Turn) resolve(targets []storage.Area, audience string) (reached, error) {
	groups, err := t.Tx.LinkedGroups(audience)
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

// says tells where an alert goes, how many people that may reach, how long it takes, and where it doesn't go.
func (t *Turn) says(r reached) ([]messages.Say, error) {
	if r.nobody() {
		return []messages.Say{messages.S("alert.to.nobody")}, nil
	}
	var out []messages.Say
	if r.groups > 0 {
		out = append(out, messages.S("alert.to.groups", messages.V{"Count": r.groups, "Names": listed(r.names)}))
		members, groups, err := t.Tx.MembersIn(r.targeted)
		if err != nil {
			return nil, err
		}
		if members > 0 {
			out = append(out, messages.S("alert.to.members", messages.V{"Count": groups, "Members": members}))
		}
	}
	if r.channels > 0 {
		out = append(out, messages.S("alert.to.channels", messages.V{"Count": r.channels}))
	}
	minutes, err := t.howLong(r)
	if err != nil {
		return nil, err
	}
	if len(minutes) == 0 {
		out = append(out, messages.S("alert.to.soon"))
	}
	for _, platform := range slices.Sorted(maps.Keys(minutes)) {
		out = append(out, messages.S("alert.to.minutes", messages.V{"Count": minutes[platform], "Platform": platformSay(platform)}))
	}
	if len(r.instead) > 0 {
		out = append(out, messages.S("alert.to.instead", messages.V{"Count": len(r.instead), "Names": listed(fullNames(r.instead))}))
	}
	if len(r.nowhere) > 0 {
		out = append(out, messages.S("alert.to.nowhere", messages.V{"Count": len(r.nowhere), "Names": listed(fullNames(r.nowhere))}))
	}
	return out, nil
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
