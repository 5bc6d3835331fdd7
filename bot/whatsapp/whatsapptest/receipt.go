package whatsapptest

import (
	"slices"

	"go.mau.fi/whatsmeow/types"
)

// receiveReceipt takes what a device says about messages that it got: delivered, read, or not to be decrypted.
func (s *Server) receiveReceipt(c *conn, n *node) {
	kind := types.ReceiptType(text(n, "type"))
	to := address(n, "to")
	c.acknowledge(n, nil)
	if arrived(kind) {
		c.dev.confirm("message", n)
	}
	if to.Server == types.GroupServer && s.groups[to] == nil {
		return // the group has gone
	}
	switch kind {
	case types.ReceiptTypeDelivered, types.ReceiptTypeInactive, types.ReceiptTypeRead, types.ReceiptTypePlayed:
		if author := s.author(n); author != nil && author != c.dev.account {
			for _, d := range author.sorted() {
				s.deliver(d, s.receipt(c.dev, d, n))
			}
		}
	case types.ReceiptTypeRetry:
		if to.Server == types.GroupServer {
			to = address(n, "participant")
		}
		if d := s.device(to); d != nil && d != c.dev {
			s.deliver(d, s.receipt(c.dev, d, n))
		}
	case types.ReceiptTypeSender, types.ReceiptTypePeerMsg, types.ReceiptTypeHistorySync,
		types.ReceiptTypeReadSelf, types.ReceiptTypePlayedSelf:
		// between a person's own devices: nobody else hears of it
	default:
		s.complain("the stand-in for WhatsApp doesn't know a receipt of type %q", kind)
	}
}

// arrived reports whether a receipt confirms that a message has arrived.
func arrived(kind types.ReceiptType) bool {
	return slices.Contains([]types.ReceiptType{
		types.ReceiptTypeDelivered, types.ReceiptTypeInactive, types.ReceiptTypeSender, types.ReceiptTypePeerMsg,
	}, kind)
}

// author is who wrote the message that a receipt is about.
func (s *Server) author(n *node) *account {
	if to := address(n, "to"); to.Server != types.GroupServer {
		return s.find(to)
	}
	return s.find(address(n, "participant"))
}

// receipt is a receipt as the message's author sees it.
func (s *Server) receipt(reader, d *device, n *node) node {
	to := address(n, "to")
	a := attrs{"t": s.now().Unix()}
	copyAttrs(a, n, "id", "type")
	if to.Server == types.GroupServer {
		a["from"] = to
		s.groups[to].name(a, reader)
	} else {
		a["from"] = reader.as(to.Server)
		if reader.account == d.account {
			copyAttrs(a, n, "recipient")
		}
	}
	return node{Tag: "receipt", Attrs: a, Content: n.Content}
}
