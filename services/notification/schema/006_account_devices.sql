-- Whose devices an account sends to, as its sender says when it asks for the lease. A device that changes its provider
-- while a message to it is tried again goes on at the account that has it now (HAND_OVER in shard_store.c).
ALTER TABLE provider_account ADD COLUMN devices int[] NOT NULL DEFAULT '{}';    -- Pb__Provider
