package storage

import (
	"fmt"
	"time"
)

// AlertState is how far an alert is.
type AlertState string

// The states of an alert.
const (
	AlertWaiting   AlertState = "waiting" // for a second pair of eyes
	AlertPlanned   AlertState = "planned" // goes out at SendAt
	AlertSent      AlertState = "sent"
	AlertReturned  AlertState = "returned" // not approved, or it could not go out any more
	AlertWithdrawn AlertState = "withdrawn"
)

// Alert is one alert of the police, known to people by its number, with its follow-up and how it ended (R4, R5).
type Alert struct {
	ID          int64
	PersonID    *int64 // who sent it; nil: that person was erased
	AreaID      int64  // whose officer sent it
	Kind        string // missing, witnesses, warning, prevention, ...
	What        string
	Place       string
	Happened    string // as typed, or "now:" and UTC milliseconds
	Description string
	Photo       string // SHA-256, hex; empty: none
	Reach       string // area, adjacent, municipality, ...
	CreatedAt   int64  // UTC milliseconds; of writing, and once it was sent, of sending

	State       AlertState
	Topic       string // what it is about, where its kind has topics
	Audience    string // residents, entrepreneurs; empty: both
	English     string // what happened, in English; empty: not translated
	Urgent      bool   // goes out at night too
	Drill       bool   // an exercise: it counts for nothing but itself
	SendAt      int64  // UTC milliseconds; 0: at once
	Kept        string // why something stays in it that does not belong in an alert; empty: nothing of the kind
	ApprovedBy  *int64
	ApprovedAt  int64
	Corrections int   // how often it was corrected
	WithdrawnAt int64 // UTC milliseconds; 0: not withdrawn

	Subject string // what it counts as, where its officer said so; empty: it is guessed

	// The team's wording that it is in; empty: the standard one.
	WordingDutch, WordingEnglish string

	// The follow-up; all 0 where there is none, because the alert can have no outcome.
	DueAt       int64 `gorm:"->"`
	RemindAt    int64 `gorm:"->"`
	Reminders   int   `gorm:"->"`
	EscalateAt  int64 `gorm:"->"`
	EscalatedAt int64 `gorm:"->"`
	Asked       int   `gorm:"->"` // how often group admins asked for the outcome
	ClosedAt    int64 `gorm:"->"`
	UntilAt     int64 `gorm:"->"` // an officer said that it stays open until then; 0: nobody did
	Reopened    int   `gorm:"->"` // how often it was opened again

	HolderID *int64 `gorm:"->"` // who was asked to tell the outcome; nil: its author does

	// The latest outcome; OutcomeAt is 0 where there is none, or none any more because the alert is open again.
	Template  string `gorm:"->"` // id of the template, or empty for own words
	Outcome   string `gorm:"->"` // own words
	OutcomeAt int64  `gorm:"->"`

	// What was told last: the outcome, or how things stand. ToldAt is 0 where nothing was told.
	ToldKind     OutcomeKind `gorm:"->"`
	ToldTemplate string      `gorm:"->"`
	ToldText     string      `gorm:"->"`
	ToldAt       int64       `gorm:"->"`
}

// Open tells whether the alert still waits for an outcome.
func (a Alert) Open() bool { return a.DueAt > 0 && a.ClosedAt == 0 }

// Tellers are those who should tell how the alert ends, in the order in which they are asked: who it was handed over to,
// and its author.
func (a Alert) Tellers() []int64 {
	var out []int64
	for _, p := range []*int64{a.HolderID, a.PersonID} {
		if p != nil {
			out = append(out, *p)
		}
	}
	return out
}

// Cause is the cause of the deliveries with which the alert went out.
func (a Alert) Cause() string { return AlertCause(a.ID) }

// AlertCause is the cause of the deliveries of the alert with that number.
func AlertCause(number int64) string { return fmt.Sprintf("alert:%d", number) }

