package whatsapptest

import "context"

// Forgets loses the keys with which the phone reads what another sends, as a phone does that was restored from a backup:
// it asks for the next message again, and gets it with new keys.
func (p *Phone) Forgets(other *Phone) {
	ctx, cancel := context.WithTimeout(p.s.ctx, patience)
	defer cancel()
	for _, user := range []string{other.PN().SignalAddressUser(), other.LID().SignalAddressUser()} {
		if err := p.client.Store.Sessions.DeleteAllSessions(ctx, user); err != nil {
			p.s.fatal("%s's phone can't forget: %v", p.name, err)
		}
	}
	p.s.mu.Lock()
	var groups []string
	for jid, g := range p.s.groups {
		if g.find(p.account) != nil {
			groups = append(groups, jid.String())
		}
	}
	p.s.mu.Unlock()
	for _, g := range groups {
		for _, address := range []string{other.PN().SignalAddress().String(), other.LID().SignalAddress().String()} {
			if err := p.client.Store.SenderKeys.PutSenderKey(ctx, g, address, []byte{}); err != nil {
				p.s.fatal("%s's phone can't forget: %v", p.name, err)
			}
		}
	}
}
