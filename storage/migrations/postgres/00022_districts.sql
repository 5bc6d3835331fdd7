-- +goose Up
-- The control room works for a whole district of the police.
ALTER TABLE roles ADD COLUMN district_id BIGINT REFERENCES districts (id);
ALTER TABLE invites ADD COLUMN district_id BIGINT REFERENCES districts (id);
