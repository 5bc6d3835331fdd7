package commands

import (
	"slices"
	"strings"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// subjectList is what alerts are counted under, in the order of their numbers: the thirteen topics that the guide counts,
// most frequent first (domain.md, "Does it help?"), and after them what officers send alerts about beside those.
func subjectList() []string {
	return []string{
		"attempthome", "home", "cardamage", "vandalism", "attemptcar", "attemptshed", "furniture", "car", "housedamage",
		"attemptbicycle", "drugs", "bicycle", "dealing",
		"fromcar", "robbery", "streetrobbery", "tricks", topicOther,
	}
}

// subjectField is what the alert counts as. It is guessed, and can be changed.
func subjectField() form.Field[*Turn] {
	return form.Field[*Turn]{
		Name: "subject", Ask: form.Question[*Turn]("alert.ask.subject"),
		When: func(_ *Turn, s *form.State) (bool, error) { return kindNamed(s.Get("kind")).counted, nil },
		Choices: func(*Turn, *form.State) ([]form.Choice, error) {
			var out []form.Choice
			for _, subject := range subjectList() {
				out = append(out, form.Choice{Value: subject, Label: messages.S("alert.subject." + subject)})
			}
			return out, nil
		},
		Default: func(t *Turn, s *form.State) (string, error) {
			return t.e.subjectOf(storage.Alert{Kind: s.Get("kind"), Topic: s.Get("topic"), What: s.Get("what"), Description: s.Get("description")}), nil
		},
	}
}

// chosenSubject is the subject that somebody chose; empty where it is guessed, so that it follows what is corrected.
func chosenSubject(s *form.State) string {
	if slices.Contains(s.Order, "subject") {
		return s.Get("subject")
	}
	return ""
}

// subjectOf is what an alert counts as: what its officer chose, else a guess from its topic and its words. Empty: it is of
// a kind that is not counted so.
func (e *Engine) subjectOf(a storage.Alert) string {
	switch {
	case !kindNamed(a.Kind).counted:
		return ""
	case a.Subject != "":
		return a.Subject
	}
	text := a.What + " " + a.Description
	return e.narrow(e.topicFor(a, text), text)
}

// topicFor is the topic of an alert among those of an appeal for witnesses, which are the finest.
func (e *Engine) topicFor(a storage.Alert, text string) string {
	switch a.Topic {
	case "bicycles":
		return "bicycle"
	case "burglars":
		return "home"
	case "", topicOther:
		return e.topicOf(kindNamed("witnesses"), text)
	}
	return a.Topic
}

// narrow makes the guide's topic of the topic of an alert: it tells attempts apart, and what was damaged or dealt in.
func (e *Engine) narrow(topic, text string) string {
	spaced := " " + strings.Join(fieldsOf(text), " ") + " "
	says := func(words messages.Say) bool { return e.stands(words, spaced) }
	house, shed := says(messages.S("alert.subject.words.house")), says(messages.S("alert.topic.shed.words"))
	attempt := says(messages.S("alert.subject.words.attempt"))
	switch topic {
	case "home", "shed":
		switch {
		case topic == "shed" || shed && !house:
			return "attemptshed"
		case attempt:
			return "attempthome"
		}
	case "car", "bicycle":
		if attempt {
			return "attempt" + topic
		}
	case "vandalism":
		switch {
		case says(messages.S("alert.topic.furniture.words")):
			return "furniture"
		case says(messages.S("alert.subject.words.car")):
			return "cardamage"
		case house || shed || says(messages.S("alert.subject.words.garden")):
			return "housedamage"
		}
	case "drugs":
		if says(messages.S("alert.subject.words.deal")) {
			return "dealing"
		}
	}
	return topic
}
