package messages

import (
	"bytes"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Address is one chat on one account of one platform.
type Address struct {
	Platform string // "telegram", "whatsapp", "facebook", "webchat"
	Account  string // the bot's own id on that platform
	Chat     string // the platform's id of the chat
}

// ChatKind tells who reads along in a chat.
type ChatKind string

// The kinds of chat. A Direct chat has one person and the bot, a Group several people, a Channel a public audience.
const (
	Direct  ChatKind = "direct"
	Group   ChatKind = "group"
	Channel ChatKind = "channel"
)

// Event is something that happened in a chat, mostly to the bot, rather than something that was said.
type Event string

// The events of a chat.
const (
	Said    Event = ""        // an ordinary message, a tap, a photo, a place or a contact
	Added   Event = "added"   // the bot was added to the chat
	Removed Event = "removed" // the bot was removed, blocked or kicked
	Moved   Event = "moved"   // the chat goes on under another id, in MovedTo
	Opened  Event = "opened"  // the person started or unblocked the private chat
	Reacted Event = "reacted" // somebody put Reaction on the message ReplyTo, or took it away
)

// Sender is who did something, as the platform tells it.
type Sender struct {
	ID        string // the platform's id of the person
	Alias     string // another id of the same person there, if the platform has one: on WhatsApp the number beside the hidden id
	Name      string // as shown on the platform; never checked by anyone
	Language  string // BCP 47 tag of the person's app, or empty
	ChatAdmin bool   // an administrator of the chat, where the platform tells it with the message
	Anonymous bool   // an unnamed group administrator: ID is the group's, not a person's
}

// Photo is a picture on its way in or out.
type Photo struct {
	File    string // the platform's file id, if it has one
	SHA256  string // our own key in storage, hex
	Data    []byte // JPEG, or PNG where it was drawn; only while it is carried
	Caption string
	Covered bool // of one to send: it shows only to who taps it, where the platform can do that
}

// Type is what kind of picture the bytes are, as networks name it: image/jpeg or image/png.
func (p Photo) Type() string {
	if bytes.HasPrefix(p.Data, []byte("\x89PNG")) {
		return "image/png"
	}
	return "image/jpeg"
}

// Place is a shared location, in WGS 84 degrees.
type Place struct {
	Latitude, Longitude float64
	Name                string
}

// Contact is a shared visiting card.
type Contact struct {
	Name  string
	Phone string // as the platform gives it, usually international without a plus
	Own   bool   // the platform vouches that it is the sender's own number
}

// Inbound is one thing that somebody did in a chat.
type Inbound struct {
	ID       string // the platform's own id; the inbox drops repeats by (platform, account, chat, sender, id)
	At       Address
	Kind     ChatKind
	Title    string // of a group or channel
	Thread   string // topic inside a group, or empty
	From     Sender
	Event    Event
	MovedTo  string // with Moved: the new id of the chat
	Text     string // what was typed, or the caption of a photo
	Tapped   string // data of the tapped choice
	TappedAt string // the platform's id of the message under which the tapped choice stood
	ReplyTo  string // the platform's id of the bot's message that this one answers; with Reacted it may be anybody's
	Reaction string // with Reacted: the emoji as the network gives it; empty: taken away, or no emoji
	Photo    *Photo
	Place    *Place
	Contact  *Contact
	Other    bool // a voice message, sticker, video, file: something the bot does not read
	SentAt   time.Time
}

// Clean makes outside text safe to store and to render: no NUL, no invalid UTF-8, no private-use runes (which mark
// values inside rendered text), no control characters but line breaks and tabs.
func Clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "")
	}
	clean := true
	for _, r := range s {
		if dropped(r) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	return strings.Map(func(r rune) rune {
		if dropped(r) {
			return -1
		}
		return r
	}, s)
}

func dropped(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case unicode.IsControl(r):
		return true
	case r >= 0xE000 && r <= 0xF8FF: // private use area: valueStart and valueEnd live here
		return true
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069: // bidirectional overrides disguise what is read
		return true
	}
	return false
}

// Cleaned is the message with every text of the sender's and every id of the network's cleaned: a database refuses NUL
// also in an id.
func (in Inbound) Cleaned() Inbound {
	for _, s := range []*string{
		&in.Text, &in.Title, &in.From.Name, &in.Tapped,
		&in.ID, &in.At.Chat, &in.From.ID, &in.From.Alias, &in.Thread, &in.MovedTo, &in.TappedAt, &in.ReplyTo, &in.Reaction,
	} {
		*s = Clean(*s)
	}
	if in.Photo != nil {
		p := *in.Photo
		p.Caption = Clean(p.Caption)
		in.Photo = &p
	}
	if in.Contact != nil {
		c := *in.Contact
		c.Name, c.Phone = Clean(c.Name), Clean(c.Phone)
		in.Contact = &c
	}
	if in.Place != nil {
		p := *in.Place
		p.Name = Clean(p.Name)
		in.Place = &p
	}
	return in
}
