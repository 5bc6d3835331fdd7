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

// signsCommand is about signs (R14): group admins apply, officers advise, the municipality decides by its plan.
func signsCommand() Command {
	return Command{Name: "signs", Args: "[apply, mine, plan]", Words: true, PrivateOnly: true, Form: signForm(), Run: func(t *Turn, args string) error {
		if !t.Private() {
			return messages.Refuse("private.only")
		}
		word, rest := args, ""
		if i := strings.IndexAny(args, " ;"); i >= 0 { // "apply Heereweg; 1; 2", and as all at once elsewhere: "1; Heereweg; 1; 2"
			word, rest = args[:i], strings.TrimLeft(args[i:], " ;")
		}
		switch word = storage.Fold(word); {
		case word == "1", slices.Contains(t.e.inAll(messages.S("signs.word.apply")), word):
			return t.applySigns(rest)
		case word == "2", slices.Contains(t.e.inAll(messages.S("signs.word.mine")), word):
			return t.mySigns()
		case slices.Contains(t.e.inAll(messages.S("signs.word.plan")), word):
			return t.signsPlan()
		}
		for _, role := range []struct {
			action Action
			form   string
		}{{DecideSigns, "signdecide"}, {AdviseSigns, "signadvice"}} {
			if may, err := t.May(role.action); err != nil || may {
				if err != nil {
					return err
				}
				return t.signsToDo(role.action, role.form)
			}
		}
		return t.signsMenu()
	}}
}

// signsMenu offers what a group admin can do. Who has no group yet registers it first, and goes on with the signs.
func (t *Turn) signsMenu() error {
	areas, err := t.adminAreas()
	if err != nil {
		return err
	}
	if len(areas) == 0 {
		return t.registerFirst()
	}
	return t.Reply(messages.Paragraphs(messages.S("signs.menu")).With(
		messages.Option{Number: 1, Label: messages.S("signs.apply"), Data: "/signs apply"},
		messages.Option{Number: 2, Label: messages.S("signs.mine"), Data: "/signs mine"},
	))
}

// registerFirst has the group registered on the way, without asking twice (R11, R14).
func (t *Turn) registerFirst() error {
	if err := t.ReplyS(messages.S("signs.register")); err != nil {
		return err
	}
	s := form.New("")
	s.Then = "signs apply"
	return t.StartForm("register", s)
}

// applySigns begins an application.
func (t *Turn) applySigns(args string) error {
	areas, err := t.adminAreas()
	if err != nil {
		return err
	}
	if len(areas) == 0 {
		return t.registerFirst()
	}
	return t.StartForm("signs", form.New(args))
}

// mySigns tells a person how the own applications stand.
func (t *Turn) mySigns() error {
	mine, err := t.Tx.SignsOf(t.Person.ID)
	if err != nil {
		return err
	}
	if len(mine) == 0 {
		return t.Reply(messages.Paragraphs(messages.S("signs.mine.none")).With(
			messages.Option{Number: 1, Label: messages.S("signs.apply"), Data: "/signs apply"},
		))
	}
	lines := []messages.Say{messages.S("signs.mine.title")}
	for _, s := range mine {
		lines = append(lines, messages.S("signs.mine.line", messages.V{"Sign": signSay(s), "State": signState(s)}))
	}
	return t.ReplyS(lines...)
}

// signSay names an application: number, how many, and where.
func signSay(s storage.Sign) messages.Say {
	return messages.S("signs.one", messages.V{"Number": uint(s.ID), "Count": s.Count, "Place": s.Place}) //nolint:gosec // numbers are above 0
}

// signState is how far an application is.
func signState(s storage.Sign) messages.Say {
	switch {
	case s.Status == storage.SignPlanned:
		return messages.S("signs.state.planned", messages.V{"When": s.Decision})
	case s.Status == storage.SignPlaced:
		return messages.S("signs.state.placed")
	case s.Status == storage.SignDeclined:
		return messages.S("signs.state.declined", messages.V{"Why": s.Decision})
	case s.Advice != "":
		return messages.S("signs.state.advised")
	}
	return messages.S("signs.state.asked")
}

// reasonSay is why signs are asked for.
func reasonSay(s storage.Sign) messages.Say {
	if s.Reason == reasonOther {
		return messages.Verbatim(s.Words)
	}
	return messages.S("signs.reason." + s.Reason)
}

