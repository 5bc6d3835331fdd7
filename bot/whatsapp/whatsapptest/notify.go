package whatsapptest

import (
	"go.mau.fi/whatsmeow/types"
)

// tell notifies people of a change in a group that actor made; a nil actor: WhatsApp itself. The caller holds mu.
func (s *Server) tell(g *group, actor *account, change node, people []*account) {
	for _, a := range people {
		s.notify(g, a, actor, change)
	}
}

// everyone lists a group's members.
func (g *group) everyone() []*account {
	var list []*account
	for _, m := range g.members {
		list = append(list, m.account)
	}
	return list
}

// notify notifies all devices of one account of something in a group. The caller holds mu.
func (s *Server) notify(g *group, to, actor *account, content node) {
	for _, d := range to.sorted() {
		if d.silent != nil {
			continue
		}
		a := attrs{
			"from": g.jid, "type": "w:gp2", "id": s.newID(), "t": s.now().Unix(), "addressing_mode": g.mode(),
		}
		if actor != nil {
			a["participant"] = actor.as(g.server)
			if g.server == types.HiddenUserServer {
				g.reveal(a, actor, "participant_pn")
			}
			hide(a, "notify", actor.name)
		}
		s.deliver(d, element("notification", a, content))
	}
}

// tellCreated tells people that they are in a group now: kind is "new" when the group itself is. The caller holds mu.
func (s *Server) tellCreated(g *group, actor *account, kind string, people []*account) {
	a := attrs{}
	hide(a, "type", kind)
	s.tell(g, actor, element("create", a, g.element()), people)
}
