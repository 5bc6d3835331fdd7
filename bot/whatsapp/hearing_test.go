package whatsapp_test

import (
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
	"github.com/buurtbode/buurtbode/messages"
)

func TestPrivateMessages(t *testing.T) {
	r := newRig(t).start()
	anna := r.server.Person("Anna", annasNumber)
	bot := r.server.PN(botsNumber)
	id := anna.Says(bot, "/saar")
	in := r.hearsText("/saar")
	if in.ID != id || in.Kind != messages.Direct || in.At.Platform != "whatsapp" || in.At.Account != r.w.Account() ||
		in.At.Chat != anna.LID().String() || in.From.ID != anna.LID().String() || in.From.Alias != anna.PN().String() ||
		in.From.Name != "Anna" || in.SentAt.IsZero() || in.Event != messages.Said {
		t.Errorf("received %+v", in)
	}

	sent := r.send(to(anna.LID(), messages.Direct, key(0), "Bel 112"))
	m := anna.Hears(t, bot, "Bel 112")
	if m.ID != sent.ID || m.ID != "3EB0"+strings.ToUpper(key(0)[:18]) {
		t.Errorf("the message is %q, Send said %q", m.ID, sent.ID)
	}
	anna.Replies(bot, m.ID, "dank je")
	if in := r.hearsText("dank je"); in.ReplyTo != sent.ID {
		t.Errorf("the answer answers %q", in.ReplyTo)
	}

	anna.SendsPlace(bot, 52.26, 4.55)
	if in := r.hears("a place", func(in messages.Inbound) bool { return in.Place != nil }); in.Place.Latitude != 52.26 || in.Place.Longitude != 4.55 {
		t.Errorf("the place is %+v", in.Place)
	}
	anna.SendsContact(bot, "Bert", bertsNumber)
	if in := r.hears("a contact", func(in messages.Inbound) bool { return in.Contact != nil }); in.Contact.Name != "Bert" || !strings.Contains(in.Contact.Phone, bertsNumber) {
		t.Errorf("the contact is %+v", in.Contact)
	}
	picture := photo(t)
	anna.SendsPhoto(bot, picture, "kijk")
	if in := r.hearsText("kijk"); in.Photo == nil || string(in.Photo.Data) != string(picture) || in.Photo.Caption != "kijk" {
		t.Errorf("the photo is %+v", in.Photo)
	}
	anna.Reacts(bot, m.ID, "👍")
	if in := r.hears("a reaction", func(in messages.Inbound) bool { return in.Event == messages.Reacted }); in.Reaction != "👍" || in.ReplyTo != m.ID {
		t.Errorf("the reaction is %+v", in)
	}

	first := anna.Says(bot, "Vogelwijk")
	anna.Edits(bot, first, "Vogelwijk Noord")
	second := anna.Says(bot, "/sar")
	anna.Edits(bot, second, "/saar nu")
	r.hearsText("/saar nu")
	for _, in := range r.got {
		if in.Text == "Vogelwijk Noord" {
			t.Error("an edited answer is another answer")
		}
	}
	r.server.Confirmed(t, botsNumber)
}

// Whoever writes in a group under the hidden id and in private by number is one person, in groups of both kinds.
func TestOnePersonInGroupsAndPrivate(t *testing.T) {
	for name, parts := range map[string][]whatsapptest.GroupPart{"pn": nil, "lid": {whatsapptest.Hidden()}} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t).start()
			anna, bert := r.server.Person("Anna", annasNumber), r.server.Person("Bert", bertsNumber)
			group := r.server.Group("Beheerders Lisse", append(parts, anna, bert, whatsapptest.Member(botsNumber))...)
			added := r.hears("being added", func(in messages.Inbound) bool { return in.Event == messages.Added })
			if added.At.Chat != group.String() || added.Title != "Beheerders Lisse" || added.Kind != messages.Group || added.From.ID != anna.LID().String() {
				t.Errorf("being added is %+v", added)
			}
			bert.Says(group, "/saar in de groep")
			in := r.hearsText("in de groep")
			if in.From.ID != bert.LID().String() || in.Kind != messages.Group || in.At.Chat != group.String() || in.Title != "Beheerders Lisse" || in.From.ChatAdmin {
				t.Errorf("in the group it is %+v", in)
			}
			anna.Says(group, "/koppel als beheerder")
			if in := r.hearsText("als beheerder"); !in.From.ChatAdmin {
				t.Errorf("an administrator is %+v", in.From)
			}
			r.server.Promote(group, bertsNumber)
			r.server.SetSubject(group, "Beheerders")
			r.server.Confirmed(t, botsNumber)
			bert.Says(group, "/koppel nu ook beheerder")
			if in := r.hearsText("nu ook beheerder"); !in.From.ChatAdmin || in.Title != "Beheerders" {
				t.Errorf("after the change it is %+v in %q", in.From, in.Title)
			}
			bert.Says(r.server.PN(botsNumber), "/saar alleen")
			if in := r.hearsText("alleen"); in.From.ID != bert.LID().String() || in.At.Chat != bert.LID().String() {
				t.Errorf("alone it is %+v", in)
			}
			anna.Replies(group, anna.Says(group, "een praatje"), "antwoord van buren")
			if in := r.hearsText("antwoord van buren"); in.ReplyTo != "" {
				t.Errorf("an answer to a neighbour answers the bot: %+v", in)
			}
			question := r.send(to(group, messages.Group, key(1), "Bericht 12"))
			bert.Hears(t, group, "Bericht 12")
			bert.Replies(group, question.ID, "doorgezet")
			if in := r.hearsText("doorgezet"); in.ReplyTo != question.ID {
				t.Errorf("an answer to the bot answers %q", in.ReplyTo)
			}
			bert.Reacts(group, question.ID, "👍")
			r.hears("a reaction", func(in messages.Inbound) bool { return in.Event == messages.Reacted && in.ReplyTo == question.ID })
			r.server.Remove(group, botsNumber)
			r.hears("being removed", func(in messages.Inbound) bool { return in.Event == messages.Removed && in.At.Chat == group.String() })
		})
	}
}

