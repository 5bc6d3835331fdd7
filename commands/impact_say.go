package commands

import (
	"slices"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// tellImpact tells the share of alerts to which a tip came in, as a chart with the same figures under it, the months of a
// long period in one of their own, and then what else there is to know, with the choice of another period.
func (t *Turn) tellImpact(m impact) error {
	title := messages.S("impact.title", messages.V{"Scope": m.scope, "From": messages.Day(m.from), "Until": messages.Day(m.until)})
	if len(m.all) == 0 && len(m.others) == 0 {
		return t.Reply(messages.Paragraphs(title, messages.S("impact.none")).With(periodOptions()...))
	}
	if len(m.all) == 0 {
		return t.Reply(messages.Paragraphs(title, m.tips()).With(periodOptions()...))
	}
	kinds, months := m.kinds(), m.byMonth()
	apart := m.months > longestTogether
	first := kinds
	if !apart {
		first = slices.Concat(kinds, months)
	}
	head := messages.Paragraphs(title, m.headSay())
	if head.Chart = m.chart(messages.S("impact.chart"), first); head.Chart != nil {
		head.Text = append(head.Text, messages.S("impact.burgernet", messages.V{"Percent": burgernetShare}))
	}
	head.Text = append(head.Text, messages.S("impact.kinds", messages.V{"Lines": linesOf(kinds)}))
	byMonth := messages.S("impact.months", messages.V{"Lines": linesOf(months)})
	if len(months) > 0 && !apart {
		head.Text = append(head.Text, byMonth)
	}
	if err := t.Reply(head); err != nil {
		return err
	}
	if len(months) > 0 && apart {
		c := messages.Paragraphs(byMonth)
		c.Chart = m.chart(messages.S("impact.chart.months"), months)
		if err := t.Reply(c); err != nil {
			return err
		}
	}
	return t.Reply(messages.Paragraphs(slices.Concat([]messages.Say{m.tips()}, m.timeSay(), []messages.Say{m.reachSay()}, m.topics())...).With(m.options()...))
}

// longestTogether is of how many months a period is at most whose months stand in one chart with the kinds of alert: more
// bars than that make a picture that is too long for a phone.
const longestTogether = 3

func linesOf(all []share) messages.Lines {
	out := make(messages.Lines, len(all))
	for i, s := range all {
		out[i] = s.line()
	}
	return out
}

func (m impact) headSay() messages.Say {
	s := shareOf(messages.Say{}, m.all)
	if !s.enough() {
		return messages.S("impact.head.few", messages.V{"Count": s.alerts, "Tipped": s.tipped, "Useful": s.useful})
	}
	return messages.S("impact.head", messages.V{"All": s.alerts, "Tipped": s.tipped, "Useful": s.useful, "Percent": s.percent()})
}

// chart shows shares beside Burgernet's and that of all alerts; nil where there are too few alerts for any of them.
func (m impact) chart(title messages.Say, shares []share) *messages.Chart {
	bar := func(label messages.Say, percent int, mark bool) messages.Bar {
		return messages.Bar{Label: label, Value: float64(percent), Text: messages.S("impact.percent", messages.V{"Percent": percent}), Mark: mark}
	}
	all := shareOf(messages.S("impact.all"), m.all)
	if !all.enough() {
		return nil
	}
	c := &messages.Chart{
		Title: title, Full: 100, Note: messages.S("impact.caveat"),
		Bars: []messages.Bar{bar(messages.S("impact.burgernet.bar"), burgernetShare, true), bar(all.label, all.percent(), false)},
	}
	for _, s := range shares {
		if s.enough() {
			c.Bars = append(c.Bars, bar(s.label, s.percent(), false))
		}
	}
	return c
}

// tips tells how many tips there were, what came of them, and of how many alerts nobody said.
func (m impact) tips() messages.Say {
	var lines messages.Lines
	alerts, others := 0, 0
	for _, result := range callResults() {
		n, alone := m.alerts[result], m.others[result]
		alerts, others = alerts+n, others+alone
		if n+alone > 0 {
			lines = append(lines, messages.S("impact.result", messages.V{"Result": messages.S("tips.result." + result), "Times": n + alone}))
		}
	}
	sums := messages.Lines{messages.S("impact.tips", messages.V{"Count": alerts})}
	if others > 0 {
		sums = append(sums, messages.S("impact.tips.others", messages.V{"Count": others}))
	}
	lines = append(sums, lines...)
	unknown, answered := 0, 0
	for _, a := range m.all {
		answered += a.Tips
		if a.Calls == 0 && a.NoneAt == 0 {
			unknown++
		}
	}
	if answered > 0 {
		lines = append(lines, messages.S("impact.answered", messages.V{"Count": answered}))
	}
	if unknown > 0 {
		lines = append(lines, messages.S("impact.unknown", messages.V{"Count": unknown}))
	}
	return messages.S("impact.tips.title", messages.V{"Lines": lines})
}

// timeSay tells how soon the outcomes were told.
func (m impact) timeSay() []messages.Say {
	var out messages.Lines
	if took, ok := m.median(); ok {
		out = append(out, messages.S("impact.median", messages.V{"Time": messages.Ago(took)}))
	}
	open := 0
	for _, a := range m.all {
		if a.ClosedAt == 0 {
			open++
		}
	}
	if open > 0 {
		out = append(out, messages.S("impact.open", messages.V{"Count": open}))
	}
	if len(out) == 0 {
		return nil
	}
	return []messages.Say{messages.S("impact.outcome", messages.V{"Lines": out})}
}

// reachSay tells how many people the alerts reached through the admins: one number, of nobody in particular.
func (m impact) reachSay() messages.Say {
	passed, members := 0, 0
	for _, a := range m.all {
		members += a.Members
		passed += min(a.Members, 1)
	}
	if passed == 0 {
		return messages.S("impact.reach.none")
	}
	return messages.S("impact.reach", messages.V{"Count": passed, "All": len(m.all), "Members": (2*members + passed) / (2 * passed)})
}

// topics tells what the alerts were about, the most frequent first; the guide's order among equals, and what fits none of its topics last.
func (m impact) topics() []messages.Say {
	of := map[string][]storage.Measured{}
	for _, a := range m.all {
		if subject := m.e.subjectOf(a.Alert); subject != "" {
			of[subject] = append(of[subject], a)
		}
	}
	all := slices.DeleteFunc(subjectList(), func(s string) bool { return len(of[s]) == 0 })
	slices.SortStableFunc(all, func(a, b string) int { return len(of[b]) - len(of[a]) })
	if i := slices.Index(all, topicOther); i >= 0 { // it says nothing, so it doesn't come first
		all = append(slices.Delete(all, i, i+1), topicOther)
	}
	var lines messages.Lines
	for _, subject := range all {
		lines = append(lines, shareOf(messages.S("alert.subject."+subject), of[subject]).line())
	}
	if len(lines) == 0 {
		return nil
	}
	return []messages.Say{messages.S("impact.topics", messages.V{"Lines": lines})}
}
