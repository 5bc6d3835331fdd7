package commands_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands"
	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/storage"
)

// may is a moment in May 2018.
func may(town *commandstest.Town, day, hour int) time.Time {
	return time.Date(2018, 5, day, hour, 0, 0, 0, town.Now.Location())
}

// counts fails the test unless so many of the messages, but for the weekly summary, went to somebody.
func counts(t *testing.T, what string, heard []commandstest.Heard, want map[string]int) {
	t.Helper()
	for who, n := range want {
		got := slices.DeleteFunc(heardBy(heard, who), func(h commandstest.Heard) bool { return strings.HasPrefix(h.Cause, "weekly") })
		if len(got) != n {
			t.Errorf("%s: %s heard %d messages, want %d:\n%s", what, who, len(got), n, commandstest.Text(got))
		}
	}
}

func TestTheSubstituteGetsOneDigestWithWhatAdminsAskedForFirst(t *testing.T) {
	town := commandstest.New(t)
	lisse := town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	hans := town.Person("hans").WithRole(storage.Officer, "area Hillegom")
	ria.Says("/melding 3; Fietsendieven actief; Station; vandaag; ; ; 1; 1")
	ria.Says("/melding 3; Babbeltrucs aan de deur; Heereweg; vandaag; ; ; 1; 1")
	town.Person("anna").SaysIn(lisse, "/terugkoppeling 2")
	ria.Says("/afwezig tot 20-5; hans")
	heard := town.ForwardTo(may(town, 9, 9))
	counts(t, "the first digest", heard, map[string]int{"ria": 0, "hans": 1})
	hans.Hears("2 meldingen", "ria is afwezig")
	text := town.Last("hans").Text
	if strings.Index(text, "Melding 2") > strings.Index(text, "Melding 1") {
		t.Errorf("what admins asked for does not come first:\n%s", text)
	}
	hans.Says("/terugkoppeling 2; 3; 1")
	lisse.Hears("Hoe het afliep", "melding 2")
	ria.Says("/afwezig einde")
	hans.Says("/terugkoppeling 1; 3; 1")
	hans.Hears("hoort niet bij jouw wijk")
	counts(t, "after she is back", town.ForwardTo(may(town, 10, 9)), map[string]int{"ria": 1, "hans": 0})
}

func TestNobodyIsRemindedOnADayOff(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	town.Person("petra").WithRole(storage.Portfolio, "team Bollenstreek")
	ria.Says("/vrij elke woensdag")
	ria.Says(warning) // due on Tuesday at noon: in the digest of Wednesday, escalated on Friday at noon
	ria.Hears("10 mei 09:00")
	counts(t, "until Thursday", town.ForwardTo(may(town, 10, 8)), map[string]int{"ria": 0, "petra": 0})
	counts(t, "on Thursday", town.ForwardTo(may(town, 10, 10)), map[string]int{"ria": 1})
	ria.Says("/vrij 11-5") // after the reminder was planned
	counts(t, "on Friday", town.ForwardTo(may(town, 11, 23)), map[string]int{"ria": 0, "petra": 0})
	counts(t, "on Saturday", town.ForwardTo(may(town, 12, 23)), map[string]int{"ria": 1, "petra": 0})
	counts(t, "on Sunday", town.ForwardTo(may(town, 13, 13)), map[string]int{"ria": 1, "petra": 1})
	ria.Taps("Nog open")
	ria.Hears("weer op 15 mei 09:00")
}

func TestUrgentRemindersWaitForADayOffToo(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Says(missing) // due at four
	ria.Says("/vrij vandaag")
	ria.Says("/vrij morgen")
	counts(t, "today and tomorrow", town.ForwardTo(may(town, 9, 6)), map[string]int{"ria": 0})
	counts(t, "the day after", town.ForwardTo(may(town, 9, 7)), map[string]int{"ria": 1})
}

