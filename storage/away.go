package storage

import "time"

// Absence is when an officer is away, and who stands in meanwhile.
type Absence struct {
	PersonID     int64
	FromAt       int64  // UTC milliseconds
	UntilAt      int64  // UTC milliseconds: when the officer is back
	SubstituteID *int64 // nil: nobody was asked
}

// SetAbsence keeps when a person is away, instead of what was kept before.
func (tx *Tx) SetAbsence(a Absence) error {
	err := tx.db.Exec(`INSERT INTO absences (person_id, from_at, until_at, substitute_id) VALUES (?, ?, ?, ?)
		ON CONFLICT (person_id) DO UPDATE SET from_at = excluded.from_at, until_at = excluded.until_at, substitute_id = excluded.substitute_id`,
		a.PersonID, a.FromAt, a.UntilAt, a.SubstituteID).Error
	return wrap(err, "set absence")
}

// EndAbsence forgets when a person is away.
func (tx *Tx) EndAbsence(person int64) error {
	return wrap(tx.db.Exec("DELETE FROM absences WHERE person_id = ?", person).Error, "end absence")
}

// AbsenceOf is when a person is away, now or later. It fails with ErrNotFound when no absence is kept, or it is over.
func (tx *Tx) AbsenceOf(person int64, now time.Time) (Absence, error) {
	var a Absence
	err := tx.db.Raw("SELECT * FROM absences WHERE person_id = ? AND until_at > ?", person, millis(now)).Take(&a).Error
	return a, notFound(err, "absence")
}

// StandsInFor are the absences of those who are away now and asked a person to stand in, the first to come back first.
func (tx *Tx) StandsInFor(person int64, now time.Time) ([]Absence, error) {
	var out []Absence
	err := tx.db.Raw("SELECT * FROM absences WHERE substitute_id = ? AND from_at <= ? AND until_at > ? ORDER BY until_at, person_id",
		person, millis(now), millis(now)).Scan(&out).Error
	return out, wrap(err, "stands in for")
}

// AddDayOff keeps a day on which a person is not reminded: a date as 2018-05-10, or the number of a weekday, 0 is Sunday.
func (tx *Tx) AddDayOff(person int64, day string) error {
	return wrap(tx.db.Exec("INSERT INTO days_off (person_id, day) VALUES (?, ?) ON CONFLICT DO NOTHING", person, day).Error, "add day off")
}

// DropDayOff forgets a day off. It gives false when there was none.
func (tx *Tx) DropDayOff(person int64, day string) (bool, error) {
	res := tx.db.Exec("DELETE FROM days_off WHERE person_id = ? AND day = ?", person, day)
	return res.RowsAffected == 1, wrap(res.Error, "drop day off")
}

// DaysOff are the days off of a person, those of every week first.
func (tx *Tx) DaysOff(person int64) ([]string, error) {
	var out []string
	err := tx.db.Raw("SELECT day FROM days_off WHERE person_id = ? ORDER BY LENGTH(day), day", person).Scan(&out).Error
	return out, wrap(err, "days off")
}

// ForgetAway deletes absences that are over, days off before a date, and both of those who hold no role any more: nobody
// reminds them.
func (tx *Tx) ForgetAway(now time.Time, today string) error {
	const left = "NOT EXISTS (SELECT 1 FROM roles WHERE roles.ended_at = 0 AND roles.person_id = "
	if err := tx.db.Exec("DELETE FROM absences WHERE until_at <= ? OR "+left+"absences.person_id)", millis(now)).Error; err != nil {
		return wrap(err, "forget absences")
	}
	err := tx.db.Exec("DELETE FROM days_off WHERE LENGTH(day) > 1 AND day < ? OR "+left+"days_off.person_id)", today).Error
	return wrap(err, "forget days off")
}
