/* Pushes: who has the account, what is due, which devices, what became of them. */
#include "services/notification/store.h"

#include "common/mem.h"
#include "services/notification/store_audience.h"

static void add_members(struct pg_args *args, const struct notification *item)
{
    const struct audience *audience = &item->audience;
    pg_add_uuids(args, audience->organizations, audience->n_organizations);
    pg_add_bool(args, audience->subtree);
    pg_add_int4s(args, audience->roles, audience->n_roles);
    pg_add_uuids(args, audience->members, audience->n_members);
    pg_add_uuid(args, audience->has_within ? &audience->within : NULL);
    pg_add_int8(args, item->created_at_us);
}

struct pg_result *store_queue_recipients(TALLOC_CTX *ctx, struct pg *pg, const struct notification *item)
{
    static const struct pg_statement COUNT_RECIPIENTS = {.name = "count_recipients",
                                                         .sql = "SELECT count(*) FROM (" STORE_MEMBERS_THEN ") r"};
    struct pg_args *args = pg_args(ctx, &COUNT_RECIPIENTS);
    add_members(args, item);
    return pg_queue(pg, args);
}

/* --- deliveries ------------------------------------------------------------------------------------------------------------------- */

static struct pg_result *queue_by_notification(TALLOC_CTX *ctx, struct pg *pg, const struct pg_statement *statement,
                                               const struct uuid *notification)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuid(args, notification);
    return pg_queue(pg, args);
}

struct pg_result *store_queue_delivery(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *notification)
{
    static const struct pg_statement SELECT_PUSH = {
        .name = "select_push",
        .sql = "SELECT coalesce(p.recipients, 0), p.started_at_us, p.settled_at_us, i.organization_id, o.path"
               " FROM inbox_item i JOIN directory_organization o ON o.id = i.organization_id LEFT JOIN push p ON p.notification_id = i.id"
               " WHERE i.id = $1::uuid"};
    return queue_by_notification(ctx, pg, &SELECT_PUSH, notification);
}

struct pg_result *store_queue_counts(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *notification)
{
    static const struct pg_statement SELECT_COUNTS = {
        .name = "select_counts",
        .sql = "SELECT status, code, n FROM push_count WHERE notification_id = $1::uuid AND n > 0 ORDER BY status, code"};
    return queue_by_notification(ctx, pg, &SELECT_COUNTS, notification);
}

/* --- leases ----------------------------------------------------------------------------------------------------------------------- */

static struct pg_result *queue_lease(TALLOC_CTX *ctx, struct pg *pg, const struct pg_statement *statement, const char *account,
                                     const char *owner)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_text(args, account);
    pg_add_text(args, owner);
    return pg_queue(pg, args);
}

struct pg_result *store_queue_account(TALLOC_CTX *ctx, struct pg *pg, const char *account, const char *owner)
{
    static const struct pg_statement LEASE_ACCOUNT = {
        .name = "lease_account",
        .sql = "INSERT INTO provider_account(name, lease_owner, lease_until) VALUES ($1::text, $2::text, now() + interval '10 s')"
               " ON CONFLICT (name) DO UPDATE SET lease_owner = excluded.lease_owner, lease_until = excluded.lease_until"
               " WHERE provider_account.lease_owner = excluded.lease_owner OR provider_account.lease_until < now() RETURNING name"};
    return queue_lease(ctx, pg, &LEASE_ACCOUNT, account, owner);
}

struct pg_result *store_queue_account_release(TALLOC_CTX *ctx, struct pg *pg, const char *account, const char *owner)
{
    static const struct pg_statement RELEASE_ACCOUNT = {
        .name = "release_account", .sql = "DELETE FROM provider_account WHERE name = $1::text AND lease_owner = $2::text"};
    return queue_lease(ctx, pg, &RELEASE_ACCOUNT, account, owner);
}

