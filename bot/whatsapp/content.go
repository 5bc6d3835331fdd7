package whatsapp

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"strings"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"

	"github.com/buurtbode/buurtbode/messages"
)

// What a poll takes, counted in the apps.
const (
	mostOptions  = 12
	mostQuestion = 255 // UTF-16 code units
	mostOption   = 100 // UTF-16 code units

	mostParagraphs = 2 // the question and a hint (ours)
)

// content is a message as WhatsApp has it. It also gives the photo's reference, to send it again without uploading it.
func (w *WhatsApp) content(ctx context.Context, cli *whatsmeow.Client, chat types.JID, m messages.Outbound) (*waE2E.Message, string, error) {
	around, err := w.around(ctx, chat, m)
	if err != nil {
		return nil, "", err
	}
	if m.Photo != nil {
		return w.photo(ctx, cli, m, around)
	}
	if m.Document != nil {
		c, err := w.document(ctx, cli, m, around)
		return c, "", err
	}
	c := w.words(m, around)
	if c == nil {
		return nil, "", &messages.SendError{Code: "empty", Cause: errors.New("there is nothing to send")}
	}
	return c, "", nil
}

// words is a message without a photo or a document; nil: there is nothing in it.
func (w *WhatsApp) words(m messages.Outbound, around *waE2E.ContextInfo) *waE2E.Message {
	text := format(m.Body)
	switch {
	case m.Place != nil && text == "":
		l := &waE2E.LocationMessage{
			DegreesLatitude: proto.Float64(m.Place.Latitude), DegreesLongitude: proto.Float64(m.Place.Longitude), ContextInfo: around,
		}
		if m.Place.Name != "" {
			l.Name = proto.String(m.Place.Name)
		}
		return &waE2E.Message{LocationMessage: l}
	case text == "":
		return nil
	case w.asPoll(m):
		return w.poll(m, around)
	}
	return &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{
		Text: proto.String(text + w.lines(m)), ContextInfo: around,
	}}
}

// asPoll tells whether the choices go out as a poll: in a private chat, where one person answers, and where question and
// options fit; a message can't become one later. Its options are the numbered lines, so who would rather type a number can. A
// preview stays a text: a poll has no bold words, and it is to look as its readers will see it.
func (w *WhatsApp) asPoll(m messages.Outbound) bool {
	if strings.Count(m.Body.String(), "\n\n") >= mostParagraphs {
		return false
	}
	if m.Kind != messages.Direct || m.Action == messages.Edit || m.Photo != nil || m.Document != nil || len(m.Choices) < 2 || len(m.Choices) > mostOptions || messages.Len16(question(m.Body)) > mostQuestion {
		return false
	}
	for _, c := range numbered(m.Choices) {
		if c.Data == "" || messages.Len16(c.Caption()) > mostOption {
			return false
		}
	}
	return true
}

// question is a text as the question of a poll: the apps show the marks of looks there as they are.
func question(r messages.Rich) string {
	plain := make(messages.Rich, len(r))
	for i, s := range r {
		plain[i] = messages.Span{Text: s.Text, Link: s.Link}
	}
	return format(plain)
}

func (w *WhatsApp) poll(m messages.Outbound, around *waE2E.ContextInfo) *waE2E.Message {
	p := &waE2E.PollCreationMessage{
		Name: proto.String(question(m.Body)), SelectableOptionsCount: proto.Uint32(1), ContextInfo: around,
	}
	for _, c := range numbered(m.Choices) {
		p.Options = append(p.Options, &waE2E.PollCreationMessage_Option{OptionName: proto.String(c.Caption())})
	}
	return &waE2E.Message{
		PollCreationMessageV3: p, // the version for one choice
		MessageContextInfo:    &waE2E.MessageContextInfo{MessageSecret: w.secretOf(m.Key)},
	}
}

// secretOf is what the votes of a poll are sealed with. It belongs to the message, so a repeat has the same one; nobody
// can guess it without the account's own secret.
func (w *WhatsApp) secretOf(key string) []byte {
	mac := hmac.New(sha256.New, w.device.AdvSecretKey)
	mac.Write([]byte(key))
	return mac.Sum(nil)
}

// around is what a message answers, and how long it stays.
func (w *WhatsApp) around(ctx context.Context, chat types.JID, m messages.Outbound) (*waE2E.ContextInfo, error) {
	timer, err := w.timerOf(ctx, chat)
	if err != nil {
		return nil, err
	}
	if timer == 0 && m.ReplyTo == "" {
		return nil, nil
	}
	c := &waE2E.ContextInfo{}
	if timer > 0 {
		c.Expiration = proto.Uint32(uint32(timer / time.Second))
	}
	if m.ReplyTo != "" {
		w.quote(ctx, c, m)
	}
	return c, nil
}

// timerOf is how long messages stay in a chat; 0: for good.
func (w *WhatsApp) timerOf(ctx context.Context, chat types.JID) (time.Duration, error) {
	if chat.Server != types.GroupServer {
		return w.cfg.Store.timer(ctx, chat.String())
	}
	cli := w.client.Load()
	if cli == nil {
		return 0, nil
	}
	g, err := w.group(ctx, cli, chat)
	return g.timer, err
}

// quote makes a message the answer to another: the bot's own, which the deliveries know, or one that somebody wrote
// lately. One that nobody knows any more is not quoted.
func (w *WhatsApp) quote(ctx context.Context, c *waE2E.ContextInfo, m messages.Outbound) {
	if said, ok := w.recent.find(m.To.Chat, m.ReplyTo); ok {
		c.StanzaID, c.Participant = proto.String(m.ReplyTo), proto.String(said.by.ToNonAD().String())
		c.QuotedMessage = &waE2E.Message{Conversation: proto.String(said.text)}
		return
	}
	earlier, _, ok := w.cfg.Earlier(ctx, m.To.Chat, m.ReplyTo)
	if !ok {
		return
	}
	c.StanzaID, c.Participant = proto.String(m.ReplyTo), proto.String(w.me(m.To.Chat).String())
	c.QuotedMessage = &waE2E.Message{Conversation: proto.String(format(earlier.Body))}
}

// me is the bot's own address as a chat knows it.
func (w *WhatsApp) me(chat string) types.JID {
	j, err := types.ParseJID(chat)
	byNumber := err == nil && j.Server == types.DefaultUserServer
	if g, ok := w.groups.known(j); ok {
		byNumber = g.byNumber
	}
	if lid := w.hidden(); !byNumber && !lid.IsEmpty() {
		return lid
	}
	return types.NewJID(w.number, types.DefaultUserServer)
}
