package telegramtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mymmrac/telego"
)

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name    string
		trouble Trouble
		taken   bool   // the effect came
		want    string // in the error or the refusal
	}{
		{"refused", Refuse(403, "Forbidden: bot was blocked by the user"), false, "bot was blocked"},
		{"too many", TooMany(7), false, "retry after 7"},
		{"a proxy's page", Page(502), false, "502 Bad Gateway: <html>"},
		{"dropped before", DropBefore(), false, "EOF"},
		{"dropped after", DropAfter(), true, "EOF"},
		{"slow", Slow(time.Millisecond), true, ""},
		{"a slow answer", SlowAnswer(time.Millisecond), true, ""},
	} {
		s := New(t)
		anna := s.Person("Anna").Knows()
		send := func(text string) (answer, error) {
			return by(s, "sendMessage", fmt.Sprintf("chat_id=%d", anna.ID()), "text="+text)
		}
		f := s.Fail(Fault{Method: "send", Chat: anna.ID(), Skip: 1, Trouble: c.trouble})
		if a, err := send("first"); err != nil || !a.OK {
			t.Errorf("%s: the first: %+v, %v", c.name, a, err)
		}
		a, err := send("second")
		got := a.Description
		if err != nil {
			got = err.Error()
		}
		if (c.want == "") != a.OK || !strings.Contains(got, c.want) {
			t.Errorf("%s: %+v, %v", c.name, a, err)
		}
		if a, err := send("third"); err != nil || !a.OK {
			t.Errorf("%s: the third: %+v, %v", c.name, a, err)
		}
		if n := len(anna.Messages()); (n == 3) != c.taken {
			t.Errorf("%s: %d messages came", c.name, n)
		}
		if f.Hits() != 1 {
			t.Errorf("%s: %d hits", c.name, f.Hits())
		}
	}
}

func TestFaultsStop(t *testing.T) {
	s := New(t)
	f := s.Fail(Fault{Method: "getMe", Times: -1, Trouble: Refuse(401, "Unauthorized")})
	for range 3 {
		if a := form(t, s, "getMe"); a.Code != 401 {
			t.Errorf("answered %+v", a)
		}
	}
	f.Stop()
	if a := form(t, s, "getMe"); !a.OK || f.Hits() != 3 {
		t.Errorf("answered %+v after %d hits", a, f.Hits())
	}
	// who hangs up before a slow call began has asked for nothing
	anna := s.Person("Anna").Knows()
	s.Fail(Fault{Trouble: Slow(time.Hour)})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/bot%s/sendMessage?chat_id=%d&text=x", s.URL(), s.Token(), anna.ID()), nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := http.DefaultClient.Do(req); !errors.Is(err, context.DeadlineExceeded) {
		resp.Body.Close()
		t.Errorf("the slow call ended with %v", err)
	}
	if n := len(anna.Messages()); n != 0 {
		t.Errorf("%d messages came", n)
	}
}

func TestLimits(t *testing.T) {
	now := time.Unix(1700000000, 0)
	at := func(d time.Duration) time.Time { return now.Add(d) }
	w := window{}
	for i := range 20 {
		if d := w.wait(at(time.Duration(i)*time.Second), 1, 20, time.Minute); d != 0 {
			t.Errorf("message %d waits %s", i, d)
		}
		w.add(at(time.Duration(i)*time.Second), 1)
	}
	if d := w.wait(at(20*time.Second), 1, 20, time.Minute); d != 40*time.Second {
		t.Errorf("message 21 waits %s", d)
	}
	if d := w.wait(at(60*time.Second), 1, 20, time.Minute); d > 0 {
		t.Errorf("after a minute it waits %s", d)
	}
	if d := w.wait(at(60*time.Second), 3, 20, time.Minute); d != 2*time.Second {
		t.Errorf("three at once wait %s", d)
	}

	s := New(t, WithLimits(Limits{PerChatSecond: 1, PerGroupMinute: 2}))
	anna, g := s.Person("Anna").Knows(), s.Group("Lisse").AddBot()
	send := func(id int64) answer {
		return form(t, s, "sendMessage", fmt.Sprintf("chat_id=%d", id), "text=x")
	}
	if a := send(anna.ID()); !a.OK {
		t.Errorf("the first: %+v", a)
	}
	if a := send(anna.ID()); a.Code != 429 || a.Description != "Too Many Requests: retry after 1" || a.Parameters.RetryAfter != 1 {
		t.Errorf("the second: %+v", a)
	}
	if a := send(g.ID()); !a.OK {
		t.Errorf("another chat: %+v", a)
	}
	if n := s.TooFast(); n != 1 {
		t.Errorf("%d were too fast", n)
	}
}

