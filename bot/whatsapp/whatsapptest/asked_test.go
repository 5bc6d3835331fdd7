package whatsapptest_test

import (
	"errors"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
)

func TestClientsKeepTheConnectionAlive(t *testing.T) {
	server := whatsapptest.New(t)
	anna := server.Person("Anna", annasNumber)
	//nolint:staticcheck // a client does it by itself only after 20 s
	if ok, _ := anna.Client().DangerousInternals().SendKeepAlive(within(t)); !ok {
		t.Error("the server didn't answer")
	}
	if err := anna.Client().SetPassive(within(t), true); err != nil {
		t.Error(err)
	}
	if err := anna.Client().SetPassive(within(t), false); err != nil {
		t.Error(err)
	}
}

func TestClientsAskAndSetTheirProfile(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bert := server.Person("Anna", annasNumber), server.Person("Bert", bertsNumber)
	ctx, client := within(t), anna.Client()
	if _, err := client.GetProfilePictureInfo(ctx, bert.PN(), nil); !errors.Is(err, whatsmeow.ErrProfilePictureNotSet) {
		t.Errorf("Bert's picture gives %v", err)
	}
	group := server.Group("Beheerders Lisse", anna, bert)
	if id, err := client.SetGroupPhoto(ctx, group, []byte("\xff\xd8\xff")); err != nil || id == "" {
		t.Errorf("the group's picture is %q, %v", id, err)
	}
	set, err := client.SetPrivacySetting(ctx, types.PrivacySettingTypeGroupAdd, types.PrivacySettingContacts)
	if err != nil || set.GroupAdd != types.PrivacySettingContacts {
		t.Errorf("privacy is %+v, %v", set, err)
	}
	if again, err := client.TryFetchPrivacySettings(ctx, true); err != nil || again.GroupAdd != types.PrivacySettingContacts {
		t.Errorf("privacy is %+v, %v", again, err)
	}
	if err := client.SetDefaultDisappearingTimer(ctx, whatsmeow.DisappearingTimer7Days); err != nil {
		t.Error(err)
	}
	writing := listen[*events.ChatPresence](bert)
	if err := client.SendChatPresence(ctx, group, types.ChatPresenceComposing, types.ChatPresenceMediaText); err != nil {
		t.Error(err)
	}
	if w := next(t, writing); w.Chat != group || w.Sender != anna.PN() {
		t.Errorf("Bert sees %+v", w)
	}
}

func TestInvitesAreRenewedAndRefused(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bert, carla := server.Person("Anna", annasNumber), server.Person("Bert", bertsNumber), server.Person("Carla", carlasNumber)
	group := server.Group("Beheerders Lisse", anna, bert, whatsapptest.Disappearing(24*time.Hour))
	ctx := within(t)
	old, err := anna.Client().GetGroupInviteLink(ctx, group, false)
	if err != nil {
		t.Fatal(err)
	}
	info, err := carla.Client().GetGroupInfoFromLink(ctx, old)
	if err != nil || info.Name != "Beheerders Lisse" || info.DisappearingTimer != 86400 {
		t.Errorf("the invite shows %+v, %v", info, err)
	}
	if renewed, err := anna.Client().GetGroupInviteLink(ctx, group, true); err != nil || renewed == old {
		t.Errorf("renewed as %s, %v", renewed, err)
	}
	if _, err := carla.Client().JoinGroupWithLink(ctx, old); !errors.Is(err, whatsmeow.ErrInviteLinkInvalid) {
		t.Errorf("the old invite gives %v", err)
	}
	if _, err := bert.Client().GetGroupInviteLink(ctx, group, false); !errors.Is(err, whatsmeow.ErrNotInGroup) {
		t.Errorf("who isn't admin gets %v", err)
	}
	if _, err := carla.Client().GetGroupInfo(ctx, group); !errors.Is(err, whatsmeow.ErrNotInGroup) {
		t.Errorf("who isn't in the group gets %v", err)
	}
	if _, err := carla.Client().GetGroupInfo(ctx, types.NewJID("1", types.GroupServer)); !errors.Is(err, whatsmeow.ErrGroupNotFound) {
		t.Errorf("a group that isn't there gives %v", err)
	}
	changes := listen[*events.GroupInfo](bert)
	server.Promote(group, bertsNumber)
	next(t, changes)
	server.Demote(group, bertsNumber)
	if e := next(t, changes); len(e.Demote) != 1 || e.Demote[0] != bert.PN() {
		t.Errorf("Bert is told %+v", e)
	}
}

func TestWhoFollowsSeesWhatPhonesShow(t *testing.T) {
	server := whatsapptest.New(t)
	anna, bert := server.Person("Anna", annasNumber), server.Person("Bert", bertsNumber)
	sights := server.Follow(within(t))
	id := anna.Says(bert.PN(), "eerst")
	bert.Hears(t, anna.PN(), "eerst")
	anna.Edits(bert.PN(), id, "beter")
	bert.Hears(t, anna.PN(), "beter")
	if !server.Settle(time.Millisecond, 10*time.Second) {
		t.Error("it doesn't settle")
	}
	var seen []whatsapptest.Sight
	for s := range sights {
		if seen = append(seen, s); len(seen) == 2 {
			break
		}
	}
	if seen[0].Message.Text != "eerst" || seen[0].Changed || seen[1].Message.Text != "beter" || !seen[1].Changed || seen[1].Phone.Name() != "Bert" {
		t.Errorf("seen: %+v", seen)
	}
}
