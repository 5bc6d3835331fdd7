package commands

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// period is from when until when somebody is away; without a beginning it is from now on.
type period struct{ from, until time.Time }

func (p period) String() string {
	if p.from.IsZero() {
		return p.until.Format(time.RFC3339)
	}
	return p.from.Format(time.RFC3339) + " " + p.until.Format(time.RFC3339)
}

func (t *Turn) periodOf(value string) (p period, err error) {
	words := strings.Fields(value)
	for i, into := range []*time.Time{&p.until, &p.from}[:min(len(words), 2)] {
		at, err := time.Parse(time.RFC3339, words[len(words)-1-i])
		if err != nil {
			return p, fmt.Errorf("read when somebody is away: %w", err)
		}
		*into = at.In(t.e.Settings.Zone)
	}
	return p, nil
}

// cutUntil parts a text at its "until", in any language; without one all of it is behind.
func (e *Engine) cutUntil(text string) (before, after string, found bool) {
	padded := " " + storage.Fold(text) + " "
	for _, phrase := range append(slices.Clone(e.words.awayThrough), e.words.awayUntil...) {
		if before, after, found = strings.Cut(padded, " "+phrase+" "); found {
			return strings.TrimSpace(before), strings.TrimSpace(after), true
		}
	}
	return "", strings.TrimSpace(padded), false
}

// parseAway reads "tot 12-6", "12-6 14:00", "t/m vrijdag", "from 1-7 until 12-7". Until a day is until its beginning.
func (e *Engine) parseAway(text string, now time.Time) (p period, ok bool) {
	before, after, _ := e.cutUntil(text)
	if day, named := e.parseDay(before, now); named {
		p.from = midnight(day, 0)
		now = later(now, p.from)
	}
	p.until, ok = e.parseMoment(after, now, 0)
	padded := " " + storage.Fold(text) + " "
	switch {
	case slices.ContainsFunc(e.words.awayThrough, func(w string) bool { return strings.Contains(padded, " "+w+" ") }):
		p.until = midnight(p.until, 1)
	case !clockForm.MatchString(dayForm.ReplaceAllString(after, " ")) && p.until.Sub(now) >= 24*time.Hour: // "over 2 weken"
		p.until = midnight(p.until, 0)
	}
	return p, ok
}

// midnight is the beginning of the day of a moment, or of one some days later.
func midnight(at time.Time, days int) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day()+days, 0, 0, 0, 0, at.Location())
}

// longestAway is how far ahead somebody can be away. A date without a year that was over lately is next year's: that is
// farther.
const longestAway = 183 * 24 * time.Hour

func checkAway(t *Turn, _ *form.State, a form.Answer) (string, error) {
	p, ok := t.e.parseAway(a.Text, t.Now)
	switch {
	case !ok:
		return "", messages.Refuse("away.how", t.exampleDate())
	case !p.until.After(t.Now) || !p.from.IsZero() && !p.until.After(p.from):
		return "", messages.Refuse("away.over")
	case p.until.Sub(t.Now) > longestAway:
		return "", messages.Refuse("away.far")
	}
	return p.String(), nil
}

func showAway(t *Turn, _ *form.State, value string) (messages.Say, error) {
	p, err := t.periodOf(value)
	return t.periodSay(p), err
}

// periodSay is when somebody is away: "tot dinsdag 12 juni".
func (t *Turn) periodSay(p period) messages.Say {
	if p.from.After(t.Now) {
		return messages.S("away.between", messages.V{"From": dayOrMoment(p.from), "Day": dayOrMoment(p.until)})
	}
	return messages.S("away.until", messages.V{"Day": dayOrMoment(p.until)})
}

// dayOrMoment is a day where it is about the whole of it, else a moment.
func dayOrMoment(at time.Time) messages.Local {
	if at.Equal(midnight(at, 0)) {
		return messages.Date(at)
	}
	return messages.Moment(at)
}

func (t *Turn) absenceSay(a storage.Absence) messages.Say {
	zone := t.e.Settings.Zone
	return t.periodSay(period{storage.At(a.FromAt).In(zone), storage.At(a.UntilAt).In(zone)})
}
