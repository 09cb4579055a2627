#include "services/notification/push/shard_store.h"

#include "common/base/mem.h"
#include "services/notification/audience/address_store.h"
#include "services/notification/audience/reading_store.h"
#include "services/notification/preference/wish_store.h"
#include <string.h>

/* --- what is due -------------------------------------------------------------------------------------------------- */

/* By sender $1, at the time $2, for account $3. */
#define CLAIMABLE                                                                                            \
    "account = $3::text AND NOT done AND not_before_us <= $2::int8 AND (lease_until IS NULL OR lease_until " \
    "< now() OR lease_owner = $1::text)"
#define OVERDUE "account = $3::text AND next_at_us IS NOT NULL AND next_at_us <= $2::int8"

/* What is said, from when until when; of item i and its push p. */
#define SAID                                                                                    \
    "i.id, i.title, i.body, i.classification, p.expires_at_us, i.withdrawn_at_us IS NOT NULL,"  \
    " (SELECT min(x.not_before_us) FROM push_shard x WHERE x.notification_id = i.id), p.quiet," \
    " i.kind, i.subject_type, i.subject_id"
enum { SAID_COLUMNS = 11 };

static void read_said(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct push_shard *ret_shard)
{
    Pb__Classification classification = (Pb__Classification)pg_get_int8(rows, row, 3);
    Pb__InboxKind kind = (Pb__InboxKind)pg_get_int8(rows, row, 8);
    struct uuid subject = pg_get_uuid(rows, row, 10);
    *ret_shard = (struct push_shard){.notification = pg_get_uuid(rows, row, 0),
                                     .title = push_lock_screen_title(classification, pg_get_text(ctx, rows, row, 1)),
                                     .body = push_lock_screen_body(classification, pg_get_text(ctx, rows, row, 2)),
                                     .expires_at_us = pg_get_int8(rows, row, 4),
                                     .is_withdrawn = pg_get_bool(rows, row, 5),
                                     .due_us = pg_get_int8(rows, row, 6),
                                     .quiet = (enum push_quiet)pg_get_int8(rows, row, 7),
                                     .kind = push_kind_word(kind),
                                     .url = push_url(ctx, kind, (Pb__SubjectType)pg_get_int8(rows, row, 9), &subject)};
}

static void add_sender(struct pg_args *args, const struct push_account *account, int64_t now_us)
{
    pg_add_text(args, account->owner);
    pg_add_int8(args, now_us);
    pg_add_text(args, account->name);
}

struct pg_result *shard_store_due(TALLOC_CTX *ctx, struct pg *pg, const struct push_account *account, int64_t now_us)
{
    static const struct pg_statement LOOK = {.name = "look_for_pushes",
                                             .sql = "SELECT EXISTS (SELECT 1 FROM push_shard WHERE " CLAIMABLE
                                                    "), EXISTS (SELECT 1 FROM push_delivery WHERE " OVERDUE ")"};
    struct pg_args *args = pg_args(ctx, &LOOK);
    add_sender(args, account, now_us);
    return pg_queue(pg, args);
}

struct pg_result *shard_store_claim(TALLOC_CTX *ctx, struct pg *pg, const struct push_account *account, int64_t now_us,
                                    int64_t limit)
{
    /* The first that is due; when that is all of its push, those like it among the next. */
    static const struct pg_statement CLAIM_SHARDS = {
        .name = "claim_shards",
        .sql = "WITH due AS (SELECT notification_id, shard, priority, not_before_us, shard = 0"
               " AND to_member IS NULL AS whole"
               "  FROM push_shard WHERE " CLAIMABLE
               "  ORDER BY priority, not_before_us, notification_id, shard LIMIT $4::int8 FOR UPDATE SKIP LOCKED),"
               " ranked AS (SELECT notification_id, shard, whole, row_number() OVER w"
               " AS n, first_value(whole) OVER w AS many"
               "  FROM due WINDOW w AS (ORDER BY priority, not_before_us, notification_id, shard))"
               " UPDATE push_shard s SET lease_owner = $1::text, lease_until = now() + interval '60 s'"
               " FROM ranked r, inbox_item i, push p WHERE s.notification_id = r.notification_id"
               " AND s.account = $3::text"
               "  AND s.shard = r.shard AND (r.n = 1 OR r.whole AND r.many) AND i.id = r.notification_id"
               "  AND p.notification_id = r.notification_id"
               " RETURNING " SAID ", s.shard, s.to_member, s.cursor_member, s.cursor_device"};
    struct pg_args *args = pg_args(ctx, &CLAIM_SHARDS);
    add_sender(args, account, now_us);
    pg_add_int8(args, limit);
    return pg_queue(pg, args);
}

