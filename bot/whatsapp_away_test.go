package bot_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"github.com/buurtbode/buurtbode/bot/whatsapp"
	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// The bot was away for more than a day: what was asked of it then is asked for again, in one line; what was said in the last
// hours is answered.
func TestWhatsappBotWasAwayForADay(t *testing.T) {
	each(t, func(t *testing.T, cfg storage.Config) {
		w := newTown(t, cfg)
		ria, anna, bert := w.official("Ria", "officer", "--area", "Lisse"), w.person("Anna"), w.person("Bert")
		group := w.admins(ria, anna, bert)
		w.server.Confirmed(t, botsPhone)
		w.stop()
		anna.says("/saar")
		anna.says("/huisregels")
		anna.saysIn(group, "Heeft iemand iets gehoord?")
		w.clock.forward(25 * time.Hour)
		bert.says("/saar")
		w.start()
		bert.hears("Signaleren")
		anna.hears("Ik was een tijd niet bereikbaar", "Stuur het dan opnieuw", "112")
		w.server.Confirmed(t, botsPhone)
		anna.says("/saar")
		anna.hears("Signaleren")
		if n := anna.count(w.bots(), "Ik was een tijd niet bereikbaar"); n != 1 {
			t.Errorf("Anna was asked %d times to send it again", n)
		}
		if n := anna.count(w.bots(), "huisregels"); n != 0 {
			t.Errorf("what Anna asked yesterday was answered:\n%s", anna.told(w.bots()))
		}
		if n := anna.count(group, "niet bereikbaar"); n != 0 {
			t.Errorf("the group heard:\n%s", anna.told(group))
		}
	})
}

// An alert that could not go out on WhatsApp in time does not go out at all, and its author hears so.
func TestWhatsappAlertThatExpired(t *testing.T) {
	w := onBoth(t, storagetest.SQLite(t))
	ria, anna := w.official("Ria", "officer", "--area", "Lisse"), w.person("Anna")
	otto := w.telegrammer("Otto", "officer", "--area", "Lisse")
	here, there := w.admins(ria, anna), w.telegramAdmins(otto)
	w.server.Confirmed(t, botsPhone)
	w.stop()
	telegram := []string{"--telegram-token", w.telegram.Token(), "--telegram-api", w.telegram.URL()}
	w.start(append(telegram, "--whatsapp", "off")...)
	otto.Says("/melding vermist; Jongen van 6 vermist; Kerkplein; nu; blauwe jas; ; 1; 1")
	there.Hears("Vermist in Lisse (melding 1)")
	w.stop()
	w.clock.forward(25 * time.Hour)
	w.start(telegram...)
	otto.Hears("Melding 1", "niet aangekomen", "Beheerders Lisse")
	otto.Says("/melding waarschuwing; Fietsendieven actief; station; nu; ; ; 1; 1")
	anna.hearsIn(here, "Fietsendieven actief")
	if n := anna.count(here, "Jongen van 6"); n != 0 {
		t.Errorf("the alert of yesterday came:\n%s", anna.told(here))
	}
}

// A phone that was off for a day gets what was said meanwhile.
func TestWhatsappPhoneWasOffForADay(t *testing.T) {
	w := newTown(t, storagetest.SQLite(t))
	ria, anna, bert := w.official("Ria", "officer", "--area", "Lisse"), w.person("Anna"), w.person("Bert")
	group := w.admins(ria, anna, bert)
	anna.hearsIn(group, "beheerdersgroep")
	anna.Offline()
	ria.says("/melding vermist; Jongen van 6 vermist; Kerkplein; nu; blauwe jas; ; 1; 1")
	alert := bert.hearsIn(group, "Jongen van 6")
	w.clock.forward(24 * time.Hour)
	ria.says("/terugkoppeling 1; 1; 1")
	bert.hearsIn(group, "Hoe het afliep")
	anna.Online()
	anna.hearsIn(group, "Jongen van 6", "112")
	if outcome := anna.hearsIn(group, "Hoe het afliep"); outcome.Quotes != alert.ID {
		t.Errorf("the outcome answers %q, want %q", outcome.Quotes, alert.ID)
	}
}

// Somebody with WhatsApp on a computer too reads everything on both, and is one person on both.
func TestWhatsappTwoDevices(t *testing.T) {
	w := newTown(t, storagetest.SQLite(t))
	ria, anna := w.official("Ria", "officer", "--area", "Lisse"), w.person("Anna")
	group := w.admins(ria, anna)
	computer := w.computerOf(ria)
	computer.says(w.bots(), "/openstaand") // she became an officer on her phone
	computer.hears("niets open")
	ria.hears("niets open")
	computer.says(w.bots(), "/melding vermist; Jongen van 6 vermist; Kerkplein; nu; blauwe jas; ; 1; 1")
	computer.hears("Melding 1 is op weg naar 1 groep")
	computer.hears("Vermist in Lisse")
	ria.hearsIn(group, "Vermist in Lisse")
	computer.says(group, "/stilte")
	computer.hears("laat ik deze groep met rust")
	anna.hearsIn(group, "laat ik deze groep met rust")
}

// computer is a second device of somebody's.
type computer struct {
	w     *town
	cli   *whatsmeow.Client
	heard chan string
}

// computerOf links a computer to somebody's number.
func (w *town) computerOf(n *neighbour) *computer {
	w.Helper()
	store, err := whatsapp.OpenStore(w.Context(), filepath.Join(w.TempDir(), "computer.whatsapp"))
	if err != nil {
		w.Fatalf("the computer: %v", err)
	}
	w.Cleanup(func() { _ = store.Close() })
	device, err := w.server.Link(w.Context(), store.Container(), n.Number())
	if err != nil {
		w.Fatalf("the computer: %v", err)
	}
	c := &computer{w: w, cli: whatsmeow.NewClient(device, nil), heard: make(chan string, 100)}
	up := make(chan struct{}, 1)
	c.cli.SetWebsocketHTTPClient(whatsapptest.Client(w.server.Addr()))
	c.cli.SetPreLoginHTTPClient(whatsapptest.Client(w.server.Addr()))
	c.cli.AddEventHandler(func(event any) {
		switch e := event.(type) {
		case *events.Connected:
			up <- struct{}{}
		case *events.Message:
			if text := e.Message.GetConversation() + e.Message.GetExtendedTextMessage().GetText(); text != "" {
				c.heard <- text
			}
		}
	})
	if err := c.cli.ConnectContext(w.Context()); err != nil {
		w.Fatalf("the computer: %v", err)
	}
	<-up
	return c
}

// says writes to a chat.
func (c *computer) says(chat types.JID, text string) {
	c.w.Helper()
	ctx, cancel := context.WithTimeout(c.w.Context(), patience)
	defer cancel()
	c.w.clock.forward(time.Second)
	if _, err := c.cli.SendMessage(ctx, chat, &waE2E.Message{Conversation: &text}); err != nil {
		c.w.Fatalf("the computer can't send: %v", err)
	}
}

// hears waits for a message that holds some words.
func (c *computer) hears(words string) {
	c.w.Helper()
	var all []string
	for end := time.After(patience); ; {
		select {
		case text := <-c.heard:
			if all = append(all, text); strings.Contains(looks.Replace(text), words) {
				return
			}
		case <-end:
			c.w.Fatalf("the computer never heard %q:\n%s", words, fmt.Sprint(all))
		}
	}
}
