package bot_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/storage"
)

// An alert is passed on through Telegram: the buttons stand in the admin group and not in the channel, the text to forward
// comes by itself in private, a tip gets the call line once, and what people say to each other leaves no trace.
func TestPassingOnThroughTelegram(t *testing.T) {
	each(t, passingOn)
}

// passingOn plays it on a database.
func passingOn(t *testing.T, cfg storage.Config) {
	telegram := telegramtest.New(t)
	call(t, cfg, "import", "sample").want(t, 0)
	r := start(t, cfg, telegram)
	r.answers("/healthz", 200)
	ria, anna, kees := telegram.Person("Ria"), telegram.Person("Anna"), telegram.Person("Kees")
	ria.Says("/activate " + strings.TrimSpace(call(t, cfg, "invite", "officer", "--area", "Lisse").out))
	ria.Hears("wijkagent", "Lisse")
	group, channel := telegram.Supergroup("Beheerders Lisse").Join(ria, anna, kees), telegram.Channel("Lisse veilig")
	group.AddBot()
	channel.AddBot()
	channel.PromoteBot()
	ria.SaysIn(group, "/koppel Lisse")
	group.Hears("beheerdersgroep", "Lisse")
	ria.Says("/koppel")
	channel.Posts(regexp.MustCompile(`/link [A-Z2-9]{8}`).FindString(ria.Hears("Een kanaal").Text))
	ria.Hears("is gekoppeld")

	anna.Says("/start")
	anna.Hears("buurtbode")
	ria.Says("/melding vermist; Jongen van 6 vermist; Kerkplein; nu; blauwe jas; ; 1; 1")
	alert := group.Hears("Vermist in Lisse", "Jongen van 6")
	ria.Says("/melding preventie; Doe je lamp aan; overal; vanavond; ; ; 4; 1")
	public := channel.Hears("Doe je lamp aan", "112")
	if len(alert.Buttons) == 0 || len(public.Buttons) != 0 {
		t.Errorf("the group has %v under the alert, the channel %v", alert.Buttons, public.Buttons)
	}

	anna.TapsIn(group, "Doorgezet")
	anna.Hears("Dank je wel voor het doorzetten van melding 1")
	anna.TapsIn(group, "Tekst om door te sturen")
	text := anna.Hears("Vermist in Lisse (melding 1)", "Politie, team Bollenstreek", "Geldig tot", "112", "0900-8844")
	if len(text.Buttons) != 0 || text.ReplyTo != 0 {
		t.Errorf("the text to forward is not by itself: %+v", text)
	}
	kees.In(group).Answers(alert.ID, "ik zie hem lopen bij de brug")
	group.Hears("Bel dit meteen door", "112", "0900-8844")
	said := kees.In(group).Says("Zag jij dat ook?")
	kees.In(group).Answers(said, "ja, ik zie hem lopen bij de brug")
	kees.In(group).Answers(alert.ID, "fijn!")
	ria.SaysIn(group, "/help")
	group.Hears("Dit kun je hier doen")
	if heard := group.Messages(); strings.Count(joined(heard), "Bel dit meteen door") != 1 {
		t.Errorf("the group heard:\n%s", joined(heard))
	}

	ria.Says("/melding oefening vermist; Meisje van 9; Heereweg; nu; ; ; 1; 1")
	group.Hears("OEFENING", "Meisje van 9", "Bel nu niet")
	anna.TapsIn(group, "Gezien")
	anna.Hears("Oefening 3 is gezien")
	if seen := group.Hears("OEFENING", "Meisje van 9"); len(seen.Buttons) != 0 { // the button is used up
		t.Errorf("under a drill that was seen are %v", seen.Buttons)
	}
	reacting(t, telegram, group, alert.ID)
	ria.Says("/bereik 1")
	ria.Hears("Nog niet doorgezet", "1 persoon had hier een tip")
}

// reacting has Kees put reactions in the group: none is heard before the bot is an administrator there, and of those that are only a
// thumb under the bot's alert counts, once.
func reacting(t *testing.T, telegram *telegramtest.Server, group *telegramtest.Group, alert int) {
	t.Helper()
	kees := telegram.Person("Kees")
	kees.Says("/start")
	kees.Hears("buurtbode")
	kees.In(group).Reacts(alert, "👍")
	group.PromoteBot()
	said := telegram.Person("Anna").SaysIn(group, "Ik ga kijken")
	kees.In(group).Reacts(said, "👍")
	kees.In(group).Reacts(alert)
	kees.In(group).Reacts(alert, "❤")
	kees.In(group).Reacts(alert, "👍")
	kees.In(group).Reacts(alert)
	kees.In(group).Reacts(alert, "📣")
	telegram.Confirmed()
	kees.Hears("Dank je wel voor het doorzetten van melding 1")
	kees.Says("/help")
	kees.Hears("Dit kun je hier doen")
	if heard := joined(kees.Messages()); strings.Count(heard, "Dank je wel") != 1 {
		t.Errorf("Kees heard:\n%s", heard)
	}
	if heard := joined(group.Heard()); heard != "" {
		t.Errorf("the group heard:\n%s", heard)
	}
}

func joined(messages []telegramtest.Message) string {
	var b strings.Builder
	for _, m := range messages {
		b.WriteString(m.String() + "\n")
	}
	return b.String()
}
