package whatsapptest

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"go.mau.fi/whatsmeow/types"
)

// group is a group chat. Its server is how its members are called in it: the LIDs' (hidden numbers) or the numbers'.
type group struct {
	jid       types.JID
	server    string
	subject   string
	creator   *account
	created   time.Time
	members   []*member
	announce  bool // only admins may write
	locked    bool // only admins may change the group
	ephemeral int  // seconds until messages disappear; 0: they stay
	topic     string
	topicID   string
	invite    string
	version   int // of the members
}

type member struct {
	account *account
	admin   bool
}

// GroupOption changes a group before it is made.
type GroupOption func(*group)

// Hidden makes a group that hides its members' numbers: it addresses them by LID, as WhatsApp's newer groups do. Without
// it, a group addresses them by number.
func Hidden() GroupOption { return func(g *group) { g.server = types.HiddenUserServer } }

// Announce makes a group in which only admins may write.
func Announce() GroupOption { return func(g *group) { g.announce = true } }

// Disappearing makes a group whose messages disappear after that long, in whole seconds.
func Disappearing(after time.Duration) GroupOption {
	return func(g *group) { g.ephemeral = int(after / time.Second) }
}

// Group makes a group of phones, of which the first made it and is its admin. Add adds others, such as the bot.
func (s *Server) Group(subject string, members []*Phone, options ...GroupOption) types.JID {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastID++
	g := &group{
		jid:    types.NewJID(fmt.Sprintf("1203630%011d", s.lastID), types.GroupServer),
		server: types.DefaultUserServer, subject: subject, created: s.now(), invite: fmt.Sprintf("INVITE%d", s.lastID),
	}
	for _, o := range options {
		o(g)
	}
	s.groups[g.jid] = g
	for i, p := range members {
		g.members = append(g.members, &member{account: p.account, admin: i == 0})
	}
	if len(members) > 0 {
		g.creator = members[0].account
	}
	for _, m := range g.members {
		s.tellCreated(g, m.account, g.creator, "new")
	}
	return g.jid
}

// find finds a member, or nil.
func (g *group) find(a *account) *member {
	for _, m := range g.members {
		if m.account == a {
			return m
		}
	}
	return nil
}

func (g *group) mode() string {
	if g.server == types.HiddenUserServer {
		return string(types.AddressingModeLID)
	}
	return string(types.AddressingModePN)
}

// hash is the group's devices as clients compare them.
func (g *group) hash() string {
	var all []types.JID
	for _, m := range g.members {
		all = append(all, m.account.addresses(g.server)...)
	}
	return participantHash(all)
}

// element describes a group, as answers and notifications hold it.
func (g *group) element() node {
	a := attrs{
		"id": g.jid.User, "subject": g.subject, "creation": g.created.Unix(), "s_t": g.created.Unix(),
		"addressing_mode": g.mode(), "size": strconv.Itoa(len(g.members)), "p_v_id": strconv.Itoa(g.version),
		"a_v_id": "1",
	}
	if g.creator != nil {
		a["creator"], a["s_o"] = g.creator.as(g.server), g.creator.as(g.server)
		if g.server == types.HiddenUserServer {
			a["creator_pn"], a["s_o_pn"] = g.creator.pn, g.creator.pn
		}
	}
	var content []node
	for _, m := range g.members {
		content = append(content, g.participant(m))
	}
	if g.topic != "" {
		content = append(content, element("description", attrs{"id": g.topicID, "t": g.created.Unix()},
			leaf("body", []byte(g.topic))))
	}
	for _, flag := range []struct {
		is  bool
		tag string
	}{{g.announce, "announcement"}, {g.locked, "locked"}} {
		if flag.is {
			content = append(content, node{Tag: flag.tag})
		}
	}
	if g.ephemeral > 0 {
		content = append(content, element("ephemeral", attrs{"expiration": strconv.Itoa(g.ephemeral)}))
	}
	return element("group", a, content...)
}

// participant describes a member by both addresses.
func (g *group) participant(m *member) node {
	a := attrs{"jid": m.account.as(g.server)}
	if g.server == types.HiddenUserServer {
		a["phone_number"] = m.account.pn
	} else {
		a["lid"] = m.account.lid
	}
	if m.admin {
		a["type"] = "admin"
		if m.account == g.creator {
			a["type"] = "superadmin"
		}
	}
	return element("participant", a)
}

// toGroup gives each device of a group's members its copy of a message. It returns what the acknowledgement says, or the
// code of a refusal.
func (s *Server) toGroup(sender *device, g *group, n *node) (answer attrs, code string) {
	if g == nil {
		return nil, "404"
	}
	m := g.find(sender.account)
	if m == nil || g.announce && !m.admin {
		return nil, "403"
	}
	if only := address(n, "participant"); !only.IsEmpty() {
		if d := s.device(only); d != nil && g.find(d.account) != nil {
			s.deliver(d, s.inGroup(sender, g, n, n.GetChildrenByTag("enc")))
		}
		return nil, ""
	}
	keys := map[*device][]node{}
	participants := n.GetChildByTag("participants")
	for _, child := range participants.GetChildren() {
		if d := s.device(address(&child, "jid")); d != nil {
			keys[d] = child.GetChildren()
		}
	}
	everyone := n.GetChildrenByTag("enc")
	for _, m := range g.members {
		for _, d := range m.account.sorted() {
			if d != sender {
				s.deliver(d, s.inGroup(sender, g, n, slices.Concat(keys[d], everyone)))
			}
		}
	}
	answer = attrs{}
	if hash := g.hash(); text(n, "phash") != "" && text(n, "phash") != hash {
		answer["phash"] = hash
	}
	return answer, ""
}

// inGroup is a message as a device sees it in a group.
func (s *Server) inGroup(sender *device, g *group, n *node, encrypted []node) node {
	a := s.stamped(sender, n)
	a["from"], a["addressing_mode"] = g.jid, g.mode()
	nameParticipant(a, sender, g.server)
	return element("message", a, withRest(n, encrypted)...)
}