struct push_shard *shard_store_read_claim(TALLOC_CTX *ctx, const struct pg_result *rows)
{
    struct push_shard *shards = mem_array(ctx, struct push_shard, pg_rows(rows));
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct push_shard *shard = &shards[row];
        read_said(ctx, rows, row, shard);
        shard->shard = (int32_t)pg_get_int8(rows, row, SAID_COLUMNS);
        shard->has_to = !pg_is_null(rows, row, SAID_COLUMNS + 1);
        shard->to = pg_get_uuid(rows, row, SAID_COLUMNS + 1);
        shard->cursor_member = pg_get_uuid(rows, row, SAID_COLUMNS + 2);
        shard->cursor_device = pg_get_text(ctx, rows, row, SAID_COLUMNS + 3);
    }
    return shards;
}

/* --- devices ------------------------------------------------------------------------------------------------------ */

/* Devices of the account's providers: of a provider without an account none is live. */
#define LIVE(providers) "NOT d.removed AND NOT d.dead AND d.provider = ANY(" providers "::int4[])"

/* Whoever has read a digest, or what came with it, needs no ring. */
#define IS_NEWS(who) "(i.facts IS NULL OR " READING_AT(who) " IS NULL)"

/* Nor does whoever read by night what was to ring in the morning, by row `t` of push_delivery. */
#define NEEDS_RING(who) "(t.code <> '" QUIET_CODE "' OR " READING_AT(who) " IS NULL)"

#define NEVER_QUIET "2" /* PUSH_NEVER_QUIET */

/* Of push `p`: he did not do it himself, wants to hear of such things, and has read what it follows. */
#define HAS_READ(who) \
    "EXISTS (SELECT 1 FROM inbox_item i WHERE i.id = p.follows_id AND " READING_AT(who) " IS NOT NULL)"
#define WANTS(who) "(p.quiet = " NEVER_QUIET " OR " WISH_ALLOWS("p.category", who) ")"
#define IS_FOR(who)                                                                                \
    "(p.by_id IS DISTINCT FROM " who " AND " WANTS(who) " AND (p.follows_id IS NULL OR " HAS_READ( \
        who) " OR EXISTS"                                                                          \
             " (SELECT 1 FROM push f WHERE f.notification_id = p.follows_id AND f.by_id = " who ")))"

/* Shards that are all of their push: from each audience to its devices. */
static const struct pg_statement SELECT_TARGETS = {
    .name = "select_targets",
    .sql =
        "SELECT s.n, t.* FROM unnest($1::uuid[], $2::uuid[], $3::text[]) WITH ORDINALITY"
        "  AS s(notification_id, cursor_member, cursor_device, n) JOIN inbox_item i ON i.id = s.notification_id"
        " JOIN push p ON p.notification_id = s.notification_id"
        " CROSS JOIN LATERAL (SELECT d.member_id, d.device_id, d.token, " WISH_COLUMNS
        "  FROM device d LEFT JOIN preference w ON w.member_id = d.member_id WHERE " IS_FOR("d.member_id") " AND " LIVE(
            "$6") "  AND (d.member_id, d.device_id) > (s.cursor_member, s.cursor_device)"
                  "  AND d.member_id IN (" ADDRESS_MEMBERS("$4::int8") ") AND " IS_NEWS(
                      "d.member_id") "  ORDER BY d.member_id, d.device_id LIMIT $5::int8) t ORDER BY s.n, t.member_id, "
                                     "t.device_id LIMIT $5::int8"};
