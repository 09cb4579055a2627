/* Connecting, without ever waiting longer than the deadline. */
#include "common/pg/pg_internal.h"

#include "common/base/clock.h"
#include "common/base/mem.h"

#include <errno.h>
#include <poll.h>

void pg_disconnect(struct pg *pg)
{
    PQfinish(pg->conn);
    pg->conn = NULL;
    pg->prepared.n = 0;
}

enum err pg_lost(struct pg *pg, const char *message)
{
    pg_error_set(pg, ERR_RETRY, message ? message : PQerrorMessage(pg->conn));
    pg_disconnect(pg);
    return pg->err;
}

bool pg_wait(struct pg *pg, short events, int64_t deadline_us)
{
    struct pollfd fd = {.fd = PQsocket(pg->conn), .events = events};
    for (;;) {
        int64_t left_us = deadline_us - clock_monotonic_us();
        if (left_us <= 0 || fd.fd < 0)
            return false;
        int n = poll(&fd, 1, (int)(left_us / 1000) + 1);
        if (n > 0)
            return true; /* an error on the socket too: the next read tells */
        if (n < 0 && errno != EINTR)
            return false;
    }
}

/* jit: our statements are short, and compiling one costs more than running it. The timeouts let go of the locks of an
 * owner that hangs or has gone away without a word. A loop waits for a lock much shorter than a statement may take: so
 * its error is that of the lock, which is tried again, and not the deadline's. */
enum {
    CHECK_CLIENT_MS = 1000, /* what a client that went away left running ends, and its locks with it */
    IDLE_DEADLINES = 6,     /* a job waits for Kafka inside its transaction, longer than a statement may take */
    LOCKS_IN_DEADLINE = 4
};

/* A statement's own deadline ends before that of the flush it is in, so that its error is told, and not only that no
 * answer came. */
static int statement_ms(const struct pg *pg)
{
    return pg->deadline_ms - pg->deadline_ms / LOCKS_IN_DEADLINE;
}

static char *session_options(TALLOC_CTX *ctx, const struct pg *pg)
{
    char *options = mem_printf(
        ctx,
        "-c statement_timeout=%d -c idle_in_transaction_session_timeout=%d -c client_connection_check_interval=%d"
        " -c jit=off -c timezone=UTC",
        statement_ms(pg), pg->deadline_ms * IDLE_DEADLINES, CHECK_CLIENT_MS);
    return pg->batches ? mem_printf(ctx, "%s -c plan_cache_mode=force_generic_plan -c lock_timeout=%d", options,
                                    pg->deadline_ms / LOCKS_IN_DEADLINE)
                       : options;
}

static PGconn *connect_start(struct pg *pg)
{
    TALLOC_CTX *ctx = mem_context(NULL, "pg_connect");
    const char *keys[] = {"dbname",
                          "options",
                          "client_encoding",
                          "tcp_user_timeout",
                          "fallback_application_name",
                          pg->password ? "password" : NULL,
                          NULL};
    const char *values[] = {pg->conninfo,
                            session_options(ctx, pg),
                            "UTF8",
                            mem_printf(ctx, "%d", pg->deadline_ms),
                            program_invocation_short_name,
                            pg->password,
                            NULL};
    PGconn *conn = PQconnectStartParams(keys, values, 1);
    mem_free(ctx);
    return conn;
}

static bool connect_poll(struct pg *pg, int64_t deadline_us)
{
    PostgresPollingStatusType status = PGRES_POLLING_WRITING; /* what PQconnectStart asks to wait for */
    while (status == PGRES_POLLING_READING || status == PGRES_POLLING_WRITING) {
        if (PQstatus(pg->conn) == CONNECTION_BAD)
            return false;
        if (!pg_wait(pg, status == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline_us))
            return false;
        status = PQconnectPoll(pg->conn);
    }
    return status == PGRES_POLLING_OK;
}

static void ignore_notice(void *arg, const PGresult *result)
{
    (void)arg; /* notices of "IF NOT EXISTS" and the like: nobody reads stderr for them */
    (void)result;
}

enum err pg_pipeline_enter(struct pg *pg)
{
    if (PQsetnonblocking(pg->conn, 1) || !PQenterPipelineMode(pg->conn))
        return pg_lost(pg, NULL);
    return ERR_OK;
}

enum err pg_pipeline_leave(struct pg *pg)
{
    if (!PQexitPipelineMode(pg->conn) || PQsetnonblocking(pg->conn, 0))
        return pg_lost(pg, NULL);
    return ERR_OK;
}

static enum err connect_new(struct pg *pg, int64_t deadline_us)
{
    pg->conn = connect_start(pg);
    if (!pg->conn)
        return pg_lost(pg, "out of memory");
    PQsetNoticeReceiver(pg->conn, ignore_notice, NULL);
    if (!connect_poll(pg, deadline_us))
        return pg_lost(pg, PQstatus(pg->conn) == CONNECTION_BAD ? NULL : "connecting took too long");
    pg->connections++;
    return pg_pipeline_enter(pg);
}

/* The server may have closed an idle connection (a restart): seen here, it costs a reconnect and not an error. Inside a
 * transaction the loss must be an error. */
static bool was_lost_idle(struct pg *pg)
{
    struct pollfd fd = {.fd = PQsocket(pg->conn), .events = POLLIN};
    if (PQtransactionStatus(pg->conn) != PQTRANS_IDLE)
        return false;
    while (poll(&fd, 1, 0) > 0) /* its last words, then the end of the stream */
        if (!PQconsumeInput(pg->conn) || PQstatus(pg->conn) == CONNECTION_BAD)
            return true;
    return false;
}

enum err pg_connect(struct pg *pg, int64_t deadline_us)
{
    if (pg->conn && was_lost_idle(pg))
        pg_disconnect(pg);
    return pg->conn ? ERR_OK : connect_new(pg, deadline_us);
}
