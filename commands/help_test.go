package commands_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

var helpLine = regexp.MustCompile(`(?m)^/(\S+) – `)

// TestHelpListsWhatWorks asks everybody's help, and then tries every command there is: who is refused must not have been
// offered it, and the other way round.
func TestHelpListsWhatWorks(t *testing.T) {
	for _, role := range append([]storage.RoleName{"resident"}, storage.RoleNames...) {
		t.Run(string(role), func(t *testing.T) {
			town := commandstest.New(t)
			anna := town.Person("anna")
			anna.Lang = "en"
			if role != "resident" {
				anna.WithRole(role, "municipality Lisse")
			}
			var offered []string
			for _, m := range helpLine.FindAllStringSubmatch(commandstest.Text(anna.Says("/help")), -1) {
				offered = append(offered, m[1])
			}
			for _, c := range town.Engine.Commands() {
				if c.Hidden || c.GroupOnly || slices.Contains([]string{"start", "help"}, c.Name) {
					continue
				}
				heard := commandstest.Text(anna.Says("/" + c.Name))
				refused := strings.Contains(heard, "only for the police") || strings.Contains(heard, "not part of your role") ||
					strings.Contains(heard, "This is for admins")
				if refused == slices.Contains(offered, c.Name) {
					t.Errorf("/%s is offered: %v, and refused: %v\n%s", c.Name, !refused, refused, heard)
				}
			}
		})
	}
}

func TestHelpInAGroupLeavesOutWhatIsPrivate(t *testing.T) {
	town := commandstest.New(t)
	anna := town.Person("anna")
	group := town.Group("Straat")
	anna.SaysIn(group, "/help")
	text := town.Last("Straat").Text
	if strings.Contains(text, "/mijngegevens") || strings.Contains(text, "/vergeetmij –") || !strings.Contains(text, "/groepen") {
		t.Errorf("help in a group is:\n%s", text)
	}
}

// TestWhatIsNoCommandIsAnsweredWithTheNumbersFirst sends all that can be sent outside a form.
func TestWhatIsNoCommandIsAnsweredWithTheNumbersFirst(t *testing.T) {
	for name, in := range map[string]messages.Inbound{
		"text":    {Text: "er loopt een vreemde man door de straat"},
		"photo":   {Photo: &messages.Photo{SHA256: strings.Repeat("ab", 32)}},
		"voice":   {Other: true},
		"place":   {Place: &messages.Place{Latitude: 52.26, Longitude: 4.56}},
		"contact": {Contact: &messages.Contact{Phone: "31612345678"}},
		"cry":     {Text: "Help! Inbrekers!"},
	} {
		t.Run(name, func(t *testing.T) {
			town := commandstest.New(t)
			town.Person("anna").Gives(in)
			if text := town.Last("anna").Text; !strings.HasPrefix(text, "De politie leest dit niet. Dringend, of gebeurt het nu? Bel 112. Niet dringend? Bel 0900-8844.") {
				t.Errorf("the answer is:\n%s", text)
			}
		})
	}
}

func TestACryForHelpKeepsTheForm(t *testing.T) {
	town := commandstest.New(t)
	anna := town.Person("anna")
	anna.Says("/aanmelden")
	anna.Says("Vogelwijk")
	anna.Says("help er wordt ingebroken")
	anna.Hears("De politie leest dit niet", "Bel 112", "Waar is de groep?")
	anna.Says("2161")
	anna.Hears("Voor wie is de groep?")
}
