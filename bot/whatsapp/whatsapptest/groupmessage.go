package whatsapptest

import "slices"

// toGroup gives each device of a group's members its copy of a message. It returns what the acknowledgement says, or the
// code of a refusal.
func (s *Server) toGroup(sender *device, g *group, n *node) (answer attrs, code string) {
	if g == nil {
		return nil, "404"
	}
	m := g.find(sender.account)
	if m == nil || g.announce && !m.admin {
		return nil, "403"
	}
	if only := address(n, "participant"); !only.IsEmpty() {
		if d := s.device(only); d != nil && g.find(d.account) != nil {
			s.deliver(d, s.inGroup(sender, g, n, n.GetChildrenByTag("enc")))
		}
		return nil, ""
	}
	keys := map[*device][]node{}
	participants := n.GetChildByTag("participants")
	for _, child := range participants.GetChildren() {
		if d := s.device(address(&child, "jid")); d != nil {
			keys[d] = child.GetChildren()
		}
	}
	everyone := n.GetChildrenByTag("enc")
	for _, m := range g.members {
		for _, d := range m.account.sorted() {
			if d != sender && d.silent == nil {
				s.deliver(d, s.inGroup(sender, g, n, slices.Concat(keys[d], everyone)))
			}
		}
	}
	answer = attrs{}
	if hash := g.hash(); text(n, "phash") != "" && text(n, "phash") != hash {
		answer["phash"] = hash
	}
	return answer, ""
}

// inGroup is a message as a device sees it in a group.
func (s *Server) inGroup(sender *device, g *group, n *node, encrypted []node) node {
	a := s.stamped(sender, n)
	a["from"], a["addressing_mode"] = g.jid, g.mode()
	g.name(a, sender)
	return element("message", a, withRest(n, encrypted)...)
}
