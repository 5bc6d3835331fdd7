package commands

import (
	"strings"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// Command is one thing that people can ask of the bot. Its names and its line in the menu are in the locales, as
// "command.NAME.name" and "command.NAME.menu".
type Command struct {
	Name   string // in English, as typed after the slash
	Action Action // who may; where, the command checks itself
	// May tells whether this person may use the command here; nil: whoever may do Action anywhere.
	May func(t *Turn) (bool, error)
	// Refused is what a resident hears in private who may not; without an id: that it is for police and municipality.
	Refused messages.Say
	// Who says in docs/commands.md who may, where May decides; Args shows there what can stand behind the name.
	Who, Args string
	Words     bool // words after the name mean something: without a slash "name words" is the command too
	Urges     bool // who may not may have something to report: the refusal in a group says to call
	Hidden    bool // only behind buttons: in no menu, and not without a slash
	// PrivateOnly commands are left out of the menu of groups, GroupOnly ones out of that of private chats.
	PrivateOnly, GroupOnly bool
	// Run does the command, or begins its form.
	Run func(t *Turn, args string) error
	// Form is what the command asks, if it asks anything; Run begins it with Turn.StartForm.
	Form *form.Form[*Turn]
}

// list has every command, in the order in which help shows them. A new command is one line here.
func list() []Command {
	return []Command{
		startCommand(), helpCommand(), saarCommand(),
		rulesCommand(),
		registerCommand(), groupsCommand(), coverageCommand(),
		alertCommand(), feedbackCommand(), pendingCommand(), handoverCommand(), awayCommand(), daysOffCommand(), correctCommand(), withdrawCommand(), forwardCommand(), passingCommand(), reachCommand(),
		tipCommand(), impactCommand(),
		noteCommand(), weeklyCommand(),
		signsCommand(),
		linkCommand(), inviteCommand(), activateCommand(), revokeCommand(), linkMeCommand(),
		langCommand(), privacyCommand(), myDataCommand(), forgetMeCommand(), cancelCommand(),
		approvalCommand(), approveCommand(), returnCommand(), rewriteCommand(),
		stillOpenCommand(), laterCommand(), openUntilCommand(), signAdviceCommand(), signDecideCommand(),
		verifyCommand(), unnoteCommand(), summaryCommand(), passedOnCommand(), passTextCommand(), drillSeenCommand(),
		quietCommand(), templatesCommand(),
		tipResultCommand(), untipCommand(), tipCameCommand(),
	}
}

// allowed tells whether the person of the turn may use the command here: what help lists is what works.
func (c *Command) allowed(t *Turn) (bool, error) {
	if c.May != nil {
		return c.May(t)
	}
	return t.May(c.Action)
}

// names maps every name in every language, folded, to its command.
func (e *Engine) indexNames() {
	e.byName = map[string]*Command{}
	for i := range e.commands {
		c := &e.commands[i]
		e.byName[c.Name] = c
		if c.Hidden {
			continue
		}
		for _, lang := range e.Catalog.Languages() {
			e.byName[storage.Fold(e.Catalog.Text(lang, "command."+c.Name+".name", nil, -1))] = c
		}
	}
}

// find splits typed text into a command and its words. A command with a slash is always one; without, only in private,
// and with words behind it only where words mean something.
func (e *Engine) find(text string, private bool) (c *Command, args string, slash bool) {
	text = strings.TrimSpace(text)
	slash = strings.HasPrefix(text, "/")
	if !slash && !private {
		return nil, "", false
	}
	name, args := commandName(text)
	c = e.byName[name]
	if c == nil || !slash && (c.Hidden || args != "" && !c.Words) {
		return nil, "", slash
	}
	return c, args, slash
}

// restricted tells whether not everybody may use the command.
func (c *Command) restricted() bool { return c.Action != Anyone || c.May != nil }
