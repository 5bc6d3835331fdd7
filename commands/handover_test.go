package commands_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// heardBy are the messages that one person or group heard.
func heardBy(heard []commandstest.Heard, chat string) (out []commandstest.Heard) {
	for _, h := range heard {
		if h.Chat == chat {
			out = append(out, h)
		}
	}
	return out
}

func TestWhoTookOverIsRemindedAndNobodyElse(t *testing.T) {
	town := commandstest.New(t)
	group := town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	hans := town.Person("hans").WithRole(storage.Officer, "area Hillegom")
	petra := town.Person("petra").WithRole(storage.Portfolio, "team Bollenstreek")
	ria.Says(warning)
	alert := town.Last("Beheerders Lisse").ID
	ria.Says("/overdragen 1 hans")
	heard := town.Forward(70 * time.Hour)
	if got := heardBy(heard, "hans"); len(got) != 2 || len(heardBy(heard, "ria")) != 0 {
		t.Errorf("reminded: %s", commandstest.Text(heard))
	}
	heard = town.Person("anna").SaysIn(group, "/terugkoppeling 1")
	if got := heardBy(heard, "hans"); len(got) != 1 || len(heardBy(heard, "ria")) != 0 {
		t.Errorf("asked: %s", commandstest.Text(heard))
	}
	town.Write(func(tx *storage.Tx) error {
		c, err := tx.FindChat(messages.Address{Platform: "telegram", Account: "1000", Chat: "-100"})
		if err != nil {
			return err
		}
		d, err := tx.DeliveryOf(c.ID, alert)
		if err != nil {
			return err
		}
		return town.Engine.Failed(context.Background(), tx, d, town.Now)
	})
	heard = town.Forward(0)
	if len(heardBy(heard, "hans")) != 1 || len(heardBy(heard, "ria")) != 0 {
		t.Errorf("what did not arrive: %s", commandstest.Text(heard))
	}
	town.Forward(48 * time.Hour)
	petra.Hears("niet verteld hoe het afliep", "Gestuurd door ria", "aan hans gevraagd")
	ria.Says("/terugkoppeling 1; 3; 1")
	group.Hears("Hoe het afliep")
	hans.Says("/terugkoppeling 1; 3; 1")
	hans.Hears("al verteld")
	if heard := heardBy(town.Forward(72*time.Hour), "hans"); len(heard) != 0 {
		t.Errorf("closed, and yet: %s", commandstest.Text(heard))
	}
}

func TestOnlyAColleagueWhoCanBeReachedTakesOver(t *testing.T) {
	town := commandstest.New(t)
	group := town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	elsewhere := town.Person("otto")
	town.Write(func(tx *storage.Tx) error {
		return tx.Import(storage.Structure{
			Teams:          []storage.TeamEntry{{Name: "Kennemerland"}},
			Municipalities: []storage.MunicipalityEntry{{Name: "Heemstede", Team: "Kennemerland", Areas: []storage.AreaEntry{{Name: "Heemstede"}}}},
		})
	})
	elsewhere.WithRole(storage.Officer, "area Heemstede")
	shy := town.Person("Sjaak")
	shy.SaysIn(group, "/help") // known from the group, and never in private
	person := func(tx *storage.Tx, user string) int64 {
		t.Helper()
		account, err := tx.Account("telegram", "1000")
		if err != nil {
			t.Fatal(err)
		}
		p, err := tx.FindPerson(account, user)
		if err != nil {
			t.Fatal(err)
		}
		return p.ID
	}
	town.Write(func(tx *storage.Tx) error {
		found, err := tx.FindAreas("Lisse")
		if err != nil {
			return err
		}
		return tx.GrantRole(storage.Role{PersonID: person(tx, "102"), Role: storage.Officer, Scope: storage.Scope{AreaID: &found[0].ID}, GrantedAt: 1})
	})
	ria.Says(warning)
	ria.Says("/overdragen 1")
	ria.Hears("geen collega van je team iets sturen", "/start")
	ria.Says("/overdragen 1 sjaak")
	ria.Hears("Sjaak heeft nog geen eigen chat met mij", "/start")
	shy.Says("/start")
	ria.Says("/overdragen 1 otto")
	ria.Hears("niemand die otto heet", "Sjaak")
	if text := commandstest.Text(ria.Says("/overdragen 1")); strings.Contains(text, "otto") || strings.Contains(text, "ria]") {
		t.Errorf("offered are %s", text)
	}
	elsewhere.Says("/overdragen 1 otto")
	elsewhere.Hears("hoort niet bij jouw wijk")
	town.Person("anna").Says("/overdragen 1 ria")
	town.Person("anna").Hears("alleen voor politie of gemeente")
	ria.Says("/overdragen 1 sjaak")
	shy.Hears("ria draagt deze melding aan jou over")
	// Who leaves the team has no follow-up any more: it is the author's again.
	town.Write(func(tx *storage.Tx) error {
		roles, err := tx.RolesOf(person(tx, "102"))
		if err != nil {
			return err
		}
		return tx.EndRoles([]int64{roles[0].ID}, town.Now)
	})
	shy.Says("/terugkoppeling 1; 3; 1")
	heard := town.Forward(48 * time.Hour)
	if len(heardBy(heard, "ria")) == 0 || len(heardBy(heard, "Sjaak")) != 0 {
		t.Errorf("reminded: %s", commandstest.Text(heard))
	}
}
