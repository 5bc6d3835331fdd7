package whatsapptest

import (
	"maps"
	"slices"
	"strconv"

	"go.mau.fi/whatsmeow/types"
)

// answerAbout keeps the line that a person's profile shows.
func (s *Server) answerAbout(c *conn, n *node) {
	c.dev.account.about = string(bytesOf(n.GetChildByTag("status")))
	c.result(n)
}

// About is the line that a number's profile shows.
func (s *Server) About(number string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.account(number).about
}

// answerPicture: nobody here has a picture.
func (s *Server) answerPicture(c *conn, n *node) { c.refuse(n, 404, "item-not-found") }

// answerSetPicture takes a new picture and forgets it.
func (s *Server) answerSetPicture(c *conn, n *node) {
	c.result(n, element("picture", attrs{"id": strconv.FormatInt(s.now().UnixMilli(), 10)}))
}

// answerPrivacy tells a person's privacy settings. WhatsApp's default for all of them is "all".
func (s *Server) answerPrivacy(c *conn, n *node) {
	settings := map[string]string{}
	for _, name := range []types.PrivacySettingType{
		types.PrivacySettingTypeGroupAdd, types.PrivacySettingTypeLastSeen, types.PrivacySettingTypeStatus,
		types.PrivacySettingTypeProfile, types.PrivacySettingTypeReadReceipts, types.PrivacySettingTypeOnline,
		types.PrivacySettingTypeCallAdd,
	} {
		settings[string(name)] = string(types.PrivacySettingAll)
	}
	maps.Copy(settings, c.dev.account.privacy)
	var list []node
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		list = append(list, element("category", attrs{"name": name, "value": settings[name]}))
	}
	c.result(n, element("privacy", nil, list...))
}

func (s *Server) answerSetPrivacy(c *conn, n *node) {
	privacy := n.GetChildByTag("privacy")
	for _, child := range privacy.GetChildren() {
		c.dev.account.privacy[text(&child, "name")] = text(&child, "value")
	}
	c.result(n)
}

// answerBlocklist lists whom a person blocked.
func (s *Server) answerBlocklist(c *conn, n *node) {
	var list []node
	for jid := range c.dev.account.blocked {
		list = append(list, element("item", attrs{"jid": jid}))
	}
	c.result(n, element("list", attrs{"dhash": strconv.Itoa(len(list))}, list...))
}

// answerBlock blocks somebody, or no longer.
func (s *Server) answerBlock(c *conn, n *node) {
	item := n.GetChildByTag("item")
	if text(&item, "action") == "block" {
		c.dev.account.blocked[address(&item, "jid")] = true
	} else {
		delete(c.dev.account.blocked, address(&item, "jid"))
	}
	s.answerBlocklist(c, n)
}
