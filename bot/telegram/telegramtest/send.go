package telegramtest

import (
	"github.com/mymmrac/telego"
)

// destination is what all methods that send have in common.
type destination struct {
	method   string
	chat     telego.ChatID
	thread   int
	reply    *telego.ReplyParameters
	inline   *telego.InlineKeyboardMarkup
	keyboard telego.ReplyMarkup
	silent   bool
	guarded  bool // protect_content
}

func (c *call) destination() destination {
	d := destination{
		method: c.method, chat: c.chatID(), thread: int(c.integer("message_thread_id")),
		silent: c.boolean("disable_notification"), guarded: c.boolean("protect_content"),
	}
	var reply telego.ReplyParameters
	if c.object("reply_parameters", &reply) {
		d.reply = &reply
	}
	d.inline, d.keyboard = c.markup()
	return d
}

func (s *Server) sendMessage(c *call) (any, error) {
	d := c.destination()
	text, entities := c.text("text", "entities")
	preview := c.preview()
	if err := c.done(); err != nil {
		return nil, err
	}
	return s.post(d, telego.Message{Text: text, Entities: entities, LinkPreviewOptions: preview})
}

func (s *Server) sendLocation(c *call) (any, error) {
	d, place := c.destination(), c.location()
	if err := c.done(); err != nil {
		return nil, err
	}
	return s.post(d, telego.Message{Location: &place})
}

func (s *Server) sendVenue(c *call) (any, error) {
	d, place, title, address := c.destination(), c.location(), c.take("title"), c.take("address")
	switch {
	case title == "":
		c.fail(badRequest("venue title must be non-empty"))
	case address == "":
		c.fail(badRequest("venue address must be non-empty"))
	}
	if err := c.done(); err != nil {
		return nil, err
	}
	return s.post(d, telego.Message{Location: &place, Venue: &telego.Venue{Location: place, Title: title, Address: address}})
}

func (c *call) location() telego.Location {
	l := telego.Location{Latitude: c.number("latitude"), Longitude: c.number("longitude")}
	if l.Latitude < -90 || l.Latitude > 90 || l.Longitude < -180 || l.Longitude > 180 {
		c.fail(badRequest("wrong location specified"))
	}
	return l
}

func (s *Server) sendChatAction(c *call) (any, error) {
	id := c.chatID()
	c.ignore("action", "message_thread_id")
	if err := c.done(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.enter(id, toWrite); err != nil {
		return nil, err
	}
	return true, nil
}

// post has the bot say something.
func (s *Server) post(d destination, content telego.Message) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, replyTo, err := s.open(d)
	if err != nil {
		return nil, err
	}
	if f := s.pace(ch, 1); f != nil {
		return nil, f
	}
	return s.say(ch, d, replyTo, content), nil
}

// open checks where a message is to go and what it answers; the lock is held.
func (s *Server) open(d destination) (*chat, int, error) {
	ch, err := s.enter(d.chat, toWrite)
	if err != nil {
		return nil, 0, err
	}
	if err := ch.topic(d.thread); err != nil {
		return nil, 0, err
	}
	if d.reply == nil || d.reply.MessageID <= 0 {
		return ch, 0, nil
	}
	if d.reply.ChatID.ID != 0 && d.reply.ChatID.ID != ch.id {
		return nil, 0, badRequest("the stand-in knows no answers to messages of another chat")
	}
	if ch.find(d.reply.MessageID) == nil {
		if d.reply.AllowSendingWithoutReply {
			return ch, 0, nil
		}
		return nil, 0, badRequest("message to be replied not found")
	}
	return ch, d.reply.MessageID, nil
}

// say keeps a message of the bot's and gives it as it is written; the lock is held.
func (s *Server) say(ch *chat, d destination, replyTo int, content telego.Message) telego.Message {
	m := &message{api: content, replyTo: replyTo, keyboard: d.keyboard, ours: true, silent: d.silent}
	m.api.ReplyMarkup, m.api.HasProtectedContent = d.inline, d.guarded
	if ch.kind == telego.ChatTypeChannel {
		own := ch.wire()
		m.api.SenderChat = &own
	} else {
		me := s.plainMe()
		m.api.From = &me
	}
	if ch.forum && d.thread != 0 {
		m.api.MessageThreadID, m.api.IsTopicMessage = d.thread, true
	}
	s.keep(ch, m)
	s.note(ch, m, Sent, d.method)
	return ch.render(m)
}

// plainMe is the bot as others see it: getMe alone tells what it can do.
func (s *Server) plainMe() telego.User {
	return telego.User{ID: s.me.ID, IsBot: true, FirstName: s.me.FirstName, Username: s.me.Username}
}
