package storage

import "time"

// Invite is a one-time code that gives a role. Only a keyed hash of the code is stored.
type Invite struct {
	ID        int64
	CodeHash  []byte
	Role      RoleName
	Scope     `gorm:"embedded"`
	CreatedBy *int64
	CreatedAt int64
	ExpiresAt int64
	UsedAt    int64
	UsedBy    *int64
}

// AddInvite stores an invite for a code.
func (tx *Tx) AddInvite(i Invite, code string) error {
	var err error
	if i.CodeHash, err = tx.Hash(code, "invite"); err != nil {
		return err
	}
	return wrap(tx.db.Create(&i).Error, "add invite")
}

// UseInvite finds the invite of a code that is valid now, and uses it up. It fails with ErrNotFound when there is none.
func (tx *Tx) UseInvite(code string, person int64, now time.Time) (Invite, error) {
	var i Invite
	hash, err := tx.Hash(code, "invite")
	if err != nil {
		return i, err
	}
	err = tx.db.Raw("SELECT * FROM invites WHERE code_hash = ? AND used_at = 0 AND expires_at > ?", hash, millis(now)).Take(&i).Error
	if err != nil {
		return i, notFound(err, "invite")
	}
	err = tx.db.Exec("UPDATE invites SET used_at = ?, used_by = ? WHERE id = ?", millis(now), person, i.ID).Error
	return i, wrap(err, "use invite")
}

// DropCodes takes back the codes of a person that nobody used yet, for roles and for channels.
func (tx *Tx) DropCodes(person int64) error {
	if err := tx.db.Exec("DELETE FROM invites WHERE created_by = ? AND used_at = 0", person).Error; err != nil {
		return wrap(err, "drop invites")
	}
	return wrap(tx.db.Exec("DELETE FROM channel_codes WHERE person_id = ?", person).Error, "drop channel codes")
}

// WrongCodes counts the wrong codes that a person typed since a moment.
func (tx *Tx) WrongCodes(person int64, since time.Time) (int, error) {
	var n int
	err := tx.db.Raw("SELECT COUNT(*) FROM wrong_codes WHERE person_id = ? AND at > ?", person, millis(since)).Row().Scan(&n)
	return n, wrap(err, "wrong codes")
}

// AddWrongCode remembers a wrong code.
func (tx *Tx) AddWrongCode(person int64, now time.Time) error {
	return wrap(tx.db.Exec("INSERT INTO wrong_codes (person_id, at) VALUES (?, ?)", person, millis(now)).Error, "add wrong code")
}
