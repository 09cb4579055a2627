/* Inboxes: fan-out on read. */
#include "services/notification/store.h"

#include "common/mem.h"
#include "services/notification/store_audience.h"

/* Items that may concern member m.id: by the organisations of his places and above them, and by name; both indexed. */
#define CANDIDATES                                                                                                           \
    " CROSS JOIN LATERAL (SELECT coalesce(array_agg(DISTINCT x), '{}') AS organizations FROM place p"                        \
    "  JOIN directory_organization o ON o.id = p.organization_id CROSS JOIN unnest(o.path) x WHERE p.member_id = m.id) mine" \
    " JOIN inbox_item i ON i.organization_ids && mine.organizations OR i.member_ids && ARRAY[m.id]"

#define READ_AT STORE_READ_AT("m.id")

/* --- one reader ------------------------------------------------------------------------------------------------------------------- */

struct pg_result *store_queue_inbox(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member, int64_t now_us,
                                    const struct inbox_filter *filter)
{
    static const struct pg_statement SELECT_INBOX = {
        .name = "select_inbox",
        .sql = "SELECT i.id, i.kind, i.title, i.body, i.subject_type, i.subject_id, i.created_at_us, " READ_AT
               " FROM (SELECT $1::uuid AS id) m" CANDIDATES " WHERE " STORE_SEES(
                   "m.id",
                   "$2::int8") " AND ($3::int8 IS NULL OR (i.created_at_us, i.id) < ($3::int8, $4::uuid)) AND (NOT $5::bool OR " READ_AT
                               " IS NULL)"
                               " ORDER BY i.created_at_us DESC, i.id DESC LIMIT $6::int8"};
    struct pg_args *args = pg_args(ctx, &SELECT_INBOX);
    pg_add_uuid(args, member);
    pg_add_int8(args, now_us);
    pg_add_int8_or_null(args, filter->has_before, filter->before.created_at_us);
    pg_add_uuid(args, filter->has_before ? &filter->before.item : NULL);
    pg_add_bool(args, filter->unread_only);
    pg_add_int8(args, filter->limit);
    return pg_queue(pg, args);
}

Pb__InboxItem *store_read_item(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    Pb__InboxItem *item = mem_new(ctx, Pb__InboxItem);
    Pb__Subject *subject = mem_new(ctx, Pb__Subject);
    struct uuid id = pg_get_uuid(rows, row, 0), subject_id = pg_get_uuid(rows, row, 5);
    pb__inbox_item__init(item);
    pb__subject__init(subject);
    subject->type = (Pb__SubjectType)pg_get_int8(rows, row, 4);
    subject->id = uuid_to_pb(ctx, &subject_id);
    item->id = uuid_to_pb(ctx, &id);
    item->kind = (Pb__InboxKind)pg_get_int8(rows, row, 1);
    item->title = pg_get_text(ctx, rows, row, 2);
    item->body = pg_get_text(ctx, rows, row, 3);
    item->subject = subject;
    item->created_at_us = pg_get_int8(rows, row, 6);
    item->has_read_at_us = !pg_is_null(rows, row, 7);
    item->read_at_us = pg_get_int8(rows, row, 7);
    return item;
}

struct pg_result *store_queue_unread_count(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member, int64_t now_us)
{
    static const struct pg_statement COUNT_UNREAD = {.name = "count_unread",
                                                     .sql = "SELECT count(*) FROM (SELECT $1::uuid AS id) m" CANDIDATES
                                                            " WHERE " STORE_SEES("m.id", "$2::int8") " AND " READ_AT " IS NULL"};
    struct pg_args *args = pg_args(ctx, &COUNT_UNREAD);
    pg_add_uuid(args, member);
    pg_add_int8(args, now_us);
    return pg_queue(pg, args);
}

/* --- a batch ---------------------------------------------------------------------------------------------------------------------- */

struct pg_result *store_queue_unread(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *members, size_t n, int64_t now_us)
{
    static const struct pg_statement SELECT_UNREAD = {
        .name = "select_unread",
        .sql = "SELECT m.id, i.id, i.created_at_us, i.told_at_us, i.facts IS NOT NULL FROM unnest($1::uuid[]) AS m(id)" CANDIDATES
               " WHERE " STORE_SEES("m.id", "$2::int8") " AND " READ_AT " IS NULL"};
    struct pg_args *args = pg_args(ctx, &SELECT_UNREAD);
    pg_add_uuids(args, members, n);
    pg_add_int8(args, now_us);
    return pg_queue(pg, args);
}

struct pg_args *store_pairs(TALLOC_CTX *ctx)
{
    static const struct pg_statement SELECT_PAIRS = {.name = "select_pairs",
                                                     .each = true,
                                                     .sql = "SELECT m.id, i.id, i.created_at_us, i.told_at_us, i.facts IS NOT NULL FROM "
                                                            "unnest($1::uuid[], $2::uuid[], $3::int8[]) AS m(id, item_id, now_us)"
                                                            " JOIN inbox_item i ON i.id = m.item_id WHERE " STORE_SEES("m.id", "m.now_us")};
    return pg_args(ctx, &SELECT_PAIRS);
}

struct inbox_place store_read_place(const struct pg_result *rows, size_t row)
{
    return (struct inbox_place){.item = pg_get_uuid(rows, row, 1),
                                .created_at_us = pg_get_int8(rows, row, 2),
                                .told_at_us = pg_get_int8(rows, row, 3),
                                .is_digest = pg_get_bool(rows, row, 4)};
}

void store_add_pair(struct pg_args *args, const struct uuid *member, const struct uuid *item, int64_t now_us)
{
    pg_add_uuid(args, member);
    pg_add_uuid(args, item);
    pg_add_int8(args, now_us);
}

void store_queue_reads(TALLOC_CTX *ctx, struct pg *pg, const struct store_read *const reads[], size_t n)
{
    static const struct pg_statement INSERT_READS = {
        .name = "insert_reads",
        .each = true,
        .sql = "INSERT INTO inbox_read(member_id, item_id, read_at_us) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int8[])"
               " ON CONFLICT (member_id, item_id) DO UPDATE SET read_at_us = excluded.read_at_us" /* a digest, which had grown since */
               "  WHERE inbox_read.read_at_us < excluded.read_at_us"};
    static const struct pg_statement INSERT_READS_UP_TO = {
        .name = "insert_reads_up_to",
        .each = true,
        .sql = "INSERT INTO inbox_read_up_to(member_id, item_id, read_at_us, created_at_us)"
               " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int8[], $4::int8[]) ON CONFLICT DO NOTHING"};
    struct pg_args *ones = pg_args(ctx, &INSERT_READS), *up_to = pg_args(ctx, &INSERT_READS_UP_TO);
    for (size_t i = 0; i < n; i++) {
        const struct store_read *read = reads[i];
        struct pg_args *args = read->is.up_to ? up_to : ones;
        pg_add_uuid(args, &read->member);
        pg_add_uuid(args, &read->is.place.item);
        pg_add_int8(args, read->is.at_us);
        if (read->is.up_to)
            pg_add_int8(args, read->is.place.created_at_us);
    }
    pg_queue(pg, ones);
    pg_queue(pg, up_to);
}
