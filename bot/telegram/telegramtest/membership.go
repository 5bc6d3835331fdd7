package telegramtest

import (
	"github.com/mymmrac/telego"
)

// wireMember is somebody's place in a chat as it is written.
func wireMember(u telego.User, status string, anonymous bool) telego.ChatMember {
	switch status {
	case telego.MemberStatusCreator:
		return &telego.ChatMemberOwner{Status: status, User: u, IsAnonymous: anonymous}
	case telego.MemberStatusAdministrator:
		return &telego.ChatMemberAdministrator{
			Status: status, User: u, IsAnonymous: anonymous, CanManageChat: true, CanDeleteMessages: true, CanManageVideoChats: true,
			CanRestrictMembers: true, CanChangeInfo: true, CanInviteUsers: true, CanPostMessages: true, CanEditMessages: true, CanPinMessages: true,
		}
	case telego.MemberStatusMember:
		return &telego.ChatMemberMember{Status: status, User: u}
	case telego.MemberStatusBanned:
		return &telego.ChatMemberBanned{Status: status, User: u}
	}
	return &telego.ChatMemberLeft{Status: telego.MemberStatusLeft, User: u}
}

// botBecomes changes the bot's place in a chat and tells it by my_chat_member; the lock is held.
func (s *Server) botBecomes(ch *chat, status string, by telego.User) {
	me := s.plainMe()
	u := telego.ChatMemberUpdated{
		Chat: ch.wire(), From: by, Date: s.now().Unix(),
		OldChatMember: wireMember(me, ch.bot, false), NewChatMember: wireMember(me, status, false),
	}
	ch.bot = status
	s.push(telego.MyChatMemberUpdates, ch.id, func(out *telego.Update) { out.MyChatMember = &u })
	s.ring()
}

// report has Telegram say something in a chat in somebody's name; the lock is held. The bot hears it even when it is
// about its own leaving.
func (s *Server) reportIn(ch *chat, by telego.User, content telego.Message) {
	content.From = &by
	m := &message{api: content, ours: by.ID == s.me.ID}
	s.keep(ch, m)
	if ch.kind != telego.ChatTypeChannel {
		s.tellMessage(ch, m, false)
	}
}

func (s *Server) leaveChat(c *call) (any, error) {
	id := c.chatID()
	if err := c.done(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, err := s.enter(id, toRead)
	switch {
	case err != nil:
		return nil, err
	case ch.kind == telego.ChatTypePrivate:
		return nil, badRequest("chat member status can't be changed in private chats")
	case ch.movedTo != 0:
		return nil, forbidden("the group chat was deleted")
	case !ch.in():
		return nil, forbidden("bot is not a member of the group chat")
	}
	me := s.plainMe()
	s.botBecomes(ch, telego.MemberStatusLeft, me)
	s.reportIn(ch, me, telego.Message{LeftChatMember: &me})
	return true, nil
}

func (s *Server) getChatMember(c *call) (any, error) {
	id, user := c.chatID(), c.integer("user_id")
	if user <= 0 {
		c.fail(badRequest("invalid user_id specified"))
	}
	if err := c.done(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	want := toReadMembers
	if user == s.me.ID {
		want = toRead
	}
	ch, err := s.enter(id, want)
	if err != nil {
		return nil, err
	}
	if user == s.me.ID {
		return wireMember(s.plainMe(), ch.bot, false), nil
	}
	p := s.users[user]
	if p == nil {
		return nil, badRequest("user not found")
	}
	if ch.person == p {
		return wireMember(p.user, telego.MemberStatusMember, false), nil
	}
	if m := ch.member(user); m != nil {
		return wireMember(p.user, m.status, m.anonymous), nil
	}
	return wireMember(p.user, telego.MemberStatusLeft, false), nil
}

func (s *Server) getChatMemberCount(c *call) (any, error) {
	id := c.chatID()
	if err := c.done(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, err := s.enter(id, toRead)
	switch {
	case err != nil:
		return nil, err
	case ch.kind == telego.ChatTypePrivate:
		return 2, nil
	case ch.in():
		return len(ch.members) + 1, nil
	}
	return len(ch.members), nil
}

func (s *Server) getChatAdministrators(c *call) (any, error) {
	id := c.chatID()
	if err := c.done(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, err := s.enter(id, toReadMembers)
	if err != nil {
		return nil, err
	}
	if ch.kind == telego.ChatTypePrivate {
		return nil, badRequest("there are no administrators in the private chat")
	}
	out := []telego.ChatMember{}
	for _, m := range ch.members {
		if leads(m.status) {
			out = append(out, wireMember(m.person.user, m.status, m.anonymous))
		}
	}
	if leads(ch.bot) {
		out = append(out, wireMember(s.plainMe(), ch.bot, false))
	}
	return out, nil
}

func (s *Server) getChat(c *call) (any, error) {
	id := c.chatID()
	if err := c.done(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, err := s.enter(id, toRead)
	if err != nil {
		return nil, err
	}
	w := ch.wire()
	return telego.ChatFullInfo{
		ID: w.ID, Type: w.Type, Title: w.Title, Username: w.Username, FirstName: w.FirstName, LastName: w.LastName, IsForum: w.IsForum,
		MaxReactionCount: 11,
	}, nil
}
