package commands

import (
	"fmt"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// What a keeper decides on an application.
const (
	decidePlan    = "plan"
	decidePlaced  = "placed"
	decideDecline = "decline"
	decideWait    = "wait"
)

// signsShown is how many applications are offered at once; others go by their number.
const signsShown = 10

// signAdviceCommand and signDecideCommand hold the forms behind /signs for officers and keepers.
func signAdviceCommand() Command {
	return Command{Name: "signadvice", Action: AdviseSigns, Words: true, Hidden: true, PrivateOnly: true, Form: signAdviceForm(), Run: func(t *Turn, args string) error {
		return t.StartForm("signadvice", form.New(args))
	}}
}

func signDecideCommand() Command {
	return Command{Name: "signdecide", Action: DecideSigns, Words: true, Hidden: true, PrivateOnly: true, Form: signDecideForm(), Run: func(t *Turn, args string) error {
		return t.StartForm("signdecide", form.New(args))
	}}
}

func signAdviceForm() *form.Form[*Turn] {
	return &form.Form[*Turn]{
		Command: "signadvice", Label: label("signadvice"), Done: sendAdvice,
		Fields: []form.Field[*Turn]{
			signField(AdviseSigns),
			{Name: "advice", Ask: askAboutSign("signs.ask.advice"), Choices: form.Pick[*Turn](
				storage.AdviceFor, "signs.advice.for", storage.AdviceAgainst, "signs.advice.against")},
			{Name: "words", Ask: form.Question[*Turn]("signs.ask.advicewords"), Check: checkFact},
		},
	}
}

func signDecideForm() *form.Form[*Turn] {
	return &form.Form[*Turn]{
		Command: "signdecide", Label: label("signdecide"), Done: sendDecision,
		Fields: []form.Field[*Turn]{
			signField(DecideSigns),
			{Name: "decision", Ask: askAboutSign("signs.ask.decision"), Choices: form.Pick[*Turn](
				decidePlan, "signs.decide.plan", decidePlaced, "signs.decide.placed", decideDecline, "signs.decide.decline", decideWait, "signs.decide.wait")},
			{Name: "date", Ask: form.Question[*Turn]("signs.ask.date"), Check: checkFact, When: decided(decidePlan)},
			{Name: "reason", Ask: form.Question[*Turn]("signs.ask.declined"), Check: checkFact, When: decided(decideDecline)},
		},
	}
}

func decided(what string) func(*Turn, *form.State) (bool, error) {
	return func(_ *Turn, s *form.State) (bool, error) { return s.Get("decision") == what, nil }
}

// signsToDo begins the form of an officer or keeper, or says that nothing waits. One application is not asked for.
func (t *Turn) signsToDo(a Action, command string) error {
	open, err := t.signsFor(a)
	if err != nil {
		return err
	}
	s := form.New("")
	switch len(open) {
	case 0:
		return t.Reply(messages.Paragraphs(messages.S("signs.nothing")).With(messages.Option{Label: messages.S("signs.plan.show"), Data: "/signs plan"}))
	case 1:
		s.Set("sign", idValue(open[0].ID))
	}
	return t.StartForm(command, s)
}

// signsFor are the applications that wait for somebody: without advice for an officer, not placed or declined for a keeper.
func (t *Turn) signsFor(a Action) ([]storage.Sign, error) {
	areas, err := t.AreaIDs(a)
	if err != nil {
		return nil, err
	}
	if a == AdviseSigns {
		return t.Tx.SignsToAdvise(areas)
	}
	return t.Tx.SignsIn(areas, storage.SignAsked, storage.SignPlanned)
}

// signField asks which application.
func signField(a Action) form.Field[*Turn] {
	return form.Field[*Turn]{
		Name: "sign", Ask: form.Question[*Turn]("signs.ask.which"),
		Choices: func(t *Turn, _ *form.State) ([]form.Choice, error) {
			open, err := t.signsFor(a)
			var out []form.Choice
			for _, s := range open[:min(len(open), signsShown)] {
				out = append(out, form.Choice{Value: idValue(s.ID), Label: signSay(s)})
			}
			return out, err
		},
		Check: func(t *Turn, _ *form.State, answer form.Answer) (string, error) {
			s, err := t.signNumbered(answer.Text, a)
			return idValue(s.ID), err
		},
	}
}

// askAboutSign shows the application above a question.
func askAboutSign(id string) func(*Turn, *form.State) (messages.Content, error) {
	return func(t *Turn, s *form.State) (messages.Content, error) {
		sign, err := t.Tx.Sign(s.Number("sign"))
		if err != nil {
			return messages.Content{}, err
		}
		details, err := t.signDetails(sign)
		c := messages.Paragraphs(append(details, messages.S(id))...)
		c.Photo = sign.Photo
		return c, err
	}
}

// sendAdvice keeps the advice, and tells the keepers and the applicant that it is there.
func sendAdvice(t *Turn, s *form.State) error {
	sign, err := t.signNumbered(s.Get("sign"), AdviseSigns)
	if err != nil {
		return err
	}
	open, err := t.Tx.Advise(sign.ID, s.Get("advice"), s.Get("words"), t.Now)
	if err != nil {
		return err
	}
	if !open {
		return messages.Refuse("signs.decidedbefore")
	}
	keepers, err := t.Tx.Holders(sign.AreaID, rolesFor(DecideSigns)...)
	if err != nil {
		return err
	}
	c := messages.Paragraphs(messages.S("signs.advised", messages.V{"Sign": signSay(sign)})).With(
		messages.Option{Label: messages.S("signs.look"), Data: "/signs"})
	for _, p := range keepers {
		if _, err := t.Tell(p, c, How{Cause: fmt.Sprintf("sign:%d:advised:%d", sign.ID, t.Now.UnixMilli()), Priority: storage.Reminder}); err != nil {
			return err
		}
	}
	sign.Advice = s.Get("advice")
	if err := t.tellApplicant(sign, signState(sign)); err != nil {
		return err
	}
	return t.ReplyS(messages.S("signs.thanks"))
}

// sendDecision keeps what the municipality decided, and tells the applicants.
func sendDecision(t *Turn, s *form.State) error {
	sign, err := t.signNumbered(s.Get("sign"), DecideSigns)
	if err != nil {
		return err
	}
	from := sign.Status
	switch s.Get("decision") {
	case decidePlan:
		sign.Status, sign.Decision = storage.SignPlanned, s.Get("date")
	case decidePlaced:
		sign.Status, sign.Decision = storage.SignPlaced, ""
	case decideDecline:
		sign.Status, sign.Decision = storage.SignDeclined, s.Get("reason")
	case decideWait:
		return t.waitForAdvice(sign)
	}
	if from == storage.SignPlaced || from == storage.SignDeclined {
		return messages.Refuse("signs.decidedbefore")
	}
	if _, err := t.Tx.Decide(sign.ID, from, sign.Status, sign.Decision, t.Now); err != nil {
		return err
	}
	joined, err := t.Tx.Joined(sign.ID)
	if err != nil {
		return err
	}
	for _, each := range append(joined, sign) {
		if err := t.tellApplicant(each, signState(each)); err != nil {
			return err
		}
	}
	over, err := t.overCap(sign)
	if err != nil {
		return err
	}
	return t.ReplyS(append([]messages.Say{messages.S("signs.decided")}, over...)...)
}

// waitForAdvice tells the officers once more, and the applicant that the police are asked.
func (t *Turn) waitForAdvice(sign storage.Sign) error {
	switch {
	case sign.Status != storage.SignAsked:
		return messages.Refuse("signs.decidedbefore")
	case sign.Advice != "":
		return messages.Refuse("signs.advicegiven")
	}
	officers, err := t.Tx.Holders(sign.AreaID, rolesFor(AdviseSigns)...)
	if err != nil {
		return err
	}
	c := messages.Paragraphs(messages.S("signs.waits", messages.V{"Sign": signSay(sign)})).With(
		messages.Option{Label: messages.S("signs.look"), Data: "/signs"})
	for _, p := range officers {
		if _, err := t.Tell(p, c, How{Cause: fmt.Sprintf("sign:%d:waits:%d", sign.ID, t.Now.UnixMilli()), Priority: storage.Reminder}); err != nil {
			return err
		}
	}
	if err := t.tellApplicant(sign, messages.S("signs.state.waits")); err != nil {
		return err
	}
	return t.ReplyS(messages.S("signs.waiting"))
}

// tellApplicant says how an application stands, in the applicant's own language.
func (t *Turn) tellApplicant(s storage.Sign, state messages.Say) error {
	if s.PersonID == nil {
		return nil
	}
	c := messages.Paragraphs(messages.S("signs.step", messages.V{"Sign": signSay(s), "State": state}))
	_, err := t.Tell(*s.PersonID, c, How{Cause: fmt.Sprintf("sign:%d:step:%d", s.ID, t.Now.UnixMilli()), Priority: storage.Reminder})
	return err
}

// overCap warns a keeper who plans more signs than the municipality's plan allows.
func (t *Turn) overCap(sign storage.Sign) ([]messages.Say, error) {
	area, err := t.Tx.Area(sign.AreaID)
	if err != nil {
		return nil, err
	}
	limit, err := t.Tx.SignsCap(area.MunicipalityID)
	if err != nil || limit == 0 {
		return nil, err
	}
	ids, err := t.Tx.AreaIDs(storage.Scope{MunicipalityID: &area.MunicipalityID})
	if err != nil {
		return nil, err
	}
	all, err := t.Tx.SignsIn(ids, storage.SignPlanned, storage.SignPlaced)
	n := 0
	for _, s := range all {
		n += s.Count
	}
	if err != nil || n <= limit {
		return nil, err
	}
	return []messages.Say{messages.S("signs.overcap", messages.V{"Count": n, "Cap": limit})}, nil
}
