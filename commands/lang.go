package commands

import (
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// langCommand sets the language: in private the person's, in a group the group's, which an administrator of it or an
// officer may do.
func langCommand() Command {
	return Command{Name: "lang", Args: "[language]", Words: true, Run: func(t *Turn, args string) error {
		if !t.Private() {
			may, err := t.speaksForGroup()
			if err != nil {
				return err
			}
			if !may {
				t.KeepButtons()
				return messages.Refuse("lang.notyou")
			}
		}
		lang, ok := t.e.languageNamed(args)
		if !ok {
			return t.Reply(messages.Paragraphs(messages.S("lang.which")).With(t.languageOptions()...))
		}
		return t.setLanguage(lang)
	}}
}

func (t *Turn) setLanguage(lang string) error {
	t.Lang = lang
	if !t.Private() {
		if err := t.Tx.SetChatLanguage(t.Chat.ID, lang); err != nil {
			return err
		}
		return t.ReplyS(messages.S("lang.group"))
	}
	if err := t.Tx.SetLanguage(t.Person.ID, lang); err != nil {
		return err
	}
	if err := t.ReplyS(messages.S("lang.yours")); err != nil {
		return err
	}
	return t.AskAgain()
}

// speaksForGroup tells whether the person may set the language of this group.
func (t *Turn) speaksForGroup() (bool, error) {
	if t.In.From.ChatAdmin {
		return true, nil
	}
	if !t.Chat.Linked() {
		return t.May(SpeakForGroup)
	}
	return t.MayIn(SpeakForGroup, *t.Chat.AreaID)
}

// languageOptions are all languages by their own names.
func (t *Turn) languageOptions() []messages.Option {
	var out []messages.Option
	for i, lang := range t.e.Catalog.Languages() {
		out = append(out, messages.Option{Number: i + 1, Label: messages.S("language." + lang), Data: "/lang " + lang})
	}
	return out
}

// languageNamed finds a language by its tag, its own name or its number in the list.
func (e *Engine) languageNamed(words string) (string, bool) {
	words = storage.Fold(words)
	for i, lang := range e.Catalog.Languages() {
		own := storage.Fold(e.Catalog.Text(lang, "language."+lang, nil, -1))
		if words == lang || words == own || words == string(rune('1'+i)) {
			return lang, true
		}
		for _, in := range e.Catalog.Languages() { // "engels", "dutch"
			if words == storage.Fold(e.Catalog.Text(in, "language."+lang+".called", nil, -1)) {
				return lang, true
			}
		}
	}
	return "", false
}

// cancelCommand ends the form.
func cancelCommand() Command {
	return Command{Name: "cancel", PrivateOnly: true, Run: func(t *Turn, _ string) error {
		c, _, err := t.form()
		if err != nil {
			return err
		}
		if c == nil {
			return messages.Refuse("cancel.nothing")
		}
		if err := t.Tx.DropForm(t.Person.ID); err != nil {
			return err
		}
		return t.ReplyS(messages.S("form.cancelled"))
	}}
}
