package whatsapp

import (
	"strings"
	"unicode"

	"github.com/buurtbode/buurtbode/messages"
)

// wordJoiner takes no room. Behind a mark it keeps WhatsApp from reading it as one.
const wordJoiner = "\u2060"

// format writes rich text in WhatsApp's own markup (https://faq.whatsapp.com/539178204879377). What people wrote can't
// become markup; a link is written out, as WhatsApp hides none behind words.
func format(r messages.Rich) string {
	var b strings.Builder
	for _, s := range r {
		before, core, after := trimmed(s.Text)
		if core == strings.TrimPrefix(s.Link, "https://") && core != "" { // the words are the address
			b.WriteString(before + s.Link + after)
			continue
		}
		core = escaped(core, b.Len() == 0 && before == "" || strings.HasSuffix(b.String()+before, "\n"))
		b.WriteString(before)
		b.WriteString(styled(core, s.Style))
		if s.Link != "" && s.Link != s.Text && !strings.HasPrefix(s.Link, "tel:") {
			if core != "" {
				b.WriteString(": ")
			}
			b.WriteString(s.Link)
		}
		b.WriteString(after)
	}
	return b.String()
}

// styled puts the marks round each line: none of them reaches over the end of one.
func styled(core string, style messages.Style) string {
	open, closed := "", ""
	if style&messages.Bold != 0 {
		open, closed = open+"*", "*"+closed
	}
	if style&messages.Italic != 0 {
		open, closed = open+"_", "_"+closed
	}
	if open == "" || core == "" {
		return core
	}
	lines := strings.Split(core, "\n")
	for i, line := range lines {
		if before, text, after := trimmed(line); text != "" {
			lines[i] = before + open + text + closed + after
		}
	}
	return strings.Join(lines, "\n")
}

// trimmed cuts the blanks at both ends off: a mark counts only beside a letter.
func trimmed(s string) (before, core, after string) {
	core = strings.TrimLeftFunc(s, unicode.IsSpace)
	before = s[:len(s)-len(core)]
	trail := strings.TrimRightFunc(core, unicode.IsSpace)
	return before, trail, core[len(trail):]
}

// escaped keeps the marks in a text from working: * _ ~ ` anywhere, and what begins a list, a quote or a heading at the
// start of a line.
func escaped(s string, lineStart bool) string {
	var b strings.Builder
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteByte('\n')
			lineStart = true
		}
		if lineStart && (strings.HasPrefix(line, "> ") || strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "* ") || strings.HasPrefix(line, "# ")) {
			b.WriteString(wordJoiner)
		}
		for word := range strings.SplitAfterSeq(line, " ") {
			plain, address := word, ""
			if at := addressIn(word); at >= 0 { // a joiner would lead elsewhere
				plain, address = word[:at], word[at:]
			}
			for _, r := range plain {
				b.WriteRune(r)
				if strings.ContainsRune("*_~`", r) {
					b.WriteString(wordJoiner)
				}
			}
			b.WriteString(address)
		}
		lineStart = false
	}
	return b.String()
}

// addressIn is where a web address begins in a word; below 0: nowhere.
func addressIn(word string) int {
	at := strings.Index(word, "https://")
	if at < 0 {
		at = strings.Index(word, "http://")
	}
	return at
}

// numbered gives every choice a number: as the reader types it. What has none of its own gets its place in the row.
func numbered(choices []messages.Choice) []messages.Choice {
	out := make([]messages.Choice, len(choices))
	for i, c := range choices {
		if c.Number == 0 {
			c.Number = i + 1
		}
		out[i] = c
	}
	return out
}

// lines writes the choices below a text: a number to type, or a link to follow, and how to choose.
func (w *WhatsApp) lines(m messages.Outbound) string {
	if len(m.Choices) == 0 {
		return ""
	}
	var b strings.Builder
	if len(m.Body) > 0 || m.Photo != nil || m.Document != nil {
		b.WriteByte('\n')
	}
	for _, c := range numbered(m.Choices) {
		b.WriteByte('\n')
		switch {
		case c.Link != "":
			b.WriteString(escaped(c.Label, true) + ": " + c.Link)
		case c.Start != "":
			b.WriteString(escaped(c.Label, true) + ": " + w.StartLink(c.Start))
		default:
			b.WriteString(escaped(c.Caption(), true))
		}
	}
	if len(m.How) > 0 {
		b.WriteString("\n\n" + format(m.How))
	}
	return b.String()
}
