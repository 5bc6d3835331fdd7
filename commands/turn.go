package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// Turn is one thing that happened, and the transaction in which the bot answers it: a message of a person, or work by
// the clock (then Person and Chat are empty).
type Turn struct {
	Ctx    context.Context
	Tx     *storage.Tx
	Now    time.Time // domain time, in the zone of the settings
	In     messages.Inbound
	Chat   storage.Chat
	Person storage.Person
	Lang   string // of this chat

	e          *Engine
	cause      string
	said       int
	claimed    []storage.Claimed
	last       storage.Delivery // the latest that was queued for a single chat
	keep       bool
	held       []storage.Role
	heldLoaded bool
}

// Private tells whether nobody else reads along.
func (t *Turn) Private() bool { return t.Chat.Kind == messages.Direct }

// Settings are what the operator chose.
func (t *Turn) Settings() Settings { return t.e.Settings }

// KeepButtons leaves the tapped choices standing: this tap did not use them up.
func (t *Turn) KeepButtons() { t.keep = true }

// Reply answers in the chat, and in the topic of it, in which the turn happened.
func (t *Turn) Reply(c messages.Content) error {
	d := storage.Delivery{Priority: storage.Answer}
	if t.In.Thread != t.Chat.Thread && !t.Private() {
		d.Thread = cmp.Or(t.In.Thread, storage.NoThread)
	}
	if c.Document != nil { // who loses the role before it went doesn't get it, nor does anybody after it was erased
		d.PersonID, d.ExpiresAt = &t.Person.ID, t.Now.Add(keepFiles).UnixMilli()
	}
	return t.send(t.Chat, t.Lang, c, t.nextCause(), d, true)
}

// ReplyS answers with sentences.
func (t *Turn) ReplyS(text ...messages.Say) error { return t.Reply(messages.Paragraphs(text...)) }

func (t *Turn) nextCause() string {
	t.said++
	return fmt.Sprintf("%s:%d", t.cause, t.said)
}

// How says how something is sent that is not an answer.
type How struct {
	Cause    string // stable: the same cause is never sent twice to one chat
	Priority storage.Priority
	Expires  time.Time
	Author   int64  // who hears when it fails for good, and whose /revoke cancels it; 0: nobody
	Reply    int64  // the delivery that it answers; 0: none
	Calm     bool   // waits for the morning in groups and channels where it is night
	Text     string // under what the text is stored, where it is not the first one of the cause; empty: the cause
	// NotBefore is until when it waits, in a single chat: so that nobody is asked something at night or on a day off.
	NotBefore time.Time
}

func (h How) post(now time.Time) storage.Post {
	return storage.Post{Cause: h.Cause, Priority: h.Priority, PersonID: h.Author, Expires: h.Expires, Now: now}
}

// Tell says something to a person in private, in that person's language, and tells whether the bot can reach the
// person at all: who never wrote to it can't be written to.
func (t *Turn) Tell(person int64, c messages.Content, how How) (bool, error) {
	chat, err := t.Tx.PrivateChat(person)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	p, err := t.Tx.Person(person)
	if err != nil {
		return false, err
	}
	return true, t.tell(chat, t.e.Catalog.Match(p.Language), c, how)
}

// TellChat says something in a chat, in the chat's language. In a group or channel the call line goes with it.
func (t *Turn) TellChat(chat storage.Chat, c messages.Content, how How) error {
	if chat.Kind != messages.Direct {
		c = t.withCall(c)
	}
	lang, err := t.e.chatLanguage(t.Tx, chat)
	if err != nil {
		return err
	}
	return t.tell(chat, lang, c, how)
}

func (t *Turn) tell(chat storage.Chat, lang string, c messages.Content, how How) error {
	d := storage.Delivery{Priority: how.Priority, ExpiresAt: how.Expires.UnixMilli()}
	if how.Expires.IsZero() {
		d.ExpiresAt = 0
	}
	if how.Author != 0 {
		d.PersonID = &how.Author
	}
	d.HeldUntil = t.heldUntil(chat, how)
	if how.NotBefore.After(t.Now) {
		d.HeldUntil = max(d.HeldUntil, how.NotBefore.UnixMilli())
	}
	if d.HeldUntil != 0 {
		d.State = storage.Held
	}
	if how.Reply != 0 {
		d.ReplyTo = &how.Reply
	}
	return t.send(chat, lang, c, how.Cause, d, false)
}

// withCall adds the line that says to call 112 or 0900-8844, and not to answer by chat alone. No command can leave it out
// of what goes to groups and channels (R6).
func (t *Turn) withCall(c messages.Content) messages.Content {
	if c.Call == nil {
		call := messages.S("call", t.e.Settings.numbers())
		c.Call = &call
	}
	return c
}

// TellAll says the same in every chat of a target, in each chat's own language and with the call line, and gives the
// number of chats.
func (t *Turn) TellAll(target storage.Target, c messages.Content, how How) (int, error) {
	c = t.withCall(c)
	variants, err := t.Tx.Variants(target, t.e.Catalog.Fallback())
	if err != nil {
		return 0, err
	}
	post, err := t.postOf(how)
	if err != nil {
		return 0, err
	}
	chats := 0
	for v, n := range variants {
		parts := c.Render(t.e.Catalog, v.Language, t.e.Limits(v.Platform))
		texts, err := t.Tx.StoreText(cmp.Or(how.Text, how.Cause), v, parts)
		if err != nil {
			return 0, err
		}
		if _, err := t.Tx.FanOut(post, target, v, t.e.Catalog.Fallback(), texts); err != nil {
			return 0, err
		}
		chats += n
	}
	return chats, nil
}

// send renders and queues. An answer to a chat for which nothing waits is handed over claimed: the outbox sends it
// without looking for it.
func (t *Turn) send(chat storage.Chat, lang string, c messages.Content, cause string, d storage.Delivery, answer bool) error {
	if chat.State == storage.ChatGone {
		return nil
	}
	parts := c.Render(t.e.Catalog, lang, t.e.Limits(chat.Platform))
	texts, err := t.Tx.StoreText(cause, storage.Variant{Platform: chat.Platform, Language: lang}, parts)
	if err != nil {
		return err
	}
	claim := false
	if answer && t.e.Owner != "" && t.said == 1 && len(parts) == 1 {
		waiting, err := t.Tx.Pending(chat.ID)
		if err != nil {
			return err
		}
		claim = !waiting
	}
	for i := range parts {
		d := d
		d.Cause, d.ChatID, d.Part, d.TextID, d.CreatedAt = cause, chat.ID, i+1, &texts[i], t.Now.UnixMilli()
		if i > 0 {
			d.ReplyTo = nil
		}
		if claim {
			d.State, d.Owner = storage.Sending, t.e.Owner
		}
		done, err := t.Tx.Queue(d)
		if err != nil {
			return err
		}
		t.last = done
		if claim {
			t.claimed = append(t.claimed, storage.Claimed{Delivery: done, Part: parts[i], Chat: chat})
		}
	}
	return nil
}

// used takes the choices away from under the message that was tapped.
func (t *Turn) used() error {
	if t.In.TappedAt == "" || t.keep {
		return nil
	}
	_, err := t.Tx.Queue(storage.Delivery{
		Cause: "used:" + t.In.TappedAt + ":" + t.cause, ChatID: t.Chat.ID, Action: messages.Unbutton,
		TargetMessage: t.In.TappedAt, Priority: storage.Housekeeping, CreatedAt: t.Now.UnixMilli(),
	})
	return err
}
