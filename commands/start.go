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
	lines, err := t.helpLines()
	if err != nil {
		return err
	}
	c := messages.Paragraphs(
		messages.S("start.who", t.e.Settings.numbers()),
		messages.S("start.can", messages.V{"Commands": lines}),
		messages.S("start.stores"),
	)
	options := t.helpOptions()
	if err := t.Reply(c.With(options...)); err != nil {
		return err
	}
	return t.AskAgain()
}

// helpLines are the commands that this person may use in this chat, a line each.
func (t *Turn) helpLines() (messages.Lines, error) {
	var out messages.Lines
	for _, c := range t.e.commands {
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

// helpOptions are the buttons under help: what most people come for, and the other languages by their own names.
func (t *Turn) helpOptions() []messages.Option {
	options := []messages.Option{
		{Label: messages.S("help.saar"), Data: "/saar"},
		{Label: messages.S("help.register"), Data: "/register"},
	}
	for _, lang := range t.e.Catalog.Languages() {
		if lang != t.Lang {
			options = append(options, messages.Option{Label: messages.S("language." + lang), Data: "/lang " + lang})
		}
	}
	if !t.Private() {
		return options[:1]
	}
	return options
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
