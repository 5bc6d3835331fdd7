package commands

import (
	"slices"
	"strconv"
	"strings"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// linkCommand makes a group the admin group of an area, which an officer of that area may do.
func linkCommand() Command {
	return Command{Name: "link", Args: "[area] [entrepreneurs]", Action: LinkChat, Words: true, Run: func(t *Turn, args string) error {
		if t.Private() {
			return t.linkInPrivate(args)
		}
		areas, err := t.ownAreas(LinkChat)
		if err != nil {
			return err
		}
		args, audience := t.audienceIn(args)
		if args == "" {
			return t.askArea(areas, audience)
		}
		area, err := t.areaToLink(areas, args)
		if err != nil {
			return err
		}
		return t.link(area, audience)
	}}
}

// audienceIn takes the word for whom the group is from the end of the words; without one it is for residents.
func (t *Turn) audienceIn(args string) (rest, audience string) {
	words := strings.Fields(args)
	if len(words) == 0 {
		return args, storage.Residents
	}
	last, rest := storage.Fold(words[len(words)-1]), strings.Join(words[:len(words)-1], " ")
	switch {
	case slices.Contains(t.e.inAll(messages.S("link.word.entrepreneurs")), last):
		return rest, storage.Entrepreneurs
	case slices.Contains(t.e.inAll(messages.S("link.word.residents")), last):
		return rest, storage.Residents
	}
	return args, storage.Residents
}

// ownAreas are the areas in which the person may do something, sorted by name.
func (t *Turn) ownAreas(a Action) ([]storage.Area, error) {
	ids, err := t.AreaIDs(a)
	if err != nil {
		return nil, err
	}
	return t.Tx.AreasByID(ids)
}

func (t *Turn) askArea(areas []storage.Area, audience string) error {
	c := messages.Paragraphs(messages.S("link.which"))
	for i, a := range areas {
		c = c.With(messages.Option{Number: i + 1, Label: messages.Verbatim(a.Full()), Data: "/link " + strconv.Itoa(i+1) + " " + audience})
	}
	return t.Reply(c)
}

// areaToLink finds the area by its number in the list or by its name, and refuses one that is not the officer's.
func (t *Turn) areaToLink(own []storage.Area, words string) (storage.Area, error) {
	if n, err := strconv.Atoi(words); err == nil && n >= 1 && n <= len(own) {
		return own[n-1], nil
	}
	found, err := t.Tx.FindAreas(words)
	if err != nil {
		return storage.Area{}, err
	}
	var mine []storage.Area
	for _, a := range found {
		for _, o := range own {
			if o.ID == a.ID {
				mine = append(mine, a)
			}
		}
	}
	switch {
	case len(found) == 0:
		return storage.Area{}, messages.Refuse("link.unknown", messages.V{"Words": words})
	case len(mine) == 0:
		return storage.Area{}, messages.Refuse("link.notyours", messages.V{"Area": found[0].Full()})
	case len(mine) > 1:
		return storage.Area{}, messages.Refuse("link.several", messages.V{"Area": mine[0].Full(), "Other": mine[1].Full()})
	}
	return mine[0], nil
}

func (t *Turn) link(area storage.Area, audience string) error {
	before := t.Chat.AreaID
	if before != nil && *before != area.ID { // who takes a group away from an area must be its officer too
		may, err := t.MayIn(LinkChat, *before)
		if err != nil {
			return err
		}
		if !may {
			return messages.Refuse("link.taken")
		}
	}
	if err := t.Tx.LinkChat(t.Chat.ID, area.ID, t.In.Thread, t.Now); err != nil {
		return err
	}
	if err := t.Tx.SetAudience(t.Chat.ID, audience); err != nil {
		return err
	}
	if before != nil && *before == area.ID && t.Chat.Audience == audience {
		return t.ReplyS(messages.S("link.already", messages.V{"Area": area.Full()}))
	}
	if audience == storage.Entrepreneurs {
		return t.ReplyS(messages.S("link.done.entrepreneurs", messages.V{"Area": area.Full()}), messages.S("link.expect"))
	}
	return t.ReplyS(messages.S("link.done", messages.V{"Area": area.Full()}), messages.S("link.expect"))
}
