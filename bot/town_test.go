//go:build !race

package bot

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/bot/webchat"
)

// player is a person of the demo, as somebody at the page plays it.
type player struct {
	t       *testing.T
	address string
	id      string
	said    int
}

// says sends a text in the private chat, and gives what the bot answers to it.
func (p *player) says(text string) string {
	p.t.Helper()
	before := len(chatOf(p.t, p.address, p.id, p.id))
	p.said++
	body := `{"chat":"` + p.id + `","key":"town-` + p.id + "-" + strings.Repeat("x", p.said) + `","text":"` + text + `"}`
	if got := post(p.t, p.address, "/api/say?as="+p.id, body); got != http.StatusOK {
		p.t.Fatalf("%s says %s and is answered %d", p.id, text, got)
	}
	for begun := time.Now(); time.Since(begun) < settleFor; time.Sleep(settleEvery) {
		var answer []string
		for _, m := range chatOf(p.t, p.address, p.id, p.id)[before:] {
			if m.From == "" {
				answer = append(answer, m.Body.String())
			}
		}
		if len(answer) > 0 {
			return strings.Join(answer, "\n")
		}
	}
	p.t.Fatalf("%s says %s and hears nothing", p.id, text)
	return ""
}

// inChat gives what the bot said in a chat, as one of its members sees it.
func (p *player) inChat(chat string) []webchat.Message {
	p.t.Helper()
	var out []webchat.Message
	for _, m := range chatOf(p.t, p.address, p.id, chat) {
		if m.From == "" {
			out = append(out, m)
		}
	}
	return out
}

// stands tells how many messages of a chat begin with some words.
func stands(chat []webchat.Message, words string) int {
	n := 0
	for _, m := range chat {
		if strings.HasPrefix(m.Body.String(), words) {
			n++
		}
	}
	return n
}

// wants complains of each of the words that an answer lacks.
func wants(t *testing.T, what, answer string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(answer, w) {
			t.Errorf("%s lacks %q:\n%s", what, w, answer)
		}
	}
}

func TestDemoHasAFortnightBehindIt(t *testing.T) {
	address := playing(t)
	alerts, outcomes, photos, others := 0, 0, 0, 0
	for chat, member := range map[string]string{"beheerders-lisse": "admin", "beheerders-hillegom": "opco", "beheerders-noordwijk": "opco"} {
		for _, m := range chatOf(t, address, member, chat) {
			switch text := m.Body.String(); {
			case m.From != "":
			case strings.HasPrefix(text, "Hoe het afliep"):
				outcomes++
				if m.ReplyTo == 0 {
					t.Errorf("%s: an outcome answers no alert: %s", chat, text)
				}
			case strings.HasPrefix(text, "Tussenbericht"), strings.HasPrefix(text, "Verbeterd – hoe het afliep"):
				others++
				if m.ReplyTo == 0 {
					t.Errorf("%s: an update answers no alert: %s", chat, text)
				}
			case strings.Contains(text, "(melding "):
				alerts++
				if m.Photo != "" {
					photos++
				}
			}
		}
	}
	t.Logf("%d alerts, %d outcomes, %d photos stand in the groups", alerts, outcomes, photos)
	if alerts < 10 || outcomes < 6 || photos < 1 || others < 2 {
		t.Errorf("the groups have %d alerts, %d outcomes, %d interim and corrected ones, and %d photos", alerts, outcomes, others, photos)
	}
	misunderstood := []string{"begrijp dit niet", "ken ik niet", "niet bij jouw rol", "alleen voor politie", "werkt niet (meer)", "Kies een nummer", "ging iets mis"}
	for _, person := range []string{"resident", "english", "admin", "officer", "opco", "portfolio", "coordinator", "districtmanager", "keeper"} {
		for _, m := range chatOf(t, address, person, person) {
			for _, words := range misunderstood {
				if m.From == "" && strings.Contains(m.Body.String(), words) {
					t.Errorf("%s heard: %s", person, m.Body.String())
				}
			}
		}
	}
}

