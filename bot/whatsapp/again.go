package whatsapp

import (
	"context"
	"time"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"github.com/buurtbode/buurtbode/messages"
)

// againEvery is the time from one message that is sent again to the next, in real time: enough to encrypt it and to keep that.
const againEvery = time.Second

// inTurn lets the library send messages again one after the other. It starts all that it is asked for at once, and without
// a lock: a phone that could not read two messages, as after a restart, got both with one key, and dropped the second.
// True: go on, now. It blocks for as long as there are others, and is called by a goroutine for each.
func (w *WhatsApp) inTurn(ctx context.Context) func(*events.Receipt, types.MessageID, int, *waE2E.Message) bool {
	return func(*events.Receipt, types.MessageID, int, *waE2E.Message) bool {
		select {
		case w.turn <- struct{}{}:
		case <-ctx.Done():
			return false
		}
		time.AfterFunc(againEvery, func() { <-w.turn })
		return true
	}
}

// again is a message that was sent before, for a phone that could not read it; nil: it isn't known any more.
func (w *WhatsApp) again(_, to types.JID, id types.MessageID) *waE2E.Message {
	ctx, cancel := context.WithTimeout(context.Background(), answerTime) // the library gives none
	defer cancel()
	chat := to.ToNonAD()
	if chat.Server == types.DefaultUserServer {
		if lid, err := w.device.LIDs.GetLIDForPN(ctx, chat); err == nil && !lid.IsEmpty() {
			chat = lid
		}
	}
	m, _, ok := w.cfg.Earlier(ctx, chat.String(), id)
	if !ok {
		return nil
	}
	cli := w.client.Load()
	if cli == nil {
		return nil
	}
	if m.Action == messages.Withdraw {
		return cli.BuildRevoke(chat, types.EmptyJID, m.Target)
	}
	content, _, err := w.content(ctx, cli, chat, m)
	if err != nil {
		w.log.Warn("a message could not be made again for a phone that could not read it", "cause", plain(err))
		return nil
	}
	if m.Action == messages.Edit {
		return cli.BuildEdit(chat, m.Target, content)
	}
	return content
}
