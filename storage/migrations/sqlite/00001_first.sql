-- +goose Up
-- Every time is UTC milliseconds. What is sealed is a BLOB that only the key set opens.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
);

-- The structure: unit > district > team; municipality > area (domain.md, section 2).
CREATE TABLE districts (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    unit TEXT NOT NULL DEFAULT ''
);
CREATE TABLE teams (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL UNIQUE,
    district_id INTEGER REFERENCES districts (id)
);
CREATE TABLE municipalities (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL UNIQUE,
    inhabitants INTEGER NOT NULL DEFAULT 0,
    year        INTEGER NOT NULL DEFAULT 0,
    overview    TEXT NOT NULL DEFAULT '',
    district_id INTEGER REFERENCES districts (id)
);
CREATE TABLE areas (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    municipality_id INTEGER NOT NULL REFERENCES municipalities (id),
    team_id         INTEGER REFERENCES teams (id),
    name            TEXT NOT NULL,
    latitude        REAL,
    longitude       REAL,
    UNIQUE (municipality_id, name)
);
CREATE INDEX areas_team ON areas (team_id);
CREATE TABLE area_postcodes (
    area_id  INTEGER NOT NULL REFERENCES areas (id) ON DELETE CASCADE,
    postcode TEXT NOT NULL,
    PRIMARY KEY (area_id, postcode)
);
CREATE INDEX area_postcodes_postcode ON area_postcodes (postcode);
CREATE TABLE area_places (
    area_id INTEGER NOT NULL REFERENCES areas (id) ON DELETE CASCADE,
    place   TEXT NOT NULL,
    PRIMARY KEY (area_id, place)
);
CREATE TABLE area_neighbours (
    area_id      INTEGER NOT NULL REFERENCES areas (id) ON DELETE CASCADE,
    neighbour_id INTEGER NOT NULL REFERENCES areas (id) ON DELETE CASCADE,
    PRIMARY KEY (area_id, neighbour_id)
);

-- Accounts of the bot, the chats it is in, and the people it knows.
CREATE TABLE accounts (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    platform TEXT NOT NULL,
    account  TEXT NOT NULL,
    UNIQUE (platform, account)
);
CREATE TABLE chats (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    address    TEXT NOT NULL,
    thread     TEXT NOT NULL DEFAULT '',
    kind       TEXT NOT NULL,
    title      TEXT NOT NULL DEFAULT '',
    language   TEXT NOT NULL DEFAULT '',
    state      TEXT NOT NULL DEFAULT 'active',
    area_id    INTEGER REFERENCES areas (id),
    linked_at  INTEGER NOT NULL DEFAULT 0,
    leave_at   INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    UNIQUE (account_id, address)
);
CREATE INDEX chats_area ON chats (area_id) WHERE area_id IS NOT NULL;
CREATE INDEX chats_leave ON chats (leave_at) WHERE leave_at > 0;
CREATE TABLE persons (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    language   TEXT NOT NULL DEFAULT '',
    greeted_at INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
);
CREATE TABLE identities (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id  INTEGER NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    user_id    TEXT NOT NULL,
    name       TEXT NOT NULL DEFAULT '',
    chat_id    INTEGER REFERENCES chats (id),
    created_at INTEGER NOT NULL,
    UNIQUE (account_id, user_id)
);
CREATE INDEX identities_person ON identities (person_id);
CREATE INDEX identities_chat ON identities (chat_id) WHERE chat_id IS NOT NULL;

