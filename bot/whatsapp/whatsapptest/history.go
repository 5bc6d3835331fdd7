package whatsapptest

import (
	"bytes"
	"compress/zlib"
	"context"
	"fmt"
	"time"

	"go.mau.fi/libsignal/ecc"
	"go.mau.fi/libsignal/keys/identity"
	"go.mau.fi/libsignal/keys/prekey"
	"go.mau.fi/libsignal/session"
	"go.mau.fi/libsignal/util/optional"
	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/proto/waHistorySync"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// Reads shows the sender of messages of a chat that the phone's owner has read them.
func (p *Phone) Reads(chat types.JID, messages ...Message) {
	ctx, cancel := context.WithTimeout(p.s.ctx, patience)
	defer cancel()
	for _, m := range messages {
		if err := p.client.MarkRead(ctx, []types.MessageID{m.ID}, p.s.clock(), chat, m.From); err != nil {
			p.s.fatal("%s's phone can't tell that a message was read: %v", p.name, err)
		}
	}
}

// SharesHistory offers the phone's linked devices what was said before they were linked, as a phone does right after: a
// file, and a message to each device that tells where it is.
func (p *Phone) SharesHistory() {
	ctx, cancel := context.WithTimeout(p.s.ctx, patience)
	defer cancel()
	notice, err := p.uploadHistory(ctx)
	if err != nil {
		p.s.fatal("%s's phone can't share its history: %v", p.name, err)
		return
	}
	message := &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
		Type: waE2E.ProtocolMessage_HISTORY_SYNC_NOTIFICATION.Enum(), HistorySyncNotification: notice,
	}}
	p.s.mu.Lock()
	devices := map[types.JID]*prekey.Bundle{}
	for _, d := range p.account.sorted() {
		if d.id != 0 {
			devices[d.pn()] = d.keys()
		}
	}
	p.s.mu.Unlock()
	for jid, keys := range devices {
		lid := p.LID()
		lid.Device = jid.Device
		builder := session.NewBuilderFromSignal(p.client.Store, lid.SignalAddress(), store.SignalProtobufSerializer)
		err := builder.ProcessBundle(ctx, keys)
		if err == nil {
			_, err = p.client.SendMessage(ctx, jid, message, whatsmeow.SendRequestExtra{Peer: true})
		}
		if err != nil {
			p.s.fatal("%s's phone can't share its history: %v", p.name, err)
		}
	}
}

// keys is what is needed to begin a session with a device, without a one-time key. The caller holds mu.
func (d *device) keys() *prekey.Bundle {
	return prekey.NewBundle(d.registration, uint32(d.id), optional.NewEmptyUint32(), d.signed.id, nil,
		ecc.NewDjbECPublicKey([32]byte(d.signed.public)), [64]byte(d.signed.signature),
		identity.NewKey(ecc.NewDjbECPublicKey(d.identity)))
}

func (p *Phone) uploadHistory(ctx context.Context) (*waE2E.HistorySyncNotification, error) {
	history, err := proto.Marshal(&waHistorySync.HistorySync{
		SyncType: waHistorySync.HistorySync_RECENT.Enum(),
		Conversations: []*waHistorySync.Conversation{{
			ID: proto.String(p.PN().String()), LastMsgTimestamp: proto.Uint64(uint64(p.s.clock().Add(-time.Hour).Unix())),
		}},
	})
	if err != nil {
		return nil, fmt.Errorf("write the history: %w", err)
	}
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	if _, err := w.Write(history); err != nil {
		return nil, fmt.Errorf("pack the history: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pack the history: %w", err)
	}
	up, err := p.client.Upload(ctx, packed.Bytes(), whatsmeow.MediaHistory)
	if err != nil {
		return nil, err
	}
	return &waE2E.HistorySyncNotification{
		FileSHA256: up.FileSHA256, FileLength: &up.FileLength, MediaKey: up.MediaKey, FileEncSHA256: up.FileEncSHA256,
		DirectPath: &up.DirectPath, SyncType: waE2E.HistorySyncType_RECENT.Enum(),
	}, nil
}
