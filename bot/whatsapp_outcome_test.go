package bot_test

import (
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
	"github.com/buurtbode/buurtbode/storage"
)

// What is told of an alert on WhatsApp: a wrong outcome is edited for a quarter of an hour, and after that answered; it all
// quotes the alert, also after a restart.
func TestWhatsappOutcomes(t *testing.T) {
	each(t, func(t *testing.T, cfg storage.Config) {
		w := newTown(t, cfg)
		anna, ria := w.person("Anna"), w.official("Ria", "officer", "--area", "Lisse")
		group := w.admins(ria, anna)
		ria.says("/melding vermist; Jongen van 6 vermist; Kerkplein; nu; blauwe jas; ; 1; 1")
		alert := anna.hearsIn(group, "Vermist in Lisse", "(melding 1)")
		ria.says("/terugkoppeling 1; 7; We zoeken met een hond; 1")
		ria.hears("tussenbericht", "1 groep")
		if got := anna.hearsIn(group, "Tussenbericht", "We zoeken met een hond", "112"); got.Quotes != alert.ID {
			t.Errorf("the interim update quotes %q, want %q", got.Quotes, alert.ID)
		}
		ria.says("/terugkoppeling 1; 8; morgen; 1")
		ria.hears("staat nog open tot dinsdag 8 mei")
		anna.saysIn(group, "/terugkoppeling 1")
		anna.hearsIn(group, "Nog open, in elk geval tot dinsdag 8 mei", "We zoeken met een hond")

		w.stop()
		w.start()
		ria.says("/terugkoppeling 1; 1; 1")
		outcome := anna.hearsIn(group, "Hoe het afliep", "veilig gevonden", "Jongen van 6 vermist")
		if outcome.Quotes != alert.ID {
			t.Errorf("the outcome quotes %q, want %q", outcome.Quotes, alert.ID)
		}
		w.clock.forward(5 * time.Minute)
		ria.says("/terugkoppeling 1; 1; 2; 1")
		ria.hears("overal verbeterd")
		anna.HearsWhere(t, group, "that is the corrected outcome", func(m whatsapptest.Message) bool {
			return m.ID == outcome.ID && m.Edited && holdsAll(m.Text, []string{"Verbeterd", "Meer kunnen we hier niet over zeggen"})
		})
		w.clock.forward(20 * time.Minute)
		anna.listens(group)
		ria.says("/terugkoppeling 1; 1; 3; 1")
		late := anna.hearsIn(group, "Verbeterd", "nog niet gevonden", "Eerder schreven we", "Meer kunnen we hier niet over zeggen")
		if late.Quotes != outcome.ID || late.Edited {
			t.Errorf("the late correction quotes %q, want %q", late.Quotes, outcome.ID)
		}

		anna.listens(group)
		ria.says("/terugkoppeling 1; 2; Er is een nieuwe tip; 1")
		ria.hears("staat weer open")
		if got := anna.hearsIn(group, "Toch nog niet voorbij", "Er is een nieuwe tip", "(melding 1)"); got.Quotes != alert.ID {
			t.Errorf("that it is open again quotes %q, want %q", got.Quotes, alert.ID)
		}
		w.clock.forward(5 * time.Hour)
		ria.hears("wacht nog op terugkoppeling")
	})
}
