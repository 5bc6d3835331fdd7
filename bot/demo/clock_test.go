package demo

import (
	"testing"
	"time"
)

func TestTheTownOpensByDay(t *testing.T) {
	for real, want := range map[string]string{
		"00:05": "08:00", "07:59": "08:00", "08:00": "08:00", "13:37": "13:37", "19:59": "19:59", "20:30": "20:00", "23:59": "20:00",
	} {
		at, err := time.Parse("2006-01-02 15:04", "2026-11-27 "+real)
		if err != nil {
			t.Fatal(err)
		}
		if got := byDay(at).Format("2006-01-02 15:04"); got != "2026-11-27 "+want {
			t.Errorf("at %s the town's clock shows %s, not %s", real, got, want)
		}
	}
}

func TestTheClockOnlyGoesForward(t *testing.T) {
	now := time.Date(2026, 11, 27, 23, 0, 0, 0, time.UTC)
	c := newClock(byDay(now), func() time.Time { return now })
	if got := c.ahead(); got != -3*time.Hour {
		t.Errorf("the clock is %s ahead", got)
	}
	c.Turn(now.Add(-24 * time.Hour))
	if got := c.Now(); got.Hour() != lastHour {
		t.Errorf("turned back it shows %s", got)
	}
	c.Turn(after(c.Now(), "monday"))
	if got := c.Now(); got.Weekday() != time.Monday || got.Hour() != summaryHour || !got.After(now) {
		t.Errorf("on Monday it shows %s", got)
	}
	now = now.Add(time.Minute)
	if got := c.Now(); got.Minute() != 1 {
		t.Errorf("a minute later it shows %s", got)
	}
}
