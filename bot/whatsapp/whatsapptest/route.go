package whatsapptest

import (
	"maps"
	"strconv"

	"go.mau.fi/whatsmeow/types"
)

// receive does what a stanza asks.
func (s *Server) receive(c *conn, n *node) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || c.ending {
		return
	}
	defer s.changed.Broadcast()
	s.received++
	switch {
	case c.dev == nil && n.Tag == "iq":
		s.receivePairing(c, n)
	case c.dev == nil && n.Tag == "ack":
	case c.dev == nil:
		s.unknown(c, n)
	case n.Tag == "iq":
		s.receiveIQ(c, n)
	case n.Tag == "message":
		s.receiveMessage(c, n)
	case n.Tag == "receipt":
		s.receiveReceipt(c, n)
	case n.Tag == "ack":
		c.dev.confirm(text(n, "class"), n)
	case n.Tag == "presence":
		s.receivePresence(c, n)
	case n.Tag == "chatstate":
		s.receiveChatState(c, n)
	default:
		s.unknown(c, n)
	}
}

// unknown reports a stanza that the stand-in doesn't know; a question is answered that there is no such thing.
func (s *Server) unknown(c *conn, n *node) {
	s.complain("the stand-in for WhatsApp doesn't know %s", shape(n))
	if n.Tag == "iq" {
		c.refuse(n, 501, "feature-not-implemented")
	}
}

// question is how one kind of iq is answered.
type question func(*Server, *conn, *node)

// questions are the iqs that the stand-in knows, by namespace, type, and the first element.
func questions() map[string]question {
	all := map[string]question{
		"md set remove-companion-device":          (*Server).answerLogOut,
		"w:m set media_conn":                      (*Server).answerMedia,
		"w:p get ":                                (*Server).answerPing,
		"passive set active":                      (*Server).answerActive,
		"passive set passive":                     (*Server).answerPassive,
		"encrypt get count":                       (*Server).answerKeyCount,
		"encrypt get key":                         (*Server).answerKeys,
		"encrypt set registration":                (*Server).answerUpload,
		"usync get usync":                         (*Server).answerUsync,
		"privacy get privacy":                     (*Server).answerPrivacy,
		"privacy set privacy":                     (*Server).answerSetPrivacy,
		"privacy set tokens":                      (*Server).answerNothing,
		"blocklist get ":                          (*Server).answerBlocklist,
		"blocklist set item":                      (*Server).answerBlock,
		"status set status":                       (*Server).answerAbout,
		"w:profile:picture get picture":           (*Server).answerPicture,
		"w:profile:picture set picture":           (*Server).answerSetPicture,
		"disappearing_mode set disappearing_mode": (*Server).answerNothing,
		"urn:xmpp:whatsapp:push set config":       (*Server).answerNothing,
		"urn:xmpp:whatsapp:dirty set clean":       (*Server).answerNothing,
	}
	maps.Copy(all, groupQuestions())
	return all
}

func (s *Server) receiveIQ(c *conn, n *node) {
	if kind := text(n, "type"); kind == "result" || kind == "error" {
		return
	}
	first := ""
	if children := n.GetChildren(); len(children) > 0 {
		first = children[0].Tag
	}
	answer, ok := s.questions[text(n, "xmlns")+" "+text(n, "type")+" "+first]
	if !ok {
		s.unknown(c, n)
		return
	}
	answer(s, c, n)
}

// result answers an iq. The caller holds mu.
func (c *conn) result(n *node, content ...node) {
	c.push(element("iq", attrs{"type": "result", "id": text(n, "id"), "from": from(n)}, content...))
}

// refuse answers an iq with an error. The caller holds mu.
func (c *conn) refuse(n *node, code int, reason string) {
	c.push(element("iq", attrs{"type": "error", "id": text(n, "id"), "from": from(n)},
		element("error", attrs{"code": strconv.Itoa(code), "text": reason})))
}

// from is whom an iq asked.
func from(n *node) types.JID {
	if to := address(n, "to"); !to.IsEmpty() {
		return to
	}
	return types.ServerJID
}

func (s *Server) answerPing(c *conn, n *node)    { c.result(n) }
func (s *Server) answerNothing(c *conn, n *node) { c.result(n) }

func (s *Server) answerActive(c *conn, n *node) {
	c.result(n)
	s.replay(c)
}

func (s *Server) answerPassive(c *conn, n *node) {
	c.active = false
	c.result(n)
}
