package demo

import (
	"context"
	"sync"
	"time"

	"github.com/buurtbode/buurtbode/bot/webchat"
)

// Clock is the town's clock: it runs like a real one, and can be put forward.
type Clock struct {
	real func() time.Time

	mu    sync.Mutex
	shown time.Time // what it showed ...
	at    time.Time // ... at this real time
}

func newClock(shows time.Time, realNow func() time.Time) *Clock {
	return &Clock{real: realNow, shown: shows, at: realNow()}
}

// Now is the town's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time { return c.shown.Add(c.real().Sub(c.at)) }

// Turn puts the clock forward to a time; a time that is past leaves it as it is.
func (c *Clock) Turn(to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if to.After(c.now()) {
		c.shown, c.at = to.In(c.shown.Location()), c.real()
	}
}

// ahead is how far the clock is ahead of real time.
func (c *Clock) ahead() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.shown.Sub(c.at)
}

// Ahead is how far the town's clock is ahead of real time.
func (t *town) Ahead() time.Duration { return t.clock.ahead() }

// Forward puts the clock forward, through everything that is due on the way.
func (t *town) Forward(ctx context.Context, step webchat.Step) error {
	t.turning.Lock()
	defer t.turning.Unlock()
	return t.bot.Forward(ctx, t.clock.Turn, after(t.clock.Now(), step))
}

// Between these hours the town opens: at night what isn't urgent waits for the morning, and a newcomer would see nothing
// arrive.
const (
	firstHour = 8
	lastHour  = 20
)

// byDay is a time, or what is nearest to it by day.
func byDay(t time.Time) time.Time {
	if t.Hour() >= firstHour && t.Hour() < lastHour {
		return t
	}
	hour := firstHour
	if t.Hour() >= lastHour {
		hour = lastHour
	}
	return time.Date(t.Year(), t.Month(), t.Day(), hour, 0, 0, 0, t.Location())
}

// summaryHour is when the weekly summary goes out on Mondays, unless the operator chose another time.
const summaryHour = 9

// after is the time to which a step leads.
func after(now time.Time, step webchat.Step) time.Time {
	switch step {
	case webchat.Hour:
		return now.Add(time.Hour)
	case webchat.Day:
		return now.AddDate(0, 0, 1)
	case webchat.Monday:
		days := (int(time.Monday) - int(now.Weekday()) + 7) % 7
		monday := time.Date(now.Year(), now.Month(), now.Day()+days, summaryHour, 0, 0, 0, now.Location())
		if !monday.After(now) {
			monday = monday.AddDate(0, 0, 7)
		}
		return monday
	}
	return now
}
