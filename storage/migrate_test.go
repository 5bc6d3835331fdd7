package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// with is the program's migrations of SQLite and one more.
func with(t *testing.T, statements string) fs.FS {
	t.Helper()
	all := fstest.MapFS{}
	const dir = "migrations/sqlite"
	entries, err := fs.ReadDir(migrations, dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := fs.ReadFile(migrations, dir+"/"+e.Name())
		if err != nil {
			t.Fatal(err)
		}
		all[dir+"/"+e.Name()] = &fstest.MapFile{Data: data}
	}
	all[dir+"/90000_test.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + statements)}
	return all
}

func open(t *testing.T, cfg Config) {
	t.Helper()
	s, err := Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func file(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := openSQLiteDB(sqliteDSN(path), 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// rebuild is how SQLite changes a table; with foreign keys on it would delete every child row.
const rebuild = `CREATE TABLE new_districts (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, unit TEXT NOT NULL DEFAULT '', extra TEXT);
INSERT INTO new_districts (id, name, unit) SELECT id, name, unit FROM districts;
DROP TABLE districts;
ALTER TABLE new_districts RENAME TO districts;`

func TestMigrationKeepsChildrenAndACopy(t *testing.T) {
	cfg := Config{Database: filepath.Join(t.TempDir(), "b.db")}
	open(t, cfg)
	db := file(t, cfg.Database)
	for _, q := range []string{"INSERT INTO districts (name) VALUES ('D')", "INSERT INTO teams (name, district_id) VALUES ('T', 1)"} {
		if _, err := db.ExecContext(context.Background(), q); err != nil {
			t.Fatal(err)
		}
	}
	newer := cfg
	newer.migrations = with(t, rebuild)
	open(t, newer)
	open(t, newer)
	copies, err := filepath.Glob(cfg.Database + ".before-*")
	if err != nil || len(copies) != 1 {
		t.Fatalf("the copies are %v, %v: one for one migration", copies, err)
	}
	if info, err := os.Stat(copies[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy has the mode %v, %v: it holds contact details", info.Mode(), err)
	}
	for path, column := range map[string]string{cfg.Database: "extra", copies[0]: "unit"} {
		var district string
		q := "SELECT districts.name FROM teams JOIN districts ON districts.id = teams.district_id WHERE COALESCE(districts." + column + ", '') = ''"
		if err := file(t, path).QueryRowContext(context.Background(), q).Scan(&district); err != nil || district != "D" {
			t.Errorf("%s has the district %q, %v", filepath.Base(path), district, err)
		}
	}
	if _, err := Open(context.Background(), cfg); !errors.Is(err, ErrNewer) {
		t.Errorf("an older program on a newer database gets %v", err)
	}
}

// The photos of a database that is older than documents are still there, with the networks' ids of them, which go with them.
func TestPhotosBecomeFiles(t *testing.T) {
	cfg := Config{Database: filepath.Join(t.TempDir(), "b.db")}
	older := cfg
	all := with(t, "SELECT 1;").(fstest.MapFS)
	for name := range all {
		if filepath.Base(name) >= "00027" {
			delete(all, name)
		}
	}
	older.migrations = all
	open(t, older)
	db := file(t, cfg.Database)
	for _, q := range []string{
		"INSERT INTO accounts (id, platform, account) VALUES (1, 'telegram', '1')", "INSERT INTO photos (sha256, jpeg, created_at) VALUES ('aa', 'JPEG', 1)",
		"INSERT INTO photo_files (sha256, account_id, file) VALUES ('aa', 1, 'F')",
	} {
		if _, err := db.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	err = s.Write(t.Context(), func(tx *Tx) error {
		jpeg, err := tx.Photo("aa")
		if err != nil || string(jpeg) != "JPEG" {
			t.Errorf("the photo is %q, %v", jpeg, err)
		}
		for _, want := range []string{"F", ""} {
			if network, err := tx.PhotoFile("aa", 1); err != nil || network != want {
				t.Errorf("the network's id is %q, %v; want %q", network, err, want)
			}
			if err := tx.ErasePhotos(At(2)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestBrokenReferencesStopEveryStart(t *testing.T) {
	cfg := Config{Database: filepath.Join(t.TempDir(), "b.db")}
	open(t, cfg)
	cfg.migrations = with(t, "INSERT INTO teams (name, district_id) VALUES ('T', 12345);")
	for try := range 2 {
		s, err := Open(context.Background(), cfg)
		if err == nil {
			_ = s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "broken references") {
			t.Errorf("start %d gives %v", try+1, err)
		}
	}
	if _, err := file(t, cfg.Database).ExecContext(context.Background(), "DELETE FROM teams"); err != nil {
		t.Fatal(err)
	}
	open(t, cfg)
}

func TestBrokenMigrationChangesNothing(t *testing.T) {
	cfg := Config{Database: filepath.Join(t.TempDir(), "b.db")}
	open(t, cfg)
	broken := cfg
	broken.migrations = with(t, "CREATE TABLE half (id INTEGER);\nSELECT nonsense;")
	if _, err := Open(context.Background(), broken); err == nil {
		t.Fatal("opened")
	}
	open(t, cfg)
	var n int
	q := "SELECT COUNT(*) FROM sqlite_master WHERE name = 'half'"
	if err := file(t, cfg.Database).QueryRowContext(context.Background(), q).Scan(&n); err != nil || n != 0 {
		t.Errorf("half of a migration stayed: %d, %v", n, err)
	}
}

// Both dialects have the same tables, columns and indexes.
func TestDialectsAreTheSame(t *testing.T) {
	lite, err := fs.ReadDir(migrations, "migrations/sqlite")
	if err != nil {
		t.Fatal(err)
	}
	plain := strings.NewReplacer("BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", "ID", "INTEGER PRIMARY KEY AUTOINCREMENT", "ID",
		"BIGINT", "INTEGER", "BYTEA", "BLOB", "DOUBLE PRECISION", "REAL", ") WITHOUT ROWID;", ");", "is BYTEA", "is BLOB", "a BLOB", "BLOB", "is BLOB", "is BLOB",
		"ALTER TABLE deliveries DROP CONSTRAINT deliveries_text_id_fkey;", "SELECT 1;")
	for _, e := range lite {
		var texts [2]string
		for i, dialect := range []string{"sqlite", "postgres"} {
			data, err := fs.ReadFile(migrations, fmt.Sprintf("migrations/%s/%s", dialect, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			texts[i] = plain.Replace(string(data))
		}
		a, b := strings.Split(texts[0], "\n"), strings.Split(texts[1], "\n")
		for i := range min(len(a), len(b)) {
			if strings.Join(strings.Fields(a[i]), " ") != strings.Join(strings.Fields(b[i]), " ") {
				t.Errorf("%s, line %d:\n  sqlite   %s\n  postgres %s", e.Name(), i+1, a[i], b[i])
			}
		}
	}
}
