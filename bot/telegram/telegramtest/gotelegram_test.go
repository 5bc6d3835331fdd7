package telegramtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

func goTelegram(t *testing.T, s *Server, options ...bot.Option) *bot.Bot {
	t.Helper()
	b, err := bot.New(s.Token(), append([]bot.Option{bot.WithServerURL(s.URL()), bot.WithNotAsyncHandlers()}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func fetch(t *testing.T, address string) []byte {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", address, resp.Status, err)
	}
	return body
}

// TestGoTelegramConversation has a bot of this library talk with a person, by long polling.
func TestGoTelegramConversation(t *testing.T) {
	s := New(t)
	b := goTelegram(t, s, bot.WithDefaultHandler(func(ctx context.Context, b *bot.Bot, u *models.Update) {
		var err error
		switch {
		case u.CallbackQuery != nil:
			_, err = b.AnswerCallbackQuery(ctx, &bot.AnswerCallbackQueryParams{CallbackQueryID: u.CallbackQuery.ID})
			under := u.CallbackQuery.Message.Message
			if err == nil {
				_, err = b.EditMessageReplyMarkup(ctx, &bot.EditMessageReplyMarkupParams{ChatID: under.Chat.ID, MessageID: under.ID})
			}
			if err == nil {
				_, err = b.SendMessage(ctx, &bot.SendMessageParams{ChatID: under.Chat.ID, Text: "you chose " + u.CallbackQuery.Data})
			}
		case u.Message != nil && u.Message.Text != "":
			_, err = b.SendMessage(ctx, &bot.SendMessageParams{
				ChatID: u.Message.Chat.ID, Text: "you said " + u.Message.Text,
				ReplyParameters: &models.ReplyParameters{MessageID: u.Message.ID},
				ReplyMarkup: &models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{
					{{Text: "1. Tea", CallbackData: "tea"}, {Text: "2. Coffee", CallbackData: "coffee"}},
				}},
			})
		}
		if err != nil && ctx.Err() == nil {
			t.Error(err)
		}
	}))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { b.Start(ctx); close(done) }()
	defer func() { cancel(); <-done }()

	anna := s.Person("Anna")
	anna.Says("hello")
	question := anna.Hears("you said hello", "[2. Coffee]")
	anna.Taps("2").Answered()
	anna.Hears("you chose coffee")
	s.Wait("the buttons are gone", func() bool {
		for _, m := range anna.Messages() {
			if m.ID == question.ID {
				return m.Buttons == nil
			}
		}
		return false
	})
	g := s.Supergroup("Beheerders").AddBot()
	anna.SaysIn(g, "/menu")
	g.Hears("you said /menu")
	anna.TapsIn(g, "Tea").Answered()
	g.Hears("you chose tea")
}

func TestGoTelegramFilesAndRefusals(t *testing.T) {
	s := New(t)
	b := goTelegram(t, s)
	ctx := t.Context()
	anna := s.Person("Anna").Knows()
	data := picture(t, 40, 30)
	sent, err := b.SendPhoto(ctx, &bot.SendPhotoParams{
		ChatID: anna.ID(), Photo: &models.InputFileUpload{Filename: "p.jpg", Data: bytes.NewReader(data)}, Caption: "look",
		CaptionEntities: []models.MessageEntity{{Type: models.MessageEntityTypeItalic, Length: 4}},
	})
	if err != nil || len(sent.Photo) != 1 || sent.Photo[0].Width != 40 {
		t.Fatalf("sent %+v, %v", sent, err)
	}
	again, err := b.SendPhoto(ctx, &bot.SendPhotoParams{ChatID: anna.ID(), Photo: &models.InputFileString{Data: sent.Photo[0].FileID}})
	if err != nil || again.Photo[0].FileID != sent.Photo[0].FileID {
		t.Errorf("sent again %+v, %v", again, err)
	}
	f, err := b.GetFile(ctx, &bot.GetFileParams{FileID: sent.Photo[0].FileID})
	if err != nil || !bytes.Equal(fetch(t, b.FileDownloadLink(f)), data) {
		t.Errorf("file %+v, %v", f, err)
	}
	if _, err := b.SendVenue(ctx, &bot.SendVenueParams{ChatID: anna.ID(), Latitude: 52.26, Longitude: 4.56, Title: "Gemeentehuis", Address: "Plein 1"}); err != nil {
		t.Error(err)
	}
	anna.Hears("(place 52.26 4.56)")
	if _, err := b.SendMediaGroup(ctx, &bot.SendMediaGroupParams{ChatID: anna.ID(), Media: []models.InputMedia{
		&models.InputMediaPhoto{Media: "attach://a.jpg", MediaAttachment: bytes.NewReader(data), Caption: "two"},
		&models.InputMediaPhoto{Media: sent.Photo[0].FileID},
	}}); err != nil {
		t.Error(err)
	}

	anna.Blocks()
	_, err = b.SendMessage(ctx, &bot.SendMessageParams{ChatID: anna.ID(), Text: "hi"})
	if !errors.Is(err, bot.ErrorForbidden) || !strings.Contains(err.Error(), "bot was blocked by the user") {
		t.Errorf("blocked: %v", err)
	}
	g := s.Group("Lisse").AddBot()
	old := g.ID()
	g.Upgrade()
	_, err = b.SendMessage(ctx, &bot.SendMessageParams{ChatID: old, Text: "hi"})
	var moved *bot.MigrateError
	if !errors.As(err, &moved) || int64(moved.MigrateToChatID) != g.ID() {
		t.Errorf("moved: %v", err)
	}
	s.SetLimits(Limits{PerSecond: 1})
	_, _ = b.SendMessage(ctx, &bot.SendMessageParams{ChatID: g.ID(), Text: "hi"})
	_, err = b.SendMessage(ctx, &bot.SendMessageParams{ChatID: g.ID(), Text: "hi"})
	var slow *bot.TooManyRequestsError
	if !errors.As(err, &slow) || slow.RetryAfter != 1 || s.TooFast() != 1 {
		t.Errorf("too fast: %v", err)
	}
}

func TestGoTelegramSettings(t *testing.T) {
	s := New(t)
	b := goTelegram(t, s)
	ctx := t.Context()
	if _, err := b.SetMyCommands(ctx, &bot.SetMyCommandsParams{
		Commands: []models.BotCommand{{Command: "help", Description: "x"}}, Scope: &models.BotCommandScopeAllGroupChats{}, LanguageCode: "nl",
	}); err != nil || len(s.Menu("all_group_chats", "nl")) != 1 {
		t.Errorf("setMyCommands: %v", err)
	}
	if _, err := b.SetMyDescription(ctx, &bot.SetMyDescriptionParams{Description: "x"}); err != nil {
		t.Error(err)
	}
	if _, err := b.SetChatMenuButton(ctx, &bot.SetChatMenuButtonParams{MenuButton: models.MenuButtonCommands{Type: "commands"}}); err != nil {
		t.Error(err)
	}
	info, err := b.GetWebhookInfo(ctx)
	if err != nil || info.URL != "" {
		t.Errorf("webhook %+v, %v", info, err)
	}
}
