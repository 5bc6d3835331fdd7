package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Backup copies the whole database into a new file, while it is in use: a SQLite database, or for PostgreSQL what
// pg_dump writes in its custom format. The key set is not in it. It refuses to overwrite a file.
func (s *Store) Backup(ctx context.Context, file string) error {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already: give another name, or move it away first", file)
	}
	if s.cfg.Postgres() {
		return s.dump(ctx, file)
	}
	if err := touchPrivate(file); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	if err := s.copySQLite(ctx, file); err != nil {
		return errors.Join(fmt.Errorf("copy the database: %w", err), os.Remove(file))
	}
	return nil
}

// copySQLite copies into an empty file, on a connection of its own: one that may only read can't do it, and the writer's
// is needed meanwhile.
func (s *Store) copySQLite(ctx context.Context, file string) error {
	db, err := openSQLiteDB(sqliteDSN(s.cfg.Database, "_pragma=busy_timeout(10000)"), 1)
	if err != nil {
		return err
	}
	// VACUUM INTO takes an empty file, and reads one consistent state beside writers.
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", file)
	return errors.Join(err, db.Close())
}

// keysOfNetworks are the tables, by the beginning of their names, in which a platform keeps its own keys in the same
// database: old ones are of no use, and who has them is the bot.
func keysOfNetworks() []string { return []string{"whatsmeow_*", "whatsapp_*"} }

func (s *Store) dump(ctx context.Context, file string) error {
	tool, err := exec.LookPath("pg_dump")
	if err != nil {
		return errors.New("a backup of a PostgreSQL database is made by pg_dump, which is not on this machine: install postgresql-client, or run pg_dump on the server")
	}
	// The address goes by the environment: on the command line everybody on the machine could read the password.
	args := []string{"--format=custom", "--no-owner", "--file=" + file}
	for _, tables := range keysOfNetworks() {
		args = append(args, "--exclude-table="+tables)
	}
	cmd := exec.CommandContext(ctx, tool, args...)
	env, err := pgEnvironment(s.cfg.Database)
	if err != nil {
		return err
	}
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return errors.Join(fmt.Errorf("pg_dump: %w: %s", err, out), os.Remove(file))
	}
	return os.Chmod(file, 0o600)
}

// pgEnvironment is the address of the server as libpq reads it from the environment.
func pgEnvironment(address string) ([]string, error) {
	cfg, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, errors.New("the address of the database can't be read")
	}
	env := []string{
		"PGHOST=" + cfg.Host, fmt.Sprintf("PGPORT=%d", cfg.Port), "PGUSER=" + cfg.User,
		"PGPASSWORD=" + cfg.Password, "PGDATABASE=" + cfg.Database,
	}
	var options []string
	escape := strings.NewReplacer(`\`, `\\`, " ", `\ `)
	for _, name := range slices.Sorted(maps.Keys(cfg.RuntimeParams)) {
		options = append(options, "-c "+name+"="+escape.Replace(cfg.RuntimeParams[name]))
	}
	if len(options) > 0 {
		env = append(env, "PGOPTIONS="+strings.Join(options, " "))
	}
	return append(env, tlsEnvironment(address)...), nil
}

// tlsEnvironment is how the connection is protected, which pgx doesn't give back in libpq's terms.
func tlsEnvironment(address string) (env []string) {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	for _, name := range []string{"sslmode", "sslrootcert", "sslcert", "sslkey"} {
		if value := u.Query().Get(name); value != "" {
			env = append(env, "PG"+strings.ToUpper(name)+"="+value)
		}
	}
	return env
}
