#include "common/loop/loop_store.h"
#include "common/base/mem.h"

static const struct pg_statement READ_PROCESSED = {
    .name = "loop_read_processed",
    .sql = "SELECT message_id, kind, aggregate_id, body_hash, code, fields, resource_id, version, actor_id,"
           " created_at_us, settled_at_us, after_events,"
           " after_events AND EXISTS (SELECT FROM outbox o WHERE o.commit_id = s.commit_id)"
           " FROM seen s WHERE message_id = ANY($1::uuid[])"};
static const struct pg_statement WRITE_PROCESSED = {
    .name = "loop_write_processed",
    .each = true,
    .sql = "INSERT INTO seen(message_id, kind, aggregate_id, body_hash, code, fields, resource_id, version,"
           " actor_id, created_at_us, settled_at_us, after_events, commit_id)"
           " SELECT u.*, CASE WHEN u.waits THEN txid_current() END FROM unnest($1::uuid[], $2::text[], $3::uuid[],"
           " $4::bytea[], $5::text[], $6::bytea[], $7::uuid[], $8::int8[], $9::uuid[], $10::int8[], $11::int8[],"
           " $12::bool[]) AS u(a, b, c, d, e, f, g, h, i, j, k, waits)"};
static const struct pg_statement SWEEP_PROCESSED = {
    .name = "loop_sweep_processed",
    .sql = "WITH slice AS MATERIALIZED (SELECT ctid AS place, message_id,"
           "   settled_at_us < CASE WHEN body_hash IS NULL THEN $4::int8 ELSE $3::int8 END AS is_past"
           "  FROM seen WHERE message_id > $1::uuid AND message_id < $2::uuid ORDER BY message_id LIMIT $5::int8),"
           " gone AS (DELETE FROM seen WHERE ctid = ANY(ARRAY(SELECT place FROM slice WHERE is_past)) RETURNING 1)"
           " SELECT (SELECT count(*) FROM slice), (SELECT count(*) FROM gone),"
           "  (SELECT message_id FROM slice ORDER BY message_id DESC LIMIT 1)"};
static const struct pg_statement NOTE_KINDS = {
    .name = "loop_note_kinds",
    .each = true,
    .sql = "INSERT INTO skipped_kind(topic, kind) SELECT DISTINCT * FROM unnest($1::int4[], $2::text[])"
           " ON CONFLICT DO NOTHING"};
static const struct pg_statement READ_KINDS = {.name = "loop_read_kinds",
                                               .sql = "SELECT topic, kind FROM skipped_kind"};
static const struct pg_statement DROP_KIND = {
    .name = "loop_drop_kind", .sql = "DELETE FROM skipped_kind WHERE topic = $1::int4 AND kind = $2::text"};
static const struct pg_statement WRITE_OUTBOX = {
    .name = "loop_write_outbox",
    .each = true,
    .sql = "INSERT INTO outbox(cluster, topic, partition, announcement)"
           " SELECT * FROM unnest($1::text[], $2::int4[], $3::int4[], $4::bytea[]) RETURNING topic, partition, id"};
static const struct pg_statement READ_OUTBOX = {
    .name = "loop_read_outbox",
    .sql =
        "SELECT o.topic, o.partition, o.id, o.announcement FROM outbox o"
        " JOIN unnest($2::int4[], $3::int4[]) AS u(topic, partition) ON u.topic = o.topic AND u.partition = o.partition"
        " WHERE o.cluster = $1::text ORDER BY o.id"};
static const struct pg_statement DROP_OUTBOX = {
    .name = "loop_drop_outbox",
    .each = true,
    .sql = "DELETE FROM outbox o USING unnest($1::text[], $2::int4[], $3::int4[], $4::int8[])"
           " AS u(cluster, topic, partition, id)"
           " WHERE o.cluster = u.cluster AND o.topic = u.topic AND o.partition = u.partition AND o.id = u.id"};
static const struct pg_statement WRITE_LOOSE = {.name = "loop_write_loose",
                                                .sql = "INSERT INTO outbox_loose(announcement) VALUES ($1::bytea)"};
