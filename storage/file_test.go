package storage_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// The dialector alone would bring SQLite 3.41: a database that a newer one wrote must stay readable, and JSON functions are used.
func TestSQLiteIsNewEnough(t *testing.T) {
	var major, minor int
	version := ""
	if err := raw(t, storagetest.SQLite(t)).QueryRowContext(ctx(), "SELECT sqlite_version()").Scan(&version); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscanf(version, "%d.%d", &major, &minor); err != nil || major != 3 || minor < 45 {
		t.Errorf("SQLite is %s, want at least 3.45: is github.com/glebarez/go-sqlite still required?", version)
	}
}

// modernc.org/sqlite is translated for one layout of modernc.org/libc: another version may break it at run time.
func TestLibcIsTheOneThatSQLiteAsksFor(t *testing.T) {
	list := func(format, module string) string {
		out, err := exec.CommandContext(ctx(), "go", "list", "-m", "-f", format, module).Output()
		if err != nil {
			t.Fatalf("go list -m %s: %v", module, err)
		}
		return strings.TrimSpace(string(out))
	}
	data, err := os.ReadFile(list("{{.GoMod}}", "modernc.org/sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	asked := regexp.MustCompile(`modernc\.org/libc (\S+)`).FindSubmatch(data)
	if asked == nil {
		t.Fatal("modernc.org/sqlite no longer asks for modernc.org/libc")
	}
	if got := list("{{.Version}}", "modernc.org/libc"); got != string(asked[1]) {
		t.Errorf("modernc.org/libc is %s, but modernc.org/sqlite asks for %s: go get modernc.org/libc@%s", got, asked[1], asked[1])
	}
}

func TestSettingsOfSQLite(t *testing.T) {
	cfg := storagetest.SQLite(t)
	cfg.Database = filepath.Join(filepath.Dir(cfg.Database), "new", "odd name?#%.db")
	s := storagetest.Open(t, cfg)
	c := chat(t, s, "-1")
	read(t, s, func(tx *storage.Tx) error {
		if _, err := tx.FindChat(at("-1")); err != nil {
			return err
		}
		if tx.SetChatLanguage(c.ID, "en") == nil {
			t.Error("a reader can write")
		}
		return nil
	})
	err := s.Write(ctx(), func(tx *storage.Tx) error { return tx.SetPhotoFile("none", 12345, "x") })
	if err != nil {
		t.Error(err)
	}
	if err := s.Write(ctx(), func(tx *storage.Tx) error { return tx.AddWrongCode(12345, noon) }); err == nil {
		t.Error("a reference to nobody is taken: foreign keys are off")
	}
	if runtime.GOOS == "windows" {
		return
	}
	entries, err := os.ReadDir(filepath.Dir(cfg.Database))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v, want 0600: %v", e.Name(), info.Mode(), err)
		}
	}
}

