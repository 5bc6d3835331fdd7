package storage

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// ErrNewer says that a newer version of the bot has used the database.
var ErrNewer = errors.New("this database was made by a newer buurtbode: install that version, or restore a backup of before it")

// ErrNone says that nobody made the database yet.
var ErrNone = errors.New("this database has nothing of buurtbode in it yet")

// migrate brings the database up to the embedded version, forward only; before runs first, when something is to be
// done to a database that has data.
func (s *Store) migrate(ctx context.Context, db *sql.DB, dialect string, before func() error) error {
	var all fs.FS = migrations
	if s.cfg.migrations != nil {
		all = s.cfg.migrations
	}
	files, err := fs.Sub(all, "migrations/"+dialect)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	kind, options := goose.DialectSQLite3, []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if dialect == "postgres" {
		kind = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300)) // asked for every second, for five minutes
		if err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(kind, db, files, options...)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	if current > target {
		return ErrNewer
	}
	if s.cfg.AsIs && current == 0 {
		return ErrNone
	}
	s.outdated = s.cfg.AsIs && current < target
	if current == target || s.outdated {
		return nil
	}
	if current > 0 {
		if err := before(); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// stamp names the copy that is made before a migration.
func (s *Store) stamp() string {
	return time.Now().UTC().Format("20060102-150405") //nolint:forbidigo // a name for people; nothing is decided by it
}

// redact takes a secret out of an error.
func redact(err error, secret string) error {
	if err == nil || secret == "" || !strings.Contains(err.Error(), secret) {
		return err
	}
	return errors.New(strings.ReplaceAll(err.Error(), secret, "…"))
}
