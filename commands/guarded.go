package commands

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/commands/guard"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// The choices of the guard's question. Behind keepSeen stands what it was about: another finding is asked about again.
const (
	changeSeen = "change"
	keepSeen   = "keep:"
)

// written is what somebody wrote in the fields of a form, and what kind of alert it is for.
type written struct {
	alert storage.Alert
	facts [][2]string // field and text
}

// wordsOf are the fields of an alert in which somebody writes freely.
func wordsOf(a storage.Alert) written {
	w := written{alert: a, facts: [][2]string{
		{"what", a.What},
		{"where", a.Place},
		{"description", a.Description},
		{"english", a.English},
	}}
	if !strings.HasPrefix(a.Happened, nowValue) && !strings.HasPrefix(a.Happened, thenValue) {
		w.facts = slices.Insert(w.facts, 2, [2]string{"when", a.Happened})
	}
	return w
}

// seen is one thing that had better not stand in a field.
type seen struct {
	field string
	class guard.Class
	text  string
}

// seenIn looks at all fields together: who is described in one field may be named in another.
func (t *Turn) seenIn(w written) []seen {
	var text strings.Builder
	ends := make([]int, len(w.facts))
	for i, f := range w.facts {
		text.WriteString(f[1] + "\n")
		ends[i] = text.Len()
	}
	kind := w.alert.Kind
	var out []seen
	for _, f := range guard.Check(text.String(), guard.Options{
		Numbers: []string{t.e.Settings.Emergency, t.e.Settings.Police},
		Plates:  kind == "vehicle" || w.alert.Topic == "car",
		Missing: kind == "missing" || kind == "confused",
	}) {
		i := slices.IndexFunc(ends, func(end int) bool { return f.Start < end })
		out = append(out, seen{w.facts[i][0], f.Class, f.Text})
	}
	return out
}

// seenSay names what was seen: "een telefoonnummer: 06-12345678".
func seenSay(all []seen) messages.Lines {
	var out messages.Lines
	for _, s := range all {
		out = append(out, messages.S("guard."+string(s.class), messages.V{"Text": s.text}))
	}
	return out
}

// finder gives what was seen in the fields of a form.
type finder func(t *Turn, s *form.State) ([]seen, error)

// mark stands for what was seen, so that an answer holds only for that.
func mark(all []seen) string {
	h := fnv.New64a()
	for _, s := range all {
		_, _ = h.Write([]byte(string(s.class) + "\x00" + s.text + "\x00"))
	}
	return strconv.FormatUint(h.Sum64(), 36)
}

// guardField asks what to do with what had better not stand in an alert, before its preview; where nothing was seen it is
// not asked.
func guardField(find finder) form.Field[*Turn] {
	return form.Field[*Turn]{
		Name: "guard", Unforeseen: true, Varies: "1. change it, 2. keep it, with a reason",
		When: func(t *Turn, s *form.State) (bool, error) {
			all, err := find(t, s)
			return len(all) > 0, err
		},
		Ask: func(t *Turn, s *form.State) (messages.Content, error) {
			all, err := find(t, s)
			return messages.Paragraphs(
				messages.S("guard.seen"), messages.S("alert.facts", messages.V{"Facts": seenSay(all)}), messages.S("guard.ask"),
			), err
		},
		Choices: func(t *Turn, s *form.State) ([]form.Choice, error) {
			all, err := find(t, s)
			return []form.Choice{
				{Value: changeSeen, Label: messages.S("guard.change")},
				{Value: keepSeen + mark(all), Label: messages.S("guard.keep")},
			}, err
		},
		Again: func(t *Turn, s *form.State, value string) (string, error) {
			all, err := find(t, s)
			if err != nil || len(all) == 0 || value != changeSeen {
				return "", err
			}
			return all[0].field, nil
		},
		Holds: func(t *Turn, s *form.State) (bool, error) {
			all, err := find(t, s)
			return len(all) == 0 || s.Get("guard") == keepSeen+mark(all), err
		},
	}
}

// keptFor is where the form keeps what the reason in "keep" is about.
const keptFor = "keptfor"

// keepField asks for the reason why something stays, which is kept with the alert.
func keepField(find finder) form.Field[*Turn] {
	return form.Field[*Turn]{
		Name: "keep", Unforeseen: true, Ask: form.Question[*Turn]("guard.why"),
		When: func(t *Turn, s *form.State) (bool, error) {
			all, err := find(t, s)
			return len(all) > 0, err
		},
		Check: func(t *Turn, s *form.State, a form.Answer) (string, error) {
			reason, err := checkFact(t, s, a)
			if err != nil {
				return "", err
			}
			all, err := find(t, s)
			s.Set(keptFor, mark(all))
			return reason, err
		},
		Holds: func(t *Turn, s *form.State) (bool, error) {
			all, err := find(t, s)
			return len(all) == 0 || s.Get(keptFor) == mark(all), err
		},
	}
}

// kept is the reason for what stays in the text as it is now; empty: there is nothing of the kind any more.
func (t *Turn) kept(s *form.State, find finder) (string, error) {
	all, err := find(t, s)
	if err != nil || len(all) == 0 {
		return "", err
	}
	return s.Get("keep"), nil
}

// seenInDraft is what was seen in the alert that a form holds.
func seenInDraft(t *Turn, s *form.State) ([]seen, error) {
	return t.seenIn(wordsOf(storage.Alert{
		Kind: s.Get("kind"), Topic: s.Get("topic"), What: s.Get("what"), Place: s.Get("where"), Happened: s.Get("when"),
		Description: s.Get("description"), English: s.Get("english"),
	})), nil
}

// keptSay tells who looks at an alert what stays in it, and why.
func (t *Turn) keptSay(a storage.Alert) []messages.Say {
	if a.Kept == "" {
		return nil
	}
	return []messages.Say{messages.S("guard.kept", messages.V{"Seen": seenSay(t.seenIn(wordsOf(a))), "Reason": a.Kept})}
}

// tellKept tells the portfolio holders that something stays in an alert that went out.
func (t *Turn) tellKept(a storage.Alert, area storage.Area) error {
	if a.Kept == "" {
		return nil
	}
	people, err := t.Tx.Holders(area.ID, storage.Portfolio)
	if err != nil {
		return err
	}
	c := messages.Paragraphs(append([]messages.Say{
		messages.S("guard.sent", messages.V{"Number": uint(a.ID), "Quote": quote(a)}),
	}, t.keptSay(a)...)...)
	for _, p := range people {
		if p == t.Person.ID {
			continue
		}
		how := How{Cause: "kept:" + strconv.FormatInt(a.ID, 10) + ":" + strconv.Itoa(a.Corrections), Priority: storage.Reminder}
		if _, err := t.Tell(p, c, how); err != nil {
			return err
		}
	}
	return nil
}
