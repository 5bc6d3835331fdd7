package commands

import (
	"slices"
	"strconv"
	"strings"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// templatesCommand shows the wordings that a team has for its alerts; who leads the team adds and changes them. Words
// behind it are those of its buttons: "new", a number, "edit 3", "versions 3", "show 3 1", "restore 3 1", "delete 3", "drop 3".
func templatesCommand() Command {
	return Command{Name: "templates", Action: SeeTemplates, Words: true, PrivateOnly: true, Form: templatesForm(), Run: func(t *Turn, args string) error {
		words := append(strings.Fields(args), "", "", "")
		if words[0] == "" {
			return t.listTemplates()
		}
		if words[0] == "new" {
			return t.editTemplate(storage.AlertTemplate{})
		}
		if _, err := strconv.Atoi(words[0]); err == nil {
			words = append([]string{"show"}, words...)
		}
		one, err := t.templateNumbered(words[1])
		if err != nil {
			return err
		}
		version, _ := strconv.Atoi(words[2])
		switch words[0] {
		case "show":
			return t.showTemplate(one, version)
		case "edit":
			return t.editTemplate(one)
		case "versions":
			return t.listVersions(one)
		case "restore":
			return t.restoreTemplate(one, version)
		case "delete":
			return t.askDeleteTemplate(one)
		case "drop":
			return t.deleteTemplate(one)
		}
		return t.listTemplates()
	}}
}

// teamsFor are the teams of the areas in which the person may do something, in the order of their ids.
func (t *Turn) teamsFor(a Action) ([]storage.Team, error) {
	ids, err := t.AreaIDs(a)
	if err != nil {
		return nil, err
	}
	var out []storage.Team
	for _, id := range ids {
		team, err := t.Tx.TeamOfArea(id)
		if ignoreNotFound(err) != nil {
			return nil, err
		}
		if err == nil && !slices.Contains(teamIDs(out), team.ID) {
			out = append(out, team)
		}
	}
	slices.SortFunc(out, func(a, b storage.Team) int { return int(a.ID - b.ID) })
	return out, nil
}

func teamIDs(teams []storage.Team) []int64 {
	out := make([]int64, len(teams))
	for i, team := range teams {
		out[i] = team.ID
	}
	return out
}

// templateNumbered finds a template of one of the person's teams.
func (t *Turn) templateNumbered(number string) (storage.AlertTemplate, error) {
	id, _ := strconv.ParseInt(number, 10, 64)
	one, err := t.Tx.Template(id)
	if err != nil {
		if ignoreNotFound(err) == nil {
			err = messages.Refuse("template.unknown")
		}
		return one, err
	}
	teams, err := t.teamsFor(SeeTemplates)
	if err == nil && !slices.Contains(teamIDs(teams), one.TeamID) {
		err = messages.Refuse("template.unknown")
	}
	return one, err
}

// mayEdit refuses who may read a template and not change it.
func (t *Turn) mayEdit(one storage.AlertTemplate) error {
	teams, err := t.teamsFor(EditTemplates)
	if err == nil && (len(teams) == 0 || one.ID != 0 && !slices.Contains(teamIDs(teams), one.TeamID)) {
		err = messages.Refuse("template.leaders")
	}
	return err
}

func (t *Turn) listTemplates() error {
	teams, err := t.teamsFor(SeeTemplates)
	if err != nil {
		return err
	}
	all, err := t.Tx.Templates(teamIDs(teams), "")
	if err != nil {
		return err
	}
	c := messages.Paragraphs(messages.S("template.list", messages.V{"Count": len(all)}))
	for i, one := range all {
		c = c.With(messages.Option{
			Number: i + 1, Label: messages.S("template.line", messages.V{"Name": one.Name, "Kind": messages.S("alert." + one.Kind + ".kind")}),
			Data: "/templates " + idValue(one.ID),
		})
	}
	if t.mayEdit(storage.AlertTemplate{}) == nil {
		c = c.With(messages.Option{Label: messages.S("template.new"), Data: "/templates new"})
	}
	return t.Reply(c)
}

// showTemplate shows a version of a template, 0 the latest: its wording, and an alert in it.
func (t *Turn) showTemplate(one storage.AlertTemplate, version int) error {
	v, err := t.Tx.TemplateVersion(one.ID, version)
	if err != nil {
		if ignoreNotFound(err) == nil {
			err = messages.Refuse("template.unknown")
		}
		return err
	}
	if err := t.ReplyS(t.versionSay(one, v)...); err != nil {
		return err
	}
	c, err := t.example(one.Kind, v.Dutch, v.English)
	if err != nil {
		return err
	}
	number := idValue(one.ID)
	if t.mayEdit(one) == nil {
		if v.Version != one.Version {
			c = c.With(messages.Option{Label: messages.S("template.restore"), Data: "/templates restore " + number + " " + strconv.Itoa(v.Version)})
		}
		c = c.With(messages.Option{Label: messages.S("template.edit"), Data: "/templates edit " + number})
	}
	if one.Version > 1 {
		c = c.With(messages.Option{Label: messages.S("template.versions"), Data: "/templates versions " + number})
	}
	if t.mayEdit(one) == nil {
		c = c.With(messages.Option{Label: messages.S("template.delete"), Data: "/templates delete " + number})
	}
	return t.Reply(c)
}

func (t *Turn) versionSay(one storage.AlertTemplate, v storage.TemplateVersion) []messages.Say {
	out := []messages.Say{
		messages.S("template.head", messages.V{"Name": one.Name, "Kind": messages.S("alert." + one.Kind + ".kind")}),
		t.versionLine(v),
		messages.S("template.dutch", messages.V{"Text": v.Dutch}),
	}
	if v.English != "" {
		out = append(out, messages.S("template.english", messages.V{"Text": v.English}))
	}
	return out
}

// versionLine says when a version was made, and by whom.
func (t *Turn) versionLine(v storage.TemplateVersion) messages.Say {
	by := messages.S("escalate.nobody")
	if v.PersonID != nil {
		if name, err := t.Tx.Name(*v.PersonID); err == nil {
			by = messages.Verbatim(name)
		}
	}
	return messages.S("template.version", messages.V{"Version": v.Version, "When": t.momentSay(v.CreatedAt), "Person": by})
}

func (t *Turn) listVersions(one storage.AlertTemplate) error {
	all, err := t.Tx.TemplateVersions(one.ID)
	if err != nil {
		return err
	}
	c := messages.Paragraphs(messages.S("template.head", messages.V{"Name": one.Name, "Kind": messages.S("alert." + one.Kind + ".kind")}))
	for i, v := range all {
		c = c.With(messages.Option{Number: i + 1, Label: t.versionLine(v), Data: "/templates show " + idValue(one.ID) + " " + strconv.Itoa(v.Version)})
	}
	return t.Reply(c)
}

// restoreTemplate puts an earlier version back, as a new one: what was in between stays to be seen.
func (t *Turn) restoreTemplate(one storage.AlertTemplate, version int) error {
	if err := t.mayEdit(one); err != nil {
		return err
	}
	v, err := t.Tx.TemplateVersion(one.ID, version)
	if err != nil {
		if ignoreNotFound(err) == nil {
			err = messages.Refuse("template.unknown")
		}
		return err
	}
	v.PersonID = &t.Person.ID
	n, err := t.Tx.AddTemplateVersion(v, t.Now)
	if err != nil {
		return err
	}
	return t.ReplyS(messages.S("template.saved", messages.V{"Name": one.Name, "Version": n}))
}

// askDeleteTemplate asks before a template is deleted.
func (t *Turn) askDeleteTemplate(one storage.AlertTemplate) error {
	if err := t.mayEdit(one); err != nil {
		return err
	}
	number := idValue(one.ID)
	return t.Reply(messages.Paragraphs(messages.S("template.delete.ask", messages.V{"Name": one.Name})).With(
		messages.Option{Number: 1, Label: messages.S("template.delete.yes"), Data: "/templates drop " + number},
		messages.Option{Number: 2, Label: messages.S("template.delete.no"), Data: "/templates " + number},
	))
}

// deleteTemplate takes a template out of the list and of new alerts. Alerts that were sent in it keep its wording.
func (t *Turn) deleteTemplate(one storage.AlertTemplate) error {
	if err := t.mayEdit(one); err != nil {
		return err
	}
	if err := t.Tx.DeleteTemplate(one.ID, t.Now); err != nil {
		return err
	}
	return t.ReplyS(messages.S("template.deleted", messages.V{"Name": one.Name}))
}

// example is an alert in a wording, with facts that are made up.
func (t *Turn) example(kind, dutch, english string) (messages.Content, error) {
	areas, err := t.ownAreas(SeeTemplates)
	if err != nil || len(areas) == 0 {
		return messages.Content{}, err
	}
	fact := func(name string) string { return t.e.Catalog.Text(t.Lang, "template.example."+name, nil, -1) }
	a := storage.Alert{
		Kind: kind, What: fact("what"), Place: fact("where"), Happened: fact("when"), Description: fact("description"),
		WordingDutch: dutch, WordingEnglish: english,
	}
	if a.ID, err = t.Tx.NextAlert(); err != nil {
		return messages.Content{}, err
	}
	return t.alertContent(a, areas[0]), nil
}