struct pg_result *store_queue_claim(TALLOC_CTX *ctx, struct pg *pg, const char *owner, int64_t now_us)
{
    static const struct pg_statement CLAIM_SHARD = {
        .name = "claim_shard",
        .sql = "UPDATE push_shard s SET lease_owner = $1::text, lease_until = now() + interval '60 s' FROM ("
               "  SELECT notification_id, shard FROM push_shard WHERE NOT done AND not_before_us <= $2::int8"
               "   AND (lease_until IS NULL OR lease_until < now() OR lease_owner = $1::text)"
               "  ORDER BY priority, not_before_us, notification_id, shard LIMIT 1 FOR UPDATE SKIP LOCKED) due"
               " WHERE s.notification_id = due.notification_id AND s.shard = due.shard"
               " RETURNING s.notification_id, s.shard, s.to_member, s.cursor_member, s.cursor_device"};
    struct pg_args *args = pg_args(ctx, &CLAIM_SHARD);
    pg_add_text(args, owner);
    pg_add_int8(args, now_us);
    return pg_queue(pg, args);
}

void store_read_claim(TALLOC_CTX *ctx, const struct pg_result *rows, struct push_shard *ret_shard)
{
    *ret_shard = (struct push_shard){
        .notification = pg_get_uuid(rows, 0, 0),
        .shard = (int32_t)pg_get_int8(rows, 0, 1),
        .has_to = !pg_is_null(rows, 0, 2),
        .to = pg_get_uuid(rows, 0, 2),
        .cursor_member = pg_get_uuid(rows, 0, 3),
        .cursor_device = pg_get_text(ctx, rows, 0, 4),
    };
}

struct pg_result *store_queue_claimed(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *notification)
{
    static const struct pg_statement SELECT_CLAIMED = {
        .name = "select_claimed",
        .sql = "SELECT p.expires_at_us, i.withdrawn_at_us IS NOT NULL, i.kind, i.subject_type, i.subject_id, i.title, i.body, "
               "i.classification,"
               " i.organization_ids, i.subtree, i.roles, i.member_ids, i.within_id, i.created_at_us"
               " FROM push p JOIN inbox_item i ON i.id = p.notification_id WHERE p.notification_id = $1::uuid"};
    return queue_by_notification(ctx, pg, &SELECT_CLAIMED, notification);
}

static void read_audience(TALLOC_CTX *ctx, const struct pg_result *rows, int column, struct audience *ret_audience)
{
    *ret_audience = (struct audience){.subtree = pg_get_bool(rows, 0, column + 1),
                                      .has_within = !pg_is_null(rows, 0, column + 4),
                                      .within = pg_get_uuid(rows, 0, column + 4)};
    ret_audience->organizations = pg_get_uuids(ctx, rows, 0, column, &ret_audience->n_organizations);
    ret_audience->roles = pg_get_int4s(ctx, rows, 0, column + 2, &ret_audience->n_roles);
    ret_audience->members = pg_get_uuids(ctx, rows, 0, column + 3, &ret_audience->n_members);
}

void store_read_claimed(TALLOC_CTX *ctx, const struct pg_result *rows, struct push_shard *ret_shard)
{
    ret_shard->expires_at_us = pg_get_int8(rows, 0, 0);
    ret_shard->is_withdrawn = pg_get_bool(rows, 0, 1);
    ret_shard->item = (struct notification){
        .id = ret_shard->notification,
        .kind = (Pb__InboxKind)pg_get_int8(rows, 0, 2),
        .subject_type = (Pb__SubjectType)pg_get_int8(rows, 0, 3),
        .subject = pg_get_uuid(rows, 0, 4),
        .title = pg_get_text(ctx, rows, 0, 5),
        .body = pg_get_text(ctx, rows, 0, 6),
        .classification = (Pb__Classification)pg_get_int8(rows, 0, 7),
        .created_at_us = pg_get_int8(rows, 0, 13),
        .expires_at_us = ret_shard->expires_at_us,
    };
    read_audience(ctx, rows, 8, &ret_shard->item.audience);
}

/* --- devices ---------------------------------------------------------------------------------------------------------------------- */

#define LIVE "NOT d.removed AND NOT d.dead AND d.provider IN (0, 3)" /* FCM and the simulator: the senders there are */

#define TARGETS "SELECT d.member_id, d.device_id, d.token, 0, true FROM "
#define PAGE " ORDER BY d.member_id, d.device_id LIMIT "

