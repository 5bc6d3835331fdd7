package telegram

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

// groupAnonymousBot is the user that speaks for administrators who stay unnamed: https://core.telegram.org/bots/api#message
const groupAnonymousBot = 1087968824

// arrival is one update on its way to receive.
type arrival struct {
	update int64
	known  bool // in holds something to receive
	in     messages.Inbound
	tap    string // id of the callback query to answer
	file   string // id of the picture to fetch; empty: none
	size   int64  // of that picture in bytes; 0: not told
}

// decode translates one update. An error means that it has no number.
func (t *Telegram) decode(raw []byte) (arrival, error) {
	u, readable, err := parseUpdate(raw)
	if err != nil {
		return arrival{}, err
	}
	if !readable {
		t.log.Error("an update of Telegram's can't be read and is passed over", "update", u.ID)
		return arrival{update: u.ID}, nil
	}
	username := ""
	if me := t.me.Load(); me != nil {
		username = me.Username
	}
	a := translate(u, username)
	a.in.At.Platform, a.in.At.Account = name, t.account
	return a, nil
}

// translate turns an update for the bot of this name into what it means.
func translate(u update, username string) arrival {
	a := arrival{update: u.ID}
	switch {
	case u.Message != nil:
		a.message(u.Message, username)
	case u.ChannelPost != nil:
		a.message(u.ChannelPost, username)
	case u.Tap != nil:
		a.tapped(u.Tap)
	case u.MyChatMember != nil:
		a.membership(u.MyChatMember)
	case u.Reacted != nil:
		a.reacted(u.Reacted)
	}
	return a
}

// at fills in the chat; it is false for a chat of a kind that the bot doesn't know.
func (a *arrival) at(c chat) bool {
	kind, ok := chatKind(c.Type)
	if !ok || c.ID == 0 {
		return false
	}
	a.in.At.Chat, a.in.Kind = id(c.ID), kind
	if kind != messages.Direct {
		a.in.Title = c.Title
	}
	return true
}

func chatKind(kind string) (messages.ChatKind, bool) {
	switch kind {
	case "private":
		return messages.Direct, true
	case "group", "supergroup":
		return messages.Group, true
	case "channel":
		return messages.Channel, true
	}
	return "", false
}

func (a *arrival) message(m *message, username string) {
	if !a.at(m.Chat) || m.ID == 0 {
		return
	}
	heard := a.from(m)
	a.in.ID = "m" + id(m.ID)
	a.in.SentAt = moment(m.Date)
	if m.IsTopic && m.Thread != 0 {
		a.in.Thread = id(m.Thread)
	}
	// every message in a topic answers the one that opened it; what people answer to each other is none of the bot's business
	if r := m.ReplyTo; r != nil && r.ID != 0 && (r.From == nil || r.From.IsBot) && !bool(r.Topic) && !(m.IsTopic && r.ID == m.Thread) {
		a.in.ReplyTo = id(r.ID)
	}
	if m.MovedTo != 0 {
		a.in.Event, a.in.MovedTo, a.known = messages.Moved, id(m.MovedTo), true
		return
	}
	if !heard {
		return
	}
	text := m.Text
	if text == "" {
		text = m.Caption
	}
	text, ours := ownCommand(text, username)
	if !ours {
		return
	}
	a.in.Text = text
	a.known = text != ""
	a.attachments(m)
}

// attachments fills in what came with a message besides text.
func (a *arrival) attachments(m *message) {
	in := &a.in
	switch photo := m.Photo.largest(); {
	case photo != nil:
		in.Photo = &messages.Photo{File: photo.File, Caption: in.Text}
		a.file, a.size = photo.File, photo.Size
	case m.Venue != nil:
		in.Place = &messages.Place{Latitude: m.Venue.Location.Latitude, Longitude: m.Venue.Location.Longitude, Name: m.Venue.Title}
	case m.Location != nil:
		in.Place = &messages.Place{Latitude: m.Location.Latitude, Longitude: m.Location.Longitude}
	case m.Contact != nil:
		c := m.Contact
		in.Contact = &messages.Contact{
			Name: strings.TrimSpace(c.FirstName + " " + c.LastName), Phone: c.Phone,
			// Telegram fills in user_id by the number; a card that was passed on vouches for nobody
			Own: c.UserID != 0 && m.From != nil && c.UserID == m.From.ID && !bool(m.Forwarded),
		}
	case m.Document != nil && in.Kind == messages.Direct && !bool(m.Animation) && isPicture(m.Document.MIME):
		// a picture sent as a file: its id is a document's and can't be sent on as a photo
		in.Photo = &messages.Photo{Caption: in.Text}
		a.file, a.size = m.Document.File, m.Document.Size
	case m.Document != nil, bool(m.Animation), bool(m.Audio), bool(m.Checklist), bool(m.Dice), bool(m.Game), bool(m.PaidMedia),
		bool(m.Poll), bool(m.Sticker), bool(m.Story), bool(m.Video), bool(m.VideoNote), bool(m.Voice):
		in.Other = true
	default:
		return
	}
	if in.Kind != messages.Direct {
		a.file = ""
	}
	a.known = true
}

