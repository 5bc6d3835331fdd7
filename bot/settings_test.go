package bot

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// readSettings reads the settings of a command line, in an environment without others.
func readSettings(t *testing.T, args ...string) (settings, error) {
	t.Helper()
	var c cli
	called, err := c.parse(args)
	if err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return c.read(called)
}

// write makes a file that only its owner reads.
func writeFile(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const goodToken = "7000000001:not-a-secret"

func TestDefaultsAreThoseOfTheContract(t *testing.T) {
	s, err := readSettings(t)
	if err != nil {
		t.Fatal(err)
	}
	b := s.bot
	if b.Zone.String() != "Europe/Amsterdam" || b.Emergency != "112" || b.Police != "0900-8844" || b.Weekly != "0 9 * * MON" ||
		b.RemindAfter != 0 || b.RemindEvery != 24*time.Hour || b.EscalateAfter != 72*time.Hour || b.LeaveAfter != 24*time.Hour {
		t.Errorf("the bot's settings are %+v", b)
	}
	if s.database.Database != "buurtbode.db" || s.database.KeysFile() != "buurtbode.db.keys" || s.web != "127.0.0.1:8080" || s.language != "nl" {
		t.Errorf("the settings are %+v", s)
	}
	if s.telegram.API != "https://api.telegram.org" || s.telegram.Rate != 29 || s.telegram.Token != "" {
		t.Errorf("Telegram's settings are %+v", s.telegram)
	}
	if s.log.Level.Level() != slog.LevelInfo || s.json {
		t.Errorf("the log is %v, %v", s.log.Level, s.json)
	}
}

func TestFlagsWinOverTheEnvironmentAndThatOverDefaults(t *testing.T) {
	t.Setenv("BUURTBODE_EMERGENCY", "101")
	t.Setenv("BUURTBODE_POLICE", "101")
	t.Setenv("BUURTBODE_WEEKLY", "@every 10s")
	t.Setenv("BUURTBODE_REMIND_AFTER", "2s")
	t.Setenv("BUURTBODE_LOG_FORMAT", "json")
	s, err := readSettings(t, "--police", "0800-123", "run")
	if err != nil {
		t.Fatal(err)
	}
	if s.bot.Emergency != "101" || s.bot.Police != "0800-123" || s.bot.Weekly != "@every 10s" || s.bot.RemindAfter != 2*time.Second || !s.json {
		t.Errorf("the settings are %+v", s)
	}
}

func TestAnEmptyVariableIsTheDefaultExceptTheWebServers(t *testing.T) {
	for _, name := range []string{"LANGUAGE", "WEEKLY", "REMIND_EVERY", "TELEGRAM_API", "DATABASE", "TELEGRAM_TOKEN", "WEB", "REMIND_AFTER"} {
		t.Setenv("BUURTBODE_"+name, "")
	}
	s, err := readSettings(t)
	if err != nil {
		t.Fatal(err)
	}
	if s.language != "nl" || s.bot.Weekly != "0 9 * * MON" || s.bot.RemindEvery != 24*time.Hour || s.database.Database != "buurtbode.db" {
		t.Errorf("the settings are %+v", s)
	}
	if s.web != "" {
		t.Errorf("the web server is on %q, want none", s.web)
	}
}

func TestSecretsFromFiles(t *testing.T) {
	other := "7000000002:another-one"
	file := writeFile(t, "  "+other+"\n")
	database := writeFile(t, "postgres://me:secret@db.example:5432/watch")
	t.Run("by the environment", func(t *testing.T) {
		t.Setenv("BUURTBODE_TELEGRAM_TOKEN_FILE", file)
		t.Setenv("BUURTBODE_DATABASE_FILE", database)
		s, err := readSettings(t)
		if err != nil || s.telegram.Token != other || !s.database.Postgres() || s.database.KeysFile() != "buurtbode.keys" {
			t.Errorf("the token is %q, the database %q, %v", s.telegram.Token, s.database.Database, err)
		}
	})
	t.Run("a file by flag wins over a value in the environment", func(t *testing.T) {
		t.Setenv("BUURTBODE_TELEGRAM_TOKEN", goodToken)
		s, err := readSettings(t, "--telegram-token-file", file)
		if err != nil || s.telegram.Token != other {
			t.Errorf("the token is %q, %v", s.telegram.Token, err)
		}
	})
	t.Run("a value by flag wins over a file in the environment", func(t *testing.T) {
		t.Setenv("BUURTBODE_TELEGRAM_TOKEN_FILE", file)
		t.Setenv("BUURTBODE_DATABASE_FILE", database)
		s, err := readSettings(t, "--telegram-token", goodToken, "--database", "x.db")
		if err != nil || s.telegram.Token != goodToken || s.database.Database != "x.db" {
			t.Errorf("the token is %q, the database %q, %v", s.telegram.Token, s.database.Database, err)
		}
	})
	t.Run("not both", func(t *testing.T) {
		t.Setenv("BUURTBODE_TELEGRAM_TOKEN", goodToken)
		t.Setenv("BUURTBODE_TELEGRAM_TOKEN_FILE", file)
		_, err := readSettings(t)
		if err == nil || !strings.Contains(err.Error(), "BUURTBODE_TELEGRAM_TOKEN_FILE (--telegram-token-file) and --telegram-token are both given") {
			t.Errorf("the error is %v", err)
		}
		if _, err = readSettings(t, "--database", "x", "--database-file", database); err == nil {
			t.Error("two databases by flag are no error")
		}
	})
}

func TestWrongSettingsAreToldALineEach(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	two := writeFile(t, "one\ntwo")
	for _, c := range []struct{ args, want string }{
		{"--weekly=mondays", `BUURTBODE_WEEKLY (--weekly) is "mondays", which is no schedule`},
		{"--weekly=0 9 * * FRY", "is no schedule"},
		{"--weekly=0 9 30 2 *", "that day never comes"},
		{"--weekly=TZ=UTC 0 9 * * *", "the zone is BUURTBODE_TIMEZONE"},
		{"--weekly=CRON_TZ=", "the zone is BUURTBODE_TIMEZONE"},
		{"--timezone=Mars/Olympus", "is no time zone: it looks like Europe/Amsterdam"},
		{"--timezone=Local", "is no time zone"},
		{"--language=fr", `BUURTBODE_LANGUAGE (--language) is "fr"; there are en, nl`},
		{"--telegram-rate=fast", "should be a number above 0"},
		{"--telegram-rate=0", "should be a number above 0"},
		{"--telegram-rate=-1", "should be a number above 0"},
		{"--telegram-rate=NaN", "should be a number above 0"},
		{"--telegram-rate=Inf", "should be a number above 0"},
		{"--telegram-api=api.telegram.org", "should begin with https://"},
		{"--telegram-token=abc", "BUURTBODE_TELEGRAM_TOKEN (--telegram-token) is malformed"},
		{"--telegram-token-file=" + missing, "can't be read: " + missing},
		{"--telegram-token-file=" + two, "should hold one line"},
		{"--database=mysql://me:geheim@host/db", "not with mysql://"},
		{"--database=postgres://me:geheim@host", "it looks like postgres://"},
		{"--database=postgres://me:geheim@ho st:x/db", "it looks like postgres://"},
		{"--web=8080", "looks like 127.0.0.1:8080"},
		{"--web=127.0.0.1:http8", "looks like 127.0.0.1:8080"},
		{"--web=127.0.0.1:99999", "looks like 127.0.0.1:8080"},
		{"--remind-after=3d", "should be a duration such as 90m or 72h"},
		{"--remind-every=0s", "should be a duration"},
		{"--escalate-after=-1h", "should be a duration"},
		{"--leave-after=soon", "should be a duration"},
		{"--emergency=help", "is no telephone number"},
		{"--police=0900-8844 or *112*", "is no telephone number"},
		{"--log-level=loud", "should be debug, info, warn or error"},
		{"--log-format=xml", "should be text or json"},
	} {
		_, err := readSettings(t, c.args)
		if err == nil {
			t.Errorf("%s is no error", c.args)
			continue
		}
		if lines := strings.Split(err.Error(), "\n"); len(lines) != 1 || !strings.Contains(lines[0], c.want) {
			t.Errorf("%s gives %q, want one line with %q", c.args, lines, c.want)
		}
		if strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s shows the password: %v", c.args, err)
		}
	}
	_, err := readSettings(t, "--language=fr", "--log-level=loud", "--web=x")
	if err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("three mistakes give %v", err)
	}
}

