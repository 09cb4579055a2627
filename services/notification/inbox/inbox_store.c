#include "services/notification/inbox/inbox_store.h"

#include "common/base/mem.h"
#include "services/notification/audience/address_store.h"
#include "services/notification/audience/reading_store.h"

/* --- one reader --------------------------------------------------------------------------------------------------- */

/* Member $1 at the time $2. His places and the last of what he read up to are looked up once, not for each of his
 * items, which may be tens of thousands. */
#define READER                                                                                                  \
    "WITH his AS MATERIALIZED (SELECT * FROM " ADDRESS_PLACES " WHERE p.member_id = $1::uuid),"                 \
    " last AS MATERIALIZED (SELECT created_at_us, item_id, read_at_us FROM inbox_read_up_to WHERE member_id = " \
    "$1::uuid"                                                                                                  \
    "  ORDER BY created_at_us DESC, item_id DESC, read_at_us DESC LIMIT 1) "

/* Items that may concern him: by the organisations of his places and above them, and by name; both indexed. */
#define MAY_CONCERN                                                                                               \
    "(i.organization_ids && (SELECT coalesce(array_agg(DISTINCT x), '{}') FROM his p CROSS JOIN unnest(p.path) x" \
    "  WHERE" ADDRESS_HELD("$2::int8") ") OR i.member_ids && ARRAY[$1::uuid])"
#define SEES ADDRESS_SEES_BY("his p", "his p", "$1::uuid", "$2::int8")

/* READING_AT is null; what is cheap to see is seen first. */
#define IS_UNREAD                                                                                              \
    "(NOT (i.id IN (SELECT r.item_id FROM inbox_read r WHERE r.member_id = $1::uuid)"                          \
    "  AND (i.facts IS NULL OR EXISTS (SELECT 1 " READING_ITEM(                                                \
        "$1::uuid") ")))"                                                                                      \
                    " AND NOT (((i.created_at_us, i.id) <= (SELECT created_at_us, item_id FROM last)) IS TRUE" \
                    "  AND (i.told_at_us <= (SELECT read_at_us FROM last) OR EXISTS (SELECT 1 " READING_UP_TO( \
                        "$1::uuid") "))))"

/* Of all that may concern him only the places are sorted; whether he sees an item is asked until the page is full. */
struct pg_result *inbox_store_page(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member, int64_t now_us,
                                   const struct inbox_filter *filter)
{
    /* A clause a line. */
    /* clang-format off */
    static const struct pg_statement SELECT_INBOX = {
        .name = "select_inbox",
        .sql = READER
               "SELECT i.id, i.kind, i.title, i.body, i.subject_type, i.subject_id, i.created_at_us, "
               READING_AT("$1::uuid")
               " FROM (SELECT i.id, i.created_at_us FROM inbox_item i WHERE " MAY_CONCERN
               "  AND ($3::int8 IS NULL OR (i.created_at_us, i.id) < ($3::int8, $4::uuid))"
               "  AND (NOT $5::bool OR " IS_UNREAD ")"
               "  ORDER BY i.created_at_us DESC, i.id DESC OFFSET 0) c JOIN inbox_item i ON i.id = c.id"
               " WHERE " SEES
               " ORDER BY c.created_at_us DESC, c.id DESC LIMIT $6::int8"};
    /* clang-format on */
    struct pg_args *args = pg_args(ctx, &SELECT_INBOX);
    pg_add_uuid(args, member);
    pg_add_int8(args, now_us);
    pg_add_int8_or_null(args, filter->has_before, filter->before.created_at_us);
    pg_add_uuid(args, filter->has_before ? &filter->before.item : NULL);
    pg_add_bool(args, filter->unread_only);
    pg_add_int8(args, filter->limit);
    return pg_queue(pg, args);
}

