package storage

import (
	"fmt"
	"time"
)

// WebMessage is one message in a chat of the page, as the page gets it; the text is sealed.
type WebMessage struct {
	Chat string
	ID   int64 // counts within the chat
	Rev  int64 // rises with every change
	Text string
}

// webContext is what the messages are sealed for: in another chat they can't be read.
func webContext(chat string) string { return "webchat:" + chat }

// SaveWebMessage adds a message, or replaces the one of the same chat and id.
func (tx *Tx) SaveWebMessage(m WebMessage, now time.Time) error {
	sealed, err := tx.Seal(m.Text, webContext(m.Chat))
	if err != nil {
		return err
	}
	err = tx.db.Exec(`INSERT INTO webchat_messages (chat, id, rev, at, sealed) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (chat, id) DO UPDATE SET rev = excluded.rev, at = excluded.at, sealed = excluded.sealed`,
		m.Chat, m.ID, m.Rev, millis(now), sealed).Error
	return wrap(err, "save message of the page")
}

// WebMessages are the messages of a chat, the oldest first.
func (tx *Tx) WebMessages(chat string) ([]WebMessage, error) {
	var rows []struct {
		ID, Rev int64
		Sealed  []byte
	}
	if err := tx.db.Raw("SELECT id, rev, sealed FROM webchat_messages WHERE chat = ? ORDER BY id", chat).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("messages of the page: %w", err)
	}
	out := make([]WebMessage, 0, len(rows))
	for _, r := range rows {
		text, err := tx.Unseal(r.Sealed, webContext(chat))
		if err != nil {
			return nil, fmt.Errorf("messages of the page: %w", err)
		}
		out = append(out, WebMessage{Chat: chat, ID: r.ID, Rev: r.Rev, Text: text})
	}
	return out, nil
}

// LastWebRev is the highest Rev there is; 0: none.
func (tx *Tx) LastWebRev() (int64, error) {
	var n int64
	err := tx.db.Raw("SELECT COALESCE(MAX(rev), 0) FROM webchat_messages").Row().Scan(&n)
	return n, wrap(err, "last message of the page")
}

// ForgetWebChat erases what stands in a chat.
func (tx *Tx) ForgetWebChat(chat string) error {
	return wrap(tx.db.Exec("DELETE FROM webchat_messages WHERE chat = ?", chat).Error, "forget chat of the page")
}

// PruneWebMessages erases at most limit messages that nothing changed since before, and gives the number.
func (tx *Tx) PruneWebMessages(before time.Time, limit int) (int64, error) {
	res := tx.db.Exec(`DELETE FROM webchat_messages WHERE rev IN (SELECT rev FROM webchat_messages WHERE at < ? ORDER BY at LIMIT ?)`, millis(before), limit)
	return res.RowsAffected, wrap(res.Error, "prune messages of the page")
}