func TestGoodSettingsAreTaken(t *testing.T) {
	for _, args := range []string{
		"--weekly=@every 10s", "--weekly=30 17 * * 5", "--weekly=@weekly", "--telegram-rate=0.5", "--telegram-rate=5000", "--web=:0",
		"--web=[::1]:8080", "--timezone=UTC", "--language=en", "--emergency=101", "--police=+31 343 578844", "--log-level=DEBUG",
		"--telegram-token=" + goodToken, "--telegram-api=http://127.0.0.1:8081", "--database=postgresql://me@host/db", "--database=dir/with space.db",
	} {
		if _, err := readSettings(t, args); err != nil {
			t.Errorf("%s: %v", args, err)
		}
	}
}

func TestVariablesThatLookLikeSettingsButAreNone(t *testing.T) {
	got := unknownVariables([]string{"BUURTBODE_WEEKLEY=x", "BUURTBODE_WEEKLY=x", "HOME=/", "BUURTBODE_TEST_POSTGRES=x", "BUURTBODE_KEYS="})
	if len(got) != 1 || got[0] != "BUURTBODE_WEEKLEY" {
		t.Errorf("unknown are %v", got)
	}
}

func TestWebhookSettings(t *testing.T) {
	const address, secret = "https://bot.example.nl/telegram", "a_secret-1"
	for _, c := range []struct{ address, secret, web, wrong string }{
		{address, secret, "127.0.0.1:8080", ""},
		{"https://bot.example.nl:8443/telegram", secret, "127.0.0.1:8080", ""},
		{"http://127.0.0.1:9999/x", secret, "127.0.0.1:9999", ""},
		{address, "", "127.0.0.1:8080", "BUURTBODE_TELEGRAM_SECRET (--telegram-secret) is needed"},
		{address, "not good!", "127.0.0.1:8080", "BUURTBODE_TELEGRAM_SECRET (--telegram-secret) should be"},
		{"http://bot.example.nl/telegram", secret, "127.0.0.1:8080", "BUURTBODE_TELEGRAM_WEBHOOK (--telegram-webhook) should be an address"},
		{"https://bot.example.nl:9000/telegram", secret, "127.0.0.1:8080", "Telegram connects to 443"},
		{"https://bot.example.nl/metrics", secret, "127.0.0.1:8080", "choose another"},
		{address, secret, "", "set BUURTBODE_WEB"},
	} {
		s, err := readSettings(t, "--web", c.web, "--telegram-token", goodToken, "--telegram-webhook", c.address, "--telegram-secret", c.secret)
		switch {
		case c.wrong == "" && (err != nil || s.telegram.Webhook != c.address || s.telegram.Secret != c.secret):
			t.Errorf("%+v gives %+v, %v", c, s.telegram, err)
		case c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)):
			t.Errorf("%+v gives %v", c, err)
		case err != nil && c.secret != "" && strings.Contains(err.Error(), c.secret):
			t.Errorf("the error shows the secret: %v", err)
		}
	}
}

