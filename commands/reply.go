package commands

import (
	"slices"
	"strconv"
	"strings"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// replyWords tell what a free answer to an alert is; all of them are phrases of folded words.
type replyWords struct {
	passed []string // the whole answer: it was passed on
	seen   []string // the whole answer to a drill: it was seen
	talk   []string // words of small talk: an answer of nothing else wants no answer
	not    []string // what looks like a tip and is none: it is taken out first
	strong []string // somebody perceives or knows something
	weak   []string // something is somewhere; not in a question
}

func readReplyWords(read func(id string) []string) replyWords {
	return replyWords{
		passed: read("reply.words.passed"), seen: read("reply.words.seen"), talk: read("reply.words.talk"), not: read("reply.words.not"),
		strong: read("reply.words.strong"), weak: read("reply.words.weak"),
	}
}

// replyKind is what a free answer to an alert is.
type replyKind int

const (
	replyOther  replyKind = iota
	replyPassed           // "doorgezet"
	replyTip              // "ik zie hem lopen bij de brug": that person must call
	replyTalk             // "fijn!"
)

// replyKindOf tells what an answer to an alert is, by its words alone.
func (e *Engine) replyKindOf(text string) replyKind {
	w := e.words.reply
	fields := fieldsOf(text)
	said := strings.Join(fields, " ")
	if slices.Contains(w.passed, said) {
		return replyPassed
	}
	if !slices.ContainsFunc(fields, func(f string) bool { return !slices.Contains(w.talk, f) }) {
		return replyTalk // without words: an emoji
	}
	spaced := " " + said + " "
	for _, phrase := range w.not {
		for strings.Contains(spaced, " "+phrase+" ") {
			spaced = strings.ReplaceAll(spaced, " "+phrase+" ", " , ")
		}
	}
	has := func(phrases []string) bool {
		return slices.ContainsFunc(phrases, func(p string) bool { return strings.Contains(spaced, " "+p+" ") })
	}
	if has(w.strong) || !strings.Contains(text, "?") && has(w.weak) {
		return replyTip
	}
	return replyOther
}

// concerns tells whether an answer to the bot in a group is anything to it: a tip, or that somebody passed something on or saw
// a drill.
func (e *Engine) concerns(in messages.Inbound) bool {
	if in.Kind != messages.Group || in.ReplyTo == "" {
		return false
	}
	if e.chosen(in) > 0 {
		return true
	}
	kind := e.replyKindOf(in.Text)
	return kind == replyPassed || kind == replyTip || e.seenWord(in.Text)
}

// mostChoices is how many choices a message has at most that are chosen by number in a group.
const mostChoices = 99

// chosen is the number with which an answer in a group chooses, where the network has no buttons; 0: it doesn't.
func (e *Engine) chosen(in messages.Inbound) int {
	if in.Kind != messages.Group || in.ReplyTo == "" || in.Tapped != "" || e.Limits(in.At.Platform).Buttons {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimRight(strings.TrimSpace(in.Text), ".)"))
	if err != nil || n < 1 || n > mostChoices {
		return 0
	}
	return n
}

// choose makes a number that answers a message with choices the tap that it is elsewhere. It is false for a number that
// is none of them: people also talk.
func (t *Turn) choose() (known bool, err error) {
	number := t.e.chosen(t.In)
	if number == 0 {
		return true, nil
	}
	d, err := t.Tx.DeliveryOf(t.Chat.ID, t.In.ReplyTo)
	if err != nil || d.TextID == nil {
		return false, ignoreNotFound(err)
	}
	part, err := t.Tx.Text(*d.TextID)
	if err != nil {
		return false, err
	}
	for i, c := range part.Choices {
		if c.Data != "" && (number == c.Number || c.Number == 0 && number == i+1) {
			t.In.Tapped, t.In.TappedAt = c.Data, t.In.ReplyTo
			return true, nil
		}
	}
	return false, nil
}

// buttonless tells whether this chat's network has no buttons, so that every choice has a number.
func (t *Turn) buttonless() bool { return !t.e.Limits(t.Chat.Platform).Buttons }

// tipInGroup answers a tip in a group with the call line. It comes before anybody finds out who speaks: of a tip only
// the count is kept.
func (t *Turn) tipInGroup() (done bool, err error) {
	if t.In.Event != messages.Said || t.Chat.Kind != messages.Group || t.In.Tapped != "" || strings.HasPrefix(strings.TrimSpace(t.In.Text), "/") {
		return false, nil
	}
	if t.e.replyKindOf(t.In.Text) != replyTip {
		return false, nil
	}
	if t.Lang, err = t.e.chatLanguage(t.Tx, t.Chat); err != nil {
		return true, err
	}
	_, number, err := t.aboutAlert()
	if err != nil || number == 0 {
		return true, err
	}
	return true, t.answerTip(number)
}

// answerTip says to call, once to each person for an alert.
func (t *Turn) answerTip(number int64) error {
	a, err := t.Tx.Alert(number)
	if err != nil {
		return ignoreNotFound(err)
	}
	first, err := t.Tx.Tipped(number, t.Chat.AccountID, t.In.From.ID, t.Now)
	if err != nil || !first {
		return err
	}
	return t.Reply(t.marked(a, t.withCall(messages.Paragraphs(messages.S("tip.call")))))
}

// aboutAlert is the alert, and what of it, about which the message is that this turn answers; 0: none.
func (t *Turn) aboutAlert() (storage.Passed, int64, error) {
	if t.In.ReplyTo == "" {
		return "", 0, nil
	}
	d, err := t.Tx.DeliveryOf(t.Chat.ID, t.In.ReplyTo)
	if err != nil {
		return "", 0, ignoreNotFound(err)
	}
	kind, _, _ := strings.Cut(d.Cause, ":")
	if !slices.Contains([]string{"alert", "feedback", "correct", "interim", "reopen", "pass", "passed", "passtext", "passabove", "passwhere"}, kind) {
		return "", 0, nil
	}
	what := storage.PassedAlert
	if kind == "feedback" || slices.Contains(strings.Split(d.Cause, ":"), string(storage.PassedOutcome)) {
		what = storage.PassedOutcome
	}
	return what, alertOfCause(d.Cause), nil
}

// answered takes a free answer to an alert: that it was passed on, a tip, or small talk, which wants no answer.
func (t *Turn) answered(text string) (done bool, err error) {
	what, number, err := t.aboutAlert()
	if err != nil || number == 0 {
		return false, err
	}
	switch t.e.replyKindOf(text) {
	case replyPassed:
		return true, t.command(t.e.byName["passedon"], string(what)+" "+idValue(number))
	case replyTip:
		return true, t.answerTip(number)
	case replyTalk:
		return true, nil
	case replyOther:
	}
	return false, nil
}
