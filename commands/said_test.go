package commands_test

import (
	"testing"

	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// TestWhatPeopleSay says what people say who don't know the commands, or forget the slash.
func TestWhatPeopleSay(t *testing.T) {
	for role, says := range map[storage.RoleName]map[string]string{
		"": {
			"Hoi!": "Waarmee kan ik je helpen", "hello there": "Ik ben buurtbode", "Wat kun je?": "Dit kun je hier doen", "Dank je wel!": "Graag gedaan",
			"groep aanmelden": "Hoe heet de groep", "Ik wil graag mijn groep aanmelden.": "Hoe heet de groep", "/ aanmelden": "Hoe heet de groep",
			"AANMELDEN!": "Hoe heet de groep", "/Aanmelden:": "Hoe heet de groep", "bord aanvragen": "Hoe heet de groep", "mijn gegevens": "Dit bewaar ik van je",
			"terug": "niets om te stoppen", "I don't speak Dutch": "in English", "ik wil iets melden": "De politie leest dit niet", "Melding": "Wil je iets melden?",
			"ABCD2345": "Deze code werkt niet", "huisarts": "begrijp dit niet", "er is een kind vermist": "De politie leest dit niet",
			"hoi help er wordt ingebroken": "De politie leest dit niet", "😢": "De politie leest dit niet",
		},
		storage.Officer: {
			"Hoi": "Waarmee kan ik je helpen", "Melding.": "Wat voor melding wordt het?", "melding maken": "Wat voor melding wordt het?",
			"Ik wil een melding sturen": "Wat voor melding wordt het?", "vermist kind": "Wie is er vermist", "melding vermist kind": "Wie is er vermist",
			"Jongetje van 6 kwijt bij de AH, heet Sem": "Waar is de persoon het laatst gezien", "inbraak": "Wat is er gebeurd",
			"hoe liep het af": "Er staat geen melding open", "afloop 7": "Melding 7 ken ik niet", "terugkoppeling melding 7": "Melding 7 ken ik niet",
			"melding 7 is gevonden": "Melding 7 ken ik niet", "Gevonden!": "Er staat geen melding open", "wat staat er open?": "Er staat niets open",
			"overzicht": "niemand voor een overzicht", "cijfers": "Helpen de meldingen", "ik ben er weer": "Je stond niet als afwezig", "blabla": "Ik ben een computer",
		},
		storage.ControlRoom: {"tip binnen": "Bij welke melding", "er is een kind vermist": "Ik ben een computer"},
	} {
		for said, want := range says {
			t.Run(string(role)+" "+said, func(t *testing.T) {
				person := commandstest.New(t).Person("ria")
				if role != "" {
					person.WithRole(role, "municipality Lisse")
				}
				person.Says(said)
				person.Hears(want)
			})
		}
	}
}

// TestTheAnswersOfAFormAreItsOwn keeps what is said to a question out of the way of what people say elsewhere.
func TestTheAnswersOfAFormAreItsOwn(t *testing.T) {
	anna := commandstest.New(t).Person("anna")
	anna.Says("groep aanmelden")
	anna.Says("Hallo Buurt")
	anna.Hears("Waar is de groep?")
	anna.Says("terug")
	anna.Hears("Hoe heet de groep?")
	anna.Says("Regels")
	anna.Hears("Waar is de groep?")
}

func TestAVoiceMessageIsAskedForInWords(t *testing.T) {
	ria := commandstest.New(t).Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Gives(messages.Inbound{Other: true})
	ria.Hears("Typ het, alsjeblieft", "Melding sturen")
}
