package whatsapp

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"

	"github.com/buurtbode/buurtbode/messages"
)

var (
	botLID  = types.NewJID("900000000000001", types.HiddenUserServer)
	annaLID = types.NewJID("900000000000002", types.HiddenUserServer)
	annaPN  = types.NewJID("31600000002", types.DefaultUserServer)
)

// reader is a handler of which only the reading is used, and what it handed on.
func reader(t testing.TB) (h *handler, got *[]messages.Inbound) {
	t.Helper()
	none := func(context.Context, string, string) (messages.Outbound, time.Time, bool) {
		return messages.Outbound{}, time.Time{}, false
	}
	w := &WhatsApp{
		cfg: Config{Now: time.Now, Earlier: none}, log: slog.New(slog.DiscardHandler), lid: botLID, number: "31600000001",
		state: newState(), groups: newGroupCache(), recent: newRecent(),
	}
	got = &[]messages.Inbound{}
	return &handler{w: w, ctx: t.Context(), gone: make(chan struct{}), receive: func(_ context.Context, in messages.Inbound) error {
		*got = append(*got, in)
		return nil
	}}, got
}

// said is a message of Anna's in private, as the library hands it on.
func saidBy(m *waE2E.Message) *events.Message {
	e := &events.Message{RawMessage: m, Info: types.MessageInfo{
		ID: "3EB0", MessageSource: types.MessageSource{Chat: annaLID, Sender: annaLID, SenderAlt: annaPN},
	}}
	return e.UnwrapRaw()
}

func TestWhatIsReadAsText(t *testing.T) {
	h, _ := reader(t)
	for name, c := range map[string]struct {
		m     *waE2E.Message
		text  string
		other bool
		taken bool
	}{
		"a tapped button": {&waE2E.Message{ButtonsResponseMessage: &waE2E.ButtonsResponseMessage{
			Response: &waE2E.ButtonsResponseMessage_SelectedDisplayText{SelectedDisplayText: "Ja"},
		}}, "Ja", false, true},
		"a line of a list":    {&waE2E.Message{ListResponseMessage: &waE2E.ListResponseMessage{Title: proto.String("Lisse")}}, "Lisse", false, true},
		"a template":          {&waE2E.Message{TemplateButtonReplyMessage: &waE2E.TemplateButtonReplyMessage{SelectedDisplayText: proto.String("Nee")}}, "Nee", false, true},
		"a machine's welcome": {&waE2E.Message{ListMessage: &waE2E.ListMessage{Description: proto.String("Welkom bij onze winkel")}}, "", false, false},
		"an invitation":       {&waE2E.Message{GroupInviteMessage: &waE2E.GroupInviteMessage{}}, "", true, true},
		"to be seen once": {&waE2E.Message{ViewOnceMessageV2: &waE2E.FutureProofMessage{Message: &waE2E.Message{
			ImageMessage: &waE2E.ImageMessage{Caption: proto.String("kijk")},
		}}}, "", true, true},
		"an edited caption": {&waE2E.Message{EditedMessage: &waE2E.FutureProofMessage{Message: &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
			Type: waE2E.ProtocolMessage_MESSAGE_EDIT.Enum(), EditedMessage: &waE2E.Message{ImageMessage: &waE2E.ImageMessage{Caption: proto.String("/tip fiets")}},
		}}}}, "/tip fiets", false, true},
		"a forged removal of the bot's message": {&waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
			Type: waE2E.ProtocolMessage_REVOKE.Enum(), Key: &waCommon.MessageKey{ID: proto.String("3EB0F"), FromMe: proto.Bool(true)},
		}}, "", false, false},
		"nothing": {&waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{}}, "", false, false},
	} {
		in, ok := h.content(saidBy(c.m), messages.Sender{ID: annaLID.String()})
		if ok != c.taken || ok && (in.Text != c.text || in.Other != c.other) {
			t.Errorf("%s gives %+v, %v", name, in, ok)
		}
	}
}

