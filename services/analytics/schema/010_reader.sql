-- Of a document, how many of a part of the city have read it: all readings of one subject. One subject's rows share
-- their key, so an entry is small, and those of what is read today stand together.
CREATE INDEX fact_read_subject ON fact_read (subject_id);
