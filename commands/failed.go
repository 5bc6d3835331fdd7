package commands

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// failuresTold is how many groups are named one by one; more make one message.
const failuresTold = 3

// Failed tells the author of a delivery that it will not reach its chat, or that a part of it will not: which group, and what
// it was. Each chat is told of once; of a file its reader. Of an alert whose follow-up is open it tells who is responsible
// now. Where the bot may not write in an admin group, the officers there hear what to do about it.
func (e *Engine) Failed(ctx context.Context, tx *storage.Tx, d storage.Delivery, now time.Time) error {
	t := e.turn(ctx, tx, now)
	if d.Error == storage.NoRights {
		if err := t.tellMuted(d.ChatID); err != nil {
			return err
		}
	}
	if d.PersonID == nil {
		return nil
	}
	states, err := tx.Delivered(d.Cause)
	if err != nil {
		return err
	}
	chat, err := tx.Chat(d.ChatID)
	if err != nil {
		return err
	}
	if chat.Kind == messages.Direct { // a file that was asked for: what else is somebody's goes to groups and channels
		how := How{Cause: "failed:" + d.Cause, Priority: storage.Answer}
		_, err := t.Tell(*d.PersonID, messages.Paragraphs(messages.S("failed.file")), how)
		return err
	}
	what, people := messages.S("failed.message"), []int64{*d.PersonID}
	if n := alertOfCause(d.Cause); n != 0 {
		kind, _, _ := strings.Cut(d.Cause, ":")
		what = messages.S("failed.alert", messages.V{"Number": uint(n)}) //nolint:gosec // numbers of alerts are above 0
		switch kind {
		case "feedback":
			what = messages.S("failed.feedback", messages.V{"Number": uint(n)}) //nolint:gosec // numbers of alerts are above 0
		case "interim", "reopen":
			what = messages.S("failed.told", messages.V{"Number": uint(n)}) //nolint:gosec // numbers of alerts are above 0
		}
	}
	if d.Cause == storage.AlertCause(alertOfCause(d.Cause)) {
		if people, err = t.concerned(alertOfCause(d.Cause), *d.PersonID); err != nil {
			return err
		}
	}
	if strings.HasPrefix(d.Cause, "weekly:") {
		what = messages.S("failed.weekly")
	}
	say, cause := messages.S("failed.group", messages.V{"What": what, "Group": chat.Title}), fmt.Sprintf("failed:%s:%d", d.Cause, d.ChatID)
	if d.Part > 1 {
		say = messages.S("failed.part", messages.V{"What": what, "Group": chat.Title})
	}
	if states[storage.Failed]+states[storage.Expired] > failuresTold {
		say, cause = messages.S("failed.more", messages.V{"What": what}), "failed:"+d.Cause
	}
	for _, p := range people {
		if _, err := t.Tell(p, messages.Paragraphs(say), How{Cause: cause, Priority: storage.Answer}); err != nil {
			return err
		}
	}
	return nil
}

// concerned are those who hear of an alert that did not arrive: its author, or who was asked to go on with it.
func (t *Turn) concerned(number, author int64) ([]int64, error) {
	a, err := t.Tx.Alert(number)
	if err != nil || !a.Open() {
		return []int64{author}, ignoreNotFound(err)
	}
	return t.responsible(a)
}

// tellMuted tells the officers of an admin group, once a day, that the bot may not write there.
func (t *Turn) tellMuted(chat int64) error {
	c, err := t.Tx.Chat(chat)
	if err != nil || !c.Linked() {
		return err
	}
	officers, err := t.Tx.Holders(*c.AreaID, rolesFor(LinkChat)...)
	if err != nil {
		return err
	}
	say := messages.Paragraphs(messages.S("failed.muted", messages.V{"Group": c.Title}), messages.S("failed.unmute"))
	how := How{Cause: fmt.Sprintf("muted:%d:%s", chat, t.Now.Format(time.DateOnly)), Priority: storage.Answer}
	for _, person := range officers {
		if _, err := t.Tell(person, say, how); err != nil {
			return err
		}
	}
	return nil
}
