#include "services/document/passage/passage_store.h"

#include "services/document/passage/words.h"

/* --- whom a document is for, in numbers --------------------------------------------------------------------------- */

/* Numbers are made of words: m and a member, k and an organisation whose heads and officers read it, e and s with an
 * organisation and a role (-1: any): of an audience there, without or with all below it. */
#define NUMBER_OF(word) "('x' || left(md5(" word "), 8))::bit(32)::int4"
#define ANY_ROLE "-1"
#define IS_OUT "d.state IN (" SQL_DOCUMENT_STATE_PUBLISHED ", " SQL_DOCUMENT_STATE_REPLACED ")"
#define IS_RESTRICTED "d.classification = " SQL_CLASSIFICATION_RESTRICTED
#define IS_PUBLIC "d.classification = " SQL_CLASSIFICATION_PUBLIC
/* For all of the city: an organisation that has none above it, with all below it. */
#define IS_WIDE                                                                                          \
    "(" IS_PUBLIC " OR (NOT " IS_RESTRICTED " AND d.subtree AND " AUDIENCE_ASKS_NO_ROLE(                 \
        "d") "  AND EXISTS (SELECT 1 FROM directory_organization o WHERE o.id = ANY(d.organization_ids)" \
             "   AND cardinality(o.path) = 1)))"
#define AUDIENCE_WORDS                                                                                         \
    "SELECT 'm'::text || m AS word FROM unnest(d.member_ids || d.author_id) m"                                 \
    " UNION ALL SELECT 'k'::text || d.organization_id WHERE NOT " IS_RESTRICTED                                \
    " UNION ALL SELECT CASE WHEN d.subtree THEN 's' ELSE 'e' END || o || r FROM unnest(d.organization_ids) o," \
    "  unnest(CASE WHEN " AUDIENCE_ASKS_NO_ROLE("d") " THEN ARRAY[" ANY_ROLE "] ELSE d.roles END) r"           \
                                                     "  WHERE NOT " IS_RESTRICTED
#define READER_WORDS                                                                                                  \
    "SELECT 'e'::text || p.organization || r AS word FROM place p, unnest(ARRAY[" ANY_ROLE ", p.role]) r"             \
    " UNION SELECT 's'::text || above || r FROM place p, unnest(p.path) above, unnest(ARRAY[" ANY_ROLE ", p.role]) r" \
    " UNION SELECT 'k'::text || kept FROM unnest($2::uuid[] || $3::uuid[]) kept"                                      \
    " UNION SELECT 'm'::text || $4::uuid WHERE $4::uuid IS NOT NULL"

static const struct pg_statement SHOW_PASSAGES = {
    .name = "show_passages",
    .each = true,
    .sql = "WITH shown AS (SELECT d.id, " IS_OUT " AND " IS_WIDE " AS is_wide,"
           "  CASE WHEN " IS_OUT " AND NOT " IS_WIDE "   THEN ARRAY(SELECT DISTINCT " NUMBER_OF(
               "word") " FROM (" AUDIENCE_WORDS ") w ORDER BY 1)"
                       "   ELSE '{}'::int4[] END AS audience"
                       "  FROM document d WHERE d.id = ANY($1::uuid[])),"
                       " used AS (INSERT INTO passage_audience SELECT DISTINCT unnest(audience) FROM shown ORDER BY 1"
                       "  ON CONFLICT DO NOTHING)"
                       " UPDATE passage p SET audience = s.audience, is_wide = s.is_wide FROM shown s"
                       " WHERE p.document_id = s.id AND (p.audience <> s.audience OR p.is_wide <> s.is_wide)"};

/* --- writing ------------------------------------------------------------------------------------------------------ */

struct passage_writes passage_store_writes(TALLOC_CTX *ctx)
{
    static const struct pg_statement DELETE_PASSAGES = {
        .name = "delete_passages", .each = true, .sql = "DELETE FROM passage WHERE document_id = ANY($1::uuid[])"};
    static const struct pg_statement INSERT_PASSAGES = {
        .name = "insert_passages",
        .each = true,
        .sql = "INSERT INTO passage(document_id, position, address, label, page, text, words)"
               " SELECT document_id, position, address, label, page, text, words::tsvector"
               " FROM unnest($1::uuid[], $2::int4[], $3::text[], $4::text[], $5::int4[], $6::text[], $7::text[])"
               "  n(document_id, position, address, label, page, text, words)"};
    return (struct passage_writes){ctx, pg_args(ctx, &DELETE_PASSAGES), pg_args(ctx, &INSERT_PASSAGES),
                                   pg_args(ctx, &SHOW_PASSAGES)};
}

void passage_store_add(struct passage_writes *writes, const struct uuid *document, const struct passage passages[],
                       size_t n)
{
    pg_add_uuid(writes->gone, document);
    for (size_t i = 0; i < n; i++) {
        pg_add_uuid(writes->rows, document);
        pg_add_int4(writes->rows, (int32_t)i);
        pg_add_text(writes->rows, passages[i].address);
        pg_add_text(writes->rows, passages[i].label);
        pg_add_int4_or_null(writes->rows, passages[i].page > 0, passages[i].page);
        pg_add_text(writes->rows, passages[i].text);
        pg_add_text(writes->rows, words_vector(writes->ctx, passages[i].text));
    }
}

void passage_store_add_document(struct passage_writes *writes, const struct uuid *document)
{
    pg_add_uuid(writes->shown, document);
}

