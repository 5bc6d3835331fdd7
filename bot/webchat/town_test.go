package webchat

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

// street is a town of two people with a private chat each, a group and a channel.
type street struct {
	mu   sync.Mutex
	left map[string]bool
	fail int // forwards that fail
	ran  []Step
}

func (s *street) Person(id string) (Person, bool) {
	for _, p := range s.People() {
		if p.ID == id {
			return p, true
		}
	}
	return Person{}, false
}

func (s *street) all() []Chat {
	s.mu.Lock()
	defer s.mu.Unlock()
	return []Chat{
		{ID: "anna", Kind: messages.Direct, Members: []Member{{Person: "anna"}}},
		{ID: "bob", Kind: messages.Direct, Members: []Member{{Person: "bob"}}},
		{ID: "group", Kind: messages.Group, Title: "Beheerders", Members: []Member{{Person: "anna", Admin: true}, {Person: "bob"}}, Left: s.left["group"]},
		{ID: "channel", Kind: messages.Channel, Title: "Kanaal", Members: []Member{{Person: "anna", Admin: true}, {Person: "bob", Reads: true}}},
	}
}

func (s *street) Chat(id string) (Chat, bool) {
	for _, c := range s.all() {
		if c.ID == id {
			return c, true
		}
	}
	return Chat{}, false
}

func (s *street) Chats(person string) []Chat {
	var out []Chat
	for _, c := range s.all() {
		if _, ok := c.Member(person); ok {
			out = append(out, c)
		}
	}
	return out
}

func (s *street) Leave(chat string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left[chat] = true
}

func (s *street) People() []Person {
	return []Person{{ID: "anna", Name: "Anna", Language: "nl", Phone: "0612345678"}, {ID: "bob", Name: "Bob", Language: "en"}}
}

func (s *street) Places() []messages.Place {
	return []messages.Place{{Latitude: 52.26, Longitude: 4.56, Name: "Lisse"}}
}

func (s *street) Ahead() time.Duration { return time.Hour }

func (s *street) Forward(_ context.Context, step Step) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ran = append(s.ran, step)
	if s.fail > 0 {
		s.fail--
		return errors.New("it did not work")
	}
	return nil
}

type noon struct{}

func (noon) Now() time.Time { return time.Date(2018, 5, 7, 12, 0, 0, 0, time.UTC) }

// bench is a platform with a server around it, and a bot that notes what it got.
type bench struct {
	t      testing.TB
	web    *Webchat
	server *httptest.Server
	street *street

	mu       sync.Mutex
	got      []messages.Inbound
	failures int // receives that fail
}

// open starts one. With a stage the page can be anyone.
func open(t testing.TB, staged bool, change ...func(*Config)) *bench {
	t.Helper()
	b := &bench{t: t, street: &street{left: map[string]bool{}}}
	var w *Webchat
	b.server = httptest.NewUnstartedServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) { w.Handler().ServeHTTP(out, r) }))
	cfg := Config{
		Account: "test", Town: Visitors{}, Addr: b.server.Listener.Addr().String(), Clock: noon{}, Languages: []string{"nl", "en"}, Emergency: "112",
		Say: func(lang string, s messages.Say) string { return lang + " " + s.ID + s.Raw },
	}
	if staged {
		cfg.Town, cfg.Stage = b.street, b.street
	}
	for _, c := range change {
		c(&cfg)
	}
	var err error
	if w, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	b.web = w
	if err := w.book.start(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.open(b.receive)
	b.server.Start()
	t.Cleanup(b.server.Close)
	return b
}

func (b *bench) receive(_ context.Context, in messages.Inbound) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures > 0 {
		b.failures--
		return errors.New("the database is away")
	}
	b.got = append(b.got, in)
	return nil
}

func (b *bench) received() []messages.Inbound {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]messages.Inbound{}, b.got...)
}

