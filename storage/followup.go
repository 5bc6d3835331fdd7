package storage

import (
	"fmt"
	"time"
)

// OpenFollowUp opens the follow-up of an alert: the outcome is due, is reminded of and is escalated at these times.
func (tx *Tx) OpenFollowUp(alert int64, due, remind, escalate time.Time) error {
	err := tx.db.Exec("INSERT INTO followups (alert_id, due_at, remind_at, escalate_at) VALUES (?, ?, ?, ?)",
		alert, millis(due), millis(remind), millis(escalate)).Error
	return wrap(err, "open follow-up")
}

// CloseFollowUp closes the follow-up of an alert. It gives false when it was closed before.
func (tx *Tx) CloseFollowUp(alert int64, now time.Time) (bool, error) {
	res := tx.db.Exec("UPDATE followups SET closed_at = ? WHERE alert_id = ? AND closed_at = 0", millis(now), alert)
	if res.Error != nil {
		return false, wrap(res.Error, "close follow-up")
	}
	return res.RowsAffected == 1, tx.dropHeld(alert, now, "ask", "handover", "escalate")
}

// dropHeld cancels what waits for the morning to tell somebody about an open follow-up: it is no question any more, or
// somebody else's. kinds are how the causes begin.
func (tx *Tx) dropHeld(alert int64, now time.Time, kinds ...string) error {
	for _, kind := range kinds {
		err := tx.db.Exec("UPDATE deliveries SET state = 'cancelled', error = 'answered', done_at = ? WHERE state = 'held' AND cause LIKE ?",
			millis(now), fmt.Sprintf("%s:%d:%%", kind, alert)).Error
		if err != nil {
			return wrap(err, "drop what is held")
		}
	}
	return nil
}

// Reopen opens a closed follow-up again, as if the alert had just been sent: with new times, not reminded of, not escalated
// and not asked for yet. The next outcome is to be passed on again. It gives false when the follow-up is open.
func (tx *Tx) Reopen(alert int64, due, remind, escalate time.Time) (bool, error) {
	res := tx.db.Exec(`UPDATE followups SET closed_at = 0, until_at = 0, due_at = ?, remind_at = ?, escalate_at = ?,
		reminders = 0, escalated_at = 0, asked = 0, reopened = reopened + 1 WHERE alert_id = ? AND closed_at > 0`,
		millis(due), millis(remind), millis(escalate), alert)
	if res.Error != nil || res.RowsAffected == 0 {
		return false, wrap(res.Error, "reopen follow-up")
	}
	for _, table := range []string{"passed_groups", "passed_chats", "pass_reminders"} {
		if err := tx.db.Exec("DELETE FROM "+table+" WHERE alert_id = ? AND what = ?", alert, PassedOutcome).Error; err != nil {
			return false, wrap(err, "reopen follow-up")
		}
	}
	return true, nil
}

// KeepOpen says that an alert stays open until a moment. It is reminded of and, where that has not happened yet, escalated at
// these times; where its outcome is due only after that moment, escalated as long after that. It gives false when the follow-up
// is closed.
func (tx *Tx) KeepOpen(alert int64, until, remind, escalate time.Time) (bool, error) {
	res := tx.db.Exec(`UPDATE followups SET until_at = ?, remind_at = ?, escalate_at = CASE WHEN due_at > ? THEN due_at + ? ELSE ? END
		WHERE alert_id = ? AND closed_at = 0`, millis(until), millis(remind), millis(until), escalate.Sub(until).Milliseconds(), millis(escalate), alert)
	return res.RowsAffected == 1, wrap(res.Error, "keep a follow-up open")
}

// HandOver makes a person responsible for an open follow-up. It gives false when the follow-up is closed.
func (tx *Tx) HandOver(alert, person int64, now time.Time) (bool, error) {
	res := tx.db.Exec("UPDATE followups SET person_id = ? WHERE alert_id = ? AND closed_at = 0", person, alert)
	if res.Error != nil {
		return false, wrap(res.Error, "hand over a follow-up")
	}
	return res.RowsAffected == 1, tx.dropHeld(alert, now, "ask", "handover")
}

// NextReminder is when the next open follow-up is to be reminded of; the zero time: there is none.
func (tx *Tx) NextReminder() (time.Time, error) {
	return tx.earliest("SELECT COALESCE(MIN(remind_at), 0) FROM followups WHERE closed_at = 0")
}

