package storage

import "time"

// SummaryState tells what became of a summary.
type SummaryState string

// The states of a summary.
const (
	SummaryPosted  SummaryState = "posted"
	SummarySkipped SummaryState = "skipped" // the officer wanted none
)

// WeeklySummary is one summary of what happened in an area, for its admin groups.
type WeeklySummary struct {
	ID        int64
	AreaID    int64
	UntilAt   int64 // UTC milliseconds: what came before then is in it, or in an earlier one
	State     SummaryState
	CreatedAt int64
}

// AddSummary remembers a summary of an area, and that the notes which waited in these areas are told. It gives false,
// and does nothing, when there is one until that moment already.
func (tx *Tx) AddSummary(s WeeklySummary, noted []int64) (bool, error) {
	var ids []int64
	err := tx.db.Raw(`INSERT INTO summaries (area_id, until_at, state, created_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (area_id, until_at) DO NOTHING RETURNING id`, s.AreaID, s.UntilAt, s.State, s.CreatedAt).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return false, wrap(err, "add summary")
	}
	err = tx.db.Exec("UPDATE note_areas SET summary_id = ? WHERE summary_id IS NULL AND area_id IN ?", ids[0], noted).Error
	return true, wrap(err, "add summary")
}

// LastSummaries are until when the latest summary of each area tells.
func (tx *Tx) LastSummaries() (map[int64]time.Time, error) {
	out := map[int64]time.Time{}
	err := tx.pairs("SELECT area_id, MAX(until_at) FROM summaries GROUP BY area_id", func(area, until int64) { out[area] = At(until) })
	return out, wrap(err, "latest summaries")
}

// Hosts tells for each area in whose admin groups its news is told: its own, or, where it has none, those of the area
// that bears its municipality's name. An area that nobody reaches is left out.
func (tx *Tx) Hosts() (map[int64]int64, error) {
	out := map[int64]int64{}
	err := tx.pairs(`WITH linked AS (
			SELECT DISTINCT area_id FROM chats WHERE area_id IS NOT NULL AND kind = 'group' AND state = 'active')
		SELECT area_id, area_id FROM linked
		UNION ALL SELECT areas.id, main.id FROM areas
			JOIN municipalities ON municipalities.id = areas.municipality_id
			JOIN areas main ON main.municipality_id = municipalities.id AND main.name = municipalities.name
			JOIN linked ON linked.area_id = main.id
			WHERE areas.id NOT IN (SELECT area_id FROM linked)`, func(area, host int64) { out[area] = host })
	return out, wrap(err, "hosts of areas")
}

// SummaryReaders are the chats that read the summary of a host: its admin groups, and the channels of the areas that it
// tells of where the summary is wanted.
func SummaryReaders(host int64, areas []int64) Target {
	return Target{
		where: `chats.state = 'active' AND (chats.kind = 'group' AND chats.area_id = ? OR chats.kind = 'channel' AND chats.weekly AND chats.area_id IN ?)`,
		args:  []any{host, areas},
	}
}

// WantSummary says whether the channels of areas want the weekly summary as well, and gives these channels.
func (tx *Tx) WantSummary(areas []int64, wanted bool) ([]Chat, error) {
	channels := "WHERE kind = 'channel' AND state = 'active' AND area_id IN ?"
	if err := tx.db.Exec("UPDATE chats SET weekly = ? "+channels, wanted, areas).Error; err != nil {
		return nil, wrap(err, "want summary")
	}
	var out []Chat
	err := tx.db.Raw("SELECT * FROM chats "+channels+" ORDER BY id", areas).Scan(&out).Error
	return out, wrap(err, "want summary")
}

// SummaryChannels are the channels that want the weekly summary, by their areas.
func (tx *Tx) SummaryChannels() (map[int64][]Chat, error) {
	var all []Chat
	err := tx.db.Raw("SELECT * FROM chats WHERE kind = 'channel' AND state = 'active' AND weekly AND area_id IS NOT NULL ORDER BY id").Scan(&all).Error
	out := map[int64][]Chat{}
	for _, c := range all {
		out[*c.AreaID] = append(out[*c.AreaID], c)
	}
	return out, wrap(err, "channels that want the summary")
}

// Told is an alert that went to the admin groups of an area.
type Told struct {
	AreaID, Number  int64
	SentAt, EndedAt int64 // UTC milliseconds; EndedAt is when the latest outcome was told, or 0
	NewsAt          int64 // UTC milliseconds; of what was told of it while it was open, or 0
	Open            bool
}

