package guard

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// shape is how a token is written.
type shape uint8

const (
	digits  shape = iota
	lower         // kerkstraat, iPhone
	capital       // Kerkstraat
	upper         // AH
	initial       // J
)

// token is a run of digits, or of letters. "12a" is two tokens with nothing in between.
type token struct {
	start, end int
	low        string // in lower case
	shape      shape
	sentence   int // the number of its sentence
}

// split makes the tokens. Most of a text is letters, and most letters are lower case: those are not copied.
func (c *check) split() {
	c.tokens = make([]token, 0, len(c.text)/5+4)
	sentence := 0
	for i := 0; i < len(c.text); {
		r, size := utf8.DecodeRuneInString(c.text[i:])
		var end int
		switch {
		case isDigit(c.text[i]):
			end = c.endOfDigits(i)
		case unicode.IsLetter(r):
			end = c.endOfWord(i)
		default:
			i += size
			continue
		}
		if n := len(c.tokens); n > 0 && c.endsSentence(c.tokens[n-1], i, r) {
			sentence++
		}
		t := token{start: i, end: end, sentence: sentence}
		if !isDigit(c.text[i]) {
			t.shape = shapeOf(c.text[i:end])
		}
		t.low = strings.ToLower(c.text[i:end])
		c.tokens = append(c.tokens, t)
		i = end
	}
}

func (c *check) endOfDigits(i int) int {
	for i < len(c.text) && isDigit(c.text[i]) {
		i++
	}
	return i
}

// endOfWord passes letters, accents written apart, and an apostrophe between letters: auto's.
func (c *check) endOfWord(i int) int {
	for i < len(c.text) {
		r, size := utf8.DecodeRuneInString(c.text[i:])
		if r == '\'' || r == '’' {
			next, _ := utf8.DecodeRuneInString(c.text[i+size:])
			if !unicode.IsLetter(next) {
				return i
			}
		} else if !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) {
			return i
		}
		i += size
	}
	return i
}

// endsSentence tells whether a sentence ends between a token and the next one, which starts at i with r. A full stop
// after an abbreviation ends none.
func (c *check) endsSentence(before token, i int, r rune) bool {
	gap := c.text[before.end:i]
	if strings.ContainsAny(gap, "!?\n") {
		return true
	}
	dot := strings.IndexByte(gap, '.')
	if dot < 0 || dot == len(gap)-1 || unicode.IsLower(r) {
		return false
	}
	return before.shape == digits || len(before.low) > 1 && !isAbbreviation(before.low)
}

func isAbbreviation(w string) bool {
	switch w {
	case "ca", "nr", "nrs", "tel", "dhr", "mw", "mevr", "str", "burg", "st", "kt", "bijv", "evt", "incl", "jr", "prof",
		"dr", "mr", "mgr", "pr", "gebr", "huisnr", "telnr", "pl", "ln", "geb", "div", "resp", "vd", "kap", "past":
		return true
	}
	return false
}

func shapeOf(word string) shape {
	runes, uppers, first := 0, 0, false
	for _, r := range word {
		if unicode.IsUpper(r) {
			uppers++
			first = first || runes == 0
		}
		if unicode.IsLetter(r) {
			runes++
		}
	}
	switch {
	case first && runes == 1:
		return initial
	case uppers == runes:
		return upper
	case first:
		return capital
	}
	return lower
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// isAlnum counts every byte beyond ASCII as a letter: it only tells where a number or code ends.
func isAlnum(b byte) bool {
	return isDigit(b) || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || b >= utf8.RuneSelf
}

// gap is what stands before the token at i, and after the last token.
func (c *check) gap(i int) string {
	start, end := 0, len(c.text)
	if i > 0 {
		start = c.tokens[min(i, len(c.tokens))-1].end
	}
	if i < len(c.tokens) {
		end = c.tokens[i].start
	}
	return c.text[start:end]
}

// low is the token at i in lower case, and nothing beyond either end.
func (c *check) low(i int) string {
	if i < 0 || i >= len(c.tokens) {
		return ""
	}
	return c.tokens[i].low
}

// number is the token at i if it is digits.
func (c *check) number(i int) bool {
	return i >= 0 && i < len(c.tokens) && c.tokens[i].shape == digits
}

func (c *check) same(i, j int) bool {
	return i >= 0 && j >= 0 && i < len(c.tokens) && j < len(c.tokens) && c.tokens[i].sentence == c.tokens[j].sentence
}

// before tells whether one of the n tokens before i, in its sentence, is a word that is asked for.
func (c *check) before(i, n int, is func(string) bool) bool {
	for j := i - 1; j >= max(0, i-n) && c.same(i, j); j-- {
		if is(c.tokens[j].low) {
			return true
		}
	}
	return false
}

// inSentence tells whether a word that is asked for stands in the sentence of the token at i.
func (c *check) inSentence(i int, is func(string) bool) bool {
	for j := i; c.same(i, j); j-- {
		if is(c.tokens[j].low) {
			return true
		}
	}
	for j := i + 1; c.same(i, j); j++ {
		if is(c.tokens[j].low) {
			return true
		}
	}
	return false
}
