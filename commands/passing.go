package commands

import (
	"fmt"
	"slices"
	"strings"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// passable puts under an alert or its outcome what group admins do with it: say that they passed it on, and get a text to
// forward. A drill is not passed on, only seen.
func passable(c messages.Content, what storage.Passed, a storage.Alert) messages.Content {
	if a.Drill {
		choose := messages.S("drill.choose")
		c.Choose = &choose
		return c.With(messages.Option{Label: messages.S("drill.button"), Data: "/drillseen " + idValue(a.ID)})
	}
	choose := messages.S("passing.choose")
	c.Choose = &choose
	behind := " " + string(what) + " " + idValue(a.ID)
	return c.With(
		messages.Option{Label: messages.S("passing.done"), Data: "/passedon" + behind},
		messages.Option{Label: messages.S("passing.text"), Data: "/passtext" + behind},
	)
}

// passableNews is passable for what was told of an alert that is open: who passes it on is counted for the alert.
func passableNews(c messages.Content, a storage.Alert) messages.Content {
	choose := messages.S("passing.choose")
	c.Choose = &choose
	return c.With(
		messages.Option{Label: messages.S("passing.done"), Data: "/passedon " + string(storage.PassedAlert) + " " + idValue(a.ID)},
		messages.Option{Label: messages.S("passing.text"), Data: "/passtext " + string(storage.PassedNews) + " " + idValue(a.ID)},
	)
}

// passedOnCommand is behind the button "passed on", and the word.
func passedOnCommand() Command {
	return Command{Name: "passedon", Words: true, Hidden: true, Run: func(t *Turn, args string) error {
		t.KeepButtons()
		what, a, err := t.toPassOn(args)
		if err != nil {
			return err
		}
		return t.passOn(what, a)
	}}
}

// passTextCommand is behind the button "text to forward".
func passTextCommand() Command {
	return Command{Name: "passtext", Words: true, Hidden: true, Run: func(t *Turn, args string) error {
		t.KeepButtons()
		what, a, err := t.toPassOn(args)
		if err != nil {
			return err
		}
		return t.givePassText(what, a)
	}}
}

// toPassOn is the alert or outcome that the words of a button name, or the message that is answered. Only what this chat
// got can be passed on from it, and not what was withdrawn.
func (t *Turn) toPassOn(args string) (storage.Passed, storage.Alert, error) {
	what, number := storage.PassedAlert, args
	for _, w := range []storage.Passed{storage.PassedAlert, storage.PassedOutcome, storage.PassedNews} {
		if rest, ok := cutWord(args, string(w)); ok {
			what, number = w, rest
		}
	}
	a, err := t.alertNumbered(number)
	if err != nil {
		return what, a, err
	}
	known, err := t.Tx.KnowsAlert(t.Chat.ID, a.ID)
	if err != nil {
		return what, a, err
	}
	values := messages.V{"Number": uint(a.ID)} //nolint:gosec // numbers of alerts are above 0
	switch {
	case !known:
		return what, a, messages.Refuse("outcome.unknown", values)
	case a.Drill:
		return what, a, messages.Refuse("passing.drill")
	case a.State != storage.AlertSent:
		return what, a, messages.Refuse("passing.withdrawn", values)
	case what == storage.PassedNews && a.OutcomeAt != 0:
		what = storage.PassedOutcome // it has ended since
	case what == storage.PassedOutcome && a.OutcomeAt == 0:
		what = storage.PassedNews // it is open again
	case what == storage.PassedNews && a.ToldAt == 0:
		what = storage.PassedAlert
	}
	return what, a, nil
}

// passOn counts the members of the person's groups, and thanks. Whoever has no registered group yet is asked once to
// register it.
func (t *Turn) passOn(what storage.Passed, a storage.Alert) error {
	cause := fmt.Sprintf("passed:%d:%s", a.ID, what)
	switch what {
	case storage.PassedNews: // it goes on with the alert
		what, cause = storage.PassedAlert, fmt.Sprintf("passed:%d:%s", a.ID, storage.PassedAlert)
	case storage.PassedOutcome:
		cause += round(a)
	case storage.PassedAlert:
	}
	groups, err := t.Tx.GroupsOf(t.Person.ID)
	if err != nil {
		return err
	}
	groups = slices.DeleteFunc(groups, func(g storage.Group) bool { return g.Status == storage.Declined })
	ids, members, chat := make([]int64, len(groups)), 0, int64(0)
	for i, g := range groups {
		ids[i] = g.ID
		if g.Status == storage.Verified {
			members += g.Members
		}
	}
	if !t.Private() {
		chat = t.Chat.ID
	}
	if err := t.Tx.PassOn(a.ID, what, ids, chat); err != nil {
		return err
	}
	if err := t.Tx.ResumeProgress(a.ID, t.Now.Add(progressEvery)); err != nil {
		return err
	}
	thanks := messages.Paragraphs(messages.S("passing.thanks", messages.V{"Number": uint(a.ID)})) //nolint:gosec // see toPassOn
	if members > 0 {
		thanks.Text = append(thanks.Text, messages.S("passing.members", messages.V{"Count": members}))
	}
	return t.thank(thanks, cause, len(groups) == 0)
}

// thank says thanks once: in private where the bot may write there, so that the group stays quiet; else in the group,
// without numbers. register: with the question to register a group, which everybody hears once.
func (t *Turn) thank(thanks messages.Content, cause string, register bool) error {
	chat, private, err := t.quietChat()
	if err != nil {
		return err
	}
	if !private {
		thanks.Text = thanks.Text[:1]
	}
	if register {
		asked := fmt.Sprintf("%s:register:%d", cause, t.Person.ID)
		before, err := t.Tx.AskedToRegister(chat.ID, t.Person.ID)
		if err != nil || before == asked { // the same tap again
			return err
		}
		if before == "" {
			cause = asked
			thanks.Text = append(thanks.Text, messages.S("passing.register"))
			option := messages.Option{Label: messages.S("passing.registernow"), Data: "/register"}
			if !private {
				option.Data, option.Start = "", "register"
			}
			thanks = thanks.With(option)
		}
	}
	return t.sayOnce(chat, thanks, How{Cause: cause, Priority: storage.Answer})
}

// quietChat is the person's private chat, where the bot may write there, else this chat.
func (t *Turn) quietChat() (chat storage.Chat, private bool, err error) {
	if t.Private() {
		return t.Chat, true, nil
	}
	chat, err = t.Tx.PrivateChat(t.Person.ID)
	if err == nil && chat.AccountID == t.Chat.AccountID && chat.State == storage.ChatActive {
		return chat, true, nil
	}
	return t.Chat, false, ignoreNotFound(err)
}

// sayOnce says something in a chat, a second time nothing.
func (t *Turn) sayOnce(chat storage.Chat, c messages.Content, how How) error {
	lang, err := t.e.chatLanguage(t.Tx, chat)
	if err != nil {
		return err
	}
	return t.tell(chat, lang, c, how)
}

// passingCommand turns the reminders of passing on on or off in a group; without a word it says which it is.
func passingCommand() Command {
	return Command{Name: "passing", Args: "on|off", Words: true, GroupOnly: true, Run: func(t *Turn, args string) error {
		if t.Private() || !t.Chat.Linked() {
			return messages.Refuse("passing.where")
		}
		may, err := t.speaksForGroup()
		if err != nil {
			return err
		}
		if !may {
			t.KeepButtons()
			return messages.Refuse("passing.notyou")
		}
		on := slices.Contains(t.e.words.on, storage.Fold(args))
		if !on && !slices.Contains(t.e.words.off, storage.Fold(args)) {
			return t.Reply(messages.Paragraphs(messages.S("passing.which")).With(
				messages.Option{Number: 1, Label: messages.S("passing.on"), Data: "/passing on"},
				messages.Option{Number: 2, Label: messages.S("passing.off"), Data: "/passing off"},
			))
		}
		if err := t.Tx.SetPassing(t.Chat.ID, on); err != nil {
			return err
		}
		if on {
			return t.ReplyS(messages.S("passing.ison"))
		}
		return t.ReplyS(messages.S("passing.isoff"))
	}}
}

// reachCommand tells officers how many people the recent alerts of their areas reached through the admins: one number an
// alert, and of nobody in particular.
func reachCommand() Command {
	return Command{Name: "reach", Action: SeePending, PrivateOnly: true, Words: true, Args: "[number]", Run: func(t *Turn, args string) error {
		if !t.Private() {
			return messages.Refuse("private.only")
		}
		areas, err := t.AreaIDs(SeePending)
		if err != nil {
			return err
		}
		recent, err := t.Tx.AlertsSentIn(areas, t.Now.Add(-recentAlerts))
		if err != nil {
			return err
		}
		if n, ok := wholeNumber(args); ok {
			recent = slices.DeleteFunc(recent, func(a storage.Alert) bool { return a.ID != int64(n) })
			if len(recent) == 0 {
				return messages.Refuse("reach.unknown", messages.V{"Number": uint(n)}) //nolint:gosec // typed without a sign
			}
		} else if strings.TrimSpace(args) != "" {
			return messages.Refuse("reach.how")
		}
		return t.tellReach(recent[:min(len(recent), pendingShown)])
	}}
}

// reachSay is how many people an alert reached through the admins.
func reachSay(members int) messages.Say {
	if members == 0 {
		return messages.S("reach.nobody")
	}
	return messages.S("reach.alert", messages.V{"Count": members})
}

func (t *Turn) tellReach(alerts []storage.Alert) error {
	if len(alerts) == 0 {
		return t.ReplyS(messages.S("reach.none"))
	}
	all, err := t.titles(alerts)
	if err != nil {
		return err
	}
	out := []messages.Say{messages.S("reach.title")}
	for _, a := range all {
		lines := messages.Lines{t.line(a)}
		reach, err := t.Tx.ReachOf(a.ID, storage.PassedAlert)
		if err != nil {
			return err
		}
		lines = append(lines, reachSay(reach))
		if reach, err = t.Tx.ReachOf(a.ID, storage.PassedOutcome); err != nil {
			return err
		}
		if reach > 0 {
			lines = append(lines, messages.S("reach.outcome", messages.V{"Count": reach}))
		}
		tips, err := t.Tx.TipsOf(a.ID)
		if err != nil {
			return err
		}
		if tips > 0 {
			lines = append(lines, messages.S("reach.tips", messages.V{"Count": tips}))
		}
		out = append(out, messages.S("alert.facts", messages.V{"Facts": lines}))
	}
	return t.ReplyS(out...)
}
