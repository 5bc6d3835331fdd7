package bot_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/bot"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// stopped is a clock that stands still.
type stopped struct{ now time.Time }

func (c stopped) Now() time.Time { return c.now }

// Noon of the day on which the tests' town lives.
func noon(zone *time.Location) time.Time { return time.Date(2018, time.May, 7, 12, 0, 0, 0, zone) }

// called is how a call of the program ended.
type called struct {
	code        int
	out, errors string
}

// call calls the program in this process. A database and no web server stand before the arguments.
func call(t *testing.T, cfg storage.Config, args ...string) called {
	t.Helper()
	var out, errs bytes.Buffer
	code := bot.Main(t.Context(), bot.Program{
		Version: "v1.2.3", Args: append(settingsOf(cfg), args...), Stdout: &out, Stderr: &errs,
		Clock: func(zone *time.Location) bot.Clock { return stopped{noon(zone)} },
	})
	return called{code, out.String(), errs.String()}
}

// settingsOf are the flags for a database, without a web server.
func settingsOf(cfg storage.Config) []string {
	return []string{"--database", cfg.Database, "--keys", cfg.KeysFile(), "--web", ""}
}

// want checks the exit code and that the lines hold these words: on stdout if all went well, else one line on stderr.
func (c called) want(t *testing.T, code int, words ...string) {
	t.Helper()
	text := c.out
	if code != 0 {
		text = c.errors
	}
	if c.code != code {
		t.Errorf("the exit code is %d, want %d\nstdout: %s\nstderr: %s", c.code, code, c.out, c.errors)
	}
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%q is not in %q", w, text)
		}
	}
	if code != 0 && (strings.Count(c.errors, "\n") != 1 || !strings.HasPrefix(c.errors, "buurtbode: ")) {
		t.Errorf("want one line on stderr, got %q", c.errors)
	}
}

// each runs a test on both databases.
func each(t *testing.T, test func(t *testing.T, cfg storage.Config)) {
	t.Run("sqlite", func(t *testing.T) { test(t, storagetest.SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, storagetest.Postgres(t)) })
}

func TestVersionHelpAndWhatIsNoCommand(t *testing.T) {
	cfg := storagetest.SQLite(t)
	call(t, cfg, "version").want(t, 0, "buurtbode v1.2.3\n")
	help := call(t, cfg, "--help")
	help.want(t, 0, "run", "import", "invite", "doctor", "health", "backup", "version", "--telegram-token-file", "--weekly")
	if n := strings.Count(help.out, "\n"); n > 30+2*strings.Count(help.out, "\n      --") || help.errors != "" { // two lines for each setting
		t.Errorf("help has %d lines, and on stderr %q", n, help.errors)
	}
	invite := call(t, cfg, "invite", "--help")
	invite.want(t, 0, "--municipality", "districtmanager")
	if strings.Contains(invite.out, "--weekly") {
		t.Errorf("the help of invite shows all settings:\n%s", invite.out)
	}
	call(t, cfg, "dance").want(t, 2, "dance", "--help")
	call(t, cfg, "--colour=red").want(t, 2, "--colour")
	call(t, cfg, "invite").want(t, 2, "role")
	call(t, cfg, "--language=fr", "import", "sample").want(t, 2, "BUURTBODE_LANGUAGE")
	if _, err := os.Stat(cfg.Database); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a wrong call touched the database: %v", err)
	}
}

func TestRunNeedsANetwork(t *testing.T) {
	cfg := storagetest.SQLite(t)
	call(t, cfg).want(t, 2, "BUURTBODE_TELEGRAM_TOKEN")
	call(t, cfg, "run").want(t, 2, "BUURTBODE_TELEGRAM_TOKEN")
}

