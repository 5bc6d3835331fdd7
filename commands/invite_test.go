package commands_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/messages"
)

var code = regexp.MustCompile(`/(?:activeer|link|koppelmij) ([A-Z2-9]{8})`)

func TestCodeWorksOnceAndForAWeek(t *testing.T) {
	town := commandstest.New(t)
	petra := town.Person("petra").WithRole("portfolio", "team Bollenstreek")
	invite := func() string {
		t.Helper()
		m := code.FindStringSubmatch(commandstest.Text(petra.Says("/invite wijkagent lisse")))
		if m == nil {
			t.Fatalf("no code: %s", town.Last("petra").Text)
		}
		return m[1]
	}
	ria, bram := town.Person("ria"), town.Person("bram")
	c := invite()
	group := town.Group("Straat")
	ria.SaysIn(group, "/activate "+c)
	group.Hears("onze eigen chat")
	ria.Says("activeer " + c[:4] + "-" + c[4:])
	ria.Hears("Gelukt", "wijkagent", "Lisse", "/koppel")
	bram.Says("/activate " + c)
	bram.Hears("werkt niet")
	c = invite()
	town.Forward(7*24*time.Hour + time.Minute)
	bram.Says("/activate " + c)
	bram.Hears("werkt niet")
}

func TestFiveWrongCodesAnHour(t *testing.T) {
	town := commandstest.New(t)
	petra := town.Person("petra").WithRole("portfolio", "team Bollenstreek")
	c := code.FindStringSubmatch(commandstest.Text(petra.Says("/invite officer Lisse")))[1]
	bram := town.Person("bram")
	for range 5 {
		bram.Says("/activate AAAAAAAA")
		bram.Hears("werkt niet")
	}
	bram.Says("/activate " + c)
	bram.Hears("over een uur")
	town.Forward(time.Hour + time.Second)
	bram.Says("/activate " + c)
	bram.Hears("Gelukt")
}

func TestAnonymousAdminIsAskedWhoItIs(t *testing.T) {
	town := commandstest.New(t)
	ria := town.Person("ria").WithRole("officer", "area Lisse")
	group := town.Group("Beheerders")
	ria.GivesIn(group, messages.Inbound{Text: "/link Lisse", From: messages.Sender{Anonymous: true}})
	group.Hears("zonder naam", "Dit ben ik")
	town.Person("bram").TapsIn(group, "Dit ben ik")
	group.Hears("alleen voor politie")
	ria.TapsIn(group, "Dit ben ik")
	group.Hears("beheerdersgroep van Lisse")
}

func TestChannelIsLinkedByCode(t *testing.T) {
	town := commandstest.New(t)
	ria := town.Person("ria").WithRole("officer", "area Lisse")
	ria.Says("/link")
	c := code.FindStringSubmatch(town.Last("ria").Text)[1]
	channel := town.Channel("Lisse veilig")
	ria.GivesIn(channel, messages.Inbound{Text: "/link AAAAAAAA"})
	ria.GivesIn(channel, messages.Inbound{Text: "/link " + c})
	ria.Hears("Lisse veilig", "gekoppeld")
}

// The control room is invited by the portfolio holder of a team, or by the operator for a whole district. It notes tips
// there, and nowhere else.
func TestControlRoomOfATeamAndOfADistrict(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	town.Person("ria").WithRole("officer", "area Lisse").Says("/melding vermist; Jongen van 6 kwijt; Kerkplein; nu; blauwe jas; ; 1; 1")
	petra, mo := town.Person("petra").WithRole("portfolio", "team Bollenstreek"), town.Person("mo")
	mo.Says("/activeer " + code.FindStringSubmatch(commandstest.Text(petra.Says("/uitnodigen meldkamer team Bollenstreek")))[1])
	mo.Hears("Gelukt", "meldkamer", "Bollenstreek", "/tip")
	mo.Says("/tip 1; 3")
	mo.Hears("Genoteerd: een tip bij melding 1")
	mo.Says("/effect")
	mo.Hears("hoort niet bij jouw rol")

	petra.Says("/uitnodigen meldkamer district Leiden-Bollenstreek") // her team is the district's only one
	petra.Hears("meldkamer", "Leiden-Bollenstreek", "/activeer")
	petra.Says("/uitnodigen wijkagent district Leiden-Bollenstreek")
	petra.Hears("Alleen de meldkamer")
	hans := town.Person("hans").WithRole("controlroom", "district Leiden-Bollenstreek")
	hans.Says("/tip 1; 2")
	hans.Hears("Genoteerd: een tip bij melding 1")
	hans.Says("/mijngegevens")
	hans.Hears("meldkamer voor Leiden-Bollenstreek")
}
