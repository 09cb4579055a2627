-- The record before `next`, by its append time and a hash of its key and value: a log that has another one there, or
-- ends before `next` or begins behind it, is not the log that the position was made on. null: none is known.
-- `stopped`: why a partition of commands is read no further until an operator has looked (`SERVICE positions`); what
-- comes meanwhile waits on the queue.
ALTER TABLE position ADD COLUMN last_append_us bigint, ADD COLUMN last_hash uuid, ADD COLUMN stopped text;
