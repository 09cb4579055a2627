-- Imports that an administrator asks for, of files that he uploaded. `created_at_us` says when one was asked for, and
-- in which order they run; what it changes is so from `begun_at_us` on, which no two have in common, so that a restart
-- knows it.
ALTER TABLE import_job
    ADD COLUMN actor_id             uuid,         -- null: the machine's operator
    ADD COLUMN scope                uuid[],       -- the organisations that the actor administers; null: all
    ADD COLUMN organizations_sha256 bytea,        -- null: there is no such file
    ADD COLUMN members_sha256       bytea,        -- null: the command line has the files, and works alone
    ADD COLUMN begun_at_us          bigint,
    ADD COLUMN lines                bigint NOT NULL DEFAULT 0,  -- of members.csv, once it was looked at
    ADD COLUMN absent               bigint NOT NULL DEFAULT 0,
    ADD COLUMN attempts             int NOT NULL DEFAULT 0,     -- that failed by our own fault
    ADD COLUMN problem              text;         -- a word of errors.def: why it went no further
UPDATE import_job SET begun_at_us = created_at_us;
CREATE INDEX import_job_waiting ON import_job (created_at_us, id) WHERE finished_at_us IS NULL;

ALTER TABLE import_member ADD COLUMN occupation int;            -- null: keep
CREATE INDEX import_member_id ON import_member (job_id, id);
CREATE INDEX import_member_secretary ON import_member (job_id, role_at) WHERE role = 2;

-- Errors, and warnings about lines that were taken. They are read in the order of file and line.
ALTER TABLE import_error
    DROP COLUMN number,
    ADD COLUMN warning   boolean NOT NULL DEFAULT false,
    ADD COLUMN member_id uuid;                    -- whose line it is, where that can be read
CREATE INDEX import_error_line ON import_error (job_id, warning, file, line);

-- Who was in a branch of the file and not in the file.
CREATE TABLE import_absent (
    job_id    uuid NOT NULL REFERENCES import_job,
    member_id uuid NOT NULL,
    PRIMARY KEY (job_id, member_id)
);

-- A card number without the zeros that spreadsheets take.
CREATE INDEX member_card_bare ON member (ltrim(card_number, '0')) WHERE card_number LIKE '0%';

-- One secretary leads an organisation. Where an older import has left two, the one who came last stays.
UPDATE member_position p SET to_us = greatest(p.from_us + 1, n.from_us)
    FROM member_position n
    WHERE p.role = 2 AND p.to_us IS NULL AND n.role = 2 AND n.to_us IS NULL AND n.organization_id = p.organization_id
        AND (n.from_us, n.member_id) > (p.from_us, p.member_id);
CREATE UNIQUE INDEX member_position_secretary ON member_position (organization_id) WHERE role = 2 AND to_us IS NULL;

-- Whose lines are all in import_member: unlogged as that is, so that a crash of PostgreSQL empties both.
CREATE UNLOGGED TABLE import_stage (job_id uuid PRIMARY KEY);
