package commands_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

func TestPortfolioHolderHearsOfAPauseOnAnotherPlatform(t *testing.T) {
	town := commandstest.New(t)
	petra := town.Person("petra").WithRole("portfolio", "team Bollenstreek")
	ria := town.Person("ria").WithRole("officer", "area Lisse")
	petra.Says("/help")
	ria.Says("/help")
	before := town.Last("ria").ID
	until := time.Date(2018, time.May, 10, 16, 30, 0, 0, time.UTC) // 18:30 in Amsterdam
	pause := func(platform string, until time.Time) []commandstest.Heard {
		town.Write(func(tx *storage.Tx) error {
			return town.Engine.Paused(context.Background(), tx, platform, "9", until, "429", town.Now)
		})
		return town.Forward(time.Second)
	}
	pause("whatsapp", until)
	petra.Hears("WhatsApp", "tot 10 mei 18:30")
	if again := pause("whatsapp", until); len(again) != 0 {
		t.Errorf("the same pause was told again: %v", again)
	}
	if soon := pause("whatsapp", until.Add(5*time.Minute)); len(soon) != 0 {
		t.Errorf("a pause of the same hour was told: %v", soon)
	}
	if longer := pause("whatsapp", until.Add(24*time.Hour)); len(longer) != 1 {
		t.Errorf("a pause of a day was not told: %v", longer)
	}
	if over := pause("whatsapp", time.Time{}); len(over) != 0 {
		t.Errorf("its end was told: %v", over)
	}
	if own := pause("telegram", until); len(own) != 0 {
		t.Errorf("a pause was told on the platform that is paused: %v", own)
	}
	if town.Last("ria").ID != before {
		t.Error("the officer heard of it")
	}
}

func TestWhatWasSaidLongAgoIsAskedForAgainOnce(t *testing.T) {
	town := commandstest.New(t)
	ria := town.Person("ria")
	ria.Says("/start")
	group := town.AdminGroup("Lisse")
	ago := func(d time.Duration) messages.Inbound {
		return messages.Inbound{Text: "/saar", SentAt: town.Now.Add(-d)}
	}

	if got := commandstest.Text(ria.Gives(ago(23 * time.Hour))); !strings.Contains(got, "Signaleren") {
		t.Errorf("what was said yesterday is answered with %q", got)
	}
	if got := ria.Gives(ago(25 * time.Hour)); len(got) != 1 || !strings.Contains(got[0].Text, "Stuur het dan opnieuw") || !strings.Contains(got[0].Text, "112") {
		t.Errorf("what was said before is answered with %q", commandstest.Text(got))
	}
	if got := ria.Gives(ago(26 * time.Hour)); len(got) != 0 {
		t.Errorf("the next one as well: %q", commandstest.Text(got))
	}
	if got := ria.GivesIn(group, ago(25*time.Hour)); len(got) != 1 || !strings.Contains(got[0].Text, "Stuur het dan opnieuw") {
		t.Errorf("in a group it is %q", commandstest.Text(got))
	}
	if got := ria.GivesIn(group, messages.Inbound{Text: "mooi weer", SentAt: town.Now.Add(-48 * time.Hour)}); len(got) != 0 {
		t.Errorf("what was not for the bot is answered with %q", commandstest.Text(got))
	}
}
