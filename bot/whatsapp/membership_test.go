package whatsapp_test

import (
	"errors"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
	"github.com/buurtbode/buurtbode/messages"
)

// In many groups every member may add somebody, and is no administrator for that.
func TestWhoAddsTheBotNeedNotBeAnAdministrator(t *testing.T) {
	r := newRig(t).start()
	anna, bert := r.server.Person("Anna", annasNumber), r.server.Person("Bert", bertsNumber)
	group := r.server.Group("Beheerders", anna, bert)
	if _, err := bert.Client().UpdateGroupParticipants(t.Context(), group, []types.JID{r.server.PN(botsNumber)}, whatsmeow.ParticipantChangeAdd); err != nil {
		t.Fatal(err)
	}
	in := r.hears("being added", func(in messages.Inbound) bool { return in.Event == messages.Added })
	if in.From.ID != bert.LID().String() || in.From.ChatAdmin {
		t.Errorf("Bert is %+v", in.From)
	}
}

// A group that the bot is no member of any more is gone: nothing more is sent there.
func TestAGroupThatTheBotIsNotInIsGone(t *testing.T) {
	r, _, _, group := inGroup(t)
	r.server.Remove(jid(t, group), botsNumber)
	r.hears("being removed", func(in messages.Inbound) bool { return in.Event == messages.Removed })
	var refused *messages.SendError
	if _, err := r.trySend(with(group, 1, "Vermist")); !errors.As(err, &refused) || !refused.Gone || refused.Retry {
		t.Errorf("it gives %+v", err)
	}
}

// The bot is added again after it was removed: that is news, also in the same minute.
func TestBeingAddedAgainIsNews(t *testing.T) {
	r, _, _, group := inGroup(t)
	chat := jid(t, group)
	r.server.Remove(chat, botsNumber)
	r.server.Add(chat, botsNumber)
	r.hears("being added again", func(messages.Inbound) bool {
		ids := map[string]bool{}
		for _, in := range r.got {
			if in.Event == messages.Added {
				ids[in.ID] = true
			}
		}
		return len(ids) > 1
	})
}

// Who switches disappearing messages on in private is heard at once, without saying anything more.
func TestATimerThatIsSwitchedOn(t *testing.T) {
	r := newRig(t).start()
	anna := r.server.Person("Anna", annasNumber)
	bot := r.server.PN(botsNumber)
	anna.Says(bot, "/start")
	r.hearsText("/start")
	anna.Sends(bot, &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
		Type: waE2E.ProtocolMessage_EPHEMERAL_SETTING.Enum(), EphemeralExpiration: proto.Uint32(86400),
	}})
	anna.SendsPlace(bot, 52.26, 4.55)
	r.hears("a place", func(in messages.Inbound) bool { return in.Place != nil })
	r.send(to(anna.LID(), messages.Direct, key(1), "Welkom"))
	if m := anna.Hears(t, bot, "Welkom"); m.Expires != 24*time.Hour || m.Kind != whatsapptest.Text {
		t.Errorf("the answer stays %v", m.Expires)
	}
}

// Who is quoted goes by the address that people have in that group.
func TestTheBotQuotesItselfAsTheGroupKnowsIt(t *testing.T) {
	for name, parts := range map[string][]whatsapptest.GroupPart{"pn": nil, "lid": {whatsapptest.Hidden()}} {
		t.Run(name, func(t *testing.T) {
			r, anna, _, group := inGroup(t, parts...)
			alert := r.send(with(group, 1, "Vermist"))
			answer := with(group, 2, "Gevonden")
			answer.ReplyTo = alert.ID
			r.send(answer)
			m := anna.Hears(t, jid(t, group), "Gevonden")
			if by := m.Raw.GetExtendedTextMessage().GetContextInfo().GetParticipant(); by != m.From.String() {
				t.Errorf("it quotes %q, and goes by %q", by, m.From)
			}
		})
	}
}

// A text can be changed into another, and not into a poll.
func TestAChangeIsNoPoll(t *testing.T) {
	r := newRig(t).start()
	anna := r.server.Person("Anna", annasNumber)
	bot := r.server.PN(botsNumber)
	anna.Says(bot, "/start")
	r.hearsText("/start")
	first := r.send(to(anna.LID(), messages.Direct, key(1), "Even geduld"))
	edit := to(anna.LID(), messages.Direct, key(2), "Klopt het?")
	edit.Action, edit.Target = messages.Edit, first.ID
	edit.Choices = []messages.Choice{{Number: 1, Label: "Ja", Data: "y"}, {Number: 2, Label: "Nee", Data: "n"}}
	r.send(edit)
	m := anna.HearsWhere(t, bot, "the change", func(m whatsapptest.Message) bool { return m.ID == first.ID && m.Edited })
	if m.Text != "Klopt het?\n\n1. Ja\n2. Nee" {
		t.Errorf("it reads %q", m.Text)
	}
}
