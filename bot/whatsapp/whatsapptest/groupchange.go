package whatsapptest

import (
	"slices"
	"strconv"
	"time"

	"go.mau.fi/whatsmeow/types"
)

// Add makes numbers members of a group, as its first admin does. Who is new is told all about the group.
func (s *Server) Add(chat types.JID, numbers ...string) { s.change(chat, "add", numbers) }

// Remove takes numbers out of a group, as its first admin does.
func (s *Server) Remove(chat types.JID, numbers ...string) { s.change(chat, "remove", numbers) }

// Promote makes members admins.
func (s *Server) Promote(chat types.JID, numbers ...string) { s.change(chat, "promote", numbers) }

// Demote makes admins members again.
func (s *Server) Demote(chat types.JID, numbers ...string) { s.change(chat, "demote", numbers) }

// SetSubject renames a group, as its first admin does.
func (s *Server) SetSubject(chat types.JID, subject string) {
	s.in(chat, func(g *group) { s.setSubject(g, g.admin(), subject) })
}

// SetAnnounce lets only admins write in a group, or everyone.
func (s *Server) SetAnnounce(chat types.JID, on bool) {
	s.in(chat, func(g *group) { s.setFlag(g, g.admin(), flagTag(on, "announcement", "not_announcement")) })
}

// SetDisappearing makes a group's messages disappear after that long, in whole seconds; 0: they stay.
func (s *Server) SetDisappearing(chat types.JID, after time.Duration) {
	s.in(chat, func(g *group) { s.setEphemeral(g, g.admin(), int(after/time.Second)) })
}

// Members lists the numbers in a group, in the order in which they came.
func (s *Server) Members(chat types.JID) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []string
	if g := s.groups[chat]; g != nil {
		for _, m := range g.members {
			list = append(list, m.account.pn.User)
		}
	}
	return list
}

// in does something in a group under mu, and then waits until the phones that are online know of it: whatsmeow reads
// its list of members without a lock while it sends, so who is told of a change shouldn't be sending.
func (s *Server) in(jid types.JID, do func(*group)) {
	s.mu.Lock()
	g := s.groups[jid]
	if g != nil {
		do(g)
	}
	phones := s.phones
	s.mu.Unlock()
	if g == nil {
		s.fatal("there is no such group")
		return
	}
	for _, p := range phones {
		p.awaits("to confirm a change of the group", p.settled)
	}
}

func (s *Server) change(jid types.JID, tag string, numbers []string) {
	s.in(jid, func(g *group) {
		var people []*account
		for _, n := range numbers {
			people = append(people, s.account(n))
		}
		s.changeMembers(g, g.admin(), tag, people)
	})
}

// admin is the group's first admin, or nil.
func (g *group) admin() *account {
	for _, m := range g.members {
		if m.admin {
			return m.account
		}
	}
	return nil
}

// changeMembers adds, removes, promotes or demotes people and tells the members. It returns whom that concerned. The
// caller holds mu.
func (s *Server) changeMembers(g *group, actor *account, tag string, people []*account) []*member {
	var changed []*member
	before := g.everyone()
	for _, a := range people {
		m := g.find(a)
		if (m == nil) != (tag == "add") {
			continue
		}
		switch tag {
		case "add":
			m = g.join(a)
		case "remove":
			g.members = slices.DeleteFunc(g.members, func(other *member) bool { return other == m })
		case "promote":
			m.admin = true
		case "demote":
			m.admin = false
		}
		changed = append(changed, m)
	}
	if len(changed) == 0 {
		return nil
	}
	version := strconv.Itoa(g.version)
	g.version++
	var list []node
	for _, m := range changed {
		list = append(list, g.participant(m))
	}
	s.tell(g, actor, element(tag, attrs{"prev_v_id": version, "v_id": strconv.Itoa(g.version)}, list...), before)
	if tag == "add" {
		var added []*account
		for _, m := range changed {
			added = append(added, m.account)
		}
		s.tellCreated(g, actor, "", added)
	}
	return changed
}

func (s *Server) setSubject(g *group, actor *account, subject string) {
	g.subject = subject
	a := attrs{"subject": subject, "s_t": s.now().Unix()}
	if actor != nil {
		a["s_o"] = actor.as(g.server)
	}
	s.tell(g, actor, element("subject", a), g.everyone())
}

func (s *Server) setTopic(g *group, actor *account, id, topic string) {
	g.topic, g.topicID = topic, id
	content := leaf("body", []byte(topic))
	if topic == "" {
		content = node{Tag: "delete"}
	}
	s.tell(g, actor, element("description", attrs{"id": id}, content), g.everyone())
}

func flagTag(on bool, yes, no string) string {
	if on {
		return yes
	}
	return no
}

// setFlag changes who may write, or change the group.
func (s *Server) setFlag(g *group, actor *account, tag string) {
	switch tag {
	case "announcement":
		g.announce = true
	case "not_announcement":
		g.announce = false
	case "locked":
		g.locked = true
	case "unlocked":
		g.locked = false
	}
	g.version++
	s.tell(g, actor, element(tag, attrs{"v_id": strconv.Itoa(g.version)}), g.everyone())
}

func (s *Server) setEphemeral(g *group, actor *account, seconds int) {
	g.ephemeral = seconds
	change := node{Tag: "not_ephemeral"}
	if seconds > 0 {
		change = element("ephemeral", attrs{"expiration": strconv.Itoa(seconds)})
	}
	s.tell(g, actor, change, g.everyone())
}
