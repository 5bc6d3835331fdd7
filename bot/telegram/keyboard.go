package telegram

import (
	"context"
	"errors"

	"github.com/go-telegram/bot/models"

	"github.com/buurtbode/buurtbode/messages"
)

// How buttons share a row: on a telephone about 28 characters fit beside each other.
const (
	rowWidth   = 28
	rowButtons = 3
	maxData    = 64 // bytes: https://core.telegram.org/bots/api#inlinekeyboardbutton
)

// button is an inline button. The library's own type always sends an empty copy_text along, though a button must have
// exactly one purpose.
type button struct {
	Text string `json:"text"`
	URL  string `json:"url,omitempty"`
	Data string `json:"callback_data,omitempty"`
}

type inlineKeyboard struct {
	Rows [][]button `json:"inline_keyboard"`
}

// keyboard lays the choices out as buttons; nil where there are none.
func (t *Telegram) keyboard(ctx context.Context, choices []messages.Choice) (models.ReplyMarkup, error) {
	if len(choices) == 0 {
		return nil, nil
	}
	buttons := make([]button, len(choices))
	for i, c := range choices {
		b := button{Text: c.Caption(), Data: c.Data}
		switch {
		case c.Link != "":
			b.URL, b.Data = c.Link, ""
		case c.Start != "":
			if _, err := t.identify(ctx); err != nil {
				return nil, err
			}
			b.URL, b.Data = t.StartLink(c.Start), ""
		case c.Data == "" || len(c.Data) > maxData:
			return nil, &messages.SendError{Code: "choice", Cause: errors.New("a choice must have 1 to 64 bytes of data, a start or a link")}
		}
		buttons[i] = b
	}
	return inlineKeyboard{rows(buttons)}, nil
}

// rows puts a button on a line of its own, or up to three short ones beside each other.
func rows(buttons []button) [][]button {
	var out [][]button
	width := 0
	for _, b := range buttons {
		w := messages.Len16(b.Text)
		if n := len(out); n > 0 && len(out[n-1]) < rowButtons && width+w <= rowWidth {
			out[n-1] = append(out[n-1], b)
			width += w
			continue
		}
		out = append(out, []button{b})
		width = w
	}
	return out
}
