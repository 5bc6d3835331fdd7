package commands

import (
	"errors"
	"slices"
	"strings"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// feedbackCommand tells how an alert ended (R5): an officer says it, group admins read it or ask for it.
func feedbackCommand() Command {
	return Command{
		Name: "feedback", Args: "[number; answers]", Words: true, May: mayFeedback, Who: "officers; group admins, who ask for it", Form: feedbackForm(), Refused: messages.S("feedback.refused"),
		Run: func(t *Turn, args string) error {
			officer, err := t.givesFeedback()
			if err != nil {
				return err
			}
			if !officer {
				return t.readOutcomes(args)
			}
			return t.giveFeedback(args)
		},
	}
}

// mayFeedback lets officers in, everybody in an admin group, and who registered a group.
func mayFeedback(t *Turn) (bool, error) {
	if may, err := t.May(GiveFeedback); err != nil || may {
		return may, err
	}
	if !t.Private() {
		return t.Chat.Linked(), nil
	}
	areas, err := t.adminAreas()
	return len(areas) > 0, err
}

// adminAreas are the areas in which the person registered a group.
func (t *Turn) adminAreas() ([]int64, error) {
	groups, err := t.Tx.GroupsOf(t.Person.ID)
	var out []int64
	for _, g := range groups {
		if g.Status != storage.Declined && !slices.Contains(out, g.AreaID) {
			out = append(out, g.AreaID)
		}
	}
	return out, err
}

// givesFeedback tells whether the person speaks as an officer here: in the admin group of an adjacent area an officer
// reads along like everybody else (R4).
func (t *Turn) givesFeedback() (bool, error) {
	if !t.Private() && t.Chat.Linked() {
		return t.MayIn(GiveFeedback, *t.Chat.AreaID)
	}
	return t.May(GiveFeedback)
}

// giveFeedback begins the form. Which alert is meant is not asked when it is clear: by its number, by the message that
// is answered, or because only one is open.
func (t *Turn) giveFeedback(args string) error {
	t.keepList()
	open, err := t.openFor(GiveFeedback)
	if err != nil {
		return err
	}
	number, rest, err := t.alertMeant(args)
	if err != nil {
		return err
	}
	s := form.New(rest)
	switch {
	case number != 0:
		if _, err := t.ownAlert(number); err != nil {
			return err
		}
		s.Set("alert", idValue(number))
	case len(open) == 0:
		return messages.Refuse("feedback.none")
	case len(open) == 1:
		s.Set("alert", idValue(open[0].ID))
	}
	s.Link = s.Get("alert")
	return t.StartForm("feedback", s)
}

// keepList leaves the buttons standing under a list of several alerts: the others still want an answer.
func (t *Turn) keepList() {
	if t.In.TappedAt == "" {
		return
	}
	if d, err := t.Tx.DeliveryOf(t.Chat.ID, t.In.TappedAt); err == nil && alertOfCause(d.Cause) == 0 {
		t.KeepButtons()
	}
}

// alertMeant is the number of an alert at the beginning of the words, or of the message that is answered; 0: none.
// What follows the number are answers.
func (t *Turn) alertMeant(args string) (number int64, rest string, err error) {
	first, rest, _ := strings.Cut(args, ";")
	if n, ok := wholeNumber(first); ok && len(strings.Fields(first)) <= 2 { // "12", "#12", "melding 12"
		return int64(n), rest, nil
	}
	number, err = t.alertRepliedTo()
	return number, args, err
}

// ownAlert finds an alert that the person may tell the outcome of, told or not, and refuses one that can have none.
func (t *Turn) ownAlert(number int64) (storage.Alert, error) {
	a, err := t.Tx.Alert(number)
	values := messages.V{"Number": uint(number)} //nolint:gosec // numbers of alerts are above 0
	if errors.Is(err, storage.ErrNotFound) {
		return a, messages.Refuse("feedback.unknown", values)
	}
	if err != nil {
		return a, err
	}
	may, err := t.mayTell(GiveFeedback, a)
	switch {
	case err != nil:
		return a, err
	case !may:
		return a, messages.Refuse("feedback.notyours", values)
	case a.State != storage.AlertSent:
		return a, messages.Refuse("withdraw.gone", values)
	case a.DueAt == 0:
		return a, messages.Refuse("feedback.nooutcome", values)
	}
	return a, nil
}

// openAlert is ownAlert for one that waits for its outcome.
func (t *Turn) openAlert(number int64) (storage.Alert, error) {
	a, err := t.ownAlert(number)
	if err == nil && !a.Open() {
		err = messages.Refuse("feedback.closed", messages.V{"Number": uint(a.ID), "Outcome": outcomeSay(a)})
	}
	return a, err
}

// endedAlert is ownAlert for one whose outcome was told.
func (t *Turn) endedAlert(number int64) (storage.Alert, error) {
	a, err := t.ownAlert(number)
	if err == nil && a.Open() {
		err = messages.Refuse("feedback.isopen", messages.V{"Number": uint(a.ID)})
	}
	return a, err
}

// alertsOffered is how many open alerts are offered to choose from; older ones go by their number.
const alertsOffered = 10

func openChoices(t *Turn, _ *form.State) ([]form.Choice, error) {
	open, err := t.openFor(GiveFeedback)
	if err != nil {
		return nil, err
	}
	all, err := t.titles(open[:min(len(open), alertsOffered)])
	var out []form.Choice
	for _, a := range all {
		out = append(out, form.Choice{
			Value: idValue(a.ID),
			Label: messages.S("feedback.alert", messages.V{"Number": uint(a.ID), "Title": a.title, "Quote": quote(a.Alert)}),
		})
	}
	return out, err
}

func checkOwnAlert(t *Turn, _ *form.State, answer form.Answer) (string, error) {
	n, ok := wholeNumber(answer.Text)
	if !ok {
		return "", messages.Refuse("feedback.number")
	}
	a, err := t.ownAlert(int64(n))
	return idValue(a.ID), err
}