Pb__InboxItem *inbox_store_read_item(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
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

struct pg_result *inbox_store_unread_count(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member, int64_t now_us)
{
    static const struct pg_statement COUNT_UNREAD = {
        .name = "count_unread",
        .sql = READER "SELECT count(*) FROM inbox_item i WHERE " MAY_CONCERN " AND " IS_UNREAD " AND " SEES};
    struct pg_args *args = pg_args(ctx, &COUNT_UNREAD);
    pg_add_uuid(args, member);
    pg_add_int8(args, now_us);
    return pg_queue(pg, args);
}

#define PLACE "i.id, i.created_at_us, i.told_at_us, i.facts IS NOT NULL"

struct pg_result *inbox_store_unread_up_to(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member, int64_t now_us,
                                           const struct uuid *item)
{
    static const struct pg_statement SELECT_UNREAD_UP_TO = {
        .name = "select_unread_up_to",
        .sql = READER "SELECT $1::uuid, " PLACE ", true FROM inbox_item i WHERE " MAY_CONCERN
                      " AND (i.created_at_us, i.id) <= (SELECT created_at_us, id FROM inbox_item WHERE id = $3::uuid)"
                      " AND " IS_UNREAD " AND " SEES};
    struct pg_args *args = pg_args(ctx, &SELECT_UNREAD_UP_TO);
    pg_add_uuid(args, member);
    pg_add_int8(args, now_us);
    pg_add_uuid(args, item);
    return pg_queue(pg, args);
}

/* --- a batch ------------------------------------------------------------------------------------------------------ */

struct pg_args *inbox_store_pairs(TALLOC_CTX *ctx)
{
    static const struct pg_statement SELECT_PAIRS = {
        .name = "select_pairs",
        .each = true,
        .sql = "SELECT m.id, " PLACE ", " READING_AT(
            "m.id") " IS NULL FROM unnest($1::uuid[], $2::uuid[], $3::int8[])"
                    "  AS m(id, item_id, now_us) JOIN inbox_item i ON i.id = m.item_id WHERE " ADDRESS_SEES(
                        "m.id", "m.now_us")};
    return pg_args(ctx, &SELECT_PAIRS);
}

struct inbox_place inbox_store_read_place(const struct pg_result *rows, size_t row)
{
    return (struct inbox_place){.item = pg_get_uuid(rows, row, 1),
                                .created_at_us = pg_get_int8(rows, row, 2),
                                .told_at_us = pg_get_int8(rows, row, 3),
                                .is_digest = pg_get_bool(rows, row, 4)};
}

bool inbox_store_read_is_unread(const struct pg_result *rows, size_t row)
{
    return pg_get_bool(rows, row, 5);
}

void inbox_store_add_pair(struct pg_args *args, const struct uuid *member, const struct uuid *item, int64_t now_us)
{
    pg_add_uuid(args, member);
    pg_add_uuid(args, item);
    pg_add_int8(args, now_us);
}

void inbox_store_reads(TALLOC_CTX *ctx, struct pg *pg, const struct inbox_store_read reads[], size_t n)
{
    /* What is read again is a digest that has grown since. */
    static const struct pg_statement INSERT_READS = {
        .name = "insert_reads",
        .each = true,
        .sql = "INSERT INTO inbox_read(member_id, item_id, read_at_us)"
               " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int8[])"
               " ON CONFLICT (member_id, item_id) DO UPDATE SET read_at_us = excluded.read_at_us"
               "  WHERE inbox_read.read_at_us < excluded.read_at_us"};
    static const struct pg_statement INSERT_READS_UP_TO = {
        .name = "insert_reads_up_to",
        .each = true,
        .sql = "INSERT INTO inbox_read_up_to(member_id, item_id, read_at_us, created_at_us)"
               " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int8[], $4::int8[]) ON CONFLICT DO NOTHING"};
    struct pg_args *ones = pg_args(ctx, &INSERT_READS), *up_to = pg_args(ctx, &INSERT_READS_UP_TO);
    for (size_t i = 0; i < n; i++) {
        const struct inbox_store_read *read = &reads[i];
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
