package commands_test

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// inFiles tells whether a database file or its write-ahead log holds some text.
func inFiles(t *testing.T, database, text string) bool {
	t.Helper()
	for _, file := range []string{database, database + "-wal"} {
		data, err := os.ReadFile(file)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(text)) {
			return true
		}
	}
	return false
}

func TestNothingOfAPersonIsLeft(t *testing.T) {
	const name, group = "Xanthippe Zonderling", "Buurtwacht Zonderlinglaan"
	cfg := storagetest.SQLite(t)
	store := storagetest.Open(t, cfg)
	town := commandstest.On(t, store)
	keeper := town.Person("karin").WithRole(storage.Keeper, "municipality Lisse")
	gone := town.Person(name).WithRole(storage.Officer, "area Lisse")
	gone.Says("/aanmelden " + group + "; 2161; 1; 1; 1; 75; 1; 1; 06 87654321; 1")
	keeper.Says("1")
	gone.Says("/aanmelden Onderweg; 2161") // a form that is not finished
	if !inFiles(t, cfg.Database, name) || !inFiles(t, cfg.Database, group) {
		t.Fatal("the name is not in the files even before: this test proves nothing")
	}
	gone.Says("/vergeetmij")
	gone.Hears("wijkagent voor Lisse", "zeker")
	gone.Says("1")
	gone.Hears("gewist")
	if heard := town.Forward(2 * time.Hour); len(heard) != 0 {
		t.Errorf("something is still said: %s", commandstest.Text(heard))
	}
	keeper.Says("/dekking Lisse")
	keeper.Hears("29 groepen")
	keeper.Says("/groepen Lisse")
	keeper.Hears("1 groep waarvan de beheerder zich heeft laten wissen")
	if err := store.Close(); err != nil { // what is in the log goes into the file
		t.Fatal(err)
	}
	for _, text := range []string{name, group, "87654321", "Onderweg"} {
		if inFiles(t, cfg.Database, text) {
			t.Errorf("%q is still in the database file", text)
		}
	}
}

func TestOthersAreNotToldOfAGroupThatWasErased(t *testing.T) {
	town := commandstest.New(t)
	keeper := town.Person("karin").WithRole(storage.Keeper, "municipality Lisse")
	anna := town.Person("anna")
	anna.Says("/aanmelden Vogelwijk; 2161; 1; 1; 1; 75; 1; 2; 1")
	anna.Says("/vergeetmij")
	anna.Says("ja")
	keeper.Taps("1")
	keeper.Hears("is er niet meer")
}
