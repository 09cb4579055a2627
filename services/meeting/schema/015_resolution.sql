-- The resolution of a meeting (S14): the document that settles it, until when it is due, and whether that is over.
ALTER TABLE meeting
    ADD COLUMN resolution_document_id     uuid,
    ADD COLUMN resolution_published_at_us bigint,
    ADD COLUMN resolution_due_at_us       bigint,   -- as of hold; null: it was never held
    ADD COLUMN resolution_overdue         boolean NOT NULL DEFAULT false;
-- A document settles one meeting: the last word, and how a batch looks for the meeting that a document settles already.
CREATE UNIQUE INDEX meeting_resolution_taken ON meeting (resolution_document_id)
    WHERE resolution_document_id IS NOT NULL;
-- What a resolution must be: its kind, and when it was published. null: not told yet (`document republish` tells it),
-- or restricted.
ALTER TABLE document_version
    ADD COLUMN kind            int,                 -- Pb__DocumentKind
    ADD COLUMN published_at_us bigint;
