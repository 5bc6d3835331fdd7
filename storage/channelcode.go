package storage

import "time"

// AddChannelCode stores a one-time code that links the channel in which it is posted to an area.
func (tx *Tx) AddChannelCode(code string, area, person int64, expires time.Time) error {
	hash, err := tx.Hash(code, "channel")
	if err != nil {
		return err
	}
	// The hash is not the first value: gorm takes bytes right after a parenthesis for a list.
	err = tx.db.Exec("INSERT INTO channel_codes (area_id, person_id, expires_at, code_hash) VALUES (?, ?, ?, ?)", area, person, millis(expires), hash).Error
	return wrap(err, "add channel code")
}

// UseChannelCode gives the area and the officer of a code that is valid now, and uses it up. It fails with ErrNotFound
// when there is none.
func (tx *Tx) UseChannelCode(code string, now time.Time) (area, person int64, err error) {
	hash, err := tx.Hash(code, "channel")
	if err != nil {
		return 0, 0, err
	}
	var row struct{ AreaID, PersonID int64 }
	err = tx.db.Raw("SELECT area_id, person_id FROM channel_codes WHERE code_hash = ? AND expires_at > ?", hash, millis(now)).Take(&row).Error
	if err != nil {
		return 0, 0, notFound(err, "channel code")
	}
	return row.AreaID, row.PersonID, wrap(tx.db.Exec("DELETE FROM channel_codes WHERE code_hash = ?", hash).Error, "use channel code")
}