// signDetails is an application as those who decide on it read it.
func (t *Turn) signDetails(s storage.Sign) ([]messages.Say, error) {
	area, err := t.Tx.Area(s.AreaID)
	if err != nil {
		return nil, err
	}
	joined, err := t.Tx.Joined(s.ID)
	if err != nil {
		return nil, err
	}
	lines := messages.Lines{
		messages.S("signs.detail.sign", messages.V{"Sign": signSay(s), "Area": area.Full()}),
		messages.S("signs.detail.reason", messages.V{"Reason": reasonSay(s)}),
	}
	switch s.Advice {
	case storage.AdviceFor:
		lines = append(lines, messages.S("signs.detail.for", messages.V{"Words": s.AdviceText}))
	case storage.AdviceAgainst:
		lines = append(lines, messages.S("signs.detail.against", messages.V{"Words": s.AdviceText}))
	default:
		lines = append(lines, messages.S("signs.detail.noadvice"))
	}
	if s.Status == storage.SignPlanned {
		lines = append(lines, messages.S("signs.state.planned", messages.V{"When": s.Decision}))
	}
	if len(joined) > 0 {
		lines = append(lines, messages.S("signs.detail.joined", messages.V{"Count": len(joined)}))
	}
	return []messages.Say{messages.S("signs.detail", messages.V{"Lines": lines})}, nil
}

// signsPlan shows the plan of each municipality of the person's own areas: what it allows, and what is placed, planned and asked.
func (t *Turn) signsPlan() error {
	areas, err := t.signAreas()
	if err != nil {
		return err
	}
	if len(areas) == 0 {
		return messages.Refuse("refused.role")
	}
	var out []messages.Say
	for len(areas) > 0 {
		m, of := areas[0].MunicipalityID, areas[0].Municipality
		ours := func(a storage.Area) bool { return a.MunicipalityID == m }
		areas = slices.DeleteFunc(areas, ours)
		says, err := t.planOf(m, of)
		if err != nil {
			return err
		}
		out = append(out, says...)
	}
	return t.ReplyS(out...)
}

// signAreas are the areas whose signs the person advises on or decides on.
func (t *Turn) signAreas() ([]storage.Area, error) {
	decide, err := t.AreaIDs(DecideSigns)
	if err != nil {
		return nil, err
	}
	advise, err := t.AreaIDs(AdviseSigns)
	if err != nil {
		return nil, err
	}
	return t.Tx.AreasByID(append(decide, advise...))
}

// planShown is how many spots of each state a plan lists.
const planShown = 10

func (t *Turn) planOf(municipality int64, name string) ([]messages.Say, error) {
	limit, err := t.Tx.SignsCap(municipality)
	if err != nil {
		return nil, err
	}
	areas, err := t.Tx.AreasOfMunicipality(municipality)
	if err != nil {
		return nil, err
	}
	ids := idsOf(areas)
	counts, spots := map[storage.SignStatus]int{}, messages.Lines{}
	for _, state := range []storage.SignStatus{storage.SignPlaced, storage.SignPlanned, storage.SignAsked} {
		all, err := t.Tx.SignsIn(ids, state)
		if err != nil {
			return nil, err
		}
		for i, s := range all {
			counts[state] += s.Count
			if i < planShown {
				spots = append(spots, messages.S("signs.plan.line", messages.V{"Sign": signSay(s), "State": signState(s)}))
			}
		}
	}
	capSay := messages.S("signs.plan.nocap")
	if limit > 0 {
		capSay = messages.S("signs.plan.cap", messages.V{"Count": limit})
	}
	out := []messages.Say{messages.S("signs.plan", messages.V{
		"Municipality": name, "Cap": capSay, "Placed": counts[storage.SignPlaced], "Planned": counts[storage.SignPlanned], "Asked": counts[storage.SignAsked],
	})}
	if len(spots) > 0 {
		out = append(out, messages.S("signs.detail", messages.V{"Lines": spots}))
	}
	return out, nil
}

// signNumbered finds an application by its number, inside the areas in which the person may do something with it.
func (t *Turn) signNumbered(typed string, a Action) (storage.Sign, error) {
	n, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(typed), "#"), 10, 64)
	if err != nil {
		return storage.Sign{}, messages.Refuse("signs.number")
	}
	s, err := t.Tx.Sign(n)
	if errors.Is(err, storage.ErrNotFound) {
		return s, messages.Refuse("signs.unknown")
	}
	if err != nil {
		return s, err
	}
	may, err := t.MayIn(a, s.AreaID)
	if err == nil && !may {
		err = messages.Refuse("signs.unknown")
	}
	return s, err
}