func TestTheEscalationOfAHolderWhoIsAwayGoesToTheSubstitute(t *testing.T) {
	for name, test := range map[string]struct {
		says map[string]string
		want map[string]int
	}{
		"here":                    {nil, map[string]int{"petra": 1, "kees": 0}},
		"away with a substitute":  {map[string]string{"petra": "/afwezig tot 20-5; wim"}, map[string]int{"petra": 0, "kees": 0, "wim": 1}},
		"away with nobody":        {map[string]string{"petra": "/afwezig tot 20-5;"}, map[string]int{"petra": 0, "kees": 1, "wim": 0}},
		"off on that day":         {map[string]string{"petra": "/vrij elke vrijdag"}, map[string]int{"petra": 0, "kees": 0}}, // she hears on Saturday
		"the substitute is away":  {map[string]string{"petra": "/afwezig tot 20-5; wim", "wim": "/afwezig tot 20-5;"}, map[string]int{"petra": 0, "kees": 1, "wim": 0}},
		"nobody at all, until...": {map[string]string{"petra": "/afwezig tot 20-5;", "kees": "/afwezig tot 20-5;"}, map[string]int{"petra": 0, "kees": 0}},
	} {
		t.Run(name, func(t *testing.T) {
			town := commandstest.New(t)
			town.AdminGroup("Lisse")
			ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
			town.Person("kees").WithRole(storage.OpCo, "area Lisse")
			town.Person("petra").WithRole(storage.Portfolio, "team Bollenstreek")
			town.Person("wim").WithRole(storage.Officer, "area Hillegom")
			ria.Says(warning)
			for _, who := range []string{"petra", "wim", "kees"} {
				if says := test.says[who]; says != "" {
					town.Person(who).Says(says)
				}
			}
			counts(t, "until Friday evening", town.ForwardTo(may(town, 11, 23)), test.want)
		})
	}
}

func TestTheSameReminderNeverComesTwice(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Says(missing)
	ria.Says(warning)
	ria.Says("/melding 3; Babbeltrucs aan de deur; Heereweg; vandaag; ; ; 1; 1")
	var job commands.Job
	for _, j := range town.Engine.Jobs() {
		if j.Name == "remind" {
			job = j
		}
	}
	for _, at := range []time.Time{may(town, 7, 16), may(town, 9, 9)} {
		town.Now = at
		killed := errors.New("killed")
		err := town.Store.Write(context.Background(), func(tx *storage.Tx) error {
			return errors.Join(job.Run(context.Background(), tx, at), killed) // what was begun is undone
		})
		if !errors.Is(err, killed) {
			t.Fatal(err)
		}
		for range 2 { // and by another process at the same moment
			town.Write(func(tx *storage.Tx) error { return job.Run(context.Background(), tx, at) })
		}
		heard := heardBy(town.Forward(time.Minute), "ria")
		n := 0
		for _, h := range heard {
			if strings.HasPrefix(h.Cause, "remind:") || strings.HasPrefix(h.Cause, "digest:") {
				n++
			}
		}
		if want := map[int]int{16: 1, 9: 2}[at.Hour()]; n != want {
			t.Errorf("at %s: %d reminders, want %d:\n%s", at, n, want, commandstest.Text(heard))
		}
	}
}

func TestWhatWasMissedInTheEveningIsNotSentAtNight(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Says(warning)
	town.ForwardTo(may(town, 9, 9))
	town.Write(func(tx *storage.Tx) error {
		c, err := tx.PrivateChat(1)
		if err != nil {
			return err
		}
		d, err := tx.DeliveryOf(c.ID, town.Last("ria").ID)
		if want := may(town, 9, 22).UnixMilli(); err == nil && d.ExpiresAt != want {
			t.Errorf("the reminder is sent until %v", storage.At(d.ExpiresAt))
		}
		return err
	})
}