/* Moves nothing where the position has another owner, and is waited for by the next one. */
#define RETURNING_ROWS " RETURNING topic, partition, id, announcement"
#define OWN_POSITION                                                                               \
    "SELECT cluster, topic, partition FROM position WHERE cluster = $1::text AND topic = $2::int4" \
    " AND partition = $3::int4 AND owner = $4::uuid"
static const struct pg_statement MOVE_LOOSE = {
    .name = "loop_move_loose",
    .sql = "WITH own AS MATERIALIZED (" OWN_POSITION " AND EXISTS (SELECT FROM outbox_loose) FOR UPDATE),"
           " moved AS (DELETE FROM outbox_loose USING own"
           "  WHERE id IN (SELECT id FROM outbox_loose ORDER BY id LIMIT 20) RETURNING id, announcement)"
           " INSERT INTO outbox(cluster, topic, partition, announcement)"
           " SELECT own.*, moved.announcement FROM own, moved ORDER BY moved.id" RETURNING_ROWS};
static const struct pg_statement WRITE_TIMER = {
    .name = "loop_write_timer",
    .each = true,
    .sql = "INSERT INTO timer(kind, aggregate_id, due_us, command)"
           " SELECT * FROM unnest($1::text[], $2::uuid[], $3::int8[], $4::bytea[]) ON CONFLICT DO NOTHING"};
static const struct pg_statement READ_TIMERS = {
    .name = "loop_read_timers",
    .sql = "SELECT kind, aggregate_id, due_us, command FROM timer WHERE due_us <= $1::int8 ORDER BY due_us"
           " LIMIT 500"};
static const struct pg_statement MOVE_TIMERS = {
    .name = "loop_move_timers",
    .sql = "WITH own AS MATERIALIZED (" OWN_POSITION " FOR UPDATE),"
           " moved AS (DELETE FROM timer t USING own, unnest($5::text[], $6::uuid[], $7::int8[]) AS u(kind, id, due_us)"
           "  WHERE t.kind = u.kind AND t.aggregate_id = u.id AND t.due_us = u.due_us RETURNING 1)"
           " INSERT INTO outbox(cluster, topic, partition, announcement)"
           " SELECT own.*, $8::bytea FROM own WHERE EXISTS (SELECT FROM moved)" RETURNING_ROWS};
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
static const struct pg_statement FORGET_ATTEMPTS = {
    .name = "loop_forget_attempts",
    .sql =
        "DELETE FROM attempt a USING position p"
        " WHERE p.cluster = a.cluster AND p.topic = a.topic AND p.partition = a.partition AND a.\"offset\" < p.next"};
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

/* --- processed ---------------------------------------------------------------------------------------------------- */

struct pg_result *loop_store_queue_processed(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n)
{
    struct pg_args *args = pg_args(ctx, &READ_PROCESSED);
    pg_add_uuids(args, ids, n);
    return pg_queue(pg, args);
}

void loop_store_read_processed(TALLOC_CTX *ctx, const struct pg_result *result, size_t row,
                               struct loop_processed *ret_processed)
{
    *ret_processed = (struct loop_processed){
        .message_id = pg_get_uuid(result, row, 0),
        .kind = pg_get_text(ctx, result, row, 1),
        .aggregate_id = pg_get_uuid(result, row, 2),
        .body_hash = pg_get_bytes(ctx, result, row, 3),
        .code = pg_get_text(ctx, result, row, 4),
        .fields = pg_get_bytes(ctx, result, row, 5),
        .resource_id = pg_get_uuid(result, row, 6),
        .version = (uint64_t)pg_get_int8(result, row, 7),
        .actor_id = pg_get_uuid(result, row, 8),
        .created_at_us = pg_get_int8(result, row, 9),
        .settled_at_us = pg_get_int8(result, row, 10),
        .after_events = pg_get_bool(result, row, 11),
        .is_held = pg_get_bool(result, row, 12),
    };
}

struct pg_args *loop_store_processed_args(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_PROCESSED);
}

