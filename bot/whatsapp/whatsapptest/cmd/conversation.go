package main

import (
	"fmt"
	"hash/fnv"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"go.mau.fi/whatsmeow/types"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
)

// pairingCode is what buurtbode pair --phone prints.
var pairingCode = regexp.MustCompile(`^(?i)[1-9A-HJ-NP-Z]{4}-[1-9A-HJ-NP-Z]{4}$`)

// conversation is what has been said so far, by people and groups as they are called.
type conversation struct {
	server  *whatsapptest.Server
	bot     string // its number
	out     *lines
	people  map[string]*whatsapptest.Phone
	last    map[string]types.MessageID // what a person said last, by the line's beginning
	speaker *whatsapptest.Phone

	mu     sync.Mutex // guards what show reads too
	groups map[string]*chat
	shown  map[string]bool
}

// chat is a group, as it is called here.
type chat struct {
	title string
	jid   types.JID
}

func newConversation(server *whatsapptest.Server, bot string, out *lines) *conversation {
	return &conversation{
		server: server, bot: bot, out: out, people: map[string]*whatsapptest.Phone{}, last: map[string]types.MessageID{},
		groups: map[string]*chat{}, shown: map[string]bool{},
	}
}

// do does what one line says; it is false when that is to end.
func (c *conversation) do(line string) bool {
	line = strings.TrimSpace(line)
	switch {
	case line == "", strings.HasPrefix(line, "#"):
	case line == "quit", line == "exit":
		return false
	case line == "help", line == "?":
		c.out.say("%s", help)
	case strings.HasPrefix(line, "2@"):
		c.linked(c.server.ScanQR(line, c.bot))
	case pairingCode.MatchString(line):
		c.linked(c.server.EnterCode(c.bot, line))
	case strings.HasPrefix(line, "("):
		c.happens(strings.TrimSuffix(strings.TrimPrefix(line, "("), ")"))
	default:
		c.says(line)
	}
	return true
}

func (c *conversation) linked(err error) {
	if err != nil {
		c.complain("%v", err)
		return
	}
	c.out.say("(linked to %s)\n", c.bot)
}

func (c *conversation) complain(format string, args ...any) {
	c.out.say("? "+format+"\n", args...)
}

// person finds or adds a person, whatever the case of the name. The number follows from the name.
func (c *conversation) person(name string) *whatsapptest.Phone {
	key := strings.ToLower(name)
	if c.people[key] == nil {
		h := fnv.New32a()
		_, _ = h.Write([]byte(key)) // a hash takes everything
		c.people[key] = c.server.Person(name, fmt.Sprintf("3161%07d", h.Sum32()%10_000_000))
	}
	return c.people[key]
}

func (c *conversation) group(title string) *chat {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.groups[strings.ToLower(title)]
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
	to := c.server.PN(c.bot)
	if inGroup {
		g := c.group(in)
		if g == nil {
			c.complain("There is no group %q. Add it: (add %s)", in, in)
			return
		}
		to = g.jid
	}
	p := c.person(name)
	if inGroup {
		c.server.Add(to, p.Number())
	}
	c.speaker = p
	if !strings.HasPrefix(what, "(") || !strings.HasSuffix(what, ")") {
		c.last[who] = p.Says(to, strings.ReplaceAll(what, `\n`, "\n"))
		return
	}
	verb, rest, _ := strings.Cut(strings.Trim(what, "()"), " ")
	c.acts(who, p, to, verb, strings.TrimSpace(rest))
}

// acts is what a person does besides typing.
func (c *conversation) acts(who string, p *whatsapptest.Phone, to types.JID, verb, rest string) {
	switch verb {
	case "vote":
		c.votes(p, to, rest)
	case "reply", "react":
		m, ok := latest(p, to, func(whatsapptest.Message) bool { return true })
		switch {
		case !ok:
			c.complain("Nobody has written to %s there.", p.Name())
		case verb == "reply":
			c.last[who] = p.Replies(to, m.ID, rest)
		default:
			p.Reacts(to, m.ID, rest)
		}
	case "photo":
		data, err := os.ReadFile(rest)
		if err != nil {
			c.complain("%v", err)
			return
		}
		p.SendsPhoto(to, data, "")
	case "place":
		lat, long, _ := strings.Cut(strings.ReplaceAll(rest, ",", " "), " ")
		latitude, err1 := strconv.ParseFloat(lat, 64)
		longitude, err2 := strconv.ParseFloat(strings.TrimSpace(long), 64)
		if err1 != nil || err2 != nil {
			c.complain("Where? For instance: %s: (place 52.26 4.56)", who)
			return
		}
		p.SendsPlace(to, latitude, longitude)
	case "contact":
		p.SendsContact(to, p.Name(), p.Number())
	case "edit":
		p.Edits(to, c.last[who], rest)
	case "revoke":
		p.Revokes(to, c.last[who])
	case "offline":
		p.Offline()
	case "online":
		p.Online()
	default:
		c.complain("%q is nothing that a person can do here. Type help.", verb)
	}
}

// votes chooses an option of the last poll, by its number or words.
func (c *conversation) votes(p *whatsapptest.Phone, to types.JID, choice string) {
	m, ok := latest(p, to, func(m whatsapptest.Message) bool { return m.Kind == whatsapptest.Poll })
	if !ok {
		c.complain("There is no poll.")
		return
	}
	for i, o := range m.Options {
		if strconv.Itoa(i+1) == choice || strings.EqualFold(o, choice) {
			p.Votes(m.ID, o)
			return
		}
	}
	c.complain("The poll has no option %q.", choice)
}

// latest is the newest message of a chat that is as wanted.
func latest(p *whatsapptest.Phone, in types.JID, wanted func(whatsapptest.Message) bool) (whatsapptest.Message, bool) {
	heard := p.Heard(in)
	for i := len(heard) - 1; i >= 0; i-- {
		if m := heard[i]; !m.Revoked && !m.Mine && wanted(m) {
			return m, true
		}
	}
	return whatsapptest.Message{}, false
}

// show prints what the bot did, as people see it: once, though several in a group see it.
func (c *conversation) show(seen whatsapptest.Sight) {
	m := seen.Message
	if m.From != c.server.PN(c.bot) && m.From != c.server.LID(c.bot) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	where := "to " + seen.Phone.Name()
	for _, g := range c.groups {
		if g.jid == m.Chat {
			where = "@ " + g.title
		}
	}
	text := what(seen)
	if key := where + m.ID + text; !c.shown[key] {
		c.shown[key] = true
		c.out.say("bot %s: %s\n", where, text)
	}
}
