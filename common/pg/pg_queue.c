/* The pipeline: what was queued goes out with one Sync, results come back in the same order.
 *
 *   queue:   [BEGIN] [insert_note] [load_note]
 *   sent:     (DISCARD PLANS Sync)?   BEGIN   Parse? insert_note   Parse? load_note   Sync
 *   read:     one result for each Parse and each statement, then the Sync's
 *
 * After the first error the server skips all up to the Sync; libpq answers "aborted" for each of them. */
#include "common/pg/pg_internal.h"

#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/mem.h"

#include <assert.h>
#include <poll.h>
#include <string.h>

enum { REPLAN_INTERVAL_US = 1000000, ASKS_IN_DEADLINE = 8 };

static int pg_destroy(struct pg *pg)
{
    pg_disconnect(pg);
    if (pg->password)
        explicit_bzero(pg->password, strlen(pg->password));
    return 0;
}

struct pg *pg_new(TALLOC_CTX *ctx, const char *conninfo, const char *password, int deadline_ms)
{
    struct pg *pg = mem_new(ctx, struct pg);
    pg->conninfo = mem_text(pg, conninfo);
    pg->password = mem_text(pg, password);
    pg->deadline_ms = deadline_ms;
    talloc_set_destructor(pg, pg_destroy);
    return pg;
}

void pg_runs_batches(struct pg *pg)
{
    pg->batches = true;
}

bool pg_is_connected(const struct pg *pg)
{
    return pg->conn && PQstatus(pg->conn) == CONNECTION_OK;
}

unsigned pg_connections(const struct pg *pg)
{
    return pg->connections;
}

const char *pg_constraint(const struct pg *pg)
{
    return pg->constraint;
}

const char *pg_message(const struct pg *pg)
{
    return pg->message;
}

/* --- queue -------------------------------------------------------------------------------------------------------- */

struct pg_result *pg_queue(struct pg *pg, struct pg_args *args)
{
    struct pg_result *result = pg_result_new(talloc_parent(args));
    const struct pg_statement *statement = pg_args_statement(args);
    pg_args_finish(args);
    if (!statement->each || pg_args_rows(args) > 0)
        array_add(pg, &pg->queue, (struct pg_item){.statement = statement, .args = args, .result = result});
    return result;
}

struct pg_result *pg_queue_ids(struct pg *pg, TALLOC_CTX *ctx, const struct pg_statement *statement,
                               const struct uuid ids[], size_t n)
{
    if (n == 0)
        return pg_result_new(ctx);
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuids(args, ids, n);
    return pg_queue(pg, args);
}

void pg_queue_sql(struct pg *pg, const char *sql)
{
    array_add(pg, &pg->queue, (struct pg_item){.sql = sql});
}

/* --- prepared statements ------------------------------------------------------------------------------------------ */

static bool is_prepared(const struct pg *pg, const struct pg_statement *statement)
{
    for (size_t i = 0; i < pg->prepared.n; i++)
        if (pg->prepared.items[i] == statement)
            return true;
    return false;
}

static void prepared_remove(struct pg *pg, const struct pg_statement *statement)
{
    for (size_t i = 0; i < pg->prepared.n; i++)
        if (pg->prepared.items[i] == statement)
            pg->prepared.items[i--] = pg->prepared.items[--pg->prepared.n];
}

/* --- sending ------------------------------------------------------------------------------------------------------ */

static bool send_prepared(struct pg *pg, const struct pg_item *item)
{
    int n = pg_args_count(item->args);
    TALLOC_CTX *ctx = mem_context(item->args, "pg_send");
    const char **values = mem_array(ctx, const char *, (size_t)n + 1);
    int *bytes = mem_array(ctx, int, (size_t)n + 1);
    int *formats = mem_array(ctx, int, (size_t)n + 1);
    for (int i = 0; i < n; i++) {
        values[i] = pg_args_value(item->args, i, &bytes[i]);
        formats[i] = 1;
    }
    int ok = PQsendQueryPrepared(pg->conn, item->statement->name, n, values, bytes, formats, 1);
    mem_free(ctx);
    return ok;
}

static bool send_item(struct pg *pg, struct pg_item *item)
{
    if (!item->statement)
        return PQsendQueryParams(pg->conn, item->sql, 0, NULL, NULL, NULL, NULL, 1);
    item->prepares = !is_prepared(pg, item->statement);
    if (item->prepares) {
        if (!PQsendPrepare(pg->conn, item->statement->name, item->statement->sql, 0, NULL))
            return false;
        array_add(pg, &pg->prepared, item->statement);
    }
    return send_prepared(pg, item);
}

/* The server keeps a statement's plan for as long as the connection lives or until statistics change. A plan made while
 * a table was nearly empty reads it from end to end, a hundred times slower a second later; so plans are made anew now
 * and then, from the tables' sizes of that moment. It has a Sync of its own: some statements must be alone before
 * theirs (CREATE DATABASE). */
static bool send_replan(struct pg *pg)
{
    int64_t now_us = clock_monotonic_us();
    pg->replans = pg->prepared.n > 0 && now_us - pg->replanned_us >= REPLAN_INTERVAL_US;
    if (!pg->replans)
        return true;
    pg->replanned_us = now_us;
    return PQsendQueryParams(pg->conn, "DISCARD PLANS", 0, NULL, NULL, NULL, NULL, 1) && PQpipelineSync(pg->conn);
}

static bool send_all(struct pg *pg)
{
    if (!send_replan(pg))
        return false;
    for (size_t i = 0; i < pg->queue.n; i++)
        if (!send_item(pg, &pg->queue.items[i]))
            return false;
    return PQpipelineSync(pg->conn);
}

/* --- receiving ---------------------------------------------------------------------------------------------------- */

