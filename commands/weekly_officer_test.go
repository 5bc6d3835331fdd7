package commands_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// polders gives Lisse areas more, which have no admin group of their own.
func polders(town *commandstest.Town, names ...string) {
	town.T.Helper()
	areas := []storage.AreaEntry{{Name: "Lisse", Postcodes: []string{"2161"}}}
	for _, n := range names {
		areas = append(areas, storage.AreaEntry{Name: n, Team: "Bollenstreek"})
	}
	town.Write(func(tx *storage.Tx) error {
		return tx.Import(storage.Structure{Municipalities: []storage.MunicipalityEntry{{Name: "Lisse", Areas: areas}}})
	})
}

func TestGroupOfTheMunicipalityReadsForAreasWithoutOne(t *testing.T) {
	town, _, group := lisse(t)
	polders(town, "Poelpolder", "Meerzicht")
	piet := town.Person("piet").WithRole(storage.Officer, "area Poelpolder")
	piet.Says("/note De brug is weer open")
	piet.Says("/alert warning; Fietsendieven actief; station; now; ; ; 1; 1")
	town.AdminGroup("Meerzicht")
	mia := town.Person("mia").WithRole(storage.Officer, "area Meerzicht")
	mia.Says("/note Alleen voor Meerzicht")
	piet.Says("/weekly")
	piet.Hears("Weekoverzicht van Lisse", "De brug is weer open", "Waarschuwing voor Poelpolder")
	got := summaries(town.ForwardTo(day(town, 5, 14, 9, 0)))
	if len(got) != 2 {
		t.Fatalf("posted: %q", got)
	}
	group.Hears("De brug is weer open", "Waarschuwing voor Poelpolder")
	for _, text := range got {
		if strings.Contains(text, "Beheerders Lisse") == strings.Contains(text, "Alleen voor Meerzicht") {
			t.Errorf("a note of Meerzicht: %s", text)
		}
	}
	piet.SaysIn(group, "/note Uit de groep")
	piet.SaysIn(group, "/weekly post")
	group.Hears("Uit de groep")
}

func TestNoteForAllAreasIsToldOnceInTheirGroup(t *testing.T) {
	town, _, group := lisse(t)
	polders(town, "Poelpolder")
	omar := town.Person("omar").WithRole(storage.OpCo, "municipality Lisse")
	omar.Says("/note Tweemaal is te veel")
	omar.Hears("2 wijken")
	omar.Says("/weekly post")
	if n := strings.Count(town.Last(group.Title).Text, "Tweemaal"); n != 1 {
		t.Errorf("told %d times", n)
	}
	omar.Says("/unnote 1")
	omar.Hears("Weghalen lukt niet meer")
}

func TestNeighbourDoesNothingWithTheSummary(t *testing.T) {
	town, ria, group := lisse(t)
	town.AdminGroup("Hillegom")
	hans := town.Person("hans").WithRole(storage.Officer, "area Hillegom")
	ria.Says("/note Van Lisse")
	undo := town.Last("ria").Part.Choices[0].Data
	ria.Says("/weekly")
	for _, c := range town.Last("ria").Part.Choices {
		hans.Gives(messages.Inbound{Tapped: c.Data})
		hans.Hears("geen wijk van jou")
	}
	hans.Gives(messages.Inbound{Tapped: undo})
	hans.Hears("van iemand anders")
	hans.SaysIn(group, "/weekly post")
	group.Hears("geen wijk van jou")
	hans.SaysIn(group, "/note Van Hillegom")
	group.Hears("geen wijk van jou")
	hans.Says("/weekly Lisse")
	hans.Hears("geen wijk van jou")
	anna := town.Person("anna")
	anna.Says("/weekly")
	anna.Hears("is alleen voor politie of gemeente")
	anna.Gives(messages.Inbound{Tapped: "/summary post 1"})
	anna.Hears("is alleen voor politie of gemeente")
	if got := summaries(town.ForwardTo(day(town, 5, 14, 9, 0))); len(got) != 1 || !strings.Contains(got[0], "Van Lisse") {
		t.Errorf("on Monday: %q", got)
	}
}

