package storage

import (
	"fmt"
	"time"
)

// Passed is what group admins pass on.
type Passed string

// What is passed on: an alert, how it ended, or what was told of it while it was open. Who passes the last one on is counted
// for the alert.
const (
	PassedAlert   Passed = "alert"
	PassedOutcome Passed = "feedback"
	PassedNews    Passed = "news"
)

// PassOn keeps that an alert or its outcome goes on to registered groups. chat is the admin group in which somebody said
// so; 0: none. Nothing tells afterwards who it was, and a second time changes nothing.
func (tx *Tx) PassOn(alert int64, what Passed, groups []int64, chat int64) error {
	for _, g := range groups {
		q := "INSERT INTO passed_groups (alert_id, what, group_id) VALUES (?, ?, ?) ON CONFLICT (alert_id, what, group_id) DO NOTHING"
		if err := tx.db.Exec(q, alert, what, g).Error; err != nil {
			return wrap(err, "pass on")
		}
	}
	if chat == 0 {
		return nil
	}
	q := "INSERT INTO passed_chats (alert_id, what, chat_id) VALUES (?, ?, ?) ON CONFLICT (alert_id, what, chat_id) DO NOTHING"
	return wrap(tx.db.Exec(q, alert, what, chat).Error, "pass on")
}

// ReachOf is the number of members of the verified groups to which an alert or its outcome was passed on.
func (tx *Tx) ReachOf(alert int64, what Passed) (int, error) {
	var n int
	err := tx.db.Raw(`SELECT COALESCE(SUM(groups.members), 0) FROM passed_groups JOIN groups ON groups.id = passed_groups.group_id
		WHERE passed_groups.alert_id = ? AND passed_groups.what = ? AND groups.status = ?`, alert, what, Verified).Row().Scan(&n)
	return n, wrap(err, "reach of an alert")
}

// SetPassing turns the reminders of passing on on or off in a group.
func (tx *Tx) SetPassing(chat int64, on bool) error {
	return wrap(tx.db.Exec("UPDATE chats SET passing = ? WHERE id = ?", on, chat).Error, "set reminders of passing on")
}

// PassReminder is a moment at which admin groups are reminded of passing something on.
type PassReminder struct {
	AlertID  int64
	What     Passed
	Cause    string // of what is to be passed on
	RemindAt int64  // UTC milliseconds
}

// PlanPassReminder plans a reminder; one that is planned for the same alert and thing already moves.
func (tx *Tx) PlanPassReminder(r PassReminder) error {
	err := tx.db.Exec(`INSERT INTO pass_reminders (alert_id, what, cause, remind_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (alert_id, what) DO UPDATE SET cause = excluded.cause, remind_at = excluded.remind_at`,
		r.AlertID, r.What, r.Cause, r.RemindAt).Error
	return wrap(err, "plan a reminder of passing on")
}

// NextPassReminder is when the next reminder is due; the zero time: none is planned.
func (tx *Tx) NextPassReminder() (time.Time, error) {
	return tx.earliest("SELECT COALESCE(MIN(remind_at), 0) FROM pass_reminders")
}

// PassRemindersBy are the reminders that are due by now.
func (tx *Tx) PassRemindersBy(now time.Time) ([]PassReminder, error) {
	var out []PassReminder
	err := tx.db.Raw("SELECT * FROM pass_reminders WHERE remind_at <= ? ORDER BY alert_id, what", millis(now)).Scan(&out).Error
	return out, wrap(err, "reminders of passing on")
}

// TakePassReminder takes a reminder off the plan. It gives false when somebody else did so, or moved it: then it is theirs.
func (tx *Tx) TakePassReminder(r PassReminder) (bool, error) {
	res := tx.db.Exec("DELETE FROM pass_reminders WHERE alert_id = ? AND what = ? AND remind_at = ?", r.AlertID, r.What, r.RemindAt)
	return res.RowsAffected == 1, wrap(res.Error, "take a reminder of passing on")
}

// NotPassedOn are the admin groups that were sent what is to be passed on by a moment, want to be reminded, and in which
// nobody said so yet; what goes there answers it.
func NotPassedOn(r PassReminder, by time.Time) Target {
	return Target{
		where: `chats.state = 'active' AND chats.kind = 'group' AND chats.passing AND origin.cause = ? AND origin.part = 1
			AND origin.action = 'send' AND origin.state = 'sent' AND origin.created_at <= ? AND NOT EXISTS (SELECT 1 FROM passed_chats
			WHERE passed_chats.chat_id = chats.id AND passed_chats.alert_id = ? AND passed_chats.what = ?)`,
		args: []any{r.Cause, millis(by), r.AlertID, r.What}, reply: true,
	}
}