void loop_store_add_processed(struct pg_args *args, const struct loop_processed *processed)
{
    pg_add_uuid(args, &processed->message_id);
    pg_add_text(args, processed->kind);
    pg_add_uuid(args, &processed->aggregate_id);
    pg_add_bytes(args, processed->body_hash.data, processed->body_hash.len);
    pg_add_text(args, processed->code);
    pg_add_bytes(args, processed->fields.data, processed->fields.len);
    pg_add_uuid_or_null(args, &processed->resource_id);
    pg_add_int8(args, (int64_t)processed->version);
    pg_add_uuid_or_null(args, &processed->actor_id);
    pg_add_int8(args, processed->created_at_us);
    pg_add_int8(args, processed->settled_at_us);
    pg_add_bool(args, processed->after_events);
}

enum err loop_store_sweep(struct pg *pg, TALLOC_CTX *ctx, const struct loop_stretch *stretch,
                          struct loop_swept *ret_swept)
{
    struct pg_args *args = pg_args(ctx, &SWEEP_PROCESSED);
    pg_add_uuid(args, &stretch->after);
    pg_add_uuid(args, &stretch->before);
    pg_add_int8(args, stretch->commands_before_us);
    pg_add_int8(args, stretch->events_before_us);
    pg_add_int8(args, LOOP_SWEEP_ROWS);
    struct pg_result *row = pg_queue(pg, args);
    pg_queue(pg, pg_args(ctx, &FORGET_ATTEMPTS));
    enum err err = pg_flush(pg);
    if (!err)
        *ret_swept = (struct loop_swept){.rows = (size_t)pg_get_int8(row, 0, 0),
                                         .gone = (size_t)pg_get_int8(row, 0, 1),
                                         .last = pg_get_uuid(row, 0, 2)};
    return err;
}

/* --- kinds that were skipped -------------------------------------------------------------------------------------- */

struct pg_args *loop_store_kind_args(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &NOTE_KINDS);
}

void loop_store_add_kind(struct pg_args *args, int32_t topic, const char *kind)
{
    pg_add_int4(args, topic);
    pg_add_text(args, kind);
}

enum err loop_store_kinds(struct pg *pg, TALLOC_CTX *ctx, struct pg_result **ret_rows)
{
    return pg_run(pg, pg_args(ctx, &READ_KINDS), ret_rows);
}

enum err loop_store_drop_kind(struct pg *pg, TALLOC_CTX *ctx, int32_t topic, const char *kind)
{
    struct pg_args *args = pg_args(ctx, &DROP_KIND);
    pg_add_int4(args, topic);
    pg_add_text(args, kind);
    return pg_run(pg, args, NULL);
}

/* --- outbox, loose rows, timers ----------------------------------------------------------------------------------- */

enum err loop_store_count_unannounced(struct pg *pg, TALLOC_CTX *ctx, int64_t *ret_n)
{
    static const struct pg_statement COUNT = {.name = "loop_count_outbox", .sql = "SELECT count(*) FROM outbox"};
    struct pg_result *row;
    enum err err = pg_run(pg, pg_args(ctx, &COUNT), &row);
    if (!err)
        *ret_n = pg_get_int8(row, 0, 0);
    return err;
}

struct pg_args *loop_store_outbox_args(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_OUTBOX);
}

void loop_store_add_outbox(struct pg_args *args, const char *cluster, int32_t topic, int32_t partition,
                           ProtobufCBinaryData announcement)
{
    pg_add_text(args, cluster);
    pg_add_int4(args, topic);
    pg_add_int4(args, partition);
    pg_add_bytes(args, announcement.data, announcement.len);
}

struct loop_row loop_store_outbox_row(const struct pg_result *result, size_t row)
{
    return (struct loop_row){.topic = (int32_t)pg_get_int8(result, row, 0),
                             .partition = (int32_t)pg_get_int8(result, row, 1),
                             .id = pg_get_int8(result, row, 2)};
}

enum err loop_store_unannounced(struct pg *pg, TALLOC_CTX *ctx, const char *cluster, const int32_t topics[],
                                const int32_t partitions[], size_t n, struct pg_result **ret_rows)
{
    struct pg_args *args = pg_args(ctx, &READ_OUTBOX);
    pg_add_text(args, cluster);
    pg_add_int4s(args, topics, n);
    pg_add_int4s(args, partitions, n);
    return pg_run(pg, args, ret_rows);
}

