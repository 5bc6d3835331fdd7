-- +goose Up
-- Passing alerts on. What is counted are groups and people, not who did it: no row says which volunteer passed on what.
ALTER TABLE chats ADD COLUMN passing BOOLEAN NOT NULL DEFAULT TRUE; -- whether the group is reminded of passing on
ALTER TABLE alerts ADD COLUMN tips BIGINT NOT NULL DEFAULT 0;      -- how many people answered it with a tip

-- The registered groups whose admin passed an alert ("alert") or its outcome ("feedback") on.
CREATE TABLE passed_groups (
    alert_id BIGINT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    what     TEXT NOT NULL,
    group_id BIGINT NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    PRIMARY KEY (alert_id, what, group_id)
);
CREATE INDEX passed_groups_group ON passed_groups (group_id);
-- The admin groups in which somebody did: they are not reminded.
CREATE TABLE passed_chats (
    alert_id BIGINT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    what     TEXT NOT NULL,
    chat_id  BIGINT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    PRIMARY KEY (alert_id, what, chat_id)
);
CREATE INDEX passed_chats_chat ON passed_chats (chat_id);
-- When the admin groups that have not passed it on are reminded; cause is that of the deliveries that are meant.
CREATE TABLE pass_reminders (
    alert_id  BIGINT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    what      TEXT NOT NULL,
    cause     TEXT NOT NULL,
    remind_at BIGINT NOT NULL,
    PRIMARY KEY (alert_id, what)
);
CREATE INDEX pass_reminders_at ON pass_reminders (remind_at);
-- Who got the call line for a tip already, as a keyed hash; never what was said.
CREATE TABLE alert_tips (
    alert_id   BIGINT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    sender     BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (alert_id, sender)
);
CREATE INDEX alert_tips_sender ON alert_tips (sender);
CREATE INDEX alert_tips_created ON alert_tips (created_at);
