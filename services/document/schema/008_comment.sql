-- What readers say of a document.

CREATE TABLE document_comment (
    id            uuid PRIMARY KEY,
    document_id   uuid NOT NULL REFERENCES document ON DELETE CASCADE,
    author_id     uuid NOT NULL,
    text          text NOT NULL,
    created_at_us bigint NOT NULL
);
-- A document's, oldest first, in pages.
CREATE INDEX document_comment_of_document ON document_comment (document_id, created_at_us, id);
-- A member's own, oldest first: what he takes with him.
CREATE INDEX document_comment_of_author ON document_comment (author_id, created_at_us, id);
