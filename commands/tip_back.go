package commands

import (
	"errors"
	"time"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// tipBack is how long a call that was noted can be taken back.
const tipBack = 24 * time.Hour

// callsListed is how many calls a list shows at most.
const callsListed = 10

// callToChange is a call that the person may say more about: who noted it may, and who may note one about that alert.
func (t *Turn) callToChange(id int64) (storage.Call, error) {
	c, err := t.Tx.Call(id)
	if errors.Is(err, storage.ErrNotFound) {
		return c, messages.Refuse("tips.gone")
	}
	if err != nil || c.PersonID != nil && *c.PersonID == t.Person.ID {
		return c, err
	}
	may, err := t.MayIn(NoteCall, c.AreaID)
	if err == nil && !may {
		err = messages.Refuse("tips.notyours")
	}
	return c, err
}

// tipResultCommand is behind the button that says what came of a call after all.
func tipResultCommand() Command {
	return Command{Name: "tipresult", Action: NoteCall, Words: true, Hidden: true, PrivateOnly: true, Run: func(t *Turn, args string) error {
		id, _ := wholeNumber(args)
		c, err := t.callToChange(int64(id))
		if err != nil {
			return err
		}
		s := form.New("")
		s.Set("call", idValue(c.ID))
		s.Set("alert", callNoAlert)
		s.Set("area", idValue(c.AreaID))
		if c.AlertID != nil {
			s.Set("alert", idValue(*c.AlertID))
		}
		return t.StartForm("tip", s)
	}}
}

// untipCommand is behind the button that takes a call back.
func untipCommand() Command {
	return Command{Name: "untip", Action: NoteCall, Words: true, Hidden: true, PrivateOnly: true, Run: func(t *Turn, args string) error {
		id, _ := wholeNumber(args)
		c, err := t.Tx.Call(int64(id))
		if errors.Is(err, storage.ErrNotFound) {
			return messages.Refuse("tips.gone")
		}
		if err != nil {
			return err
		}
		return t.takeCallBack(c)
	}}
}

func (t *Turn) takeLatestCallBack() error {
	c, err := t.Tx.LatestCall(t.Person.ID, t.Now.Add(-tipBack))
	if errors.Is(err, storage.ErrNotFound) {
		return messages.Refuse("tips.nothing")
	}
	if err != nil {
		return err
	}
	return t.takeCallBack(c)
}

// takeCallBack takes back what the person noted a short while ago.
func (t *Turn) takeCallBack(c storage.Call) error {
	done, err := t.Tx.DropCall(c.ID, t.Person.ID, t.Now.Add(-tipBack))
	if err != nil {
		return err
	}
	switch {
	case !done && c.PersonID != nil && *c.PersonID == t.Person.ID:
		return messages.Refuse("tips.late")
	case !done:
		return messages.Refuse("tips.notyours")
	case c.AlertID == nil:
		return t.ReplyS(messages.S("tips.taken.none"))
	}
	if err := t.ReplyS(messages.S("tips.taken", messages.V{"Number": uint(*c.AlertID)})); err != nil {
		return err
	}
	c.Note = ""
	return t.tellCall(c, "tips.told.taken")
}

// listCalls shows the calls of the last weeks with what was written with them, and what can be done about the person's own.
func (t *Turn) listCalls() error {
	if !t.Private() {
		return messages.Refuse("private.only")
	}
	areas, err := t.AreaIDs(NoteCall)
	if err != nil {
		return err
	}
	all, err := t.Tx.CallsIn(areas, t.Person.ID, t.Now.Add(-keepTexts), callsListed)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return t.ReplyS(messages.S("tips.list.none"))
	}
	out := messages.Paragraphs(messages.S("tips.list", messages.V{"Days": messages.Ago(keepTexts)}))
	for _, c := range all {
		var lines messages.Lines
		line := messages.V{"Result": callResult(c), "When": t.momentSay(c.CreatedAt)}
		if c.AlertID == nil {
			lines = append(lines, messages.S("tips.list.alone", line))
		} else {
			a, err := t.Tx.Alert(*c.AlertID)
			if err != nil {
				return err
			}
			line["Number"], line["Quote"] = uint(a.ID), quote(a)
			lines = append(lines, messages.S("tips.list.line", line))
		}
		if c.Note != "" {
			lines = append(lines, messages.S("tips.note", messages.V{"Note": c.Note}))
		}
		if c.Kept != "" {
			lines = append(lines, messages.S("tips.kept", messages.V{"Reason": c.Kept}))
		}
		out.Text = append(out.Text, messages.S("alert.facts", messages.V{"Facts": lines}))
	}
	return t.Reply(out)
}
