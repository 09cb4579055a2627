-- Who reads a document: an agenda names what its convener may read. Documents known before count as old, so that
-- `document republish` fills them in; until then they are named by those who keep them.
ALTER TABLE document
    ADD COLUMN audience  bytea,   -- Pb__Audience, packed: judged in C, as of a command's time; NULL: nobody is
                                  -- addressed
    ADD COLUMN author_id uuid;    -- NULL: not told yet
UPDATE document SET version = 0;