const alertColumns = `SELECT alerts.*, followups.person_id AS holder_id,
	COALESCE(followups.due_at, 0) AS due_at, COALESCE(followups.remind_at, 0) AS remind_at,
	COALESCE(followups.reminders, 0) AS reminders, COALESCE(followups.escalate_at, 0) AS escalate_at,
	COALESCE(followups.escalated_at, 0) AS escalated_at, COALESCE(followups.asked, 0) AS asked,
	COALESCE(followups.closed_at, 0) AS closed_at, COALESCE(followups.until_at, 0) AS until_at,
	COALESCE(followups.reopened, 0) AS reopened, COALESCE(outcomes.kind, '') AS told_kind,
	COALESCE(outcomes.template, '') AS told_template, COALESCE(outcomes.text, '') AS told_text, COALESCE(outcomes.created_at, 0) AS told_at,
	CASE WHEN outcomes.kind IN ('ended', 'corrected') THEN outcomes.template ELSE '' END AS template,
	CASE WHEN outcomes.kind IN ('ended', 'corrected') THEN outcomes.text ELSE '' END AS outcome,
	CASE WHEN outcomes.kind IN ('ended', 'corrected') THEN outcomes.created_at ELSE 0 END AS outcome_at
	FROM alerts LEFT JOIN followups ON followups.alert_id = alerts.id
	LEFT JOIN outcomes ON outcomes.id = (SELECT MAX(latest.id) FROM outcomes latest WHERE latest.alert_id = alerts.id) `

// AddAlert keeps an alert and gives it its number.
func (tx *Tx) AddAlert(a Alert) (Alert, error) {
	if a.State == "" {
		a.State = AlertSent
	}
	err := tx.db.Create(&a).Error
	return a, wrap(err, "add alert")
}

// NextAlert is the number that the next alert gets, unless another one comes in between.
func (tx *Tx) NextAlert() (int64, error) {
	var n int64
	err := tx.db.Raw("SELECT COALESCE(MAX(id), 0) + 1 FROM alerts").Row().Scan(&n)
	return n, wrap(err, "next alert")
}

// Alert finds an alert by its number.
func (tx *Tx) Alert(number int64) (Alert, error) {
	var a Alert
	err := tx.db.Raw(alertColumns+"WHERE alerts.id = ?", number).Take(&a).Error
	return a, notFound(err, "alert")
}

// LatestAlert is the number of the alert that a person sent last. It fails with ErrNotFound when there is none.
func (tx *Tx) LatestAlert(person int64) (int64, error) {
	var row struct{ ID int64 }
	err := tx.db.Raw("SELECT id FROM alerts WHERE person_id = ? AND state = 'sent' ORDER BY id DESC LIMIT 1", person).Take(&row).Error
	return row.ID, notFound(err, "latest alert")
}

// SaveAlert keeps what was changed in an alert.
func (tx *Tx) SaveAlert(a Alert) error { return wrap(tx.db.Save(&a).Error, "save alert") }

// MoveAlert moves an alert on from one state to another. It gives false when it was not in that state any more: then
// somebody else did so before.
func (tx *Tx) MoveAlert(number int64, from, to AlertState) (bool, error) {
	res := tx.db.Exec("UPDATE alerts SET state = ? WHERE id = ? AND state = ?", to, number, from)
	return res.RowsAffected == 1, wrap(res.Error, "move alert")
}

// NextPlanned is when the next planned alert goes out; the zero time: there is none.
func (tx *Tx) NextPlanned() (time.Time, error) {
	return tx.earliest("SELECT COALESCE(MIN(send_at), 0) FROM alerts WHERE state = 'planned'")
}

// PlannedBy are the planned alerts whose time has come, the oldest first.
func (tx *Tx) PlannedBy(now time.Time) ([]Alert, error) {
	return tx.alerts("WHERE alerts.state = 'planned' AND alerts.send_at <= ? ORDER BY alerts.id", millis(now))
}

