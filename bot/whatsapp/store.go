package whatsapp

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "github.com/glebarez/go-sqlite"  // the database driver "sqlite"
	_ "github.com/jackc/pgx/v5/stdlib" // the database driver "pgx"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/store/sqlstore"
)

// Store keeps the keys of the account: whoever has them is the bot. It is a SQLite file of its own, which only its
// owner may read, or stands in a PostgreSQL database in tables that begin with whatsmeow_.
type Store struct {
	db        *sql.DB
	container *sqlstore.Container
	file      string // empty: PostgreSQL
}

// OpenStore opens a store: the path of a SQLite file, or an address that begins with postgres://. A file that isn't there is
// made. Its error shows no password.
func OpenStore(ctx context.Context, address string) (*Store, error) {
	s := &Store{}
	driver, dialect := "sqlite", "sqlite3"
	if strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://") {
		driver, dialect = "pgx", "postgres"
	} else {
		s.file = address
		if err := ownFile(address); err != nil {
			return nil, err
		}
		address = "file:" + (&url.URL{Path: address}).EscapedPath() +
			"?_pragma=foreign_keys(1)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)&_txlock=immediate"
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		return nil, errors.New("whatsapp: the store's address can't be read")
	}
	// One connection, also to PostgreSQL: the library reads and writes a session with a person in two steps, without a lock. A
	// message that arrives is decrypted in a transaction, so with one connection nothing is sent on that session meanwhile;
	// with two, a key was used twice now and then, and the second message with it was lost.
	db.SetMaxOpenConns(1)
	s.db, s.container = db, sqlstore.NewWithDB(db, dialect, nil)
	if err := s.container.Upgrade(ctx); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("whatsapp: open the store: %w", err)
	}
	if err := s.own(ctx); err != nil {
		_ = db.Close()
		return nil, err
	}
	return s, nil
}

// ownFile makes the file with rights for its owner only: SQLite would take the umask's.
func ownFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("whatsapp: the store's folder: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("whatsapp: the store: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("whatsapp: the store: %w", err)
	}
	for _, file := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Chmod(file, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("whatsapp: the store: %w", err)
		}
	}
	return nil
}

// own makes the tables of ours: how long messages stay in a chat, since when a message's secret is kept,
// and since when a key was not used.
func (s *Store) own(ctx context.Context) error {
	for _, table := range []string{
		`CREATE TABLE IF NOT EXISTS whatsapp_timers (chat TEXT PRIMARY KEY, seconds BIGINT NOT NULL)`,
		`CREATE TABLE IF NOT EXISTS whatsapp_secrets (message_id TEXT PRIMARY KEY, seen_at BIGINT NOT NULL)`,
		`CREATE TABLE IF NOT EXISTS whatsapp_unused (kind TEXT, id TEXT, mark TEXT NOT NULL, since BIGINT NOT NULL, PRIMARY KEY (kind, id))`,
	} {
		if _, err := s.db.ExecContext(ctx, table); err != nil {
			return fmt.Errorf("whatsapp: prepare the store: %w", err)
		}
	}
	return nil
}

// Close closes the store.
func (s *Store) Close() error { return s.db.Close() }

// Container is the store as whatsmeow uses it.
func (s *Store) Container() *sqlstore.Container { return s.container }

// device is the linked number, or a new device without one.
func (s *Store) device(ctx context.Context) (*store.Device, error) {
	d, err := s.container.GetFirstDevice(ctx)
	if err != nil {
		return nil, fmt.Errorf("whatsapp: read the store: %w", err)
	}
	return d, nil
}

// timer is how long messages stay in a private chat; 0: for good.
func (s *Store) timer(ctx context.Context, chat string) (time.Duration, error) {
	var seconds int64
	err := s.db.QueryRowContext(ctx, "SELECT seconds FROM whatsapp_timers WHERE chat = $1", chat).Scan(&seconds)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("whatsapp: read a chat's timer: %w", err)
	}
	return time.Duration(seconds) * time.Second, nil
}

func (s *Store) setTimer(ctx context.Context, chat string, d time.Duration) error {
	_, err := s.db.ExecContext(ctx, `INSERT INTO whatsapp_timers (chat, seconds) VALUES ($1, $2)
		ON CONFLICT (chat) DO UPDATE SET seconds = excluded.seconds`, chat, int64(d.Seconds()))
	if err != nil {
		return fmt.Errorf("whatsapp: keep a chat's timer: %w", err)
	}
	return nil
}

// hashed is a name for a number from which it can't be read at a glance.
func hashed(number string) string {
	sum := sha256.Sum256([]byte("buurtbode whatsapp account " + number))
	return hex.EncodeToString(sum[:8])
}
