-- Whose phones ring for a push, and when. Pushes from before ring as they did.
ALTER TABLE push ADD COLUMN quiet int NOT NULL DEFAULT 2,           -- enum push_quiet
    ADD COLUMN category int NOT NULL DEFAULT 3,                     -- enum push_category
    ADD COLUMN by_id uuid,                      -- who did it: his phones do not ring
    ADD COLUMN follows_id uuid,                 -- an item: phones ring only of those who have read that one
    ADD COLUMN held_until_us bigint;            -- it can be recalled until then; null: it was not held
ALTER TABLE push ALTER COLUMN quiet DROP DEFAULT, ALTER COLUMN category DROP DEFAULT;

-- What a phone is still to ring for, so that all that waited for the morning rings once (SELECT_AGAIN in
-- shard_store.c).
CREATE INDEX push_delivery_of_device ON push_delivery (member_id, device_id) WHERE next_at_us IS NOT NULL;

-- The newest ring about a meeting, so that corrections ring once (subject_ring in subject.c).
ALTER TABLE subject ADD COLUMN rang_item uuid,  -- null: none
    ADD COLUMN rang_at_us bigint,               -- or will ring
    ADD COLUMN rang_for_change boolean;
