package storage

import (
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

// Claimed is a delivery that this process is to send, with what it needs for it.
type Claimed struct {
	Delivery Delivery
	Part     messages.Part
	Chat     Chat
	Origin   *Delivery // with Delivery.ReplyTo: the delivery that it answers or changes; nil: not looked up
}

// Waiting is what waits to be sent or is being sent, over all accounts, in the order in which it was queued.
func (tx *Tx) Waiting(limit int) ([]Claimed, error) {
	var rows []Delivery
	err := tx.db.Raw("SELECT * FROM deliveries WHERE state IN ('queued', 'sending') ORDER BY priority, id LIMIT ?", limit).Scan(&rows).Error
	if err != nil {
		return nil, wrap(err, "waiting deliveries")
	}
	out := make([]Claimed, len(rows))
	for i, d := range rows {
		out[i].Delivery = d
		if out[i].Chat, err = tx.Chat(d.ChatID); err != nil {
			return nil, err
		}
		if d.TextID != nil {
			if out[i].Part, err = tx.Text(*d.TextID); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// Delivery finds a delivery by its id.
func (tx *Tx) Delivery(id int64) (Delivery, error) {
	var d Delivery
	err := tx.db.Raw("SELECT * FROM deliveries WHERE id = ?", id).Take(&d).Error
	return d, notFound(err, "delivery")
}

// Done keeps how a delivery ended, and the network's id of the message.
func (tx *Tx) Done(id int64, state DeliveryState, message, code string, now time.Time) error {
	err := tx.db.Exec("UPDATE deliveries SET state = ?, message_id = ?, error = ?, done_at = ? WHERE id = ?", state, message, code, millis(now), id).Error
	return wrap(err, "finish delivery")
}
