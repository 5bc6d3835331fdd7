package commands_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// passingTown is a town in which an alert stands in the admin group of Lisse.
func passingTown(t *testing.T) (town *commandstest.Town, group *commandstest.Group, ria *commandstest.Person) {
	t.Helper()
	town = commandstest.New(t)
	group = town.AdminGroup("Lisse")
	ria = town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Says(missing)
	group.Hears("Vermist", "[Doorgezet]", "[Tekst om door te sturen]")
	return town, group, ria
}

// progress is what the author's message shows now: the town leaves its changes out of what people hear.
func progress(t *testing.T, town *commandstest.Town, alert int64) (shown string) {
	t.Helper()
	town.Write(func(tx *storage.Tx) error {
		all, err := tx.ProgressBy(town.Now.Add(24 * time.Hour))
		for _, p := range all {
			if p.AlertID == alert {
				shown = p.Shown
			}
		}
		return err
	})
	return shown
}

// progressText is what the author's message about alert 1 was last changed to.
func progressText(t *testing.T, town *commandstest.Town) (text string) {
	t.Helper()
	town.Write(func(tx *storage.Tx) error {
		c, err := tx.FindChat(messages.Address{Platform: "telegram", Account: "1000", Chat: "100"})
		for edit := 1; err == nil; edit++ {
			d, missing := tx.DeliveryTo(c.ID, fmt.Sprintf("progress:1:%d", edit))
			if missing != nil {
				break
			}
			part, unreadable := tx.Text(*d.TextID)
			text, err = part.Body.String(), unreadable
		}
		return err
	})
	return text
}

func TestTheAuthorSeesTheReach(t *testing.T) {
	town, group, _ := passingTown(t)
	anna := town.Person("anna").WithGroup("Lisse")
	anna.WithGroup("Hillegom") // an admin of two groups counts both
	town.Forward(time.Minute)
	if shown := progress(t, town, 1); shown != "" {
		t.Errorf("the progress goes on: %s", shown)
	}
	for range 2 {
		anna.TapsIn(group, "Doorgezet")
	}
	if shown := progress(t, town, 1); !strings.HasSuffix(shown, "/0") {
		t.Errorf("before it is shown: %q", shown)
	}
	town.Forward(10 * time.Second)
	if shown := progress(t, town, 1); shown != "" {
		t.Errorf("the progress goes on: %s", shown)
	}
	if text := progressText(t, town); !strings.Contains(text, "bezorgd bij 1 van 1") || !strings.Contains(text, "met samen 150 leden") {
		t.Errorf("the author sees %q", text)
	}
	ria := town.Person("ria")
	ria.Says("/bereik 1")
	ria.Hears("150 leden")
}

func TestOnlyWhatAGroupGotIsPassedOnFromIt(t *testing.T) {
	town, _, ria := passingTown(t)
	other := town.AdminGroup("Hillegom")
	anna := town.Person("anna").WithGroup("Hillegom")
	anna.GivesIn(other, messages.Inbound{Tapped: "/passedon alert 1", TappedAt: "b99"})
	other.Hears("Melding 1", "niet")
	anna.Gives(messages.Inbound{Tapped: "/passtext alert 1", TappedAt: "b99"})
	anna.Hears("Melding 1", "niet")
	anna.GivesIn(other, messages.Inbound{Tapped: "/passedon alert x", TappedAt: "b99"})
	ria.Says("/bereik")
	ria.Hears("Nog niet doorgezet")
}

func TestACorrectedAlertKeepsItsButtons(t *testing.T) {
	town, group, ria := passingTown(t)
	anna := town.Person("anna").WithGroup("Lisse")
	anna.TapsIn(group, "Tekst om door te sturen")
	ria.Says("/verbeter 1")
	ria.Taps("4")
	ria.Says("rode jas en een step")
	ria.Taps("1")
	group.Hears("rode jas en een step", "[Doorgezet]")
	text := commandstest.Text(anna.GivesIn(group, messages.Inbound{Tapped: "/passtext alert 1", TappedAt: "b99"}))
	for _, want := range []string{"rode jas en een step", "Gewijzigd", "Geldig tot"} {
		if !strings.Contains(text, want) {
			t.Errorf("anna got %q, without %q", text, want)
		}
	}
}

// A group to which an alert was forwarded is reminded in its own time, and no group twice.
func TestAForwardedAlertIsRemindedOfInItsOwnTime(t *testing.T) {
	town, _, _ := passingTown(t)
	next := town.AdminGroup("Hillegom")
	hans := town.Person("hans").WithRole(storage.Officer, "area Hillegom")
	reminded := func(d time.Duration) (groups []string) {
		for _, h := range town.Forward(d) {
			if strings.Contains(h.Text, "Zet je deze melding door") {
				groups = append(groups, h.Chat)
			}
		}
		return groups
	}
	town.Forward(20 * time.Minute)
	hans.Says("/doorsturen 1")
	next.Hears("Vermist")
	if got := reminded(29 * time.Minute); len(got) != 0 {
		t.Errorf("reminded too early: %v", got)
	}
	if got := reminded(2 * time.Minute); len(got) != 2 {
		t.Errorf("reminded are %v", got)
	}
	if got := reminded(2 * time.Hour); len(got) != 0 {
		t.Errorf("reminded again: %v", got)
	}
}

