-- +goose Up
-- At night what isn't urgent waits for the morning, chat by chat: 'FROM-UNTIL' in hours, or 'off'.
ALTER TABLE chats ADD COLUMN quiet TEXT NOT NULL DEFAULT '22-7';
ALTER TABLE deliveries ADD COLUMN held_until INTEGER NOT NULL DEFAULT 0;
CREATE INDEX deliveries_held ON deliveries (held_until) WHERE state = 'held';

-- Templates of a team for a kind of alert, with every version of their wording.
CREATE TABLE alert_templates (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    team_id INTEGER NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    kind    TEXT NOT NULL,
    name    TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX alert_templates_team ON alert_templates (team_id, kind, id);
CREATE TABLE alert_template_versions (
    template_id INTEGER NOT NULL REFERENCES alert_templates (id) ON DELETE CASCADE,
    version     INTEGER NOT NULL,
    dutch       TEXT NOT NULL,
    english     TEXT NOT NULL,
    person_id   INTEGER REFERENCES persons (id) ON DELETE SET NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (template_id, version)
);
-- The wording that an alert was sent in, which later versions don't change.
ALTER TABLE alerts ADD COLUMN wording_dutch TEXT NOT NULL DEFAULT '';
ALTER TABLE alerts ADD COLUMN wording_english TEXT NOT NULL DEFAULT '';
