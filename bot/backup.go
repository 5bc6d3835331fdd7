package bot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

type backupCommand struct {
	File string `arg:"" help:"The new file. PostgreSQL is copied by pg_dump, in its custom format."`
}

// Run copies the database while it may be in use.
func (c backupCommand) Run(ctx context.Context, a *app) error {
	if err := a.mustExist(); err != nil {
		return err
	}
	a.database.AsIs = true // of before an upgrade as well
	store, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	if err := store.Backup(ctx, c.File); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return a.print("wrote %s; the key set %s is not in it: keep a copy of that elsewhere", c.File, a.database.KeysFile())
}

// mustExist fails when a SQLite database is asked for that nobody made yet.
func (a *app) mustExist() error {
	if a.database.Postgres() {
		return nil
	}
	if _, err := os.Stat(a.database.Database); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no database %s yet (BUURTBODE_DATABASE): buurtbode import makes one", a.database.Database)
	}
	return nil
}
