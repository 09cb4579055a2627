#include "common/loop/loop_store.h"
#include "common/base/mem.h"

static const struct pg_statement READ_PROCESSED = {
    .name = "loop_read_processed",
    .sql = "SELECT message_id, kind, aggregate_id, body_hash, code, fields, resource_id, version, actor_id,"
           " created_at_us, settled_at_us, after_events,"
           " after_events AND (EXISTS (SELECT FROM outbox o WHERE o.commit_id = s.commit_id)"
           "  OR EXISTS (SELECT FROM marked_key k WHERE k.commit_id = s.commit_id))"
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
static const struct pg_statement WRITE_LOOSE = {
    .name = "loop_write_loose", .sql = "INSERT INTO outbox_loose(announcement) VALUES ($1::bytea) RETURNING commit_id"};
static const struct pg_statement READ_COMMIT = {.name = "loop_read_commit", .sql = "SELECT txid_current()"};
static const struct pg_statement OLDEST_COMMIT = {
    .name = "loop_oldest_commit",
    .sql = "SELECT least((SELECT min(commit_id) FROM outbox_loose), (SELECT min(commit_id) FROM outbox))"};
/* What moves something into the outbox does so only as long as a position is ours, and is waited for by its next owner:
 * the first four parameters. */
#define OWN_POSITION                                                                               \
    "SELECT cluster, topic, partition FROM position WHERE cluster = $1::text AND topic = $2::int4" \
    " AND partition = $3::int4 AND owner = $4::uuid"
#define RETURNING_ROWS " RETURNING topic, partition, id, announcement"
static const struct pg_statement MOVE_LOOSE = {
    .name = "loop_move_loose",
    .sql = "WITH own AS MATERIALIZED (" OWN_POSITION " AND EXISTS (SELECT FROM outbox_loose) FOR UPDATE),"
           " moved AS (DELETE FROM outbox_loose USING own"
           "  WHERE id IN (SELECT id FROM outbox_loose ORDER BY id LIMIT 20) RETURNING id, announcement,"
           "   commit_id)"
           " INSERT INTO outbox(cluster, topic, partition, announcement, commit_id)"
           " SELECT own.*, moved.announcement, moved.commit_id FROM own, moved ORDER BY moved.id" RETURNING_ROWS};
/* By place, found along the primary key: whoever moves keys turns other plans off (loop_store_queue_keys_begin), as of
 * a table that grows and empties again no statistics are right. */
#define TAKE(which)                                                                                         \
    "WITH own AS MATERIALIZED (" OWN_POSITION " FOR UPDATE),"                                               \
    " gone AS (DELETE FROM marked_key k USING own WHERE k.ctid = ANY(ARRAY(SELECT m.ctid FROM marked_key m" \
    "  WHERE m.topic = ANY($5::int4[]) AND " which " ORDER BY m.commit_id, m.id LIMIT $6::int4))"           \
    "  RETURNING k.topic, k.key, k.commit_id, k.id) SELECT topic, key, commit_id FROM gone ORDER BY commit_id, id"
static const struct pg_statement TAKE_OF_COMMIT = {.name = "loop_take_keys_of", .sql = TAKE("m.commit_id = $7::int8")};
static const struct pg_statement TAKE_OLDEST = {.name = "loop_take_keys", .sql = TAKE("true")};
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
static const struct pg_statement FORGET_ATTEMPTS = {
    .name = "loop_forget_attempts",
    .sql =
        "DELETE FROM attempt a USING position p"
        " WHERE p.cluster = a.cluster AND p.topic = a.topic AND p.partition = a.partition AND a.\"offset\" < p.next"};

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

struct pg_result *loop_store_queue_loose(struct pg *pg, TALLOC_CTX *ctx, ProtobufCBinaryData announcement)
{
    struct pg_args *args = pg_args(ctx, &WRITE_LOOSE);
    pg_add_bytes(args, announcement.data, announcement.len);
    return pg_queue(pg, args);
}

struct pg_result *loop_store_queue_commit(struct pg *pg, TALLOC_CTX *ctx)
{
    return pg_queue(pg, pg_args(ctx, &READ_COMMIT));
}

enum err loop_store_oldest_commit(struct pg *pg, TALLOC_CTX *ctx, int64_t *ret_commit)
{
    struct pg_result *row = NULL;
    enum err err = pg_run(pg, pg_args(ctx, &OLDEST_COMMIT), &row);
    if (!err)
        *ret_commit = pg_is_null(row, 0, 0) ? INT64_MAX : pg_get_int8(row, 0, 0);
    return err;
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

static struct pg_args *own_args(TALLOC_CTX *ctx, const struct pg_statement *statement, const char *cluster,
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
    return pg_queue(pg, own_args(ctx, &MOVE_LOOSE, cluster, own));
}

void loop_store_queue_keys_begin(struct pg *pg)
{
    pg_queue_sql(pg, "BEGIN");
    pg_queue_sql(pg, "SET LOCAL enable_seqscan = off");
    pg_queue_sql(pg, "SET LOCAL enable_sort = off");
}

struct pg_result *loop_store_queue_take_keys(struct pg *pg, TALLOC_CTX *ctx, const char *cluster,
                                             const struct loop_position *own, int64_t commit_id, const int32_t topics[],
                                             size_t n_topics, int32_t limit)
{
    struct pg_args *args = own_args(ctx, commit_id > 0 ? &TAKE_OF_COMMIT : &TAKE_OLDEST, cluster, own);
    pg_add_int4s(args, topics, n_topics);
    pg_add_int4(args, limit);
    if (commit_id > 0)
        pg_add_int8(args, commit_id);
    return pg_queue(pg, args);
}

enum err loop_store_move_timers(struct pg *pg, TALLOC_CTX *ctx, const char *cluster, const struct loop_position *own,
                                const struct pg_result *timers, ProtobufCBinaryData announcement,
                                struct pg_result **ret_rows)
{
    size_t n = pg_rows(timers);
    struct pg_args *args = own_args(ctx, &MOVE_TIMERS, cluster, own);
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
