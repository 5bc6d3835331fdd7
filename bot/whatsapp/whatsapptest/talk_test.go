package whatsapptest_test

import (
	"testing"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
)

func TestTwoPhonesTalk(t *testing.T) {
	server := whatsapptest.New(t)
	anna := server.Person("Anna", "+31 6 1234 5678")
	bert := server.Person("Bert", "31687654321")
	anna.Says(bert.PN(), "Hallo Bert")
	heard := bert.Hears(t, anna.PN(), "Hallo")
	if heard.Name != "Anna" || heard.From != anna.PN() || heard.Copies != 1 {
		t.Errorf("Bert heard %+v", heard)
	}
	bert.Says(anna.LID(), "Dag Anna")
	if back := anna.Hears(t, bert.PN(), "Dag"); back.From != bert.LID() {
		t.Errorf("Anna heard it from %s, want Bert's hidden address", back.From)
	}
	anna.Says(bert.PN(), "Tot ziens")
	bert.Hears(t, anna.LID(), "Tot ziens")
}
