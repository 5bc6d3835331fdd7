package commands

import (
	"slices"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// weeksShown is how many summaries are shown at once; of more it is asked which.
const weeksShown = 3

// showWeeks shows the summaries of areas as they would be posted now, where there is anything to tell.
func (t *Turn) showWeeks(hosts []storage.Area) error {
	weeks, err := t.newsOf(t.soon(), idsOf(hosts)...)
	if err != nil {
		return err
	}
	switch {
	case len(weeks) == 0:
		return t.nothingYet(hosts)
	case len(weeks) > weeksShown:
		return t.askWeek(weeks)
	}
	return t.show(weeks)
}

// showWeek shows the summary of one area.
func (t *Turn) showWeek(host int64) error {
	area, err := t.Tx.Area(host)
	if err != nil {
		return err
	}
	return t.showWeeks([]storage.Area{area})
}

func (t *Turn) show(weeks []*week) error {
	if err := t.fill(weeks); err != nil {
		return err
	}
	planned, err := t.planned()
	if err != nil {
		return err
	}
	skipped, err := t.Tx.SkippedSummaries()
	if err != nil {
		return err
	}
	for _, w := range weeks {
		if err := t.Reply(t.previewContent(w, planned, skipped[w.host])); err != nil {
			return err
		}
	}
	return nil
}

// previewContent is the summary as it will look, with when it comes above it and what can be done under it.
func (t *Turn) previewContent(w *week, planned time.Time, skipped bool) messages.Content {
	values := messages.V{"Area": w.area.Full(), "When": messages.Moment(planned)}
	c := messages.Paragraphs(messages.S("weekly.preview", values))
	option := messages.Option{Number: 3, Label: messages.S("weekly.skip"), Data: summaryData(verbSkip, w.host, planned)}
	switch {
	case planned.IsZero():
		c = messages.Paragraphs(messages.S("weekly.preview.unplanned", messages.V{"Area": w.area.Full()}))
	case skipped:
		c = messages.Paragraphs(messages.S("weekly.preview.skipped", values))
		option = messages.Option{Number: 3, Label: messages.S("weekly.keep"), Data: summaryData(verbKeep, w.host, planned)}
	}
	if len(w.channels) > 0 {
		c.Text = append(c.Text, messages.S("weekly.preview.channel", messages.V{"Count": len(w.channels), "Names": chatTitles(w.channels)}))
	}
	if w.onlyBadNews() {
		c.Text = append(c.Text, messages.S("weekly.balance"))
	}
	c.Text = append(c.Text, t.weekContent(w).Text...)
	c = t.withCall(c).With(
		messages.Option{Number: 1, Label: messages.S("weekly.post"), Data: summaryData(verbPost, w.host, time.Time{})},
		messages.Option{Number: 2, Label: messages.S("weekly.add"), Data: summaryData(verbAdd, w.host, time.Time{})},
	)
	if !planned.IsZero() {
		c = c.With(option)
	}
	if w.onlyBadNews() {
		c = c.With(messages.Option{Number: 4, Label: messages.S("weekly.goodnews"), Data: "/alert goodnews"})
	}
	return c
}

// onlyBadNews tells whether alerts went out and nothing that happened was good: a summary of bad news alone makes people
// feel less safe than they are.
func (w *week) onlyBadNews() bool {
	told := slices.Concat(w.fresh, w.ended)
	return len(told) > 0 && !slices.ContainsFunc(told, func(number int64) bool {
		a := w.alerts[number]
		return kindNamed(a.Kind).calm || a.goodEnd()
	})
}

// goodEnd tells whether an alert ended well. That somebody is found, and no more, is told with care: it may not be good.
func (a titled) goodEnd() bool {
	person := a.Kind == "missing" || a.Kind == "confused"
	return slices.Contains([]string{"safe", "arrested", "partly"}, a.Template) || a.Template == "found" && !person
}

// nothingYet says that the areas have nothing to tell.
func (t *Turn) nothingYet(hosts []storage.Area) error {
	planned, err := t.planned()
	if err != nil {
		return err
	}
	c := messages.Paragraphs(messages.S("weekly.nothing", messages.V{"Count": len(hosts), "Names": listed(fullNames(hosts))}))
	if !planned.IsZero() {
		c.Text = append(c.Text, messages.S("weekly.nothing.when", messages.V{"When": messages.Moment(planned)}))
	}
	if len(hosts) == 1 && t.Private() {
		c = c.With(messages.Option{Label: messages.S("weekly.add"), Data: summaryData(verbAdd, hosts[0].ID, time.Time{})})
	}
	return t.Reply(c)
}

// askWeek asks of which area the summary is to be shown.
func (t *Turn) askWeek(weeks []*week) error {
	c, err := t.weekList(weeks)
	if err != nil {
		return err
	}
	return t.Reply(c)
}

// weekList is a list of areas that have something to tell, to choose from.
func (t *Turn) weekList(weeks []*week) (messages.Content, error) {
	ids := make([]int64, len(weeks))
	for i, w := range weeks {
		ids[i] = w.host
	}
	areas, err := t.Tx.AreasByID(ids)
	c := messages.Paragraphs(messages.S("weekly.which", messages.V{"Count": len(areas), "Names": listed(fullNames(areas))}))
	for i, a := range areas[:min(len(areas), areasAsked)] {
		c = c.With(messages.Option{Number: i + 1, Label: messages.Verbatim(a.Full()), Data: summaryData(verbView, a.ID, time.Time{})})
	}
	return c, err
}
