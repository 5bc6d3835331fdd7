// Package storagetest opens real, empty databases for tests: SQLite in a temporary folder and, where
// BUURTBODE_TEST_POSTGRES names a server, a schema of its own in PostgreSQL.
package storagetest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/buurtbode/buurtbode/storage"
)

// Server is the environment variable with the address of a PostgreSQL server for tests.
const Server = "BUURTBODE_TEST_POSTGRES"

// Each runs test on every database there is: the same tests hold on all of them.
func Each(t *testing.T, test func(t *testing.T, s *storage.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, Open(t, SQLite(t))) })
	t.Run("postgres", func(t *testing.T) { test(t, Open(t, Postgres(t))) })
}

// SQLite is the configuration of a new SQLite file.
func SQLite(t testing.TB) storage.Config {
	t.Helper()
	return storage.Config{Database: filepath.Join(t.TempDir(), "buurtbode.db")}
}

// Postgres is the configuration of a new schema; the test is skipped without a server.
func Postgres(t testing.TB) storage.Config {
	t.Helper()
	address := os.Getenv(Server)
	if address == "" {
		t.Skip("no PostgreSQL: run `make test`, or install postgresql and set " + Server + "=postgres://user:password@127.0.0.1:5432/name")
	}
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatalf("open the test server: %v", err)
	}
	schema := "t" + strings.ToLower(strings.Map(alphanumeric, t.Name()))
	if len(schema) > 40 {
		schema = schema[:40]
	}
	schema = fmt.Sprintf("%s_%d", schema, os.Getpid())
	for _, q := range []string{"DROP SCHEMA IF EXISTS " + schema + " CASCADE", "CREATE SCHEMA " + schema} {
		if _, err := db.ExecContext(context.Background(), q); err != nil {
			t.Fatalf("make a schema: %v", err)
		}
	}
	t.Cleanup(func() {
		_, _ = db.ExecContext(context.Background(), "DROP SCHEMA IF EXISTS "+schema+" CASCADE")
		_ = db.Close()
	})
	u, err := url.Parse(address)
	if err != nil {
		t.Fatalf("%s is no address: %v", Server, err)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return storage.Config{Database: u.String(), Keys: filepath.Join(t.TempDir(), "buurtbode.keys")}
}

// Open opens the database and closes it when the test ends.
func Open(t testing.TB, cfg storage.Config) *storage.Store {
	t.Helper()
	s, err := storage.Open(context.Background(), cfg)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// BreakLock ends the connection to PostgreSQL that holds the lock of an account, as a server that restarts does.
func BreakLock(t testing.TB, cfg storage.Config, platform, account string) {
	t.Helper()
	db, err := sql.Open("pgx", cfg.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	const end = `SELECT COUNT(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory' AND
		((classid::bigint << 32) | objid::bigint) = hashtextextended(concat_ws(' ', 'buurtbode', current_schema(), $1::text, $2::text), 0)`
	var n int
	if err := db.QueryRowContext(context.Background(), end, platform, account).Scan(&n); err != nil || n != 1 {
		t.Fatalf("broke %d locks of account %s: %v", n, account, err)
	}
}

func alphanumeric(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return r
	}
	return '_'
}
