package commands_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

func TestPhoneNumbersAsPeopleGiveThem(t *testing.T) {
	for typed, want := range map[string]string{
		"06 12345678": "06 12345678", "06-12 34 56 78": "06 12345678", "+31 6 1234 5678": "06 12345678", "0031612345678": "06 12345678",
		"mijn nummer is 0612345678": "06 12345678", "0252-123456": "0252 123 456", "+32 475 12 34 56": "+32 475 12 34 56",
		"0900-8844": "", "0800 1202": "", "12345": "", "1-1-2": "",
	} {
		t.Run(typed, func(t *testing.T) {
			anna := commandstest.New(t).Person("anna")
			anna.Says("/aanmelden Vogelwijk; 2161; 1; 1; 1; 75; 1; 1; " + typed)
			if want == "" {
				anna.Hears("geen telefoonnummer", "Wat is je telefoonnummer?")
				return
			}
			anna.Hears("Klopt dit zo?", "Telefoonnummer: "+want)
		})
	}
}

func TestNoPhoneNumberAfterAll(t *testing.T) {
	for _, typed := range []string{"geen", "Overslaan", "nee, liever niet", "rather not"} {
		t.Run(typed, func(t *testing.T) {
			anna := commandstest.New(t).Person("anna")
			anna.Says("/aanmelden Vogelwijk; 2161; bewoners; 1; whatsapp!; 75; ja hoor; 1")
			anna.Hears("Wat is je telefoonnummer?")
			anna.Says(typed)
			anna.Hears("Klopt dit zo?", "Nummer bewaren: Nee")
			anna.Says("Ja, dat klopt!")
			anna.Hears("is aangemeld")
		})
	}
}

func TestNumbersOfMembersAsPeopleGiveThem(t *testing.T) {
	for typed, want := range map[string]string{
		"75": "75", "ongeveer 75": "75", "1.200": "1.200", "75 leden": "75", "±80": "80",
		"0": "vast al iemand", "100000": "wel heel veel", "veel": "haal ik geen aantal uit", "70 of 80": "haal ik geen aantal uit",
	} {
		t.Run(typed, func(t *testing.T) {
			anna := commandstest.New(t).Person("anna")
			anna.Says("/aanmelden Vogelwijk; 2161; 1; 1; 1; " + typed)
			if strings.ContainsAny(want, "0123456789") {
				anna.Says("1")
				anna.Says("2")
				want = "Leden: " + want
			}
			anna.Hears(want)
		})
	}
}

func TestSharedContactAndPlace(t *testing.T) {
	anna := commandstest.New(t).Person("anna")
	anna.Says("/aanmelden Vogelwijk")
	anna.Gives(messages.Inbound{Place: &messages.Place{Latitude: 48.85, Longitude: 2.35}})
	anna.Hears("werk ik nog niet")
	anna.Gives(messages.Inbound{Place: &messages.Place{Latitude: 52.26, Longitude: 4.56}})
	for _, answer := range []string{"1", "1", "1", "75", "1", "1"} {
		anna.Says(answer)
	}
	anna.Gives(messages.Inbound{Contact: &messages.Contact{Phone: "31612345678", Own: true}})
	anna.Hears("Plaats: Lisse", "Telefoonnummer: 06 12345678")
}

func TestSeveralPlacesAreOffered(t *testing.T) {
	town := commandstest.New(t)
	town.Write(func(tx *storage.Tx) error {
		return tx.Import(storage.Structure{Municipalities: []storage.MunicipalityEntry{
			{Name: "Drievoort", Areas: []storage.AreaEntry{{Name: "Centrum"}, {Name: "Oost"}}},
			{Name: "Vierhuizen", Areas: []storage.AreaEntry{{Name: "Centrum"}}},
		}})
	})
	anna := town.Person("anna")
	anna.Says("/aanmelden Marktgroep; centrum")
	anna.Hears("Welke bedoel je?", "[1. Centrum (Drievoort)]", "[2. Centrum (Vierhuizen)]")
	anna.Says("2")
	anna.Hears("Voor wie is de groep?")
	anna.Says("/groepen centrum")
	anna.Taps("1")
	anna.Hears("Centrum (Drievoort)", "nog geen groep")
	anna.Says("/groepen Oost, Drievoort")
	anna.Hears("Oost (Drievoort)")
}

func TestOnlyWhoMayVerifies(t *testing.T) {
	town := commandstest.New(t)
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	cor := town.Person("cor").WithRole(storage.Coordinator, "municipality Lisse")
	wim := town.Person("wim").WithRole(storage.Officer, "area Hillegom")
	petra := town.Person("petra").WithRole(storage.Portfolio, "team Bollenstreek")
	anna := town.Person("anna")
	heard := commandstest.Text(anna.Says("/aanmelden Vogelwijk; 2161; 1; 1; 1; 75; 1; 1; 0612345678; 1"))
	if strings.Contains(heard, "12345678") {
		t.Error("the number goes to who may only verify")
	}
	for _, m := range []*commandstest.Person{ria, cor} {
		m.Hears("aangemeld in Lisse", "Vogelwijk")
	}
	var data string
	for _, c := range town.Last("ria").Part.Choices {
		if c.Number == 1 {
			data = c.Data
		}
	}
	wim.Says(data)
	wim.Hears("niet bij jouw wijk")
	petra.Says(data)
	petra.Hears("niet bij jouw rol")
	anna.Says(data)
	anna.Hears("alleen voor politie of gemeente")
	cor.Taps("Bevestigen")
	cor.Hears("Bevestigd")
	ria.Taps("Afwijzen")
	ria.Hears("al gedaan", "bevestigd")
	anna.Hears("Goed nieuws")
}

func TestNightlyRegistrationsComeWithoutASound(t *testing.T) {
	town := commandstest.New(t)
	town.Person("karin").WithRole(storage.Keeper, "municipality Lisse")
	town.ForwardTo(time.Date(2018, 5, 8, 23, 30, 0, 0, town.Now.Location()))
	town.Person("anna").Says("/aanmelden Vogelwijk; 2161; 1; 1; 1; 75; 1; 2; 1")
	if !town.Last("karin").Part.Silent {
		t.Error("the keeper is woken up")
	}
}

func TestNobodyFloodsTheKeeper(t *testing.T) {
	town := commandstest.New(t)
	town.Person("karin").WithRole(storage.Keeper, "municipality Lisse")
	anna := town.Person("anna")
	for i := range 10 {
		anna.Says(fmt.Sprintf("/aanmelden Groep %d; 2161; 1; 1; 1; 75; 1; 2; 1", i))
	}
	anna.Says("/aanmelden")
	anna.Hears("Wacht daar even op")
}

func TestRegistrationGoesOnWithWhatItInterrupted(t *testing.T) {
	town := commandstest.New(t)
	anna := town.Person("anna")
	anna.Says("/borden")
	anna.Hears("Hoe heet de groep?")
	for _, answer := range []string{"Vogelwijk", "2161", "1", "1", "1", "75", "1", "2", "1"} {
		anna.Says(answer)
	}
	if text := town.Last("anna").Text; strings.Contains(text, "Hoe heet de groep?") || strings.Contains(text, "Burgernet") {
		t.Errorf("the signs were forgotten: %s", text)
	}
}