// ToRemind are the alerts whose open follow-up is to be reminded of by now, the oldest first.
func (tx *Tx) ToRemind(now time.Time) ([]Alert, error) {
	return tx.alerts("WHERE followups.closed_at = 0 AND followups.remind_at <= ? ORDER BY alerts.id", millis(now))
}

// Reminded counts a reminder, where there was one, and says when the next one is. What waits for days off of the officer
// puts the escalation off by as long.
func (tx *Tx) Reminded(alert int64, reminders int, next time.Time, waits time.Duration) error {
	err := tx.db.Exec("UPDATE followups SET reminders = reminders + ?, remind_at = ?, escalate_at = escalate_at + ? WHERE alert_id = ?",
		reminders, millis(next), waits.Milliseconds(), alert).Error
	return wrap(err, "remind of a follow-up")
}

// PutOff moves the next reminder of an open follow-up, and its escalation where it has not happened yet, to later
// times. It gives false when the follow-up is closed.
func (tx *Tx) PutOff(alert int64, remind, escalate time.Time) (bool, error) {
	res := tx.db.Exec(`UPDATE followups SET remind_at = ?,
		escalate_at = CASE WHEN escalate_at < ? THEN ? ELSE escalate_at END WHERE alert_id = ? AND closed_at = 0`,
		millis(remind), millis(escalate), millis(escalate), alert)
	return res.RowsAffected == 1, wrap(res.Error, "put off a follow-up")
}

// NextEscalation is when the next open follow-up is to be escalated; the zero time: there is none.
func (tx *Tx) NextEscalation() (time.Time, error) {
	return tx.earliest("SELECT COALESCE(MIN(escalate_at), 0) FROM followups WHERE closed_at = 0 AND escalated_at = 0")
}

// ToEscalate are the alerts whose open follow-up is to be escalated by now, the oldest first.
func (tx *Tx) ToEscalate(now time.Time) ([]Alert, error) {
	return tx.alerts("WHERE followups.closed_at = 0 AND followups.escalated_at = 0 AND followups.escalate_at <= ? ORDER BY alerts.id", millis(now))
}

// Escalated keeps that a follow-up was escalated.
func (tx *Tx) Escalated(alert int64, now time.Time) error {
	return wrap(tx.db.Exec("UPDATE followups SET escalated_at = ? WHERE alert_id = ?", millis(now), alert).Error, "escalate follow-up")
}

// earliest is the moment that a query gives in UTC milliseconds; the zero time for 0.
func (tx *Tx) earliest(query string, args ...any) (time.Time, error) {
	var at int64
	err := tx.db.Raw(query, args...).Row().Scan(&at)
	return At(at), wrap(err, "earliest moment")
}

// OutcomeShare counts the alerts of areas since a moment that can have an outcome, and those of which it was told. Drills
// don't count.
func (tx *Tx) OutcomeShare(areas []int64, since time.Time) (alerts, told int, err error) {
	err = tx.db.Raw(`SELECT COUNT(*), COUNT(CASE WHEN followups.closed_at > 0 THEN 1 END) FROM followups
		JOIN alerts ON alerts.id = followups.alert_id
		WHERE alerts.state = 'sent' AND NOT alerts.drill AND alerts.area_id IN ? AND alerts.created_at >= ?`, areas, millis(since)).Row().Scan(&alerts, &told)
	return alerts, told, wrap(err, "share of outcomes")
}

// AskOutcome counts that group admins ask how an alert ended, and tells whether they are the first on that day.
func (tx *Tx) AskOutcome(alert int64, day string) (first bool, err error) {
	var count int
	err = tx.db.Raw(`INSERT INTO outcome_requests (alert_id, day) VALUES (?, ?)
		ON CONFLICT (alert_id, day) DO UPDATE SET count = outcome_requests.count + 1 RETURNING count`, alert, day).Row().Scan(&count)
	if err != nil {
		return false, wrap(err, "ask for an outcome")
	}
	err = tx.db.Exec("UPDATE followups SET asked = asked + 1 WHERE alert_id = ?", alert).Error
	return count == 1, wrap(err, "ask for an outcome")
}
