package guard

import "strings"

// ethnic finds people who are described by their origin or skin colour and by nothing else. Beside clothes, height, age,
// hair or a striking vehicle an origin may stand: then one person is meant, and not everybody of that origin.
func (c *check) ethnic() {
	described := false
	for i := range c.tokens {
		end := c.originAt(i)
		if end == 0 {
			continue
		}
		if !described && c.described() {
			return
		}
		described = true // nothing describes; no need to look again
		if start := c.tokens[i].start; !c.taken(start, end) {
			c.find(Ethnic, start, end)
		}
	}
}

// originAt gives the end of a description by origin that starts at the token at i, or 0.
func (c *check) originAt(i int) int {
	t := c.tokens[i]
	if t.shape == digits || i > 0 && c.gap(i) == "" {
		return 0
	}
	if isPeople(t.low) || strings.HasPrefix(t.low, "zigeuner") {
		return t.end
	}
	if isOnePerson(t.low) && (i > 0 && (c.number(i-1) || isDeterminer(c.low(i-1)))) {
		return t.end
	}
	colour := isSkinColour(t.low)
	if !colour && !isOrigin(t.low) {
		return 0
	}
	if (t.low == "amerikaanse" || t.low == "amerikaans") && c.gap(i) != "-" {
		return 0
	}
	if end := c.personAfter(i, colour); end > 0 {
		return end
	}
	if isSkinWord(t.low) && c.before(i, 3, isPerson) || !colour && c.standsAlone(i) && c.before(i, 2, isPerson) {
		return t.end
	}
	return 0
}

// standsAlone tells whether the word at i is set apart: "jongens (Marokkaans)".
func (c *check) standsAlone(i int) bool {
	switch strings.TrimSpace(c.gap(i)) {
	case "(", ",", ":":
	default:
		if w := c.low(i - 1); w != "waarschijnlijk" && w != "vermoedelijk" && w != "mogelijk" {
			return false
		}
	}
	return i+1 == len(c.tokens) || strings.HasPrefix(c.gap(i+1), ")") || strings.HasPrefix(c.gap(i+1), ",") || !c.same(i, i+1)
}

// personAfter gives the end of the person that the adjective at i belongs to, or 0. Other adjectives may stand in
// between, but not after the name of a colour: that is mostly a coat's or a car's.
func (c *check) personAfter(i int, colour bool) int {
	for j := i + 1; j <= i+3 && c.same(i, j); j++ {
		if gap := c.gap(j); gap != " " && gap != "-" && gap != ", " && gap != "/" || colour && gap != " " {
			return 0
		}
		if w := c.low(j); isPerson(w) {
			return c.tokens[j].end
		} else if colour && !isSkinWord(w) || !isAdjective(w) {
			return 0
		}
	}
	return 0
}

// isAdjective tells whether a word may stand between an origin and a person: "Turkse jonge man".
func isAdjective(w string) bool {
	if strings.HasSuffix(w, "auto") || strings.HasSuffix(w, "je") {
		return false
	}
	return strings.HasSuffix(w, "e") || w == "uitziend" || isSkinWord(w) || isOrigin(w) || w == "en" || w == "of"
}

func isDeterminer(w string) bool {
	switch w {
	case "een", "de", "die", "deze", "twee", "drie", "vier", "vijf", "groep", "groepje", "bende", "n", "dezelfde", "enkele", "paar":
		return true
	}
	return false
}

// isPeople knows people of one origin as a plural, and words that are used of nothing else.
func isPeople(w string) bool {
	switch w {
	case "marokkanen", "marokkaantjes", "marokkaantje", "marokkaan", "turken", "turkjes", "surinamers", "surinamer", "antillianen",
		"antilliaan", "roemenen", "roemeen", "bulgaren", "bulgaar", "somaliërs", "somaliers", "somaliër", "afrikanen", "arabieren",
		"albanezen", "negers", "neger", "negerin", "allochtonen", "allochtoon", "oostblokkers",
		"oostblokker", "algerijnen", "syriërs", "syriers", "eritreeërs", "moslims", "aziaten", "aziaat", "hindoestanen", "molukkers",
		"molukker", "litouwers", "europeanen", "migratieachtergrond":
		return true
	}
	return false
}

// isOnePerson knows words for a person of one origin that mean other things as well.
func isOnePerson(w string) bool {
	switch w {
	case "turk", "pool", "polen", "polak", "polakken", "arabier", "rus", "russen", "moslim", "buitenlander", "buitenlanders":
		return true
	}
	return false
}

func isOrigin(w string) bool {
	if isSkinWord(w) {
		return true
	}
	for _, stem := range [...]string{
		"marokkaans", "turks", "surinaams", "antilliaans", "pools", "roemeens", "bulgaars", "afrikaans", "arabisch",
		"aziatisch", "somalisch", "syrisch", "hindoestaans", "albanees", "albanes", "servisch", "litouws", "iraaks", "iraans", "afghaans",
		"pakistaans", "indonesisch", "indisch", "moluks", "kaapverdisch", "eritre", "ghanees", "ghanes", "nigeriaans", "algerijns",
		"tunesisch", "joods", "islamitisch", "allochto", "buitenlands", "mediterra", "creools", "oosters", "zuidelijk", "joegoslavisch",
		"balkan", "chinese", "chinees", "europes", "europees", "marokaans", "marrokaans", "amerikaans", "oekraïens", "russisch",
		"noordafrikaans", "oosteuropes", "oostblok",
	} {
		if rest, ok := strings.CutPrefix(w, stem); ok && len(rest) <= 3 {
			return true
		}
	}
	return false
}

// isSkinWord knows words that are said of a skin, and hardly of a thing.
func isSkinWord(w string) bool {
	switch w {
	case "getint", "getinte", "lichtgetint", "lichtgetinte", "donkergetint", "donkergetinte", "negroide", "negroïde", "negroid", "blank",
		"blanke", "gekleurd", "gekleurde", "licht-getinte":
		return true
	}
	return false
}

// isSkinColour knows colours that are a skin's only right before a person.
func isSkinColour(w string) bool {
	switch w {
	case "donker", "donkere", "zwart", "zwarte", "wit", "witte", "bruin", "bruine", "licht", "lichte":
		return true
	}
	return false
}

func isPerson(w string) bool {
	switch w {
	case "man", "mannen", "mannetje", "jongen", "jongens", "jongeman", "jongemannen", "jongetje", "jongetjes", "vrouw", "vrouwen",
		"dame", "dames", "meisje", "meisjes", "meid", "meiden", "meneer", "heer", "persoon", "personen", "iemand", "jongeren", "jongere",
		"jeugd", "tiener", "tieners", "gast", "gasten", "knul", "knullen", "kerel", "kerels", "gozer", "gozers", "type", "types", "typ",
		"groep", "groepje", "bende", "stel", "stelletje", "duo", "trio", "koppel", "inbreker", "inbrekers", "dader", "daders",
		"verdachte", "verdachten", "dief", "dieven", "echtpaar", "gezin", "familie", "kind", "kinderen", "puber", "pubers", "lui",
		"lieden", "figuur", "figuren", "mensen", "vent", "jongelui", "uiterlijk", "afkomst", "komaf", "origine", "herkomst", "huid",
		"huidskleur", "huidkleur", "tint", "mannelijk", "vrouwelijk", "bedelaar", "bedelaars", "collectant", "verkoper", "verkopers",
		"overvaller", "overvallers", "zakkenroller", "zakkenrollers", "crimineel", "criminelen", "dievegge", "accent":
		return true
	}
	return false
}
