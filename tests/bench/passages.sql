-- Documents with twenty passages each, as if the service had written and shown them (psql's variables: documents,
-- sentences, the file of those). Most are for one branch, as in a city: the reader of a branch sees one in sixty.
\set ON_ERROR_STOP 1
SET synchronous_commit = off;
SET maintenance_work_mem = '1GB';
SET work_mem = '256MB';
SET session_replication_role = replica; -- every row has its document: that is not looked up

CREATE TEMP TABLE sentence (n int PRIMARY KEY, text text NOT NULL, words tsvector NOT NULL);
\copy sentence FROM PSTDIN
ANALYZE sentence;

-- Who reads it: one of a hundred all of the city, five what is below one committee, the others one branch.
CREATE TEMP TABLE place AS
    SELECT id, level, row_number() OVER same - 1 AS at, count(*) OVER (PARTITION BY level) AS of
    FROM directory_organization WINDOW same AS (PARTITION BY level ORDER BY id);
CREATE TEMP TABLE made AS
    SELECT n, ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id, p.id AS place,
        p.level < 3 AS subtree, p.level = 0 AS is_wide
    FROM generate_series(1, :documents) n
    JOIN place p ON p.level = CASE WHEN n % 100 = 0 THEN 0 WHEN n % 100 = 1 THEN 1 WHEN n % 100 < 6 THEN 2 ELSE 3 END
        AND p.at = n / 7 % p.of;
ALTER TABLE made ADD audience int[] NOT NULL DEFAULT '{}';
UPDATE made m SET audience = ARRAY(SELECT DISTINCT ('x' || left(md5(w), 8))::bit(32)::int4
        FROM unnest(ARRAY['m' || m.id, 'k' || m.place, CASE WHEN subtree THEN 's' ELSE 'e' END || m.place || '-1']) w
        ORDER BY 1)
    WHERE NOT is_wide;

DELETE FROM document WHERE title LIKE 'Văn bản %'; -- fewer, of an earlier run
INSERT INTO document (id, version, kind, title, issued_on, organization_id, author_id, classification, state,
        organization_ids, subtree, roles, member_ids, readers, sha256, bytes, media_type, is_text, extraction,
        requires_acknowledgement, created_at_us, published_at_us, notify, listed_at_us, dated_on, search)
    SELECT id, 2, n % 4, 'Văn bản ' || n, 15000 + n % 5000, place, id, 1, 1, ARRAY[place], subtree, '{}', '{}', 100,
        sha256(n::text::bytea), 1000, 'text/plain', false, 1, false, n, n, 0, n, 15000 + n % 5000, 'van ban ' || n
    FROM made;
INSERT INTO passage_audience SELECT DISTINCT unnest(audience) FROM made ON CONFLICT DO NOTHING;

-- The indexes of the search are made anew: row by row would take an hour.
SELECT string_agg(pg_get_indexdef(i), '; ') AS indexes
    FROM unnest(ARRAY['passage_search', 'passage_search_wide']::regclass[]) i \gset
DROP INDEX passage_search, passage_search_wide;
INSERT INTO passage (document_id, position, address, label, text, audience, is_wide, words)
    SELECT m.id, p, 'dieu-' || p + 1, 'Điều ' || p + 1, concat_ws('. ', a.text, b.text, c.text, d.text),
        m.audience, m.is_wide, a.words || b.words || c.words || d.words
    FROM made m CROSS JOIN generate_series(0, 19) p
    JOIN sentence a ON a.n = (hashint8extended(20 * m.n + p, 1) & 2147483647) % :sentences
    JOIN sentence b ON b.n = (hashint8extended(20 * m.n + p, 2) & 2147483647) % :sentences
    JOIN sentence c ON c.n = (hashint8extended(20 * m.n + p, 3) & 2147483647) % :sentences
    JOIN sentence d ON d.n = (hashint8extended(20 * m.n + p, 4) & 2147483647) % :sentences;
:indexes;
INSERT INTO passage_word -- as showing/vocabulary_store.h has it
    SELECT DISTINCT w.form FROM passage p, unnest(tsvector_to_array(p.words)) w(form)
    WHERE p.is_wide AND w.form ~ '^[a-z]{1,13}$' ON CONFLICT DO NOTHING;
VACUUM ANALYZE passage, document, passage_audience, passage_word;
