package storage

import "time"

// Schedule is when something that recurs happens next.
type Schedule struct {
	Name   string
	Spec   string // how it recurs, as the operator wrote it
	NextAt int64  // UTC milliseconds
}

// EnsureSchedule gives the schedule of a name. A new one, or one whose spec changed, is planned for next.
func (tx *Tx) EnsureSchedule(name, spec string, next time.Time) (Schedule, error) {
	s := Schedule{Name: name}
	var rows []Schedule
	if err := tx.db.Raw("SELECT name, spec, next_at FROM schedules WHERE name = ?", name).Scan(&rows).Error; err != nil {
		return s, wrap(err, "read schedule")
	}
	if len(rows) == 1 && rows[0].Spec == spec {
		return rows[0], nil
	}
	s.Spec, s.NextAt = spec, millis(next)
	err := tx.db.Exec(`INSERT INTO schedules (name, spec, next_at) VALUES (?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET spec = excluded.spec, next_at = excluded.next_at`, s.Name, s.Spec, s.NextAt).Error
	return s, wrap(err, "plan schedule")
}

// FindSchedule gives the schedule of a name. It fails with ErrNotFound when nothing was planned yet.
func (tx *Tx) FindSchedule(name string) (Schedule, error) {
	var s Schedule
	err := tx.db.Raw("SELECT name, spec, next_at FROM schedules WHERE name = ?", name).Take(&s).Error
	return s, notFound(err, "schedule")
}

// AdvanceSchedule moves a schedule on from one moment to the next. It gives false when somebody else did so before:
// then the work of that moment is theirs.
func (tx *Tx) AdvanceSchedule(name string, from, to time.Time) (bool, error) {
	res := tx.db.Exec("UPDATE schedules SET next_at = ? WHERE name = ? AND next_at = ?", millis(to), name, millis(from))
	return res.RowsAffected == 1, wrap(res.Error, "advance schedule")
}
