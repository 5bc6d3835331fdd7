package bot_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/storage"
)

// turning is a clock that a test turns while the bot runs.
type turning struct{ now atomic.Pointer[time.Time] }

func (c *turning) Now() time.Time     { return *c.now.Load() }
func (c *turning) turn(to time.Time)  { c.now.Store(&to) }
func turningAt(at time.Time) *turning { c := &turning{}; c.turn(at); return c }
func day(at time.Time, n, hour int) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day()+n, hour, 0, 0, 0, at.Location())
}

// While an officer is away the substitute is reminded through Telegram, once, also when the bot is stopped and started
// meanwhile; the substitute tells the outcome, and a colleague to whom it is handed over is reminded after that.
func TestTheSubstituteIsRemindedThroughTelegram(t *testing.T) {
	each(t, substituteIsReminded)
}

func substituteIsReminded(t *testing.T, cfg storage.Config) {
	telegram := telegramtest.New(t)
	call(t, cfg, "import", "sample").want(t, 0)
	begun := noon(amsterdam(t))
	clock := turningAt(begun)
	r := startAt(t, cfg, telegram, clock)
	r.answers("/healthz", 200)
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

	clock.turn(day(begun, 0, 16)) // the missing person's outcome is due
	hans.Hears("wacht nog op terugkoppeling", "Jongen van 6", "Ria is afwezig")
	r.stop()
	r.ends(0)
	r = startAt(t, cfg, telegram, clock)
	r.answers("/healthz", 200)
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
	clock.turn(day(begun, 2, 12)) // the digest of Wednesday
	kees.Says("/openstaand")
	kees.Hears("1 melding", "fietsendieven")
	clock.turn(day(begun, 3, 9))
	kees.Hears("Deze melding wacht nog op terugkoppeling", "fietsendieven")
	if heard := joined(kees.Messages()); strings.Count(heard, "Deze melding wacht nog op terugkoppeling") != 1 {
		t.Errorf("Kees heard:\n%s", heard)
	}
	if heard := joined(ria.Messages()); strings.Contains(heard, "wacht nog op terugkoppeling") {
		t.Errorf("Ria heard:\n%s", heard)
	}
}
