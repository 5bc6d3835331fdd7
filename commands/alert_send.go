package commands

import (
	"errors"
	"slices"
	"time"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// previewAlert says where the alert goes, and shows it exactly as it will look.
func previewAlert(t *Turn, s *form.State) (messages.Content, error) {
	a, area, r, err := t.draft(s)
	if err != nil {
		return messages.Content{}, err
	}
	where, err := t.says(r)
	if err != nil {
		return messages.Content{}, err
	}
	approval, err := t.approvalNeeded(a, area)
	if err != nil {
		return messages.Content{}, err
	}
	like, err := t.likeIt(a, area)
	if err != nil {
		return messages.Content{}, err
	}
	intro := append(append([]messages.Say{messages.S("alert.preview")}, where...), approval.says()...)
	if err := t.ReplyS(append(intro, like...)...); err != nil {
		return messages.Content{}, err
	}
	if a.ID, err = t.Tx.NextAlert(); err != nil {
		return messages.Content{}, err
	}
	return t.alertContent(a, area), nil
}

// draft is the alert that the form holds, its area, and where it goes.
func (t *Turn) draft(s *form.State) (storage.Alert, storage.Area, reached, error) {
	area, ok, err := t.alertArea(s)
	if err == nil && !ok { // the officer's areas changed meanwhile
		err = messages.Refuse("alert.noarea")
	}
	if err != nil {
		return storage.Alert{}, area, reached{}, err
	}
	a := storage.Alert{
		AreaID: area.ID, Kind: s.Get("kind"), Topic: s.Get("topic"), What: s.Get("what"), Place: s.Get("where"), Happened: s.Get("when"),
		Description: s.Get("description"), English: s.Get("english"), Photo: s.Get("photo"), Reach: storedReach(s),
		Drill: s.Has("drill"), Subject: chosenSubject(s), State: storage.AlertSent, PersonID: &t.Person.ID, CreatedAt: t.Now.UnixMilli(),
	}
	if audience := s.Get("audience"); audience != audienceAll {
		a.Audience = audience
	}
	if a.Kept, err = t.kept(s, seenInDraft); err != nil {
		return a, area, reached{}, err
	}
	if err := t.inTheTeamsWords(&a, s.Number("template")); err != nil {
		return a, area, reached{}, err
	}
	a.Urgent = kindNamed(a.Kind).isUrgent(a.Happened)
	if s.Get("send") == sendLater {
		at, err := time.Parse(time.RFC3339, s.Get("at"))
		if err == nil {
			a.SendAt = at.UnixMilli()
		}
	}
	r, err := t.reach(area, a.Reach, a.Audience)
	return a, area, r, err
}

// sendAlert keeps the alert, and sends it, plans it, or asks for a second pair of eyes.
func sendAlert(t *Turn, s *form.State) error {
	a, area, r, err := t.draft(s)
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
	approval, err := t.approvalNeeded(a, area)
	if err != nil {
		return err
	}
	switch {
	case approval.before:
		a.State = storage.AlertWaiting
	case a.SendAt > t.Now.UnixMilli():
		a.State = storage.AlertPlanned
	}
	if a, err = t.Tx.AddAlert(a); err != nil {
		return err
	}
	switch a.State {
	case storage.AlertWaiting:
		if err := t.askApproval(a, area, approval.by); err != nil {
			return err
		}
		return t.ReplyS(messages.S("approve.waiting", messages.V{"Number": uint(a.ID)}))
	case storage.AlertPlanned:
		return t.ReplyS(messages.S("alert.planned", messages.V{"Number": uint(a.ID), "When": t.momentSay(a.SendAt)}))
	case storage.AlertSent, storage.AlertReturned, storage.AlertWithdrawn:
	}
	if err := t.dispatch(a, area, r); err != nil {
		return err
	}
	if approval.afterwards {
		return t.askApproval(a, area, approval.by)
	}
	return nil
}

// momentSay is a moment in the zone of the settings.
func (t *Turn) momentSay(ms int64) messages.Moment {
	return messages.Moment(storage.At(ms).In(t.e.Settings.Zone))
}

// dispatch queues the alert for every group and channel, opens its follow-up, and tells its author.
func (t *Turn) dispatch(a storage.Alert, area storage.Area, r reached) error {
	kind, n := kindNamed(a.Kind), 0
	for _, target := range r.targets() {
		chats, err := t.TellAll(target, passable(t.alertContent(a, area), storage.PassedAlert, a), How{
			Cause: a.Cause(), Priority: kind.priority(a.Urgent), Expires: t.Now.Add(kind.life), Author: *a.PersonID, Calm: !a.Urgent,
		})
		if err != nil {
			return err
		}
		n += chats
	}
	if err := t.planPassReminder(storage.PassedAlert, a, a.Cause()); err != nil {
		return err
	}
	sent := messages.Paragraphs(messages.S("alert.sent", messages.V{"Number": uint(a.ID), "Count": n}))
	if a.Drill {
		sent.Text[0] = messages.S("alert.sent.drill", messages.V{"Number": uint(a.ID), "Count": n})
	}
	held, err := t.heldSay(a.Cause())
	if err != nil {
		return err
	}
	sent.Text = append(sent.Text, held...)
	if kind.due > 0 && !a.Drill {
		remind, err := t.openFollowUp(a)
		if err != nil {
			return err
		}
		say, err := t.followUpSay(a, remind)
		if err != nil {
			return err
		}
		sent.Text = append(sent.Text, say)
		sent = sent.With(messages.Option{Label: messages.S("remind.feedback"), Data: feedbackData(a)})
	}
	if err := t.tellSent(a, sent); err != nil {
		return err
	}
	return t.tellKept(a, area)
}

// tellSent tells the author that the alert is under way, here or in private, in the message that then shows how far it is.
func (t *Turn) tellSent(a storage.Alert, sent messages.Content) error {
	if t.Person.ID == *a.PersonID {
		if err := t.Reply(sent); err != nil {
			return err
		}
	} else if reached, err := t.Tell(*a.PersonID, sent, How{Cause: "sent:" + a.Cause(), Priority: storage.Answer}); err != nil || !reached {
		return err
	}
	return t.Tx.FollowProgress(storage.Progress{AlertID: a.ID, DeliveryID: t.last.ID, NextAt: t.Now.Add(progressEvery).UnixMilli()})
}

// targets are the chats that an alert goes to.
func (r reached) targets() []storage.Target {
	var out []storage.Target
	if r.groups > 0 {
		out = append(out, storage.AdminGroupsFor(r.areas, r.audience))
	}
	if r.channels > 0 {
		out = append(out, storage.PublicChannels(r.public))
	}
	return out
}

// What counts as nearly the same alert.
const (
	likeWithin = 24 * time.Hour
	likeShare  = 0.6 // of the words of both together
)

// likeAnother tells whether the alert that the form holds is nearly the same as another: then it is asked before it goes, also
// when all answers came at once.
func likeAnother(t *Turn, s *form.State) (bool, error) {
	a, area, _, err := t.draft(s)
	if err != nil {
		var refused *messages.UserError
		if errors.As(err, &refused) { // the preview says so
			return false, nil
		}
		return false, err
	}
	like, err := t.likeIt(a, area)
	return len(like) > 0, err
}

// likeIt warns that nearly the same was sent nearby a short while ago, and is not over.
func (t *Turn) likeIt(a storage.Alert, area storage.Area) ([]messages.Say, error) {
	if a.Drill {
		return nil, nil
	}
	next, err := t.Tx.Neighbours(area.ID)
	if err != nil {
		return nil, err
	}
	recent, err := t.Tx.AlertsLike(a.Kind, append(idsOf(next), area.ID), t.Now.Add(-likeWithin))
	if err != nil {
		return nil, err
	}
	for _, other := range recent {
		if other.OutcomeAt != 0 || shared(fieldsOf(a.What), fieldsOf(other.What)) < likeShare {
			continue
		}
		all, err := t.titles([]storage.Alert{other})
		if err != nil {
			return nil, err
		}
		return []messages.Say{messages.S("alert.like", messages.V{"Alert": t.line(all[0])})}, nil
	}
	return nil, nil
}

// shared is the share of words that two texts have in common.
func shared(a, b []string) float64 {
	common, all := 0, slices.Clone(a)
	for _, w := range b {
		if slices.Contains(a, w) {
			common++
		} else {
			all = append(all, w)
		}
	}
	if len(all) == 0 {
		return 0
	}
	return float64(common) / float64(len(all))
}
