/* What a batch of events tells: items, digests, subjects and pushes, in one statement for each kind of row. */
#include "services/notification/store.h"

#include "common/base/mem.h"
#include "services/notification/store_audience.h"

/* --- audiences ---------------------------------------------------------------------------------------------------- */

#define WHO "organization_ids, subtree, roles, member_ids, within_id"
#define WHO_CAST "organization_ids::uuid[], subtree, roles::int4[], member_ids::uuid[], within_id"
#define AUDIENCE WHO ", created_at_us"
#define AUDIENCE_CAST WHO_CAST ", created_at_us"

static void add_who(TALLOC_CTX *ctx, struct pg_args *args, const struct audience *audience)
{
    pg_add_text(args, pg_uuids_text(ctx, audience->organizations, audience->n_organizations));
    pg_add_bool(args, audience->subtree);
    pg_add_text(args, pg_int4s_text(ctx, audience->roles, audience->n_roles));
    pg_add_text(args, pg_uuids_text(ctx, audience->members, audience->n_members));
    pg_add_uuid(args, audience->has_within ? &audience->within : NULL);
}

static void add_audience(TALLOC_CTX *ctx, struct pg_args *args, const struct notification *item)
{
    add_who(ctx, args, &item->audience);
    pg_add_int8(args, item->created_at_us);
}

struct pg_args *store_recipients(TALLOC_CTX *ctx)
{
    static const struct pg_statement COUNT_RECIPIENTS = {
        .name = "count_recipients",
        .each = true,
        .sql = "SELECT i.key, (SELECT count(*) FROM (" STORE_MEMBERS_THEN ") r) FROM (SELECT key, " AUDIENCE_CAST
               "  FROM unnest($1::uuid[], $2::text[], $3::bool[], $4::text[], $5::text[], $6::uuid[], $7::int8[]) AS "
               "u(key, " AUDIENCE ")) AS i(key, " AUDIENCE ")"};
    return pg_args(ctx, &COUNT_RECIPIENTS);
}

void store_add_recipients(TALLOC_CTX *ctx, struct pg_args *args, const struct uuid *key,
                          const struct notification *item)
{
    pg_add_uuid(args, key);
    add_audience(ctx, args, item);
}

/* --- digests ------------------------------------------------------------------------------------------------------ */

struct pg_result *store_queue_digests(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *keys, size_t n)
{
    static const struct pg_statement LOCK_DIGESTS = {
        .name = "lock_digests",
        .each = true,
        .sql = "SELECT d.key, d.item_id, (SELECT i.facts FROM inbox_item i WHERE i.id = d.item_id), d.opened_at_us, "
               "d.is_read, d.rings,"
               "  d.rings_at_us FROM digest d WHERE d.key = ANY($1::uuid[]) ORDER BY d.key FOR UPDATE"};
    struct pg_args *args = pg_args(ctx, &LOCK_DIGESTS);
    for (size_t i = 0; i < n; i++)
        pg_add_uuid(args, &keys[i]);
    return pg_queue(pg, args);
}

void store_read_digest(const struct pg_result *rows, size_t row, struct digest *ret_digest)
{
    *ret_digest = (struct digest){.key = pg_get_uuid(rows, row, 0),
                                  .item = pg_get_uuid(rows, row, 1),
                                  .facts = (int32_t)pg_get_int8(rows, row, 2),
                                  .opened_at_us = pg_get_int8(rows, row, 3),
                                  .is_read = pg_get_bool(rows, row, 4),
                                  .rings = pg_get_bool(rows, row, 5),
                                  .rings_at_us = pg_get_int8(rows, row, 6)};
}

void store_queue_digests_read(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *items, size_t n)
{
    static const struct pg_statement CLOSE_DIGESTS = {.name = "close_digests",
                                                      .each = true,
                                                      .sql = "UPDATE digest d SET is_read = true FROM (SELECT key FROM "
                                                             "digest WHERE item_id = ANY($1::uuid[]) AND NOT is_read"
                                                             "  ORDER BY key FOR UPDATE) r WHERE d.key = r.key"};
    struct pg_args *args = pg_args(ctx, &CLOSE_DIGESTS);
    for (size_t i = 0; i < n; i++)
        pg_add_uuid(args, &items[i]);
    pg_queue(pg, args);
}

/* --- subjects ----------------------------------------------------------------------------------------------------- */

