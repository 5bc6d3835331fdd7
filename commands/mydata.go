package commands

import (
	"errors"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// myDataCommand gives a person everything that is stored about that person, as text.
func myDataCommand() Command {
	return Command{Name: "mydata", PrivateOnly: true, Run: func(t *Turn, _ string) error {
		if !t.Private() {
			return messages.Refuse("private.only")
		}
		out := []messages.Say{messages.S("mydata.title")}
		for _, part := range []func() ([]messages.Say, error){t.myAccounts, t.myRoles, t.myGroups, t.signsData, t.myAway, t.myForm, t.myTraces} {
			says, err := part()
			if err != nil {
				return err
			}
			out = append(out, says...)
		}
		return t.ReplyS(append(out, messages.S("mydata.end"))...)
	}}
}

func (t *Turn) myAccounts() ([]messages.Say, error) {
	identities, err := t.Tx.Identities(t.Person.ID)
	if err != nil {
		return nil, err
	}
	var lines messages.Lines
	for _, i := range identities {
		platform := t.Chat.Platform
		if i.ChatID != nil && *i.ChatID != t.Chat.ID {
			c, err := t.Tx.Chat(*i.ChatID)
			if err != nil {
				return nil, err
			}
			platform = c.Platform
		}
		lines = append(lines, messages.S("mydata.account", messages.V{
			"Name": i.Name, "Number": i.UserID, "Platform": platformSay(platform), "Since": t.dateOf(i.CreatedAt),
		}))
	}
	lang := messages.S("language." + t.e.Catalog.Match(t.Person.Language))
	return []messages.Say{messages.S("mydata.accounts", messages.V{"Accounts": lines, "Language": lang})}, nil
}

// platformSay names a network.
func platformSay(platform string) messages.Say {
	switch platform {
	case "telegram", "whatsapp":
		return messages.S("group.platform." + platform)
	}
	return messages.Verbatim(platform)
}

// dateOf is the day of UTC milliseconds.
func (t *Turn) dateOf(ms int64) string {
	return storage.At(ms).In(t.e.Settings.Zone).Format("02-01-2006")
}

func (t *Turn) myRoles() ([]messages.Say, error) {
	held, err := t.roles()
	if err != nil || len(held) == 0 {
		return nil, err
	}
	said, err := t.rolesSay(held)
	return []messages.Say{messages.S("mydata.roles", messages.V{"Roles": said})}, err
}

func (t *Turn) myGroups() ([]messages.Say, error) {
	groups, err := t.Tx.GroupsOf(t.Person.ID)
	if err != nil {
		return nil, err
	}
	var out []messages.Say
	for _, g := range groups {
		area, err := t.Tx.Area(g.AreaID)
		if err != nil {
			return nil, err
		}
		phone, err := t.Tx.PhoneOf(g)
		if err != nil {
			return nil, err
		}
		facts := groupFacts(g, area)
		if phone != "" {
			facts = append(facts, fact(label("register")("phone"), messages.Verbatim(readablePhone(phone))))
		}
		facts = append(facts, messages.S("mydata.status."+string(g.Status)))
		out = append(out, messages.S("mydata.group", messages.V{"Facts": facts, "Since": t.dateOf(g.CreatedAt)}))
	}
	return out, nil
}

func (t *Turn) signsData() ([]messages.Say, error) {
	signs, err := t.Tx.SignsOf(t.Person.ID)
	if err != nil || len(signs) == 0 {
		return nil, err
	}
	var lines messages.Lines
	for _, s := range signs {
		place := messages.V{"Place": s.Place, "Count": s.Count, "Since": t.dateOf(s.CreatedAt)}
		lines = append(lines, messages.S("mydata.sign", place))
	}
	return []messages.Say{messages.S("mydata.signs", messages.V{"Signs": lines})}, nil
}

// myAway is when the person is away, for whom the person stands in, and which days are off.
func (t *Turn) myAway() ([]messages.Say, error) {
	var out []messages.Say
	a, err := t.Tx.AbsenceOf(t.Person.ID, t.Now)
	if ignoreNotFound(err) != nil {
		return nil, err
	}
	if err == nil {
		if out, err = t.awaySays(a); err != nil {
			return nil, err
		}
	}
	instead, err := t.standsInSay()
	if err != nil {
		return nil, err
	}
	days, err := t.daysOffSay()
	return append(append(out, instead...), days...), err
}

// myForm is the form that the person is filling in.
func (t *Turn) myForm() ([]messages.Say, error) {
	c, s, err := t.form()
	if err != nil || c == nil {
		return nil, err
	}
	facts, err := t.filledIn(c.Form, s)
	var refused *messages.UserError
	if errors.As(err, &refused) { // what it was about is gone
		facts, err = nil, nil
	}
	name := messages.V{"Command": messages.S("command." + c.Name + ".name"), "Facts": facts, "Days": messages.Ago(formExpiry)}
	return []messages.Say{messages.S("mydata.form", name)}, err
}

// myTraces counts what else there is.
func (t *Turn) myTraces() ([]messages.Say, error) {
	n, err := t.Tx.TracesOf(t.Person.ID)
	if err != nil {
		return nil, err
	}
	var lines messages.Lines
	add := func(id string, count int) {
		if count > 0 {
			lines = append(lines, messages.S(id, messages.V{"Count": count}))
		}
	}
	add("mydata.alerts", n.Alerts)
	add("mydata.outcomes", n.Outcomes)
	add("mydata.handed", n.Handed)
	add("mydata.notes", n.Notes)
	add("mydata.calls", n.Calls)
	add("mydata.invites", n.Invites)
	add("mydata.tips", n.Tips)
	lines = append(lines, messages.S("mydata.told", messages.V{"Count": n.Told, "Days": messages.Ago(keepTexts)}))
	return []messages.Say{messages.S("mydata.counts", messages.V{"Lines": lines})}, nil
}

// keepTexts is how long the texts of answers are kept.
const keepTexts = 30 * 24 * time.Hour
