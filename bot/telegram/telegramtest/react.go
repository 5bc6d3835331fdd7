package telegramtest

import (
	"slices"

	"github.com/mymmrac/telego"
)

// reaction is what somebody put under a message.
type reaction struct {
	by    int64 // a person, or the chat of an unnamed administrator
	emoji []string
}

// Reacts puts an emoji on a message; without one it takes away what the person put there. The bot hears of it as an
// administrator, and in private: https://core.telegram.org/bots/api#messagereactionupdated
func (t *Talk) Reacts(id int, emoji ...string) {
	t.server.helper()
	s := t.server
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := t.chat()
	m := ch.find(id)
	if m == nil || ch.kind == telego.ChatTypeChannel {
		s.errorf("%s can't react to message %d", t.person.Name, id)
		return
	}
	if ch.kind != telego.ChatTypePrivate {
		s.join(ch, t.person, telego.MemberStatusMember)
	}
	u := telego.MessageReactionUpdated{Chat: ch.wire(), MessageID: id, Date: s.now().Unix()}
	by := t.person.user.ID
	if t.unnamed {
		own := ch.wire()
		u.ActorChat, by = &own, ch.id
	} else {
		from := t.person.user
		u.User = &from
	}
	u.OldReaction, u.NewReaction = m.react(by, emoji)
	ch.mark = len(ch.heard)
	if ch.kind == telego.ChatTypePrivate || leads(ch.bot) {
		s.push(telego.MessageReactionUpdates, ch.id, func(out *telego.Update) { out.MessageReaction = &u })
	}
	s.ring()
}

// react keeps somebody's reactions and gives those of before and those of now, as they are written.
func (m *message) react(by int64, emoji []string) (before, now []telego.ReactionType) {
	i := slices.IndexFunc(m.reactions, func(r reaction) bool { return r.by == by })
	if i < 0 {
		m.reactions, i = append(m.reactions, reaction{by: by}), len(m.reactions)
	}
	before, now = wireReactions(m.reactions[i].emoji), wireReactions(emoji)
	m.reactions[i].emoji = slices.Clone(emoji)
	return before, now
}

func wireReactions(emoji []string) []telego.ReactionType {
	out := make([]telego.ReactionType, len(emoji))
	for i, e := range emoji {
		out[i] = &telego.ReactionTypeEmoji{Type: telego.ReactionEmoji, Emoji: e}
	}
	return out
}
