package storage

import "time"

// Overview is what an operator wants to know of the database at a glance.
type Overview struct {
	Engine  string // "SQLite 3.53.0", "PostgreSQL 15.18"
	Areas   int
	Linked  int // areas with an active admin group
	Roles   int // people with a role
	Waiting int // deliveries in the queue
	Stuck   int // of which were due more than ten minutes ago
}

// Overview counts.
func (tx *Tx) Overview(now time.Time) (Overview, error) {
	o := Overview{}
	version := "SELECT 'SQLite ' || sqlite_version()"
	if tx.store.cfg.Postgres() {
		version = "SELECT 'PostgreSQL ' || current_setting('server_version')"
	}
	if err := tx.db.Raw(version).Row().Scan(&o.Engine); err != nil {
		return o, wrap(err, "database version")
	}
	late := millis(now.Add(-10 * time.Minute))
	for _, count := range []struct {
		into  *int
		query string
		args  []any
	}{
		{&o.Areas, "SELECT COUNT(*) FROM areas", nil},
		{&o.Linked, "SELECT COUNT(DISTINCT area_id) FROM chats WHERE area_id IS NOT NULL AND state = 'active'", nil},
		{&o.Roles, "SELECT COUNT(DISTINCT person_id) FROM roles WHERE ended_at = 0", nil},
		{&o.Waiting, "SELECT COUNT(*) FROM deliveries WHERE state IN ('queued', 'sending')", nil},
		{&o.Stuck, "SELECT COUNT(*) FROM deliveries WHERE state IN ('queued', 'sending') AND created_at < ? AND not_before < ?", []any{late, late}},
	} {
		if err := tx.db.Raw(count.query, count.args...).Row().Scan(count.into); err != nil {
			return o, wrap(err, "overview")
		}
	}
	return o, nil
}