/* One of many: the next devices in the order of members, each asked whether the item is for it. */
static const struct pg_statement SELECT_TARGETS_BETWEEN = {
    .name = "select_targets_between",
    .sql = "SELECT 1::int8, d.member_id, d.device_id, d.token, " WISH_COLUMNS
           " FROM inbox_item i JOIN push p ON p.notification_id = i.id CROSS JOIN device d"
           " LEFT JOIN preference w ON w.member_id = d.member_id"
           " WHERE i.id = $1::uuid AND " IS_FOR("d.member_id") " AND " LIVE(
               "$7") " AND (d.member_id, d.device_id) > ($2::uuid, $3::text) AND ($4::uuid IS NULL OR "
                     "d.member_id < $4::uuid)"
                     " AND " ADDRESS_SEES("d.member_id",
                                          "$5::int8") " ORDER BY d.member_id, d.device_id LIMIT $6::int8"};

static bool is_whole(const struct push_shard *shard)
{
    return shard->shard == 0 && !shard->has_to;
}

static void add_whole(TALLOC_CTX *ctx, struct pg_args *args, const struct push_shard shards[], size_t n)
{
    struct uuid *notifications = mem_array(ctx, struct uuid, n), *members = mem_array(ctx, struct uuid, n);
    const char **devices = mem_array(ctx, const char *, n);
    for (size_t i = 0; i < n; i++) {
        notifications[i] = shards[i].notification;
        members[i] = shards[i].cursor_member;
        devices[i] = shards[i].cursor_device;
    }
    pg_add_uuids(args, notifications, n);
    pg_add_uuids(args, members, n);
    pg_add_texts(args, devices, n);
}

struct pg_result *shard_store_targets(TALLOC_CTX *ctx, struct pg *pg, const struct push_account *account,
                                      const struct push_shard shards[], size_t n, int64_t now_us, int64_t limit)
{
    struct pg_args *args = pg_args(ctx, is_whole(shards) ? &SELECT_TARGETS : &SELECT_TARGETS_BETWEEN);
    if (is_whole(shards)) {
        add_whole(ctx, args, shards, n);
    } else {
        pg_add_uuid(args, &shards->notification);
        pg_add_uuid(args, &shards->cursor_member);
        pg_add_text(args, shards->cursor_device);
        pg_add_uuid(args, shards->has_to ? &shards->to : NULL);
    }
    pg_add_int8(args, now_us);
    pg_add_int8(args, limit);
    pg_add_int4s(args, account->devices, account->n_devices);
    return pg_queue(pg, args);
}

static struct quiet_wish read_wish(const struct pg_result *rows, size_t row, int column)
{
    return (struct quiet_wish){.from = (int32_t)pg_get_int8(rows, row, column),
                               .to = (int32_t)pg_get_int8(rows, row, column + 1),
                               .daily = pg_get_bool(rows, row, column + 2)};
}

struct push_target *shard_store_read_targets(TALLOC_CTX *ctx, const struct pg_result *rows, struct push_shard shards[])
{
    struct push_target *targets = mem_array(ctx, struct push_target, pg_rows(rows));
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct push_shard *shard = &shards[pg_get_int8(rows, row, 0) - 1];
        targets[row] = (struct push_target){
            .shard = shard,
            .member = pg_get_uuid(rows, row, 1),
            .device_id = pg_get_text(ctx, rows, row, 2),
            .token = pg_get_text(ctx, rows, row, 3),
            .is_addressed = true,
            .wish = read_wish(rows, row, 4),
            .due_us = shard->due_us,
        };
    }
    return targets;
}

/* --- again -------------------------------------------------------------------------------------------------------- */

/* The device was registered anew, at another provider, while a message to it was to be tried again. */
static const struct pg_statement HAND_OVER = {
    .name = "hand_over",
    .sql = "UPDATE push_delivery r SET account = a.name"
           " FROM (SELECT notification_id, member_id, device_id FROM push_delivery WHERE " OVERDUE
           "  ORDER BY next_at_us LIMIT $1::int8) o"
           " JOIN device d ON d.member_id = o.member_id AND d.device_id = o.device_id AND NOT d.removed AND NOT d.dead"
           "  AND d.provider <> ALL($4::int4[])"
           " JOIN provider_account a ON d.provider = ANY(a.devices)"
           " WHERE r.notification_id = o.notification_id AND r.member_id = o.member_id AND r.device_id = o.device_id"};

