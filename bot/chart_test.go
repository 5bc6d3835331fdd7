package bot_test

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
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
	anna := telegram.Person("Anna")
	anna.Says("/dekking")
	picture(t, "coverage", anna.Hears("Dekking: aangemelde groepen", "Leiden 0,21", "Teylingen 0,33"))
	anna.Says("/dekking Lisse")
	if m := anna.Hears("Lisse 1,27"); len(m.Photo) != 0 {
		t.Error("one municipality has a chart, and nothing to compare it with")
	}
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
