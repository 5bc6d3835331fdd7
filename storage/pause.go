package storage

import "time"

// Paused is an account whose network lets it send nothing for a while.
type Paused struct {
	Platform, Account string
	Until             int64  // UTC milliseconds of real time
	Why               string // for the operator
}

// ForGood is the end of a pause that has none: somebody must do something first.
func ForGood() time.Time { return time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC) }

// SetPaused keeps until when an account may send nothing, and why; the zero time: it may. It gives false when that was known.
func (tx *Tx) SetPaused(platform, account string, until time.Time, why string) (news bool, err error) {
	id, err := tx.Account(platform, account)
	if err != nil {
		return false, err
	}
	res := tx.db.Exec("UPDATE accounts SET paused_until = ?, paused_why = ? WHERE id = ? AND paused_until <> ?", millis(until), why, id, millis(until))
	return res.RowsAffected == 1, wrap(res.Error, "pause account")
}

// PausedAccounts are the accounts that may send nothing at the moment, by real time.
func (tx *Tx) PausedAccounts(now time.Time) ([]Paused, error) {
	var out []Paused
	err := tx.db.Raw("SELECT platform, account, paused_until AS until, paused_why AS why FROM accounts WHERE paused_until > ? ORDER BY id", millis(now)).Scan(&out).Error
	return out, wrap(err, "paused accounts")
}

// PrivateChatOutside is a private chat in which a person is reached on another platform than one. It fails with
// ErrNotFound when there is none.
func (tx *Tx) PrivateChatOutside(person int64, platform string) (Chat, error) {
	return tx.chat(`JOIN identities ON identities.chat_id = chats.id
		WHERE identities.person_id = ? AND chats.state = ? AND accounts.platform <> ? ORDER BY identities.id DESC LIMIT 1`, person, ChatActive, platform)
}

// Portfolios are the people who are a portfolio holder now, whatever their team.
func (tx *Tx) Portfolios() ([]int64, error) {
	var out []int64
	err := tx.db.Raw("SELECT DISTINCT person_id FROM roles WHERE role = ? AND ended_at = 0 ORDER BY person_id", Portfolio).Scan(&out).Error
	return out, wrap(err, "portfolio holders")
}
