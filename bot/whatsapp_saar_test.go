package bot_test

import (
	"testing"

	"github.com/buurtbode/buurtbode/storage"
)

// A resident asks what to do when something looks wrong: in private, with taps and with numbers, and in a group.
func TestWhatsappSAAR(t *testing.T) {
	each(t, func(t *testing.T, cfg storage.Config) {
		w := newTown(t, cfg)
		anna, ria := w.person("Anna"), w.official("Ria", "officer", "--area", "Lisse")
		anna.says("hallo")
		anna.hears("De politie leest hier niet mee", "112", "0900-8844", "( ) 1. Ik zie iets verdachts")
		anna.votes("Ik zie iets verdachts")
		anna.hears("Signaleren", "Alarmeren", "Appen", "Reageren")
		anna.says("/start")
		anna.hears("Je praat met een computer", "/saar", "/koppelmij")
		anna.says("saar 1")
		anna.hears("Let op wat niet klopt")
		anna.says("2")
		anna.hears("dat je de politie nodig hebt")
		anna.says("Appen")
		anna.hears("Eerst bellen, dan appen")

		group := w.admins(ria, anna)
		anna.saysIn(group, "/saar")
		anna.hearsIn(group, "Signaleren", "112")
	})
}