func TestEverybodyInTheDemoHasSomethingToDo(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	for _, opens := range []time.Time{
		time.Date(2026, 10, 5, 8, 30, 0, 0, zone),  // on a Monday, before the summary
		time.Date(2026, 11, 1, 23, 50, 0, 0, zone), // on a Sunday night, a week after the clock went back
		time.Date(2026, 4, 2, 14, 0, 0, 0, zone),   // on a Thursday, the Sunday after which the clock went forward
	} {
		t.Run(opens.Format("Mon 2 January 15:04"), func(t *testing.T) { everybodyHasSomethingToDo(t, playingAt(t, opens)) })
	}
}

func everybodyHasSomethingToDo(t *testing.T, address string) {
	t.Helper()
	be := func(id string) *player { return &player{t: t, address: address, id: id} }

	resident, admin, officer, opco := be("resident"), be("admin"), be("officer"), be("opco")
	for chat, who := range map[string]*player{"beheerders-lisse": admin, "beheerders-hillegom": opco, "beheerders-noordwijk": opco} {
		if n := stands(who.inChat(chat), "Weekoverzicht van "); n == 0 {
			t.Errorf("no weekly summary stands in %s", chat)
		}
	}
	var weeks []string
	for _, m := range admin.inChat("beheerders-lisse") {
		if text := m.Body.String(); strings.HasPrefix(text, "Weekoverzicht") {
			weeks = append(weeks, text)
		}
	}
	wants(t, "the weekly summaries of Lisse", strings.Join(weeks, "\n"), "Van de politie", "fietsverlichting", "In cijfers")

	public := resident.inChat("kanaal-lisse")
	if stands(public, "Tip van de politie") != 1 || stands(public, "Vermist in Lisse") != 1 || stands(public, "Hoe het afliep") != 1 || stands(public, "Weekoverzicht") == 0 {
		t.Errorf("the channel has %d messages, not a tip, an alert, how that ended, and a weekly summary", len(public))
	}

	wants(t, "the list of groups", resident.says("/groepen Lisse"), "Vogelwijk Noord", "Winkeliers Kanaalstraat")
	wants(t, "the coverage", be("english").says("/coverage"), "Leiden", "Katwijk", "Zoeterwoude", "Voorschoten", "Leiderdorp", "Oegstgeest",
		"Hillegom", "Noordwijk", "Noordwijkerhout", "Lisse", "Teylingen")
	wants(t, "the admin's applications", admin.says("/borden mijn"), "Het is geplaatst", "De politie heeft advies gegeven")
	wants(t, "the officer's application", officer.says("/borden"), "Grachtweg", "gaf nog geen advies")
	wants(t, "the officer's open alerts", officer.says("/openstaand"), "Melding 10")
	wants(t, "the operational coordinator's open alerts", opco.says("/openstaand"), "Melding 7", "Melding 9")
	wants(t, "the plan", be("keeper").says("/borden plan"), "Het plan telt 16 borden", "Geplaatst: 2", "Gepland: 3", "Aangevraagd: 3")
	wants(t, "the control room's tips", be("controlroom").says("/tip lijst"), "persoon of spullen gevonden", "eendenvijver")
	wants(t, "the figures", be("portfolio").says("/effect"), "Helpen de meldingen? Bollenstreek", "48%")
	if stands(be("portfolio").inChat("portfolio"), "Van deze melding is nog niet verteld") == 0 {
		t.Error("the portfolio holder hears of no alert that stays open")
	}
	for _, id := range []string{"keeper", "coordinator", "officer"} {
		p := be(id)
		all := p.inChat(id)
		i := len(all) - 1
		for i >= 0 && !strings.Contains(all[i].Body.String(), "De Blinkerd") {
			i--
		}
		if i < 0 || len(all[i].Choices) != 2 {
			t.Errorf("%s has no registration to confirm", id)
		}
	}
	if got := len(be("districtmanager").inChat("beheerders-lisse")); got < 10 {
		t.Errorf("the district manager reads %d messages in the admin group", got)
	}
}
