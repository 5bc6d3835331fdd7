-- +goose Up
-- Officers who are away for a while, and who stands in for them meanwhile.
CREATE TABLE absences (
    person_id     BIGINT PRIMARY KEY REFERENCES persons (id) ON DELETE CASCADE,
    from_at       BIGINT NOT NULL,
    until_at      BIGINT NOT NULL,
    substitute_id BIGINT REFERENCES persons (id) ON DELETE SET NULL
);
CREATE INDEX absences_substitute ON absences (substitute_id) WHERE substitute_id IS NOT NULL;
-- The days on which an officer is not reminded: a date as 2018-05-10, or a day of every week as a number, 0 is Sunday.
CREATE TABLE days_off (
    person_id BIGINT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    day       TEXT NOT NULL,
    PRIMARY KEY (person_id, day)
);
