package whatsapptest

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/util/keys"
)

// account is a number on WhatsApp: its two addresses, and its devices. Device 0 is the phone; the others are linked to
// it, and its key signs theirs.
type account struct {
	pn, lid types.JID // without a device
	name    string    // as others see it; "": they see the number
	about   string
	key     *keys.KeyPair // the phone's identity key
	devices map[uint16]*device
	lastID  uint16
	askers  map[*account]bool // who knows the devices, and hears when they change
	blocked map[types.JID]bool
	wrote   map[*account]bool // to whom, in private
	privacy map[string]string
	banEnds time.Time
	banned  bool // for good
}

// device is one client of a number.
type device struct {
	account      *account
	id           uint16
	noise        [32]byte // its static key in the handshake
	registration uint32
	identity     [32]byte
	signed       preKey
	oneTime      []preKey
	silent       *keys.KeyPair // its identity when no client will ever connect as it; its other keys are made when asked for
	person       bool          // a Phone's
	conn         *conn         // nil: offline
	queue        []*waiting    // what it hasn't confirmed
	available    bool          // it said so
}

// digits leaves only the digits of a number.
func digits(number string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
}

// account finds or adds a number. The caller holds mu.
func (s *Server) account(number string) *account {
	number = digits(number)
	if a := s.accounts[number]; a != nil {
		return a
	}
	a := &account{
		pn:  types.NewJID(number, types.DefaultUserServer),
		lid: types.NewJID(lidOf(number), types.HiddenUserServer),
		key: keys.NewKeyPair(), devices: map[uint16]*device{}, askers: map[*account]bool{},
		blocked: map[types.JID]bool{}, wrote: map[*account]bool{}, privacy: map[string]string{},
	}
	s.accounts[number] = a
	s.lids[a.lid.User] = a
	return a
}

// lidOf makes an address that doesn't show the number: fifteen digits that follow from it, so that a program which
// remembers them finds the same after the server started again.
func lidOf(number string) string {
	const lowest, count = 1e14, 9e14
	sum := sha256.Sum256([]byte("lid of " + number))
	return strconv.FormatUint(lowest+binary.BigEndian.Uint64(sum[:])%count, 10)
}

// PN is the address that shows a number, and LID the one that hides it. Both are without a device.
func (s *Server) PN(number string) types.JID {
	return types.NewJID(digits(number), types.DefaultUserServer)
}

// LID is the address that hides a number.
func (s *Server) LID(number string) types.JID {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.accounts[digits(number)]; a != nil {
		return a.lid
	}
	return types.NewJID(lidOf(digits(number)), types.HiddenUserServer)
}

// find finds the account of an address of a person, or nil. The caller holds mu.
func (s *Server) find(jid types.JID) *account {
	switch jid.Server {
	case types.DefaultUserServer, types.LegacyUserServer:
		return s.accounts[digits(jid.User)]
	case types.HiddenUserServer:
		return s.lids[jid.User]
	default:
		return nil
	}
}

// device finds the device of an address, or nil. The caller holds mu.
func (s *Server) device(jid types.JID) *device {
	a := s.find(jid)
	if a == nil {
		return nil
	}
	return a.devices[jid.Device]
}

// as is the account's address on a server: the LID on lid, the number elsewhere.
func (a *account) as(server string) types.JID {
	if server == types.HiddenUserServer {
		return a.lid
	}
	return a.pn
}

// sorted lists the devices by id.
func (a *account) sorted() []*device {
	var list []*device
	for _, id := range slices.Sorted(maps.Keys(a.devices)) {
		list = append(list, a.devices[id])
	}
	return list
}

// pn is the device's address that shows the number.
func (d *device) pn() types.JID { return d.as(types.DefaultUserServer) }

// as is the device's address on a server.
func (d *device) as(server string) types.JID {
	jid := d.account.as(server)
	jid.Device = d.id
	return jid
}

// silentPhone gives an account a phone that no client will ever connect as: others encrypt for it, and what they send it
// is dropped. The caller holds mu.
func (a *account) silentPhone() {
	a.devices[0] = &device{account: a, identity: *a.key.Pub, registration: 1, silent: a.key}
}

// hide leaves out an attribute that is empty, for which the codec has no form.
func hide(a attrs, name, value string) {
	if value != "" {
		a[name] = value
	}
}
