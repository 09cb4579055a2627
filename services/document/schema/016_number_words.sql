-- Documents are found by their numbers, however these are typed: the words of a number, in small letters, without
-- accents and without zeros before them ("05-NQ/ĐU": 5, nq, du), as number/number_store.h says.
ALTER TABLE document ADD number_words text[] NOT NULL DEFAULT '{}';
UPDATE document SET number_words = array_remove(regexp_split_to_array(
        regexp_replace(lower(unaccent(number)), '\m0+(?=\d)', '', 'g'), '[^a-z0-9]+'), '')
    WHERE number IS NOT NULL;
-- Not fastupdate: a list must not read what others have added since the last vacuum.
CREATE INDEX document_number_words ON document USING gin (number_words) WITH (fastupdate = off);
