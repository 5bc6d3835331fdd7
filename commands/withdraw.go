package commands

import (
	"fmt"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// withdrawCommand takes an alert back in every place that it reached: the author may, and who leads the team.
func withdrawCommand() Command {
	return Command{Name: "withdraw", Args: "NUMBER", May: mayWithdraw, Who: "officers their own; operational coordinator and portfolio holder all", Words: true, PrivateOnly: true, Run: func(t *Turn, args string) error {
		sure, args := t.confirmed(args)
		args, kept := cutWord(args, "no")
		a, err := t.sentAlert(args)
		if err != nil {
			return err
		}
		if err := t.mine(a); err != nil {
			return err
		}
		number := idValue(a.ID)
		if kept {
			return t.ReplyS(messages.S("withdraw.kept", messages.V{"Number": uint(a.ID)}))
		}
		if !sure {
			return t.Reply(messages.Paragraphs(messages.S("withdraw.sure", messages.V{"Number": uint(a.ID), "Quote": quote(a)})).With(
				messages.Option{Number: 1, Label: messages.S("withdraw.yes"), Data: "/withdraw yes " + number},
				messages.Option{Number: 2, Label: messages.S("withdraw.no"), Data: "/withdraw no " + number},
			))
		}
		return t.withdraw(a)
	}}
}

func mayWithdraw(t *Turn) (bool, error) {
	if may, err := t.May(SendAlert); err != nil || may {
		return may, err
	}
	return t.May(WithdrawAlert)
}

// confirmed tells whether the words begin with "yes", which the button does, and gives the rest.
func (t *Turn) confirmed(args string) (bool, string) {
	if rest, ok := cutWord(args, "yes"); ok {
		return true, rest
	}
	return false, args
}

// withdraw removes the alert with its photo, or crosses it out, and closes its follow-up.
func (t *Turn) withdraw(a storage.Alert) error {
	mine, err := t.Tx.MoveAlert(a.ID, storage.AlertSent, storage.AlertWithdrawn)
	if err != nil {
		return err
	}
	if !mine {
		return messages.Refuse("withdraw.gone", messages.V{"Number": uint(a.ID)})
	}
	a.State, a.WithdrawnAt = storage.AlertWithdrawn, t.Now.UnixMilli()
	if err := t.Tx.SaveAlert(a); err != nil {
		return err
	}
	if _, err := t.Tx.CloseFollowUp(a.ID, t.Now); err != nil {
		return err
	}
	title, err := t.titleOf(a)
	if err != nil {
		return err
	}
	c := t.marked(a, t.withCall(messages.Paragraphs(messages.S("withdraw.group", messages.V{"Title": title, "Number": uint(a.ID)}))))
	how := How{Cause: fmt.Sprintf("withdraw:%d", a.ID), Priority: storage.Urgent, Author: t.Person.ID}
	sent := storage.At(a.CreatedAt)
	if a.Photo != "" && t.Now.Sub(sent) < deletable { // an edit would leave the photo standing
		if _, err := t.TellAll(storage.WhatWasSent(a.Cause(), 1), c, How{Cause: how.Cause + ":said", Priority: how.Priority, Author: how.Author}); err != nil {
			return err
		}
		err = t.takeBack(a.Cause(), how)
	} else {
		err = t.changeAll(a.Cause(), sent, c, how)
	}
	if err != nil {
		return err
	}
	if _, err := t.Tx.CancelCause(a.Cause(), t.Now); err != nil {
		return err
	}
	if err := t.takeBackTold(a, c, how); err != nil {
		return err
	}
	if err := t.takeBackTexts(a); err != nil {
		return err
	}
	if a.PersonID != nil && *a.PersonID != t.Person.ID {
		told := messages.Paragraphs(messages.S("withdraw.told", messages.V{"Number": uint(a.ID), "Quote": quote(a)}))
		if _, err := t.Tell(*a.PersonID, told, How{Cause: how.Cause + ":author", Priority: storage.Answer}); err != nil {
			return err
		}
	}
	return t.ReplyS(messages.S("withdraw.done", messages.V{"Number": uint(a.ID)}))
}

// takeBackTold removes what was told of an alert beside it: how things stood, and how it ended; what is too old for that is
// crossed out.
func (t *Turn) takeBackTold(a storage.Alert, c messages.Content, how How) error {
	all, err := t.Tx.OutcomesOf(a.ID)
	if err != nil {
		return err
	}
	for _, o := range all {
		how.Cause = fmt.Sprintf("withdraw:%d:told:%d", a.ID, o.ID)
		sent := storage.At(o.CreatedAt)
		if t.Now.Sub(sent) < deletable {
			err = t.takeBack(o.Cause, how)
		} else {
			err = t.changeAll(o.Cause, sent, c, how)
		}
		if err != nil {
			return err
		}
		if _, err := t.Tx.CancelCause(o.Cause, t.Now); err != nil {
			return err
		}
	}
	return nil
}
