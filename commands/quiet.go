package commands

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

const quietOff = "off"

// quietForm is how people write hours: "22-7", "22:00 - 07:00", "van 22 tot 7 uur".
var quietForm = regexp.MustCompile(`\b([01]?\d|2[0-4])(?:[:.]00)?(?: ?(?:uur|u|h))?(?: ?- ?| tot | to | until )([01]?\d|2[0-4])(?:[:.]00)?\b`)

// quietCommand sets the hours in which a group hears only what is urgent.
func quietCommand() Command {
	return Command{Name: "quiet", Args: "[22-7 or off]", Words: true, GroupOnly: true, Run: func(t *Turn, args string) error {
		if t.Private() || !t.Chat.Linked() {
			return messages.Refuse("quiet.where")
		}
		if args == "" {
			return t.ReplyS(quietSay(t.Chat.Quiet), messages.S("quiet.how"))
		}
		may, err := t.speaksForGroup()
		if err != nil {
			return err
		}
		if !may {
			return messages.Refuse("quiet.notyou")
		}
		quiet, ok := t.e.parseQuiet(args)
		if !ok {
			return messages.Refuse("quiet.how")
		}
		if err := t.Tx.SetQuiet(t.Chat.ID, quiet); err != nil {
			return err
		}
		return t.ReplyS(quietSay(quiet))
	}}
}

// parseQuiet reads quiet hours as people type them.
func (e *Engine) parseQuiet(text string) (string, bool) {
	text = storage.Fold(text)
	if slices.Contains(e.inAll(messages.S("quiet.off.word")), text) {
		return quietOff, true
	}
	m := quietForm.FindStringSubmatch(text)
	if m == nil {
		return "", false
	}
	const day = 24
	from, _ := strconv.Atoi(m[1])
	until, _ := strconv.Atoi(m[2])
	from, until = from%day, until%day
	return fmt.Sprintf("%d-%d", from, until), from != until
}

func quietSay(quiet string) messages.Say {
	from, until, ok := quietOf(quiet)
	if !ok {
		return messages.S("quiet.none")
	}
	return messages.S("quiet.set", messages.V{"From": fmt.Sprintf("%02d:00", from), "Until": fmt.Sprintf("%02d:00", until)})
}

// quietOf are the hours of stored quiet hours; ok is false where there are none.
func quietOf(quiet string) (from, until int, ok bool) {
	n, err := fmt.Sscanf(quiet, "%d-%d", &from, &until)
	return from, until, err == nil && n == 2 && from != until
}

// quietEnd is the end of the quiet hours in which a moment falls, by the clock on the wall; the zero time: it falls in none.
func quietEnd(quiet string, now time.Time) time.Time {
	from, until, ok := quietOf(quiet)
	hour := now.Hour()
	over := from > until // past midnight
	if !ok || !over && (hour < from || hour >= until) || over && hour < from && hour >= until {
		return time.Time{}
	}
	end := time.Date(now.Year(), now.Month(), now.Day(), until, 0, 0, 0, now.Location())
	if over && hour >= from {
		end = time.Date(now.Year(), now.Month(), now.Day()+1, until, 0, 0, 0, now.Location())
	}
	return end
}

// asleep is until when chats are left in peace, by their quiet hours.
func (t *Turn) asleep() (map[string]time.Time, error) {
	all, err := t.Tx.QuietHours()
	if err != nil {
		return nil, err
	}
	now, out := t.Now.In(t.e.Settings.Zone), map[string]time.Time{}
	for _, quiet := range all {
		if end := quietEnd(quiet, now); !end.IsZero() {
			out[quiet] = end
		}
	}
	return out, nil
}

// postOf is what all deliveries of a message have in common; what is calm waits where it is night.
func (t *Turn) postOf(how How) (storage.Post, error) {
	post := how.post(t.Now)
	if !how.Calm {
		return post, nil
	}
	held, err := t.asleep()
	post.Held = held
	return post, err
}

// heldUntil is until when something calm waits in a chat, in UTC milliseconds; 0: it doesn't.
func (t *Turn) heldUntil(chat storage.Chat, how How) int64 {
	if !how.Calm || chat.Kind == messages.Direct {
		return 0
	}
	if end := quietEnd(chat.Quiet, t.Now.In(t.e.Settings.Zone)); !end.IsZero() {
		return end.UnixMilli()
	}
	return 0
}

// heldSay tells when what is calm goes to the groups where it is night.
func (t *Turn) heldSay(cause string) ([]messages.Say, error) {
	at, err := t.Tx.HeldOf(cause)
	if err != nil || at.IsZero() {
		return nil, err
	}
	return []messages.Say{messages.S("quiet.held", messages.V{"When": messages.Moment(at.In(t.e.Settings.Zone))})}, nil
}

// quietJob lets go out what waited for the end of the night of its chat.
func (e *Engine) quietJob() Job {
	return Job{
		Name: "quiet",
		Next: clockless((*storage.Tx).NextHeld),
		Run:  func(_ context.Context, tx *storage.Tx, now time.Time) error { return tx.ReleaseHeld(now) },
	}
}
