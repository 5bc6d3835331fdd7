package telegram

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

const token = "4242:AAsecret-secret_secret"

// minimal is a server that knows nothing but getMe and getUpdates, which is all that the bot needs to run. script, where
// it is set, answers a call first.
type minimal struct {
	*httptest.Server
	mu      sync.Mutex
	updates []string // waiting, numbered from first
	first   int
	offsets []int
	script  func(w http.ResponseWriter, r *http.Request, method string) bool
}

func newMinimal(t *testing.T) *minimal {
	m := &minimal{first: 100}
	m.Server = httptest.NewServer(m)
	t.Cleanup(m.Close)
	return m
}

func (m *minimal) say(texts ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, text := range texts {
		n := m.first + len(m.updates)
		m.updates = append(m.updates, fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,%s,%s,%s,"text":%q}}`, n, n, anna, home, date, text))
	}
}

func (m *minimal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	method := path.Base(r.URL.Path)
	m.mu.Lock()
	script := m.script
	m.mu.Unlock()
	if script != nil && script(w, r, method) {
		return
	}
	switch method {
	case "getMe":
		fmt.Fprint(w, `{"ok":true,"result":{"id":4242,"is_bot":true,"first_name":"B","username":"our_bot"}}`)
	case "getUpdates":
		m.poll(w, r)
	default:
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"ok":false,"error_code":404,"description":"Not Found: method not found"}`)
	}
}

func (m *minimal) poll(w http.ResponseWriter, r *http.Request) {
	offset, _ := strconv.Atoi(r.FormValue("offset"))
	timeout, _ := strconv.Atoi(r.FormValue("timeout"))
	end := time.Now().Add(time.Duration(timeout) * time.Second)
	m.mu.Lock()
	m.offsets = append(m.offsets, offset)
	m.mu.Unlock()
	for {
		m.mu.Lock()
		for len(m.updates) > 0 && m.first < offset {
			m.updates, m.first = m.updates[1:], m.first+1
		}
		list := strings.Join(m.updates, ",")
		m.mu.Unlock()
		if list != "" || !time.Now().Before(end) {
			fmt.Fprintf(w, `{"ok":true,"result":[%s]}`, list)
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (m *minimal) scripted(f func(w http.ResponseWriter, r *http.Request, method string) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.script = f
}

// logged is a log that several goroutines write to.
type logged struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// adapterAt makes an adapter for the server at api; its log must never show the token.
func adapterAt(t *testing.T, api string) (*Telegram, *logged) {
	t.Helper()
	out := &logged{}
	log := slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	tg, err := New(Config{Token: token, API: api, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if s := out.String(); strings.Contains(s, token) || strings.Contains(s, "secret") {
			t.Errorf("the log shows the token:\n%s", s)
		}
	})
	return tg, out
}

// heard collects what was received; fail, where it is set, may refuse a message.
type heard struct {
	mu    sync.Mutex
	texts []string
	fail  func(in messages.Inbound, times int) error
	times map[string]int
}

func (h *heard) receive(_ context.Context, in messages.Inbound) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.times == nil {
		h.times = map[string]int{}
	}
	h.times[in.ID]++
	if h.fail != nil {
		if err := h.fail(in, h.times[in.ID]); err != nil {
			return err
		}
	}
	h.texts = append(h.texts, in.Text)
	return nil
}

func (h *heard) all() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.Join(h.texts, " ")
}

// running runs the adapter until the test ends, and fails when Run does.
func running(t *testing.T, tg *Telegram, receive func(context.Context, messages.Inbound) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- tg.Run(ctx, receive) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			select {
			case err := <-done:
				if err != nil {
					t.Errorf("Run returned %v", err)
				}
			case <-time.After(10 * time.Second):
				t.Error("Run didn't return")
			}
		})
	}
	t.Cleanup(stop)
	return stop
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never happened: %s", what)
		}
	}
}
