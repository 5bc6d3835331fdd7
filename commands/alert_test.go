package commands_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands"
	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

const (
	missing = "/alert missing; Jongen van 6 vermist; Kerkplein; now; ; ; 1; 1"
	warning = "/alert warning; Fietsendieven actief; station; now; ; ; 1; 1"
)

func TestShortestAlertTakesThreeMessagesToType(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Says("/alert")
	ria.Taps("1")
	ria.Says("Jongen van 6 vermist")
	ria.Says("Kerkplein")
	for _, choice := range []string{"Nu", "Overslaan", "Overslaan", "1", "1"} {
		ria.Taps(choice)
	}
	town.AdminGroup("Lisse").Hears("Vermist in Lisse", "Jongen van 6 vermist", "112", "0900-8844", "Reageer nooit alleen in de app")
}

func TestAreaWithoutGroupUsesItsMunicipalitys(t *testing.T) {
	town := commandstest.New(t)
	town.Write(func(tx *storage.Tx) error {
		return tx.Import(storage.Structure{Municipalities: []storage.MunicipalityEntry{{
			Name: "Lisse", Areas: []storage.AreaEntry{{Name: "Lisse", Postcodes: []string{"2161"}}, {Name: "Poelpolder"}},
		}}})
	})
	ria := town.Person("ria").WithRole(storage.Officer, "area Poelpolder")
	ria.Says(warning)
	ria.Hears("Waarschuwing voor Poelpolder")
	ria.Says("1")
	if text := commandstest.Text(ria.Says("1")); !strings.Contains(text, "niemand kan dit nu krijgen") {
		t.Errorf("without a group: %s", text)
	}
	town.AdminGroup("Lisse")
	if text := commandstest.Text(ria.Says("1")); !strings.Contains(text, "op weg naar 1 groep") {
		t.Errorf("sent as: %s", text)
	}
	town.AdminGroup("Lisse").Hears("Waarschuwing voor Poelpolder (Lisse)")
}

func TestOfficerOfMoreAreasIsAskedWhichOne(t *testing.T) {
	town := commandstest.New(t)
	lisse, hillegom := town.AdminGroup("Lisse"), town.AdminGroup("Hillegom")
	omar := town.Person("omar").WithRole(storage.OpCo, "team Bollenstreek")
	omar.Says("/alert warning; Fietsendieven; Heereweg in Lisse; now; ; ; 1; 1")
	lisse.Hears("Waarschuwing voor Lisse")
	omar.Says("/alert warning; Autokraken; bij het station; now; ; ")
	omar.Hears("Voor welke wijk")
	omar.Says("hillegom")
	omar.Says("1")
	omar.Says("1")
	hillegom.Hears("Autokraken")
	omar.SaysIn(lisse, "/alert")
	for _, say := range []string{"3", "Fietsendieven", "station", "nu", "overslaan", "overslaan"} {
		omar.Says(say)
	}
	omar.Hears("Alleen Lisse")
}

func TestRoleThatEndsMeanwhileSendsNothing(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Says(strings.TrimSuffix(warning, "; 1"))
	town.Write(func(tx *storage.Tx) error {
		lisse, err := tx.FindAreas("Lisse")
		if err != nil {
			return err
		}
		ids, err := tx.Holders(lisse[0].ID, storage.Officer)
		if err != nil {
			return err
		}
		roles, err := tx.RolesOf(ids[0])
		if err != nil {
			return err
		}
		return tx.EndRoles([]int64{roles[0].ID}, town.Now)
	})
	ria.Taps("1")
	ria.Hears("hoort niet bij jouw rol")
}

func TestNobodyIsRemindedAtNight(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	town.ForwardTo(town.Now.Add(7 * time.Hour)) // 19:00, so it is due at 23:00
	ria.Says(missing)
	ria.Hears("8 mei 07:00")
	town.Forward(time.Hour) // the group is reminded of passing it on
	if heard := town.ForwardTo(time.Date(2018, 5, 8, 6, 59, 0, 0, town.Now.Location())); len(heard) != 0 {
		t.Errorf("at night: %s", commandstest.Text(heard))
	}
	town.Forward(time.Minute)
	ria.Hears("wacht nog op terugkoppeling")
}