static struct pg_args *args_of_overdue(TALLOC_CTX *ctx, const struct pg_statement *statement,
                                       const struct push_account *account, int64_t now_us, int64_t limit)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_int8(args, limit);
    pg_add_int8(args, now_us);
    pg_add_text(args, account->name);
    pg_add_int4s(args, account->devices, account->n_devices);
    return args;
}

struct pg_result *shard_store_again(TALLOC_CTX *ctx, struct pg *pg, const struct push_account *account, int64_t now_us,
                                    int64_t limit)
{
    /* Whatever is due to a phone comes together, beyond the limit too: it rings once for all of it. */
    /* clang-format off */
    static const struct pg_statement SELECT_AGAIN = {
        .name = "select_again",
        .sql = "SELECT " SAID ", t.member_id, t.device_id, coalesce(d.token, ''), t.attempts,"
               "  d.token IS NOT NULL AND " IS_NEWS("t.member_id") " AND " NEEDS_RING("t.member_id")
               "   AND " IS_FOR("t.member_id") " AND " ADDRESS_SEES("t.member_id", "$2::int8") ","
               "  t.code, t.next_at_us, " WISH_COLUMNS
               " FROM (SELECT DISTINCT member_id, device_id FROM (SELECT member_id, device_id"
               "   FROM push_delivery WHERE " OVERDUE " ORDER BY next_at_us LIMIT $1::int8) o) f"
               " CROSS JOIN LATERAL (SELECT * FROM push_delivery o WHERE o.member_id = f.member_id"
               "  AND o.device_id = f.device_id AND " OVERDUE ") t"
               " LEFT JOIN preference w ON w.member_id = t.member_id"
               " JOIN inbox_item i ON i.id = t.notification_id JOIN push p ON p.notification_id = t.notification_id"
               " LEFT JOIN device d ON d.member_id = t.member_id AND d.device_id = t.device_id AND " LIVE("$4")
               " ORDER BY t.notification_id, t.member_id, t.device_id"};
    /* clang-format on */
    pg_queue(pg, args_of_overdue(ctx, &HAND_OVER, account, now_us, limit));
    return pg_queue(pg, args_of_overdue(ctx, &SELECT_AGAIN, account, now_us, limit));
}

struct push_target *shard_store_read_again(TALLOC_CTX *ctx, const struct pg_result *rows,
                                           struct push_shard **ret_shards, size_t *ret_n)
{
    struct push_target *targets = mem_array(ctx, struct push_target, pg_rows(rows));
    struct push_shard *shards = mem_array(ctx, struct push_shard, pg_rows(rows));
    size_t n = 0;
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct uuid notification = pg_get_uuid(rows, row, 0);
        if (n == 0 || !uuid_equal(&shards[n - 1].notification, &notification))
            read_said(ctx, rows, row, &shards[n++]);
        targets[row] = (struct push_target){
            .shard = &shards[n - 1],
            .member = pg_get_uuid(rows, row, SAID_COLUMNS),
            .device_id = pg_get_text(ctx, rows, row, SAID_COLUMNS + 1),
            .token = pg_get_text(ctx, rows, row, SAID_COLUMNS + 2),
            .attempts = (int)pg_get_int8(rows, row, SAID_COLUMNS + 3),
            .is_addressed = pg_get_bool(rows, row, SAID_COLUMNS + 4),
            .has_waited = strcmp(pg_get_text(ctx, rows, row, SAID_COLUMNS + 5), QUIET_CODE) == 0,
            .due_us = shards[n - 1].due_us,
            .wish = read_wish(rows, row, SAID_COLUMNS + 7),
        };
        if (targets[row].has_waited)
            targets[row].due_us = pg_get_int8(rows, row, SAID_COLUMNS + 6);
    }
    *ret_shards = shards;
    *ret_n = n;
    return targets;
}
