#include "services/document/showing/showing_store.h"

#include "common/loop/loop.h"
#include "contract_numbers.h"
#include "services/document/passage/numbers_store.h"
#include "services/document/showing/vocabulary_store.h"

#define AT_ONCE "50"
_Static_assert(SHOWING_AT_ONCE == 50, "AT_ONCE says the same");

/* Of each document one more than are changed, so that it is known whether any are left; the short ones first, whole. */
/* clang-format off */
static const struct pg_statement SHOW = {
    .name = "show_passages",
    .each = true,
    .sql = "WITH shown AS MATERIALIZED (SELECT d.id, " NUMBERS_IS_OUT " AND " NUMBERS_IS_WIDE " AS is_wide,"
           "  CASE WHEN " NUMBERS_IS_OUT " AND NOT " NUMBERS_IS_WIDE
           "   THEN ARRAY(SELECT DISTINCT " NUMBERS_OF("word") " FROM (" NUMBERS_OF_DOCUMENT ") w ORDER BY 1)"
           "   ELSE '{}'::int4[] END AS audience"
           "  FROM document d WHERE d.id = ANY($1::uuid[])),"
           " stale AS MATERIALIZED (SELECT t.id, t.position,"
           "   row_number() OVER (ORDER BY t.of_it, t.id, t.position) > " AT_ONCE " AS is_left"
           "  FROM (SELECT s.id, p.position, count(*) OVER (PARTITION BY s.id) AS of_it FROM shown s"
           "   CROSS JOIN LATERAL (SELECT p.position FROM passage p WHERE p.document_id = s.id"
           "    AND (p.audience <> s.audience OR p.is_wide <> s.is_wide)"
           "    ORDER BY p.position LIMIT " AT_ONCE " + 1) p) t),"
           " used AS (INSERT INTO passage_audience SELECT DISTINCT unnest(s.audience) FROM shown s"
           "  WHERE s.id IN (SELECT t.id FROM stale t WHERE NOT t.is_left) ORDER BY 1 ON CONFLICT DO NOTHING),"
           " spoken AS (" VOCABULARY_ADD("stale t JOIN shown s ON s.id = t.id JOIN passage p"
           "  ON p.document_id = t.id AND p.position = t.position", "NOT t.is_left AND s.is_wide") "),"
           " told AS (UPDATE passage p SET audience = s.audience, is_wide = s.is_wide"
           "  FROM stale t JOIN shown s ON s.id = t.id"
           "  WHERE NOT t.is_left AND p.document_id = t.id AND p.position = t.position),"
           " later AS (INSERT INTO showing_job(document_id) SELECT DISTINCT t.id FROM stale t WHERE t.is_left"
           "  ON CONFLICT DO NOTHING),"
           " ended AS (DELETE FROM showing_job j WHERE j.document_id = ANY($1::uuid[])"
           "  AND NOT EXISTS (SELECT 1 FROM stale t WHERE t.is_left AND t.id = j.document_id))"
           " SELECT EXISTS (SELECT 1 FROM stale t WHERE t.is_left)"};
/* clang-format on */

struct pg_args *showing_store_args(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &SHOW);
}

void showing_store_add(struct pg_args *args, const struct uuid *document)
{
    pg_add_uuid(args, document);
}

/* --- the worker's ------------------------------------------------------------------------------------------------- */

/* Alone, so that the statement behind it sees what the last holder of the lock has written. */
static struct pg_result *queue_next(struct pg *pg, TALLOC_CTX *ctx)
{
    static const struct pg_statement LOCK_NEXT = {
        .name = "showing_next",
        .sql = "SELECT d.id FROM showing_job j JOIN document d ON d.id = j.document_id"
               " ORDER BY j.number LIMIT 1 FOR UPDATE OF d SKIP LOCKED"};
    pg_queue_sql(pg, "BEGIN");
    return pg_queue(pg, pg_args(ctx, &LOCK_NEXT));
}

/* What a search answers is another from now on. */
static void queue_news(struct pg *pg, TALLOC_CTX *ctx, int64_t now_us)
{
    struct uuid cause = uuid_random();
    struct loop_outbox *outbox = loop_outbox_new(ctx, &cause, now_us);
    loop_outbox_tag(outbox, TAG_DOCUMENTS, NULL);
    loop_outbox_queue(outbox, pg);
}

static enum err show(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *document, int64_t now_us)
{
    struct pg_args *args = showing_store_args(ctx);
    showing_store_add(args, document);
    struct pg_result *left = pg_queue(pg, args);
    enum err err = pg_flush(pg);
    if (err)
        return err;
    if (!pg_get_bool(left, 0, 0))
        queue_news(pg, ctx, now_us);
    pg_queue_sql(pg, "COMMIT");
    return pg_flush(pg);
}

enum err showing_store_turn(struct pg *pg, TALLOC_CTX *ctx, int64_t now_us, bool *ret_found)
{
    struct pg_result *next = queue_next(pg, ctx);
    enum err err = pg_flush(pg);
    if (err)
        return err;
    *ret_found = pg_rows(next) > 0;
    if (*ret_found) {
        struct uuid document = pg_get_uuid(next, 0, 0);
        return show(pg, ctx, &document, now_us);
    }
    pg_queue_sql(pg, "ROLLBACK");
    return pg_flush(pg);
}
