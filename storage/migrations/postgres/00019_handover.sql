-- +goose Up
-- Who tells how an alert ends, where a colleague was asked to; NULL: the author of the alert.
ALTER TABLE followups ADD COLUMN person_id BIGINT REFERENCES persons (id) ON DELETE SET NULL;
CREATE INDEX followups_person ON followups (person_id) WHERE person_id IS NOT NULL;
