package guard

import "strings"

// houses finds homes by their house number: after a street, after "nummer", and after a postcode.
func (c *check) houses() {
	for i, t := range c.tokens {
		var number int
		switch {
		case t.shape == digits:
			if !c.postcode(i) {
				continue
			}
			number = i + 2
		case isNumberWord(t.low):
			if !c.numberOfHouse(i) {
				continue
			}
			number = i + 1
		default:
			number = c.afterStreet(i)
		}
		if number == 0 || !c.houseNumber(number) || c.publicPlace(i) || c.isTally(number) {
			continue
		}
		if end := c.endOfHouse(number); !c.taken(t.start, end) {
			c.find(House, t.start, end)
		}
	}
}

// postcode tells whether a Dutch postcode starts at i: 2161 AB. The house number behind it says which home.
func (c *check) postcode(i int) bool {
	return len(c.low(i)) == 4 && i+1 < len(c.tokens) && len(c.low(i+1)) == 2 && !c.number(i+1) &&
		len(c.gap(i+1)) <= 1 && (c.tokens[i+1].shape == upper || c.gap(i+1) == "") && c.low(i)[0] != '0'
}

// afterStreet gives the token at which the number of a house in the street at i would stand, or 0 if there is no street.
func (c *check) afterStreet(i int) int {
	t := c.tokens[i]
	street := isStreet(t.low, t.shape)
	if !street && (t.shape != capital || !c.number(i+1) || !c.besideHome(i)) {
		return 0
	}
	next := i + 1
	if next < len(c.tokens) && isNumberWord(c.low(next)) && c.same(i, next) {
		return next + 1
	}
	if next >= len(c.tokens) {
		return 0
	}
	switch gap := c.gap(next); gap {
	case "", " ", "  ", ". ", " (":
		return next
	}
	return 0
}

// besideHome tells whether the name at i stands where a home is placed: "bij haar woning aan de Lange Mare 12".
func (c *check) besideHome(i int) bool {
	for j := i - 1; j >= max(0, i-4) && c.same(i, j); j-- {
		switch c.low(j) {
		case "aan", "op", "in", "van":
			return c.before(i, 8, isHome)
		}
	}
	return false
}

// numberOfHouse tells whether the word "nummer" at i means a house: by its own name, by a letter behind the number, by a
// preposition before it, or by a home beside it.
func (c *check) numberOfHouse(i int) bool {
	if strings.HasPrefix(c.low(i), "huis") {
		return true
	}
	if c.before(i, 1, isNumbered) || !c.number(i+1) {
		return false
	}
	end := c.tokens[i+1].end
	if end < len(c.text) && isAlnum(c.text[end]) {
		return true
	}
	if c.before(i, 1, isHome) || i+2 < len(c.tokens) && c.before(i, 3, isHome) {
		return true
	}
	switch c.low(i - 1) {
	case "op", "bij", "naast", "tegenover", "van", "thv", "hoogte":
		return !isRank(c.low(i + 2))
	}
	return c.low(i-1) == "v" && c.low(i-2) == "h" // t.h.v.
}

// isRank knows what follows a number that is a rank: "op nummer 1 van de lijst".
func isRank(w string) bool { return w == "van" || w == "staat" || w == "bellen" || w == "in" }

// houseNumber tells whether the number at i can be that of a house, and is no time, quantity, date or phone number.
func (c *check) houseNumber(i int) bool {
	if !c.number(i) || len(c.low(i)) > 4 || c.low(i)[0] == '0' || c.low(i) == "112" {
		return false
	}
	if i+1 >= len(c.tokens) {
		return true
	}
	gap, next := c.gap(i+1), c.tokens[i+1]
	if next.shape == digits {
		switch gap {
		case ".", ":", ",", "/":
			return false // 14.30, 12/3
		case "-":
			return len(next.low) <= 3 && c.houseNumber(i+1)
		}
		return true
	}
	if gap == "" {
		return len(next.low) == 1 && next.low != "x" && next.low != "u" && next.low != "m" || isAddition(next.low)
	}
	if gap != " " && gap != "-" {
		return true // a comma, a full stop: what follows counts nothing
	}
	if i+2 < len(c.tokens) && c.gap(i+2) == "-" {
		next = c.tokens[i+2] // graffiti-tags
	}
	if c.low(i) == "1" && next.shape == lower && !isParticiple(next.low) && !leadsOn(next.low) {
		return false // 1 fietser
	}
	return !isCounted(next.low)
}

