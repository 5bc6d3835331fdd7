package telegram

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"strconv"
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/messages"
)

// beside starts the adapter beside a stand-in for Telegram and collects what it receives.
func beside(t *testing.T, options ...telegramtest.Option) (*telegramtest.Server, *Telegram, *collected) {
	t.Helper()
	server := telegramtest.New(t, append(options, telegramtest.WithToken(token))...)
	tg, _ := adapterAt(t, server.URL())
	c := &collected{}
	running(t, tg, c.receive)
	eventually(t, "ready", tg.Ready)
	return server, tg, c
}

// last waits for the n-th message and gives it.
func (c *collected) last(t *testing.T, n int) messages.Inbound {
	t.Helper()
	return c.wait(t, n)[n-1]
}

func words(s string) messages.Rich { return messages.Rich{{Text: s}} }

func to(id int64) messages.Address {
	return messages.Address{Platform: name, Account: "4242", Chat: strconv.FormatInt(id, 10)}
}

// failed fails the test unless err is a SendError with this code.
func failed(t *testing.T, err error, code string) *messages.SendError {
	t.Helper()
	var e *messages.SendError
	if !errors.As(err, &e) || e.Code != code {
		t.Fatalf("the send failed with %v, want %s", err, code)
	}
	return e
}

func TestStandInConversation(t *testing.T) {
	server, tg, c := beside(t)
	anna := server.Person("Anna Bos")
	asked := anna.Says("/start")
	in := c.last(t, 1)
	if in.At != to(anna.ID()) || in.Kind != messages.Direct || in.From.Name != "Anna Bos" || in.From.Language != "nl" || in.Text != "/start" || in.ID != "m"+strconv.Itoa(asked) {
		t.Fatalf("received %+v", in)
	}
	sent, err := tg.Send(t.Context(), messages.Outbound{
		To: in.At, Body: messages.Rich{{Text: "Hoi 😀 "}, {Text: "buur", Style: messages.Bold}}, ReplyTo: strconv.Itoa(asked),
		Choices: []messages.Choice{{Number: 1, Label: "Ja", Data: "y"}, {Number: 2, Label: "Nee", Data: "n"}, {Label: "Privé", Start: "join-2"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	heard := anna.Hears("Hoi 😀 buur", "[1. Ja] [2. Nee] [Privé]")
	if strconv.Itoa(heard.ID) != sent.ID || heard.ReplyTo != asked || heard.Entities[0].Offset != 7 || heard.Entities[0].Length != 4 {
		t.Errorf("heard %+v", heard)
	}
	anna.Taps("Nee").Answered()
	if in = c.last(t, 2); in.Tapped != "n" || in.TappedAt != sent.ID || in.At != to(anna.ID()) {
		t.Errorf("received %+v", in)
	}
	for range 2 { // the second time they are off already
		if _, err := tg.Send(t.Context(), messages.Outbound{To: in.At, Action: messages.Unbutton, Target: sent.ID}); err != nil {
			t.Error(err)
		}
	}
	if m := anna.Messages()[0]; m.Buttons != nil {
		t.Errorf("still has buttons: %v", m)
	}
	if _, err := tg.Send(t.Context(), messages.Outbound{To: in.At, Action: messages.Edit, Target: sent.ID, Body: words("Tot ziens")}); err != nil {
		t.Error(err)
	}
	anna.Hears("Tot ziens")
	for range 2 {
		if _, err := tg.Send(t.Context(), messages.Outbound{To: in.At, Action: messages.Withdraw, Target: sent.ID}); err != nil {
			t.Error(err)
		}
	}
	if all := anna.Messages(); len(all) != 0 {
		t.Errorf("still there: %v", all)
	}
	anna.TapsOn(heard.ID, "Ja") // on a phone that didn't see it go
	if in = c.last(t, 3); in.Tapped != "y" || in.TappedAt != sent.ID {
		t.Errorf("received %+v", in)
	}
	anna.TapsOn(heard.ID, "Privé")
	if in = c.last(t, 4); in.Text != "/start join-2" {
		t.Errorf("received %+v", in)
	}
	id := anna.Says("/alert")
	anna.Edits(id, "/weekly")
	anna.Says("after the edit")
	if in = c.last(t, 6); in.Text != "after the edit" {
		t.Errorf("received %+v", in)
	}
}

func TestStandInGroups(t *testing.T) {
	server, tg, c := beside(t)
	anna, bert := server.Person("Anna"), server.Person("Bert")
	g := server.Supergroup("Beheerders Lisse").Join(anna, bert)
	bert.AddsBot(g)
	if in := c.last(t, 1); in.Event != messages.Added || in.Kind != messages.Group || in.Title != "Beheerders Lisse" || in.From.Name != "Bert" {
		t.Errorf("received %+v", in)
	}
	anna.SaysIn(g, "not for the bot")
	anna.SaysIn(g, "/help@another_bot")
	anna.SaysIn(g, "/link@"+telegramtest.Username+" Lisse")
	bert.SaysIn(g, "/saar")
	anna.Unnamed(g).Says("/rules")
	all := c.wait(t, 4)
	if in := all[1]; in.Text != "/link Lisse" || !in.From.ChatAdmin || in.From.Anonymous {
		t.Errorf("from the owner: %+v", in)
	}
	if in := all[2]; in.Text != "/saar" || in.From.ChatAdmin {
		t.Errorf("from a member: %+v", in)
	}
	if in := all[3]; in.Text != "/rules" || !in.From.Anonymous || !in.From.ChatAdmin || in.From.ID != to(g.ID()).Chat {
		t.Errorf("from an unnamed administrator: %+v", in)
	}
	sent, err := tg.Send(t.Context(), messages.Outbound{To: to(g.ID()), Body: words("Welkom")})
	if err != nil {
		t.Fatal(err)
	}
	id, _ := strconv.Atoi(sent.ID)
	bert.In(g).Answers(id, "thanks")
	if in := c.last(t, 5); in.Text != "thanks" || in.ReplyTo != sent.ID {
		t.Errorf("an answer: %+v", in)
	}
	for range 2 { // the second time it has left
		if _, err := tg.Send(t.Context(), messages.Outbound{To: to(g.ID()), Action: messages.LeaveChat}); err != nil {
			t.Error(err)
		}
	}
	if in := c.last(t, 6); in.Event != messages.Removed || g.HasBot() {
		t.Errorf("leaving: %+v", in)
	}
	_, err = tg.Send(t.Context(), messages.Outbound{To: to(g.ID()), Body: words("?")})
	if e := failed(t, err, "403"); !e.Gone || e.Retry {
		t.Errorf("after leaving: %+v", e)
	}
}

func TestStandInWithoutPrivacyMode(t *testing.T) {
	server, tg, c := beside(t, telegramtest.WithoutPrivacy())
	g := server.Group("Lisse").AddBot()
	server.Person("Anna").SaysIn(g, "to everyone")
	if in := c.last(t, 2); in.Text != "to everyone" {
		t.Errorf("received %+v", in)
	}
	if f := tg.Check(t.Context()); len(f) != 4 || !strings.Contains(f[1].Text, "privacy mode is off") {
		t.Errorf("found %+v", f)
	}
}

func TestStandInMoves(t *testing.T) {
	server, tg, c := beside(t)
	g := server.Group("Lisse").AddBot()
	c.wait(t, 1)
	old := to(g.ID())
	g.Upgrade()
	all := c.wait(t, 3)
	if in := all[1]; in.Event != messages.Added || in.At != to(g.ID()) {
		t.Errorf("first received %+v", in)
	}
	if in := all[2]; in.Event != messages.Moved || in.At != old || in.MovedTo != to(g.ID()).Chat {
		t.Errorf("then received %+v", in)
	}
	_, err := tg.Send(t.Context(), messages.Outbound{To: old, Body: words("hoi")})
	if e := failed(t, err, "moved"); e.MovedTo != to(g.ID()).Chat || !e.Retry || e.Gone {
		t.Errorf("to the old number: %+v", e)
	}
	if _, err := tg.Send(t.Context(), messages.Outbound{To: to(g.ID()), Body: words("hoi")}); err != nil {
		t.Error(err)
	}
	g.Hears("hoi")
}

func TestStandInTopics(t *testing.T) {
	server, tg, c := beside(t)
	g := server.Forum("Lisse").AddBot()
	topic := g.Topic("Meldingen")
	server.Person("Anna").InTopic(topic).Says("/saar")
	in := c.last(t, 2)
	if in.Thread != strconv.Itoa(topic.ID()) || in.ReplyTo != "" {
		t.Errorf("received %+v", in)
	}
	send := func(text string) error {
		_, err := tg.Send(t.Context(), messages.Outbound{To: in.At, Thread: in.Thread, Body: words(text)})
		return err
	}
	if err := send("first"); err != nil || g.Hears("first").Thread != topic.ID() {
		t.Errorf("into the topic: %v", err)
	}
	topic.Close()
	if e := failed(t, send("second"), "topic_closed"); e.Retry || e.Gone {
		t.Errorf("into a closed topic: %+v", e)
	}
	topic.Delete()
	if err := send("third"); err != nil || g.Hears("third").Thread != 0 {
		t.Errorf("into a deleted topic: %v", err)
	}
}

// bike is a picture.
func bike(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 400, 300)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestStandInReceivesAttachments(t *testing.T) {
	server, _, c := beside(t)
	data := bike(t)
	anna := server.Person("Anna")
	anna.SendsPhoto(data, "de fiets")
	anna.SendsDocument("fiets.jpg", data)
	anna.SendsPlace(52.26, 4.56)
	anna.SendsVenue("Station", 52.1, 4.5)
	anna.SendsContact()
	anna.SendsContactOf(server.Person("Bert"))
	anna.SendsVoice()
	all := c.wait(t, 7)
	if p := all[0].Photo; p == nil || !bytes.Equal(p.Data, data) || p.File == "" || all[0].Text != "de fiets" {
		t.Errorf("a photo: %+v", all[0])
	}
	if p := all[1].Photo; p == nil || !bytes.Equal(p.Data, data) || p.File != "" {
		t.Errorf("a photo as a file: %+v", all[1])
	}
	if p := all[2].Place; p == nil || p.Latitude != 52.26 || p.Longitude != 4.56 {
		t.Errorf("a place: %+v", all[2])
	}
	if p := all[3].Place; p == nil || p.Name != "Station" {
		t.Errorf("a venue: %+v", all[3])
	}
	if p := all[4].Contact; p == nil || !p.Own || p.Phone != anna.Phone() {
		t.Errorf("a contact: %+v", all[4])
	}
	if p := all[5].Contact; p == nil || p.Own {
		t.Errorf("another's contact: %+v", all[5])
	}
	if !all[6].Other {
		t.Errorf("a voice message: %+v", all[6])
	}
}

func TestStandInSendsPhotos(t *testing.T) {
	server, tg, _ := beside(t)
	data := bike(t)
	anna := server.Person("Anna").Knows()
	g := server.Group("Lisse").AddBot()
	sent, err := tg.Send(t.Context(), messages.Outbound{To: to(g.ID()), Body: words("Gezien?"), Photo: &messages.Photo{File: "an old id", Data: data}})
	if err != nil || sent.PhotoFile == "" {
		t.Fatalf("sent %+v, %v", sent, err)
	}
	if m := g.Hears("Gezien?"); !bytes.Equal(m.Photo, data) {
		t.Errorf("heard %+v", m)
	}
	if n := server.Count("sendPhoto"); n != 2 {
		t.Errorf("%d calls, want one by the id and one with the bytes", n)
	}
	if _, err := tg.Send(t.Context(), messages.Outbound{To: to(anna.ID()), Photo: &messages.Photo{File: sent.PhotoFile}}); err != nil {
		t.Error(err)
	}
	if _, err := tg.Send(t.Context(), messages.Outbound{To: to(g.ID()), Action: messages.Edit, Target: sent.ID, Body: words("Gevonden!")}); err != nil {
		t.Error(err)
	}
	g.Hears("(photo) Gevonden!")
	if _, err := tg.Send(t.Context(), messages.Outbound{To: to(g.ID()), Place: &messages.Place{Latitude: 52, Longitude: 4.5, Name: "Gemeentehuis"}}); err != nil {
		t.Error(err)
	}
	g.Hears("(place 52 4.5)")
}

func TestStandInSendsDocuments(t *testing.T) {
	server, tg, _ := beside(t)
	anna := server.Person("Anna").Knows()
	asked := anna.Says("/groups file")
	list := &messages.Document{Name: "register-lisse-2018-05-10.csv", Type: messages.CSV, Data: []byte("Groep;Telefoon\r\n")}
	sent, err := tg.Send(t.Context(), messages.Outbound{To: to(anna.ID()), ReplyTo: strconv.Itoa(asked), Body: words("Alle groepen"), Document: list})
	if err != nil || sent.PhotoFile != "" {
		t.Fatalf("sent %+v, %v", sent, err)
	}
	if m := anna.Hears("Alle groepen"); !bytes.Equal(m.Document, list.Data) || m.File != list.Name || m.ReplyTo != asked {
		t.Errorf("heard %+v", m)
	}
	edit := messages.Outbound{To: to(anna.ID()), Action: messages.Edit, Target: sent.ID, Body: words("Alles van vandaag"), Document: list}
	if _, err := tg.Send(t.Context(), edit); err != nil {
		t.Error(err)
	}
	anna.Hears("(document register-lisse-2018-05-10.csv) Alles van vandaag")
	if n := server.Count("editMessageText"); n != 0 {
		t.Errorf("the words under a file were first taken for a text, %d times", n)
	}
	list.Data = nil
	_, err = tg.Send(t.Context(), messages.Outbound{To: to(anna.ID()), Document: list})
	if e := failed(t, err, "empty"); e.Retry {
		t.Errorf("a file without bytes is tried again: %+v", e)
	}
}

func TestStandInMenus(t *testing.T) {
	server, tg, _ := beside(t)
	err := tg.SetMenus(t.Context(), []messages.Menu{
		{Kind: messages.Direct, Language: "nl", Entries: []messages.MenuEntry{{Name: "help", Description: "Wat kan ik?"}}},
		{Kind: messages.Group, Entries: []messages.MenuEntry{{Name: "saar", Description: "The four steps"}}},
	})
	if m := server.Menu("all_private_chats", "nl"); err != nil || len(m) != 1 || m[0].Description != "Wat kan ik?" {
		t.Errorf("menu %v, %v", m, err)
	}
	if err := tg.SetMenus(t.Context(), []messages.Menu{{Kind: messages.Group}}); err != nil || server.Menu("all_group_chats", "") != nil {
		t.Errorf("a menu without entries: %v", err)
	}
}

func TestStandInCoversPhotos(t *testing.T) {
	server, tg, _ := beside(t)
	ch := server.Channel("Lisse veilig").AddBot()
	for _, covered := range []bool{true, false} {
		m := messages.Outbound{To: to(ch.ID()), Photo: &messages.Photo{Data: bike(t), Covered: covered}}
		if _, err := tg.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		if got := ch.Hears(""); got.Covered != covered {
			t.Errorf("covered: %t, want %t", got.Covered, covered)
		}
	}
}