CREATE TABLE roles (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id       INTEGER NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    role            TEXT NOT NULL,
    area_id         INTEGER REFERENCES areas (id),
    municipality_id INTEGER REFERENCES municipalities (id),
    team_id         INTEGER REFERENCES teams (id),
    granted_by      INTEGER REFERENCES persons (id) ON DELETE SET NULL,
    granted_at      INTEGER NOT NULL,
    ended_at        INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX roles_person ON roles (person_id) WHERE ended_at = 0;
CREATE TABLE invites (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    code_hash       BLOB NOT NULL UNIQUE,
    role            TEXT NOT NULL,
    area_id         INTEGER REFERENCES areas (id),
    municipality_id INTEGER REFERENCES municipalities (id),
    team_id         INTEGER REFERENCES teams (id),
    created_by      INTEGER REFERENCES persons (id) ON DELETE SET NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    used_at         INTEGER NOT NULL DEFAULT 0,
    used_by         INTEGER REFERENCES persons (id) ON DELETE SET NULL
);
CREATE TABLE wrong_codes (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    at        INTEGER NOT NULL
);
CREATE INDEX wrong_codes_person ON wrong_codes (person_id, at);

-- What came in, so that a repeat is dropped; and what broke a handler, how often.
CREATE TABLE inbox (
    account_id  INTEGER NOT NULL REFERENCES accounts (id),
    address     TEXT NOT NULL,
    sender      TEXT NOT NULL,
    message     TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    done        BOOLEAN NOT NULL DEFAULT TRUE,
    PRIMARY KEY (account_id, address, sender, message)
) WITHOUT ROWID;
CREATE INDEX inbox_received ON inbox (received_at);
CREATE TABLE forms (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id  INTEGER NOT NULL UNIQUE REFERENCES persons (id) ON DELETE CASCADE,
    command    TEXT NOT NULL,
    state      BLOB NOT NULL,
    chat_id    INTEGER NOT NULL REFERENCES chats (id),
    expires_at INTEGER NOT NULL
);

-- What goes out. A text is sealed and stored once for a cause in a variant (language and layout).
CREATE TABLE photos (
    sha256     TEXT PRIMARY KEY,
    jpeg       BLOB NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE TABLE photo_files (
    sha256     TEXT NOT NULL REFERENCES photos (sha256) ON DELETE CASCADE,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    file       TEXT NOT NULL,
    PRIMARY KEY (sha256, account_id)
);
CREATE TABLE texts (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    cause   TEXT NOT NULL,
    variant TEXT NOT NULL,
    part    INTEGER NOT NULL,
    body    BLOB NOT NULL,
    choices BOOLEAN NOT NULL DEFAULT FALSE,
    UNIQUE (cause, variant, part)
);
CREATE TABLE deliveries (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    cause          TEXT NOT NULL,
    account_id     INTEGER NOT NULL REFERENCES accounts (id),
    chat_id        INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    part           INTEGER NOT NULL DEFAULT 1,
    action         TEXT NOT NULL DEFAULT 'send',
    text_id        INTEGER REFERENCES texts (id),
    priority       INTEGER NOT NULL,
    state          TEXT NOT NULL DEFAULT 'queued',
    person_id      INTEGER REFERENCES persons (id) ON DELETE SET NULL,
    reply_to       INTEGER REFERENCES deliveries (id) ON DELETE SET NULL,
    reply_message  TEXT NOT NULL DEFAULT '',
    target_message TEXT NOT NULL DEFAULT '',
    message_id     TEXT NOT NULL DEFAULT '',
    not_before     INTEGER NOT NULL DEFAULT 0,
    expires_at     INTEGER NOT NULL DEFAULT 0,
    attempts       INTEGER NOT NULL DEFAULT 0,
    error          TEXT NOT NULL DEFAULT '',
    owner          TEXT NOT NULL DEFAULT '',
    created_at     INTEGER NOT NULL,
    done_at        INTEGER NOT NULL DEFAULT 0,
    UNIQUE (cause, chat_id, part)
);
CREATE INDEX deliveries_due ON deliveries (account_id, priority, id) WHERE state = 'queued';
CREATE INDEX deliveries_sending ON deliveries (account_id) WHERE state = 'sending';
CREATE INDEX deliveries_pending_chat ON deliveries (chat_id, priority, id) WHERE state IN ('queued', 'sending');
CREATE INDEX deliveries_message ON deliveries (chat_id, message_id) WHERE message_id <> '';
CREATE INDEX deliveries_chat ON deliveries (chat_id, id);
CREATE INDEX deliveries_reply ON deliveries (reply_to) WHERE reply_to IS NOT NULL;

-- The register of groups (R9, R11, R16).
CREATE TABLE groups (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    area_id     INTEGER NOT NULL REFERENCES areas (id),
    name        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    use         TEXT NOT NULL,
    platform    TEXT NOT NULL,
    members     INTEGER NOT NULL DEFAULT 0,
    public      BOOLEAN NOT NULL DEFAULT FALSE,
    phone       BLOB,
    phone_hash  BLOB,
    person_id   INTEGER REFERENCES persons (id) ON DELETE SET NULL,
    status      TEXT NOT NULL,
    sample      BOOLEAN NOT NULL DEFAULT FALSE,
    created_at  INTEGER NOT NULL,
    verified_at INTEGER NOT NULL DEFAULT 0,
    verified_by INTEGER REFERENCES persons (id) ON DELETE SET NULL
);
CREATE INDEX groups_area ON groups (area_id, status);
CREATE INDEX groups_person ON groups (person_id) WHERE person_id IS NOT NULL;

-- Alerts, their follow-ups and how they ended (R4, R5, R6).
CREATE TABLE alerts (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id   INTEGER REFERENCES persons (id) ON DELETE SET NULL,
    area_id     INTEGER NOT NULL REFERENCES areas (id),
    kind        TEXT NOT NULL,
    what        TEXT NOT NULL,
    place       TEXT NOT NULL,
    happened    TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    photo       TEXT NOT NULL DEFAULT '',
    reach       TEXT NOT NULL,
    created_at  INTEGER NOT NULL
);
CREATE INDEX alerts_area ON alerts (area_id, created_at);
CREATE INDEX alerts_created ON alerts (created_at);
CREATE TABLE followups (
    alert_id     INTEGER PRIMARY KEY REFERENCES alerts (id) ON DELETE CASCADE,
    due_at       INTEGER NOT NULL,
    remind_at    INTEGER NOT NULL,
    reminders    INTEGER NOT NULL DEFAULT 0,
    escalate_at  INTEGER NOT NULL,
    escalated_at INTEGER NOT NULL DEFAULT 0,
    asked        INTEGER NOT NULL DEFAULT 0,
    closed_at    INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX followups_remind ON followups (remind_at) WHERE closed_at = 0;
CREATE INDEX followups_escalate ON followups (escalate_at) WHERE closed_at = 0 AND escalated_at = 0;
CREATE TABLE outcomes (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    alert_id   INTEGER NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    template   TEXT NOT NULL DEFAULT '',
    text       TEXT NOT NULL DEFAULT '',
    person_id  INTEGER REFERENCES persons (id) ON DELETE SET NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX outcomes_alert ON outcomes (alert_id);
CREATE INDEX outcomes_created ON outcomes (created_at);
CREATE TABLE outcome_requests (
    alert_id INTEGER NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    day      TEXT NOT NULL,
    count    INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (alert_id, day)
);

-- The weekly summary. A note waits in each of its areas until a summary has told it there.
CREATE TABLE notes (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id  INTEGER REFERENCES persons (id) ON DELETE SET NULL,
    text       TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE TABLE summaries (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    area_id    INTEGER NOT NULL REFERENCES areas (id) ON DELETE CASCADE,
    until_at   INTEGER NOT NULL,
    state      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (area_id, until_at)
);
CREATE TABLE note_areas (
    note_id    INTEGER NOT NULL REFERENCES notes (id) ON DELETE CASCADE,
    area_id    INTEGER NOT NULL REFERENCES areas (id) ON DELETE CASCADE,
    summary_id INTEGER REFERENCES summaries (id) ON DELETE CASCADE,
    PRIMARY KEY (note_id, area_id)
);
CREATE INDEX note_areas_waiting ON note_areas (area_id) WHERE summary_id IS NULL;
CREATE INDEX note_areas_summary ON note_areas (summary_id) WHERE summary_id IS NOT NULL;
CREATE TABLE summary_skips (
    area_id    INTEGER PRIMARY KEY REFERENCES areas (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL
);
CREATE TABLE summary_previews (
    person_id  INTEGER PRIMARY KEY REFERENCES persons (id) ON DELETE CASCADE,
    planned_at INTEGER NOT NULL
);

-- Everything that recurs; moved on by compare-and-swap, so that it happens once.
CREATE TABLE schedules (
    name    TEXT PRIMARY KEY,
    spec    TEXT NOT NULL,
    next_at INTEGER NOT NULL
);

-- One-time codes that an officer posts in a channel to link it to an area.
CREATE TABLE channel_codes (
    code_hash  BLOB PRIMARY KEY,
    area_id    INTEGER NOT NULL REFERENCES areas (id) ON DELETE CASCADE,
    person_id  INTEGER NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
);
