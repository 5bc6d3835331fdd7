package locales

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// dutch and english names stand here and not in the files: they belong to the calendar, as CLDR gives them, and are
// used inside sentences.
var calendars = map[string]struct {
	days      [7]string
	months    [12]string
	thousands string
}{
	"nl": {
		days:      [7]string{"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"},
		months:    [12]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"},
		thousands: ".",
	},
	"en": {
		days:      [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		months:    [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		thousands: ",",
	},
}

// Date is a day in words: "maandag 23 november". The time is taken as it stands, in its own zone.
func (c *Catalog) Date(lang string, t time.Time) string {
	cal := calendars[c.Match(lang)]
	return fmt.Sprintf("%s %d %s", cal.days[t.Weekday()], t.Day(), cal.months[t.Month()-1])
}

// Moment is a day and a time: "23 november 14:05".
func (c *Catalog) Moment(lang string, t time.Time) string {
	cal := calendars[c.Match(lang)]
	return fmt.Sprintf("%d %s %s", t.Day(), cal.months[t.Month()-1], t.Format("15:04"))
}

// Day is a day with its year: "23 november 2018".
func (c *Catalog) Day(lang string, t time.Time) string {
	return fmt.Sprintf("%d %s", t.Day(), c.MonthOf(lang, t))
}

// MonthOf is a month with its year: "november 2018".
func (c *Catalog) MonthOf(lang string, t time.Time) string {
	return fmt.Sprintf("%s %d", calendars[c.Match(lang)].months[t.Month()-1], t.Year())
}

// Clock is a time of day: "14:05".
func (c *Catalog) Clock(_ string, t time.Time) string { return t.Format("15:04") }

// Duration is a length of time in the largest unit that fits it: minutes under an hour, hours under two days, else days.
func (c *Catalog) Duration(lang string, d time.Duration) string {
	id, n := "time.minutes", int(d.Round(time.Minute)/time.Minute)
	switch {
	case d >= 48*time.Hour:
		id, n = "time.days", int(d/(24*time.Hour))
	case d >= time.Hour:
		id, n = "time.hours", int(d/time.Hour)
	case d < time.Minute:
		n = 1
	}
	return c.Text(lang, id, map[string]any{"Count": strconv.Itoa(n)}, n)
}

// Number groups thousands as the language does.
func (c *Catalog) Number(lang string, n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	var groups []string
	for len(s) > 3 {
		groups = append([]string{s[len(s)-3:]}, groups...)
		s = s[:len(s)-3]
	}
	return sign + strings.Join(append([]string{s}, groups...), calendars[c.Match(lang)].thousands)
}

// Decimal is a number with two decimals, cut off and not rounded: domain.md's table of coverage is printed so.
func (c *Catalog) Decimal(lang string, hundredths int64) string {
	sep := "."
	if c.Match(lang) == "nl" {
		sep = ","
	}
	return fmt.Sprintf("%d%s%02d", hundredths/100, sep, hundredths%100)
}

// Weekday is the day of the week that a lower-case name in any language means.
func (c *Catalog) Weekday(name string) (time.Weekday, bool) {
	for _, cal := range calendars {
		for i, day := range cal.days {
			if strings.EqualFold(day, name) {
				return time.Weekday(i), true
			}
		}
	}
	return 0, false
}

// WeekdayName is a day of the week: "maandag".
func (c *Catalog) WeekdayName(lang string, d time.Weekday) string {
	return calendars[c.Match(lang)].days[d]
}

// MonthNamed is the month that a name in any language means, or the first letters of one, at least three of them.
func (c *Catalog) MonthNamed(name string) (time.Month, bool) {
	const fewest = 3
	for _, cal := range calendars {
		for i, month := range cal.months {
			if len(name) >= fewest && len(name) <= len(month) && strings.EqualFold(month[:len(name)], name) {
				return time.Month(i + 1), true
			}
		}
	}
	return 0, false
}
