package commands

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// When officers are reminded (domain.md, "Feedback"): one digest a day, and nobody is woken up.
const (
	digestHour = 9
	nightFrom  = 22
	nightUntil = 7
	// laterBy is how long the button "later" puts a reminder off.
	laterBy = 4 * time.Hour
)

// trial tells whether a time is so short that somebody is trying the bot out: then reminders come at night too.
func trial(d time.Duration) bool { return d > 0 && d < time.Hour }

// awake is the moment, or the end of the night in which it falls.
func awake(at time.Time) time.Time {
	switch {
	case at.Hour() >= nightFrom:
		return time.Date(at.Year(), at.Month(), at.Day()+1, nightUntil, 0, 0, 0, at.Location())
	case at.Hour() < nightUntil:
		return time.Date(at.Year(), at.Month(), at.Day(), nightUntil, 0, 0, 0, at.Location())
	}
	return at
}

// digest is the first moment of the day's digest at or after a moment.
func digest(at time.Time) time.Time { return daily(digestHour, at) }

// daily is the first moment at or after another at which it is that hour.
func daily(hour int, at time.Time) time.Time {
	d := time.Date(at.Year(), at.Month(), at.Day(), hour, 0, 0, 0, at.Location())
	if d.Before(at) {
		d = time.Date(at.Year(), at.Month(), at.Day()+1, hour, 0, 0, 0, at.Location())
	}
	return d
}

// alone tells whether a kind is reminded of by itself, as soon as it is due.
func (e *Engine) alone(k alertKind) bool { return k.alone || e.Settings.RemindAfter > 0 }

// atOnce is the moment itself where somebody is trying the bot out with this duration, else the moment or the end of the night.
func atOnce(at time.Time, d time.Duration) time.Time {
	if trial(d) {
		return at
	}
	return awake(at)
}

// followUpTimes are when the outcome of an alert sent at a moment is due, first reminded of, and escalated.
func (e *Engine) followUpTimes(k alertKind, sent time.Time) (due, remind, escalate time.Time) {
	after := k.due
	if e.Settings.RemindAfter > 0 {
		after = e.Settings.RemindAfter
	}
	due = sent.Add(after)
	remind = atOnce(due, e.Settings.RemindAfter)
	if !e.alone(k) {
		remind = digest(due)
	}
	return due, remind, atOnce(due.Add(e.Settings.EscalateAfter), e.Settings.EscalateAfter)
}

