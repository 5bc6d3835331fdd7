package whatsapp_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"github.com/buurtbode/buurtbode/bot/whatsapp"
	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
	"github.com/buurtbode/buurtbode/messages"
)

const (
	botsNumber  = "31600000001"
	annasNumber = "31600000002"
	bertsNumber = "31600000003"
)

// rig is the adapter on a stand-in for WhatsApp, and what it received.
type rig struct {
	t      *testing.T
	server *whatsapptest.Server
	store  *whatsapp.Store
	w      *whatsapp.WhatsApp
	log    *bytes.Buffer

	mu       sync.Mutex
	changed  *sync.Cond
	got      []messages.Inbound
	receive  func(messages.Inbound) error // before it counts as received
	sent     map[string]messages.Outbound // by chat and id
	asked    func()                       // before an earlier message is looked up
	now      time.Time
	stop     context.CancelFunc
	finished chan error
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, server: whatsapptest.New(t)}
	r.init()
	store, err := whatsapp.OpenStore(t.Context(), filepath.Join(t.TempDir(), "bot.whatsapp"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	r.store = store
	if _, err := r.server.Link(t.Context(), store.Container(), botsNumber); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *rig) init() {
	r.sent, r.now = map[string]messages.Outbound{}, time.Date(2018, time.May, 10, 14, 0, 0, 0, time.UTC)
	r.changed = sync.NewCond(&r.mu)
}

// at is where the bot's server is, as the setting has it.
func at(s *whatsapptest.Server) string { return s.Addr() + "#" + s.PublicKey() }

// start runs the adapter until the test ends, or until halt.
func (r *rig) start() *rig {
	r.t.Helper()
	r.log = &bytes.Buffer{}
	w, err := whatsapp.New(r.t.Context(), whatsapp.Config{
		Store: r.store, Server: at(r.server), Rate: 60_000, Earlier: r.earlier, Now: r.clock,
		Log: slog.New(slog.NewTextHandler(&guarded{mu: &r.mu, b: r.log}, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	r.w, r.stop, r.finished = w, stop, make(chan error, 1)
	go func() { r.finished <- w.Run(ctx, r.take) }()
	r.t.Cleanup(func() { _ = r.halt() })
	return r
}

// halt stops the adapter and gives what Run returned.
func (r *rig) halt() error {
	if r.stop == nil {
		return nil
	}
	r.stop()
	r.stop = nil
	return <-r.finished
}

// drop cuts the bot's connection, when it has nothing to send: whatsmeow's FrameSocket.SendFrame reads its connection
// without the lock under which Close takes it away, which the race detector sees.
func (r *rig) drop() {
	r.t.Helper()
	r.server.Confirmed(r.t, botsNumber)
	r.server.Drop(botsNumber)
}

// guarded writes a log that the test reads meanwhile.
type guarded struct {
	mu *sync.Mutex
	b  *bytes.Buffer
}

func (g *guarded) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.b.Write(p)
}

func (r *rig) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *rig) earlier(ctx context.Context, chat, id string) (messages.Outbound, time.Time, bool) {
	r.mu.Lock()
	asked := r.asked
	r.mu.Unlock()
	if asked != nil {
		asked()
	}
	if ctx.Err() != nil {
		return messages.Outbound{}, time.Time{}, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	m, ok := r.sent[chat+" "+id]
	return m, time.Date(2018, time.May, 10, 14, 0, 0, 0, time.UTC), ok
}

func (r *rig) take(_ context.Context, in messages.Inbound) error {
	r.mu.Lock()
	receive := r.receive
	r.mu.Unlock()
	if receive != nil {
		if err := receive(in); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, in)
	r.changed.Broadcast()
	return nil
}

// hears waits for a message that is as wanted, and gives the first.
func (r *rig) hears(what string, wanted func(messages.Inbound) bool) messages.Inbound {
	r.t.Helper()
	var found messages.Inbound
	r.until(what, func() bool {
		i := slices.IndexFunc(r.got, wanted)
		if i >= 0 {
			found = r.got[i]
		}
		return i >= 0
	})
	return found
}

// until waits until something holds. The condition is asked for with the lock held, each time something is received.
func (r *rig) until(what string, holds func() bool) {
	r.t.Helper()
	timer := time.AfterFunc(30*time.Second, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.changed.Broadcast()
	})
	defer timer.Stop()
	end := time.Now().Add(30 * time.Second)
	r.mu.Lock()
	defer r.mu.Unlock()
	for !holds() {
		if time.Now().After(end) {
			r.t.Fatalf("waited in vain for %s; received:\n%+v\n%s", what, r.got, r.log)
		}
		r.changed.Wait()
	}
}

func (r *rig) hearsText(text string) messages.Inbound {
	r.t.Helper()
	return r.hears("a text with "+text, func(in messages.Inbound) bool { return strings.Contains(in.Text, text) })
}

// send sends a message and remembers it as the bot's deliveries do.
func (r *rig) send(m messages.Outbound) messages.Sent {
	r.t.Helper()
	sent, err := r.trySend(m)
	if err != nil {
		r.t.Fatal(err)
	}
	return sent
}

func (r *rig) trySend(m messages.Outbound) (messages.Sent, error) {
	m.To.Platform, m.To.Account = "whatsapp", r.w.Account()
	sent, err := r.w.Send(context.Background(), m)
	if err != nil {
		return sent, err
	}
	id := sent.ID
	if m.Action == messages.Edit || m.Action == messages.Withdraw {
		id = whatsapp.MessageID(m.Key)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent[m.To.Chat+" "+id] = m
	return sent, err
}

func plainText(text string) messages.Rich { return messages.Rich{{Text: text}} }

func to(chat types.JID, kind messages.ChatKind, key, text string) messages.Outbound {
	return messages.Outbound{To: messages.Address{Chat: chat.String()}, Kind: kind, Key: key, Body: plainText(text)}
}

func key(n byte) string { return strings.Repeat(string('a'+rune(n)), 32) }

func photo(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var errNotNow = errors.New("not now")

func jid(t *testing.T, m messages.Outbound) types.JID {
	t.Helper()
	j, err := types.ParseJID(m.To.Chat)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// secondDevice links another device of a number, and gives what waits for the id of the first message that it reads.
func secondDevice(t *testing.T, r *rig, number string) (first func(t *testing.T) string) {
	t.Helper()
	store, err := whatsapp.OpenStore(t.Context(), filepath.Join(t.TempDir(), "second.whatsapp"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	device, err := r.server.Link(t.Context(), store.Container(), number)
	if err != nil {
		t.Fatal(err)
	}
	heard, up := make(chan string, 8), make(chan struct{}, 1)
	cli := whatsmeow.NewClient(device, nil)
	cli.SetWebsocketHTTPClient(whatsapptest.Client(r.server.Addr()))
	cli.SetPreLoginHTTPClient(whatsapptest.Client(r.server.Addr()))
	cli.AddEventHandler(func(event any) {
		switch e := event.(type) {
		case *events.Connected:
			up <- struct{}{}
		case *events.Message:
			if e.Message.GetConversation() != "" || e.Message.GetExtendedTextMessage() != nil {
				heard <- e.Info.ID
			}
		}
	})
	if err := cli.ConnectContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-up
	return func(t *testing.T) string {
		t.Helper()
		select {
		case id := <-heard:
			return id
		case <-time.After(20 * time.Second):
			t.Fatal("the second device heard nothing")
		}
		return ""
	}
}
