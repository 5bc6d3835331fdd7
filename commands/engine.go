package commands

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/locales"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// Config is what the commands need to know.
type Config struct {
	Catalog  *locales.Catalog
	Settings Settings
	Limits   func(platform string) messages.Limits
	Owner    string // names this process in claimed deliveries; empty: answers are queued like everything else
	Log      *slog.Logger
}

// Engine finds the command that a message asks for and runs it. It is safe for use by several goroutines.
type Engine struct {
	Config
	commands []Command
	byName   map[string]*Command
	words    words
}

// New makes an engine of all commands.
func New(cfg Config) *Engine {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	e := &Engine{Config: cfg, commands: list()}
	e.indexNames()
	e.words = readWords(cfg.Catalog)
	return e
}

// Commands are all commands, in the order in which help shows them.
func (e *Engine) Commands() []Command { return e.commands }

// Relevant tells, without looking anything up, whether a message can concern the bot at all. What people say to each
// other in a group does not, and leaves no trace.
func (e *Engine) Relevant(in messages.Inbound) bool {
	if in.Event == messages.Reacted {
		return passingReaction(in)
	}
	if in.Event != messages.Said || in.Kind == messages.Direct || in.Tapped != "" {
		return true
	}
	return strings.HasPrefix(strings.TrimSpace(in.Text), "/") || e.concerns(in)
}

// Handle answers one message inside the transaction of the inbox. It gives the answers that this process is to send at
// once; all others wait in the queue.
func (e *Engine) Handle(ctx context.Context, tx *storage.Tx, in messages.Inbound, now time.Time) ([]storage.Claimed, error) {
	t := e.turn(ctx, tx, now)
	t.In, t.cause = in, causeOf(in)
	if in.Event == messages.Moved {
		return nil, t.moved()
	}
	if err := tx.KnowAlias(in.At, in.From); err != nil {
		return nil, err
	}
	chat, err := tx.EnsureChat(in.At, in.Kind, in.Title, now)
	if err != nil {
		return nil, err
	}
	t.Chat = chat
	switch in.Event {
	case messages.Added:
		return t.claimed, t.added()
	case messages.Removed:
		return nil, tx.ChatGone(chat.ID, now)
	case messages.Reacted:
		if done, err := t.drillAnswered(); err != nil || done {
			return t.claimed, err
		}
		return t.claimed, t.reacted()
	case messages.Said, messages.Opened, messages.Moved:
	}
	if done, err := t.tipInGroup(); err != nil || done {
		return t.claimed, err
	}
	if done, err := t.drillAnswered(); err != nil || done {
		return t.claimed, err
	}
	if known, err := t.choose(); err != nil || !known {
		return nil, err
	}
	if err := t.meet(); err != nil {
		return nil, err
	}
	if in.Event == messages.Opened {
		return nil, nil
	}
	if t.late() {
		return nil, t.sayLate()
	}
	if err := t.route(); err != nil {
		var refused *messages.UserError
		if !errors.As(err, &refused) {
			return nil, err
		}
		if err := t.ReplyS(refused.Say); err != nil {
			return nil, err
		}
	}
	return t.claimed, t.used()
}

// Broken answers a message that could not be handled three times, and is put aside.
func (e *Engine) Broken(ctx context.Context, tx *storage.Tx, in messages.Inbound, now time.Time) error {
	if in.Event != messages.Said || in.Kind == messages.Channel {
		return nil
	}
	t := e.turn(ctx, tx, now)
	t.In, t.cause = in, "broken:"+causeOf(in)
	var err error
	if t.Chat, err = tx.EnsureChat(in.At, in.Kind, in.Title, now); err != nil {
		return err
	}
	if t.Lang, err = e.chatLanguage(tx, t.Chat); err != nil {
		return err
	}
	if t.Private() && in.From.Language != "" {
		t.Lang = e.Catalog.Match(in.From.Language)
	}
	return t.ReplyS(messages.S("broken", e.Settings.numbers()))
}

// turn is a turn in which nothing was said yet; by the clock, nobody says anything.
func (e *Engine) turn(ctx context.Context, tx *storage.Tx, now time.Time) *Turn {
	return &Turn{Ctx: ctx, Tx: tx, Now: now.In(e.Settings.Zone), Lang: e.Catalog.Fallback(), e: e}
}

// meet finds out who speaks, and in which language to answer.
func (t *Turn) meet() error {
	if t.In.From.Anonymous || t.In.From.ID == "" {
		lang, err := t.e.chatLanguage(t.Tx, t.Chat)
		t.Lang = lang
		return err
	}
	var private *int64
	if t.Private() {
		private = &t.Chat.ID
	}
	from := t.In.From
	if from.Language != "" {
		from.Language = t.e.Catalog.Match(from.Language)
	}
	p, err := t.Tx.EnsurePerson(t.Chat.AccountID, from, private, t.Now)
	if err != nil {
		return err
	}
	t.Person = p
	if t.Private() {
		t.Lang = t.e.Catalog.Match(p.Language)
		return nil
	}
	t.Lang, err = t.e.chatLanguage(t.Tx, t.Chat)
	return err
}

// chatLanguage is the language of a chat: a private one speaks its person's, a group its own.
func (e *Engine) chatLanguage(tx *storage.Tx, c storage.Chat) (string, error) {
	if c.Kind != messages.Direct {
		return e.Catalog.Match(c.Language), nil
	}
	p, err := tx.PersonOfChat(c.ID)
	if errors.Is(err, storage.ErrNotFound) {
		return e.Catalog.Fallback(), nil
	}
	return e.Catalog.Match(p.Language), err
}

// moved follows a group to its new address.
func (t *Turn) moved() error {
	c, err := t.Tx.FindChat(t.In.At)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return t.Tx.MoveChat(c.ID, t.In.MovedTo)
}

// causeOf names a message, without the ids of chats and people in it: those may be phone numbers.
func causeOf(in messages.Inbound) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{in.At.Platform, in.At.Account, in.At.Chat, in.From.ID, in.ID}, "\x00")))
	return "in:" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:15]))
}

// words are the words that work everywhere, from all languages at once.
type words struct {
	back, skip, cancel, emergency []string
	skipNone, yes, no             []string // short answers to a question
	preview, post, skipWeek       []string // of the weekly summary
	channel, on, off              []string
	none, list, undo              []string // of calls
	awayEnd                       []string // somebody is back
	awayUntil, awayThrough        []string // a day, without it or with it
	every                         []string // a day of every week
	reply                         replyWords
}

func readWords(c *locales.Catalog) words {
	read := func(id string) []string {
		var out []string
		for _, lang := range c.Languages() {
			for _, w := range strings.Split(c.Text(lang, id, nil, -1), "|") {
				if w = storage.Fold(w); !slices.Contains(out, w) {
					out = append(out, w)
				}
			}
		}
		return out
	}
	return words{
		back: read("form.words.back"), skip: read("form.words.skip"), cancel: read("form.words.cancel"),
		skipNone: read("form.words.none"), yes: read("form.words.yes"), no: read("form.words.no"),
		emergency: read("emergency.words"),
		preview:   read("weekly.words.preview"), post: read("weekly.words.post"), skipWeek: read("weekly.words.skip"),
		channel: read("weekly.words.channel"), on: read("passing.words.on"), off: read("passing.words.off"),
		awayEnd: read("away.words.end"), awayUntil: read("away.words.until"), awayThrough: read("away.words.through"), every: read("daysoff.words.every"),
		none: read("tips.words.none"), list: read("tips.words.list"), undo: read("tips.words.undo"), reply: readReplyWords(read),
	}
}
