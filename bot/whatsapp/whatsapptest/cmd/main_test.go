package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	_ "github.com/glebarez/go-sqlite" // the driver "sqlite"
	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"go.mau.fi/whatsmeow/types/events"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
)

// bench is the command with a pipe as its input, and a small bot.
type bench struct {
	t    *testing.T
	out  *lines
	feed *io.PipeWriter
	done chan int
	addr string
	bot  *whatsmeow.Client
}

func newBench(t *testing.T, args ...string) *bench {
	t.Helper()
	in, feed := io.Pipe()
	b := &bench{t: t, out: &lines{w: &bytes.Buffer{}}, feed: feed, done: make(chan int, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	t.Cleanup(func() { _ = feed.Close() })
	go func() {
		b.done <- run(ctx, append([]string{"-port", "0", "-quiet", "100ms"}, args...), in, b.out, b.out)
	}()
	found := b.waits(`BUURTBODE_WHATSAPP_SERVER='([^#]+)#([0-9a-f]{64})'`)
	b.addr = found[1]
	if key, err := hex.DecodeString(found[2]); err != nil || whatsmeow.WACertPubKey != [32]byte(key) {
		t.Errorf("the key is %q", found[2])
	}
	return b
}

func (b *bench) text() string {
	b.out.mu.Lock()
	defer b.out.mu.Unlock()
	return b.out.w.(*bytes.Buffer).String()
}

// waits waits until the output has something.
func (b *bench) waits(pattern string) []string {
	b.t.Helper()
	want := regexp.MustCompile(pattern)
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		if found := want.FindStringSubmatch(b.text()); found != nil {
			return found
		}
		if time.Now().After(end) {
			b.t.Fatalf("waited in vain for %s in:\n%s", pattern, b.text())
		}
	}
}

func (b *bench) types(line, pattern string) {
	b.t.Helper()
	if _, err := io.WriteString(b.feed, line+"\n"); err != nil {
		b.t.Fatal(err)
	}
	b.waits(pattern)
}

// smallBot makes a client that answers every text, and isn't linked yet.
func (b *bench) smallBot() {
	b.t.Helper()
	db, err := sql.Open("sqlite", ":memory:?_pragma=foreign_keys(1)")
	if err != nil {
		b.t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	b.t.Cleanup(func() { _ = db.Close() })
	store := sqlstore.NewWithDB(db, "sqlite", nil)
	if err := store.Upgrade(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	b.bot = whatsmeow.NewClient(store.NewDevice(), nil)
	b.bot.SetPreLoginHTTPClient(whatsapptest.Client(b.addr))
	b.bot.SetWebsocketHTTPClient(whatsapptest.Client(b.addr))
	b.bot.AddEventHandler(func(e any) {
		if m, ok := e.(*events.Message); ok && !m.Info.IsFromMe {
			go b.answer(m)
		}
	})
}

func (b *bench) answer(m *events.Message) {
	text := "got " + m.Info.Type
	if m.Message.GetConversation() != "" {
		text = "heard\n" + m.Message.GetConversation()
	}
	answers := []*waE2E.Message{{Conversation: &text}}
	if m.Message.GetConversation() == "ask" {
		answers = append(answers, b.bot.BuildPollCreation("Komt u?", []string{"Ja", "Nee"}, 1))
	}
	for _, a := range answers {
		if _, err := b.bot.SendMessage(context.Background(), m.Info.Chat, a); err != nil {
			b.out.say("the bot can't send: %v\n", err)
		}
	}
}

func TestAConversationFromAPipe(t *testing.T) {
	photo := filepath.Join(t.TempDir(), "bike.png")
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 20, 20))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(photo, picture.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	b.smallBot()
	codes, err := b.bot.GetQRChannel(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.bot.Connect(); err != nil {
		t.Fatal(err)
	}
	b.types("2@nothing,a,b,c", `\? no client shows that code`)
	b.types((<-codes).Code, `\(linked to 31600000001\)`)
	b.types("anna: /start", "anna: /start\nbot to anna: heard\n    /start\n")
	b.types("anna: ask", `bot to anna: \(poll\) Komt u\?\n    \[1\. Ja\]\n    \[2\. Nee\]\n`)
	b.types("anna: (vote 2)", "bot to anna: got poll\n")
	b.types("anna: (place 52.26 4.56)", "bot to anna: got (text|media)\n")
	b.types("anna: (photo "+photo+")", "bot to anna: got media\n")
	b.types("(add Beheerders Lisse)", `\(add Beheerders Lisse\)`)
	b.types("Anna @ beheerders lisse: /saar", "bot @ Beheerders Lisse: heard\n    /saar\n")
	b.types("bert @ Beheerders Lisse: ook hier", "bot @ Beheerders Lisse: heard\n    ook hier\n")
	b.types("bert @ Nergens: hi", `\? There is no group "Nergens". Add it: \(add Nergens\)`)
	b.types("(rename Beheerders Lisse @ Beheerders Hillegom)", "Hillegom")
	b.types("anna @ Beheerders Hillegom: en nu?", "bot @ Beheerders Hillegom: heard\n    en nu\\?\n")
	b.types("(refuse 429 1)", "refuse")
	b.types("anna: nog iets", "the bot can't send: server returned error 429")
	b.types("nonsense", `\? Who says what\?`)
	b.types("help", `\(rename GROUP @ NAME\)`)
	b.types("quit", "quit")
	if code := <-b.done; code != 0 {
		t.Errorf("exit code %d", code)
	}
	if strings.Count(b.text(), "ook hier\n") != 2 {
		t.Errorf("what two people see is printed twice:\n%s", b.text())
	}
}

func TestLinkingByACodeThatIsTyped(t *testing.T) {
	b := newBench(t, "-number", "31600000009")
	b.smallBot()
	shown := make(chan struct{}, 1)
	b.bot.AddEventHandler(func(e any) {
		if _, ok := e.(*events.QR); ok {
			shown <- struct{}{}
		}
	})
	if err := b.bot.Connect(); err != nil {
		t.Fatal(err)
	}
	<-shown
	code, err := b.bot.PairPhone(t.Context(), "31600000009", true, whatsmeow.PairClientChrome, "Chrome (Linux)")
	if err != nil {
		t.Fatal(err)
	}
	b.types(code, `\(linked to 31600000009\)`)
	b.types("anna: hallo", "bot to anna: heard\n    hallo\n")
	b.types("quit", "quit")
	<-b.done
}

func TestItGoesOnWithServe(t *testing.T) {
	b := newBench(t, "-serve")
	_ = b.feed.Close()
	select {
	case <-b.done:
		t.Error("it ended with the input")
	case <-time.After(20 * time.Millisecond):
	}
	if code := run(t.Context(), []string{"-colour"}, strings.NewReader(""), io.Discard, io.Discard); code != 2 {
		t.Errorf("exit code %d for an unknown flag", code)
	}
	if code := run(t.Context(), []string{"-port", strings.Split(b.addr, ":")[1]}, strings.NewReader(""), io.Discard, io.Discard); code != 1 {
		t.Errorf("exit code %d for a port that is taken", code)
	}
}
