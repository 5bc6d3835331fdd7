package bot_test

import (
	"testing"
	"time"

	"go.mau.fi/whatsmeow/types"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
	"github.com/buurtbode/buurtbode/storage"
)

// An officer sends an alert with a photo; the admins pass it on with a thumb, a word and a number, one of them saw something,
// and the outcome comes as an answer to the alert.
func TestWhatsappAlertAndOutcome(t *testing.T) {
	each(t, func(t *testing.T, cfg storage.Config) {
		w := newTown(t, cfg)
		ria := w.official("Ria", "officer", "--area", "Lisse")
		anna, bert, carla := w.person("Anna"), w.person("Bert"), w.person("Carla")
		for _, p := range []*neighbour{anna, bert} {
			p.says("/start")
			p.hears("Je praat met een computer")
		}
		group := w.admins(ria, anna, bert, carla)

		alert := alerts(w, ria, anna, group)
		passesOn(w, group, alert, anna, bert, carla)

		w.eventually("the officer sees how far the alert is", func() bool {
			return ria.count(w.bots(), "Melding 1 is bezorgd bij 1 van 1") == 1
		})
		w.clock.forward(time.Hour) // from here on WhatsApp takes no change, and each would be a message
		carla.reacts(group, alert.ID, "📣")
		w.server.Confirmed(t, botsPhone)
		w.clock.forward(time.Minute)
		ria.says("/bereik 1")
		ria.hears("1 persoon had hier een tip")
		if n := ria.count(w.bots(), "Melding 1 is"); n != 1 {
			t.Errorf("the officer has %d messages about how far the alert is:\n%s", n, ria.told(w.bots()))
		}
		ria.says("/terugkoppeling 1; 1; 1")
		ria.hears("De afloop van melding 1 is op weg naar 1 groep")
		outcome := anna.hearsIn(group, "Hoe het afliep", "(melding 1)", "veilig gevonden", "1. Doorgezet")
		if outcome.Quotes != alert.ID {
			t.Errorf("the outcome answers %q, want the alert %q", outcome.Quotes, alert.ID)
		}
		anna.reacts(group, outcome.ID, "✅")
		anna.hears("Dank je wel voor het doorzetten")
	})
}

// alerts has Ria fill in an alert with a photo, and gives it as the group has it.
func alerts(w *town, ria, anna *neighbour, group types.JID) whatsapptest.Message {
	w.Helper()
	ria.says("melding")
	ria.hears("1. Vermist")
	ria.picks("Vermist")
	ria.hears("Wie")
	ria.says("Jongen van 6 vermist, bel zijn moeder op 06-12345678")
	ria.hears("Waar")
	ria.says("Kerkplein")
	ria.hears("Wanneer", "1. ")
	ria.says("1")
	ria.hears("Hoe ziet")
	ria.says("blauwe jas")
	ria.hears("foto", "1. Overslaan")
	ria.sends(func() { ria.SendsPhoto(w.bots(), holidayPhoto(w), "") })
	ria.hears("Alleen Lisse")
	ria.picks("Alleen Lisse")
	ria.hears("een telefoonnummer dat niet van de politie is", "06-12345678")
	ria.picks("Aanpassen")
	ria.hears("Wie")
	ria.says("Jongen van 6 vermist")
	ria.hears("Hij gaat naar 1 beheerdersgroep: Lisse", "minder dan een minuut")
	ria.hears("(photo)", "Vermist in Lisse (melding 1)", "1. Versturen")
	ria.picks("Versturen")
	ria.hears("Melding 1 is op weg naar 1 groep")
	alert := anna.hearsIn(group, "(photo)", "Vermist in Lisse (melding 1)", "Jongen van 6", "112", "0900-8844", "1. Doorgezet", "👍")
	if len(anna.Downloads(alert)) == 0 {
		w.Error("the photo of the alert is empty")
	}
	return alert
}

// passesOn has the admins pass an alert on, each in another way; what they say to each other stays among them.
func passesOn(w *town, group types.JID, alert whatsapptest.Message, anna, bert, carla *neighbour) {
	w.Helper()
	anna.reacts(group, alert.ID, "👍🏽")
	anna.hears("Dank je wel voor het doorzetten van melding 1", "Groep aanmelden")
	bert.replies(group, alert.ID, "Doorgezet!")
	bert.hears("Dank je wel voor het doorzetten van melding 1")
	bert.replies(group, alert.ID, "2")
	text := bert.hears("Vermist in Lisse (melding 1)", "Politie, team Bollenstreek", "Geldig tot", "112")
	if text.Quotes != "" || holdsAll(shownAs(text), []string{"1. "}) {
		w.Errorf("the text to forward is not by itself: %+v", text)
	}
	carla.replies(group, alert.ID, "1") // she never wrote to the bot, so it doesn't write to her
	carla.hearsIn(group, "Dank je wel voor het doorzetten van melding 1", "https://wa.me/"+botsPhone+"?text=%2Fstart%20register")
	if n := len(carla.Heard(w.bots())); n != 0 {
		w.Errorf("the bot wrote first to Carla: %s", carla.told(w.bots()))
	}
	carla.replies(group, alert.ID, "ik zie hem lopen bij de brug")
	carla.hearsIn(group, "Bel dit meteen door", "112", "0900-8844")
	anna.saysIn(group, "Zag jij dat ook?")
	bert.replies(group, carla.saysIn(group, "Ja, bij de brug"), "1")
	bert.replies(group, alert.ID, "fijn!")
	bert.replies(group, alert.ID, "7")
	w.server.Confirmed(w, botsPhone)
	if n := anna.count(group, "Bel dit meteen door"); n != 1 {
		w.Errorf("the call line came %d times", n)
	}
	w.clock.forward(time.Minute)
}
