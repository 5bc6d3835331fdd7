package telegramtest

import (
	"slices"
	"time"

	"github.com/mymmrac/telego"
)

// Group is a group, a supergroup, a forum or a channel.
type Group struct {
	Title string

	server *Server
	chat   *chat // another one after Upgrade; the server's lock guards it
}

// Topic is a topic of a forum.
type Topic struct {
	Name  string
	group *Group
	id    int
}

// Group finds or adds a group by its title. The bot isn't in it before it is added.
func (s *Server) Group(title string) *Group { return s.group(title, telego.ChatTypeGroup, false) }

// Supergroup finds or adds a supergroup, which every larger group is.
func (s *Server) Supergroup(title string) *Group {
	return s.group(title, telego.ChatTypeSupergroup, false)
}

// Forum finds or adds a supergroup with topics.
func (s *Server) Forum(title string) *Group { return s.group(title, telego.ChatTypeSupergroup, true) }

// Channel finds or adds a channel.
func (s *Server) Channel(title string) *Group { return s.group(title, telego.ChatTypeChannel, false) }

func (s *Server) group(title, kind string, forum bool) *Group {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.groups[title]; g != nil {
		return g
	}
	g := &Group{Title: title, server: s, chat: s.newChat(title, kind)}
	g.chat.forum = forum
	s.groups[title] = g
	return g
}

func (s *Server) newChat(title, kind string) *chat {
	n := int64(len(s.chats))
	id := firstGroup - n
	switch kind {
	case telego.ChatTypeSupergroup:
		id = firstSuper - n
	case telego.ChatTypeChannel:
		id = firstChannel - n
	}
	ch := &chat{id: id, kind: kind, title: title, bot: telego.MemberStatusLeft, topics: map[int]*topic{}}
	s.chats[id] = ch
	return ch
}

func (g *Group) at() *chat { return g.chat }

// with does something with the chat under the lock.
func (g *Group) with(do func(s *Server, ch *chat)) {
	g.server.mu.Lock()
	defer g.server.mu.Unlock()
	do(g.server, g.chat)
}

func (g *Group) locked() *chat {
	g.server.mu.Lock()
	defer g.server.mu.Unlock()
	return g.chat
}

// ID is the number of the chat; another one after Upgrade.
func (g *Group) ID() int64 { return g.locked().id }

// Public gives a supergroup or a channel a name by which everyone finds it, without @.
func (g *Group) Public(username string) *Group {
	g.with(func(_ *Server, ch *chat) { ch.username = username })
	return g
}

// join puts somebody into a group, silently; the lock is held. Who comes first is the owner.
func (s *Server) join(ch *chat, p *Person, status string) *member {
	if m := ch.member(p.user.ID); m != nil {
		return m
	}
	if len(ch.members) == 0 {
		status = telego.MemberStatusCreator
	}
	m := &member{person: p, status: status}
	ch.members = append(ch.members, m)
	return m
}

// Join puts people into the group. The first of them owns it.
func (g *Group) Join(people ...*Person) *Group {
	for _, p := range people {
		g.with(func(s *Server, ch *chat) { s.join(ch, p, telego.MemberStatusMember) })
	}
	return g
}

// Promote makes a person an administrator.
func (g *Group) Promote(p *Person) *Group {
	g.with(func(s *Server, ch *chat) {
		if m := s.join(ch, p, telego.MemberStatusAdministrator); m.status == telego.MemberStatusMember {
			m.status = telego.MemberStatusAdministrator
		}
	})
	return g
}

// Demote makes an administrator, the owner too, a member like all.
func (g *Group) Demote(p *Person) {
	g.with(func(s *Server, ch *chat) { s.join(ch, p, telego.MemberStatusMember).status = telego.MemberStatusMember })
}

// Leave takes a person out.
func (g *Group) Leave(p *Person) {
	g.with(func(_ *Server, ch *chat) {
		ch.members = slices.DeleteFunc(ch.members, func(m *member) bool { return m.person == p })
	})
}

// owner is who owns the group; the lock is held. A group without anyone gets one.
func (s *Server) owner(ch *chat) *Person {
	if len(ch.members) == 0 {
		s.join(ch, s.somebody("Owner of "+ch.title), telego.MemberStatusCreator)
	}
	return ch.members[0].person
}

// AddBot has the owner add the bot: as a member, in a channel as an administrator.
func (g *Group) AddBot() *Group {
	g.addBot(nil)
	return g
}

func (g *Group) addBot(by *Person) {
	g.with(func(s *Server, ch *chat) {
		if by == nil {
			by = s.owner(ch)
		}
		s.join(ch, by, telego.MemberStatusMember)
		if ch.kind == telego.ChatTypeChannel {
			s.botBecomes(ch, telego.MemberStatusAdministrator, by.user)
			return
		}
		s.botBecomes(ch, telego.MemberStatusMember, by.user)
		s.reportIn(ch, by.user, telego.Message{NewChatMembers: []telego.User{s.plainMe()}})
	})
}

