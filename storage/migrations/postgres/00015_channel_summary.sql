-- +goose Up
-- A channel in which the weekly summary of its area is wanted as well.
ALTER TABLE chats ADD COLUMN weekly BOOLEAN NOT NULL DEFAULT FALSE;
