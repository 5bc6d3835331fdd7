package commands

import (
	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
)

// forgetMeCommand erases a person everywhere but in the counts.
func forgetMeCommand() Command {
	return Command{
		Name: "forgetme", PrivateOnly: true, Form: &form.Form[*Turn]{
			Command: "forgetme", Label: label("forgetme"), Done: forgetMe,
			Fields: []form.Field[*Turn]{
				{Name: "sure", Ask: askForget, Choices: yesOrNo()},
			},
		},
		Run: func(t *Turn, _ string) error {
			if !t.Private() {
				return messages.Refuse("private.only")
			}
			return t.StartForm("forgetme", form.New(""))
		},
	}
}

// askForget says what goes, what stays, and which roles end.
func askForget(t *Turn, _ *form.State) (messages.Content, error) {
	c := messages.Paragraphs(messages.S("forgetme.what"), messages.S("forgetme.stays"))
	held, err := t.roles()
	if err != nil {
		return c, err
	}
	if len(held) > 0 {
		said, err := t.rolesSay(held)
		if err != nil {
			return c, err
		}
		c.Text = append(c.Text, messages.S("forgetme.roles", messages.V{"Roles": said}))
	}
	c.Text = append(c.Text, messages.S("forgetme.sure"))
	return c, nil
}

func forgetMe(t *Turn, s *form.State) error {
	if s.Get("sure") != yes {
		return t.ReplyS(messages.S("forgetme.no"))
	}
	if _, err := t.Tx.ReturnAlertsOf(t.Person.ID); err != nil {
		return err
	}
	if err := t.Tx.Forget(t.Person.ID, t.In, t.Now); err != nil {
		return err
	}
	t.held, t.heldLoaded = nil, true
	return t.ReplyS(messages.S("forgetme.done"))
}
