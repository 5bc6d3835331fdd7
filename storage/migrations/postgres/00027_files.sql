-- +goose Up
-- Photos, and from now on the documents that people ask for: those are sealed, as they may hold phone numbers, and go after a day.
ALTER TABLE photos RENAME TO files;
ALTER TABLE files RENAME COLUMN jpeg TO data;
ALTER TABLE files ADD COLUMN sealed BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX files_sealed ON files (created_at) WHERE sealed;
