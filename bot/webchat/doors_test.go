package webchat

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
)

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func host(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }

func TestOnlyThisPageComesIn(t *testing.T) {
	b := open(t, true)
	port := b.server.URL[strings.LastIndex(b.server.URL, ":"):]
	say := `{"chat":"anna","key":"` + key + `","text":"hi"}`
	for _, c := range []struct {
		what, method, path string
		change             []func(*http.Request)
		want               int
	}{
		{"the page", http.MethodGet, "/", nil, 200},
		{"by the name of the machine", http.MethodGet, "/", []func(*http.Request){host("localhost" + port)}, 200},
		{"by another name (DNS rebinding)", http.MethodGet, "/", []func(*http.Request){host("evil.example" + port)}, 403},
		{"at another port", http.MethodGet, "/", []func(*http.Request){host("127.0.0.1:1")}, 403},
		{"a message from the page", http.MethodPost, "/api/say?as=anna", nil, 200},
		{"a message from elsewhere", http.MethodPost, "/api/say?as=anna", []func(*http.Request){header("Origin", "https://evil.example")}, 403},
		{"a message from nowhere", http.MethodPost, "/api/say?as=anna", []func(*http.Request){header("Origin", "null")}, 403},
		{"a message without an origin", http.MethodPost, "/api/say?as=anna", []func(*http.Request){func(r *http.Request) { r.Header.Del("Origin") }}, 403},
		{"the clock from elsewhere", http.MethodPost, "/api/clock", []func(*http.Request){header("Origin", "http://127.0.0.1:1")}, 403},
		{"a picture for another page", http.MethodGet, "/photo/x?as=anna", []func(*http.Request){header("Sec-Fetch-Site", "cross-site"), header("Sec-Fetch-Mode", "no-cors")}, 403},
		{"a link on another page", http.MethodGet, "/", []func(*http.Request){header("Sec-Fetch-Site", "cross-site"), header("Sec-Fetch-Mode", "navigate")}, 200},
		{"the template of the page", http.MethodGet, "/page/index.html", nil, 404},
		{"a file outside the page", http.MethodGet, "/page/..%2fdoors.go", nil, 404},
		{"another method", http.MethodPut, "/api/say", nil, 405},
	} {
		if got := b.status(c.method, c.path, say, c.change...); got != c.want {
			t.Errorf("%s: status %d, not %d", c.what, got, c.want)
		}
	}
}

func TestHeaders(t *testing.T) {
	b := open(t, false)
	for _, path := range []string{"/", "/page/main.js", "/page/nothing.js", "/api/hello"} {
		res := b.do(http.MethodGet, path, "")
		_ = res.Body.Close()
		h := res.Header
		csp := h.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "http") || strings.Contains(csp, "*") {
			t.Errorf("%s: the policy is %q", path, csp)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
	for file, kind := range map[string]string{"main.js": "text/javascript", "style.css": "text/css", "icon.svg": "image/svg+xml"} {
		res := b.do(http.MethodGet, "/page/"+file, "")
		_ = res.Body.Close()
		if got := res.Header.Get("Content-Type"); !strings.HasPrefix(got, kind) {
			t.Errorf("%s is %q", file, got)
		}
	}
}

func TestVisitorIsOnlyHimself(t *testing.T) {
	b := open(t, false)
	res := b.do(http.MethodGet, "/", "")
	_ = res.Body.Close()
	set := res.Header.Get("Set-Cookie")
	for _, want := range []string{cookie + "=", "HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(set, want) {
			t.Errorf("the cookie %q lacks %s", set, want)
		}
	}
	me, other := b.cookieOf(), b.cookieOf()
	r, _ := http.NewRequestWithContext(context.Background(), http.MethodGet, "/", nil)
	me(r)
	id := visitor(r)
	if strings.Contains(set, id) || id == "" {
		t.Error("the id that is kept is the cookie's own secret")
	}
	say := `{"chat":"` + id + `","key":"` + key + `","text":"hi"}`
	for _, c := range []struct {
		what, method, path, body string
		who                      func(*http.Request)
		want                     int
	}{
		{"one's own chat", http.MethodPost, "/api/say", say, me, 200},
		{"somebody else's chat", http.MethodPost, "/api/say", say, other, 403},
		{"somebody else by name", http.MethodPost, "/api/say?as=" + id, say, other, 403},
		{"without a cookie", http.MethodPost, "/api/say", say, func(*http.Request) {}, 401},
		{"with a short cookie", http.MethodPost, "/api/say", say, header("Cookie", cookie+"=x"), 401},
		{"somebody else's stream", http.MethodGet, "/api/events?as=" + id, "", func(*http.Request) {}, 401},
		{"the clock", http.MethodPost, "/api/clock", `{"step":"day"}`, me, 404},
	} {
		if got := b.status(c.method, c.path, c.body, c.who); got != c.want {
			t.Errorf("%s: status %d, not %d", c.what, got, c.want)
		}
	}
	if got := b.received(); len(got) != 1 || got[0].From.ID != id || got[0].From.Language != "nl" || got[0].From.ChatAdmin {
		t.Errorf("the bot got %+v", got)
	}
	res = b.do(http.MethodGet, "/api/hello", "", me)
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil || !strings.Contains(string(body), `"stage":false`) || strings.Contains(string(body), "tour") {
		t.Errorf("a visitor is greeted with %s, %v", body, err)
	}
}

func TestRates(t *testing.T) {
	b := open(t, false)
	me := b.cookieOf()
	refused := 0
	for range saysAtOnce + 5 {
		if b.status(http.MethodPost, "/api/say", `{"chat":"x","key":"`+key+`","text":"hi"}`, me) == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 {
		t.Error("one visitor may say as much as there is")
	}
	refused = 0
	for range newAtOnce + 5 {
		if b.status(http.MethodPost, "/api/say", `{"chat":"x","key":"`+key+`","text":"hi"}`, b.cookieOf()) == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 {
		t.Error("with a new cookie for each message the rate doesn't hold")
	}
	for range maxOfOne {
		b.follow("/api/events", "", me)
	}
	if got := b.status(http.MethodGet, "/api/events", "", me); got != http.StatusTooManyRequests {
		t.Errorf("one page more is answered %d", got)
	}
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		addr    string
		origins []string
		link    string // empty: refused
	}{
		{"127.0.0.1:8081", nil, "http://127.0.0.1:8081/?start=x"},
		{"[::1]:8081", nil, "http://[::1]:8081/?start=x"},
		{"127.0.0.1:8081", []string{"https://chat.lisse.nl/"}, "https://chat.lisse.nl/?start=x"},
		{"0.0.0.0:8081", []string{"https://chat.lisse.nl"}, "https://chat.lisse.nl/?start=x"},
		{"0.0.0.0:8081", nil, ""},
		{"8081", nil, ""},
		{"127.0.0.1:8081", []string{"chat.lisse.nl"}, ""},
		{"127.0.0.1:8081", []string{"https://chat.lisse.nl/chat"}, ""},
		{"127.0.0.1:8081", []string{"javascript:alert(1)"}, ""},
	} {
		w, err := New(Config{
			Account: "a", Town: Visitors{}, Addr: c.addr, Origins: c.origins, Clock: noon{}, Languages: []string{"nl"},
			Say: open(t, false).web.cfg.Say,
		})
		if c.link == "" {
			if err == nil {
				t.Errorf("%s %v was taken", c.addr, c.origins)
			}
			continue
		}
		if err != nil || w.StartLink("x") != c.link {
			t.Errorf("%s %v: %v, link %s", c.addr, c.origins, err, w.StartLink("x"))
		}
	}
}
