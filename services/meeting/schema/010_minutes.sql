-- Minutes (S9): one row for a meeting, written whole. Found by the meeting's id alone, so there is no other index.
CREATE TABLE meeting_minutes (
    -- no foreign key: written under the meeting's lock, and only drafts, which have none, are deleted
    meeting_id      uuid PRIMARY KEY,
    version         bigint NOT NULL,            -- their own: rises with each change, whoever sees it
    content         bytea NOT NULL,             -- Pb__MinutesContent, packed
    published_at_us bigint                      -- NULL: only heads know of them
);
