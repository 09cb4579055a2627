-- The correction that is to ring after the newest ring about a meeting, until another is to ring instead
-- (subject_ring in subject.c).
ALTER TABLE subject ADD COLUMN correction uuid;     -- an item; null: none
