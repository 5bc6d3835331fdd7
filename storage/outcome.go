package storage

import "fmt"

// OutcomeKind is what is told of an alert after it went out.
type OutcomeKind string

// The kinds of what is told.
const (
	Ended     OutcomeKind = "ended"     // how it ended
	Corrected OutcomeKind = "corrected" // how it ended, because that was told wrongly before
	Interim   OutcomeKind = "interim"   // how things stand while it is open
	Reopened  OutcomeKind = "reopened"  // that it is open again
)

// AlertOutcome is something that an officer told of an alert: how it ended, or how things stand.
type AlertOutcome struct {
	ID        int64
	AlertID   int64
	Kind      OutcomeKind
	Template  string // id of the template, or empty for own words
	Text      string // own words
	Kept      string // why something stays in it that does not belong there; empty: nothing of the kind
	Cause     string // of the deliveries with which it went out
	PersonID  *int64 // who told it; nil: that person was erased
	CreatedAt int64  // UTC milliseconds
}

// TableName is the table of outcomes.
func (AlertOutcome) TableName() string { return "outcomes" }

// Ends tells whether it says how the alert ended.
func (k OutcomeKind) Ends() bool { return k == Ended || k == Corrected }

// AddOutcome keeps what is told of an alert, and gives it with the cause of the deliveries with which it is to go out.
func (tx *Tx) AddOutcome(o AlertOutcome) (AlertOutcome, error) {
	var before int
	if err := tx.db.Raw("SELECT COUNT(*) FROM outcomes WHERE alert_id = ?", o.AlertID).Row().Scan(&before); err != nil {
		return o, wrap(err, "add outcome")
	}
	if o.Kind == "" {
		o.Kind = Ended
	}
	o.Cause = outcomeCause(o.Kind, o.AlertID, before)
	err := tx.db.Create(&o).Error
	return o, wrap(err, "add outcome")
}

// outcomeCause names what is told of an alert after so many other things were.
func outcomeCause(k OutcomeKind, alert int64, before int) string {
	name := "feedback"
	switch k {
	case Interim:
		name = "interim"
	case Reopened:
		name = "reopen"
	case Ended, Corrected:
	}
	if before == 0 {
		return fmt.Sprintf("%s:%d", name, alert)
	}
	return fmt.Sprintf("%s:%d:%d", name, alert, before)
}

// OutcomesOf is everything that was told of an alert, the oldest first.
func (tx *Tx) OutcomesOf(alert int64) ([]AlertOutcome, error) {
	var out []AlertOutcome
	err := tx.db.Raw("SELECT * FROM outcomes WHERE alert_id = ? ORDER BY id", alert).Scan(&out).Error
	return out, wrap(err, "outcomes of an alert")
}
