package storage

import "time"

// SeeDrill keeps that a drill was seen in a chat. Nothing tells afterwards who said so, and a second time changes nothing.
func (tx *Tx) SeeDrill(alert, chat int64, now time.Time) error {
	q := "INSERT INTO drill_seen (alert_id, chat_id, seen_at) VALUES (?, ?, ?) ON CONFLICT (alert_id, chat_id) DO NOTHING"
	return wrap(tx.db.Exec(q, alert, chat, millis(now)).Error, "see a drill")
}

// DrillSeen is how long after a drill was sent each chat had seen it, the quickest first.
func (tx *Tx) DrillSeen(alert int64) ([]time.Duration, error) {
	var took []int64
	err := tx.db.Raw(`SELECT drill_seen.seen_at - alerts.created_at FROM drill_seen JOIN alerts ON alerts.id = drill_seen.alert_id
		WHERE drill_seen.alert_id = ? ORDER BY 1`, alert).Scan(&took).Error
	out := make([]time.Duration, len(took))
	for i, ms := range took {
		out[i] = time.Duration(ms) * time.Millisecond
	}
	return out, wrap(err, "who saw a drill")
}