func TestMissedInTheEveningWaitsForTheMorning(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Says(missing) // due at 16:00
	town.Now = time.Date(2018, 5, 7, 23, 0, 0, 0, town.Now.Location())
	if heard := town.Forward(7 * time.Hour); len(heard) != 0 {
		t.Errorf("at night: %s", commandstest.Text(heard))
	}
	town.Forward(time.Hour)
	ria.Hears("wacht nog op terugkoppeling")
}

func TestRemindAfterHoldsForAllKindsAtOnce(t *testing.T) {
	town := commandstest.New(t, func(s *commands.Settings) { s.RemindAfter, s.RemindEvery = 3*time.Second, 10*time.Second })
	town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	town.Forward(12 * time.Hour) // midnight: somebody tries it out
	ria.Says(warning)
	if heard := town.Forward(3 * time.Second); len(heard) != 1 || !strings.Contains(heard[0].Text, "wacht nog op terugkoppeling") {
		t.Errorf("after 3 s: %s", commandstest.Text(heard))
	}
	if heard := town.Forward(20 * time.Second); len(heard) != 2 {
		t.Errorf("20 s later: %s", commandstest.Text(heard))
	}
}

func TestPortfolioHolderHearsOnceAndMayAnswer(t *testing.T) {
	town := commandstest.New(t)
	group := town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Says(warning)
	town.Forward(97 * time.Hour) // due after 24 h, escalated 72 h later; nobody leads the team yet
	petra := town.Person("petra").WithRole(storage.Portfolio, "team Bollenstreek")
	town.Forward(25 * time.Hour)
	petra.Hears("niet verteld hoe het afliep", "Gestuurd door ria", "keer herinnerd")
	n := 0
	for _, h := range town.Forward(72 * time.Hour) {
		if h.Chat == "petra" {
			n++
		}
	}
	if n != 0 {
		t.Errorf("petra heard it %d more times", n)
	}
	petra.Taps("Terugkoppeling")
	petra.Taps("2")
	petra.Taps("1")
	group.Hears("Hoe het afliep", "voorbij", "112")
	town.Person("anna").TapsIn(group, "Doorgezet")
	if heard := town.Forward(72 * time.Hour); len(heard) != 0 {
		t.Errorf("closed, and yet: %s", commandstest.Text(heard))
	}
}

func TestNeighbourReadsAlongButDoesNotAnswer(t *testing.T) {
	town := commandstest.New(t)
	lisse := town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	hans := town.Person("hans").WithRole(storage.Officer, "area Hillegom")
	ria.Says(warning)
	hans.Says("/feedback 1")
	hans.Hears("hoort niet bij jouw wijk")
	hans.SaysIn(lisse, "/feedback 1")
	lisse.Hears("Nog niet bekend")
	hans.Says("/pending")
	hans.Hears("staat niets open")
}

func TestFeedbackByAnsweringTheAlert(t *testing.T) {
	town := commandstest.New(t)
	lisse := town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Says(warning)
	first := town.Last("Beheerders Lisse").ID
	ria.Says(missing)
	ria.GivesIn(lisse, messages.Inbound{Text: "/terugkoppeling", ReplyTo: first})
	ria.Hears("melding 1: Waarschuwing", "Verdachte aangehouden")
	ria.Says("Twee jongens zijn betrapt en hebben een boete gekregen")
	ria.Says("1")
	lisse.Hears("Twee jongens zijn betrapt")
	if got := town.Last("Beheerders Lisse").ReplyTo; got != first {
		t.Errorf("the outcome answers %q, want %q", got, first)
	}
}

func TestAdminsAskOnceADay(t *testing.T) {
	town := commandstest.New(t)
	lisse := town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Says(warning)
	asked := func() (n int) {
		for _, p := range []string{"anna", "bob", "cees"} {
			for _, h := range town.Person(p).SaysIn(lisse, "/feedback") {
				if h.Chat == "ria" {
					n++
				}
			}
		}
		return n
	}
	if n := asked(); n != 1 {
		t.Errorf("asked %d times on the first day", n)
	}
	town.Forward(12 * time.Hour)
	if n := asked(); n != 0 {
		t.Errorf("asked %d times at midnight", n)
	}
	lisse.Hears("Ik vraag het op 8 mei 07:00")
	if n := len(heardBy(town.Forward(8*time.Hour), "ria")); n != 1 {
		t.Errorf("asked %d times in the morning of the second day", n)
	}
	if n := asked(); n != 0 {
		t.Errorf("asked %d times more on the second day", n)
	}
	var a storage.Alert
	town.Write(func(tx *storage.Tx) (err error) { a, err = tx.Alert(1); return err })
	if a.Asked != 9 {
		t.Errorf("counted %d questions", a.Asked)
	}
}

