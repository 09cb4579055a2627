#include "services/auth/account/throttle_store.h"

static const struct pg_statement ADD = {
    .name = "throttle_add",
    .each = true,
    .sql = "INSERT INTO login_throttle (subject, attempts, last_at_us) SELECT s, 0, 0 FROM unnest($1::bytea[]) s"
           " ORDER BY s ON CONFLICT DO NOTHING"};
static const struct pg_statement LOCK = {
    .name = "throttle_lock",
    .sql = "SELECT subject = $1::bytea, subject = $2::bytea, attempts, last_at_us FROM login_throttle"
           " WHERE subject IN ($1::bytea, $2::bytea, $3::bytea) ORDER BY subject FOR UPDATE"};
static const struct pg_statement SET = {
    .name = "throttle_set",
    .each = true,
    .sql = "UPDATE login_throttle t SET attempts = u.attempts, last_at_us = u.last_at_us"
           " FROM unnest($1::bytea[], $2::int4[], $3::int8[]) u(subject, attempts, last_at_us)"
           " WHERE t.subject = u.subject"};
static const struct pg_statement CLEAR = {
    .name = "throttle_clear",
    .sql =
        "WITH held AS MATERIALIZED (SELECT subject FROM login_throttle" /* in the order of throttle_lock */
        "  WHERE subject IN ($1::bytea, $2::bytea, $3::bytea) ORDER BY subject FOR UPDATE)"
        " UPDATE login_throttle SET attempts = CASE WHEN subject = $1::bytea THEN 0 ELSE greatest(attempts - 1, 0) END"
        " WHERE subject = ANY(ARRAY(SELECT subject FROM held))"};

static struct pg_args *with_subjects(TALLOC_CTX *ctx, const struct pg_statement *statement,
                                     const struct throttle_subjects *subjects)
{
    struct pg_args *args = pg_args(ctx, statement);
    for (size_t i = 0; i < THROTTLE_COUNT; i++)
        pg_add_bytes(args, subjects->hashes[i], TOKEN_HASH_BYTES);
    return args;
}

enum err throttle_store_begin(struct pg *pg, TALLOC_CTX *ctx, const struct throttle_subjects *subjects,
                              struct throttle_attempts *ret_attempts)
{
    pg_queue(pg, with_subjects(ctx, &ADD, subjects));
    pg_queue_sql(pg, "BEGIN");
    struct pg_result *rows = pg_queue(pg, with_subjects(ctx, &LOCK, subjects));
    enum err err = pg_flush(pg);
    if (err)
        return err;
    *ret_attempts = (struct throttle_attempts){0};
    for (size_t i = 0; i < pg_rows(rows); i++) {
        enum throttle kind = pg_get_bool(rows, i, 0)   ? THROTTLE_EXACT
                             : pg_get_bool(rows, i, 1) ? THROTTLE_ACCOUNT
                                                       : THROTTLE_PEER;
        ret_attempts->attempts[kind] = (int)pg_get_int8(rows, i, 2);
        ret_attempts->last_at_us[kind] = pg_get_int8(rows, i, 3);
    }
    return ERR_OK;
}

enum err throttle_store_end(struct pg *pg, TALLOC_CTX *ctx, const struct throttle_subjects *subjects,
                            const struct throttle_attempts *attempts)
{
    struct pg_args *args = pg_args(ctx, &SET);
    for (size_t i = 0; i < THROTTLE_COUNT; i++) {
        pg_add_bytes(args, subjects->hashes[i], TOKEN_HASH_BYTES);
        pg_add_int4(args, attempts->attempts[i]);
        pg_add_int8(args, attempts->last_at_us[i]);
    }
    pg_queue(pg, args);
    pg_queue_sql(pg, "COMMIT");
    return pg_flush(pg);
}

void throttle_store_clear_queue(struct pg *pg, TALLOC_CTX *ctx, const struct throttle_subjects *subjects)
{
    pg_queue(pg, with_subjects(ctx, &CLEAR, subjects));
}
