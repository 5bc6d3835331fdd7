package messages

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Style is how a span looks.
type Style uint8

// Styles, which can be combined.
const (
	Bold Style = 1 << iota
	Italic
)

// Span is a run of text of one look.
type Span struct {
	Text  string `json:"t"`
	Style Style  `json:"s,omitempty"`
	Link  string `json:"u,omitempty"`
}

// Rich is neutral text: an adapter translates it into its network's own markup and escapes it.
type Rich []Span

// Values stand between these two private-use runes until the markup is parsed, so that a value can never become markup.
const (
	valueStart = '\uE000'
	valueEnd   = '\uE001'
)

// Plain is the text without its looks. A link is written out behind its words.
func (r Rich) Plain() string {
	var b strings.Builder
	for _, s := range r {
		b.WriteString(s.Text)
		if s.Link != "" && s.Link != s.Text {
			b.WriteString(" (" + s.Link + ")")
		}
	}
	return b.String()
}

// String is the text as it is shown, without links.
func (r Rich) String() string {
	var b strings.Builder
	for _, s := range r {
		b.WriteString(s.Text)
	}
	return b.String()
}

// Len is the length in UTF-16 code units, as Telegram counts.
func (r Rich) Len() int {
	n := 0
	for _, s := range r {
		n += Len16(s.Text)
	}
	return n
}

// Len16 is the length of s in UTF-16 code units.
func Len16(s string) int {
	n := 0
	for _, c := range s {
		n++
		if c > 0xFFFF {
			n++
		}
	}
	return n
}

// Parse turns light markup into rich text: *bold*, _italic_, [words](https://address) and lines that begin with "- ".
// A mark counts only at the edge of a word; what stands between the value runes is taken as it is.
func Parse(s string) Rich {
	p := parser{in: s}
	p.run()
	return p.out
}

type parser struct {
	in    string
	out   Rich
	text  strings.Builder
	style Style
	prev  rune // the rune before, with values seen as letters
}

func (p *parser) run() {
	s := p.in
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == valueStart:
			end := strings.IndexRune(s, valueEnd)
			if end < 0 {
				s = s[n:]
				continue
			}
			p.text.WriteString(s[n:end])
			s = s[end+utf8.RuneLen(valueEnd):]
			p.prev = 'a'
			continue
		case r == valueEnd:
			s = s[n:]
			continue
		case r == '-' && p.lineStart() && strings.HasPrefix(s, "- "):
			p.text.WriteString("• ")
			s = s[2:]
			p.prev = ' '
			continue
		case r == '[':
			if words, link, rest, ok := cutLink(s); ok {
				p.flush()
				p.out = append(p.out, Span{Text: words, Style: p.style, Link: link})
				s, p.prev = rest, ')'
				continue
			}
		case r == '*' || r == '_':
			if p.mark(r, s[n:]) {
				s, p.prev = s[n:], r
				continue
			}
		}
		p.text.WriteRune(r)
		p.prev = r
		s = s[n:]
	}
	p.flush()
}

// mark opens or closes a style at r when it stands at the edge of a word; rest is what follows it.
func (p *parser) mark(r rune, rest string) bool {
	style := Bold
	if r == '_' {
		style = Italic
	}
	next, _ := utf8.DecodeRuneInString(rest)
	if p.style&style != 0 {
		if unicode.IsSpace(p.prev) || wordRune(next) {
			return false
		}
		p.flush()
		p.style &^= style
		return true
	}
	if wordRune(p.prev) || rest == "" || unicode.IsSpace(next) || !standsOutside(rest, string(r)) {
		return false
	}
	p.flush()
	p.style |= style
	return true
}

func wordRune(r rune) bool {
	return r == valueStart || (r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)))
}

func (p *parser) lineStart() bool {
	return p.prev == 0 || p.prev == '\n'
}

func (p *parser) flush() {
	if p.text.Len() == 0 {
		return
	}
	t := p.text.String()
	p.text.Reset()
	if n := len(p.out); n > 0 && p.out[n-1].Style == p.style && p.out[n-1].Link == "" {
		p.out[n-1].Text += t
		return
	}
	p.out = append(p.out, Span{Text: t, Style: p.style})
}

// cutLink reads "[words](address)" at the beginning of s. Only web addresses and telephone links count. What stands in a
// value is the value's own.
func cutLink(s string) (words, link, rest string, ok bool) {
	words, after, ok := cutOutside(s[1:], "](")
	if !ok || words == "" || standsOutside(words, "[") || standsOutside(words, "\n") {
		return "", "", "", false
	}
	link, rest, ok = cutOutside(after, ")")
	words, link = unmark(words), unmark(link)
	if !ok || strings.ContainsFunc(link, unicode.IsSpace) ||
		(!strings.HasPrefix(link, "https://") && !strings.HasPrefix(link, "http://") && !strings.HasPrefix(link, "tel:")) {
		return "", "", "", false
	}
	return words, link, rest, true
}

// cutOutside is strings.Cut at the first sep that stands in no value.
func cutOutside(s, sep string) (before, after string, found bool) {
	for at := 0; at < len(s); {
		if strings.HasPrefix(s[at:], sep) {
			return s[:at], s[at+len(sep):], true
		}
		r, n := utf8.DecodeRuneInString(s[at:])
		at += n
		if r == valueStart {
			at += max(0, strings.IndexRune(s[at:], valueEnd))
		}
	}
	return s, "", false
}

func standsOutside(s, part string) bool {
	_, _, found := cutOutside(s, part)
	return found
}

func unmark(s string) string {
	return strings.Map(func(r rune) rune {
		if r == valueStart || r == valueEnd {
			return -1
		}
		return r
	}, s)
}

// Append adds more behind r.
func (r Rich) Append(more Rich) Rich {
	out := append(Rich{}, r...)
	for _, s := range more {
		if n := len(out); n > 0 && out[n-1].Style == s.Style && out[n-1].Link == "" && s.Link == "" {
			out[n-1].Text += s.Text
			continue
		}
		out = append(out, s)
	}
	return out
}

// Join puts the pieces together with sep between them.
func Join(pieces []Rich, sep string) Rich {
	var out Rich
	for _, p := range pieces {
		if len(p) == 0 {
			continue
		}
		if len(out) > 0 {
			out = out.Append(Rich{{Text: sep}})
		}
		out = out.Append(p)
	}
	return out
}
