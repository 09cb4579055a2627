-- The correction that is to ring after the newest ring about a meeting, until another is to ring instead
-- (subject_ring in subject.c).
ALTER TABLE subject ADD COLUMN correction uuid;     -- an item; null: none

-- Hours that left less than an hour of the day rang never: 21:00 and 7:00 stand in for what is null (preference.c).
UPDATE preference SET quiet_from = NULL, quiet_to = NULL
    WHERE coalesce(quiet_from, 1260) - coalesce(quiet_to, 420) < 60;
