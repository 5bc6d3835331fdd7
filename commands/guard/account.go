package guard

import "strings"

// emails finds e-mail addresses, also with (at) for the sign.
func (c *check) emails() {
	for i := 0; i < len(c.text); i++ {
		signEnd := 0
		switch c.text[i] {
		case '@':
			signEnd = i + 1
		case '(', '[':
			if i+4 <= len(c.text) && strings.EqualFold(c.text[i+1:i+3], "at") && strings.IndexByte(")]", c.text[i+3]) >= 0 {
				signEnd = i + 4
			}
		}
		if signEnd == 0 {
			continue
		}
		start, end := i, signEnd
		for start > 0 && inAddress(c.text[start-1], "._%+-") {
			start--
		}
		for end < len(c.text) && inAddress(c.text[end], ".-") {
			end++
		}
		domain := strings.TrimRight(c.text[signEnd:end], ".-")
		end = signEnd + len(domain)
		dot := strings.LastIndexByte(domain, '.')
		if start < i && dot > 0 && len(domain)-dot > 2 && !isDigit(domain[dot+1]) && !c.taken(start, end) {
			c.find(Email, start, end)
			i = end - 1
		}
	}
}

func inAddress(b byte, others string) bool {
	return b < 0x80 && isAlnum(b) || strings.IndexByte(others, b) >= 0
}

// ibans finds bank accounts, by the length of their country and the check of ISO 13616 (modulo 97).
func (c *check) ibans() {
	for i, t := range c.tokens {
		if len(t.low) != 2 || !c.number(i+1) || len(c.low(i+1)) < 2 || len(c.gap(i+1)) > 1 {
			continue
		}
		length := ibanLength(t.low)
		if length == 0 || c.taken(t.start, t.end) {
			continue
		}
		code, end := c.gather(t.start, length, " .-")
		if len(code) == length && (end == len(c.text) || !isAlnum(c.text[end])) && mod97(code) {
			c.find(IBAN, t.start, end)
		}
	}
}

// gather takes n letters and digits from start on, in upper case, with at most one separator between two of them. It
// gives fewer where the text has fewer.
func (c *check) gather(start, n int, separators string) (string, int) {
	var code strings.Builder
	end := start
	for i := start; i < len(c.text) && code.Len() < n; i++ {
		b := c.text[i]
		switch {
		case isDigit(b) || 'A' <= b && b <= 'Z':
			code.WriteByte(b)
		case 'a' <= b && b <= 'z':
			code.WriteByte(b - 'a' + 'A')
		case strings.IndexByte(separators, b) >= 0 && i > start && isAlnum(c.text[i-1]):
			continue
		default:
			return code.String(), end
		}
		end = i + 1
	}
	return code.String(), end
}

func mod97(code string) bool {
	rest := 0
	for i := range len(code) {
		b := code[(i+4)%len(code)]
		if isDigit(b) {
			rest = (rest*10 + int(b-'0')) % 97
		} else {
			rest = (rest*100 + int(b-'A') + 10) % 97
		}
	}
	return rest == 1
}

// ibanLength is the length of an account in a country, from the SWIFT registry of IBAN formats: the countries from whose
// accounts people here are swindled. 0 for all others.
func ibanLength(country string) int {
	switch country {
	case "no":
		return 15
	case "be":
		return 16
	case "nl", "dk", "fi":
		return 18
	case "si":
		return 19
	case "at", "lt", "lu", "ee":
		return 20
	case "ch", "hr", "lv":
		return 21
	case "de", "gb", "ie", "bg":
		return 22
	case "es", "se", "ro", "cz", "sk":
		return 24
	case "pt":
		return 25
	case "fr", "it", "gr":
		return 27
	case "pl", "hu", "cy":
		return 28
	case "mt":
		return 31
	}
	return 0
}
