package main

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// TestMain makes the test binary a small bot of its own where the test below starts it with -with.
func TestMain(m *testing.M) {
	if os.Getenv("TELEGRAMTEST_BOT") == "" {
		os.Exit(m.Run())
	}
	os.Exit(smallBot(os.Args[1:]))
}

func smallBot(args []string) int {
	if len(args) > 0 && args[0] == "invite" {
		_, _ = os.Stdout.WriteString("ABCD2345 for " + args[1] + " in " + os.Getenv("BUURTBODE_DATABASE") + "\n")
		return 3
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	b, err := bot.New(os.Getenv("BUURTBODE_TELEGRAM_TOKEN"), bot.WithServerURL(os.Getenv("BUURTBODE_TELEGRAM_API")), bot.WithDefaultHandler(answer))
	if err != nil {
		_, _ = os.Stderr.WriteString(err.Error())
		return 1
	}
	_, _ = os.Stderr.WriteString("small bot with " + strings.Join(args, " ") + "\n")
	b.Start(ctx)
	_, _ = os.Stderr.WriteString("small bot ends\n")
	return 0
}

func answer(ctx context.Context, b *bot.Bot, u *models.Update) {
	switch {
	case u.CallbackQuery != nil:
		_, _ = b.AnswerCallbackQuery(ctx, &bot.AnswerCallbackQueryParams{CallbackQueryID: u.CallbackQuery.ID, Text: "noted"})
		_, _ = b.EditMessageText(ctx, &bot.EditMessageTextParams{
			ChatID: u.CallbackQuery.Message.Message.Chat.ID, MessageID: u.CallbackQuery.Message.Message.ID, Text: "chose " + u.CallbackQuery.Data,
		})
	case u.Message == nil:
	case u.Message.Text != "":
		_, _ = b.SendMessage(ctx, &bot.SendMessageParams{
			ChatID: u.Message.Chat.ID, Text: "heard\n" + u.Message.Text,
			ReplyMarkup: &models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{{{Text: "1. Ja", CallbackData: "yes"}}}},
		})
	case len(u.Message.Photo) > 0:
		_, _ = b.SendPhoto(ctx, &bot.SendPhotoParams{ChatID: u.Message.Chat.ID, Photo: &models.InputFileString{Data: u.Message.Photo[0].FileID}, Caption: "nice"})
	case u.Message.Location != nil, u.Message.Contact != nil:
		_, _ = b.SendMessage(ctx, &bot.SendMessageParams{ChatID: u.Message.Chat.ID, Text: "a card from " + u.Message.From.LanguageCode})
	}
}

func TestConversationFromAPipe(t *testing.T) {
	t.Setenv("TELEGRAMTEST_BOT", "yes")
	t.Setenv("BUURTBODE_DATABASE", "")
	photo := filepath.Join(t.TempDir(), "bike.png")
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 20, 20))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(photo, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	script := strings.Join([]string{
		"# a newcomer", "anna: /start", "anna: (tap 1)", "anna: (photo " + photo + ")", "anna: (speaks en)", "anna: (contact)", "anna: (place 52.26 4.56)",
		"(add Beheerders Lisse)", "Anna @ beheerders lisse: /saar", "bert @ Nergens: hi", "(run invite officer)", "nonsense", "help", "quit", "anna: too late",
	}, "\n")
	var out, log bytes.Buffer
	if code := run(t.Context(), []string{"-with", os.Args[0], "run"}, strings.NewReader(script), &out, &log); code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{
		"anna: /start\nbot to anna: heard\n    /start\n    [1. Ja]\n", "(shown for a moment: noted", "bot to anna: (changed) chose yes\n",
		"bot to anna: (photo) nice\n", "a card from en", "Anna @ beheerders lisse: /saar\nbot @ Beheerders Lisse: heard\n    /saar\n",
		`? There is no group "Nergens". Add it: (add Nergens)`, "ABCD2345 for officer in " + os.TempDir(), "(exit status 3)", "? Who says what?", "(upgrade GROUP)",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the conversation lacks %q", want)
		}
	}
	if t.Failed() || strings.Contains(out.String(), "too late") {
		t.Errorf("the conversation:\n%s", out.String())
	}
	if log.String() != "small bot with run\nsmall bot ends\n" {
		t.Errorf("the log:\n%s", log.String())
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "buurtbode-*")); len(left) > 0 && strings.Contains(out.String(), left[0]) {
		t.Errorf("left behind: %s", left)
	}
}

func TestWithoutAProgram(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	in, feed := io.Pipe()
	defer func() { _ = feed.Close() }()
	out := &lines{w: &bytes.Buffer{}}
	text := func() string {
		out.mu.Lock()
		defer out.mu.Unlock()
		return out.w.(*bytes.Buffer).String()
	}
	done := make(chan int)
	go func() { done <- run(ctx, []string{"-port", "0", "-serve"}, in, out, io.Discard) }()
	for end := time.Now().Add(10 * time.Second); !strings.Contains(text(), "BUURTBODE_TELEGRAM_API=http://127.0.0.1:"); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the first screen:\n%s", text())
		}
	}
	_ = feed.Close()
	select {
	case <-done:
		t.Error("it ended with the input")
	case <-time.After(20 * time.Millisecond):
	}
	cancel()
	if code := <-done; code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestAProgramThatEnds(t *testing.T) {
	t.Setenv("TELEGRAMTEST_BOT", "yes")
	in, feed := io.Pipe()
	defer func() { _ = feed.Close() }()
	var log bytes.Buffer
	if code := run(t.Context(), []string{"-with", os.Args[0], "invite", "x"}, in, io.Discard, &log); code != 1 || !strings.Contains(log.String(), "ended by itself: exit status 3") {
		t.Errorf("exit code %d, log:\n%s", code, log.String())
	}
	if code := run(t.Context(), []string{"-with", filepath.Join(t.TempDir(), "nothing")}, in, io.Discard, &log); code != 1 {
		t.Errorf("exit code %d for a program that isn't there", code)
	}
	if code := run(t.Context(), []string{"-colour"}, in, io.Discard, io.Discard); code != 2 {
		t.Errorf("exit code %d for an unknown flag", code)
	}
}
