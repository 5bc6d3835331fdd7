package whatsapptest

import (
	"context"
	"strings"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
)

// Kind is what a message is.
type Kind string

// The kinds of message that a phone tells apart; everything else is Other.
const (
	Text     Kind = "text"
	Photo    Kind = "photo"
	Document Kind = "document"
	Place    Kind = "place"
	Contact  Kind = "contact"
	Poll     Kind = "poll"
	Vote     Kind = "vote"
	Reaction Kind = "reaction"
	Other    Kind = "other"
)

// Message is a message as a phone shows it now: after edits, and when it was withdrawn.
type Message struct {
	ID      types.MessageID
	Chat    types.JID // as the phone got it: a group, or either address of a person
	From    types.JID // as the phone got it, without a device
	Name    string    // what the sender calls themselves
	Mine    bool      // sent by another device of the same person
	At      time.Time
	Kind    Kind
	Text    string          // also a caption, a poll's question, a reaction's emoji ("" takes one away), a place's or contact's name
	Quotes  types.MessageID // the message that it answers
	Target  types.MessageID // the message that a reaction or vote is about
	Options []string        // of a poll, or what a vote chose
	Mention []string        // addresses
	Expires time.Duration   // after which it disappears; 0: it stays
	Edited  bool
	Revoked bool
	Copies  int            // how often it arrived
	Retry   int            // how often the phone had to ask for it again
	Raw     *waE2E.Message // as it arrived first, without its wrappings
}

// thread is what a phone has got in one chat, in the order of arrival.
type thread struct {
	messages []*Message
	own      map[types.MessageID]*Message // what this phone sent
}

func (t *thread) find(id types.MessageID, from types.JID) *Message {
	for _, m := range t.messages {
		if m.ID == id && (from.IsEmpty() || m.From == from) {
			return m
		}
	}
	return nil
}

// thread finds or adds a chat, whichever of a person's addresses names it. The caller holds mu.
func (p *Phone) thread(chat types.JID) *thread {
	key := chat.ToNonAD()
	if a := p.s.find(key); a != nil {
		key = a.pn
	}
	if p.chats[key] == nil {
		p.chats[key] = &thread{own: map[types.MessageID]*Message{}}
	}
	return p.chats[key]
}

// hear keeps a message. Votes are read outside mu, since that asks the client.
func (p *Phone) hear(e *events.Message) {
	m := p.read(e)
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	defer p.s.changed.Broadcast()
	t := p.thread(e.Info.Chat)
	if m.Kind == Poll {
		info := e.Info
		p.polls[m.ID] = &info
	}
	if change := e.Message.GetProtocolMessage(); change != nil {
		if changed := t.change(change); changed != nil {
			p.s.see(p, changed, true)
		}
		return
	}
	if m.Kind == Other && e.Message.GetSenderKeyDistributionMessage() != nil {
		return // only a key
	}
	if m.Kind == Vote {
		m.Options = t.options(m.Target, m.Options)
	}
	if old := t.find(m.ID, m.From); old != nil {
		old.Copies++
		return
	}
	t.messages = append(t.messages, m)
	p.s.see(p, m, false)
}

// change edits or withdraws a message. It returns that, or nil when nothing that is shown has changed.
func (t *thread) change(c *waE2E.ProtocolMessage) *Message {
	m := t.find(c.GetKey().GetID(), types.EmptyJID)
	if m == nil {
		return nil
	}
	switch c.GetType() {
	default: // settings and keys
		return nil
	case waE2E.ProtocolMessage_REVOKE:
		m.Revoked, m.Text = true, ""
	case waE2E.ProtocolMessage_MESSAGE_EDIT:
		edited := Message{}
		edited.fill(c.GetEditedMessage())
		m.Text, m.Mention, m.Edited = edited.Text, edited.Mention, true
	}
	return m
}

// options names the options of a poll that a vote chose by their hashes.
func (t *thread) options(poll types.MessageID, hashes []string) []string {
	m := t.own[poll]
	if m == nil {
		m = t.find(poll, types.EmptyJID)
	}
	if m == nil {
		return hashes
	}
	var chosen []string
	for _, o := range m.Options {
		for _, h := range hashes {
			if h == optionHash(o) {
				chosen = append(chosen, o)
			}
		}
	}
	return chosen
}

