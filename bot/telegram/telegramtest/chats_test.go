package telegramtest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/mymmrac/telego"
)

// arrived fetches and confirms what waits.
func arrived(t *testing.T, s *Server) []telego.Update {
	t.Helper()
	a := form(t, s, "getUpdates")
	var out []telego.Update
	if err := json.Unmarshal(a.Result, &out); err != nil {
		t.Fatalf("%v: %s", err, a.Result)
	}
	if n := len(out); n > 0 {
		form(t, s, "getUpdates", fmt.Sprintf("offset=%d", out[n-1].UpdateID+1))
	}
	return out
}

func TestUpgrade(t *testing.T) {
	s := New(t)
	anna := s.Person("Anna")
	g := s.Group("Lisse").Join(anna).AddBot()
	old := g.ID()
	arrived(t, s)
	g.Upgrade()
	u := arrived(t, s)
	if len(u) != 3 || u[0].MyChatMember == nil || u[0].MyChatMember.Chat.ID != g.ID() || u[1].Message.MigrateToChatID != g.ID() ||
		u[1].Message.Chat.ID != old || u[2].Message.MigrateFromChatID != old || u[2].Message.Chat.ID != g.ID() || u[2].Message.Chat.Type != "supergroup" {
		t.Fatalf("arrived %+v", u)
	}
	for method, fields := range map[string][]string{
		"sendMessage": {"text=x"}, "deleteMessage": {"message_id=1"}, "getChatMember": {fmt.Sprintf("user_id=%d", anna.ID())},
	} {
		a := form(t, s, method, append(fields, fmt.Sprintf("chat_id=%d", old))...)
		if a.Code != 400 || a.Description != "Bad Request: group chat was upgraded to a supergroup chat" || a.Parameters.MigrateTo != g.ID() {
			t.Errorf("%s to the old number: %+v", method, a)
		}
	}
	if a := form(t, s, "sendMessage", fmt.Sprintf("chat_id=%d", g.ID()), "text=x"); !a.OK {
		t.Errorf("to the new number: %+v", a)
	}
	anna.SaysIn(g, "/help")
	if u = arrived(t, s); u[0].Message.Chat.ID != g.ID() {
		t.Errorf("arrived %+v", u)
	}
}

func TestForum(t *testing.T) {
	s := New(t)
	anna := s.Person("Anna")
	g := s.Forum("Lisse").Join(anna).AddBot()
	topic := g.Topic("Meldingen")
	arrived(t, s)
	anna.InTopic(topic).Says("/help")
	m := arrived(t, s)[0].Message
	if m.MessageThreadID != topic.ID() || !m.IsTopicMessage || m.ReplyToMessage == nil || m.ReplyToMessage.ForumTopicCreated.Name != "Meldingen" || !m.Chat.IsForum {
		t.Errorf("arrived %+v", m)
	}
	send := func(thread int) answer {
		return form(t, s, "sendMessage", fmt.Sprintf("chat_id=%d", g.ID()), "text=x", fmt.Sprintf("message_thread_id=%d", thread))
	}
	if a := send(topic.ID()); !a.OK || !strings.Contains(string(a.Result), `"is_topic_message":true`) {
		t.Errorf("into the topic: %+v", a)
	}
	if h := g.Hears("x"); h.Thread != topic.ID() {
		t.Errorf("heard %+v", h)
	}
	topic.Close()
	if a := send(topic.ID()); a.Description != "Bad Request: TOPIC_CLOSED" {
		t.Errorf("into the closed topic: %+v", a)
	}
	topic.Delete()
	if a := send(topic.ID()); a.Description != "Bad Request: message thread not found" {
		t.Errorf("into the deleted topic: %+v", a)
	}
}

func TestChannel(t *testing.T) {
	s := New(t)
	c := s.Channel("Nieuws").Public("nieuws_lisse").AddBot()
	u := arrived(t, s)
	if len(u) != 1 || u[0].MyChatMember.NewChatMember.MemberStatus() != "administrator" {
		t.Errorf("being added arrived as %+v", u)
	}
	c.Posts("/link ABCD")
	u = arrived(t, s)
	if p := u[0].ChannelPost; p == nil || p.Text != "/link ABCD" || p.From != nil || p.SenderChat.ID != c.ID() || p.Chat.Type != "channel" {
		t.Errorf("a post arrived as %+v", u)
	}
	if a := form(t, s, "sendMessage", "chat_id=@Nieuws_Lisse", "text=x"); !a.OK {
		t.Errorf("by its name: %+v", a)
	}
	c.Hears("x")
	c.DemoteBot()
	if a := form(t, s, "sendMessage", "chat_id=@nieuws_lisse", "text=x"); a.Description != "Bad Request: need administrator rights in the channel chat" {
		t.Errorf("without rights: %+v", a)
	}
}

