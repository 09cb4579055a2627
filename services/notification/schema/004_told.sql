-- When an item, or the newest fact that a digest tells of, was told: a read that was accepted before does not cover it.
ALTER TABLE inbox_item ADD COLUMN told_at_us bigint NOT NULL DEFAULT 0;

-- The same place may be read up to again, when something has come late to one before it.
ALTER TABLE inbox_read_up_to DROP CONSTRAINT inbox_read_up_to_pkey,
    ADD PRIMARY KEY (member_id, created_at_us, item_id, read_at_us);
