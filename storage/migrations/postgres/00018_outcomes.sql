-- +goose Up
-- What is told of an alert after it went out: how it ended ("ended"), that again because it was told wrongly
-- ("corrected"), how things stand ("interim"), and that it is open again ("reopened").
ALTER TABLE outcomes ADD COLUMN kind TEXT NOT NULL DEFAULT 'ended';
ALTER TABLE outcomes ADD COLUMN cause TEXT NOT NULL DEFAULT ''; -- of the deliveries with which it went out
ALTER TABLE outcomes ADD COLUMN kept TEXT NOT NULL DEFAULT '';  -- why something stays in it that doesn't belong there
UPDATE outcomes SET cause = 'feedback:' || alert_id;
ALTER TABLE followups ADD COLUMN until_at BIGINT NOT NULL DEFAULT 0; -- an officer said that it stays open until then
ALTER TABLE followups ADD COLUMN reopened INTEGER NOT NULL DEFAULT 0; -- how often it was opened again

-- A change of a message is said anew where the message can't be changed any more.
ALTER TABLE deliveries ADD COLUMN anew BOOLEAN NOT NULL DEFAULT FALSE;
