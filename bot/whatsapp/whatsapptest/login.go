package whatsapptest

import (
	"slices"
	"strconv"

	"go.mau.fi/whatsmeow/proto/waWa6"
	"go.mau.fi/whatsmeow/types"
)

// Reasons of a <failure>, as whatsmeow's events.ConnectFailureReason has them.
const (
	failureLoggedOut = 401
	failureTempBan   = 402
	failureOutdated  = 405
	failureBanned    = 406
)

// enter lets a client in after its handshake, or not. The caller holds mu.
func (s *Server) enter(c *conn, payload *waWa6.ClientPayload) {
	a, d := s.claimed(c, payload)
	tooOld := s.faults.outdated || slices.Compare(version(payload), s.faults.oldest) < 0
	if tooOld && (d == nil || !d.person) {
		c.end(failure(failureOutdated))
		return
	}
	if payload.GetDevicePairingData() != nil {
		s.enterPairing(c, payload)
		return
	}
	if a != nil && a.banned {
		c.end(failure(failureBanned))
		return
	}
	if d == nil || d.silent != nil || d.noise != c.noise {
		c.end(failure(failureLoggedOut))
		return
	}
	if left := a.banEnds.Sub(s.now()); left > 0 {
		ban := failure(failureTempBan)
		ban.Attrs["code"] = strconv.Itoa(tooManyPeople)
		ban.Attrs["expire"] = strconv.Itoa(int(left.Seconds() + 1))
		c.end(ban)
		return
	}
	if old := d.conn; old != nil {
		old.dev = nil
		old.end(replaced())
	}
	c.dev, d.conn = d, c
	lid := d.as(types.HiddenUserServer)
	c.push(element("success", attrs{
		"t": s.now().Unix(), "lid": lid, "display_name": a.shown(), "creation": s.now().Unix(),
	}))
}

// claimed finds the number and the device that a client says it is; nil when there is none. The caller holds mu.
func (s *Server) claimed(c *conn, payload *waWa6.ClientPayload) (*account, *device) {
	if payload.GetDevicePairingData() != nil {
		return nil, nil
	}
	c.number = strconv.FormatUint(payload.GetUsername(), 10)
	a := s.accounts[c.number]
	if a == nil || payload.GetDevice() > maxDevice {
		return a, nil
	}
	return a, a.devices[uint16(payload.GetDevice())]
}

// version is what version of the app a client says it is.
func version(payload *waWa6.ClientPayload) []uint32 {
	v := payload.GetUserAgent().GetAppVersion()
	return []uint32{v.GetPrimary(), v.GetSecondary(), v.GetTertiary()}
}

// leave forgets a connection that has ended. The caller holds mu.
func (s *Server) leave(c *conn) {
	delete(s.conns, c)
	c.ending = true
	if c.dev != nil && c.dev.conn == c {
		c.dev.conn = nil
		c.dev.available = false
	}
	if c.pairing != nil {
		c.pairing.drop(s)
	}
	s.changed.Broadcast()
}

// maxDevice is the highest device that fits into an address on the wire.
const maxDevice = 255

func failure(reason int) node {
	return element("failure", attrs{"reason": strconv.Itoa(reason), "location": "loc"})
}

func replaced() node {
	return element("stream:error", nil, element("conflict", attrs{"type": "replaced"}))
}

func removed() node {
	return element("stream:error", attrs{"code": strconv.Itoa(failureLoggedOut)},
		element("conflict", attrs{"type": "device_removed"}))
}

// shown is the name that others see.
func (a *account) shown() string {
	if a.name == "" {
		return a.pn.User
	}
	return a.name
}
