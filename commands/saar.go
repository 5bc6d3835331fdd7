package commands

import (
	"strconv"
	"strings"

	"github.com/buurtbode/buurtbode/messages"
)

// saarSteps is the number of steps of SAAR: signaleren, alarmeren, appen, reageren (domain.md).
const saarSteps = 4

// saarCommand says what a resident does, in which order. With a number it tells that step in more words.
func saarCommand() Command {
	return Command{Name: "saar", Args: "[1-4]", Words: true, Run: func(t *Turn, args string) error {
		n, err := strconv.Atoi(strings.TrimSpace(args))
		switch {
		case args == "":
			return t.Reply(messages.Paragraphs(messages.S("saar.all", t.e.Settings.numbers())).With(saarOptions(0)...))
		case err != nil || n < 1 || n > saarSteps:
			return messages.Refuse("saar.which")
		}
		step := messages.S("saar.step"+strconv.Itoa(n), t.e.Settings.numbers())
		return t.Reply(messages.Paragraphs(step).With(saarOptions(n)...))
	}}
}

// saarOptions are buttons for the steps but the one that is shown.
func saarOptions(shown int) []messages.Option {
	var out []messages.Option
	for n := 1; n <= saarSteps; n++ {
		if n != shown {
			out = append(out, messages.Option{Number: n, Label: messages.S("saar.name" + strconv.Itoa(n)), Data: "/saar " + strconv.Itoa(n)})
		}
	}
	return out
}

// rulesCommand gives example house rules: the group decides for itself (R1).
func rulesCommand() Command {
	return Command{Name: "rules", Run: func(t *Turn, _ string) error {
		return t.ReplyS(messages.S("rules.title"), messages.S("rules.list", t.e.Settings.numbers()), messages.S("rules.yours"))
	}}
}
