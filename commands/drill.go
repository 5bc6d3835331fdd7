package commands

import (
	"fmt"
	"slices"
	"strings"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// drillSeenCommand is behind the button "seen" under a drill.
func drillSeenCommand() Command {
	return Command{Name: "drillseen", Words: true, Hidden: true, Run: func(t *Turn, args string) error {
		a, err := t.alertNumbered(args)
		if err != nil {
			return err
		}
		if err := t.seeDrill(a); err != nil {
			return err
		}
		chat, _, err := t.quietChat()
		if err != nil {
			return err
		}
		thanks := messages.Paragraphs(messages.S("drill.thanks", messages.V{"Number": uint(a.ID)})) //nolint:gosec // numbers of alerts are above 0
		return t.sayOnce(chat, thanks, How{Cause: fmt.Sprintf("drillseen:%d", a.ID), Priority: storage.Answer})
	}}
}

// seeDrill counts that a group that got a drill has seen it, for the drill's own figures: how many groups did, and how fast.
func (t *Turn) seeDrill(a storage.Alert) error {
	known, err := t.Tx.KnowsAlert(t.Chat.ID, a.ID)
	if err != nil || !known || !a.Drill || a.State != storage.AlertSent || t.Chat.Kind != messages.Group {
		return err
	}
	if err := t.Tx.SeeDrill(a.ID, t.Chat.ID, t.Now); err != nil {
		return err
	}
	return t.Tx.ResumeProgress(a.ID, t.Now.Add(progressEvery))
}

// drillAnswered takes an answer or a reaction in a group to a drill that says that it was seen. It comes before anybody finds
// out who speaks: only the group counts. "Seen" in answer to anything else is small talk.
func (t *Turn) drillAnswered() (done bool, err error) {
	said := t.In.Event == messages.Said
	if t.Chat.Kind != messages.Group || t.In.Tapped != "" || said && !t.e.seenWord(t.In.Text) {
		return false, nil
	}
	talk := said && t.e.replyKindOf(t.In.Text) != replyPassed
	_, number, err := t.aboutAlert()
	if err != nil || number == 0 {
		return talk, err
	}
	a, err := t.Tx.Alert(number)
	if err != nil || !a.Drill {
		return talk, ignoreNotFound(err)
	}
	return true, t.seeDrill(a)
}

// seenWord tells whether a whole answer says that something was seen, or passed on, which comes to the same for a drill.
func (e *Engine) seenWord(text string) bool {
	if strings.HasPrefix(strings.TrimSpace(text), "/") {
		return false
	}
	said := strings.Join(fieldsOf(text), " ")
	return slices.Contains(e.words.reply.seen, said) || slices.Contains(e.words.reply.passed, said)
}

// drillFigures are what is measured of a drill beside how many groups have it: in how many it was seen, and how fast.
func (t *Turn) drillFigures(a storage.Alert) ([]messages.Say, error) {
	took, err := t.Tx.DrillSeen(a.ID)
	if err != nil || len(took) == 0 {
		return nil, err
	}
	return []messages.Say{messages.S("drill.seen", messages.V{
		"Count": len(took), "First": messages.Ago(took[0]), "Half": messages.Ago(took[(len(took)-1)/2]), "Last": messages.Ago(took[len(took)-1]),
	})}, nil
}
