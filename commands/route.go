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

// confirmPrefix marks the button with which an unnamed group administrator repeats a command from the own account.
const confirmPrefix = "me:"

// route decides what a message is: a tapped choice, a command, an answer to a form, or none of these.
func (t *Turn) route() error {
	text := t.In.Text
	if t.In.Tapped != "" {
		if tap, ok := form.ParseTap(t.In.Tapped); ok {
			return t.tapped(tap)
		}
		text = strings.TrimPrefix(t.In.Tapped, confirmPrefix)
	}
	if t.Chat.Kind == messages.Channel {
		return t.channelPost(text)
	}
	c, args, slash := t.e.find(text, t.Private())
	if c != nil && c.Hidden && t.In.Tapped == "" && !t.Private() {
		return nil
	}
	if c != nil && (slash || !t.answering()) {
		if !slash && args != "" {
			if done, err := t.saidOtherwise(c, text); err != nil || done {
				return err
			}
		}
		return t.command(c, args)
	}
	if !t.Private() {
		_, err := t.answered(text)
		return err // unknown things in a group: silence
	}
	if slash {
		return t.ReplyS(messages.S("unknown.command"))
	}
	return t.saidInPrivate(text)
}

// answering tells whether the person is filling in a form in this chat.
func (t *Turn) answering() bool {
	if !t.Private() {
		return false
	}
	_, _, err := t.Tx.FormOf(t.Person.ID, t.Now)
	return err == nil
}

// saidInPrivate takes something said in private that is no command: the answer to a form, a typed number or label of a choice
// that was offered, or something that the bot does not understand.
func (t *Turn) saidInPrivate(text string) error {
	done, err := t.answerForm()
	if err != nil || done {
		return err
	}
	if c, ok, err := t.offered(text); err != nil || ok {
		if err != nil {
			return err
		}
		return t.command(c.command, c.args)
	}
	if done, err := t.answered(text); err != nil || done {
		return err
	}
	if done, err := t.meant(text); err != nil || done {
		return err
	}
	return t.Lost()
}

type offeredCommand struct {
	command *Command
	args    string
}

// offered finds the choice under the latest message that a typed number or label means.
func (t *Turn) offered(text string) (offeredCommand, bool, error) {
	typed := storage.Fold(text)
	if typed == "" || len(typed) > 100 {
		return offeredCommand{}, false, nil
	}
	choices, err := t.Tx.LastChoices(t.Chat.ID)
	if err != nil {
		if errors.Is(err, storage.ErrNotFound) {
			err = nil
		}
		return offeredCommand{}, false, err
	}
	if c, ok, err := t.agreed(choices, asSaid(text)); err != nil || ok {
		return c, ok, err
	}
	number, _ := strconv.Atoi(strings.TrimRight(typed, ".)"))
	for i, c := range choices {
		if !strings.HasPrefix(c.Data, "/") {
			continue
		}
		if number > 0 && (number == c.Number || c.Number == 0 && number == i+1) || storage.Fold(c.Label) == typed || storage.Fold(c.Caption()) == typed {
			command, args, _ := t.e.find(c.Data, true)
			return offeredCommand{command, args}, command != nil, nil
		}
	}
	return offeredCommand{}, false, nil
}

// agreed takes a plain yes or no to the very latest message, where one of its choices says just that: "ok" under "Akkoord", "ja"
// under "Ja, intrekken".
func (t *Turn) agreed(choices []messages.Choice, typed string) (offeredCommand, bool, error) {
	words := t.e.words.yes
	if !slices.Contains(words, typed) {
		if words = t.e.words.no; !slices.Contains(words, typed) {
			return offeredCommand{}, false, nil
		}
	}
	for _, c := range choices {
		said := fieldsOf(c.Label)
		if len(said) == 0 || !strings.HasPrefix(c.Data, "/") || !slices.Contains(words, strings.Join(said, " ")) && !slices.Contains(words, said[0]) {
			continue
		}
		last, err := t.Tx.ChoicesAreLast(t.Chat.ID)
		if err != nil || !last {
			return offeredCommand{}, false, err
		}
		command, args, _ := t.e.find(c.Data, true)
		return offeredCommand{command, args}, command != nil, nil
	}
	return offeredCommand{}, false, nil
}

// command runs a command for whoever may; who may not is told where to go instead.
func (t *Turn) command(c *Command, args string) error {
	if t.In.From.Anonymous {
		return t.askWho(c, args)
	}
	may, err := c.allowed(t)
	if err != nil {
		return err
	}
	if !may {
		return t.refuse(c)
	}
	return c.Run(t, args)
}

// refuse tells who may not use a command why, and where to go instead.
func (t *Turn) refuse(c *Command) error {
	if !t.Private() {
		t.KeepButtons()
		said := messages.Paragraphs(messages.S("refused.group"))
		if c.Urges {
			said = t.withCall(said)
		}
		return t.Reply(said)
	}
	held, err := t.roles()
	switch {
	case err != nil:
		return err
	case len(held) > 0:
		return t.ReplyS(messages.S("refused.role"))
	case c.Refused.ID != "":
		return t.ReplyS(c.Refused)
	}
	return t.ReplyS(messages.S("refused", t.e.Settings.numbers()))
}

// longestData is the longest, in bytes, that Telegram carries in a button: https://core.telegram.org/bots/api#inlinekeyboardbutton
const longestData = 64

// askWho asks an unnamed group administrator to repeat a command with a button: a tap tells whose account it is.
func (t *Turn) askWho(c *Command, args string) error {
	data := strings.TrimSpace(confirmPrefix + "/" + c.Name + " " + args)
	if len(data) > longestData {
		return t.ReplyS(messages.S("anonymous.long"))
	}
	return t.Reply(messages.Paragraphs(messages.S("anonymous.ask")).With(
		messages.Option{Label: messages.S("anonymous.me"), Data: data},
	))
}

// Lost answers what the bot does not understand: the emergency numbers first, then what it can do. The police don't need
// to be told whom to call.
func (t *Turn) Lost() error {
	options, err := t.helpOptions()
	if err != nil {
		return err
	}
	lost := messages.S("lost")
	if t.In.Other {
		lost = messages.S("lost.voice")
	}
	return t.replyUnlessPolice(messages.S("emergency.first", t.e.Settings.numbers()), lost, options)
}

// urgent tells whether a text looks as if somebody needs help right now.
func (e *Engine) urgent(text string) bool {
	spaced := " " + strings.Join(fieldsOf(text), " ") + " "
	return slices.ContainsFunc(e.words.emergency, func(w string) bool { return strings.Contains(spaced, " "+w+" ") })
}

// fieldsOf are the words of a text, folded and without what stands between them.
func fieldsOf(text string) []string {
	return strings.FieldsFunc(storage.Fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
