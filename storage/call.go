package storage

import (
	"encoding/json"
	"fmt"
	"time"
)

// Call is a call or tip to the police that came from a chat message, as the control room or an officer noted it
// (domain.md, R7). It tells nothing of who called.
type Call struct {
	ID        int64
	AlertID   *int64 // nil: it came from no alert of the bot's
	AreaID    int64
	Result    string // what came of it
	PersonID  *int64 // who noted it; nil: that person was erased
	CreatedAt int64  // UTC milliseconds
	CallWords `gorm:"-"`
}

// CallWords is what was written with a call. It is stored sealed, and erased by ForgetCallWords.
type CallWords struct {
	Words string `json:"w,omitempty"` // what came of it, where no choice fits
	Note  string `json:"n,omitempty"`
	Kept  string `json:"k,omitempty"` // why something stays in them that does not belong there; empty: nothing of the kind
}

// AddCall keeps a call, and gives it with its id.
func (tx *Tx) AddCall(c Call) (Call, error) {
	said, err := tx.sealCall(c.CallWords)
	if err != nil {
		return c, err
	}
	err = tx.db.Raw("INSERT INTO calls (alert_id, area_id, result, said, person_id, created_at) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
		c.AlertID, c.AreaID, c.Result, said, c.PersonID, c.CreatedAt).Row().Scan(&c.ID)
	return c, wrap(err, "add call")
}

// SetCall changes what came of a call.
func (tx *Tx) SetCall(id int64, result string, w CallWords) error {
	said, err := tx.sealCall(w)
	if err != nil {
		return err
	}
	return wrap(tx.db.Exec("UPDATE calls SET result = ?, said = ? WHERE id = ?", result, said, id).Error, "set call")
}

func (tx *Tx) sealCall(w CallWords) ([]byte, error) {
	if w == (CallWords{}) {
		return nil, nil
	}
	plain, err := json.Marshal(w)
	if err != nil {
		return nil, fmt.Errorf("seal call: %w", err)
	}
	return tx.Seal(string(plain), "call")
}

// Call finds a call by its id.
func (tx *Tx) Call(id int64) (Call, error) {
	all, err := tx.calls("WHERE id = ?", id)
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("call: %w", ErrNotFound)
	}
	if err != nil {
		return Call{}, err
	}
	return all[0], nil
}

// CallsIn are the calls about areas, and those that a person noted, since a moment: the newest first, at most limit.
func (tx *Tx) CallsIn(areas []int64, person int64, since time.Time, limit int) ([]Call, error) {
	return tx.calls("WHERE (area_id IN ? OR person_id = ?) AND created_at >= ? ORDER BY id DESC LIMIT ?", areas, person, millis(since), limit)
}

// LatestCall is the last call that a person noted, since a moment. It fails with ErrNotFound when there is none.
func (tx *Tx) LatestCall(person int64, since time.Time) (Call, error) {
	all, err := tx.calls("WHERE person_id = ? AND created_at >= ? ORDER BY id DESC LIMIT 1", person, millis(since))
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("call: %w", ErrNotFound)
	}
	if err != nil {
		return Call{}, err
	}
	return all[0], nil
}

func (tx *Tx) calls(where string, args ...any) ([]Call, error) {
	var rows []struct {
		Call
		Said []byte
	}
	if err := tx.db.Raw("SELECT * FROM calls "+where, args...).Scan(&rows).Error; err != nil {
		return nil, wrap(err, "calls")
	}
	out := make([]Call, len(rows))
	for i, r := range rows {
		out[i] = r.Call
		if len(r.Said) == 0 {
			continue
		}
		plain, err := tx.Unseal(r.Said, "call")
		if err == nil {
			err = json.Unmarshal([]byte(plain), &out[i].CallWords)
		}
		if err != nil {
			return nil, fmt.Errorf("read call: %w: %w", ErrUnreadable, err)
		}
	}
	return out, nil
}

// DropCall takes a call back that a person noted since a moment. It gives false when there is no such call (any more).
func (tx *Tx) DropCall(id, person int64, since time.Time) (bool, error) {
	res := tx.db.Exec("DELETE FROM calls WHERE id = ? AND person_id = ? AND created_at >= ?", id, person, millis(since))
	return res.RowsAffected == 1, wrap(res.Error, "take back a call")
}

// AskAboutCalls keeps that somebody is asked whether a tip came of an alert. It gives false when that was asked before,
// or a tip was noted: then it is not to be asked.
func (tx *Tx) AskAboutCalls(alert int64, now time.Time) (bool, error) {
	res := tx.db.Exec(`INSERT INTO call_questions (alert_id, asked_at) SELECT id, CAST(? AS BIGINT) FROM alerts
		WHERE id = ? AND NOT EXISTS (SELECT 1 FROM calls WHERE calls.alert_id = alerts.id)
		ON CONFLICT (alert_id) DO NOTHING`, millis(now), alert)
	return res.RowsAffected == 1, wrap(res.Error, "ask about calls")
}

// NoCalls keeps that no tip came of an alert.
func (tx *Tx) NoCalls(alert int64, now time.Time) error {
	err := tx.db.Exec(`INSERT INTO call_questions (alert_id, asked_at, none_at) VALUES (?, ?, ?)
		ON CONFLICT (alert_id) DO UPDATE SET none_at = excluded.none_at`, alert, millis(now), millis(now)).Error
	return wrap(err, "keep that no call came")
}

// ForgetCallWords erases what was written with calls before a moment; what came of them stays.
func (tx *Tx) ForgetCallWords(before time.Time) error {
	return wrap(tx.db.Exec("UPDATE calls SET said = NULL WHERE said IS NOT NULL AND created_at < ?", millis(before)).Error, "forget words of calls")
}

// WentTo tells whether an alert went, or still will, to a chat of one of these areas.
func (tx *Tx) WentTo(alert int64, areas []int64) (bool, error) {
	var n int
	err := tx.db.Raw(`SELECT COUNT(*) FROM (SELECT 1 FROM deliveries JOIN chats ON chats.id = deliveries.chat_id WHERE deliveries.cause = ?
		AND deliveries.part = 1 AND deliveries.state IN ('queued', 'held', 'sending', 'sent') AND chats.area_id IN ? LIMIT 1) AS went`, AlertCause(alert), areas).Row().Scan(&n)
	return n > 0, wrap(err, "where an alert went")
}
