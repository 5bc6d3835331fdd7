package storage

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	sqlite "github.com/glebarez/go-sqlite"
	"github.com/jackc/pgx/v5"
)

// ErrLocked says that another process holds the lock.
var ErrLocked = errors.New("another buurtbode is running on this database")

// heartbeat is how often a lock in PostgreSQL is looked after, and how long an answer may take.
const heartbeat = 5 * time.Second

// Lock says that this process alone runs something.
type Lock struct {
	lost    chan struct{}
	check   chan struct{}
	release func() error
	once    sync.Once
	err     error
}

// Lost is closed when the lock is no longer held, though nobody released it: somebody else may run now.
func (l *Lock) Lost() <-chan struct{} { return l.lost }

// Check has the lock looked after at once, not at the next heartbeat. It doesn't wait for the answer.
func (l *Lock) Check() {
	select {
	case l.check <- struct{}{}:
	default:
	}
}

// Release gives the lock back.
func (l *Lock) Release() error {
	l.once.Do(func() { l.err = l.release() })
	return l.err
}

// Lock makes this process the only one that runs on the database: with SQLite by a lock on a file beside it, which the
// operating system takes back when the process dies, however it dies. With PostgreSQL several may run, and each account
// has a lock of its own. It fails with ErrLocked at once when another process runs.
func (s *Store) Lock(ctx context.Context) (*Lock, error) {
	if s.cfg.Postgres() {
		return unlocked(), nil
	}
	file := s.cfg.Database + ".lock"
	if err := touchPrivate(file); err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	// who only looks whether a bot runs holds the lock for a moment
	db, err := openSQLiteDB(sqliteDSN(file, "_pragma=busy_timeout(300)", "_pragma=journal_mode(DELETE)"), 1)
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err == nil {
		_, err = conn.ExecContext(ctx, "BEGIN EXCLUSIVE")
	}
	if err != nil {
		_ = db.Close()
		var busy *sqlite.Error
		if errors.As(err, &busy) && (busy.Code()&0xff == 5 || busy.Code()&0xff == 6) {
			return nil, fmt.Errorf("%s: %w", s.cfg.Database, ErrLocked)
		}
		return nil, fmt.Errorf("lock %s: %w", file, err)
	}
	l := unlocked()
	l.release = func() error { return errors.Join(conn.Close(), db.Close()) }
	return l, nil
}

func unlocked() *Lock {
	return &Lock{lost: make(chan struct{}), check: make(chan struct{}, 1), release: func() error { return nil }}
}

// LockAccount makes this process the only one that runs an account of the bot: with PostgreSQL by an advisory lock on a
// connection of its own, which is looked after every 5 s; with SQLite Lock has done so already. It doesn't wait: it
// fails with ErrLocked when another process runs the account.
func (s *Store) LockAccount(ctx context.Context, platform, account string) (*Lock, error) {
	if !s.cfg.Postgres() {
		return unlocked(), nil
	}
	cfg, err := pgx.ParseConfig(s.cfg.Database)
	if err != nil {
		return nil, errors.New("lock account: the address of the database can't be read")
	}
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("lock account: %w", redact(err, cfg.Password))
	}
	// the schema is in the key: several bots may share one database
	const try = "SELECT pg_try_advisory_lock(hashtextextended(concat_ws(' ', 'buurtbode', current_schema(), $1::text, $2::text), 0))"
	var got bool
	if err := conn.QueryRow(ctx, try, platform, account).Scan(&got); err != nil || !got {
		_ = conn.Close(context.WithoutCancel(ctx))
		if err == nil {
			err = ErrLocked
		}
		return nil, fmt.Errorf("lock account: %w", err)
	}
	l := unlocked()
	stop, stopped := make(chan struct{}), make(chan struct{})
	l.release = func() error {
		close(stop)
		<-stopped
		return nil
	}
	go l.keep(context.WithoutCancel(ctx), conn, stop, stopped)
	return l, nil
}

// keep looks after the connection that holds the lock: as long as it lives, the lock is held.
func (l *Lock) keep(ctx context.Context, conn *pgx.Conn, stop <-chan struct{}, stopped chan<- struct{}) {
	defer close(stopped)
	ticker := time.NewTicker(heartbeat)
	defer ticker.Stop()
	defer func() {
		ctx, cancel := context.WithTimeout(ctx, heartbeat)
		defer cancel()
		_ = conn.Close(ctx)
	}()
	for {
		select {
		case <-stop:
			return
		case <-l.check:
		case <-ticker.C:
		}
		ctx, cancel := context.WithTimeout(ctx, heartbeat)
		_, err := conn.Exec(ctx, "SELECT 1")
		cancel()
		if err != nil {
			close(l.lost)
			<-stop
			return
		}
	}
}
