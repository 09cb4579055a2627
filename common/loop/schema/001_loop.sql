-- What the loop (common/loop/loop.h) keeps beside a service's facts, in the same transactions. The statements are those
-- of the first release; the comments tell how the tables are used today. 002_flights.sql dropped `announced`, keyed the
-- outbox by an id, and gave attempts and dead letters their cluster; 006_position_owner.sql gave positions their owner;
-- 007_seen_by_id.sql left `seen` its primary key alone.

-- Where each partition goes on. `next`: the first offset that was not processed. A batch's transaction advances `next`
-- where it finds its owner and the value that it expects; else it touches no row, and rolls back.
CREATE TABLE position (
    cluster     text NOT NULL,
    topic       int NOT NULL,           -- topics.def
    partition   int NOT NULL,
    next        bigint NOT NULL,
    announced   bigint NOT NULL,
    PRIMARY KEY (cluster, topic, partition)
);

-- Every message that was processed in the last 45 days, with the durable part of its outcome: a repeat is answered from
-- it, and applied no second time.
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

-- What a commit has to announce, a packed Announcement: one row under the batch's first partition, and one more for
-- each partition whose keys have records of compacted topics. A row goes when it has been announced.
CREATE TABLE outbox (
    cluster      text NOT NULL,
    topic        int NOT NULL,
    partition    int NOT NULL,
    next         bigint NOT NULL,       -- the position that this commit reached
    announcement bytea NOT NULL,
    PRIMARY KEY (cluster, topic, partition, next)
);

-- What commits that no message caused (sign-in, republishing) have to announce, and dead letters that are replayed:
-- moved into the outbox, in the order of their ids, by the owner of the first partition (common/loop/loop_later.h).
CREATE TABLE outbox_loose (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    announcement bytea NOT NULL
);

-- When a timer is due, the owner of the first partition moves its command into the outbox.
CREATE TABLE timer (
    kind         text NOT NULL,
    aggregate_id uuid NOT NULL,
    due_us       bigint NOT NULL,
    command      bytea NOT NULL,        -- packed payload of `kind`
    PRIMARY KEY (kind, aggregate_id, due_us)
);
CREATE INDEX timer_due ON timer (due_us);

-- Attempts at a message that ended in a fault or a crash of its handler; the third makes a dead letter.
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
