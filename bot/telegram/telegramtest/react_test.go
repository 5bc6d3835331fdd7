package telegramtest

import (
	"testing"

	"github.com/mymmrac/telego"
)

// Telegram tells of reactions who asks for them and is an administrator, with what was there before.
func TestTelegoReactions(t *testing.T) {
	s := New(t)
	b := telegoClient(t, s)
	anna, bert := s.Person("Anna"), s.Person("Bert")
	g := s.Supergroup("Beheerders Lisse").Join(anna, bert).AddBot()
	sent, err := b.SendMessage(t.Context(), &telego.SendMessageParams{ChatID: telego.ChatID{ID: g.ID()}, Text: "here"})
	if err != nil {
		t.Fatal(err)
	}
	bert.In(g).Reacts(sent.MessageID, "👍") // nobody asked
	u, err := b.GetUpdates(t.Context(), &telego.GetUpdatesParams{AllowedUpdates: []string{telego.MessageReactionUpdates}, Timeout: 1})
	if err != nil {
		t.Fatal(err)
	}
	bert.In(g).Reacts(sent.MessageID, "❤") // no administrator
	g.PromoteBot()
	bert.In(g).Reacts(sent.MessageID, "👍")
	anna.Unnamed(g).Reacts(sent.MessageID, "👍")
	bert.In(g).Reacts(sent.MessageID)
	if u = next(t, b, u); len(u) != 3 {
		t.Fatalf("got %+v", u)
	}
	first, second, third := u[0].MessageReaction, u[1].MessageReaction, u[2].MessageReaction
	if first.User.ID != bert.ID() || first.MessageID != sent.MessageID || first.OldReaction[0].(*telego.ReactionTypeEmoji).Emoji != "❤" ||
		first.NewReaction[0].(*telego.ReactionTypeEmoji).Emoji != "👍" || first.Chat.ID != g.ID() {
		t.Errorf("the first arrived as %+v", first)
	}
	if second.User != nil || second.ActorChat.ID != g.ID() || len(second.OldReaction) != 0 {
		t.Errorf("the unnamed one arrived as %+v", second)
	}
	if len(third.OldReaction) != 1 || len(third.NewReaction) != 0 {
		t.Errorf("the one that was taken away arrived as %+v", third)
	}
}
