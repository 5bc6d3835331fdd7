package commands

import (
	"errors"
	"strings"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// coverageCommand gives the registered groups per 1,000 inhabitants of each municipality, or of one (domain.md,
// "Register of groups").
func coverageCommand() Command {
	return Command{Name: "coverage", Args: "[municipality]", Words: true, Run: func(t *Turn, args string) error {
		all, err := t.municipalitiesMeant(args)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return messages.Refuse("coverage.none")
		}
		groups, err := t.Tx.CountGroups()
		if err != nil {
			return err
		}
		year := all[0].Year
		for _, m := range all {
			if m.Year != year {
				year = 0
			}
		}
		var lines messages.Lines
		for _, m := range all {
			line := coverageLine(m, groups[m.ID])
			if year == 0 && m.Year > 0 {
				line = messages.S("coverage.of", messages.V{"Line": line, "Year": uint(m.Year)}) //nolint:gosec // above 0
			}
			lines = append(lines, line)
		}
		out := []messages.Say{messages.S("coverage.title"), messages.S("coverage.list", messages.V{"Lines": lines})}
		if year > 0 {
			out = append(out, messages.S("coverage.year", messages.V{"Year": uint(year)}))
		}
		c := messages.Paragraphs(append(out, messages.S("coverage.caveat"))...)
		c.Chart = coverageChart(all, groups)
		return t.Reply(c)
	}}
}

// mostBars is how many bars a chart in a message has at most: a longer one can't be read on a phone.
const mostBars = 30

// coverageChart compares municipalities; nil where there is nothing to compare, or too much for one picture.
func coverageChart(all []storage.Municipality, groups map[int64]int) *messages.Chart {
	c := &messages.Chart{Title: messages.S("coverage.chart"), Note: messages.S("coverage.caveat")}
	for _, m := range all {
		if m.Inhabitants > 0 {
			per := coverage(groups[m.ID], m.Inhabitants)
			c.Bars = append(c.Bars, messages.Bar{
				Label: messages.Verbatim(m.Name), Value: float64(per), Text: messages.S("coverage.bar", messages.V{"Per": per}),
			})
		}
	}
	if len(c.Bars) < 2 || len(c.Bars) > mostBars {
		return nil
	}
	return c
}

// coverage is the number of groups per 1,000 inhabitants, in hundredths and cut off, as the guide's table is.
func coverage(groups, inhabitants int) messages.Hundredths {
	return messages.Hundredths(int64(groups) * 1000 * 100 / int64(inhabitants))
}

func coverageLine(m storage.Municipality, groups int) messages.Say {
	values := messages.V{"Municipality": m.Name, "Groups": messages.S("group.count", messages.V{"Count": groups})}
	if m.Inhabitants == 0 {
		return messages.S("coverage.unknown", values)
	}
	values["Inhabitants"], values["Per"] = m.Inhabitants, coverage(groups, m.Inhabitants)
	if m.Overview == "" {
		return messages.S("coverage.line", values)
	}
	values["Overview"] = m.Overview
	return messages.S("coverage.lineoverview", values)
}

// municipalitiesMeant are those whose name begins with the words, or the one in which the place lies; without words all.
func (t *Turn) municipalitiesMeant(words string) ([]storage.Municipality, error) {
	all, err := t.Tx.Municipalities()
	if err != nil || words == "" {
		return all, err
	}
	key := storage.Fold(words)
	var begins []storage.Municipality
	for _, m := range all {
		if storage.Fold(m.Name) == key {
			return []storage.Municipality{m}, nil
		}
		if strings.HasPrefix(storage.Fold(m.Name), key) {
			begins = append(begins, m)
		}
	}
	if len(begins) > 0 {
		return begins, nil
	}
	areas, err := t.areasOf(form.Answer{Text: words})
	var refused *messages.UserError
	if errors.As(err, &refused) {
		return nil, messages.Refuse("coverage.where", messages.V{"Place": words})
	}
	var out []storage.Municipality
	seen := map[int64]bool{}
	for _, a := range areas {
		if seen[a.MunicipalityID] {
			continue
		}
		seen[a.MunicipalityID] = true
		m, err := t.Tx.Municipality(a.MunicipalityID)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, err
}
