-- Who finds the passages of a document is said by its row, and kept in each of theirs, which costs a millisecond and
-- more in the indexes of the search: a commit changes a few, and the others wait here (showing/). Late is safe, because
-- a search asks of each document again who may read it.
CREATE TABLE showing_job (
    document_id uuid PRIMARY KEY REFERENCES document ON DELETE CASCADE,
    number      bigint GENERATED ALWAYS AS IDENTITY    -- the order in which they wait
);
-- The one that has waited longest.
CREATE INDEX showing_job_oldest ON showing_job (number);
