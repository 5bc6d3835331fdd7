package messages

import (
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/buurtbode/buurtbode/locales"
)

func TestParse(t *testing.T) {
	val := func(s string) string { return string(valueStart) + s + string(valueEnd) }
	for _, c := range []struct {
		in   string
		want Rich
	}{
		{"plain", Rich{{Text: "plain"}}},
		{"call *112* now", Rich{{Text: "call "}, {Text: "112", Style: Bold}, {Text: " now"}}},
		{"2*3*4 and snake_case_name", Rich{{Text: "2*3*4 and snake_case_name"}}},
		{"*" + val("a*b_c") + "*", Rich{{Text: "a*b_c", Style: Bold}}},
		{val("*not bold*"), Rich{{Text: "*not bold*"}}},
		{"- one\n- two", Rich{{Text: "• one\n• two"}}},
		{val("- no list"), Rich{{Text: "- no list"}}},
		{"see [the site](https://burgernet.nl).", Rich{{Text: "see "}, {Text: "the site", Link: "https://burgernet.nl"}, {Text: "."}}},
		{"[x](javascript:alert)", Rich{{Text: "[x](javascript:alert)"}}},
		{"*bold _and_ italic*", Rich{{Text: "bold ", Style: Bold}, {Text: "and", Style: Bold | Italic}, {Text: " italic", Style: Bold}}},
		{"", nil},
	} {
		if got := Parse(c.in); !reflect.DeepEqual(got, c.want) {
			t.Errorf("Parse(%q) = %#v, want %#v", c.in, got, c.want)
		}
	}
}

func TestSayKeepsValuesLiteral(t *testing.T) {
	cat, err := locales.Load("nl")
	if err != nil {
		t.Fatal(err)
	}
	got := S("time.days", V{"Count": 2}).Text(cat, "en")
	if got != "2 days" {
		t.Errorf("got %q", got)
	}
	if got := Verbatim("a \uE000*b*\uE001 [x](https://y.z)").Rich(cat, "nl"); len(got) != 1 || got[0].Style != 0 || got[0].Link != "" {
		t.Errorf("typed text became markup: %#v", got)
	}
}

// templates are sentences as they stand in locale files, with a value at each @.
var templates = []string{
	"@", "*@*", "_@_ and _@_", "- @\n- @", "[@](https://burgernet.nl)", "see [sic] @ and *more*", "*@", "@*b*", "2 * @",
	"[words](@)", "*_@_* [a @ b](https://x.nl/@)", "\n@\n- x", "[[@](https://x.nl)]", "a*@*b *c*",
}

func FuzzParse(f *testing.F) {
	for _, value := range []string{
		"plain", "*bold*", "a](https://evil.nl)", "[x](https://evil.nl)", "- x", "\n- x", ")", "(", "*", "_", "x\uE001*y*", "\uE000", "[",
	} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		value = Clean(value)
		if value == "" || strings.Contains(value, "WORD") {
			return
		}
		for _, template := range templates {
			if template == "[words](@)" { // an address may be a value, but must look like one
				for _, s := range Parse(strings.ReplaceAll(template, "@", mark(value))) {
					if s.Link != "" && s.Link != value {
						t.Fatalf("the address %q became %q", value, s.Link)
					}
				}
				continue
			}
			if strings.Contains(template, "x.nl/@") && strings.ContainsFunc(value, unicode.IsSpace) {
				continue // no address any more
			}
			got := Parse(strings.ReplaceAll(template, "@", mark(value)))
			want := Parse(strings.ReplaceAll(template, "@", mark("WORD")))
			for i := range want {
				want[i].Text = strings.ReplaceAll(want[i].Text, "WORD", value)
				want[i].Link = strings.ReplaceAll(want[i].Link, "WORD", value)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("in %q the value %q became markup:\n got %#v\nwant %#v", template, value, got, want)
			}
		}
	})
}

func FuzzClean(f *testing.F) {
	f.Add("a\x00b\xff\u202ec\r\n\td\u0085\uE000")
	f.Fuzz(func(t *testing.T, in string) {
		got := Clean(in)
		if !utf8.ValidString(got) || Clean(got) != got {
			t.Fatalf("%q became %q", in, got)
		}
		for _, r := range got {
			if r != '\n' && r != '\t' && (unicode.IsControl(r) || r >= valueStart && r <= '\uF8FF' || r >= '\u202a' && r <= '\u202e') {
				t.Fatalf("%q is left in %q", r, got)
			}
		}
		if utf8.ValidString(in) && len(got) < len(in) && !strings.ContainsFunc(in, dropped) {
			t.Fatalf("%q lost something: %q", in, got)
		}
	})
}

func TestSplitSendsNoEmptyPart(t *testing.T) {
	long := strings.Repeat("x", 30)
	for _, text := range [][]string{{"  " + long}, {" ", "a", "\n"}, {"a", "  ", long}, {long + "\n\n\n", "b"}} {
		var paragraphs []Rich
		for _, p := range text {
			paragraphs = append(paragraphs, Rich{{Text: p}})
		}
		for _, part := range Split(paragraphs, nil, 20, 20) {
			if part.blank() || part.Len() > 20 {
				t.Errorf("%q has the part %q", text, part)
			}
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("one\n\ntwo three", "call 112", 20, 30)
	f.Add(strings.Repeat("é😀", 50), "112", 10, 12)
	f.Fuzz(func(t *testing.T, text, call string, first, limit int) {
		text, call = Clean(text), Clean(call)
		if limit < 16 || limit > 5000 || first < 16 || first > limit || Len16(call) > first/2 || len(text) > 4000 {
			return
		}
		var paragraphs []Rich
		for _, p := range strings.Split(text, "\n\n") {
			paragraphs = append(paragraphs, Parse(p))
		}
		var line Rich
		if call != "" {
			line = Rich{{Text: call}}
		}
		parts := Split(paragraphs, line, first, limit)
		var all strings.Builder
		for i, p := range parts {
			room := limit
			if i == 0 {
				room = first
			}
			if p.Len() > room {
				t.Fatalf("part %d has %d units, limit %d", i, p.Len(), room)
			}
			if len(parts) > 1 && p.blank() {
				t.Fatalf("part %d is empty", i)
			}
			all.WriteString(p.String())
		}
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		want := squeeze(Join(paragraphs, "\n\n").String())
		got := squeeze(strings.ReplaceAll(all.String(), call, ""))
		if call == "" || !strings.Contains(want, call) {
			if call == "" {
				got = squeeze(all.String())
			}
			if got != want && !strings.Contains(squeeze(call), " ") && strings.Count(want, squeeze(call)) == 0 {
				t.Fatalf("lost text: %q, want %q", got, want)
			}
		}
		if call != "" {
			for _, i := range []int{0, len(parts) - 1} {
				if !strings.Contains(parts[i].String(), call) {
					t.Fatalf("part %d lacks the call line", i)
				}
			}
		}
	})
}
