package whatsapptest

import (
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.mau.fi/whatsmeow/types"
)

// answerUsync tells about people: which devices they have, their other address, whether a number is on WhatsApp.
func (s *Server) answerUsync(c *conn, n *node) {
	usync := n.GetChildByTag("usync")
	query, list := usync.GetChildByTag("query"), usync.GetChildByTag("list")
	var users []node
	for _, user := range list.GetChildren() {
		jid := address(&user, "jid")
		number := bytesOf(user.GetChildByTag("contact"))
		if jid.IsEmpty() {
			jid = s.PN(string(number))
		}
		a := s.find(jid)
		var content []node
		for _, asked := range query.GetChildren() {
			if part, ok := s.about(c, a, jid, asked.Tag, number); ok {
				content = append(content, part)
			}
		}
		users = append(users, element("user", attrs{"jid": jid}, content...))
	}
	a := attrs{}
	copyAttrs(a, &usync, "sid", "mode", "last", "index", "context")
	c.result(n, element("usync", a, element("list", nil, users...)))
}

// about answers one thing that was asked about one person. a is nil when nobody has that address.
func (s *Server) about(c *conn, a *account, jid types.JID, what string, number []byte) (node, bool) {
	if what == "contact" {
		is := "out"
		if a != nil {
			is = "in"
		}
		return node{Tag: "contact", Attrs: attrs{"type": is}, Content: number}, true
	}
	if a == nil {
		return node{}, false
	}
	switch what {
	case "devices":
		a.askers[c.dev.account] = true
		var devices []node
		for _, d := range a.sorted() {
			devices = append(devices, element("device", attrs{"id": strconv.Itoa(int(d.id)), "is_hosted": "false"}))
		}
		return element("devices", nil, element("device-list", attrs{"hash": participantHash(a.addresses(jid.Server))},
			devices...)), true
	case "lid":
		return element("lid", attrs{"val": a.lid}), true
	case "status":
		return leaf("status", []byte(a.about)), true
	case "business", "picture":
		return node{}, false // nobody here has one
	default:
		s.complain("the stand-in for WhatsApp doesn't know the question <%s> about a person", what)
		return node{}, false
	}
}

// addresses lists the addresses of an account's devices on a server.
func (a *account) addresses(server string) []types.JID {
	var list []types.JID
	for _, d := range a.sorted() {
		list = append(list, d.as(server))
	}
	return list
}

// participantHash is how clients and server compare lists of devices: the second version of WhatsApp's "phash".
func participantHash(devices []types.JID) string {
	var list []string
	for _, d := range devices {
		list = append(list, d.ADString())
	}
	slices.Sort(list)
	sum := sha256.Sum256([]byte(strings.Join(list, "")))
	return "2:" + base64.RawStdEncoding.EncodeToString(sum[:6])
}

// devicesChanged tells everyone who knows an account's devices that one was added or removed. The caller holds mu.
func (s *Server) devicesChanged(d *device, change string) {
	a := d.account
	for asker := range a.askers {
		n := element("notification", attrs{"from": a.pn, "t": s.now().Unix()}, s.deviceChange(d, asker, change))
		n.Attrs["type"] = "devices"
		if asker == a {
			n.Attrs["type"] = "account_sync"
		} else {
			n.Attrs["lid"] = a.lid
		}
		for _, other := range asker.sorted() {
			if other == d {
				continue
			}
			n.Attrs = maps.Clone(n.Attrs)
			n.Attrs["id"] = s.newID()
			s.deliver(other, n)
		}
	}
}

// deviceChange says that a device was added or removed: to others which one it is, to its owner which there are now.
func (s *Server) deviceChange(d *device, asker *account, change string) node {
	a := d.account
	hash := participantHash(a.addresses(types.DefaultUserServer))
	if asker == a {
		var all []node
		for _, jid := range a.addresses(types.DefaultUserServer) {
			all = append(all, element("device", attrs{"jid": jid, "key-index": strconv.Itoa(int(jid.Device))}))
		}
		return element("devices", attrs{"dhash": hash}, all...)
	}
	return element(change, attrs{
		"device_hash": hash, "device_lid_hash": participantHash(a.addresses(types.HiddenUserServer)),
	}, element("device", attrs{"jid": d.pn(), "lid": d.as(types.HiddenUserServer)}))
}
