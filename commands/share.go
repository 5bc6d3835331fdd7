package commands

import (
	"math"
	"net/url"
	"strings"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// mostShared is the longest share link in bytes: a longer one is cut off on the way, by some app or other (ours).
const mostShared = 4000

// shareLink offers, below a text to forward, to open it in WhatsApp: most groups are there, and one can't forward from
// one app to another. Who is in WhatsApp forwards the text itself.
func (t *Turn) shareLink(chat storage.Chat, text messages.Content, cause string) error {
	if chat.Platform == "whatsapp" {
		return nil
	}
	lang, err := t.e.chatLanguage(t.Tx, chat)
	if err != nil {
		return err
	}
	whole := text.Render(t.e.Catalog, lang, messages.Limits{Text: math.MaxInt, Caption: math.MaxInt})
	var shown strings.Builder
	for _, span := range whole[0].Body {
		shown.WriteString(whatsappMarks(span))
	}
	link := "https://wa.me/?text=" + strings.ReplaceAll(url.QueryEscape(shown.String()), "+", "%20") // https://faq.whatsapp.com/5913398998672934
	if len(link) > mostShared {
		return nil
	}
	return t.sayOnce(chat, messages.Paragraphs(messages.S("passing.share")).With(messages.Option{Label: messages.S("passing.shareon"), Link: link}),
		How{Cause: shareCause(cause), Priority: storage.Answer})
}

// shareCause is the cause of the share link of a text to forward.
func shareCause(cause string) string { return cause + ":share" }

// whatsappMarks keeps what is bold bold in WhatsApp, where it is a few words in a line.
func whatsappMarks(s messages.Span) string {
	if s.Style&messages.Bold == 0 || s.Text != strings.TrimSpace(s.Text) || s.Text == "" || strings.ContainsAny(s.Text, "*\n") {
		return s.Text
	}
	return "*" + s.Text + "*"
}