// endOfHouse passes what belongs to the number at i: 12a, 12-14, 12 II, 12-bis.
func (c *check) endOfHouse(i int) int {
	end := c.tokens[i].end
	if i+1 < len(c.tokens) {
		next := c.tokens[i+1]
		switch gap := c.gap(i + 1); {
		case gap == "" && next.shape != digits,
			gap == "-" && (next.shape == digits && len(next.low) <= 4 || len(next.low) == 1 || isAddition(next.low)),
			gap == " " && (next.shape == initial || isAddition(next.low)):
			return next.end
		}
	}
	return end
}

func isAddition(w string) bool {
	switch w {
	case "bis", "hs", "ii", "iii", "iv", "boven", "rood", "zw":
		return true
	}
	return false
}

// publicPlace tells whether the address is where everybody may come, in a sentence without a home in it.
func (c *check) publicPlace(i int) bool {
	return c.inSentence(i, isPublicPlace) && !c.inSentence(i, isHome)
}

// isTally tells whether the number at i counts what happened in a street: "Inbraken deze week: Kerkstraat 2, Duinlaan 1".
func (c *check) isTally(i int) bool {
	return len(c.low(i)) == 1 && c.inSentence(i, isPeriod) && c.inSentence(i, isTallied)
}

func isPeriod(w string) bool { return w == "week" || w == "weken" || w == "maand" || w == "cijfers" }

func isTallied(w string) bool {
	return w == "meldingen" || strings.HasSuffix(w, "inbraken") || strings.HasSuffix(w, "diefstallen") || w == "vernielingen" || w == "pogingen"
}

// isCounted tells whether a word after a number makes it a quantity, a time or a date: 3 auto's, 14 uur, 12 april.
// Verbs and participles look like plurals and are none.
func isCounted(w string) bool {
	switch w {
	case "uur", "u", "jaar", "jr", "jarige", "km", "m", "cm", "meter", "min", "euro", "man", "maal", "keer", "x", "dagen",
		"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
		"december", "jan", "feb", "mrt", "apr", "aug", "sept", "okt", "nov", "dec", "jeugd", "stuks", "paar", "à", "getuigen", "mensen":
		return true
	}
	if len(w) < 4 || leadsOn(w) {
		return false
	}
	plural := strings.HasSuffix(w, "en") || strings.HasSuffix(w, "s") || strings.HasSuffix(w, "jes")
	return plural && !isParticiple(w)
}

// leadsOn knows the words with which a sentence goes on after an address.
func leadsOn(w string) bool {
	switch w {
	case "en", "of", "te", "in", "is", "was", "om", "op", "aan", "bij", "via", "met", "van", "voor", "door", "rond", "uit", "tot", "er", "zijn",
		"waren", "werd", "werden", "wordt", "worden", "heeft", "hebben", "had", "hadden", "kwamen", "kwam", "zagen", "zag", "stonden",
		"stond", "binnen", "tussen", "naar", "als", "langs", "thuis", "reeds", "sinds", "tijdens", "wegens", "alles", "iets", "toen",
		"tegen", "boven", "buiten", "gingen", "ging", "liepen", "liep", "reden", "reed", "hoorden", "hoorde", "kunnen", "kan",
		"moeten", "mogelijk", "tegenover", "achter", "heen", "vannacht", "gisteren", "gisteravond", "vandaag", "vanochtend",
		"vanmiddag", "vanavond", "waar", "die", "dat", "ook", "nog", "al", "leeg", "weg", "ligt", "lag", "staat", "woont", "hoek",
		"omgeving", "nabij", "stil", "alarm", "poging", "a", "t", "m", "verdacht", "bezocht", "geprobeerd":
		return true
	}
	return false
}

// isParticiple tells whether a word is one of a strong verb, as in "Kerkstraat 12 opengebroken".
func isParticiple(w string) bool {
	for _, prefix := range [...]string{
		"ge", "inge", "openge", "opge", "afge", "aange", "uitge", "wegge", "overval", "bestol", "beroof",
		"betred", "bekra", "verbro", "leegge", "dichtge", "binnenge",
	} {
		if strings.HasPrefix(w, prefix) && strings.HasSuffix(w, "en") {
			return true
		}
	}
	return false
}
