// Package whatsapptest is a stand-in for WhatsApp on this machine: a server on 127.0.0.1 that real, unmodified whatsmeow
// clients talk to as they talk to WhatsApp, with the Noise handshake, binary stanzas and genuine end-to-end encryption.
// It keeps in memory what WhatsApp's server keeps: numbers and their devices, public keys, groups, encrypted files, and
// stanzas that wait until a device confirms them. It can't read a message: who wants to see what arrived asks a Phone,
// which is a whatsmeow client too.
//
// The protocol was read off go.mau.fi/whatsmeow, so what whatsmeow doesn't know the stand-in can't show, nor what it gets
// wrong. It has no opinion on what is spam, no limits but those that a test asks for, and none of what runs between a
// phone and its devices besides messages: settings that are synchronised, calls, channels, communities, status updates.
// What the stand-in doesn't know it doesn't make up: an unknown stanza fails the test. It imports nothing of the project.
//
//	server := whatsapptest.New(t)
//	anna, bert := server.Person("Anna", "31612345678"), server.Person("Bert", "31687654321")
//	group := server.Group("Beheerders Lisse", anna, bert)
//	anna.Says(group, "Hallo!")
//	bert.Hears(t, group, "Hallo")
package whatsapptest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/types"
)

// grace is how long the server keeps a connection after a stanza that ends it, in real time: WhatsApp's own connections
// also outlive their last stanza by a moment, in which the client reads it.
const grace = 250 * time.Millisecond

// farewell is how long a server that closes waits for its phones, in real time.
const farewell = 2 * time.Second

// readHeaderTimeout bounds how long a client may take to ask for something over HTTP.
const readHeaderTimeout = 10 * time.Second

// Server is the stand-in. All its methods may be called from several goroutines.
type Server struct {
	complain  func(format string, args ...any) // something that the stand-in doesn't know
	fatal     func(format string, args ...any) // something that a person's phone can't do
	certs     certificates
	questions map[string]question
	listener  net.Listener
	http      *http.Server
	client    *http.Client
	ctx       context.Context // ends when the server closes
	cancel    context.CancelFunc
	running   sync.WaitGroup

	mu         sync.Mutex
	changed    *sync.Cond // of mu: something happened
	closed     bool
	now        func() time.Time
	accounts   map[string]*account // by number
	lids       map[string]*account // by the user part of the LID
	groups     map[types.JID]*group
	conns      map[*conn]bool
	phones     []*Phone
	pairings   map[string]*pairing // by ref
	media      map[string][]byte   // by direct path
	downloads  int
	faults     faults
	received   uint64 // stanzas, so far
	following  bool
	sights     []Sight // of phones, since somebody follows
	lastID     uint64
	lastGroup  int
	lastSilent int
}

// New starts a server that ends with the test. A stanza that the server doesn't know fails the test.
func New(t testing.TB) *Server {
	t.Helper()
	s, err := start("127.0.0.1:0", t.Errorf, t.Fatalf)
	if err != nil {
		t.Fatalf("start the stand-in for WhatsApp: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}

// Start starts a server without a test, on addr (host:port, a loopback address; port 0: a free one). Close ends it. What
// it doesn't know goes to log; a nil log drops it. It fails when it can't listen there.
func Start(addr string, log func(format string, args ...any)) (*Server, error) {
	if log == nil {
		log = func(string, ...any) {}
	}
	return start(addr, log, log)
}

func start(addr string, complain, fatal func(string, ...any)) (*Server, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("read the address: %w", err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, errors.New("the stand-in for WhatsApp listens on a loopback address only")
	}
	trust()
	certs, err := newCertificates()
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	s := &Server{
		complain: complain, fatal: fatal, certs: certs, listener: listener, now: time.Now, questions: questions(),
		accounts: map[string]*account{}, lids: map[string]*account{}, groups: map[types.JID]*group{},
		conns: map[*conn]bool{}, pairings: map[string]*pairing{}, media: map[string][]byte{},
	}
	s.changed = sync.NewCond(&s.mu)
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.client = Client(s.Addr())
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ws/chat", s.serveSocket)
	s.routeMedia(mux)
	s.http = &http.Server{Handler: mux, ReadHeaderTimeout: readHeaderTimeout}
	s.http.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		return context.WithValue(ctx, connKey{}, c)
	}
	s.running.Go(func() {
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.complain("serve: %v", err)
		}
	})
	return s, nil
}

// Close disconnects everyone and ends the server. It blocks until all of it has ended. Phones may first confirm what they
// got: whatsmeow closes a socket without asking whether something is being sent.
func (s *Server) Close() {
	ctx, cancel := context.WithTimeout(s.ctx, farewell)
	_ = s.wait(ctx, func() bool { // who can't confirm is disconnected all the same
		return !slices.ContainsFunc(s.phones, func(p *Phone) bool { return !p.settled() })
	})
	cancel()
	s.mu.Lock()
	s.closed = true
	phones := s.phones
	s.changed.Broadcast()
	s.mu.Unlock()
	for _, p := range phones {
		p.client.Disconnect()
	}
	s.cancel()
	_ = s.http.Close()
	s.client.CloseIdleConnections()
	s.running.Wait()
}

// Addr is where the server listens: host:port.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// SetClock sets the clock that dates stanzas and ends bans; time.Now without it. The connections keep real time.
func (s *Server) SetClock(now func() time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = now
}

func (s *Server) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// newID names a stanza of the server's own. The caller holds mu.
func (s *Server) newID() string {
	s.lastID++
	return fmt.Sprintf("%d.%d", s.now().Unix(), s.lastID)
}

// wait blocks until done is true, which it asks under mu whenever something happened. It returns the context's error when
// that ends first, and an error when the server closes.
func (s *Server) wait(ctx context.Context, done func() bool) error {
	stop := context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.changed.Broadcast()
	})
	defer stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for !done() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if s.closed {
			return net.ErrClosed
		}
		s.changed.Wait()
	}
	return nil
}
