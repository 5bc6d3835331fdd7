package commands

import (
	"slices"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/exchange"
)

// impactFile gives the figures of a period as a file: those of each kind in each month, then those of each kind and of
// all together. Without names, and without a percentage of a few.
func (t *Turn) impactFile(m impact) error {
	title := messages.S("impact.title", messages.V{"Scope": m.scope, "From": messages.Day(m.from), "Until": messages.Day(m.until)})
	if len(m.all) == 0 {
		return t.Reply(messages.Paragraphs(title, messages.S("impact.none")).With(periodOptions()...))
	}
	table := [][]messages.Say{{
		messages.S("impact.file.month"), messages.S("impact.file.kind"), messages.S("impact.file.alerts"), messages.S("impact.file.tipped"), messages.S("impact.file.useful"),
		messages.S("impact.file.percent"), messages.S("impact.file.told"), messages.S("impact.file.passed"),
	}}
	for _, month := range m.split() {
		table = append(table, kindRows(messages.S("impact.month", messages.V{"Month": messages.Month(m.dayOf(month[0]))}), month)...)
	}
	together := messages.S("impact.file.together")
	table = append(table, kindRows(together, m.all)...)
	table = append(table, impactRow(together, shareOf(messages.S("impact.all"), m.all), m.all))
	return t.replyFile(messages.S("impact.file.name"), m.scope, table, title, messages.S("impact.file"))
}

// dayOf is when an alert was sent, where its reader is.
func (m impact) dayOf(a storage.Measured) time.Time {
	return storage.At(a.CreatedAt).In(m.until.Location())
}

// kindRows are the rows of a month: one for each kind of alert in it, in the order of their numbers.
func kindRows(month messages.Say, all []storage.Measured) [][]messages.Say {
	var out [][]messages.Say
	for _, k := range kindList() {
		of := slices.DeleteFunc(slices.Clone(all), func(a storage.Measured) bool { return a.Kind != k.name })
		if len(of) > 0 {
			out = append(out, impactRow(month, shareOf(messages.S("alert."+k.name+".kind"), of), of))
		}
	}
	return out
}

func impactRow(month messages.Say, s share, all []storage.Measured) []messages.Say {
	told, passed, percent := 0, 0, messages.Verbatim("")
	for _, a := range all {
		passed += min(a.Members, 1)
		if a.ClosedAt > 0 {
			told++
		}
	}
	if s.enough() {
		percent = messages.Verbatim(exchange.Tenths((2000*s.tipped + s.alerts) / (2 * s.alerts)))
	}
	return []messages.Say{month, s.label, count(s.alerts), count(s.tipped), count(s.useful), percent, count(told), count(passed)}
}
