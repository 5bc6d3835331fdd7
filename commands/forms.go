package commands

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// formExpiry is how long an unfinished form is kept.
const formExpiry = 48 * time.Hour

func (e *Engine) formWords() form.Words {
	return form.Words{
		Back: e.words.back, Skip: e.words.skip, Cancel: e.words.cancel,
		None: e.words.skipNone, Yes: e.words.yes, No: e.words.no,
		Fold: asSaid,
		Match: func(label messages.Say, typed string) bool {
			typed = asSaid(typed)
			return typed != "" && slices.ContainsFunc(e.inAll(label), func(l string) bool { return asSaid(l) == typed })
		},
		Begins: func(label messages.Say, typed string) bool {
			return slices.ContainsFunc(e.inAll(label), func(l string) bool {
				l = asSaid(l)
				return strings.HasPrefix(l, typed) || l != "" && strings.HasPrefix(typed, l+" ")
			})
		},
		Within: func(label messages.Say, typed string) bool {
			return slices.ContainsFunc(e.inAll(label), func(l string) bool { return strings.Contains(" "+asSaid(l)+" ", " "+typed+" ") })
		},
	}
}

// asSaid is a text folded and without signs, as it is compared with words that the bot knows: "Stop!!" is "stop". What has
// no letters or digits stays as it is.
func asSaid(text string) string {
	return cmp.Or(strings.Join(fieldsOf(text), " "), storage.Fold(text))
}

// inAll is a sentence in every language, folded.
func (e *Engine) inAll(s messages.Say) []string {
	out := make([]string, 0, len(e.Catalog.Languages()))
	for _, lang := range e.Catalog.Languages() {
		out = append(out, storage.Fold(s.Text(e.Catalog, lang)))
	}
	return out
}

// StartForm begins the form of a command, in private. Asked for in a group it goes on in the private chat; who never
// wrote to the bot gets a button that opens it.
func (t *Turn) StartForm(command string, s *form.State) error {
	c := t.e.byName[command]
	if c == nil || c.Form == nil {
		return fmt.Errorf("start form: %s has none", command)
	}
	if !t.Private() {
		s.Origin = t.Chat.ID
	}
	return t.inOwnChat(strings.TrimSuffix(command+"-"+s.Link, "-"), func() error {
		if _, _, err := t.Tx.FormOf(t.Person.ID, t.Now); err == nil {
			if err := t.ReplyS(messages.S("form.replaced")); err != nil {
				return err
			}
		}
		id, err := t.Tx.StartForm(t.Person.ID, command, t.Chat.ID, t.Now.Add(formExpiry))
		if err != nil {
			return err
		}
		s.ID = id
		r, err := c.Form.Next(t, s, t.e.formWords())
		return t.stepped(s, r, err)
	})
}

// inOwnChat does something in the private chat. From a group it goes on there; who never wrote to the bot gets a button
// that opens it with /start and this payload.
func (t *Turn) inOwnChat(payload string, do func() error) error {
	if t.Private() {
		return do()
	}
	private, err := t.Tx.PrivateChat(t.Person.ID)
	open := messages.Option{Label: messages.S("group.open"), Start: payload}
	if errors.Is(err, storage.ErrNotFound) || err == nil && private.AccountID != t.Chat.AccountID {
		return t.Reply(messages.Paragraphs(messages.S("group.private")).With(open))
	}
	if err != nil {
		return err
	}
	if err := t.Reply(messages.Paragraphs(messages.S("group.continued")).With(open)); err != nil {
		return err
	}
	return t.inPrivate(private, do)
}

// inPrivate runs do with the private chat as the turn's chat.
func (t *Turn) inPrivate(chat storage.Chat, do func() error) error {
	group, lang := t.Chat, t.Lang
	defer func() { t.Chat, t.Lang = group, lang }()
	if chat.ID != group.ID {
		t.Chat, t.Lang = chat, t.e.Catalog.Match(t.Person.Language)
	}
	return do()
}

