package telegramtest

import (
	"encoding/json"

	"github.com/mymmrac/telego"
)

// maxData is the longest callback_data in bytes: https://core.telegram.org/bots/api#inlinekeyboardbutton
const maxData = 64

// maxButtons is what Telegram shows of one keyboard.
const maxButtons = 100

// markup reads reply_markup: an inline keyboard, or one of the others.
func (c *call) markup() (*telego.InlineKeyboardMarkup, telego.ReplyMarkup) {
	raw, ok := c.fields["reply_markup"]
	if !ok || raw == "" || raw == "{}" {
		c.take("reply_markup")
		return nil, nil
	}
	var which map[string]json.RawMessage
	if json.Unmarshal([]byte(raw), &which) != nil {
		c.take("reply_markup")
		c.fail(badRequest("can't parse reply keyboard markup JSON object"))
		return nil, nil
	}
	var other telego.ReplyMarkup
	switch {
	case which["keyboard"] != nil:
		other = &telego.ReplyKeyboardMarkup{}
	case which["remove_keyboard"] != nil:
		other = &telego.ReplyKeyboardRemove{}
	case which["force_reply"] != nil:
		other = &telego.ForceReply{}
	default:
		inline := &telego.InlineKeyboardMarkup{}
		if c.object("reply_markup", inline) {
			return c.inline(inline), nil
		}
		return nil, nil
	}
	c.object("reply_markup", other)
	return nil, other
}

// inline checks an inline keyboard. One without buttons is none.
func (c *call) inline(k *telego.InlineKeyboardMarkup) *telego.InlineKeyboardMarkup {
	n := 0
	for _, row := range k.InlineKeyboard {
		for _, b := range row {
			n++
			if f := checkButton(b); f != nil {
				c.fail(f)
			}
		}
	}
	if n > maxButtons {
		c.fail(badRequest("reply markup is too long"))
	}
	if n == 0 {
		return nil
	}
	return k
}

// checkButton looks for the one purpose that a button must have, in Telegram's order.
func checkButton(b telego.InlineKeyboardButton) *failure {
	switch {
	case b.Text == "":
		return badRequest("can't parse inline keyboard button: Field \"text\" must be of type String")
	case b.URL != "":
		if !isLink(b.URL) {
			return badRequest("inline keyboard button URL '%s' is invalid: Wrong HTTP URL", b.URL)
		}
	case b.CallbackData != "":
		if len(b.CallbackData) > maxData {
			return badRequest("BUTTON_DATA_INVALID")
		}
	case b.WebApp != nil, b.LoginURL != nil, b.SwitchInlineQuery != nil, b.SwitchInlineQueryCurrentChat != nil,
		b.SwitchInlineQueryChosenChat != nil, b.CallbackGame != nil, b.Pay:
	case b.CopyText != nil:
		if b.CopyText.Text == "" {
			return badRequest("BUTTON_COPY_TEXT_INVALID")
		}
	default:
		return badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
	}
	return nil
}