func TestWhatIsHandedOverAtNightIsHeardInTheMorning(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	hans := town.Person("hans").WithRole(storage.Officer, "area Hillegom")
	hans.Says("/vrij 8-5")
	ria.Says(warning)
	town.ForwardTo(may(town, 7, 23))
	counts(t, "at night", ria.Says("/overdragen 1 hans"), map[string]int{"hans": 0})
	ria.Hears("hans hoort het op 9 mei 07:00")
	counts(t, "the day off", town.ForwardTo(may(town, 9, 6)), map[string]int{"hans": 0})
	counts(t, "in the morning", town.ForwardTo(may(town, 9, 8)), map[string]int{"hans": 1})
	hans.Says("/afwezig tot 20-5;")
	ria.Says("/overdragen 1 ria")
	ria.Says("/overdragen 1 hans")
	ria.Hears("hans is afwezig tot zondag 20 mei")
}

func TestAQuestionThatWaitsIsDroppedOnceItIsAnswered(t *testing.T) {
	town := commandstest.New(t)
	lisse := town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	ria.Says(warning)
	town.ForwardTo(may(town, 7, 23))
	town.Person("anna").SaysIn(lisse, "/terugkoppeling 1")
	lisse.Hears("Ik vraag het op 8 mei 07:00")
	ria.Says("/terugkoppeling 1; 3; 1")
	counts(t, "in the morning", town.ForwardTo(may(town, 8, 12)), map[string]int{"ria": 0})
}

func TestTheEscalationComesThoughOfficerAndHolderNeverWorkOnTheSameDay(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	petra := town.Person("petra").WithRole(storage.Portfolio, "team Bollenstreek")
	ria.Says(warning)
	ria.Says("/vrij elke donderdag, vrijdag, zaterdag, zondag")
	petra.Says("/vrij elke maandag, dinsdag, woensdag")
	heard := town.ForwardTo(may(town, 18, 12))
	counts(t, "in the second week", heard, map[string]int{"petra": 1})
	for _, h := range heardBy(heard, "petra") {
		if !strings.Contains(h.Text, "niet verteld hoe het afliep") {
			t.Errorf("petra heard: %s", h.Text)
		}
	}
	if day := town.Now.Weekday(); day != time.Friday {
		t.Errorf("the test ends on a %s", day)
	}
}

func TestTheEscalationTellsWhoIsAway(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	town.Person("hans").WithRole(storage.Officer, "area Hillegom")
	petra := town.Person("petra").WithRole(storage.Portfolio, "team Bollenstreek")
	ria.Says(warning)
	ria.Says("/afwezig tot 20-5; hans")
	town.ForwardTo(may(town, 11, 13))
	petra.Hears("Gestuurd door ria", "ria is afwezig tot zondag 20 mei")
}

func TestTheWeeklyPreviewLeavesInPeaceWhoIsAwayOrOff(t *testing.T) {
	town := commandstest.New(t)
	town.AdminGroup("Lisse")
	ria := town.Person("ria").WithRole(storage.Officer, "area Lisse")
	hans := town.Person("hans").WithRole(storage.Officer, "area Lisse")
	town.Person("kees").WithRole(storage.OpCo, "area Lisse")
	wim := town.Person("wim").WithRole(storage.Officer, "area Lisse")
	ria.Says("/afwezig tot 20-5; hans")
	hans.Says("/vrij elke zondag")
	wim.Says("/vrij 13-5 en 14-5")
	ria.Says("/notitie Extra controles bij de school")
	previews := func(at time.Time) map[string]int {
		n := map[string]int{}
		for _, h := range town.ForwardTo(at) {
			if strings.HasPrefix(h.Cause, "weeklypreview:") {
				n[h.Chat]++
			}
		}
		return n
	}
	if got := previews(may(town, 14, 6)); got["kees"] != 1 || len(got) != 1 {
		t.Errorf("shown on Sunday: %v", got)
	}
	if got := previews(may(town, 14, 8)); got["hans"] != 1 || len(got) != 1 {
		t.Errorf("shown on Monday morning: %v", got)
	}
}
