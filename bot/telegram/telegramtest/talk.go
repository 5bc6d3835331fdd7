package telegramtest

import (
	"time"

	"github.com/mymmrac/telego"
)

// Talk is one person in one chat.
type Talk struct {
	server  *Server
	person  *Person
	chat    func() *chat // called with the lock held
	thread  int
	unnamed bool
}

// Says is a text. It gives the number of the message, as do the others.
func (t *Talk) Says(text string) int {
	t.server.helper()
	return t.put(0, telego.Message{Text: text, Entities: commandEntities(text)})
}

// Answers is a text in answer to a message.
func (t *Talk) Answers(to int, text string) int {
	t.server.helper()
	return t.put(to, telego.Message{Text: text, Entities: commandEntities(text)})
}

// SendsPhoto is a picture (JPEG, PNG or GIF) with what is written under it.
func (t *Talk) SendsPhoto(data []byte, caption string) int {
	t.server.helper()
	width, height, f := measure(data)
	if f != nil {
		t.server.errorf("%s can't send this as a photo: %s", t.person.Name, f.words)
		return 0
	}
	content := telego.Message{Caption: caption}
	t.server.mu.Lock()
	t.server.storePhoto(data, width, height).show(&content)
	t.server.mu.Unlock()
	return t.put(0, content)
}

// SendsDocument is a file, a picture too.
func (t *Talk) SendsDocument(name string, data []byte) int {
	t.server.helper()
	return t.sendsFile(fileOfDocument, name, data)
}

// SendsVoice is a voice message.
func (t *Talk) SendsVoice() int {
	t.server.helper()
	return t.sendsFile(fileOfVoice, "", []byte("OggS"))
}

func (t *Talk) sendsFile(kind, name string, data []byte) int {
	t.server.helper()
	var content telego.Message
	t.server.mu.Lock()
	t.server.store(kind, name, data, 0, 0).show(&content)
	t.server.mu.Unlock()
	return t.put(0, content)
}

// SendsPlace is a shared location, in WGS 84 degrees.
func (t *Talk) SendsPlace(latitude, longitude float64) int {
	t.server.helper()
	return t.put(0, telego.Message{Location: &telego.Location{Latitude: latitude, Longitude: longitude}})
}

// SendsVenue is a shared location with a name.
func (t *Talk) SendsVenue(title string, latitude, longitude float64) int {
	t.server.helper()
	l := telego.Location{Latitude: latitude, Longitude: longitude}
	return t.put(0, telego.Message{Location: &l, Venue: &telego.Venue{Location: l, Title: title, Address: title}})
}

// SendsContact is the person's own visiting card.
func (t *Talk) SendsContact() int {
	t.server.helper()
	return t.SendsContactOf(t.person)
}

// SendsContactOf is another person's visiting card.
func (t *Talk) SendsContactOf(other *Person) int {
	t.server.helper()
	return t.put(0, telego.Message{Contact: &telego.Contact{
		PhoneNumber: other.phone, FirstName: other.user.FirstName, LastName: other.user.LastName, UserID: other.user.ID,
	}})
}

// Edits changes what the person said before.
func (t *Talk) Edits(id int, text string) {
	t.server.helper()
	s := t.server
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := t.chat()
	m := ch.find(id)
	if m == nil || m.ours {
		s.errorf("%s can't edit message %d", t.person.Name, id)
		return
	}
	m.api.Text, m.api.Entities, m.api.EditDate = text, commandEntities(text), s.now().Unix()
	if s.sees(ch, m) {
		s.tellMessage(ch, m, true)
	}
}

// Deletes takes a message away. The bot isn't told.
func (t *Talk) Deletes(id int) {
	t.server.helper()
	s := t.server
	s.mu.Lock()
	defer s.mu.Unlock()
	m := t.chat().find(id)
	if m == nil {
		s.errorf("%s can't delete message %d", t.person.Name, id)
		return
	}
	m.deleted = true
}

// put has the person say something: it joins the group when it isn't in it.
func (t *Talk) put(replyTo int, content telego.Message) int {
	t.server.helper()
	s := t.server
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := t.chat()
	if ch.kind == telego.ChatTypePrivate {
		if ch.bot == telego.MemberStatusBanned || ch.gone {
			s.errorf("%s has blocked the bot", t.person.Name)
			return 0
		}
		ch.bot = telego.MemberStatusMember
	} else {
		s.join(ch, t.person, telego.MemberStatusMember)
	}
	m := &message{api: content, replyTo: replyTo}
	t.sign(ch, &m.api)
	if t.thread != 0 {
		m.api.MessageThreadID, m.api.IsTopicMessage = t.thread, true
	}
	s.arrive(ch, m)
	return m.api.MessageID
}

// sign says who it is from: https://core.telegram.org/bots/api#message
func (t *Talk) sign(ch *chat, m *telego.Message) {
	own := ch.wire()
	switch {
	case ch.kind == telego.ChatTypeChannel:
		m.SenderChat = &own
	case t.unnamed:
		m.From, m.SenderChat = anonymous(), &own
	default:
		from := t.person.user
		m.From = &from
	}
}

func anonymous() *telego.User {
	return &telego.User{ID: groupAnonymousBot, IsBot: true, FirstName: "Group", Username: "GroupAnonymousBot"}
}

// Hears waits for a message of the bot's in this chat that holds all words, come or changed since somebody last said or
// tapped something here, and gives it. It tells the reporter when none comes.
func (t *Talk) Hears(words ...string) Message {
	t.server.helper()
	return t.HearsWithin(t.server.patience, words...)
}

// HearsWithin waits so long at most.
func (t *Talk) HearsWithin(d time.Duration, words ...string) Message {
	t.server.helper()
	return t.server.hears(t.locked(), d, words)
}

// Heard is what the bot said here since somebody last said or tapped something, without waiting.
func (t *Talk) Heard() []Message { return t.server.since(t.locked()) }

// Messages are the bot's messages that stand here, as they look now.
func (t *Talk) Messages() []Message { return t.server.shown(t.locked()) }

// Listens has Hears look at what comes from now on only.
func (t *Talk) Listens() { t.server.listen(t.locked()) }

func (t *Talk) locked() *chat {
	t.server.mu.Lock()
	defer t.server.mu.Unlock()
	return t.chat()
}