struct pg_result *store_queue_subjects(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *ids, size_t n)
{
    static const struct pg_statement LOCK_SUBJECTS = {
        .name = "lock_subjects",
        .each = true,
        .sql = "SELECT id, version, told_version, title, body, classification, withdrawn_at_us, " WHO
               " FROM subject WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"};
    struct pg_args *args = pg_args(ctx, &LOCK_SUBJECTS);
    for (size_t i = 0; i < n; i++)
        pg_add_uuid(args, &ids[i]);
    return pg_queue(pg, args);
}

void store_read_subject(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct subject *ret_subject)
{
    *ret_subject = (struct subject){.id = pg_get_uuid(rows, row, 0),
                                    .version = (uint64_t)pg_get_int8(rows, row, 1),
                                    .told_version = (uint64_t)pg_get_int8(rows, row, 2),
                                    .title = pg_get_text(ctx, rows, row, 3),
                                    .body = pg_get_text(ctx, rows, row, 4),
                                    .classification = (Pb__Classification)pg_get_int8(rows, row, 5),
                                    .withdrawn_at_us = pg_get_int8(rows, row, 6)};
    struct audience *audience = &ret_subject->audience;
    audience->organizations = pg_get_uuids(ctx, rows, row, 7, &audience->n_organizations);
    audience->subtree = pg_get_bool(rows, row, 8);
    audience->roles = pg_get_int4s(ctx, rows, row, 9, &audience->n_roles);
    audience->members = pg_get_uuids(ctx, rows, row, 10, &audience->n_members);
    audience->has_within = !pg_is_null(rows, row, 11);
    audience->within = pg_get_uuid(rows, row, 11);
}

static const struct pg_statement UPSERT_SUBJECTS = {
    .name = "upsert_subjects",
    .each = true,
    .sql =
        "INSERT INTO subject(id, version, told_version, title, body, classification, withdrawn_at_us, " WHO ")"
        " SELECT id, version, told_version, title, body, classification, withdrawn_at_us, " WHO_CAST
        " FROM unnest($1::uuid[], $2::int8[], $3::int8[], $4::text[], $5::text[], $6::int4[], $7::int8[],"
        "  $8::text[], $9::bool[], $10::text[], $11::text[], $12::uuid[])"
        "  AS u(id, version, told_version, title, body, classification, withdrawn_at_us, " WHO ")"
        " ON CONFLICT (id) DO UPDATE SET version = excluded.version, told_version = excluded.told_version, title = "
        "excluded.title,"
        "  body = excluded.body, classification = excluded.classification, withdrawn_at_us = excluded.withdrawn_at_us,"
        "  organization_ids = excluded.organization_ids, subtree = excluded.subtree, roles = excluded.roles,"
        "  member_ids = excluded.member_ids, within_id = excluded.within_id"};

/* A digest's words and audience are its facts' own. */
static const struct pg_statement REVISE_ITEMS = {
    .name = "revise_items",
    .each = true,
    .sql = "UPDATE inbox_item i SET title = coalesce(s.title, i.title), body = coalesce(s.body, i.body), "
           "classification = s.classification,"
           "  organization_ids = s.organization_ids, subtree = s.subtree, roles = s.roles, member_ids = s.member_ids,"
           "  within_id = s.within_id, withdrawn_at_us = coalesce(i.withdrawn_at_us, s.withdrawn_at_us)"
           " FROM subject s WHERE s.id = ANY($1::uuid[]) AND i.subject_id = s.id AND i.facts IS NULL"
           "  AND (i.title, i.body, i.classification, i.organization_ids, i.subtree, i.roles, i.member_ids, "
           "i.within_id, i.withdrawn_at_us)"
           "  IS DISTINCT FROM (coalesce(s.title, i.title), coalesce(s.body, i.body), s.classification, "
           "s.organization_ids, s.subtree,"
           "   s.roles, s.member_ids, s.within_id, coalesce(i.withdrawn_at_us, s.withdrawn_at_us))"};

static const struct pg_statement END_SHARDS = {.name = "end_shards",
                                               .each = true,
                                               .sql = "UPDATE push_shard s SET done = true FROM inbox_item i WHERE "
                                                      "i.subject_id = ANY($1::uuid[]) AND i.withdrawn_at_us IS NOT NULL"
                                                      " AND s.notification_id = i.id AND NOT s.done"};

static const struct pg_statement SETTLE_WITHDRAWN = {
    /* what is retrying is settled by the sender, which finds nobody addressed any more */
    .name = "settle_withdrawn",
    .each = true,
    .sql =
        "UPDATE push p SET settled_at_us = i.withdrawn_at_us FROM inbox_item i WHERE i.subject_id = ANY($1::uuid[])"
        " AND i.withdrawn_at_us IS NOT NULL AND p.notification_id = i.id AND p.settled_at_us IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM push_delivery d WHERE d.notification_id = i.id AND d.next_at_us IS NOT NULL)"};

