package whatsapp

import (
	"context"

	"go.mau.fi/whatsmeow/types"

	"github.com/buurtbode/buurtbode/messages"
)

// at is a chat as an address. A person's chat goes by the hidden id (LID), whatever it came from: the number and the
// hidden id are one person, and one private chat.
func (h *handler) at(chat types.JID) messages.Address {
	return messages.Address{Platform: name, Account: h.w.Account(), Chat: chat.ToNonAD().String()}
}

// person is who has these two addresses, of which one may be unknown; nobody where both are. The name is not filled in.
func (h *handler) person(one, other types.JID) messages.Sender {
	lid, number := h.pair(one, other)
	switch {
	case lid.IsEmpty():
		return messages.Sender{ID: number.String()}
	case number.IsEmpty():
		return messages.Sender{ID: lid.String()}
	}
	return messages.Sender{ID: lid.String(), Alias: number.String()}
}

// pair sorts a person's two addresses, and looks up the one that didn't come with the message.
func (h *handler) pair(one, other types.JID) (lid, number types.JID) {
	for _, j := range []types.JID{one.ToNonAD(), other.ToNonAD()} {
		switch j.Server {
		case types.HiddenUserServer, types.HostedLIDServer:
			lid = types.NewJID(j.User, types.HiddenUserServer)
		case types.DefaultUserServer, types.HostedServer: // a business's own computers speak for its number
			number = types.NewJID(j.User, types.DefaultUserServer)
		}
	}
	ctx, cancel := context.WithTimeout(h.ctx, answerTime)
	defer cancel()
	switch {
	case lid.IsEmpty() && !number.IsEmpty():
		found, err := h.cli.Store.LIDs.GetLIDForPN(ctx, number)
		if err == nil && found.IsEmpty() {
			found = h.ask(ctx, number)
		}
		lid = found.ToNonAD()
	case number.IsEmpty() && !lid.IsEmpty():
		if found, err := h.cli.Store.LIDs.GetPNForLID(ctx, lid); err == nil {
			number = found.ToNonAD()
		}
	}
	if lid.Server == "" {
		lid = types.EmptyJID
	}
	if number.Server == "" {
		number = types.EmptyJID
	}
	return lid, number
}

// ask asks WhatsApp for the hidden id of a number; empty: it has none, or doesn't say.
func (h *handler) ask(ctx context.Context, number types.JID) types.JID {
	info, err := h.cli.GetUserInfo(ctx, []types.JID{number})
	if err != nil {
		return types.EmptyJID
	}
	return info[number].LID
}
