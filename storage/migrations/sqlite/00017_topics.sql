-- +goose Up
-- The topic of the group in which an answer is given, where it is another than the one in which the bot speaks by itself.
ALTER TABLE deliveries ADD COLUMN thread TEXT NOT NULL DEFAULT '';
