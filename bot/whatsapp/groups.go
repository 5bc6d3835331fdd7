package whatsapp

import (
	"context"
	"sync"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"github.com/buurtbode/buurtbode/messages"
)

// group is what the bot needs to know of a group.
type group struct {
	title    string
	admins   map[string]bool // users by number and by hidden id
	timer    time.Duration   // how long messages stay; 0: for good
	announce bool            // only administrators may write
	byNumber bool            // its members go by their numbers there, not by their hidden ids
}

// admin tells whether who has these two addresses, of which one may be unknown, is an administrator.
func (g group) admin(one, other types.JID) bool {
	return g.admins[one.User] || g.admins[other.User]
}

// groupCache remembers groups until a notification says that one changed.
type groupCache struct {
	mu      sync.Mutex
	groups  map[types.JID]group
	changes int
}

func newGroupCache() *groupCache { return &groupCache{groups: map[types.JID]group{}} }

func (c *groupCache) forget(chat types.JID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.groups, chat)
	c.changes++
}

// now counts the changes so far.
func (c *groupCache) now() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.changes
}

func (c *groupCache) known(chat types.JID) (group, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g, ok := c.groups[chat]
	return g, ok
}

// keep gives what is needed of a group, and remembers it unless something changed since then.
func (c *groupCache) keep(info *types.GroupInfo, since int) group {
	g := group{title: info.Name, admins: map[string]bool{}, announce: info.IsAnnounce, byNumber: info.AddressingMode == types.AddressingModePN}
	if info.IsEphemeral {
		g.timer = time.Duration(info.DisappearingTimer) * time.Second
	}
	for _, p := range info.Participants {
		if p.IsAdmin || p.IsSuperAdmin {
			for _, j := range []types.JID{p.JID, p.LID, p.PhoneNumber} {
				if !j.IsEmpty() {
					g.admins[j.User] = true
				}
			}
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changes == since {
		c.groups[info.JID] = g
	}
	return g
}

// group is what is known of a group; WhatsApp is asked where nothing is.
func (w *WhatsApp) group(ctx context.Context, cli *whatsmeow.Client, chat types.JID) (group, error) {
	if g, ok := w.groups.known(chat); ok {
		return g, nil
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	since := w.groups.now()
	info, err := cli.GetGroupInfo(ctx, chat)
	if err != nil {
		return group{}, err
	}
	return w.groups.keep(info, since), nil
}

// joined says that the bot was added to a group.
func (h *handler) joined(e *events.JoinedGroup) bool {
	if e.IsParent { // a community: nobody writes there, but in its groups
		return true
	}
	h.w.groups.forget(e.JID)
	g := h.w.groups.keep(&e.GroupInfo, h.w.groups.now())
	in := messages.Inbound{
		ID: "join:" + e.GroupCreated.UTC().Format(time.RFC3339) + ":" + e.ParticipantVersionID, At: h.at(e.JID), Kind: messages.Group,
		Title: g.title, Event: messages.Added,
	}
	if e.Sender != nil {
		pn := types.EmptyJID
		if e.SenderPN != nil {
			pn = *e.SenderPN
		}
		in.From = h.person(*e.Sender, pn)
		in.From.ChatAdmin = g.admin(*e.Sender, pn) // in many groups anybody may add somebody
	}
	return h.hand(in)
}

// groupChanged forgets what was known of a group, and says so when the bot itself was removed from it.
func (h *handler) groupChanged(e *events.GroupInfo) bool {
	h.w.groups.forget(e.JID)
	removed := e.Delete != nil
	for _, j := range e.Leave {
		removed = removed || h.isMe(j)
	}
	added := false
	for _, j := range e.Join {
		added = added || h.isMe(j)
	}
	in := messages.Inbound{At: h.at(e.JID), Kind: messages.Group, SentAt: e.Timestamp.UTC()}
	switch {
	case removed:
		in.Event = messages.Removed
	case added:
		in.Event = messages.Added
		if g, err := h.w.group(h.ctx, h.cli, e.JID); err == nil {
			in.Title = g.title
		}
	default:
		return true
	}
	in.ID = string(in.Event) + ":" + e.Timestamp.UTC().Format(time.RFC3339) + ":" + e.ParticipantVersionID
	if e.Sender != nil {
		pn := types.EmptyJID
		if e.SenderPN != nil {
			pn = *e.SenderPN
		}
		in.From = h.person(*e.Sender, pn)
	}
	return h.hand(in)
}

func (h *handler) isMe(j types.JID) bool {
	switch j.Server {
	case types.HiddenUserServer:
		return j.User != "" && j.User == h.w.hidden().User
	case types.DefaultUserServer:
		return j.User == h.w.number
	}
	return false
}
