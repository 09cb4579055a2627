-- A number is unique for its organisation, kind and term. It is compared without spaces around it, in NFC, and in small
-- letters. A withdrawn document's is free for the one document that takes its place.

ALTER TABLE document
    ADD number_key text
        GENERATED ALWAYS AS (nullif(lower(normalize(btrim(number), NFC) COLLATE "vi-x-icu"), '')) STORED,
    ADD number_since int,                       -- a date: when its term began, or where none is known its year
    ADD replaced_by uuid;                       -- the document that took its place, or is drafted to

UPDATE document SET number_since = date_trunc('year', date '1970-01-01' + dated_on)::date - date '1970-01-01'
    WHERE number IS NOT NULL;
-- What differs in case or spaces alone was taken for two numbers until now: the older one keeps it, the others are
-- unguarded.
UPDATE document d SET number_since = NULL FROM document o
    WHERE o.organization_id = d.organization_id AND o.kind = d.kind AND o.number_since = d.number_since
      AND o.number_key = d.number_key AND (o.created_at_us, o.id) < (d.created_at_us, d.id);

DROP INDEX document_number_taken;
CREATE UNIQUE INDEX document_number_taken ON document (organization_id, kind, number_since, number_key)
    WHERE state <> 3 OR replaced_by IS NULL;    -- 3: withdrawn; 409 number_taken

-- What a document took the place of.
CREATE INDEX document_replaced_by ON document (replaced_by) WHERE replaced_by IS NOT NULL;
