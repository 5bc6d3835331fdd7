package commands

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// atOneGo is how many summaries, or people who are shown them, one transaction takes: others write in between.
const atOneGo = 200

// weeklyJob posts the summaries when they are planned.
func (e *Engine) weeklyJob() Job {
	return e.recurring(weeklySchedule, WeeklyPlan.Next, func(t *Turn, p WeeklyPlan, s storage.Schedule) error {
		due := storage.At(s.NextAt)
		if moment := p.missed(due, t.Now); !moment.IsZero() {
			more, err := t.postPlanned(moment)
			if err != nil || more {
				return err
			}
		}
		moved, err := t.Tx.AdvanceSchedule(s.Name, due, p.after(due, t.Now))
		if err != nil || !moved {
			return err
		}
		return t.Tx.DropSkips()
	})
}

// previewJob shows officers the summaries of their areas the day before.
func (e *Engine) previewJob() Job {
	first := func(p WeeklyPlan, now time.Time) time.Time {
		if !p.previewed(now) {
			return time.Time{}
		}
		return p.preview(p.Next(now))
	}
	return e.recurring(previewSchedule, first, func(t *Turn, p WeeklyPlan, s storage.Schedule) error {
		planned, err := t.planned()
		if err != nil {
			return err
		}
		if !planned.After(t.Now) { // it was missed, and is posted now
			planned = p.Next(t.Now)
		}
		next := p.preview(planned)
		if !next.After(t.Now) {
			more, err := t.previewPlanned(planned)
			if err != nil || more {
				return err
			}
			next = p.preview(p.Next(planned))
		}
		_, err = t.Tx.AdvanceSchedule(s.Name, storage.At(s.NextAt), next)
		return err
	})
}

// recurring is a job that is due when its schedule says so. first is its first moment after another.
func (e *Engine) recurring(name string, first func(WeeklyPlan, time.Time) time.Time, run func(*Turn, WeeklyPlan, storage.Schedule) error) Job {
	return Job{
		Name: name,
		Next: func(tx *storage.Tx, now time.Time) (time.Time, error) {
			p, err := e.Settings.weeklyPlan()
			if err != nil || p.schedule == nil {
				return time.Time{}, err
			}
			s, err := tx.FindSchedule(name)
			if ignoreNotFound(err) != nil {
				return time.Time{}, err
			}
			if err != nil || s.Spec != p.spec { // Run plans it
				return now, nil
			}
			return storage.At(s.NextAt), nil
		},
		Run: func(ctx context.Context, tx *storage.Tx, now time.Time) error {
			p, err := e.Settings.weeklyPlan()
			if err != nil || p.schedule == nil {
				return err
			}
			s, err := tx.EnsureSchedule(name, p.spec, first(p, now))
			if err != nil || s.NextAt == 0 || storage.At(s.NextAt).After(now) {
				return err
			}
			return run(e.turn(ctx, tx, now), p, s)
		},
	}
}

// postPlanned posts the summaries that are planned for a moment. more tells that there are others, for another
// transaction: what is done is known by the summaries that are remembered.
func (t *Turn) postPlanned(moment time.Time) (more bool, err error) {
	weeks, err := t.newsOf(moment)
	if err != nil {
		return false, err
	}
	weeks = slices.DeleteFunc(weeks, func(w *week) bool { return !w.previous.Before(moment) })
	if more = len(weeks) > atOneGo; more {
		weeks = weeks[:atOneGo]
	}
	if err := t.fill(weeks); err != nil {
		return false, err
	}
	skipped, err := t.Tx.SkippedSummaries()
	if err != nil {
		return false, err
	}
	for _, w := range weeks {
		if skipped[w.host] {
			_, err = t.remember(w, storage.SummarySkipped)
		} else {
			err = t.post(w, 0)
		}
		if err != nil {
			return false, err
		}
	}
	return more, nil
}

// shown is what one officer is shown the day before.
type shown struct {
	person int64
	weeks  []*week
}

// previewPlanned shows officers the summaries that are planned for a moment; see postPlanned for more.
func (t *Turn) previewPlanned(moment time.Time) (more bool, err error) {
	people, err := t.toShow(moment)
	if err != nil {
		return false, err
	}
	if more = len(people) > atOneGo; more {
		people = people[:atOneGo]
	}
	var weeks []*week
	for _, p := range people {
		for _, w := range p.weeks {
			if len(p.weeks) <= weeksShown && !slices.Contains(weeks, w) {
				weeks = append(weeks, w)
			}
		}
	}
	if err := t.fill(weeks); err != nil {
		return false, err
	}
	skipped, err := t.Tx.SkippedSummaries()
	if err != nil {
		return false, err
	}
	for _, p := range people {
		if err := t.showPlanned(p, moment, skipped); err != nil {
			return false, err
		}
	}
	return more, nil
}

// toShow are the officers who were not shown the summaries yet, and what there is to show them.
func (t *Turn) toShow(moment time.Time) ([]shown, error) {
	weeks, err := t.newsOf(moment)
	if err != nil || len(weeks) == 0 {
		return nil, err
	}
	byArea := map[int64]*week{}
	for _, w := range weeks {
		for _, a := range w.areas {
			byArea[a] = w
		}
	}
	held, err := t.Tx.ToPreview(moment, rolesFor(RunWeekly)...)
	if err != nil {
		return nil, err
	}
	var out []shown
	for person, areas := range held {
		s := shown{person: person}
		for _, a := range areas {
			if w := byArea[a]; w != nil && !slices.Contains(s.weeks, w) {
				s.weeks = append(s.weeks, w)
			}
		}
		if len(s.weeks) > 0 {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b shown) int { return int(a.person - b.person) })
	return out, nil
}

func (t *Turn) showPlanned(p shown, moment time.Time, skipped map[int64]bool) error {
	if err := t.Tx.Previewed(p.person, moment); err != nil {
		return err
	}
	at, err := t.undisturbed(p.person)
	if err != nil {
		return err
	}
	if _, away, err := t.away(p.person); err != nil || away || !at.Before(moment) { // it is posted all the same
		return err
	}
	how := How{Priority: storage.Reminder, Expires: moment, NotBefore: at}
	if len(p.weeks) > weeksShown {
		c, err := t.weekList(p.weeks)
		if err != nil {
			return err
		}
		c.Text = append([]messages.Say{messages.S("weekly.tomorrow", messages.V{"When": messages.Moment(moment.In(t.e.Settings.Zone))})}, c.Text...)
		how.Cause = fmt.Sprintf("weeklylist:%d:%d", p.person, moment.UnixMilli())
		_, err = t.Tell(p.person, c, how)
		return err
	}
	for _, w := range p.weeks {
		how.Cause = fmt.Sprintf("weeklypreview:%d:%d", w.host, moment.UnixMilli())
		if _, err := t.Tell(p.person, t.previewContent(w, moment.In(t.e.Settings.Zone), skipped[w.host]), how); err != nil {
			return err
		}
	}
	return nil
}
