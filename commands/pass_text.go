package commands

import (
	"fmt"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// passTextCause is the cause of the text to forward: a corrected alert has another one.
func passTextCause(what storage.Passed, a storage.Alert) string {
	version := int64(a.Corrections)
	if what != storage.PassedAlert {
		version = a.ToldAt
	}
	return fmt.Sprintf("%s%s:%d", storage.PassTextCause(a.ID), what, version)
}

// givePassText gives a message that can be forwarded as it is, in private where the bot may write there, else in the
// group. It stands by itself; who has it already is led to it.
func (t *Turn) givePassText(what storage.Passed, a storage.Alert) error {
	chat, private, err := t.quietChat()
	if err != nil {
		return err
	}
	cause := passTextCause(what, a)
	before, err := t.Tx.DeliveryTo(chat.ID, cause)
	if err == nil {
		again := fmt.Sprintf("passabove:%d:%s:%d", a.ID, what, before.ID)
		if private { // each time; the group is told once
			again += ":" + t.nextCause()
		}
		return t.sayOnce(chat, messages.Paragraphs(messages.S("passing.above")), How{Cause: again, Priority: storage.Answer, Reply: before.ID})
	}
	if ignoreNotFound(err) != nil {
		return err
	}
	c, err := t.passText(what, a)
	if err != nil {
		return err
	}
	if err = t.sayOnce(chat, c, How{Cause: cause, Priority: storage.Answer}); err != nil {
		return err
	}
	if private {
		err = t.shareLink(chat, c, cause)
	}
	if err != nil || chat.ID == t.Chat.ID {
		return err
	}
	// one line in the group tells everybody where the text is
	return t.sayOnce(t.Chat, messages.Paragraphs(messages.S("passing.inprivate")), How{Cause: fmt.Sprintf("passwhere:%d:%s", a.ID, what), Priority: storage.Answer})
}

// passText is an alert or its outcome with the team, the date and how long it holds, and nothing to tap.
func (t *Turn) passText(what storage.Passed, a storage.Alert) (messages.Content, error) {
	area, err := t.Tx.Area(a.AreaID)
	if err != nil {
		return messages.Content{}, err
	}
	team, err := t.teamSay(area)
	if err != nil {
		return messages.Content{}, err
	}
	if what != storage.PassedAlert {
		c, err := t.toldContent(a)
		c.Text = append(c.Text, messages.S("passing.from", messages.V{"Team": team, "When": t.momentSay(a.ToldAt)}))
		return c, err
	}
	c := t.alertContent(a, area)
	c.Text = append(c.Text, messages.S("passing.fromuntil", messages.V{
		"Team": team, "When": t.momentSay(a.CreatedAt), "Until": t.momentSay(validUntil(a).UnixMilli()),
	}))
	return c, nil
}

// passTextParts is of how many messages a text to forward consists at most.
const passTextParts = 2

// takeBackTexts removes the texts to forward of an alert, and of what was told of it, where they still stand, and the photos
// with them; who was not reminded of it yet is not any more.
func (t *Turn) takeBackTexts(a storage.Alert) error {
	if _, err := t.Tx.CancelCause(passCause(storage.PassedAlert, a), t.Now); err != nil {
		return err
	}
	all, err := t.Tx.OutcomesOf(a.ID)
	if err != nil {
		return err
	}
	var causes []string
	last := a.Corrections
	for a.Corrections = 0; a.Corrections <= last; a.Corrections++ {
		causes = append(causes, passTextCause(storage.PassedAlert, a))
	}
	for _, o := range all {
		told := withOutcome(a, o)
		causes = append(causes, passTextCause(storage.PassedOutcome, told), passTextCause(storage.PassedNews, told))
	}
	for _, cause := range causes {
		for _, said := range []string{cause, shareCause(cause)} {
			if err := t.takeBackText(said); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Turn) takeBackText(cause string) error {
	variants, err := t.Tx.Variants(storage.WhereItWent(cause), t.e.Catalog.Fallback())
	if err != nil {
		return err
	}
	post := storage.Post{Cause: "passgone:" + cause, Priority: storage.Urgent, Now: t.Now, Action: messages.Withdraw}
	for v := range variants {
		for part := 1; part <= passTextParts; part++ {
			if _, err := t.Tx.FanOutPart(post, storage.WhatWasSent(cause, part), v, t.e.Catalog.Fallback(), part, 0); err != nil {
				return err
			}
		}
	}
	_, err = t.Tx.CancelCause(cause, t.Now)
	return err
}

// teamSay names the police team of an area.
func (t *Turn) teamSay(area storage.Area) (messages.Say, error) {
	teams, err := t.Tx.Teams()
	for _, team := range teams {
		if area.TeamID != nil && team.ID == *area.TeamID {
			return messages.S("passing.team", messages.V{"Team": team.Name}), err
		}
	}
	return messages.S("passing.police", messages.V{"Area": area.Full()}), err
}

// validUntil is until when an alert holds.
func validUntil(a storage.Alert) time.Time {
	return storage.At(a.CreatedAt).Add(kindNamed(a.Kind).life)
}
