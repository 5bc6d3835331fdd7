package commands

import (
	"cmp"
	"slices"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// groupsFile gives the register as a file to those who see the contact details in it (domain.md, R9 and R11), of all
// their areas or of those that the words mean: what the list in chat shows them, without its limits. Only in private.
func (t *Turn) groupsFile(place string) error {
	own, err := t.AreaIDs(SeeContacts)
	switch {
	case err != nil:
		return err
	case len(own) == 0:
		return messages.Refuse("groups.file.refused")
	case !t.Private():
		return messages.Refuse("private.only")
	}
	t.KeepButtons()
	areas, err := t.Tx.AreasByID(own)
	if err != nil {
		return err
	}
	of := ""
	if place == "" {
		of, err = t.scopeNames(SeeContacts)
	} else {
		areas, of, err = t.ownOf(areas, place)
	}
	if err != nil {
		return err
	}
	slices.SortStableFunc(areas, func(a, b storage.Area) int {
		return cmp.Or(naturally(a.Municipality, b.Municipality), naturally(a.Name, b.Name))
	})
	l, err := t.groupsOf(areas)
	if err != nil {
		return err
	}
	return t.sendRegister(l, of)
}

// ownOf are those of the own areas that the words mean, and what they are called.
func (t *Turn) ownOf(own []storage.Area, place string) (areas []storage.Area, name string, err error) {
	meant, err := t.areasAsked(place)
	if err != nil {
		return nil, "", err
	}
	areas = slices.DeleteFunc(own, func(a storage.Area) bool {
		return !slices.ContainsFunc(meant, func(b storage.Area) bool { return a.ID == b.ID })
	})
	switch {
	case len(areas) == 0:
		return nil, "", messages.Refuse("groups.file.notyours", messages.V{"Place": place})
	case len(areas) > 1:
		return areas, place, nil
	}
	return areas, areas[0].Full(), nil
}

// sendRegister answers with the groups as a file: those that are confirmed and those that wait.
func (t *Turn) sendRegister(l groupList, place string) error {
	all := slices.Concat(l.listed, l.waiting)
	if len(all)+l.nameless == 0 {
		return t.ReplyS(messages.S("groups.none", messages.V{"Place": place}))
	}
	person, phone := messages.S("groups.file.person"), messages.S("groups.file.phone")
	table := [][]messages.Say{{
		messages.S("groups.file.municipality"), messages.S("groups.file.area"), messages.S("groups.file.group"), messages.S("groups.file.kind"), messages.S("groups.file.app"),
		messages.S("groups.file.members"), messages.S("groups.file.public"), messages.S("groups.file.verified"), person, phone,
	}}
	for _, g := range all {
		row, err := t.registerRow(g)
		if err != nil {
			return err
		}
		table = append(table, row)
	}
	text := []messages.Say{messages.S("groups.file.title", messages.V{"Count": len(all), "Place": place})}
	if len(l.waiting) > 0 {
		text = append(text, messages.S("groups.file.waiting", messages.V{"Count": len(l.waiting)}))
	}
	if l.nameless > 0 {
		text = append(text, messages.S("groups.nameless", messages.V{"Count": l.nameless}))
	}
	text = append(text, messages.S("groups.file.care"), messages.S("groups.file.publish", messages.V{"Person": person, "Phone": phone}))
	return t.replyFile(messages.S("groups.file.name"), place, table, text...)
}

// registerRow is a group as a row: what the list in chat shows of it, a cell each.
func (t *Turn) registerRow(g shownGroup) ([]messages.Say, error) {
	app := messages.S("group.platform." + g.Platform)
	if g.Platform == "other" {
		app = messages.S("groups.otherapp")
	}
	members := messages.Verbatim("")
	if g.Members > 0 {
		members = count(g.Members)
	}
	person, phone, err := t.contactOf(g)
	return []messages.Say{
		messages.Verbatim(g.area.Municipality), messages.Verbatim(g.area.Name), messages.Verbatim(g.Name), messages.S("groups." + g.Kind), app,
		members, ticked(g.Public), ticked(g.Status == storage.Verified), messages.Verbatim(person), messages.Verbatim(phone),
	}, err
}

// fileOf is what the button under a list sends, for a file of the same place; of several, whose name may be that of one of
// them, or of one too long for a button, it is for everything that the asker sees.
func fileOf(areas []storage.Area) string {
	data := "/groups file " + areas[0].Full()
	if len(areas) > 1 || len(data) > longestData {
		return "/groups file"
	}
	return data
}
