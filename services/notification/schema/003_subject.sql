-- What the newest facts say of a meeting or document. Facts may come late (a dead letter is replayed): an older one
-- undoes nothing (subject.c, subject_next).
CREATE TABLE subject (
    id               uuid PRIMARY KEY,
    version          bigint NOT NULL,
    told_version     bigint NOT NULL,           -- of the newest facts that an item tells of; 0: none does
    title            text,                      -- of its items, as their body; null: each says its own
    body             text,
    classification   int NOT NULL,              -- Pb__Classification
    organization_ids uuid[] NOT NULL,           -- these five as in inbox_item
    subtree          boolean NOT NULL,
    roles            int[] NOT NULL,
    member_ids       uuid[] NOT NULL,
    within_id        uuid,
    withdrawn_at_us  bigint
);

-- Comments and answers from before digests: they say what one fact says, to its own audience, not what is said of their
-- meeting.
UPDATE inbox_item SET facts = 1 WHERE kind IN (4, 5) AND facts IS NULL;
