package commands_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// withPhoto begins an alert, sends the photo, and gives the photo's key.
func withPhoto(town *commandstest.Town, p *commandstest.Person, begin, letter string) string {
	town.T.Helper()
	sha := strings.Repeat(letter, 64)
	town.Write(func(tx *storage.Tx) error {
		if err := tx.PutPhoto(sha, []byte("jpeg"), town.Now); err != nil {
			return err
		}
		account, err := tx.Account("telegram", "1000")
		return errors.Join(err, tx.SetPhotoFile(sha, account, "file-"+letter))
	})
	p.Says(begin)
	p.Gives(messages.Inbound{Photo: &messages.Photo{SHA256: sha}})
	return sha
}

func TestPhotoOfASuspectOnlyWithALookOut(t *testing.T) {
	town := commandstest.New(t)
	lisse := town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	withPhoto(town, ria, "/alert witnesses; Winkel overvallen; Heereweg; gisteren; ", "a")
	ria.Hears("Staat er een verdachte op de foto?", "1. Nee")
	ria.Says("2")
	ria.Hears("Wil je er een foto bij?")
	ria.Gives(messages.Inbound{Photo: &messages.Photo{SHA256: strings.Repeat("b", 64)}})
	ria.Hears("Staat er een verdachte op de foto?") // about this one too
	ria.Says("2")
	ria.Says("overslaan")
	ria.Hears("Wie moet dit krijgen?")
	ria.Says("1")
	ria.Says("1")
	if got := town.Last(lisse.Title); got.Part.Photo != "" {
		t.Errorf("the photo went: %+v", got)
	}
	sha := withPhoto(town, ria, "/alert suspect; Winkel overvallen; Heereweg; gisteren; ", "c")
	ria.Hears("Wie moet dit krijgen?")
	ria.Says("1")
	ria.Says("1")
	if got := town.Last(lisse.Title); got.Part.Photo != sha {
		t.Errorf("the photo of who is looked for didn't go: %+v", got)
	}
}

func TestPhotoGoesThirtyDaysAfterTheOutcome(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ended := withPhoto(town, ria, "/alert missing; Jongen van 6 vermist; Kerkplein; now; ", "a")
	ria.Says("1")
	ria.Says("1")
	open := withPhoto(town, ria, "/alert suspect; Winkel overvallen; Heereweg; gisteren; ", "b")
	ria.Says("1")
	ria.Says("1")
	dropped := withPhoto(town, ria, "/alert suspect; Winkel overvallen; Heereweg; gisteren; ", "c")
	ria.Says("stop")
	town.Forward(5 * 24 * time.Hour)
	ria.Says("/feedback 1; 1; 1")
	there := func(sha string) bool {
		found := false
		town.Write(func(tx *storage.Tx) error {
			_, err := tx.Photo(sha)
			if found = err == nil; errors.Is(err, storage.ErrNotFound) {
				err = nil
			}
			return err
		})
		return found
	}
	town.Forward(29 * 24 * time.Hour)
	if !there(ended) || !there(open) || there(dropped) {
		t.Errorf("after 29 days: ended %v, open %v, never sent %v", there(ended), there(open), there(dropped))
	}
	town.Forward(3 * 24 * time.Hour)
	if there(ended) || !there(open) {
		t.Errorf("after 32 days: ended %v, open %v", there(ended), there(open))
	}
	town.Write(func(tx *storage.Tx) error {
		account, err := tx.Account("telegram", "1000")
		if err != nil {
			return err
		}
		file, err := tx.PhotoFile(ended, account)
		if file != "" {
			t.Errorf("the network's id of the photo is kept: %s", file)
		}
		a, alertErr := tx.Alert(1)
		if a.Photo != "" {
			t.Error("the alert still names its photo")
		}
		return errors.Join(err, alertErr)
	})
}

// In public the face of somebody who is only suspected shows to who wants to help, not to everybody who scrolls by.
func TestPhotoOfASuspectIsCoveredInAChannelOnly(t *testing.T) {
	town := commandstest.New(t)
	lisse, channel := town.AdminGroup("Lisse"), town.PublicChannel("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	withPhoto(town, ria, "/alert suspect; Winkel overvallen; Heereweg; gisteren; ", "c")
	ria.Says("1 en 4")
	ria.Says("1")
	for _, c := range []struct {
		chat string
		kind messages.ChatKind
		want bool
	}{{lisse.Title, messages.Group, false}, {channel.Title, messages.Channel, true}} {
		if got := town.Last(c.chat).Part; got.Photo == "" || got.For(c.kind).Covered != c.want {
			t.Errorf("%s gets %+v", c.chat, got)
		}
	}
}
