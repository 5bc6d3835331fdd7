package whatsapp_test

import (
	"testing"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
	"github.com/buurtbode/buurtbode/messages"
)

// asking is a private chat in which the bot asked something with two choices.
func asking(t *testing.T) (r *rig, anna *whatsapptest.Phone, poll types.MessageInfo) {
	t.Helper()
	r = newRig(t).start()
	anna = r.server.Person("Anna", annasNumber)
	bot := r.server.PN(botsNumber)
	anna.Says(bot, "/meld")
	r.hearsText("/meld")
	question := to(anna.LID(), messages.Direct, key(2), "Klopt het?")
	question.Choices = []messages.Choice{{Number: 1, Label: "Ja", Data: "f:1:1"}, {Number: 2, Label: "Nee", Data: "f:1:2"}}
	sent := r.send(question)
	m := anna.Hears(t, bot, "Klopt het?")
	return r, anna, types.MessageInfo{ID: sent.ID, MessageSource: types.MessageSource{Chat: bot, Sender: m.From}}
}

// Some apps seal a vote for the voter's number where the chat goes by the hidden id.
func TestAVoteSealedForTheNumber(t *testing.T) {
	r, anna, poll := asking(t)
	vote, err := anna.Client().EncryptPollVote(t.Context(), &poll, &waE2E.PollVoteMessage{SelectedOptions: whatsmeow.HashPollOptions([]string{"2. Nee"})})
	if err != nil {
		t.Fatal(err)
	}
	anna.Sends(anna.LID().ToNonAD(), &waE2E.Message{Conversation: proto.String("a note to herself")}) // not the bot's business
	anna.Sends(r.server.LID(botsNumber), &waE2E.Message{PollUpdateMessage: vote})
	in := r.hears("a vote", func(in messages.Inbound) bool { return in.Tapped != "" || in.Other })
	if in.Tapped != "f:1:2" || in.TappedAt != poll.ID {
		t.Errorf("the vote is %+v", in)
	}
}

// A vote that can't be read, or is about a poll that nobody knows any more, asks for an answer that can.
func TestAVoteThatCannotBeRead(t *testing.T) {
	r, anna, poll := asking(t)
	garbage := func(id string, fromMe bool) *waE2E.Message {
		return &waE2E.Message{PollUpdateMessage: &waE2E.PollUpdateMessage{
			PollCreationMessageKey: &waCommon.MessageKey{ID: &id, FromMe: &fromMe, RemoteJID: proto.String(poll.Chat.String())},
			Vote:                   &waE2E.PollEncValue{EncIV: make([]byte, 12), EncPayload: []byte("nonsense, and more of it")},
		}}
	}
	own := anna.Sends(poll.Chat, garbage("3EB0A", true))
	unread := anna.Sends(poll.Chat, garbage(poll.ID, false))
	if in := r.hears("the vote", func(in messages.Inbound) bool { return in.Other }); in.ID != unread || in.Tapped != "" {
		t.Errorf("it is %+v, not %q (%q is about a poll of hers)", in, unread, own)
	}
}

// A vote that came while the bot was stopping was not answered: it comes again.
func TestAVoteWhileTheBotStops(t *testing.T) {
	r, anna, poll := asking(t)
	r.server.Confirmed(t, botsNumber)
	stop := r.stop
	r.mu.Lock()
	r.asked = stop
	r.mu.Unlock()
	anna.Votes(poll.ID, "1. Ja")
	if err := <-r.finished; err != nil {
		t.Fatal(err)
	}
	r.stop = nil
	if n := r.server.Waiting(botsNumber); n == 0 {
		t.Fatal("it was confirmed")
	}
	r.mu.Lock()
	r.asked = nil
	r.mu.Unlock()
	r.start()
	if in := r.hears("a vote", func(in messages.Inbound) bool { return in.Tapped != "" }); in.Tapped != "f:1:1" {
		t.Errorf("the vote is %+v", in)
	}
}

// Some groups of communities have their reactions sealed, and say outside the seal what they are about.
func TestASealedReaction(t *testing.T) {
	r, anna, poll := asking(t)
	about := &waCommon.MessageKey{ID: &poll.ID, RemoteJID: proto.String(poll.Chat.String()), FromMe: proto.Bool(false)}
	sealed, err := anna.Client().EncryptReaction(t.Context(), &poll, &waE2E.ReactionMessage{Key: about, Text: proto.String("👍")})
	if err != nil {
		t.Fatal(err)
	}
	anna.Sends(poll.Chat, &waE2E.Message{EncReactionMessage: sealed})
	in := r.hears("a reaction", func(in messages.Inbound) bool { return in.Event == messages.Reacted })
	if in.Reaction != "👍" || in.ReplyTo != poll.ID {
		t.Errorf("the reaction is %+v", in)
	}
}
