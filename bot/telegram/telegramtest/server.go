// Package telegramtest is a stand-in for Telegram on this machine: a server on 127.0.0.1 that speaks the Bot API
// (https://core.telegram.org/bots/api) for one bot and keeps state as Telegram does: chats and who is in them, messages,
// files, updates that wait until they are confirmed. Tests play the people; the bot under test can't tell the difference.
//
// It answers with Telegram's own words and codes, which were read off the code of Telegram's server
// (https://github.com/tdlib/telegram-bot-api). What it doesn't know it doesn't make up: an unknown method or field fails
// the test. Everything on the wire is written and read with telego's types, and tests hold that two client libraries
// understand it. It imports nothing of the project.
//
//	server := telegramtest.New(t)
//	anna := server.Person("Anna")
//	group := server.Group("Beheerders Lisse")
//	anna.AddsBot(group)
//	anna.SaysIn(group, "/saar")
//	group.Hears("112")
package telegramtest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mymmrac/telego"
)

// Token is the bot's token unless WithToken changes it. It opens nothing anywhere else.
const Token = "7000000001:not-a-secret_only-for-this-machine0"

// Username is the bot's name unless WithUsername changes it.
const Username = "standin_bot"

// patience is how long a test waits for something to happen, in real time.
const patience = 10 * time.Second

// Reporter hears of what the bot did wrong: a method or field that doesn't exist, and what a person waited for in vain.
// A *testing.T is one.
type Reporter interface {
	Errorf(format string, args ...any)
}

// TB is what New needs of a *testing.T.
type TB interface {
	Reporter
	Helper()
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// Server is the stand-in. All its methods may be called from several goroutines.
type Server struct {
	report   Reporter
	token    string
	port     int
	now      func() time.Time
	patience time.Duration
	retry    time.Duration // of a webhook, before the second try
	methods  map[string]method
	http     *http.Server
	url      string
	ctx      context.Context // ends when the server closes
	close    context.CancelFunc
	closed   sync.WaitGroup

	mu          sync.Mutex
	bell        chan struct{} // closed when something changed; nil: nobody waits
	me          telego.User
	people      map[string]*Person
	users       map[int64]*Person
	groups      map[string]*Group
	chats       map[int64]*chat
	lastMessage int // private chats and groups number their messages together
	files       map[string]*file
	paths       map[string]*file
	taps        map[string]*Tap
	queue       queue
	hook        webhook
	limits      Limits
	sent        window
	tooFast     int
	faults      []*Fault
	log         []Message
	counts      map[string]int
	calls       int // all but getUpdates
	settings    settings
}

// Option changes a server before it starts.
type Option func(*Server)

// WithToken sets the bot's token: its id, a colon and a secret.
func WithToken(token string) Option { return func(s *Server) { s.token = token } }

// WithUsername sets the bot's name, without @.
func WithUsername(name string) Option { return func(s *Server) { s.me.Username = name } }

// WithPort sets the port; without it, the system chooses a free one.
func WithPort(port int) Option { return func(s *Server) { s.port = port } }

// WithoutPrivacy turns privacy mode off, so that the bot sees everything that is said in its groups
// (https://core.telegram.org/bots/features#privacy-mode). BotFather's default is on.
func WithoutPrivacy() Option { return func(s *Server) { s.me.CanReadAllGroupMessages = true } }

// WithLimits has the server refuse what comes too fast. Without it, there is no limit.
func WithLimits(l Limits) Option { return func(s *Server) { s.limits = l } }

// WithPatience sets how long a test waits for something to happen; 10 s without it.
func WithPatience(d time.Duration) Option { return func(s *Server) { s.patience = d } }

// WithClock sets the clock that dates messages. Rates and waiting keep real time.
func WithClock(now func() time.Time) Option { return func(s *Server) { s.now = now } }

// WithWebhookRetry sets how long the server waits before it delivers a refused update again, doubled each time; 1 s
// without it.
func WithWebhookRetry(d time.Duration) Option { return func(s *Server) { s.retry = d } }

// New starts a server that ends with the test.
func New(t TB, options ...Option) *Server {
	t.Helper()
	s, err := Start(t, options...)
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(s.Close)
	return s
}

// Start starts a server; Close ends it.
func Start(r Reporter, options ...Option) (*Server, error) {
	s := &Server{
		report: r, token: Token, now: time.Now, patience: patience, retry: time.Second,
		me:       telego.User{IsBot: true, FirstName: "Stand-in", Username: Username, CanJoinGroups: true},
		people:   map[string]*Person{},
		users:    map[int64]*Person{},
		groups:   map[string]*Group{},
		chats:    map[int64]*chat{},
		files:    map[string]*file{},
		paths:    map[string]*file{},
		taps:     map[string]*Tap{},
		queue:    newQueue(),
		counts:   map[string]int{},
		settings: newSettings(),
	}
	for _, o := range options {
		o(s)
	}
	id, _, _ := strings.Cut(s.token, ":")
	me, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("telegramtest: the token must begin with the bot's id: %w", err)
	}
	s.me.ID = me
	s.methods = methods()
	s.ctx, s.close = context.WithCancel(context.Background())
	listener, err := (&net.ListenConfig{}).Listen(s.ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)))
	if err != nil {
		s.close()
		return nil, fmt.Errorf("telegramtest: %w", err)
	}
	s.url = "http://" + listener.Addr().String()
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	s.closed.Go(func() { _ = s.http.Serve(listener) })
	return s, nil
}

// Close ends the server and all that is under way on it.
func (s *Server) Close() {
	s.close()
	_ = s.http.Close()
	s.closed.Wait()
}

// URL is the address to give to the bot.
func (s *Server) URL() string { return s.url }

// Token is the token to give to the bot.
func (s *Server) Token() string { return s.token }

// SetPrivacy turns privacy mode on or off. Telegram lets it count for a group only after the bot was added anew; here it
// counts at once.
func (s *Server) SetPrivacy(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.me.CanReadAllGroupMessages = !on
}

// ring wakes everyone who waits for a change; the lock is held.
func (s *Server) ring() {
	if s.bell != nil {
		close(s.bell)
		s.bell = nil
	}
}

// ears is closed at the next change; the lock is held.
func (s *Server) ears() <-chan struct{} {
	if s.bell == nil {
		s.bell = make(chan struct{})
	}
	return s.bell
}

// await waits until ok, which is called with the lock held, is true. It is false after d, or when the server closed.
func (s *Server) await(d time.Duration, ok func() bool) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		s.mu.Lock()
		done, next := ok(), s.ears()
		s.mu.Unlock()
		if done {
			return true
		}
		select {
		case <-next:
		case <-timer.C:
			return false
		case <-s.ctx.Done():
			return false
		}
	}
}

// Wait waits until ok is true, asking again whenever something changed, and tells the reporter when it never was.
func (s *Server) Wait(what string, ok func() bool) {
	s.helper()
	timer := time.NewTimer(s.patience)
	defer timer.Stop()
	for {
		s.mu.Lock()
		next := s.ears()
		s.mu.Unlock()
		if ok() {
			return
		}
		select {
		case <-next:
		case <-timer.C:
			s.errorf("never happened: %s", what)
			return
		}
	}
}

func (s *Server) errorf(format string, args ...any) {
	s.helper()
	s.report.Errorf("telegramtest: "+format, args...)
}

func (s *Server) helper() {
	if t, ok := s.report.(interface{ Helper() }); ok {
		t.Helper()
	}
}
