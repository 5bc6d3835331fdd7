package commands

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/commands/form"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// daysOffCommand keeps the days on which an officer is not reminded. Behind its buttons stand "more", and a day with a minus.
func daysOffCommand() Command {
	return Command{Name: "daysoff", Args: "[days]", Action: BeAway, Words: true, PrivateOnly: true, Form: daysOffForm(), Run: func(t *Turn, args string) error {
		if !t.Private() {
			return messages.Refuse("private.only")
		}
		days, err := t.Tx.DaysOff(t.Person.ID)
		if err != nil {
			return err
		}
		day, drop := strings.CutPrefix(args, "-")
		switch {
		case drop:
			return t.dropDayOff(day)
		case args == "" && len(days) > 0:
			return t.tellDaysOff(days)
		case args == moreDays:
			args = ""
		}
		return t.StartForm("daysoff", form.New(strings.ReplaceAll(args, ";", ",")))
	}}
}

// moreDays is behind the button with which another day is added.
const moreDays = "+"

func daysOffForm() *form.Form[*Turn] {
	return &form.Form[*Turn]{
		Command: "daysoff", Label: label("daysoff"), Done: takeDaysOff,
		Fields: []form.Field[*Turn]{
			{Name: "days", Ask: askDaysOff, Choices: weekdayChoices, Check: checkDaysOff, Show: showDaysOff},
		},
	}
}

func askDaysOff(t *Turn, _ *form.State) (messages.Content, error) {
	return messages.Paragraphs(messages.S("daysoff.ask", t.exampleDate())), nil
}

// weekdayChoices are the days of the week, Monday first.
func weekdayChoices(*Turn, *form.State) ([]form.Choice, error) {
	const week = 7
	var out []form.Choice
	for i := range week {
		day := strconv.Itoa((i + 1) % week)
		out = append(out, form.Choice{Value: day, Label: dayOffSay(day)})
	}
	return out, nil
}

// dayOffSay is a stored day off: "elke woensdag", "maandag 24 december".
func dayOffSay(day string) messages.Say {
	if n, err := strconv.Atoi(day); err == nil {
		return messages.S("daysoff.weekly", messages.V{"Day": messages.Weekday(n)})
	}
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return messages.Verbatim(day)
	}
	return messages.S("daysoff.single", messages.V{"Day": messages.Date(at)})
}

// daysSplit parts several days: "24-12 en 25-12", "elke maandag, woensdag".
var daysSplit = regexp.MustCompile(`\s*[,;&]\s*|\s+(?:en|and)\s+`)

// parseDaysOff reads days as people type them: "24-12", "elke woensdag", "every Monday and Friday". ok is false where one of
// them is no day, or over.
func (e *Engine) parseDaysOff(text string, now time.Time) (days []string, ok bool) {
	if _, _, ranged := e.cutUntil(text); ranged { // that is being away
		return nil, false
	}
	weekly := false
	for _, part := range daysSplit.Split(storage.Fold(text), -1) {
		words := fieldsOf(part)
		if len(words) == 0 {
			continue
		}
		weekly = weekly || slices.ContainsFunc(words, func(w string) bool { return slices.Contains(e.words.every, w) })
		day, found := "", false
		for _, w := range words {
			weekday, known := e.Catalog.Weekday(w)
			if !known { // "woensdagen", "wednesdays"
				weekday, known = e.Catalog.Weekday(strings.TrimSuffix(strings.TrimSuffix(w, "s"), "en"))
				weekly = weekly || known
			}
			if known && weekly {
				day, found = strconv.Itoa(int(weekday)), true
			}
		}
		if !found {
			at, named := e.parseDay(part, now)
			if !named || at.Before(midnight(now, 0)) || at.Sub(now) > longestAway { // one that was over lately is next year's
				return nil, false
			}
			day = at.Format(time.DateOnly)
		}
		days = append(days, day)
	}
	return days, len(days) > 0
}

func checkDaysOff(t *Turn, _ *form.State, a form.Answer) (string, error) {
	days, ok := t.e.parseDaysOff(a.Text, t.Now)
	if !ok {
		return "", messages.Refuse("daysoff.how", t.exampleDate())
	}
	return strings.Join(days, ","), nil
}

func showDaysOff(_ *Turn, _ *form.State, value string) (messages.Say, error) {
	return daysSay(strings.Split(value, ",")), nil
}

// daysSay lists days off.
func daysSay(days []string) messages.Say {
	out := dayOffSay(days[0])
	for _, d := range days[1:] {
		out = messages.S("list.pair", messages.V{"First": out, "Second": dayOffSay(d)})
	}
	return out
}

// takeDaysOff keeps the days.
func takeDaysOff(t *Turn, s *form.State) error {
	days := strings.Split(s.Get("days"), ",")
	have, err := t.Tx.DaysOff(t.Person.ID)
	if err != nil {
		return err
	}
	if weekly := len(slices.DeleteFunc(union(have, days), func(d string) bool { return len(d) > 1 })); weekly >= 7 {
		return t.ReplyS(messages.S("daysoff.all", t.exampleDate()))
	}
	for _, d := range days {
		if err := t.Tx.AddDayOff(t.Person.ID, d); err != nil {
			return err
		}
	}
	return t.ReplyS(messages.S("daysoff.done", messages.V{"Days": daysSay(days)}), messages.S("daysoff.means"))
}

// union are the different strings of two lists.
func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func (t *Turn) dropDayOff(day string) error {
	if dropped, err := t.Tx.DropDayOff(t.Person.ID, day); err != nil || !dropped {
		if err != nil {
			return err
		}
		return messages.Refuse("daysoff.gone")
	}
	return t.ReplyS(messages.S("daysoff.dropped", messages.V{"Day": dayOffSay(day)}))
}

// tellDaysOff lists the days off, with a button to take each back.
func (t *Turn) tellDaysOff(days []string) error {
	said, err := t.daysOffSay()
	if err != nil {
		return err
	}
	c := messages.Paragraphs(said...)
	for i, d := range days[:min(len(days), pendingShown)] {
		c = c.With(messages.Option{Number: i + 1, Label: messages.S("daysoff.drop", messages.V{"Day": dayOffSay(d)}), Data: "/daysoff -" + d})
	}
	return t.Reply(c.With(messages.Option{Number: len(c.Options) + 1, Label: messages.S("daysoff.more"), Data: "/daysoff " + moreDays}))
}

// daysOffSay lists the person's days off; nothing where there are none.
func (t *Turn) daysOffSay() ([]messages.Say, error) {
	days, err := t.Tx.DaysOff(t.Person.ID)
	if err != nil || len(days) == 0 {
		return nil, err
	}
	return []messages.Say{messages.S("daysoff.have", messages.V{"Days": daysSay(days)})}, nil
}
