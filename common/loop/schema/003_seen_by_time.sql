-- What is forgotten is found by a tree. Block ranges (BRIN) held only while rows lay in the order of time: pages that
-- were not vacuumed yet were read at every asking, and as new rows fill the room of forgotten ones, in the end all of
-- them. A row costs the same.
DROP INDEX seen_settled;
CREATE INDEX seen_settled ON seen(settled_at_us);
