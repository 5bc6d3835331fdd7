package commands

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// farthestAhead is how far ahead something can be planned.
const farthestAhead = 60 * 24 * time.Hour

var (
	clockForm = regexp.MustCompile(`\b([01]?\d|2[0-3])(?:[:.]([0-5]\d)| ?(?:u|uur|h|o'clock)\b)`)
	dayForm   = regexp.MustCompile(`\b(0?[1-9]|[12]\d|3[01])[-/](0?[1-9]|1[0-2])\b`)
	monthForm = regexp.MustCompile(`\b(0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|e)? ([a-z]{3,9})\b`)
	monthDay  = regexp.MustCompile(`\b([a-z]{3,9}) (0?[1-9]|[12]\d|3[01])\b`)
	aheadForm = regexp.MustCompile(`\b(\d{1,3}) ?(min|uur|u\b|hour|dag|day|week|weken)`)
)

// parseMoment reads a moment as people type it: "18:30", "morgen 9.00", "vrijdag 8 uur", "12-5 10:00", "over 2 uur", "in 3
// days". Without a time of day it is at hour. A time that is over today is tomorrow's. ok is false for anything else.
func (e *Engine) parseMoment(text string, now time.Time, hour int) (at time.Time, ok bool) {
	text = storage.Fold(text)
	if m := aheadForm.FindStringSubmatch(text); m != nil && e.begins(text, "time.words.in") {
		n, _ := strconv.Atoi(m[1])
		return e.ahead(now, n, m[2]), true
	}
	day, named := e.parseDay(text, now)
	rest := dayForm.ReplaceAllString(text, " ")
	m := clockForm.FindStringSubmatch(rest)
	if m == nil && !named {
		return at, false
	}
	minute := 0
	if m != nil {
		hour, _ = strconv.Atoi(m[1])
		minute, _ = strconv.Atoi(m[2])
	}
	at = time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, now.Location())
	if !named && !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at, true
}

func (e *Engine) ahead(now time.Time, n int, unit string) time.Time {
	switch {
	case strings.HasPrefix(unit, "min"):
		return now.Add(time.Duration(n) * time.Minute)
	case strings.HasPrefix(unit, "u"), strings.HasPrefix(unit, "h"):
		return now.Add(time.Duration(n) * time.Hour)
	case strings.HasPrefix(unit, "w"):
		return now.AddDate(0, 0, 7*n)
	}
	return now.AddDate(0, 0, n)
}

// parseDay reads the day in a text: a date, a day of the week, or tomorrow. Without one it is today's.
func (e *Engine) parseDay(text string, now time.Time) (day time.Time, named bool) {
	if d, month, ok := e.parseDate(text); ok {
		at := time.Date(now.Year(), month, d, 0, 0, 0, 0, now.Location())
		if at.Before(now.AddDate(0, 0, -1)) {
			at = at.AddDate(1, 0, 0)
		}
		return at, true
	}
	for _, word := range fieldsOf(text) {
		for i, id := range []string{"time.words.today", "time.words.tomorrow", "time.words.dayafter"} {
			if slices.ContainsFunc(e.inAll(messages.S(id)), func(w string) bool { return slices.Contains(strings.Split(w, "|"), word) }) {
				return now.AddDate(0, 0, i), true
			}
		}
		if weekday, ok := e.Catalog.Weekday(word); ok {
			return now.AddDate(0, 0, 1+int(weekday-now.Weekday()+6)%7), true
		}
	}
	return now, false
}

// parseDate reads a day of a month: "12-6", "12 juni", "June 12".
func (e *Engine) parseDate(text string) (day int, month time.Month, ok bool) {
	if m := dayForm.FindStringSubmatch(text); m != nil {
		day, _ = strconv.Atoi(m[1])
		n, _ := strconv.Atoi(m[2])
		return day, time.Month(n), true
	}
	for _, m := range monthForm.FindAllStringSubmatch(text, -1) {
		if month, ok = e.Catalog.MonthNamed(m[2]); ok {
			day, _ = strconv.Atoi(m[1])
			return day, month, true
		}
	}
	for _, m := range monthDay.FindAllStringSubmatch(text, -1) {
		if month, ok = e.Catalog.MonthNamed(m[1]); ok {
			day, _ = strconv.Atoi(m[2])
			return day, month, true
		}
	}
	return 0, 0, false
}

func (e *Engine) begins(text, id string) bool {
	for _, words := range e.inAll(messages.S(id)) {
		for _, w := range strings.Split(words, "|") {
			if strings.HasPrefix(text, w+" ") {
				return true
			}
		}
	}
	return false
}

// checkMoment takes a moment that is still to come.
func checkMoment(t *Turn, _ *form.State, a form.Answer) (string, error) {
	const morning = 9
	at, ok := t.e.parseMoment(a.Text, t.Now, morning)
	switch {
	case !ok:
		return "", messages.Refuse("time.how")
	case !at.After(t.Now):
		return "", messages.Refuse("time.over")
	case at.Sub(t.Now) > farthestAhead:
		return "", messages.Refuse("time.far")
	}
	return at.Format(time.RFC3339), nil
}

func showMoment(t *Turn, _ *form.State, value string) (messages.Say, error) {
	at, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return messages.Verbatim(value), nil
	}
	return messages.S("time.at", messages.V{"Moment": messages.Moment(at.In(t.e.Settings.Zone))}), nil
}
