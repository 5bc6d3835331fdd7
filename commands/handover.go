package commands

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// handoverCommand asks a colleague of the team to tell how an alert ended, instead of its author.
func handoverCommand() Command {
	return Command{Name: "handover", Args: "[number] [name]", Action: HandOver, Words: true, PrivateOnly: true, Run: func(t *Turn, args string) error {
		if !t.Private() {
			return messages.Refuse("private.only")
		}
		number, name, err := t.handoverMeant(args)
		if err != nil {
			return err
		}
		if number == 0 {
			return t.askWhichToHandOver()
		}
		a, err := t.openAlert(number)
		if err != nil {
			return err
		}
		return t.handOver(a, name)
	}}
}

// handoverMeant reads "12 Hans", "melding 12; Hans", and behind a button "12 #7"; without a number it is the alert that
// is answered, or the only one that is open.
func (t *Turn) handoverMeant(args string) (number int64, name string, err error) {
	words := strings.Fields(strings.ReplaceAll(args, ";", " "))
	for i, w := range words[:min(len(words), 2)] {
		if n, ok := wholeNumber(w); ok && n > 0 {
			return int64(n), strings.Join(words[i+1:], " "), nil
		}
	}
	name = strings.Join(words, " ")
	if number, err = t.alertRepliedTo(); err != nil || number != 0 {
		return number, name, err
	}
	open, err := t.openFor(HandOver)
	if err == nil && len(open) == 1 {
		number = open[0].ID
	}
	return number, name, err
}

// askWhichToHandOver lists the open alerts.
func (t *Turn) askWhichToHandOver() error {
	open, err := t.openFor(HandOver)
	if err != nil {
		return err
	}
	if len(open) == 0 {
		return messages.Refuse("handover.none")
	}
	all, err := t.titles(open[:min(len(open), alertsOffered)])
	if err != nil {
		return err
	}
	c := messages.Paragraphs(messages.S("handover.which"))
	for i, a := range all {
		c = c.With(messages.Option{
			Number: i + 1, Data: "/handover " + idValue(a.ID),
			Label: messages.S("feedback.alert", messages.V{"Number": uint(a.ID), "Title": a.title, "Quote": quote(a.Alert)}), //nolint:gosec // numbers of alerts are above 0
		})
	}
	return t.Reply(c)
}

// handOver finds the colleague who is meant; without a name, or where it fits nobody or several, it shows colleagues.
func (t *Turn) handOver(a storage.Alert, name string) error {
	team, err := t.colleaguesFor(a)
	if err != nil {
		return err
	}
	if id, err := strconv.ParseInt(strings.TrimPrefix(name, "#"), 10, 64); err == nil && strings.HasPrefix(name, "#") {
		i := slices.IndexFunc(team, func(c colleague) bool { return c.person == id })
		if i < 0 {
			return messages.Refuse("handover.left")
		}
		return t.handOverTo(a, team[i])
	}
	if name == "" {
		return t.askColleague(a, team, messages.S("handover.ask", messages.V{"Number": uint(a.ID)})) //nolint:gosec // numbers of alerts are above 0
	}
	found := named(team, name)
	switch len(found) {
	case 0:
		return t.askColleague(a, team, messages.S("handover.unknown", messages.V{"Name": name}))
	case 1:
		return t.handOverTo(a, found[0])
	}
	return t.askColleague(a, found, messages.S("handover.several"))
}

// askColleague offers the colleagues who can be asked.
func (t *Turn) askColleague(a storage.Alert, team []colleague, why messages.Say) error {
	now, err := t.responsible(a)
	if err != nil {
		return err
	}
	title, err := t.titles([]storage.Alert{a})
	if err != nil {
		return err
	}
	c := messages.Paragraphs(why, t.line(title[0]))
	for _, one := range team {
		if !one.reachable || one.away || len(now) == 1 && one.person == now[0] {
			continue
		}
		label := messages.Verbatim(one.name)
		if one.person == t.Person.ID {
			label = messages.S("handover.self")
		}
		c = c.With(messages.Option{
			Number: len(c.Options) + 1, Label: label, Data: fmt.Sprintf("/handover %d #%d", a.ID, one.person),
		})
		if len(c.Options) == holdersShown {
			break
		}
	}
	if len(c.Options) == 0 {
		return messages.Refuse("handover.nobody")
	}
	return t.Reply(c)
}

