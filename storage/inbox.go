package storage

import (
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

// Arrive remembers that a message came in and is handled in this transaction. It gives false for a repeat: the same
// sender's message with the same id in the same chat, which was handled or put aside before.
func (tx *Tx) Arrive(in messages.Inbound, now time.Time) (bool, error) {
	account, err := tx.Account(in.At.Platform, in.At.Account)
	if err != nil {
		return false, err
	}
	res := tx.db.Exec(`INSERT INTO inbox (account_id, address, sender, message, received_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (account_id, address, sender, message) DO UPDATE SET done = TRUE WHERE NOT inbox.done`,
		account, in.At.Chat, in.From.ID, in.ID, millis(now))
	return res.RowsAffected == 1, wrap(res.Error, "receive message")
}

// Attempt counts a failed try to handle a message and gives the number of tries so far: the message may come again. It
// gives 0 when the message was dealt with all the same: a commit may succeed though its answer got lost.
func (tx *Tx) Attempt(in messages.Inbound, now time.Time) (int, error) {
	account, err := tx.Account(in.At.Platform, in.At.Account)
	if err != nil {
		return 0, err
	}
	var attempts []int
	err = tx.db.Raw(`INSERT INTO inbox (account_id, address, sender, message, received_at, attempts, done) VALUES (?, ?, ?, ?, ?, 1, FALSE)
		ON CONFLICT (account_id, address, sender, message) DO UPDATE SET attempts = inbox.attempts + 1 WHERE NOT inbox.done RETURNING attempts`,
		account, in.At.Chat, in.From.ID, in.ID, millis(now)).Scan(&attempts).Error
	if err != nil || len(attempts) == 0 {
		return 0, wrap(err, "count attempt")
	}
	return attempts[0], nil
}

// PutAside ends a message that can't be handled: it counts as handled from now on.
func (tx *Tx) PutAside(in messages.Inbound) error {
	account, err := tx.Account(in.At.Platform, in.At.Account)
	if err != nil {
		return err
	}
	err = tx.db.Exec("UPDATE inbox SET done = TRUE WHERE account_id = ? AND address = ? AND sender = ? AND message = ?",
		account, in.At.Chat, in.From.ID, in.ID).Error
	return wrap(err, "put message aside")
}

// PruneInbox forgets at most limit messages that came in before a moment, and gives the number.
func (tx *Tx) PruneInbox(before time.Time, limit int) (int64, error) {
	res := tx.db.Exec(`DELETE FROM inbox WHERE (account_id, address, sender, message) IN
		(SELECT account_id, address, sender, message FROM inbox WHERE received_at < ? ORDER BY received_at LIMIT ?)`, millis(before), limit)
	return res.RowsAffected, wrap(res.Error, "prune inbox")
}
