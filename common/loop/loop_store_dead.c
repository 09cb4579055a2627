#include "common/loop/loop_store_dead.h"

#include "common/base/mem.h"

static const struct pg_statement COUNT_ATTEMPT = {
    .name = "loop_count_attempt", /* messages are run in order: what failed before this one is done, or gone */
    .sql = "WITH passed AS (DELETE FROM attempt WHERE cluster = $1::text AND topic = $2::int4"
           "  AND partition = $3::int4 AND (\"offset\", place) < ($4::int8, $5::int4))"
           " INSERT INTO attempt(cluster, topic, partition, \"offset\", place, attempts, reason)"
           " VALUES ($1::text, $2::int4, $3::int4, $4::int8, $5::int4, 1, $6::text)"
           " ON CONFLICT (cluster, topic, partition, \"offset\", place) DO UPDATE"
           " SET attempts = attempt.attempts + 1, reason = excluded.reason"
           " RETURNING attempts"};
static const struct pg_statement CONDEMN = {
    .name = "loop_condemn",
    .sql = "INSERT INTO attempt(cluster, topic, partition, \"offset\", place, attempts, reason)"
           " SELECT cluster, topic, partition, next, $5::int4, $6::int4, $7::text FROM position"
           " WHERE cluster = $1::text AND topic = $2::int4 AND partition = $3::int4 AND next = $4::int8"
           " ON CONFLICT (cluster, topic, partition, \"offset\", place) DO UPDATE"
           " SET attempts = excluded.attempts, reason = excluded.reason"};
static const struct pg_statement READ_ATTEMPTS = {
    .name = "loop_read_attempts",
    .sql = "SELECT DISTINCT ON (topic, partition) topic, partition, \"offset\", place, attempts, reason"
           " FROM attempt a WHERE cluster = $1::text AND NOT EXISTS (SELECT FROM position p WHERE"
           "  p.cluster = a.cluster AND p.topic = a.topic AND p.partition = a.partition AND p.next > a.\"offset\")"
           " ORDER BY topic, partition, \"offset\", place"};
static const struct pg_statement DROP_ATTEMPT = {
    .name = "loop_drop_attempt",
    .sql = "DELETE FROM attempt WHERE cluster = $1::text AND topic = $2::int4 AND partition = $3::int4"
           " AND \"offset\" = $4::int8 AND place = $5::int4"};
static const struct pg_statement WRITE_DEAD = {
    .name = "loop_write_dead",
    .sql = "INSERT INTO dead_letter(cluster, topic, partition, \"offset\", place, kind, record_key, record, reason,"
           " died_at_us, appended_at_us)"
           " VALUES ($1::text, $2::int4, $3::int4, $4::int8, $5::int4, $6::text, $7::bytea, $8::bytea, $9::text,"
           " $10::int8, $11::int8)"
           " ON CONFLICT DO NOTHING"};
#define DEAD_COLUMNS \
    "cluster, topic, partition, \"offset\", place, kind, record_key, reason, died_at_us, appended_at_us, length(record)"
enum { DEAD_RECORD = 11 }; /* the column behind these */
static const struct pg_statement PAGE_DEAD = {
    .name = "loop_page_dead",
    .sql = "SELECT " DEAD_COLUMNS " FROM dead_letter"
           " WHERE (cluster, topic, partition, \"offset\", place) > ($1::text, $2::int4, $3::int4, $4::int8, $5::int4)"
           " ORDER BY cluster, topic, partition, \"offset\", place LIMIT 500"};
static const struct pg_statement FIND_DEAD = {
    .name = "loop_find_dead",
    .sql = "SELECT " DEAD_COLUMNS ", record FROM dead_letter WHERE ($1::text IS NULL OR cluster = $1::text)"
           " AND topic = $2::int4 AND partition = $3::int4 AND \"offset\" = $4::int8 AND place = $5::int4 LIMIT 2"};
static const struct pg_statement DROP_DEAD = {
    .name = "loop_drop_dead",
    .sql = "DELETE FROM dead_letter WHERE cluster = $1::text AND topic = $2::int4 AND partition = $3::int4"
           " AND \"offset\" = $4::int8 AND place = $5::int4"};

/* A file's hash stands whole in the message that names it. Letters are few. */
static const struct pg_statement NAMED_BY_DEAD = {
    .name = "loop_named_by_dead",
    .each = true,
    .sql = "SELECT f.sha256 FROM unnest($1::bytea[]) f(sha256)"
           " WHERE EXISTS (SELECT FROM dead_letter d WHERE position(f.sha256 IN d.record) > 0)"};

static const struct pg_statement FORGET_ONE = {.name = "loop_forget_one",
                                               .sql = "DELETE FROM seen WHERE message_id = $1::uuid"};
static struct pg_args *offset_args(TALLOC_CTX *ctx, const struct pg_statement *statement, const struct loop_offset *at)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_text(args, at->cluster);
    pg_add_int4(args, at->topic);
    pg_add_int4(args, at->partition);
    pg_add_int8(args, at->offset);
    pg_add_int4(args, at->place);
    return args;
}

enum err loop_store_count_attempt(struct pg *pg, const struct loop_offset *at, const char *reason, int *ret_attempts)
{
    TALLOC_CTX *ctx = mem_context(NULL, "attempt");
    struct pg_args *args = offset_args(ctx, &COUNT_ATTEMPT, at);
    struct pg_result *row = NULL;
    pg_add_text(args, reason);
    enum err err = pg_run(pg, args, &row);
    if (!err)
        *ret_attempts = (int)pg_get_int8(row, 0, 0);
    mem_free(ctx);
    return err;
}

