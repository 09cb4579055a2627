/* PostgreSQL (libpq in pipeline mode), one connection, one thread.
 *
 * Statements are constants, prepared on the connection at first use. Arguments are added in order; a statement with
 * `.each = true` takes whole batches: every parameter is an array, and the adders cycle through them row after row:
 *
 *     static const struct pg_statement INSERT_NOTE = {
 *         .name = "insert_note", .each = true,
 *         .sql = "INSERT INTO note(id, at_us, text) SELECT * FROM unnest($1::uuid[], $2::int8[], $3::text[])"};
 *     struct pg_args *a = pg_args(ctx, &INSERT_NOTE);
 *     for (…) { pg_add_uuid(a, &id); pg_add_int8(a, at_us); pg_add_text(a, text); }
 *     pg_queue(pg, a);                          nothing is sent when an `each` statement got no row
 *     struct pg_result *r = pg_queue(pg, b);
 *     err = pg_flush(pg);                       one round trip for all that was queued
 *     for (size_t i = 0; i < pg_rows(r); i++) id = pg_get_uuid(r, i, 0);
 *
 * Types on the wire are binary: uuid, int8, int4, bool, text, bytea, float8 and one-dimensional arrays of them.
 * SQL must cast parameters ($1::int8) so that their types are certain. */
#ifndef SOTAY_COMMON_PG_H
#define SOTAY_COMMON_PG_H

#include "common/base/err.h"
#include "common/base/uuid.h"
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

struct pg;
struct pg_args;
struct pg_result;

struct pg_statement {
    const char *name; /* unique on the connection */
    const char *sql;
    bool each;
};

/* Connects when first used and again after a lost connection; never blocks longer than `deadline_ms` a flush.
 * `password` may be NULL. The result is owned by ctx and closes with it. */
struct pg *pg_new(TALLOC_CTX *ctx, const char *conninfo, const char *password, int deadline_ms);
/* Before the first use: for a loop's connection. A statement keeps one plan whatever its arrays hold (PostgreSQL would
 * plan those of one row anew each time, which costs more than running them; not where a NULL parameter turns a
 * condition off). A lock is waited for a quarter of the deadline: then ERR_RETRY, and pg_message names who holds it. */
void pg_runs_batches(struct pg *pg);
bool pg_is_connected(const struct pg *pg);
unsigned pg_connections(const struct pg *pg); /* how many it has made: another one may be to a restored database */

/* Arguments. Texts and bytes are copied. NULL pointers are SQL NULLs. Owned by ctx. */
struct pg_args *pg_args(TALLOC_CTX *ctx, const struct pg_statement *statement);
void pg_add_uuid(struct pg_args *args, const struct uuid *id);
void pg_add_int8(struct pg_args *args, int64_t value);
void pg_add_int4(struct pg_args *args, int32_t value);
void pg_add_float8(struct pg_args *args, double value);
void pg_add_bool(struct pg_args *args, bool value);
void pg_add_text(struct pg_args *args, const char *text);
void pg_add_bytes(struct pg_args *args, const void *bytes, size_t n);
void pg_add_null(struct pg_args *args); /* of the column's type */
void pg_add_int8_or_null(struct pg_args *args, bool has, int64_t value);
void pg_add_int4_or_null(struct pg_args *args, bool has, int32_t value);
void pg_add_uuid_or_null(struct pg_args *args, const struct uuid *id);       /* zero: NULL */
void pg_add_time_or_null(struct pg_args *args, int64_t at_us);               /* 0, not yet: NULL */
void pg_add_uuids(struct pg_args *args, const struct uuid *ids, size_t n);   /* uuid[]; not for `each` statements */
void pg_add_int4s(struct pg_args *args, const int32_t *values, size_t n);    /* int4[] */
void pg_add_int8s(struct pg_args *args, const int64_t *values, size_t n);    /* int8[] */
void pg_add_texts(struct pg_args *args, const char *const *texts, size_t n); /* text[] */
/* A list in a row of an `each` statement, whose parameters are arrays already: a text that the SQL casts
 * (column::uuid[]). */
const char *pg_uuids_text(TALLOC_CTX *ctx, const struct uuid *ids, size_t n);
const char *pg_int4s_text(TALLOC_CTX *ctx, const int32_t *values, size_t n);
size_t pg_args_rows(const struct pg_args *args);

/* Queues one statement; the result is filled by the next pg_flush and owned by the args' context. It is empty (0 rows)
 * when nothing was sent. */
struct pg_result *pg_queue(struct pg *pg, struct pg_args *args);
/* A statement whose one parameter is uuid[]; no ids: nothing is sent, and no rows come. */
struct pg_result *pg_queue_ids(struct pg *pg, TALLOC_CTX *ctx, const struct pg_statement *statement,
                               const struct uuid ids[], size_t n);
void pg_queue_sql(struct pg *pg, const char *sql); /* BEGIN, COMMIT: no arguments, no rows */

/* Sends all that is queued, waits for every result. ERR_RETRY (connection, serialization, locks, resources:
 * pg_error.c), ERR_DEADLINE (the server stopped a statement that took too long), ERR_CONSTRAINT (pg_constraint names
 * it), ERR_INTERNAL (pg_message says what). After an error an open transaction is rolled back and the queue is empty.
 * Blocks. */
MUST_CHECK enum err pg_flush(struct pg *pg);

/* pg_queue and pg_flush of one statement. */
MUST_CHECK enum err pg_run(struct pg *pg, struct pg_args *args, struct pg_result **ret_result);

const char *pg_constraint(const struct pg *pg); /* of the last ERR_CONSTRAINT; "" otherwise */
const char *pg_message(const struct pg *pg);    /* of the last error */

size_t pg_rows(const struct pg_result *result);
int64_t pg_affected(const struct pg_result *result); /* rows that an INSERT, UPDATE or DELETE touched */
bool pg_is_null(const struct pg_result *result, size_t row, int column);
/* Of NULL: zeroes; a text is NULL, a list is empty. */
struct uuid pg_get_uuid(const struct pg_result *result, size_t row, int column);
int64_t pg_get_int8(const struct pg_result *result, size_t row, int column); /* int8 and int4 */
double pg_get_float8(const struct pg_result *result, size_t row, int column);
bool pg_get_bool(const struct pg_result *result, size_t row, int column);
char *pg_get_text(TALLOC_CTX *ctx, const struct pg_result *result, size_t row, int column);
/* Of bytea, and of uuid as the 16 bytes that messages carry; of NULL: empty. Owned by ctx. */
ProtobufCBinaryData pg_get_bytes(TALLOC_CTX *ctx, const struct pg_result *result, size_t row, int column);
struct uuid *pg_get_uuids(TALLOC_CTX *ctx, const struct pg_result *result, size_t row, int column, size_t *ret_n);
int32_t *pg_get_int4s(TALLOC_CTX *ctx, const struct pg_result *result, size_t row, int column, size_t *ret_n);

/* Bulk: COPY table(columns) FROM STDIN in text form; `next_line` gives a line (with its newline) or NULL at the end. */
MUST_CHECK enum err pg_copy_in(struct pg *pg, const char *copy_sql,
                               const char *(*next_line)(void *arg, size_t *ret_bytes), void *arg);

/* Migrations: an embedded file of a schema/ folder. */
struct pg_migration {
    const char *module;
    int number;
    const char *sql;
};
/* Applies what schema_migration does not list, in order, each in its own transaction, under an advisory lock. */
MUST_CHECK enum err pg_migrate(struct pg *pg, const struct pg_migration migrations[], size_t n);

#endif
