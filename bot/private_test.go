package bot_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// Nobody who gets hold of the database files, or of the log, has the phone numbers: not of a form that is being filled
// in, not of a registered group, and not out of the messages in which the bot repeated them.
func TestNoPhoneNumberLiesOpen(t *testing.T) {
	cfg := storagetest.SQLite(t)
	call(t, cfg, "import", "sample").want(t, 0)
	telegram := telegramtest.New(t)
	r := start(t, cfg, telegram, "--log-level=debug")
	anna, bert := telegram.Person("Anna"), telegram.Person("Bert")

	anna.Says("/register Vogelwijk Noord; 2161; 1; 1; 1; 75; 1; 1; 06 12345678")
	anna.Hears("06 12345678", "Vogelwijk Noord") // and there the form stays
	bert.Says("/register Rozenhof; 2161; 1; 1; 1; 30; 1; 1")
	bert.Hears("telefoonnummer")
	bert.Says("+31687654321")
	bert.Hears("Rozenhof", "06 87654321")
	bert.Says("1")
	bert.Hears("aangemeld")

	search := func(when string) {
		files, err := filepath.Glob(cfg.Database + "*")
		if err != nil || len(files) < 3 {
			t.Fatalf("the database files are %v, %v", files, err)
		}
		all := []byte(r.log.String())
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, data...)
		}
		if !bytes.Contains(all, []byte("Rozenhof")) {
			t.Errorf("%s: the name of a registered group isn't found either: the search looks in the wrong place", when)
		}
		for _, secret := range []string{"12345678", "87654321"} {
			if bytes.Contains(all, []byte(secret)) {
				t.Errorf("%s: %s lies open in the database files or in the log", when, secret)
			}
		}
	}
	search("while the bot runs")
	r.stop()
	r.ends(0)
	search("after it stopped")
}
