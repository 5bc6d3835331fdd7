package whatsapp

import (
	"strings"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"github.com/buurtbode/buurtbode/messages"
)

// message takes one message. True: it was received, or there is nothing in it that the bot reads.
func (h *handler) message(e *events.Message) bool {
	if e.Info.IsFromMe || e.Message == nil || e.Info.Chat.Server == types.BroadcastServer || e.Info.Chat.Server == types.NewsletterServer {
		return true
	}
	in, ok := h.content(e)
	if !ok {
		return true
	}
	in.ID, in.SentAt = e.Info.ID, e.Info.Timestamp.UTC()
	in.From = h.person(e.Info.Sender, e.Info.SenderAlt)
	in.From.Name = e.Info.PushName
	if e.Info.IsGroup {
		in.Kind, in.At = messages.Group, h.at(e.Info.Chat)
		if g, err := h.w.group(h.ctx, h.cli, e.Info.Chat); err == nil {
			in.Title = g.title
			in.From.ChatAdmin = g.admins[e.Info.Sender.User] || g.admins[e.Info.SenderAlt.User]
		}
	} else {
		in.Kind = messages.Direct
		in.At = messages.Address{Platform: name, Account: h.w.Account(), Chat: in.From.ID}
		h.keepTimer(e, in.At.Chat)
	}
	h.w.recent.keep(in.At.Chat, e)
	if in.Photo != nil && in.Kind == messages.Direct {
		in.Photo.Data = h.download(e.Message)
	}
	return h.hand(in)
}

// content reads what is in a message; false: nothing for the bot.
func (h *handler) content(e *events.Message) (in messages.Inbound, ok bool) {
	m := e.Message
	if edited := m.GetProtocolMessage(); edited != nil && edited.GetType() == waE2E.ProtocolMessage_MESSAGE_EDIT {
		return correctedCommand(edited.GetEditedMessage())
	}
	if e.IsEdit {
		return correctedCommand(m)
	}
	in.ReplyTo = h.replyTo(e)
	switch {
	case m.GetConversation() != "" || m.GetExtendedTextMessage() != nil:
		in.Text = textOf(m)
		return in, in.Text != ""
	case m.GetReactionMessage() != nil:
		return h.reaction(m.GetReactionMessage())
	case m.GetEncReactionMessage() != nil:
		r, err := h.cli.DecryptReaction(h.ctx, e)
		if err != nil {
			return in, false
		}
		return h.reaction(r)
	case m.GetPollUpdateMessage() != nil:
		return h.vote(e)
	case m.GetImageMessage() != nil:
		in.Text = m.GetImageMessage().GetCaption()
		in.Photo = &messages.Photo{Caption: in.Text}
	case m.GetDocumentMessage() != nil && isPicture(m.GetDocumentMessage().GetMimetype()) && !e.Info.IsGroup:
		in.Text = m.GetDocumentMessage().GetCaption()
		in.Photo = &messages.Photo{Caption: in.Text}
	case m.GetLocationMessage() != nil:
		l := m.GetLocationMessage()
		in.Place = &messages.Place{Latitude: l.GetDegreesLatitude(), Longitude: l.GetDegreesLongitude(), Name: l.GetName()}
	case m.GetLiveLocationMessage() != nil:
		l := m.GetLiveLocationMessage()
		in.Place = &messages.Place{Latitude: l.GetDegreesLatitude(), Longitude: l.GetDegreesLongitude()}
	case m.GetContactMessage() != nil:
		in.Contact = contact(m.GetContactMessage())
	case unread(m):
		in.Other = true
	default:
		return in, false
	}
	return in, true
}

// unread tells whether a message is something that the bot doesn't read, rather than the library's own housekeeping.
func unread(m *waE2E.Message) bool {
	return m.GetAudioMessage() != nil || m.GetVideoMessage() != nil || m.GetStickerMessage() != nil || m.GetDocumentMessage() != nil ||
		m.GetContactsArrayMessage() != nil || m.GetPollCreationMessage() != nil || m.GetPollCreationMessageV2() != nil ||
		m.GetPollCreationMessageV3() != nil || m.GetEventMessage() != nil || m.GetPtvMessage() != nil
}

func textOf(m *waE2E.Message) string {
	if t := m.GetConversation(); t != "" {
		return t
	}
	return m.GetExtendedTextMessage().GetText()
}

// correctedCommand takes an edit of a message only where a command came of it: an answer that was given stays given.
func correctedCommand(m *waE2E.Message) (messages.Inbound, bool) {
	text := textOf(m)
	return messages.Inbound{Text: text}, strings.HasPrefix(strings.TrimSpace(text), "/")
}

