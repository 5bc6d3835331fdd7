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

	_ "github.com/glebarez/go-sqlite" // the driver "sqlite"
	"github.com/glebarez/sqlite"
	"gorm.io/gorm"
)

// sqliteDSN builds the address of the database file with its settings, once for writing and once for reading.
func sqliteDSN(path string, pragmas ...string) string {
	return "file:" + escapePath(path) + "?" + strings.Join(pragmas, "&")
}

// synchronous is whether a commit waits until it is on the disk.
func (c Config) synchronous() string {
	if c.Passing {
		return "_pragma=synchronous(OFF)"
	}
	return "_pragma=synchronous(FULL)"
}

// escapePath escapes what has a meaning in a SQLite URI.
func escapePath(p string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(p)
}

func (s *Store) openSQLite(ctx context.Context) error {
	path := s.cfg.Database
	if dir := filepath.Dir(path); dir != "." {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("open database: %w", err)
		}
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() { // SQLite would say "out of memory"
		return fmt.Errorf("open database: %s is a folder", path)
	}
	if err := s.migrateSQLite(ctx, path); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	write, err := openSQLiteDB(sqliteDSN(path,
		"_txlock=immediate", "_pragma=busy_timeout(10000)", "_pragma=journal_mode(WAL)", s.cfg.synchronous(),
		"_pragma=foreign_keys(1)", "_pragma=cache_size(-4000)", "_pragma=temp_store(2)", "_pragma=secure_delete(1)"), 1) // what is erased is overwritten
	if err != nil {
		return err
	}
	s.closers = append(s.closers, write)
	read, err := openSQLiteDB(sqliteDSN(path,
		"_pragma=busy_timeout(10000)", "_pragma=query_only(1)", "_pragma=foreign_keys(1)", "_pragma=cache_size(-2000)"), 4)
	if err != nil {
		return err
	}
	s.closers = append(s.closers, read)
	if s.write, err = gorm.Open(sqlite.Dialector{Conn: write}, gormConfig()); err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	if s.read, err = gorm.Open(sqlite.Dialector{Conn: read}, gormConfig()); err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	return nil
}

func openSQLiteDB(dsn string, conns int) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// migrateSQLite brings the file up to date on a connection of its own, without foreign keys (rebuilding a table with
// them on deletes every child row), and checks them afterwards. The file is copied first.
func (s *Store) migrateSQLite(ctx context.Context, path string) error {
	_, statErr := os.Stat(path)
	fresh := errors.Is(statErr, fs.ErrNotExist)
	db, err := openSQLiteDB(sqliteDSN(path, "_txlock=immediate", "_pragma=busy_timeout(10000)",
		"_pragma=journal_mode(WAL)", s.cfg.synchronous(), "_pragma=foreign_keys(0)"), 1)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if fresh { // the file holds contact details: nobody else on the machine reads it
		if err := touchPrivate(path); err != nil {
			return fmt.Errorf("open database: %w", err)
		}
	}
	var lock *Lock
	before := func() (err error) {
		if lock, err = s.Lock(ctx); err != nil { // an older version is running
			return err
		}
		if err := s.copyBefore(ctx, db, path); err != nil {
			return err
		}
		_, err = db.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", unchecked))
		return err
	}
	defer func() {
		if lock != nil {
			_ = lock.Release()
		}
	}()
	if err := s.migrate(ctx, db, "sqlite", before); err != nil {
		return err
	}
	return checkReferences(ctx, db)
}

// unchecked is the user_version of a file whose references are still to be checked: a start that was broken off between
// migrating and checking, or whose check failed, is not the last word.
const unchecked = 1

// checkReferences checks the references of a file that was migrated.
func checkReferences(ctx context.Context, db *sql.DB) error {
	var version int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return fmt.Errorf("check database: %w", err)
	}
	if version != unchecked {
		return nil
	}
	var broken int
	if err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM pragma_foreign_key_check").Scan(&broken); err != nil {
		return fmt.Errorf("check database: %w", err)
	}
	if broken > 0 {
		return fmt.Errorf("check database: the migrated data has %d broken references; restore the copy beside the database", broken)
	}
	_, err := db.ExecContext(ctx, "PRAGMA user_version = 0")
	return wrap(err, "check database")
}

// copyBefore copies the file as it is, for who has to go back to the older version.
func (s *Store) copyBefore(ctx context.Context, db *sql.DB, path string) error {
	file := fmt.Sprintf("%s.before-%s", path, s.stamp())
	if err := touchPrivate(file); err != nil {
		return fmt.Errorf("copy the database: %w", err)
	}
	_, err := db.ExecContext(ctx, "VACUUM INTO ?", file)
	return wrap(err, "copy the database")
}

func touchPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}
