package guard

import "strings"

// plates finds number plates: the fourteen series of the Netherlands (RDW, "Kentekenseries") with or without dashes,
// the neighbours' that can't be taken for anything else, and after the word "kenteken" whatever looks like one.
func (c *check) plates() {
	for i := range c.tokens {
		if t := c.tokens[i]; c.taken(t.start, t.end) || c.inCode(i) {
			continue
		}
		if len(c.low(i)) > 4 { // no plate has a longer run
			if isPlateWord(c.low(i)) {
				c.namedPlate(i)
			}
			continue
		}
		end := c.dutchPlate(i)
		if end == 0 {
			end = c.dashedForeignPlate(i)
		}
		if end == 0 && isPlateWord(c.low(i)) { // kt
			c.namedPlate(i)
			continue
		}
		if end > 0 && !c.taken(c.tokens[i].start, end) {
			c.find(Plate, c.tokens[i].start, end)
		}
	}
}

// inCode tells whether a token is the rest of a longer code.
func (c *check) inCode(i int) bool {
	if i == 0 {
		return false
	}
	gap := c.gap(i)
	return gap == "" || gap == "-" || gap == "/" || gap == "." && c.number(i-1)
}

// reading is six or seven letters and digits that may be a plate.
type reading struct {
	code  string // upper case
	form  string // A for a letter, 9 for a digit
	end   int
	seps  []int // how many letters and digits stand before each separator
	plain bool  // all separators are dashes or dots, or there are none
	upper bool  // no letter is in lower case
}

// read takes n letters and digits from the token at i on. It fails where something follows directly.
func (c *check) read(i, n int) (reading, bool) {
	start := c.tokens[i].start
	code, end := c.gather(start, n, " -.")
	r := reading{code: code, end: end, plain: true}
	if len(code) < n || end < len(c.text) && isAlnum(c.text[end]) {
		return r, false
	}
	if end+1 < len(c.text) && c.text[end] == '-' && isAlnum(c.text[end+1]) {
		return r, false
	}
	seen := 0
	for _, b := range []byte(c.text[start:end]) {
		if isAlnum(b) {
			seen++
			continue
		}
		r.seps = append(r.seps, seen)
		r.plain = r.plain && b != ' '
	}
	r.upper = strings.ToUpper(c.text[start:end]) == c.text[start:end]
	r.form = strings.Map(func(b rune) rune {
		if b <= '9' {
			return '9'
		}
		return 'A'
	}, code)
	return r, true
}

// series tells where the two dashes stand in the plates of a form, 0 and 0 if there are none of that form.
func series(form string) (int, int) {
	switch form {
	case "AA9999", "9999AA", "99AA99", "AA99AA", "AAAA99", "99AAAA":
		return 2, 4 // series 1 to 6
	case "99AAA9", "AA999A":
		return 2, 5 // 7 and 9
	case "9AAA99", "A999AA":
		return 1, 4 // 8 and 10
	case "AAA99A", "999AA9":
		return 3, 5 // 11 and 14
	case "A99AAA", "9AA999":
		return 1, 3 // 12 and 13
	}
	return 0, 0
}

// dutchPlate gives the end of a Dutch plate that starts at the token at i, or 0.
func (c *check) dutchPlate(i int) int {
	r, ok := c.read(i, 6)
	if !ok {
		return 0
	}
	first, second := series(r.form)
	if first == 0 {
		return 0
	}
	for _, at := range r.seps {
		if at != first && at != second {
			return 0
		}
	}
	if c.before(i, 4, isPlateWord) || c.certain(r) {
		return r.end
	}
	return 0
}

// certain tells whether a reading in the form of a Dutch plate is one without being called so. Words and quantities have
// the same form: "5 tot 10", "12 km 30", the postcode 2161 AB.
func (c *check) certain(r reading) bool {
	if len(r.seps) == 2 && r.plain && r.upper {
		return true
	}
	// No series since 1978 has vowels, C or Q, so that no plate spells a word.
	if strings.ContainsAny(r.code, "AEIOUCQ") || isUnit(r.code) {
		return false
	}
	switch {
	case len(r.seps) == 2 && r.plain:
		return true
	case r.form == "AA9999" || r.form == "9999AA":
		return false
	case len(r.seps) == 0:
		return r.upper || r.form != "99AA99"
	}
	return r.upper
}

// isUnit tells whether the letters of a code are a measure: 4 GB 128, 12 km 30.
func isUnit(code string) bool {
	switch strings.Trim(code, "0123456789") {
	case "KM", "CM", "MM", "KG", "GB", "MB", "TB", "ML", "DL", "HP", "PK", "ST", "NR", "DR", "MR", "GR", "HRS":
		return true
	}
	return false
}

// dashedForeignPlate gives the end of a Belgian (1-ABC-123) or French (AB-123-CD) plate, or 0.
func (c *check) dashedForeignPlate(i int) int {
	r, ok := c.read(i, 7)
	if !ok || !r.plain || !r.upper || len(r.seps) != 2 {
		return 0
	}
	if r.form == "9AAA999" && r.seps[0] == 1 && r.seps[1] == 4 || r.form == "AA999AA" && r.seps[0] == 2 && r.seps[1] == 5 {
		return r.end
	}
	return 0
}

// namedPlate finds the plate of any country after the word at i, which calls it one.
func (c *check) namedPlate(i int) {
	at := i + 1
	for at < i+5 && c.same(i, at) && isPlateFiller(c.low(at)) {
		at++
	}
	if !c.same(i, at) || c.inCode(at) {
		return
	}
	end, letters, figures := 0, 0, 0
	for j := at; j < at+4 && c.same(i, j) && (j == at || c.joins(j)); j++ {
		t := c.tokens[j]
		switch {
		case t.shape == digits && len(t.low) <= 5:
			figures += len(t.low)
		case t.shape != digits && len(t.low) <= 3 && (t.shape == upper || t.shape == initial || j > at && c.gap(j) != " "):
			letters += len(t.low)
		default:
			j = at + 4
			continue
		}
		dashed := j > at && c.gap(j) == "-" // a part of one: 48-LX
		if n := letters + figures; letters > 0 && figures >= 2 && (n >= 4 || n == 3 && dashed) && n <= 8 {
			end = t.end
		}
	}
	if end > 0 && !c.taken(c.tokens[at].start, end) {
		c.find(Plate, c.tokens[at].start, end)
	}
}

// joins tells whether the token at i may belong to the same plate as the one before it.
func (c *check) joins(i int) bool {
	gap := c.gap(i)
	return gap == "" || gap == " " || gap == "-" || gap == " - "
}

func isPlateWord(w string) bool {
	switch w {
	case "kenteken", "kentekens", "kt", "kentekenplaat", "kentekennummer", "nummerplaat", "nummerplaten", "plaat", "nrplaat":
		return true
	}
	return false
}

func isPlateFiller(w string) bool {
	switch w {
	case "is", "van", "met", "nr", "nummer", "begint", "mogelijk", "vermoedelijk", "waarschijnlijk", "luidt", "was", "het", "de",
		"gedeeltelijk", "deels", "deel", "gezien", "bekend", "eindigt", "op", "begin", "eind", "laatste", "eerste", "cijfers",
		"pl", "nl", "d", "b", "ro", "bg":
		return true
	}
	return false
}
