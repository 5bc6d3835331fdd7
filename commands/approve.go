package commands

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// When a team wants a second pair of eyes: beyond the own area, until its portfolio holder says something else.
const (
	approvalBeyond = ""
	approvalAlways = "always"
	approvalOff    = "off"
)

// approval is whether somebody else looks at an alert, and who may.
type approval struct {
	before     bool // before it goes out
	afterwards bool // it goes at once, and is looked at afterwards
	alone      bool // nobody else is there to look at it
	by         []int64
}

// says tells the author what will happen.
func (a approval) says() []messages.Say {
	switch {
	case a.before:
		return []messages.Say{messages.S("approve.before")}
	case a.afterwards:
		return []messages.Say{messages.S("approve.afterwards")}
	case a.alone:
		return []messages.Say{messages.S("approve.alone")}
	}
	return nil
}

// approvalNeeded tells whether another officer, OpCo or portfolio holder looks at an alert. Where nobody else can be
// reached it goes without: an alert that waits for nobody helps nobody.
func (t *Turn) approvalNeeded(a storage.Alert, area storage.Area) (approval, error) {
	team, err := t.Tx.TeamOfArea(area.ID)
	if ignoreNotFound(err) != nil {
		return approval{}, err
	}
	needed := team.Approval == approvalAlways || team.Approval == approvalBeyond && a.Reach != reachArea
	if !needed || a.Drill {
		return approval{}, nil
	}
	people, err := t.Tx.Holders(area.ID, rolesFor(ApproveAlert)...)
	if err != nil {
		return approval{}, err
	}
	var out approval
	for _, p := range people {
		if p == t.Person.ID {
			continue
		}
		switch _, err := t.Tx.PrivateChat(p); {
		case err == nil:
			out.by = append(out.by, p)
		case ignoreNotFound(err) != nil:
			return approval{}, err
		}
	}
	switch {
	case len(out.by) == 0:
		out.alone = true
	case kindNamed(a.Kind).afterwards:
		out.afterwards = true
	default:
		out.before = true
	}
	return out, nil
}

// askApproval shows the alert to those who may approve it, exactly as it will look.
func (t *Turn) askApproval(a storage.Alert, area storage.Area, people []int64) error {
	author, err := t.authorSay(a)
	if err != nil {
		return err
	}
	r, err := t.reach(area, a.Reach, a.Audience)
	if err != nil {
		return err
	}
	where, err := t.says(r)
	if err != nil {
		return err
	}
	number := idValue(a.ID)
	intro := messages.S("approve.ask", messages.V{"Author": author})
	options := []messages.Option{
		{Number: 1, Label: messages.S("approve.yes"), Data: "/approve " + number},
		{Number: 2, Label: messages.S("approve.no"), Data: "/returnalert " + number},
	}
	if a.State == storage.AlertSent {
		intro = messages.S("approve.askafter", messages.V{"Author": author})
		options[1] = messages.Option{Number: 2, Label: messages.S("withdraw.button"), Data: "/withdraw " + number}
	}
	where = append(where, t.keptSay(a)...)
	for _, p := range people {
		how := How{Cause: fmt.Sprintf("approve:%d:intro", a.ID), Priority: storage.Urgent}
		if _, err := t.Tell(p, messages.Paragraphs(append([]messages.Say{intro}, where...)...), how); err != nil {
			return err
		}
		how.Cause = fmt.Sprintf("approve:%d", a.ID)
		if _, err := t.Tell(p, t.alertContent(a, area).With(options...), how); err != nil {
			return err
		}
	}
	return nil
}

// toApprove finds an alert that the person may approve: not the own one, whatever account it was written from.
func (t *Turn) toApprove(args string) (storage.Alert, storage.Area, error) {
	a, err := t.alertNumbered(args)
	if err != nil {
		return a, storage.Area{}, err
	}
	area, err := t.Tx.Area(a.AreaID)
	if err != nil {
		return a, area, err
	}
	may, err := t.MayIn(ApproveAlert, a.AreaID)
	switch {
	case err != nil:
		return a, area, err
	case !may:
		return a, area, messages.Refuse("refused.role")
	case a.PersonID != nil && *a.PersonID == t.Person.ID:
		return a, area, messages.Refuse("approve.own")
	}
	return a, area, nil
}

