package storage

import "time"

// Form is a form that somebody is filling in. Its state is sealed: it may hold a phone number.
type Form struct {
	ID        int64
	PersonID  int64
	Command   string
	State     []byte
	ChatID    int64
	ExpiresAt int64
}

// FormOf finds the form that a person is filling in, and opens its state. It fails with ErrNotFound when there is none
// or when it has expired.
func (tx *Tx) FormOf(person int64, now time.Time) (f Form, state string, err error) {
	err = tx.db.Raw("SELECT * FROM forms WHERE person_id = ? AND expires_at > ?", person, millis(now)).Take(&f).Error
	if err != nil {
		return f, "", notFound(err, "form")
	}
	state, err = tx.Unseal(f.State, "form")
	return f, state, err
}

// StartForm begins a form, in place of any that the person had, and gives its id.
func (tx *Tx) StartForm(person int64, command string, chat int64, expires time.Time) (int64, error) {
	if err := tx.DropForm(person); err != nil {
		return 0, err
	}
	state, err := tx.Seal("{}", "form")
	if err != nil {
		return 0, err
	}
	f := Form{PersonID: person, Command: command, State: state, ChatID: chat, ExpiresAt: millis(expires)}
	err = tx.db.Create(&f).Error
	return f.ID, wrap(err, "start form")
}

// SaveForm seals and keeps the state.
func (tx *Tx) SaveForm(id int64, state string, expires time.Time) error {
	sealed, err := tx.Seal(state, "form")
	if err != nil {
		return err
	}
	return wrap(tx.db.Exec("UPDATE forms SET state = ?, expires_at = ? WHERE id = ?", sealed, millis(expires), id).Error, "save form")
}

// DropForm ends the form of a person, if there is one.
func (tx *Tx) DropForm(person int64) error {
	return wrap(tx.db.Exec("DELETE FROM forms WHERE person_id = ?", person).Error, "drop form")
}

// DropExpiredForms deletes the forms that nobody finished in time.
func (tx *Tx) DropExpiredForms(now time.Time) error {
	return wrap(tx.db.Exec("DELETE FROM forms WHERE expires_at <= ?", millis(now)).Error, "drop expired forms")
}

// NextFormExpiry is when the next form expires; the zero time: nobody is filling one in.
func (tx *Tx) NextFormExpiry() (time.Time, error) {
	return tx.earliest("SELECT COALESCE(MIN(expires_at), 0) FROM forms")
}
