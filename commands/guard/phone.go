package guard

import (
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// phones finds phone numbers other than the police's.
func (c *check) phones() {
	allowed := slices.Collect(c.allowedNumbers)
	for i := 0; i < len(c.tokens); i++ {
		if !c.number(i) || c.continues(i) || isReferenceWord(c.low(i-1)) || c.taken(c.tokens[i].start, c.tokens[i].end) {
			continue
		}
		groups := c.phoneGroups(i)
		for last := i + groups - 1; last >= i; last-- {
			start, code := c.phoneCode(i, last)
			if slices.Contains(allowed, national(code)) {
				c.cleared = append(c.cleared, span{start, c.tokens[last].end})
			} else if !c.isPhone(i, last, code) {
				continue
			} else {
				c.find(Phone, start, c.tokens[last].end)
			}
			i = last
			break
		}
	}
}

// allowedNumbers are those that the police publish for everybody (politie.nl/contact): not urgent, Meld Misdaad Anoniem,
// the tip line, and not urgent from abroad. Then the operator's.
func (c *check) allowedNumbers(yield func(string) bool) {
	for _, n := range [...]string{"09008844", "08007000", "08006070", "0343578844"} {
		if !yield(n) {
			return
		}
	}
	for _, n := range c.options.Numbers {
		if !yield(national(onlyDigits(n))) {
			return
		}
	}
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, s)
}

// national writes a Dutch number as people in the Netherlands dial it.
func national(code string) string {
	for _, prefix := range [...]string{"+31", "0031"} {
		if rest, ok := strings.CutPrefix(code, prefix); ok {
			return "0" + strings.TrimPrefix(rest, "0")
		}
	}
	return code
}

// maxGroups is how many groups of digits a phone number is written in at most: +31 (0) 6 12 34 56 78.
const maxGroups = 7

// phoneGroups counts the groups of digits that may be one number, from the token at i on. After the area code the
// separators are the same, or it is a day and a time: 06-12-24 14.30.
func (c *check) phoneGroups(i int) int {
	n, total := 1, len(c.low(i))
	for ; n < maxGroups && c.number(i+n) && total+len(c.low(i+n)) <= 15; n++ {
		gap := c.gap(i + n)
		if gap == "" || len(gap) > 5 || strings.Trim(gap, " -–./()") != "" {
			break
		}
		total += len(c.low(i + n))
	}
	return n
}

// phoneCode gives the digits of the tokens from i to last, with the plus before them, and where they start.
func (c *check) phoneCode(i, last int) (int, string) {
	start := c.tokens[i].start
	var code strings.Builder
	if gap := c.gap(i); strings.HasSuffix(gap, "+") {
		start--
		code.WriteByte('+')
	} else if strings.HasSuffix(gap, "(") {
		start--
	}
	for j := i; j <= last; j++ {
		code.WriteString(c.low(j))
	}
	return start, code.String()
}

func (c *check) isPhone(i, last int, code string) bool {
	if last+1 < len(c.tokens) && c.gap(last+1) == "" || !c.evenGaps(i, last) {
		return false
	}
	switch {
	case code[0] == '+' || strings.HasPrefix(code, "00"):
		return len(code) >= 9 && validPhone(code)
	case code[0] == '0':
		return len(code) >= 8 && !c.isMoment(i, last, code) && validPhone(code)
	case strings.HasPrefix(code, "316") && i == last:
		return len(code) == 11
	case code[0] == '6' && len(code) == 9: // the 0 was left out, or lost in a spreadsheet
		return last == i+1 && c.low(i) == "6" || c.before(i, 3, isPhoneWord)
	}
	return len(code) >= 6 && len(code) <= 8 && isTelephone(c.low(i-1)) // without the area code
}

// evenGaps tells whether the separators after the area code are the same.
func (c *check) evenGaps(i, last int) bool {
	country := strings.HasSuffix(c.gap(i), "+") || strings.HasPrefix(c.low(i), "00")
	first := i + 2
	if country {
		first += 2 // +31 (0)6 12345678
	}
	for j := first + 1; j <= last; j++ {
		if c.gap(j) != c.gap(first) {
			return false
		}
	}
	return true
}

// isMoment tells whether the digits are a day, or hours: 01-02-2026, 0800-1200 uur.
func (c *check) isMoment(i, last int, code string) bool {
	if last >= i+2 && len(c.low(i)) == 2 && len(c.low(i+1)) == 2 && len(c.low(i+2)) == 4 {
		if y := c.low(i + 2)[:2]; y == "19" || y == "20" {
			return true
		}
	}
	if len(code) != 8 {
		return false
	}
	switch c.low(last + 1) {
	case "uur", "u", "hrs", "h":
		return true
	}
	switch c.low(i - 1) {
	case "tussen", "van", "om", "vanaf", "tot":
		return true
	}
	return false
}

// validPhone asks the plan of phone numbers of every country. A number without a country is Dutch.
func validPhone(code string) bool {
	n, err := phonenumbers.Parse(code, "NL")
	return err == nil && phonenumbers.IsValidNumber(n)
}

func isPhoneWord(w string) bool {
	switch w {
	case "bel", "belt", "bellen", "app", "appen", "sms", "mobiel", "nummer", "contact", "bereikbaar", "gsm":
		return true
	}
	return isTelephone(w)
}

func isTelephone(w string) bool {
	switch w {
	case "tel", "telnr", "telnummer", "telefoon", "telefoonnummer", "telefoonnr", "mobielnummer", "gsmnummer", "gsmnr":
		return true
	}
	return false
}
