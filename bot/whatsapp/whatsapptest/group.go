package whatsapptest

import (
	"fmt"
	"strconv"
	"time"

	"go.mau.fi/whatsmeow/types"
)

// group is a group chat. Its server is how its members are called in it: the LIDs' (hidden numbers) or the numbers'.
type group struct {
	s         *Server
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
	version   int  // of the members
	anonymous bool // with hidden numbers: nobody is told them
}

type member struct {
	account *account
	admin   bool
}

// GroupPart is what a group is made with: a *Phone or Member, which are its members in that order, or a setting.
type GroupPart interface {
	part(g *group)
}

type groupPart func(g *group)

func (p groupPart) part(g *group) { p(g) }

// part makes the phone's owner a member.
func (p *Phone) part(g *group) { g.join(p.account) }

// Member makes a number a member, such as the bot's.
func Member(number string) GroupPart {
	return groupPart(func(g *group) { g.join(g.s.account(number)) })
}

// Hidden makes a group that hides its members' numbers: it addresses them by LID, as WhatsApp's newer groups do. Without
// it, a group addresses them by number.
func Hidden() GroupPart { return groupPart(func(g *group) { g.server = types.HiddenUserServer }) }

// Anonymous makes a group that hides its members' numbers from everyone, also from those who are in it: nothing tells
// which number belongs to an address, as where WhatsApp keeps numbers private.
func Anonymous() GroupPart {
	return groupPart(func(g *group) { g.server, g.anonymous = types.HiddenUserServer, true })
}

// Announce makes a group in which only admins may write.
func Announce() GroupPart { return groupPart(func(g *group) { g.announce = true }) }

// Disappearing makes a group whose messages disappear after that long, in whole seconds.
func Disappearing(after time.Duration) GroupPart {
	return groupPart(func(g *group) { g.ephemeral = int(after / time.Second) })
}

// Crowd adds n members with silent phones: others encrypt for them, but nobody reads there.
func Crowd(n int) GroupPart {
	return groupPart(func(g *group) {
		for range n {
			g.s.lastSilent++
			a := g.s.account(fmt.Sprintf("3197%08d", g.s.lastSilent))
			a.silentPhone()
			g.join(a)
		}
	})
}

// Group makes a group. The first member made it, and is its admin; all members are told.
//
//	server.Group("Beheerders Lisse", anna, bert, whatsapptest.Member(bot), whatsapptest.Hidden())
func (s *Server) Group(subject string, parts ...GroupPart) types.JID {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.newGroup(subject)
	for _, p := range parts {
		p.part(g)
	}
	s.found(g)
	return g.jid
}

func (s *Server) newGroup(subject string) *group {
	s.lastGroup++
	return &group{
		s: s, jid: types.NewJID(fmt.Sprintf("1203630%011d", s.lastGroup), types.GroupServer),
		server: types.DefaultUserServer, subject: subject, created: s.now(), invite: fmt.Sprintf("INVITE%d", s.lastGroup),
	}
}

// found adds a new group and tells its members, of whom the first made it.
func (s *Server) found(g *group) {
	s.groups[g.jid] = g
	if len(g.members) > 0 {
		g.creator, g.members[0].admin = g.members[0].account, true
	}
	s.tellCreated(g, g.creator, "new", g.everyone())
}

func (g *group) join(a *account) *member {
	if m := g.find(a); m != nil {
		return m
	}
	m := &member{account: a}
	g.members = append(g.members, m)
	return m
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
			g.reveal(a, g.creator, "creator_pn", "s_o_pn")
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
	if g.announce {
		content = append(content, node{Tag: "announcement"})
	}
	if g.locked {
		content = append(content, node{Tag: "locked"})
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
		g.reveal(a, m.account, "phone_number")
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

// reveal adds a person's number to what tells of them, unless the group keeps numbers private.
func (g *group) reveal(a attrs, person *account, names ...string) {
	for _, name := range names {
		if !g.anonymous {
			a[name] = person.pn
		}
	}
}

// name says which device of a member did something, by both addresses of its owner.
func (g *group) name(a attrs, d *device) {
	a["participant"] = d.as(g.server)
	if g.server == types.HiddenUserServer {
		g.reveal(a, d.account, "participant_pn")
		return
	}
	a["participant_lid"] = d.account.lid
}
