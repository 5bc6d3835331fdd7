package commands

import (
	"slices"
	"testing"

	"github.com/buurtbode/buurtbode/storage"
)

// TestABurglaryIsFromAHomeWhereNothingElseIsSaid holds what stands in the title of an alert.
func TestABurglaryIsFromAHomeWhereNothingElseIsSaid(t *testing.T) {
	e, _ := bench(t)
	for what, want := range map[string]string{
		"Inbraak, achterdeur opengebroken": "home", "Er is ingebroken in een woning": "home", "Woninginbraak, sieraden weg": "home",
		"Inbraak in een schuur, gereedschap weg": "shed", "Auto-inbraak, navigatie weg": "fromcar", "Ingebroken in een garagebox": "shed",
		"A burglary last night": "home", "Iets anders": "other",
	} {
		if got := e.topicOf(kindNamed("witnesses"), what); got != want {
			t.Errorf("%q is about %s, want %s", what, got, want)
		}
	}
}

// TestSubjectsAreGuessed has one alert at least for every subject.
func TestSubjectsAreGuessed(t *testing.T) {
	e, _ := bench(t)
	seen := map[string]bool{}
	for _, c := range []struct{ kind, topic, what, want string }{
		{"witnesses", "home", "Poging tot inbraak in een woning", "attempthome"},
		{"witnesses", "home", "Er is ingebroken in een woning", "home"},
		{"witnesses", "home", "Ingebroken in de woning en de schuur", "home"},
		{"witnesses", "home", "Er is ingebroken in een schuurtje", "attemptshed"},
		{"witnesses", "shed", "Fiets weg uit de berging", "attemptshed"},
		{"witnesses", "vandalism", "Krassen op auto's", "cardamage"},
		{"witnesses", "vandalism", "Graffiti op het viaduct", "vandalism"},
		{"witnesses", "vandalism", "Bushok vernield", "furniture"},
		{"witnesses", "furniture", "Bankjes in het park kapot", "furniture"},
		{"witnesses", "vandalism", "Schutting en tuin vernield", "housedamage"},
		{"witnesses", "car", "Geprobeerd een auto te stelen", "attemptcar"},
		{"witnesses", "car", "Auto gestolen", "car"},
		{"witnesses", "bicycle", "Iemand probeerde een fiets mee te nemen", "attemptbicycle"},
		{"witnesses", "bicycle", "Fiets gestolen bij het station", "bicycle"},
		{"witnesses", "drugs", "Er wordt gedeald en drugs verkocht", "dealing"},
		{"witnesses", "drugs", "Vaten van een drugslab gedumpt", "drugs"},
		{"witnesses", "fromcar", "Airbags uit een auto", "fromcar"},
		{"witnesses", "robbery", "Overval op een winkel", "robbery"},
		{"witnesses", "streetrobbery", "Telefoon geroofd", "streetrobbery"},
		{"witnesses", "other", "Iets geks", "other"},
		{"warning", "bicycles", "Let op je fiets", "bicycle"},
		{"warning", "burglars", "Inbrekers in de wijk", "home"},
		{"warning", "tricks", "Zogenaamde meteropnemer", "tricks"},
		{"warning", "other", "Overvallers gezien", "robbery"},
		{"suspect", "", "Verdachte van een straatroof", "streetrobbery"},
		{"vehicle", "", "Gestolen auto gezien", "car"},
		{"missing", "", "Jongen vermist na overval", ""},
		{"goodnews", "", "Inbreker aangehouden", ""},
	} {
		got := e.subjectOf(storage.Alert{Kind: c.kind, Topic: c.topic, What: c.what})
		if got != c.want {
			t.Errorf("%s/%s %q counts as %q, want %q", c.kind, c.topic, c.what, got, c.want)
		}
		seen[got] = true
	}
	for _, subject := range subjectList() {
		if !seen[subject] {
			t.Errorf("nothing counts as %s", subject)
		}
	}
	if got := e.subjectOf(storage.Alert{Kind: "witnesses", Topic: "home", Subject: "drugs"}); got != "drugs" {
		t.Errorf("what was chosen counts as %q", got)
	}
	if n := slices.Index(subjectList(), "dealing"); n != 12 {
		t.Errorf("the guide has thirteen topics, dealing is the last, and here number %d", n+1)
	}
}
