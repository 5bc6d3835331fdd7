package guard

import "strings"

// names finds full names of suspects: behind the word that makes somebody one, behind words that lead to a name where a
// suspect is spoken of ("het is", "uitkijken naar"), and before "is aangehouden". A first name with the letter of the
// surname ("Mohamed B.") is how the police write it themselves, and may stand.
func (c *check) names() {
	for i := range c.tokens {
		switch {
		case c.isSuspectAt(i):
			c.namesAfter(i + 1)
		case c.leadsToName(i) && c.same(i, i+1) && c.inSentence(i, c.isSuspicion):
			c.nameAt(i + 1)
		default:
			c.nameBeforeArrest(i)
		}
	}
}

// leadsToName tells whether a person may be named behind the token at i. A place may be, behind most other words.
func (c *check) leadsToName(i int) bool {
	switch c.low(i) {
	case "is", "zou", "was", "betreft", "blijkt", "heet", "heeft", "hebben", "noemen", "noemt", "pakt", "pakte", "als", "herkende",
		"herkenden", "jarige", "genaamd", "zoeken", "zoekt", "dat":
		return true
	case "om":
		return c.low(i-1) == "gaat"
	case "voor":
		return c.low(i-1) == "op"
	case "zich":
		return c.low(i-1) == "noemt"
	case "naar":
		return c.before(i, 2, isSearch)
	}
	return false
}

func isSearch(w string) bool {
	return w == "uitkijken" || w == "zoek" || w == "zoeken" || w == "gezocht" || w == "kijk" || w == "speurt" || w == "zoekt"
}

// isSuspectAt tells whether the token at i makes who is named behind it a suspect.
func (c *check) isSuspectAt(i int) bool {
	w := c.low(i)
	return isSuspect(w) || w == "gezocht" && !c.options.Missing
}

// namesAfter looks for names from the token at i on, past the words that lead to one.
func (c *check) namesAfter(i int) {
	called := false
	for j := i; j < i+6 && c.same(i-1, j); j++ {
		if gap := c.gap(j); strings.Trim(gap, " :,-(\"“‘'.") != "" {
			return
		}
		if next := c.nameAt(j); next > 0 {
			if c.low(next) == "en" {
				c.nameAt(next + 1)
			}
			return
		}
		if called && c.lowerName(j) {
			return
		}
		w := c.low(j)
		called = called || w == "genaamd" || w == "heet" || w == "naam"
		if !c.number(j) && !isNameFiller(w) {
			return
		}
	}
}

// nameAt finds the name that starts at the token at i, and gives the token after it, or 0 if there is none.
func (c *check) nameAt(i int) int {
	next := c.nameEnd(i)
	if next == 0 {
		return 0
	}
	start, end := c.tokens[i].start, c.tokens[next-1].end
	if !c.taken(start, end) {
		c.find(Name, start, end)
	}
	return next
}

// nameEnd gives the token after the name that starts at i: a first name or initials, "van de" and the like, a surname.
func (c *check) nameEnd(i int) int {
	if i >= len(c.tokens) {
		return 0
	}
	j := i
	for j < len(c.tokens) && c.tokens[j].shape == initial && (j == i || c.gap(j) == "." || c.gap(j) == ". ") {
		j++
	}
	initials := j > i
	if !initials {
		if c.tokens[i].shape != capital || isNoName(c.low(i)) {
			return 0
		}
		j++
	}
	end, surname := 0, false
	for ; c.same(i, j); j++ {
		gap := c.gap(j)
		if gap != " " && gap != "-" && (!initials || j-i > 3 || gap != ". ") {
			break
		}
		t := c.tokens[j]
		switch {
		case isParticle(t.low) && !surname:
			continue
		case t.shape == capital && !isNoName(t.low) && !isParticle(t.low), t.shape == upper && len(t.low) > 2 && end == 0 && !isNoName(t.low):
			surname, end = true, j+1
			continue
		}
		break
	}
	return end
}

// lowerName finds a name in lower case, which only its "van de" gives away.
func (c *check) lowerName(i int) bool {
	j := i + 1
	for c.same(i, j) && isParticle(c.low(j)) {
		j++
	}
	if j == i+1 || !c.same(i, j) || c.tokens[i].shape == digits || c.tokens[j].shape == digits {
		return false
	}
	c.find(Name, c.tokens[i].start, c.tokens[j].end)
	return true
}

// calledSuspect tells whether the token at i, right after a name, calls that person a suspect: "als dader", ", verdachte
// van". Before a thing the same word only means that it looks odd.
func (c *check) calledSuspect(i int) bool {
	if !c.same(i-1, i) {
		return false
	}
	if c.low(i) == "als" {
		return isSuspect(c.low(i+1)) || isSuspect(c.low(i+2))
	}
	if !isSuspect(c.low(i)) || !strings.ContainsAny(c.gap(i), ",(") {
		return false
	}
	return !c.same(i, i+1) || isPreposition(c.low(i+1)) || c.gap(i+1) != " "
}