func TestWhatsappSettings(t *testing.T) {
	s, err := readSettings(t)
	if err != nil || s.whatsapp != (whatsappSettings{store: "buurtbode.db.whatsapp", rate: 12}) {
		t.Errorf("the defaults are %+v, %v", s.whatsapp, err)
	}
	s, err = readSettings(t, "--database", "postgres://a:b@127.0.0.1:5432/c", "--whatsapp", "on", "--whatsapp-rate", "30")
	if err != nil || s.whatsapp != (whatsappSettings{on: true, store: "postgres://a:b@127.0.0.1:5432/c", rate: 30}) {
		t.Errorf("with PostgreSQL they are %+v, %v", s.whatsapp, err)
	}
	key := strings.Repeat("0f", 32)
	for _, c := range []struct{ flag, value, wrong string }{
		{"--whatsapp", "yes", "BUURTBODE_WHATSAPP (--whatsapp) is \"yes\", but should be on or off"},
		{"--whatsapp-rate", "0", "BUURTBODE_WHATSAPP_RATE (--whatsapp-rate) is \"0\""},
		{"--whatsapp-rate", "fast", "should be a number above 0"},
		{"--whatsapp-store", "mysql://x", "BUURTBODE_WHATSAPP_STORE (--whatsapp-store) is a path"},
		{"--whatsapp-version", "2.3000.1031080782", ""},
		{"--whatsapp-version", "2.3000", "BUURTBODE_WHATSAPP_VERSION (--whatsapp-version) should be a version of WhatsApp Web such as"},
		{"--whatsapp-version", "2.3000.-5", "should be a version"},
		{"--whatsapp-server", "127.0.0.1:1#" + key, ""},
		{"--whatsapp-server", "[::1]:1#" + key, ""},
		{"--whatsapp-server", "192.0.2.1:1#" + key, "BUURTBODE_WHATSAPP_SERVER (--whatsapp-server) should look like"},
		{"--whatsapp-server", "localhost:1#" + key, "should look like"},
		{"--whatsapp-server", "127.0.0.1:1", "should look like"},
	} {
		_, err := readSettings(t, c.flag, c.value)
		if c.wrong == "" && err != nil || c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)) {
			t.Errorf("%s %s gives %v", c.flag, c.value, err)
		}
	}
}
