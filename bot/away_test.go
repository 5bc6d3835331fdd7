package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/bot"
	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/storage"
)

// While an officer is away the substitute is reminded through Telegram, once, also when the bot is stopped and started
// meanwhile; the substitute tells the outcome, and a colleague to whom it is handed over is reminded after that.
func TestTheSubstituteIsRemindedThroughTelegram(t *testing.T) {
	each(t, substituteIsReminded)
}

func substituteIsReminded(t *testing.T, cfg storage.Config) {
	telegram := telegramtest.New(t)
	call(t, cfg, "import", "sample").want(t, 0)
	clock := &hands{now: noon(amsterdam(t))}
	run := func() *runningBot {
		r := startWith(t, cfg, func(*time.Location) bot.Clock { return clock }, "--telegram-token", telegram.Token(), "--telegram-api", telegram.URL())
		r.answers("/healthz", 200)
		return r
	}
	r := run()
	ria, hans, kees := telegram.Person("Ria"), telegram.Person("Hans"), telegram.Person("Kees")
	for who, area := range map[*telegramtest.Person]string{ria: "Lisse", hans: "Hillegom", kees: "Noordwijk"} {
		who.Says("/activate " + strings.TrimSpace(call(t, cfg, "invite", "officer", "--area", area).out))
		who.Hears("wijkagent", area)
	}
	group := telegram.Supergroup("Beheerders Lisse").Join(ria)
	group.AddBot()
	ria.SaysIn(group, "/koppel Lisse")
	group.Hears("beheerdersgroep", "Lisse")
	ria.Says("/melding vermist; Jongen van 6 vermist; Kerkplein; nu; blauwe jas; ; 1; 1")
	alert := group.Hears("Vermist in Lisse", "Jongen van 6")
	ria.Says("/melding 3; Fietsendieven actief; Station; vandaag; ; ; 1; 1")
	group.Hears("fietsendieven")

	ria.Says("/afwezig tot 20-5")
	ria.Hears("Wie neemt voor je waar?")
	ria.Taps("Hans")
	ria.Hears("tot zondag 20 mei", "Hans")
	hans.Hears("Ria is afwezig tot zondag 20 mei", "waar te nemen")

	clock.until(time.Monday, 16, 0) // the missing person's outcome is due
	hans.Hears("wacht nog op terugkoppeling", "Jongen van 6", "Ria is afwezig")
	r.stop()
	r.ends(0)
	run()
	hans.Taps("Terugkoppeling")
	hans.Hears("Hoe is het afgelopen?")
	hans.Taps("Veilig gevonden")
	hans.Hears("Controleer")
	hans.Taps("Versturen")
	if told := group.Hears("Hoe het afliep", "Vermist in Lisse"); told.ReplyTo != alert.ID {
		t.Errorf("the outcome answers message %d, want %d", told.ReplyTo, alert.ID)
	}
	if heard := joined(hans.Messages()); strings.Count(heard, "wacht nog op terugkoppeling") != 1 {
		t.Errorf("Hans heard:\n%s", heard)
	}

	hans.Says("/overdragen 2")
	hans.Hears("Wie laat weten hoe melding 2 afliep?")
	hans.Taps("Kees")
	hans.Hears("Kees laat weten hoe melding 2 afliep")
	kees.Hears("Hans draagt deze melding aan jou over", "fietsendieven")
	kees.Says("/vrij elke woensdag")
	kees.Hears("elke woensdag")
	clock.until(time.Wednesday, 12, 0) // the digest of Wednesday
	kees.Says("/openstaand")
	kees.Hears("1 melding", "fietsendieven")
	clock.until(time.Thursday, 9, 0)
	kees.Hears("Deze melding wacht nog op terugkoppeling", "fietsendieven")
	if heard := joined(kees.Messages()); strings.Count(heard, "Deze melding wacht nog op terugkoppeling") != 1 {
		t.Errorf("Kees heard:\n%s", heard)
	}
	if heard := joined(ria.Messages()); strings.Contains(heard, "wacht nog op terugkoppeling") {
		t.Errorf("Ria heard:\n%s", heard)
	}
}

// The same on WhatsApp, where choices are polls and numbers: the substitute is reminded, and tells how it ended.
func TestTheSubstituteIsRemindedOnWhatsapp(t *testing.T) {
	each(t, func(t *testing.T, cfg storage.Config) {
		w := newTown(t, cfg)
		ria, hans := w.official("Ria", "officer", "--area", "Lisse"), w.official("Hans", "officer", "--area", "Hillegom")
		group := w.admins(ria)
		ria.says("/melding vermist; Jongen van 6 vermist; Kerkplein; nu; blauwe jas; ; 1; 1")
		ria.hearsIn(group, "Vermist in Lisse", "Jongen van 6")
		hans.listens(w.bots())
		ria.says("/away until 20-5; Hans")
		ria.hears("tot zondag 20 mei", "Hans")
		hans.hears("Ria is afwezig tot zondag 20 mei", "waar te nemen")
		w.clock.until(time.Monday, 16, 1) // each message takes a second of the clock
		hans.hears("wacht nog op terugkoppeling", "Jongen van 6", "Ria is afwezig")
		w.stop()
		w.start()
		hans.says("/terugkoppeling 1; 1; 1")
		hans.hears("De afloop van melding 1 is op weg")
		ria.hearsIn(group, "Hoe het afliep", "Vermist in Lisse")
		if n := hans.count(w.bots(), "wacht nog op terugkoppeling"); n != 1 {
			t.Errorf("Hans was reminded %d times:\n%s", n, hans.told(w.bots()))
		}
		if n := ria.count(w.bots(), "wacht nog op terugkoppeling"); n != 0 {
			t.Errorf("Ria was reminded:\n%s", ria.told(w.bots()))
		}
	})
}
