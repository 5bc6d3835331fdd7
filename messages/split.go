package messages

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// paragraphBreak stands between two paragraphs.
const paragraphBreak = "\n\n"

// Split lays the paragraphs out over as few messages as hold them, each at most limit UTF-16 units, the first at most
// first. It breaks between paragraphs; a paragraph that is too long by itself breaks at a line, else at a word. The
// call line stands at the end; where there are several parts it stands in the first and in the last (domain.md, R6).
func Split(paragraphs []Rich, call Rich, first, limit int) []Rich {
	paragraphs = slices.DeleteFunc(slices.Clone(paragraphs), Rich.blank)
	whole := paragraphs
	if len(call) > 0 {
		whole = append(slices.Clone(paragraphs), call)
	}
	if joined := Join(whole, paragraphBreak); joined.Len() <= first {
		return []Rich{joined}
	}
	reserve := 0
	if len(call) > 0 {
		reserve = call.Len() + len(paragraphBreak)
	}
	parts := fill(paragraphs, max(first-reserve, 1), max(limit-reserve, 1))
	if len(call) == 0 {
		return parts
	}
	last := len(parts) - 1
	parts[last] = Join([]Rich{parts[last], call}, paragraphBreak)
	if last > 0 {
		parts[0] = Join([]Rich{parts[0], call}, paragraphBreak)
	}
	return parts
}

func fill(paragraphs []Rich, first, limit int) []Rich {
	var parts []Rich
	var now Rich
	room := func() int {
		if len(parts) == 0 {
			return first
		}
		return limit
	}
	put := func(piece Rich, sep string) {
		if len(now) > 0 && now.Len()+len(sep)+piece.Len() > room() {
			parts = append(parts, now)
			now = nil
		}
		now = Join([]Rich{now, piece}, sep)
	}
	for _, p := range paragraphs {
		if p.Len() <= limit && (p.Len() <= room() || len(now) > 0) {
			put(p, paragraphBreak)
			continue
		}
		if len(now) > 0 {
			parts = append(parts, now)
			now = nil
		}
		for p.Len() > room() {
			head, tail := p.cut(room())
			if !head.blank() { // networks refuse a message of white space
				parts = append(parts, head)
			}
			p = tail
		}
		now = p
	}
	if len(now) > 0 || len(parts) == 0 {
		parts = append(parts, now)
	}
	return parts
}

// blank tells whether there is nothing to see.
func (r Rich) blank() bool { return strings.TrimSpace(r.String()) == "" }

// cut breaks r after at most limit units: at the last line break, else at the last space, else in the middle of a
// word, never inside a rune.
func (r Rich) cut(limit int) (head, tail Rich) {
	text := r.String()
	at, units, line, space := len(text), 0, -1, -1
	for i, c := range text {
		w := 1
		if c > 0xFFFF {
			w = 2
		}
		if units+w > limit {
			at = i
			break
		}
		units += w
		if c == '\n' {
			line = i
		} else if unicode.IsSpace(c) {
			space = i
		}
	}
	switch {
	case at == len(text):
		return r, nil
	case line > 0:
		at = line
	case space > 0:
		at = space
	case at == 0:
		_, at = utf8.DecodeRuneInString(text)
	}
	return r.slice(at)
}

// slice divides r at byte at of its text; white space at the break is dropped.
func (r Rich) slice(at int) (head, tail Rich) {
	for _, s := range r {
		switch {
		case at <= 0:
			tail = append(tail, s)
		case at >= len(s.Text):
			head = append(head, s)
		default:
			left, right := s, s
			left.Text, right.Text = s.Text[:at], s.Text[at:]
			head, tail = append(head, left), append(tail, right)
		}
		at -= len(s.Text)
	}
	if n := len(head); n > 0 {
		head[n-1].Text = strings.TrimRightFunc(head[n-1].Text, unicode.IsSpace)
	}
	for len(tail) > 0 {
		tail[0].Text = strings.TrimLeftFunc(tail[0].Text, unicode.IsSpace)
		if tail[0].Text != "" {
			break
		}
		tail = tail[1:]
	}
	return head, tail
}
