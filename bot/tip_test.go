package bot_test

import (
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/storage"
)

// Whether alerts help, through Telegram: the control room notes a tip, the officer hears of it, says with one tap that
// another one came, and reads the figures.
func TestTipsThroughTelegram(t *testing.T) {
	each(t, tips)
}

// tips plays it on a database.
func tips(t *testing.T, cfg storage.Config) {
	telegram := telegramtest.New(t)
	call(t, cfg, "import", "sample").want(t, 0)
	start(t, cfg, telegram).answers("/healthz", 200)
	invite := func(p *telegramtest.Person, role ...string) {
		t.Helper()
		p.Says("/activate " + strings.TrimSpace(call(t, cfg, append([]string{"invite"}, role...)...).out))
	}
	ria, mo, kees := telegram.Person("Ria"), telegram.Person("Mo").Speaks("en"), telegram.Person("Kees")
	group := telegram.Supergroup("Beheerders Lisse").Join(ria, kees)
	group.AddBot()
	invite(ria, "officer", "--area", "Lisse")
	ria.Hears("wijkagent", "Lisse")
	invite(mo, "controlroom", "--district", "Leiden-Bollenstreek")
	mo.Hears("control room", "Leiden-Bollenstreek", "/tip")
	ria.SaysIn(group, "/koppel Lisse")
	group.Hears("beheerdersgroep", "Lisse")
	ria.Says("/melding vermist; Jongen van 6 vermist; Kerkplein; nu; blauwe jas; ; 1; 1")
	group.Hears("Vermist in Lisse", "Jongen van 6")

	mo.Says("/tip")
	mo.Hears("Which alert did the tip come from?")
	mo.Taps("alert 1: Missing in Lisse – Jongen van 6 vermist")
	mo.Hears("What came of the tip?")
	mo.Taps("useful information")
	mo.Hears("one sentence")
	mo.Says("Hij liep bij de vijver")
	mo.Hears("Noted: a tip for alert 1", "useful information")
	if m := ria.Hears("Bij jouw melding kwam een tip binnen", "bruikbare informatie", "bij de vijver"); !m.Silent {
		t.Error("the officer is told with a sound")
	}
	mo.Taps("Not right, remove it")
	mo.Hears("The tip for alert 1 is gone")

	ria.Says("/terugkoppeling 1; 1; 1")
	ria.Hears("op weg naar 1 groep", "Kwam er een tip via de app?")
	ria.Taps("Ja")
	ria.Hears("Wat leverde de tip op?")
	ria.Taps("persoon of spullen gevonden")
	ria.Hears("Genoteerd: een tip bij melding 1", "gevonden")
	ria.Says("/effect")
	ria.Hears("Helpen de meldingen? Lisse", "Er was 1 melding. Met een tip: 1.")
	ria.Hears("1 tip bij een melding")

	kees.SaysIn(group, "/tip hij loopt bij de brug")
	group.Hears("alleen voor politie", "112", "0900-8844")
}