/* --- what a batch tells ------------------------------------------------------------------------------------------- */

struct store_items {
    TALLOC_CTX *ctx;
    struct pg_args *items, *grown, *digests, *subjects, *revised, *pushes, *shards, *ended, *settled;
};

static const struct pg_statement INSERT_ITEMS = {
    .name = "insert_items",
    .each = true,
    .sql =
        "INSERT INTO inbox_item(id, kind, organization_id, subject_type, subject_id, title, body, classification, "
        "facts, told_at_us,"
        "  " AUDIENCE
        ") SELECT id, kind, organization_id, subject_type, subject_id, title, body, classification, facts, told_at_us,"
        "  " AUDIENCE_CAST " FROM unnest($1::uuid[], $2::int4[], $3::uuid[], $4::int4[], $5::uuid[], $6::text[], "
        "$7::text[], $8::int4[], $9::int4[],"
        "  $10::int8[], $11::text[], $12::bool[], $13::text[], $14::text[], $15::uuid[], $16::int8[])"
        "  AS u(id, kind, organization_id, subject_type, subject_id, title, body, classification, facts, "
        "told_at_us, " AUDIENCE ")"
        " ON CONFLICT (id) DO NOTHING"};

static const struct pg_statement GROW_ITEMS = {.name = "grow_items",
                                               .each = true,
                                               .sql = "UPDATE inbox_item i SET title = u.title, facts = u.facts, "
                                                      "created_at_us = greatest(i.created_at_us, u.created_at_us),"
                                                      "  told_at_us = greatest(i.told_at_us, u.told_at_us)"
                                                      " FROM unnest($1::uuid[], $2::text[], $3::int4[], $4::int8[], "
                                                      "$5::int8[]) AS u(id, title, facts, created_at_us, told_at_us)"
                                                      " WHERE i.id = u.id"};

static const struct pg_statement UPSERT_DIGESTS = {
    .name = "upsert_digests",
    .each = true,
    .sql = "INSERT INTO digest(key, item_id, opened_at_us, is_read, rings, rings_at_us)"
           " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int8[], $4::bool[], $5::bool[], $6::int8[])"
           " ON CONFLICT (key) DO UPDATE SET item_id = excluded.item_id, opened_at_us = excluded.opened_at_us,"
           "  is_read = excluded.is_read, rings = excluded.rings, rings_at_us = excluded.rings_at_us"};

static const struct pg_statement INSERT_PUSHES = {
    .name = "insert_pushes",
    .each = true,
    .sql = "INSERT INTO push(notification_id, recipients, expires_at_us, created_at_us)"
           " SELECT i.id, coalesce(u.recipients, (SELECT count(*) FROM (" STORE_MEMBERS_THEN
           ") r)), u.expires_at_us, u.created_at_us"
           " FROM unnest($1::uuid[], $2::int8[], $3::int8[], $4::int8[]) AS u(id, recipients, expires_at_us, "
           "created_at_us)"
           " JOIN inbox_item i ON i.id = u.id ON CONFLICT (notification_id) DO NOTHING"};

static const struct pg_statement INSERT_SHARDS = {
    .name = "insert_shards",
    .each = true,
    .sql = "INSERT INTO push_shard(notification_id, shard, from_member, to_member, cursor_member, cursor_device, "
           "priority, "
           "not_before_us, done)"
           " SELECT notification_id, shard, from_member, to_member, from_member, '', priority, not_before_us, false"
           " FROM unnest($1::uuid[], $2::int4[], $3::uuid[], $4::uuid[], $5::int4[], $6::int8[])"
           "  AS u(notification_id, shard, from_member, to_member, priority, not_before_us)"
           " ON CONFLICT (notification_id, shard) DO NOTHING"};

struct store_items *store_items(TALLOC_CTX *ctx)
{
    struct store_items *rows = mem_new(ctx, struct store_items);
    *rows = (struct store_items){.ctx = ctx,
                                 .items = pg_args(ctx, &INSERT_ITEMS),
                                 .grown = pg_args(ctx, &GROW_ITEMS),
                                 .digests = pg_args(ctx, &UPSERT_DIGESTS),
                                 .subjects = pg_args(ctx, &UPSERT_SUBJECTS),
                                 .revised = pg_args(ctx, &REVISE_ITEMS),
                                 .pushes = pg_args(ctx, &INSERT_PUSHES),
                                 .shards = pg_args(ctx, &INSERT_SHARDS),
                                 .ended = pg_args(ctx, &END_SHARDS),
                                 .settled = pg_args(ctx, &SETTLE_WITHDRAWN)};
    return rows;
}

