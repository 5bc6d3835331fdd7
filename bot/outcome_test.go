package bot_test

import (
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/storage"
)

// What is told of an alert goes through Telegram to exactly the groups that got it, each in its language, as replies: after
// a restart, where somebody deleted the alert, and where the group became a supergroup.
func TestOutcomesThroughTelegram(t *testing.T) {
	each(t, outcomes)
}

// outcomes plays it on a database.
func outcomes(t *testing.T, cfg storage.Config) {
	telegram := telegramtest.New(t)
	call(t, cfg, "import", "sample").want(t, 0)
	r := start(t, cfg, telegram)
	r.answers("/healthz", 200)
	ria, anna := telegram.Person("Ria"), telegram.Person("Anna")
	ria.Says("/activate " + strings.TrimSpace(call(t, cfg, "invite", "officer", "--area", "Lisse").out))
	ria.Hears("wijkagent", "Lisse")
	dutch, english := telegram.Supergroup("Beheerders Lisse").Join(ria, anna), telegram.Group("Admins Lisse").Join(ria, anna)
	for _, g := range []*telegramtest.Group{dutch, english} {
		g.AddBot()
		ria.SaysIn(g, "/koppel Lisse")
		g.Hears("beheerdersgroep", "Lisse")
	}
	ria.SaysIn(english, "/lang en")
	english.Hears("English")
	stranger := telegram.Supergroup("Beheerders Hillegom").Join(ria, anna).AddBot()

	ria.Says("/melding vermist; Jongen van 6 vermist; Kerkplein; nu; blauwe jas; ; 1; 1")
	alert, translated := dutch.Hears("Vermist in Lisse (melding 1)"), english.Hears("Missing in Lisse (alert 1)")
	ria.Says("/terugkoppeling 1; 7; We zoeken met een hond; 1")
	ria.Hears("tussenbericht", "2 groepen")
	interim := dutch.Hears("Tussenbericht", "We zoeken met een hond", "Jongen van 6", "112", "0900-8844")
	if interim.ReplyTo != alert.ID || len(interim.Buttons) == 0 {
		t.Errorf("the interim update is %+v, no answer to %d", interim, alert.ID)
	}
	if got := english.Hears("Interim update", "We zoeken met een hond").ReplyTo; got != translated.ID {
		t.Errorf("in English it answers %d, want %d", got, translated.ID)
	}

	r.stop()
	r.ends(0)
	start(t, cfg, telegram).answers("/healthz", 200)
	anna.In(dutch).Deletes(alert.ID)
	ria.Says("/terugkoppeling 1; 1; 1")
	ria.Hears("De afloop van melding 1", "2 groepen")
	outcome := dutch.Hears("Hoe het afliep", "(melding 1)", "veilig gevonden", "Jongen van 6 vermist")
	if outcome.ReplyTo != 0 {
		t.Errorf("the outcome answers %d, which is gone", outcome.ReplyTo)
	}
	if got := english.Hears("How it ended", "(alert 1)", "found safe").ReplyTo; got != translated.ID {
		t.Errorf("after the restart the outcome answers %d, want %d", got, translated.ID)
	}
	anna.TapsIn(dutch, "Doorgezet")
	dutch.Hears("Dank je wel voor het doorzetten")

	english.Upgrade()
	ria.Says("/terugkoppeling 1; 1; 2; 1")
	ria.Hears("overal verbeterd")
	dutch.Hears("klopte niet en is verbeterd")
	corrected := standing(dutch, outcome.ID)
	if corrected.Action != telegramtest.Edited || !strings.Contains(corrected.Text, "Meer kunnen we hier niet over zeggen") || strings.Contains(corrected.Text, "veilig") {
		t.Errorf("the wrong outcome stands as %s", corrected)
	}
	anew := english.Hears("Corrected", "(alert 1)", "We can't say more", "Jongen van 6 vermist")
	if anew.Action != telegramtest.Sent || anew.ReplyTo != 0 {
		t.Errorf("in the supergroup the correction is %+v", anew)
	}

	ria.Says("/terugkoppeling 1; 2; Het was een andere jongen; 1")
	ria.Hears("staat weer open")
	dutch.Hears("Toch nog niet voorbij", "Het was een andere jongen", "(melding 1)", "112")
	if got := english.Hears("Not over yet after all", "(alert 1)", "Het was een andere jongen").ReplyTo; got != 0 {
		t.Errorf("in the supergroup it answers %d", got)
	}
	anna.SaysIn(dutch, "/terugkoppeling 1")
	dutch.Hears("weer open", "wijkagent")
	ria.Says("/openstaand")
	ria.Hears("Melding 1", "weer open")
	if heard := stranger.Messages(); strings.Contains(joined(heard), "melding 1") {
		t.Errorf("a group that got no alert heard:\n%s", joined(heard))
	}
}

// standing is a message as it looks now.
func standing(g *telegramtest.Group, id int) telegramtest.Message {
	for _, m := range g.Messages() {
		if m.ID == id {
			return m
		}
	}
	return telegramtest.Message{}
}
