-- What the loop (common/loop.h) keeps beside a service's facts, in the same transactions.

-- Where each partition goes on. `next`: the first offset not applied; `announced`: everything below was told to Kafka and Redis.
-- A transaction advances `next` from the value its owner expects; another owner's advance makes it touch no row, and roll back.
CREATE TABLE position (
    cluster     text NOT NULL,
    topic       int NOT NULL,           -- topics.def
    partition   int NOT NULL,
    next        bigint NOT NULL,
    announced   bigint NOT NULL,
    PRIMARY KEY (cluster, topic, partition)
);

-- Every message id of the last 45 days with the durable part of its outcome.
CREATE TABLE seen (
    message_id    uuid PRIMARY KEY,
    kind          text NOT NULL,
    aggregate_id  uuid NOT NULL,
    body_hash     bytea,
    code          text,                 -- null: succeeded
    fields        bytea,                -- packed Outcome that holds only the field errors
    resource_id   uuid,
    version       bigint,
    actor_id      uuid,
    created_at_us bigint NOT NULL,
    settled_at_us bigint NOT NULL
);
CREATE INDEX seen_settled ON seen USING brin (settled_at_us);

-- What a commit has to tell, one row for each partition of the batch: a packed Announcement.
CREATE TABLE outbox (
    cluster      text NOT NULL,
    topic        int NOT NULL,
    partition    int NOT NULL,
    next         bigint NOT NULL,       -- the position that this commit reached
    announcement bytea NOT NULL,
    PRIMARY KEY (cluster, topic, partition, next)
);

-- The same for commits that no message caused (imports, republishing): each row is claimed, told, deleted.
CREATE TABLE outbox_loose (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    announcement bytea NOT NULL
);

-- A timer is its own outbox row: claimed with SKIP LOCKED, deleted when Kafka has acknowledged its command.
CREATE TABLE timer (
    kind         text NOT NULL,
    aggregate_id uuid NOT NULL,
    due_us       bigint NOT NULL,
    command      bytea NOT NULL,        -- packed payload of `kind`
    PRIMARY KEY (kind, aggregate_id, due_us)
);
CREATE INDEX timer_due ON timer (due_us);

-- Attempts that ended in a fault or a crash of the handler; the third makes a dead letter.
CREATE TABLE attempt (
    topic      int NOT NULL,
    partition  int NOT NULL,
    "offset"   bigint NOT NULL,
    attempts   int NOT NULL,
    reason     text NOT NULL,
    PRIMARY KEY (topic, partition, "offset")
);

CREATE TABLE dead_letter (
    topic      int NOT NULL,
    partition  int NOT NULL,
    "offset"   bigint NOT NULL,
    kind       text,                    -- null: not even an envelope
    record_key bytea,
    record     bytea NOT NULL,          -- as it came from the queue
    reason     text NOT NULL,
    died_at_us bigint NOT NULL,
    PRIMARY KEY (topic, partition, "offset")
);