// stepped stores what a step of a form led to, and says what comes next.
func (t *Turn) stepped(s *form.State, r form.Result, err error) error {
	var refused *messages.UserError
	if errors.As(err, &refused) { // a question that can't be put any more: the form can't go on
		return errors.Join(t.Tx.DropForm(t.Person.ID), t.ReplyS(refused.Say))
	}
	if err != nil {
		return err
	}
	switch r.Outcome {
	case form.Cancelled:
		if err := t.Tx.DropForm(t.Person.ID); err != nil {
			return err
		}
		return t.ReplyS(messages.S("form.cancelled"))
	case form.Finished:
		if f, _, err := t.Tx.FormOf(t.Person.ID, t.Now); err != nil || f.ID != s.ID {
			return ignoreNotFound(err) // Done began another form
		}
		if err := t.Tx.DropForm(t.Person.ID); err != nil {
			return err
		}
		if s.Then != "" {
			name, args, _ := strings.Cut(s.Then, " ")
			return t.command(t.e.byName[name], args)
		}
		return nil
	case form.Asking:
	}
	if err := t.Tx.SaveForm(s.ID, s.String(), t.Now.Add(formExpiry)); err != nil {
		return err
	}
	if len(s.Order) == 0 && len(s.Waiting) == 0 {
		r.Content.Text = append(r.Content.Text, messages.S("form.hint"))
	}
	return t.Reply(r.Content)
}

// answerForm gives a message to the form that the person is filling in; done is false when there is none.
func (t *Turn) answerForm() (done bool, err error) {
	c, s, err := t.form()
	if err != nil || c == nil {
		return false, err
	}
	if t.In.Other {
		return true, t.again(c, s, messages.S("form.unreadable"))
	}
	a := form.Answer{Text: strings.TrimSpace(t.In.Text), Photo: t.In.Photo, Place: t.In.Place, Contact: t.In.Contact, Numbered: t.buttonless()}
	if warn, err := t.warn(s, a.Text); err != nil || warn {
		if err != nil {
			return true, err
		}
		s.Warned = a.Text
		return true, t.again(c, s, messages.S("emergency.first", t.e.Settings.numbers()), messages.S("emergency.form"))
	}
	r, err := c.Form.Answer(t, s, a, t.e.formWords())
	return true, t.stepped(s, r, err)
}

// warn tells whether an answer looks like a cry for help and was not given twice: then the emergency numbers go first.
// Officers write about burglaries all day.
func (t *Turn) warn(s *form.State, text string) (bool, error) {
	if !t.e.urgent(text) || s.Warned == text {
		return false, nil
	}
	held, err := t.roles()
	return len(held) == 0, err
}

func (t *Turn) tapped(tap form.Tap) error {
	c, s, err := t.form()
	if err != nil {
		return err
	}
	if c == nil {
		return t.ReplyS(messages.S("form.over"))
	}
	r, ok, err := c.Form.Tapped(t, s, tap, t.e.formWords())
	if err == nil && !ok {
		return t.again(c, s, messages.S("form.old"))
	}
	return t.stepped(s, r, err)
}

// again puts the open question once more, with something said before it.
func (t *Turn) again(c *Command, s *form.State, before ...messages.Say) error {
	r, err := c.Form.Again(t, s, t.e.formWords())
	r.Content.Text = append(before, r.Content.Text...)
	return t.stepped(s, r, err)
}

// AskAgain puts the open question of the person's form once more, in this chat's language; without a form it does nothing.
func (t *Turn) AskAgain() error {
	if !t.Private() {
		return nil
	}
	c, s, err := t.form()
	if err != nil || c == nil {
		return err
	}
	return t.again(c, s)
}

// form is the form that the person is filling in, or nil.
func (t *Turn) form() (*Command, *form.State, error) {
	f, stored, err := t.Tx.FormOf(t.Person.ID, t.Now)
	if err != nil {
		return nil, nil, ignoreNotFound(err)
	}
	c := t.e.byName[f.Command]
	s, err := form.Parse(stored)
	if err != nil || c == nil || c.Form == nil { // written by an older version: nothing that can be gone on with
		return nil, nil, t.Tx.DropForm(t.Person.ID)
	}
	s.ID = f.ID
	return c, s, nil
}

func ignoreNotFound(err error) error {
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	return err
}

// confirmation are the choices of a form's last field: 1 go on, by the sentence of this id, 2 change, 3 cancel. More can
// follow, as value and id of the label by turns.
func confirmation(goOn string, more ...string) func(*Turn, *form.State) ([]form.Choice, error) {
	return form.Pick[*Turn](append([]string{
		form.ConfirmYes, goOn, form.ConfirmChange, "form.confirm.change", form.ConfirmCancel, "form.confirm.cancel",
	}, more...)...)
}

// label names a field of a form in the list of what can be changed.
func label(command string) func(string) messages.Say {
	return func(field string) messages.Say { return messages.S("form." + command + "." + field) }
}

// wholeNumber reads a whole number as people type it: "75", "1.200", "ongeveer 30".
func wholeNumber(text string) (int, bool) {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		if r == '.' || r == ',' {
			return -1
		}
		return ' '
	}, text)
	fields := strings.Fields(digits)
	if len(fields) != 1 {
		return 0, false
	}
	n, err := strconv.Atoi(fields[0])
	return n, err == nil
}