func isPicture(mime string) bool {
	switch strings.ToLower(mime) {
	case "image/jpeg", "image/png", "image/webp", "image/gif":
		return true
	}
	return false
}

// from fills in the sender; it is false for those whom the bot doesn't hear: other bots, other channels that speak in
// a group, and what a channel's group copies from the channel.
func (a *arrival) from(m *message) bool {
	switch {
	case bool(m.AutoForwarded):
		return false
	case m.SenderChat != nil && m.SenderChat.ID == m.Chat.ID, m.From != nil && m.From.ID == groupAnonymousBot, a.in.Kind == messages.Channel:
		// only administrators can speak in the chat's own name
		a.in.From = messages.Sender{ID: a.in.At.Chat, Name: m.Chat.Title, Anonymous: true, ChatAdmin: true}
		return true
	case m.SenderChat != nil || m.From == nil:
		return false
	}
	return a.person(*m.From)
}

func (a *arrival) person(u user) bool {
	if u.IsBot || u.ID == 0 {
		return false
	}
	shown := strings.TrimSpace(u.FirstName + " " + u.LastName)
	if shown == "" {
		shown = u.Username
	}
	a.in.From = messages.Sender{ID: id(u.ID), Name: shown, Language: u.LanguageCode}
	return true
}

// tapped is a choice under a message of the bot's. Telegram doesn't tell when it was tapped.
func (a *arrival) tapped(q *tap) {
	a.tap = q.ID
	if q.ID == "" || q.Message == nil || q.Data == "" || !a.at(q.Message.Chat) || !a.person(q.From) {
		return
	}
	a.in.ID = "c" + q.ID
	a.in.Tapped = q.Data
	if q.Message.ID != 0 {
		a.in.TappedAt = id(q.Message.ID)
	}
	if q.Message.IsTopic && q.Message.Thread != 0 {
		a.in.Thread = id(q.Message.Thread)
	}
	a.known = true
}

// reacted is a change of somebody's reactions to a message. Telegram doesn't tell whose message it is, nor in which topic.
func (a *arrival) reacted(r *reacted) {
	if r.Message == 0 || !a.at(r.Chat) {
		return
	}
	switch {
	case r.User != nil:
		if !a.person(*r.User) {
			return
		}
	case r.Actor != nil && r.Actor.ID == r.Chat.ID: // an unnamed administrator
		a.in.From = messages.Sender{ID: a.in.At.Chat, Name: r.Chat.Title, Anonymous: true, ChatAdmin: true}
	default:
		return
	}
	a.in.Event, a.in.ReplyTo = messages.Reacted, id(r.Message)
	for _, now := range r.New {
		if !slices.Contains(r.Old, now) {
			a.in.Reaction = now.Emoji // a change adds one at most
		}
	}
	a.in.ID = "r" + id(a.update)
	a.in.SentAt = moment(r.Date)
	a.known = true
}

// membership is the bot coming into a chat or leaving it; in a private chat, the person starting or blocking it.
func (a *arrival) membership(c *memberChange) {
	if c.Old.in() == c.New.in() || !a.at(c.Chat) {
		return
	}
	if c.From.ID == groupAnonymousBot {
		a.in.From = messages.Sender{ID: a.in.At.Chat, Name: c.Chat.Title, Anonymous: true, ChatAdmin: true}
	} else if !a.person(c.From) && a.in.Kind == messages.Direct {
		return
	}
	switch {
	case !c.New.in():
		a.in.Event = messages.Removed
	case a.in.Kind == messages.Direct:
		a.in.Event = messages.Opened
	default:
		a.in.Event = messages.Added
	}
	a.in.ID = "u" + id(a.update)
	a.in.SentAt = moment(c.Date)
	a.known = true
}

// addressed is a command with a bot's name: https://core.telegram.org/bots/features#commands
var addressed = regexp.MustCompile(`^(/[A-Za-z0-9_]+)@([A-Za-z0-9_]+)(\s|$)`)

// ownCommand takes the bot's name off a command: "/help@OurBot me" is "/help me". It is false for another bot's command.
func ownCommand(text, username string) (string, bool) {
	m := addressed.FindStringSubmatchIndex(text)
	if m == nil {
		return text, true
	}
	if !strings.EqualFold(text[m[4]:m[5]], username) {
		return "", false
	}
	return text[:m[3]] + text[m[5]:], true
}

func id(n int64) string { return strconv.FormatInt(n, 10) }

func moment(seconds int64) time.Time {
	if seconds <= 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}
