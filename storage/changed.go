package storage

import (
	"errors"
	"fmt"

	"github.com/buurtbode/buurtbode/messages"
)

// History is what became of a message after it was sent.
type History struct {
	SentAt    int64 // UTC milliseconds: when it went out first, whatever changed since; 0: that isn't written down yet
	Withdrawn bool  // it was taken back, or that is on its way
}

// HistoryOf finds out what became of a message of the bot's in a chat, by the platform's id.
func (tx *Tx) HistoryOf(chat int64, message string) (History, error) {
	var h History
	err := tx.db.Raw(`SELECT COALESCE(MIN(done_at), 0) FROM deliveries WHERE chat_id = ? AND message_id = ? AND state = ?`, chat, message, SentState).Scan(&h.SentAt).Error
	if err != nil {
		return h, wrap(err, "when a message was sent")
	}
	var n int64
	err = tx.db.Raw(`SELECT COUNT(*) FROM deliveries WHERE chat_id = ? AND action = ? AND state IN (?, ?, ?)
		AND (target_message = ? OR reply_to IN (SELECT id FROM deliveries WHERE chat_id = ? AND message_id = ?))`,
		chat, messages.Withdraw, Queued, Sending, SentState, message, chat, message).Scan(&n).Error
	h.Withdrawn = n > 0
	return h, wrap(err, "whether a message was withdrawn")
}

// mostChanges is how many changes of messages in one chat are looked through.
const mostChanges = 64

// ChangeOf finds a change of a message in a chat, an edit or a withdrawal, by the id that its network knows the change itself by,
// and the platform's id of the message that it changes. It fails with ErrNotFound where there is none, or the network doesn't
// tell.
func (tx *Tx) ChangeOf(chat int64, change string) (d Delivery, target string, err error) {
	name := tx.store.named.Load()
	if name == nil || change == "" {
		return d, "", fmt.Errorf("change: %w", ErrNotFound)
	}
	c, err := tx.Chat(chat)
	if err != nil {
		return d, "", err
	}
	var all []Delivery
	err = tx.db.Raw(`SELECT * FROM deliveries WHERE chat_id = ? AND action IN (?, ?) AND state IN (?, ?) ORDER BY id DESC LIMIT ?`,
		chat, messages.Edit, messages.Withdraw, Sending, SentState, mostChanges).Scan(&all).Error
	if err != nil {
		return d, "", wrap(err, "changes of messages")
	}
	for _, d := range all {
		if (*name)(c.Platform, d) != change {
			continue
		}
		if d.TargetMessage != "" || d.ReplyTo == nil {
			return d, d.TargetMessage, nil
		}
		origin, err := tx.Delivery(*d.ReplyTo)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return d, "", err
		}
		return d, origin.MessageID, nil
	}
	return Delivery{}, "", fmt.Errorf("change: %w", ErrNotFound)
}
