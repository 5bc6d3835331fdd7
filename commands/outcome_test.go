package commands_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands"
	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// police is a town with an officer, a portfolio holder and an admin group.
func police(t *testing.T) (town *commandstest.Town, ria, petra *commandstest.Person, group *commandstest.Group) {
	t.Helper()
	town = commandstest.New(t)
	group = town.AdminGroup("Lisse")
	return town, town.Person("ria").WithRole(storage.Officer, "area Lisse"), town.Person("petra").WithRole(storage.Portfolio, "team Bollenstreek"), group
}

// inGroup are what a chat heard, as one text.
func inGroup(heard []commandstest.Heard, group *commandstest.Group) string {
	var out []commandstest.Heard
	for _, h := range heard {
		if h.Chat == group.Title {
			out = append(out, h)
		}
	}
	return commandstest.Text(out)
}

// Officers know the numbers of the outcomes by heart: what existed keeps its own.
func TestOutcomesKeepTheirNumbers(t *testing.T) {
	_, ria, _, _ := police(t)
	for i, c := range []struct{ alert, labels string }{
		{missing, "1. Veilig gevonden] [2. Gevonden] [3. Niet gevonden"},
		{"/alert witnesses; Inbraak; Heereweg; gisteren; ; ; 1; 1", "1. Verdachte aangehouden] [2. Bruikbare tips gekregen] [3. Niets gevonden] [4. Voor een deel opgelost] [5. Overgedragen"},
		{warning, "1. Verdachte aangehouden] [2. Het is voorbij] [3. Niets gevonden] [4. Voor een deel opgelost"},
		{"/alert confused; Man in ochtendjas; Heereweg; nu; ; ; 1; 1", "1. Veilig gevonden] [2. Overgedragen aan hulpverleners] [3. Niet gevonden"},
		{"/alert suspect; Man met rode jas; Heereweg; nu; rode jas; ; 1; 1", "1. Verdachte aangehouden] [2. Niet gevonden] [3. Niet meer nodig"},
		{"/alert vehicle; Witte bestelbus; Heereweg; nu; wit; ; 1; 1", "1. Voertuig gevonden] [2. Verdachte aangehouden] [3. Niet gevonden] [4. Niet meer nodig"},
	} {
		ria.Says(c.alert)
		text := commandstest.Text(ria.Says(fmt.Sprintf("/feedback %d", i+1)))
		last := "Iets anders, in mijn eigen woorden] "
		if !strings.Contains(text, "["+c.labels) || !strings.Contains(text, last) || strings.Index(text, last) > strings.Index(text, "Tussenbericht") ||
			!strings.HasSuffix(strings.TrimSpace(text), "Nog open tot een datum]") {
			t.Errorf("%s can end as:\n%s", c.alert, text)
		}
		ria.Says("stop")
	}
}

func TestCorrectionAfterTheEditWindow(t *testing.T) {
	town, ria, _, group := police(t)
	cfg := town.Engine.Config
	cfg.Limits = func(string) messages.Limits {
		return messages.Limits{Text: 4096, Caption: 1024, Buttons: true, EditWindow: 15 * time.Minute}
	}
	town.Engine = commands.New(cfg)
	ria.Says(missing)
	ria.Says("/feedback 1; 1; 1")
	wrong := town.Last(group.Title).ID
	town.Person("anna").TapsIn(group, "Doorgezet")
	town.Forward(time.Hour)
	ria.Says("/feedback 1; 1; 2; 1")
	group.Hears("Verbeterd", "Meer kunnen we hier niet over zeggen", "Eerder schreven we: “Goed nieuws: de persoon is veilig gevonden.", "melding 1", "Jongen van 6 vermist")
	said := town.Last(group.Title)
	if said.Action != messages.Send || said.ReplyTo != wrong {
		t.Errorf("the correction is %s and answers %q, want a new message that answers %q", said.Action, said.ReplyTo, wrong)
	}
	town.Forward(5 * time.Minute)
	edited, noticed := false, false
	for _, h := range ria.Says("/feedback 1; 1; 3; 1") { // the correction was wrong too, and can still be edited
		edited = edited || h.Action == messages.Edit && h.ReplyTo == said.ID && strings.Contains(h.Text, "nog niet gevonden")
		noticed = noticed || h.Action == messages.Send && h.ReplyTo == said.ID && strings.Contains(h.Text, "klopte niet en is verbeterd")
	}
	if !edited || !noticed {
		t.Errorf("the correction is edited: %v, and who passed it on hears of it: %v", edited, noticed)
	}
}

