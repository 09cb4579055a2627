-- The files of a published document that was put right: each of them, once there are two. The newest one's place is the
-- document's row and document_text as well.

ALTER TABLE document ADD version_no int NOT NULL DEFAULT 1;

CREATE TABLE document_version (
    document_id uuid NOT NULL REFERENCES document ON DELETE CASCADE,
    version_no  int NOT NULL,                   -- from 1
    sha256      bytea NOT NULL,
    bytes       bigint NOT NULL,
    media_type  text NOT NULL,
    is_text     boolean NOT NULL,
    text        text,                           -- of a text
    reason      text,                           -- why it took the place of the one before
    author_id   uuid NOT NULL,                  -- who put it there
    made_at_us  bigint NOT NULL,
    PRIMARY KEY (document_id, version_no)
);
