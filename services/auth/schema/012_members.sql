-- What commands change of members, and who changed it. Numbers are those of Pb__Occupation, Pb__LeftReason,
-- Pb__HistoryAction, Pb__TransferKind and Pb__TransferState.
ALTER TABLE member
    ADD COLUMN occupation  int,
    ADD COLUMN left_reason int,                   -- of whoever left by a command
    ADD COLUMN merged_into uuid;                  -- of a double: who it was

-- Rows are only added.
CREATE TABLE member_history (
    member_id  uuid NOT NULL REFERENCES member,
    at_us      bigint NOT NULL,
    message_id uuid NOT NULL,                     -- the command that changed it
    actor_id   uuid,                              -- null: it came by itself
    action     int NOT NULL,
    changes    bytea NOT NULL,                    -- packed Pb__History: its changes alone
    reason     text,
    PRIMARY KEY (member_id, at_us, message_id)
);

CREATE TABLE transfer (
    id              uuid PRIMARY KEY,
    version         bigint NOT NULL,
    member_id       uuid NOT NULL,
    from_branch_id  uuid NOT NULL,
    to_branch_id    uuid NOT NULL,
    kind            int NOT NULL,
    until_date      int,                          -- the last day of a temporary one, days since 1970-01-01
    reason          text NOT NULL,
    state           int NOT NULL,
    decision_reason text,
    created_at_us   bigint NOT NULL,
    settled_at_us   bigint,
    ended_at_us     bigint                        -- of a temporary one that was done: he came back
);
-- One at a time: requested, or temporary and under way.
CREATE UNIQUE INDEX transfer_open ON transfer (member_id)
    WHERE state = 0 OR (state = 1 AND kind = 1 AND ended_at_us IS NULL);
CREATE INDEX transfer_member ON transfer (member_id);
CREATE INDEX transfer_from ON transfer (from_branch_id, created_at_us, id);
CREATE INDEX transfer_to ON transfer (to_branch_id, created_at_us, id);
CREATE INDEX transfer_newest ON transfer (created_at_us, id);
