package commands

import (
	"fmt"
	"slices"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// reopen opens an alert again whose outcome was told: its follow-up begins anew, and the chats that heard the outcome hear,
// as a reply to the alert, that it isn't over.
func (t *Turn) reopen(s *form.State) error {
	a, err := t.endedAlert(s.Number("alert"))
	if err != nil {
		return err
	}
	o, err := t.toTell(a, s)
	if err != nil {
		return err
	}
	if err := t.cancelTold(a.ID, storage.Ended, storage.Corrected); err != nil {
		return err
	}
	teller, err := t.teller(a)
	if err != nil {
		return err
	}
	due, remind, escalate, err := t.plannedTimes(a)
	if err != nil {
		return err
	}
	if _, err := t.Tx.Reopen(a.ID, due, remind, escalate); err != nil {
		return err
	}
	a.Reopened++
	n, held, err := t.tellWhereItWent(&a, o)
	if err != nil {
		return err
	}
	people, err := t.responsible(a)
	if err != nil {
		return err
	}
	told := messages.S("reopen.told", messages.V{"Number": uint(a.ID), "Quote": quote(a), "When": messages.Moment(remind)}) //nolint:gosec // numbers of alerts are above 0
	if err := t.tellColleagues(append(people, teller...), told, o.Cause+":told"); err != nil {
		return err
	}
	said := append([]messages.Say{messages.S("reopen.done", messages.V{"Number": uint(a.ID), "Count": n})}, held...)
	if n == 0 {
		said = []messages.Say{messages.S("reopen.unheard", messages.V{"Number": uint(a.ID)})} //nolint:gosec // numbers of alerts are above 0
	}
	said = append(said, messages.S("reopen.again", messages.V{"When": messages.Moment(remind)}))
	return t.Reply(messages.Paragraphs(said...).With(untilOption(a)))
}

// correctOutcome tells another outcome than before, everywhere: the message with the wrong one is edited, or answered
// where the network doesn't allow that any more.
func (t *Turn) correctOutcome(s *form.State) error {
	a, err := t.endedAlert(s.Number("alert"))
	if err != nil {
		return err
	}
	o, err := t.toTell(a, s)
	if err != nil {
		return err
	}
	if o.Template == a.Template && o.Text == a.Outcome {
		return messages.Refuse("feedback.same")
	}
	teller, err := t.teller(a)
	if err != nil {
		return err
	}
	texts, err := t.Tx.SentOf(passTextCause(storage.PassedOutcome, a))
	if err != nil {
		return err
	}
	if o, err = t.Tx.AddOutcome(o); err != nil {
		return err
	}
	before, after := a, withOutcome(a, o)
	if err := t.changeOutcome(before, after, o); err != nil {
		return err
	}
	forward, err := t.passText(storage.PassedOutcome, after)
	if err != nil {
		return err
	}
	for _, d := range texts { // those who took it along to pass on have it in private
		if err := t.rewrite(d.ID, forward, "passfix:"+o.Cause); err != nil {
			return err
		}
	}
	if err := t.tellKeptOutcome(after, o); err != nil {
		return err
	}
	told := messages.S("feedback.corrected.told", messages.V{"Number": uint(a.ID), "Outcome": outcomeSay(after)}) //nolint:gosec // numbers of alerts are above 0
	if err := t.tellColleagues(teller, told, o.Cause+":told"); err != nil {
		return err
	}
	return t.ReplyS(messages.S("feedback.corrected.done", messages.V{"Number": uint(a.ID)}))
}

// changeOutcome gives the latest outcome another text where it stands, and says so in the groups that passed it on.
func (t *Turn) changeOutcome(before, after storage.Alert, o storage.AlertOutcome) error {
	all, err := t.Tx.OutcomesOf(after.ID)
	if err != nil {
		return err
	}
	slices.Reverse(all)
	var stands []storage.AlertOutcome // the latest first, up to the outcome of this round
	for _, e := range all {
		if e.Kind.Ends() && e.ID != o.ID {
			stands = append(stands, e)
		}
		if e.Kind == storage.Ended {
			break
		}
	}
	if len(stands) == 0 {
		return nil
	}
	edited, err := t.toldContent(after)
	if err != nil {
		return err
	}
	said := edited
	said.Text = append(slices.Clone(edited.Text), messages.S("feedback.before", messages.V{"Before": outcomeSay(before)}))
	edited, said = passable(edited, storage.PassedOutcome, after), passable(said, storage.PassedOutcome, after)
	how := How{Cause: o.Cause, Priority: storage.Feedback, Author: t.Person.ID, Calm: !after.Urgent}
	done := map[storage.Variant]bool{}
	for _, e := range stands {
		if err := t.changeEach(e.Cause, storage.At(e.CreatedAt), edited, said, how, done); err != nil {
			return err
		}
	}
	notice := passable(messages.Paragraphs(messages.S("passing.corrected", messages.V{"Number": uint(after.ID)})), storage.PassedOutcome, after) //nolint:gosec // numbers of alerts are above 0
	how.Cause, how.Author = fmt.Sprintf("pass:%d:%s:%d", after.ID, storage.PassedOutcome, o.ID), 0
	for _, e := range stands { // the same cause: a chat hears it once, under the latest
		if _, err := t.TellAll(storage.PassedOnIn(after.ID, storage.PassedOutcome, e.Cause, o.Cause), notice, how); err != nil {
			return err
		}
	}
	return nil
}

// teller is who told the latest outcome; nobody where that person was erased.
func (t *Turn) teller(a storage.Alert) ([]int64, error) {
	all, err := t.Tx.OutcomesOf(a.ID)
	for _, o := range slices.Backward(all) {
		if o.Kind.Ends() && o.PersonID != nil {
			return []int64{*o.PersonID}, err
		}
	}
	return nil, err
}

// tellColleagues tells something to people other than the one who did it, once each.
func (t *Turn) tellColleagues(people []int64, s messages.Say, cause string) error {
	for _, p := range people {
		if p == t.Person.ID {
			continue
		}
		if _, err := t.Tell(p, messages.Paragraphs(s), How{Cause: cause, Priority: storage.Answer}); err != nil {
			return err
		}
	}
	return nil
}
