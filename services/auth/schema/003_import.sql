-- The roster import: a leased job that goes through its staged rows in chunks. `applied` moves in the same commit as
-- the facts of a chunk; `announced` follows when Kafka has acknowledged their directory records, in the commit of a
-- later chunk.
CREATE TABLE import_job (
    id                   uuid PRIMARY KEY,        -- of both files' hashes: the same files go on where they stopped
    created_at_us        bigint NOT NULL,         -- also changed_at_us of all that the job changes, so that a restart
                                                  -- knows it
    finished_at_us       bigint,
    holder               uuid,
    leased_until_us      bigint NOT NULL,
    staged               boolean NOT NULL DEFAULT false,
    organizations_done   boolean NOT NULL DEFAULT false,  -- all in one commit: a tree is right only as a whole
    organizations_told   boolean NOT NULL DEFAULT false,
    rows                 bigint NOT NULL DEFAULT 0,     -- data lines of both files
    last_line            bigint NOT NULL DEFAULT 0,     -- of members.csv
    applied              bigint NOT NULL DEFAULT 0,     -- lines of members.csv up to here are facts
    announced            bigint NOT NULL DEFAULT 0,     -- and their records acknowledged up to here
    created              bigint NOT NULL DEFAULT 0,
    updated              bigint NOT NULL DEFAULT 0,
    unchanged            bigint NOT NULL DEFAULT 0,
    rejected             bigint NOT NULL DEFAULT 0
);

-- Valid rows of members.csv. Unlogged: a crash of PostgreSQL empties it, and the job stages its files again.
CREATE UNLOGGED TABLE import_member (
    job_id          uuid NOT NULL,
    line            bigint NOT NULL,
    id              uuid NOT NULL,
    card_number     text NOT NULL,
    full_name       text NOT NULL,
    born_on         int,
    gender          int,
    joined_on       int,
    branch_id       uuid NOT NULL,
    status          int NOT NULL,
    exempt          boolean NOT NULL,
    phone           text,                         -- null: keep
    role            int,                          -- null: keep; 0: none
    role_at         uuid
);
CREATE INDEX import_member_line ON import_member (job_id, line);

CREATE TABLE import_error (
    job_id uuid NOT NULL REFERENCES import_job,
    number bigint NOT NULL,
    file   text NOT NULL,
    line   bigint NOT NULL,
    field  text NOT NULL,
    code   text NOT NULL,                         -- a word of errors.def
    PRIMARY KEY (job_id, number)
);
