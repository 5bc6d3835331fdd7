-- +goose Up
-- One-time codes that somebody types on another platform, so that two accounts become one person.
CREATE TABLE person_codes (
    code_hash  BLOB PRIMARY KEY,
    person_id  INTEGER NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    chat_id    INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
);
CREATE INDEX person_codes_person ON person_codes (person_id);
