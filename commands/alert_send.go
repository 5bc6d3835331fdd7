package commands

import (
	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// previewAlert says where the alert goes, and shows it exactly as it will look.
func previewAlert(t *Turn, s *form.State) (messages.Content, error) {
	area, r, err := t.alertTarget(s)
	if err != nil {
		return messages.Content{}, err
	}
	if err := t.ReplyS(append([]messages.Say{messages.S("alert.preview")}, r.says()...)...); err != nil {
		return messages.Content{}, err
	}
	a := alertOf(s, area)
	if a.ID, err = t.Tx.NextAlert(); err != nil {
		return messages.Content{}, err
	}
	return t.alertContent(a, area), nil
}

// alertTarget is the area of the alert and where it goes.
func (t *Turn) alertTarget(s *form.State) (storage.Area, reached, error) {
	area, ok, err := t.alertArea(s)
	if err != nil {
		return area, reached{}, err
	}
	if !ok { // the officer's areas changed meanwhile
		return area, reached{}, messages.Refuse("alert.noarea")
	}
	r, err := t.reach(area, s.Get("reach"))
	return area, r, err
}

func alertOf(s *form.State, area storage.Area) storage.Alert {
	return storage.Alert{
		AreaID: area.ID, Kind: s.Get("kind"), What: s.Get("what"), Place: s.Get("where"), Happened: s.Get("when"),
		Description: s.Get("description"), Photo: s.Get("photo"), Reach: s.Get("reach"),
	}
}

// sendAlert keeps the alert, queues it for every group, and opens its follow-up.
func sendAlert(t *Turn, s *form.State) error {
	area, r, err := t.alertTarget(s)
	if err != nil {
		return err
	}
	if may, err := t.MayIn(SendAlert, area.ID); err != nil || !may {
		if err != nil {
			return err
		}
		return messages.Refuse("refused.role")
	}
	if r.nobody() {
		return messages.Refuse("alert.to.nobody")
	}
	a := alertOf(s, area)
	a.PersonID, a.CreatedAt = &t.Person.ID, t.Now.UnixMilli()
	if a, err = t.Tx.AddAlert(a); err != nil {
		return err
	}
	kind := kindNamed(a.Kind)
	n := 0
	for _, target := range r.targets() {
		chats, err := t.TellAll(target, t.alertContent(a, area), How{
			Cause: a.Cause(), Priority: kind.priority, Expires: t.Now.Add(kind.life), Author: t.Person.ID,
		})
		if err != nil {
			return err
		}
		n += chats
	}
	sent := messages.S("alert.sent", messages.V{"Number": uint(a.ID), "Count": n})
	if kind.due == 0 {
		return t.ReplyS(sent)
	}
	due, remind, escalate := t.e.followUpTimes(kind, t.Now)
	if err := t.Tx.OpenFollowUp(a.ID, due, remind, escalate); err != nil {
		return err
	}
	return t.Reply(messages.Paragraphs(sent, messages.S("alert.followup", messages.V{"Number": uint(a.ID), "When": messages.Moment(remind)})).With(
		messages.Option{Label: messages.S("remind.feedback"), Data: feedbackData(a)},
	))
}

// alertTitle is what kind of alert it is, and where: "Vermist in Lisse".
func alertTitle(a storage.Alert, area storage.Area) messages.Say {
	return messages.S("alert."+a.Kind+".title", messages.V{"Area": area.Full()})
}

// alertContent is the alert as the groups read it; the call line comes with it.
func (t *Turn) alertContent(a storage.Alert, area storage.Area) messages.Content {
	facts := messages.Lines{
		messages.S("alert.where", messages.V{"Place": a.Place}),
		messages.S("alert.when", messages.V{"When": t.whenSay(a.Happened)}),
	}
	if a.Description != "" {
		facts = append(facts, messages.S("alert.description", messages.V{"Description": a.Description}))
	}
	c := messages.Paragraphs(
		messages.S("alert.head", messages.V{"Title": alertTitle(a, area), "Number": uint(a.ID)}),
		messages.Verbatim(a.What),
		messages.S("alert.facts", messages.V{"Facts": facts}),
	)
	c.Photo = a.Photo
	return t.withCall(c)
}

// targets are the chats that an alert goes to.
func (r reached) targets() []storage.Target {
	var out []storage.Target
	if r.groups > 0 {
		out = append(out, storage.AdminGroups(r.areas))
	}
	if r.channels > 0 {
		out = append(out, storage.PublicChannels(r.public))
	}
	return out
}
