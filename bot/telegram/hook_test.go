package telegram

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/messages"
)

const hookSecret = "Only_Telegram-knows"

// hooked makes an adapter whose webhook is on a server of its own, beside a stand-in for Telegram.
func hooked(t *testing.T) (server *telegramtest.Server, tg *Telegram, address string) {
	t.Helper()
	server = telegramtest.New(t, telegramtest.WithToken(token), telegramtest.WithWebhookRetry(time.Millisecond))
	front := httptest.NewUnstartedServer(nil)
	address = "http://" + front.Listener.Addr().String() + "/telegram"
	tg, err := New(Config{Token: token, API: server.URL(), Webhook: address, Secret: hookSecret})
	if err != nil {
		t.Fatal(err)
	}
	path, takes := tg.Hook()
	mux := http.NewServeMux()
	mux.Handle(path, takes)
	front.Config.Handler = mux
	front.Start()
	t.Cleanup(front.Close)
	return server, tg, address
}

// post brings something to the webhook, and gives the status of the answer.
func post(t *testing.T, method, address, secret, body string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if secret != "" {
		req.Header.Set(secretHeader, secret)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

func TestTelegramBringsMessagesToTheWebhook(t *testing.T) {
	server, tg, _ := hooked(t)
	if tg.Ready() {
		t.Error("ready before it ran")
	}
	h := heard{fail: func(in messages.Inbound, times int) error {
		switch {
		case in.Text == "b" && times == 1:
			return errors.New("the database is busy")
		case in.Text == "b" && times == 2:
			panic("broken")
		}
		return nil
	}}
	stop := running(t, tg, h.receive)
	eventually(t, "ready", tg.Ready)
	anna := server.Person("Anna")
	for _, text := range []string{"a", "b", "c"} {
		anna.Says(text)
	}
	eventually(t, "all in order, and what was refused once more", func() bool { return h.all() == "a b c" })
	stop()
	if tg.Ready() {
		t.Error("ready after it stopped")
	}
	anna.Says("d") // waits at Telegram: the webhook stays set
	running(t, tg, h.receive)
	eventually(t, "what was said meanwhile", func() bool { return h.all() == "a b c d" })
}

func TestWebhookTakesNothingFromOthers(t *testing.T) {
	server, tg, address := hooked(t)
	update := `{"update_id":900000,"message":{"message_id":1,"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7,"first_name":"Eve"},"text":"/start"}}`
	if got := post(t, http.MethodPost, address, hookSecret, update); got != http.StatusServiceUnavailable {
		t.Errorf("before Run an update gets %d", got)
	}
	var h heard
	running(t, tg, h.receive)
	eventually(t, "ready", tg.Ready)
	for _, c := range []struct {
		what, method, secret, body string
		status                     int
	}{
		{"no secret", http.MethodPost, "", update, 401},
		{"a wrong secret", http.MethodPost, hookSecret + "x", update, 401},
		{"a part of the secret", http.MethodPost, hookSecret[:5], update, 401},
		{"a look with the secret", http.MethodGet, hookSecret, "", 405},
		{"no JSON", http.MethodPost, hookSecret, "hello", 400},
		{"no number", http.MethodPost, hookSecret, `{"message":{}}`, 400},
		{"too much", http.MethodPost, hookSecret, `{"update_id":1,"x":"` + strings.Repeat("x", maxUpdate) + `"}`, 413},
		{"a kind that the bot doesn't know", http.MethodPost, hookSecret, `{"update_id":900001,"poll":{}}`, 200},
	} {
		if got := post(t, c.method, address, c.secret, c.body); got != c.status {
			t.Errorf("%s gets %d, want %d", c.what, got, c.status)
		}
	}
	if got := h.all(); got != "" {
		t.Errorf("received %q", got)
	}
	if got := post(t, http.MethodPost, address, hookSecret, update); got != 200 || h.all() != "/start" {
		t.Errorf("an update gets %d, and %q was received", got, h.all())
	}
	_ = server
}

// The answer comes after receive: a crash before it brings the message again.
func TestWebhookAnswersAfterReceive(t *testing.T) {
	_, tg, address := hooked(t)
	entered, release := make(chan struct{}), make(chan struct{})
	running(t, tg, func(context.Context, messages.Inbound) error {
		close(entered)
		<-release
		return nil
	})
	eventually(t, "ready", tg.Ready)
	answered := make(chan int, 1)
	go func() {
		answered <- post(t, http.MethodPost, address, hookSecret,
			`{"update_id":5,"message":{"message_id":1,"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7,"first_name":"Ana"},"text":"x"}}`)
	}()
	<-entered
	select {
	case got := <-answered:
		t.Errorf("answered %d before the message was received", got)
	default:
	}
	close(release)
	if got := <-answered; got != 200 {
		t.Errorf("answered %d", got)
	}
}

func TestCheckOfTheWebhook(t *testing.T) {
	server, tg, address := hooked(t)
	says := func(ok bool, words string) {
		t.Helper()
		for _, f := range tg.Check(t.Context()) {
			if f.OK == ok && strings.Contains(f.Text, words) {
				return
			}
		}
		t.Errorf("no finding %t %q in %+v", ok, words, tg.Check(t.Context()))
	}
	says(true, "is not set yet")
	other, err := New(Config{Token: token, API: server.URL(), Webhook: "http://127.0.0.1:1/elsewhere", Secret: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.setHook(t.Context()); err != nil {
		t.Fatal(err)
	}
	says(false, "set elsewhere (127.0.0.1:1)")
	tg.hooked.Store(true) // as after a while of running
	if err := tg.setHook(t.Context()); err != nil {
		t.Fatal(err)
	}
	says(true, "brings the messages to the webhook")
	if got := post(t, http.MethodPost, address, "wrong", "{}"); got != 401 {
		t.Errorf("a wrong secret gets %d", got)
	}
	server.Person("Anna").Says("nobody takes this") // no Run
	eventually(t, "trouble", func() bool {
		for _, f := range tg.Check(t.Context()) {
			if !f.OK && strings.Contains(f.Text, "trouble") {
				return true
			}
		}
		return false
	})
}

func TestAWebhookNeedsAnAddressAndASecret(t *testing.T) {
	for _, c := range []Config{{Webhook: "bot.example.nl", Secret: "x"}, {Webhook: "https://bot.example.nl/t"}} {
		c.Token = token
		if _, err := New(c); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
}