/* A flush that takes long may wait for a lock: then it is asked, once, who holds it. */
static bool wait_and_ask(struct pg *pg, short events, int64_t deadline_us)
{
    if (pg->ask_at_us > 0 && pg_wait(pg, events, pg->ask_at_us))
        return true;
    if (pg->ask_at_us > 0)
        pg_ask_blockers(pg);
    pg->ask_at_us = 0;
    return pg_wait(pg, events, deadline_us);
}

/* Both directions at once: the server stops reading while its answers are not taken, so sending first and reading then
 * would stop for ever on a large batch. */
static bool wait_for_result(struct pg *pg, int64_t deadline_us)
{
    while (PQisBusy(pg->conn)) {
        int unsent = PQflush(pg->conn);
        if (unsent < 0)
            return false;
        if (!wait_and_ask(pg, unsent ? POLLIN | POLLOUT : POLLIN, deadline_us))
            return false;
        if (!PQconsumeInput(pg->conn))
            return false;
    }
    return true;
}

/* One result and the NULL that ends it. NULL: the connection is lost, or the deadline passed. */
static PGresult *take_result(struct pg *pg, int64_t deadline_us)
{
    PGresult *result = wait_for_result(pg, deadline_us) ? PQgetResult(pg->conn) : NULL;
    if (!result || PQresultStatus(result) == PGRES_PIPELINE_SYNC)
        return result;
    bool ended = wait_for_result(pg, deadline_us);
    PGresult *more = ended ? PQgetResult(pg->conn) : NULL;
    if (!ended || more || PQstatus(pg->conn) == CONNECTION_BAD) {
        if (PQresultStatus(result) == PGRES_FATAL_ERROR)
            pg_error_result(pg, result);
        PQclear(more);
        PQclear(result);
        return NULL;
    }
    return result;
}

static bool result_is_good(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

static bool receive_prepare(struct pg *pg, const struct pg_item *item, int64_t deadline_us)
{
    PGresult *result = take_result(pg, deadline_us);
    if (!result)
        return false;
    if (!result_is_good(result)) {
        prepared_remove(pg, item->statement);
        if (PQresultStatus(result) == PGRES_FATAL_ERROR)
            pg_error_result(pg, result);
    }
    PQclear(result);
    return true;
}

static bool receive_item(struct pg *pg, const struct pg_item *item, int64_t deadline_us)
{
    if (item->prepares && !receive_prepare(pg, item, deadline_us))
        return false;
    PGresult *result = take_result(pg, deadline_us);
    if (!result)
        return false;
    if (PQresultStatus(result) == PGRES_FATAL_ERROR)
        pg_error_result(pg, result);
    if (item->result && result_is_good(result))
        item->result->rows = result;
    else
        PQclear(result);
    return true;
}

static bool receive_sync(struct pg *pg, int64_t deadline_us)
{
    PGresult *sync = take_result(pg, deadline_us);
    bool ok = sync && PQresultStatus(sync) == PGRES_PIPELINE_SYNC;
    PQclear(sync);
    return ok;
}

static bool receive_replan(struct pg *pg, int64_t deadline_us)
{
    return receive_item(pg, &(struct pg_item){0}, deadline_us) && receive_sync(pg, deadline_us);
}

static bool receive_all(struct pg *pg, int64_t deadline_us)
{
    if (pg->replans && !receive_replan(pg, deadline_us))
        return false;
    for (size_t i = 0; i < pg->queue.n; i++)
        if (!receive_item(pg, &pg->queue.items[i], deadline_us))
            return false;
    return receive_sync(pg, deadline_us);
}

static const char *lost_reason(const struct pg *pg, int64_t deadline_us)
{
    return clock_monotonic_us() >= deadline_us ? "no answer within the deadline" : PQerrorMessage(pg->conn);
}

/* An error of the statements stays in pg->err; what is returned is the connection's. */
static enum err exchange(struct pg *pg, int64_t deadline_us)
{
    if (!send_all(pg) || !receive_all(pg, deadline_us))
        return pg_lost(pg, lost_reason(pg, deadline_us));
    return ERR_OK;
}

static void rollback(struct pg *pg, int64_t deadline_us)
{
    if (PQtransactionStatus(pg->conn) == PQTRANS_IDLE)
        return;
    pg->queue.n = 0;
    pg_queue_sql(pg, "ROLLBACK");
    if (exchange(pg, deadline_us) == ERR_OK && PQtransactionStatus(pg->conn) != PQTRANS_IDLE)
        pg_disconnect(pg);
}

static enum err flush_queue(struct pg *pg)
{
    int64_t deadline_us = clock_monotonic_us() + pg->deadline_ms * INT64_C(1000);
    pg_error_clear(pg);
    if (FAILPOINT_FAILS("pg.flush"))
        return pg_lost(pg, "failpoint");
    if (pg_connect(pg, deadline_us))
        return pg->err;
    pg->ask_at_us = pg->batches ? clock_monotonic_us() + pg->deadline_ms * INT64_C(1000) / ASKS_IN_DEADLINE : 0;
    if (exchange(pg, deadline_us))
        return pg->err;
    if (pg->err) {
        rollback(pg, deadline_us);
        if (pg->prepared_is_stale)
            pg_disconnect(pg);
    }
    return pg->err;
}

enum err pg_flush(struct pg *pg)
{
    if (pg->queue.n == 0)
        return ERR_OK;
    enum err err = flush_queue(pg);
    pg->queue.n = 0;
    return err;
}

enum err pg_run(struct pg *pg, struct pg_args *args, struct pg_result **ret_result)
{
    struct pg_result *result = pg_queue(pg, args);
    enum err err = pg_flush(pg);
    if (err == ERR_OK && ret_result)
        *ret_result = result;
    return err;
}
