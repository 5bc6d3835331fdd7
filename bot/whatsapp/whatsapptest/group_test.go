package whatsapptest_test

import (
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
)

const carlasNumber = "31611111111"

// modes are the two ways in which groups address their members.
func modes(t *testing.T, test func(*testing.T, func(*whatsapptest.Phone) types.JID, ...whatsapptest.GroupPart)) {
	t.Helper()
	t.Run("pn", func(t *testing.T) { test(t, (*whatsapptest.Phone).PN) })
	t.Run("lid", func(t *testing.T) { test(t, (*whatsapptest.Phone).LID, whatsapptest.Hidden()) })
}

func TestAGroupTalks(t *testing.T) {
	modes(t, func(t *testing.T, as func(*whatsapptest.Phone) types.JID, parts ...whatsapptest.GroupPart) {
		server := whatsapptest.New(t)
		anna, bert := server.Person("Anna", annasNumber), server.Person("Bert", bertsNumber)
		carla := server.Person("Carla", carlasNumber)
		group := server.Group("Beheerders Lisse", append(parts, anna, bert, carla)...)
		anna.Says(group, "Hallo allemaal")
		for _, p := range []*whatsapptest.Phone{bert, carla} {
			if m := p.Hears(t, group, "Hallo"); m.From != as(anna) || m.Name != "Anna" {
				t.Errorf("heard %+v", m)
			}
		}
		bert.Says(group, "Dag Anna")
		anna.Hears(t, group, "Dag")
		carla.Hears(t, group, "Dag")
		anna.Says(group, "Nog iets")
		bert.Hears(t, group, "Nog iets")
		bert.Says(anna.PN(), "even tussendoor")
		anna.Hears(t, bert.LID(), "tussendoor")
		for _, n := range []string{annasNumber, bertsNumber, carlasNumber} {
			server.Confirmed(t, n)
		}
		if len(anna.Heard(group)) != 1 || len(carla.Heard(group)) != 3 {
			t.Errorf("Anna heard %d, Carla %d", len(anna.Heard(group)), len(carla.Heard(group)))
		}
	})
}

func TestMembersComeAndGo(t *testing.T) {
	modes(t, func(t *testing.T, as func(*whatsapptest.Phone) types.JID, parts ...whatsapptest.GroupPart) {
		server := whatsapptest.New(t)
		anna, bert := server.Person("Anna", annasNumber), server.Person("Bert", bertsNumber)
		carla := server.Person("Carla", carlasNumber)
		created := listen[*events.JoinedGroup](bert)
		changes, joined := listen[*events.GroupInfo](bert), listen[*events.JoinedGroup](carla)
		group := server.Group("Beheerders Lisse", append(parts, anna, bert)...)
		if e := next(t, created); e.JID != group || e.Type != "new" || len(e.Participants) != 2 || *e.Sender != as(anna) {
			t.Errorf("Bert is told %+v", e)
		}
		bert.Says(group, "wij tweeën")
		anna.Hears(t, group, "tweeën")
		server.Add(group, carlasNumber)
		if e := next(t, joined); e.JID != group || e.Name != "Beheerders Lisse" || len(e.Participants) != 3 {
			t.Errorf("Carla is told %+v", e)
		}
		if e := next(t, changes); len(e.Join) != 1 || e.Join[0] != as(carla) || *e.Sender != as(anna) {
			t.Errorf("Bert is told %+v", e)
		}
		bert.Says(group, "Welkom Carla")
		carla.Hears(t, group, "Welkom")
		server.SetSubject(group, "Beheerders Hillegom")
		if e := next(t, changes); e.Name == nil || e.Name.Name != "Beheerders Hillegom" {
			t.Errorf("Bert is told %+v", e)
		}
		server.Promote(group, bertsNumber)
		if e := next(t, changes); len(e.Promote) != 1 || e.Promote[0] != as(bert) {
			t.Errorf("Bert is told %+v", e)
		}
		server.SetDisappearing(group, 24*time.Hour)
		if e := next(t, changes); e.Ephemeral == nil || e.Ephemeral.DisappearingTimer != 86400 {
			t.Errorf("Bert is told %+v", e)
		}
		server.Remove(group, carlasNumber)
		if e := next(t, changes); len(e.Leave) != 1 || e.Leave[0] != as(carla) {
			t.Errorf("Bert is told %+v", e)
		}
		if _, err := carla.Client().SendMessage(within(t), group, text("mag ik nog?")); err == nil {
			t.Error("Carla can write though she isn't in the group")
		}
		if err := bert.Client().LeaveGroup(within(t), group); err != nil {
			t.Error(err)
		}
		if m := server.Members(group); len(m) != 1 || m[0] != annasNumber {
			t.Errorf("left are %v", m)
		}
	})
}

