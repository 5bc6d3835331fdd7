package bot_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// visitor is a browser at the page of `buurtbode run`.
type visitor struct {
	t      *testing.T
	page   string // http://127.0.0.1:PORT
	cookie *http.Cookie
	id     string
	said   int
}

// request asks the page as its own browser does, which keeps the cookie; unless change makes it otherwise.
func (v *visitor) request(method, path, body string, change ...func(*http.Request)) (int, string) {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), method, v.page+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	if method != http.MethodGet {
		req.Header.Set("Origin", v.page)
	}
	if v.cookie != nil {
		req.AddCookie(v.cookie)
	}
	for _, c := range change {
		c(req)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	if set := resp.Cookies(); len(set) > 0 {
		v.cookie = set[0]
	}
	return resp.StatusCode, string(text)
}

// visit opens the page for somebody who never saw it.
func visit(t *testing.T, page string) *visitor {
	t.Helper()
	v := &visitor{t: t, page: page}
	status, body := v.request(http.MethodGet, "/", "")
	if status != http.StatusOK || !strings.Contains(body, "<title>buurtbode</title>") || v.cookie == nil {
		t.Fatalf("the page answers %d, with the cookie %v:\n%s", status, v.cookie, body)
	}
	var hello struct {
		Stage  bool
		Places []any
		Me     struct{ ID, Name, Phone string }
	}
	status, body = v.request(http.MethodGet, "/api/hello", "")
	if err := json.Unmarshal([]byte(body), &hello); status != http.StatusOK || err != nil {
		t.Fatalf("the greeting is %d %s, %v", status, body, err)
	}
	if hello.Stage || len(hello.Places) > 0 || hello.Me.Name != "" || hello.Me.Phone != "" || strings.Contains(body, "web.tour") || strings.Contains(body, "web.clock") {
		t.Errorf("a visitor is offered what belongs to the demo: %s", body)
	}
	v.id = hello.Me.ID
	return v
}

// heard is all that the bot said to the visitor.
func (v *visitor) heard() []string {
	v.t.Helper()
	status, body := v.request(http.MethodGet, "/api/earlier?chat="+v.id+"&before=1000000", "")
	var page struct {
		Messages []struct {
			From string
			Body []struct{ T string }
		}
	}
	if err := json.Unmarshal([]byte(body), &page); status != http.StatusOK || err != nil {
		v.t.Fatalf("the chat is %d %s, %v", status, body, err)
	}
	var out []string
	for _, m := range page.Messages {
		text := ""
		for _, span := range m.Body {
			text += span.T
		}
		if m.From == "" {
			out = append(out, text)
		}
	}
	return out
}

// says sends a text and waits for an answer that has some words.
func (v *visitor) says(text string, words ...string) {
	v.t.Helper()
	before := len(v.heard())
	v.said++
	body := fmt.Sprintf(`{"chat":%q,"key":"visitor-%04d","text":%q}`, v.id, v.said, text)
	if status, answer := v.request(http.MethodPost, "/api/say", body); status != http.StatusOK {
		v.t.Fatalf("saying %s is answered %d %s", text, status, answer)
	}
	answer := ""
	for begun := time.Now(); time.Since(begun) < patience; time.Sleep(5 * time.Millisecond) {
		answer = strings.Join(v.heard()[before:], "\n")
		missing := slices.IndexFunc(words, func(w string) bool { return !strings.Contains(answer, w) })
		if missing < 0 {
			return
		}
	}
	v.t.Fatalf("the answer to %s lacks one of %q:\n%s", text, words, answer)
}

func TestAVisitorIsAResidentUntilAnInvitation(t *testing.T) {
	cfg := storagetest.SQLite(t)
	call(t, cfg, "import", "sample").want(t, 0)
	listener := listen(t)
	addr := listener.Addr().String()
	_ = listener.Close()
	telegram := telegramtest.New(t)
	r := start(t, cfg, telegram, "--webchat", addr)
	r.logs("the messenger in the browser is open")

	ria, anna := visit(t, "http://"+addr), visit(t, "http://"+addr)
	if ria.id == anna.id {
		t.Fatal("two browsers are one person")
	}
	anna.says("/saar", "Onthoud SAAR", "112")
	anna.says("/melding", "alleen voor politie of gemeente")
	ria.says("/start", "/saar", "/aanmelden")

	code := strings.TrimSpace(call(t, cfg, "invite", "officer", "--area", "Lisse").out)
	ria.says("/activate "+code, "Je bent nu wijkagent voor Lisse")
	ria.says("/melding", "Wat voor melding wordt het?")
	anna.says("/activate "+code, "code")
	anna.says("/melding", "alleen voor politie of gemeente")

	for _, c := range []struct {
		what, method, path, body string
		change                   func(*http.Request)
		want                     int
	}{
		{"the clock", http.MethodPost, "/api/clock", `{"step":"day"}`, nil, http.StatusNotFound},
		{"to be the officer", http.MethodPost, "/api/say?as=" + ria.id, `{"chat":"` + ria.id + `","key":"visitor-9999","text":"/saar"}`, nil, http.StatusForbidden},
		{"to read the officer's chat", http.MethodGet, "/api/earlier?as=" + ria.id + "&chat=" + ria.id + "&before=9999", "", nil, http.StatusForbidden},
		{"the page by another name", http.MethodGet, "/", "", func(q *http.Request) { q.Host = "buurt.example:80" }, http.StatusForbidden},
		{
			"a message from another page", http.MethodPost, "/api/say", `{"chat":"` + anna.id + `","key":"visitor-9998","text":"/saar"}`,
			func(q *http.Request) { q.Header.Set("Origin", "https://buurt.example") }, http.StatusForbidden,
		},
	} {
		change := []func(*http.Request){}
		if c.change != nil {
			change = append(change, c.change)
		}
		if status, body := anna.request(c.method, c.path, c.body, change...); status != c.want {
			t.Errorf("%s: %d %s, want %d", c.what, status, body, c.want)
		}
	}

	telegram.Person("Karim").Says("/saar") // the other network goes on beside it
	said := len(ria.heard())
	r.stop()
	r.ends(0)
	again := start(t, cfg, telegram, "--webchat", addr)
	again.logs("the messenger in the browser is open")
	if got := len(ria.heard()); got < said {
		t.Errorf("after a restart %d of %d messages are left", got, said)
	}
	ria.says("/melding", "Wat voor melding wordt het?")
}

func TestThereIsNoPageUnlessItIsAskedFor(t *testing.T) {
	r := start(t, storagetest.SQLite(t), telegramtest.New(t))
	r.answers("/healthz", http.StatusOK)
	if strings.Contains(r.log.String(), "messenger in the browser") {
		t.Errorf("the page is open without being asked for:\n%s", r.log)
	}
	for _, path := range []string{"/", "/api/hello", "/page/main.js"} {
		if got, _ := r.ask(http.MethodGet, path); got != http.StatusNotFound {
			t.Errorf("%s is answered %d", path, got)
		}
	}
}
