package messages

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/locales"
)

// V are the values of a sentence: strings, whole numbers, a Say inside the Say, or anything that is Local. "Count"
// chooses the plural form.
type V map[string]any

// Say is a sentence of the locales with its values, in no language yet.
type Say struct {
	ID     string
	Values V
	Raw    string // with an empty ID: text as it is, in every language
}

// S is a sentence by its id.
func S(id string, values ...V) Say {
	s := Say{ID: id}
	if len(values) > 0 {
		s.Values = values[0]
	}
	return s
}

// Verbatim is text that is the same in every language: what a person typed.
func Verbatim(text string) Say { return Say{Raw: text} }

// Lines are sentences under each other, as one paragraph or value.
type Lines []Say

// Local is a value that reads differently in each language.
type Local interface {
	In(c *locales.Catalog, lang string) string
}

// Date is a day: "maandag 23 november".
type Date time.Time

// Moment is a day and a time: "23 november 14:05".
type Moment time.Time

// Day is a day with its year: "23 november 2018".
type Day time.Time

// Month is a month with its year: "november 2018".
type Month time.Time

// Clock is a time of day: "14:05".
type Clock time.Time

// Weekday is a day of the week: "maandag".
type Weekday time.Weekday

// Ago is how long something lasts or lasted, in the largest fitting unit: "4 uur", "3 dagen".
type Ago time.Duration

// Hundredths is a number with two decimals.
type Hundredths int64

// In gives the number with the decimal sign of lang.
func (h Hundredths) In(c *locales.Catalog, lang string) string { return c.Decimal(lang, int64(h)) }

// In gives the day in lang.
func (d Date) In(c *locales.Catalog, lang string) string { return c.Date(lang, time.Time(d)) }

// In gives the day and time in lang.
func (m Moment) In(c *locales.Catalog, lang string) string { return c.Moment(lang, time.Time(m)) }

// In gives the day in lang.
func (d Day) In(c *locales.Catalog, lang string) string { return c.Day(lang, time.Time(d)) }

// In gives the month in lang.
func (m Month) In(c *locales.Catalog, lang string) string { return c.MonthOf(lang, time.Time(m)) }

// In gives the day of the week in lang.
func (d Weekday) In(c *locales.Catalog, lang string) string {
	return c.WeekdayName(lang, time.Weekday(d))
}

// In gives the time of day.
func (t Clock) In(c *locales.Catalog, lang string) string { return c.Clock(lang, time.Time(t)) }

// In gives the duration in lang.
func (a Ago) In(c *locales.Catalog, lang string) string { return c.Duration(lang, time.Duration(a)) }

// In gives the sentence in lang, with values still marked.
func (s Say) In(c *locales.Catalog, lang string) string { return s.marked(c, lang) }

// In gives the lines in lang.
func (l Lines) In(c *locales.Catalog, lang string) string {
	out := make([]string, len(l))
	for i, s := range l {
		out[i] = s.marked(c, lang)
	}
	return strings.Join(out, "\n")
}

// Rich renders the sentence in lang.
func (s Say) Rich(c *locales.Catalog, lang string) Rich { return Parse(s.marked(c, lang)) }

// Text renders the sentence in lang as plain text.
func (s Say) Text(c *locales.Catalog, lang string) string { return s.Rich(c, lang).String() }

func (s Say) marked(c *locales.Catalog, lang string) string {
	if s.ID == "" {
		return mark(s.Raw)
	}
	values := make(map[string]any, len(s.Values))
	count := -1
	for k, v := range s.Values {
		values[k] = s.value(c, lang, v)
		if n, ok := v.(int); ok && k == "Count" {
			count = n
		}
	}
	return c.Text(lang, s.ID, values, count)
}

func (s Say) value(c *locales.Catalog, lang string, v any) string {
	switch v := v.(type) {
	case string:
		return mark(v)
	case int:
		return c.Number(lang, int64(v))
	case int64:
		return c.Number(lang, v)
	case uint:
		return strconv.FormatUint(uint64(v), 10) // a number by which people know something, never grouped
	case Say:
		return v.marked(c, lang)
	case Lines:
		return v.In(c, lang)
	case Local:
		return mark(v.In(c, lang))
	}
	return mark(fmt.Sprint(v))
}

func mark(s string) string {
	return string(valueStart) + Clean(s) + string(valueEnd)
}
