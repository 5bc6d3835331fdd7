package commands

import (
	"slices"
	"strconv"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// longestOff is over how many days a day is looked for on which somebody is not off.
const longestOff = 31

// offOn tells whether one of a person's days off is the day of a moment.
func offOn(days []string, at time.Time) bool {
	return slices.Contains(days, at.Format(time.DateOnly)) || slices.Contains(days, strconv.Itoa(int(at.Weekday())))
}

// waits is how many days after a moment comes the first day on which not all of these people are off; 0: on that day.
func (t *Turn) waits(people []int64, at time.Time) (int, error) {
	if len(people) == 0 {
		return 0, nil
	}
	all := make([][]string, len(people))
	for i, p := range people {
		days, err := t.Tx.DaysOff(p)
		if err != nil || len(days) == 0 {
			return 0, err
		}
		all[i] = days
	}
	at = at.In(t.e.Settings.Zone)
	for n := range longestOff {
		if slices.ContainsFunc(all, func(days []string) bool { return !offOn(days, at.AddDate(0, 0, n)) }) {
			return n, nil
		}
	}
	return longestOff, nil
}

// working are those of some people who are not off on the day of the turn.
func (t *Turn) working(people []int64) ([]int64, error) {
	var out []int64
	for _, p := range people {
		n, err := t.waits([]int64{p}, t.Now)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			out = append(out, p)
		}
	}
	return out, nil
}

// remindAt is when people are reminded who were to be at a moment: then, or in the morning of the first day on which not
// all of them are off; and how much later that is in whole days, by which the escalation waits too.
func (t *Turn) remindAt(k alertKind, people []int64, at time.Time) (time.Time, time.Duration, error) {
	const day = 24 * time.Hour
	n, err := t.waits(people, at)
	if err != nil || n == 0 {
		return at, 0, err
	}
	hour := digestHour
	if t.e.alone(k) {
		hour = nightUntil
	}
	at = at.In(t.e.Settings.Zone)
	return time.Date(at.Year(), at.Month(), at.Day()+n, hour, 0, 0, 0, at.Location()), time.Duration(n) * day, nil
}

// undisturbed is when a person may be asked something: now, after the night, or after the days off.
func (t *Turn) undisturbed(person int64) (time.Time, error) {
	at := awake(t.Now)
	if trial(t.e.Settings.RemindAfter) || trial(t.e.Settings.EscalateAfter) { // somebody tries the bot out
		at = t.Now
	}
	n, err := t.waits([]int64{person}, at)
	if err != nil || n == 0 {
		return at, err
	}
	return time.Date(at.Year(), at.Month(), at.Day()+n, nightUntil, 0, 0, 0, at.Location()), nil
}

// tellCalmly tells a person something that can wait for the end of the night or of the days off, worded for when that is,
// and gives that moment.
func (t *Turn) tellCalmly(person int64, say func(at time.Time) messages.Content, cause string) (time.Time, error) {
	at, err := t.undisturbed(person)
	if err != nil {
		return at, err
	}
	_, err = t.Tell(person, say(at), How{Cause: cause, Priority: storage.Reminder, NotBefore: at})
	return at, err
}