func TestOutcomeCorrectedBeforeTheMorning(t *testing.T) {
	town, ria, _, group := police(t)
	ria.Says(strings.Replace(warning, "; now;", "; vandaag;", 1))
	town.ForwardTo(time.Date(2018, 5, 7, 23, 0, 0, 0, town.Now.Location()))
	ria.Says("/feedback 1; 8; We kijken morgen verder; 1")
	ria.Says("/feedback 1; 2; 1")
	ria.Says("/feedback 1; 1; 1; 1")
	ria.Says("/feedback 1; 1; 3; 1")
	if heard := inGroup(town.Forward(7*time.Hour), group); heard != "" {
		t.Errorf("at night: %s", heard)
	}
	heard := inGroup(town.Forward(time.Hour), group)
	if !strings.Contains(heard, "niets gevonden") || strings.Contains(heard, "Tussenbericht") || strings.Count(heard, "hoe het afliep") != 1 {
		t.Errorf("in the morning: %s", heard)
	}
}

func TestOpenAgainBeforeAnybodyHeardTheOutcome(t *testing.T) {
	town, ria, _, group := police(t)
	ria.Says(strings.Replace(warning, "; now;", "; vandaag;", 1))
	town.ForwardTo(time.Date(2018, 5, 7, 23, 0, 0, 0, town.Now.Location()))
	ria.Says("/feedback 1; 2; 1")
	if text := commandstest.Text(ria.Says("/feedback 1; 2; ; 1")); !strings.Contains(text, "nog niet gehoord") {
		t.Errorf("the officer hears: %s", text)
	}
	if heard := inGroup(town.Forward(9*time.Hour), group); heard != "" {
		t.Errorf("in the morning: %s", heard)
	}
	ria.Says("/feedback 1; 2; 1")
	group.Hears("Hoe het afliep", "voorbij")
}

func TestOpenAgainIsRemindedOfAndEscalatedAnew(t *testing.T) {
	town, ria, petra, group := police(t)
	ria.Says(missing)
	town.Forward(77 * time.Hour) // reminded, and escalated
	petra.Hears("niet verteld hoe het afliep")
	ria.Says("/feedback 1; 1; 1")
	town.Person("anna").TapsIn(group, "Doorgezet")
	town.Forward(20 * time.Hour)
	petra.Says("/feedback 1; 2; ; 1")
	ria.Hears("Een collega heeft melding 1 weer geopend")
	group.Hears("Toch nog niet voorbij", "melding 1", "Jongen van 6 vermist", "Iets gezien of gehoord? Bel 112")
	heard := map[string]int{}
	for _, h := range town.Forward(80 * time.Hour) {
		if strings.Contains(h.Text, "wacht nog op terugkoppeling") || strings.Contains(h.Text, "niet verteld hoe het afliep") {
			heard[h.Chat]++
		}
	}
	if heard["ria"] != 4 || heard["petra"] != 1 {
		t.Errorf("the second time ria was reminded %d times, and petra %d", heard["ria"], heard["petra"])
	}
	petra.Hears("niet verteld hoe het afliep", "4 keer herinnerd")
}

