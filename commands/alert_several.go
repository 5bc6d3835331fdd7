package commands

import (
	"slices"
	"strconv"
	"strings"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// ownMunicipalities are the municipalities of the officer's own areas, in the order of their names.
func (t *Turn) ownMunicipalities() ([]storage.Area, error) {
	own, err := t.ownAreas(SendAlert)
	seen := map[int64]bool{}
	own = slices.DeleteFunc(own, func(a storage.Area) bool {
		again := seen[a.MunicipalityID]
		seen[a.MunicipalityID] = true
		return again
	})
	slices.SortFunc(own, func(a, b storage.Area) int {
		return strings.Compare(storage.Fold(a.Municipality), storage.Fold(b.Municipality))
	})
	return own, err
}

func severalMeant(_ *Turn, s *form.State) (bool, error) {
	groups, _ := strings.CutSuffix(s.Get("reach"), reachAnd+reachChannels)
	return groups == reachSeveral, nil
}

func askMunicipalities(t *Turn, _ *form.State) (messages.Content, error) {
	own, err := t.ownMunicipalities()
	lines := messages.Lines{}
	for i, a := range own {
		lines = append(lines, messages.S("list.numbered", messages.V{"Number": i + 1, "Name": a.Municipality}))
	}
	return messages.Paragraphs(messages.S("alert.ask.municipalities"), messages.S("alert.facts", messages.V{"Facts": lines})), err
}

// checkMunicipalities takes several numbers or names: "1, 3" or "Lisse en Hillegom".
func checkMunicipalities(t *Turn, _ *form.State, a form.Answer) (string, error) {
	own, err := t.ownMunicipalities()
	if err != nil {
		return "", err
	}
	typed := " " + strings.Join(fieldsOf(a.Text), " ") + " "
	var ids []string
	for i, m := range own {
		name := strings.Join(fieldsOf(m.Municipality), " ")
		if strings.Contains(typed, " "+strconv.Itoa(i+1)+" ") || strings.Contains(typed, " "+name+" ") {
			ids = append(ids, strconv.FormatInt(m.MunicipalityID, 10))
		}
	}
	if len(ids) == 0 {
		return "", messages.Refuse("alert.municipalities.which")
	}
	return strings.Join(ids, ","), nil
}

func showMunicipalities(t *Turn, _ *form.State, value string) (messages.Say, error) {
	var names []string
	for _, id := range strings.Split(value, ",") {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			continue
		}
		m, err := t.Tx.Municipality(n)
		if err != nil {
			return messages.Say{}, err
		}
		names = append(names, m.Name)
	}
	return listed(names), nil
}

// areasOfMunicipalities are the areas of the officer's own municipalities with these ids, separated by commas.
func (t *Turn) areasOfMunicipalities(ids string) ([]storage.Area, error) {
	own, err := t.ownMunicipalities()
	if err != nil {
		return nil, err
	}
	var out []storage.Area
	for _, id := range strings.Split(ids, ",") {
		for _, m := range own {
			if strconv.FormatInt(m.MunicipalityID, 10) != id {
				continue
			}
			areas, err := t.Tx.AreasOfMunicipality(m.MunicipalityID)
			if err != nil {
				return nil, err
			}
			out = append(out, areas...)
		}
	}
	return out, nil
}

// storedReach is the reach that is kept with the alert, with the municipalities in it.
func storedReach(s *form.State) string {
	groups, channels := strings.CutSuffix(s.Get("reach"), reachAnd+reachChannels)
	if groups == reachSeveral {
		groups += ":" + s.Get("municipalities")
	}
	if channels {
		groups += reachAnd + reachChannels
	}
	return groups
}
