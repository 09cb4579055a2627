-- What words there are: where a search finds nothing, what is spelled nearly so is looked for among them. They are
-- as in passage.words (passage/words.h), of passages that somebody could find when they were shown (showing/); none is
-- ever taken out. That a word is here says nothing to anybody: a search finds what its reader may see, or it is not
-- named.
CREATE TABLE passage_word (form text COLLATE "C" PRIMARY KEY);

INSERT INTO passage_word
    SELECT DISTINCT w.form FROM passage p, unnest(tsvector_to_array(p.words)) w(form)
    WHERE (p.is_wide OR p.audience <> '{}') AND w.form ~ '^~?[a-z]{1,30}[1-5]?$';
