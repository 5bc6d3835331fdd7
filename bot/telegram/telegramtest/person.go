package telegramtest

import (
	"fmt"
	"strings"

	"github.com/mymmrac/telego"
)

// Person is somebody with a phone. What it says without In it says in private.
type Person struct {
	*Talk
	Name  string
	user  telego.User
	phone string
}

// Person finds or adds a person by name. Its app speaks Dutch.
func (s *Server) Person(name string) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.somebody(name)
}

func (s *Server) somebody(name string) *Person {
	if p := s.people[name]; p != nil {
		return p
	}
	n := int64(len(s.people))
	first, last, _ := strings.Cut(name, " ")
	p := &Person{
		Name: name, phone: fmt.Sprintf("316%08d", n+1),
		user: telego.User{ID: firstPerson + n, FirstName: first, LastName: last, LanguageCode: "nl"},
	}
	ch := &chat{id: p.user.ID, kind: telego.ChatTypePrivate, person: p}
	p.Talk = &Talk{server: s, person: p, chat: func() *chat { return ch }}
	s.people[name], s.users[p.user.ID], s.chats[ch.id] = p, p, ch
	return p
}

// ID is the person's number, and that of the private chat with it.
func (p *Person) ID() int64 { return p.user.ID }

// Phone is the person's telephone number as Telegram gives it, without a plus.
func (p *Person) Phone() string { return p.phone }

// Speaks sets the language of the person's app.
func (p *Person) Speaks(language string) *Person {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	p.user.LanguageCode = language
	return p
}

// Knows has the person know the bot from before, so that the bot may write to it; nothing is said.
func (p *Person) Knows() *Person {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	if ch := p.chat(); ch.bot == "" {
		ch.bot = telego.MemberStatusMember
	}
	return p
}

// In is the person in a group, or in a channel as its administrator.
func (p *Person) In(g *Group) *Talk { return &Talk{server: p.server, person: p, chat: g.at} }

// InTopic is the person in a topic of a forum.
func (p *Person) InTopic(t *Topic) *Talk {
	return &Talk{server: p.server, person: p, chat: t.group.at, thread: t.id}
}

// Unnamed is the person as an administrator of a supergroup who stays anonymous: what it says comes in the group's name.
func (p *Person) Unnamed(g *Group) *Talk {
	t := p.In(g)
	t.unnamed = true
	return t
}

// SaysIn is a text in a group.
func (p *Person) SaysIn(g *Group, text string) int {
	p.server.helper()
	return p.In(g).Says(text)
}

// TapsIn taps a button in a group.
func (p *Person) TapsIn(g *Group, choice string) *Tap {
	p.server.helper()
	return p.In(g).Taps(choice)
}

// Blocks stops the bot from writing to the person.
func (p *Person) Blocks() { p.bot(telego.MemberStatusBanned) }

// Unblocks allows it again.
func (p *Person) Unblocks() { p.bot(telego.MemberStatusMember) }

func (p *Person) bot(status string) {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	p.server.botBecomes(p.chat(), status, p.user)
}

// DeletesAccount takes the person off Telegram.
func (p *Person) DeletesAccount() {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	p.chat().gone = true
}

// AddsBot adds the bot to a group, or to a channel as an administrator.
func (p *Person) AddsBot(g *Group) { g.addBot(p) }

// RemovesBot takes the bot out of a group.
func (p *Person) RemovesBot(g *Group) { g.removeBot(p) }
