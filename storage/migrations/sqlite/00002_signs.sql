-- +goose Up
-- Signs (R14): what was asked for, the advice of the police, and what the municipality decided.
ALTER TABLE municipalities ADD COLUMN signs_cap INTEGER NOT NULL DEFAULT 0;
CREATE TABLE signs (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    area_id     INTEGER NOT NULL REFERENCES areas (id),
    person_id   INTEGER REFERENCES persons (id) ON DELETE SET NULL,
    place       TEXT NOT NULL,
    latitude    REAL,
    longitude   REAL,
    reason      TEXT NOT NULL,
    words       TEXT NOT NULL DEFAULT '',
    count       INTEGER NOT NULL,
    photo       TEXT NOT NULL DEFAULT '',
    joins_id    INTEGER REFERENCES signs (id),
    status      TEXT NOT NULL,
    advice      TEXT NOT NULL DEFAULT '',
    advice_text TEXT NOT NULL DEFAULT '',
    advised_at  INTEGER NOT NULL DEFAULT 0,
    decision    TEXT NOT NULL DEFAULT '',
    decided_at  INTEGER NOT NULL DEFAULT 0,
    created_at  INTEGER NOT NULL
);
CREATE INDEX signs_area ON signs (area_id, status);
CREATE INDEX signs_person ON signs (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX signs_joins ON signs (joins_id) WHERE joins_id IS NOT NULL;
