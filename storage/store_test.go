package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"testing"
	"time"

	sqlite "github.com/glebarez/go-sqlite"
	"github.com/jackc/pgx/v5/pgconn"
)

func TestUnavailable(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{errors.New("a bug"), false},
		{fmt.Errorf("register: %w", ErrNotFound), false},
		{fmt.Errorf("wrapped: %w", &pgconn.PgError{Code: "57P01"}), true}, // the server is shut down
		{&pgconn.PgError{Code: "40001"}, true},
		{&pgconn.PgError{Code: "53300"}, true}, // too many connections
		{&pgconn.PgError{Code: "25006"}, true}, // became a replica
		{&pgconn.PgError{Code: "23505"}, false},
		{&pgconn.PgError{Code: "22P05"}, false},
		{&pgconn.PgError{Code: "?"}, false},
		{fmt.Errorf("x: %w", context.DeadlineExceeded), true},
		{fmt.Errorf("x: %w", io.ErrUnexpectedEOF), true},
	} {
		if got := Unavailable(c.err); got != c.want {
			t.Errorf("%v is the database's trouble: %v, want %v", c.err, got, c.want)
		}
	}
}

func TestBusyAndFullSQLiteIsUnavailable(t *testing.T) {
	ctx := context.Background()
	cfg := Config{Database: filepath.Join(t.TempDir(), "b.db")}
	s, err := Open(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	pages := "PRAGMA max_page_count = 1"
	full := s.Write(ctx, func(tx *Tx) error {
		if err := tx.db.Exec(pages).Error; err != nil { // it takes the size that there is for the least
			return err
		}
		for i := range 10_000 {
			if err := tx.PutPhoto(fmt.Sprint(i), make([]byte, 10_000), time.UnixMilli(1)); err != nil {
				return err
			}
		}
		return nil
	})
	var lite *sqlite.Error
	if !Unavailable(full) || !errors.As(full, &lite) || lite.Code() != 13 {
		t.Errorf("a full database gives %v", full)
	}
	broken := s.Write(ctx, func(tx *Tx) error { return tx.db.Exec("SELECT nonsense").Error })
	if broken == nil || Unavailable(broken) {
		t.Errorf("a statement that is wrong gives %v", broken)
	}
	timed, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	held := make(chan error)
	go func() {
		held <- s.Write(ctx, func(*Tx) error { <-timed.Done(); return nil })
	}()
	busy := s.Write(timed, func(*Tx) error { return nil })
	if err := <-held; err != nil {
		t.Error(err)
	}
	if busy != nil && !Unavailable(busy) {
		t.Errorf("waiting for another writer gives %v", busy)
	}
}

func TestPgEnvironment(t *testing.T) {
	env, err := pgEnvironment(`postgres://bode:s3cret@db.example:5433/buurt?sslmode=require&search_path=a,b%20c&application_name=x%5Cy`)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, e := range env {
		for i := range e {
			if e[i] == '=' {
				if _, twice := got[e[:i]]; twice {
					t.Errorf("%s stands there twice: only the last one counts", e[:i])
				}
				got[e[:i]] = e[i+1:]
				break
			}
		}
	}
	for name, want := range map[string]string{
		"PGHOST": "db.example", "PGPORT": "5433", "PGUSER": "bode", "PGPASSWORD": "s3cret", "PGDATABASE": "buurt", "PGSSLMODE": "require",
		"PGOPTIONS": `-c application_name=x\\y -c search_path=a,b\ c`,
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
}
