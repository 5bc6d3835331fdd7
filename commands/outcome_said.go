package commands

import (
	"slices"
	"strings"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
)

// checkOutcome takes an outcome in own words. What only says that it isn't over yet is no outcome: told as one, it would close
// the alert in every group.
func checkOutcome(t *Turn, s *form.State, a form.Answer) (string, error) {
	choices, err := outcomeChoices(t, s)
	if err != nil {
		return "", err
	}
	offered := func(value string) bool {
		return slices.ContainsFunc(choices, func(c form.Choice) bool { return c.Value == value })
	}
	typed := asSaid(a.Text)
	if rest, ok := t.e.after(messages.S("said.until"), typed); ok && offered(tellUntil) {
		if until, err := checkUntil(t, s, form.Answer{Text: rest}); err == nil {
			s.Answered("until", until)
		}
		return tellUntil, nil
	}
	if rest, ok := t.e.after(messages.S("said.interim"), typed); ok && offered(tellInterim) {
		if rest != "" { // more than that there is something to tell: that is the update itself
			s.Answered("text", a.Text)
		}
		return tellInterim, nil
	}
	if value, ok := t.e.beginsOne(choices, typed); ok {
		return value, nil
	}
	return checkFact(t, s, a)
}

// after is what follows a phrase of a list, in any language, at the beginning of a text.
func (e *Engine) after(list messages.Say, typed string) (rest string, ok bool) {
	for _, phrases := range e.inAll(list) {
		for _, p := range strings.Split(phrases, "|") {
			if rest, ok = strings.CutPrefix(typed+" ", p+" "); ok {
				return strings.TrimSpace(rest), true
			}
		}
	}
	return "", false
}

// shortestBeginning is how many letters of a label mean it, where own words are an answer too.
const shortestBeginning = 4

// beginsOne finds the only choice of which the label, in any language, begins with what was typed.
func (e *Engine) beginsOne(choices []form.Choice, typed string) (value string, ok bool) {
	if len(typed) < shortestBeginning {
		return "", false
	}
	for _, c := range choices {
		if !slices.ContainsFunc(e.inAll(c.Label), func(l string) bool { return strings.HasPrefix(asSaid(l), typed) }) {
			continue
		}
		if ok {
			return "", false
		}
		value, ok = c.Value, true
	}
	return value, ok
}