// ToldSince are the alerts sent or ended since from, and those still open, by the areas whose admin groups got them, in
// order of their numbers. Without areas: of all.
func (tx *Tx) ToldSince(from time.Time, areas ...int64) ([]Told, error) {
	where, args := "", []any{millis(from), millis(from)}
	if len(areas) > 0 {
		where, args = " AND chats.area_id IN ?", append(args, areas)
	}
	rows, err := tx.db.Raw(`WITH news AS (
			SELECT id FROM alerts WHERE created_at >= ?
			UNION SELECT alert_id FROM followups WHERE closed_at = 0
			UNION SELECT alert_id FROM outcomes WHERE created_at >= ?)
		SELECT DISTINCT chats.area_id, alerts.id, alerts.created_at,
			CASE WHEN latest.kind IN ('ended', 'corrected') THEN latest.created_at ELSE 0 END,
			CASE WHEN latest.kind IN ('interim', 'reopened') THEN latest.created_at ELSE 0 END,
			EXISTS (SELECT 1 FROM followups WHERE followups.alert_id = alerts.id AND followups.closed_at = 0)
		FROM news JOIN alerts ON alerts.id = news.id
		LEFT JOIN outcomes latest ON latest.id = (SELECT MAX(id) FROM outcomes WHERE outcomes.alert_id = alerts.id)
		JOIN deliveries ON deliveries.cause = 'alert:' || alerts.id AND deliveries.part = 1 AND deliveries.state IN ('queued', 'held', 'sending', 'sent')
		JOIN chats ON chats.id = deliveries.chat_id AND chats.kind = 'group' AND chats.area_id IS NOT NULL
		WHERE alerts.state = 'sent' AND NOT alerts.drill`+where+`
		ORDER BY alerts.id, chats.area_id`, args...).Rows()
	if err != nil {
		return nil, wrap(err, "alerts told")
	}
	defer func() { _ = rows.Close() }()
	var out []Told
	for rows.Next() {
		var a Told
		if err := rows.Scan(&a.AreaID, &a.Number, &a.SentAt, &a.EndedAt, &a.NewsAt, &a.Open); err != nil {
			return nil, wrap(err, "alerts told")
		}
		out = append(out, a)
	}
	return out, wrap(rows.Err(), "alerts told")
}

// AlertsByNumber are the alerts with these numbers, the oldest first.
func (tx *Tx) AlertsByNumber(numbers []int64) ([]Alert, error) {
	return tx.alerts("WHERE alerts.id IN ? ORDER BY alerts.id", numbers)
}

// pairs gives each row of two whole numbers to take. It reads by hand, as there may be ten thousand.
func (tx *Tx) pairs(query string, take func(a, b int64), args ...any) error {
	rows, err := tx.db.Raw(query, args...).Rows()
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var a, b int64
		if err := rows.Scan(&a, &b); err != nil {
			return err
		}
		take(a, b)
	}
	return rows.Err()
}

// SkipSummary says that an area wants no summary the next time that one is planned.
func (tx *Tx) SkipSummary(area int64, now time.Time) error {
	err := tx.db.Exec("INSERT INTO summary_skips (area_id, created_at) VALUES (?, ?) ON CONFLICT (area_id) DO NOTHING", area, millis(now)).Error
	return wrap(err, "skip summary")
}

// KeepSummary takes SkipSummary back.
func (tx *Tx) KeepSummary(area int64) error {
	return wrap(tx.db.Exec("DELETE FROM summary_skips WHERE area_id = ?", area).Error, "keep summary")
}

// SkippedSummaries are the areas that want no summary the next time.
func (tx *Tx) SkippedSummaries() (map[int64]bool, error) {
	var ids []int64
	err := tx.db.Raw("SELECT area_id FROM summary_skips").Scan(&ids).Error
	out := make(map[int64]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, wrap(err, "skipped summaries")
}

// DropSkips forgets who wanted no summary, once it would have been posted.
func (tx *Tx) DropSkips() error {
	return wrap(tx.db.Exec("DELETE FROM summary_skips").Error, "drop skips")
}

// Previewed remembers that a person was shown the summaries planned for a moment.
func (tx *Tx) Previewed(person int64, planned time.Time) error {
	err := tx.db.Exec(`INSERT INTO summary_previews (person_id, planned_at) VALUES (?, ?)
		ON CONFLICT (person_id) DO UPDATE SET planned_at = excluded.planned_at`, person, millis(planned)).Error
	return wrap(err, "remember preview")
}

// ToPreview are the people with one of these roles who were not shown the summaries planned for a moment yet, with the
// areas over which they hold it.
func (tx *Tx) ToPreview(planned time.Time, names ...RoleName) (map[int64][]int64, error) {
	const held = `SELECT roles.person_id, areas.id FROM roles JOIN areas ON areas.`
	const by = ` WHERE roles.ended_at = 0 AND roles.role IN ? AND NOT EXISTS (
		SELECT 1 FROM summary_previews shown WHERE shown.person_id = roles.person_id AND shown.planned_at = ?)`
	out := map[int64][]int64{}
	err := tx.pairs(held+"id = roles.area_id"+by+" UNION "+held+"municipality_id = roles.municipality_id"+by+" UNION "+held+"team_id = roles.team_id"+by+" ORDER BY 1, 2",
		func(person, area int64) { out[person] = append(out[person], area) },
		names, millis(planned), names, millis(planned), names, millis(planned))
	return out, wrap(err, "people to show a preview")
}
