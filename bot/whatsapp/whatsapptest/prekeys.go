package whatsapptest

import (
	"encoding/binary"
	"strconv"

	"go.mau.fi/libsignal/ecc"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/util/keys"
)

// fewKeys is how many one-time keys are left when the server asks the device for more: fewer than whatsmeow's
// MinPreKeyCount, at which it uploads.
const fewKeys = 4

// preKey is a public key that others start an encrypted session with. Only the signed one has a signature.
type preKey struct {
	id        uint32
	public    []byte
	signature []byte
}

// Keys counts the one-time keys that a number's devices have left on the server.
func (s *Server) Keys(number string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	total := 0
	for _, d := range s.account(number).devices {
		total += len(d.oneTime)
	}
	return total
}

// answerKeyCount tells a device how many one-time keys it has left.
func (s *Server) answerKeyCount(c *conn, n *node) {
	c.result(n, element("count", attrs{"value": strconv.Itoa(len(c.dev.oneTime))}))
}

// answerUpload keeps a device's public keys.
func (s *Server) answerUpload(c *conn, n *node) {
	identity := bytesOf(n.GetChildByTag("identity"))
	registration := bytesOf(n.GetChildByTag("registration"))
	signed, ok := readPreKey(n.GetChildByTag("skey"))
	if string(identity) != string(c.dev.identity[:]) || len(registration) != 4 || !ok || len(signed.signature) != 64 {
		c.refuse(n, 400, "bad-request")
		return
	}
	c.dev.registration = binary.BigEndian.Uint32(registration)
	c.dev.signed = signed
	list := n.GetChildByTag("list")
	for _, child := range list.GetChildren() {
		if key, ok := readPreKey(child); ok {
			c.dev.offer(key)
		}
	}
	c.result(n)
}

// offer keeps a one-time key, once.
func (d *device) offer(key preKey) {
	for _, k := range d.oneTime {
		if k.id == key.id {
			return
		}
	}
	d.oneTime = append(d.oneTime, key)
}

// answerKeys hands out what is needed to encrypt for devices, and one one-time key of each.
func (s *Server) answerKeys(c *conn, n *node) {
	asked := n.GetChildByTag("key")
	var users []node
	for _, user := range asked.GetChildren() {
		jid := address(&user, "jid")
		d := s.device(jid)
		if d == nil {
			users = append(users, element("user", attrs{"jid": jid},
				element("error", attrs{"code": "404", "text": "item-not-found"})))
			continue
		}
		users = append(users, element("user", attrs{"jid": jid}, s.bundle(d)...))
	}
	c.result(n, element("list", nil, users...))
}

// bundle is the keys of a device, of which the one-time key is used up.
func (s *Server) bundle(d *device) []node {
	if d.silent != nil && d.signed.public == nil {
		key := d.silent.CreateSignedPreKey(1)
		d.signed = preKey{id: key.KeyID, public: key.Pub[:], signature: key.Signature[:]}
	}
	content := []node{
		leaf("registration", binary.BigEndian.AppendUint32(nil, d.registration)),
		leaf("type", []byte{ecc.DjbType}),
		leaf("identity", d.identity[:]),
		d.signed.element("skey"),
	}
	if len(d.oneTime) > 0 {
		content = append(content, d.oneTime[0].element("key"))
		d.oneTime = d.oneTime[1:]
		if len(d.oneTime) == fewKeys {
			s.deliver(d, element("notification", attrs{
				"from": types.ServerJID, "id": s.newID(), "type": "encrypt", "t": s.now().Unix(),
			}, element("count", attrs{"value": strconv.Itoa(fewKeys)})))
		}
	}
	return content
}

func (k preKey) element(tag string) node {
	id := binary.BigEndian.AppendUint32(nil, k.id)
	content := []node{leaf("id", id[1:]), leaf("value", k.public)}
	if k.signature != nil {
		content = append(content, leaf("signature", k.signature))
	}
	return element(tag, nil, content...)
}

func readPreKey(n node) (preKey, bool) {
	id := bytesOf(n.GetChildByTag("id"))
	key := preKey{public: bytesOf(n.GetChildByTag("value")), signature: bytesOf(n.GetChildByTag("signature"))}
	if len(id) != 3 || len(key.public) != 32 {
		return key, false
	}
	key.id = binary.BigEndian.Uint32(append([]byte{0}, id...))
	return key, true
}

// publicPart is what the server may know of a key.
func publicPart(k *keys.PreKey) preKey {
	p := preKey{id: k.KeyID, public: k.Pub[:]}
	if k.Signature != nil {
		p.signature = k.Signature[:]
	}
	return p
}
