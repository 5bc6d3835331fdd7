package bot_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"testing"

	"github.com/buurtbode/buurtbode/storage"
)

// A group admin registers the group, with taps in polls and with typed numbers, with a place and with the own contact, and
// applies for a sign; the officer and the municipality hear of both.
func TestWhatsappRegisterAndSigns(t *testing.T) {
	each(t, func(t *testing.T, cfg storage.Config) {
		w := newTown(t, cfg)
		ria, kees := w.official("Ria", "officer", "--area", "Lisse"), w.official("Kees", "keeper", "--municipality", "Lisse")
		anna := w.person("Anna")
		registers(w, anna, ria)
		carla := w.person("Carla") // nobody gets more than twenty messages at once, then one a second
		carla.says("/aanmelden Vogelwijk Zuid; Lisse; 1; 1; 1; 40; 2; 2; 1")
		carla.hears("Dank je wel!", "Vogelwijk Zuid")
		ria.hears("Er is een groep aangemeld", "Vogelwijk Zuid")
		ria.picks("Bevestigen")
		carla.hears("Goed nieuws")
		applies(w, carla, ria, kees)
	})
}

// registers has Anna register her group, which Ria knows.
func registers(w *town, anna, ria *neighbour) {
	w.Helper()
	anna.says("aanmelden")
	anna.hears("Hoe heet de groep?", "terug")
	anna.says("Vogelwijk Noord")
	anna.hears("Waar is de groep?")
	anna.sends(func() { anna.SendsPlace(w.bots(), 52.2600, 4.5570) })
	anna.hears("Voor wie is de groep?", "( ) 1. Bewoners", "( ) 2. Ondernemers")
	anna.votes("Bewoners")
	anna.hears("Waar gebruiken jullie de groep voor?", "( ) 3. Dat wisselt")
	anna.says("1")
	anna.hears("Met welke app?", "( ) 1. WhatsApp")
	anna.votes("WhatsApp")
	anna.hears("Hoeveel mensen zitten erin?")
	anna.says("ongeveer 75")
	anna.hears("Mag de groep op de openbare lijst?")
	anna.votes("Ja")
	anna.hears("Mag ik je telefoonnummer bewaren?", "1. Ja", "2. Nee", "Stuur het nummer van je keuze")
	anna.says("1")
	anna.hears("Wat is je telefoonnummer?")
	anna.sends(func() { anna.SendsContact(w.bots(), "Anna", "31612345678") })
	anna.hears("Klopt dit zo?", "Vogelwijk Noord", "Lisse", "WhatsApp", "75", "06 12345678")
	anna.votes("Aanmelden")
	anna.hears("Dank je wel!", "Vogelwijk Noord")

	ria.hears("Er is een groep aangemeld in Lisse", "Vogelwijk Noord", "1. Bevestigen")
	ria.picks("Bevestigen")
	ria.hears("staat nu in het register")
	anna.hears("Goed nieuws", "Vogelwijk Noord")
}

// applies has a group admin apply for a sign; Ria advises, and Kees decides.
func applies(w *town, anna, ria, kees *neighbour) {
	w.Helper()
	anna.says("/borden")
	anna.hears("Borden aanvragen")
	anna.picks("Borden aanvragen")
	anna.hears("Waar moet het bord komen?")
	anna.sends(func() { anna.SendsPlace(w.bots(), 52.2601, 4.5571) })
	anna.hears("Waarom juist daar?")
	anna.votes("Er wordt veel ingebroken")
	anna.hears("Hoeveel borden")
	anna.says("1")
	anna.hears("Heb je een foto van de plek?", "1. Overslaan")
	picture := holidayPhoto(w)
	anna.sends(func() { anna.SendsPhoto(w.bots(), picture, "") })
	seen := anna.hears("(photo)", "Klopt het zo?", "1 bord in Lisse", "1. Versturen")
	if got := anna.Downloads(seen); len(got) == 0 || bytes.Equal(got, picture) {
		w.Errorf("the photo comes back as %d bytes, or as it was sent: what a camera adds belongs to nobody", len(got))
	}
	anna.picks("Versturen")
	anna.hears("Je aanvraag heeft nummer 1")

	ria.hears("nieuwe aanvraag voor borden in Lisse")
	ria.picks("Bekijken")
	ria.hears("(photo)", "Wat is je advies?")
	ria.picks("Wel doen")
	ria.hears("Waarom?")
	ria.says("Hier komt iedereen langs")
	ria.hears("de gemeente heeft je advies")
	kees.hears("De politie heeft advies gegeven")
	kees.picks("Bekijken")
	kees.hears("(photo)", "Advies van de politie: wel doen", "1. Plannen")
	kees.says("1")
	kees.hears("Wanneer komt het?")
	kees.says("week 23")
	kees.hears("De aanvrager hoort het meteen")
	anna.hears("Nieuws over je aanvraag 1", "week 23")
}

// holidayPhoto is a photo as a phone sends it.
func holidayPhoto(w *town) []byte {
	w.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 48)), &jpeg.Options{Quality: 40}); err != nil {
		w.Fatal(err)
	}
	return b.Bytes()
}
