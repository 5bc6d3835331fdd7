package commands

import (
	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

func templatesForm() *form.Form[*Turn] {
	return &form.Form[*Turn]{
		Command: "templates", Label: label("templates"), Done: saveTemplate,
		Fields: []form.Field[*Turn]{
			{Name: "team", Ask: form.Question[*Turn]("template.ask.team"), When: severalTeams, Choices: teamChoices, Varies: "the teams that the person leads"},
			{Name: "kind", Ask: form.Question[*Turn]("template.ask.kind"), Choices: kindChoices},
			{Name: "name", Ask: form.Question[*Turn]("template.ask.name"), Check: checkTemplateName},
			{Name: "dutch", Ask: form.Question[*Turn]("template.ask.dutch"), Check: checkWording},
			{Name: "english", Ask: form.Question[*Turn]("template.ask.english"), Check: checkWording, Optional: true},
			guardField(seenInTemplate),
			keepField(seenInTemplate),
			{Name: "send", Ask: previewTemplate, Choices: confirmation("template.save"), Confirm: true},
		},
	}
}

// editTemplate begins the form: of a new template, or of a new version of one.
func (t *Turn) editTemplate(one storage.AlertTemplate) error {
	if err := t.mayEdit(one); err != nil {
		return err
	}
	s := form.New("")
	if one.ID != 0 {
		s.Set("template", idValue(one.ID))
		s.Set("team", idValue(one.TeamID))
		s.Set("kind", one.Kind)
		s.Set("name", one.Name)
	}
	return t.StartForm("templates", s)
}

func severalTeams(t *Turn, _ *form.State) (bool, error) {
	teams, err := t.teamsFor(EditTemplates)
	return len(teams) > 1, err
}

func teamChoices(t *Turn, _ *form.State) ([]form.Choice, error) {
	teams, err := t.teamsFor(EditTemplates)
	var out []form.Choice
	for _, team := range teams {
		out = append(out, form.Choice{Value: idValue(team.ID), Label: messages.Verbatim(team.Name)})
	}
	return out, err
}

// longestTemplateName is that of a button that can be read on a phone, in characters.
const longestTemplateName = 40

func checkTemplateName(t *Turn, s *form.State, a form.Answer) (string, error) {
	name, err := checkFact(t, s, a)
	if err == nil && len([]rune(name)) > longestTemplateName {
		err = messages.Refuse("form.long", messages.V{"Count": longestTemplateName})
	}
	return name, err
}

// seenInTemplate is what had better not stand in any alert.
func seenInTemplate(t *Turn, s *form.State) ([]seen, error) {
	return t.seenIn(written{alert: storage.Alert{Kind: s.Get("kind")}, facts: [][2]string{
		{"dutch", s.Get("dutch")},
		{"english", s.Get("english")},
	}}), nil
}

// previewTemplate shows an alert in the wording, with facts that are made up.
func previewTemplate(t *Turn, s *form.State) (messages.Content, error) {
	if err := t.ReplyS(messages.S("template.preview")); err != nil {
		return messages.Content{}, err
	}
	return t.example(s.Get("kind"), s.Get("dutch"), s.Get("english"))
}

// saveTemplate keeps the wording as a new version.
func saveTemplate(t *Turn, s *form.State) error {
	one := storage.AlertTemplate{ID: s.Number("template"), TeamID: s.Number("team"), Kind: s.Get("kind"), Name: s.Get("name")}
	teams, err := t.teamsFor(EditTemplates)
	if err != nil {
		return err
	}
	if one.TeamID == 0 && len(teams) > 0 {
		one.TeamID = teams[0].ID
	}
	if one.ID == 0 {
		if err := t.mayEdit(storage.AlertTemplate{ID: -1, TeamID: one.TeamID}); err != nil {
			return err
		}
		if one, err = t.Tx.AddTemplate(one); err != nil {
			return err
		}
	} else if err := t.mayEdit(one); err != nil {
		return err
	}
	n, err := t.Tx.AddTemplateVersion(storage.TemplateVersion{
		TemplateID: one.ID, Dutch: s.Get("dutch"), English: s.Get("english"), PersonID: &t.Person.ID,
	}, t.Now)
	if err != nil {
		return err
	}
	return t.ReplyS(messages.S("template.saved", messages.V{"Name": one.Name, "Version": n}))
}