func TestImport(t *testing.T) {
	each(t, func(t *testing.T, cfg storage.Config) {
		for range 2 {
			call(t, cfg, "import", "sample").want(t, 0, "11 municipalities", "195 sample groups")
		}
		call(t, cfg, "import", "--remove-sample").want(t, 0, "removed 195 sample groups")
		file := filepath.Join(t.TempDir(), "structure.toml")
		if err := os.WriteFile(file, []byte("[[municipality]]\nname = 'Nieuwkoop'\n[[municipality.area]]\nname = 'Nieuwkoop'\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		call(t, cfg, "import", file).want(t, 0, "1 municipalities, 1 areas")
		call(t, cfg, "invite", "keeper", "--municipality", "nieuwkoop").want(t, 0)
		if err := os.WriteFile(file, []byte("[[municipality]]\nname = \n"), 0o600); err != nil {
			t.Fatal(err)
		}
		call(t, cfg, "import", file).want(t, 1, file, "line 2")
		call(t, cfg, "import", file+"x").want(t, 2, "no such file")
		call(t, cfg, "import").want(t, 2, "say what to import")
		call(t, cfg, "import", "sample", "--remove-sample").want(t, 2, "say what to import")
	})
}

func TestInvite(t *testing.T) {
	each(t, func(t *testing.T, cfg storage.Config) {
		call(t, cfg, "import", "sample").want(t, 0)
		for _, args := range [][]string{
			{"officer", "--area", "Lisse"},
			{"Wijkagent", "--area", "LÍSSE"},
			{"keeper", "--municipality", "teylingen"},
			{"portfolio", "--team=bollen"}, // no other begins like it
		} {
			got := call(t, cfg, append([]string{"invite"}, args...)...)
			got.want(t, 0)
			if !regexp.MustCompile(`^[A-Z2-9]{8}\n$`).MatchString(got.out) {
				t.Errorf("%v prints %q, want the code alone", args, got.out)
			}
			if strings.Contains(got.errors, strings.TrimSpace(got.out)) {
				t.Errorf("the code stands on stderr as well: %q", got.errors)
			}
		}
		call(t, cfg, "invite", "officer", "--area", "noordw").want(t, 2, "Noordwijk, Noordwijkerhout")
		call(t, cfg, "invite", "officer", "--area", "Atlantis").want(t, 2, `no area "Atlantis"`, "Hillegom", "Zoeterwoude")
		call(t, cfg, "invite", "officer", "--team", "Delft").want(t, 2, "Bollenstreek")
		call(t, cfg, "invite", "mayor", "--area", "Lisse").want(t, 2, `no role "mayor"`, "districtmanager")
		call(t, cfg, "invite", "officer").want(t, 2, "--area, --municipality, --team and --district")
		call(t, cfg, "invite", "officer", "--district", "Leiden-Bollenstreek").want(t, 2, "only the control room")
		call(t, cfg, "invite", "meldkamer", "--district", "leiden").want(t, 0)
		call(t, cfg, "invite", "officer", "--area", "Lisse", "--team", "Bollenstreek").want(t, 2, "one of --area")
	})
}

func TestAnInviteIsGoodForSevenDays(t *testing.T) {
	cfg := storagetest.SQLite(t)
	call(t, cfg, "import", "sample").want(t, 0)
	code := strings.TrimSpace(call(t, cfg, "invite", "opco", "--team", "Bollenstreek").out)
	store := storagetest.Open(t, cfg)
	err := store.Write(t.Context(), func(tx *storage.Tx) error {
		if _, err := tx.UseInvite(code, 1, noon(time.UTC).Add(8*24*time.Hour)); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("after eight days the code gives %v", err)
		}
		account, err := tx.Account("telegram", "1")
		if err != nil {
			return err
		}
		p, err := tx.EnsurePerson(account, sender("7"), nil, noon(time.UTC))
		if err != nil {
			return err
		}
		i, err := tx.UseInvite(code, p.ID, noon(time.UTC).Add(6*24*time.Hour))
		if err != nil || i.Role != storage.OpCo || i.TeamID == nil {
			t.Errorf("after six days the code gives %+v, %v", i, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNothingIsMadeByLooking(t *testing.T) {
	cfg := storagetest.SQLite(t)
	call(t, cfg, "invite", "officer", "--area", "Lisse").want(t, 1, "there is no database", "buurtbode import")
	call(t, cfg, "backup", filepath.Join(t.TempDir(), "copy")).want(t, 1, "there is no database")
	doctor := call(t, cfg, "doctor")
	doctor.want(t, 1, "need your attention")
	if !strings.Contains(doctor.out, "!!  database: there is no database") {
		t.Errorf("the doctor finds:\n%s", doctor.out)
	}
	left, err := os.ReadDir(filepath.Dir(cfg.Database))
	if err != nil || len(left) > 0 {
		t.Errorf("these files were made: %v, %v", left, err)
	}
}

func TestNothingIsMadeByLookingAtPostgreSQL(t *testing.T) {
	cfg := storagetest.Postgres(t)
	doctor := call(t, cfg, "doctor")
	doctor.want(t, 1)
	if !strings.Contains(doctor.out, "nothing of buurtbode in it yet") {
		t.Errorf("the doctor finds:\n%s", doctor.out)
	}
	call(t, cfg, "backup", filepath.Join(t.TempDir(), "copy")).want(t, 1, "nothing of buurtbode in it yet")
}

func TestWrongAndMissingKeys(t *testing.T) {
	each(t, func(t *testing.T, cfg storage.Config) {
		call(t, cfg, "import", "sample").want(t, 0)
		token := []string{"--telegram-token", "7000000001:not-a-secret", "run"}
		right := cfg.KeysFile()
		other := storagetest.SQLite(t)
		call(t, other, "import", "sample").want(t, 0)

		cfg.Keys = other.KeysFile()
		call(t, cfg, token...).want(t, 1, cfg.Keys, "is not the one that this database was sealed with", "BUURTBODE_KEYS")
		cfg.Keys = filepath.Join(t.TempDir(), "gone.keys")
		call(t, cfg, token...).want(t, 1, cfg.Keys, "is missing", "BUURTBODE_KEYS")
		if _, err := os.Stat(cfg.Keys); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("a key set was made in place of the missing one: %v", err)
		}
		if err := os.WriteFile(cfg.Keys, []byte("{}\n{}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		call(t, cfg, token...).want(t, 1, cfg.Keys, "is damaged")
		if got := call(t, cfg, "doctor"); got.code != 1 || !strings.Contains(got.out, "!!  database: the key set "+cfg.Keys+" is damaged") {
			t.Errorf("the doctor finds %d:\n%s", got.code, got.out)
		}
		cfg.Keys = right
		call(t, cfg, "invite", "officer", "--area", "Lisse").want(t, 0)
	})
}

// Beside a bot that runs, everything but a second bot works.
func TestBesideARunningBot(t *testing.T) {
	cfg := storagetest.SQLite(t)
	running := storagetest.Open(t, cfg)
	lock, err := running.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Release() }()
	call(t, cfg, "import", "sample").want(t, 0)
	call(t, cfg, "invite", "officer", "--area", "Lisse").want(t, 0)
	if got := call(t, cfg, "doctor"); !strings.Contains(got.out, "ok  a bot is running on this database") {
		t.Errorf("the doctor finds:\n%s", got.out)
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	call(t, cfg, "backup", copied).want(t, 0, copied, cfg.KeysFile())
	call(t, cfg, "--telegram-token", "7000000001:not-a-secret", "run", "--log-level=error").want(t, 1, "another buurtbode is running on this database")
	if err := running.Read(t.Context(), func(tx *storage.Tx) error {
		areas, err := tx.Areas()
		if len(areas) != 11 {
			t.Errorf("the running bot sees %d areas, want 11", len(areas))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestBackupIsTheWholeDatabaseWhileItIsWritten(t *testing.T) {
	cfg := storagetest.SQLite(t)
	call(t, cfg, "import", "sample").want(t, 0)
	copied := storage.Config{Database: filepath.Join(t.TempDir(), "copy.db"), Keys: cfg.KeysFile()}
	running := storagetest.Open(t, cfg)
	err := running.Write(t.Context(), func(tx *storage.Tx) error {
		if _, err := tx.RemoveSampleGroups(); err != nil {
			return err
		}
		call(t, cfg, "backup", copied.Database).want(t, 0) // what isn't committed is not in it
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(copied.Database)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy is %v, %v; want it readable for its owner only", info.Mode(), err)
	}
	call(t, cfg, "backup", copied.Database).want(t, 1, "is there already")
	if err := storagetest.Open(t, copied).Read(t.Context(), func(tx *storage.Tx) error {
		counts, err := tx.CountGroups()
		total := 0
		for _, n := range counts {
			total += n
		}
		if total != 195 {
			t.Errorf("the copy has %d groups, want 195", total)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestBackupOfPostgreSQL(t *testing.T) {
	cfg := storagetest.Postgres(t)
	call(t, cfg, "import", "sample").want(t, 0)
	file := filepath.Join(t.TempDir(), "copy.dump")
	call(t, cfg, "backup", file).want(t, 0, file)
	data, err := os.ReadFile(file)
	if err != nil || !bytes.HasPrefix(data, []byte("PGDMP")) {
		t.Errorf("the copy begins with %.5q, %v; want pg_dump's custom format", data, err)
	}
}

func TestDatabaseTroubleIsOneLineWithoutThePassword(t *testing.T) {
	dir := t.TempDir()
	call(t, storage.Config{Database: dir}, "import", "sample").want(t, 1, dir)
	call(t, storage.Config{Database: "postgres://me:geheim@127.0.0.1:1/watch?connect_timeout=2"}, "import", "sample").
		want(t, 1, "PostgreSQL at 127.0.0.1:1 does not answer")
	if err := os.WriteFile(filepath.Join(dir, "text"), []byte(strings.Repeat("no database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	got := call(t, storage.Config{Database: filepath.Join(dir, "text")}, "import", "sample")
	got.want(t, 1, "not a database")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	if code := bot.Main(ctx, bot.Program{Args: []string{"--database=" + filepath.Join(dir, "x.db"), "import", "sample"}, Stdout: &out, Stderr: &errs}); code != 1 {
		t.Errorf("a call that was cancelled gives %d: %s", code, errs.String())
	}
}

func sender(id string) messages.Sender { return messages.Sender{ID: id, Name: "Ria"} }
