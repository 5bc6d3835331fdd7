package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// Config says where the data is.
type Config struct {
	Database string // a path of a SQLite file, or postgres://...
	Keys     string // file with the key set; empty: beside the database
	AsIs     bool   // to look at only: neither made nor migrated
	Passing  bool   // a file that is thrown away afterwards: a commit doesn't wait for the disk
	Log      *slog.Logger

	migrations fs.FS // a test's; nil: those of the program
}

// Postgres tells whether the database is a PostgreSQL server.
func (c Config) Postgres() bool {
	return strings.HasPrefix(c.Database, "postgres://") || strings.HasPrefix(c.Database, "postgresql://")
}

// KeysFile is where the key set is.
func (c Config) KeysFile() string {
	switch {
	case c.Keys != "":
		return c.Keys
	case c.Postgres():
		return "buurtbode.keys"
	}
	return c.Database + ".keys"
}

// Store is the open database. It is safe for use by several goroutines.
type Store struct {
	cfg      Config
	write    *gorm.DB
	read     *gorm.DB
	closers  []*sql.DB
	seal     *sealer
	accounts accountCache
	queued   atomic.Pointer[func()]
	named    atomic.Pointer[func(platform string, d Delivery) string]
	outdated bool
	log      *slog.Logger
}

// Tx is what can be done inside one transaction. It is not safe for use by several goroutines.
type Tx struct {
	db    *gorm.DB
	store *Store
	ctx   context.Context

	queued bool // a delivery waits because of this transaction
}

// ErrNotFound says that there is no such row.
var ErrNotFound = errors.New("not found")

// Open connects, migrates and checks the key set. The errors are written for the operator. With Config.AsIs it fails
// with ErrNone where there is nothing to look at.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Store{cfg: cfg, log: cfg.Log}
	open := s.openSQLite
	if cfg.Postgres() {
		open = s.openPostgres
	}
	if err := open(ctx); err != nil {
		_ = s.Close()
		return nil, err
	}
	if err := s.openKeys(ctx); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// Outdated tells whether an older version made the database and it was opened as it is: then only Backup is sure to work.
func (s *Store) Outdated() bool { return s.outdated }

// Close ends all connections.
func (s *Store) Close() error {
	var errs []error
	for _, db := range s.closers {
		errs = append(errs, db.Close())
	}
	return errors.Join(errs...)
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	return s.Read(ctx, func(tx *Tx) error { return tx.db.Exec("SELECT 1").Error })
}

// maxTries is how often a transaction that PostgreSQL could not serialise is tried again.
const maxTries = 20

// Write runs do in one transaction: all of it is committed, or nothing. On PostgreSQL it may run do again, when
// another transaction came in between; so do must change nothing but the transaction and variables it sets anew.
func (s *Store) Write(ctx context.Context, do func(tx *Tx) error) error {
	return s.writeAt(ctx, sql.LevelSerializable, do)
}

// WriteQueue is Write for the outbox, which alone changes what it has claimed: on PostgreSQL it is READ COMMITTED, so
// that claiming and finishing deliveries neither breaks off the commands that queue them nor is broken off by them.
func (s *Store) WriteQueue(ctx context.Context, do func(tx *Tx) error) error {
	return s.writeAt(ctx, sql.LevelReadCommitted, do)
}

func (s *Store) writeAt(ctx context.Context, level sql.IsolationLevel, do func(tx *Tx) error) error {
	var opts *sql.TxOptions
	if s.cfg.Postgres() {
		opts = &sql.TxOptions{Isolation: level}
	}
	for try := 1; ; try++ {
		var tx *Tx
		err := s.write.WithContext(ctx).Transaction(func(db *gorm.DB) error {
			tx = &Tx{db: db, store: s, ctx: ctx}
			return do(tx)
		}, opts)
		if err == nil && tx.queued {
			if wake := s.queued.Load(); wake != nil {
				(*wake)()
			}
		}
		if err == nil || try == maxTries || !serialization(err) {
			return err
		}
		wait := time.Duration(rand.Int64N(int64(try) * int64(4*time.Millisecond)))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// WhenQueued has wake called after every commit of this process that put a delivery into the queue. It must not block.
func (s *Store) WhenQueued(wake func()) { s.queued.Store(&wake) }

// NameMessages tells by which id a network will know a delivery, where that is certain before it is sent; empty: it isn't.
// Somebody may answer a message before this process has written down that it was sent.
func (s *Store) NameMessages(name func(platform string, d Delivery) string) { s.named.Store(&name) }

// Read runs do on a connection that cannot write.
func (s *Store) Read(ctx context.Context, do func(tx *Tx) error) error {
	return s.read.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		return do(&Tx{db: db, store: s, ctx: ctx})
	}, &sql.TxOptions{ReadOnly: s.cfg.Postgres()})
}

// serialization tells whether PostgreSQL asks to run the transaction again (40001, 40P01). Code that makes do without an
// answer may have passed over it: then the next statement fails because the transaction was broken off (25P02), or the
// commit does.
func serialization(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01" || pg.Code == "25P02"
	}
	return errors.Is(err, pgx.ErrTxCommitRollback)
}

func gormConfig() *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		Logger:                 logger.Discard, // gorm's logger prints values: phone numbers and texts
		PrepareStmt:            true,
	}
}

// notFound turns gorm's error into ErrNotFound, and names what was sought.
func notFound(err error, what string) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return fmt.Errorf("%s: %w", what, ErrNotFound)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// At is the time of UTC milliseconds; 0 is the zero time.
func At(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