enum err loop_store_announced(struct pg *pg, TALLOC_CTX *ctx, const char *cluster, const struct loop_row rows[],
                              size_t n)
{
    struct pg_args *args = pg_args(ctx, &DROP_OUTBOX);
    for (size_t i = 0; i < n; i++) {
        pg_add_text(args, cluster);
        pg_add_int4(args, rows[i].topic);
        pg_add_int4(args, rows[i].partition);
        pg_add_int8(args, rows[i].id);
    }
    return pg_run(pg, args, NULL);
}

void loop_store_queue_loose(struct pg *pg, TALLOC_CTX *ctx, ProtobufCBinaryData announcement)
{
    struct pg_args *args = pg_args(ctx, &WRITE_LOOSE);
    pg_add_bytes(args, announcement.data, announcement.len);
    pg_queue(pg, args);
}

struct pg_args *loop_store_timer_args(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &WRITE_TIMER);
}

void loop_store_add_timer(struct pg_args *args, const char *kind, const struct uuid *aggregate, int64_t due_us,
                          ProtobufCBinaryData command)
{
    pg_add_text(args, kind);
    pg_add_uuid(args, aggregate);
    pg_add_int8(args, due_us);
    pg_add_bytes(args, command.len > 0 ? (const void *)command.data : "", command.len);
}

struct pg_result *loop_store_queue_due_timers(struct pg *pg, TALLOC_CTX *ctx, int64_t now_us)
{
    struct pg_args *args = pg_args(ctx, &READ_TIMERS);
    pg_add_int8(args, now_us);
    return pg_queue(pg, args);
}

static struct pg_args *move_args(TALLOC_CTX *ctx, const struct pg_statement *statement, const char *cluster,
                                 const struct loop_position *own)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_text(args, cluster);
    pg_add_int4(args, own->topic);
    pg_add_int4(args, own->partition);
    pg_add_uuid(args, &own->owner);
    return args;
}

struct pg_result *loop_store_queue_move_loose(struct pg *pg, TALLOC_CTX *ctx, const char *cluster,
                                              const struct loop_position *own)
{
    return pg_queue(pg, move_args(ctx, &MOVE_LOOSE, cluster, own));
}

enum err loop_store_move_timers(struct pg *pg, TALLOC_CTX *ctx, const char *cluster, const struct loop_position *own,
                                const struct pg_result *timers, ProtobufCBinaryData announcement,
                                struct pg_result **ret_rows)
{
    size_t n = pg_rows(timers);
    struct pg_args *args = move_args(ctx, &MOVE_TIMERS, cluster, own);
    const char **kinds = mem_array(ctx, const char *, n);
    struct uuid *aggregates = mem_array(ctx, struct uuid, n);
    int64_t *due_us = mem_array(ctx, int64_t, n);
    for (size_t i = 0; i < n; i++) {
        kinds[i] = pg_get_text(ctx, timers, i, 0);
        aggregates[i] = pg_get_uuid(timers, i, 1);
        due_us[i] = pg_get_int8(timers, i, 2);
    }
    pg_add_texts(args, kinds, n);
    pg_add_uuids(args, aggregates, n);
    pg_add_int8s(args, due_us, n);
    pg_add_bytes(args, announcement.data, announcement.len);
    return pg_run(pg, args, ret_rows);
}

void loop_store_queue_begin(struct pg *pg, TALLOC_CTX *ctx, int deadline_ms)
{
    pg_queue_sql(pg, "BEGIN");
    if (deadline_ms <= 0)
        return;
    pg_queue_sql(pg, mem_printf(ctx, "SET LOCAL statement_timeout = %d", deadline_ms));
    pg_queue_sql(pg, mem_printf(ctx, "SET LOCAL lock_timeout = %d", deadline_ms / 2)); /* a lock is nobody's fault */
}

enum err loop_store_probe(struct pg *pg)
{
    pg_queue_sql(pg, "SELECT txid_current()"); /* without a transaction's number nothing is written */
    return pg_flush(pg);
}

enum err loop_store_rollback(struct pg *pg)
{
    pg_queue_sql(pg, "ROLLBACK");
    return pg_flush(pg);
}

/* --- attempts and dead letters ------------------------------------------------------------------------------------ */

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
