#include "services/auth/account/regain_store.h"

#include "contract_numbers.h"

static const struct pg_statement LOCK = {.name = "regain_lock",
                                         .sql = "SELECT FROM account WHERE member_id = $1::uuid FOR UPDATE"};
static const struct pg_statement FIND = {
    .name = "regain_find",
    .sql = "SELECT m.branch_id, a.activated_at_us IS NOT NULL, EXISTS (SELECT FROM session s WHERE s.member_id = m.id"
           "    AND s.ended_at_us IS NULL AND s.last_used_at_us > $2::int8), r.id, r.created_at_us, r.ready_at_us,"
           "    r.expires_at_us, r.objected_at_us IS NOT NULL, r.used_at_us IS NOT NULL,"
           "    EXISTS (SELECT FROM member_past p WHERE p.member_id = m.id AND p.to_us <> m.since_us AND NOT EXISTS"
           "        (SELECT FROM member_past q WHERE q.member_id = p.member_id AND q.from_us = p.to_us)),"
           "    coalesce(r.used_at_us, 0)"
           " FROM member m LEFT JOIN account a ON a.member_id = m.id LEFT JOIN LATERAL"
           "    (SELECT * FROM recovery r WHERE r.member_id = m.id ORDER BY r.created_at_us DESC LIMIT 1) r ON true"
           " WHERE m.id = $1::uuid AND m.status <> " SQL_MEMBER_STATUS_LEFT};
static const struct pg_statement ADD = {
    .name = "regain_add",
    .sql = "INSERT INTO recovery (id, member_id, asked_by, reason, created_at_us, ready_at_us, expires_at_us)"
           " VALUES ($1::uuid, $2::uuid, $3::uuid, $4::text, $5::int8, $6::int8, $7::int8)"};
static const struct pg_statement OBJECT = {
    .name = "regain_object",
    .sql = "UPDATE recovery SET objected_at_us = $2::int8 WHERE member_id = $1::uuid AND objected_at_us IS NULL"
           " AND used_at_us IS NULL AND ready_at_us > $2::int8 RETURNING true"};
static const struct pg_statement USE = {
    .name = "regain_use",
    .sql = "UPDATE recovery SET used_at_us = $2::int8 WHERE id = $1::uuid AND objected_at_us IS NULL"
           " AND used_at_us IS NULL AND ready_at_us <= $2::int8 AND expires_at_us > $2::int8 RETURNING true"};

static const struct pg_statement IS_LAST_DEVICE = {
    .name = "regain_is_last_device",
    .sql = "SELECT s.device_id IS NOT DISTINCT FROM $2::text FROM session s WHERE s.member_id = $1::uuid"
           " ORDER BY s.created_at_us DESC, s.id DESC LIMIT 1"};

void regain_store_lock_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member)
{
    struct pg_args *args = pg_args(ctx, &LOCK);
    pg_add_uuid(args, member);
    pg_queue(pg, args);
}

static struct regain read_newest(const struct pg_result *r, const struct uuid *member)
{
    return (struct regain){.id = pg_get_uuid(r, 0, 3),
                           .member = *member,
                           .created_at_us = pg_get_int8(r, 0, 4),
                           .ready_at_us = pg_get_int8(r, 0, 5),
                           .expires_at_us = pg_get_int8(r, 0, 6),
                           .objected = pg_get_bool(r, 0, 7),
                           .used = pg_get_bool(r, 0, 8),
                           .used_at_us = pg_get_int8(r, 0, 10)};
}

enum err regain_store_find(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, int64_t idle_before_us,
                           struct regain_subject *ret_subject)
{
    struct pg_args *args = pg_args(ctx, &FIND);
    struct pg_result *r;
    pg_add_uuid(args, member);
    pg_add_int8(args, idle_before_us);
    enum err err = pg_run(pg, args, &r);
    if (err)
        return err;
    *ret_subject = (struct regain_subject){.found = pg_rows(r) > 0};
    if (!ret_subject->found)
        return ERR_OK;
    ret_subject->branch = pg_get_uuid(r, 0, 0);
    ret_subject->activated = pg_get_bool(r, 0, 1);
    ret_subject->has_live_session = pg_get_bool(r, 0, 2);
    ret_subject->has_newest = !pg_is_null(r, 0, 3);
    ret_subject->returned = pg_get_bool(r, 0, 9);
    if (ret_subject->has_newest)
        ret_subject->newest = read_newest(r, member);
    return ERR_OK;
}

void regain_store_add_queue(struct pg *pg, TALLOC_CTX *ctx, const struct regain *regain, const struct uuid *asked_by,
                            const char *reason)
{
    struct pg_args *args = pg_args(ctx, &ADD);
    pg_add_uuid(args, &regain->id);
    pg_add_uuid(args, &regain->member);
    pg_add_uuid(args, asked_by);
    pg_add_text(args, reason);
    pg_add_int8(args, regain->created_at_us);
    pg_add_int8(args, regain->ready_at_us);
    pg_add_int8(args, regain->expires_at_us);
    pg_queue(pg, args);
}

static enum err change(struct pg *pg, TALLOC_CTX *ctx, const struct pg_statement *statement, const struct uuid *id,
                       int64_t now_us, bool *ret_changed)
{
    struct pg_args *args = pg_args(ctx, statement);
    struct pg_result *r;
    pg_add_uuid(args, id);
    pg_add_int8(args, now_us);
    enum err err = pg_run(pg, args, &r);
    if (!err)
        *ret_changed = pg_rows(r) > 0;
    return err;
}

enum err regain_store_object(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, int64_t now_us,
                             bool *ret_objected)
{
    return change(pg, ctx, &OBJECT, member, now_us, ret_objected);
}

enum err regain_store_use(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id, int64_t now_us, bool *ret_used)
{
    return change(pg, ctx, &USE, id, now_us, ret_used);
}

enum err regain_store_is_last_device(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, const char *device_id,
                                     bool *ret_is)
{
    struct pg_args *args = pg_args(ctx, &IS_LAST_DEVICE);
    struct pg_result *r;
    pg_add_uuid(args, member);
    pg_add_text(args, device_id);
    enum err err = pg_run(pg, args, &r);
    if (!err)
        *ret_is = pg_rows(r) > 0 && pg_get_bool(r, 0, 0);
    return err;
}
