package commands_test

import (
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands/commandstest"
)

// codeOf asks for the code that makes another account the same person.
func codeOf(t *testing.T, p *commandstest.Person) string {
	t.Helper()
	m := code.FindStringSubmatch(commandstest.Text(p.Says("/koppelmij")))
	if m == nil {
		t.Fatal("no code for another account")
	}
	return m[1]
}

func TestTwoAccountsAreOnePerson(t *testing.T) {
	town := commandstest.New(t)
	ria, other := town.Person("ria").WithRole("officer", "area Lisse"), town.Person("ria elders")
	town.AdminGroup("Lisse")
	other.Says("/start")
	c := codeOf(t, ria)

	group := town.Group("Straat")
	other.SaysIn(group, "/koppelmij "+c)
	group.Hears("onze eigen chat")
	ria.Says("/koppelmij " + c)
	ria.Hears("dit account zelf")

	other.Says("/koppelmij " + c)
	other.Hears("Gelukt", "/melding")
	ria.Hears("Je code is gebruikt")
	other.Says("/melding 2; Inbraak; Heereweg, Lisse; vandaag; ; ; 1; 1")
	ria.Says("/openstaand")
	ria.Hears("Inbraak")

	stranger := town.Person("bram")
	stranger.Says("/linkme " + c)
	stranger.Hears("werkt niet")
}

func TestNobodyApprovesWithTheOwnOtherAccount(t *testing.T) {
	town := commandstest.New(t)
	town.Person("petra").WithRole("portfolio", "team Bollenstreek").Says("/meekijken 1")
	ria, other := town.Person("ria").WithRole("officer", "area Lisse"), town.Person("ria elders").WithRole("officer", "area Hillegom")
	town.AdminGroup("Lisse")
	town.AdminGroup("Hillegom")
	other.Says("/koppelmij " + codeOf(t, ria))
	ria.Says("/melding waarschuwing; Er wordt veel ingebroken; Heereweg; deze week; ; ; 2; 1")
	for _, h := range other.Says("/approve 1") {
		if h.Group {
			t.Errorf("the author's other account let it through to %s: %s", h.Chat, h.Text)
		}
	}
}

func TestCodeForAnotherAccountExpires(t *testing.T) {
	town := commandstest.New(t)
	ria, other := town.Person("ria"), town.Person("ria elders")
	c := codeOf(t, ria)
	town.Forward(15 * time.Minute)
	other.Says("/koppelmij " + c)
	other.Hears("werkt niet")
}
