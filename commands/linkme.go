package commands

import (
	"errors"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// personCodeLife is how long the code for another account can be used.
const personCodeLife = 15 * time.Minute

// linkMeCommand makes two accounts one person: it gives a code on one platform, and takes it on the other.
func linkMeCommand() Command {
	return Command{Name: "linkme", Args: "[CODE]", Words: true, PrivateOnly: true, Run: func(t *Turn, args string) error {
		if !t.Private() {
			return messages.Refuse("activate.private")
		}
		if strings.TrimSpace(args) != "" {
			return t.takePersonCode(tidyCode(args))
		}
		code, err := newCode()
		if err != nil {
			return err
		}
		if err := t.Tx.AddPersonCode(code, t.Person.ID, t.Chat.ID, t.Now.Add(personCodeLife)); err != nil {
			return err
		}
		return t.ReplyS(messages.S("linkme.how"), messages.S("linkme.code", messages.V{"Code": code}))
	}}
}

// takePersonCode joins the person who typed a code with the one who asked for it, and tells both chats.
func (t *Turn) takePersonCode(code string) error {
	if err := t.fewWrongCodes(); err != nil {
		return err
	}
	other, from, err := t.Tx.FindPersonCode(code, t.Now)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return t.wrongCode()
	case err != nil:
		return err
	case other == t.Person.ID:
		return messages.Refuse("linkme.same")
	}
	chat, err := t.Tx.Chat(from)
	if err != nil {
		return err
	}
	if t.Person, err = t.Tx.JoinPersons(t.Person.ID, other); err != nil {
		return err
	}
	t.heldLoaded = false
	if err := t.TellChat(chat, messages.Paragraphs(messages.S("linkme.told")), How{Cause: t.nextCause(), Priority: storage.Answer}); err != nil {
		return err
	}
	can, err := t.helpSay()
	if err != nil {
		return err
	}
	return t.ReplyS(append([]messages.Say{messages.S("linkme.done")}, can...)...)
}
