package commands

import (
	"errors"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// channelCodeLife is how long the code for a channel can be used.
const channelCodeLife = time.Hour

// linkInPrivate explains how a group is linked, and gives the code that links a channel: in a channel nobody has a name,
// so the code says on whose word it is done.
func (t *Turn) linkInPrivate(args string) error {
	areas, err := t.ownAreas(LinkChat)
	if err != nil {
		return err
	}
	args, _ = t.audienceIn(args)
	if len(areas) != 1 && args == "" {
		return t.askArea(areas, storage.Residents)
	}
	area := areas[0]
	if args != "" {
		if area, err = t.areaToLink(areas, args); err != nil {
			return err
		}
	}
	code, err := newCode()
	if err != nil {
		return err
	}
	if err := t.Tx.AddChannelCode(code, area.ID, t.Person.ID, t.Now.Add(channelCodeLife)); err != nil {
		return err
	}
	return t.ReplyS(
		messages.S("link.group", messages.V{"Area": area.Full()}),
		messages.S("link.channel", messages.V{"Area": area.Full(), "Code": "/link " + code}),
	)
}

// channelPost takes a post in a channel: a code links it, everything else is not for the bot.
func (t *Turn) channelPost(text string) error {
	c, args, slash := t.e.find(text, false)
	if !slash || c == nil || c.Name != "link" {
		return nil
	}
	area, officer, err := t.Tx.UseChannelCode(tidyCode(args), t.Now)
	if errors.Is(err, storage.ErrNotFound) {
		return nil // in public the bot does not discuss codes
	}
	if err != nil {
		return err
	}
	if err := t.Tx.LinkChat(t.Chat.ID, area, "", t.Now); err != nil {
		return err
	}
	_, err = t.Tell(officer, messages.Paragraphs(messages.S("link.channeldone", messages.V{"Channel": strings.TrimSpace(t.Chat.Title)})),
		How{Cause: t.nextCause(), Priority: storage.Answer})
	return err
}
