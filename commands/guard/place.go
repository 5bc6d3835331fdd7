package guard

import "strings"

// isStreet tells whether a word is the name of a street, or its last part. Some endings make ordinary words too, and
// count with a capital only.
func isStreet(w string, s shape) bool {
	if isOrdinaryPlace(w) {
		return false
	}
	if isStreetOnly(w) || endsIn(w, "dijk") || endsIn(w, "str") {
		return true
	}
	if s != capital {
		return false
	}
	for _, ending := range [...]string{
		"hof", "park", "pad", "markt", "poort", "veld", "kamp", "erf", "wal", "akker", "brink", "vaart", "laantje",
		"straatje", "weide", "tuin", "burgwal", "baan",
	} {
		if endsIn(w, ending) {
			return true
		}
	}
	return false
}

// isStreetOnly tells whether a word can be nothing but a street: no surname ends like that.
func isStreetOnly(w string) bool {
	for _, ending := range [...]string{
		"straat", "laan", "weg", "plein", "singel", "gracht", "kade", "dreef", "plantsoen", "steeg", "allee",
		"boulevard",
	} {
		if endsIn(w, ending) {
			return true
		}
	}
	return false
}

func endsIn(w, ending string) bool { return len(w) > len(ending)+1 && strings.HasSuffix(w, ending) }

// isOrdinaryPlace knows words that end like a street and are none.
func isOrdinaryPlace(w string) bool {
	switch w {
	case "snelweg", "autoweg", "rijksweg", "spoorweg", "overweg", "omweg", "onderweg", "halverwege", "landweg", "zandweg", "fietspad",
		"voetpad", "wandelpad", "bospad", "zandpad", "ruiterpad", "parkeerplein", "speelplein", "schoolplein", "terugweg", "heenweg",
		"vluchtweg", "uitweg", "waterweg", "toegangsweg", "hoofdrijbaan", "rijbaan", "vluchtbaan", "speelveld", "voetbalveld",
		"sportveld", "sportpark", "speeltuin", "supermarkt", "weekmarkt", "kerstmarkt", "bouwmarkt", "rommelmarkt", "bedrijvenpark",
		"vakantiepark", "skatepark", "wagenpark", "gerechtshof", "kerkhof", "paspoort", "vliegveld", "tankstraat", "winkelstraat",
		"woonstraat", "zijstraat", "dwarsstraat", "achterweg", "busbaan", "startbaan", "waterkade", "achtertuin", "voortuin",
		"moestuin", "kindertuin", "volkstuin", "dierentuin", "wildpark", "zeedijk", "vaart", "zeeweg":
		return w != "zeeweg" && w != "zeedijk" && w != "achterweg"
	}
	return false
}

func isNumberWord(w string) bool {
	switch w {
	case "nummer", "nr", "nrs", "nummers", "huisnummer", "huisnr", "huisnummers":
		return true
	}
	return false
}

// isNumbered knows what has a number and is no house.
func isNumbered(w string) bool {
	switch w {
	case "bus", "lijn", "tram", "trein", "spoor", "perron", "groep", "team", "kassa", "loket", "zaal", "vak", "paal", "hectometerpaal",
		"afrit", "kluis", "baan", "veld", "melding", "bericht", "zaak", "bladzijde", "blz", "pagina", "punt", "tip", "stap", "kamer",
		"lokaal", "poule", "pl", "bel", "bellen", "telefoon", "tel", "app", "belt", "order", "pakket", "container", "steiger", "halte":
		return true
	}
	return strings.HasSuffix(w, "lijn")
}

func isHome(w string) bool {
	switch w {
	case "woning", "woningen", "huis", "huizen", "woonhuis", "appartement", "flat", "flatwoning", "bewoner", "bewoners", "bewoonster",
		"woont", "wonen", "woonachtig", "thuis", "woninginbraak", "woninginbraken", "woonadres", "adres", "huisje", "villa", "woonboot":
		return true
	}
	return false
}

// isPublicPlace knows places whose address everybody may read.
func isPublicPlace(w string) bool {
	switch w {
	case "jumbo", "ah", "heijn", "lidl", "aldi", "plus", "dirk", "hoogvliet", "vomar", "hema", "kruidvat", "etos", "action", "gamma",
		"praxis", "bureau", "school", "kerk", "moskee", "café", "cafe", "restaurant", "station", "apotheek", "ziekenhuis", "hotel",
		"bibliotheek", "kantine", "zwembad", "museum", "theater", "juwelier", "kapper", "bakker", "slager", "tankstation",
		"benzinestation", "snackbar", "cafetaria", "pizzeria", "sportschool", "winkel", "winkelcentrum", "winkels", "bedrijf",
		"bedrijfspand", "kantoor", "garage", "gemeente", "bijeenkomst", "inloop", "inloopspreekuur", "spreekuur", "bouwmarkt",
		"coffeeshop", "camping", "manege", "sporthal", "dorpshuis", "buurthuis", "wijkgebouw", "verenigingsgebouw", "clubhuis",
		"gemeentehuis", "stadhuis", "raadhuis", "politiebureau", "slijterij", "drogist", "opticien", "bloemist", "fietsenmaker":
		return true
	}
	for _, ending := range [...]string{"winkel", "markt", "centrum", "zaak", "school", "bureau", "zaal", "station", "handel"} {
		if endsIn(w, ending) {
			return true
		}
	}
	return false
}
