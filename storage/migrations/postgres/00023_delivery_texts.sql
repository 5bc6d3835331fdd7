-- +goose Up
-- Texts are never deleted, and what queues a delivery stored its text just before. For PostgreSQL, looking the text up again
-- for each of ten thousand rows took a third of the time of queueing an alert; SQLite hardly notices.
ALTER TABLE deliveries DROP CONSTRAINT deliveries_text_id_fkey;