// RemoveBot has the owner take the bot out.
func (g *Group) RemoveBot() { g.removeBot(nil) }

func (g *Group) removeBot(by *Person) {
	g.with(func(s *Server, ch *chat) {
		if by == nil {
			by = s.owner(ch)
		}
		s.botBecomes(ch, telego.MemberStatusBanned, by.user)
		me := s.plainMe()
		s.reportIn(ch, by.user, telego.Message{LeftChatMember: &me})
	})
}

// PromoteBot makes the bot an administrator.
func (g *Group) PromoteBot() {
	g.with(func(s *Server, ch *chat) { s.botBecomes(ch, telego.MemberStatusAdministrator, s.owner(ch).user) })
}

// DemoteBot makes the bot a member like all; in a channel it may not post any more.
func (g *Group) DemoteBot() {
	g.with(func(s *Server, ch *chat) { s.botBecomes(ch, telego.MemberStatusMember, s.owner(ch).user) })
}

// HasBot tells whether the bot is in it.
func (g *Group) HasBot() (in bool) {
	g.with(func(_ *Server, ch *chat) { in = ch.in() })
	return in
}

// Delete takes the whole group away.
func (g *Group) Delete() {
	g.with(func(_ *Server, ch *chat) { ch.gone = true })
}

// Upgrade makes a supergroup of a group: it goes on under another number. The bot is told in both, and that it came into
// the new one; that it left the old one it is not told (https://github.com/tdlib/telegram-bot-api/issues/266).
func (g *Group) Upgrade() {
	g.with(func(s *Server, old *chat) {
		if old.kind != telego.ChatTypeGroup {
			s.errorf("%s is no group that could become a supergroup", g.Title)
			return
		}
		ch := s.newChat(old.title, telego.ChatTypeSupergroup)
		ch.members, ch.bot = old.members, telego.MemberStatusLeft
		owner := s.owner(ch).user
		g.chat = ch
		if !old.in() {
			old.movedTo = ch.id
			return
		}
		s.botBecomes(ch, old.bot, owner)
		s.reportIn(old, owner, telego.Message{MigrateToChatID: ch.id})
		own := ch.wire()
		s.reportIn(ch, *anonymous(), telego.Message{MigrateFromChatID: old.id, SenderChat: &own})
		old.movedTo = ch.id
		old.bot = telego.MemberStatusLeft
	})
}

// Topic opens a topic in a forum.
func (g *Group) Topic(name string) *Topic {
	t := &Topic{Name: name, group: g}
	g.with(func(s *Server, ch *chat) {
		owner := s.owner(ch).user
		m := &message{api: telego.Message{From: &owner, IsTopicMessage: true, ForumTopicCreated: &telego.ForumTopicCreated{Name: name, IconColor: 7322096}}}
		m.api.MessageThreadID = ch.last + 1
		s.keep(ch, m)
		t.id = m.api.MessageID
		ch.topics[t.id] = &topic{name: name}
		if ch.in() {
			s.tellMessage(ch, m, false)
		}
	})
	return t
}

// ID is the topic's number: that of the message which opened it.
func (t *Topic) ID() int { return t.id }

// Close lets only administrators write in the topic.
func (t *Topic) Close() {
	t.group.with(func(_ *Server, ch *chat) { ch.topics[t.id].closed = true })
}

// Delete takes the topic away, with all that was said in it.
func (t *Topic) Delete() {
	t.group.with(func(_ *Server, ch *chat) {
		delete(ch.topics, t.id)
		for _, m := range ch.messages {
			if m.api.MessageThreadID == t.id {
				m.deleted = true
			}
		}
	})
}

// Posts is a text in a channel.
func (g *Group) Posts(text string) int {
	g.server.helper()
	var by *Person
	g.with(func(s *Server, ch *chat) { by = s.owner(ch) })
	return by.In(g).Says(text)
}

// Hears waits for a message of the bot's that holds all words; see Talk.Hears.
func (g *Group) Hears(words ...string) Message {
	g.server.helper()
	return g.server.hears(g.locked(), g.server.patience, words)
}

// HearsWithin waits so long at most.
func (g *Group) HearsWithin(d time.Duration, words ...string) Message {
	g.server.helper()
	return g.server.hears(g.locked(), d, words)
}

// Heard is what the bot said since somebody last said or tapped something, without waiting.
func (g *Group) Heard() []Message { return g.server.since(g.locked()) }

// Messages are the bot's messages that stand in it, as they look now.
func (g *Group) Messages() []Message { return g.server.shown(g.locked()) }

// Listens has Hears look at what comes from now on only.
func (g *Group) Listens() { g.server.listen(g.locked()) }