// do sends a request as the page would, unless change makes it otherwise.
func (b *bench) do(method, path, body string, change ...func(*http.Request)) *http.Response {
	b.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, b.server.URL+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	if method != http.MethodGet {
		r.Header.Set("Origin", b.server.URL)
	}
	for _, c := range change {
		c(r)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

// status sends a request and gives the status of the answer.
func (b *bench) status(method, path, body string, change ...func(*http.Request)) int {
	b.t.Helper()
	res := b.do(method, path, body, change...)
	_ = res.Body.Close()
	return res.StatusCode
}

// sends is the bot's message.
func (b *bench) sends(m messages.Outbound) messages.Sent {
	b.t.Helper()
	sent, err := b.web.Send(context.Background(), m)
	if err != nil {
		b.t.Fatal(err)
	}
	return sent
}

func to(chat, text, key string) messages.Outbound {
	return messages.Outbound{To: messages.Address{Platform: name, Account: "test", Chat: chat}, Body: messages.Rich{{Text: text}}, Key: key, Action: messages.Send}
}

// texts are the messages of a chat in short: "who: text".
func (b *bench) texts(chat string) string {
	b.t.Helper()
	all, err := b.web.Messages(context.Background(), chat)
	if err != nil {
		b.t.Fatal(err)
	}
	var out []string
	for _, m := range all {
		from := m.From
		if from == "" {
			from = "bot"
		}
		text := m.Body.String()
		if m.Withdrawn {
			text = "(withdrawn)"
		}
		if m.Pending {
			text += " (waits)"
		}
		out = append(out, from+": "+text)
	}
	return strings.Join(out, " | ")
}

// event is one server-sent event.
type event struct{ name, id, data string }

// follow opens a stream; last is the id of the last event that was seen.
func (b *bench) follow(path, last string, change ...func(*http.Request)) *follower {
	b.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	b.t.Cleanup(cancel)
	change = append(change, func(r *http.Request) {
		*r = *r.WithContext(ctx)
		if last != "" {
			r.Header.Set("Last-Event-ID", last)
		}
	})
	res := b.do(http.MethodGet, path, "", change...) //nolint:bodyclose // the follower reads it until the test ends
	if res.StatusCode != http.StatusOK {
		b.t.Fatalf("the stream answered %d", res.StatusCode)
	}
	f := &follower{t: b.t, stop: cancel, events: make(chan event, 100)}
	go f.read(res.Body)
	return f
}

type follower struct {
	t      testing.TB
	stop   context.CancelFunc
	events chan event
	last   string
}

func (f *follower) read(from io.Reader) {
	defer close(f.events)
	var e event
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ": ")
		switch field {
		case "event":
			e.name = value
		case "id":
			e.id = value
		case "data":
			e.data = value
		case "":
			if e.name != "" {
				f.events <- e
			}
			e = event{}
		}
	}
}

// until reads events up to one of that name, and gives the texts of the messages among them.
func (f *follower) until(name string) (texts []string, reset bool) {
	f.t.Helper()
	for {
		select {
		case e, ok := <-f.events:
			if !ok {
				f.t.Fatal("the stream ended")
			}
			reset = reset || e.name == "reset"
			if e.name == "message" {
				var m Message
				if err := json.Unmarshal([]byte(e.data), &m); err != nil {
					f.t.Fatal(err)
				}
				f.last = e.id
				texts = append(texts, m.Body.String())
			}
			if e.name == name {
				return texts, reset
			}
		case <-time.After(10 * time.Second):
			f.t.Fatalf("no event %q came", name)
		}
	}
}

// cookieOf opens the page as a new visitor, and gives a change that makes requests this visitor's.
func (b *bench) cookieOf() func(*http.Request) {
	b.t.Helper()
	res := b.do(http.MethodGet, "/", "")
	defer func() { _ = res.Body.Close() }()
	for _, c := range res.Cookies() {
		if c.Name == cookie {
			return func(r *http.Request) { r.AddCookie(c) }
		}
	}
	b.t.Fatal("the page set no cookie")
	return nil
}

func snapshot(t testing.TB) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 8, 8))
	img.Set(1, 1, color.White)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