// again is when a follow-up is reminded of once more.
func (e *Engine) again(k alertKind, now time.Time) time.Time {
	next := now.Add(e.Settings.RemindEvery)
	if e.alone(k) {
		return atOnce(next, e.Settings.RemindEvery)
	}
	const slack = time.Hour // a digest that came a little late doesn't push the next one to another day
	return digest(later(next.Add(-slack), now.Add(time.Second)))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// openFor lists the open follow-ups of the person's areas, and those that colleagues handed over or that the person
// stands in for, the newest first.
func (t *Turn) openFor(a Action) ([]storage.Alert, error) {
	ids, err := t.AreaIDs(a)
	if err != nil {
		return nil, err
	}
	tellers, err := t.tellers()
	if err != nil {
		return nil, err
	}
	open, err := t.Tx.OpenAlerts(ids, tellers)
	if err != nil {
		return nil, err
	}
	var out []storage.Alert
	for _, one := range open {
		may := slices.Contains(ids, one.AreaID)
		if !may {
			if may, err = t.mayTell(a, one); err != nil {
				return nil, err
			}
		}
		if may {
			out = append(out, one)
		}
	}
	return out, nil
}

// titled is an alert with its title, as lists show it.
type titled struct {
	storage.Alert
	title messages.Say
}

// titles looks up the titles of alerts.
func (t *Turn) titles(alerts []storage.Alert) ([]titled, error) {
	ids := make([]int64, len(alerts))
	for i, a := range alerts {
		ids[i] = a.AreaID
	}
	areas, err := t.Tx.AreasByID(ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[int64]storage.Area, len(areas))
	for _, a := range areas {
		byID[a.ID] = a
	}
	out := make([]titled, len(alerts))
	for i, a := range alerts {
		out[i] = titled{a, alertTitle(a, byID[a.AreaID])}
	}
	return out, nil
}

// titleOf is the title of one alert.
func (t *Turn) titleOf(a storage.Alert) (messages.Say, error) {
	all, err := t.titles([]storage.Alert{a})
	if err != nil {
		return messages.Say{}, err
	}
	return all[0].title, nil
}

// quoteLength is how much of an alert is quoted to say which one is meant, in characters.
const quoteLength = 80

// quote is the beginning of what an alert says.
func quote(a storage.Alert) string {
	text := strings.Join(strings.Fields(a.What), " ")
	if r := []rune(text); len(r) > quoteLength {
		return strings.TrimSpace(string(r[:quoteLength])) + "…"
	}
	return text
}

// line is an alert in a list: number, title, how long ago, and how it begins.
func (t *Turn) line(a titled) messages.Say { return lineAt(a, t.Now) }

// lineAt is line for who reads it at a moment.
func lineAt(a titled, at time.Time) messages.Say {
	return messages.S("followup.line", messages.V{
		"Number": uint(a.ID), "Title": a.title, "Ago": messages.Ago(at.Sub(storage.At(a.CreatedAt))), "Quote": quote(a.Alert),
	})
}

// cutWord takes a word off the beginning of a text, whatever its case.
func cutWord(text, word string) (rest string, ok bool) {
	first, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	if !strings.EqualFold(first, word) {
		return text, false
	}
	return strings.TrimSpace(rest), true
}

// feedbackData is the button that tells how an alert ended.
func feedbackData(a storage.Alert) string { return "/feedback " + idValue(a.ID) }

// alertOfCause is the number of the alert that a message of the bot's is about; 0: none.
func alertOfCause(cause string) int64 {
	kind, rest, _ := strings.Cut(cause, ":")
	if !slices.Contains([]string{"alert", "feedback", "remind", "escalate", "ask", "handover", "correct", "withdraw", "interim", "reopen", "approve", "pass", "passed", "passtext", "passabove", "passwhere", "call"}, kind) {
		return 0
	}
	number, _, _ := strings.Cut(rest, ":")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// alertRepliedTo is the number of the alert about which the message is that this turn answers; 0: none.
func (t *Turn) alertRepliedTo() (int64, error) {
	if t.In.ReplyTo == "" {
		return 0, nil
	}
	d, err := t.Tx.DeliveryOf(t.Chat.ID, t.In.ReplyTo)
	if err != nil {
		return 0, ignoreNotFound(err)
	}
	return alertOfCause(d.Cause), nil
}

// putOffCommand is behind a button of a reminder: "still open" or "later".
func putOffCommand(name, said string, next func(e *Engine, k alertKind, now time.Time) time.Time) Command {
	return Command{Name: name, Action: GiveFeedback, Words: true, Hidden: true, Run: func(t *Turn, args string) error {
		a, err := t.alertNumbered(args)
		if err != nil {
			return err
		}
		if may, err := t.mayTell(GiveFeedback, a); err != nil || !may {
			if err != nil {
				return err
			}
			return messages.Refuse("feedback.notyours", messages.V{"Number": uint(a.ID)})
		}
		remind, open, err := t.putOff(a, next(t.e, kindNamed(a.Kind), t.Now))
		if err != nil {
			return err
		}
		if !open {
			return messages.Refuse("feedback.closed", messages.V{"Number": uint(a.ID), "Outcome": outcomeSay(a)})
		}
		t.KeepButtons()
		c := messages.Paragraphs(messages.S(said, messages.V{"Number": uint(a.ID), "When": messages.Moment(remind)}))
		return t.Reply(c.With(untilOption(a)))
	}}
}

func stillOpenCommand() Command {
	return putOffCommand("stillopen", "remind.stillopen.done", (*Engine).again)
}

func laterCommand() Command {
	return putOffCommand("later", "remind.later.done", func(e *Engine, _ alertKind, now time.Time) time.Time {
		return awake(now.Add(laterBy))
	})
}

// alertNumbered finds the alert of a typed number: "12", "#12", "melding 12".
func (t *Turn) alertNumbered(typed string) (storage.Alert, error) {
	n, ok := wholeNumber(typed)
	if !ok {
		return storage.Alert{}, messages.Refuse("feedback.number")
	}
	a, err := t.Tx.Alert(int64(n))
	if err != nil && ignoreNotFound(err) == nil {
		return a, messages.Refuse("feedback.unknown", messages.V{"Number": uint(n)})
	}
	return a, err
}
