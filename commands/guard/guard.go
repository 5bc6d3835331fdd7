// Package guard reads the text of an alert before an officer sees its preview, and names what had better not be in it:
// numbers and addresses by which somebody can be found, the full name of a suspect, and a description that is no more
// than an origin. It only looks. What is to be changed, and what stays for which reason, the officer decides.
//
// It knows Dutch as officers type it: in a hurry, in lower case, with abbreviations. It must be precise before it is
// complete: who is warned for nothing three times stops reading the fourth warning. testdata/examples.tsv holds what it
// is measured by. It knows no alert, no person and no database.
package guard

import (
	"cmp"
	"slices"
)

// Class is what kind of thing was found.
type Class string

// The classes of findings.
const (
	CitizenNumber Class = "citizen" // a citizen service number (BSN)
	Phone         Class = "phone"   // a phone number that isn't the police's
	Email         Class = "email"   // an e-mail address
	IBAN          Class = "iban"    // a bank account
	Plate         Class = "plate"   // a number plate, where the kind of alert doesn't call for one
	House         Class = "house"   // a home by its house number
	Ethnic        Class = "ethnic"  // an origin or skin colour as the only description of a person
	Name          Class = "name"    // the full name of a suspect
)

// Classes are all classes, in the order in which they are looked for.
func Classes() []Class {
	return []Class{Email, IBAN, Phone, CitizenNumber, Plate, House, Ethnic, Name}
}

// Options say what an alert may hold.
type Options struct {
	// Numbers are the phone numbers that may stand, as the operator wrote them, besides the police's own that every
	// alert may hold.
	Numbers []string
	// Plates: the alert asks to look out for a vehicle, or tells of a stolen one.
	Plates bool
	// Missing: who is looked for in it is missing, and no suspect.
	Missing bool
}

// Finding is one thing that had better not be in the text.
type Finding struct {
	Class      Class
	Start, End int    // bytes of the text, on the borders of runes
	Text       string // what stands there
}

// Check finds what had better not be in a text, in the order of the text. A description may stand in another field than
// the person that it describes, so the fields of one alert are checked together, a line each.
func Check(text string, o Options) []Finding {
	c := &check{text: text, options: o}
	c.split()
	c.emails()
	c.ibans()
	c.phones()
	c.citizenNumbers()
	if !o.Plates {
		c.plates()
	}
	c.houses()
	c.ethnic()
	c.names()
	slices.SortStableFunc(c.found, func(a, b Finding) int { return cmp.Compare(a.Start, b.Start) })
	return c.found
}

// check is the reading of one text.
type check struct {
	text    string
	options Options
	tokens  []token
	found   []Finding
	cleared []span // what is known to be harmless, so that nothing else is seen in it
}

type span struct{ start, end int }

func (c *check) find(class Class, start, end int) {
	c.found = append(c.found, Finding{Class: class, Start: start, End: end, Text: c.text[start:end]})
}

// taken tells whether a part of the text is spoken for: one number is one finding.
func (c *check) taken(start, end int) bool {
	for _, f := range c.found {
		if start < f.End && f.Start < end {
			return true
		}
	}
	for _, s := range c.cleared {
		if start < s.end && s.start < end {
			return true
		}
	}
	return false
}
