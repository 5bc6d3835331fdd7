package whatsapptest

import (
	"context"
	"fmt"
	"net/http"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// Says sends a text to a chat: a group, or either address of a person.
func (p *Phone) Says(chat types.JID, text string) types.MessageID {
	return p.send(chat, &waE2E.Message{Conversation: &text})
}

// Replies answers a message that the phone got in the chat with a text that quotes it.
func (p *Phone) Replies(chat types.JID, to types.MessageID, text string) types.MessageID {
	about := &waE2E.ContextInfo{StanzaID: &to}
	p.s.mu.Lock()
	if m := p.thread(chat).find(to, types.EmptyJID); m != nil {
		about.Participant = proto.String(m.From.String())
		about.QuotedMessage = m.Raw
	} else if m := p.thread(chat).own[to]; m != nil {
		about.Participant = proto.String(p.account.as(p.s.serverOf(chat)).String())
		about.QuotedMessage = m.Raw
	}
	p.s.mu.Unlock()
	return p.send(chat, &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: &text, ContextInfo: about}})
}

// Reacts puts an emoji to a message that the phone got in the chat, or sent; "" takes it away.
func (p *Phone) Reacts(chat types.JID, to types.MessageID, emoji string) types.MessageID {
	return p.send(chat, p.client.BuildReaction(chat, p.sender(chat, to), to, emoji))
}

// SendsPlace shares a place: latitude and longitude in degrees.
func (p *Phone) SendsPlace(chat types.JID, latitude, longitude float64) types.MessageID {
	return p.send(chat, &waE2E.Message{LocationMessage: &waE2E.LocationMessage{
		DegreesLatitude: &latitude, DegreesLongitude: &longitude,
	}})
}

// SendsContact shares a contact: a name and a number.
func (p *Phone) SendsContact(chat types.JID, name, number string) types.MessageID {
	number = digits(number)
	card := fmt.Sprintf("BEGIN:VCARD\nVERSION:3.0\nN:;%[1]s;;;\nFN:%[1]s\nTEL;type=CELL;waid=%[2]s:+%[2]s\nEND:VCARD",
		name, number)
	return p.send(chat, &waE2E.Message{ContactMessage: &waE2E.ContactMessage{DisplayName: &name, Vcard: &card}})
}

// SendsPhoto uploads a photo, encrypted, and sends it with a caption, which may be empty.
func (p *Phone) SendsPhoto(chat types.JID, photo []byte, caption string) types.MessageID {
	ctx, cancel := context.WithTimeout(p.s.ctx, patience)
	defer cancel()
	up, err := p.client.Upload(ctx, photo, whatsmeow.MediaImage)
	if err != nil {
		p.s.fatal("%s's phone can't upload a photo: %v", p.name, err)
		return ""
	}
	image := &waE2E.ImageMessage{
		URL: &up.URL, DirectPath: &up.DirectPath, MediaKey: up.MediaKey, FileEncSHA256: up.FileEncSHA256,
		FileSHA256: up.FileSHA256, FileLength: &up.FileLength, Mimetype: proto.String(http.DetectContentType(photo)),
	}
	if caption != "" {
		image.Caption = &caption
	}
	return p.send(chat, &waE2E.Message{ImageMessage: image})
}

// Downloads fetches and decrypts what a photo or document holds.
func (p *Phone) Downloads(m Message) []byte {
	ctx, cancel := context.WithTimeout(p.s.ctx, patience)
	defer cancel()
	var file whatsmeow.DownloadableMessage = m.Raw.GetImageMessage()
	if m.Kind == Document {
		file = m.Raw.GetDocumentMessage()
	}
	data, err := p.client.Download(ctx, file)
	if err != nil {
		p.s.fatal("%s's phone can't download: %v", p.name, err)
	}
	return data
}

// Asks sends a poll of which one option can be chosen.
func (p *Phone) Asks(chat types.JID, question string, options ...string) types.MessageID {
	return p.send(chat, p.client.BuildPollCreation(question, options, 1))
}

// Edits replaces the text of a message that the phone sent.
func (p *Phone) Edits(chat types.JID, id types.MessageID, text string) types.MessageID {
	return p.send(chat, p.client.BuildEdit(chat, id, &waE2E.Message{Conversation: &text}))
}

// Revokes withdraws a message that the phone sent or, of a group's admin, that somebody sent.
func (p *Phone) Revokes(chat types.JID, id types.MessageID) types.MessageID {
	return p.send(chat, p.client.BuildRevoke(chat, p.sender(chat, id), id))
}

// Sends sends any message.
func (p *Phone) Sends(chat types.JID, message *waE2E.Message) types.MessageID {
	return p.send(chat, message)
}

// sender is who sent a message of a chat, or the empty address: the phone itself.
func (p *Phone) sender(chat types.JID, id types.MessageID) types.JID {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if m := p.thread(chat).find(id, types.EmptyJID); m != nil {
		return m.From
	}
	return types.EmptyJID
}

func (p *Phone) send(chat types.JID, message *waE2E.Message) types.MessageID {
	ctx, cancel := context.WithTimeout(p.s.ctx, patience)
	defer cancel()
	id := p.client.GenerateMessageID()
	own := &Message{ID: id, Chat: chat, Mine: true, Raw: message}
	own.fill(message)
	p.s.mu.Lock()
	p.thread(chat).own[id] = own
	p.s.mu.Unlock()
	if err := p.knows(ctx, chat); err != nil {
		p.s.fatal("%s's phone can't keep an address: %v", p.name, err)
		return ""
	}
	_, err := p.client.SendMessage(ctx, chat, message, whatsmeow.SendRequestExtra{ID: id})
	if err != nil {
		p.s.fatal("%s's phone can't send: %v", p.name, err)
		return ""
	}
	return id
}

// knows has the phone know both addresses of whom it writes to, as real phones do. whatsmeow learns the other one when it
// gets an answer, and can't read that yet: it began the session with the number.
func (p *Phone) knows(ctx context.Context, chat types.JID) error {
	p.s.mu.Lock()
	a := p.s.find(chat)
	p.s.mu.Unlock()
	if a == nil {
		return nil
	}
	return p.client.Store.LIDs.PutLIDMapping(ctx, a.lid, a.pn)
}