// hooked is a bot behind a webhook.
type hooked struct {
	mu     sync.Mutex
	texts  []string
	secret string
	fail   int // so many are refused
}

func (h *hooked) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	h.secret = r.Header.Get("X-Telegram-Bot-Api-Secret-Token")
	if h.fail > 0 {
		h.fail--
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	_, text, _ := strings.Cut(string(body), `"text":"`)
	text, _, _ = strings.Cut(text, `"`)
	h.texts = append(h.texts, text)
}

func TestWebhook(t *testing.T) {
	s := New(t, WithWebhookRetry(time.Millisecond))
	b := telegoClient(t, s)
	h := &hooked{fail: 3}
	bot := httptest.NewServer(h)
	defer bot.Close()
	anna := s.Person("Anna")
	anna.Says("a")
	set := &telego.SetWebhookParams{URL: bot.URL + "/hook", SecretToken: "s3cret-token_", MaxConnections: 1, AllowedUpdates: []string{"message"}}
	if err := b.SetWebhook(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	anna.Says("b")
	anna.Says("c")
	s.Confirmed()
	h.mu.Lock()
	if strings.Join(h.texts, "") != "abc" || h.secret != "s3cret-token_" {
		t.Errorf("delivered %q with secret %q", h.texts, h.secret)
	}
	h.mu.Unlock()
	info, err := b.GetWebhookInfo(t.Context())
	if err != nil || info.URL != set.URL || info.MaxConnections != 1 || info.PendingUpdateCount != 0 || len(info.AllowedUpdates) != 1 ||
		info.LastErrorMessage != "Wrong response from the webhook: 500 Internal Server Error" {
		t.Errorf("info %+v, %v", info, err)
	}
	if a := form(t, s, "setWebhook", "url="+set.URL, "secret_token="+set.SecretToken, "max_connections=1"); a.Description != "Webhook is already set" {
		t.Errorf("set again: %+v", a)
	}
	if a := form(t, s, "setWebhook", "url="+set.URL, "secret_token=no spaces"); a.Description != "Bad Request: secret token contains unallowed characters" {
		t.Errorf("a bad secret: %+v", a)
	}
	if a := form(t, s, "deleteWebhook"); a.Description != "Webhook was deleted" {
		t.Errorf("deleted: %+v", a)
	}
	anna.Says("d")
	if a := form(t, s, "deleteWebhook", "drop_pending_updates=true"); a.Description != "Webhook is already deleted" || s.Pending() != 0 {
		t.Errorf("deleted again: %+v, %d pending", a, s.Pending())
	}
}

// TestWebhookKeepsOrder delivers to several chats at once, and to each in order, whatever fails.
func TestWebhookKeepsOrder(t *testing.T) {
	s := New(t, WithWebhookRetry(time.Millisecond))
	h := &hooked{fail: 25}
	bot := httptest.NewServer(h)
	defer bot.Close()
	for i := range 20 {
		for p := range 5 {
			s.Person(fmt.Sprint("p", p)).Says(fmt.Sprintf("%d-%02d", p, i))
		}
	}
	form(t, s, "setWebhook", "url="+bot.URL)
	s.Confirmed()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.texts) != 100 {
		t.Errorf("%d were delivered", len(h.texts))
	}
	last := map[byte]string{}
	for _, text := range h.texts {
		if text < last[text[0]] {
			t.Errorf("%s came after %s", text, last[text[0]])
		}
		last[text[0]] = text
	}
}