void passage_store_queue(struct pg *pg, const struct passage_writes *writes)
{
    pg_queue(pg, writes->gone);
    pg_queue(pg, writes->rows);
    pg_queue(pg, writes->shown);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

#define COLUMNS                                                                                        \
    "d.id, d.kind, d.number, d.title, d.issuer, d.classification = " SQL_CLASSIFICATION_RESTRICTED "," \
    " d.issued_on, coalesce(p.position, -1), p.address, p.label, p.page, p.text"
#define VISIBLE AUDIENCE_VISIBLE_FROM("document")

struct pg_result *passage_store_ask(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                    const struct passage_asked *asked)
{
    static const struct pg_statement SELECT_PASSAGES = {
        .name = "select_passages",
        .sql = AUDIENCE_READER
        "SELECT " COLUMNS " FROM (SELECT d.*, o.name AS issuer" VISIBLE " AND d.id = $7::uuid) d"
        " LEFT JOIN passage p ON p.document_id = d.id AND p.position > $8::int8"
        "  AND ($9::text IS NULL OR p.address = $9::text OR starts_with(p.address, $9::text || '.'))"
        " ORDER BY p.position LIMIT $10::int8"};
    struct pg_args *args = pg_args(ctx, &SELECT_PASSAGES);
    audience_store_add_reader(ctx, args, scope);
    pg_add_uuid(args, &asked->document);
    pg_add_int8(args, asked->after);
    pg_add_text(args, asked->address);
    pg_add_int8(args, asked->limit);
    return pg_queue(pg, args);
}

struct passage_found passage_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    return (struct passage_found){
        .document = pg_get_uuid(rows, row, 0),
        .kind = (int32_t)pg_get_int8(rows, row, 1),
        .number = pg_get_text(ctx, rows, row, 2),
        .title = pg_get_text(ctx, rows, row, 3),
        .issuer = pg_get_text(ctx, rows, row, 4),
        .is_restricted = pg_get_bool(rows, row, 5),
        .has_issued_on = !pg_is_null(rows, row, 6),
        .issued_on = (int32_t)pg_get_int8(rows, row, 6),
        .position = pg_get_int8(rows, row, 7),
        .is = {.address = pg_get_text(ctx, rows, row, 8),
               .label = pg_get_text(ctx, rows, row, 9),
               .page = (int32_t)pg_get_int8(rows, row, 10),
               .text = pg_get_text(ctx, rows, row, 11)},
    };
}

/* --- searching ---------------------------------------------------------------------------------------------------- */

#define FILTERS                                                                                        \
    " AND ($8::int4 IS NULL OR d.kind = $8::int4) AND ($9::uuid IS NULL OR o.path @> ARRAY[$9::uuid])" \
    " AND ($10::bool IS NULL OR (d.state = " SQL_DOCUMENT_STATE_PUBLISHED ") = $10::bool)"             \
    " AND ($11::int4 IS NULL OR d.dated_on >= $11::int4) AND ($12::int4 IS NULL OR d.dated_on <= $12::int4)"
/* Candidates come from the index, whatever the planner thinks of the documents: OFFSET keeps it out. */
#define CANDIDATES(condition)                                                                            \
    "(SELECT p.document_id, p.position, p.words"                                                         \
    " FROM (SELECT * FROM passage p WHERE p.words @@ $7::text::tsquery AND " condition " OFFSET 0) p"    \
    " JOIN document d ON d.id = p.document_id JOIN directory_organization o ON o.id = d.organization_id" \
    " WHERE " AUDIENCE_VISIBLE FILTERS " LIMIT " MOST ")"
#define MOST "1001"
_Static_assert(PASSAGES_FOUND_MOST == 1001, "MOST says the same");

struct pg_result *passage_store_search(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                       const struct passage_search *search)
{
    static const struct pg_statement SEARCH = {
        .name = "search_passages",
        .sql = AUDIENCE_READER
        ", mine AS MATERIALIZED (SELECT coalesce(array_agg(a.number), '{}') AS numbers FROM passage_audience a"
        "  WHERE a.number = ANY(ARRAY(SELECT " NUMBER_OF(
            "word") " FROM (" READER_WORDS ") w))),"
                    " found AS MATERIALIZED (" CANDIDATES("NOT p.is_wide AND p.audience <> '{}' AND p.audience && (SELECT numbers FROM mine)") " UNION ALL " CANDIDATES(
                        "p.is_wide") "),"
                                     " best AS MATERIALIZED (SELECT f.document_id, f.position, ts_rank_cd(f.words, $7::text::tsquery) AS rank,"
                                     "  count(*) OVER () AS total FROM found f"
                                     "  ORDER BY rank DESC, f.document_id DESC, f.position LIMIT $13::int8 OFFSET $14::int8)"
                                     " SELECT " COLUMNS
                                     ", b.total FROM best b JOIN passage p USING (document_id, position)"
                                     " JOIN (SELECT d.*, o.name AS issuer FROM document d"
                                     "  JOIN directory_organization o ON o.id = d.organization_id) d ON d.id = b.document_id"
                                     " ORDER BY b.rank DESC, b.document_id DESC, b.position"};
    struct pg_args *args = pg_args(ctx, &SEARCH);
    audience_store_add_reader(ctx, args, scope);
    pg_add_text(args, search->words);
    pg_add_int4_or_null(args, search->has_kind, search->kind);
    pg_add_uuid(args, search->organization);
    if (search->has_in_force)
        pg_add_bool(args, search->in_force);
    else
        pg_add_null(args);
    pg_add_int4_or_null(args, search->has_from, search->from);
    pg_add_int4_or_null(args, search->has_to, search->to);
    pg_add_int8(args, search->limit);
    pg_add_int8(args, search->offset);
    return pg_queue(pg, args);
}

int64_t passage_store_read_total(const struct pg_result *rows)
{
    return pg_get_int8(rows, 0, 12);
}
