#include "services/document/extraction/extraction_store.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/document/extraction/extraction.h"
#include "services/document/showing/showing_store.h"
#include <string.h>

enum { PASSAGES_AT_ONCE = 500 };

/* --- a batch's ---------------------------------------------------------------------------------------------------- */

/* Of a content that was, nothing is said of the new one. */
#define UNREAD                                                                                               \
    "WITH unread AS (UPDATE document SET pages = NULL, extraction_failure = NULL WHERE id = ANY($1::uuid[])" \
    " AND (pages IS NOT NULL OR extraction_failure IS NOT NULL))"

struct extraction_writes extraction_store_writes(TALLOC_CTX *ctx)
{
    static const struct pg_statement PUT_JOBS = {
        .name = "extraction_put",
        .each = true,
        .sql = UNREAD
        ", old AS (DELETE FROM extraction_slice s USING unnest($1::uuid[], $2::bytea[]) AS next (id, sha256)"
        "  WHERE s.document_id = next.id AND s.sha256 <> next.sha256)"
        " INSERT INTO extraction_job (document_id, sha256) SELECT * FROM unnest($1::uuid[], $2::bytea[])"
        " ON CONFLICT (document_id) DO UPDATE SET sha256 = excluded.sha256, holder = NULL, leased_until_us = 0,"
        "  attempts = 0, put_off = 0, killed = 0"};
    static const struct pg_statement END_JOBS = {.name = "extraction_end",
                                                 .each = true,
                                                 .sql = UNREAD
                                                 " DELETE FROM extraction_job WHERE document_id = ANY($1::uuid[])"};
    return (struct extraction_writes){.ctx = ctx,
                                      .passages = passage_store_writes(ctx),
                                      .jobs = pg_args(ctx, &PUT_JOBS),
                                      .ended = pg_args(ctx, &END_JOBS),
                                      .shown = showing_store_args(ctx)};
}

void extraction_store_add(struct extraction_writes *writes, const struct uuid *document, const struct content *content)
{
    size_t n = 0;
    const struct passage *passages = content->is_text ? extraction_of_text(writes->ctx, content->text, &n) : NULL;
    passage_store_add(&writes->passages, document, passages, n);
    pg_add_uuid(content->is_text ? writes->ended : writes->jobs, document);
    if (!content->is_text)
        pg_add_bytes(writes->jobs, content->sha256, sizeof content->sha256);
}

void extraction_store_add_document(struct extraction_writes *writes, const struct uuid *document)
{
    showing_store_add(writes->shown, document);
}

void extraction_store_queue(struct pg *pg, const struct extraction_writes *writes)
{
    passage_store_queue(pg, &writes->passages);
    pg_queue(pg, writes->jobs);
    pg_queue(pg, writes->ended);
    pg_queue(pg, writes->shown);
}

/* --- the worker's ------------------------------------------------------------------------------------------------- */

#define SLICES " FROM extraction_slice s WHERE s.document_id = j.document_id AND s.sha256 = j.sha256"

enum err extraction_store_take(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *holder, int64_t leased_until_us,
                               struct extraction_job *ret_job, bool *ret_found)
{
    static const struct pg_statement TAKE = {
        .name = "extraction_take",
        .sql = "UPDATE extraction_job j SET holder = $1::uuid, leased_until_us = $2::int8, attempts = j.attempts + 1"
               " WHERE j.document_id = (SELECT document_id FROM extraction_job WHERE leased_until_us <= $3::int8"
               "  ORDER BY leased_until_us, document_id DESC LIMIT 1 FOR UPDATE SKIP LOCKED)"
               " RETURNING j.document_id, j.sha256, j.attempts,"
               "  (SELECT t.text FROM document_text t WHERE t.document_id = j.document_id), j.put_off,"
               "  (SELECT sum(s.pages)" SLICES "), (SELECT sum(octet_length(s.said))" SLICES "), j.killed"};
    struct pg_args *args = pg_args(ctx, &TAKE);
    struct pg_result *row;
    pg_add_uuid(args, holder);
    pg_add_int8(args, leased_until_us);
    pg_add_int8(args, clock_now_us());
    enum err err = pg_run(pg, args, &row);
    if (err)
        return err;
    *ret_found = pg_rows(row) > 0;
    if (!*ret_found)
        return ERR_OK;
    ProtobufCBinaryData sha256 = pg_get_bytes(ctx, row, 0, 1);
    *ret_job = (struct extraction_job){.document = pg_get_uuid(row, 0, 0),
                                       .holder = *holder,
                                       .attempts = (int32_t)pg_get_int8(row, 0, 2),
                                       .text = pg_get_text(ctx, row, 0, 3),
                                       .put_off = (int32_t)pg_get_int8(row, 0, 4),
                                       .pages_read = (int32_t)pg_get_int8(row, 0, 5),
                                       .said_bytes = pg_get_int8(row, 0, 6),
                                       .killed = (int32_t)pg_get_int8(row, 0, 7)};
    if (sha256.len == sizeof ret_job->sha256)
        memcpy(ret_job->sha256, sha256.data, sha256.len);
    return ERR_OK;
}

