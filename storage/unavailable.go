package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"

	sqlite "github.com/glebarez/go-sqlite"
	"github.com/jackc/pgx/v5/pgconn"
)

// Unavailable tells whether an error of Write or Read is the database's own trouble (busy, full, read-only, not
// reachable) or an ended context: the same work may succeed later, and nothing is wrong with what was to be done.
func Unavailable(err error) bool {
	if err == nil {
		return false
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return sqliteTrouble(lite.Code())
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return postgresTrouble(pg.Code)
	}
	var connect *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &connect) || errors.As(err, &network) || pgconn.Timeout(err) || pgconn.SafeToRetry(err) {
		return true
	}
	for _, ended := range []error{
		driver.ErrBadConn, sql.ErrConnDone, sql.ErrTxDone, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
		context.Canceled, context.DeadlineExceeded,
	} {
		if errors.Is(err, ended) {
			return true
		}
	}
	return false
}

// sqliteTrouble tells which result codes tell of the machine or of another process, not of the statement
// (https://www.sqlite.org/rescode.html): busy, locked, out of memory, read-only, interrupted, I/O error, corrupt, full,
// can't open, locking protocol, not a database.
func sqliteTrouble(code int) bool {
	switch code & 0xff {
	case 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 26:
		return true
	}
	return false
}

// postgresTrouble tells which classes of error codes tell of the server, not of the statement
// (https://www.postgresql.org/docs/current/errcodes-appendix.html): connection, rollback, resources, operator, system,
// configuration, internal; and a server that only reads, as one does that just became a replica.
func postgresTrouble(code string) bool {
	if len(code) != 5 {
		return false
	}
	if code == "25006" {
		return true
	}
	switch code[:2] {
	case "08", "40", "53", "57", "58", "F0", "XX":
		return true
	}
	return false
}
