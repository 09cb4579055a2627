-- Kinds of events that came and that no part of this binary took. A newer binary that has a handler for one reads the
-- topic again from its beginning (common/loop/loop_startup.c).
CREATE TABLE skipped_kind (
    topic integer NOT NULL,             -- number in topics.def
    kind  text NOT NULL,
    PRIMARY KEY (topic, kind)
);
