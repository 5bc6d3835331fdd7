package bot_test

import (
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/storage"
)

// An admin group can be one topic of a group: what the bot says by itself comes there, and an answer stays where the
// question was asked.
func TestAnAdminGroupIsATopic(t *testing.T) {
	each(t, func(t *testing.T, cfg storage.Config) {
		telegram := telegramtest.New(t)
		call(t, cfg, "import", "sample").want(t, 0)
		start(t, cfg, telegram).answers("/healthz", 200)
		ria, anna := telegram.Person("Ria"), telegram.Person("Anna")
		ria.Says("/activate " + strings.TrimSpace(call(t, cfg, "invite", "officer", "--area", "Lisse").out))
		ria.Hears("wijkagent", "Lisse")
		group := telegram.Forum("Buurten van Lisse").Join(ria, anna).AddBot()
		admins, chatter := group.Topic("Beheerders"), group.Topic("Praatje")
		anna.InTopic(chatter).Says("/saar") // before it is linked
		if got := group.Hears("Signaleren").Thread; got != chatter.ID() {
			t.Errorf("the answer comes in topic %d, asked was in %d", got, chatter.ID())
		}
		ria.InTopic(admins).Says("/koppel Lisse")
		if got := group.Hears("beheerdersgroep").Thread; got != admins.ID() {
			t.Errorf("the link is confirmed in topic %d, want %d", got, admins.ID())
		}
		ria.Says("/melding preventie; Doe je lamp aan; overal; vanavond; ; ; 1; 1")
		if got := group.Hears("Doe je lamp aan", "112").Thread; got != admins.ID() {
			t.Errorf("the alert comes in topic %d, want %d", got, admins.ID())
		}
		anna.InTopic(chatter).Says("/saar")
		if got := group.Hears("Signaleren").Thread; got != chatter.ID() {
			t.Errorf("the answer comes in topic %d, asked was in %d", got, chatter.ID())
		}
		anna.SaysIn(group, "/saar")
		if got := group.Hears("Signaleren").Thread; got != 0 {
			t.Errorf("the answer comes in topic %d, asked was outside all", got)
		}
	})
}
