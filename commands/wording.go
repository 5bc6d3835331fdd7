package commands

import (
	"regexp"
	"slices"
	"strings"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/locales"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// placeForm is where a fact goes in a template: "{wat}".
var placeForm = regexp.MustCompile(`\{([^{}]*)\}`)

// placeNames are the facts that a template can name; its word in each language is "template.word.NAME".
func placeNames() []string { return []string{"what", "where", "when", "description", "area"} }

// placeNamed is the fact that a word between braces means, in whatever language.
func placeNamed(c *locales.Catalog, word string) (string, bool) {
	for _, name := range placeNames() {
		for _, lang := range c.Languages() {
			if storage.Fold(strings.TrimSpace(word)) == storage.Fold(c.Text(lang, "template.word."+name, nil, -1)) {
				return name, true
			}
		}
	}
	return "", false
}

// worded is a template's wording with the facts of an alert in it. The call line, the head with the number and the line
// that says not to approach anybody stand around it: they are no part of a template.
type worded struct {
	dutch, english string
	facts          map[string]messages.Local
}

// In gives the text for a language: a template without English is in Dutch for everybody, with its facts.
func (w worded) In(c *locales.Catalog, lang string) string {
	return placeForm.ReplaceAllStringFunc(translated{w.dutch, w.english}.In(c, lang), func(place string) string {
		name, ok := placeNamed(c, place[1:len(place)-1])
		if fact := w.facts[name]; ok && fact != nil {
			return fact.In(c, lang)
		}
		return ""
	})
}

// plain is a sentence as text, for a place inside another text.
type plain struct{ say messages.Say }

// In gives the text.
func (p plain) In(c *locales.Catalog, lang string) string { return p.say.Text(c, lang) }

// names tells whether a template names a fact in every language that it has.
func (t *Turn) names(text, fact string) bool {
	return slices.ContainsFunc(placeForm.FindAllStringSubmatch(text, -1), func(m []string) bool {
		name, ok := placeNamed(t.e.Catalog, m[1])
		return ok && name == fact
	})
}

// inWording tells whether the wording of an alert names a fact, so that it needs no line of its own.
func (t *Turn) inWording(a storage.Alert, fact string) bool {
	return a.WordingDutch != "" && t.names(a.WordingDutch, fact) && (a.WordingEnglish == "" || t.names(a.WordingEnglish, fact))
}

// alertText is what an alert says between its head and its facts: what happened, in the team's wording where it has one.
func (t *Turn) alertText(a storage.Alert, area storage.Area) messages.Say {
	what := translated{a.What, a.English}
	if a.WordingDutch == "" {
		return messages.S("alert.text", messages.V{"Text": what})
	}
	return messages.S("alert.text", messages.V{"Text": worded{a.WordingDutch, a.WordingEnglish, map[string]messages.Local{
		"what": what, "where": plain{messages.Verbatim(a.Place)}, "when": plain{t.whenSay(a.Happened)},
		"description": plain{messages.Verbatim(a.Description)}, "area": plain{messages.Verbatim(area.Full())},
	}}})
}

// checkWording takes a wording: it names what happened, knows its places, and leaves the call line to the bot.
func checkWording(t *Turn, s *form.State, a form.Answer) (string, error) {
	text, err := checkFact(t, s, a)
	if err != nil {
		return "", err
	}
	for _, m := range placeForm.FindAllStringSubmatch(text, -1) {
		if _, ok := placeNamed(t.e.Catalog, m[1]); !ok {
			return "", messages.Refuse("template.place", messages.V{"Place": m[0]})
		}
	}
	if !t.names(text, "what") {
		return "", messages.Refuse("template.nowhat")
	}
	words := fieldsOf(text)
	for _, number := range []string{t.e.Settings.Emergency, t.e.Settings.Police} {
		if strings.Contains(text, number) || slices.Contains(words, storage.Fold(number)) {
			return "", messages.Refuse("template.call", messages.V{"Number": number})
		}
	}
	return text, nil
}

// templatesFor are the templates for a kind of alert of the teams in whose areas the officer sends.
func (t *Turn) templatesFor(kind string) ([]storage.AlertTemplate, error) {
	teams, err := t.teamsFor(SendAlert)
	if err != nil || len(teams) == 0 || kind == "" {
		return nil, err
	}
	return t.Tx.Templates(teamIDs(teams), kind)
}

// standardWording is the value of the choice that is no template of the team's.
const standardWording = "standard"

// templateField asks for the wording where the team has templates of its own for the kind. Who gives all answers at once
// gets the standard one, and can change it.
func templateField() form.Field[*Turn] {
	return form.Field[*Turn]{
		Name: "template", Ask: form.Question[*Turn]("alert.ask.template"), Asked: true,
		Varies: "1. the standard wording, then the team's own for the kind",
		When: func(t *Turn, s *form.State) (bool, error) {
			all, err := t.templatesFor(s.Get("kind"))
			return len(all) > 0, err
		},
		Choices: func(t *Turn, s *form.State) ([]form.Choice, error) {
			all, err := t.templatesFor(s.Get("kind"))
			out := []form.Choice{{Value: standardWording, Label: messages.S("alert.template.standard")}}
			for _, one := range all {
				out = append(out, form.Choice{Value: idValue(one.ID), Label: messages.Verbatim(one.Name)})
			}
			return out, err
		},
		Default: func(*Turn, *form.State) (string, error) { return standardWording, nil },
		Holds: func(t *Turn, s *form.State) (bool, error) {
			all, err := t.templatesFor(s.Get("kind"))
			return s.Get("template") == standardWording || slices.ContainsFunc(all, func(one storage.AlertTemplate) bool {
				return one.ID == s.Number("template")
			}), err
		},
	}
}

// inTheTeamsWords gives an alert the wording that was chosen for it, as it is now.
func (t *Turn) inTheTeamsWords(a *storage.Alert, template int64) error {
	if template == 0 {
		return nil
	}
	v, err := t.Tx.TemplateVersion(template, 0)
	if err != nil {
		return ignoreNotFound(err)
	}
	a.WordingDutch, a.WordingEnglish = v.Dutch, v.English
	return nil
}
