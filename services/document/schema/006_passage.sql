-- What a document says, divided where one cites it, and the files that wait to be read for it.

-- A file that is to be read, or (of a text that was there before there were passages) a text that is to be divided; the
-- row goes with the commit of its passages. `sha256` is the content's: of a newer one there is a newer job.
CREATE TABLE extraction_job (
    document_id     uuid PRIMARY KEY REFERENCES document ON DELETE CASCADE,
    sha256          bytea NOT NULL,
    holder          uuid,
    leased_until_us bigint NOT NULL DEFAULT 0,   -- by the wall clock
    attempts        int NOT NULL DEFAULT 0       -- that were begun, but for those that others had to end
);
-- The next that is to be read: of those that were never taken the newest, as ids are in the order of time.
CREATE INDEX extraction_job_waiting ON extraction_job (leased_until_us, document_id DESC);

CREATE TABLE passage (
    document_id uuid NOT NULL REFERENCES document ON DELETE CASCADE,
    position    int NOT NULL,                    -- from 0, in the order of the text
    address     text NOT NULL,                   -- dieu-4.khoan-2.diem-a
    label       text NOT NULL,                   -- điểm a khoản 2 Điều 4
    page        int,                             -- null: the document has no pages
    text        text NOT NULL,
    PRIMARY KEY (document_id, position)
);
-- A clause is asked for by its address.
CREATE UNIQUE INDEX passage_address ON passage (document_id, address);

ALTER TABLE document ADD pages int;              -- of its file, once it was read; null: not yet, or it has none

INSERT INTO extraction_job (document_id, sha256) SELECT id, sha256 FROM document;
