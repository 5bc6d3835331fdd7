package storage

import "time"

// Overview is what an operator wants to know of the database at a glance.
type Overview struct {
	Engine  string // "SQLite 3.53.0", "PostgreSQL 15.18"
	Areas   int
	Roles   map[RoleName]int // people by role
	Waiting int              // deliveries in the queue
	Stuck   int              // of which were due more than ten minutes ago
}

// Overview counts.
func (tx *Tx) Overview(now time.Time) (Overview, error) {
	var o Overview
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
		{&o.Waiting, "SELECT COUNT(*) FROM deliveries WHERE state IN ('queued', 'sending')", nil},
		{&o.Stuck, "SELECT COUNT(*) FROM deliveries WHERE state IN ('queued', 'sending') AND created_at < ? AND not_before < ?", []any{late, late}},
	} {
		if err := tx.db.Raw(count.query, count.args...).Row().Scan(count.into); err != nil {
			return o, wrap(err, "overview")
		}
	}
	var rows []struct {
		Role RoleName
		N    int
	}
	err := tx.db.Raw("SELECT role, COUNT(DISTINCT person_id) AS n FROM roles WHERE ended_at = 0 GROUP BY role").Scan(&rows).Error
	o.Roles = make(map[RoleName]int, len(rows))
	for _, r := range rows {
		o.Roles[r.Role] = r.N
	}
	return o, wrap(err, "overview")
}

// Unreached are those of these areas, or of all where none is named, whose alerts and news reach no admin group, sorted
// by name: they have none, and neither has the area that bears their municipality's name.
func (tx *Tx) Unreached(areas ...int64) ([]Area, error) {
	const nobody = `NOT EXISTS (SELECT 1 FROM chats JOIN areas own ON own.id = chats.area_id
		WHERE chats.state = 'active' AND chats.kind = 'group' AND own.municipality_id = areas.municipality_id
		AND (own.id = areas.id OR own.name = municipalities.name))`
	if len(areas) == 0 {
		return tx.areas("WHERE " + nobody)
	}
	return tx.areas("WHERE areas.id IN ? AND "+nobody, areas)
}
