package commands_test

import (
	"testing"

	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/storage"
)

// TestNothingToChangeAfterAll goes back to the preview from the list of what can be changed, and picks from it by words.
func TestNothingToChangeAfterAll(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Says("/melding vermist; Man van 83; Heereweg; nu; nee; geen foto; 1; veranderen")
	ria.Hears("Wat wil je veranderen?")
	ria.Says("Niets, sorry")
	ria.Hears("Kies een nummer", "“stop”")
	ria.Says("niets")
	ria.Hears("Man van 83", "Versturen")
	ria.Says("nee")
	ria.Hears("Wat wil je veranderen?")
	ria.Says("beschrijving")
	ria.Hears("Hoe ziet de persoon eruit?")
	ria.Says("blauwe jas")
	ria.Says("Verstuur maar!")
	ria.Hears("op weg naar 1 groep")
}
