package whatsapptest

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"fmt"

	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// optionHash is how a vote names an option.
func optionHash(option string) string {
	sum := sha256.Sum256([]byte(option))
	return string(sum[:])
}

// Votes chooses options of a poll that the phone got; none takes the vote back.
func (p *Phone) Votes(poll types.MessageID, options ...string) types.MessageID {
	p.s.mu.Lock()
	info := p.polls[poll]
	p.s.mu.Unlock()
	if info == nil {
		p.s.fatal("%s's phone has no such poll", p.name)
		return ""
	}
	vote := &waE2E.PollVoteMessage{}
	for _, o := range options {
		vote.SelectedOptions = append(vote.SelectedOptions, []byte(optionHash(o)))
	}
	update, err := p.sealVote(info, vote)
	if err != nil {
		p.s.fatal("%s's phone can't vote: %v", p.name, err)
		return ""
	}
	return p.send(info.Chat, &waE2E.Message{PollUpdateMessage: update})
}

// sealVote encrypts a vote with the poll's secret for the voter's address in that chat: phones vote by LID where they are
// called so. whatsmeow's own EncryptPollVote always takes the number, and can then not be read in such a chat.
func (p *Phone) sealVote(info *types.MessageInfo, vote *waE2E.PollVoteMessage) (*waE2E.PollUpdateMessage, error) {
	ctx, cancel := context.WithTimeout(p.s.ctx, patience)
	defer cancel()
	secret, author, err := p.client.Store.MsgSecrets.GetMessageSecret(ctx, info.Chat, info.Sender, info.ID)
	if err != nil {
		return nil, err
	}
	plain, err := proto.Marshal(vote)
	if err != nil {
		return nil, err
	}
	voter := p.in(info.Chat).String()
	use := info.ID + author.ToNonAD().String() + voter + "Poll Vote"
	key, err := hkdf.Key(sha256.New, secret, nil, use, 32)
	if err != nil {
		return nil, err
	}
	gcm, err := newGCM(key)
	if err != nil {
		return nil, err
	}
	iv := make([]byte, gcm.NonceSize())
	if _, err := rand.Read(iv); err != nil {
		return nil, err
	}
	about := &waCommon.MessageKey{
		RemoteJID: proto.String(info.Chat.String()), FromMe: proto.Bool(info.IsFromMe), ID: &info.ID,
	}
	if info.IsGroup {
		about.Participant = proto.String(info.Sender.ToNonAD().String())
	}
	return &waE2E.PollUpdateMessage{
		PollCreationMessageKey: about,
		Vote: &waE2E.PollEncValue{
			EncIV: iv, EncPayload: gcm.Seal(nil, iv, plain, fmt.Appendf(nil, "%s\x00%s", info.ID, voter)),
		},
		SenderTimestampMS: proto.Int64(p.s.clock().UnixMilli()),
	}, nil
}

// in is the phone's address as a chat sees it.
func (p *Phone) in(chat types.JID) types.JID {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.account.as(p.s.serverOf(chat))
}

// serverOf is the kind of address that people are called by in a chat. The caller holds mu.
func (s *Server) serverOf(chat types.JID) string {
	if g := s.groups[chat]; g != nil {
		return g.server
	}
	return chat.Server
}