static void add_job(struct pg_args *args, const struct extraction_job *job)
{
    pg_add_uuid(args, &job->document);
    pg_add_uuid(args, &job->holder);
    pg_add_bytes(args, job->sha256, sizeof job->sha256);
}

#define IS_MINE " document_id = $1::uuid AND holder = $2::uuid AND sha256 = $3::bytea"

static enum err run_mine(struct pg *pg, struct pg_args *args)
{
    struct pg_result *rows;
    enum err err = pg_run(pg, args, &rows);
    return !err && pg_rows(rows) == 0 ? ERR_OWNER_LOST : err;
}

enum err extraction_store_renew(struct pg *pg, TALLOC_CTX *ctx, const struct extraction_job *job,
                                int64_t leased_until_us)
{
    static const struct pg_statement RENEW = {
        .name = "extraction_renew",
        .sql = "UPDATE extraction_job SET leased_until_us = $4::int8 WHERE" IS_MINE " RETURNING document_id"};
    struct pg_args *args = pg_args(ctx, &RENEW);
    add_job(args, job);
    pg_add_int8(args, leased_until_us);
    return run_mine(pg, args);
}

enum err extraction_store_let_go(struct pg *pg, TALLOC_CTX *ctx, const struct extraction_job *job,
                                 int64_t rests_until_us, enum extraction_rest why)
{
    static const struct pg_statement LET_GO = {
        .name = "extraction_let_go",
        .sql = "UPDATE extraction_job SET leased_until_us = $4::int8, attempts = attempts - $5::int4,"
               " put_off = put_off + $6::int4, killed = (killed + 1) * $7::int4 WHERE" IS_MINE
               " RETURNING document_id"};
    struct pg_args *args = pg_args(ctx, &LET_GO);
    add_job(args, job);
    pg_add_int8(args, rests_until_us);
    pg_add_int4(args, why != EXTRACTION_COUNTS);
    pg_add_int4(args, why == EXTRACTION_PUT_OFF || why == EXTRACTION_KILLED);
    pg_add_int4(args, why == EXTRACTION_KILLED);
    return run_mine(pg, args);
}

enum err extraction_store_count_put_off(struct pg *pg, TALLOC_CTX *ctx, int32_t times, int64_t *ret_n)
{
    static const struct pg_statement COUNT = {.name = "extraction_count_put_off",
                                              .sql = "SELECT count(*) FROM extraction_job WHERE put_off >= $1::int4"};
    struct pg_args *args = pg_args(ctx, &COUNT);
    struct pg_result *row;
    pg_add_int4(args, times);
    enum err err = pg_run(pg, args, &row);
    if (!err)
        *ret_n = pg_get_int8(row, 0, 0);
    return err;
}

/* --- a transaction ------------------------------------------------------------------------------------------------ */

/* The document first, as batches do: whoever holds its row writes its job later. */
static void begin(struct pg *pg, TALLOC_CTX *ctx, const struct extraction_job *job)
{
    static const struct pg_statement LOCK = {.name = "extraction_lock",
                                             .sql = "SELECT id FROM document WHERE id = $1::uuid FOR UPDATE"};
    struct pg_args *lock = pg_args(ctx, &LOCK);
    pg_add_uuid(lock, &job->document);
    pg_queue_sql(pg, "BEGIN");
    pg_queue(pg, lock);
}

static void queue_news(struct pg *pg, TALLOC_CTX *ctx, const struct extraction_job *job, int64_t now_us)
{
    struct uuid cause = uuid_random();
    struct loop_outbox *outbox = loop_outbox_new(ctx, &cause, now_us);
    loop_outbox_tag(outbox, TAG_DOCUMENT, &job->document);
    loop_outbox_tag(outbox, TAG_DOCUMENTS, NULL);
    loop_outbox_queue(outbox, pg);
}

static enum err commit(struct pg *pg, TALLOC_CTX *ctx, const struct extraction_job *job, int64_t now_us)
{
    queue_news(pg, ctx, job, now_us);
    pg_queue_sql(pg, "COMMIT");
    return pg_flush(pg);
}

/* Of what was begun by a statement that found its job, or no longer. */
static enum err flush_mine(struct pg *pg, const struct pg_result *rows)
{
    enum err err = pg_flush(pg);
    if (err || pg_rows(rows) > 0)
        return err;
    pg_queue_sql(pg, "ROLLBACK");
    err = pg_flush(pg);
    return err ? err : ERR_OWNER_LOST;
}

/* --- slices ------------------------------------------------------------------------------------------------------- */