// read makes a Message of what arrived.
func (p *Phone) read(e *events.Message) *Message {
	m := &Message{
		ID: e.Info.ID, Chat: e.Info.Chat, From: e.Info.Sender.ToNonAD(), Name: e.Info.PushName, Mine: e.Info.IsFromMe,
		At: e.Info.Timestamp, Copies: 1, Retry: e.RetryCount, Raw: e.Message,
	}
	m.fill(e.Message)
	if e.Message.GetPollUpdateMessage() != nil {
		vote, err := p.client.DecryptPollVote(p.s.ctx, e)
		if err != nil {
			p.s.complain("%s's phone can't read a vote: %v", p.name, err)
		}
		for _, h := range vote.GetSelectedOptions() {
			m.Options = append(m.Options, string(h))
		}
	}
	return m
}

// fill takes kind and content from what a message holds.
func (m *Message) fill(raw *waE2E.Message) {
	var about *waE2E.ContextInfo
	m.Kind = Other
	switch {
	case raw.Conversation != nil:
		m.Kind, m.Text = Text, raw.GetConversation()
	case raw.ExtendedTextMessage != nil:
		m.Kind, m.Text, about = Text, raw.ExtendedTextMessage.GetText(), raw.ExtendedTextMessage.ContextInfo
	case raw.ImageMessage != nil:
		m.Kind, m.Text, about = Photo, raw.ImageMessage.GetCaption(), raw.ImageMessage.ContextInfo
	case raw.DocumentMessage != nil:
		m.Kind, m.Text, about = Document, raw.DocumentMessage.GetCaption(), raw.DocumentMessage.ContextInfo
	case raw.LocationMessage != nil:
		m.Kind, m.Text, about = Place, raw.LocationMessage.GetName(), raw.LocationMessage.ContextInfo
	case raw.ContactMessage != nil:
		m.Kind, m.Text, about = Contact, raw.ContactMessage.GetDisplayName(), raw.ContactMessage.ContextInfo
	case raw.ReactionMessage != nil:
		m.Kind, m.Text, m.Target = Reaction, raw.ReactionMessage.GetText(), raw.ReactionMessage.GetKey().GetID()
	case raw.PollUpdateMessage != nil:
		m.Kind, m.Target = Vote, raw.PollUpdateMessage.GetPollCreationMessageKey().GetID()
	default:
		for _, poll := range []*waE2E.PollCreationMessage{
			raw.PollCreationMessage, raw.PollCreationMessageV2, raw.PollCreationMessageV3,
		} {
			if poll != nil {
				m.Kind, m.Text, about = Poll, poll.GetName(), poll.ContextInfo
				for _, o := range poll.GetOptions() {
					m.Options = append(m.Options, o.GetOptionName())
				}
			}
		}
	}
	m.Quotes, m.Mention = about.GetStanzaID(), about.GetMentionedJID()
	m.Expires = time.Duration(about.GetExpiration()) * time.Second
}

// Heard lists what the phone has got in a chat: a group, or either address of a person.
func (p *Phone) Heard(chat types.JID) []Message {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	var list []Message
	for _, m := range p.thread(chat).messages {
		list = append(list, *m)
	}
	return list
}

// Hears waits until the phone has a message in a chat whose text contains that, and returns the first. It fails the test
// when none comes.
func (p *Phone) Hears(t testing.TB, chat types.JID, contains string) Message {
	t.Helper()
	return p.HearsWhere(t, chat, "with "+contains, func(m Message) bool {
		return !m.Revoked && strings.Contains(m.Text, contains)
	})
}

// HearsWhere waits until the phone has a message in a chat that is as wanted, and returns the first. what describes it,
// for the failure.
func (p *Phone) HearsWhere(t testing.TB, chat types.JID, what string, wanted func(Message) bool) Message {
	t.Helper()
	ctx, cancel := deadline(p.s.ctx, t)
	defer cancel()
	var found Message
	err := p.s.wait(ctx, func() bool {
		for _, m := range p.thread(chat).messages {
			if wanted(*m) {
				found = *m
				return true
			}
		}
		return false
	})
	if err != nil {
		var got []string
		for _, m := range p.Heard(chat) {
			got = append(got, string(m.Kind)+": "+m.Text)
		}
		t.Fatalf("%s waited in vain for a message %s; heard:\n%s", p.name, what, strings.Join(got, "\n"))
	}
	return found
}

// deadline bounds waiting by patience and by the test's own deadline.
func deadline(ctx context.Context, t testing.TB) (context.Context, context.CancelFunc) {
	end := time.Now().Add(patience)
	if d, ok := t.(interface{ Deadline() (time.Time, bool) }); ok {
		if at, has := d.Deadline(); has && at.Add(-time.Second).Before(end) {
			end = at.Add(-time.Second)
		}
	}
	return context.WithDeadline(ctx, end)
}
