/* What the pg_*.c files share; nobody else includes it. One thread, as pg.h says. */
#ifndef SOTAY_COMMON_PG_INTERNAL_H
#define SOTAY_COMMON_PG_INTERNAL_H

#include "common/base/array.h"
#include "common/pg/pg.h"
#include <libpq-fe.h>

/* A queued statement or plain SQL. `values` and `lengths` point into the args. */
struct pg_item {
    const struct pg_statement *statement; /* NULL: `sql` */
    const char *sql;
    struct pg_args *args;
    struct pg_result *result; /* NULL: nobody reads it */
    bool prepares;            /* this flush sends a Parse before it */
};

struct pg {
    char *conninfo;
    char *password;
    int deadline_ms;
    bool batches;                                /* a loop's: pg_runs_batches */
    PGconn *conn;                                /* NULL: to be connected by the next flush */
    unsigned connections;                        /* how many there have been */
    ARRAY(const struct pg_statement *) prepared; /* on this connection */
    ARRAY(struct pg_item) queue;
    int64_t replanned_us;
    bool replans;           /* this flush begins with DISCARD PLANS */
    enum err err;           /* the first error of this flush */
    bool prepared_is_stale; /* that error is cured by preparing all anew */
    int64_t ask_at_us;      /* when it is asked who holds the lock that this flush may wait for; 0: no more */
    char blockers[224];     /* who holds it; empty: nobody, or nobody knows */
    char constraint[64];
    char message[512];
};

struct pg_result {
    PGresult *rows; /* NULL: nothing was sent, or the flush failed */
};

/* --- pg_connect.c ------------------------------------------------------------------------------------------------- */
/* Leaves a connection in pipeline mode, reconnecting where it was lost while idle. ERR_RETRY: pg_message says why. */
MUST_CHECK enum err pg_connect(struct pg *pg, int64_t deadline_us);
/* Closes and forgets what was prepared. */
void pg_disconnect(struct pg *pg);
/* The connection is of no use any more: closes it. `message` NULL: libpq's. Returns the flush's first error, else
 * ERR_RETRY. */
enum err pg_lost(struct pg *pg, const char *message);
/* Waits until the socket has one of `events` (poll(2)). False: the deadline passed. */
bool pg_wait(struct pg *pg, short events, int64_t deadline_us);
/* Leaves pipeline mode for COPY and migrations, and returns to it. */
MUST_CHECK enum err pg_pipeline_leave(struct pg *pg);
MUST_CHECK enum err pg_pipeline_enter(struct pg *pg);

/* --- pg_error.c --------------------------------------------------------------------------------------------------- */
void pg_error_clear(struct pg *pg);
/* Remembers the flush's first error; later ones follow from it. */
void pg_error_result(struct pg *pg, const PGresult *result);
void pg_error_set(struct pg *pg, enum err err, const char *message);

/* Copies what fits, without newlines at the end; NULL is empty. For people, and never parsed. */
void pg_keep_text(char *to, size_t room, const char *text);

/* --- pg_blockers.c ------------------------------------------------------------------------------------------------ */
/* Fills pg->blockers while the flush waits. Blocks up to a second. */
void pg_ask_blockers(struct pg *pg);

/* --- pg_args.c ---------------------------------------------------------------------------------------------------- */
/* Writes the array headers; nothing may be added afterwards. */
void pg_args_finish(struct pg_args *args);
int pg_args_count(const struct pg_args *args);
/* Parameter i: its bytes (NULL: SQL NULL). */
const char *pg_args_value(const struct pg_args *args, int i, int *ret_bytes);
const struct pg_statement *pg_args_statement(const struct pg_args *args);

/* --- pg_result.c -------------------------------------------------------------------------------------------------- */
struct pg_result *pg_result_new(TALLOC_CTX *ctx);

#endif
