-- +goose Up
-- The control room works for a whole district of the police.
ALTER TABLE roles ADD COLUMN district_id INTEGER REFERENCES districts (id);
ALTER TABLE invites ADD COLUMN district_id INTEGER REFERENCES districts (id);