func TestOldButtonsSkipNothingNew(t *testing.T) {
	town, ria, _ := lisse(t)
	ria.Says("/note Week een")
	town.ForwardTo(day(town, 5, 14, 9, 0))
	ria.Taps("3")
	ria.Hears("al voorbij")
	ria.Says("/note Week twee")
	if got := summaries(town.ForwardTo(day(town, 5, 21, 9, 0))); len(got) != 1 {
		t.Errorf("in week two: %q", got)
	}
}

func TestSkipOfSeveralAreas(t *testing.T) {
	town, _, _ := lisse(t)
	town.AdminGroup("Hillegom")
	town.AdminGroup("Leiden")
	omar := town.Person("omar").WithRole(storage.OpCo, "team Bollenstreek")
	omar.Says("/note Overal")
	omar.Says("/weekly skip")
	omar.Says("Voor al mijn wijken")
	omar.Hears("3 wijken")
	omar.Taps("Toch niet overslaan")
	omar.Hears("gaat gewoon door voor 3 wijken")
	omar.Says("/weekly skip Leiden")
	got := summaries(town.ForwardTo(day(town, 5, 14, 9, 0)))
	if len(got) != 2 || strings.Contains(strings.Join(got, ""), "Leiden") {
		t.Errorf("posted: %q", got)
	}
	if got := summaries(town.ForwardTo(day(town, 5, 21, 9, 0))); len(got) != 0 {
		t.Errorf("what was skipped came later: %q", got)
	}
}

func TestNoteThatIsNoLine(t *testing.T) {
	town, ria, group := lisse(t)
	ria.Says("/note\nEerste regel\n\n   tweede regel *niet vet*")
	ria.Says("/note x")
	ria.Hears("wel erg kort")
	ria.Says("/note " + strings.Repeat("lang ", 250))
	ria.Hears("te lang")
	ria.Says("/weekly post")
	group.Hears("• Eerste regel tweede regel *niet vet*\n")
	ria.Says("/unnote nix")
	ria.Hears("niet meer")
	town.Person("bob").Says("/unnote 1")
	town.Person("bob").Hears("alleen voor politie of gemeente")
}

func TestThousandNotesFromFiftyPeople(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	people := make([]*commandstest.Person, 50)
	for i := range people {
		people[i] = town.Person(fmt.Sprintf("agent%d", i)).WithRole(storage.Officer, "area Lisse")
	}
	for i := range 1000 {
		people[i%50].Says(fmt.Sprintf("/note Notitie nummer %d.", i))
	}
	seen := commandstest.Text(people[0].Says("/weekly"))
	for i := range 1000 {
		if n := strings.Count(seen, fmt.Sprintf("nummer %d.", i)); n != 1 {
			t.Errorf("note %d is in the preview %d times", i, n)
		}
	}
}

func TestTipOfTheSeasonChangesEachWeek(t *testing.T) {
	town, ria, group := lisse(t)
	before, seen := "", map[string]bool{}
	for range 53 {
		ria.Says("/note Er is iets")
		town.Forward(7 * 24 * time.Hour)
		_, tip, _ := strings.Cut(town.Last(group.Title).Text, "Tip van deze week\n")
		tip, _, _ = strings.Cut(tip, "\n")
		if tip == before || tip == "" {
			t.Errorf("on %s the tip is again %q", town.Now.Format(time.DateOnly), tip)
		}
		if dark := town.Now.Month() >= time.October || town.Now.Month() <= time.March; dark && strings.Contains(tip, "zwemmen") {
			t.Errorf("on %s: %q", town.Now.Format(time.DateOnly), tip)
		}
		before, seen[tip] = tip, true
	}
	if len(seen) != 11 {
		t.Errorf("%d different tips in a year", len(seen))
	}
}
