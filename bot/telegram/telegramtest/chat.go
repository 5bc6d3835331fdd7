package telegramtest

import (
	"slices"
	"strings"

	"github.com/mymmrac/telego"
)

// Where the numbers of people and chats begin, in the ranges of Telegram's own.
const (
	firstPerson  = 100_000_001
	firstGroup   = -4_000_000_001
	firstSuper   = -1_002_000_000_001
	firstChannel = -1_003_000_000_001
)

// Telegram's own senders: https://core.telegram.org/bots/api#message
const groupAnonymousBot = 1087968824

// chat is one chat as the bot sees it. The server's lock guards it.
type chat struct {
	id       int64
	kind     string // telego.ChatTypePrivate and so on
	title    string
	username string
	forum    bool
	person   *Person // of a private chat
	bot      string  // the bot's status; in a private chat empty before the person wrote, kicked when it is blocked
	gone     bool    // the group was deleted, or the person's account
	movedTo  int64
	members  []*member
	messages []*message // by ascending number
	last     int        // number of the latest message, where the chat has its own numbering
	topics   map[int]*topic
	heard    []Message
	mark     int // what was heard before somebody last did something here
	sent     window
}

type member struct {
	person    *Person
	status    string
	anonymous bool
}

type topic struct {
	name   string
	closed bool
}

// message is one message with what its own fields don't tell.
type message struct {
	api       telego.Message
	replyTo   int
	keyboard  telego.ReplyMarkup // one that isn't inline
	ours      bool               // the bot's
	silent    bool
	deleted   bool
	reactions []reaction
}

// wire is the chat as it is written.
func (ch *chat) wire() telego.Chat {
	out := telego.Chat{ID: ch.id, Type: ch.kind, Title: ch.title, Username: ch.username, IsForum: ch.forum}
	if ch.person != nil {
		out.FirstName, out.LastName = ch.person.user.FirstName, ch.person.user.LastName
	}
	return out
}

// name is how the tests call it: a title, or a person's name.
func (ch *chat) name() string {
	if ch.person != nil {
		return ch.person.Name
	}
	return ch.title
}

// group tells whether it is a group of either kind.
func (ch *chat) group() bool {
	return ch.kind == telego.ChatTypeGroup || ch.kind == telego.ChatTypeSupergroup
}

// in tells whether the bot takes part.
func (ch *chat) in() bool { return present(ch.bot) }

func present(status string) bool {
	switch status {
	case telego.MemberStatusCreator, telego.MemberStatusAdministrator, telego.MemberStatusMember:
		return true
	}
	return false
}

// leads tells whether a status is an administrator's.
func leads(status string) bool {
	return status == telego.MemberStatusCreator || status == telego.MemberStatusAdministrator
}

// find gives a message that is still there.
func (ch *chat) find(id int) *message {
	i, ok := slices.BinarySearchFunc(ch.messages, id, func(m *message, id int) int { return m.api.MessageID - id })
	if !ok || ch.messages[i].deleted {
		return nil
	}
	return ch.messages[i]
}

func (ch *chat) member(id int64) *member {
	for _, m := range ch.members {
		if m.person.user.ID == id {
			return m
		}
	}
	return nil
}

// keep gives a message its number and place; the lock is held.
func (s *Server) keep(ch *chat, m *message) {
	if ch.kind == telego.ChatTypePrivate || ch.kind == telego.ChatTypeGroup {
		s.lastMessage++
		ch.last = s.lastMessage
	} else {
		ch.last++
	}
	m.api.MessageID = ch.last
	m.api.Chat = ch.wire()
	m.api.Date = s.now().Unix()
	ch.messages = append(ch.messages, m)
}

// render is a message as it is written, with the one that it answers. What it points to is never changed afterwards.
func (ch *chat) render(m *message) telego.Message {
	out := m.api
	answered := m.replyTo
	if answered == 0 && m.api.IsTopicMessage && m.api.MessageThreadID != m.api.MessageID {
		answered = m.api.MessageThreadID // every message in a topic answers the one that opened it
	}
	if answered != 0 {
		if a := ch.find(answered); a != nil {
			copied := a.api
			out.ReplyToMessage = &copied
		}
	}
	return out
}

// arrive keeps what a person said and tells the bot, if it may see it; the lock is held.
func (s *Server) arrive(ch *chat, m *message) {
	s.keep(ch, m)
	ch.mark = len(ch.heard)
	if s.sees(ch, m) {
		s.tellMessage(ch, m, false)
	}
	s.ring()
}

func (s *Server) tellMessage(ch *chat, m *message, edited bool) {
	out := ch.render(m)
	switch {
	case ch.kind == telego.ChatTypeChannel && edited:
		s.push(telego.EditedChannelPostUpdates, ch.id, func(u *telego.Update) { u.EditedChannelPost = &out })
	case ch.kind == telego.ChatTypeChannel:
		s.push(telego.ChannelPostUpdates, ch.id, func(u *telego.Update) { u.ChannelPost = &out })
	case edited:
		s.push(telego.EditedMessageUpdates, ch.id, func(u *telego.Update) { u.EditedMessage = &out })
	default:
		s.push(telego.MessageUpdates, ch.id, func(u *telego.Update) { u.Message = &out })
	}
}

// sees tells whether the bot gets to see a message: with privacy mode on only commands that may be its own, answers to
// it and what Telegram itself reports, unless it is an administrator.
// https://core.telegram.org/bots/features#privacy-mode
func (s *Server) sees(ch *chat, m *message) bool {
	switch {
	case !ch.in():
		return false
	case !ch.group(), s.me.CanReadAllGroupMessages, leads(ch.bot), service(&m.api):
		return true
	}
	if a := ch.find(m.replyTo); m.replyTo != 0 && a != nil && a.ours {
		return true
	}
	_, bot, ok := command(m.api.Text)
	return ok && (bot == "" || strings.EqualFold(bot, s.me.Username))
}

// service tells whether Telegram itself reports something by this message.
func service(m *telego.Message) bool {
	return m.NewChatMembers != nil || m.LeftChatMember != nil || m.MigrateToChatID != 0 || m.MigrateFromChatID != 0 ||
		m.GroupChatCreated || m.SupergroupChatCreated || m.ForumTopicCreated != nil || m.NewChatTitle != ""
}