func approveCommand() Command {
	return Command{Name: "approve", Action: ApproveAlert, Words: true, Hidden: true, Run: func(t *Turn, args string) error {
		a, area, err := t.toApprove(args)
		if err != nil {
			return err
		}
		if a.State == storage.AlertSent && a.ApprovedAt == 0 {
			a.ApprovedBy, a.ApprovedAt = &t.Person.ID, t.Now.UnixMilli()
			if err := t.Tx.SaveAlert(a); err != nil {
				return err
			}
			return t.ReplyS(messages.S("approve.thanks", messages.V{"Number": uint(a.ID)}))
		}
		to := storage.AlertSent
		if a.SendAt > t.Now.UnixMilli() {
			to = storage.AlertPlanned
		}
		mine, err := t.Tx.MoveAlert(a.ID, storage.AlertWaiting, to)
		if err != nil {
			return err
		}
		if !mine || a.PersonID == nil {
			return messages.Refuse("approve.late", messages.V{"Number": uint(a.ID)})
		}
		a.State, a.ApprovedBy, a.ApprovedAt = to, &t.Person.ID, t.Now.UnixMilli()
		return t.approved(a, area)
	}}
}

// approved sends or plans an alert that a second pair of eyes has seen.
func (t *Turn) approved(a storage.Alert, area storage.Area) error {
	if err := t.ReplyS(messages.S("approve.done", messages.V{"Number": uint(a.ID)})); err != nil {
		return err
	}
	if a.State == storage.AlertPlanned {
		if err := t.Tx.SaveAlert(a); err != nil {
			return err
		}
		planned := messages.Paragraphs(messages.S("alert.planned", messages.V{"Number": uint(a.ID), "When": t.momentSay(a.SendAt)}))
		_, err := t.Tell(*a.PersonID, planned, How{Cause: "planned:" + a.Cause(), Priority: storage.Answer})
		return err
	}
	return t.goOut(a, area)
}

// goOut sends an alert that was kept until now.
func (t *Turn) goOut(a storage.Alert, area storage.Area) error {
	r, err := t.reach(area, a.Reach, a.Audience)
	if err != nil {
		return err
	}
	a.State, a.CreatedAt = storage.AlertSent, t.Now.UnixMilli()
	if r.nobody() {
		return t.giveBack(a, messages.S("alert.to.nobody"))
	}
	if err := t.Tx.SaveAlert(a); err != nil {
		return err
	}
	return t.dispatch(a, area, r)
}

// giveBack returns an alert to its author with the reason; with one tap the form stands there again as it was.
func (t *Turn) giveBack(a storage.Alert, why messages.Say) error {
	a.State = storage.AlertReturned
	if err := t.Tx.SaveAlert(a); err != nil {
		return err
	}
	c := messages.Paragraphs(messages.S("approve.returned", messages.V{"Number": uint(a.ID), "Quote": quote(a)}), why).With(
		messages.Option{Label: messages.S("approve.rewrite"), Data: "/rewrite " + idValue(a.ID)})
	_, err := t.Tell(*a.PersonID, c, How{Cause: fmt.Sprintf("returned:%d:%d", a.ID, t.Now.UnixMilli()), Priority: storage.Answer})
	return err
}

