package whatsapptest

import (
	"maps"
	"slices"
	"strconv"
	"testing"

	"go.mau.fi/whatsmeow/types"
)

// waiting is a stanza that a device hasn't confirmed: a message, a receipt or a notification.
type waiting struct {
	class string // the stanza's tag
	node  node
}

// deliver gives a device a stanza, now or when it connects, again and again until it confirms it. The caller holds mu.
func (s *Server) deliver(d *device, n node) {
	if d.silent != nil {
		return
	}
	d.queue = append(d.queue, &waiting{class: n.Tag, node: n})
	if d.conn != nil && d.conn.active {
		d.conn.push(n)
	}
	s.changed.Broadcast()
}

// confirm takes a stanza from the queue that the device acknowledged with n: an ack, or the receipt of a message.
func (d *device) confirm(class string, n *node) {
	for i, w := range d.queue {
		if w.class == class && text(&w.node, "id") == text(n, "id") &&
			address(&w.node, "from") == address(n, "to") &&
			address(&w.node, "participant") == address(n, "participant") {
			d.queue = slices.Delete(d.queue, i, i+1)
			return
		}
	}
}

// replay sends a device what waited for it, between WhatsApp's two announcements. The caller holds mu.
func (s *Server) replay(c *conn) {
	if c.active {
		return
	}
	c.active = true
	counts := map[string]int{}
	for _, w := range c.dev.queue {
		counts[w.class]++
	}
	total := strconv.Itoa(len(c.dev.queue))
	c.push(element("ib", attrs{"from": types.ServerJID}, element("offline_preview", attrs{
		"count": total, "appdata": "0", "message": strconv.Itoa(counts["message"]),
		"notification": strconv.Itoa(counts["notification"]), "receipt": strconv.Itoa(counts["receipt"]),
	})))
	for i, w := range c.dev.queue {
		n := w.node
		n.Attrs = maps.Clone(n.Attrs)
		n.Attrs["offline"] = strconv.Itoa(i)
		c.push(n)
	}
	c.push(element("ib", attrs{"from": types.ServerJID}, element("offline", attrs{"count": total})))
}

// Waiting counts the stanzas that the devices of a number haven't confirmed: messages, receipts and notifications.
func (s *Server) Waiting(number string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	total := 0
	for _, d := range s.account(number).devices {
		total += len(d.queue)
	}
	return total
}

// Confirmed waits until a number's devices have confirmed everything. It fails the test when they don't.
func (s *Server) Confirmed(t testing.TB, number string) {
	t.Helper()
	s.settles(t, func(d *device) bool { return d.account.pn.User != digits(number) || len(d.queue) == 0 })
}

// Settled waits until all devices that are connected have confirmed everything: a client that is told to disconnect
// before that may be sending just then, which whatsmeow doesn't guard. It fails the test when they don't.
func (s *Server) Settled(t testing.TB) {
	t.Helper()
	s.settles(t, (*device).settled)
}

// settled reports whether a device has confirmed all that it was sent, or is away. The caller holds mu.
func (d *device) settled() bool {
	return d.conn == nil || !d.conn.active || d.conn.ending || len(d.queue) == 0
}

func (s *Server) settles(t testing.TB, settled func(*device) bool) {
	t.Helper()
	ctx, cancel := deadline(s.ctx, t)
	defer cancel()
	waits := 0
	err := s.wait(ctx, func() bool {
		waits = 0
		for _, a := range s.accounts {
			for _, d := range a.devices {
				if !settled(d) {
					waits += len(d.queue)
				}
			}
		}
		return waits == 0
	})
	if err != nil {
		t.Fatalf("%d stanzas still wait to be confirmed: %v", waits, err)
	}
}
