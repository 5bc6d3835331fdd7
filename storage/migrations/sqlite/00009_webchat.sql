-- +goose Up
-- What stands in the chats of visitors of the page, which no network keeps for them. rev rises with every change.
CREATE TABLE webchat_messages (
    chat   TEXT NOT NULL,
    id     INTEGER NOT NULL,
    rev    INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (chat, id)
);
CREATE UNIQUE INDEX webchat_messages_rev ON webchat_messages (rev);
CREATE INDEX webchat_messages_at ON webchat_messages (at);
