package guard_test

import (
	_ "embed"
	"fmt"
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/commands/guard"
)

//go:embed testdata/examples.tsv
var examples string

// example is one labelled text.
type example struct {
	classes []guard.Class
	options guard.Options
	text    string
}

func readExamples(t testing.TB) []example {
	var out []example
	for n, line := range strings.Split(strings.TrimSpace(examples), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) != 3 {
			t.Fatalf("line %d has %d columns: %s", n+1, len(fields), line)
		}
		e := example{text: fields[2], options: guard.Options{
			Numbers: []string{"112", "0900-8844"},
			Plates:  fields[1] == "vehicle" || fields[1] == "cartheft",
			Missing: fields[1] == "missing" || fields[1] == "confused",
		}}
		if fields[0] != "none" {
			for _, class := range strings.Split(fields[0], ",") {
				e.classes = append(e.classes, guard.Class(class))
			}
		}
		out = append(out, e)
	}
	return out
}

// score counts what was found rightly, wrongly, and not at all.
type score struct{ right, wrong, missed int }

func (s score) precision() float64 { return ratio(s.right, s.wrong) }
func (s score) recall() float64    { return ratio(s.right, s.missed) }

func ratio(right, other int) float64 {
	if right+other == 0 {
		return 0
	}
	return float64(right) / float64(right+other)
}

// measure scores every class over the examples, and tells of each mistake.
func measure(all []example, tell func(string)) map[guard.Class]score {
	scores := map[guard.Class]score{}
	for _, e := range all {
		want, got := map[guard.Class]int{}, map[guard.Class]int{}
		for _, class := range e.classes {
			want[class]++
		}
		found := guard.Check(e.text, e.options)
		for _, f := range found {
			got[f.Class]++
		}
		for _, class := range guard.Classes() {
			s, w, g := scores[class], want[class], got[class]
			s.right += min(w, g)
			s.wrong += max(0, g-w)
			s.missed += max(0, w-g)
			scores[class] = s
			if w != g {
				tell(fmt.Sprintf("%s: want %d, got %d in %q: %v", class, w, g, e.text, found))
			}
		}
	}
	return scores
}