// returnCommand asks why an alert is not approved, and gives it back.
func returnCommand() Command {
	return Command{Name: "returnalert", Action: ApproveAlert, Words: true, Hidden: true, PrivateOnly: true, Form: &form.Form[*Turn]{
		Command: "returnalert", Label: label("returnalert"),
		Fields: []form.Field[*Turn]{{Name: "reason", Ask: form.Question[*Turn]("approve.why"), Check: checkFact}},
		Done: func(t *Turn, s *form.State) error {
			a, _, err := t.toApprove(s.Get("alert"))
			if err != nil {
				return err
			}
			mine, err := t.Tx.MoveAlert(a.ID, storage.AlertWaiting, storage.AlertReturned)
			if err != nil {
				return err
			}
			if !mine || a.PersonID == nil {
				return messages.Refuse("approve.late", messages.V{"Number": uint(a.ID)})
			}
			if err := t.giveBack(a, messages.S("approve.reason", messages.V{"Reason": s.Get("reason")})); err != nil {
				return err
			}
			return t.ReplyS(messages.S("approve.gaveback"))
		},
	}, Run: func(t *Turn, args string) error {
		a, _, err := t.toApprove(args)
		if err != nil {
			return err
		}
		if a.State != storage.AlertWaiting {
			return messages.Refuse("approve.late", messages.V{"Number": uint(a.ID)})
		}
		s := form.New("")
		s.Set("alert", idValue(a.ID))
		return t.StartForm("returnalert", s)
	}}
}

// rewriteCommand begins the form of an alert that came back, with everything that it said.
func rewriteCommand() Command {
	return Command{Name: "rewrite", Action: SendAlert, Words: true, Hidden: true, PrivateOnly: true, Run: func(t *Turn, args string) error {
		a, err := t.alertNumbered(args)
		if err != nil {
			return err
		}
		if a.PersonID == nil || *a.PersonID != t.Person.ID || a.State != storage.AlertReturned {
			return messages.Refuse("approve.late", messages.V{"Number": uint(a.ID)})
		}
		s := form.New("")
		for _, v := range [][2]string{
			{"kind", a.Kind},
			{"what", a.What},
			{"where", a.Place},
			{"when", a.Happened},
			{"description", a.Description},
			{"photo", a.Photo},
			{"area", idValue(a.AreaID)},
			{"topic", a.Topic},
			{"audience", cmp.Or(a.Audience, audienceAll)},
			{"english", a.English},
		} {
			s.Answered(v[0], v[1])
		}
		if a.Subject != "" {
			s.Answered("subject", a.Subject)
		}
		if a.Drill {
			s.Set("drill", "yes")
		}
		groups, channels := strings.CutSuffix(a.Reach, reachAnd+reachChannels)
		groups, ids, several := strings.Cut(groups, ":")
		if several {
			s.Answered("municipalities", ids)
		}
		if channels {
			groups += reachAnd + reachChannels
		}
		s.Answered("reach", groups)
		return t.StartForm("alert", s)
	}}
}

// approvalCommand sets when the team wants a second pair of eyes.
func approvalCommand() Command {
	return Command{Name: "approval", Action: SetApproval, Words: true, PrivateOnly: true, Run: func(t *Turn, args string) error {
		choices := []struct{ value, word, id string }{
			{approvalBeyond, "beyond", "approval.beyond"}, {approvalAlways, "always", "approval.always"}, {approvalOff, "off", "approval.off"},
		}
		typed := storage.Fold(args)
		for i, c := range choices {
			if typed == strconv.Itoa(i+1) || typed != "" && (typed == c.word || slices.Contains(t.e.inAll(messages.S(c.id)), typed)) {
				return t.setApproval(c.value, messages.S(c.id))
			}
		}
		q := messages.Paragraphs(messages.S("approval.which"))
		for i, c := range choices {
			q = q.With(messages.Option{Number: i + 1, Label: messages.S(c.id), Data: "/approval " + strconv.Itoa(i+1)})
		}
		return t.Reply(q)
	}}
}

func (t *Turn) setApproval(value string, shown messages.Say) error {
	ids, err := t.AreaIDs(SetApproval)
	if err != nil {
		return err
	}
	teams := map[int64]bool{}
	for _, id := range ids {
		team, err := t.Tx.TeamOfArea(id)
		if err != nil {
			if ignoreNotFound(err) != nil {
				return err
			}
			continue
		}
		if !teams[team.ID] {
			teams[team.ID] = true
			if err := t.Tx.SetApproval(team.ID, value); err != nil {
				return err
			}
		}
	}
	return t.ReplyS(messages.S("approval.set", messages.V{"Choice": shown}))
}
