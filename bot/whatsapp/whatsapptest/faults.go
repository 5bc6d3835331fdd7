package whatsapptest

import (
	"strconv"
	"testing"
	"time"
)

// tooManyPeople is why a ban says it was given: whatsmeow's events.TempBanSentToTooManyPeople.
const tooManyPeople = 101

// faults is what goes wrong from now on. It is guarded by the server's mu. Only linked devices suffer refusals and held
// acknowledgements: a person's phone goes on.
type faults struct {
	outdated bool
	oldest   []uint32 // version of the app that is let in
	strict   bool
	code     int // of the next refusals
	left     int // refusals to come
	holding  bool
	held     []heldAck
}

type heldAck struct {
	conn *conn
	node node
}

// refusal is the code to refuse a device's message with, or "". What devices of one person tell each other goes through.
func (f *faults) refusal(d *device, n *node) string {
	if d.person || f.left == 0 || text(n, "category") == "peer" {
		return ""
	}
	f.left--
	return strconv.Itoa(f.code)
}

// hold keeps an acknowledgement back if that was asked for.
func (f *faults) hold(c *conn, a attrs) bool {
	if !f.holding || c.dev.person {
		return false
	}
	f.held = append(f.held, heldAck{c, element("ack", a)})
	return true
}

// RefuseSends answers the next n messages of linked devices with an error, 429 (too many) or 463 (not to people who
// didn't write first) for instance, and delivers them to nobody.
func (s *Server) RefuseSends(code, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.code, s.faults.left = code, n
}

// strangersCode is how a message to somebody who never wrote first is refused, to a number that WhatsApp distrusts.
const strangersCode = "463"

// StrictAboutStrangers refuses, with 463, what linked devices send in private to people who never wrote to them: WhatsApp
// does that to numbers that it distrusts.
func (s *Server) StrictAboutStrangers() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.strict = true
}

// HoldAcks delivers what linked devices send, but holds back that it did, until release is called. What was held is sent
// then, unless the connection has ended.
func (s *Server) HoldAcks() (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.holding = true
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, h := range s.faults.held {
			h.conn.push(h.node)
		}
		s.faults.holding, s.faults.held = false, nil
	}
}

// Outdated refuses every client but people's phones as too old from its next connection on, or no longer.
func (s *Server) Outdated(is bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.outdated = is
}

// Oldest refuses clients but people's phones that say they are an older version of the app than this one, from their next connection on.
func (s *Server) Oldest(version ...uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.oldest = version
}

// Drop cuts the connections of a number's devices, as a broken network does. They may connect again at once.
func (s *Server) Drop(number string) {
	s.each(number, func(d *device) { d.conn.cut() })
}

// Replace tells a number's linked devices that another client uses their keys, and disconnects them.
func (s *Server) Replace(number string) {
	s.each(number, func(d *device) {
		if d.id != 0 {
			d.conn.end(replaced())
		}
	})
}

// LogOut removes all of a number's linked devices, as its owner does on the phone.
func (s *Server) LogOut(number string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.account(number).sorted() {
		if d.id != 0 {
			if d.conn != nil {
				d.conn.end(removed())
			}
			s.remove(d)
		}
	}
}

// remove ends a device. The caller holds mu.
func (s *Server) remove(d *device) {
	delete(d.account.devices, d.id)
	s.devicesChanged(d, "remove")
	s.changed.Broadcast()
}

// Ban keeps a number's devices out for that many seconds of the server's clock, and disconnects them; 0 lets them in
// again. That is WhatsApp's temporary ban, for sending to too many people.
func (s *Server) Ban(number string, seconds int) {
	s.mu.Lock()
	s.account(number).banEnds = s.now().Add(time.Duration(seconds) * time.Second)
	s.mu.Unlock()
	if seconds > 0 {
		s.Drop(number)
	}
}

// Block ends a number for good, as WhatsApp does to what it takes for spam: its devices are told so when they connect.
func (s *Server) Block(number string) {
	s.mu.Lock()
	s.account(number).banned = true
	s.mu.Unlock()
	s.Drop(number)
}

// each calls do for a number's connected devices.
func (s *Server) each(number string, do func(*device)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.account(number).sorted() {
		if d.conn != nil {
			do(d)
		}
	}
}

// Connected counts the connections of a number's devices.
func (s *Server) Connected(number string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connected(digits(number))
}

func (s *Server) connected(number string) int {
	total := 0
	for c := range s.conns {
		if c.number == number {
			total++
		}
	}
	return total
}

// Gone waits until none of a number's devices is connected. It fails the test when one stays.
func (s *Server) Gone(t testing.TB, number string) {
	t.Helper()
	ctx, cancel := deadline(s.ctx, t)
	defer cancel()
	err := s.wait(ctx, func() bool { return s.connected(digits(number)) == 0 })
	if err != nil {
		t.Fatalf("a device is still connected: %v", err)
	}
}

// answerLogOut is a device that removes itself: it hangs up when it has the answer.
func (s *Server) answerLogOut(c *conn, n *node) {
	request := n.GetChildByTag("remove-companion-device")
	d := s.device(address(&request, "jid"))
	if d == nil || d.account != c.dev.account || d.id == 0 {
		c.refuse(n, 400, "bad-request")
		return
	}
	c.result(n)
	s.remove(d)
}
