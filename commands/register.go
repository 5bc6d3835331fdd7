package commands

import (
	"slices"
	"strconv"
	"strings"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

const (
	longestGroupName = 80 // in characters: it must fit on a line of a list
	// mostMembers bounds what is believed: the groups of the guide have 4 to over 250 members (domain.md, section 1).
	mostMembers = 10_000
	// mostWaiting is how many unverified groups a person can have: nobody floods those who verify.
	mostWaiting = 10
)

// registerCommand puts a neighbourhood group into the register (R9, R11, R16).
func registerCommand() Command {
	return Command{
		Name: "register", Words: true, Form: registerForm(),
		Run: func(t *Turn, args string) error {
			mine, err := t.Tx.GroupsOf(t.Person.ID)
			if err != nil {
				return err
			}
			waiting := 0
			for _, g := range mine {
				if g.Status == storage.Unverified {
					waiting++
				}
			}
			if waiting >= mostWaiting {
				return messages.Refuse("register.many", messages.V{"Count": waiting})
			}
			return t.StartForm("register", form.New(args))
		},
	}
}

func registerForm() *form.Form[*Turn] {
	f := &form.Form[*Turn]{Command: "register", Label: label("register"), Done: registerGroup}
	f.Fields = []form.Field[*Turn]{
		{Name: "name", Ask: form.Question[*Turn]("register.ask.name"), Check: checkGroupName},
		{Name: "area", Ask: form.Question[*Turn]("register.ask.area"), Check: checkPlace, Show: showPlace},
		{Name: "kind", Ask: form.Question[*Turn]("register.ask.kind"), Choices: form.Pick[*Turn](
			"residents", "group.kind.residents", "entrepreneurs", "group.kind.entrepreneurs")},
		{Name: "use", Ask: form.Question[*Turn]("register.ask.use"), Choices: form.Pick[*Turn](
			"narrow", "group.use.narrow", "broad", "group.use.broad", "mixed", "group.use.mixed")},
		{Name: "platform", Ask: form.Question[*Turn]("register.ask.platform"), Choices: form.Pick[*Turn](
			"whatsapp", "group.platform.whatsapp", "telegram", "group.platform.telegram",
			"signal", "group.platform.signal", "other", "group.platform.other")},
		{Name: "members", Ask: form.Question[*Turn]("register.ask.members"), Check: checkMembers, Show: showMembers},
		{Name: "public", Ask: form.Question[*Turn]("register.ask.public"), Choices: yesOrNo()},
		{Name: "consent", Ask: form.Question[*Turn]("register.ask.consent"), Choices: yesOrNo()},
		{Name: "phone", Ask: form.Question[*Turn]("register.ask.phone"), When: consented, Check: checkOwnPhone, Show: showPhone},
		{Name: "confirm", Ask: func(t *Turn, s *form.State) (messages.Content, error) { return t.summary(f, s) }, Choices: confirmation("register.confirm"), Confirm: true},
	}
	return f
}

// The values of a yes-or-no question.
const (
	yes = "yes"
	no  = "no"
)

func yesOrNo() func(*Turn, *form.State) ([]form.Choice, error) {
	return form.Pick[*Turn](yes, "form.yes", no, "form.no")
}

func consented(_ *Turn, s *form.State) (bool, error) { return s.Get("consent") == yes, nil }

// checkOwnPhone takes a phone number, or that somebody would rather not give it after all.
func checkOwnPhone(t *Turn, s *form.State, a form.Answer) (string, error) {
	typed := asSaid(a.Text)
	if slices.Contains(t.e.words.skip, typed) || slices.Contains(t.e.words.skipNone, typed) || slices.Contains(t.e.words.no, typed) {
		s.Set("consent", no)
		return "", nil
	}
	return checkPhone(t, s, a)
}

func checkGroupName(t *Turn, s *form.State, a form.Answer) (string, error) {
	a.Text = strings.Join(strings.Fields(a.Text), " ") // it stands on a line of a list
	if len([]rune(a.Text)) > longestGroupName {
		return "", messages.Refuse("form.long", messages.V{"Count": longestGroupName})
	}
	return checkFact(t, s, a)
}

func checkMembers(_ *Turn, _ *form.State, a form.Answer) (string, error) {
	n, ok := wholeNumber(a.Text)
	switch {
	case !ok:
		return "", messages.Refuse("register.members.number")
	case n < 1:
		return "", messages.Refuse("register.members.none")
	case n > mostMembers:
		return "", messages.Refuse("register.members.many", messages.V{"Most": mostMembers})
	}
	return strconv.Itoa(n), nil
}

func showMembers(_ *Turn, s *form.State, _ string) (messages.Say, error) {
	return messages.S("form.number", messages.V{"Number": s.Number("members")}), nil
}

// summary shows all that was filled in, a line each.
func (t *Turn) summary(f *form.Form[*Turn], s *form.State) (messages.Content, error) {
	facts, err := t.filledIn(f, s)
	return messages.Paragraphs(messages.S("form.summary", messages.V{"Facts": facts})), err
}

// filledIn are the fields of a form that have an answer, a line each.
func (t *Turn) filledIn(f *form.Form[*Turn], s *form.State) (messages.Lines, error) {
	filled, err := f.Filled(t, s)
	if err != nil {
		return nil, err
	}
	var facts messages.Lines
	for _, field := range filled {
		shown, err := f.Shown(t, s, field.Name)
		if err != nil {
			return nil, err
		}
		facts = append(facts, fact(f.Label(field.Name), shown))
	}
	return facts, nil
}

func fact(field, value messages.Say) messages.Say {
	return messages.S("form.fact", messages.V{"Field": field, "Value": value})
}

// registerGroup keeps the registration and asks those who may to verify it.
func registerGroup(t *Turn, s *form.State) error {
	g := storage.Group{
		AreaID: s.Number("area"), Name: s.Get("name"), Kind: s.Get("kind"), Use: s.Get("use"), Platform: s.Get("platform"),
		Members: int(s.Number("members")), Public: s.Get("public") == yes, PersonID: &t.Person.ID,
		Status: storage.Unverified, CreatedAt: t.Now.UnixMilli(),
	}
	phone := ""
	if s.Get("consent") == yes {
		phone = s.Get("phone")
	}
	area, err := t.Tx.Area(g.AreaID)
	if err != nil {
		return err
	}
	before, _, err := t.Tx.GroupLike(t.Person.ID, g.AreaID, g.Name)
	if err != nil {
		return err
	}
	g, updated, err := t.Tx.SaveGroup(g, phone)
	if err != nil {
		return err
	}
	values := messages.V{"Name": g.Name, "Area": area.Full()}
	done := messages.S("register.done", values)
	if updated {
		done = messages.S("register.updated", values)
	}
	out := []messages.Say{done}
	if g.Status == storage.Unverified {
		out = append(out, messages.S("register.waits"))
		if err := t.askVerification(g, area, before.VerifiedAt); err != nil {
			return err
		}
	}
	return t.ReplyS(append(out, messages.S("register.burgernet"))...)
}
