package commands

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/buurtbode/buurtbode/storage"
)

// The names of the schedules in the database.
const (
	weeklySchedule  = "weekly"
	previewSchedule = "weekly preview"
)

const (
	oneDay  = 24 * time.Hour
	oneWeek = 7 * oneDay
	// closest is how far apart summaries must be to be previewed a day before: two days, one hour less where the clock
	// is put forward in between.
	closest = 2*oneDay - time.Hour
	// lookAhead is how many moments tell how far apart summaries are: those of a month, if they are two days apart.
	lookAhead = 16
)

// WeeklyPlan is when summaries are planned. The zero plan is never.
type WeeklyPlan struct {
	spec     string // as stored: the operator's, and the zone that it is meant in
	schedule cron.Schedule
	zone     *time.Location
}

// ParseWeekly reads a schedule: five fields, or "@every 10s". Empty is never. A zone of its own it may not have:
// BUURTBODE_TIMEZONE is everybody's. It fails for a day that never comes too.
func ParseWeekly(spec string, zone *time.Location) (WeeklyPlan, error) {
	spec = strings.TrimSpace(spec)
	if spec == "" {
		return WeeklyPlan{}, nil
	}
	if strings.Contains(spec, "TZ=") {
		return WeeklyPlan{}, errors.New("the zone is BUURTBODE_TIMEZONE")
	}
	schedule, err := cron.ParseStandard(spec)
	if err != nil {
		return WeeklyPlan{}, err
	}
	if schedule.Next(time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)).IsZero() { // five years from any day are alike
		return WeeklyPlan{}, errors.New("that day never comes")
	}
	return WeeklyPlan{spec: spec + " " + zone.String(), schedule: schedule, zone: zone}, nil
}

// weeklyPlan is the plan of the settings.
func (s Settings) weeklyPlan() (WeeklyPlan, error) {
	p, err := ParseWeekly(s.Weekly, s.Zone)
	if err != nil {
		err = fmt.Errorf("weekly summary: schedule %q: %w", s.Weekly, err)
	}
	return p, err
}

// Next is the first moment after another; the zero time: there is none. Nothing is planned between 02:00 and 03:00:
// that hour is there twice in autumn, and not at all in spring. What falls in it moves to 03:00.
func (p WeeklyPlan) Next(after time.Time) time.Time {
	if p.schedule == nil {
		return time.Time{}
	}
	after = after.In(p.zone)
	if every, ok := p.schedule.(cron.ConstantDelaySchedule); ok {
		at := every.Next(after)
		if every.Delay >= oneDay && at.Hour() == 2 {
			at = atThree(at, p.zone)
		}
		return at
	}
	// The cron library leaves out a moment that the clock jumps over: it is given wall time, which never jumps.
	for wall := wallTime(after); ; {
		if wall = p.schedule.Next(wall); wall.IsZero() {
			return wall
		}
		at := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, p.zone)
		if wall.Hour() == 2 {
			at = atThree(wall, p.zone)
		}
		if at.After(after) {
			return at
		}
	}
}

// wallTime is what the clock on the wall shows, in a zone in which it never jumps.
func wallTime(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

func atThree(t time.Time, zone *time.Location) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 3, 0, 0, 0, zone)
}

// after is the moment that follows one which is over by now.
func (p WeeklyPlan) after(moment, now time.Time) time.Time {
	if next := p.Next(moment); next.IsZero() || next.After(now) {
		return next
	}
	return p.Next(now)
}

// missed is the moment to do now when one was due: that one, or, if it is longer ago than a day, the first that is not.
// The zero time: it is too late.
func (p WeeklyPlan) missed(due, now time.Time) time.Time {
	if now.Sub(due) <= oneDay {
		return due
	}
	if at := p.Next(now.Add(-oneDay)); !at.IsZero() && !at.After(now) {
		return at
	}
	return time.Time{}
}

// previewed tells whether summaries are far enough apart for a preview the day before.
func (p WeeklyPlan) previewed(now time.Time) bool {
	at := p.Next(now)
	for range lookAhead {
		next := p.Next(at)
		if at.IsZero() || next.IsZero() {
			break
		}
		if next.Sub(at) < closest {
			return false
		}
		at = next
	}
	return p.schedule != nil
}

// preview is when the summary that is planned for a moment is shown to the officers: a day before, and not at night.
func (p WeeklyPlan) preview(moment time.Time) time.Time {
	if moment.IsZero() {
		return moment
	}
	return awake(moment.In(p.zone).AddDate(0, 0, -1))
}

// planned is when the next summary is planned; the zero time: never.
func (t *Turn) planned() (time.Time, error) {
	p, err := t.e.Settings.weeklyPlan()
	if err != nil || p.schedule == nil {
		return time.Time{}, err
	}
	s, err := t.Tx.FindSchedule(weeklySchedule)
	if ignoreNotFound(err) != nil {
		return time.Time{}, err
	}
	if err != nil || s.Spec != p.spec { // planned anew within a second
		return p.Next(t.Now), nil
	}
	return storage.At(s.NextAt).In(t.e.Settings.Zone), nil
}
