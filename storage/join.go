package storage

import (
	"fmt"
	"time"
)

// AddPersonCode stores a one-time code with which another account becomes this person's too. chat is where that is told.
// A code that the person had before works no longer.
func (tx *Tx) AddPersonCode(code string, person, chat int64, expires time.Time) error {
	hash, err := tx.Hash(code, "person")
	if err != nil {
		return err
	}
	if err := tx.db.Exec("DELETE FROM person_codes WHERE person_id = ?", person).Error; err != nil {
		return wrap(err, "drop person code")
	}
	// The hash is not the first value: gorm takes bytes right after a parenthesis for a list.
	err = tx.db.Exec("INSERT INTO person_codes (person_id, chat_id, expires_at, code_hash) VALUES (?, ?, ?, ?)", person, chat, millis(expires), hash).Error
	return wrap(err, "add person code")
}

// FindPersonCode gives the person of a code that is valid now, and the chat in which the code was asked for. It fails with
// ErrNotFound when there is none.
func (tx *Tx) FindPersonCode(code string, now time.Time) (person, chat int64, err error) {
	hash, err := tx.Hash(code, "person")
	if err != nil {
		return 0, 0, err
	}
	var row struct{ PersonID, ChatID int64 }
	err = tx.db.Raw("SELECT person_id, chat_id FROM person_codes WHERE code_hash = ? AND expires_at > ?", hash, millis(now)).Take(&row).Error
	return row.PersonID, row.ChatID, notFound(err, "person code")
}

// personColumn is where a row says whose it is.
type personColumn struct {
	table, column string
	once          bool   // a person has one such row at most: the older account's goes
	latest        bool   // the same, but where the newer account has none the older one's stays
	double        string // a person has one such row at most for each value of this column
}

// personColumns are all places where a person stands. A test holds them equal to the foreign keys of the schema.
func personColumns() []personColumn {
	return []personColumn{
		{table: "absences", column: "person_id", latest: true},
		{table: "absences", column: "substitute_id"},
		{table: "alert_versions", column: "person_id"},
		{table: "alert_template_versions", column: "person_id"},
		{table: "alerts", column: "approved_by"},
		{table: "alerts", column: "person_id"},
		{table: "calls", column: "person_id"},
		{table: "channel_codes", column: "person_id"},
		{table: "days_off", column: "person_id", double: "day"},
		{table: "deliveries", column: "person_id"},
		{table: "followups", column: "person_id"},
		{table: "forms", column: "person_id", once: true},
		{table: "groups", column: "person_id"},
		{table: "groups", column: "verified_by"},
		{table: "identities", column: "person_id"},
		{table: "invites", column: "created_by"},
		{table: "invites", column: "used_by"},
		{table: "notes", column: "person_id"},
		{table: "outcomes", column: "person_id"},
		{table: "person_codes", column: "person_id", once: true},
		{table: "roles", column: "granted_by"},
		{table: "roles", column: "person_id"},
		{table: "signs", column: "person_id"},
		{table: "summary_previews", column: "person_id", once: true},
		{table: "wrong_codes", column: "person_id"},
	}
}

// JoinPersons makes two people one, and gives that person: the one whom the bot knew first. Roles are united, everything
// that either did is theirs; the form and the codes of the older account end. What only one of them said of the own
// language holds.
func (tx *Tx) JoinPersons(a, b int64) (Person, error) {
	older, newer := min(a, b), max(a, b)
	doubles := `DELETE FROM roles WHERE person_id = ? AND ended_at = 0 AND EXISTS (SELECT 1 FROM roles had
		WHERE had.person_id = ? AND had.ended_at = 0 AND had.role = roles.role AND COALESCE(had.area_id, 0) = COALESCE(roles.area_id, 0)
		AND COALESCE(had.municipality_id, 0) = COALESCE(roles.municipality_id, 0) AND COALESCE(had.team_id, 0) = COALESCE(roles.team_id, 0)
		AND COALESCE(had.district_id, 0) = COALESCE(roles.district_id, 0))`
	if err := tx.db.Exec(doubles, newer, older).Error; err != nil {
		return Person{}, wrap(err, "unite roles")
	}
	for _, c := range personColumns() {
		if err := tx.makeRoom(c, older, newer); err != nil {
			return Person{}, err
		}
		if err := tx.db.Exec(fmt.Sprintf("UPDATE %s SET %s = ? WHERE %[2]s = ?", c.table, c.column), older, newer).Error; err != nil {
			return Person{}, wrap(err, "join persons")
		}
	}
	if err := tx.db.Exec("UPDATE absences SET substitute_id = NULL WHERE substitute_id = person_id").Error; err != nil {
		return Person{}, wrap(err, "join persons")
	}
	known := `UPDATE persons SET
		language = CASE WHEN language = '' THEN (SELECT other.language FROM persons other WHERE other.id = ?) ELSE language END,
		greeted_at = CASE WHEN greeted_at = 0 THEN (SELECT other.greeted_at FROM persons other WHERE other.id = ?) ELSE greeted_at END
		WHERE id = ?`
	if err := tx.db.Exec(known, newer, newer, older).Error; err != nil {
		return Person{}, wrap(err, "join persons")
	}
	if err := tx.db.Exec("DELETE FROM persons WHERE id = ?", newer).Error; err != nil {
		return Person{}, wrap(err, "join persons")
	}
	return tx.Person(older)
}

// makeRoom deletes the rows of which a person can have one only, before those of two people become one's.
func (tx *Tx) makeRoom(c personColumn, older, newer int64) error {
	var err error
	switch {
	case c.once:
		err = tx.db.Exec(fmt.Sprintf("DELETE FROM %s WHERE %s = ?", c.table, c.column), older).Error
	case c.latest:
		err = tx.db.Exec(fmt.Sprintf("DELETE FROM %s WHERE %s = ? AND EXISTS (SELECT 1 FROM %[1]s newer WHERE newer.%[2]s = ?)", c.table, c.column), older, newer).Error
	case c.double != "":
		err = tx.db.Exec(fmt.Sprintf("DELETE FROM %s WHERE %s = ? AND %s IN (SELECT had.%[3]s FROM %[1]s had WHERE had.%[2]s = ?)", c.table, c.column, c.double), newer, older).Error
	}
	return wrap(err, "join persons")
}
