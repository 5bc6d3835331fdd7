package commands

import (
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

// content is the summary as the admin groups read it; the call line comes with it.
func (t *Turn) weekContent(w *week) messages.Content {
	c := messages.Paragraphs(messages.S("weekly.head", messages.V{
		"Area": w.area.Full(), "Date": messages.Date(w.until.In(t.e.Settings.Zone)),
	}))
	add := func(id string, lines messages.Lines) {
		if len(lines) > 0 {
			c.Text = append(c.Text, messages.S(id, messages.V{"Lines": lines}))
		}
	}
	add("weekly.fresh", t.weekLines(w, w.fresh))
	add("weekly.ended", t.weekLines(w, w.ended))
	add("weekly.open", t.weekLines(w, w.open))
	var notes messages.Lines
	for _, n := range w.notes {
		notes = append(notes, messages.S("weekly.note", messages.V{"Text": n.Text}))
	}
	add("weekly.notes", notes)
	c.Text = append(c.Text, messages.S("weekly.tip", messages.V{"Tip": tipOf(w.until.In(t.e.Settings.Zone))}))
	add("weekly.figures", w.figures())
	return c
}

// weekLines are alerts of the week, each with how it ended or stands.
func (t *Turn) weekLines(w *week, numbers []int64) messages.Lines {
	var out messages.Lines
	for _, n := range numbers {
		a := w.alerts[n]
		line := messages.S("weekly.alert", messages.V{"Number": uint(a.ID), "Title": a.title, "Quote": quote(a.Alert)}) //nolint:gosec // numbers of alerts are above 0
		switch {
		case a.OutcomeAt != 0:
			line = messages.S("weekly.state", messages.V{"Alert": line, "State": outcomeSay(a.Alert)})
		case a.Open():
			stands := t.standsSay(a.Alert)
			if len(stands) == 0 {
				stands = []messages.Say{messages.S("weekly.notyet")}
			}
			line = messages.S("weekly.state", messages.V{"Alert": line, "State": joined(stands)})
		}
		out = append(out, line)
	}
	return out
}

// figures are what the summary counts: only what its lists don't show at a glance.
func (w *week) figures() messages.Lines {
	var out messages.Lines
	sent, ended := 0, 0
	for _, n := range w.fresh {
		if a := w.alerts[n]; a.DueAt != 0 { // tips have no outcome
			sent++
			if a.OutcomeAt != 0 {
				ended++
			}
		}
	}
	if sent > 1 {
		out = append(out, messages.S("weekly.figures.alerts", messages.V{"Count": sent, "Ended": ended}))
	}
	if w.groups > 0 {
		out = append(out, messages.S("weekly.figures.groups", messages.V{"Count": w.groups, "Area": w.area.Full()}))
	}
	return out
}

// tipOf is the prevention tip of the season, another one each week.
func tipOf(at time.Time) messages.Say {
	tips := []string{"weekly.tip.dark1", "weekly.tip.dark2", "weekly.tip.dark3"} // the dark days, October to March
	switch at.Month() {
	case time.April, time.May:
		tips = []string{"weekly.tip.spring1", "weekly.tip.spring2", "weekly.tip.spring3"}
	case time.June, time.July, time.August:
		tips = []string{"weekly.tip.summer1", "weekly.tip.summer2", "weekly.tip.summer3"}
	case time.September:
		tips = []string{"weekly.tip.autumn1", "weekly.tip.autumn2"}
	default:
	}
	// Weeks are counted through: the week numbers of a year would give the same tip twice at New Year.
	return messages.S(tips[at.Unix()/int64(oneWeek/time.Second)%int64(len(tips))])
}
