package commands_test

import (
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// rowsOf reads the file that came with a message.
func rowsOf(t *testing.T, h commandstest.Heard) [][]string {
	t.Helper()
	if h.Part.Document == nil || h.Part.Document.Type != messages.CSV || !strings.HasPrefix(string(h.File), "\ufeff") {
		t.Fatalf("no CSV for Excel came, but %+v", h)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(h.File), "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// registered is a town in which Zoeterwoude has a confirmed group with a number, one that waits without, and the sample's.
func registered(t *testing.T) (town *commandstest.Town, karin *commandstest.Person) {
	t.Helper()
	town = commandstest.New(t)
	karin = town.Person("karin").WithRole(storage.Keeper, "municipality Zoeterwoude")
	town.Person("anna").Says("/aanmelden De Poel 2; 2381; 1; 1; 1; 75; 1; 1; 0612345678; 1")
	karin.Taps("1")
	town.Person("bram").Says(`/aanmelden =HYPERLINK("x"); 2382 ab; 2; 2; 4; 1200; 2; 2; 1`)
	return town, karin
}

func TestTheFileHasWhatTheListShows(t *testing.T) {
	town, karin := registered(t)
	karin.Says("/groepen bestand")
	want := [][]string{
		{"Gemeente", "Wijk of plaats", "Groep", "Soort", "App", "Leden", "Op de openbare lijst", "Bevestigd", "Beheerder", "Telefoon"},
		{"Zoeterwoude", "Zoeterwoude", "De Poel 2", "bewoners", "WhatsApp", "75", "Ja", "Ja", "anna", "06 12345678"},
		{"Zoeterwoude", "Zoeterwoude", "Voorbeeldgroep Zoeterwoude 1", "bewoners", "WhatsApp", "", "Ja", "Ja", "", ""},
		{"Zoeterwoude", "Zoeterwoude", "Voorbeeldgroep Zoeterwoude 2", "bewoners", "WhatsApp", "", "Ja", "Ja", "", ""},
		{"Zoeterwoude", "Zoeterwoude", `'=HYPERLINK("x")`, "ondernemers", "andere app", "1200", "Nee", "Nee", "bram", ""},
	}
	if got := rowsOf(t, town.Last("karin")); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("the file has\n%q\nwant\n%q", got, want)
	}
	pia := town.Person("pia")
	pia.Lang = "en"
	pia.WithRole(storage.Keeper, "municipality Zoeterwoude").Says("groups file")
	if got := rowsOf(t, town.Last("pia")); got[0][2] != "Group" || got[1][3] != "residents" || got[1][6] != "Yes" {
		t.Errorf("in English the file has %q", got)
	}
}

// A file has the areas of the asker's role and no others, whoever else lives next door.
func TestFilesStopAtTheBorder(t *testing.T) {
	town, _ := registered(t)
	for role, scopes := range map[storage.RoleName]map[string][]string{
		storage.Officer:         {"area Zoeterwoude": {"Zoeterwoude"}, "area Leiden": {"Leiden"}},
		storage.OpCo:            {"area Leiden": {"Leiden"}, "municipality Zoeterwoude": {"Zoeterwoude"}},
		storage.Keeper:          {"municipality Leiden": {"Leiden"}},
		storage.Portfolio:       {"area Zoeterwoude": {"Zoeterwoude"}, "team Bollenstreek": {"Hillegom", "Katwijk", "Leiden", "Leiderdorp", "Lisse", "Noordwijk", "Noordwijkerhout", "Oegstgeest", "Teylingen", "Voorschoten", "Zoeterwoude"}},
		storage.Coordinator:     {"area Zoeterwoude": nil},
		storage.ControlRoom:     {"team Bollenstreek": nil},
		storage.DistrictManager: {"municipality Zoeterwoude": nil},
		storage.Enforcement:     {"municipality Zoeterwoude": nil},
	} {
		for scope, want := range scopes {
			who := string(role) + " of " + scope
			person := town.Person(who).WithRole(role, scope)
			person.Says("/groepen bestand")
			if want == nil {
				if person.Hears("alleen voor de registerhouder en de politie"); town.Last(who).File != nil {
					t.Errorf("the %s gets a file", who)
				}
				continue
			}
			rows := rowsOf(t, town.Last(who))[1:]
			var got []string
			numbers := 0
			for _, row := range rows {
				if got = append(got, row[0]); row[9] != "" {
					numbers++
				}
			}
			if got = slices.Compact(got); !slices.Equal(got, want) || (numbers == 1) != slices.Contains(want, "Zoeterwoude") {
				t.Errorf("the %s gets the groups of %v with %d numbers, want %v", who, got, numbers, want)
			}
		}
	}
}

// keptFile tells whether the file of a message is still in the database.
func keptFile(town *commandstest.Town, h commandstest.Heard) (kept bool) {
	town.T.Helper()
	town.Write(func(tx *storage.Tx) error {
		_, err := tx.Document(h.Part.Document.Key)
		if kept = err == nil; errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		return err
	})
	return kept
}

func TestFilesAreErasedAfterADay(t *testing.T) {
	town, karin := registered(t)
	karin.Says("/groepen bestand")
	file := town.Last("karin")
	if town.Forward(24*time.Hour - time.Second); !keptFile(town, file) {
		t.Error("the file was erased before a day was over")
	}
	if town.Forward(time.Second); keptFile(town, file) {
		t.Error("after a day the file is still kept")
	}
	karin.Says("/groepen bestand")
	file = town.Last("karin")
	anna := town.Person("anna")
	anna.Says("/vergeetmij")
	if anna.Says("1"); keptFile(town, file) {
		t.Error("a file with an erased admin is still kept")
	}
}

func TestImpactFileHasMonthsAndKinds(t *testing.T) {
	town := commandstest.New(t)
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	town.AdminGroup("Lisse")
	alert := func(kind, what string) {
		ria.Says("/melding " + kind + "; " + what + "; Vuursteeg; vannacht; ; ; 1; 1")
	}
	for _, what := range []string{"Poging tot inbraak in een woning", "Fiets gestolen bij het station", "Spiegels van auto's afgebroken", "Kliko in brand gestoken"} {
		alert("getuigen", what)
	}
	ria.Says("/tip 1; 3")
	ria.Says("/tip 2; 1")
	town.ForwardTo(time.Date(2018, 6, 5, 12, 0, 0, 0, town.Now.Location()))
	alert("vermist", "Jongen van 6 vermist")
	alert("getuigen", "Poging tot inbraak in een schuur")
	ria.Says("/effect bestand")
	want := [][]string{
		{"Maand", "Soort melding", "Meldingen", "Met een tip", "Tip leverde iets op", "Procent met een tip", "Afloop verteld", "Doorgezet door beheerders"},
		{"mei 2018", "Getuigen gezocht", "4", "2", "1", "", "0", "0"},
		{"juni 2018", "Vermiste persoon", "1", "0", "0", "", "0", "0"},
		{"juni 2018", "Getuigen gezocht", "1", "0", "0", "", "0", "0"},
		{"Alle maanden samen", "Vermiste persoon", "1", "0", "0", "", "0", "0"},
		{"Alle maanden samen", "Getuigen gezocht", "5", "2", "1", "40,0", "0", "0"},
		{"Alle maanden samen", "Alle meldingen samen", "6", "2", "1", "33,3", "0", "0"},
	}
	if got := rowsOf(t, town.Last("ria")); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("the file has\n%q\nwant\n%q", got, want)
	}
}

// What is on its way goes to nobody who lost the role meanwhile, and who gets nothing is told to ask again.
func TestFilesThatDoNotArrive(t *testing.T) {
	town, karin := registered(t)
	karin.Says("/start")
	var person int64
	town.Write(func(tx *storage.Tx) error {
		held, err := tx.AllRoles()
		person = held[0].PersonID
		return err
	})
	in := messages.Inbound{ID: "file", At: messages.Address{Platform: "telegram", Account: "1000", Chat: "100"}, Kind: messages.Direct, From: messages.Sender{ID: "100"}, Text: "/groepen bestand"}
	for _, revoked := range []bool{true, false} {
		town.Write(func(tx *storage.Tx) error {
			in.ID += "x"
			if _, err := town.Engine.Handle(t.Context(), tx, in, town.Now); err != nil {
				return err
			}
			waiting, err := tx.Waiting(10)
			if err != nil || len(waiting) != 1 || waiting[0].Part.Document == nil || waiting[0].Delivery.ExpiresAt != town.Now.Add(24*time.Hour).UnixMilli() {
				t.Fatalf("%+v waits, %v", waiting, err)
			}
			if revoked {
				n, err := tx.CancelOf(person, town.Now)
				if n != 1 {
					t.Errorf("%d files are cancelled when the role ends", n)
				}
				return err
			}
			if err := tx.Done(waiting[0].Delivery.ID, storage.Failed, "", "no_document", town.Now); err != nil {
				return err
			}
			return town.Engine.Failed(t.Context(), tx, waiting[0].Delivery, town.Now)
		})
	}
	town.Forward(0)
	karin.Hears("Het bestand dat je vroeg, is niet aangekomen")
}
