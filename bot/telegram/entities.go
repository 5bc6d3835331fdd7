package telegram

import (
	"strings"

	"github.com/go-telegram/bot/models"

	"github.com/buurtbode/buurtbode/messages"
)

// format gives the text and its looks as entities (https://core.telegram.org/bots/api#messageentity), whose offsets and
// lengths count UTF-16 code units. So no text is ever markup and nothing is escaped. A link that isn't one of the web's
// (tel:) stays words: Telegram's apps make telephone numbers tappable by themselves.
func format(body messages.Rich) (string, []models.MessageEntity) {
	var text strings.Builder
	var out []models.MessageEntity
	at := 0
	open := map[models.MessageEntityType]int{} // the last entity of each kind, to prolong
	mark := func(kind models.MessageEntityType, length int, link string) {
		if i, ok := open[kind]; ok && out[i].Offset+out[i].Length == at && out[i].URL == link {
			out[i].Length += length
			return
		}
		open[kind] = len(out)
		out = append(out, models.MessageEntity{Type: kind, Offset: at, Length: length, URL: link})
	}
	for _, s := range body {
		words := strings.ToValidUTF8(s.Text, "\uFFFD")
		length := messages.Len16(words)
		if length == 0 {
			continue
		}
		if s.Style&messages.Bold != 0 {
			mark(models.MessageEntityTypeBold, length, "")
		}
		if s.Style&messages.Italic != 0 {
			mark(models.MessageEntityTypeItalic, length, "")
		}
		if strings.HasPrefix(s.Link, "https://") || strings.HasPrefix(s.Link, "http://") {
			mark(models.MessageEntityTypeTextLink, length, s.Link)
		}
		text.WriteString(words)
		at += length
	}
	return text.String(), out
}
