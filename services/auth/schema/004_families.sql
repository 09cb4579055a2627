-- A refresh token says of which family (a session) it is and which number it has, signed. The newest number that was
-- given out; 0: tokens of the family were made before they were signed.
ALTER TABLE session ADD COLUMN refresh_number bigint NOT NULL DEFAULT 0;
-- The restore mark that this family's token was last taken under (common/loop/loop_store_restored.h): a number above
-- the known one is taken once for each.
ALTER TABLE session ADD COLUMN restoration bigint NOT NULL DEFAULT 0;
