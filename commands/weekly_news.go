package commands

import (
	"slices"
	"time"

	"github.com/buurtbode/buurtbode/storage"
)

const (
	// longestWeek is how far back a summary looks: an area may have had nothing to tell since the last one of a month.
	longestWeek = 5 * oneWeek
	// openAgain is how long after a summary an alert that is still open makes another one, if nothing else does: about
	// a week, whatever the schedule is.
	openAgain = oneWeek - oneDay
)

// week is what the summary of an area's admin groups has to tell.
type week struct {
	host     int64   // the area
	areas    []int64 // it, and those that its groups read for because they have none of their own
	previous time.Time
	since    time.Time
	until    time.Time

	fresh, ended, open []int64 // alerts by number: sent in the week; sent before, and ended in it; sent before, and still open
	noted              bool
	moved              bool // something was told of one that is still open

	// What news fills in.
	area   storage.Area
	alerts map[int64]titled
	notes  []storage.Note
	groups int // registered

	channels []storage.Chat // that read it too
}

// hasNews tells whether there is something to tell: when nothing happened, nothing is sent.
func (w *week) hasNews() bool {
	again := w.previous.IsZero() || w.until.Sub(w.previous) >= openAgain
	return w.noted || w.moved || len(w.fresh) > 0 || len(w.ended) > 0 || len(w.open) > 0 && again
}

// newsOf finds the areas that have something to tell until a moment, in order of their ids; without hosts, of all.
func (t *Turn) newsOf(until time.Time, hosts ...int64) ([]*week, error) {
	byHost, err := t.weeks(until, hosts)
	if err != nil {
		return nil, err
	}
	told, err := t.Tx.ToldSince(until.Add(-longestWeek), hosts...)
	if err != nil {
		return nil, err
	}
	for _, a := range told {
		if w := byHost[a.AreaID]; w != nil {
			w.take(a)
		}
	}
	noted, err := t.Tx.NotedAreas(until.Add(-longestWeek))
	if err != nil {
		return nil, err
	}
	waiting := make(map[int64]bool, len(noted))
	for _, area := range noted {
		waiting[area] = true
	}
	var out []*week
	for _, w := range byHost {
		w.noted = slices.ContainsFunc(w.areas, func(area int64) bool { return waiting[area] })
		if w.hasNews() {
			out = append(out, w)
		}
	}
	slices.SortFunc(out, func(a, b *week) int { return int(a.host - b.host) })
	return out, nil
}

// weeks are the weeks of the areas that have admin groups, with nothing in them yet.
func (t *Turn) weeks(until time.Time, only []int64) (map[int64]*week, error) {
	hosts, err := t.Tx.Hosts()
	if err != nil {
		return nil, err
	}
	last, err := t.Tx.LastSummaries()
	if err != nil {
		return nil, err
	}
	out := map[int64]*week{}
	for area, host := range hosts {
		if len(only) > 0 && !slices.Contains(only, host) {
			continue
		}
		w := out[host]
		if w == nil {
			w = &week{host: host, previous: last[host], until: until, since: until.Add(-oneWeek)}
			if !w.previous.IsZero() {
				w.since = later(w.previous, until.Add(-longestWeek))
				w.until = later(until, w.previous.Add(time.Millisecond))
			}
			out[host] = w
		}
		w.areas = append(w.areas, area)
	}
	return out, nil
}

// take puts an alert where it belongs in the week, if it does.
func (w *week) take(a storage.Told) {
	since, until := w.since.UnixMilli(), w.until.UnixMilli()
	switch {
	case a.SentAt >= until:
	case a.SentAt >= since:
		w.fresh = append(w.fresh, a.Number)
	case a.EndedAt >= since && a.EndedAt < until:
		w.ended = append(w.ended, a.Number)
	case a.Open:
		w.open = append(w.open, a.Number)
		w.moved = w.moved || a.NewsAt >= since && a.NewsAt < until
	}
}

// fill looks up what the summaries tell, for all of them at once.
func (t *Turn) fill(weeks []*week) error {
	if len(weeks) == 0 {
		return nil
	}
	var hosts, areas, numbers []int64
	hostOf := map[int64]*week{}
	for _, w := range weeks {
		hosts, areas = append(hosts, w.host), append(areas, w.areas...)
		numbers = append(append(append(numbers, w.fresh...), w.ended...), w.open...)
		for _, a := range w.areas {
			hostOf[a] = w
		}
	}
	slices.Sort(numbers)
	alerts, err := t.alertsByNumber(slices.Compact(numbers))
	if err != nil {
		return err
	}
	named, err := t.Tx.AreasByID(hosts)
	if err != nil {
		return err
	}
	for _, a := range named {
		hostOf[a.ID].area, hostOf[a.ID].alerts = a, alerts
	}
	notes, err := t.Tx.WaitingNotes(areas, t.Now.Add(-longestWeek))
	if err != nil {
		return err
	}
	for _, n := range notes {
		w := hostOf[n.AreaID]
		if last := len(w.notes) - 1; last < 0 || w.notes[last].ID != n.ID { // it may wait in several areas of one group
			w.notes = append(w.notes, n)
		}
	}
	channels, err := t.Tx.SummaryChannels()
	if err != nil {
		return err
	}
	for area, some := range channels {
		if w := hostOf[area]; w != nil {
			w.channels = append(w.channels, some...)
		}
	}
	groups, err := t.Tx.CountGroupsIn(areas)
	for area, n := range groups {
		hostOf[area].groups += n
	}
	return err
}

func (t *Turn) alertsByNumber(numbers []int64) (map[int64]titled, error) {
	if len(numbers) == 0 {
		return nil, nil
	}
	alerts, err := t.Tx.AlertsByNumber(numbers)
	if err != nil {
		return nil, err
	}
	all, err := t.titles(alerts)
	out := make(map[int64]titled, len(all))
	for _, a := range all {
		out[a.ID] = a
	}
	return out, err
}