func TestNeighbourTellsNothingOfAnEndedAlert(t *testing.T) {
	town, ria, _, _ := police(t)
	hans := town.Person("hans").WithRole(storage.Officer, "area Hillegom")
	ria.Says(warning)
	for _, say := range []string{"/feedback 1; 8; We weten meer; 1", "/openuntil 1"} {
		if text := commandstest.Text(hans.Says(say)); !strings.Contains(text, "hoort niet bij jouw wijk") {
			t.Errorf("%s: %s", say, text)
		}
	}
	ria.Says("/feedback 1; 2; 1")
	for _, say := range []string{"/feedback 1; 1; 3; 1", "/feedback 1; 2; ; 1"} {
		if text := commandstest.Text(hans.Says(say)); !strings.Contains(text, "hoort niet bij jouw wijk") {
			t.Errorf("%s: %s", say, text)
		}
	}
	if text := commandstest.Text(ria.Says("/openuntil 1")); !strings.Contains(text, "al verteld") {
		t.Errorf("of an ended alert: %s", text)
	}
}

func TestTwoOfficersTellAtOnce(t *testing.T) {
	town, ria, petra, group := police(t)
	ria.Says(warning)
	ria.Says("/feedback 1; 8; We weten meer")
	petra.Says("/feedback 1; 2; 1")
	if text := commandstest.Text(ria.Says("1")); !strings.Contains(text, "al verteld") {
		t.Errorf("the second officer hears: %s", text)
	}
	if last := town.Last(group.Title); !strings.Contains(last.Text, "Hoe het afliep") {
		t.Errorf("the group heard: %s", last.Text)
	}
}

func TestKeptInAnInterimUpdate(t *testing.T) {
	_, ria, petra, group := police(t)
	ria.Says(missing)
	for _, say := range []string{"/feedback 1", "7", "Bel zijn moeder op 06-12345678", "2", "Zij vraagt daar zelf om", "1"} {
		ria.Says(say)
	}
	group.Hears("Tussenbericht", "06-12345678")
	petra.Hears("In een bericht over melding 1", "06-12345678", "Zij vraagt daar zelf om")
}

func TestWithdrawnWithWhatWasTold(t *testing.T) {
	town, ria, _, group := police(t)
	ria.Says(missing)
	ria.Says("/feedback 1; 7; We zoeken nog; 1")
	interim := town.Last(group.Title).ID
	gone := false
	for _, h := range ria.Says("/withdraw yes 1") {
		gone = gone || h.Action == messages.Withdraw && h.ReplyTo == interim
	}
	if !gone {
		t.Error("the interim update still stands")
	}
}

// What was told in one summary and isn't so any more is told in the next.
func TestWeeklyTellsWhatChanged(t *testing.T) {
	town, ria, _, group := police(t)
	ria.Says(missing)
	ria.Says(warning)
	ria.Says("/feedback 1; 1; 1")
	ria.Says("/feedback 2; 2; 1")
	week := func() string {
		t.Helper()
		for _, h := range town.Forward(7 * 24 * time.Hour) {
			if h.Chat == group.Title && strings.Contains(h.Text, "Weekoverzicht") {
				return h.Text
			}
		}
		t.Fatal("no summary")
		return ""
	}
	if text := week(); !strings.Contains(text, "veilig gevonden") || !strings.Contains(text, "voorbij") {
		t.Errorf("the first summary: %s", text)
	}
	ria.Says("/feedback 1; 2; ; 1")
	ria.Says("/feedback 2; 1; 1; 1")
	text := week()
	if !strings.Contains(text, "en nog open\n• Melding 1") || !strings.Contains(text, "weer open") || strings.Contains(text, "veilig gevonden") ||
		!strings.Contains(text, "en nu afgelopen\n• Melding 2") || !strings.Contains(text, "verdachte aangehouden") {
		t.Errorf("the second summary: %s", text)
	}
	ria.Says("/feedback 1; 7; We vonden zijn fiets; 1")
	if text := week(); !strings.Contains(text, "We vonden zijn fiets") {
		t.Errorf("the third summary: %s", text)
	}
}

