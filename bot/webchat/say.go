package webchat

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/messages/picture"
)

// Said is one thing that somebody does in a chat.
type Said struct {
	Key      string `json:"key"` // made by the browser: a repeat has the same
	Text     string `json:"text"`
	Tapped   string `json:"tapped"`    // data of a choice
	TappedAt int64  `json:"tapped_at"` // the message under which it stood
	Start    string `json:"start"`     // payload with which the private chat was opened
	ReplyTo  int64  `json:"reply_to"`
	Place    *Place `json:"place"`
	Contact  *Card  `json:"contact"`
	File     string `json:"file"` // name of a file that the bot doesn't read
	Photo    []byte `json:"-"`
}

// What a person may not do, or the page did wrong. None of them is worth a repeat but ErrClosed.
var (
	ErrNotThere  = errors.New("webchat: the person is not in that chat")
	ErrReads     = errors.New("webchat: the person may only read there")
	ErrMalformed = errors.New("webchat: the message is malformed")
	ErrTooLong   = errors.New("webchat: the text is too long")
	ErrGone      = errors.New("webchat: that choice is not there any more")
	ErrClosed    = errors.New("webchat: nobody takes messages just now")
)

var (
	keyForm   = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)
	startForm = regexp.MustCompile(`^[A-Za-z0-9_-]{0,64}$`)
)

const (
	maxName  = 100 // runes of a place, a contact or a file
	maxPhone = 30
)

// Say hands what a person does in a chat to the bot, and shows it to everyone in the chat. It gives the message when
// the bot has taken it for good; after ErrClosed or another error of receive the same can be said again, with the same
// Key, and stands in the chat once.
func (w *Webchat) Say(ctx context.Context, who Person, chatID string, s Said) (Message, error) {
	chat, ok := w.cfg.Town.Chat(chatID)
	member, in := chat.Member(who.ID)
	switch {
	case !ok || !in || chat.Left:
		return Message{}, ErrNotThere
	case member.Reads:
		return Message{}, ErrReads
	}
	if err := s.check(); err != nil {
		return Message{}, err
	}
	receive, done := w.enter()
	if receive == nil {
		return Message{}, ErrClosed
	}
	defer done()
	m, err := w.write(ctx, who, chat, s)
	if err != nil {
		return Message{}, err
	}
	if !m.Pending {
		return *m, nil // a repeat of what was taken
	}
	if err := receive(ctx, w.inbound(who, member, chat, s)); err != nil {
		return *m, fmt.Errorf("%w: %w", ErrClosed, err)
	}
	m, err = w.book.change(ctx, chat.ID, func(p *pages) *Message {
		now := p.find(m.ID)
		if now == nil {
			return nil
		}
		taken := *now
		taken.Pending = false
		return &taken
	})
	if err != nil || m == nil {
		return Message{}, fmt.Errorf("%w: %w", ErrClosed, err)
	}
	return *m, nil
}

// write puts the message in the chat, not taken yet, so that it stands before what the bot answers; or finds it there.
func (w *Webchat) write(ctx context.Context, who Person, chat Chat, s Said) (*Message, error) {
	photo := ""
	if len(s.Photo) > 0 {
		jpeg, err := picture.Clean(s.Photo)
		if err != nil {
			return nil, ErrMalformed
		}
		if photo, err = w.book.keepPhoto(ctx, jpeg); err != nil {
			return nil, err
		}
	}
	var have *Message
	var refused error
	m, err := w.book.change(ctx, chat.ID, func(p *pages) *Message {
		if have = p.keyed(who.ID, s.Key); have != nil {
			return nil
		}
		label := ""
		if s.Tapped != "" {
			if label, refused = p.choice(s); refused != nil {
				return nil
			}
		}
		out := &Message{
			ID: p.next(), Key: s.Key, From: who.ID, At: w.cfg.Clock.Now().UnixMilli(), Body: s.shown(label), Photo: photo,
			Place: s.Place, Contact: s.Contact, File: s.File, Pending: true, Tapped: s.Tapped != "",
		}
		if chat.Kind != messages.Direct {
			out.Name = who.Name
		}
		if p.find(s.ReplyTo) != nil {
			out.ReplyTo = s.ReplyTo
		}
		return out
	})
	switch {
	case err != nil:
		return nil, err
	case have != nil:
		return have, nil
	}
	return m, refused
}

