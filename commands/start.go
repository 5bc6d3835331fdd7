package commands

import (
	"strings"

	"github.com/buurtbode/buurtbode/messages"
)

// startCommand welcomes. Behind it can stand what a link asked for: /start register begins the registration.
func startCommand() Command {
	return Command{Name: "start", Args: "[command]", Words: true, Run: func(t *Turn, args string) error {
		if args != "" && t.Private() {
			name, rest, _ := strings.Cut(args, "-")
			if c := t.e.byName[name]; c != nil && c.Name != "start" && !c.Hidden {
				if err := t.greet(); err != nil {
					return err
				}
				return t.command(c, strings.ReplaceAll(rest, "-", " "))
			}
		}
		return t.welcome()
	}}
}

// helpCommand says the same at any time.
func helpCommand() Command {
	return Command{Name: "help", Run: func(t *Turn, _ string) error { return t.welcome() }}
}

// greet tells a newcomer in two lines who the bot is, once.
func (t *Turn) greet() error {
	if t.Person.GreetedAt != 0 {
		return nil
	}
	if err := t.Tx.SetGreeted(t.Person.ID, t.Now); err != nil {
		return err
	}
	return t.ReplyS(messages.S("start.short", t.e.Settings.numbers()))
}

// welcome says who the bot is and what this person can do here.
func (t *Turn) welcome() error {
	if t.Person.ID != 0 && t.Private() {
		if err := t.Tx.SetGreeted(t.Person.ID, t.Now); err != nil {
			return err
		}
	}
	can, err := t.helpSay()
	if err != nil {
		return err
	}
	said := append([]messages.Say{messages.S("start.who", t.e.Settings.numbers())}, can...)
	options, err := t.helpOptions()
	if err != nil {
		return err
	}
	if err := t.Reply(messages.Paragraphs(append(said, messages.S("start.stores"))...).With(options...)); err != nil {
		return err
	}
	return t.AskAgain()
}

// helpSay says what this person may do in this chat: first what belongs to a role, then what everybody may.
func (t *Turn) helpSay() ([]messages.Say, error) {
	own, err := t.helpLines((*Command).restricted)
	if err != nil {
		return nil, err
	}
	everybody, err := t.helpLines(func(c *Command) bool { return !c.restricted() })
	if err != nil || len(own) == 0 {
		return []messages.Say{messages.S("start.can", messages.V{"Commands": everybody})}, err
	}
	return []messages.Say{messages.S("start.can", messages.V{"Commands": own}), messages.S("start.else", messages.V{"Commands": everybody})}, nil
}

// helpLines are the commands that this person may use in this chat, a line each, of those that are wanted.
func (t *Turn) helpLines(wanted func(*Command) bool) (messages.Lines, error) {
	var out messages.Lines
	for _, c := range t.e.commands {
		if !wanted(&c) {
			continue
		}
		may, err := c.allowed(t)
		if err != nil {
			return nil, err
		}
		if c.Hidden || !may || c.Name == "start" || c.Name == "help" || c.GroupOnly && t.Private() || c.PrivateOnly && !t.Private() {
			continue
		}
		out = append(out, messages.S("help.line", messages.V{
			"Name": messages.S("command." + c.Name + ".name"), "What": messages.S("command." + c.Name + ".menu"),
		}))
	}
	return out, nil
}

// mostOwn is how many buttons of a role stand under help: they fit on a phone with the languages.
const mostOwn = 3

// helpOptions are the buttons under help: what most people come for who have this role, or none, and the other languages by
// their own names.
func (t *Turn) helpOptions() ([]messages.Option, error) {
	saar := messages.Option{Label: messages.S("help.saar"), Data: "/saar"}
	if !t.Private() {
		return []messages.Option{saar}, nil
	}
	options, err := t.ownOptions()
	if err != nil {
		return nil, err
	}
	if len(options) == 0 {
		options = []messages.Option{saar, {Label: messages.S("help.register"), Data: "/register"}}
		admin, err := t.e.byName["feedback"].allowed(t)
		switch {
		case err != nil:
			return nil, err
		case admin:
			options[1] = messages.Option{Label: messages.S("help.ended"), Data: "/feedback"}
		}
	}
	for _, lang := range t.e.Catalog.Languages() {
		if lang != t.Lang {
			options = append(options, messages.Option{Label: messages.S("language." + lang), Data: "/lang " + lang})
		}
	}
	return options, nil
}

// ownOptions are the buttons for what a person's role is most for; none without a role.
func (t *Turn) ownOptions() (out []messages.Option, err error) {
	for _, o := range []struct {
		action Action
		option messages.Option
	}{
		{SendAlert, messages.Option{Label: messages.S("help.alert"), Data: "/alert"}},
		{GiveFeedback, messages.Option{Label: messages.S("help.feedback"), Data: "/feedback"}},
		{SeePending, messages.Option{Label: messages.S("help.pending"), Data: "/pending"}},
		{DecideSigns, messages.Option{Label: messages.S("help.signs"), Data: "/signs"}},
		{VerifyGroup, messages.Option{Label: messages.S("help.groups"), Data: "/groups"}},
		{SeeImpact, messages.Option{Label: messages.S("help.impact"), Data: "/impact"}},
		{NoteCall, messages.Option{Label: messages.S("help.tip"), Data: "/tip"}},
	} {
		may, err := t.May(o.action)
		if err != nil {
			return nil, err
		}
		if may && len(out) < mostOwn {
			out = append(out, o.option)
		}
	}
	return out, nil
}

// menu has the commands of everybody, for the menu beside the typing box.
func (e *Engine) menu(kind messages.ChatKind, lang string) []messages.MenuEntry {
	var out []messages.MenuEntry
	for _, c := range e.commands {
		if c.Hidden || c.Name == "start" || kind != messages.Direct && c.PrivateOnly || kind == messages.Direct && c.GroupOnly {
			continue
		}
		out = append(out, messages.MenuEntry{
			Name: e.Catalog.Text(lang, "command."+c.Name+".name", nil, -1), Description: e.Catalog.Text(lang, "command."+c.Name+".menu", nil, -1),
		})
	}
	return out
}

// Menus are the command menus for private chats and groups, in every language and for those who read none of them.
func (e *Engine) Menus() []messages.Menu {
	var out []messages.Menu
	for _, kind := range []messages.ChatKind{messages.Direct, messages.Group} {
		out = append(out, messages.Menu{Kind: kind, Entries: e.menu(kind, e.Catalog.Fallback())})
		for _, lang := range e.Catalog.Languages() {
			out = append(out, messages.Menu{Kind: kind, Language: lang, Entries: e.menu(kind, lang)})
		}
	}
	return out
}
