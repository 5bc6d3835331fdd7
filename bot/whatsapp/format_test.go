package whatsapp

import (
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/messages"
)

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		name string
		in   messages.Rich
		want string
	}{
		{"styles", messages.Rich{{Text: "Vermist", Style: messages.Bold}, {Text: " en "}, {Text: "gezien", Style: messages.Italic}}, "*Vermist* en _gezien_"},
		{"both", messages.Rich{{Text: "nu", Style: messages.Bold | messages.Italic}}, "*_nu_*"},
		{"blanks stay outside the marks", messages.Rich{{Text: " nu \n", Style: messages.Bold}, {Text: "x"}}, " *nu* \nx"},
		{"a mark ends with its line", messages.Rich{{Text: "een\ntwee", Style: messages.Bold}}, "*een*\n*twee*"},
		{"what people write is no markup", messages.Rich{{Text: "*a* _b_ ~c~ `d`"}}, "*\u2060a*\u2060 _\u2060b_\u2060 ~\u2060c~\u2060 `\u2060d`\u2060"},
		{"nor a quote or a list", messages.Rich{{Text: "> a\n- b"}}, "\u2060> a\n\u2060- b"},
		{"a sum is a sum", messages.Rich{{Text: "3 > 2"}}, "3 > 2"},
		{"a link is written out", messages.Rich{{Text: "zie "}, {Text: "hier", Link: "https://politie.nl"}}, "zie hier: https://politie.nl"},
		{"a bare link once", messages.Rich{{Text: "https://politie.nl", Link: "https://politie.nl"}}, "https://politie.nl"},
		{"an address as its own words", messages.Rich{{Text: "kijk op "}, {Text: "www.politie.nl", Link: "https://www.politie.nl"}, {Text: "."}}, "kijk op https://www.politie.nl."},
		{"an address among words stays whole", messages.Rich{{Text: "zie_ (https://x.nl/a_b~c?d=*e) en _dan_"}}, "zie_\u2060 (https://x.nl/a_b~c?d=*e) en _\u2060dan_\u2060"},
		{"a telephone number is no link", messages.Rich{{Text: "112", Link: "tel:112", Style: messages.Bold}}, "*112*"},
	} {
		if got := format(c.in); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestLines(t *testing.T) {
	w := &WhatsApp{number: "31600000001"}
	got := w.lines(messages.Outbound{
		Body: messages.Rich{{Text: "Kies"}}, How: messages.Rich{{Text: "Stuur het nummer", Style: messages.Italic}},
		Choices: []messages.Choice{
			{Number: 1, Label: "Ja", Data: "y"},
			{Label: "Doorgezet", Data: "/passed 1"},
			{Label: "Privé", Start: "register"},
			{Label: "Kaart", Link: "https://x.nl"},
		},
	})
	want := "\n\n1. Ja\n2. Doorgezet\nPrivé: https://wa.me/31600000001?text=%2Fstart%20register\nKaart: https://x.nl\n\n_Stuur het nummer_"
	if got != want {
		t.Errorf("the lines are %q, want %q", got, want)
	}
}

// Whatever is written, no mark of it works: behind each stands the joiner, unless we put it there.
func FuzzFormat(f *testing.F) {
	f.Add("a *b* _c_ ~d~ `e`\n> f\n- g")
	f.Fuzz(func(t *testing.T, s string) {
		got := format(messages.Rich{{Text: s}})
		if strings.ReplaceAll(got, wordJoiner, "") != strings.ReplaceAll(s, wordJoiner, "") {
			t.Fatalf("%q became %q", s, got)
		}
		for _, mark := range []string{"*", "_", "~", "`"} {
			if strings.Contains(s, "://") { // an address stays whole
				break
			}
			if strings.Count(got, mark) != strings.Count(got, mark+wordJoiner) {
				t.Fatalf("%q has a mark that works: %q", s, got)
			}
		}
		for line := range strings.Lines(got) {
			if strings.HasPrefix(line, "> ") || strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "# ") {
				t.Fatalf("%q begins a quote or a list: %q", s, got)
			}
		}
	})
}
