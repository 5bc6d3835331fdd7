-- +goose Up
-- The admin groups in which somebody said that a drill was seen, and when. No row says who did.
CREATE TABLE drill_seen (
    alert_id INTEGER NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    chat_id  INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    seen_at  INTEGER NOT NULL,
    PRIMARY KEY (alert_id, chat_id)
);
CREATE INDEX drill_seen_chat ON drill_seen (chat_id);
