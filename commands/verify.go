package commands

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// askVerification tells those who may verify a group that it was registered, at most once a day and, where it was
// declined, once after that.
func (t *Turn) askVerification(g storage.Group, area storage.Area, declinedAt int64) error {
	people, err := t.Tx.Holders(area.ID, rolesFor(VerifyGroup)...)
	if err != nil {
		return err
	}
	name, err := t.Tx.Name(*g.PersonID)
	if err != nil {
		return err
	}
	c := messages.Paragraphs(
		messages.S("verify.ask", messages.V{"Area": area.Full()}),
		messages.S("verify.facts", messages.V{"Facts": groupFacts(g, area), "Person": name}),
		messages.S("verify.check"),
	).With(
		messages.Option{Number: 1, Label: messages.S("verify.yes"), Data: verifyData(g, yes)},
		messages.Option{Number: 2, Label: messages.S("verify.no"), Data: verifyData(g, no)},
	)
	c.Silent = !awake(t.Now).Equal(t.Now)
	how := How{Cause: fmt.Sprintf("%s:ask:%s:%d", storage.GroupCause(g.ID), t.Now.Format(time.DateOnly), declinedAt), Priority: storage.Reminder}
	for _, p := range people {
		if _, err := t.Tell(p, c, how); err != nil {
			return err
		}
	}
	return nil
}

func verifyData(g storage.Group, answer string) string {
	return fmt.Sprintf("/verify %d %s", g.ID, answer)
}

// groupFacts is what a registration says about the group, a line each.
func groupFacts(g storage.Group, area storage.Area) messages.Lines {
	public := messages.S("form.no")
	if g.Public {
		public = messages.S("form.yes")
	}
	field := label("register")
	return messages.Lines{
		fact(field("name"), messages.Verbatim(g.Name)),
		fact(field("area"), messages.Verbatim(area.Full())),
		fact(field("kind"), messages.S("group.kind."+g.Kind)),
		fact(field("use"), messages.S("group.use."+g.Use)),
		fact(field("platform"), messages.S("group.platform."+g.Platform)),
		fact(field("members"), messages.S("form.number", messages.V{"Number": g.Members})),
		fact(field("public"), public),
	}
}

// verifyCommand is behind the buttons under a registration: confirm or decline it.
func verifyCommand() Command {
	return Command{Name: "verify", Action: VerifyGroup, Words: true, Hidden: true, PrivateOnly: true, Run: func(t *Turn, args string) error {
		if !t.Private() {
			return messages.Refuse("private.only")
		}
		t.keepListOfGroups()
		number, answer, _ := strings.Cut(args, " ")
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil || answer != yes && answer != no {
			return messages.Refuse("unknown.command")
		}
		g, err := t.Tx.Group(id)
		if errors.Is(err, storage.ErrNotFound) {
			return messages.Refuse("verify.gone")
		}
		if err != nil {
			return err
		}
		if may, err := t.MayIn(VerifyGroup, g.AreaID); err != nil || !may {
			if err != nil {
				return err
			}
			return messages.Refuse("verify.notyours")
		}
		return t.verify(g, answer == yes)
	}}
}

// keepListOfGroups leaves the buttons standing under a list of several groups: the others still wait.
func (t *Turn) keepListOfGroups() {
	if t.In.TappedAt == "" {
		return
	}
	if d, err := t.Tx.DeliveryOf(t.Chat.ID, t.In.TappedAt); err == nil && !storage.AboutGroup(d.Cause) {
		t.KeepButtons()
	}
}

// verify confirms or declines a group and tells its admin. Who comes second hears that it was done.
func (t *Turn) verify(g storage.Group, confirm bool) error {
	area, err := t.Tx.Area(g.AreaID)
	if err != nil {
		return err
	}
	values := messages.V{"Name": g.Name, "Area": area.Full()}
	switch g.Status {
	case storage.Verified:
		return messages.Refuse("verify.already", values)
	case storage.Declined:
		return messages.Refuse("verify.alreadydeclined", values)
	case storage.Unverified:
	}
	status, said, told := storage.Declined, "verify.declined", []messages.Say{messages.S("verified.no", values)}
	if confirm {
		status, said, told = storage.Verified, "verify.confirmed", []messages.Say{messages.S("verified.yes", values)}
		if g.Public {
			told = append(told, messages.S("verified.public"))
		}
	}
	if err := t.Tx.SetGroupStatus(g.ID, status, t.Person.ID, t.Now); err != nil {
		return err
	}
	if g.PersonID != nil {
		how := How{Cause: fmt.Sprintf("%s:told:%s:%d", storage.GroupCause(g.ID), status, t.Now.UnixMilli()), Priority: storage.Reminder}
		if _, err := t.Tell(*g.PersonID, messages.Paragraphs(told...), how); err != nil {
			return err
		}
	}
	return t.ReplyS(messages.S(said, values))
}