enum err loop_store_condemn(struct pg *pg, TALLOC_CTX *ctx, const struct loop_offset *at, int attempts,
                            const char *reason, bool *ret_waits)
{
    struct pg_args *args = offset_args(ctx, &CONDEMN, at);
    struct pg_result *rows = NULL;
    pg_add_int4(args, attempts);
    pg_add_text(args, reason);
    enum err err = pg_run(pg, args, &rows);
    if (!err)
        *ret_waits = pg_affected(rows) > 0;
    return err;
}

enum err loop_store_attempts(struct pg *pg, TALLOC_CTX *ctx, const char *cluster, const struct loop_offset *done,
                             struct pg_result **ret_rows)
{
    struct pg_args *args = pg_args(ctx, &READ_ATTEMPTS);
    pg_add_text(args, cluster);
    if (done)
        pg_queue(pg, offset_args(ctx, &DROP_ATTEMPT, done));
    return pg_run(pg, args, ret_rows);
}

void loop_store_queue_dead(struct pg *pg, TALLOC_CTX *ctx, const struct loop_dead *dead)
{
    struct pg_args *args = offset_args(ctx, &WRITE_DEAD, &dead->at);
    pg_add_text(args, dead->kind);
    pg_add_bytes(args, dead->key.data, dead->key.len);
    pg_add_bytes(args, dead->record.len > 0 ? (const void *)dead->record.data : "", dead->record.len);
    pg_add_text(args, dead->reason);
    pg_add_int8(args, dead->died_at_us);
    pg_add_int8(args, dead->appended_at_us);
    pg_queue(pg, args);
    pg_queue(pg, offset_args(ctx, &DROP_ATTEMPT, &dead->at));
}

struct pg_result *loop_store_named_by_dead(struct pg *pg, TALLOC_CTX *ctx, const ProtobufCBinaryData bytes[], size_t n)
{
    struct pg_args *args = pg_args(ctx, &NAMED_BY_DEAD);
    for (size_t i = 0; i < n; i++)
        pg_add_bytes(args, bytes[i].data, bytes[i].len);
    return pg_queue(pg, args);
}

static void read_dead(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct loop_dead *ret_dead)
{
    *ret_dead = (struct loop_dead){.at = {.cluster = pg_get_text(ctx, rows, row, 0),
                                          .topic = (int32_t)pg_get_int8(rows, row, 1),
                                          .partition = (int32_t)pg_get_int8(rows, row, 2),
                                          .offset = pg_get_int8(rows, row, 3),
                                          .place = (int32_t)pg_get_int8(rows, row, 4)},
                                   .kind = pg_get_text(ctx, rows, row, 5),
                                   .key = pg_get_bytes(ctx, rows, row, 6),
                                   .reason = pg_get_text(ctx, rows, row, 7),
                                   .died_at_us = pg_get_int8(rows, row, 8),
                                   .appended_at_us = pg_get_int8(rows, row, 9),
                                   .record_bytes = pg_get_int8(rows, row, 10)};
}

enum err loop_store_page_dead(struct pg *pg, TALLOC_CTX *ctx, const struct loop_offset *after,
                              struct loop_dead **ret_dead, size_t *ret_n)
{
    const struct loop_offset nothing = {.cluster = "", .topic = -1};
    struct pg_result *rows = NULL;
    enum err err = pg_run(pg, offset_args(ctx, &PAGE_DEAD, after ? after : &nothing), &rows);
    if (err)
        return err;
    *ret_n = pg_rows(rows);
    *ret_dead = mem_array(ctx, struct loop_dead, *ret_n);
    for (size_t i = 0; i < *ret_n; i++)
        read_dead(ctx, rows, i, &(*ret_dead)[i]);
    return ERR_OK;
}

enum err loop_store_find_dead(struct pg *pg, TALLOC_CTX *ctx, const struct loop_offset *at, struct loop_dead *ret_dead,
                              size_t *ret_n)
{
    struct pg_result *rows = NULL;
    enum err err = pg_run(pg, offset_args(ctx, &FIND_DEAD, at), &rows);
    if (err)
        return err;
    *ret_n = pg_rows(rows);
    if (*ret_n > 0) {
        read_dead(ctx, rows, 0, ret_dead);
        ret_dead->record = pg_get_bytes(ctx, rows, 0, DEAD_RECORD);
    }
    return ERR_OK;
}

void loop_store_queue_drop_dead(struct pg *pg, TALLOC_CTX *ctx, const struct loop_offset *at)
{
    pg_queue(pg, offset_args(ctx, &DROP_DEAD, at));
}

enum err loop_store_replay_dead(struct pg *pg, TALLOC_CTX *ctx, const struct loop_dead *dead,
                                const struct uuid *message_id, ProtobufCBinaryData announcement)
{
    struct pg_args *forget = pg_args(ctx, &FORGET_ONE);
    pg_add_uuid(forget, message_id);
    pg_queue_sql(pg, "BEGIN");
    pg_queue(pg, forget);
    loop_store_queue_loose(pg, ctx, announcement);
    loop_store_queue_drop_dead(pg, ctx, &dead->at);
    pg_queue_sql(pg, "COMMIT");
    return pg_flush(pg);
}