func TestWhatATimerIsReadFrom(t *testing.T) {
	around := &waE2E.ContextInfo{Expiration: proto.Uint32(86400)}
	setting := func(seconds uint32) *waE2E.Message {
		return &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{Type: waE2E.ProtocolMessage_EPHEMERAL_SETTING.Enum(), EphemeralExpiration: &seconds}}
	}
	inside := func(m *waE2E.Message) *waE2E.Message {
		return &waE2E.Message{EphemeralMessage: &waE2E.FutureProofMessage{Message: m}}
	}
	for name, c := range map[string]struct {
		m     *waE2E.Message
		want  time.Duration
		known bool
	}{
		"switched on":                     {setting(86400), 24 * time.Hour, true},
		"switched off":                    {setting(0), 0, true},
		"a text that goes":                {&waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{ContextInfo: around}}, 24 * time.Hour, true},
		"a poll that goes":                {&waE2E.Message{PollCreationMessageV3: &waE2E.PollCreationMessage{ContextInfo: around}}, 24 * time.Hour, true},
		"a bare text":                     {&waE2E.Message{Conversation: proto.String("hoi")}, 0, true},
		"a text inside one that goes":     {inside(&waE2E.Message{Conversation: proto.String("hoi")}), 0, false},
		"a reaction inside one that goes": {inside(&waE2E.Message{ReactionMessage: &waE2E.ReactionMessage{}}), 0, false},
		"somebody takes something back":   {&waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{Type: waE2E.ProtocolMessage_REVOKE.Enum()}}, 0, false},
		"a reaction":                      {&waE2E.Message{ReactionMessage: &waE2E.ReactionMessage{}}, 0, false},
	} {
		if d, known := timerIn(saidBy(c.m)); known != c.known || known && d != c.want {
			t.Errorf("%s: %v, %v", name, d, known)
		}
	}
}

func TestWhoNobodyIs(t *testing.T) {
	h, got := reader(t)
	for _, j := range []types.JID{types.NewJID("13135550002", types.BotServer), types.NewJID("1", types.InteropServer), types.EmptyJID} {
		e := saidBy(&waE2E.Message{Conversation: proto.String("/saar")})
		e.Info.Sender, e.Info.SenderAlt = j, types.EmptyJID
		if !h.message(e) || len(*got) != 0 {
			t.Errorf("%v is received as %+v", j, *got)
		}
	}
	hosted := h.person(types.NewJID(annaLID.User, types.HostedLIDServer), types.JID{User: annaPN.User, Device: 99, Server: types.HostedServer})
	if hosted.ID != annaLID.String() || hosted.Alias != annaPN.String() {
		t.Errorf("a business's own computer is %+v", hosted)
	}
}

// What can be seen once can't be read here, and is answered; should it come after all, it is another message.
func TestWhatIsShownOnPhonesOnly(t *testing.T) {
	h, got := reader(t)
	e := &events.UndecryptableMessage{Info: saidBy(nil).Info, IsUnavailable: true, UnavailableType: events.UnavailableTypeViewOnce}
	if !h.handle(e) || len(*got) != 1 || !(*got)[0].Other || (*got)[0].ID == e.Info.ID || (*got)[0].At.Chat != annaLID.String() {
		t.Errorf("received %+v", *got)
	}
	e.UnavailableType = events.UnavailableTypeUnknown
	if h.handle(e); len(*got) != 1 {
		t.Errorf("what comes later is answered already: %+v", *got)
	}
}