func TestAuthorHearsWhatDidNotArrive(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Says(warning)
	fail := func(d storage.Delivery) {
		t.Helper()
		town.Write(func(tx *storage.Tx) error { return town.Engine.Failed(context.Background(), tx, d, town.Now) })
		town.Forward(0)
	}
	var d storage.Delivery
	town.Write(func(tx *storage.Tx) error {
		c, err := tx.FindChat(messages.Address{Platform: "telegram", Account: "1000", Chat: "-100"})
		if err != nil {
			return err
		}
		d, err = tx.DeliveryOf(c.ID, town.Last("Beheerders Lisse").ID)
		return err
	})
	fail(d)
	ria.Hears("Melding 1 is niet aangekomen", "Beheerders Lisse")
	before := town.Last("ria").ID
	fail(d) // the same failure again
	if after := town.Last("ria").ID; after != before {
		t.Error("the same failure is told twice")
	}
	d.Part = 2
	fail(d) // more of the same alert: the group was named already
	if after := town.Last("ria").ID; after != before {
		t.Error("a group is named once for each part")
	}
}

// Of a long alert only the end fails: the author hears that, and of the group once.
func TestAuthorHearsThatAPartDidNotArrive(t *testing.T) {
	town := commandstest.New(t)
	for _, area := range []string{"Lisse", "Hillegom"} {
		town.AdminGroup(area)
	}
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Says(warning)
	town.Write(func(tx *storage.Tx) error {
		for _, title := range []string{"-100", "-101"} {
			c, err := tx.FindChat(messages.Address{Platform: "telegram", Account: "1000", Chat: title})
			if err != nil {
				return err
			}
			author, err := tx.DeliveryTo(c.ID, "alert:1")
			if errors.Is(err, storage.ErrNotFound) {
				continue
			}
			part := storage.Delivery{Cause: "alert:1", ChatID: c.ID, Part: 2, PersonID: author.PersonID, TextID: author.TextID, Priority: storage.Urgent}
			if part, err = tx.Queue(part); err != nil {
				return err
			}
			if _, err := tx.Finish("", part.ID, storage.Failed, 1, "400", town.Now); err != nil {
				return err
			}
			for range 2 {
				if err := town.Engine.Failed(context.Background(), tx, part, town.Now); err != nil {
					return err
				}
			}
		}
		return nil
	})
	told := commandstest.Text(town.Forward(10 * time.Second))
	if strings.Count(told, "Melding 1 is niet helemaal aangekomen in “Beheerders Lisse”") != 1 {
		t.Errorf("told: %s", told)
	}
	town.Write(func(tx *storage.Tx) error {
		states, err := tx.Delivered("alert:1")
		missed, missedErr := tx.UndeliveredTo("alert:1", 5)
		if states[storage.Failed] != 1 || states[storage.SentState] != 0 || len(missed) != 1 || missed[0].Title != "Beheerders Lisse" {
			t.Errorf("the states are %v, and not reached were %v", states, missed)
		}
		return errors.Join(err, missedErr)
	})
}

func TestPublicChannels(t *testing.T) {
	town := commandstest.New(t)
	group, channel := town.AdminGroup("Lisse"), town.PublicChannel("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Says("/alert warning; Fietsendieven; station; nu; ; ; 4; 1")
	channel.Hears("Fietsendieven", "112", "0900-8844")
	ria.Says("/alert prevention; Sluit je ramen; overal; deze week; ; ; 1 en 4")
	if text := commandstest.Text(ria.Says("2")); !strings.Contains(text, "Alleen Lisse, en de openbare kanalen") {
		t.Errorf("what can be changed: %s", text)
	}
	ria.Says("terug")
	ria.Hears("Sluit je ramen")
	ria.Says("1")
	group.Hears("Sluit je ramen")
	channel.Hears("Sluit je ramen")
	ria.Says("/feedback 1; 3; 1")
	channel.Hears("Hoe het afliep", "niets gevonden", "112")
	group.Hears("Sluit je ramen")
}
