-- A long file is read in slices of some pages. Each is kept when it was read, so whoever takes the job next goes on
-- behind the last one; they go with the job, whose end writes the passages of all of them together.
CREATE TABLE extraction_slice (
    document_id  uuid NOT NULL REFERENCES extraction_job ON DELETE CASCADE,
    sha256       bytea NOT NULL,                 -- the content's: those of an older one go with it
    pages_before int NOT NULL,                   -- that were read by the slices before
    pages        int NOT NULL,
    total        int NOT NULL,                   -- pages of the file
    said         bytea NOT NULL,                 -- what the child said (extract/output.h)
    PRIMARY KEY (document_id, sha256, pages_before)
);

-- How often in a row the machine did not let it be read: the file has no part in that (extract/extractor.h).
ALTER TABLE extraction_job ADD put_off int NOT NULL DEFAULT 0;
-- How often in a row that was by killing the reader.
ALTER TABLE extraction_job ADD killed int NOT NULL DEFAULT 0;

ALTER TABLE document ADD extraction_failure text;  -- why its file has no text: the word of enum extract_end
