-- Lists as files: a job of one member, leased by whoever makes its file. `cursor` and `rows` say what of the list is in
-- the first `bytes` of the file of take `file`, and move in one commit; the next take goes on there.
CREATE TABLE export_job (
    id              uuid PRIMARY KEY,
    member_id       uuid NOT NULL,
    kind            int NOT NULL,                -- Pb__TableKind
    format          int NOT NULL,                -- Pb__TableFormat
    organization_id uuid NOT NULL,
    filter          bytea,                       -- packed TableFilter; null: everything
    created_at_us   bigint NOT NULL,
    expires_at_us   bigint NOT NULL,             -- no file from then on, and no work
    finished_at_us  bigint,
    problem         text,                        -- a word of errors.def: it was stopped, or went no further
    holder          uuid,
    leased_until_us bigint NOT NULL DEFAULT 0,   -- by the wall clock
    attempts        int NOT NULL DEFAULT 0,      -- that failed in a row by our own fault
    takes           int NOT NULL DEFAULT 0,      -- how often somebody took it: each has a file of its own
    file            int NOT NULL DEFAULT 0,
    cursor          bytea,
    rows            bigint NOT NULL DEFAULT 0,
    expected        bigint NOT NULL DEFAULT 0,   -- rows, about
    bytes           bigint NOT NULL DEFAULT 0,
    gone            boolean NOT NULL DEFAULT false  -- its files were removed
);
-- Of a member one is made at a time.
CREATE UNIQUE INDEX export_job_member ON export_job (member_id) WHERE finished_at_us IS NULL;
-- The next that is to be made, and how many wait.
CREATE INDEX export_job_waiting ON export_job (created_at_us, id) WHERE finished_at_us IS NULL;
-- Whose files are to go, as they have expired or came to nothing; and of which nothing is left to know.
CREATE INDEX export_job_expiring ON export_job (gone, expires_at_us);
CREATE INDEX export_job_failed ON export_job (finished_at_us) WHERE NOT gone AND problem IS NOT NULL;
