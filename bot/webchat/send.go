package webchat

import (
	"context"
	"errors"

	"github.com/buurtbode/buurtbode/messages"
)

// Send performs one action in a chat. It succeeds once the message is kept, whether or not a page is open to show it;
// a repeat by Key, and a change whose message has gone, find their work done. Its errors are *messages.SendError: a
// photo given by an id that isn't kept any more has the Code "photo_file", a chat that isn't there is Gone.
func (w *Webchat) Send(ctx context.Context, m messages.Outbound) (messages.Sent, error) {
	chat, ok := w.cfg.Town.Chat(m.To.Chat)
	if !ok || chat.Left {
		return messages.Sent{}, &messages.SendError{Code: "no_chat", Gone: true}
	}
	sent, err := w.act(ctx, chat, m)
	var known *messages.SendError
	if err != nil && !errors.As(err, &known) {
		err = &messages.SendError{Code: "journal", Retry: true, Cause: err}
	}
	return sent, err
}

func (w *Webchat) act(ctx context.Context, chat Chat, m messages.Outbound) (messages.Sent, error) {
	switch m.Action {
	case messages.Send, "":
		return w.post(ctx, chat, m)
	case messages.Edit:
		return w.alter(ctx, chat, m, func(old *Message) {
			old.Body, old.Choices, old.Edited = m.Body, choicesOf(m.Choices), true
		})
	case messages.Unbutton:
		return w.alter(ctx, chat, m, func(old *Message) { old.Choices = nil })
	case messages.Withdraw:
		return w.alter(ctx, chat, m, func(old *Message) {
			*old = Message{ID: old.ID, Key: old.Key, At: old.At, ReplyTo: old.ReplyTo, Withdrawn: true}
		})
	case messages.LeaveChat:
		if _, err := w.note(ctx, chat, "left"); err != nil {
			return messages.Sent{}, err
		}
		w.cfg.Town.Leave(chat.ID)
		w.book.changed()
		return messages.Sent{}, nil
	}
	return messages.Sent{}, &messages.SendError{Code: "action", Cause: errors.New("unknown action")}
}

// post adds a message of the bot's.
func (w *Webchat) post(ctx context.Context, chat Chat, m messages.Outbound) (messages.Sent, error) {
	if len(m.Body) == 0 && m.Photo == nil && m.Document == nil && m.Place == nil {
		return messages.Sent{}, &messages.SendError{Code: "empty", Cause: errors.New("there is nothing to send")}
	}
	photo, err := w.photoOf(ctx, m.Photo)
	if err != nil {
		return messages.Sent{}, err
	}
	document, err := w.documentOf(m.Document)
	if err != nil {
		return messages.Sent{}, err
	}
	var id int64
	_, err = w.book.change(ctx, chat.ID, func(p *pages) *Message {
		if have := p.keyed("", m.Key); have != nil && m.Key != "" {
			id = have.ID
			return nil
		}
		id = p.next()
		out := &Message{
			ID: id, Key: m.Key, At: w.cfg.Clock.Now().UnixMilli(), Body: m.Body, Photo: photo, Document: document,
			Place: placeOut(m.Place), Choices: choicesOf(m.Choices),
		}
		if p.find(number(m.ReplyTo)) != nil {
			out.ReplyTo = number(m.ReplyTo)
		}
		return out
	})
	if err != nil {
		return messages.Sent{}, err
	}
	return messages.Sent{ID: idOf(id), PhotoFile: photo}, nil
}

// photoOf keeps the photo that is to be sent and gives its key; empty without a photo.
func (w *Webchat) photoOf(ctx context.Context, p *messages.Photo) (string, error) {
	switch {
	case p == nil:
		return "", nil
	case len(p.Data) > 0:
		return w.book.keepPhoto(ctx, p.Data)
	case p.File == "":
		return "", &messages.SendError{Code: "empty", Cause: errors.New("the photo has neither an id nor bytes")}
	}
	if _, err := w.book.photo(ctx, p.File); err != nil {
		return "", &messages.SendError{Code: "photo_file", Cause: err}
	}
	return p.File, nil
}

// alter changes a message of the bot's. That it is gone is fine: there is nothing left to change.
func (w *Webchat) alter(ctx context.Context, chat Chat, m messages.Outbound, do func(old *Message)) (messages.Sent, error) {
	target := number(m.Target)
	if target == 0 {
		return messages.Sent{}, &messages.SendError{Code: "target", Cause: errors.New("the earlier message has no id of this platform's")}
	}
	_, err := w.book.change(ctx, chat.ID, func(p *pages) *Message {
		old := p.find(target)
		if old == nil || old.From != "" || old.Withdrawn {
			return nil
		}
		changed := *old
		do(&changed)
		return &changed
	})
	return messages.Sent{ID: m.Target}, err
}

// note adds something that happened rather than something that was said.
func (w *Webchat) note(ctx context.Context, chat Chat, event string) (*Message, error) {
	return w.book.change(ctx, chat.ID, func(p *pages) *Message {
		return &Message{ID: p.next(), At: w.cfg.Clock.Now().UnixMilli(), Event: event}
	})
}
