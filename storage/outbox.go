package storage

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

// Due are the deliveries of an account that can be sent, most urgent first and at most limit of them: the first of each
// chat that waits, whose time has come or which has expired. They are read, not claimed; their texts are not opened.
// wall is real time, now is the domain clock's.
func (tx *Tx) Due(account int64, wall, now time.Time, limit int) ([]Claimed, error) {
	return tx.due(`deliveries.account_id = ? AND deliveries.state = 'queued'
		AND (deliveries.not_before <= ? OR deliveries.expires_at BETWEEN 1 AND ?)
		AND NOT EXISTS (SELECT 1 FROM deliveries earlier WHERE earlier.chat_id = deliveries.chat_id
			AND earlier.state IN ('queued', 'sending') AND (earlier.priority, earlier.id) < (deliveries.priority, deliveries.id))
		ORDER BY deliveries.priority, deliveries.id LIMIT ?`, account, millis(wall), millis(now), limit)
}

// DueIn is Due for some chats only.
func (tx *Tx) DueIn(chats []int64, account int64, wall, now time.Time) ([]Claimed, error) {
	list, err := json.Marshal(chats)
	if err != nil {
		return nil, wrap(err, "due deliveries")
	}
	ids := `SELECT (SELECT first.id FROM deliveries first
		WHERE first.chat_id = CAST(c.value AS BIGINT) AND first.state IN ('queued', 'sending')
		ORDER BY first.priority, first.id LIMIT 1) FROM `
	which := "IN (" + ids + "json_each(?) AS c)"
	if tx.store.cfg.Postgres() {
		which = "= ANY(ARRAY(" + ids + "json_array_elements_text(?::json) AS c(value)))"
	}
	// Account, state and order are looked at here and not in SQL: with them both databases walk through the whole queue of
	// the account, instead of finding some rows by their ids.
	first, err := tx.due("deliveries.id "+which+` AND (deliveries.not_before <= ? OR deliveries.expires_at BETWEEN 1 AND ?)`, string(list), millis(wall), millis(now))
	out := slices.DeleteFunc(first, func(c Claimed) bool { return c.Delivery.State != Queued || c.Delivery.AccountID != account })
	slices.SortFunc(out, func(a, b Claimed) int {
		return cmp.Or(cmp.Compare(a.Delivery.Priority, b.Delivery.Priority), cmp.Compare(a.Delivery.ID, b.Delivery.ID))
	})
	return out, err
}

func (tx *Tx) due(where string, args ...any) ([]Claimed, error) {
	rows, err := tx.db.Raw(`SELECT deliveries.id, deliveries.cause, deliveries.account_id, deliveries.chat_id, deliveries.part,
			deliveries.action, deliveries.text_id, deliveries.priority, deliveries.state, deliveries.person_id, deliveries.reply_to,
			deliveries.reply_message, deliveries.target_message, deliveries.not_before, deliveries.expires_at, deliveries.attempts,
			deliveries.created_at, deliveries.thread, deliveries.anew, chats.address, chats.thread, chats.kind, chats.state,
			origin.chat_id, origin.state, origin.message_id, origin.priority
		FROM deliveries JOIN chats ON chats.id = deliveries.chat_id
		LEFT JOIN deliveries origin ON origin.id = deliveries.reply_to
		WHERE `+where, args...).Rows()
	if err != nil {
		return nil, wrap(err, "due deliveries")
	}
	defer func() { _ = rows.Close() }()
	var out []Claimed
	for rows.Next() {
		c, err := scanClaimed(rows)
		if err != nil {
			return nil, wrap(err, "due deliveries")
		}
		out = append(out, c)
	}
	return out, wrap(rows.Err(), "due deliveries")
}

// scanClaimed reads one row by hand: gorm takes ten times as long for it.
func scanClaimed(rows *sql.Rows) (Claimed, error) {
	var c Claimed
	var originChat, originPriority sql.NullInt64
	var originState, originMessage sql.NullString
	d := &c.Delivery
	err := rows.Scan(&d.ID, &d.Cause, &d.AccountID, &d.ChatID, &d.Part,
		&d.Action, &d.TextID, &d.Priority, &d.State, &d.PersonID, &d.ReplyTo,
		&d.ReplyMessage, &d.TargetMessage, &d.NotBefore, &d.ExpiresAt, &d.Attempts,
		&d.CreatedAt, &d.Thread, &d.Anew, &c.Chat.Address, &c.Chat.Thread, &c.Chat.Kind, &c.Chat.State,
		&originChat, &originState, &originMessage, &originPriority)
	c.Chat.ID, c.Chat.AccountID = d.ChatID, d.AccountID
	if d.ReplyTo != nil {
		c.Origin = &Delivery{
			ID: *d.ReplyTo, ChatID: originChat.Int64, State: DeliveryState(originState.String),
			MessageID: originMessage.String, Priority: Priority(originPriority.Int64),
		}
	}
	return c, err
}

// Claim marks queued deliveries as being sent by owner, and gives the ids of those that it got: one that was cancelled
// meanwhile is not among them.
func (tx *Tx) Claim(owner string, ids []int64) (map[int64]bool, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, wrap(err, "claim deliveries")
	}
	which := "state = 'queued' AND id IN (SELECT value FROM json_each(?))"
	if tx.store.cfg.Postgres() {
		// The state is an expression, so that the rows are found by their ids and not in the index of all that is queued.
		which = `id = ANY(ARRAY(SELECT id FROM deliveries WHERE id = ANY(ARRAY(SELECT value::bigint FROM json_array_elements_text(?::json)))
			AND state || '' = 'queued' FOR UPDATE SKIP LOCKED))`
	}
	rows, err := tx.db.Raw("UPDATE deliveries SET state = 'sending', owner = ? WHERE "+which+" RETURNING id", owner, string(list)).Rows()
	if err != nil {
		return nil, wrap(err, "claim deliveries")
	}
	defer func() { _ = rows.Close() }()
	got := make(map[int64]bool, len(ids))
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, wrap(err, "claim deliveries")
		}
		got[id] = true
	}
	return got, wrap(rows.Err(), "claim deliveries")
}