enum err extraction_store_keep(struct pg *pg, TALLOC_CTX *ctx, const struct extraction_job *job,
                               const struct extraction_slice *slice, int64_t now_us)
{
    static const struct pg_statement KEEP = {
        .name = "extraction_keep",
        .sql = "WITH job AS (UPDATE extraction_job SET holder = NULL, leased_until_us = $4::int8, attempts = 0,"
               "  put_off = 0, killed = 0 WHERE" IS_MINE " RETURNING document_id, sha256)"
               " INSERT INTO extraction_slice (document_id, sha256, pages_before, pages, total, said)"
               " SELECT document_id, sha256, $5::int4, $6::int4, $7::int4, $8::bytea FROM job RETURNING document_id"};
    struct pg_args *args = pg_args(ctx, &KEEP);
    add_job(args, job);
    pg_add_int8(args, clock_now_us());
    pg_add_int4(args, job->pages_read);
    pg_add_int4(args, slice->pages);
    pg_add_int4(args, slice->total);
    pg_add_bytes(args, slice->said.data, slice->said.len);
    begin(pg, ctx, job);
    struct pg_result *kept = pg_queue(pg, args);
    enum err err = flush_mine(pg, kept);
    return err ? err : commit(pg, ctx, job, now_us);
}

enum err extraction_store_slices(struct pg *pg, TALLOC_CTX *ctx, const struct extraction_job *job,
                                 struct extraction_slice **ret_slices, size_t *ret_n)
{
    static const struct pg_statement SELECT_SLICES = {
        .name = "extraction_slices",
        .sql = "SELECT pages, total, said FROM extraction_slice WHERE document_id = $1::uuid AND sha256 = $2::bytea"
               " ORDER BY pages_before"};
    struct pg_args *args = pg_args(ctx, &SELECT_SLICES);
    struct pg_result *rows;
    pg_add_uuid(args, &job->document);
    pg_add_bytes(args, job->sha256, sizeof job->sha256);
    enum err err = pg_run(pg, args, &rows);
    if (err)
        return err;
    *ret_n = pg_rows(rows);
    *ret_slices = mem_array(ctx, struct extraction_slice, *ret_n);
    for (size_t row = 0; row < *ret_n; row++)
        (*ret_slices)[row] = (struct extraction_slice){.pages = (int32_t)pg_get_int8(rows, row, 0),
                                                       .total = (int32_t)pg_get_int8(rows, row, 1),
                                                       .said = pg_get_bytes(ctx, rows, row, 2)};
    return ERR_OK;
}

/* --- the end ------------------------------------------------------------------------------------------------------ */

static struct pg_result *queue_end(struct pg *pg, TALLOC_CTX *ctx, const struct extraction_job *job,
                                   const struct extraction_result *result)
{
    static const struct pg_statement END = {
        .name = "extraction_settle",
        .sql = "WITH job AS (DELETE FROM extraction_job WHERE" IS_MINE " RETURNING document_id)"
               " UPDATE document d SET extraction = $4::int4, pages = $5::int4, extraction_failure = $6::text FROM job"
               " WHERE d.id = job.document_id AND d.sha256 = $3::bytea RETURNING d.id"};
    bool has_failed = result->end != EXTRACT_DONE;
    struct pg_args *end = pg_args(ctx, &END);
    add_job(end, job);
    pg_add_int4(end, has_failed ? PB__EXTRACTION__EXTRACTION_FAILED : PB__EXTRACTION__EXTRACTION_DONE);
    pg_add_int4_or_null(end, result->pages > 0, result->pages);
    pg_add_text(end, has_failed ? extract_end_word(result->end) : NULL);
    begin(pg, ctx, job);
    return pg_queue(pg, end);
}

/* A round trip for some of them at a time, each within its deadline. */
static enum err write_passages(struct pg *pg, TALLOC_CTX *ctx, const struct extraction_job *job,
                               const struct extraction_result *result)
{
    enum err err = ERR_OK;
    for (size_t at = 0; !err && (at == 0 || at < result->n); at += PASSAGES_AT_ONCE) {
        struct passage_writes writes = passage_store_writes(ctx);
        size_t n = result->n - at < PASSAGES_AT_ONCE ? result->n - at : PASSAGES_AT_ONCE;
        if (at == 0)
            passage_store_add_none(&writes, &job->document);
        passage_store_add_from(&writes, &job->document, result->passages, at, n);
        passage_store_queue(pg, &writes);
        err = pg_flush(pg);
    }
    if (err)
        return err;
    struct pg_args *shown = showing_store_args(ctx);
    showing_store_add(shown, &job->document);
    pg_queue(pg, shown);
    return ERR_OK;
}

enum err extraction_store_finish(struct pg *pg, TALLOC_CTX *ctx, const struct extraction_job *job,
                                 const struct extraction_result *result, int64_t now_us)
{
    struct pg_result *ended = queue_end(pg, ctx, job, result);
    enum err err = flush_mine(pg, ended);
    if (!err)
        err = write_passages(pg, ctx, job, result);
    return err ? err : commit(pg, ctx, job, now_us);
}
