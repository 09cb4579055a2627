-- Each morning those meetings are looked for whose resolution is owed and was due on one of a few days: kind 0 regular,
-- state 2 held.
CREATE INDEX meeting_resolution_owed ON meeting (resolution_due_at_us)
    WHERE kind = 0 AND state = 2 AND resolution_document_id IS NULL;
