package commands

import (
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

// Settings are what the operator chose.
type Settings struct {
	Emergency     string         // number for urgent help: 112; in Belgium 101 (domain.md, SAAR)
	Police        string         // number for what is not urgent: 0900-8844
	Zone          *time.Location // wall time of everything that people read and of what happens by the clock
	RemindAfter   time.Duration  // 0: by kind of alert; else for every kind, and reminders go out as soon as they are due
	RemindEvery   time.Duration
	EscalateAfter time.Duration // after a follow-up was due
	LeaveAfter    time.Duration // how long the bot stays in a group that nobody links
	Weekly        string        // cron, five fields, or "@every 10s"
}

// numbers are the values of every sentence that names the police's telephone numbers.
func (s Settings) numbers() messages.V {
	return messages.V{"Emergency": s.Emergency, "Police": s.Police}
}
