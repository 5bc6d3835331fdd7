package commands

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// tipCommand notes that a call or tip to the police came from a chat message, and what came of it (domain.md, R7). Who is
// not of the police and types it may have something to report: the answer says to call.
func tipCommand() Command {
	return Command{
		Name: "tip", Args: "[number; answers], list or undo", Action: NoteCall, Words: true, Urges: true, Form: tipForm(),
		Run: func(t *Turn, args string) error {
			switch word := storage.Fold(args); {
			case slices.Contains(t.e.words.undo, word):
				return t.takeLatestCallBack()
			case slices.Contains(t.e.words.list, word):
				return t.listCalls()
			}
			return t.noteCall(args)
		},
	}
}

// noteCall begins the form. Which alert it came from is not asked where that is clear.
func (t *Turn) noteCall(args string) error {
	first, rest, _ := strings.Cut(args, ";")
	if t.noAlert(first) {
		s := form.New(rest)
		s.Set("alert", callNoAlert)
		return t.startTip(s)
	}
	number, rest, err := t.alertMeant(args)
	if err != nil {
		return err
	}
	s := form.New(rest)
	if number != 0 {
		if _, err := t.callable(number); err != nil {
			return err
		}
		s.Set("alert", idValue(number))
	}
	return t.startTip(s)
}

func (t *Turn) startTip(s *form.State) error {
	if len(s.Waiting) > 0 {
		s.Set(callAtOnce, "yes")
	}
	s.Link = s.Get("alert")
	return t.StartForm("tip", s)
}

// noAlert tells whether words mean that a call came from no alert.
func (t *Turn) noAlert(words string) bool {
	folded := storage.Fold(words)
	return slices.Contains(t.e.words.none, folded) || slices.Contains(t.e.inAll(messages.S("tips.none")), folded)
}

// callable finds an alert from which a call can have come: one of the person's areas, one that was sent there, or one of
// which the person told how it ended, for a colleague.
func (t *Turn) callable(number int64) (storage.Alert, error) {
	values := messages.V{"Number": uint(number)} //nolint:gosec // numbers of alerts are above 0
	a, err := t.Tx.Alert(number)
	if errors.Is(err, storage.ErrNotFound) {
		return a, messages.Refuse("tips.unknown", values)
	}
	if err != nil {
		return a, err
	}
	areas, err := t.AreaIDs(NoteCall)
	if err != nil {
		return a, err
	}
	mine := slices.Contains(areas, a.AreaID)
	if !mine {
		if mine, err = t.Tx.WentTo(a.ID, areas); err != nil {
			return a, err
		}
	}
	if !mine {
		told, err := t.Tx.OutcomesOf(a.ID)
		if err != nil {
			return a, err
		}
		mine = slices.ContainsFunc(told, func(o storage.AlertOutcome) bool { return o.PersonID != nil && *o.PersonID == t.Person.ID })
	}
	switch {
	case !mine:
		return a, messages.Refuse("feedback.notyours", values)
	case a.Drill:
		return a, messages.Refuse("tips.drill", values)
	case a.State != storage.AlertSent && a.State != storage.AlertWithdrawn:
		return a, messages.Refuse("tips.notsent", values)
	}
	return a, nil
}

// callableAlerts are the recent alerts of the person's areas and those that were sent there, the newest first.
func (t *Turn) callableAlerts() ([]storage.Alert, error) {
	areas, err := t.AreaIDs(NoteCall)
	if err != nil {
		return nil, err
	}
	from := t.Now.Add(-recentAlerts)
	own, err := t.Tx.AlertsSentIn(areas, from)
	if err != nil {
		return nil, err
	}
	told, err := t.Tx.AlertsToldIn(areas, from, t.Now.Add(time.Second))
	if err != nil {
		return nil, err
	}
	for _, a := range told {
		if !slices.ContainsFunc(own, func(o storage.Alert) bool { return o.ID == a.ID }) {
			own = append(own, a)
		}
	}
	own = slices.DeleteFunc(own, func(a storage.Alert) bool { return kindNamed(a.Kind).due == 0 })
	slices.SortFunc(own, func(a, b storage.Alert) int { return int(b.ID - a.ID) })
	return own[:min(len(own), alertsOffered)], nil
}

// recordCall keeps a call, or what came of one after all, and tells the author of the alert.
func recordCall(t *Turn, s *form.State) error {
	c := storage.Call{Result: s.Get("result"), PersonID: &t.Person.ID, CreatedAt: t.Now.UnixMilli()}
	c.Words, c.Note = s.Get("words"), s.Get("note")
	var err error
	if c.Kept, err = t.kept(s, seenInTip); err != nil {
		return err
	}
	if id := s.Number("call"); id != 0 {
		before, err := t.callToChange(id)
		if err != nil {
			return err
		}
		if err := t.Tx.SetCall(id, c.Result, c.CallWords); err != nil {
			return err
		}
		c.ID, c.AlertID = id, before.AlertID
		return t.noted(c, "tips.told.more")
	}
	if s.Get("alert") == callNoAlert {
		area, err := t.callArea(s)
		if err != nil {
			return err
		}
		c.AreaID = area.ID
	} else {
		a, err := t.callable(s.Number("alert"))
		if err != nil {
			return err
		}
		c.AlertID, c.AreaID = &a.ID, a.AreaID
	}
	if c, err = t.Tx.AddCall(c); err != nil {
		return err
	}
	return t.noted(c, "tips.told")
}

// callResult is what came of a call, in words.
func callResult(c storage.Call) messages.Say {
	if c.Words != "" {
		return messages.Verbatim(c.Words)
	}
	return messages.S("tips.result." + c.Result)
}

// noted confirms a call that was noted, with what can be done about it still. told is the sentence for the alert's author.
func (t *Turn) noted(c storage.Call, told string) error {
	said := messages.S("tips.done.none", messages.V{"Result": callResult(c)})
	if c.AlertID != nil {
		said = messages.S("tips.done", messages.V{"Number": uint(*c.AlertID), "Result": callResult(c)})
	}
	out := messages.Paragraphs(said)
	if c.Result == storage.NotKnown {
		out = out.With(messages.Option{Label: messages.S("tips.more"), Data: "/tipresult " + idValue(c.ID)})
	}
	out = out.With(messages.Option{Label: messages.S("tips.back"), Data: "/untip " + idValue(c.ID)})
	if err := t.Reply(out); err != nil || c.AlertID == nil {
		return err
	}
	return t.tellCall(c, told)
}

// tellCall tells the author of an alert that somebody else noted a call, without a sound.
func (t *Turn) tellCall(c storage.Call, said string) error {
	a, err := t.Tx.Alert(*c.AlertID)
	if err != nil || a.PersonID == nil || *a.PersonID == t.Person.ID {
		return err
	}
	officers, err := t.Tx.Holders(a.AreaID, rolesFor(SendAlert)...)
	if err != nil || !slices.Contains(officers, *a.PersonID) {
		return err
	}
	all, err := t.titles([]storage.Alert{a})
	if err != nil {
		return err
	}
	told := messages.Paragraphs(messages.S(said, messages.V{"Result": callResult(c)}), t.line(all[0]))
	if c.Note != "" {
		told.Text = append(told.Text, messages.S("tips.note", messages.V{"Note": c.Note}))
	}
	told.Silent = true
	how := How{Cause: fmt.Sprintf("call:%d:%d:%s:%d", a.ID, c.ID, said, t.Now.UnixMilli()), Priority: storage.Reminder}
	_, err = t.Tell(*a.PersonID, told, how)
	return err
}
