package whatsapptest

// receivePresence takes whether somebody is there, and the name that others see.
func (s *Server) receivePresence(c *conn, n *node) {
	switch text(n, "type") {
	case "available", "unavailable":
		c.dev.available = text(n, "type") == "available"
		if name := text(n, "name"); name != "" {
			c.dev.account.name = name
		}
	case "subscribe": // nobody here shows when they were last seen
	default:
		s.unknown(c, n)
	}
}

// receiveChatState passes on that somebody is writing, to who is connected.
func (s *Server) receiveChatState(c *conn, n *node) {
	to := address(n, "to")
	if g := s.groups[to]; g != nil {
		for _, m := range g.members {
			a := attrs{"from": to}
			g.name(a, c.dev)
			s.passState(c.dev, m.account, a, n)
		}
		return
	}
	if a := s.find(to); a != nil {
		s.passState(c.dev, a, attrs{"from": c.dev.as(to.Server)}, n)
	}
}

func (s *Server) passState(from *device, to *account, a attrs, n *node) {
	for _, d := range to.sorted() {
		if d.account != from.account && d.conn != nil && d.conn.active {
			d.conn.push(node{Tag: "chatstate", Attrs: a, Content: n.Content})
		}
	}
}