// Until when an alert stays open is typed as people do; nobody is reminded at night.
func TestOpenUntilAsPeopleTypeIt(t *testing.T) {
	town, ria, petra, _ := police(t)
	ria.Says(warning)
	for typed, want := range map[string]string{
		"12 mei": "tot zaterdag 12 mei.", "May 12": "tot zaterdag 12 mei.", "12 mei 15:00": "tot 12 mei 15:00.", "12-5": "tot zaterdag 12 mei.",
		"vrijdag": "tot vrijdag 11 mei.", "over 3 dagen": "tot 10 mei 12:00.", "12 mei 23:30": "tot 13 mei 07:00.",
		"1 januari": "te ver vooruit", "10:00 vandaag": "al voorbij", "binnenkort": "begrijp ik niet",
	} {
		text := commandstest.Text(ria.Says("/feedback 1; 9; " + typed + "; 1"))
		if !strings.Contains(text, want) {
			t.Errorf("%q: %s", typed, text)
		}
		ria.Says("stop")
	}
	ria.Says("/feedback 1; 9; 12 mei; 1")
	if heard := town.ForwardTo(time.Date(2018, 5, 12, 8, 59, 0, 0, town.Now.Location())); strings.Contains(commandstest.Text(heard), "terugkoppeling. Hoe") {
		t.Errorf("before that day: %s", commandstest.Text(heard))
	}
	town.Forward(time.Minute)
	ria.Hears("wacht nog op terugkoppeling")
	town.ForwardTo(time.Date(2018, 5, 15, 8, 59, 0, 0, town.Now.Location()))
	if last := commandstest.Text(petra.Says("/pending")); !strings.Contains(last, "Melding 1") {
		t.Errorf("petra sees: %s", last)
	}
	town.Forward(time.Minute) // three days after it, not after the alert
	petra.Hears("niet verteld hoe het afliep")
}

// Who gets an alert of next door late hears how it ended as well, and each correction of that.
func TestForwardedWithItsOutcome(t *testing.T) {
	town, ria, _, group := police(t)
	hillegom := town.AdminGroup("Hillegom")
	hans := town.Person("hans").WithRole(storage.Officer, "area Hillegom")
	ria.Says(missing)
	ria.Says("/feedback 1; 1; 1")
	ria.Says("/feedback 1; 1; 2; 1")
	before := town.Last(group.Title).ID
	if text := commandstest.Text(hans.Says("/forward 1")); !strings.Contains(text, "gaat ook mee") {
		t.Errorf("hans hears: %s", text)
	}
	hillegom.Hears("Verbeterd – hoe het afliep", "Meer kunnen we hier niet over zeggen")
	outcome := town.Last(hillegom.Title)
	if outcome.ReplyTo == "" || town.Last(group.Title).ID != before {
		t.Errorf("in Hillegom: %+v, in Lisse again: %s", outcome, town.Last(group.Title).Text)
	}
	ria.Says("/feedback 1; 1; 3; 1")
	if got := town.Last(hillegom.Title); got.Action != messages.Edit || got.ReplyTo != outcome.ID {
		t.Errorf("the next correction comes as %+v", got)
	}
}

// Admins hear how an old alert stands as long as something happens to it.
func TestAdminsAskAfterAnOldAlert(t *testing.T) {
	town, ria, _, group := police(t)
	anna := town.Person("anna").WithGroup("Lisse")
	ria.Says(missing)
	ria.Says("/feedback 1; 1; 1")
	town.Forward(30 * 24 * time.Hour)
	anna.SaysIn(group, "/feedback 1")
	group.Hears("niet geweest, of al langer dan twee weken geleden")
	ria.Says("/feedback 1; 2; Er is een nieuwe tip; 1")
	anna.SaysIn(group, "/feedback 1")
	group.Hears("weer open")
	anna.Says("/feedback")
	anna.Hears("Melding 1", "weer open")
	town.Forward(20 * 24 * time.Hour)
	ria.Says("/feedback 1; 2; 1")
	anna.SaysIn(group, "/feedback")
	group.Hears("Melding 1", "Meer kunnen we hier niet over zeggen")
}