// A text to forward is taken back with its alert, in every language.
func TestAWithdrawnAlertTakesItsTextsBack(t *testing.T) {
	town, group, ria := passingTown(t)
	bob := town.Person("bob")
	bob.Lang = "en"
	bob.Says("/start")
	given := bob.TapsIn(group, "Tekst om door te sturen")
	if text := commandstest.Text(given); !strings.Contains(text, "Missing in Lisse") || !strings.Contains(text, "Valid until") {
		t.Errorf("bob got %q", text)
	}
	choices := given[1].Part.Choices
	if len(choices) != 1 || !strings.HasPrefix(choices[0].Link, "https://wa.me/?text=") {
		t.Fatalf("the share link is %+v", choices)
	}
	shared, err := url.Parse(choices[0].Link)
	if err != nil || strings.ReplaceAll(shared.Query().Get("text"), "*", "") != given[0].Text || !strings.HasPrefix(shared.Query().Get("text"), "*Missing in Lisse*") {
		t.Errorf("what is shared is %q, %v", shared.Query().Get("text"), err)
	}
	ria.Says("/weghalen 1")
	taken := 0
	for _, h := range ria.Taps("1") {
		if h.Chat == "bob" && h.Action == messages.Withdraw {
			taken++
		}
	}
	if taken != 2 {
		t.Errorf("%d messages of bob's were taken back, want the text and its share link", taken)
	}
	if heard := town.Forward(3 * time.Hour); len(heard) != 0 {
		t.Errorf("withdrawn, and yet: %s", commandstest.Text(heard))
	}
}

func TestAChannelGetsNoButtons(t *testing.T) {
	town := commandstest.New(t)
	channel := town.PublicChannel("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Says("/melding preventie; Doe je lamp aan; overal; vanavond; ; ; 4; 1")
	channel.Hears("Doe je lamp aan")
	if c := town.Last(channel.Title).Part.Choices; len(c) != 0 {
		t.Errorf("the channel has %v", c)
	}
}

func TestAnUnnamedAdministratorIsAskedWhoPassedItOn(t *testing.T) {
	town, group, _ := passingTown(t)
	anna := town.Person("anna").WithGroup("Lisse")
	alert := town.Last(group.Title)
	anna.GivesIn(group, messages.Inbound{Text: "doorgezet", ReplyTo: alert.ID, From: messages.Sender{Anonymous: true, ChatAdmin: true}})
	anna.TapsIn(group, "me:/passedon alert 1")
	anna.Hears("Dank je wel voor het doorzetten", "75")
}

// What is not urgent is not asked after.
func TestOnlyUrgentAlertsAreRemindedOf(t *testing.T) {
	town := commandstest.New(t)
	group := town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Says("/melding getuigen; Fiets gestolen; Heereweg; gisteren; ; ; 1; 1")
	group.Hears("Fiets gestolen")
	for _, h := range town.Forward(5 * time.Hour) {
		if h.Group {
			t.Errorf("the group hears %s", h.Text)
		}
	}
}

// A tip leaves nothing but a count: not the text, and not who gave it.
func TestATipLeavesOnlyACount(t *testing.T) {
	town, group, _ := passingTown(t)
	alert := town.Last(group.Title)
	kees := town.Person("kees")
	kees.GivesIn(group, messages.Inbound{Text: "ik zie hem lopen bij de brug", ReplyTo: alert.ID})
	group.Hears("112", "0900-8844")
	if heard := kees.GivesIn(group, messages.Inbound{Text: "hij loopt nu bij de kerk", ReplyTo: alert.ID}); len(heard) != 0 {
		t.Errorf("a second tip hears %s", commandstest.Text(heard))
	}
	if heard := kees.GivesIn(group, messages.Inbound{Text: "fijn!", ReplyTo: alert.ID}); len(heard) != 0 {
		t.Errorf("small talk hears %s", commandstest.Text(heard))
	}
	town.Write(func(tx *storage.Tx) error {
		c, err := tx.FindChat(messages.Address{Platform: "telegram", Account: "1000", Chat: "-100"})
		if err != nil {
			return err
		}
		if _, err := tx.FindPerson(c.AccountID, "101"); err == nil {
			t.Error("who gave a tip is kept")
		}
		n, err := tx.TipsOf(1)
		if n != 1 {
			t.Errorf("%d tips are counted", n)
		}
		return err
	})
}
