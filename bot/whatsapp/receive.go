package whatsapp

import (
	"cmp"
	"strings"
	"time"

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
	from := h.person(e.Info.Sender, e.Info.SenderAlt)
	if from.ID == "" { // a machine of WhatsApp's own
		return true
	}
	if !e.Info.IsGroup {
		h.keepTimer(e, from.ID)
	}
	in, ok := h.content(e, from)
	if !ok {
		return h.ctx.Err() == nil // what could not be looked up because the bot stops comes again
	}
	in.ID, in.SentAt = e.Info.ID, e.Info.Timestamp.UTC()
	in.From = from
	in.From.Name = e.Info.PushName
	if e.Info.IsGroup {
		in.Kind, in.At = messages.Group, h.at(e.Info.Chat)
		if g, err := h.w.group(h.ctx, h.cli, e.Info.Chat); err == nil {
			in.Title = g.title
			in.From.ChatAdmin = g.admin(e.Info.Sender, e.Info.SenderAlt)
		}
	} else {
		in.Kind = messages.Direct
		in.At = messages.Address{Platform: name, Account: h.w.Account(), Chat: in.From.ID}
	}
	h.w.recent.keep(in.At.Chat, e)
	if in.Kind == messages.Direct && h.w.recent.echo(in.At.Chat, e.Info.ID) {
		h.w.log.Info("a private chat says the same again and again, as machines do: it is not answered")
		return true
	}
	if in.Photo != nil && in.Kind == messages.Direct {
		in.Photo.Data = h.download(e.Message)
	}
	return h.hand(in)
}

// unseen takes a message that WhatsApp shows on phones only, once: the bot says that it can't read it. Should it come after all, that is
// another message.
func (h *handler) unseen(e *events.UndecryptableMessage) bool {
	if !e.IsUnavailable || e.UnavailableType != events.UnavailableTypeViewOnce || e.Info.IsGroup || e.Info.IsFromMe {
		return true
	}
	from := h.person(e.Info.Sender, e.Info.SenderAlt)
	if from.ID == "" {
		return true
	}
	from.Name = e.Info.PushName
	return h.hand(messages.Inbound{
		ID: "unseen:" + e.Info.ID, SentAt: e.Info.Timestamp.UTC(), Kind: messages.Direct, From: from, Other: true,
		At: messages.Address{Platform: name, Account: h.w.Account(), Chat: from.ID},
	})
}

// content reads what is in a message; false: nothing for the bot.
func (h *handler) content(e *events.Message, from messages.Sender) (in messages.Inbound, ok bool) {
	m := e.Message
	if edited := m.GetProtocolMessage(); edited != nil && edited.GetType() == waE2E.ProtocolMessage_MESSAGE_EDIT {
		return correctedCommand(edited.GetEditedMessage())
	}
	if e.IsEdit {
		return correctedCommand(m)
	}
	in.ReplyTo = h.replyTo(e)
	switch {
	case e.IsViewOnce: // who sends it wants nobody to keep it
		in.Other = true
	case textOf(m) != "":
		in.Text = textOf(m)
	case m.GetReactionMessage() != nil:
		return h.reaction(m.GetReactionMessage())
	case m.GetEncReactionMessage() != nil:
		return h.sealedReaction(e)
	case m.GetPollUpdateMessage() != nil:
		return h.vote(e, from)
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

// unread tells whether a message is something that the bot doesn't read, rather than the library's own housekeeping. What a business
// sends to its customers is not for it either: machines would answer each other without end.
func unread(m *waE2E.Message) bool {
	return m.GetAudioMessage() != nil || m.GetVideoMessage() != nil || m.GetStickerMessage() != nil || m.GetDocumentMessage() != nil ||
		m.GetContactsArrayMessage() != nil || m.GetPollCreationMessage() != nil || m.GetPollCreationMessageV2() != nil ||
		m.GetPollCreationMessageV3() != nil || m.GetEventMessage() != nil || m.GetPtvMessage() != nil || m.GetGroupInviteMessage() != nil ||
		m.GetProductMessage() != nil || m.GetStickerPackMessage() != nil
}

// textOf is what a message says: typed, or the label of a button or a line of a list that was tapped.
func textOf(m *waE2E.Message) string {
	for _, t := range []string{
		m.GetConversation(), m.GetExtendedTextMessage().GetText(), m.GetButtonsResponseMessage().GetSelectedDisplayText(),
		m.GetListResponseMessage().GetTitle(), m.GetTemplateButtonReplyMessage().GetSelectedDisplayText(),
		m.GetInteractiveResponseMessage().GetBody().GetText(),
	} {
		if t != "" {
			return t
		}
	}
	return ""
}

// captionOf is what stands below a picture or a file.
func captionOf(m *waE2E.Message) string {
	for _, t := range []string{m.GetImageMessage().GetCaption(), m.GetDocumentMessage().GetCaption(), m.GetVideoMessage().GetCaption()} {
		if t != "" {
			return t
		}
	}
	return ""
}

// correctedCommand takes an edit of a message only where a command came of it: an answer that was given stays given.
func correctedCommand(m *waE2E.Message) (messages.Inbound, bool) {
	text := cmp.Or(textOf(m), captionOf(m))
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
		m.GetContactMessage(), m.GetContactsArrayMessage(), m.GetAudioMessage(), m.GetVideoMessage(), m.GetPtvMessage(), m.GetStickerMessage(),
		m.GetPollCreationMessage(), m.GetPollCreationMessageV2(), m.GetPollCreationMessageV3(), m.GetEventMessage(), m.GetGroupInviteMessage(),
		m.GetButtonsResponseMessage(), m.GetListResponseMessage(), m.GetTemplateButtonReplyMessage(), m.GetInteractiveResponseMessage(),
	} {
		if got := c.GetContextInfo(); got != nil {
			return got
		}
	}
	return nil
}

// keepTimer remembers how long messages stay in a private chat: what the bot says there stays as long.
func (h *handler) keepTimer(e *events.Message, chat string) {
	d, known := timerIn(e)
	if !known {
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

// timerIn is what a message tells about how long messages stay in a private chat: it was changed, or the message itself goes; known is
// false where it tells nothing.
func timerIn(e *events.Message) (d time.Duration, known bool) {
	if p := e.Message.GetProtocolMessage(); p != nil {
		return time.Duration(p.GetEphemeralExpiration()) * time.Second, p.GetType() == waE2E.ProtocolMessage_EPHEMERAL_SETTING
	}
	if seconds := contextOf(e.Message).GetExpiration(); seconds > 0 {
		return time.Duration(seconds) * time.Second, true
	}
	return 0, !e.IsEphemeral && !e.IsEdit && e.Message.GetConversation() != "" // a text without anything round it: there is no timer
}
