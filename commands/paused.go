package commands

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// Paused keeps that a network lets an account send nothing until a moment of real time, and why, and tells the portfolio
// holders on another platform. The zero time: it may send again; storage.ForGood: it doesn't before somebody does something.
func (e *Engine) Paused(ctx context.Context, tx *storage.Tx, platform, account string, until time.Time, why string, now time.Time) error {
	news, err := tx.SetPaused(platform, account, until, why)
	if err != nil || !news || until.IsZero() {
		return err
	}
	t := e.turn(ctx, tx, now)
	holders, err := tx.Portfolios()
	if err != nil {
		return err
	}
	for _, person := range holders {
		chat, err := tx.PrivateChatOutside(person, platform)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		say := messages.Paragraphs(
			messages.S("paused.says", messages.V{"Platform": platformSay(platform), "Until": t.momentSay(until.UnixMilli())}),
			messages.S("paused.what"),
		)
		// a network that refuses every few minutes is news once an hour
		how := How{Cause: fmt.Sprintf("paused:%s:%d", platform, until.Truncate(time.Hour).UnixMilli()), Priority: storage.Urgent}
		if until.Equal(storage.ForGood()) {
			say = messages.Paragraphs(messages.S("ended.says", messages.V{"Platform": platformSay(platform)}), messages.S("ended.what"))
			how.Cause = fmt.Sprintf("ended:%s:%s", platform, t.Now.Format(time.DateOnly))
		}
		if err := t.sayOnce(chat, say, how); err != nil {
			return err
		}
	}
	return nil
}

// answeredWithin is how long something that was said waits for an answer. What is older was meant for then.
const answeredWithin = 24 * time.Hour

// late tells whether the message was said longer ago than that: the bot was off, or the network.
func (t *Turn) late() bool {
	return !t.In.SentAt.IsZero() && t.Now.Sub(t.In.SentAt) > answeredWithin
}

// sayLate asks, in one line however much was said, to say it again.
func (t *Turn) sayLate() error {
	if t.Chat.Kind == messages.Channel {
		return nil
	}
	return t.tell(t.Chat, t.Lang, messages.Paragraphs(messages.S("late", t.e.Settings.numbers())), How{
		Cause: fmt.Sprintf("late:%d:%s", t.Chat.ID, t.Now.Format(time.DateOnly)), Priority: storage.Answer,
	})
}
