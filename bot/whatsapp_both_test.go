package bot_test

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"go.mau.fi/whatsmeow/types"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// telegrammer makes somebody an official on Telegram.
func (w *town) telegrammer(name string, role ...string) *telegramtest.Person {
	w.Helper()
	p := w.telegram.Person(name)
	p.Says("/activeer " + w.invite(role...))
	p.Hears("Gelukt!")
	return p
}

// telegramAdmins makes a group on Telegram that an officer links to Lisse.
func (w *town) telegramAdmins(officer *telegramtest.Person, more ...*telegramtest.Person) *telegramtest.Group {
	w.Helper()
	g := w.telegram.Supergroup("Beheerders Lisse (Telegram)").Join(append([]*telegramtest.Person{officer}, more...)...)
	g.AddBot()
	officer.SaysIn(g, "/koppel Lisse")
	g.Hears("beheerdersgroep", "Lisse")
	return g
}

// An area has an admin group on each platform: the alert goes to both, and so does the outcome, as an answer in each.
func TestWhatsappAndTelegramTogether(t *testing.T) {
	each(t, func(t *testing.T, cfg storage.Config) {
		w := onBoth(t, cfg)
		ria, anna := w.official("Ria", "officer", "--area", "Lisse"), w.person("Anna")
		otto := w.telegrammer("Otto", "officer", "--area", "Lisse")
		here, there := w.admins(ria, anna), w.telegramAdmins(otto)
		ria.says("/melding vermist; Jongen van 6 vermist; Kerkplein; nu; blauwe jas; ; 1; 1")
		ria.hears("Melding 1 is op weg naar 2 groepen")
		mine, theirs := anna.hearsIn(here, "Vermist in Lisse (melding 1)", "1. Doorgezet"), there.Hears("Vermist in Lisse (melding 1)")
		if len(theirs.Buttons) == 0 || strings.Contains(theirs.Text, "Doorgezet?") {
			t.Errorf("on Telegram it reads %s", theirs)
		}
		otto.Says("/terugkoppeling 1; 1; 1") // a colleague, on the other platform
		otto.Hears("De afloop van melding 1 is op weg naar 2 groepen")
		if got := anna.hearsIn(here, "Hoe het afliep", "veilig gevonden").Quotes; got != mine.ID {
			t.Errorf("on WhatsApp the outcome answers %q, want %q", got, mine.ID)
		}
		if got := there.Hears("Hoe het afliep", "veilig gevonden").ReplyTo; got != theirs.ID {
			t.Errorf("on Telegram the outcome answers %d, want %d", got, theirs.ID)
		}
	})
}

var personCode = regexp.MustCompile(`/koppelmij [A-Z2-9]{8}`)

// A code from WhatsApp, typed on Telegram, makes two accounts one person: what the one may the other may, the form of the
// other account ends, and nobody lets the own alert through.
func TestWhatsappAndTelegramAreOnePerson(t *testing.T) {
	each(t, func(t *testing.T, cfg storage.Config) {
		w := onBoth(t, cfg)
		ria, anna := w.official("Ria", "officer", "--area", "Lisse"), w.person("Anna")
		other := w.telegrammer("Ria op Telegram", "opco", "--team", "Bollenstreek")
		group := w.admins(ria, anna)
		ria.says("aanmelden")
		ria.hears("Hoe heet de groep?")

		other.Says("/koppelmij")
		line := other.Hears("/koppelmij ").Text
		ria.says(personCode.FindString(line))
		ria.hears("Gelukt! Je beide accounts zijn nu van dezelfde persoon", "/openstaand")
		other.Hears("Je code is gebruikt")
		ria.says("Vogelwijk Noord")
		if heard := ria.hears("computer"); strings.Contains(heard.Text, "Waar is de groep") {
			t.Errorf("the form of before goes on: %s", heard.Text)
		}
		ria.says("/melding getuigen; Inbraak in een woning; Heereweg, Lisse; vannacht; ; ; 2; 1")
		ria.hears("Melding 1 is op weg") // she is both of those who could look along, so nobody else is there
		anna.hearsIn(group, "Inbraak in een woning")
		other.Says("/openstaand")
		other.Hears("Melding 1", "Inbraak")
		if heard := joined(other.Messages()); strings.Contains(heard, "Kijk je even mee") {
			t.Errorf("she was asked to look along with herself:\n%s", heard)
		}
		ria.says("/mijngegevens")
		ria.hears("Telegram", "WhatsApp", "operationeel coördinator")
	})
}