func TestOnlyAdminsWriteInAnAnnouncementGroup(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bert := server.Person("Anna", annasNumber), server.Person("Bert", bertsNumber)
	group := server.Group("Mededelingen", anna, bert, whatsapptest.Announce())
	anna.Says(group, "Let op")
	bert.Hears(t, group, "Let op")
	if _, err := bert.Client().SendMessage(within(t), group, text("wat?")); err == nil {
		t.Error("Bert can write")
	}
	changes := listen[*events.GroupInfo](bert)
	server.SetAnnounce(group, false)
	if e := next(t, changes); e.Announce == nil || e.Announce.IsAnnounce {
		t.Errorf("Bert is told %+v", e)
	}
	bert.Says(group, "nu wel")
	anna.Hears(t, group, "nu wel")
}

func TestClientsRunGroups(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bert := server.Person("Anna", annasNumber), server.Person("Bert", bertsNumber)
	ctx, client := within(t), anna.Client()
	info, err := client.CreateGroup(ctx, whatsmeow.ReqCreateGroup{Name: "Straat", Participants: []types.JID{bert.PN()}})
	if err != nil || len(info.Participants) != 2 || info.AddressingMode != types.AddressingModeLID {
		t.Fatalf("created %+v, %v", info, err)
	}
	for what, err := range map[string]error{
		"name":      client.SetGroupName(ctx, info.JID, "De straat"),
		"topic":     client.SetGroupTopic(ctx, info.JID, "", "", "Alleen buren"),
		"locked":    client.SetGroupLocked(ctx, info.JID, true),
		"announce":  client.SetGroupAnnounce(ctx, info.JID, true),
		"ephemeral": client.SetDisappearingTimer(ctx, info.JID, whatsmeow.DisappearingTimer7Days, time.Time{}),
	} {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	got, err := bert.Client().GetGroupInfo(ctx, info.JID)
	if err != nil || got.Name != "De straat" || got.Topic != "Alleen buren" || !got.IsLocked || !got.IsAnnounce || got.DisappearingTimer != 604800 {
		t.Errorf("Bert sees %+v, %v", got, err)
	}
	if groups, err := bert.Client().GetJoinedGroups(ctx); err != nil || len(groups) != 1 {
		t.Errorf("Bert is in %v, %v", groups, err)
	}
	if err := bert.Client().SetGroupName(ctx, info.JID, "Mijn straat"); err == nil {
		t.Error("Bert can rename a locked group")
	}
	carla := server.Person("Carla", carlasNumber)
	link, err := client.GetGroupInviteLink(ctx, info.JID, false)
	if err != nil {
		t.Fatal(err)
	}
	if jid, err := carla.Client().JoinGroupWithLink(ctx, link); err != nil || jid != info.JID {
		t.Errorf("Carla joined %s, %v", jid, err)
	}
	if _, err := client.UpdateGroupParticipants(ctx, info.JID, []types.JID{bert.LID()}, whatsmeow.ParticipantChangeRemove); err != nil {
		t.Error(err)
	}
	if m := server.Members(info.JID); len(m) != 2 || m[1] != carlasNumber {
		t.Errorf("members %v", m)
	}
}

func TestACrowdIsEncryptedFor(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bert := server.Person("Anna", annasNumber), server.Person("Bert", bertsNumber)
	group := server.Group("Heel Lisse", anna, bert, whatsapptest.Crowd(40), whatsapptest.Hidden())
	anna.Says(group, "Hallo allen")
	bert.Hears(t, group, "allen")
	if n := len(server.Members(group)); n != 42 {
		t.Errorf("%d members, want 42", n)
	}
}
