package storage

import "time"

// SetQuiet sets the quiet hours of a chat: "FROM-UNTIL" in whole hours, or "off".
func (tx *Tx) SetQuiet(chat int64, quiet string) error {
	return wrap(tx.db.Exec("UPDATE chats SET quiet = ? WHERE id = ?", quiet, chat).Error, "set quiet hours")
}

// QuietHours are the different quiet hours of linked chats.
func (tx *Tx) QuietHours() ([]string, error) {
	var out []string
	err := tx.db.Raw("SELECT DISTINCT quiet FROM chats WHERE area_id IS NOT NULL").Scan(&out).Error
	return out, wrap(err, "quiet hours")
}

// NextHeld is when the next delivery has waited for its morning; the zero time: none waits.
func (tx *Tx) NextHeld() (time.Time, error) {
	return tx.earliest("SELECT COALESCE(MIN(held_until), 0) FROM deliveries WHERE state = 'held'")
}

// HeldOf is when the first delivery of a cause that waits for its morning goes out; the zero time: none waits.
func (tx *Tx) HeldOf(cause string) (time.Time, error) {
	return tx.earliest("SELECT COALESCE(MIN(held_until), 0) FROM deliveries WHERE cause = ? AND state = 'held'", cause)
}

// ReleaseHeld queues what has waited for the morning of its chat. What expired meanwhile the outbox doesn't send.
func (tx *Tx) ReleaseHeld(now time.Time) error {
	res := tx.db.Exec("UPDATE deliveries SET state = 'queued' WHERE state = 'held' AND held_until <= ?", millis(now))
	tx.queued = tx.queued || res.RowsAffected > 0
	return wrap(res.Error, "release held deliveries")
}
