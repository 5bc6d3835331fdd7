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
	tokensKept  = 60 * 24 * time.Hour // with which WhatsApp sees that somebody wrote first: it takes them for some weeks
)

// What grows in the store of whatsmeow, and what becomes of it:
//   - message_secrets, event_buffer (one row a message) and privacy_tokens (one a person): by age, here;
//   - contacts (one a person and a group's member): all of it, as the bot asks the library for nobody's name;
//   - sessions and identity_keys (one a device of everybody the bot wrote to or heard), sender_keys (one a group and device that
//     wrote there) and lid_map (one a person): by how long they were not used, in unused.go;
//   - pre_keys: one is used up for each new session, and as many are made; some dozens of bytes for a session that a phone began and
//     never used. It stays: WhatsApp hands these keys out, and doesn't say which it still has;
//   - app_state_* and chat_settings: as large as the settings of the phone's own chats. They stay.
//
// What whatsmeow keeps in memory goes with the connection: run.go makes a new client for each, and now and then a new one.

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
		{`DELETE FROM whatsmeow_privacy_tokens WHERE timestamp < $1`, []any{now.Add(-tokensKept).Unix()}},
		{`DELETE FROM whatsmeow_contacts`, nil},
		{`DELETE FROM whatsapp_timers WHERE seconds = 0`, nil}, // as if they weren't there
	}
	for _, step := range steps {
		if _, err := s.db.ExecContext(ctx, step.query, step.args...); err != nil {
			return fmt.Errorf("whatsapp: prune the store: %w", err)
		}
	}
	return s.pruneUnused(ctx, now)
}
