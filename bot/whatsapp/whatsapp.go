// Package whatsapp connects the bot to one WhatsApp number, as a linked device of the phone that has it, through
// go.mau.fi/whatsmeow. That is no official interface of WhatsApp's: docs/whatsapp.md says what to weigh.
//
// It translates: an event becomes a messages.Inbound, a messages.Outbound becomes one message, encrypted for every device
// of every reader. It knows no command, no wording and nothing of the bot's database: its keys are in a store of their
// own. It paces nothing (the outbox does, by Limits) and retries no send (the outbox does, by messages.SendError). No
// error and no log line of it holds a message's text, a phone number or an address that is one.
package whatsapp

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"

	"github.com/buurtbode/buurtbode/messages"
)

// name is the platform's name in addresses and logs.
const name = "whatsapp"

// DefaultRate is how many messages a minute the account sends in all. WhatsApp publishes no limit; numbers that send
// much, fast or to strangers are blocked. Ours: a dozen a minute is what a busy person sends.
const DefaultRate = 12

// What WhatsApp allows. Lengths in UTF-16 code units, counted in the apps, which publish none; edits:
// https://faq.whatsapp.com/1162461757795494 (15 minutes).
const (
	maxText    = 4096
	maxCaption = 1024
	editWindow = 15 * time.Minute
	groupRate  = 6 // messages a minute to one group; ours
	directRate = 1 // messages a second to one person; ours
)

// Config is what an account needs.
type Config struct {
	Store   *Store           // where the account's keys are
	Server  string           // a stand-in on this machine, as CheckServer takes it; empty: WhatsApp itself
	Version string           // of WhatsApp Web that the bot says it is, as CheckVersion takes it; empty: the library's
	Rate    float64          // messages a minute in all; 0: DefaultRate
	Now     func() time.Time // the domain clock; nil: real time
	Log     *slog.Logger     // nil: no log

	Earlier Earlier // nil: nothing is known
}

// Earlier finds what was sent before, by the network's id of the message: to send it again to a phone that could not read it, to
// quote it, and to know which choice a vote means. A change of a message, which has an id of its own, comes with its action and target. It
// gives false when there is no such message in that chat, or it was withdrawn; at is when the message went out first.
type Earlier func(ctx context.Context, chat, id string) (m messages.Outbound, at time.Time, ok bool)

// WhatsApp is one number. Its methods may be called from several goroutines.
type WhatsApp struct {
	cfg    Config
	log    *slog.Logger
	device *store.Device
	number string    // of the bot, international without a plus
	lid    types.JID // of the bot, hidden; empty: WhatsApp gave none
	link   types.JID // of this device

	running atomic.Bool
	sending atomic.Int32                     // sends under way
	client  atomic.Pointer[whatsmeow.Client] // while it runs
	state   *state
	groups  *groupCache
	recent  *recent
	photos  *uploads
	turn    chan struct{}  // held while a message is sent again
	away    sync.WaitGroup // what Run leaves to goroutines

	lookEvery, renewAfter time.Duration // of the connection, in real time
}

// ErrNotLinked says that the store has no number yet.
var ErrNotLinked = errors.New("whatsapp: no number is linked: buurtbode pair does that")

// New makes the adapter of the number that is linked in the store. It doesn't touch the network. It fails with
// ErrNotLinked when there is none.
func New(ctx context.Context, c Config) (*WhatsApp, error) {
	if c.Rate <= 0 {
		c.Rate = DefaultRate
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Earlier == nil {
		c.Earlier = func(context.Context, string, string) (messages.Outbound, time.Time, bool) {
			return messages.Outbound{}, time.Time{}, false
		}
	}
	if err := claim(c.Version); err != nil {
		return nil, err
	}
	device, err := c.Store.device(ctx)
	if err != nil {
		return nil, err
	}
	if device.ID == nil {
		return nil, ErrNotLinked
	}
	w := &WhatsApp{
		cfg: c, device: device, number: device.ID.User, lid: device.LID.ToNonAD(), link: *device.ID, // the library empties an unlinked device
		state: newState(), groups: newGroupCache(), recent: newRecent(), photos: newUploads(), turn: make(chan struct{}, 1),
		lookEvery: lookEvery, renewAfter: renewAfter,
	}
	w.log = c.Log.With("platform", name, "account", w.Account())
	return w, nil
}

// Platform is "whatsapp".
func (w *WhatsApp) Platform() string { return name }

// Account is the number's hidden id (LID): a name that is no phone number. Where WhatsApp gave none, a hash of the number.
func (w *WhatsApp) Account() string {
	if !w.lid.IsEmpty() {
		return w.lid.User
	}
	return hashed(w.number)
}

// hidden is the bot's hidden id; empty: WhatsApp gave none.
func (w *WhatsApp) hidden() types.JID {
	if !w.lid.IsEmpty() {
		return w.lid
	}
	return w.device.GetLID().ToNonAD() // a link of old gets it when it connects
}

// Limits tells what WhatsApp allows, and what we allow ourselves: one send at a time.
func (w *WhatsApp) Limits() messages.Limits {
	return messages.Limits{
		Text: maxText, Caption: maxCaption, EditWindow: editWindow, Workers: 1,
		Rate: w.cfg.Rate / 60, Jitter: jitter, DirectRate: directRate, GroupRate: min(groupRate, w.cfg.Rate),
	}
}

// jitter is by how much the time between two messages varies, as a part of it: a metronome looks like a machine.
const jitter = 0.5

// StartLink is the address that opens the private chat with the bot, with "/start payload" ready to be sent.
func (w *WhatsApp) StartLink(payload string) string {
	text := "/start"
	if payload != "" {
		text += " " + payload
	}
	return "https://wa.me/" + w.number + "?text=" + strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}

// Ready tells whether the account is connected and has heard everything that was said while it wasn't.
func (w *WhatsApp) Ready() bool {
	select {
	case <-w.state.caughtUp():
		return true
	default:
		return false
	}
}
