package commands

import (
	"fmt"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

const (
	// progressEvery is how often the message with an alert's progress changes at most.
	progressEvery = 3 * time.Second
	// progressRest is how long nothing is looked up after nothing had changed: some groups wait for the morning.
	progressRest = 15 * time.Second
	// undeliveredShown is how many groups are named that an alert did not reach.
	undeliveredShown = 5
)

// progressJob keeps the author's message about an alert up to date until the last group has it.
func (e *Engine) progressJob() Job {
	return eachDue(e, "progress", clockless((*storage.Tx).NextProgress), (*storage.Tx).ProgressBy, (*Turn).showProgress)
}

func (t *Turn) showProgress(p storage.Progress) error {
	a, err := t.Tx.Alert(p.AlertID)
	if err != nil {
		return err
	}
	states, err := t.Tx.Delivered(a.Cause())
	if err != nil {
		return err
	}
	sent, failed := states[storage.SentState], states[storage.Failed]+states[storage.Expired]
	held := states[storage.Held]
	waiting := states[storage.Queued] + states[storage.Sending] + held
	reach, err := t.Tx.ReachOf(a.ID, storage.PassedAlert)
	if err != nil {
		return err
	}
	figures, err := t.drillFigures(a)
	if err != nil {
		return err
	}
	shown := fmt.Sprintf("%d/%d/%d/%d/%d", sent, waiting, failed, reach, held)
	if len(figures) > 0 {
		shown += fmt.Sprint("/", figures[0].Values["Count"])
	}
	if shown == p.Shown {
		if waiting == 0 {
			return t.Tx.EndProgress(p)
		}
		p.NextAt = t.Now.Add(progressRest).UnixMilli()
		return t.Tx.ShowProgress(p)
	}
	wait, late, err := t.holdProgress(&p, waiting)
	if err != nil || wait {
		return err
	}
	c, err := t.progressContent(a, sent, waiting, failed)
	c.Text = append(c.Text, figures...)
	if reach > 0 {
		c.Text = append(c.Text, reachSay(reach))
	}
	if err != nil {
		return err
	}
	if late { // below what came since, a number that is typed would mean these choices
		c.Options = nil
	}
	p.Shown, p.Edits, p.NextAt = shown, p.Edits+1, t.Now.Add(progressEvery).UnixMilli()
	if err := t.rewrite(p.DeliveryID, c, fmt.Sprintf("progress:%d:%d", a.ID, p.Edits)); err != nil {
		return err
	}
	if waiting == 0 {
		return t.Tx.EndProgress(p)
	}
	if waiting == held { // nothing changes until the morning
		morning, err := t.Tx.HeldOf(a.Cause())
		if err != nil {
			return err
		}
		p.NextAt = morning.Add(progressEvery).UnixMilli()
	}
	return t.Tx.ShowProgress(p)
}

// holdProgress leaves the message with the progress as it is for now, or for good. The change before this one may still wait
// behind the alert itself; and where the network takes no change any more, each would be a message of its own: then only
// the end is told.
func (t *Turn) holdProgress(p *storage.Progress, waiting int) (wait, late bool, err error) {
	before, err := t.Tx.Delivered(fmt.Sprintf("progress:%d:%d", p.AlertID, p.Edits))
	if err != nil {
		return false, false, err
	}
	p.NextAt = t.Now.Add(progressEvery).UnixMilli()
	if before[storage.Queued]+before[storage.Sending] > 0 {
		return true, false, t.Tx.ShowProgress(*p)
	}
	if late, err = t.tooLateToChange(p.DeliveryID); err != nil || !late {
		return false, false, err
	}
	if waiting > 0 {
		p.NextAt = t.Now.Add(progressRest).UnixMilli()
		return true, true, t.Tx.ShowProgress(*p)
	}
	var sent, waited int
	if n, _ := fmt.Sscanf(p.Shown, "%d/%d/", &sent, &waited); n == 2 && waited == 0 { // it showed the end
		return true, true, t.Tx.EndProgress(*p)
	}
	return false, true, nil
}

// tooLateToChange tells whether the network takes no change of a message any more.
func (t *Turn) tooLateToChange(delivery int64) (bool, error) {
	d, err := t.Tx.Delivery(delivery)
	if err != nil {
		return false, ignoreNotFound(err)
	}
	chat, err := t.Tx.Chat(d.ChatID)
	if err != nil {
		return false, err
	}
	window := t.e.Limits(chat.Platform).EditWindow
	return window > 0 && t.Now.Sub(storage.At(d.CreatedAt)) >= window, nil
}

func (t *Turn) progressContent(a storage.Alert, sent, waiting, failed int) (messages.Content, error) {
	values := messages.V{"Number": uint(a.ID), "Sent": sent, "All": sent + waiting + failed}
	c := messages.Paragraphs(messages.S("progress.under", values))
	switch {
	case a.Drill && waiting == 0:
		c.Text[0] = messages.S("progress.done.drill", values)
	case a.Drill:
		c.Text[0] = messages.S("progress.under.drill", values)
	case waiting == 0:
		c.Text[0] = messages.S("progress.done", values)
	}
	held, err := t.heldSay(a.Cause())
	if err != nil {
		return c, err
	}
	c.Text = append(c.Text, held...)
	if failed > 0 {
		missed, err := t.Tx.UndeliveredTo(a.Cause(), undeliveredShown)
		if err != nil {
			return c, err
		}
		lines := messages.Lines{messages.S("progress.failed", messages.V{"Count": failed})}
		for _, m := range missed {
			lines = append(lines, messages.S("progress.group", messages.V{"Group": m.Title, "Why": failureSay(m.Error)}))
		}
		c.Text = append(c.Text, messages.S("alert.facts", messages.V{"Facts": lines}))
	}
	if a.Open() {
		say, err := t.followUpSay(a, storage.At(a.RemindAt))
		if err != nil {
			return c, err
		}
		c.Text = append(c.Text, say)
		c = c.With(messages.Option{Label: messages.S("remind.feedback"), Data: feedbackData(a)})
	}
	return c, nil
}

// failureSay is why something did not arrive, in words.
func failureSay(code string) messages.Say {
	switch code {
	case "gone", "403":
		return messages.S("failure.gone")
	case storage.NoRights, "topic_closed":
		return messages.S("failure.rights")
	case "expired":
		return messages.S("failure.late")
	}
	return messages.S("failure.other")
}

// rewrite edits a message that the bot sent to a person in private.
func (t *Turn) rewrite(delivery int64, c messages.Content, cause string) error {
	d, err := t.Tx.Delivery(delivery)
	if err != nil {
		return ignoreNotFound(err)
	}
	chat, err := t.Tx.Chat(d.ChatID)
	if err != nil {
		return err
	}
	lang, err := t.e.chatLanguage(t.Tx, chat)
	if err != nil {
		return err
	}
	return t.send(chat, lang, c, cause, storage.Delivery{Action: messages.Edit, ReplyTo: &d.ID, Priority: storage.Reminder}, false)
}
