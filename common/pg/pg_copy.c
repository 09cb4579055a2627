/* COPY FROM STDIN: outside pipeline mode, where libpq does not allow it. The deadline is for each wait, not for the
 * whole. */
#include "common/pg/pg_internal.h"

#include "common/base/clock.h"

#include <poll.h>

static int64_t deadline_from_now(const struct pg *pg)
{
    return clock_monotonic_us() + pg->deadline_ms * INT64_C(1000);
}

static bool is_lost(const struct pg *pg)
{
    return PQstatus(pg->conn) == CONNECTION_BAD;
}

/* 0: done; otherwise the connection is lost or too slow. */
static int flush_out(struct pg *pg)
{
    int left;
    while ((left = PQflush(pg->conn)) > 0)
        if (!pg_wait(pg, POLLIN | POLLOUT, deadline_from_now(pg)) || !PQconsumeInput(pg->conn))
            return -1;
    return left;
}

static PGresult *take_result(struct pg *pg)
{
    if (flush_out(pg))
        return NULL;
    while (PQisBusy(pg->conn))
        if (!pg_wait(pg, POLLIN, deadline_from_now(pg)) || !PQconsumeInput(pg->conn))
            return NULL;
    return PQgetResult(pg->conn);
}

/* Takes results to their end. `ret_copying`: the server waits for data now. */
static enum err take_results(struct pg *pg, bool *ret_copying)
{
    PGresult *result;
    *ret_copying = false;
    while ((result = take_result(pg))) {
        ExecStatusType status = PQresultStatus(result);
        *ret_copying = status == PGRES_COPY_IN;
        if (status == PGRES_FATAL_ERROR)
            pg_error_result(pg, result);
        PQclear(result);
        if (*ret_copying)
            return ERR_OK;
    }
    if (is_lost(pg) || PQtransactionStatus(pg->conn) == PQTRANS_ACTIVE)
        return pg_lost(pg, is_lost(pg) ? NULL : "no answer within the deadline");
    return pg->err;
}

static enum err execute(struct pg *pg, const char *sql, bool *ret_copying)
{
    if (!PQsendQuery(pg->conn, sql))
        return pg_lost(pg, NULL);
    return take_results(pg, ret_copying);
}

static bool put_line(struct pg *pg, const char *line, size_t n)
{
    int done;
    while ((done = PQputCopyData(pg->conn, line, (int)n)) == 0)
        if (!pg_wait(pg, POLLIN | POLLOUT, deadline_from_now(pg)) || !PQconsumeInput(pg->conn))
            return false;
    return done > 0;
}

static bool put_end(struct pg *pg)
{
    int done;
    while ((done = PQputCopyEnd(pg->conn, NULL)) == 0)
        if (!pg_wait(pg, POLLIN | POLLOUT, deadline_from_now(pg)))
            return false;
    return done > 0;
}

static enum err put_lines(struct pg *pg, const char *(*next_line)(void *arg, size_t *ret_bytes), void *arg)
{
    const char *line;
    size_t n;
    while ((line = next_line(arg, &n)))
        if (!put_line(pg, line, n))
            return pg_lost(pg, NULL);
    bool copying;
    return put_end(pg) ? take_results(pg, &copying) : pg_lost(pg, NULL);
}

static enum err copy(struct pg *pg, const char *sql, const char *(*next_line)(void *arg, size_t *ret_bytes), void *arg)
{
    bool copying;
    enum err err = execute(pg, "SET statement_timeout = 0", &copying); /* a long COPY is no slow statement */
    if (!err)
        err = execute(pg, sql, &copying);
    if (!err && !copying)
        pg_error_set(pg, err = ERR_INTERNAL, "no COPY FROM STDIN statement");
    return err ? err : put_lines(pg, next_line, arg);
}

/* For cleaning up, whatever the first error was. False: the connection is gone. */
static bool execute_anyway(struct pg *pg, const char *sql)
{
    bool copying;
    enum err ignored = execute(pg, sql, &copying); /* the first error is the one to tell */
    (void)ignored;
    return pg->conn;
}

/* The connection is left as it was found, or closed. */
static enum err restore(struct pg *pg)
{
    if (pg->err && PQtransactionStatus(pg->conn) != PQTRANS_IDLE && !execute_anyway(pg, "ROLLBACK"))
        return pg->err;
    if (!execute_anyway(pg, "RESET statement_timeout"))
        return pg->err;
    enum err err = pg_pipeline_enter(pg);
    return pg->err ? pg->err : err;
}

enum err pg_copy_in(struct pg *pg, const char *copy_sql, const char *(*next_line)(void *arg, size_t *ret_bytes),
                    void *arg)
{
    enum err err = pg_flush(pg);
    if (err)
        return err;
    pg_error_clear(pg);
    if (pg_connect(pg, deadline_from_now(pg)) || !PQexitPipelineMode(pg->conn))
        return pg->conn ? pg_lost(pg, NULL) : pg->err;
    err = copy(pg, copy_sql, next_line, arg);
    return pg->conn ? restore(pg) : err;
}
