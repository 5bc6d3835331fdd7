package whatsapp

import (
	"context"
	"fmt"
	"time"
)

// How long the store keeps what whatsmeow would keep for good.
const (
	secretsKept = 30 * 24 * time.Hour // of votes and reactions: an old poll is not answered any more
	buffersKept = 14 * 24 * time.Hour // decrypted messages that were not confirmed
)

// prune empties the unbounded tables of the store now and then, by age.
func (w *WhatsApp) prune(ctx context.Context) {
	for ctx.Err() == nil {
		if err := w.cfg.Store.prune(ctx, realNow()); err != nil && ctx.Err() == nil {
			w.log.Warn("old keys could not be cleared away", "cause", plain(err))
		}
		sleep(ctx, pruneEvery)
	}
}

// prune deletes what is too old. A message secret has no date in whatsmeow's table; ours beside it tells when it was first seen.
func (s *Store) prune(ctx context.Context, now time.Time) error {
	steps := []struct {
		query string
		args  []any
	}{
		{`INSERT INTO whatsapp_secrets (message_id, seen_at) SELECT message_id, CAST($1 AS BIGINT) FROM whatsmeow_message_secrets WHERE true
			ON CONFLICT (message_id) DO NOTHING`, []any{now.UnixMilli()}},
		{
			`DELETE FROM whatsmeow_message_secrets WHERE message_id IN (SELECT message_id FROM whatsapp_secrets WHERE seen_at < $1)`,
			[]any{now.Add(-secretsKept).UnixMilli()},
		},
		{`DELETE FROM whatsapp_secrets WHERE seen_at < $1`, []any{now.Add(-secretsKept).UnixMilli()}},
		{
			`DELETE FROM whatsmeow_event_buffer WHERE server_timestamp < $1 OR insert_timestamp < $2`,
			[]any{now.Add(-buffersKept).Unix(), now.Add(-buffersKept).UnixMilli()},
		},
	}
	for _, step := range steps {
		if _, err := s.db.ExecContext(ctx, step.query, step.args...); err != nil {
			return fmt.Errorf("whatsapp: prune the store: %w", err)
		}
	}
	return nil
}
