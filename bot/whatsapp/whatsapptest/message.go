package whatsapptest

import (
	"slices"

	"go.mau.fi/whatsmeow/types"
)

// receiveMessage takes a message from a device, gives each device that it is for its own copy, and acknowledges it.
func (s *Server) receiveMessage(c *conn, n *node) {
	to := address(n, "to")
	if code := s.faults.refusal(c.dev, n); code != "" {
		c.acknowledge(n, attrs{"error": code})
		return
	}
	answer, code := attrs{}, ""
	switch {
	case to.Server == types.GroupServer:
		answer, code = s.toGroup(c.dev, s.groups[to], n)
	case text(n, "category") == "peer" || text(n, "device_fanout") == "false":
		s.toDevice(c.dev, n)
	case s.find(to) == nil:
		code = "404"
	case s.faults.strict && !c.dev.person && !s.find(to).wrote[c.dev.account]:
		code = strangersCode
	default:
		answer = s.toPerson(c.dev, n)
	}
	if code != "" {
		answer = attrs{"error": code}
	}
	c.acknowledge(n, answer)
}

// acknowledge tells a client that its message, or receipt, has arrived.
func (c *conn) acknowledge(n *node, extra attrs) {
	a := attrs{"class": n.Tag, "id": text(n, "id"), "from": address(n, "to"), "t": c.s.now().Unix()}
	for k, v := range extra {
		a[k] = v
	}
	if n.Tag != "message" {
		copyAttrs(a, n, "type", "participant")
	}
	if n.Tag == "message" && text(n, "category") != "peer" && c.s.faults.hold(c, a) {
		return
	}
	c.push(element("ack", a))
}

// toPerson is a message in private: a copy for each device of the recipient and of the sender's own others. It returns
// what the acknowledgement says: the hash of the devices, when the sender overlooked one.
func (s *Server) toPerson(sender *device, n *node) attrs {
	to := address(n, "to")
	sender.account.wrote[s.find(to)] = true
	reached := map[*device]bool{sender: true}
	participants := n.GetChildByTag("participants")
	for _, child := range participants.GetChildren() {
		jid := address(&child, "jid")
		d := s.device(jid)
		reached[d] = true
		if d == nil || d == sender || d.account.blocks(sender.account) {
			continue
		}
		s.deliver(d, s.private(sender, d, jid.Server, to, n, child.GetChildren()))
	}
	all := append(s.find(to).sorted(), sender.account.sorted()...)
	if !slices.ContainsFunc(all, func(d *device) bool { return !reached[d] }) {
		return nil
	}
	return attrs{"phash": participantHash(append(s.find(to).addresses(to.Server), sender.account.addresses(to.Server)...))}
}

// toDevice is a message for one device: a repeat that it asked for, or one from device to device of the same person.
func (s *Server) toDevice(sender *device, n *node) {
	to := address(n, "to")
	d := s.device(to)
	if d == nil || d == sender || d.account.blocks(sender.account) {
		return
	}
	recipient := address(n, "recipient")
	if recipient.IsEmpty() {
		recipient = to.ToNonAD()
	}
	s.deliver(d, s.private(sender, d, to.Server, recipient, n, n.GetChildrenByTag("enc")))
}

// private is a message as a device sees it in a private chat. server is the kind of address that both are called by.
func (s *Server) private(sender, d *device, server string, to types.JID, n *node, encrypted []node) node {
	a := s.stamped(sender, n)
	copyAttrs(a, n, "category")
	a["from"] = sender.as(server)
	hidden := server == types.HiddenUserServer
	switch {
	case sender.account != d.account && hidden:
		a["sender_pn"] = sender.account.pn
	case sender.account != d.account:
		a["sender_lid"] = sender.account.lid
	default:
		a["recipient"] = to
		other := s.find(to)
		switch {
		case other == nil:
		case hidden:
			a["peer_recipient_pn"] = other.pn
		default:
			a["peer_recipient_lid"] = other.lid
		}
	}
	return element("message", a, withRest(n, encrypted)...)
}

// stamped is the attributes that every copy of a message has.
func (s *Server) stamped(sender *device, n *node) attrs {
	a := attrs{"t": s.now().Unix()}
	copyAttrs(a, n, "id", "type", "edit")
	hide(a, "notify", sender.account.name)
	return a
}

// withRest adds to a device's encrypted parts what is for everyone. Who a device is is only shown with a message that
// begins a session.
func withRest(n *node, encrypted []node) []node {
	content := append([]node(nil), encrypted...)
	begins := false
	for _, e := range encrypted {
		begins = begins || text(&e, "type") == "pkmsg"
	}
	for _, child := range n.GetChildren() {
		switch child.Tag {
		case "participants", "enc", "tctoken":
		case "device-identity":
			if begins {
				content = append(content, child)
			}
		default:
			content = append(content, child)
		}
	}
	return content
}

// blocks reports whether an account doesn't want to hear of another.
func (a *account) blocks(other *account) bool { return a.blocked[other.pn] || a.blocked[other.lid] }