// replyTo is the id of the bot's message that this one answers. What people answer to each other is none of its business.
func (h *handler) replyTo(e *events.Message) string {
	c := contextOf(e.Message)
	if c.GetStanzaID() == "" {
		return ""
	}
	by, err := types.ParseJID(c.GetParticipant())
	if err != nil || !h.isMe(by.ToNonAD()) {
		return ""
	}
	return c.GetStanzaID()
}

// contextOf is what came round a message: what it answers, and how long it stays.
func contextOf(m *waE2E.Message) *waE2E.ContextInfo {
	for _, c := range []interface{ GetContextInfo() *waE2E.ContextInfo }{
		m.GetExtendedTextMessage(), m.GetImageMessage(), m.GetDocumentMessage(), m.GetLocationMessage(), m.GetLiveLocationMessage(),
		m.GetContactMessage(), m.GetAudioMessage(), m.GetVideoMessage(), m.GetStickerMessage(), m.GetPollCreationMessage(),
	} {
		if got := c.GetContextInfo(); got != nil {
			return got
		}
	}
	return nil
}

// reaction is an emoji under a message of the bot's; an empty one takes it away.
func (h *handler) reaction(r *waE2E.ReactionMessage) (in messages.Inbound, ok bool) {
	if r.GetKey().GetID() == "" || !h.mine(r.GetKey().GetFromMe(), r.GetKey().GetParticipant()) {
		return in, false
	}
	in.Event, in.Reaction, in.ReplyTo = messages.Reacted, r.GetText(), r.GetKey().GetID()
	return in, true
}

// mine tells whether a key in somebody else's message names a message of the bot's: in a group it says whose it is; in
// private, what isn't theirs is ours.
func (h *handler) mine(fromSender bool, participant string) bool {
	if fromSender {
		return false
	}
	if participant == "" {
		return true
	}
	by, err := types.ParseJID(participant)
	return err == nil && h.isMe(by.ToNonAD())
}

// vote is a vote in a poll of the bot's. It answers as a tap on the choice does; taken back, it says nothing.
func (h *handler) vote(e *events.Message) (in messages.Inbound, ok bool) {
	id := e.Message.GetPollUpdateMessage().GetPollCreationMessageKey().GetID()
	v, err := h.cli.DecryptPollVote(h.ctx, e)
	if err != nil {
		h.w.log.Warn("a vote could not be read", "cause", plain(err))
		return in, false
	}
	if len(v.GetSelectedOptions()) == 0 {
		return in, false
	}
	sender := h.person(e.Info.Sender, e.Info.SenderAlt)
	chat := sender.ID
	if e.Info.IsGroup {
		chat = h.at(e.Info.Chat).Chat
	}
	asked, _, found := h.w.cfg.Earlier(h.ctx, chat, id)
	if !found {
		return in, false
	}
	for _, c := range numbered(asked.Choices) {
		if string(whatsmeow.HashPollOptions([]string{c.Caption()})[0]) == string(v.GetSelectedOptions()[0]) {
			in.Tapped, in.TappedAt = c.Data, id
			return in, c.Data != ""
		}
	}
	return in, false
}

// contact reads a visiting card (vCard, RFC 6350): the first telephone number in it.
func contact(c *waE2E.ContactMessage) *messages.Contact {
	out := &messages.Contact{Name: c.GetDisplayName()}
	for line := range strings.Lines(c.GetVcard()) {
		field, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || out.Phone != "" {
			continue
		}
		kind, _, _ := strings.Cut(field, ";")
		if _, after, grouped := strings.Cut(kind, "."); grouped {
			kind = after
		}
		if strings.EqualFold(kind, "TEL") {
			out.Phone = strings.TrimPrefix(value, "tel:")
		}
	}
	return out
}

// keepTimer remembers how long messages stay in a private chat: what the bot says there stays as long.
func (h *handler) keepTimer(e *events.Message, chat string) {
	c := contextOf(e.Message)
	var d time.Duration
	switch {
	case e.IsEphemeral || c.GetExpiration() > 0:
		d = time.Duration(c.GetExpiration()) * time.Second
	case e.Message.GetConversation() != "": // a text without anything round it: there is no timer
	default:
		return
	}
	had, err := h.w.cfg.Store.timer(h.ctx, chat)
	if err == nil && had != d {
		err = h.w.cfg.Store.setTimer(h.ctx, chat, d)
	}
	if err != nil {
		h.w.log.Warn("how long messages stay in a chat could not be kept", "cause", plain(err))
	}
}
