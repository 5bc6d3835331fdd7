package commands_test

import (
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/storage"
)

// Who leads another team neither sees a template nor deletes it.
func TestTemplatesAreTheTeamsOwn(t *testing.T) {
	town := commandstest.New(t)
	town.Write(func(tx *storage.Tx) error {
		return tx.Import(storage.Structure{
			Teams:          []storage.TeamEntry{{Name: "Duin", District: "Leiden-Bollenstreek"}},
			Municipalities: []storage.MunicipalityEntry{{Name: "Wassenaar", District: "Leiden-Bollenstreek", Team: "Duin", Areas: []storage.AreaEntry{{Name: "Wassenaar"}}}},
		})
	})
	peter := town.Person("peter").WithRole(storage.Portfolio, "team Bollenstreek")
	otto := town.Person("otto").WithRole(storage.Portfolio, "team Duin")
	peter.Says("/templates new")
	for _, answer := range []string{"1", "Vermist kind", "Wij zoeken een kind: {wat}", "overslaan", "1"} {
		peter.Says(answer)
	}
	peter.Hears("Versie 1 van “Vermist kind” is bewaard")
	for _, words := range []string{"1", "delete 1", "drop 1", "edit 1", "restore 1 1"} {
		if text := commandstest.Text(otto.Says("/templates " + words)); !strings.Contains(text, "Dat sjabloon ken ik niet") {
			t.Errorf("/templates %s tells another team: %s", words, text)
		}
	}
	peter.Says("/templates drop 1")
	peter.Hears("“Vermist kind” is weggehaald")
}
