-- +goose Up
-- When a template was deleted, UTC milliseconds; 0: it is in use. It stays, with its versions, for the alerts that were sent in it.
ALTER TABLE alert_templates ADD COLUMN deleted_at INTEGER NOT NULL DEFAULT 0;
