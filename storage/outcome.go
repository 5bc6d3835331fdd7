package storage

// AlertOutcome is how an alert ended, as an officer told it.
type AlertOutcome struct {
	ID        int64
	AlertID   int64
	Template  string // id of the template, or empty for own words
	Text      string // own words
	PersonID  *int64 // who told it; nil: that person was erased
	CreatedAt int64  // UTC milliseconds
}

// TableName is the table of outcomes.
func (AlertOutcome) TableName() string { return "outcomes" }

// AddOutcome keeps how an alert ended.
func (tx *Tx) AddOutcome(o AlertOutcome) error { return wrap(tx.db.Create(&o).Error, "add outcome") }
