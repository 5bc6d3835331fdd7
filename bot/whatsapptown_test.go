package bot_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/types"

	"github.com/buurtbode/buurtbode/bot"
	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/bot/whatsapp"
	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
	"github.com/buurtbode/buurtbode/storage"
)

// botsPhone is the number that the bot has on WhatsApp.
const botsPhone = "31600000001"

// hands are a domain clock that a test turns.
type hands struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the domain time.
func (h *hands) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// forward turns the clock.
func (h *hands) forward(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// until turns the clock to the next time that it is so late on such a day.
func (h *hands) until(day time.Weekday, hour, minute int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := time.Date(h.now.Year(), h.now.Month(), h.now.Day(), hour, minute, 0, 0, h.now.Location())
	for at.Weekday() != day || !at.After(h.now) {
		at = at.AddDate(0, 0, 1)
	}
	h.now = at
}

// town is the sample district on WhatsApp: the whole program runs, and the people are phones that write to it.
type town struct {
	*testing.T
	cfg      storage.Config
	server   *whatsapptest.Server
	telegram *telegramtest.Server // nil: there is only WhatsApp
	clock    *hands
	bot      *runningBot
	people   int
}

// newTown links the bot with its number and starts it, by a clock that stands at noon on a Monday.
func newTown(t *testing.T, cfg storage.Config, more ...string) *town {
	t.Helper()
	w := &town{T: t, cfg: cfg, server: whatsapptest.New(t), clock: &hands{now: noon(amsterdam(t))}}
	w.server.SetClock(w.clock.Now)
	call(t, cfg, "import", "sample").want(t, 0)
	keys := cfg.Database
	if !cfg.Postgres() {
		keys += ".whatsapp"
	}
	store, err := whatsapp.OpenStore(t.Context(), keys)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.server.Link(t.Context(), store.Container(), botsPhone); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	w.start(more...)
	return w
}

// Fatalf ends the test, and shows what the bot has to say.
func (w *town) Fatalf(format string, args ...any) {
	w.Helper()
	_, metrics := w.bot.ask(http.MethodGet, "/metrics")
	var figures strings.Builder
	for line := range strings.Lines(metrics) {
		if strings.HasPrefix(line, "buurtbode_") && !strings.Contains(line, "_bucket") {
			figures.WriteString(line)
		}
	}
	w.T.Fatalf(format+"\n%s\n%d stanzas wait for the bot\n%s", append(args, figures.String(), w.server.Waiting(botsPhone), w.bot.log)...)
}

// onBoth is a town whose bot is on Telegram too.
func onBoth(t *testing.T, cfg storage.Config) *town {
	t.Helper()
	telegram := telegramtest.New(t)
	w := newTown(t, cfg, "--telegram-token", telegram.Token(), "--telegram-api", telegram.URL())
	w.telegram = telegram
	return w
}

// start starts the bot, again where it was stopped.
func (w *town) start(more ...string) {
	w.Helper()
	w.bot = startWith(w.T, w.cfg, func(*time.Location) bot.Clock { return w.clock }, append(w.settings(), more...)...)
	w.bot.answers("/healthz", 200)
}

// settings are the flags for WhatsApp.
func (w *town) settings() []string {
	return []string{"--whatsapp", "on", "--whatsapp-server", w.server.Addr() + "#" + w.server.PublicKey(), "--whatsapp-rate", "60000", "--log-level", "debug"}
}

// stop stops the bot.
func (w *town) stop() {
	w.Helper()
	w.bot.stop()
	w.bot.ends(0)
}

// invite makes a code for a role: "officer", "--area", "Lisse".
func (w *town) invite(args ...string) string {
	w.Helper()
	return strings.TrimSpace(call(w.T, w.cfg, append([]string{"invite"}, args...)...).out)
}

// doctor asks how everything is set up, beside the bot that runs.
func (w *town) doctor() called {
	w.Helper()
	return call(w.T, w.cfg, append(w.settings(), "doctor")...)
}

// eventually waits until something is so.
func (w *town) eventually(what string, is func() bool) {
	w.Helper()
	for begun := time.Now(); time.Since(begun) < patience; time.Sleep(10 * time.Millisecond) {
		if is() {
			return
		}
	}
	w.Fatalf("not within %v: %s", patience, what)
}

// neighbour is somebody with a phone.
type neighbour struct {
	*whatsapptest.Phone
	w    *town
	name string

	mu    sync.Mutex
	known map[types.JID]map[types.MessageID]bool // what had been heard in a chat when the person last did something there
}

// person adds somebody who has WhatsApp.
func (w *town) person(name string) *neighbour {
	w.Helper()
	w.people++
	return &neighbour{
		Phone: w.server.Person(name, fmt.Sprintf("316100000%02d", w.people)), w: w, name: name,
		known: map[types.JID]map[types.MessageID]bool{},
	}
}

// official adds somebody with a role, who uses its code.
func (w *town) official(name string, role ...string) *neighbour {
	w.Helper()
	p := w.person(name)
	p.says("/activeer " + w.invite(role...))
	p.hears("Gelukt!")
	return p
}

// bots is the bot's address.
func (w *town) bots() types.JID { return w.server.PN(botsPhone) }

// group makes a group with the bot in it.
func (w *town) group(title string, people ...*neighbour) types.JID {
	w.Helper()
	parts := make([]whatsapptest.GroupPart, 0, len(people)+1)
	for _, p := range people {
		parts = append(parts, p.Phone)
	}
	g := w.server.Group(title, append(parts, whatsapptest.Member(botsPhone))...)
	people[0].hearsIn(g, "Ik ben buurtbode")
	return g
}

// admins makes a group that its first member, an officer, links to Lisse.
func (w *town) admins(officer *neighbour, more ...*neighbour) types.JID {
	w.Helper()
	g := w.group("Beheerders Lisse", append([]*neighbour{officer}, more...)...)
	officer.saysIn(g, "/koppel Lisse")
	officer.hearsIn(g, "beheerdersgroep", "Lisse")
	return g
}

// listens makes hears look only at what comes from now on in a chat. Between two things that people do a second goes by.
func (n *neighbour) listens(chat types.JID) {
	n.w.clock.forward(time.Second)
	known := map[types.MessageID]bool{}
	for _, m := range n.Heard(chat) {
		known[m.ID] = true
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.known[chat] = known
}

// says writes to the bot in private.
func (n *neighbour) says(text string) { n.saysIn(n.w.bots(), text) }

// saysIn writes in a chat.
func (n *neighbour) saysIn(chat types.JID, text string) types.MessageID {
	n.listens(chat)
	return n.Says(chat, text)
}

// sends does something else in private that the bot is to answer.
func (n *neighbour) sends(something func()) {
	n.listens(n.w.bots())
	something()
}

// replies answers a message in a chat. What that leads to is looked for in private and in the chat.
func (n *neighbour) replies(chat types.JID, to types.MessageID, text string) {
	n.listens(n.w.bots())
	n.listens(chat)
	n.Replies(chat, to, text)
}

// reacts puts an emoji to a message in a chat. What it leads to is looked for in private and in the chat.
func (n *neighbour) reacts(chat types.JID, to types.MessageID, emoji string) {
	n.listens(n.w.bots())
	n.listens(chat)
	n.Reacts(chat, to, emoji)
}

// votes chooses in the poll that came last in private, by the beginning of an option's label.
func (n *neighbour) votes(label string) {
	n.w.Helper()
	heard := n.Heard(n.w.bots())
	for i := len(heard) - 1; i >= 0; i-- {
		if heard[i].Kind != whatsapptest.Poll {
			continue
		}
		for _, o := range heard[i].Options {
			if _, words, _ := strings.Cut(o, " "); strings.HasPrefix(words, label) {
				n.listens(n.w.bots())
				n.Votes(heard[i].ID, o)
				return
			}
		}
		n.w.Fatalf("%s can't choose %q in the poll %q: %q", n.name, label, heard[i].Text, heard[i].Options)
	}
	n.w.Fatalf("%s has no poll to choose %q in:\n%s", n.name, label, n.told(n.w.bots()))
}

// picks chooses under the latest message in private that has choices, by the beginning of a label: with a tap in a poll, else
// by typing the number.
func (n *neighbour) picks(label string) {
	n.w.Helper()
	heard := n.Heard(n.w.bots())
	for i := len(heard) - 1; i >= 0; i-- {
		if heard[i].Kind == whatsapptest.Poll {
			n.votes(label)
			return
		}
		for line := range strings.Lines(heard[i].Text) {
			if number, words, ok := strings.Cut(line, ". "); ok && strings.HasPrefix(words, label) {
				n.says(number)
				return
			}
		}
	}
	n.w.Fatalf("%s can't choose %q in:\n%s", n.name, label, n.told(n.w.bots()))
}

// hears waits for something new of the bot's in private that holds all words.
func (n *neighbour) hears(words ...string) whatsapptest.Message {
	n.w.Helper()
	return n.hearsIn(n.w.bots(), words...)
}

// hearsIn waits for something new in a chat that holds all words.
func (n *neighbour) hearsIn(chat types.JID, words ...string) whatsapptest.Message {
	n.w.Helper()
	n.mu.Lock()
	known := n.known[chat]
	n.mu.Unlock()
	return n.HearsWhere(n.w, chat, fmt.Sprintf("with %q", words), func(m whatsapptest.Message) bool {
		return !known[m.ID] && !m.Revoked && !m.Mine && holdsAll(shownAs(m), words)
	})
}

// stands is how a message looks now.
func (n *neighbour) stands(chat types.JID, id types.MessageID) whatsapptest.Message {
	for _, m := range n.Heard(chat) {
		if m.ID == id {
			return m
		}
	}
	return whatsapptest.Message{}
}

// told is all that came in a chat, as the phone shows it.
func (n *neighbour) told(chat types.JID) string {
	var b strings.Builder
	for _, m := range n.Heard(chat) {
		fmt.Fprintf(&b, "-- %s\n%s\n", m.Kind, shownAs(m))
	}
	return b.String()
}

// count is how many messages stand in a chat that hold some words.
func (n *neighbour) count(chat types.JID, words ...string) int {
	found := 0
	for _, m := range n.Heard(chat) {
		if !m.Revoked && holdsAll(shownAs(m), words) {
			found++
		}
	}
	return found
}

// shownAs is a message as a phone shows it.
func shownAs(m whatsapptest.Message) string {
	text := m.Text
	switch {
	case m.Revoked:
		text = "(removed)"
	case m.Kind == whatsapptest.Photo:
		text = "(photo) " + text
	case m.Edited:
		text += " (edited)"
	}
	for _, o := range m.Options {
		text += "\n( ) " + o
	}
	return text
}

// looks are the marks of WhatsApp's markup, which a phone doesn't show.
var looks = strings.NewReplacer("*", "", "_", "", "\u2060", "")

func holdsAll(text string, words []string) bool {
	text = looks.Replace(text)
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
