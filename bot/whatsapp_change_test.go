package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// An alert is corrected in place while WhatsApp takes that, and after a quarter of an hour with a message that quotes it; a
// withdrawn one is gone from the phones.
func TestWhatsappCorrectAndWithdraw(t *testing.T) {
	each(t, func(t *testing.T, cfg storage.Config) {
		w := newTown(t, cfg)
		ria, anna := w.official("Ria", "officer", "--area", "Lisse"), w.person("Anna")
		group := w.admins(ria, anna)
		ria.says("/melding vermist; Jongen van 6 vermist; Kerkplein; nu; blauwe jas; ; 1; 1")
		alert := anna.hearsIn(group, "Vermist in Lisse (melding 1)")

		w.clock.forward(10 * time.Minute)
		corrects(ria, "Jongen van 7 vermist")
		w.eventually("the alert is edited", func() bool {
			m := anna.stands(group, alert.ID)
			return m.Edited && strings.Contains(m.Text, "Jongen van 7") && strings.Contains(m.Text, "1. Doorgezet")
		})
		if n := anna.count(group, "melding 1"); n != 1 {
			t.Errorf("the group has %d messages of alert 1, want one:\n%s", n, anna.told(group))
		}

		w.clock.forward(10 * time.Minute)
		anna.listens(group)
		corrects(ria, "Meisje van 7 vermist")
		anew := anna.hearsIn(group, "Meisje van 7 vermist")
		if anew.Quotes != alert.ID || anew.Edited {
			t.Errorf("the late correction is %+v, which doesn't quote %q", anew, alert.ID)
		}
		if m := anna.stands(group, alert.ID); strings.Contains(m.Text, "Meisje") {
			t.Errorf("the alert was still edited: %+v", m)
		}

		ria.says("/weghalen 1")
		ria.hears("Wil je melding 1 overal weghalen?")
		ria.votes("Ja, intrekken")
		ria.hears("wordt nu overal weggehaald")
		anna.hearsIn(group, "Ingetrokken", "Stuur deze melding niet verder")
	})
}

// A withdrawn alert with a photo is removed from the phones, and what is left says so.
func TestWhatsappWithdrawAPhoto(t *testing.T) {
	w := newTown(t, storagetest.SQLite(t))
	ria, anna := w.official("Ria", "officer", "--area", "Lisse"), w.person("Anna")
	group := w.admins(ria, anna)
	alert := alerts(w, ria, anna, group)
	anna.replies(group, alert.ID, "2")
	anna.hearsIn(group, "Geldig tot")
	w.clock.forward(2 * time.Hour)
	ria.says("/weghalen 1")
	ria.hears("Wil je melding 1 overal weghalen?")
	ria.says("1")
	anna.hearsIn(group, "Ingetrokken", "Stuur deze melding niet verder")
	w.eventually("the photo is gone", func() bool { return anna.stands(group, alert.ID).Revoked })
	w.eventually("the text to forward is gone", func() bool { return anna.count(group, "Geldig tot") == 0 })
}

// corrects has an officer change what happened in alert 1.
func corrects(officer *neighbour, what string) {
	officer.w.Helper()
	officer.says("/verbeter 1")
	officer.hears("1. Wat")
	officer.picks("Wat")
	officer.hears("moet")
	officer.says(what)
	officer.hears(what, "1. ")
	officer.says("1")
	officer.hears("verbeterd")
}
