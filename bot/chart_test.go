package bot_test

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/storage"
)

// A chart arrives as a picture that can be read on a phone, and under it the same figures as text.
func TestChartsThroughTelegram(t *testing.T) {
	each(t, charts)
}

// charts plays it on a database.
func charts(t *testing.T, cfg storage.Config) {
	telegram := telegramtest.New(t)
	call(t, cfg, "import", "sample").want(t, 0)
	start(t, cfg, telegram).answers("/healthz", 200)
	anna, ria := telegram.Person("Anna"), telegram.Person("Ria")
	anna.Says("/dekking")
	picture(t, "coverage", anna.Hears("Dekking: aangemelde groepen", "Leiden 0,21", "Teylingen 0,33"))
	anna.Says("/dekking Lisse")
	if m := anna.Hears("Lisse 1,27"); len(m.Photo) != 0 {
		t.Error("one municipality has a chart, and nothing to compare it with")
	}

	group := telegram.Supergroup("Beheerders Lisse").Join(ria)
	group.AddBot()
	ria.Says("/activate " + strings.TrimSpace(call(t, cfg, "invite", "officer", "--area", "Lisse").out))
	ria.Hears("wijkagent", "Lisse")
	ria.SaysIn(group, "/koppel Lisse")
	group.Hears("beheerdersgroep", "Lisse")
	for i, how := range []string{"achterdeur open", "ruit kapot", "slot geforceerd", "sieraden weg", "fiets meegenomen", "raam opengebroken"} {
		ria.Says(fmt.Sprintf("/melding vermist; Kind %d kwijt; Kerkplein; nu; blauwe jas; ; 1; 1", i+1))
		ria.Says("/melding getuigen; Woninginbraak, " + how + "; Vuursteeg; vannacht; ; ; 1; 1")
	}
	group.Hears("Woninginbraak, raam opengebroken")
	for _, tip := range []string{"1; 3", "3; 2", "5; 1", "7; 3", "2; 2", "4; 1"} {
		ria.Says("/tip " + tip)
		ria.Hears("Genoteerd: een tip bij melding " + tip[:1])
	}
	ria.Says("/effect")
	m := ria.Hears("Helpen de meldingen? Lisse", "Bij 6 van de 12 meldingen (50%) kwam een tip binnen", "48%", "Vermiste persoon: 4 van 6 (67%)", "Getuigen gezocht: 2 van 6 (33%)")
	picture(t, "impact", m)
	ria.Hears("6 tips bij meldingen", "niets: 2")
	ria.Taps("Jaar")
	ria.Hears("Helpen de meldingen? Lisse")
	picture(t, "impact-months", ria.Hears("Met een tip, per maand", "6 van 12 (50%)"))
}

// picture checks the chart of a message. With BUURTBODE_TEST_CHARTS it keeps it in that folder, to be looked at.
func picture(t *testing.T, name string, m telegramtest.Message) {
	t.Helper()
	img, err := png.DecodeConfig(bytes.NewReader(m.Photo))
	if err != nil {
		t.Fatalf("%s: %d bytes are no chart: %v", name, len(m.Photo), err)
	}
	if img.Width != 1080 || img.Height < 400 || img.Height > 5000 {
		t.Errorf("%s: the chart is %d x %d", name, img.Width, img.Height)
	}
	if dir := os.Getenv("BUURTBODE_TEST_CHARTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".png"), m.Photo, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