// AlertsLike are the alerts of a kind that were sent in areas since a moment, the newest first: what a new one may repeat.
func (tx *Tx) AlertsLike(kind string, areas []int64, since time.Time) ([]Alert, error) {
	return tx.alerts("WHERE alerts.kind = ? AND alerts.area_id IN ? AND alerts.state = 'sent' AND NOT alerts.drill AND alerts.created_at >= ? ORDER BY alerts.id DESC", kind, areas, millis(since))
}

// KeepVersion keeps what an alert said before a person corrects it.
func (tx *Tx) KeepVersion(a Alert, by int64, now time.Time) error {
	err := tx.db.Exec(`INSERT INTO alert_versions (alert_id, version, what, place, happened, description, person_id, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, a.ID, a.Corrections, a.What, a.Place, a.Happened, a.Description, by, millis(now)).Error
	return wrap(err, "keep version of an alert")
}

// OpenAlerts are the alerts that wait for an outcome, the newest first: those of areas, and those of which one of these
// people is to tell it.
func (tx *Tx) OpenAlerts(areas, tellers []int64) ([]Alert, error) {
	return tx.alerts("WHERE (alerts.area_id IN ? OR COALESCE(followups.person_id, alerts.person_id) IN ?) AND followups.closed_at = 0 ORDER BY alerts.id DESC",
		areas, tellers)
}

// AlertsSentIn are the alerts of areas that were sent since a moment, the newest first; no drills.
func (tx *Tx) AlertsSentIn(areas []int64, since time.Time) ([]Alert, error) {
	return tx.alerts("WHERE alerts.area_id IN ? AND alerts.state = 'sent' AND NOT alerts.drill AND alerts.created_at >= ? ORDER BY alerts.id DESC", areas, millis(since))
}

const toldIn = "WHERE NOT alerts.drill AND alerts.state = 'sent' AND EXISTS (SELECT 1 FROM deliveries JOIN chats ON chats.id = deliveries.chat_id " +
	"WHERE deliveries.cause = 'alert:' || alerts.id AND deliveries.part = 1 AND deliveries.state IN ('queued', 'held', 'sending', 'sent') AND "

// lately is for alerts of [from, until), and older ones that are open or of which something was told since from.
const lately = ") AND alerts.created_at < ? AND (alerts.created_at >= ? OR outcomes.created_at >= ? OR followups.closed_at = 0) ORDER BY alerts.id DESC"

// NewsInChat are the alerts of [from, until) that went to a chat, and older ones that are open or of which something was told
// since from, the newest first.
func (tx *Tx) NewsInChat(chat int64, from, until time.Time) ([]Alert, error) {
	return tx.alerts(toldIn+"chats.id = ?"+lately, chat, millis(until), millis(from), millis(from))
}

// NewsToldIn is NewsInChat for the chats of areas.
func (tx *Tx) NewsToldIn(areas []int64, from, until time.Time) ([]Alert, error) {
	return tx.alerts(toldIn+"chats.area_id IN ?"+lately, areas, millis(until), millis(from), millis(from))
}

// AlertsToldIn are the alerts of [from, until) that went to the chats of areas, the newest first.
func (tx *Tx) AlertsToldIn(areas []int64, from, until time.Time) ([]Alert, error) {
	return tx.alerts(toldIn+"chats.area_id IN ?) AND alerts.created_at >= ? AND alerts.created_at < ? ORDER BY alerts.id DESC", areas, millis(from), millis(until))
}

func (tx *Tx) alerts(where string, args ...any) ([]Alert, error) {
	var out []Alert
	err := tx.db.Raw(alertColumns+where, args...).Scan(&out).Error
	return out, wrap(err, "alerts")
}

// ReturnAlertsOf stops the alerts of a person that did not go out yet, and gives the number.
func (tx *Tx) ReturnAlertsOf(person int64) (int64, error) {
	res := tx.db.Exec("UPDATE alerts SET state = ? WHERE person_id = ? AND state IN ?", AlertReturned, person, []AlertState{AlertPlanned, AlertWaiting})
	return res.RowsAffected, wrap(res.Error, "return alerts of a person")
}
