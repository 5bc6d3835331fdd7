package bot

import "time"

// Clock is the domain clock: it decides what is due, what has expired and how times are worded. Tests and the demo turn
// it. Time-outs, pacing and backoff run by real time.
type Clock interface {
	// Now is the time in the zone in which people read it.
	Now() time.Time
}

// WallClock is real time in a zone.
func WallClock(zone *time.Location) Clock { return wallClock{zone} }

type wallClock struct{ zone *time.Location }

func (c wallClock) Now() time.Time { return time.Now().In(c.zone) }

// realNow is real time, with its monotonic reading.
func realNow() time.Time { return time.Now() }
