package whatsapptest

import (
	"strconv"

	"go.mau.fi/whatsmeow/types"
)

// tell notifies the members of a group of a change that actor made; a nil actor: WhatsApp itself. also are people who
// hear of it though they are no longer members, except are members who don't. The caller holds mu.
func (s *Server) tell(g *group, actor *account, change node, also []*account, except map[*account]bool) {
	everyone := append([]*account(nil), also...)
	for _, m := range g.members {
		if !except[m.account] {
			everyone = append(everyone, m.account)
		}
	}
	for _, a := range everyone {
		s.notify(g, a, actor, change)
	}
}

// notify notifies all devices of one account of something in a group. The caller holds mu.
func (s *Server) notify(g *group, to, actor *account, content node) {
	for _, d := range to.sorted() {
		a := attrs{
			"from": g.jid, "type": "w:gp2", "id": s.newID(), "t": s.now().Unix(), "addressing_mode": g.mode(),
		}
		if actor != nil {
			a["participant"] = actor.as(g.server)
			if g.server == types.HiddenUserServer {
				a["participant_pn"] = actor.pn
			}
			hide(a, "notify", actor.name)
		}
		s.deliver(d, element("notification", a, content))
	}
}

// tellCreated tells somebody that they are in a group now: kind is "new" when the group itself is. The caller holds mu.
func (s *Server) tellCreated(g *group, to, actor *account, kind string) {
	a := attrs{}
	hide(a, "type", kind)
	s.notify(g, to, actor, element("create", a, g.element()))
}

// memberChange is the notification that some members were added, removed, promoted or demoted.
func (g *group) memberChange(tag string, members []*member) node {
	before := strconv.Itoa(g.version)
	g.version++
	var list []node
	for _, m := range members {
		list = append(list, g.participant(m))
	}
	return element(tag, attrs{"prev_v_id": before, "v_id": strconv.Itoa(g.version)}, list...)
}
