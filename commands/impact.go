package commands

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

const (
	// burgernetShare is of how many percent of Burgernet's time-critical actions at least one participant phoned
	// (domain.md, "Burgernet"). It stands beside our figures, which count something slightly else.
	burgernetShare = 48
	// fewestAlerts is of how many alerts a percentage is told at least: of fewer, one alert more or less would change
	// everything.
	fewestAlerts = 5
)

// periods are how far back the figures go, in months, in the order of their numbers.
func periods() []struct {
	name   string
	months int
} {
	return []struct {
		name   string
		months int
	}{{"month", 1}, {"quarter", 3}, {"year", 12}}
}

// impactCommand tells whether the alerts help (domain.md, R7): figures of the areas of the person's roles, without names.
func impactCommand() Command {
	return Command{Name: "impact", Args: "[month, quarter or year] [file]", Action: SeeImpact, Words: true, PrivateOnly: true, Run: func(t *Turn, args string) error {
		if !t.Private() {
			return messages.Refuse("private.only")
		}
		t.KeepButtons()
		args, asFile := t.fileMeant(args)
		months, ok := t.periodMeant(args)
		if !ok {
			return t.Reply(messages.Paragraphs(messages.S("impact.how")).With(periodOptions()...))
		}
		m, err := t.impact(months)
		if err != nil {
			return err
		}
		if asFile {
			return t.impactFile(m)
		}
		return t.tellImpact(m)
	}}
}

// periodMeant is a period in months by its number or name; without a word it is the second one.
func (t *Turn) periodMeant(words string) (months int, ok bool) {
	folded := storage.Fold(words)
	for i, p := range periods() {
		if folded == "" && i == 1 || folded == p.name || folded == strconv.Itoa(i+1) || slices.Contains(t.e.inAll(messages.S("impact.period."+p.name)), folded) {
			return p.months, true
		}
	}
	return 0, false
}

// options are the choices under the figures of a period: another one, or the same as a file.
func (m impact) options() []messages.Option {
	out := periodOptions()
	for _, p := range periods() {
		if p.months == m.months && len(m.all) > 0 {
			out = append(out, messages.Option{Number: len(out) + 1, Label: messages.S("file.as"), Data: "/impact file " + p.name})
		}
	}
	return out
}

func periodOptions() []messages.Option {
	var out []messages.Option
	for i, p := range periods() {
		out = append(out, messages.Option{Number: i + 1, Label: messages.S("impact.period." + p.name), Data: "/impact " + p.name})
	}
	return out
}

// monthsBack is the same day some months before, at midnight; where that month is shorter, its last day.
func monthsBack(now time.Time, months int) time.Time {
	first := time.Date(now.Year(), now.Month()-time.Month(months), 1, 0, 0, 0, 0, now.Location())
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(now.Day(), last)-1)
}

// impact is what the alerts of some areas brought in a period.
type impact struct {
	scope          string
	from, until    time.Time
	months         int
	all            []storage.Measured
	alerts, others map[string]int // what came of calls that came from alerts, and from other chat messages
	e              *Engine
}

func (t *Turn) impact(months int) (impact, error) {
	m := impact{from: monthsBack(t.Now, months), until: t.Now, months: months, e: t.e}
	areas, err := t.AreaIDs(SeeImpact)
	if err != nil {
		return m, err
	}
	if m.scope, err = t.scopeNames(SeeImpact); err != nil {
		return m, err
	}
	until := t.Now.Add(time.Millisecond)
	if m.all, err = t.Tx.MeasuredIn(areas, m.from, until); err != nil {
		return m, err
	}
	m.alerts, m.others, err = t.Tx.CallResults(areas, m.from, until)
	return m, err
}

// scopeNames are the names of the places in which the person may do something.
func (t *Turn) scopeNames(a Action) (string, error) {
	held, err := t.roles()
	if err != nil {
		return "", err
	}
	var names []string
	for _, r := range held {
		if !slices.Contains(permissions[a], r.Role) {
			continue
		}
		name, err := t.Tx.ScopeName(r.Scope)
		if err != nil {
			return "", err
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", "), nil
}

// share is how many alerts there were of something, and to how many of them a tip came in.
type share struct {
	label                  messages.Say
	alerts, tipped, useful int
}

func shareOf(label messages.Say, all []storage.Measured) share {
	s := share{label: label, alerts: len(all)}
	for _, m := range all {
		s.tipped += min(m.Calls, 1)
		s.useful += min(m.Useful, 1)
	}
	return s
}

// enough tells whether a percentage says something.
func (s share) enough() bool { return s.alerts >= fewestAlerts }

// percent is the share with a tip, rounded.
func (s share) percent() int { return (200*s.tipped + s.alerts) / (2 * s.alerts) }

func (s share) line() messages.Say {
	values := messages.V{"Label": s.label, "Tipped": s.tipped, "All": s.alerts}
	if !s.enough() {
		return messages.S("impact.line.few", values)
	}
	values["Percent"] = s.percent()
	return messages.S("impact.line", values)
}

// kinds are the shares of what is urgent, which is what Burgernet counts, where not everything is, and of the kinds of
// alert that there were, in the order of their numbers.
func (m impact) kinds() []share {
	var out []share
	urgent := slices.DeleteFunc(slices.Clone(m.all), func(a storage.Measured) bool { return !a.Urgent })
	if len(urgent) > 0 && len(urgent) < len(m.all) {
		out = append(out, shareOf(messages.S("impact.urgent"), urgent))
	}
	for _, k := range kindList() {
		of := slices.DeleteFunc(slices.Clone(m.all), func(a storage.Measured) bool { return a.Kind != k.name })
		if len(of) > 0 {
			out = append(out, shareOf(messages.S("alert."+k.name+".kind"), of))
		}
	}
	return out
}

// byMonth are the shares of the months in which there were alerts, the oldest first; none for a period of one month.
func (m impact) byMonth() []share {
	if m.months == 1 {
		return nil
	}
	var out []share
	for _, month := range m.split() {
		out = append(out, shareOf(messages.S("impact.month", messages.V{"Month": messages.Month(m.dayOf(month[0]))}), month))
	}
	return out
}

// split are the alerts of each month in which there were any, the oldest first.
func (m impact) split() [][]storage.Measured {
	var out [][]storage.Measured
	for all := m.all; len(all) > 0; {
		first := m.dayOf(all[0])
		n := slices.IndexFunc(all, func(a storage.Measured) bool {
			at := m.dayOf(a)
			return at.Month() != first.Month() || at.Year() != first.Year()
		})
		if n < 0 {
			n = len(all)
		}
		out = append(out, all[:n])
		all = all[n:]
	}
	return out
}

// median is the time within which half of the alerts that ended had their outcome; false where there are too few.
func (m impact) median() (time.Duration, bool) {
	var took []int64
	for _, a := range m.all {
		if a.ClosedAt > 0 {
			took = append(took, a.ClosedAt-a.CreatedAt)
		}
	}
	if len(took) < fewestAlerts {
		return 0, false
	}
	slices.Sort(took)
	n := len(took)
	return time.Duration((took[(n-1)/2]+took[n/2])/2) * time.Millisecond, true
}
