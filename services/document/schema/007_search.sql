-- Passages are searched by what the reader may see and by words, in one index: so what he may not see is neither ranked
-- nor counted. `audience` holds numbers of whom a published document is for (passage/numbers_store.h says which: eight
-- figures of a hash, so a few more may be found than he may see, and each document is asked again). What the whole city
-- reads has no audience and an index of its own: else every question would read its long lists twice.
ALTER TABLE passage
    ADD audience int[] NOT NULL DEFAULT '{}',        -- none: a draft, or withdrawn
    ADD is_wide boolean NOT NULL DEFAULT false,
    ADD words tsvector NOT NULL DEFAULT '',          -- as passage/words.h writes them
    ALTER words SET STORAGE MAIN;                    -- ranking reads them
ALTER TABLE passage SET (toast_tuple_target = 8160);

-- Not fastupdate: a search must not read what others have added since the last vacuum.
CREATE INDEX passage_search ON passage USING gin (audience, words) WITH (fastupdate = off)
    WHERE NOT is_wide AND audience <> '{}';
CREATE INDEX passage_search_wide ON passage USING gin (words) WITH (fastupdate = off) WHERE is_wide;

-- The numbers in use: a reader's others need not be looked for.
CREATE TABLE passage_audience (number int PRIMARY KEY);

-- What was read before has no words yet.
INSERT INTO extraction_job (document_id, sha256) SELECT id, sha256 FROM document ON CONFLICT DO NOTHING;
