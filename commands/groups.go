package commands

import (
	"cmp"
	"slices"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// How many groups are listed: a longer list is not read on a phone.
const (
	groupsShown  = 30
	waitingShown = 10
)

// groupsCommand lists the groups of a place. Everybody sees the verified ones that may be public; officers and the
// keeper see all of their own areas, with contact details, in private.
func groupsCommand() Command {
	return Command{
		Name: "groups", Args: "[place], or for police and municipality file [place]", Words: true, Form: groupsForm(),
		Run: func(t *Turn, args string) error {
			if place, ok := t.fileMeant(args); ok {
				return t.groupsFile(place)
			}
			areas, err := t.areasAsked(args)
			switch {
			case err != nil:
				return err
			case len(areas) > 0 && oneMunicipality(areas):
				return t.listGroups(areas)
			case args != "":
				return t.askWhichArea(areas)
			case !t.Private():
				return messages.Refuse("groups.how")
			}
			return t.StartForm("groups", form.New(""))
		},
	}
}

func groupsForm() *form.Form[*Turn] {
	return &form.Form[*Turn]{
		Command: "groups", Label: label("groups"),
		Fields: []form.Field[*Turn]{
			{Name: "area", Ask: form.Question[*Turn]("groups.ask"), Choices: myAreaChoices, Check: checkPlace, Varies: "the areas of the own groups and roles", Show: showPlace},
		},
		Done: func(t *Turn, s *form.State) error {
			areas, err := t.Tx.AreasByID([]int64{s.Number("area")})
			if err != nil {
				return err
			}
			return t.listGroups(areas)
		},
	}
}

// areasAsked are the areas that the words mean; without words that of this group, or those that the person has to do with.
func (t *Turn) areasAsked(args string) ([]storage.Area, error) {
	switch {
	case args != "":
		return t.areasOf(form.Answer{Text: args})
	case t.Chat.Linked():
		return t.Tx.AreasByID([]int64{*t.Chat.AreaID})
	case !t.Private():
		return nil, nil
	}
	return t.myAreas()
}

// myAreas are the areas of the person's groups and roles, sorted by name.
func (t *Turn) myAreas() ([]storage.Area, error) {
	ids, err := t.adminAreas()
	if err != nil {
		return nil, err
	}
	held, err := t.roles()
	if err != nil {
		return nil, err
	}
	for _, r := range held {
		more, err := t.Tx.AreaIDs(r.Scope)
		if err != nil {
			return nil, err
		}
		ids = append(ids, more...)
	}
	return t.Tx.AreasByID(ids)
}

func myAreaChoices(t *Turn, _ *form.State) ([]form.Choice, error) {
	areas, err := t.myAreas()
	return choicesOf(areas[:min(len(areas), areasAsked)]), err
}

func oneMunicipality(areas []storage.Area) bool {
	return !slices.ContainsFunc(areas, func(a storage.Area) bool { return a.MunicipalityID != areas[0].MunicipalityID })
}

// askWhichArea offers areas of one name in several municipalities.
func (t *Turn) askWhichArea(areas []storage.Area) error {
	c := messages.Paragraphs(messages.S("place.which"))
	for i, a := range areas[:min(len(areas), areasAsked)] {
		c = c.With(messages.Option{Number: i + 1, Label: messages.Verbatim(a.Full()), Data: "/groups " + a.Full()})
	}
	return t.Reply(c)
}

// shownGroup is a group in a list, and what the reader may see of it.
type shownGroup struct {
	storage.Group
	area  storage.Area
	inner bool // with contact details
}

// groupList is what a person may see of the groups of some areas.
type groupList struct {
	listed, waiting []shownGroup
	nameless        int // verified groups whose admin was erased
}

// listGroups lists the groups of areas in one municipality.
func (t *Turn) listGroups(areas []storage.Area) error {
	l, err := t.groupsOf(areas)
	if err != nil {
		return err
	}
	place := areas[0].Full()
	if len(areas) > 1 {
		place = areas[0].Municipality
	}
	if len(l.listed)+len(l.waiting)+l.nameless == 0 {
		return t.ReplyS(messages.S("groups.none", messages.V{"Place": place}))
	}
	lines, err := t.groupLines(l.listed[:min(len(l.listed), groupsShown)], len(areas) > 1)
	if err != nil {
		return err
	}
	c := messages.Paragraphs(messages.S("groups.title", messages.V{"Count": len(l.listed), "Place": place}))
	if len(lines) > 0 {
		c.Text = append(c.Text, messages.S("groups.list", messages.V{"Groups": lines}))
	}
	if more := len(l.listed) - groupsShown; more > 0 {
		c.Text = append(c.Text, messages.S("groups.more", messages.V{"Count": more}))
	}
	if l.nameless > 0 {
		c.Text = append(c.Text, messages.S("groups.nameless", messages.V{"Count": l.nameless}))
	}
	if c, err = t.withWaiting(c, l.waiting); err != nil {
		return err
	}
	if slices.ContainsFunc(slices.Concat(l.listed, l.waiting), func(g shownGroup) bool { return g.inner }) {
		c = c.With(messages.Option{Number: min(len(l.waiting), waitingShown) + 1, Label: messages.S("file.as"), Data: fileOf(areas)})
	}
	return t.Reply(c)
}

// groupsOf sorts out which groups the person may see.
func (t *Turn) groupsOf(areas []storage.Area) (groupList, error) {
	var l groupList
	inside := []int64{}
	if t.Private() {
		var err error
		if inside, err = t.AreaIDs(SeeContacts); err != nil {
			return l, err
		}
	}
	byID := map[int64]storage.Area{}
	ids := make([]int64, len(areas))
	for i, a := range areas {
		ids[i], byID[a.ID] = a.ID, a
	}
	all, err := t.Tx.GroupsIn(ids, storage.Verified, storage.Unverified)
	for _, g := range all {
		s := shownGroup{Group: g, area: byID[g.AreaID], inner: slices.Contains(inside, g.AreaID)}
		switch {
		case g.Status == storage.Unverified && s.inner:
			l.waiting = append(l.waiting, s)
		case g.Status != storage.Verified:
		case g.Name == "" && s.inner:
			l.nameless++
		case g.Name != "" && (g.Public || s.inner):
			l.listed = append(l.listed, s)
		}
	}
	slices.SortStableFunc(l.listed, func(a, b shownGroup) int {
		return cmp.Or(cmp.Compare(slices.Index(ids, a.AreaID), slices.Index(ids, b.AreaID)), naturally(a.Name, b.Name))
	})
	return l, err
}

// groupLines are groups a line each, under the names of their areas where there are several.
func (t *Turn) groupLines(groups []shownGroup, headed bool) (messages.Lines, error) {
	var out messages.Lines
	area := int64(0)
	for _, g := range groups {
		if headed && g.AreaID != area {
			area = g.AreaID
			out = append(out, messages.S("groups.area", messages.V{"Area": g.area.Name}))
		}
		line, err := t.groupLine(g)
		if err != nil {
			return nil, err
		}
		out = append(out, messages.S("groups.item", messages.V{"Line": line}))
	}
	return out, nil
}

// groupLine is one group: what it is and, for those who may see it, whom to call.
func (t *Turn) groupLine(g shownGroup) (messages.Say, error) {
	app := messages.S("group.platform." + g.Platform)
	if g.Platform == "other" {
		app = messages.S("groups.otherapp")
	}
	values := messages.V{"Name": g.Name, "Kind": messages.S("groups." + g.Kind), "App": app}
	line := messages.S("groups.line", values)
	if g.Members > 0 { // the sample's have none
		values["Members"] = messages.S("group.members", messages.V{"Count": g.Members})
		line = messages.S("groups.linemembers", values)
	}
	if !g.inner {
		return line, nil
	}
	if !g.Public {
		line = messages.S("groups.hidden", messages.V{"Line": line})
	}
	if g.PersonID == nil {
		return line, nil
	}
	person, phone, err := t.contactOf(g)
	number := messages.Verbatim(phone)
	if phone == "" {
		number = messages.S("groups.nophone")
	}
	return messages.S("groups.contact", messages.V{"Line": line, "Person": person, "Phone": number}), err
}

// contactOf is the admin of a group, and the number where the admin agreed to keep it; both empty for who may not see them.
func (t *Turn) contactOf(g shownGroup) (person, phone string, err error) {
	if !g.inner || g.PersonID == nil {
		return "", "", nil
	}
	if person, err = t.Tx.Name(*g.PersonID); err != nil {
		return "", "", err
	}
	if phone, err = t.Tx.PhoneOf(g.Group); err != nil || phone == "" {
		return person, "", err
	}
	return person, readablePhone(phone), nil
}

// withWaiting adds the groups that wait to be verified, with buttons for who may do so.
func (t *Turn) withWaiting(c messages.Content, waiting []shownGroup) (messages.Content, error) {
	if len(waiting) == 0 {
		return c, nil
	}
	may, err := t.AreaIDs(VerifyGroup)
	if err != nil {
		return c, err
	}
	var lines messages.Lines
	for i, g := range waiting[:min(len(waiting), waitingShown)] {
		line, err := t.groupLine(g)
		if err != nil {
			return c, err
		}
		lines = append(lines, messages.S("groups.numbered", messages.V{"Number": i + 1, "Line": line}))
		if slices.Contains(may, g.AreaID) {
			label := messages.S("groups.verify", messages.V{"Name": g.Name})
			c = c.With(messages.Option{Number: i + 1, Label: label, Data: verifyData(g.Group, yes)})
		}
	}
	c.Text = append(c.Text, messages.S("groups.waiting", messages.V{"Count": len(waiting), "Groups": lines}))
	return c, nil
}
