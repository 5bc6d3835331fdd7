package whatsapp

import (
	"context"
	"errors"
	"strings"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"

	"github.com/buurtbode/buurtbode/messages"
)

// MessageID is the network's id of a delivery, by its key: the same however often it is sent, so that a phone shows a repeat
// once. It has the form of the library's own.
func MessageID(key string) types.MessageID {
	return whatsmeow.WebMessageIDPrefix + strings.ToUpper(key[:min(len(key), 18)])
}

// Send delivers one message and blocks until WhatsApp has taken it. What was said while the bot was away is heard first. Its
// errors are *messages.SendError.
func (w *WhatsApp) Send(ctx context.Context, m messages.Outbound) (messages.Sent, error) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	w.sending.Add(1)
	defer w.sending.Add(-1)
	if p := w.state.paused(); p.until.After(realNow()) {
		return messages.Sent{}, &messages.SendError{Code: "paused", Retry: true, Slow: true, After: p.until.Sub(realNow()), Cause: errors.New(p.why)}
	}
	select {
	case <-w.state.caughtUp():
	case <-ctx.Done():
		return messages.Sent{}, &messages.SendError{Code: "network", Retry: true, Cause: errors.New("not connected")}
	}
	cli := w.client.Load()
	if cli == nil {
		return messages.Sent{}, &messages.SendError{Code: "network", Retry: true, Cause: errors.New("not connected")}
	}
	chat, err := types.ParseJID(m.To.Chat)
	if err != nil || chat.User == "" {
		return messages.Sent{}, &messages.SendError{Code: "address", Cause: errors.New("the chat's address is none of WhatsApp's")}
	}
	sent, err := w.act(ctx, cli, chat, m)
	if err != nil {
		e := w.sendError(ctx, err)
		if e.Slow {
			w.state.slow(pause{until: realNow().Add(e.After), why: "WhatsApp answered " + e.Code})
		}
		return messages.Sent{}, e
	}
	return sent, nil
}

func (w *WhatsApp) act(ctx context.Context, cli *whatsmeow.Client, chat types.JID, m messages.Outbound) (messages.Sent, error) {
	switch m.Action {
	case messages.Send, "":
		return w.send(ctx, cli, chat, m)
	case messages.Edit:
		return w.edit(ctx, cli, chat, m)
	case messages.Withdraw:
		_, err := w.put(ctx, cli, chat, m.Key, cli.BuildRevoke(chat, types.EmptyJID, m.Target))
		return messages.Sent{}, err
	case messages.Unbutton: // numbered lines stay; who types one later is told kindly
		return messages.Sent{ID: m.Target}, nil
	case messages.LeaveChat:
		w.groups.forget(chat)
		return messages.Sent{}, cli.LeaveGroup(ctx, chat)
	}
	return messages.Sent{}, &messages.SendError{Code: "action", Cause: errors.New("unknown action")}
}

func (w *WhatsApp) send(ctx context.Context, cli *whatsmeow.Client, chat types.JID, m messages.Outbound) (messages.Sent, error) {
	if err := w.mayWrite(ctx, cli, chat); err != nil {
		return messages.Sent{}, err
	}
	content, file, err := w.content(ctx, cli, chat, m)
	if err != nil {
		return messages.Sent{}, err
	}
	id, err := w.put(ctx, cli, chat, m.Key, content)
	return messages.Sent{ID: id, PhotoFile: file}, err
}

// mayWrite fails where only a group's administrators may write, and the bot is none.
func (w *WhatsApp) mayWrite(ctx context.Context, cli *whatsmeow.Client, chat types.JID) error {
	if chat.Server != types.GroupServer {
		return nil
	}
	g, err := w.group(ctx, cli, chat)
	if err != nil || !g.announce || g.admin(w.hidden(), types.NewJID(w.number, types.DefaultUserServer)) {
		return err
	}
	return &messages.SendError{Code: "no_rights", Cause: errors.New("only administrators may write in the group")}
}

// edit changes an earlier message. Where WhatsApp doesn't allow that any more, the new text goes out as a message that
// quotes the earlier one.
func (w *WhatsApp) edit(ctx context.Context, cli *whatsmeow.Client, chat types.JID, m messages.Outbound) (messages.Sent, error) {
	earlier, at, known := w.cfg.Earlier(ctx, m.To.Chat, m.Target)
	late := known && w.cfg.Now().Sub(at) >= editWindow
	other := known && (m.Photo == nil && earlier.Photo != nil || earlier.Document != nil)
	if late || known && w.asPoll(earlier) || other {
		m.Action, m.ReplyTo = messages.Send, m.Target
		return w.send(ctx, cli, chat, m)
	}
	content, file, err := w.content(ctx, cli, chat, m)
	if err != nil {
		return messages.Sent{}, err
	}
	if _, err := w.put(ctx, cli, chat, m.Key, cli.BuildEdit(chat, m.Target, content)); err != nil {
		return messages.Sent{}, err
	}
	return messages.Sent{ID: m.Target, PhotoFile: file}, nil
}

// put sends one message under the id that its key gives.
func (w *WhatsApp) put(ctx context.Context, cli *whatsmeow.Client, chat types.JID, key string, m *waE2E.Message) (string, error) {
	extra := whatsmeow.SendRequestExtra{Timeout: answerTime}
	if key != "" {
		extra.ID = MessageID(key)
	}
	sent, err := cli.SendMessage(ctx, chat, m, extra)
	return sent.ID, err
}