// choice finds the caption of the choice that was tapped.
func (p *pages) choice(s Said) (string, error) {
	under := p.find(s.TappedAt)
	if under == nil {
		return "", ErrGone
	}
	i := slices.IndexFunc(under.Choices, func(c Choice) bool { return c.Data == s.Tapped })
	if i < 0 {
		return "", ErrGone
	}
	return under.Choices[i].Caption, nil
}

// shown is the text under which a thing stands in the chat.
func (s Said) shown(label string) messages.Rich {
	text := s.text()
	if label != "" {
		text = label
	}
	if text == "" {
		return nil
	}
	return messages.Rich{{Text: text}}
}

func (s Said) text() string {
	if s.Start != "" {
		return "/start " + s.Start
	}
	return messages.Clean(strings.TrimSpace(s.Text))
}

func (s Said) check() error {
	empty := s.text() == "" && s.Tapped == "" && s.Place == nil && s.Contact == nil && s.File == "" && len(s.Photo) == 0
	switch {
	case empty || !keyForm.MatchString(s.Key) || !startForm.MatchString(s.Start) || len(s.Tapped) > 64:
		return ErrMalformed
	case messages.Len16(s.Text) > maxText:
		return ErrTooLong
	case s.Place != nil && (!within(s.Place.Latitude, 90) || !within(s.Place.Longitude, 180) || long(s.Place.Name, maxName)):
		return ErrMalformed
	case s.Contact != nil && (s.Contact.Phone == "" || long(s.Contact.Phone, maxPhone) || long(s.Contact.Name, maxName)):
		return ErrMalformed
	case long(s.File, maxName):
		return ErrMalformed
	}
	return nil
}

func within(degrees, limit float64) bool { return degrees >= -limit && degrees <= limit } // false for NaN

func long(s string, runes int) bool { return len([]rune(s)) > runes }

// inbound is what was said, as the bot gets it.
func (w *Webchat) inbound(who Person, member Member, chat Chat, s Said) messages.Inbound {
	in := messages.Inbound{
		ID: s.Key, At: messages.Address{Platform: name, Account: w.cfg.Account, Chat: chat.ID}, Kind: chat.Kind, Title: chat.Title,
		From: messages.Sender{ID: who.ID, Name: who.Name, Language: who.Language, ChatAdmin: member.Admin && chat.Kind != messages.Direct},
		Text: s.text(), Tapped: s.Tapped, TappedAt: idOf(s.TappedAt), ReplyTo: idOf(s.ReplyTo), Place: s.Place.placeIn(),
		Other: s.File != "", SentAt: w.cfg.Clock.Now(),
	}
	if len(s.Photo) > 0 {
		in.Photo = &messages.Photo{Data: s.Photo}
	}
	if c := s.Contact; c != nil {
		in.Contact = &messages.Contact{Name: c.Name, Phone: c.Phone, Own: who.Phone != "" && c.Phone == who.Phone}
	}
	if chat.Kind == messages.Channel {
		in.From = messages.Sender{} // in a channel nobody has a name
	}
	return in
}

// Happened hands something that happened to the bot in a chat to it, as when a network tells that it was added.
func (w *Webchat) Happened(ctx context.Context, chat Chat, key string, e messages.Event) error {
	receive, done := w.enter()
	if receive == nil {
		return ErrClosed
	}
	defer done()
	return receive(ctx, messages.Inbound{
		ID: key, At: messages.Address{Platform: name, Account: w.cfg.Account, Chat: chat.ID}, Kind: chat.Kind, Title: chat.Title, Event: e,
		SentAt: w.cfg.Clock.Now(),
	})
}
