package bot_test

import (
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// An alert from its first word to the group, on Telegram: in the team's words, with what had better not be in it changed,
// and approved by somebody else as it goes beyond the own area.
func TestWritingAnAlertOnTelegram(t *testing.T) {
	cfg := storagetest.SQLite(t)
	call(t, cfg, "import", "sample").want(t, 0)
	code := func(args ...string) string {
		return strings.TrimSpace(call(t, cfg, append([]string{"invite"}, args...)...).out)
	}
	officer, portfolio := code("officer", "--area", "Lisse"), code("portfolio", "--team", "Bollenstreek")
	telegram := telegramtest.New(t)
	start(t, cfg, telegram)
	ria, petra := telegram.Person("Ria"), telegram.Person("Petra")
	ria.Says("/activate " + officer)
	ria.Hears("Lisse")
	petra.Says("/activate " + portfolio)
	petra.Hears("Bollenstreek")

	shops := telegram.Supergroup("Ondernemers Lisse").Join(ria, petra)
	ria.AddsBot(shops)
	shops.Hears("/koppel")
	ria.SaysIn(shops, "/koppel Lisse ondernemers")
	shops.Hears("voor ondernemers")
	ria.SaysIn(shops, "/stilte 22-6")
	shops.Hears("22:00", "06:00")

	petra.Says("/sjablonen")
	petra.Taps("Nieuw sjabloon")
	petra.Hears("Voor wat voor melding")
	petra.Taps("3. Waarschuwing")
	petra.Hears("Hoe heet het?")
	petra.Says("Winkels")
	petra.Hears("Wat moet er staan?")
	petra.Says("Beste winkeliers, let op: {wat}")
	petra.Hears("in het Engels")
	petra.Taps("Overslaan")
	petra.Hears("Beste winkeliers, let op: ", "0900-8844")
	petra.Taps("1. Bewaren")
	petra.Hears("Versie 1")

	ria.Says("/melding 3")
	ria.Hears("Welke tekst")
	ria.Taps("2. Winkels")
	ria.Hears("Wat is er gebeurd?")
	for _, fact := range []string{"valse biljetten, bel Karin op 06-12345678", "Heereweg", "gisteren", "overslaan", "overslaan", "2"} {
		ria.Says(fact)
	}
	ria.Hears("een telefoonnummer dat niet van de politie is: 06-12345678")
	ria.Taps("1. Aanpassen")
	ria.Hears("Wat is er gebeurd?")
	ria.Says("valse biljetten van 50 euro")
	ria.Hears("Beste winkeliers, let op: valse biljetten van 50 euro", "0900-8844")
	ria.Taps("1. Versturen")
	ria.Hears("wacht op een collega")
	petra.Hears("Beste winkeliers, let op: valse biljetten van 50 euro")
	petra.Taps("1. Akkoord")
	petra.Hears("gaat nu door")
	shops.Hears("Beste winkeliers, let op: valse biljetten van 50 euro", "0900-8844")
}
