package commands

import (
	"strings"
	"testing"
	"time"
)

func TestWhenSomebodyIsAway(t *testing.T) {
	e, _ := bench(t)
	now := time.Date(2018, 5, 7, 12, 0, 0, 0, time.UTC) // a Monday
	for typed, want := range map[string]string{
		"tot 12-6":                       "2018-06-12T00:00:00Z",
		"12-6":                           "2018-06-12T00:00:00Z",
		"Tot 12 juni":                    "2018-06-12T00:00:00Z",
		"tot 12 sept":                    "2018-09-12T00:00:00Z",
		"until June 12":                  "2018-06-12T00:00:00Z",
		"until the 12th june":            "2018-06-12T00:00:00Z",
		"t/m vrijdag":                    "2018-05-12T00:00:00Z",
		"tot en met vrijdag":             "2018-05-12T00:00:00Z",
		"through 12/6":                   "2018-06-13T00:00:00Z",
		"till Friday":                    "2018-05-11T00:00:00Z",
		"tot 12-6 14:00":                 "2018-06-12T14:00:00Z",
		"tot morgen":                     "2018-05-08T00:00:00Z",
		"over 2 weken":                   "2018-05-21T00:00:00Z",
		"van 1-6 tot 12-6":               "2018-06-01T00:00:00Z 2018-06-12T00:00:00Z",
		"from 1 June until 12 June":      "2018-06-01T00:00:00Z 2018-06-12T00:00:00Z",
		"van maandag t/m vrijdag":        "2018-05-14T00:00:00Z 2018-05-19T00:00:00Z",
		"1-6 tot 8-6":                    "2018-06-01T00:00:00Z 2018-06-08T00:00:00Z",
		"op vakantie":                    "",
		"tot ooit":                       "",
		"gisteren":                       "",
		"lekker lang":                    "",
		"tot 3 januari (ja, zo laat al)": "2019-01-03T00:00:00Z",
	} {
		p, ok := e.parseAway(typed, now)
		if got := p.String(); ok != (want != "") || ok && got != want {
			t.Errorf("%q is %s (%v), want %q", typed, got, ok, want)
		}
	}
}

func TestDaysOffAsPeopleTypeThem(t *testing.T) {
	e, _ := bench(t)
	now := time.Date(2018, 5, 7, 12, 0, 0, 0, time.UTC) // a Monday
	for typed, want := range map[string]string{
		"elke woensdag":           "3",
		"woensdagen":              "3",
		"every Monday and Friday": "1,5",
		"woensdag":                "2018-05-09",
		"24-10 en 25 oktober":     "2018-10-24,2018-10-25",
		"vandaag":                 "2018-05-07",
		"morgen, elke zondag":     "2018-05-08,0",
		"elke dag":                "",
		"24-10 tot 27-10":         "",
		"6-5":                     "",
		"nooit":                   "",
		"":                        "",
	} {
		days, ok := e.parseDaysOff(typed, now)
		if got := strings.Join(days, ","); ok != (want != "") || got != want {
			t.Errorf("%q is %q (%v), want %q", typed, got, ok, want)
		}
	}
}