func TestVotesAnswer(t *testing.T) {
	r := newRig(t).start()
	anna := r.server.Person("Anna", annasNumber)
	bot := r.server.PN(botsNumber)
	anna.Says(bot, "/meld")
	r.hearsText("/meld")
	question := to(anna.LID(), messages.Direct, key(2), "Klopt het?")
	question.Choices = []messages.Choice{{Number: 1, Label: "Ja", Data: "f:1:1"}, {Number: 2, Label: "Nee", Data: "f:1:2"}}
	sent := r.send(question)
	m := anna.Hears(t, bot, "Klopt het?")
	if m.Kind != whatsapptest.Poll || strings.Join(m.Options, "|") != "1. Ja|2. Nee" {
		t.Fatalf("the question is %+v", m)
	}
	anna.Votes(m.ID, "2. Nee")
	if in := r.hears("a vote", func(in messages.Inbound) bool { return in.Tapped != "" }); in.Tapped != "f:1:2" || in.TappedAt != sent.ID || in.From.ID != anna.LID().String() {
		t.Errorf("the vote is %+v", in)
	}
	anna.Votes(m.ID)
	anna.Says(bot, "en nu")
	r.hearsText("en nu")
	votes := 0
	for _, in := range r.got {
		if in.Tapped != "" {
			votes++
		}
	}
	if votes != 1 {
		t.Errorf("%d votes were received, want 1: one that is taken back says nothing", votes)
	}
}

func TestLongQuestionsAreNumberedLines(t *testing.T) {
	r := newRig(t).start()
	anna := r.server.Person("Anna", annasNumber)
	bot := r.server.PN(botsNumber)
	anna.Says(bot, "/meld")
	r.hearsText("/meld")
	question := to(anna.LID(), messages.Direct, key(3), strings.Repeat("lang ", 60)+"Klopt het?")
	question.Choices = []messages.Choice{{Number: 1, Label: "Ja", Data: "f:1:1"}, {Number: 2, Label: "Nee", Data: "f:1:2"}}
	r.send(question)
	if m := anna.Hears(t, bot, "Klopt het?"); m.Kind != whatsapptest.Text || !strings.HasSuffix(m.Text, "Klopt het?\n\n1. Ja\n2. Nee") {
		t.Errorf("the question is %+v", m)
	}
	preview := question
	preview.Key, preview.Body = key(5), messages.Rich{{Text: "Vermist", Style: messages.Bold}, {Text: "\n\nMeisje van 8\n\nBel 112"}}
	r.send(preview)
	if m := anna.Hears(t, bot, "Meisje van 8"); m.Kind != whatsapptest.Text || !strings.HasPrefix(m.Text, "*Vermist*") {
		t.Errorf("a preview is %+v", m)
	}
	group := r.server.Group("Beheerders", anna, whatsapptest.Member(botsNumber))
	r.hears("being added", func(in messages.Inbound) bool { return in.Event == messages.Added })
	short := to(group, messages.Group, key(4), "Bericht 12")
	short.Choices = question.Choices
	r.send(short)
	if m := anna.Hears(t, group, "Bericht 12"); m.Kind != whatsapptest.Text || m.Text != "Bericht 12\n\n1. Ja\n2. Nee" {
		t.Errorf("in a group it is %+v", m)
	}
}
