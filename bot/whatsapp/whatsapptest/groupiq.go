package whatsapptest

import (
	"maps"
	"slices"
	"strconv"

	"go.mau.fi/whatsmeow/types"
)

// groupQuestions are the iqs about groups.
func groupQuestions() map[string]question {
	return map[string]question{
		"w:g2 get query":            inGroup((*Server).answerGroup, false),
		"w:g2 get participating":    (*Server).answerGroups,
		"w:g2 get invite":           (*Server).answerInvite,
		"w:g2 set invite":           (*Server).answerJoin,
		"w:g2 set create":           (*Server).answerCreate,
		"w:g2 set leave":            (*Server).answerLeave,
		"w:g2 set add":              inGroup((*Server).answerMembers, false),
		"w:g2 set remove":           inGroup((*Server).answerMembers, true),
		"w:g2 set promote":          inGroup((*Server).answerMembers, true),
		"w:g2 set demote":           inGroup((*Server).answerMembers, true),
		"w:g2 set subject":          inGroup((*Server).answerSubject, false),
		"w:g2 set description":      inGroup((*Server).answerTopic, false),
		"w:g2 set announcement":     inGroup((*Server).answerFlag, true),
		"w:g2 set not_announcement": inGroup((*Server).answerFlag, true),
		"w:g2 set locked":           inGroup((*Server).answerFlag, true),
		"w:g2 set unlocked":         inGroup((*Server).answerFlag, true),
		"w:g2 set ephemeral":        inGroup((*Server).answerEphemeral, false),
		"w:g2 set not_ephemeral":    inGroup((*Server).answerEphemeral, false),
	}
}

// inGroup answers an iq to a group for its members, or only its admins.
func inGroup(answer func(*Server, *conn, *node, *group, *member), admins bool) question {
	return func(s *Server, c *conn, n *node) {
		g := s.groups[address(n, "to")]
		if g == nil {
			c.refuse(n, 404, "item-not-found")
			return
		}
		m := g.find(c.dev.account)
		if m == nil || !m.admin && (admins || g.locked && text(n, "type") == "set") {
			c.refuse(n, 403, "forbidden")
			return
		}
		answer(s, c, n, g, m)
	}
}

func (s *Server) answerGroup(c *conn, n *node, g *group, _ *member) { c.result(n, g.element()) }

// answerGroups lists the groups that somebody is in.
func (s *Server) answerGroups(c *conn, n *node) {
	var list []node
	byUser := func(a, b types.JID) int {
		if a.User < b.User {
			return -1
		}
		return 1
	}
	for _, jid := range slices.SortedFunc(maps.Keys(s.groups), byUser) {
		if g := s.groups[jid]; g.find(c.dev.account) != nil {
			list = append(list, g.element())
		}
	}
	c.result(n, element("groups", nil, list...))
}

// invited finds the group of an invite code, or nil.
func (s *Server) invited(n *node) *group {
	invite := n.GetChildByTag("invite")
	for _, g := range s.groups {
		if g.invite == text(&invite, "code") {
			return g
		}
	}
	return nil
}

// answerInvite tells a group's admin its invite code, or anybody what a code leads to.
func (s *Server) answerInvite(c *conn, n *node) {
	if address(n, "to") != types.GroupServerJID {
		inGroup(func(_ *Server, c *conn, n *node, g *group, _ *member) {
			c.result(n, element("invite", attrs{"code": g.invite}))
		}, true)(s, c, n)
		return
	}
	g := s.invited(n)
	if g == nil {
		c.refuse(n, 406, "not-acceptable")
		return
	}
	c.result(n, g.element())
}

// answerJoin makes a new invite code for a group's admin, or lets somebody in who has one.
func (s *Server) answerJoin(c *conn, n *node) {
	if address(n, "to") != types.GroupServerJID {
		inGroup(func(s *Server, c *conn, n *node, g *group, _ *member) {
			s.lastID++
			g.invite = "INVITE" + strconv.FormatUint(s.lastID, 10) + "NEW"
			c.result(n, element("invite", attrs{"code": g.invite}))
		}, true)(s, c, n)
		return
	}
	g := s.invited(n)
	if g == nil {
		c.refuse(n, 406, "not-acceptable")
		return
	}
	c.result(n, element("group", attrs{"jid": g.jid}))
	s.changeMembers(g, c.dev.account, "add", []*account{c.dev.account})
}

// answerCreate makes a group. Groups that are made today hide their members' numbers.
func (s *Server) answerCreate(c *conn, n *node) {
	create := n.GetChildByTag("create")
	g := s.newGroup(text(&create, "subject"))
	g.server = types.HiddenUserServer
	g.join(c.dev.account)
	for _, child := range create.GetChildren() {
		switch child.Tag {
		case "participant":
			if a := s.find(address(&child, "jid")); a != nil {
				g.join(a)
			}
		case "announcement":
			g.announce = true
		case "locked":
			g.locked = true
		case "ephemeral":
			g.ephemeral, _ = strconv.Atoi(text(&child, "expiration"))
		default:
			s.complain("the stand-in for WhatsApp doesn't know <%s> of a new group", child.Tag)
		}
	}
	s.found(g)
	c.result(n, g.element())
}

func (s *Server) answerLeave(c *conn, n *node) {
	leave := n.GetChildByTag("leave")
	var left []node
	for _, child := range leave.GetChildren() {
		jid := address(&child, "id")
		if g := s.groups[jid]; g != nil && g.find(c.dev.account) != nil {
			s.changeMembers(g, c.dev.account, "remove", []*account{c.dev.account})
			left = append(left, element("group", attrs{"id": jid}))
		}
	}
	c.result(n, element("leave", nil, left...))
}

func (s *Server) answerMembers(c *conn, n *node, g *group, _ *member) {
	change := n.GetChildren()[0]
	var people []*account
	var answers []node
	for _, child := range change.GetChildren() {
		jid := address(&child, "jid")
		a := s.find(jid)
		if a == nil {
			answers = append(answers, element("participant", attrs{"jid": jid, "error": "404"}))
			continue
		}
		people = append(people, a)
	}
	for _, m := range s.changeMembers(g, c.dev.account, change.Tag, people) {
		answers = append(answers, g.participant(m))
	}
	c.result(n, element(change.Tag, nil, answers...))
}

func (s *Server) answerSubject(c *conn, n *node, g *group, _ *member) {
	s.setSubject(g, c.dev.account, string(bytesOf(n.GetChildByTag("subject"))))
	c.result(n)
}

func (s *Server) answerTopic(c *conn, n *node, g *group, _ *member) {
	description := n.GetChildByTag("description")
	s.setTopic(g, c.dev.account, text(&description, "id"), string(bytesOf(description.GetChildByTag("body"))))
	c.result(n)
}

func (s *Server) answerFlag(c *conn, n *node, g *group, _ *member) {
	s.setFlag(g, c.dev.account, n.GetChildren()[0].Tag)
	c.result(n)
}

func (s *Server) answerEphemeral(c *conn, n *node, g *group, _ *member) {
	change := n.GetChildren()[0]
	seconds, _ := strconv.Atoi(text(&change, "expiration")) // none: off
	s.setEphemeral(g, c.dev.account, seconds)
	c.result(n)
}
