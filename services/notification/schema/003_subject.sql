-- What the newest facts say of a meeting or document. Facts may come late (a dead letter is replayed): an older one undoes nothing
-- (notification.c, subject_next).
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
