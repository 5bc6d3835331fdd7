package commands

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
)

// stillNow is how long ago something is about now: it goes out at night too.
const stillNow = time.Hour

// longestAgo is how long ago something is told in minutes or hours.
const longestAgo = 24 * time.Hour

var agoForm = regexp.MustCompile(`^(?:een |a |an )?(?:(?:ongeveer|zo n|zon|circa|ca|about|around) )?(?:een |a |an )?(kwartiertje|kwartier|quarter of an hour|half uurtje|half uur|halfuur|half an hour|half hour|anderhalf uur|uurtje|uur|hour|minuut|minute|\d{1,2} ?(?:minuten|minuut|minutes|minute|mins|min|m|uren|uur|u|hours|hour|h)) (?:geleden|terug|ago)$`)

// checkWhen takes when it happened. "A quarter of an hour ago" becomes the time it was: who reads it later would count from then.
func checkWhen(t *Turn, s *form.State, a form.Answer) (string, error) {
	typed := asSaid(a.Text)
	if t.e.lists(messages.S("said.justnow"), typed) {
		return nowValue + strconv.FormatInt(t.Now.UnixMilli(), 10), nil
	}
	ago, ok := agoSaid(typed)
	switch {
	case !ok || ago > longestAgo:
		return checkFact(t, s, a)
	case ago <= stillNow:
		return nowValue + strconv.FormatInt(t.Now.Add(-ago).UnixMilli(), 10), nil
	}
	return thenValue + strconv.FormatInt(t.Now.Add(-ago).UnixMilli(), 10), nil
}

// agoSaid reads how long ago something was, of folded words.
func agoSaid(typed string) (time.Duration, bool) {
	m := agoForm.FindStringSubmatch(typed)
	if m == nil {
		return 0, false
	}
	said := m[1]
	number := said[:leadingDigits(said)]
	unit := strings.TrimSpace(said[len(number):])
	switch {
	case strings.HasPrefix(unit, "kwartier"), strings.HasPrefix(unit, "quarter"):
		return 15 * time.Minute, true
	case strings.HasPrefix(unit, "half"):
		return 30 * time.Minute, true
	case strings.HasPrefix(unit, "anderhalf"):
		return 90 * time.Minute, true
	}
	n := 1
	if number != "" {
		n, _ = strconv.Atoi(number)
	}
	if slices.ContainsFunc([]string{"u", "h"}, func(h string) bool { return strings.HasPrefix(unit, h) }) {
		return time.Duration(n) * time.Hour, true
	}
	return time.Duration(n) * time.Minute, true
}
