package commands

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

const commandsDoc = "../docs/commands.md"

const commandsHead = `# Commands

Made from the code: ` + "`go test ./commands -run CommandsDoc -update`" + ` writes it, and a test keeps it true.

A command has a name in each language, and in private works without the slash too. A question is answered with the number,
the label or the button of a choice, or with text where that is asked. All at once works too, separated by semicolons:
` + "`/register Vogelwijk Noord; 2161; 1; ...`" + `. "back", "skip" and "cancel" work everywhere.

`

// TestCommandsDoc keeps docs/commands.md equal to the code.
func TestCommandsDoc(t *testing.T) {
	e, s := bench(t)
	var out strings.Builder
	out.WriteString(commandsHead)
	err := s.Write(context.Background(), func(tx *storage.Tx) error {
		turn := e.turn(context.Background(), tx, time.Date(2018, 5, 7, 12, 0, 0, 0, time.UTC))
		out.WriteString("| command | in Dutch | who | what |\n|---|---|---|---|\n")
		for _, c := range e.commands {
			if !c.Hidden {
				fmt.Fprintf(&out, "| /%s | /%s | %s | %s |\n", strings.TrimSpace(c.Name+" "+c.words()), e.Catalog.Text("nl", "command."+c.Name+".name", nil, -1), e.who(c),
					e.Catalog.Text("en", "command."+c.Name+".menu", nil, -1))
			}
		}
		for _, c := range e.commands {
			if c.Form != nil {
				out.WriteString(turn.describe(c))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		if err := os.WriteFile(commandsDoc, []byte(out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(commandsDoc)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != out.String() {
		t.Errorf("%s differs from the code: go test ./commands -run CommandsDoc -update", commandsDoc)
	}
}

// words is what can stand behind the name.
func (c *Command) words() string {
	switch {
	case c.Args != "":
		return c.Args
	case c.Words && c.Form != nil:
		return "[answer; answer; ...]"
	case c.Words:
		return "..."
	}
	return ""
}

func (e *Engine) who(c Command) string {
	if c.May != nil && c.Who != "" {
		return c.Who
	}
	if c.May != nil {
		return "depends on person and chat"
	}
	if c.Action == Anyone {
		return "everybody"
	}
	var names []string
	for _, r := range rolesFor(c.Action) {
		names = append(names, roleSay(r).Text(e.Catalog, "en"))
	}
	return strings.Join(names, ", ")
}

// describe lists the fields of a form in order, with their numbered choices.
func (t *Turn) describe(c Command) string {
	var out strings.Builder
	fmt.Fprintf(&out, "\n## /%s asks\n\n", c.Name)
	n := 0
	for i := range c.Form.Fields {
		f := &c.Form.Fields[i]
		if f.Default != nil || f.Unforeseen { // not asked, only offered to be changed, or asked because of an answer
			continue
		}
		n++
		fmt.Fprintf(&out, "%d. %s: %s\n", n, c.Form.Label(f.Name).Text(t.e.Catalog, "en"), t.answers(f))
	}
	for i := range c.Form.Fields {
		switch f := &c.Form.Fields[i]; {
		case f.Unforeseen:
			fmt.Fprintf(&out, "- asked because of what was answered: %s: %s\n", c.Form.Label(f.Name).Text(t.e.Catalog, "en"), t.answers(f))
		case f.Default != nil:
			fmt.Fprintf(&out, "- not asked, but can be changed: %s: %s\n", c.Form.Label(f.Name).Text(t.e.Catalog, "en"), t.answers(f))
		}
	}
	return out.String()
}

// answers is what a field takes. Choices that depend on who asks, when and about what can't be listed here.
func (t *Turn) answers(f *form.Field[*Turn]) string {
	var takes []string
	if f.Choices != nil {
		choices, err := f.Choices(t, form.New(""))
		switch {
		case f.Varies != "":
			takes = append(takes, f.Varies)
		case err != nil || len(choices) == 0:
			takes = append(takes, "a number from the list that is shown")
		default:
			takes = append(takes, t.numbered(choices))
		}
	}
	if f.Check != nil {
		takes = append(takes, "what you type or share")
	}
	out := strings.Join(takes, "; or ")
	if f.Optional {
		out += "; can be skipped"
	}
	if f.When != nil {
		out += " (only when it matters)"
	}
	return out
}

func (t *Turn) numbered(choices []form.Choice) string {
	var out []string
	for i, c := range choices {
		out = append(out, messages.Choice{Number: i + 1, Label: c.Label.Text(t.e.Catalog, "en")}.Caption())
	}
	return strings.Join(out, ", ")
}
