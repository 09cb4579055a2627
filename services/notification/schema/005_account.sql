-- Shards and devices that are tried again belong to an account at a provider: two accounts share no cursor, no lease
-- and no pace. An account stays listed while nobody holds its lease, because every push gets shards for each account
-- that is listed. A sender lists its own when it first asks for the lease; 'fcm' is the default account, to which all
-- that is there belongs.
ALTER TABLE provider_account ALTER COLUMN lease_owner DROP NOT NULL, ALTER COLUMN lease_until DROP NOT NULL;
INSERT INTO provider_account(name) VALUES ('fcm') ON CONFLICT (name) DO NOTHING;

ALTER TABLE push_shard ADD COLUMN account text NOT NULL DEFAULT 'fcm';      -- provider_account.name
ALTER TABLE push_shard ALTER COLUMN account DROP DEFAULT,
    DROP CONSTRAINT push_shard_pkey, ADD PRIMARY KEY (notification_id, account, shard);
DROP INDEX push_shard_open;
CREATE INDEX push_shard_open ON push_shard (account, priority, not_before_us) WHERE NOT done;

ALTER TABLE push_delivery ADD COLUMN account text NOT NULL DEFAULT 'fcm';   -- which sent it, and tries again
ALTER TABLE push_delivery ALTER COLUMN account DROP DEFAULT;
DROP INDEX push_delivery_retrying;
CREATE INDEX push_delivery_retrying ON push_delivery (account, next_at_us) WHERE next_at_us IS NOT NULL;
-- Whether anything of a push is still to be tried again, whatever is retrying of others.
CREATE INDEX push_delivery_open ON push_delivery (notification_id) WHERE next_at_us IS NOT NULL;
