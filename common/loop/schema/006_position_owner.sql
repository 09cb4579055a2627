-- Whose a partition is: each assignment writes a random id here, and a batch advances the row only where it still finds
-- its own. So a transaction of an owner of before, however late its COMMIT comes, changes nothing; nor does one of the
-- time before a restore, which brings old owners back and none that is alive.
ALTER TABLE position ADD COLUMN owner uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE position ALTER COLUMN owner DROP DEFAULT;
