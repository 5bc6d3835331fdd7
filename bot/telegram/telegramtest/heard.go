package telegramtest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/mymmrac/telego"
)

// Action is what the bot did with a message.
type Action string

// The actions of the bot.
const (
	Sent    Action = "sent"
	Edited  Action = "edited"
	Deleted Action = "deleted"
)

// Message is a message of the bot's as people saw it when it came, or when it was changed.
type Message struct {
	ID       int
	Chat     int64
	In       string // the title of the chat, or the name of the person
	Thread   int    // topic inside a forum; 0: none
	ReplyTo  int    // the message that this one answers; 0: none
	Action   Action
	Method   string // the call that did it
	Text     string // what is written, also under a photo
	Entities []telego.MessageEntity
	Buttons  [][]telego.InlineKeyboardButton
	Keyboard telego.ReplyMarkup // one that isn't inline, or nil
	Photo    []byte             // nil: none
	Document []byte             // nil: none
	File     string             // the name of the document
	Place    *telego.Location
	Silent   bool      // came without a sound
	Covered  bool      // the picture shows after a tap
	At       time.Time // in real time
}

// String is the message as it would look in a terminal.
func (m Message) String() string {
	var b strings.Builder
	switch {
	case m.Action == Deleted:
		return fmt.Sprintf("(deleted: %s)", m.Text)
	case m.Photo != nil:
		b.WriteString("(photo) ")
	case m.Document != nil:
		b.WriteString("(document " + m.File + ") ")
	case m.Place != nil:
		fmt.Fprintf(&b, "(place %g %g) ", m.Place.Latitude, m.Place.Longitude)
	}
	b.WriteString(m.Text)
	for _, row := range m.Buttons {
		b.WriteString("\n")
		for i, button := range row {
			if i > 0 {
				b.WriteString(" ")
			}
			b.WriteString("[" + button.Text + "]")
		}
	}
	return b.String()
}

// note writes down what the bot did with a message; the lock is held.
func (s *Server) note(ch *chat, m *message, did Action, method string) {
	out := Message{
		ID: m.api.MessageID, Chat: ch.id, In: ch.name(), Thread: m.api.MessageThreadID, ReplyTo: m.replyTo, Action: did, Method: method,
		Text: m.api.Text, Entities: m.api.Entities, Keyboard: m.keyboard, Place: m.api.Location, Silent: m.silent, Covered: m.api.HasMediaSpoiler, At: time.Now(),
	}
	if m.api.Caption != "" {
		out.Text, out.Entities = m.api.Caption, m.api.CaptionEntities
	}
	if m.api.ReplyMarkup != nil {
		out.Buttons = m.api.ReplyMarkup.InlineKeyboard
	}
	if n := len(m.api.Photo); n > 0 {
		out.Photo = s.files[m.api.Photo[n-1].FileID].data
	}
	if m.api.Document != nil {
		out.Document, out.File = s.files[m.api.Document.FileID].data, m.api.Document.FileName
	}
	ch.heard = append(ch.heard, out)
	s.log = append(s.log, out)
	s.ring()
}

// Messages is all that the bot did with messages so far, in order and with the times.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

// Follow gives what the bot does with messages, from the first one on, and waits for more until ctx ends.
func (s *Server) Follow(ctx context.Context) iter.Seq[Message] {
	return func(yield func(Message) bool) {
		for i := 0; ; {
			s.mu.Lock()
			more, next := s.log[i:], s.ears()
			s.mu.Unlock()
			for _, m := range more {
				if !yield(m) {
					return
				}
				i++
			}
			if len(more) > 0 {
				continue
			}
			select {
			case <-next:
			case <-ctx.Done():
				return
			case <-s.ctx.Done():
				return
			}
		}
	}
}

// hears waits for a message in the chat, come or changed since somebody last did something there, that holds all words.
func (s *Server) hears(ch *chat, within time.Duration, words []string) Message {
	s.helper()
	var found Message
	ok := s.await(within, func() bool {
		for _, m := range slices.Backward(ch.heard[ch.mark:]) {
			if m.Action != Deleted && holds(m.String(), words) {
				found = m
				return true
			}
		}
		return false
	})
	if !ok {
		s.errorf("%s should have heard %q, but heard:\n%s", ch.name(), words, s.transcript(ch))
	}
	return found
}

func holds(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func (s *Server) transcript(ch *chat) string {
	list := s.since(ch)
	if len(list) == 0 {
		return "(nothing)"
	}
	var b strings.Builder
	for _, m := range list {
		fmt.Fprintf(&b, "-- %s\n%s\n", m.Action, m)
	}
	return b.String()
}

// since is what was heard since somebody last did something.
func (s *Server) since(ch *chat) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(ch.heard[ch.mark:])
}

// shown are the bot's messages that stand in the chat, as they look now.
func (s *Server) shown(ch *chat) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	latest := map[int]Message{}
	for _, m := range ch.heard {
		latest[m.ID] = m
	}
	var out []Message
	for _, m := range ch.heard {
		if l := latest[m.ID]; m.Action == Sent && l.Action != Deleted {
			out = append(out, l)
		}
	}
	return out
}

// listen makes hears look at later messages only.
func (s *Server) listen(ch *chat) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch.mark = len(ch.heard)
}

// called counts a call and gives the fault that is set for it.
func (s *Server) called(c *call) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[c.method]++
	if c.method != "getUpdates" {
		s.calls++
		s.ring()
	}
	return s.faultFor(c)
}

// Count is how often the bot called a method, refused calls included.
func (s *Server) Count(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[method]
}

// Settle waits until the bot confirmed every update and then called nothing for so long; it is false when that takes
// longer than most. It is for conversations that somebody reads: a test waits for what it wants to see.
func (s *Server) Settle(quiet, most time.Duration) bool {
	end := time.Now().Add(most)
	for time.Now().Before(end) {
		seen := -1
		if !s.await(time.Until(end), func() bool {
			seen = s.calls
			return len(s.queue.waiting) == 0
		}) {
			return false
		}
		if !s.await(quiet, func() bool { return s.calls != seen || len(s.queue.waiting) > 0 }) {
			return true
		}
	}
	return false
}