static void add_new(struct store_items *rows, const struct store_item *item)
{
    const struct notification *is = &item->is;
    pg_add_uuid(rows->items, &is->id);
    pg_add_int4(rows->items, (int32_t)is->kind);
    pg_add_uuid(rows->items, &is->organization);
    pg_add_int4(rows->items, (int32_t)is->subject_type);
    pg_add_uuid(rows->items, &is->subject);
    pg_add_text(rows->items, is->title);
    pg_add_text(rows->items, is->body);
    pg_add_int4(rows->items, (int32_t)is->classification);
    if (item->facts > 0)
        pg_add_int4(rows->items, item->facts);
    else
        pg_add_null(rows->items);
    pg_add_int8(rows->items, item->told_at_us);
    add_audience(rows->ctx, rows->items, is);
}

static void add_grown(struct store_items *rows, const struct store_item *item)
{
    pg_add_uuid(rows->grown, &item->is.id);
    pg_add_text(rows->grown, item->is.title);
    pg_add_int4(rows->grown, item->facts);
    pg_add_int8(rows->grown, item->is.created_at_us);
    pg_add_int8(rows->grown, item->told_at_us);
}

static void add_shards(struct store_items *rows, const struct store_item *item)
{
    size_t n = push_shards(item->recipients);
    for (size_t i = 0; i < n; i++) {
        struct uuid from = push_shard_start(i, n), to = push_shard_start(i + 1, n);
        pg_add_uuid(rows->shards, &item->is.id);
        pg_add_int4(rows->shards, (int32_t)i);
        pg_add_uuid(rows->shards, &from);
        pg_add_uuid(rows->shards, i + 1 < n ? &to : NULL);
        pg_add_int4(rows->shards, (int32_t)item->is.priority);
        pg_add_int8(rows->shards, item->rings_at_us);
    }
}

void store_add_item(struct store_items *rows, const struct store_item *item)
{
    if (item->is_new)
        add_new(rows, item);
    else
        add_grown(rows, item);
    if (!item->rings)
        return;
    pg_add_uuid(rows->pushes, &item->is.id);
    pg_add_int8_or_null(rows->pushes, item->has_recipients, item->recipients);
    pg_add_int8(rows->pushes, item->is.expires_at_us);
    pg_add_int8(rows->pushes, item->is.created_at_us);
    add_shards(rows, item);
}

void store_add_digest(struct store_items *rows, const struct digest *digest)
{
    pg_add_uuid(rows->digests, &digest->key);
    pg_add_uuid(rows->digests, &digest->item);
    pg_add_int8(rows->digests, digest->opened_at_us);
    pg_add_bool(rows->digests, digest->is_read);
    pg_add_bool(rows->digests, digest->rings);
    pg_add_int8(rows->digests, digest->rings_at_us);
}

void store_add_subject(struct store_items *rows, const struct subject *subject)
{
    pg_add_uuid(rows->subjects, &subject->id);
    pg_add_int8(rows->subjects, (int64_t)subject->version);
    pg_add_int8(rows->subjects, (int64_t)subject->told_version);
    pg_add_text(rows->subjects, subject->title);
    pg_add_text(rows->subjects, subject->body);
    pg_add_int4(rows->subjects, (int32_t)subject->classification);
    pg_add_int8_or_null(rows->subjects, subject->withdrawn_at_us != 0, subject->withdrawn_at_us);
    add_who(rows->ctx, rows->subjects, &subject->audience);
    pg_add_uuid(rows->revised, &subject->id);
    if (subject->withdrawn_at_us == 0)
        return;
    pg_add_uuid(rows->ended, &subject->id);
    pg_add_uuid(rows->settled, &subject->id);
}

/* Items and subjects go before what is read from them; pushes before their shards, and these before they end. */
void store_queue_items(struct store_items *rows, struct pg *pg)
{
    struct pg_args *const IN_ORDER[] = {rows->items,  rows->grown,  rows->digests, rows->subjects, rows->revised,
                                        rows->pushes, rows->shards, rows->ended,   rows->settled};
    for (size_t i = 0; i < sizeof IN_ORDER / sizeof *IN_ORDER; i++)
        pg_queue(pg, IN_ORDER[i]);
}
