package whatsapp

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
)

// unusedKept is how long keys and addresses stay that nobody uses: of people who left the groups, and of groups that the bot
// left. A person whose keys were cleared away can write again: their phone is asked for the message once more.
const unusedKept = 90 * 24 * time.Hour

// pageOf is how many rows are looked at in one transaction: the only connection is not held for long.
const pageOf = 100

// dated is a table of whatsmeow's that grows with everybody the bot ever met, and has no dates. The library writes a key
// whenever it uses one, so what didn't change was not used.
type dated struct{ kind, table, id, value string }

var withoutDates = [...]dated{
	{"session", "whatsmeow_sessions", "their_id", "session"},
	{"sender", "whatsmeow_sender_keys", "chat_id || ' ' || sender_id", "sender_key"},
	{"person", "whatsmeow_lid_map", "lid", "pn"},
}

// pruneUnused deletes what was not used for a long time.
func (s *Store) pruneUnused(ctx context.Context, now time.Time) error {
	for _, d := range withoutDates {
		for after, more := "", true; more; {
			err := s.inTx(ctx, func(tx *sql.Tx) (err error) {
				after, more, err = d.look(ctx, tx, after, now)
				return err
			})
			if err != nil {
				return fmt.Errorf("whatsapp: look for unused keys: %w", err)
			}
		}
	}
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		return errors.Join(deleteUnused(ctx, tx, now.Add(-unusedKept).UnixMilli()), deleteStrangers(ctx, tx, now.Add(-unusedKept).UnixMilli()))
	})
	if err != nil {
		return fmt.Errorf("whatsapp: clear unused keys away: %w", err)
	}
	return nil
}

// look notes since when the next rows are as they are. It gives the last one's id, and whether there may be more.
func (d dated) look(ctx context.Context, tx *sql.Tx, after string, now time.Time) (last string, more bool, err error) {
	rows, err := tx.QueryContext(ctx, fmt.Sprintf("SELECT %[1]s, %[2]s FROM %[3]s WHERE %[1]s > $1 ORDER BY %[1]s LIMIT %[4]d", d.id, d.value, d.table, pageOf), after)
	if err != nil {
		return "", false, err
	}
	var found [][2]string
	for rows.Next() {
		var id string
		var value []byte
		if err := rows.Scan(&id, &value); err != nil {
			_ = rows.Close()
			return "", false, err
		}
		sum := sha256.Sum256(value)
		found = append(found, [2]string{id, hex.EncodeToString(sum[:8])})
		last = id
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return "", false, err
	}
	for _, f := range found {
		_, err := tx.ExecContext(ctx, `INSERT INTO whatsapp_unused (kind, id, mark, since) VALUES ($1, $2, $3, $4) ON CONFLICT (kind, id)
			DO UPDATE SET mark = excluded.mark, since = excluded.since WHERE whatsapp_unused.mark <> excluded.mark`, d.kind, f[0], f[1], now.UnixMilli())
		if err != nil {
			return "", false, err
		}
	}
	return last, len(found) == pageOf, nil
}

// deleteUnused deletes sessions, with the identity that belongs to them, and keys of groups.
func deleteUnused(ctx context.Context, tx *sql.Tx, before int64) error {
	const unused = "IN (SELECT id FROM whatsapp_unused WHERE kind = $1 AND since < $2)"
	for _, q := range []struct{ query, kind string }{
		{"DELETE FROM whatsmeow_identity_keys WHERE their_id " + unused, "session"},
		{"DELETE FROM whatsmeow_sessions WHERE their_id " + unused, "session"},
		{"DELETE FROM whatsmeow_sender_keys WHERE chat_id || ' ' || sender_id " + unused, "sender"},
		{"DELETE FROM whatsapp_unused WHERE kind = $1 AND since < $2", "session"},
		{"DELETE FROM whatsapp_unused WHERE kind = $1 AND since < $2", "sender"},
	} {
		if _, err := tx.ExecContext(ctx, q.query, q.kind, before); err != nil {
			return err
		}
	}
	return nil
}

// deleteStrangers deletes which number belongs to which hidden id, of people with whom there are no keys any more.
func deleteStrangers(ctx context.Context, tx *sql.Tx, before int64) error {
	known := map[string]bool{}
	sessions, err := texts(ctx, tx, "SELECT their_id FROM whatsmeow_sessions")
	if err != nil {
		return err
	}
	own, err := texts(ctx, tx, "SELECT jid FROM whatsmeow_device")
	if err != nil {
		return err
	}
	for _, id := range append(sessions, own...) { // such as 123456_1:2, 31612345678:0, 31612345678:1@s.whatsapp.net
		known[id[:strings.IndexAny(id+":", "_:@")]] = true
	}
	old, err := texts(ctx, tx, `SELECT lid || ' ' || pn FROM whatsmeow_lid_map
		WHERE lid IN (SELECT id FROM whatsapp_unused WHERE kind = 'person' AND since < $1)`, before)
	if err != nil {
		return err
	}
	for _, person := range old {
		lid, number, _ := strings.Cut(person, " ")
		if known[lid] || known[number] {
			continue
		}
		for _, query := range []string{"DELETE FROM whatsmeow_lid_map WHERE lid = $1", "DELETE FROM whatsapp_unused WHERE kind = 'person' AND id = $1"} {
			if _, err := tx.ExecContext(ctx, query, lid); err != nil {
				return err
			}
		}
	}
	return nil
}

func texts(ctx context.Context, tx *sql.Tx, query string, args ...any) (all []string, err error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// inTx runs do in a transaction.
func (s *Store) inTx(ctx context.Context, do func(tx *sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}
