package commands_test

import (
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/storage"
)

func TestApproverReadsWhySomethingStays(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	otto := town.Person("otto").WithRole(storage.OpCo, "team Bollenstreek")
	peter := town.Person("peter").WithRole(storage.Portfolio, "team Bollenstreek")
	ria.Says("/alert warning; Valse klusser, noemt zich Jan; Heereweg; gisteren; Verdachte Jan de Vries; ; 3; 1")
	ria.Says("2")
	ria.Says("De rechter gaf zijn naam vrij")
	said := commandstest.Text(ria.Says("1"))
	if strings.Count(said, "De reden: De rechter gaf zijn naam vrij") != 2 || strings.Contains(town.Last("Beheerders Lisse").Text, "rechter") {
		t.Errorf("both who may approve should read why, and the group should not:\n%s", said)
	}
	otto.Taps("1")
	peter.Hears("melding 1", "Jan de Vries", "De rechter gaf zijn naam vrij")
}

func TestAnswerToTheGuardHoldsForWhatWasSeenOnly(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Says("/alert warning; Valse klusser; Heereweg 12; gisteren; ; ; 1; 1")
	ria.Hears("huisnummer")
	ria.Says("laten staan")
	ria.Says("Het is de winkel zelf")
	ria.Hears("Waarschuwing voor Lisse")
	ria.Says("2")
	ria.Says("waar")
	ria.Says("Heereweg 14")
	ria.Hears("Heereweg 14", "Wat wil je doen?")
	ria.Says("2")
	ria.Hears("Waarom moet het blijven staan?")
	ria.Says("terug")
	ria.Hears("Wat wil je doen?")
	ria.Says("1")
	ria.Says("Heereweg")
	ria.Hears("Waarschuwing voor Lisse")
	ria.Says("1")
	town.Write(func(tx *storage.Tx) error {
		a, err := tx.Alert(1)
		if a.Kept != "" {
			t.Errorf("the alert keeps a reason for what isn't in it any more: %s", a.Kept)
		}
		return err
	})
}
