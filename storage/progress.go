package storage

import "time"

// Progress is the message that shows the author of an alert how far it is.
type Progress struct {
	AlertID    int64
	DeliveryID int64  // the message that is edited
	Shown      string // what it shows now, as counts
	Edits      int
	NextAt     int64 // UTC milliseconds: when it may be edited next; 0: nothing is under way
}

// FollowProgress begins to show how far an alert is.
func (tx *Tx) FollowProgress(p Progress) error {
	err := tx.db.Exec(`INSERT INTO alert_progress (alert_id, delivery_id, shown, next_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (alert_id) DO UPDATE SET delivery_id = excluded.delivery_id, shown = excluded.shown, next_at = excluded.next_at`,
		p.AlertID, p.DeliveryID, p.Shown, p.NextAt).Error
	return wrap(err, "follow progress")
}

// NextProgress is when progress is to be shown next; the zero time: nothing is under way.
func (tx *Tx) NextProgress() (time.Time, error) {
	return tx.earliest("SELECT COALESCE(MIN(next_at), 0) FROM alert_progress WHERE next_at > 0")
}

// ProgressBy is the progress that is to be shown by now.
func (tx *Tx) ProgressBy(now time.Time) ([]Progress, error) {
	var out []Progress
	err := tx.db.Raw("SELECT * FROM alert_progress WHERE next_at > 0 AND next_at <= ? ORDER BY alert_id", millis(now)).Scan(&out).Error
	return out, wrap(err, "progress")
}

// ShowProgress keeps what is shown, and when it may change next.
func (tx *Tx) ShowProgress(p Progress) error {
	err := tx.db.Exec("UPDATE alert_progress SET shown = ?, edits = ?, next_at = ? WHERE alert_id = ?", p.Shown, p.Edits, p.NextAt, p.AlertID).Error
	return wrap(err, "show progress")
}

// EndProgress keeps what is shown at the end: nothing more happens unless ResumeProgress says so.
func (tx *Tx) EndProgress(p Progress) error {
	p.NextAt = 0
	return tx.ShowProgress(p)
}

// ResumeProgress shows once more how far an alert is, where that had ended.
func (tx *Tx) ResumeProgress(alert int64, at time.Time) error {
	err := tx.db.Exec("UPDATE alert_progress SET next_at = ? WHERE alert_id = ? AND next_at = 0", millis(at), alert).Error
	return wrap(err, "resume progress")
}

// Undelivered is one chat that a message did not reach.
type Undelivered struct {
	Title string
	Error string // a short code
}

// UndeliveredTo are the chats that a cause, or a part of it, did not reach for good, at most limit of them.
func (tx *Tx) UndeliveredTo(cause string, limit int) ([]Undelivered, error) {
	var out []Undelivered
	err := tx.db.Raw(`SELECT chats.title, deliveries.error FROM deliveries JOIN chats ON chats.id = deliveries.chat_id
		WHERE deliveries.cause = ? AND deliveries.state IN ('failed', 'expired') AND NOT EXISTS
			(SELECT 1 FROM deliveries earlier WHERE earlier.cause = deliveries.cause AND earlier.chat_id = deliveries.chat_id
			AND earlier.part < deliveries.part AND earlier.state IN ('failed', 'expired'))
		ORDER BY deliveries.id LIMIT ?`, cause, limit).Scan(&out).Error
	return out, wrap(err, "undelivered")
}
