-- Documents and who they are for. Ids of people and organisations are other services': no foreign keys to them. A
-- file's bytes are in the gateway's blob store under their sha256; a text stays here.

CREATE TABLE document (
    id              uuid PRIMARY KEY,
    version         bigint NOT NULL,            -- rises with patch, publish and withdraw
    kind            int NOT NULL,               -- Pb__DocumentKind
    number          text,
    title           text NOT NULL,
    issued_on       int,                        -- a date
    organization_id uuid NOT NULL,              -- who issues it
    author_id       uuid NOT NULL,
    classification  int NOT NULL,               -- Pb__Classification
    state           int NOT NULL,               -- Pb__DocumentState
    -- the audience: (organisations, with their subtrees if so, intersected with roles) united with named members
    organization_ids uuid[] NOT NULL,
    subtree         boolean NOT NULL,
    roles           int[] NOT NULL,             -- Pb__Role; none: every member
    member_ids      uuid[] NOT NULL,
    readers         bigint NOT NULL,            -- how many people that were, when the audience was set or published
    sha256          bytea NOT NULL,
    bytes           bigint NOT NULL,
    media_type      text NOT NULL,
    is_text         boolean NOT NULL,           -- its content is in document_text
    extraction      int NOT NULL,               -- Pb__Extraction
    requires_acknowledgement boolean NOT NULL,
    event_starts_at_us bigint,                  -- of kind `event`
    event_ends_at_us bigint,
    event_place     text,
    created_at_us   bigint NOT NULL,
    publish_at_us   bigint,                     -- a draft that waits for this time
    published_at_us bigint,
    withdraw_reason text,
    notify          int NOT NULL,               -- Pb__Notify, as published
    notification_id uuid,                       -- the last one that told its readers
    listed_at_us    bigint NOT NULL,            -- order of lists: when published, and until then when made
    dated_on        int NOT NULL,               -- what `from` and `to` mean: issued_on, or the day of listed_at_us
    search          text NOT NULL               -- number and title, lower case without accents
);

CREATE UNIQUE INDEX document_number_taken ON document (organization_id, number); -- 409 number_taken
CREATE INDEX document_by_time ON document (listed_at_us DESC, id DESC);

CREATE TABLE document_text (
    document_id uuid PRIMARY KEY REFERENCES document ON DELETE CASCADE,
    text        text NOT NULL
);

CREATE TABLE document_target (                  -- of a resolution: what it sets as aims
    document_id uuid NOT NULL REFERENCES document ON DELETE CASCADE,
    position    int NOT NULL,                   -- from 0
    id          uuid NOT NULL,
    text        text NOT NULL,
    PRIMARY KEY (document_id, position)
);

CREATE TABLE document_figure (                  -- of kind `figures`
    document_id uuid NOT NULL REFERENCES document ON DELETE CASCADE,
    position    int NOT NULL,
    label       text NOT NULL,
    value       double precision NOT NULL,
    unit        text NOT NULL,
    period      text NOT NULL,
    PRIMARY KEY (document_id, position)
);
