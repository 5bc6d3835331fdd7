package commands

import (
	"time"

	"github.com/buurtbode/buurtbode/storage"
)

// alertKind is a kind of alert: when its outcome is due, how urgent it is, and how it can end.
type alertKind struct {
	name     string
	due      time.Duration    // after sending; 0: it has no outcome, so nothing is followed up (domain.md, "Feedback")
	alone    bool             // reminded of by itself when it is due, not in the day's digest
	life     time.Duration    // what was not delivered by then is not sent any more
	priority storage.Priority // in the outbox
	outcomes []string         // templates, in the order of their numbers
}

// kindList has the kinds in the order of their numbers, which people know by heart: a new one comes last.
func kindList() []alertKind {
	const day = 24 * time.Hour
	return []alertKind{
		{name: "missing", due: 4 * time.Hour, alone: true, life: day, priority: storage.Urgent, outcomes: []string{"safe", "found", "notfound"}},
		{name: "witnesses", due: 7 * day, life: 2 * day, priority: storage.Urgent, outcomes: []string{"arrested", "tips", "nothing"}},
		{name: "warning", due: day, life: day, priority: storage.Urgent, outcomes: []string{"arrested", "over", "nothing"}},
		{name: "prevention", life: 7 * day, priority: storage.Campaign},
	}
}

// kindNamed is the kind of a stored name. A name that no kind has (any more) has no outcome.
func kindNamed(name string) alertKind {
	for _, k := range kindList() {
		if k.name == name {
			return k
		}
	}
	return alertKind{name: name}
}
