package commands_test

import (
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// The author of a drill sees in one message in how many groups it was seen, and how fast, and nobody else's name.
func TestADrillTellsItsOwnFigures(t *testing.T) {
	town := commandstest.New(t)
	lisse, hillegom := town.AdminGroup("Lisse"), town.AdminGroup("Hillegom")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Says("/alert drill missing; Jongen van 6; Kerkplein; now; ; ; 2; 1")
	town.Forward(10 * time.Second)
	if text := progressText(t, town); !strings.Contains(text, "Oefening 1 is bezorgd bij 2 van 2") || strings.Contains(text, "Gezien") {
		t.Errorf("before it was seen: %s", text)
	}
	town.Forward(2 * time.Minute)
	town.Person("anna").TapsIn(lisse, "Gezien")
	town.Forward(10 * time.Second)
	if text := progressText(t, town); !strings.Contains(text, "Gezien in 1 groep, na 2 minuten") {
		t.Errorf("after one group saw it: %s", text)
	}
	town.Forward(4 * time.Minute)
	kees, alert := town.Person("kees"), town.Last(hillegom.Title).ID
	for range 2 {
		kees.GivesIn(hillegom, messages.Inbound{Event: messages.Reacted, ReplyTo: alert, Reaction: "👍"})
	}
	town.Forward(10 * time.Second)
	if text := progressText(t, town); !strings.Contains(text, "Gezien in 2 groepen: de eerste na 2 minuten, de helft binnen 2 minuten, de laatste na 6 minuten") {
		t.Errorf("after both saw it: %s", text)
	}
	if text := progressText(t, town); strings.Contains(text, "kees") || strings.Contains(text, "anna") {
		t.Errorf("names somebody: %s", text)
	}
	// what one group got is not seen from another, and no command in private sees it
	noordwijk := town.AdminGroup("Noordwijk")
	kees.SaysIn(noordwijk, "/drillseen 1")
	kees.Says("/drillseen 1")
	town.Write(func(tx *storage.Tx) error {
		took, err := tx.DrillSeen(1)
		if len(took) != 2 {
			t.Errorf("seen in %d groups", len(took))
		}
		return err
	})
}
