package main

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
)

// conversation is what has been said so far, by people and groups as they are called.
type conversation struct {
	server  *telegramtest.Server
	out     *lines
	program *program // nil: it runs elsewhere
	people  map[string]*telegramtest.Person
	groups  map[string]*telegramtest.Group
	last    map[string]int // what a person said last, by the line's beginning
	speaker *telegramtest.Person
}

func newConversation(server *telegramtest.Server, out *lines) *conversation {
	return &conversation{
		server: server, out: out,
		people: map[string]*telegramtest.Person{}, groups: map[string]*telegramtest.Group{}, last: map[string]int{},
	}
}

// do does what one line says; it is false when that is to end.
func (c *conversation) do(ctx context.Context, line string) bool {
	line = strings.TrimSpace(line)
	switch {
	case line == "", strings.HasPrefix(line, "#"):
	case line == "quit", line == "exit":
		return false
	case line == "help", line == "?":
		c.out.say("%s", help)
	case strings.HasPrefix(line, "("):
		c.happens(ctx, strings.TrimSuffix(strings.TrimPrefix(line, "("), ")"))
	default:
		c.says(line)
	}
	return true
}

func (c *conversation) complain(format string, args ...any) {
	c.out.say("? "+format+"\n", args...)
}

// person finds or adds a person, whatever the case of the name.
func (c *conversation) person(name string) *telegramtest.Person {
	key := strings.ToLower(name)
	if c.people[key] == nil {
		c.people[key] = c.server.Person(name)
	}
	return c.people[key]
}

// says is "anna: ..." or "anna @ Beheerders Lisse: ...".
func (c *conversation) says(line string) {
	who, what, ok := strings.Cut(line, ":")
	name, in, inGroup := strings.Cut(who, "@")
	name, in, what = strings.TrimSpace(name), strings.TrimSpace(in), strings.TrimSpace(what)
	if !ok || name == "" || what == "" {
		c.complain("Who says what? For instance: anna: /start. Type help for the rest.")
		return
	}
	p := c.person(name)
	talk := p.Talk
	if inGroup {
		g := c.groups[strings.ToLower(in)]
		if g == nil {
			c.complain("There is no group %q. Add it: (add %s)", in, in)
			return
		}
		talk = p.In(g)
	}
	c.speaker = p
	if !strings.HasPrefix(what, "(") || !strings.HasSuffix(what, ")") {
		c.last[who] = talk.Says(strings.ReplaceAll(what, `\n`, "\n"))
		return
	}
	verb, rest, _ := strings.Cut(strings.Trim(what, "()"), " ")
	c.acts(who, p, talk, verb, strings.TrimSpace(rest))
}

// acts is what a person does besides typing.
func (c *conversation) acts(who string, p *telegramtest.Person, talk *telegramtest.Talk, verb, rest string) {
	switch verb {
	case "tap":
		if text, alert := talk.Taps(rest).Answered(); text != "" {
			c.out.say("(shown for a moment: %s, alert %t)\n", text, alert)
		}
	case "photo", "file":
		data, err := os.ReadFile(rest)
		switch {
		case err != nil:
			c.complain("%v", err)
		case verb == "photo":
			talk.SendsPhoto(data, "")
		default:
			talk.SendsDocument(filepath.Base(rest), data)
		}
	case "place":
		lat, long, _ := strings.Cut(strings.ReplaceAll(rest, ",", " "), " ")
		latitude, err1 := strconv.ParseFloat(lat, 64)
		longitude, err2 := strconv.ParseFloat(strings.TrimSpace(long), 64)
		if err1 != nil || err2 != nil {
			c.complain("Where? For instance: %s: (place 52.26 4.56)", who)
			return
		}
		talk.SendsPlace(latitude, longitude)
	case "contact":
		talk.SendsContact()
	case "voice":
		talk.SendsVoice()
	case "edit":
		talk.Edits(c.last[who], rest)
	case "speaks":
		p.Speaks(rest)
	case "block":
		p.Blocks()
	case "unblock":
		p.Unblocks()
	default:
		c.complain("%q is nothing that a person can do here. Type help.", verb)
	}
}

// happens is a line in brackets: something about groups, or the program.
func (c *conversation) happens(ctx context.Context, what string) {
	verb, rest, _ := strings.Cut(what, " ")
	rest = strings.TrimSpace(rest)
	switch verb {
	case "add", "forum", "channel":
		c.add(verb, rest)
		return
	case "run":
		if c.program == nil {
			c.complain("Only with -with.")
			return
		}
		c.out.say("%s", c.program.runOnce(ctx, strings.Fields(rest)))
		return
	}
	name, in, admin := strings.Cut(rest, "@")
	title := rest
	if admin {
		title = strings.TrimSpace(in)
	}
	g := c.groups[strings.ToLower(title)]
	switch {
	case g == nil:
		c.complain("%q is nothing that can happen here, or there is no group %q. Type help.", verb, title)
	case verb == "remove":
		g.RemoveBot()
	case verb == "upgrade":
		g.Upgrade()
	case verb == "admin" && admin:
		g.Promote(c.person(strings.TrimSpace(name)))
	default:
		c.complain("%q is nothing that can happen here. Type help.", verb)
	}
}

// add makes a group, unless it is there, and puts the bot into it. Who spoke last does it.
func (c *conversation) add(kind, title string) {
	if title == "" {
		c.complain("Which group? For instance: (add Beheerders Lisse)")
		return
	}
	g := c.groups[strings.ToLower(title)]
	if g == nil {
		switch kind {
		case "forum":
			g = c.server.Forum(title)
		case "channel":
			g = c.server.Channel(title)
		default:
			g = c.server.Group(title)
		}
		c.groups[strings.ToLower(title)] = g
	}
	if c.speaker == nil {
		g.AddBot()
		return
	}
	c.speaker.AddsBot(g)
}
