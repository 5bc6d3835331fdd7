package telegramtest

import (
	"reflect"
	"time"

	"github.com/mymmrac/telego"
)

// deletable is how long a bot can delete its messages: https://core.telegram.org/bots/api#deletemessage
const deletable = 48 * time.Hour

// target is the message that an edit is about.
type target struct {
	method string
	chat   telego.ChatID
	id     int
	inline *telego.InlineKeyboardMarkup
}

func (c *call) target() target {
	t := target{method: c.method, chat: c.chatID(), id: int(c.integer("message_id"))}
	var other telego.ReplyMarkup
	if t.inline, other = c.markup(); other != nil {
		c.fail(badRequest("inline keyboard expected"))
	}
	return t
}

func (s *Server) editMessageText(c *call) (any, error) {
	t := c.target()
	text, entities := c.text("text", "entities")
	preview := c.preview()
	if err := c.done(); err != nil {
		return nil, err
	}
	return s.edit(t, func(m *telego.Message) *failure {
		if m.Text == "" {
			return badRequest("there is no text in the message to edit")
		}
		m.Text, m.Entities, m.LinkPreviewOptions = text, entities, preview
		return nil
	})
}

func (s *Server) editMessageCaption(c *call) (any, error) {
	t := c.target()
	text, entities := c.text("caption", "caption_entities")
	if err := c.done(); err != nil {
		return nil, err
	}
	return s.edit(t, func(m *telego.Message) *failure {
		if m.Photo == nil && m.Document == nil {
			return badRequest("there is no caption in the message to edit")
		}
		m.Caption, m.CaptionEntities = text, entities
		return nil
	})
}

func (s *Server) editMessageReplyMarkup(c *call) (any, error) {
	t := c.target()
	if err := c.done(); err != nil {
		return nil, err
	}
	return s.edit(t, func(*telego.Message) *failure { return nil })
}

// edit changes one of the bot's messages. Its buttons become those of the call, none included.
func (s *Server) edit(t target, change func(*telego.Message) *failure) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, err := s.enter(t.chat, toEdit)
	if err != nil {
		return nil, err
	}
	m := ch.find(t.id)
	switch {
	case m == nil:
		return nil, badRequest("message to edit not found")
	case !m.ours || service(&m.api) || ch.movedTo != 0:
		return nil, badRequest("message can't be edited")
	}
	changed := m.api
	if f := change(&changed); f != nil {
		return nil, f
	}
	changed.ReplyMarkup = t.inline
	if same(&changed, &m.api) {
		return nil, badRequest("message is not modified: specified new message content and reply markup are exactly the same " +
			"as a current content and reply markup of the message")
	}
	if f := s.pace(ch, 1); f != nil {
		return nil, f
	}
	changed.EditDate = s.now().Unix()
	m.api = changed
	s.note(ch, m, Edited, t.method)
	return ch.render(m), nil
}

// same tells whether two states of a message look alike to a reader.
func same(a, b *telego.Message) bool {
	return a.Text == b.Text && a.Caption == b.Caption && alike(a.Entities, b.Entities) &&
		alike(a.CaptionEntities, b.CaptionEntities) && reflect.DeepEqual(a.ReplyMarkup, b.ReplyMarkup)
}

func alike(a, b []telego.MessageEntity) bool {
	return len(a) == len(b) && (len(a) == 0 || reflect.DeepEqual(a, b))
}

// deleteMessage takes away a message: in a private chat and for an administrator any, else the bot's own.
func (s *Server) deleteMessage(c *call) (any, error) {
	id, number := c.chatID(), int(c.integer("message_id"))
	if number == 0 {
		c.fail(badRequest("message identifier is not specified"))
	}
	if err := c.done(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, err := s.enter(id, toWrite)
	if err != nil {
		return nil, err
	}
	m := ch.find(number)
	switch {
	case m == nil:
		return nil, badRequest("message to delete not found")
	case !m.ours && ch.kind != telego.ChatTypePrivate && !leads(ch.bot):
		return nil, badRequest("message can't be deleted")
	case m.api.Date < s.now().Add(-deletable).Unix() && !leads(ch.bot):
		return nil, badRequest("message can't be deleted for everyone")
	}
	m.deleted = true
	s.note(ch, m, Deleted, c.method)
	return true, nil
}

func (s *Server) answerCallbackQuery(c *call) (any, error) {
	id, text, alert := c.take("callback_query_id"), c.take("text"), c.boolean("show_alert")
	c.ignore("url", "cache_time")
	if length16(text) > 200 {
		c.fail(badRequest("MESSAGE_TOO_LONG"))
	}
	if err := c.done(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.taps[id]
	if t == nil || t.expired {
		return nil, badRequest("query is too old and response timeout expired or query ID is invalid")
	}
	t.answered, t.text, t.alert = true, text, alert
	s.ring()
	return true, nil
}
