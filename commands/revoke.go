package commands

import (
	"slices"
	"strings"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// holdersShown is how many people are offered as choices; who has more types a name.
const holdersShown = 20

// revokeCommand ends the roles of a person at once.
func revokeCommand() Command {
	return Command{
		Name: "revoke", Action: RevokeRoles, Words: true, PrivateOnly: true, Form: revokeForm(),
		Run: func(t *Turn, args string) error {
			if !t.Private() {
				return messages.Refuse("private.only")
			}
			people, err := t.revocable()
			if err != nil {
				return err
			}
			if len(people) == 0 {
				return messages.Refuse("revoke.nobody")
			}
			return t.StartForm("revoke", form.New(args))
		},
	}
}

func revokeForm() *form.Form[*Turn] {
	return &form.Form[*Turn]{
		Command: "revoke", Label: label("revoke"), Done: revokeRoles,
		Fields: []form.Field[*Turn]{
			{Name: "person", Ask: form.Question[*Turn]("revoke.ask"), Choices: holderChoices, Check: checkHolder, Varies: "the people whose roles can be ended, by name", Show: showHolder},
			{Name: "confirm", Ask: askRevoke, Choices: confirmation("revoke.yes"), Confirm: true},
		},
	}
}

// holder is somebody whose roles the person of the turn may end, with those roles and no others.
type holder struct {
	person int64
	name   string
	roles  []storage.Role
}

// revocable are the people with a role that the person may end: one that the person may give, inside the own scope.
// Nobody locks the own door: that is what /forgetme is for.
func (t *Turn) revocable() ([]holder, error) {
	all, err := t.Tx.AllRoles()
	if err != nil {
		return nil, err
	}
	var out []holder
	for _, r := range all {
		may, err := t.mayGive(r.Role, r.Scope)
		if err != nil {
			return nil, err
		}
		if !may || r.PersonID == t.Person.ID {
			continue
		}
		if n := len(out); n > 0 && out[n-1].person == r.PersonID {
			out[n-1].roles = append(out[n-1].roles, r)
			continue
		}
		name, err := t.Tx.Name(r.PersonID)
		if err != nil {
			return nil, err
		}
		out = append(out, holder{r.PersonID, name, []storage.Role{r}})
	}
	slices.SortStableFunc(out, func(a, b holder) int { return naturally(a.name, b.name) })
	return out, nil
}

func holderChoices(t *Turn, _ *form.State) ([]form.Choice, error) {
	people, err := t.revocable()
	if err != nil {
		return nil, err
	}
	return t.holdersAsChoices(people[:min(len(people), holdersShown)])
}

func (t *Turn) holdersAsChoices(people []holder) ([]form.Choice, error) {
	var out []form.Choice
	for _, h := range people {
		said, err := t.holderSay(h)
		if err != nil {
			return nil, err
		}
		out = append(out, form.Choice{Value: idValue(h.person), Label: said})
	}
	return out, nil
}

// checkHolder finds a person by the beginning of the name.
func checkHolder(t *Turn, _ *form.State, a form.Answer) (string, error) {
	people, err := t.revocable()
	if err != nil {
		return "", err
	}
	typed := storage.Fold(a.Text)
	people = slices.DeleteFunc(people, func(h holder) bool { return typed == "" || !strings.HasPrefix(storage.Fold(h.name), typed) })
	switch len(people) {
	case 0:
		return "", messages.Refuse("revoke.unknown")
	case 1:
		return idValue(people[0].person), nil
	}
	choices, err := t.holdersAsChoices(people[:min(len(people), holdersShown)])
	if err != nil {
		return "", err
	}
	return "", &form.Ambiguous{Say: messages.S("revoke.several"), Choices: choices}
}

// holderChosen is the person whom the form is about, with the roles that can be ended right now.
func (t *Turn) holderChosen(s *form.State) (holder, error) {
	people, err := t.revocable()
	if err != nil {
		return holder{}, err
	}
	for _, h := range people {
		if h.person == s.Number("person") {
			return h, nil
		}
	}
	return holder{}, messages.Refuse("revoke.gone")
}

func showHolder(t *Turn, s *form.State, _ string) (messages.Say, error) {
	h, err := t.holderChosen(s)
	if err != nil {
		return messages.Say{}, err
	}
	return t.holderSay(h)
}

func (t *Turn) holderSay(h holder) (messages.Say, error) {
	roles, err := t.rolesSay(h.roles)
	return messages.S("revoke.person", messages.V{"Name": h.name, "Roles": roles}), err
}

// rolesSay names roles with their scopes: "wijkagent voor Lisse, wijkagent voor Hillegom".
func (t *Turn) rolesSay(roles []storage.Role) (messages.Say, error) {
	var out messages.Say
	for i, r := range roles {
		scope, err := t.Tx.ScopeName(r.Scope)
		if err != nil {
			return out, err
		}
		one := messages.S("role.in", messages.V{"Role": roleSay(r.Role), "Scope": scope})
		if i == 0 {
			out = one
			continue
		}
		out = messages.S("list.pair", messages.V{"First": out, "Second": one})
	}
	return out, nil
}

func askRevoke(t *Turn, s *form.State) (messages.Content, error) {
	h, err := t.holderChosen(s)
	if err != nil {
		return messages.Content{}, err
	}
	roles, err := t.rolesSay(h.roles)
	return messages.Paragraphs(messages.S("revoke.sure", messages.V{"Name": h.name, "Roles": roles}), messages.S("revoke.means")), err
}

// revokeRoles ends the roles, and cancels what the person has queued or planned. The codes that the person gave out and
// nobody used yet stop working: with one, the role would be back in a minute.
func revokeRoles(t *Turn, s *form.State) error {
	h, err := t.holderChosen(s)
	if err != nil {
		return err
	}
	ids := make([]int64, len(h.roles))
	for i, r := range h.roles {
		ids[i] = r.ID
	}
	if err := t.Tx.EndRoles(ids, t.Now); err != nil {
		return err
	}
	queued, err := t.Tx.CancelOf(h.person, t.Now)
	if err != nil {
		return err
	}
	planned, err := t.Tx.ReturnAlertsOf(h.person)
	if err != nil {
		return err
	}
	if err := t.Tx.DropCodes(h.person); err != nil {
		return err
	}
	roles, err := t.rolesSay(h.roles)
	if err != nil {
		return err
	}
	told := messages.Paragraphs(messages.S("revoked.you", messages.V{"Roles": roles}), messages.S("revoked.ask"))
	how := How{Cause: "revoked:" + idValue(h.roles[0].ID), Priority: storage.Reminder}
	if _, err := t.Tell(h.person, told, how); err != nil {
		return err
	}
	out := []messages.Say{messages.S("revoke.done", messages.V{"Name": h.name, "Roles": roles})}
	if n := queued + planned; n > 0 {
		out = append(out, messages.S("revoke.cancelled", messages.V{"Count": int(n)}))
	}
	return t.ReplyS(append(out, messages.S("revoke.groups"))...)
}