// Outcome is how one send ended well: the network's id of the message, if it gave one.
type Outcome struct {
	ID      int64  `json:"i"`
	Message string `json:"m"`
}

// SentAll keeps that owner sent these deliveries, and gives how many of them were still its to send.
func (tx *Tx) SentAll(owner string, outcomes []Outcome, now time.Time) (int64, error) {
	list, err := json.Marshal(outcomes)
	if err != nil {
		return 0, wrap(err, "finish deliveries")
	}
	res := tx.db.Exec(`UPDATE deliveries SET state = 'sent', message_id = v.m, error = '', owner = '', done_at = ?
		FROM `+tx.table("i", "m")+` WHERE deliveries.id = v.i AND deliveries.state = 'sending' AND deliveries.owner = ?`,
		millis(now), string(list), owner)
	return res.RowsAffected, wrap(res.Error, "finish deliveries")
}

// table reads one parameter, a JSON list of objects, as the table v: a whole number and a second column.
func (tx *Tx) table(id, second string) string {
	if tx.store.cfg.Postgres() {
		kind := "text"
		if second == "t" {
			kind = "bigint"
		}
		return fmt.Sprintf("json_to_recordset(?::json) AS v(%s bigint, %s %s)", id, second, kind)
	}
	return fmt.Sprintf("(SELECT json_extract(value, '$.%s') AS %s, json_extract(value, '$.%s') AS %s FROM json_each(?)) AS v", id, id, second, second)
}

// Wait is a delivery that goes back to the queue, not to be sent before a moment of real time.
type Wait struct {
	ID    int64 `json:"i"`
	Until int64 `json:"t"` // UTC milliseconds; 0: at once
}

// Postpone puts deliveries that wait, or that owner has claimed, (back) into the queue.
func (tx *Tx) Postpone(owner string, waits []Wait) error {
	list, err := json.Marshal(waits)
	if err != nil {
		return wrap(err, "postpone deliveries")
	}
	err = tx.db.Exec(`UPDATE deliveries SET state = 'queued', owner = '', not_before = v.t FROM `+tx.table("i", "t")+`
		WHERE deliveries.id = v.i AND (deliveries.state = 'queued' OR deliveries.state = 'sending' AND deliveries.owner = ?)`, string(list), owner).Error
	return wrap(err, "postpone deliveries")
}

// Retry puts a delivery back into the queue after owner failed to send it.
func (tx *Tx) Retry(owner string, id int64, attempts int, until int64, code string) error {
	err := tx.db.Exec("UPDATE deliveries SET state = 'queued', owner = '', attempts = ?, not_before = ?, error = ? WHERE id = ? AND state = 'sending' AND owner = ?",
		attempts, until, code, id, owner).Error
	return wrap(err, "retry delivery")
}

// Finish ends a delivery that waits, or that owner has claimed, and will not be sent (any more). It gives false when
// that was done before, or is somebody else's to do.
func (tx *Tx) Finish(owner string, id int64, state DeliveryState, attempts int, code string, now time.Time) (bool, error) {
	res := tx.db.Exec("UPDATE deliveries SET state = ?, owner = '', attempts = ?, error = ?, done_at = ? WHERE id = ? AND (state = 'queued' OR state = 'sending' AND owner = ?)",
		state, attempts, code, millis(now), id, owner)
	return res.RowsAffected == 1, wrap(res.Error, "finish delivery")
}

// Hurry makes a waiting delivery as urgent as one that can't be sent before it.
func (tx *Tx) Hurry(id int64, p Priority) error {
	err := tx.db.Exec("UPDATE deliveries SET priority = ? WHERE id = ? AND priority > ? AND state IN ('queued', 'sending')", p, id, p).Error
	return wrap(err, "hurry delivery")
}

// Underway are the ids of the deliveries of an account that are marked as being sent.
func (tx *Tx) Underway(account int64) ([]int64, error) {
	var ids []int64
	err := tx.db.Raw("SELECT id FROM deliveries WHERE account_id = ? AND state = 'sending'", account).Scan(&ids).Error
	return ids, wrap(err, "deliveries under way")
}

// Recover puts everything of an account that was being sent back into the queue. Only the account's owner may do so,
// before it sends anything.
func (tx *Tx) Recover(account int64) (int64, error) {
	res := tx.db.Exec("UPDATE deliveries SET state = 'queued', owner = '' WHERE account_id = ? AND state = 'sending'", account)
	return res.RowsAffected, wrap(res.Error, "recover deliveries")
}

// QueueLength counts what waits to be sent by an account, by priority.
func (tx *Tx) QueueLength(account int64) (map[Priority]int, error) {
	var rows []struct {
		Priority Priority
		N        int
	}
	err := tx.db.Raw("SELECT priority, COUNT(*) AS n FROM deliveries WHERE account_id = ? AND state = 'queued' GROUP BY priority", account).Scan(&rows).Error
	out := make(map[Priority]int, len(rows))
	for _, r := range rows {
		out[r.Priority] = r.N
	}
	return out, wrap(err, "length of the queue")
}

// Texts opens stored parts.
func (tx *Tx) Texts(ids []int64) (map[int64]messages.Part, error) {
	out := make(map[int64]messages.Part, len(ids))
	for _, id := range ids {
		part, err := tx.Text(id)
		if err != nil {
			return nil, err
		}
		out[id] = part
	}
	return out, nil
}