// nameBeforeArrest finds a name that starts at i and is followed by an arrest: "Bas Mulder is vanochtend aangehouden".
// With an article in between somebody else is arrested: "In Den Haag is een man aangehouden".
func (c *check) nameBeforeArrest(i int) {
	if c.tokens[i].shape != capital || isNoName(c.low(i)) || c.gap(i) == " " && isPreposition(c.low(i-1)) || isParticle(c.low(i)) {
		return
	}
	if i > 0 && c.tokens[i-1].shape == capital && c.gap(i) == " " && !isNoName(c.low(i-1)) {
		return
	}
	next := c.nameEnd(i)
	if next == 0 {
		return
	}
	if c.number(next) && (c.low(next+1) == "jaar" || strings.HasPrefix(c.gap(next+1), ")")) { // (31) or , 31 jaar,
		next++
		if c.low(next) == "jaar" {
			next++
		}
	}
	if c.same(i, next) && isArrest(c.low(next)) || c.calledSuspect(next) {
		c.nameAt(i)
		return
	}
	if w := c.low(next); w != "is" && w != "wordt" && w != "werd" {
		return
	}
	for j := next + 1; j < next+7 && c.same(i, j); j++ {
		switch w := c.low(j); {
		case isArrest(w), isSuspect(w) && isPreposition(c.low(j+1)):
			c.nameAt(i)
			return
		case w == "een" || w == "twee" || w == "geen" || c.number(j):
			return
		case (w == "de" || w == "het") && !isPreposition(c.low(j-1)):
			return
		}
	}
}

func isSuspect(w string) bool {
	switch w {
	case "verdachte", "verdachten", "dader", "daders", "inbreker", "inbrekers", "overvaller", "overvallers", "dief", "dieven",
		"straatrover", "straatrovers", "oplichter", "oplichters", "oplichtster", "arrestant", "arrestanten", "vandaal", "brandstichter",
		"drugsdealer", "dealer", "mededader", "hoofdverdachte", "heler", "autodief", "fietsendief", "zakkenroller", "tasjesdief",
		"winkeldief", "babbeltrucdief", "voortvluchtige", "stalker", "schutter", "steker":
		return true
	}
	return false
}

func (c *check) isSuspicion(w string) bool {
	return isSuspect(w) || isArrest(w) || w == "gezocht" && !c.options.Missing
}

func isArrest(w string) bool {
	switch w {
	case "aangehouden", "opgepakt", "gearresteerd", "verdacht", "veroordeeld", "betrapt", "ingerekend", "vastgezet":
		return true
	}
	return false
}

func isNameFiller(w string) bool {
	switch w {
	case "is", "heet", "genaamd", "naam", "de", "heer", "dhr", "mevrouw", "mw", "mevr", "betreft", "was", "waarschijnlijk",
		"vermoedelijk", "mogelijk", "wordt", "ene", "jarige", "jaar", "man", "vrouw", "jongen", "buurman", "zekere", "zich", "noemt", "die",
		"een", "werd", "aangehouden", "bekende", "als":
		return true
	}
	return false
}

func isParticle(w string) bool {
	switch w {
	case "van", "de", "der", "den", "het", "'t", "’t", "ter", "ten", "te", "el", "al", "ben", "bin", "la", "le", "du", "von", "op", "in",
		"t", "ait", "aït", "da", "di", "dos":
		return true
	}
	return false
}

func isPreposition(w string) bool {
	switch w {
	case "in", "te", "uit", "op", "naar", "bij", "van", "rond", "nabij", "richting", "door", "met", "voor", "tussen", "langs", "over", "namens", "via", "aan":
		return true
	}
	return false
}

// isNoName knows words that are written with a capital and are no part of a person's name.
func isNoName(w string) bool {
	switch w {
	case "man", "vrouw", "jongen", "meisje", "persoon", "personen", "situatie", "situaties", "auto", "bus", "busje", "scooter", "pakket",
		"geluiden", "gezien", "heijn", "politie", "gemeente", "team", "wijkagent", "burgernet", "meldkamer", "station", "sporthal", "den",
		"sint", "oude", "nieuwe", "hoge", "lange", "noord", "zuid", "oost", "west", "nieuw", "bedankt", "dank", "verdachte", "dader",
		"vandaag", "gisteren", "vannacht", "vanochtend", "vanmiddag", "vanavond", "in", "op", "bij", "na", "door", "een", "de", "het",
		"inbraak", "poging", "woninginbraak", "let", "bel", "heeft", "wie", "iets", "zwarte", "witte", "grijze", "rode", "blauwe", "groene",
		"nike", "adidas", "inbreker", "overvaller", "dief", "aangehouden", "gezocht", "vermist", "maandag", "dinsdag", "woensdag",
		"donderdag", "vrijdag", "zaterdag", "zondag", "nederland", "nederlandse", "recherche", "jumbo", "lidl", "aldi", "hema", "met",
		"niet", "draagt", "rijdt", "leeftijd", "signalement", "the", "officier", "justitie", "stadspark", "wethouder", "burgemeester", "straatroof", "overval", "diefstal", "brandstichting", "oplichting":
		return true
	}
	return isBrand(w) || isOrigin(w) || isStreetOnly(w)
}
