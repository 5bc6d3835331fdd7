package whatsapptest

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"go.mau.fi/libsignal/ecc"
	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waAdv"
	"go.mau.fi/whatsmeow/proto/waWa6"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// refs is how many QR codes a client gets to show, one after the other.
const refs = 6

// Errors of pairing.
var (
	ErrNoSuchCode = errors.New("no client shows that code")
	ErrWrongCode  = errors.New("the code is wrong")
	ErrRefused    = errors.New("the client didn't accept the pairing")
)

// pairing is a client that wants to be linked to a number. It is guarded by the server's mu.
type pairing struct {
	conn         *conn
	refs         []string
	identity     [32]byte
	registration uint32
	signed       preKey

	code    *codePairing // nil: it didn't ask for a code to enter
	request string       // the id of the stanza that told it of its number
	account *account     // whose device it becomes
	id      uint16
	vouched *waAdv.ADVSignedDeviceIdentity
	done    bool
	err     error
}

// enterPairing gives a client without a number the codes to show. The caller holds mu.
func (s *Server) enterPairing(c *conn, payload *waWa6.ClientPayload) {
	data := payload.GetDevicePairingData()
	if len(data.GetEIdent()) != 32 || len(data.GetERegid()) != 4 || len(data.GetESkeyID()) != 3 {
		s.complain("a client that wants to be linked has incomplete keys")
		c.end(failure(400))
		return
	}
	p := &pairing{
		conn: c, identity: [32]byte(data.GetEIdent()), registration: binary.BigEndian.Uint32(data.GetERegid()),
		signed: preKey{
			id:     binary.BigEndian.Uint32(append([]byte{0}, data.GetESkeyID()...)),
			public: data.GetESkeyVal(), signature: data.GetESkeySig(),
		},
	}
	c.pairing = p
	var list []node
	for range refs {
		ref := "2@" + s.newID()
		p.refs = append(p.refs, ref)
		s.pairings[ref] = p
		list = append(list, leaf("ref", []byte(ref)))
	}
	c.push(element("iq", attrs{"from": types.ServerJID, "type": "set", "id": s.newID(), "xmlns": "md"},
		element("pair-device", nil, list...)))
}

// drop forgets a client that has gone. The caller holds mu.
func (p *pairing) drop(s *Server) {
	for _, ref := range p.refs {
		delete(s.pairings, ref)
	}
	if !p.done && p.err == nil {
		p.err = errors.New("the client hung up")
	}
}

// receivePairing takes what a client says before it is linked. The caller holds mu.
func (s *Server) receivePairing(c *conn, n *node) {
	p := c.pairing
	if p == nil {
		s.unknown(c, n)
		return
	}
	switch text(n, "type") {
	case "result":
		if signed, ok := n.GetOptionalChildByTag("pair-device-sign", "device-identity"); ok && text(n, "id") == p.request {
			s.finishPairing(p, bytesOf(signed))
		}
	case "error":
		p.err = ErrRefused
	default:
		switch registration, ok := n.GetOptionalChildByTag("link_code_companion_reg"); {
		case ok:
			s.receiveCodePairing(c, n, &registration)
		case text(n, "xmlns") == "w:p":
			s.answerPing(c, n)
		default:
			s.unknown(c, n)
		}
	}
}

// offer tells a client which number it is going to be linked to, as the number's phone vouches for it, and waits until
// it agrees. secret is what only the phone and the client know.
func (s *Server) offer(ctx context.Context, p *pairing, number string, secret []byte) error {
	s.mu.Lock()
	a := s.account(number)
	if a.devices[0] == nil {
		a.silentPhone()
	}
	if a.lastID >= maxDevice {
		s.mu.Unlock()
		return errors.New("the number has too many devices")
	}
	p.account, p.id, p.request = a, a.nextID(), s.newID()
	p.vouched = a.vouch(p.identity, p.id)
	err := s.pushOffer(p, secret)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	if err := s.wait(ctx, func() bool { return p.done || p.err != nil }); err != nil {
		return fmt.Errorf("wait for the client: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return p.err
}

func (s *Server) pushOffer(p *pairing, secret []byte) error {
	details, err := proto.Marshal(p.vouched)
	if err != nil {
		return fmt.Errorf("write the device's identity: %w", err)
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write(details)
	identity, err := proto.Marshal(&waAdv.ADVSignedDeviceIdentityHMAC{Details: details, HMAC: mac.Sum(nil)})
	if err != nil {
		return fmt.Errorf("write the device's identity: %w", err)
	}
	pn, lid := p.account.pn, p.account.lid
	pn.Device, lid.Device = p.id, p.id
	p.conn.push(element("iq", attrs{"from": types.ServerJID, "type": "set", "id": p.request, "xmlns": "md"},
		element("pair-success", nil,
			leaf("device-identity", identity),
			element("device", attrs{"jid": pn, "lid": lid}),
			element("platform", attrs{"name": Platform}),
		)))
	return nil
}

// finishPairing checks the client's own signature, makes it a device of the number, and has it connect as that. The
// caller holds mu.
func (s *Server) finishPairing(p *pairing, signed []byte) {
	var identity waAdv.ADVSignedDeviceIdentity
	if err := proto.Unmarshal(signed, &identity); err != nil || len(identity.GetDeviceSignature()) != 64 {
		p.err = ErrRefused
		return
	}
	message := join(whatsmeow.AdvDeviceSignaturePrefix, p.vouched.GetDetails(), p.identity[:], p.account.key.Pub[:])
	key := ecc.NewDjbECPublicKey(p.identity)
	if !ecc.VerifySignature(key, message, [64]byte(identity.GetDeviceSignature())) {
		p.err = errors.New("the client's signature is wrong")
		return
	}
	d := s.addDevice(p.account, p.id, p.conn.noise, p.identity)
	d.registration, d.signed = p.registration, p.signed
	p.done = true
	p.conn.end(element("stream:error", attrs{"code": "515"}))
}
