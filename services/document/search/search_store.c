#include "services/document/search/search_store.h"

#include "services/document/number/number_store.h"
#include "services/document/passage/numbers_store.h"

#define TRY_MS "200"
#define MOST "1001"
_Static_assert(SEARCH_FOUND_MOST == 1001, "MOST says the same");

/* clang-format off */
/* Of documents whose number was asked for, where they begin: first those that bear just that, the newest first. */
#define NUMBERED                                                                                                   \
    "(SELECT p.document_id, p.position, p.words,"                                                                  \
    "  CASE WHEN " NUMBER_IS_WHOLE(NUMBER_WORDS_ONCE("$15::text"), "$16") " THEN 2 ELSE 1 END AS lead"             \
    " FROM document d JOIN directory_organization o ON o.id = d.organization_id"                                   \
    " JOIN passage p ON p.document_id = d.id AND p.position = 0"                                                   \
    " WHERE " NUMBER_IS_ASKED(NUMBER_WORDS("$15::text"), "$16", "$17") " AND " AUDIENCE_VISIBLE                    \
    " AND " NUMBERS_IS_OUT FILTERS " ORDER BY d.id DESC LIMIT " MOST ")"
#define FILTERS                                                                                                    \
    " AND ($8::int4 IS NULL OR d.kind = $8::int4) AND ($9::uuid IS NULL OR o.path @> ARRAY[$9::uuid])"             \
    " AND ($10::bool IS NULL OR (d.state = " SQL_DOCUMENT_STATE_PUBLISHED ") = $10::bool)"                         \
    " AND ($11::int4 IS NULL OR d.dated_on >= $11::int4) AND ($12::int4 IS NULL OR d.dated_on <= $12::int4)"
/* They come from the index, whatever the planner thinks of the documents: OFFSET keeps these out of it. */
#define CANDIDATES(condition)                                                                                      \
    "(SELECT p.document_id, p.position, p.words, 0 AS lead"                                                       \
    " FROM (SELECT * FROM passage p WHERE p.words @@ $7::text::tsquery AND " condition " OFFSET 0) p"              \
    " JOIN document d ON d.id = p.document_id JOIN directory_organization o ON o.id = d.organization_id"           \
    " WHERE " AUDIENCE_VISIBLE " AND " NUMBERS_IS_OUT FILTERS " LIMIT " MOST ")"

static const struct pg_statement SEARCH = {
    .name = "search_passages",
    .sql = AUDIENCE_READER
           ", mine AS MATERIALIZED (SELECT coalesce(array_agg(a.number), '{}') AS numbers FROM passage_audience a"
           "  WHERE a.number = ANY(ARRAY(SELECT " NUMBERS_OF("word") " FROM (" NUMBERS_OF_READER ") w))),"
           " found AS MATERIALIZED ("
           CANDIDATES("NOT p.is_wide AND p.audience <> '{}' AND p.audience && (SELECT numbers FROM mine)")
           " UNION ALL " CANDIDATES("p.is_wide") " UNION ALL " NUMBERED "),"
           " best AS MATERIALIZED (SELECT f.document_id, f.position, max(f.lead) AS lead,"
           "   CASE WHEN max(f.lead) > 0 THEN 0 ELSE max(ts_rank_cd(f.words, $7::text::tsquery)) END AS rank,"
           "   count(*) OVER () AS total FROM found f GROUP BY f.document_id, f.position"
           "  ORDER BY lead DESC, rank DESC, f.document_id DESC, f.position LIMIT $13::int8 OFFSET $14::int8)"
           " SELECT " PASSAGE_COLUMNS ", b.total FROM best b JOIN passage p USING (document_id, position)"
           " JOIN (SELECT d.*, o.name AS issuer FROM document d"
           "  JOIN directory_organization o ON o.id = d.organization_id) d ON d.id = b.document_id" PASSAGE_REPLACED
           " ORDER BY b.lead DESC, b.rank DESC, b.document_id DESC, b.position"};
/* clang-format on */

struct pg_result *search_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                     const struct search *search)
{
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
    number_add_asked(args, &search->number);
    return pg_queue(pg, args);
}

int64_t search_store_total(const struct pg_result *rows)
{
    return pg_rows(rows) > 0 ? pg_get_int8(rows, 0, PASSAGE_N_COLUMNS) : 0;
}

void search_store_queue_begin_tries(struct pg *pg)
{
    pg_queue_sql(pg, "BEGIN READ ONLY");
    pg_queue_sql(pg, "SET LOCAL statement_timeout = " TRY_MS);
}

void search_store_queue_end_tries(struct pg *pg)
{
    pg_queue_sql(pg, "COMMIT");
}

struct pg_result *search_store_queue_known(TALLOC_CTX *ctx, struct pg *pg, const char *const forms[], size_t n)
{
    static const struct pg_statement KNOWN = {
        .name = "search_known", .sql = "SELECT form FROM passage_word WHERE form = ANY($1::text[]) ORDER BY form"};
    struct pg_args *args = pg_args(ctx, &KNOWN);
    pg_add_texts(args, forms, n);
    return pg_queue(pg, args);
}
