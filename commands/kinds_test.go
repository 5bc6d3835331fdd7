package commands

import (
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/locales"
	"github.com/buurtbode/buurtbode/messages"
)

// Every outcome of every kind has a label and words in every language, no label stands twice under a question, and what can
// be told of every alert comes last, in one order.
func TestEveryOutcomeHasWords(t *testing.T) {
	cat, err := locales.Load("nl")
	if err != nil {
		t.Fatal(err)
	}
	cat.OnMissing(func(lang, id string, err error) { t.Errorf("%s lacks %s: %v", lang, id, err) })
	for _, k := range kindList() {
		if k.due == 0 {
			if len(k.outcomes) != 0 {
				t.Errorf("%s can have no outcome, but has %v", k.name, k.outcomes)
			}
			continue
		}
		if got := strings.Join(k.outcomes, " "); !strings.HasSuffix(got, ownWords+" "+interimUpdate+" "+openUntil) {
			t.Errorf("%s ends as %s", k.name, got)
		}
		for _, lang := range cat.Languages() {
			labels := map[string]bool{}
			for _, name := range k.outcomes[:len(k.outcomes)-3] {
				label := messages.S("outcome."+k.name+"."+name+".label").Text(cat, lang)
				if messages.S("outcome."+k.name+"."+name).Text(cat, lang) == "" || label == "" || labels[label] {
					t.Errorf("%s: %s of %s has no words, or the label %q twice", lang, name, k.name, label)
				}
				labels[label] = true
			}
		}
	}
}
