-- +goose Up
-- Until when the network lets an account send nothing (UTC milliseconds of real time; 0: it may), and why.
ALTER TABLE accounts ADD COLUMN paused_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN paused_why TEXT NOT NULL DEFAULT '';
