package telegram

import (
	"context"
	"errors"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"github.com/buurtbode/buurtbode/messages"
)

// edit gives a message new text and choices; without choices its buttons go. A photo keeps its picture, and a
// document its file, under a new caption.
func (t *Telegram) edit(ctx context.Context, m messages.Outbound, target int) error {
	text, entities := format(m.Body)
	markup, err := t.keyboard(ctx, m.Choices)
	if err != nil {
		return err
	}
	edits := []func() error{
		func() error { return t.editText(ctx, m, target, text, entities, markup) },
		func() error { return t.editCaption(ctx, m, target, text, entities, markup) },
	}
	if m.Photo != nil || m.Document != nil {
		edits[0], edits[1] = edits[1], edits[0]
	}
	err = edits[0]()
	if refusedFor(err, saysNoText) || refusedFor(err, saysNoCaption) {
		err = edits[1]() // it is the other kind of message
	}
	if refusedFor(err, saysUnchanged) {
		return nil
	}
	return err
}

func (t *Telegram) editText(ctx context.Context, m messages.Outbound, target int, text string, entities []models.MessageEntity, markup models.ReplyMarkup) error {
	if text == "" {
		return &messages.SendError{Code: "empty", Cause: errors.New("there is no new text")}
	}
	_, err := t.api.EditMessageText(ctx, &bot.EditMessageTextParams{
		ChatID: number(m.To.Chat), MessageID: target, Text: text, Entities: entities, LinkPreviewOptions: noPreview(), ReplyMarkup: markup,
	})
	return err
}

func (t *Telegram) editCaption(ctx context.Context, m messages.Outbound, target int, text string, entities []models.MessageEntity, markup models.ReplyMarkup) error {
	_, err := t.api.EditMessageCaption(ctx, &bot.EditMessageCaptionParams{
		ChatID: number(m.To.Chat), MessageID: target, Caption: text, CaptionEntities: entities, ReplyMarkup: markup,
	})
	return err
}

// withdraw deletes a message. Telegram allows it for 48 hours (https://core.telegram.org/bots/api#deletemessage), after
// which the error's Code is "too_old".
func (t *Telegram) withdraw(ctx context.Context, m messages.Outbound, target int) error {
	_, err := t.api.DeleteMessage(ctx, &bot.DeleteMessageParams{ChatID: number(m.To.Chat), MessageID: target})
	if refusedFor(err, saysNotFound) {
		return nil
	}
	return err
}

// unbutton takes the buttons off a message; that they or the message are gone already is fine.
func (t *Telegram) unbutton(ctx context.Context, m messages.Outbound, target int) error {
	_, err := t.api.EditMessageReplyMarkup(ctx, &bot.EditMessageReplyMarkupParams{ChatID: number(m.To.Chat), MessageID: target})
	if refusedFor(err, saysUnchanged) || refusedFor(err, saysNotFound) || refusedFor(err, saysTooOld) {
		return nil
	}
	return err
}

// leave leaves a group or channel; to have left it already is fine.
func (t *Telegram) leave(ctx context.Context, m messages.Outbound) error {
	_, err := t.api.LeaveChat(ctx, &bot.LeaveChatParams{ChatID: number(m.To.Chat)})
	var refusal *apiError
	if errors.As(err, &refusal) && refusal.MovedTo == "" && refusal.sendError().Gone {
		return nil
	}
	return err
}

// refusedFor tells whether err is the Bot API's refusal in one of these words.
func refusedFor(err error, words []string) bool {
	var refusal *apiError
	return errors.As(err, &refusal) && refusal.says(words...)
}
