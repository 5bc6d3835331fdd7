package commands_test

import (
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

func TestUnfinishedFormsGo(t *testing.T) {
	town := commandstest.New(t)
	anna := town.Person("anna")
	anna.Says("/aanmelden Vogelwijk")
	town.Forward(49 * time.Hour)
	town.Write(func(tx *storage.Tx) error {
		next, err := tx.NextFormExpiry()
		if err == nil && !next.IsZero() {
			t.Errorf("a form is kept that expired: %v", next)
		}
		return err
	})
	anna.Says("2161")
	anna.Hears("begrijp dit niet")
}

func TestAnswersAreErasedAfterThirtyDays(t *testing.T) {
	town := commandstest.New(t)
	anna := town.Person("anna")
	anna.Says("/saar")
	town.Forward(29 * 24 * time.Hour)
	anna.Says("/mijngegevens")
	anna.Hears("1 bericht van mij aan jou")
	town.Forward(2 * 24 * time.Hour)
	anna.Says("/mijngegevens")
	anna.Hears("1 bericht van mij aan jou") // the answer to the first /mijngegevens
	anna.Says("2")
	anna.Hears("begrijp dit niet") // the choices under /saar are gone with it
}

func TestLeavingGroups(t *testing.T) {
	town := commandstest.New(t)
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	linked, street := town.Group("Beheerders"), town.Group("Straat")
	ria.SaysIn(linked, "/koppel Lisse")
	if heard := town.Forward(23 * time.Hour); len(heard) != 0 {
		t.Errorf("too early: %s", commandstest.Text(heard))
	}
	heard := town.Forward(2 * time.Hour)
	if len(heard) != 2 || heard[0].Chat != street.Title || heard[1].Action != messages.LeaveChat || heard[1].Chat != street.Title {
		t.Fatalf("the bot should explain and leave the street's group, and no other: %+v", heard)
	}
	if !strings.Contains(heard[0].Text, "/aanmelden") {
		t.Errorf("it isn't said how an admin gets the alerts: %s", heard[0].Text)
	}
	street.Removed()
	if heard := town.Forward(72 * time.Hour); len(heard) != 0 {
		t.Errorf("the bot is not quiet after it left: %s", commandstest.Text(heard))
	}
}

func TestCodesOfARevokedPersonStopWorking(t *testing.T) {
	town := commandstest.New(t)
	petra := town.Person("petra").WithRole(storage.Portfolio, "team Bollenstreek")
	pia := town.Person("pia").WithRole(storage.Portfolio, "team Bollenstreek")
	pia.Says("/uitnodigen wijkagent Lisse")
	c := code.FindStringSubmatch(town.Last("pia").Text)[1]
	petra.Says("/intrekken pia; 1")
	petra.Hears("Gedaan")
	pia.Hears("geen accounthouder voor Bollenstreek meer")
	pia.Says("/activeer " + c)
	pia.Hears("werkt niet")
	pia.Says("/uitnodigen wijkagent Lisse")
	pia.Hears("alleen voor politie of gemeente")
}
