#include "services/document/document/document_list_store.h"

#include "services/directory/audience_store.h"
#include "services/document/document/document_store.h"
#include "services/document/number/number_store.h"
#include "services/document/sight/sight_store.h"

/* --- statements --------------------------------------------------------------------------------------------------- */

#define NEWEST_FIRST " ORDER BY d.listed_at_us DESC, d.id DESC"

/* Behind the columns, by what they are sorted: a cursor says it. */
static const struct pg_statement SELECT_NAMED = {
    .name = "select_named",
    .sql = AUDIENCE_READER "SELECT " DOCUMENT_COLUMNS ", d.listed_at_us" SIGHT_FROM " AND d.id = ANY($7::uuid[])"
                           " AND ($8::int8 IS NULL OR d.listed_at_us >= $8::int8)" NEWEST_FIRST};

#define FILTERS                                                                                    \
    " AND ($7::int8 IS NULL OR d.listed_at_us >= $7::int8)"                                        \
    " AND ($8::uuid IS NULL OR $8::uuid = ANY(o.path))"                                            \
    " AND ($9::int4 IS NULL OR (d.kind = $9::int4) <> $17::bool)"                                  \
    " AND ($10::bool IS NULL OR (CASE WHEN $10::bool THEN d.state = " SQL_DOCUMENT_STATE_PUBLISHED \
    "  ELSE d.state IN (" SQL_DOCUMENT_STATE_REPLACED ", " SQL_DOCUMENT_STATE_WITHDRAWN ") END))"  \
    " AND ($11::int4 IS NULL OR d.dated_on >= $11::int4) AND ($12::int4 IS NULL OR d.dated_on <= $12::int4)"
#define NAMES_WORDS " AND ($13::text IS NULL OR strpos(d.search, (SELECT lower(unaccent($13::text)))) > 0)"
#define BEHIND(at) " AND ($14::int8 IS NULL OR (" at ", d.id) < ($14::int8, $15::uuid))"

static const struct pg_statement SELECT_DOCUMENTS = {
    .name = "select_documents",
    .sql = AUDIENCE_READER "SELECT " DOCUMENT_COLUMNS ", d.listed_at_us" SIGHT_FROM FILTERS NAMES_WORDS BEHIND(
        "d.listed_at_us") NEWEST_FIRST " LIMIT $16::int8"};

/* Who asks for a number finds what bears it before what only names it, and what bears just that first. 2^52 is above
 * all times: 2112. */
#define IS_ASKED NUMBER_IS_ASKED(NUMBER_WORDS("$18::text"), "$19", "$20")
#define IS_ASKED_ONCE NUMBER_IS_ASKED(NUMBER_WORDS_ONCE("$18::text"), "$19", "$20")
#define NUMBERED_AT                                                                \
    "(d.listed_at_us + CASE WHEN " NUMBER_IS_WHOLE(NUMBER_WORDS_ONCE("$18::text"), \
                                                   "$19") " THEN 2 ELSE 1 END * 4503599627370496)"
static const struct pg_statement SELECT_NUMBERED = {
    .name = "select_numbered",
    .sql = AUDIENCE_READER "(SELECT " DOCUMENT_COLUMNS ", " NUMBERED_AT " AS at" SIGHT_FROM FILTERS
                           " AND " IS_ASKED BEHIND(NUMBERED_AT) " ORDER BY at DESC, d.id DESC LIMIT $16::int8)"
                                                                " UNION ALL (SELECT " DOCUMENT_COLUMNS
                                                                ", d.listed_at_us AS at" SIGHT_FROM FILTERS NAMES_WORDS
                                                                " AND NOT " IS_ASKED_ONCE BEHIND("d.listed_at_us")
                                                                    NEWEST_FIRST
    " LIMIT $16::int8)"
    " ORDER BY at DESC, id DESC LIMIT $16::int8"};

/* --- parameters --------------------------------------------------------------------------------------------------- */

static void add_filter(struct pg_args *args, const struct document_filter *filter)
{
    pg_add_int8_or_null(args, filter->has_since, filter->since_us);
    pg_add_uuid(args, filter->organization);
    pg_add_int4_or_null(args, filter->has_kind, filter->kind);
    if (filter->has_in_force)
        pg_add_bool(args, filter->in_force);
    else
        pg_add_null(args);
    pg_add_int4_or_null(args, filter->has_from, filter->from);
    pg_add_int4_or_null(args, filter->has_to, filter->to);
    pg_add_text(args, filter->q);
    pg_add_int8_or_null(args, filter->has_before, filter->before.at_us);
    pg_add_uuid(args, filter->has_before ? &filter->before.id : NULL);
    pg_add_int8(args, filter->limit);
    pg_add_bool(args, filter->is_not);
}

struct pg_result *document_list_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                            const struct document_filter *filter)
{
    bool is_named = filter->n_ids > 0;
    const struct number_asked number = filter->q ? number_read(ctx, filter->q) : (struct number_asked){.words = NULL};
    struct pg_args *args = pg_args(ctx, is_named ? &SELECT_NAMED : number.words ? &SELECT_NUMBERED : &SELECT_DOCUMENTS);
    audience_store_add_reader(ctx, args, scope);
    if (is_named) {
        pg_add_uuids(args, filter->ids, filter->n_ids);
        pg_add_int8_or_null(args, filter->has_since, filter->since_us);
    } else {
        add_filter(args, filter);
        if (number.words)
            number_add_asked(args, &number);
    }
    return pg_queue(pg, args);
}
