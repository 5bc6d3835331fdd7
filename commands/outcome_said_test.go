package commands_test

import (
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/storage"
)

// TestWhatIsNotOverIsNoOutcome types what officers type to the question how it ended, while it hasn't.
func TestWhatIsNotOverIsNoOutcome(t *testing.T) {
	for typed, want := range map[string]string{
		"tussenbericht": "Wat wil je nu al laten weten?", "Tussenbericht!": "Wat wil je nu al laten weten?", "nog open": "Tot wanneer staat de melding nog open?",
		"nog open tot morgen 15:00": "Wil je dat ook in de groepen vertellen?", "nog niet gevonden, we zoeken bij de plas": "Tussenbericht:",
		"veilig gevonden": "veilig gevonden", "veilig": "veilig gevonden", "not yet": "Wat wil je nu al laten weten?", "Thuis, hij lag te slapen": "Hoe het afliep",
	} {
		t.Run(typed, func(t *testing.T) {
			town := commandstest.New(t)
			town.AdminGroup("Lisse")
			ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
			ria.Says("/melding vermist; Man van 83; Heereweg; nu; overslaan; overslaan; 1; verstuur maar")
			ria.Hears("op weg naar 1 groep")
			ria.Says("afloop 1")
			ria.Says(typed)
			if len(town.Last("ria").Text) == 0 {
				t.Fatal("no answer")
			}
			ria.Hears(want)
		})
	}
}

func TestHowLongAgoBecomesATime(t *testing.T) {
	for typed, want := range map[string]string{
		"kwartier geleden": "rond 8 mei 11:45", "een half uur geleden": "11:30", "10 min geleden": "11:50", "zo'n 20 minuten geleden": "11:40",
		"3 uur geleden": "9:00", "an hour ago": "11:00", "net": "12:00", "gisteravond": "gisteravond", "twee dagen geleden": "twee dagen geleden",
	} {
		t.Run(typed, func(t *testing.T) {
			town := commandstest.New(t)
			town.AdminGroup("Lisse")
			town.Forward(time.Date(town.Now.Year(), town.Now.Month(), town.Now.Day()+1, 12, 0, 0, 0, town.Now.Location()).Sub(town.Now))
			ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
			ria.Says("/melding vermist; Man van 83; Heereweg; " + typed + "; overslaan; overslaan; alleen lisse")
			ria.Hears(want)
		})
	}
}

func TestAPlainYesToTheLatestMessage(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	town.AdminGroup("Hillegom")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	petra := town.Person("petra").WithRole(storage.Portfolio, "municipality Lisse")
	ria.Says("/melding waarschuwing; Fietsendieven bij het station; Stationsweg; vanmiddag; nee; geen foto; ook hillegom")
	ria.Says("ja")
	petra.Hears("Fietsendieven")
	petra.Says("ok")
	petra.Hears("gaat nu door")
	ria.Says("weghalen 1")
	ria.Hears("overal weghalen")
	ria.Says("nee")
	ria.Hears("Goed, melding 1 blijft staan")
	petra.Says("ok")
	petra.Hears("Graag gedaan")
}