func TestUnnamedAdministrator(t *testing.T) {
	s := New(t)
	anna := s.Person("Anna")
	g := s.Supergroup("Lisse").Join(anna).AddBot()
	arrived(t, s)
	anna.Unnamed(g).Says("/link")
	m := arrived(t, s)[0].Message
	if m.From.ID != 1087968824 || m.From.Username != "GroupAnonymousBot" || m.SenderChat.ID != g.ID() {
		t.Errorf("arrived %+v", m)
	}
}

func TestThrownOut(t *testing.T) {
	s := New(t)
	anna := s.Person("Anna")
	for g, want := range map[*Group]string{
		s.Group("a"): "group", s.Supergroup("b"): "supergroup", s.Channel("c"): "channel",
	} {
		anna.AddsBot(g)
		arrived(t, s)
		anna.RemovesBot(g)
		if u := arrived(t, s); u[0].MyChatMember.NewChatMember.MemberStatus() != "kicked" {
			t.Errorf("%s: arrived %+v", want, u)
		}
		a := form(t, s, "sendMessage", fmt.Sprintf("chat_id=%d", g.ID()), "text=x")
		if a.Code != 403 || a.Description != "Forbidden: bot was kicked from the "+want+" chat" {
			t.Errorf("%s: %+v", want, a)
		}
	}
	g := s.Group("d").AddBot()
	g.Delete()
	if a := form(t, s, "sendMessage", fmt.Sprintf("chat_id=%d", g.ID()), "text=x"); a.Code != 403 || a.Description != "Forbidden: the group chat was deleted" {
		t.Errorf("deleted: %+v", a)
	}
	anna.Says("hi")
	arrived(t, s)
	anna.Blocks()
	anna.Unblocks()
	u := arrived(t, s)
	if len(u) != 2 || u[0].MyChatMember.NewChatMember.MemberStatus() != "kicked" || u[1].MyChatMember.NewChatMember.MemberStatus() != "member" || u[1].MyChatMember.Chat.Type != "private" {
		t.Errorf("blocking arrived as %+v", u)
	}
}

func TestWhatPeopleSend(t *testing.T) {
	s := New(t)
	anna, bert := s.Person("Anna"), s.Person("Bert de Vries")
	anna.SendsPlace(52.26, 4.56)
	anna.SendsVenue("Station", 52.1, 4.5)
	anna.SendsContact()
	anna.SendsContactOf(bert)
	anna.SendsVoice()
	anna.SendsDocument("list.pdf", []byte("%PDF-1.7"))
	u := arrived(t, s)
	if m := u[0].Message; m.Location.Latitude != 52.26 || m.Venue != nil {
		t.Errorf("a place arrived as %+v", m)
	}
	if m := u[1].Message; m.Venue.Title != "Station" || m.Location.Latitude != 52.1 {
		t.Errorf("a venue arrived as %+v", m)
	}
	if m := u[2].Message; m.Contact.UserID != anna.ID() || m.Contact.PhoneNumber != anna.Phone() {
		t.Errorf("a contact arrived as %+v", m)
	}
	if m := u[3].Message; m.Contact.UserID != bert.ID() || m.Contact.LastName != "de Vries" || m.From.ID != anna.ID() {
		t.Errorf("another's contact arrived as %+v", m)
	}
	if m := u[4].Message; m.Voice.MimeType != "audio/ogg" {
		t.Errorf("a voice message arrived as %+v", m)
	}
	if m := u[5].Message; m.Document.FileName != "list.pdf" || m.Document.MimeType != "application/pdf" {
		t.Errorf("a document arrived as %+v", m)
	}
	id := anna.Says("mine")
	anna.Deletes(id)
	if a := form(t, s, "sendMessage", fmt.Sprintf("chat_id=%d", anna.ID()), "text=x", fmt.Sprintf(`reply_parameters={"message_id":%d}`, id)); a.OK {
		t.Error("a deleted message was answered")
	}
}

// TestWaitingInVain holds that a test fails where it should.
func TestWaitingInVain(t *testing.T) {
	s, r := started(t, WithPatience(1))
	anna := s.Person("Anna")
	anna.Says("hi")
	form(t, s, "sendMessage", fmt.Sprintf("chat_id=%d", anna.ID()), "text=hello")
	anna.Hears("good bye")
	if !strings.Contains(r.all(), "good bye") || !strings.Contains(r.all(), "hello") {
		t.Errorf("reported %q", r.all())
	}
	anna.Says("again")
	anna.Hears("hello") // that was before
	anna.Taps("Ja")
	s.Wait("the impossible", func() bool { return false })
	s.Confirmed()
	for _, want := range []string{"(nothing)", `no button "Ja"`, "the impossible", "2 updates were never confirmed"} {
		if !strings.Contains(r.all(), want) {
			t.Errorf("%q was not reported:\n%s", want, r.all())
		}
	}
}
