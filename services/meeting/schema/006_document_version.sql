-- What a document was, version by version, and from when on: a command that names it is judged by the version that had
-- begun when the command was appended, so that one that is read again (a restored database) is judged as it was. What
-- is known already counts from ever. `document` keeps what agendas show: the newest title.
CREATE TABLE document_version (
    document_id     uuid NOT NULL,
    version         bigint NOT NULL,
    begins_at_us    bigint NOT NULL,            -- append time of the first record that told of it
    organization_id uuid NOT NULL,
    state           int NOT NULL,               -- Pb__DocumentState
    classification  int NOT NULL,               -- Pb__Classification
    title           text NOT NULL,              -- '' where restricted
    audience        bytea,                      -- Pb__Audience, packed; NULL: nobody is addressed
    author_id       uuid,                       -- NULL: not told yet
    PRIMARY KEY (document_id, version)
);
INSERT INTO document_version
    SELECT id, version, 0, organization_id, state, classification, title, audience, author_id FROM document;
ALTER TABLE document
    DROP COLUMN organization_id, DROP COLUMN state, DROP COLUMN classification, DROP COLUMN audience,
    DROP COLUMN author_id;
