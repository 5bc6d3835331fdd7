package guard

import "strings"

// citizenNumbers finds citizen service numbers: 8 or 9 digits that pass the 11-test, or that are called one. Who writes
// "BSN" before a number means one, also with a mistake in it.
func (c *check) citizenNumbers() {
	for i := 0; i < len(c.tokens); i++ {
		if !c.number(i) || c.continues(i) {
			continue
		}
		last, code := c.digitGroups(i)
		start, end := c.tokens[i].start, c.tokens[last].end
		if len(code) < 8 || len(code) > 9 || c.taken(start, end) {
			continue
		}
		if c.calledCitizenNumber(i) || c.layout(i, last) && elevenTest(code) && !c.otherNumber(i, last, code) {
			c.find(CitizenNumber, start, end)
			i = last
		}
	}
}

// continues tells whether a number is the rest of something that began before it: 2024-12, GZ1234, 1.250.
func (c *check) continues(i int) bool {
	if i == 0 {
		return false
	}
	switch gap := c.gap(i); gap {
	case "":
		return !isCitizenWord(c.low(i-1)) && !isPhoneWord(c.low(i-1))
	case "-", ".", "/", ",", ":":
		return c.number(i-1) || gap == "-" && len(c.low(i-1)) < 3
	}
	return false
}

// digitGroups takes the groups of a number that starts at i: its last token, and all its digits.
func (c *check) digitGroups(i int) (int, string) {
	code := c.low(i)
	last := i
	for c.number(last+1) && len(code) < 9 {
		if gap := c.gap(last + 1); gap != "." && gap != "-" && gap != " " || last > i && gap != c.gap(i+1) {
			break
		}
		if len(code)+len(c.low(last+1)) > 9 {
			break
		}
		last++
		code += c.low(last)
	}
	return last, code
}

// layout tells whether the digits are grouped as people group this number.
func (c *check) layout(i, last int) bool {
	if last+1 < len(c.tokens) {
		if gap := c.gap(last + 1); gap == "" || gap != " " && c.number(last+1) && len(gap) == 1 {
			return false
		}
	}
	switch last - i {
	case 0:
		return true
	case 2:
		a, b, d := len(c.low(i)), len(c.low(i+1)), len(c.low(last))
		return a == 3 && b == 3 && d == 3 || a == 4 && b == 2 && d == 3
	}
	return false
}

// elevenTest is the check of citizen service numbers: the digits weighed 9 to 2 and the last one -1 add up to a multiple
// of 11. A number of 8 digits starts with a 0 that was left out.
func elevenTest(code string) bool {
	sum, weight := 0, len(code)
	for i := range len(code) {
		if weight == 1 {
			weight = -1
		}
		sum += weight * int(code[i]-'0')
		weight--
	}
	return sum%11 == 0 && sum != 0
}

func (c *check) calledCitizenNumber(i int) bool {
	for j := i - 1; j >= max(2, i-3); j-- {
		if c.low(j) == "n" && c.low(j-1) == "s" && c.low(j-2) == "b" {
			return true
		}
	}
	return c.before(i, 4, isCitizenWord)
}

func isCitizenWord(w string) bool {
	switch w {
	case "bsn", "bsnnr", "bsnummer", "bsnnummer", "burgerservicenummer", "burgerservicenr", "sofinummer", "sofinr", "sofi",
		"persoonsnummer", "burger":
		return true
	}
	return false
}

// otherNumber tells whether it is known to be a number of something else: a case, a bicycle, an amount, a date.
func (c *check) otherNumber(i, last int, code string) bool {
	if strings.ContainsAny(c.gap(i), "€#") || c.before(i, 3, isReferenceWord) {
		return true
	}
	switch c.low(last + 1) {
	case "euro", "inwoners", "mensen", "keer", "km", "meter", "stuks", "bezoekers", "huishoudens":
		return true
	}
	return len(code) == 8 && isDate(code)
}

// isDate reads 8 digits as a day: 20261231 or 31122026.
func isDate(code string) bool {
	year := func(s string) bool { return s[:2] == "19" || s[:2] == "20" }
	month := func(s string) bool { return s >= "01" && s <= "12" }
	day := func(s string) bool { return s >= "01" && s <= "31" }
	return year(code[:4]) && month(code[4:6]) && day(code[6:]) || year(code[4:]) && month(code[2:4]) && day(code[:2])
}

// isReferenceWord knows what numbers other than people's are called.
func isReferenceWord(w string) bool {
	switch w {
	case "zaak", "melding", "aangifte", "registratie", "kenmerk", "dossier", "incident", "kvk", "imei", "order", "code",
		"referentie", "ref", "proces", "pv", "pakket", "track", "frame", "chassis", "serie", "bericht", "mutatie":
		return true
	}
	return !isTelephone(w) && (endsIn(w, "nummer") || endsIn(w, "nr"))
}
