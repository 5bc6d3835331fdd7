package telegramtest

import (
	"strings"

	"github.com/mymmrac/telego"
)

// access is what a call needs of a chat. Telegram refuses in different words for each.
type access int

const (
	toRead        access = iota // see the chat
	toReadMembers               // see who is in it
	toEdit                      // change a message
	toWrite                     // say something
)

// enter finds a chat and checks that the bot may do there what it wants to; the lock is held. The words are those of
// check_chat_access in Telegram's server.
func (s *Server) enter(id telego.ChatID, want access) (*chat, error) {
	ch := s.chats[id.ID]
	if id.Username != "" {
		ch = s.public(strings.TrimPrefix(id.Username, "@"))
	}
	switch {
	case ch == nil, ch.kind == telego.ChatTypePrivate && ch.bot == "":
		return nil, badRequest("chat not found")
	case ch.kind == telego.ChatTypePrivate:
		return ch, s.enterPrivate(ch, want)
	case ch.kind == telego.ChatTypeGroup:
		return ch, enterGroup(ch, want)
	}
	return ch, enterSupergroup(ch, want)
}

func (s *Server) public(username string) *chat {
	for _, ch := range s.chats {
		if ch.username != "" && ch.person == nil && strings.EqualFold(ch.username, username) {
			return ch
		}
	}
	return nil
}

func (s *Server) enterPrivate(ch *chat, want access) error {
	switch {
	case ch.gone && want >= toEdit:
		return forbidden("user is deactivated")
	case ch.bot == telego.MemberStatusBanned && want == toWrite:
		return forbidden("bot was blocked by the user")
	}
	return nil
}

func enterGroup(ch *chat, want access) error {
	if want == toReadMembers {
		want = toWrite // nobody is in a group that went on elsewhere
	}
	switch {
	case ch.movedTo != 0 && want == toWrite:
		f := badRequest("group chat was upgraded to a supergroup chat")
		f.migrateTo = ch.movedTo
		return f
	case ch.movedTo != 0:
		return nil
	case ch.gone && want == toWrite:
		return forbidden("the group chat was deleted")
	case ch.bot == telego.MemberStatusBanned && want >= toEdit:
		return forbidden("bot was kicked from the group chat")
	case !ch.in() && want >= toEdit:
		return forbidden("bot is not a member of the group chat")
	}
	return nil
}

func enterSupergroup(ch *chat, want access) error {
	kind := "supergroup"
	if ch.kind == telego.ChatTypeChannel {
		kind = "channel"
	}
	switch {
	case ch.gone:
		return badRequest("chat not found")
	case ch.bot == telego.MemberStatusBanned:
		return forbidden("bot was kicked from the " + kind + " chat")
	case !ch.in() && (ch.username == "" || want >= toEdit):
		return forbidden("bot is not a member of the " + kind + " chat")
	case ch.kind == telego.ChatTypeChannel && want == toWrite && !leads(ch.bot):
		return badRequest("need administrator rights in the channel chat")
	}
	return nil
}

// topic checks the thread that a message is to go to; the lock is held. Outside a forum Telegram overlooks it.
func (ch *chat) topic(thread int) error {
	if !ch.forum || thread == 0 {
		return nil
	}
	t := ch.topics[thread]
	switch {
	case t == nil:
		return badRequest("message thread not found")
	case t.closed && !leads(ch.bot):
		return badRequest("TOPIC_CLOSED")
	}
	return nil
}
