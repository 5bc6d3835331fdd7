package commands_test

import (
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/storage"
)

const missingBoy = "/melding vermist; Jongen van 6 kwijt; Kerkplein; nu; blauwe jas; ; 1; 1"

// TestWordsOfATipGoAfterThirtyDays holds that the sentence goes and the figure stays.
func TestWordsOfATipGoAfterThirtyDays(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Says(missingBoy)
	ria.Says("/tip 1; 3; Gevonden bij de vijver")
	words := func() (note, result string) {
		town.Write(func(tx *storage.Tx) error {
			c, err := tx.Call(1)
			note, result = c.Note, c.Result
			return err
		})
		return note, result
	}
	town.Forward(29 * 24 * time.Hour)
	if note, _ := words(); note != "Gevonden bij de vijver" {
		t.Errorf("after 29 days the sentence is %q", note)
	}
	town.Forward(3 * 24 * time.Hour)
	if note, result := words(); note != "" || result != "found" {
		t.Errorf("after 32 days %q and %q are kept", note, result)
	}
	ria.Says("/effect jaar")
	ria.Hears("1 tip bij een melding", "persoon of spullen gevonden: 1")
}

// TestWhoToldTheOutcomeIsAskedOnce holds that a question that was asked is over, whatever happens to the alert.
func TestWhoToldTheOutcomeIsAskedOnce(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Says(missingBoy)
	ria.Says("/terugkoppeling 1; 1; 1")
	ria.Hears("Kwam er een tip via de app?")
	ria.Says("/terugkoppeling 1; 2; Er is meer bekend; 1") // open again
	ria.Hears("weer open")
	ria.Says("/terugkoppeling 1; 1; 1")
	ria.Hears("op weg naar 1 groep")
	if text := town.Last("ria").Text; strings.Contains(text, "Kwam er een tip") {
		t.Errorf("ria is asked again:\n%s", text)
	}
}

// TestASubstituteSaysWhetherATipCame has an officer of another area tell the outcome for one who is away.
func TestASubstituteSaysWhetherATipCame(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	hans := town.Person("hans").WithRole(storage.Officer, "area Hillegom")
	ria.Says(missingBoy)
	ria.Says("/afwezig tot 12-5; hans")
	hans.Hears("ria is afwezig")
	hans.Says("/tip 1; 3")
	hans.Hears("hoort niet bij jouw wijk")
	hans.Says("/terugkoppeling 1; 1; 1")
	hans.Hears("Kwam er een tip via de app?")
	hans.Taps("Ja")
	hans.Hears("Wat leverde de tip op?")
	hans.Says("3")
	hans.Hears("Genoteerd: een tip bij melding 1")
}
