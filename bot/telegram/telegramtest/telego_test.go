package telegramtest

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"strings"
	"testing"

	"github.com/mymmrac/telego"
	"github.com/mymmrac/telego/telegoapi"
)

// telegoClient is a client of one library, on fasthttp; goTelegram is one of another, on net/http.
func telegoClient(t *testing.T, s *Server) *telego.Bot {
	t.Helper()
	b, err := telego.NewBot(s.Token(), telego.WithAPIServer(s.URL()), telego.WithDiscardLogger())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// named gives bytes the name that telego wants of a file.
type named struct {
	*bytes.Reader
	name string
}

func (n named) Name() string { return n.name }

func picture(t *testing.T, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, width, height)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// refused fails unless err is this refusal.
func refused(t *testing.T, err error, code int, words string) {
	t.Helper()
	var refusal *telegoapi.Error
	if !errors.As(err, &refusal) || refusal.ErrorCode != code || refusal.Description != words {
		t.Errorf("refused with %v, want %d %q", err, code, words)
	}
}

// next confirms what was fetched before and fetches the next updates.
func next(t *testing.T, b *telego.Bot, after []telego.Update) []telego.Update {
	t.Helper()
	p := &telego.GetUpdatesParams{Timeout: 1}
	if n := len(after); n > 0 {
		p.Offset = after[n-1].UpdateID + 1
	}
	got, err := b.GetUpdates(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestTelegoInPrivate(t *testing.T) {
	s := New(t)
	b := telegoClient(t, s)
	ctx := t.Context()
	me, err := b.GetMe(ctx)
	if err != nil || me.ID != 7000000001 || me.Username != Username || me.CanReadAllGroupMessages {
		t.Fatalf("getMe: %+v, %v", me, err)
	}
	anna := s.Person("Anna de Vries").Speaks("en")
	to := telego.ChatID{ID: anna.ID()}
	_, err = b.SendMessage(ctx, &telego.SendMessageParams{ChatID: to, Text: "hi"})
	refused(t, err, 400, "Bad Request: chat not found")

	asked := anna.Says("/start now")
	u := next(t, b, nil)
	m := u[0].Message
	if m == nil || m.Text != "/start now" || m.From.FirstName != "Anna" || m.From.LastName != "de Vries" || m.From.LanguageCode != "en" ||
		m.Chat.Type != "private" || m.Chat.ID != m.From.ID || m.MessageID != asked || m.Entities[0].Type != "bot_command" || m.Entities[0].Length != 6 {
		t.Fatalf("the message arrived as %+v", m)
	}
	sent, err := b.SendMessage(ctx, &telego.SendMessageParams{
		ChatID: to, Text: "😀 Hoi  ", Entities: []telego.MessageEntity{{Type: "bold", Offset: 3, Length: 5}},
		LinkPreviewOptions: &telego.LinkPreviewOptions{IsDisabled: true}, DisableNotification: true,
		ReplyParameters: &telego.ReplyParameters{MessageID: asked},
		ReplyMarkup: &telego.InlineKeyboardMarkup{InlineKeyboard: [][]telego.InlineKeyboardButton{
			{{Text: "1. Ja", CallbackData: "y"}, {Text: "2. Nee", CallbackData: "n"}},
			{{Text: "Privé", URL: "https://t.me/" + Username + "?start=join-2"}},
		}},
	})
	if err != nil || sent.Text != "😀 Hoi" || sent.Entities[0].Length != 3 || sent.ReplyToMessage.Text != "/start now" ||
		sent.From.ID != me.ID || sent.ReplyMarkup.InlineKeyboard[1][0].URL == "" {
		t.Fatalf("sent %+v, %v", sent, err)
	}
	heard := anna.Hears("Hoi", "[1. Ja] [2. Nee]")
	if heard.ID != sent.MessageID || !heard.Silent || heard.ReplyTo != asked || heard.In != "Anna de Vries" || heard.Method != "sendMessage" {
		t.Errorf("heard %+v", heard)
	}

	tap := anna.Taps("Nee")
	u = next(t, b, u)
	q := u[0].CallbackQuery
	if q == nil || q.Data != "n" || q.ID != tap.ID || q.From.ID != anna.ID() || q.Message.Message().Text != "😀 Hoi" {
		t.Fatalf("the tap arrived as %+v", q)
	}
	if err := b.AnswerCallbackQuery(ctx, &telego.AnswerCallbackQueryParams{CallbackQueryID: q.ID, Text: "ok", ShowAlert: true}); err != nil {
		t.Error(err)
	}
	if text, alert := tap.Answered(); text != "ok" || !alert {
		t.Errorf("answered %q, %t", text, alert)
	}
	err = b.AnswerCallbackQuery(ctx, &telego.AnswerCallbackQueryParams{CallbackQueryID: "12"})
	refused(t, err, 400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
	anna.Taps("Privé")
	if u = next(t, b, u); u[0].Message.Text != "/start join-2" {
		t.Errorf("the link led to %+v", u[0].Message)
	}
	editAndDelete(t, s, b, anna, sent.MessageID)
}

func editAndDelete(t *testing.T, s *Server, b *telego.Bot, anna *Person, id int) {
	ctx, to := t.Context(), telego.ChatID{ID: anna.ID()}
	edit := &telego.EditMessageTextParams{ChatID: to, MessageID: id, Text: "anders"}
	edited, err := b.EditMessageText(ctx, edit)
	if err != nil || edited.Text != "anders" || edited.EditDate == 0 || edited.ReplyMarkup != nil {
		t.Errorf("edited %+v, %v", edited, err)
	}
	if m := anna.Hears("anders"); m.Action != Edited || m.Buttons != nil {
		t.Errorf("heard %+v", m)
	}
	_, err = b.EditMessageText(ctx, edit)
	refused(t, err, 400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "+
		"as a current content and reply markup of the message")
	_, err = b.EditMessageCaption(ctx, &telego.EditMessageCaptionParams{ChatID: to, MessageID: id, Caption: "x"})
	refused(t, err, 400, "Bad Request: there is no caption in the message to edit")
	own := anna.Says("mine")
	_, err = b.EditMessageText(ctx, &telego.EditMessageTextParams{ChatID: to, MessageID: own, Text: "x"})
	refused(t, err, 400, "Bad Request: message can't be edited")
	late := anna.TapsOn(id, "Ja") // the button was there
	if late.Data != "y" {
		t.Errorf("tapped %+v", late)
	}
	del := &telego.DeleteMessageParams{ChatID: to, MessageID: id}
	if err := b.DeleteMessage(ctx, del); err != nil {
		t.Error(err)
	}
	refused(t, b.DeleteMessage(ctx, del), 400, "Bad Request: message to delete not found")
	_, err = b.EditMessageText(ctx, edit)
	refused(t, err, 400, "Bad Request: message to edit not found")
	if all := anna.Messages(); len(all) != 0 {
		t.Errorf("still there: %v", all)
	}
	if n := s.Count("editMessageText"); n != 4 {
		t.Errorf("editMessageText was counted %d times", n)
	}
}

func TestTelegoInGroups(t *testing.T) {
	s := New(t)
	b := telegoClient(t, s)
	ctx := t.Context()
	anna, bert := s.Person("Anna"), s.Person("Bert")
	g := s.Group("Beheerders Lisse").Join(anna, bert)
	bert.SaysIn(g, "before the bot")
	anna.AddsBot(g)
	u := next(t, b, nil)
	change := u[0].MyChatMember
	if len(u) != 2 || change == nil || change.OldChatMember.MemberStatus() != "left" || change.NewChatMember.MemberStatus() != "member" ||
		change.From.FirstName != "Anna" || change.Chat.Title != "Beheerders Lisse" || u[1].Message.NewChatMembers[0].Username != Username {
		t.Fatalf("being added arrived as %+v", u)
	}
	// privacy mode: of these only the command and the answer
	bert.SaysIn(g, "hello all")
	bert.SaysIn(g, "/help@another_bot")
	bert.SaysIn(g, "/help@Standin_BOT")
	sent, err := b.SendMessage(ctx, &telego.SendMessageParams{ChatID: telego.ChatID{ID: g.ID()}, Text: "here"})
	if err != nil {
		t.Fatal(err)
	}
	bert.In(g).Answers(sent.MessageID, "thanks")
	u = next(t, b, u)
	if len(u) != 2 || u[0].Message.Text != "/help@Standin_BOT" || u[1].Message.ReplyToMessage.Text != "here" {
		t.Fatalf("got %d updates: %+v", len(u), u)
	}
	s.SetPrivacy(false)
	id := bert.SaysIn(g, "hello again")
	bert.In(g).Edits(id, "hello for the third time")
	u = next(t, b, u)
	if len(u) != 2 || u[0].Message.Text != "hello again" || u[1].EditedMessage.Text != "hello for the third time" {
		t.Errorf("got %+v", u)
	}
	admins, err := b.GetChatAdministrators(ctx, &telego.GetChatAdministratorsParams{ChatID: telego.ChatID{ID: g.ID()}})
	if err != nil || len(admins) != 1 || admins[0].MemberStatus() != "creator" || admins[0].MemberUser().ID != anna.ID() {
		t.Errorf("administrators %+v, %v", admins, err)
	}
	m, err := b.GetChatMember(ctx, &telego.GetChatMemberParams{ChatID: telego.ChatID{ID: g.ID()}, UserID: bert.ID()})
	if err != nil || m.MemberStatus() != "member" {
		t.Errorf("Bert is %+v, %v", m, err)
	}
	if err := b.LeaveChat(ctx, &telego.LeaveChatParams{ChatID: telego.ChatID{ID: g.ID()}}); err != nil || g.HasBot() {
		t.Errorf("leaving: %v, still there %t", err, g.HasBot())
	}
	_, err = b.SendMessage(ctx, &telego.SendMessageParams{ChatID: telego.ChatID{ID: g.ID()}, Text: "here"})
	refused(t, err, 403, "Forbidden: bot is not a member of the group chat")
	if u = next(t, b, u); len(u) != 2 || u[0].MyChatMember.NewChatMember.MemberStatus() != "left" || u[1].Message.LeftChatMember == nil {
		t.Errorf("got %+v", u)
	}
}

func TestTelegoFiles(t *testing.T) {
	s := New(t)
	b := telegoClient(t, s)
	ctx := t.Context()
	anna := s.Person("Anna").Knows()
	to := telego.ChatID{ID: anna.ID()}
	data := picture(t, 1000, 500)
	sent, err := b.SendPhoto(ctx, &telego.SendPhotoParams{ChatID: to, Photo: telego.InputFile{File: named{bytes.NewReader(data), "p.jpg"}}, Caption: "look"})
	if err != nil || len(sent.Photo) != 3 || sent.Photo[0].Width != 90 || sent.Photo[2].Width != 1000 || sent.Photo[2].Height != 500 {
		t.Fatalf("sent %+v, %v", sent, err)
	}
	again, err := b.SendPhoto(ctx, &telego.SendPhotoParams{ChatID: to, Photo: telego.InputFile{FileID: sent.Photo[0].FileID}})
	if err != nil || again.Photo[2].FileID != sent.Photo[2].FileID {
		t.Errorf("sent again %+v, %v", again, err)
	}
	if m := anna.Hears("look"); !bytes.Equal(m.Photo, data) {
		t.Errorf("the photo has %d bytes", len(m.Photo))
	}
	_, err = b.SendDocument(ctx, &telego.SendDocumentParams{ChatID: to, Document: telego.InputFile{FileID: sent.Photo[0].FileID}})
	refused(t, err, 400, "Bad Request: can't use file of type Photo as Document")
	_, err = b.SendPhoto(ctx, &telego.SendPhotoParams{ChatID: to, Photo: telego.InputFile{FileID: "nonsense"}})
	refused(t, err, 400, "Bad Request: wrong file identifier/HTTP URL specified")
	_, err = b.SendPhoto(ctx, &telego.SendPhotoParams{ChatID: to, Photo: telego.InputFile{File: named{bytes.NewReader([]byte("text")), "p.jpg"}}})
	refused(t, err, 400, "Bad Request: IMAGE_PROCESS_FAILED")
	album, err := b.SendMediaGroup(ctx, &telego.SendMediaGroupParams{ChatID: to, Media: []telego.InputMedia{
		&telego.InputMediaPhoto{Type: "photo", Media: telego.InputFile{FileID: sent.Photo[2].FileID}, Caption: "both"},
		&telego.InputMediaPhoto{Type: "photo", Media: telego.InputFile{File: named{bytes.NewReader(data), "second"}}},
	}})
	if err != nil || len(album) != 2 || album[0].MediaGroupID == "" || album[0].MediaGroupID != album[1].MediaGroupID || album[0].Caption != "both" {
		t.Errorf("album %+v, %v", album, err)
	}

	anna.SendsPhoto(data, "mine")
	got := next(t, b, nil)[0].Message
	f, err := b.GetFile(ctx, &telego.GetFileParams{FileID: got.Photo[2].FileID})
	if err != nil || got.Caption != "mine" || !strings.HasPrefix(f.FilePath, "photos/") {
		t.Fatalf("file %+v, %v", f, err)
	}
	if body := fetch(t, b.FileDownloadURL(f.FilePath)); !bytes.Equal(body, data) {
		t.Errorf("downloaded %d bytes", len(body))
	}
	_, err = b.GetFile(ctx, &telego.GetFileParams{FileID: "nonsense"})
	refused(t, err, 400, "Bad Request: invalid file_id")
}

func TestTelegoLongPolling(t *testing.T) {
	s := New(t)
	b := telegoClient(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	updates, err := b.UpdatesViaLongPolling(ctx, &telego.GetUpdatesParams{Timeout: 1})
	if err != nil {
		t.Fatal(err)
	}
	anna := s.Person("Anna")
	for _, text := range []string{"a", "b", "c"} {
		anna.Says(text)
		if u := <-updates; u.Message.Text != text {
			t.Errorf("got %+v", u.Message)
		}
	}
	s.Confirmed()
	cancel()
	for range updates {
		t.Error("an update came twice")
	}
}
