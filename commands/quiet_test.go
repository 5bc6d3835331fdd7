package commands_test

import (
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/storage"
)

func night(town *commandstest.Town, day, hour int) time.Time {
	return time.Date(2018, 5, day, hour, 0, 0, 0, town.Now.Location())
}

func TestWhatIsCalmWaitsForTheMorningOfEachGroup(t *testing.T) {
	town := commandstest.New(t)
	lisse, hillegom := town.AdminGroup("Lisse"), town.AdminGroup("Hillegom")
	omar := town.Person("omar").WithRole(storage.OpCo, "team Bollenstreek")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	town.Person("peter").WithRole(storage.Portfolio, "team Bollenstreek").Says("/approval off")
	ria.SaysIn(lisse, "/stilte")
	lisse.Hears("Tussen 22:00 en 07:00")
	ria.SaysIn(hillegom, "/stilte uit")
	hillegom.Hears("alleen een beheerder van de groep of de wijkagent")
	omar.SaysIn(hillegom, "/quiet 23:00 - 6 uur")
	hillegom.Hears("Tussen 23:00 en 06:00")

	town.ForwardTo(night(town, 7, 22))
	calm := "/alert warning; Fietsendieven actief; Heereweg in Lisse; gisteren; ; ; 2; 1"
	if text := commandstest.Text(omar.Says(calm)); !strings.Contains(text, "vanaf 8 mei 07:00") || strings.Contains(text, "Waarschuwing voor Lisse (melding 1)\n\nFietsendieven actief\n\nWaar: Heereweg in Lisse\nWanneer: gisteren\n\nIets gezien of gehoord?\n") {
		t.Errorf("in the evening: %s", text)
	}
	hillegom.Hears("Fietsendieven actief") // still awake
	town.ForwardTo(night(town, 7, 23))
	// What is urgent passes what is held, and its outcome too.
	omar.Says("/alert missing; Jongen van 6 vermist; Kerkplein in Lisse; now; ; ; 1; 1")
	lisse.Hears("Jongen van 6 vermist")
	omar.Says("/feedback 2; 1; 1")
	lisse.Hears("melding 2", "Hoe het afliep")
	omar.Says("/feedback 1; 1; 1")
	omar.Hears("na de stille uren")
	lisse.Hears("melding 2")

	heard := commandstest.Text(town.ForwardTo(night(town, 8, 6)))
	if strings.Count(heard, "Hoe het afliep") != 1 {
		t.Errorf("at six Hillegom hears the outcome, and nobody else:\n%s", heard)
	}
	hillegom.Hears("Hoe het afliep")
	lisse.Hears("melding 2")
	heard = commandstest.Text(town.ForwardTo(night(town, 8, 7)))
	first, second := strings.Index(heard, "Waarschuwing voor Lisse"), strings.Index(heard, "Hoe het afliep")
	if first < 0 || second < first {
		t.Errorf("at seven Lisse hears the alert, then its outcome:\n%s", heard)
	}
}

func TestWithdrawnAtNightNeverComes(t *testing.T) {
	town := commandstest.New(t)
	lisse := town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	town.ForwardTo(night(town, 7, 23))
	ria.Says("/alert goodnews; Dader gepakt; Kerkplein; gisteren; ; ; 1; 1")
	ria.Says("/withdraw 1")
	ria.Taps("1")
	if heard := town.ForwardTo(night(town, 8, 9)); strings.Contains(commandstest.Text(heard), "Dader gepakt") {
		t.Errorf("%s", commandstest.Text(heard))
	}
	ria.SaysIn(lisse, "/quiet off")
	lisse.Hears("geen stille uren")
	ria.SaysIn(lisse, "/quiet 25")
	lisse.Hears("/stilte 22-7")
}