func TestACommitWaitsForTheDiskUnlessTheFileIsThrownAway(t *testing.T) {
	for passing, want := range map[bool]int64{false: 2, true: 0} { // https://sqlite.org/pragma.html#pragma_synchronous
		cfg := storagetest.SQLite(t)
		cfg.Passing = passing
		err := storagetest.Open(t, cfg).Write(ctx(), func(tx *storage.Tx) error {
			got, err := tx.Number("PRAGMA synchronous")
			if got != want {
				t.Errorf("passing %v: synchronous is %d, not %d", passing, got, want)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestBackupBesideAWriterOpensAgain(t *testing.T) {
	eachConfig(t, func(t *testing.T, cfg storage.Config) {
		s := storagetest.Open(t, cfg)
		chat(t, s, "-1")
		if cfg.Postgres() {
			execute(t, raw(t, cfg), "CREATE TABLE whatsmeow_keys (secret TEXT)")
		}
		writing, stop := context.WithCancel(ctx())
		stopped := make(chan int)
		go func() {
			n := 0
			for ; writing.Err() == nil; n++ {
				err := s.Write(ctx(), func(tx *storage.Tx) error {
					_, err := tx.Arrive(messages.Inbound{ID: fmt.Sprint(n), At: at("-1")}, noon)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
			stopped <- n
		}()
		file := filepath.Join(t.TempDir(), "copy")
		err := s.Backup(ctx(), file)
		stop()
		if n := <-stopped; n == 0 {
			t.Error("nothing was written beside the backup")
		}
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the copy has the mode %v: %v", info.Mode(), err)
		}
		if err := s.Backup(ctx(), file); err == nil || !strings.Contains(err.Error(), "there already") {
			t.Errorf("a second backup to the same file gives %v", err)
		}
		copied := restored(t, cfg, file)
		again := storagetest.Open(t, copied)
		read(t, again, func(tx *storage.Tx) error { _, err := tx.FindChat(at("-1")); return err })
		if cfg.Postgres() { // a platform's own keys stay where they are
			if _, err := raw(t, copied).ExecContext(ctx(), "SELECT secret FROM whatsmeow_keys"); err == nil {
				t.Error("the keys of a platform are in the copy")
			}
		}
	})
}

// restored is a database made of a backup, with the key set of the original.
func restored(t *testing.T, cfg storage.Config, file string) storage.Config {
	t.Helper()
	if !cfg.Postgres() {
		return storage.Config{Database: file, Keys: cfg.KeysFile()}
	}
	db := raw(t, storage.Config{Database: os.Getenv(storagetest.Server)})
	name := fmt.Sprintf("restored_%d", os.Getpid())
	execute(t, db, "CREATE DATABASE "+name)
	t.Cleanup(func() { execute(t, db, "DROP DATABASE "+name+" WITH (FORCE)") })
	address := regexp.MustCompile(`/[^/?]+\?`).ReplaceAllString(cfg.Database, "/"+name+"?")
	libpq := regexp.MustCompile(`search_path=[^&]*&?`).ReplaceAllString(address, "")
	if out, err := exec.CommandContext(ctx(), "pg_restore", "--no-owner", "--dbname="+libpq, file).CombinedOutput(); err != nil {
		t.Fatalf("pg_restore: %v: %s", err, out)
	}
	return storage.Config{Database: address, Keys: cfg.Keys}
}

func TestOneRunsOnAFile(t *testing.T) {
	cfg := storagetest.SQLite(t)
	one, two := storagetest.Open(t, cfg), storagetest.Open(t, cfg)
	lock, err := one.Lock(ctx())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := two.Lock(ctx()); !errors.Is(err, storage.ErrLocked) || !strings.Contains(err.Error(), cfg.Database) {
		t.Errorf("a second one gets %v", err)
	}
	chat(t, two, "-1") // and yet uses the database beside it
	if err := errors.Join(lock.Release(), lock.Release()); err != nil {
		t.Error(err)
	}
	again, err := two.Lock(ctx())
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Release(); err != nil {
		t.Error(err)
	}
}

func TestOneRunsAnAccount(t *testing.T) {
	cfg := storagetest.Postgres(t)
	one, two := storagetest.Open(t, cfg), storagetest.Open(t, cfg)
	lock, err := one.LockAccount(ctx(), "telegram", "1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := two.LockAccount(ctx(), "telegram", "1"); !errors.Is(err, storage.ErrLocked) {
		t.Errorf("a second one gets %v", err)
	}
	other, err := two.LockAccount(ctx(), "telegram", "2")
	if err != nil {
		t.Fatalf("another account: %v", err)
	}
	lock.Check()
	select {
	case <-lock.Lost():
		t.Fatal("a lock that is held is said to be lost")
	default:
	}
	storagetest.BreakLock(t, cfg, "telegram", "1")
	storagetest.BreakLock(t, cfg, "telegram", "2")
	for _, l := range []*storage.Lock{lock, other} {
		l.Check()
		select {
		case <-l.Lost():
		case <-time.After(10 * time.Second):
			t.Error("a lock whose connection broke is not said to be lost")
		}
	}
	again, err := two.LockAccount(ctx(), "telegram", "1")
	if err != nil {
		t.Fatalf("who comes next: %v", err)
	}
	for _, l := range []*storage.Lock{lock, other, again} {
		if err := l.Release(); err != nil {
			t.Error(err)
		}
	}
}
