package messages

import (
	"reflect"
	"strings"
	"testing"

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