// PassedOnIn are the groups that got the first part of a cause and in which somebody said to have passed it on, but for
// those that got something new with another cause; what goes there answers the first cause.
func PassedOnIn(alert int64, what Passed, cause, but string) Target {
	t := WhereItWent(cause)
	t.where += ` AND EXISTS (SELECT 1 FROM passed_chats WHERE passed_chats.chat_id = chats.id AND passed_chats.alert_id = ? AND passed_chats.what = ?)
		AND NOT EXISTS (SELECT 1 FROM deliveries fresh WHERE fresh.cause = ? AND fresh.chat_id = chats.id AND fresh.action = 'send')`
	t.args = append(t.args, alert, what, but)
	return t
}

// SentOf are the first parts of what was sent with a cause, or is about to be.
func (tx *Tx) SentOf(cause string) ([]Delivery, error) {
	var out []Delivery
	err := tx.db.Raw("SELECT * FROM deliveries WHERE cause = ? AND part = 1 AND action = 'send' AND state IN ('queued', 'sending', 'sent') ORDER BY id", cause).Scan(&out).Error
	return out, wrap(err, "what was sent")
}

// PassTextCause begins the cause of the texts in which an alert can be forwarded.
func PassTextCause(number int64) string { return fmt.Sprintf("passtext:%d:", number) }

// KnowsAlert tells whether an alert, or its text to forward, went to a chat.
func (tx *Tx) KnowsAlert(chat, number int64) (bool, error) {
	var n int
	err := tx.db.Raw(`SELECT COUNT(*) FROM (SELECT 1 FROM deliveries WHERE chat_id = ? AND (cause = ? OR cause LIKE ?)
		AND state IN ('queued', 'sending', 'sent') LIMIT 1) AS known`, chat, AlertCause(number), PassTextCause(number)+"%").Row().Scan(&n)
	return n > 0, wrap(err, "deliveries of an alert")
}

// DeliveryTo finds the first part of what went to a chat with a cause, or still will.
func (tx *Tx) DeliveryTo(chat int64, cause string) (Delivery, error) {
	var d Delivery
	err := tx.db.Raw("SELECT * FROM deliveries WHERE cause = ? AND chat_id = ? AND part = 1 AND state IN ('queued', 'sending', 'sent')", cause, chat).Take(&d).Error
	return d, notFound(err, "delivery")
}

// AskedToRegister is the cause of the thanks with which somebody was asked in a chat to register a group; empty: not yet.
func (tx *Tx) AskedToRegister(chat, person int64) (string, error) {
	var causes []string
	err := tx.db.Raw("SELECT cause FROM deliveries WHERE chat_id = ? AND cause LIKE ? ORDER BY id LIMIT 1",
		chat, fmt.Sprintf("passed:%%:register:%d", person)).Scan(&causes).Error
	if err != nil || len(causes) == 0 {
		return "", wrap(err, "question to register")
	}
	return causes[0], nil
}

// Tipped counts somebody who answers an alert with a tip, and tells whether that is the first time. What is kept is a
// keyed hash of who it was, until ForgetTips.
func (tx *Tx) Tipped(alert, account int64, user string, now time.Time) (first bool, err error) {
	sender, err := tx.tipper(account, user)
	if err != nil {
		return false, err
	}
	res := tx.db.Exec("INSERT INTO alert_tips (alert_id, sender, created_at) VALUES (?, ?, ?) ON CONFLICT (alert_id, sender) DO NOTHING", alert, sender, millis(now))
	if res.Error != nil || res.RowsAffected == 0 {
		return false, wrap(res.Error, "count a tip")
	}
	return true, wrap(tx.db.Exec("UPDATE alerts SET tips = tips + 1 WHERE id = ?", alert).Error, "count a tip")
}

// TipsOf is how many people answered an alert with a tip.
func (tx *Tx) TipsOf(alert int64) (int, error) {
	var n int
	err := tx.db.Raw("SELECT COALESCE(SUM(tips), 0) FROM alerts WHERE id = ?", alert).Row().Scan(&n)
	return n, wrap(err, "tips of an alert")
}

// ForgetTips forgets who gave tips before a moment; the counts stay.
func (tx *Tx) ForgetTips(before time.Time) error {
	return wrap(tx.db.Exec("DELETE FROM alert_tips WHERE created_at < ?", millis(before)).Error, "forget tips")
}

// forgetTipper forgets that somebody gave tips.
func (tx *Tx) forgetTipper(account int64, user string) error {
	sender, err := tx.tipper(account, user)
	if err != nil {
		return err
	}
	return wrap(tx.db.Exec("DELETE FROM alert_tips WHERE sender = ?", sender).Error, "forget tips of a person")
}

// tipsBy counts the alerts that somebody answered with a tip, as long as that is remembered.
func (tx *Tx) tipsBy(account int64, user string) (int, error) {
	sender, err := tx.tipper(account, user)
	if err != nil {
		return 0, err
	}
	var n int
	err = tx.db.Raw("SELECT COUNT(*) FROM alert_tips WHERE sender = ?", sender).Row().Scan(&n)
	return n, wrap(err, "tips of a person")
}

func (tx *Tx) tipper(account int64, user string) ([]byte, error) {
	return tx.Hash(fmt.Sprintf("%d\x00%s", account, user), "tip")
}
