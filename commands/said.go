package commands

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// longestCall is how many words something has at most that is taken for what a command is called.
const longestCall = 10

// called is how people ask for a command without its name.
type called struct {
	command, args string
	words         messages.Say // phrases of folded words
}

// calledList has what people say for each command, where that isn't its name. The first that fits is taken.
func calledList() []called {
	return []called{
		{"help", "", messages.S("said.help")},
		{"saar", "", messages.S("said.saar")},
		{"rules", "", messages.S("said.rules")},
		{"register", "", messages.S("said.register")},
		{"groups", "", messages.S("said.groups")},
		{"alert", "", messages.S("said.alert")},
		{"feedback", "", messages.S("said.feedback")},
		{"pending", "", messages.S("said.pending")},
		{"handover", "", messages.S("said.handover")},
		{"away", "end", messages.S("said.away.end")},
		{"away", "", messages.S("said.away")},
		{"daysoff", "", messages.S("said.daysoff")},
		{"correct", "", messages.S("said.correct")},
		{"withdraw", "", messages.S("said.withdraw")},
		{"reach", "", messages.S("said.reach")},
		{"tip", "", messages.S("said.tip")},
		{"impact", "", messages.S("said.impact")},
		{"weekly", "", messages.S("said.weekly")},
		{"signs", "apply", messages.S("said.signs.apply")},
		{"signs", "", messages.S("said.signs")},
		{"link", "", messages.S("said.link")},
		{"invite", "", messages.S("said.invite")},
		{"activate", "", messages.S("said.activate")},
		{"lang", "en", messages.S("said.lang.en")},
		{"lang", "nl", messages.S("said.lang.nl")},
		{"lang", "", messages.S("said.lang")},
		{"privacy", "", messages.S("said.privacy")},
		{"mydata", "", messages.S("said.mydata")},
		{"forgetme", "", messages.S("said.forgetme")},
		{"cancel", "", messages.S("said.cancel")},
	}
}

// meant takes something said in private that is neither a command nor an answer, and does what it most likely asks for.
func (t *Turn) meant(text string) (done bool, err error) {
	held, err := t.roles()
	if err != nil || text == "" || t.In.Photo != nil || t.In.Tapped != "" || len(held) == 0 && t.e.urgent(text) {
		return false, err
	}
	if looksLikeCode(text) {
		return true, t.command(t.e.byName["activate"], text)
	}
	words := fieldsOf(text)
	if len(words) == 2 && slices.Contains(t.e.words.every, words[0]) { // "elke woensdag", after a look at the days off
		if may, err := t.May(BeAway); err != nil || may {
			return true, errors.Join(err, t.command(t.e.byName["daysoff"], text))
		}
	}
	if c, args, ok := t.e.calledFor(words); ok {
		return true, t.command(c, args)
	}
	switch {
	case t.e.all(words, messages.S("said.hello")):
		return true, t.hello()
	case t.e.all(words, messages.S("said.thanks")):
		return true, t.ReplyS(messages.S("thanks"))
	}
	return t.meantAlert(text, words)
}

// saidOtherwise takes "melding maken" and "melding 3 is gevonden", which begin with a command's name without asking for it with
// these words behind it.
func (t *Turn) saidOtherwise(c *Command, text string) (done bool, err error) {
	words := fieldsOf(text)
	for _, call := range calledList() {
		if t.e.lists(call.words, strings.Join(words, " ")) {
			return true, t.command(t.e.byName[call.command], call.args)
		}
	}
	if other, args, ok := t.e.calledFor(words); ok && other == c && args != "" && c.Name != "alert" { // "terugkoppeling melding 3"
		return true, t.command(c, args)
	}
	if c.Name == "alert" && t.e.stands(messages.S("said.ended"), " "+strings.Join(words, " ")+" ") {
		return t.meantAlert(text, words)
	}
	return false, nil
}

// looksLikeCode tells whether a text is a one-time code without the command: eight capitals and digits.
func looksLikeCode(text string) bool {
	text = strings.TrimSpace(text)
	return len(text) == codeLength && !strings.ContainsFunc(text, func(r rune) bool { return !strings.ContainsRune(codeLetters, r) })
}

// calledFor finds the command for which somebody asks with words: all that is said, save a number and what people put
// round it ("ik wil graag ...", "van melding 3").
func (e *Engine) calledFor(words []string) (c *Command, args string, ok bool) {
	if len(words) == 0 || len(words) > longestCall {
		return nil, "", false
	}
	var said, numbers []string
	for _, w := range words {
		if _, err := strconv.Atoi(w); err == nil {
			numbers = append(numbers, w)
			continue
		}
		said = append(said, w)
	}
	whole := strings.Join(said, " ")
	phrase := e.bare(whole)
	if phrase == "" || len(numbers) > 1 {
		return nil, "", false
	}
	for _, call := range calledList() {
		c = e.byName[call.command]
		if len(numbers) > 0 && (!c.Words || call.args != "") {
			continue
		}
		if e.lists(call.words, whole) || e.lists(call.words, phrase) {
			return c, strings.Join(append(numbers, strings.Fields(call.args)...), " "), true
		}
	}
	if c = e.byName[phrase]; c == nil || c.Hidden || len(numbers) > 0 && !c.Words {
		return nil, "", false
	}
	return c, strings.Join(numbers, " "), true
}