// Before an alert goes to many groups the preview says how long that takes on WhatsApp.
func TestWhatsappPreviewSaysHowLong(t *testing.T) {
	w := newTown(t, storagetest.SQLite(t), "--whatsapp-rate", "120")
	ria := w.official("Ria", "officer", "--area", "Lisse")
	w.admins(ria)
	store := storagetest.Open(t, w.cfg)
	err := store.Write(context.Background(), func(tx *storage.Tx) error {
		areas, err := tx.FindAreas("Lisse")
		if err != nil {
			return err
		}
		chats, err := tx.LinkedChats("whatsapp", w.account())
		if err != nil || len(chats) != 1 {
			return fmt.Errorf("%d chats are linked: %w", len(chats), err)
		}
		for i := range 479 {
			at := messages.Address{Platform: "whatsapp", Account: w.account(), Chat: fmt.Sprintf("120363900000%06d@g.us", i)}
			c, err := tx.EnsureChat(at, messages.Group, "Beheerders", w.clock.Now())
			if err != nil {
				return err
			}
			if err := tx.LinkChat(c.ID, areas[0].ID, "", w.clock.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	ria.says("/melding vermist; Jongen van 6 vermist; Kerkplein; nu; blauwe jas; ; 1")
	ria.hears("Hij gaat naar 480 beheerdersgroepen", "Op WhatsApp duurt dat ongeveer 4 minuten")
	ria.hears("1. Versturen")
	ria.says("3")
	ria.hears("Goed, ik ben gestopt")
}

// account is the name of the bot's account on WhatsApp.
func (w *town) account() string { return w.server.LID(botsPhone).User }

// blockable is a town with a portfolio holder, an officer and an admin group on Telegram, and one on WhatsApp.
func blockable(t *testing.T, cfg storage.Config) (w *town, peter, otto *telegramtest.Person, anna *neighbour, group types.JID, there *telegramtest.Group) {
	t.Helper()
	w = onBoth(t, cfg)
	peter, otto = w.telegrammer("Peter", "portfolio", "--team", "Bollenstreek"), w.telegrammer("Otto", "officer", "--area", "Lisse")
	ria := w.official("Ria", "officer", "--area", "Lisse")
	anna = w.person("Anna")
	group, there = w.admins(ria, anna), w.telegramAdmins(otto)
	w.server.Confirmed(t, botsPhone)
	return w, peter, otto, anna, group, there
}

// WhatsApp takes no more messages for a while: the portfolio holder hears of it on Telegram, where everything goes on; the
// bot is well, and says how it stands.
func TestWhatsappIsSlowedDownAndTelegramGoesOn(t *testing.T) {
	for _, code := range []int{429, 463} {
		t.Run(strconv.Itoa(code), func(t *testing.T) {
			w, peter, otto, anna, group, there := blockable(t, storagetest.SQLite(t))
			w.server.RefuseSends(code, 1)
			otto.Says("/melding vermist; Jongen van 6 vermist; Kerkplein; nu; blauwe jas; ; 1; 1")
			there.Hears("Vermist in Lisse (melding 1)")
			peter.Hears("WhatsApp houdt het nummer van de bode tegen", "Op andere apps gaat het gewoon door")
			if got := w.bot.answers("/healthz", 200); !strings.Contains(got, "whatsapp") {
				t.Errorf("/healthz says %q", got)
			}
			w.bot.measures(`buurtbode_paused{platform="whatsapp"} 1`)
			w.doctor().finds(t, "!!  whatsapp: the network lets the bot send nothing until ")
			if n := anna.count(group, "Vermist"); n != 0 {
				t.Errorf("%d messages came on WhatsApp", n)
			}
			otto.Says("/bereik 1")
			otto.Hears("Melding 1")
		})
	}
}

// WhatsApp locks the number out for an hour.
func TestWhatsappBansTheNumberForAWhile(t *testing.T) {
	w, peter, otto, _, _, there := blockable(t, storagetest.SQLite(t))
	w.server.Ban(botsPhone, 3600)
	peter.Hears("WhatsApp houdt het nummer van de bode tegen")
	w.bot.measures(`buurtbode_paused{platform="whatsapp"} 1`)
	if got := w.bot.answers("/healthz", 200); !strings.Contains(got, "whatsapp") {
		t.Errorf("/healthz says %q", got)
	}
	w.doctor().finds(t, "!!  whatsapp: the network lets the bot send nothing until ")
	otto.Says("/melding vermist; Jongen van 6 vermist; Kerkplein; nu; blauwe jas; ; 1; 1")
	there.Hears("Vermist in Lisse (melding 1)")
}

// WhatsApp blocks the number for good: only this platform stops, and who must do something about it hears so.
func TestWhatsappBlocksTheNumberForGood(t *testing.T) {
	w, peter, otto, _, _, there := blockable(t, storagetest.SQLite(t))
	w.server.Block(botsPhone)
	peter.Hears("De bode werkt niet meer op WhatsApp", "beheerder van de bot")
	if got := w.bot.answers("/healthz", 503); !strings.Contains(got, "1 of 2 platforms run") || !strings.Contains(got, "whatsapp") {
		t.Errorf("/healthz says %q", got)
	}
	w.bot.measures(`buurtbode_paused{platform="whatsapp"} 1`)
	w.doctor().finds(t, "!!  whatsapp: stopped when the bot ran last: whatsapp: this number is no longer linked")
	otto.Says("/melding vermist; Jongen van 6 vermist; Kerkplein; nu; blauwe jas; ; 1; 1")
	there.Hears("Vermist in Lisse (melding 1)")
	if got, _ := w.bot.ask("GET", "/livez"); got != 200 {
		t.Errorf("/livez gives %d", got)
	}
}
