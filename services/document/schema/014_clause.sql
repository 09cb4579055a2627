-- Clauses of documents in force whose place others take: by their addresses, which outlive a newer file.

CREATE TABLE document_clause (
    document_id    uuid NOT NULL REFERENCES document ON DELETE CASCADE,
    address        text NOT NULL,               -- with all that is in it
    by_document_id uuid NOT NULL,               -- published, so it stays
    by_address     text,                        -- null: no clause of it in particular
    PRIMARY KEY (document_id, address)
);
-- Whose passages name a document: when it is hidden, or restricted, they are read anew.
CREATE INDEX document_clause_by ON document_clause(by_document_id);
