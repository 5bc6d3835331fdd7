package bot_test

import (
	"slices"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/types"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// Somebody adds the bot to a neighbourhood group: it says what it is for, and leaves when no officer links the group.
func TestWhatsappLeavesANeighbourhoodGroup(t *testing.T) {
	w := newTown(t, storagetest.SQLite(t))
	anna, bert := w.person("Anna"), w.person("Bert")
	street := w.server.Group("Vogelwijk Noord", anna.Phone, bert.Phone)
	anna.saysIn(street, "Wie heeft er nog appels?")
	w.server.Add(street, botsPhone)
	bert.hearsIn(street, "Ik ben buurtbode", "Wijkagent: stuur hier /koppel", "binnen 24 uur")
	bert.saysIn(street, "Ik! Kom maar langs")
	w.clock.forward(25 * time.Hour)
	bert.hearsIn(street, "Ik ga weer weg", "/aanmelden")
	w.eventually("the bot left", func() bool { return !slices.Contains(w.server.Members(street), botsPhone) })
	w.server.Confirmed(t, bert.Number()) // whatsmeow reads its list of members without a lock while it sends
	bert.saysIn(street, "/saar")
	if n := len(bert.Heard(w.bots())); n != 0 {
		t.Errorf("Bert heard in private:\n%s", bert.told(w.bots()))
	}
	w.server.Add(street, botsPhone) // again, and it says so again
	bert.hearsIn(street, "Ik ben buurtbode")
}

// In a group where only administrators may write nothing is lost silently: the officer hears of it, and so does who asks doctor;
// the group is called by its name of now.
func TestWhatsappGroupWhereOnlyAdminsWrite(t *testing.T) {
	w := newTown(t, storagetest.SQLite(t))
	ria, anna := w.official("Ria", "officer", "--area", "Lisse"), w.person("Anna")
	w.official("Peter", "portfolio", "--team", "Bollenstreek")
	group := w.admins(ria, anna)
	w.server.SetSubject(group, "Beheerders van Lisse")
	w.server.SetAnnounce(group, true)
	w.server.Confirmed(t, botsPhone)
	ria.saysIn(group, "/saar")
	ria.hears("In “Beheerders van Lisse” mag ik niet schrijven", "beheerder maken")
	ria.says("/melding vermist; Jongen van 6 vermist; Kerkplein; nu; blauwe jas; ; 1; 1")
	ria.hears("Melding 1", "niet aangekomen", "Beheerders van Lisse")
	doctor := w.doctor()
	doctor.finds(t, `!!  whatsapp: group "Beheerders van Lisse": only its administrators may write there: make the bot one`)

	w.server.Promote(group, botsPhone)
	w.server.Confirmed(t, botsPhone)
	ria.says("/melding waarschuwing; Fietsendieven actief; station; nu; ; ; 1; 1")
	anna.hearsIn(group, "Fietsendieven actief")
	ria.says("/openstaand")
	ria.hears("Melding 2")
	if out := w.doctor().out; holdsAll(out, []string{"may write there"}) {
		t.Errorf("doctor still finds:\n%s", out)
	}
}

// Who is taken out of the admin group reads no more of it, and a group that takes out the bot gets nothing.
func TestWhatsappTheBotIsTakenOut(t *testing.T) {
	w := newTown(t, storagetest.SQLite(t))
	ria, anna := w.official("Ria", "officer", "--area", "Lisse"), w.person("Anna")
	group := w.admins(ria, anna)
	w.server.Remove(group, botsPhone)
	w.server.Confirmed(t, botsPhone)
	ria.says("/melding vermist; Jongen van 6 vermist; Kerkplein; nu; blauwe jas; ; 1; 1")
	ria.hears("niemand kan dit nu krijgen", "1. Versturen")
	w.server.Add(group, botsPhone)
	anna.hearsIn(group, "Ik ben buurtbode")
	ria.saysIn(group, "/koppel Lisse")
	anna.hearsIn(group, "beheerdersgroep", "Lisse")
	ria.says("1") // the alert still stands there
	anna.hearsIn(group, "Jongen van 6 vermist")
}

// In a group that hides its members' numbers people are the same as in private, whichever of the bot's addresses they write
// to, and a vote that comes from a hidden address counts.
func TestWhatsappHiddenAddresses(t *testing.T) {
	w := newTown(t, storagetest.SQLite(t))
	ria, anna := w.official("Ria", "officer", "--area", "Lisse"), w.person("Anna")
	hidden := w.server.Group("Beheerders Lisse", whatsapptest.Hidden(), ria.Phone, anna.Phone, whatsapptest.Member(botsPhone))
	ria.hearsIn(hidden, "Ik ben buurtbode")
	ria.saysIn(hidden, "/koppel Lisse") // in private she became an officer by her number
	ria.hearsIn(hidden, "beheerdersgroep", "Lisse")
	for _, chat := range []types.JID{w.bots(), w.server.LID(botsPhone)} {
		anna.listens(w.bots())
		anna.Says(chat, "blauw")
		poll := anna.hears("( ) 1. Ik zie iets verdachts")
		if poll.Chat.Server != types.HiddenUserServer {
			t.Errorf("the poll came in the chat %v, where the vote isn't from a hidden address", poll.Chat)
		}
		anna.votes("Ik zie iets verdachts")
		anna.hears("Signaleren")
	}
	ria.says("/melding vermist; Jongen van 6 vermist; Kerkplein; nu; blauwe jas; ; 1; 1")
	alert := anna.hearsIn(hidden, "Vermist in Lisse")
	anna.reacts(hidden, alert.ID, "👍")
	anna.hears("Dank je wel voor het doorzetten")
}
