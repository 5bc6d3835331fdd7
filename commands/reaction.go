package commands

import (
	"errors"
	"slices"
	"strings"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// passingEmoji are the reactions that say "I passed this on", without the colours of skin and the marks of style that
// networks add: a thumb, the checks, the megaphones.
func passingEmoji() []string { return []string{"👍", "✅", "✔", "☑", "📣", "📢"} }

// passingReaction tells whether a reaction can mean that something was passed on. One that is taken away means nothing:
// of who passed something on nothing is kept, so there is nothing to undo.
func passingReaction(in messages.Inbound) bool {
	return in.Kind == messages.Group && in.ReplyTo != "" && slices.Contains(passingEmoji(), plainEmoji(in.Reaction))
}

// plainEmoji is an emoji without a colour of skin (U+1F3FB to U+1F3FF) and without the mark that asks for a picture of it
// (U+FE0F): https://www.unicode.org/reports/tr51/
func plainEmoji(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x1F3FB && r <= 0x1F3FF || r == 0xFE0F {
			return -1
		}
		return r
	}, s)
}

// reacted takes a reaction in a group. On an alert, its outcome or the question whether it was passed on it is what the
// button "passed on" is; any other leaves no trace, and nothing answers it.
func (t *Turn) reacted() error {
	what, number, err := t.reactedTo()
	if err != nil || number == 0 {
		return err
	}
	t.In.Thread = t.Chat.Thread // the network doesn't tell it: where the alert stands
	if err := t.meet(); err != nil {
		return err
	}
	err = t.command(t.e.byName["passedon"], string(what)+" "+idValue(number))
	var refused *messages.UserError
	if errors.As(err, &refused) { // a drill, or an alert that was withdrawn: nobody asked anything
		return nil
	}
	return err
}

// reactedTo is the alert, and what of it, under which a reaction stands; 0: it stands elsewhere.
func (t *Turn) reactedTo() (storage.Passed, int64, error) {
	d, err := t.Tx.DeliveryOf(t.Chat.ID, t.In.ReplyTo)
	if err != nil {
		return "", 0, ignoreNotFound(err)
	}
	kind, _, _ := strings.Cut(d.Cause, ":")
	if !slices.Contains([]string{"alert", "feedback", "correct", "pass"}, kind) {
		return "", 0, nil
	}
	return t.aboutAlert()
}
