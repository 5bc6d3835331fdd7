package whatsapp

import (
	"bytes"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"github.com/buurtbode/buurtbode/messages"
)

// reaction is an emoji under a message of the bot's; an empty one takes it away.
func (h *handler) reaction(r *waE2E.ReactionMessage) (in messages.Inbound, ok bool) {
	if r.GetKey().GetID() == "" || !h.mine(r.GetKey().GetFromMe(), r.GetKey().GetParticipant()) {
		return in, false
	}
	in.Event, in.Reaction, in.ReplyTo = messages.Reacted, r.GetText(), r.GetKey().GetID()
	return in, true
}

// mine tells whether a key in somebody else's message names a message of the bot's: in a group it says whose it is; in
// private, what isn't theirs is ours.
func (h *handler) mine(fromSender bool, participant string) bool {
	if fromSender {
		return false
	}
	if participant == "" {
		return true
	}
	by, err := types.ParseJID(participant)
	return err == nil && h.isMe(by.ToNonAD())
}

// sealedReaction is a reaction as some groups of communities have it: what it is about stands outside the seal.
func (h *handler) sealedReaction(e *events.Message) (in messages.Inbound, ok bool) {
	var r *waE2E.ReactionMessage
	err := h.asEither(e, func(e *events.Message) (err error) {
		r, err = h.cli.DecryptReaction(h.ctx, e)
		return err
	})
	if err != nil {
		h.w.log.Warn("a reaction could not be read", "cause", plain(err))
		return in, false
	}
	r.Key = e.Message.GetEncReactionMessage().GetTargetMessageKey()
	return h.reaction(r)
}

// vote is a vote in a poll of the bot's. It answers as a tap on the choice does; taken back, it says nothing. One in private that can't be
// read is something that the bot doesn't read: it asks to type the answer.
func (h *handler) vote(e *events.Message, from messages.Sender) (in messages.Inbound, ok bool) {
	about := e.Message.GetPollUpdateMessage().GetPollCreationMessageKey()
	if about.GetFromMe() || about.GetID() == "" { // a poll of their own
		return in, false
	}
	in.Other = true
	var v *waE2E.PollVoteMessage
	err := h.asEither(e, func(e *events.Message) (err error) {
		v, err = h.cli.DecryptPollVote(h.ctx, e)
		return err
	})
	if err != nil {
		h.w.log.Warn("a vote could not be read", "cause", plain(err))
		return in, h.answersVote(e)
	}
	if len(v.GetSelectedOptions()) == 0 {
		return in, false
	}
	chat := from.ID
	if e.Info.IsGroup {
		chat = h.at(e.Info.Chat).Chat
	}
	asked, _, found := h.w.cfg.Earlier(h.ctx, chat, about.GetID())
	if !found {
		return in, h.answersVote(e)
	}
	for _, c := range numbered(asked.Choices) {
		if c.Data != "" && bytes.Equal(whatsmeow.HashPollOptions([]string{c.Caption()})[0], v.GetSelectedOptions()[0]) {
			return messages.Inbound{Tapped: c.Data, TappedAt: about.GetID()}, true
		}
	}
	return in, h.answersVote(e)
}

// answersVote tells whether the bot says that it can't read a vote: to the person alone, and not while it stops, when nothing can be looked up.
func (h *handler) answersVote(e *events.Message) bool { return !e.Info.IsGroup && h.ctx.Err() == nil }

// asEither reads something that is sealed for its sender's address: the one that it came from, or the other one that the sender has.
func (h *handler) asEither(e *events.Message, read func(*events.Message) error) error {
	err := read(e)
	if err == nil {
		return nil
	}
	lid, number := h.pair(e.Info.Sender, e.Info.SenderAlt)
	for _, j := range []types.JID{lid, number} {
		if j.IsEmpty() || j == e.Info.Sender.ToNonAD() {
			continue
		}
		other := *e
		other.Info.Sender = j
		if read(&other) == nil {
			return nil
		}
	}
	return err
}