// Nothing that anybody sends makes the reading fail.
func FuzzMessages(f *testing.F) {
	for _, m := range []*waE2E.Message{
		{Conversation: proto.String("/saar")},
		{ContactMessage: &waE2E.ContactMessage{Vcard: proto.String("TEL:06")}},
		{ReactionMessage: &waE2E.ReactionMessage{Key: &waCommon.MessageKey{ID: proto.String("x"), Participant: proto.String("1.2:3@lid")}}},
		{PollUpdateMessage: &waE2E.PollUpdateMessage{PollCreationMessageKey: &waCommon.MessageKey{ID: proto.String("x")}}},
		{EncReactionMessage: &waE2E.EncReactionMessage{}},
		{ImageMessage: &waE2E.ImageMessage{DirectPath: proto.String("/x"), ContextInfo: &waE2E.ContextInfo{StanzaID: proto.String("x"), Participant: proto.String("@")}}},
		{EditedMessage: &waE2E.FutureProofMessage{Message: &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{Type: waE2E.ProtocolMessage_MESSAGE_EDIT.Enum()}}}},
		{LiveLocationMessage: &waE2E.LiveLocationMessage{}},
	} {
		b, err := proto.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, false)
	}
	h, _ := reader(f)
	f.Fuzz(func(_ *testing.T, b []byte, group bool) {
		var m waE2E.Message
		if proto.Unmarshal(b, &m) != nil {
			return
		}
		e := saidBy(&m)
		e.Info.IsGroup = group
		if e.Message == nil {
			return
		}
		h.content(e, messages.Sender{ID: annaLID.String()})
		timerIn(e)
		picture(e.Message)
		h.w.recent.keep("chat", e)
	})
}

// Between linking and starting the bot nothing is confirmed that is for the bot.
func TestWhatComesWhileLinkingIsForTheBot(t *testing.T) {
	e := saidBy(&waE2E.Message{Conversation: proto.String("/saar")})
	own := *e
	own.Info.IsFromMe = true
	if !forTheBot(e) || !forTheBot(&events.JoinedGroup{}) || forTheBot(&own) || forTheBot(&events.Connected{}) {
		t.Error("something is confirmed that nobody heard")
	}
}

// What comes after a message that was not taken isn't taken either, until it came again.
func TestNothingOvertakes(t *testing.T) {
	h, got := reader(t)
	_, ended := h.w.state.begin()
	take := h.receive
	h.receive = func(context.Context, messages.Inbound) error { panic("a bug") }
	if h.handle(saidBy(&waE2E.Message{Conversation: proto.String("een")})) {
		t.Error("a panic is a confirmation")
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	h.receive = take
	if h.handle(saidBy(&waE2E.Message{Conversation: proto.String("twee")})) || len(*got) != 0 {
		t.Errorf("the second one went first: %+v", *got)
	}
}

// Where a machine answers the bot, each answers the other without end.
func TestAMachineIsNotAnsweredWithoutEnd(t *testing.T) {
	h, got := reader(t)
	now := time.Date(2018, time.May, 10, 14, 0, 0, 0, time.UTC)
	says := func(id, text string, after time.Duration) int {
		t.Helper()
		e := saidBy(&waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: &text}})
		now = now.Add(after)
		e.Info.ID, e.Info.Timestamp = id, now
		before := len(*got)
		if !h.handle(e) {
			t.Errorf("%s was not confirmed", id)
		}
		return len(*got) - before
	}
	const away = "Bedankt voor uw bericht! Wij antwoorden morgen."
	for _, id := range []string{"a", "b", "c", "c"} { // the last one comes again
		if says(id, away, time.Second) != 1 {
			t.Errorf("%s was not received", id)
		}
	}
	if says("d", away, time.Second) != 0 || says("e", away, time.Second) != 0 {
		t.Error("it goes on")
	}
	if says("f", "1", time.Second) != 1 || says("g", "1", 0) != 1 || says("h", "1", 0) != 1 || says("i", "1", 0) != 1 || says("j", away, 0) != 1 {
		t.Error("answers to a form are not received")
	}
	says("k", away, 0)
	says("l", away, 0)
	if says("m", away, echoFor+time.Second) != 1 {
		t.Error("the next day it is not received either")
	}
}