// handOverTo makes a colleague responsible, who is not reminded or escalated at once, and tells whoever it concerns.
func (t *Turn) handOverTo(a storage.Alert, to colleague) error {
	switch {
	case !to.reachable:
		return messages.Refuse("handover.noprivate", messages.V{"Name": to.name})
	case to.away && to.person != t.Person.ID:
		return messages.Refuse("handover.away", messages.V{"Name": to.name, "When": t.absenceSay(to.absence)})
	}
	before, err := t.responsible(a)
	if err != nil {
		return err
	}
	values := messages.V{"Number": uint(a.ID), "Name": to.name} //nolint:gosec // numbers of alerts are above 0
	if len(before) == 1 && before[0] == to.person {
		if to.person == t.Person.ID {
			return messages.Refuse("handover.alreadyyou", values)
		}
		return messages.Refuse("handover.already", values)
	}
	if _, err := t.Tx.HandOver(a.ID, to.person, t.Now); err != nil {
		return err
	}
	a.HolderID = &to.person
	if _, _, err := t.putOff(a, later(storage.At(a.RemindAt), t.e.again(kindNamed(a.Kind), t.Now))); err != nil {
		return err
	}
	when, err := t.tellHandover(a, to, before)
	if err != nil {
		return err
	}
	if to.person == t.Person.ID {
		return t.ReplyS(messages.S("handover.yours", values))
	}
	out := []messages.Say{messages.S("handover.done", values)}
	if when.After(t.Now) {
		out = append(out, messages.S("handover.when", messages.V{"Name": to.name, "When": messages.Moment(when)}))
	}
	return t.ReplyS(out...)
}

// tellHandover tells the colleague, with the buttons of a reminder, and who was asked before. It gives when the colleague
// hears it: not at night or on a day off.
func (t *Turn) tellHandover(a storage.Alert, to colleague, before []int64) (time.Time, error) {
	by, err := t.Tx.Name(t.Person.ID)
	if err != nil {
		return t.Now, err
	}
	all, err := t.titles([]storage.Alert{a})
	if err != nil {
		return t.Now, err
	}
	cause, when := fmt.Sprintf("handover:%d:%d", a.ID, t.Now.UnixMilli()), t.Now
	if to.person != t.Person.ID {
		when, err = t.tellCalmly(to.person, func(at time.Time) messages.Content {
			return messages.Paragraphs(messages.S("handover.you", messages.V{"By": by}), lineAt(all[0], at)).With(remindOptions(a, false)...)
		}, cause)
		if err != nil {
			return when, err
		}
	}
	if len(before) != 1 || before[0] == t.Person.ID || before[0] == to.person {
		return when, nil
	}
	said := messages.S("handover.before", messages.V{"Number": uint(a.ID), "Name": to.name, "By": by}) //nolint:gosec // numbers of alerts are above 0
	if to.person == t.Person.ID {
		said = messages.S("handover.taken", messages.V{"Number": uint(a.ID), "Name": to.name}) //nolint:gosec // numbers of alerts are above 0
	}
	_, err = t.tellCalmly(before[0], func(time.Time) messages.Content { return messages.Paragraphs(said) }, cause+":before")
	return when, err
}

// colleague is somebody of the team.
type colleague struct {
	person    int64
	name      string
	reachable bool
	away      bool
	absence   storage.Absence
}

// colleaguesFor are those of the team who may tell how an alert ended, by name.
func (t *Turn) colleaguesFor(a storage.Alert) ([]colleague, error) {
	team, err := t.team(a)
	if err != nil {
		return nil, err
	}
	return t.colleagues(team)
}

// colleagues are people with their names, sorted by them.
func (t *Turn) colleagues(people []int64) ([]colleague, error) {
	var out []colleague
	for _, p := range people {
		name, err := t.Tx.Name(p)
		if err != nil {
			return nil, err
		}
		ok, err := t.reachable(p)
		if err != nil {
			return nil, err
		}
		absence, away, err := t.away(p)
		if err != nil {
			return nil, err
		}
		out = append(out, colleague{p, name, ok, away, absence})
	}
	slices.SortStableFunc(out, func(a, b colleague) int { return naturally(a.name, b.name) })
	return out, nil
}

// named are the colleagues of that name, or else those whose name begins so.
func named(all []colleague, typed string) []colleague {
	typed = storage.Fold(typed)
	exact, begins := []colleague{}, []colleague{}
	for _, c := range all {
		switch name := storage.Fold(c.name); {
		case name == typed:
			exact = append(exact, c)
		case strings.HasPrefix(name, typed):
			begins = append(begins, c)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return begins
}
