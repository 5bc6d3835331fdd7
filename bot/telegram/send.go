package telegram

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"github.com/buurtbode/buurtbode/messages"
)

// sendTimeout bounds one Send, a second try inside it included. It is under half of the outbox's lease of 60 s.
const sendTimeout = 15 * time.Second

// Send performs one action. It blocks until Telegram answered, at most 15 s, and its errors are *messages.SendError.
//
// A Place goes out as a location, or as a venue where it has a name, and only where there is neither a Body, nor a Photo, nor a Document:
// one Outbound is one network message, and Telegram's locations carry no text. A Photo with an id (File) is sent by it;
// where Telegram refuses the id the bytes (Data) are sent instead, and without them the error's Code is "photo_file". A
// message to a topic that is gone goes to the group itself. Edits, withdrawals and the like that find their work done
// succeed.
func (t *Telegram) Send(ctx context.Context, m messages.Outbound) (messages.Sent, error) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	sent, err := t.act(ctx, m)
	if err != nil {
		return messages.Sent{}, t.sendError(err)
	}
	return sent, nil
}

func (t *Telegram) act(ctx context.Context, m messages.Outbound) (messages.Sent, error) {
	switch m.Action {
	case messages.Send, "":
		return t.send(ctx, m)
	case messages.LeaveChat:
		return messages.Sent{}, t.leave(ctx, m)
	case messages.Edit, messages.Withdraw, messages.Unbutton:
	default:
		return messages.Sent{}, &messages.SendError{Code: "action", Cause: errors.New("unknown action")}
	}
	target, err := strconv.Atoi(m.Target)
	if err != nil || target <= 0 {
		return messages.Sent{}, &messages.SendError{Code: "target", Cause: errors.New("the earlier message has no id of Telegram's")}
	}
	switch m.Action {
	case messages.Edit:
		return messages.Sent{ID: m.Target}, t.edit(ctx, m, target)
	case messages.Withdraw:
		return messages.Sent{}, t.withdraw(ctx, m, target)
	default:
		return messages.Sent{ID: m.Target}, t.unbutton(ctx, m, target)
	}
}

// addressing is what every kind of new message has in common.
type addressing struct {
	chat   any
	thread int
	silent bool
	reply  *models.ReplyParameters
	markup models.ReplyMarkup
}

func (t *Telegram) send(ctx context.Context, m messages.Outbound) (messages.Sent, error) {
	e := addressing{chat: number(m.To.Chat), silent: m.Silent}
	if n, err := strconv.Atoi(m.Thread); err == nil {
		e.thread = n
	}
	if n, err := strconv.Atoi(m.ReplyTo); err == nil && n > 0 {
		e.reply = &models.ReplyParameters{MessageID: n, AllowSendingWithoutReply: true}
	}
	var err error
	if e.markup, err = t.keyboard(ctx, m.Choices); err != nil {
		return messages.Sent{}, err
	}
	sent, err := t.post(ctx, e, m)
	var refusal *apiError
	if e.thread != 0 && errors.As(err, &refusal) && refusal.says(saysNoTopic...) {
		t.log.Info("a topic is gone, sending to the group instead", "cause", refusal)
		e.thread = 0
		sent, err = t.post(ctx, e, m)
	}
	if err != nil {
		return messages.Sent{}, err
	}
	out := messages.Sent{ID: strconv.Itoa(sent.ID)}
	if p := largestOf(sent.Photo); p != nil {
		out.PhotoFile = p.FileID
	}
	return out, nil
}

func (t *Telegram) post(ctx context.Context, e addressing, m messages.Outbound) (*models.Message, error) {
	text, entities := format(m.Body)
	switch {
	case m.Photo != nil:
		return t.postPhoto(ctx, e, m.Photo, text, entities)
	case m.Document != nil:
		return t.postDocument(ctx, e, m.Document, text, entities)
	case m.Place != nil && text == "":
		return t.postPlace(ctx, e, *m.Place)
	case text == "":
		return nil, &messages.SendError{Code: "empty", Cause: errors.New("there is nothing to send")}
	}
	return t.api.SendMessage(ctx, &bot.SendMessageParams{
		ChatID: e.chat, MessageThreadID: e.thread, Text: text, Entities: entities, LinkPreviewOptions: noPreview(),
		DisableNotification: e.silent, ReplyParameters: e.reply, ReplyMarkup: e.markup,
	})
}

