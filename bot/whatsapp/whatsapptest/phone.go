package whatsapptest

import (
	"context"
	"database/sql"
	"time"

	_ "github.com/glebarez/go-sqlite" // the driver "sqlite"
	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
)

// patience is how long a phone waits for something to happen, in real time.
const patience = 20 * time.Second

// Phone is a person's phone: a real whatsmeow client that is device 0 of a number. Its methods that send block until the
// server has acknowledged it, and fail the test when that doesn't happen.
type Phone struct {
	s       *Server
	name    string
	number  string
	account *account
	client  *whatsmeow.Client

	chats map[types.JID]*thread                  // guarded by the server's mu
	polls map[types.MessageID]*types.MessageInfo // guarded by the server's mu
	up    bool                                   // guarded by the server's mu: what waited has been replayed
}

// Person adds a person with a phone of that number, which is connected. The name is what others see.
func (s *Server) Person(name, number string) *Phone {
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	p := &Phone{s: s, name: name, number: digits(number)}
	p.chats, p.polls = map[types.JID]*thread{}, map[types.MessageID]*types.MessageInfo{}
	device, err := s.newDevice(ctx)
	if err == nil {
		device.PushName = name
		err = s.register(ctx, device, number, false)
	}
	if err != nil {
		s.fatal("a phone for %s: %v", name, err)
		return p
	}
	p.client = whatsmeow.NewClient(device, nil)
	p.client.SetWebsocketHTTPClient(s.client)
	p.client.SetPreLoginHTTPClient(s.client)
	p.client.SetMediaHTTPClient(s.client)
	p.client.SynchronousAck = true
	p.client.EnableDecryptedEventBuffer = true // decrypts in a transaction: a message that is sent meanwhile takes no key twice
	p.client.ManualHistorySyncDownload = true
	p.client.AddEventHandler(p.handle)
	s.mu.Lock()
	p.account = s.account(number)
	p.account.name = name
	p.account.devices[0].person = true
	s.phones = append(s.phones, p)
	s.mu.Unlock()
	p.Online()
	return p
}

func (s *Server) newDevice(ctx context.Context) (*store.Device, error) {
	db, err := sql.Open("sqlite", ":memory:?_pragma=foreign_keys(1)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	c := sqlstore.NewWithDB(db, "sqlite", nil)
	if err := c.Upgrade(ctx); err != nil {
		return nil, err
	}
	return c.NewDevice(), nil
}

// Client is the phone's own client, for what Phone has no method for.
func (p *Phone) Client() *whatsmeow.Client { return p.client }

// PN is the phone's address that shows its number.
func (p *Phone) PN() types.JID { return p.s.PN(p.number) }

// LID is the phone's address that hides its number.
func (p *Phone) LID() types.JID { return p.account.lid }

// Number is the phone's number: digits only.
func (p *Phone) Number() string { return p.number }

// Offline disconnects the phone, once it has confirmed what it got. What is sent to it from then on waits.
func (p *Phone) Offline() {
	p.awaits("to confirm what it got", p.settled)
	p.s.mu.Lock()
	p.up = false
	p.s.mu.Unlock()
	p.client.Disconnect()
	p.awaits("to be offline", func() bool { return p.account.devices[0].conn == nil })
}

// Online connects the phone. It blocks until what waited for it has arrived.
func (p *Phone) Online() {
	if err := p.client.ConnectContext(p.s.ctx); err != nil {
		p.s.fatal("%s's phone: %v", p.name, err)
		return
	}
	p.awaits("to be online", func() bool { return p.up })
}

// settled reports whether the phone has confirmed all that the server sent it. The caller holds mu.
func (p *Phone) settled() bool {
	d := p.account.devices[0]
	return d == nil || d.settled()
}

// ChangesNumber gives the phone another number, as somebody does who keeps the account: the hidden address stays, and
// linked devices are removed. The phone is offline for a moment.
func (p *Phone) ChangesNumber(number string) {
	p.Offline()
	p.s.LogOut(p.number)
	p.s.mu.Lock()
	a := p.account
	delete(p.s.accounts, p.number)
	p.number = digits(number)
	a.pn.User = p.number
	p.s.accounts[p.number] = a
	id := a.pn
	p.s.mu.Unlock()
	p.client.Store.ID = &id
	p.Online()
}

// awaits waits until done is true, which it asks under the server's mu.
func (p *Phone) awaits(what string, done func() bool) {
	ctx, cancel := context.WithTimeout(p.s.ctx, patience)
	defer cancel()
	if err := p.s.wait(ctx, done); err != nil {
		p.s.fatal("%s's phone waited in vain %s: %v", p.name, what, err)
	}
}

// handle takes what happens on the phone.
func (p *Phone) handle(event any) {
	switch e := event.(type) {
	case *events.OfflineSyncCompleted:
		p.setUp(true)
	case *events.Disconnected:
		p.setUp(false)
	case *events.Message:
		p.hear(e)
	}
}

func (p *Phone) setUp(up bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.up = up
	p.s.changed.Broadcast()
}
