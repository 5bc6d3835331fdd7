package main

import (
	"strconv"
	"strings"

	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
)

// happens is a line in brackets: something about groups, or about the bot's connection.
func (c *conversation) happens(what string) {
	verb, rest, _ := strings.Cut(what, " ")
	rest = strings.TrimSpace(rest)
	switch verb {
	case "add", "open":
		c.add(verb, rest)
	case "drop":
		c.server.Drop(c.bot)
	case "logout":
		c.server.LogOut(c.bot)
	case "block":
		c.server.Block(c.bot)
	case "ban", "refuse":
		c.punish(verb, strings.Fields(rest))
	default:
		c.changes(verb, rest)
	}
}

// punish is a ban or refused messages, with its figures.
func (c *conversation) punish(verb string, words []string) {
	var figures []int
	for _, w := range words {
		n, err := strconv.Atoi(w)
		if err != nil {
			c.complain("%q is no number.", w)
			return
		}
		figures = append(figures, n)
	}
	switch {
	case verb == "ban" && len(figures) == 1:
		c.server.Ban(c.bot, figures[0])
	case verb == "refuse" && len(figures) == 2:
		c.server.RefuseSends(figures[0], figures[1])
	default:
		c.complain("For instance: (ban 60), (refuse 429 3)")
	}
}

// changes is something that happens to a group.
func (c *conversation) changes(verb, rest string) {
	first, second, two := strings.Cut(rest, "@")
	first, second = strings.TrimSpace(first), strings.TrimSpace(second)
	title := first
	if verb == "admin" {
		title = second
	}
	g := c.group(title)
	switch {
	case g == nil:
		c.complain("%q is nothing that can happen here, or there is no group %q. Type help.", verb, title)
	case verb == "remove":
		c.server.Remove(g.jid, c.bot)
	case verb == "announce", verb == "discuss":
		c.server.SetAnnounce(g.jid, verb == "announce")
	case verb == "admin" && strings.EqualFold(first, "bot"):
		c.server.Promote(g.jid, c.bot)
	case verb == "admin" && first != "":
		c.server.Promote(g.jid, c.person(first).Number())
	case verb == "rename" && two && second != "":
		c.server.SetSubject(g.jid, second)
		c.mu.Lock()
		delete(c.groups, strings.ToLower(g.title))
		c.groups[strings.ToLower(second)] = &chat{title: second, jid: g.jid}
		c.mu.Unlock()
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
	if g := c.group(title); g != nil {
		c.server.Add(g.jid, c.bot)
		return
	}
	if c.speaker == nil {
		c.complain("Who makes it? Let somebody say something first.")
		return
	}
	parts := []whatsapptest.GroupPart{c.speaker, whatsapptest.Member(c.bot)}
	if kind == "add" {
		parts = append(parts, whatsapptest.Hidden())
	}
	jid := c.server.Group(title, parts...)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.groups[strings.ToLower(title)] = &chat{title: title, jid: jid}
}
