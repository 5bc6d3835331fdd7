-- +goose Up
-- The whole life of an alert: approval, planning, correction, withdrawal, passing on, and what it brought.
ALTER TABLE alerts ADD COLUMN state TEXT NOT NULL DEFAULT 'sent';
ALTER TABLE alerts ADD COLUMN topic TEXT NOT NULL DEFAULT '';
ALTER TABLE alerts ADD COLUMN audience TEXT NOT NULL DEFAULT '';
ALTER TABLE alerts ADD COLUMN english TEXT NOT NULL DEFAULT '';
ALTER TABLE alerts ADD COLUMN urgent BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE alerts ADD COLUMN drill BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE alerts ADD COLUMN send_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE alerts ADD COLUMN kept TEXT NOT NULL DEFAULT '';
ALTER TABLE alerts ADD COLUMN approved_by BIGINT REFERENCES persons (id) ON DELETE SET NULL;
ALTER TABLE alerts ADD COLUMN approved_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE alerts ADD COLUMN corrections BIGINT NOT NULL DEFAULT 0;
ALTER TABLE alerts ADD COLUMN withdrawn_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX alerts_planned ON alerts (send_at) WHERE state = 'planned';
ALTER TABLE chats ADD COLUMN audience TEXT NOT NULL DEFAULT '';
ALTER TABLE teams ADD COLUMN approval TEXT NOT NULL DEFAULT '';

-- What an alert said before it was corrected.
CREATE TABLE alert_versions (
    alert_id    BIGINT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    version     BIGINT NOT NULL,
    what        TEXT NOT NULL,
    place       TEXT NOT NULL,
    happened    TEXT NOT NULL,
    description TEXT NOT NULL,
    person_id   BIGINT REFERENCES persons (id) ON DELETE SET NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (alert_id, version)
);

-- The message that shows the author how far an alert is.
CREATE TABLE alert_progress (
    alert_id    BIGINT PRIMARY KEY REFERENCES alerts (id) ON DELETE CASCADE,
    delivery_id BIGINT NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
    shown       TEXT NOT NULL DEFAULT '',
    edits       BIGINT NOT NULL DEFAULT 0,
    next_at     BIGINT NOT NULL
);
