package bot_test

import (
	"testing"
	"time"

	"go.mau.fi/whatsmeow/types"

	"github.com/buurtbode/buurtbode/storage"
)

// What happens by the clock comes on WhatsApp as well: the reminder, the portfolio holder's word of what stays open, the officer's
// preview on Sunday, and on Monday the summary in the admin groups, each in its language.
func TestWhatsappByTheClock(t *testing.T) {
	each(t, func(t *testing.T, cfg storage.Config) {
		w := newTown(t, cfg)
		ria, bob := w.official("Ria", "officer", "--area", "Lisse"), w.person("Bob")
		peter := w.official("Peter", "portfolio", "--team", "Bollenstreek")
		bob.says("/lang en")
		bob.hears("I will write to you in English from now on")
		dutch, english := w.admins(ria, bob), w.admins(ria, bob)
		ria.saysIn(english, "/lang en")
		ria.hearsIn(english, "I will write in English here")
		ria.says("/notitie Extra controles op fietslicht bij de school")
		ria.hears("Staat genoteerd")
		ria.says("/melding vermist; Jongen van 6 vermist; Kerkplein; nu; blauwe jas; ; 1; 1")
		ria.hears("Melding 1 is op weg naar 2 groepen")
		bob.hearsIn(dutch, "Vermist in Lisse (melding 1)", "1. Doorgezet", "Geef dit bericht een 👍")
		bob.hearsIn(english, "Missing in Lisse (alert 1)", "1. Passed on", "Give this message a 👍")

		w.clock.forward(5 * time.Hour)
		ria.hears("wacht nog op terugkoppeling", "Jongen van 6", "Nog open")
		ria.picks("Nog open")
		ria.hears("Goed, melding 1 staat nog open")
		w.clock.forward(25 * time.Hour)
		ria.hears("wacht nog op terugkoppeling")
		w.clock.forward(3 * 24 * time.Hour)
		peter.hears("Van deze melding is nog niet verteld", "Jongen van 6 vermist")
		w.clock.until(time.Sunday, 18, 0)
		ria.hears("Weekoverzicht", "fietslicht")
		w.clock.until(time.Monday, 9, 1)
		bob.hearsIn(dutch, "Weekoverzicht van Lisse", "fietslicht", "112")
		bob.hearsIn(english, "Weekly summary of Lisse", "fietslicht", "112")
		asksInEnglish(w, bob, english)
	})
}

// asksInEnglish has Bob use the bot in English, in private and in the group.
func asksInEnglish(w *town, bob *neighbour, group types.JID) {
	w.Helper()
	bob.says("help")
	bob.hears("You are talking to a computer", "/register", "Send the number of your choice")
	bob.says("register")
	bob.hears("What is the group called?")
	bob.says("cancel")
	bob.hears("I stopped")
	bob.saysIn(group, "/saar")
	bob.hearsIn(group, "Notice", "Answer this message with the number")
}
