package storage

import "time"

// Measured is an alert with what it brought: what the figures are made of (domain.md, "Does it help?").
type Measured struct {
	Alert
	Calls   int   // that came from it
	Useful  int   // of which something came
	NoneAt  int64 // UTC milliseconds; when its officer said that no call came; 0: nobody said so
	Members int   // of the groups to which admins passed it on
	Tips    int   // people who answered it with a tip, and were told to call
}

// NothingCame and NotKnown are the results of a call of which nothing came, or of which nobody knows yet what.
const (
	NothingCame = "nothing"
	NotKnown    = "unknown"
)

// MeasuredIn are the alerts of areas that were sent in [from, until) and can have an outcome, the oldest first; no drills,
// and none that was withdrawn.
func (tx *Tx) MeasuredIn(areas []int64, from, until time.Time) ([]Measured, error) {
	var out []Measured
	err := tx.db.Raw(`SELECT alerts.*, followups.due_at, followups.closed_at, COALESCE(call_questions.none_at, 0) AS none_at,
		(SELECT COUNT(*) FROM calls WHERE calls.alert_id = alerts.id) AS calls,
		(SELECT COUNT(*) FROM calls WHERE calls.alert_id = alerts.id AND calls.result NOT IN ?) AS useful,
		(SELECT COALESCE(SUM(groups.members), 0) FROM passed_groups JOIN groups ON groups.id = passed_groups.group_id
			WHERE passed_groups.alert_id = alerts.id AND passed_groups.what = ? AND groups.status = ?) AS members
		FROM alerts JOIN followups ON followups.alert_id = alerts.id LEFT JOIN call_questions ON call_questions.alert_id = alerts.id
		WHERE alerts.area_id IN ? AND alerts.state = 'sent' AND NOT alerts.drill AND alerts.created_at >= ? AND alerts.created_at < ?
		ORDER BY alerts.id`, []string{NothingCame, NotKnown}, PassedAlert, Verified, areas, millis(from), millis(until)).Scan(&out).Error
	return out, wrap(err, "alerts with what they brought")
}

// CallResults counts the calls of [from, until) about areas by what came of them: those that came from an alert, and
// those that came from no alert of the bot's. Calls of drills and withdrawn alerts don't count.
func (tx *Tx) CallResults(areas []int64, from, until time.Time) (alerts, others map[string]int, err error) {
	var rows []struct {
		Result string
		Alone  bool
		N      int
	}
	err = tx.db.Raw(`SELECT calls.result, calls.alert_id IS NULL AS alone, COUNT(*) AS n FROM calls LEFT JOIN alerts ON alerts.id = calls.alert_id
		WHERE calls.area_id IN ? AND COALESCE(alerts.created_at, calls.created_at) >= ? AND COALESCE(alerts.created_at, calls.created_at) < ?
		AND (calls.alert_id IS NULL OR alerts.state = 'sent' AND NOT alerts.drill) GROUP BY 1, 2`, areas, millis(from), millis(until)).Scan(&rows).Error
	alerts, others = map[string]int{}, map[string]int{}
	for _, r := range rows {
		if r.Alone {
			others[r.Result] += r.N
		} else {
			alerts[r.Result] += r.N
		}
	}
	return alerts, others, wrap(err, "what came of calls")
}
