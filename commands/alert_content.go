package commands

import (
	"github.com/buurtbode/buurtbode/locales"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// alertTitle is what kind of alert it is, what it is about, and where: "Getuigen gezocht in Lisse: inbraak in een woning".
func alertTitle(a storage.Alert, area storage.Area) messages.Say {
	title := messages.S("alert."+a.Kind+".title", messages.V{"Area": area.Full()})
	if a.Topic == "" || a.Topic == topicOther {
		return title
	}
	return messages.S("alert.title.topic", messages.V{"Title": title, "Topic": messages.S("alert.topic." + a.Topic)})
}

// translated is what an officer wrote, and the same in English where that was added. The frame around it is in the
// chat's language, the facts in Dutch for everybody else.
type translated struct{ dutch, english string }

// In gives the text for a language.
func (t translated) In(_ *locales.Catalog, lang string) string {
	if lang == "en" && t.english != "" {
		return t.english
	}
	return t.dutch
}

// alertContent is the alert as the groups read it, with the call line (R6).
func (t *Turn) alertContent(a storage.Alert, area storage.Area) messages.Content {
	var facts messages.Lines
	if !t.inWording(a, "where") {
		facts = append(facts, messages.S("alert.where", messages.V{"Place": a.Place}))
	}
	if !t.inWording(a, "when") {
		facts = append(facts, messages.S("alert.when", messages.V{"When": t.whenSay(a.Happened)}))
	}
	if a.Description != "" && !t.inWording(a, "description") {
		facts = append(facts, messages.S("alert.description", messages.V{"Description": a.Description}))
	}
	head := messages.S("alert.head", messages.V{"Title": alertTitle(a, area), "Number": uint(a.ID)})
	c := messages.Paragraphs(
		head,
		t.alertText(a, area),
	)
	if len(facts) > 0 {
		c.Text = append(c.Text, messages.S("alert.facts", messages.V{"Facts": facts}))
	}
	if kindNamed(a.Kind).dont {
		c.Text = append(c.Text, messages.S("alert.dont", t.e.Settings.numbers()))
	}
	if a.Corrections > 0 {
		c.Text = append(c.Text, messages.S("alert.corrected", messages.V{"When": messages.Moment(t.Now)}))
	}
	c.Photo, c.Covered = a.Photo, kindNamed(a.Kind).covered
	return t.marked(a, t.withCall(c))
}

// marked says on every part of a drill's messages that it is one.
func (t *Turn) marked(a storage.Alert, c messages.Content) messages.Content {
	if !a.Drill {
		return c
	}
	c.Text = append([]messages.Say{messages.S("alert.drill")}, c.Text...)
	call := messages.S("call.drill", messages.V{"Call": *c.Call})
	c.Call = &call
	return c
}
