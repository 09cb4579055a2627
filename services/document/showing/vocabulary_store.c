#include "services/document/showing/vocabulary_store.h"

#define AT_ONCE "50"
_Static_assert(VOCABULARY_AT_ONCE == 50, "AT_ONCE says the same");

static const struct pg_statement NEXT = {
    .name = "vocabulary_next",
    .sql = "SELECT document_id, position FROM vocabulary_job ORDER BY document_id LIMIT 1 FOR UPDATE SKIP LOCKED"};

/* clang-format off */
static const struct pg_statement READ = {
    .name = "vocabulary_read",
    .sql = "WITH read AS MATERIALIZED (SELECT p.position, p.words FROM passage p"
           "  WHERE p.document_id = $1::uuid AND p.position >= $2::int4 AND p.is_wide"
           "  ORDER BY p.position LIMIT " AT_ONCE "),"
           " added AS (" VOCABULARY_ADD("read p", "true") "),"
           " ended AS (DELETE FROM vocabulary_job WHERE document_id = $1::uuid"
           "  AND (SELECT count(*) FROM read) < " AT_ONCE ")"
           " UPDATE vocabulary_job SET position = (SELECT max(p.position) + 1 FROM read p)"
           "  WHERE document_id = $1::uuid AND (SELECT count(*) FROM read) = " AT_ONCE};
/* clang-format on */

static enum err read_some(struct pg *pg, TALLOC_CTX *ctx, const struct pg_result *next)
{
    const struct uuid document = pg_get_uuid(next, 0, 0);
    struct pg_args *args = pg_args(ctx, &READ);
    pg_add_uuid(args, &document);
    pg_add_int4(args, (int32_t)pg_get_int8(next, 0, 1));
    pg_queue(pg, args);
    pg_queue_sql(pg, "COMMIT");
    return pg_flush(pg);
}

enum err vocabulary_store_turn(struct pg *pg, TALLOC_CTX *ctx, bool *ret_found)
{
    pg_queue_sql(pg, "BEGIN");
    struct pg_result *next = pg_queue(pg, pg_args(ctx, &NEXT));
    enum err err = pg_flush(pg);
    if (err)
        return err;
    *ret_found = pg_rows(next) > 0;
    if (*ret_found)
        return read_some(pg, ctx, next);
    pg_queue_sql(pg, "ROLLBACK");
    return pg_flush(pg);
}
