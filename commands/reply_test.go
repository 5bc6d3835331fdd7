package commands

import (
	"os"
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/locales"
	"github.com/buurtbode/buurtbode/messages"
)

func replies(t testing.TB) [][2]string {
	t.Helper()
	data, err := os.ReadFile("testdata/replies.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var out [][2]string
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		label, text, ok := strings.Cut(line, "\t")
		if !ok {
			t.Fatalf("no example: %q", line)
		}
		out = append(out, [2]string{label, text})
	}
	return out
}

func replyEngine(t testing.TB) *Engine {
	t.Helper()
	cat, err := locales.Load("nl")
	if err != nil {
		t.Fatal(err)
	}
	return New(Config{Catalog: cat})
}

// labelOf is how the examples call a kind of answer.
func labelOf(k replyKind) string {
	switch k {
	case replyTip:
		return "tip"
	case replyPassed:
		return "passed"
	case replyOther, replyTalk:
	}
	return "else"
}

func TestRepliesAreRecognised(t *testing.T) {
	e := replyEngine(t)
	all := replies(t)
	if len(all) < 80 {
		t.Errorf("only %d examples", len(all))
	}
	for _, example := range all {
		if got := labelOf(e.replyKindOf(example[1])); got != example[0] {
			t.Errorf("%q is %s, want %s", example[1], got, example[0])
		}
	}
}

// FuzzReply looks for an answer that breaks the recogniser, or whose case, spaces and signs change what it is.
func FuzzReply(f *testing.F) {
	e := replyEngine(f)
	for _, example := range replies(f) {
		f.Add(example[1])
	}
	f.Add("ik ik zie zie \x00 het niet gezien gezien")
	f.Fuzz(func(t *testing.T, text string) {
		text = messages.Clean(text)
		kind := e.replyKindOf(text)
		if kind < replyOther || kind > replyTalk {
			t.Errorf("%q is of kind %d", text, kind)
		}
		if got := e.replyKindOf("  " + text + " !"); got != kind {
			t.Errorf("%q is %d, and %d between spaces and signs", text, kind, got)
		}
		group := messages.Inbound{Kind: messages.Group, Text: text}
		if e.concerns(group) {
			t.Errorf("%q concerns the bot though it answers nothing", text)
		}
	})
}
