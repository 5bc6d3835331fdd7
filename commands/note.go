package commands

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// noteCommand keeps a line for the next summary of the officer's areas.
func noteCommand() Command {
	return Command{
		Name: "note", Args: "[text]", Action: WriteNote, Words: true, PrivateOnly: true, Form: noteForm(),
		Run: func(t *Turn, args string) error {
			switch {
			case args == "" && t.Private():
				return t.StartForm("note", form.New(""))
			case args == "":
				return t.ReplyS(messages.S("note.how"))
			}
			areas, text, err := t.noteFor(args)
			if err != nil {
				return err
			}
			return t.keepNote(areas, text)
		},
	}
}

// noteForm asks for the line, for all of the officer's areas, or behind the button "add" under a summary for those of it.
func noteForm() *form.Form[*Turn] {
	return &form.Form[*Turn]{
		Command: "note", Label: label("note"), Done: addToSummary,
		Fields: []form.Field[*Turn]{{Name: "text", Ask: form.Question[*Turn]("note.ask"), Check: checkFact}},
	}
}

// noteFor are the areas that a note is for, and its text: in an admin group that group's; with an area's name and a
// colon in front that one's; else all of the officer's.
func (t *Turn) noteFor(typed string) ([]storage.Area, string, error) {
	own, err := t.ownAreas(WriteNote)
	if err != nil {
		return nil, "", err
	}
	if !t.Private() && t.Chat.Linked() {
		own, err = t.readIn(own, *t.Chat.AreaID)
		return own, typed, err
	}
	words := fieldsOf(typed)
	best, length := -1, 0
	for i, a := range own {
		name := fieldsOf(a.Name)
		if len(name) > length && len(words) > len(name) && slices.Equal(words[:len(name)], name) {
			best, length = i, len(name)
		}
	}
	if best < 0 {
		return own, typed, nil
	}
	area := own[best]
	if name, rest, ok := strings.Cut(typed, ":"); ok && (storage.Fold(name) == storage.Fold(area.Name) || storage.Fold(name) == storage.Fold(area.Full())) {
		typed = strings.TrimSpace(rest)
	}
	return []storage.Area{area}, typed, nil
}

// keepNote keeps the note and says for which areas it is.
func (t *Turn) keepNote(areas []storage.Area, text string) error {
	text, err := checkFact(t, nil, form.Answer{Text: strings.Join(strings.Fields(text), " ")}) // a line, however it was typed
	if err != nil {
		return err
	}
	ids := idsOf(areas)
	n, err := t.Tx.AddNote(storage.Note{PersonID: &t.Person.ID, Text: text, CreatedAt: t.Now.UnixMilli()}, ids)
	if err != nil {
		return err
	}
	c := messages.Paragraphs(messages.S("note.done", messages.V{"Count": len(areas), "Names": listed(fullNames(areas))}))
	missed, err := t.Tx.Unreached(ids...)
	if err != nil {
		return err
	}
	switch {
	case len(missed) == len(areas):
		c.Text = append(c.Text, messages.S("note.unreached"))
	case len(missed) > 0:
		c.Text = append(c.Text, messages.S("note.unreached.some", messages.V{"Count": len(missed)}))
	}
	return t.Reply(c.With(messages.Option{Label: messages.S("note.undo"), Data: "/unnote " + idValue(n.ID)}))
}

// unnoteCommand is behind the button under a note: it takes the note back, as long as no summary has told it.
func unnoteCommand() Command {
	return Command{Name: "unnote", Action: WriteNote, Words: true, Hidden: true, Run: func(t *Turn, args string) error {
		id, err := strconv.ParseInt(args, 10, 64)
		if err != nil {
			return messages.Refuse("note.gone")
		}
		n, err := t.Tx.Note(id)
		switch {
		case errors.Is(err, storage.ErrNotFound):
			return messages.Refuse("note.gone")
		case err != nil:
			return err
		case n.PersonID == nil || *n.PersonID != t.Person.ID:
			t.KeepButtons()
			return messages.Refuse("note.notyours")
		}
		dropped, err := t.Tx.DropNote(id)
		if err != nil {
			return err
		}
		if !dropped {
			return messages.Refuse("note.told")
		}
		return t.ReplyS(messages.S("note.undone"))
	}}
}

// readIn are those of an officer's areas whose summary the admin groups of an area read: that area itself, or else
// those that have no group of their own.
func (t *Turn) readIn(own []storage.Area, host int64) ([]storage.Area, error) {
	if i := slices.IndexFunc(own, func(a storage.Area) bool { return a.ID == host }); i >= 0 {
		return own[i : i+1], nil
	}
	hosts, err := t.Tx.Hosts()
	if err != nil {
		return nil, err
	}
	own = slices.DeleteFunc(slices.Clone(own), func(a storage.Area) bool { return hosts[a.ID] != host })
	if len(own) == 0 {
		return nil, messages.Refuse("weekly.notyours")
	}
	return own, nil
}

// addToSummary keeps the note that was asked for under a summary, and shows the summary with it.
func addToSummary(t *Turn, s *form.State) error {
	if !s.Has("host") {
		areas, text, err := t.noteFor(s.Get("text"))
		if err != nil {
			return err
		}
		return t.keepNote(areas, text)
	}
	own, err := t.ownAreas(WriteNote)
	if err != nil {
		return err
	}
	host := s.Number("host")
	areas, err := t.readIn(own, host)
	if err != nil {
		return err
	}
	if err := t.keepNote(areas, s.Get("text")); err != nil {
		return err
	}
	return t.showWeek(host)
}
