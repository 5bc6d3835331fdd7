package guard_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/commands/guard"
)

// least is what every class must reach over the examples, in precision and in recall.
const least = 0.95

func TestExamples(t *testing.T) {
	all := readExamples(t)
	clean := 0
	for _, e := range all {
		if len(e.classes) == 0 {
			clean++
		}
	}
	if len(all) < 240 || 2*clean < len(all) {
		t.Errorf("%d examples, %d with nothing wrong; want at least 240, half of them with nothing wrong", len(all), clean)
	}
	scores := measure(all, func(mistake string) { t.Log(mistake) })
	for _, class := range guard.Classes() {
		s := scores[class]
		t.Logf("%-8s precision %.3f, recall %.3f, of %d", class, s.precision(), s.recall(), s.right+s.missed)
		if s.right+s.missed < 10 {
			t.Errorf("%s: only %d examples", class, s.right+s.missed)
		}
		if s.precision() < least || s.recall() < least {
			t.Errorf("%s: precision %.3f, recall %.3f; want at least %.2f", class, s.precision(), s.recall(), least)
		}
	}
}

// TestSpans marks in each text what must be found, exactly: [class what].
func TestSpans(t *testing.T) {
	for _, marked := range []string{
		"Bel [phone 06-12345678], of 0900-8844.",
		"Bel zijn vrouw ([phone (071) 512 34 56]).",
		"Bel [phone +31 6 12345678] 14.30 uur",
		"bel [phone +31 (0)6 87654321] of 112",
		"Mail [email wijkagent.lisse@gmail.com].",
		"Mail [email jan(at)politie.nl], graag",
		"naar [iban NL91 ABNA 0417 1643 00] t.n.v. X",
		"BSN [citizen 1538.69.007], zie mutatie",
		"kenteken: [plate 12-ABC-3], zwart",
		"Witte bus, [plate vn-123-b].",
		"Pools kenteken [plate WX 12345] gezien",
		"Inbraak [house Kerkstraat 12a] in Lisse",
		"Inbraak [house Lijsterbeslaan 12-14]; niets weg",
		"Ingebroken op [house nummer 12], vannacht",
		"Vermist vanaf [house 2161 AB 12], Lisse",
		"Let op, een [ethnic Marokkaanse man] belt aan",
		"Persoon van Noord-[ethnic Afrikaanse afkomst]",
		"Verdachte [name Jan de Vries] is weg",
		"Verdachten [name Lars Broekhof] en [name Finn Castelein] zijn weg",
		"Negroïde? Nee: [ethnic negroïde man]…",
		"één café – [email é@x.nl]",
	} {
		text, want := unmark(marked)
		if strings.Contains(marked, "é@") { // an address has no accents: nothing is found, and nothing is cut in two
			want = nil
		}
		var got []string
		for _, f := range guard.Check(text, guard.Options{Numbers: []string{"112", "0900-8844"}}) {
			if text[f.Start:f.End] != f.Text {
				t.Errorf("%q: the span of %v holds %q", text, f, text[f.Start:f.End])
			}
			got = append(got, fmt.Sprintf("%s %s", f.Class, f.Text))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// unmark takes the marks out of a text, and gives what they hold.
func unmark(marked string) (string, []string) {
	var text strings.Builder
	var want []string
	for rest := marked; ; {
		before, after, found := strings.Cut(rest, "[")
		text.WriteString(before)
		if !found {
			return text.String(), want
		}
		inside, behind, _ := strings.Cut(after, "]")
		want = append(want, inside)
		_, what, _ := strings.Cut(inside, " ")
		text.WriteString(what)
		rest = behind
	}
}

func TestOptions(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		options guard.Options
		want    []guard.Class
	}{
		"a plate":                          {"Zwarte Golf, 12-ABC-3", guard.Options{}, []guard.Class{guard.Plate}},
		"a plate that is looked out for":   {"Zwarte Golf, 12-ABC-3", guard.Options{Plates: true}, nil},
		"a name that is looked for":        {"Gezocht: Lotte van der Wal", guard.Options{}, []guard.Class{guard.Name}},
		"a name that is missing":           {"Gezocht: Lotte van der Wal", guard.Options{Missing: true}, nil},
		"a suspect beside who is missing":  {"Verdachte Jan de Vries nam haar mee", guard.Options{Missing: true}, []guard.Class{guard.Name}},
		"a number":                         {"Bel 071-5123456", guard.Options{}, []guard.Class{guard.Phone}},
		"the operator's number":            {"Bel 071-5123456", guard.Options{Numbers: []string{"071 512 34 56"}}, nil},
		"the operator's number, from afar": {"Bel +31 71 512 34 56", guard.Options{Numbers: []string{"071-5123456"}}, nil},
		"nothing":                          {"", guard.Options{}, nil},
	} {
		var got []guard.Class
		for _, f := range guard.Check(c.text, c.options) {
			got = append(got, f.Class)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, e := range readExamples(f) {
		f.Add(e.text, e.options.Plates, e.options.Missing)
	}
	f.Add("nr\xff 12\x80a 06-\xf0\x9f12345678 'É't @.nl (at)", false, false)
	f.Fuzz(func(t *testing.T, text string, plates, missing bool) {
		borders := map[int]bool{len(text): true}
		for at := range text {
			borders[at] = true
		}
		last := 0
		for _, found := range guard.Check(text, guard.Options{Numbers: []string{text}, Plates: plates, Missing: missing}) {
			if found.Start < last || found.Start >= found.End || found.End > len(text) {
				t.Fatalf("%q: %v is no part of it, or out of order", text, found)
			}
			if !borders[found.Start] || !borders[found.End] || text[found.Start:found.End] != found.Text {
				t.Fatalf("%q: %v cuts a rune, or says something else", text, found)
			}
			last = found.Start
		}
	})
}

// BenchmarkCheck reads an alert of 300 characters with a bit of everything in it, and one without.
func BenchmarkCheck(b *testing.B) {
	wrong := "Gisteravond tussen 18.30 en 21.00 uur is er ingebroken aan de Lijsterbeslaan 31. Verdachte Jan de Vries, een getinte man, " +
		"vluchtte in een grijze Opel met kenteken HJ-123-K richting de A44. Heeft u iets gezien of heeft u camerabeelden? Mail " +
		"wijkagent@gmail.com of bel 06-12345678, BSN 153869007 is bekend."
	right := "Gisteravond tussen 18.30 en 21.00 uur is er ingebroken in een woning aan de Lijsterbeslaan in Lisse. De dader is een man van " +
		"ongeveer 30 jaar, 1.80 m lang, met een zwarte jas en een blauwe pet. Hij vluchtte op een fiets richting de Heereweg. Heeft u " +
		"iets gezien, of heeft u camerabeelden? Bel dan 0900-8844, niet 112."
	for name, text := range map[string]string{"wrong": wrong, "right": right} {
		b.Run(name, func(b *testing.B) {
			b.ReportMetric(float64(len(text)), "characters")
			for b.Loop() {
				guard.Check(text, guard.Options{Numbers: []string{"112", "0900-8844"}})
			}
		})
	}
}

// BenchmarkExamples reports precision and recall of every class over the examples.
func BenchmarkExamples(b *testing.B) {
	all := readExamples(b)
	var scores map[guard.Class]score
	for b.Loop() {
		scores = measure(all, func(string) {})
	}
	for _, class := range guard.Classes() {
		b.ReportMetric(scores[class].precision(), string(class)+"-precision")
		b.ReportMetric(scores[class].recall(), string(class)+"-recall")
	}
}
