-- Facts of one kind about one subject gather in one item while nobody has read it (digest.c, digest_next).
ALTER TABLE inbox_item ADD COLUMN facts int;    -- that a digest tells of; null: no digest
ALTER TABLE inbox_item SET (fillfactor = 85);   -- a digest that grows stays in its page: no index is touched

CREATE TABLE digest (
    key          uuid PRIMARY KEY,              -- of kind, subject and named recipients
    item_id      uuid NOT NULL,                 -- the newest
    opened_at_us bigint NOT NULL,
    is_read      boolean NOT NULL,              -- by one of those whom the item reaches: it gathers no more
    rings        boolean NOT NULL,              -- the item has a push
    rings_at_us  bigint NOT NULL                -- the newest push under this key, of this item or one before; 0: none
);
CREATE INDEX digest_item ON digest (item_id);