func (t *Telegram) postPhoto(ctx context.Context, e addressing, p *messages.Photo, text string, entities []models.MessageEntity) (*models.Message, error) {
	params := &bot.SendPhotoParams{
		ChatID: e.chat, MessageThreadID: e.thread, Caption: text, CaptionEntities: entities, HasSpoiler: p.Covered,
		DisableNotification: e.silent, ReplyParameters: e.reply, ReplyMarkup: e.markup,
	}
	if p.File != "" {
		params.Photo = &models.InputFileString{Data: p.File}
		sent, err := t.api.SendPhoto(ctx, params)
		var refusal *apiError
		if err == nil || !errors.As(err, &refusal) || refusal.Code != http.StatusBadRequest || !refusal.says(saysPhotoFile...) {
			return sent, err
		}
		if len(p.Data) == 0 {
			return nil, &messages.SendError{Code: "photo_file", Cause: refusal}
		}
	}
	if len(p.Data) == 0 {
		return nil, &messages.SendError{Code: "empty", Cause: errors.New("the photo has neither an id nor bytes")}
	}
	name := "photo.jpg"
	if p.Type() == "image/png" {
		name = "chart.png"
	}
	params.Photo = &models.InputFileUpload{Filename: name, Data: bytes.NewReader(p.Data)}
	return t.api.SendPhoto(ctx, params)
}

// postDocument sends a file by its bytes: it is for one reader, so Telegram's id of it is of no use.
func (t *Telegram) postDocument(ctx context.Context, e addressing, d *messages.Document, text string, entities []models.MessageEntity) (*models.Message, error) {
	if len(d.Data) == 0 {
		return nil, &messages.SendError{Code: "empty", Cause: errors.New("the document has no bytes")}
	}
	return t.api.SendDocument(ctx, &bot.SendDocumentParams{
		ChatID: e.chat, MessageThreadID: e.thread, Document: &models.InputFileUpload{Filename: d.Name, Data: bytes.NewReader(d.Data)},
		Caption: text, CaptionEntities: entities, DisableNotification: e.silent, ReplyParameters: e.reply, ReplyMarkup: e.markup,
	})
}

func (t *Telegram) postPlace(ctx context.Context, e addressing, p messages.Place) (*models.Message, error) {
	if p.Name == "" {
		return t.api.SendLocation(ctx, &bot.SendLocationParams{
			ChatID: e.chat, MessageThreadID: e.thread, Latitude: p.Latitude, Longitude: p.Longitude,
			DisableNotification: e.silent, ReplyParameters: e.reply, ReplyMarkup: e.markup,
		})
	}
	// a venue must have an address; the coordinates are the one that is always known
	address := strconv.FormatFloat(p.Latitude, 'f', 5, 64) + ", " + strconv.FormatFloat(p.Longitude, 'f', 5, 64)
	return t.api.SendVenue(ctx, &bot.SendVenueParams{
		ChatID: e.chat, MessageThreadID: e.thread, Latitude: p.Latitude, Longitude: p.Longitude, Title: p.Name, Address: address,
		DisableNotification: e.silent, ReplyParameters: e.reply, ReplyMarkup: e.markup,
	})
}

// number is a chat's id as Telegram wants it; a public channel can also go by its @name.
func number(chat string) any {
	if n, err := strconv.ParseInt(chat, 10, 64); err == nil {
		return n
	}
	return chat
}

func noPreview() *models.LinkPreviewOptions {
	return &models.LinkPreviewOptions{IsDisabled: bot.True()}
}

func largestOf(sizes []models.PhotoSize) *models.PhotoSize {
	var best *models.PhotoSize
	for i := range sizes {
		if best == nil || sizes[i].Width*sizes[i].Height > best.Width*best.Height {
			best = &sizes[i]
		}
	}
	return best
}
