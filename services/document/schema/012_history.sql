-- Who changed what of a document, when and why. Read by document, newest first.

CREATE TABLE document_history (
    document_id uuid NOT NULL REFERENCES document ON DELETE CASCADE,
    version     bigint NOT NULL,                -- what it became
    at_us       bigint NOT NULL,
    actor_id    uuid,                           -- null: the clock
    action      int NOT NULL,                   -- Pb__DocumentAction
    changes     bytea NOT NULL,                 -- a packed DocumentHistory
    reason      text,
    PRIMARY KEY (document_id, version)
);

-- Of those that are there: made (0), published (2). An empty message has no changes; the two fields that it must have
-- are the columns'.
INSERT INTO document_history(document_id, version, at_us, actor_id, action, changes)
    SELECT id, 1, created_at_us, author_id, 0, '\x08001800'::bytea FROM document
    UNION ALL SELECT id, 2, published_at_us, NULL, 2, '\x08001800'::bytea FROM document
        WHERE published_at_us IS NOT NULL AND version > 1;
