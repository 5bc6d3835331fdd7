package commands_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands"
	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// buttonless makes the town's network one without buttons, which takes changes for a quarter of an hour.
func buttonless(town *commandstest.Town) {
	cfg := town.Engine.Config
	cfg.Limits = func(string) messages.Limits {
		return messages.Limits{Text: 4096, Caption: 1024, EditWindow: 15 * time.Minute}
	}
	town.Engine = commands.New(cfg)
}

// A number in answer to a message does in a group what a tap on that choice does elsewhere; any other number is talk.
func TestNumbersChooseInAGroupWithoutButtons(t *testing.T) {
	town, ria, anna, group := police(t)
	buttonless(town)
	ria.Says(missing)
	alert := town.Last(group.Title).ID
	anna.GivesIn(group, messages.Inbound{Text: "1.", ReplyTo: alert})
	anna.Hears("Dank je wel voor het doorzetten")
	if heard := commandstest.Text(anna.GivesIn(group, messages.Inbound{Text: "2", ReplyTo: alert})); !strings.Contains(heard, "Geldig tot") {
		t.Errorf("the second choice is answered with %q", heard)
	}
	for _, in := range []messages.Inbound{{Text: "1"}, {Text: "1", ReplyTo: "somebody's"}, {Text: "3", ReplyTo: alert}, {Text: "0", ReplyTo: alert}, {Text: "1 ding", ReplyTo: alert}} {
		if heard := anna.GivesIn(group, in); len(heard) != 0 {
			t.Errorf("%+v is answered with %q", in, commandstest.Text(heard))
		}
	}
}

// The choice to skip is the last number where there are no buttons; with buttons a number is an answer.
func TestSkippingByNumber(t *testing.T) {
	town, ria, _, _ := police(t)
	asks := func(what, words string) {
		t.Helper()
		if got := commandstest.Text(ria.Says(what)); !strings.Contains(got, words) {
			t.Errorf("%q is answered with:\n%s", what, got)
		}
	}
	ria.Says("/melding waarschuwing; Fietsendieven actief; station; vandaag")
	asks("1", "wel erg kort")
	buttonless(town)
	asks("1", "foto")
	asks("2", "foto") // there is one choice
	asks("1", "Wie moet dit krijgen?")
}

// Where the network takes no change any more, only the end of the progress is told, and who passes the alert on later is no
// message to the officer.
func TestProgressWhereChangesAreMessages(t *testing.T) {
	town, ria, anna, group := police(t)
	buttonless(town)
	ria.Says(missing)
	town.Forward(time.Minute)
	if got := progressText(t, town); !strings.Contains(got, "bezorgd bij 1 van 1") {
		t.Errorf("the progress is %q", got)
	}
	town.Forward(time.Hour)
	before := town.Last("ria").ID
	anna.GivesIn(group, messages.Inbound{Text: "doorgezet", ReplyTo: town.Last(group.Title).ID})
	for _, h := range town.Forward(time.Minute) {
		if h.Chat == "ria" {
			t.Errorf("the officer hears: %s", h.Text)
		}
	}
	if town.Last("ria").ID != before {
		t.Error("the officer has a new message")
	}
}

// Where the bot may not write in an admin group, its officers hear so once a day, whatever it was that got lost.
func TestOfficersHearWhereTheBotMayNotWrite(t *testing.T) {
	town, ria, _, group := police(t)
	town.Person("hans").WithRole("officer", "area Hillegom")
	fails := func() []commandstest.Heard {
		town.Write(func(tx *storage.Tx) error {
			chats, err := tx.LinkedChats("telegram", "1000")
			if err != nil || len(chats) != 1 {
				return fmt.Errorf("%d groups are linked: %w", len(chats), err)
			}
			return town.Engine.Failed(context.Background(), tx, storage.Delivery{Cause: "in:x", ChatID: chats[0].ID, Part: 1, Error: storage.NoRights}, town.Now)
		})
		return town.Forward(time.Second)
	}
	if heard := fails(); len(heard) != 1 || heard[0].Chat != "ria" {
		t.Errorf("those who hear: %q", commandstest.Text(heard))
	}
	ria.Hears("mag ik niet schrijven", group.Title)
	if again := fails(); len(again) != 0 {
		t.Errorf("the same day again: %q", commandstest.Text(again))
	}
	town.Forward(24 * time.Hour)
	if next := fails(); len(next) != 1 {
		t.Errorf("the next day: %q", commandstest.Text(next))
	}
}

func TestPortfolioHolderHearsThatAPlatformStopped(t *testing.T) {
	town := commandstest.New(t)
	petra := town.Person("petra").WithRole("portfolio", "team Bollenstreek")
	petra.Says("/help")
	for range 2 {
		town.Write(func(tx *storage.Tx) error {
			return town.Engine.Paused(context.Background(), tx, "whatsapp", "9", storage.ForGood(), "unlinked", town.Now)
		})
		town.Forward(time.Second)
	}
	petra.Hears("De bode werkt niet meer op WhatsApp")
}