/* One shard for all: from the audience to its devices. */
static const struct pg_statement SELECT_TARGETS = {.name = "select_targets",
                                                   .sql = TARGETS "device d WHERE " LIVE
                                                                  " AND (d.member_id, d.device_id) > ($8::uuid, $9::text)"
                                                                  " AND d.member_id IN (" STORE_MEMBERS ")" PAGE "$10::int8"};
/* One of many: the next devices in the order of members, each asked whether the item is for it. */
static const struct pg_statement SELECT_TARGETS_BETWEEN = {
    .name = "select_targets_between",
    .sql = TARGETS "inbox_item i CROSS JOIN device d WHERE i.id = $1::uuid AND " LIVE
                   " AND (d.member_id, d.device_id) > ($2::uuid, $3::text)"
                   " AND ($4::uuid IS NULL OR d.member_id < $4::uuid) AND " STORE_SEES("d.member_id", "$5::int8") PAGE "$6::int8"};

struct pg_result *store_queue_targets(TALLOC_CTX *ctx, struct pg *pg, const struct push_shard *shard, int64_t now_us, int64_t limit)
{
    bool is_one_of_many = shard->has_to || shard->shard > 0;
    struct pg_args *args = pg_args(ctx, is_one_of_many ? &SELECT_TARGETS_BETWEEN : &SELECT_TARGETS);
    if (is_one_of_many) {
        pg_add_uuid(args, &shard->notification);
    } else {
        add_members(args, &shard->item);
        pg_add_int8(args, now_us);
    }
    pg_add_uuid(args, &shard->cursor_member);
    pg_add_text(args, shard->cursor_device);
    if (is_one_of_many) {
        pg_add_uuid(args, shard->has_to ? &shard->to : NULL);
        pg_add_int8(args, now_us);
    }
    pg_add_int8(args, limit);
    return pg_queue(pg, args);
}

struct pg_result *store_queue_overdue(TALLOC_CTX *ctx, struct pg *pg, int64_t now_us)
{
    static const struct pg_statement SELECT_OVERDUE = {.name = "select_overdue",
                                                       .sql = "SELECT notification_id FROM push_delivery WHERE next_at_us IS NOT NULL AND "
                                                              "next_at_us <= $1::int8 ORDER BY next_at_us LIMIT 1"};
    struct pg_args *args = pg_args(ctx, &SELECT_OVERDUE);
    pg_add_int8(args, now_us);
    return pg_queue(pg, args);
}

struct pg_result *store_queue_again(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *notification, int64_t now_us, int64_t limit)
{
    static const struct pg_statement SELECT_AGAIN = {
        .name = "select_again",
        .sql = "SELECT r.member_id, r.device_id, coalesce(d.token, ''), r.attempts, d.token IS NOT NULL AND " STORE_SEES(
            "r.member_id", "$2::int8") " FROM push_delivery r JOIN inbox_item i ON i.id = r.notification_id"
                                       " LEFT JOIN device d ON d.member_id = r.member_id AND d.device_id = r.device_id AND " LIVE
                                       " WHERE r.notification_id = $1::uuid AND r.next_at_us IS NOT NULL AND r.next_at_us <= $2::int8"
                                       " ORDER BY r.member_id, r.device_id LIMIT $3::int8"};
    struct pg_args *args = pg_args(ctx, &SELECT_AGAIN);
    pg_add_uuid(args, notification);
    pg_add_int8(args, now_us);
    pg_add_int8(args, limit);
    return pg_queue(pg, args);
}

struct push_target *store_read_targets(TALLOC_CTX *ctx, const struct pg_result *rows)
{
    struct push_target *targets = mem_array(ctx, struct push_target, pg_rows(rows));
    for (size_t row = 0; row < pg_rows(rows); row++)
        targets[row] = (struct push_target){
            .member = pg_get_uuid(rows, row, 0),
            .device_id = pg_get_text(ctx, rows, row, 1),
            .token = pg_get_text(ctx, rows, row, 2),
            .attempts = (int)pg_get_int8(rows, row, 3),
            .is_addressed = pg_get_bool(rows, row, 4),
        };
    return targets;
}
