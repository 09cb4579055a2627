-- What words there are: where a search finds nothing, what is spelled nearly so is looked for among them. They are
-- those of passages that everybody in the city may read, and of no others: which spellings are tried, and so how long a
-- search takes, must say nothing of what its reader may not see. Without accents, as in passage.words
-- (passage/words.h), as far as one may take another for them by a slip (search/slip.h). None is ever taken out: what
-- they stood in was read by everybody. A few thousand rows, whatever there is in the city; found by their key.
CREATE TABLE passage_word (form text COLLATE "C" PRIMARY KEY);

-- What was shown before has words as well. To read all of it here would keep the service from starting for as long as
-- that takes, minutes with 2,000,000 passages; so documents that may be for everybody wait here until the thread that
-- shows passages has nothing else to do (showing/vocabulary_store.h). Until then fewer slips are put right. A document
-- that an older instance shows while this one starts is not among them: its words come with the next that has them.
CREATE TABLE vocabulary_job (
    document_id uuid PRIMARY KEY REFERENCES document ON DELETE CASCADE, -- the first is the next
    position    int NOT NULL DEFAULT 0                                  -- of its first passage that was not read yet
);
INSERT INTO vocabulary_job (document_id)
    SELECT id FROM document WHERE published_at_us IS NOT NULL AND (subtree OR classification = 0); -- public