// bare is a phrase without what people put before and behind what they ask for.
func (e *Engine) bare(phrase string) string {
	for before := ""; before != phrase; {
		before = phrase
		for _, list := range e.inAll(messages.S("said.around")) {
			for _, w := range strings.Split(list, "|") {
				phrase = strings.TrimSuffix(strings.TrimPrefix(phrase, w+" "), " "+w)
			}
		}
	}
	return phrase
}

// lists tells whether a phrase stands in a list of phrases, in any language.
func (e *Engine) lists(list messages.Say, phrase string) bool {
	return slices.ContainsFunc(e.inAll(list), func(l string) bool { return slices.Contains(strings.Split(l, "|"), phrase) })
}

// all tells whether something is said in which every word stands in a list.
func (e *Engine) all(words []string, list messages.Say) bool {
	return len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !e.lists(list, w) })
}

// hello answers a greeting: who the bot is, for whom it matters, and what it can do for this person.
func (t *Turn) hello() error {
	options, err := t.helpOptions()
	if err != nil {
		return err
	}
	if err := t.Tx.SetGreeted(t.Person.ID, t.Now); err != nil {
		return err
	}
	return t.replyUnlessPolice(messages.S("start.short", t.e.Settings.numbers()), messages.S("hello"), options)
}

// replyUnlessPolice answers with whom to call and something else; the police get only the latter.
func (t *Turn) replyUnlessPolice(call, other messages.Say, options []messages.Option) error {
	said := []messages.Say{call, other}
	police, err := t.police()
	if err != nil {
		return err
	}
	if police {
		said = said[1:]
	}
	return t.Reply(messages.Paragraphs(said...).With(options...))
}

// police tells whether the person is of the police: who is doesn't have to be told to call them.
func (t *Turn) police() (bool, error) {
	held, err := t.roles()
	return slices.ContainsFunc(held, func(r storage.Role) bool {
		return slices.Contains([]storage.RoleName{storage.Officer, storage.OpCo, storage.Portfolio, storage.ControlRoom}, r.Role)
	}), err
}

// fewestFacts is how many words are more than the name of a kind: they tell what happened.
const fewestFacts = 5

// meantAlert begins an alert for an officer who just says what is the matter, or tells how one ended.
func (t *Turn) meantAlert(text string, words []string) (bool, error) {
	may, err := t.May(SendAlert)
	if err != nil || !may || len(words) == 0 {
		return false, err
	}
	spaced := " " + strings.Join(words, " ") + " "
	if t.e.stands(messages.S("said.ended"), spaced) {
		number := ""
		for _, w := range words {
			if _, err := strconv.Atoi(w); err == nil {
				number = w
			}
		}
		return true, t.command(t.e.byName["feedback"], number)
	}
	kind := t.e.kindSaid(text)
	if kind == "" || len([]rune(text)) > longestFact {
		return false, nil
	}
	s := form.New("")
	s.Answered("kind", kind)
	if len(words) >= fewestFacts {
		s.Answered("what", strings.TrimSpace(text))
	}
	if err := t.ReplyS(messages.S("alert.begun", messages.V{"Kind": messages.S("alert." + kind + ".kind")})); err != nil {
		return true, err
	}
	return true, t.StartForm("alert", s)
}

// kindSaid is the kind of alert of which a text speaks; empty: none.
func (e *Engine) kindSaid(text string) string {
	spaced := " " + strings.Join(fieldsOf(text), " ") + " "
	for _, k := range []struct {
		name  string
		words messages.Say
	}{
		{"missing", messages.S("alert.missing.words")},
		{"confused", messages.S("alert.confused.words")},
		{"vehicle", messages.S("alert.vehicle.words")},
		{"suspect", messages.S("alert.suspect.words")},
		{"goodnews", messages.S("alert.goodnews.words")},
		{"prevention", messages.S("alert.prevention.words")},
		{"warning", messages.S("alert.warning.words")},
		{"witnesses", messages.S("alert.witnesses.words")},
	} {
		if e.stands(k.words, spaced) {
			return k.name
		}
	}
	return ""
}

// commandName is the first word of what was typed as a command is called: "/Melding:" and "/ melding" are "/melding".
func commandName(text string) (name, args string) {
	text = strings.TrimLeft(strings.TrimPrefix(text, "/"), " ")
	end := strings.IndexFunc(text, unicode.IsSpace)
	if end < 0 {
		end = len(text)
	}
	name = strings.TrimRight(text[:end], ".,:;!?")
	return storage.Fold(name), strings.TrimSpace(text[end:])
}
