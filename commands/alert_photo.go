package commands

import (
	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
)

// checkPhoto takes a photo whose bytes arrived.
func checkPhoto(_ *Turn, _ *form.State, a form.Answer) (string, error) {
	if a.Photo == nil || a.Photo.SHA256 == "" {
		return "", messages.Refuse("alert.photo.none")
	}
	return a.Photo.SHA256, nil
}

func showPhoto(_ *Turn, _ *form.State, value string) (messages.Say, error) {
	if value == "" {
		return messages.S("form.none"), nil
	}
	return messages.S("alert.photo.there"), nil
}

// The answers to whether a suspect stands on a photo. Behind the first one stands the photo: another one is asked about again.
const (
	noSuspect    = "no:"
	withASuspect = "yes"
)

// suspectField asks whether a suspect stands on the photo, where the kind of alert doesn't look out for anybody: a photo
// of a suspect goes with a look-out only. With one, the photo is asked for again.
func suspectField() form.Field[*Turn] {
	return form.Field[*Turn]{
		Name: "suspect", Unforeseen: true, Ask: form.Question[*Turn]("alert.ask.suspect"),
		When: func(_ *Turn, s *form.State) (bool, error) {
			return s.Get("photo") != "" && !kindNamed(s.Get("kind")).faces, nil
		},
		Choices: func(_ *Turn, s *form.State) ([]form.Choice, error) {
			return []form.Choice{
				{Value: noSuspect + s.Get("photo"), Label: messages.S("alert.suspect.no")},
				{Value: withASuspect, Label: messages.S("alert.suspect.yes")},
			}, nil
		},
		Again: func(_ *Turn, _ *form.State, value string) (string, error) {
			if value == withASuspect {
				return "photo", nil
			}
			return "", nil
		},
		Holds: func(_ *Turn, s *form.State) (bool, error) {
			return s.Get("photo") == "" || s.Get("suspect") == noSuspect+s.Get("photo"), nil
		},
	}
}
