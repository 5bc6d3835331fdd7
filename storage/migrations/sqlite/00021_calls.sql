-- +goose Up
-- Whether alerts help: calls and tips to the police that came from a chat message, and what came of each.
CREATE TABLE calls (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    alert_id   INTEGER REFERENCES alerts (id) ON DELETE CASCADE, -- NULL: it came from no alert of ours
    area_id    INTEGER NOT NULL REFERENCES areas (id),           -- the alert's, else where it was about
    result     TEXT NOT NULL,
    said       BLOB,                                             -- sealed: what was written with it; NULL: nothing, or erased
    person_id  INTEGER REFERENCES persons (id) ON DELETE SET NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX calls_alert ON calls (alert_id);
CREATE INDEX calls_area ON calls (area_id, created_at);
CREATE INDEX calls_person ON calls (person_id);
-- The alerts of which the officer was asked whether a tip came; none_at: when the answer was no.
CREATE TABLE call_questions (
    alert_id INTEGER PRIMARY KEY REFERENCES alerts (id) ON DELETE CASCADE,
    asked_at INTEGER NOT NULL,
    none_at  INTEGER NOT NULL DEFAULT 0
);
-- What an alert counts as, where its officer said so; empty: it is guessed from its words.
ALTER TABLE alerts ADD COLUMN subject TEXT NOT NULL DEFAULT '';
