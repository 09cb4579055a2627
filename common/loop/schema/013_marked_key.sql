-- Keys of compacted topics whose records changed with a commit: whoever changes what a record says marks its key in the
-- same transaction. The owner of the first partition moves them into the outbox, a commit's keys as one row, with the
-- records as they are then (common/loop/loop_keys.h); no record stands in the outbox otherwise.
CREATE TABLE marked_key (
    commit_id int8 NOT NULL DEFAULT txid_current(),
    id        bigint GENERATED ALWAYS AS IDENTITY,
    topic     int NOT NULL,             -- topics.def
    key       uuid NOT NULL,
    PRIMARY KEY (commit_id, id)
);
