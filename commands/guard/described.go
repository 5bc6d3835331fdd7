package guard

import "strings"

// described tells whether anything in the text says how a person looks, besides an origin or skin colour. What is said of
// the victim does not count.
func (c *check) described() bool {
	for i, t := range c.tokens {
		if c.describes(i, t) && !c.inSentence(i, isVictim) {
			return true
		}
	}
	return false
}

func (c *check) describes(i int, t token) bool {
	if t.shape == digits {
		return c.ageAt(i) || c.heightAt(i)
	}
	switch {
	case isClothing(t.low) || isBuild(t.low):
		return true
	case strings.HasSuffix(t.low, "jarige") && len(t.low) > len("jarige"):
		return true
	case t.low == "haar":
		return i > 0 && isHairLook(c.low(i-1))
	case t.low == "lang":
		return i > 0 && (c.number(i-1) || c.low(i-1) == "m" || c.low(i-1) == "meter" || c.low(i-1) == "cm")
	case isPersonLook(t.low):
		return c.personAfter(i, false) > 0
	case isVehicle(t.low):
		return i > 0 && isColour(c.low(i-1))
	}
	return isBrand(t.low)
}

// ageAt tells whether a number is an age: 25 jaar, 16-jarige, 20-er. "12 jaar geleden" is none.
func (c *check) ageAt(i int) bool {
	if len(c.low(i)) > 2 {
		return false
	}
	switch c.low(i + 1) {
	case "jaar", "jr":
		next := c.low(i + 2)
		return next != "geleden" && next != "cel" && next != "lang"
	case "jarige", "jarig", "er", "ers":
		return true
	}
	return false
}

// heightAt tells whether a number is a height: 1.80, 1,80 m, 1m80, 180 cm.
func (c *check) heightAt(i int) bool {
	w := c.low(i)
	if len(w) == 3 && (w[0] == '1' || w[0] == '2') {
		return c.low(i+1) == "cm"
	}
	if w != "1" && w != "2" {
		return false
	}
	decimals := i + 1
	if c.low(decimals) == "m" {
		decimals++
	}
	if !c.number(decimals) || len(c.low(decimals)) != 2 || c.gap(decimals) != "." && c.gap(decimals) != "," && c.gap(decimals) != "" {
		return false
	}
	next := c.low(decimals + 1)
	return next != "uur" && next != "u" && next != "euro" && !strings.Contains(c.gap(i), "€") && (w == "1" || c.low(decimals) < "15")
}

func isVictim(w string) bool {
	switch w {
	case "slachtoffer", "slachtoffers", "bewoner", "bewoners", "bewoonster", "aangever", "aangeefster", "getuige", "buurvrouw", "buurman":
		return true
	}
	return false
}

// isClothing knows what people wear and carry.
func isClothing(w string) bool {
	switch w {
	case "jas", "jack", "broek", "jeans", "shirt", "trui", "hoodie", "sweater", "capuchon", "pet", "cap", "muts", "petje", "schoenen",
		"sneakers", "laarzen", "slippers", "rugzak", "rugtas", "tas", "tasje", "bril", "zonnebril", "vest", "bodywarmer", "handschoenen",
		"sjaal", "helm", "jurk", "rok", "mondkapje", "hoofddoek", "kleding", "kleren", "gekleed", "pak", "kostuum", "overall", "blouse",
		"overhemd", "hemd", "polo", "pyjama", "hoed", "djellaba", "tanktop", "shorts", "short", "legging", "bivakmuts", "draagt", "droeg",
		"dragend", "nike", "adidas", "trainingsbroek", "bontkraag", "oorbel", "ketting", "piercing", "koffer", "shopper":
		return true
	}
	for _, ending := range [...]string{"jas", "broek", "pak", "trui", "jack", "shirt", "vest", "schoenen", "tas", "hesje", "kleding"} {
		if endsIn(w, ending) {
			return true
		}
	}
	return false
}

// isBuild knows builds, hair, beards, marks and ways to walk.
func isBuild(w string) bool {
	switch w {
	case "postuur", "tenger", "tengere", "gezet", "gezette", "slank", "slanke", "fors", "forse", "gespierd", "gespierde", "mager",
		"magere", "kaal", "kale", "kaalgeschoren", "krullen", "krulletjes", "krulhaar", "baard", "baardje", "snor", "snorretje",
		"paardenstaart", "staartje", "stoppelbaard", "stoppels", "dreads", "dreadlocks", "rasta", "afrokapsel", "knotje", "opgeschoren",
		"vlechten", "vlechtjes", "kapsel", "tatoeage", "tatoeages", "tattoo", "litteken", "blond", "blonde", "grijs-harig", "sproeten",
		"mank", "kreupel", "rollator", "krukken", "rolstoel", "twintiger", "dertiger", "veertiger", "vijftiger", "zestiger", "leeftijd",
		"bejaard", "bejaarde", "zwanger", "gouden":
		return true
	}
	return strings.HasSuffix(w, "harig") || strings.HasSuffix(w, "harige") || strings.HasSuffix(w, "jarig")
}

// isPersonLook knows looks that are a person's only right before one.
func isPersonLook(w string) bool {
	switch w {
	case "lange", "kleine", "dikke", "dunne", "oude", "oudere", "bejaarde", "grote":
		return true
	}
	return false
}

func isHairLook(w string) bool {
	switch w {
	case "kort", "lang", "halflang", "krullend", "steil", "geverfd", "donkerblond", "lichtblond", "donkerbruin", "kroes", "rossig",
		"opgestoken", "vet", "warrig", "gemillimeterd", "donker", "sluik":
		return true
	}
	return isColour(w)
}

func isColour(w string) bool {
	for _, stem := range [...]string{
		"zwart", "wit", "grijs", "grijz", "rood", "rode", "blauw", "groen", "geel", "gele", "bruin", "blond", "oranje",
		"paars", "roze", "beige", "zilver", "goud", "donkerblauw", "donkergroen", "lichtblauw", "donkergrij",
	} {
		if rest, ok := strings.CutPrefix(w, stem); ok && len(rest) <= 2 {
			return true
		}
	}
	return false
}

func isVehicle(w string) bool {
	switch w {
	case "auto", "bus", "busje", "bestelbus", "bestelauto", "scooter", "fiets", "fatbike", "brommer", "motor", "bakfiets", "step",
		"snorfiets", "bromfiets", "motorfiets", "stationwagen", "bestelbusje", "camper", "omafiets", "mountainbike":
		return true
	}
	return false
}

// isBrand knows makes of vehicles: they describe, and they are no first names.
func isBrand(w string) bool {
	switch w {
	case "volkswagen", "vw", "opel", "ford", "bmw", "audi", "mercedes", "peugeot", "renault", "citroën", "citroen", "toyota", "kia",
		"hyundai", "seat", "skoda", "škoda", "fiat", "volvo", "mazda", "nissan", "suzuki", "honda", "mitsubishi", "dacia", "tesla",
		"mini", "porsche", "jeep", "smart", "alfa", "vespa", "piaggio", "yamaha", "kymco", "gazelle", "batavus", "sparta", "cortina",
		"iveco", "jaguar", "lexus", "subaru", "daf", "saab", "chevrolet", "sprinter", "transporter", "caddy", "tomos", "puch":
		return true
	}
	return false
}
