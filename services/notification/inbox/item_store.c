#include "services/notification/inbox/item_store.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/notification/audience/address_store.h"
#include "services/notification/inbox/digest_store.h"
#include "services/notification/inbox/subject_store.h"
#include "services/notification/push/push_store.h"

static const struct pg_statement INSERT_ITEMS = {
    .name = "insert_items",
    .each = true,
    .sql =
        "INSERT INTO inbox_item(id, kind, organization_id, subject_type, subject_id, title, body,"
        " classification, facts, told_at_us,"
        "  " ADDRESS_COLUMNS ", created_at_us"
        ") SELECT id, kind, organization_id, subject_type, subject_id, title, body, classification, facts, told_at_us,"
        "  " ADDRESS_COLUMNS_CAST ", created_at_us"
        " FROM unnest($1::uuid[], $2::int4[], $3::uuid[], $4::int4[], $5::uuid[], $6::text[], $7::text[],"
        " $8::int4[], $9::int4[],"
        "  $10::int8[], $11::text[], $12::bool[], $13::text[], $14::text[], $15::uuid[], $16::int8[])"
        "  AS u(id, kind, organization_id, subject_type, subject_id, title, body, classification, facts,"
        " told_at_us, " ADDRESS_COLUMNS ", created_at_us)"
        " ON CONFLICT (id) DO NOTHING"};

static const struct pg_statement GROW_ITEMS = {
    .name = "grow_items",
    .each = true,
    .sql = "UPDATE inbox_item i SET title = u.title, facts = u.facts, created_at_us = greatest(i.created_at_us,"
           " u.created_at_us),"
           "  told_at_us = greatest(i.told_at_us, u.told_at_us)"
           " FROM unnest($1::uuid[], $2::text[], $3::int4[], $4::int8[], $5::int8[])"
           " AS u(id, title, facts, created_at_us, told_at_us)"
           " WHERE i.id = u.id"};

/* A digest's words and audience are its facts' own. */
static const struct pg_statement REVISE_ITEMS = {
    .name = "revise_items",
    .each = true,
    .sql = "UPDATE inbox_item i SET title = coalesce(s.title, i.title), body = coalesce(s.body, i.body),"
           " classification = s.classification,"
           "  organization_ids = s.organization_ids, subtree = s.subtree, roles = s.roles,"
           " member_ids = s.member_ids,"
           "  within_id = s.within_id, withdrawn_at_us = coalesce(i.withdrawn_at_us, s.withdrawn_at_us)"
           " FROM subject s WHERE s.id = ANY($1::uuid[]) AND i.subject_id = s.id AND i.facts IS NULL"
           "  AND (i.title, i.body, i.classification, i.organization_ids, i.subtree, i.roles, i.member_ids,"
           " i.within_id, i.withdrawn_at_us)"
           "  IS DISTINCT FROM (coalesce(s.title, i.title), coalesce(s.body, i.body), s.classification,"
           " s.organization_ids, s.subtree,"
           "   s.roles, s.member_ids, s.within_id, coalesce(i.withdrawn_at_us, s.withdrawn_at_us))"};

/* What is told for itself keeps its words and its readers, until they may no longer know of its subject: a document
 * that was hidden after its withdrawal had been told. */
static const struct pg_statement NARROW_NEWS = {
    .name = "narrow_news",
    .each = true,
    .sql = "UPDATE inbox_item i SET classification = s.classification,"
           "  organization_ids = s.organization_ids, subtree = s.subtree, roles = s.roles, member_ids = s.member_ids"
           " FROM subject s WHERE s.id = ANY($1::uuid[]) AND i.subject_id = s.id AND i.facts IS NOT NULL"
           "  AND s.withdrawn_at_us IS NOT NULL AND s.classification = " SQL_CLASSIFICATION_RESTRICTED
           "  AND (i.classification, i.organization_ids, i.subtree, i.roles, i.member_ids)"
           "   IS DISTINCT FROM (s.classification, s.organization_ids, s.subtree, s.roles, s.member_ids)"};

struct item_rows {
    TALLOC_CTX *ctx;
    struct pg_args *items, *grown, *digests, *subjects, *revised, *narrowed;
    struct push_rows *pushes;
};

struct item_rows *item_store_rows(TALLOC_CTX *ctx)
{
    struct item_rows *rows = mem_new(ctx, struct item_rows);
    *rows = (struct item_rows){.ctx = ctx,
                               .items = pg_args(ctx, &INSERT_ITEMS),
                               .grown = pg_args(ctx, &GROW_ITEMS),
                               .digests = digest_store_rows(ctx),
                               .subjects = subject_store_rows(ctx),
                               .revised = pg_args(ctx, &REVISE_ITEMS),
                               .narrowed = pg_args(ctx, &NARROW_NEWS),
                               .pushes = push_store_rows(ctx)};
    return rows;
}

static void add_new(struct item_rows *rows, const struct item *item)
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
    address_store_add(rows->ctx, rows->items, &is->to);
    pg_add_int8(rows->items, is->created_at_us);
}

static void add_grown(struct item_rows *rows, const struct item *item)
{
    pg_add_uuid(rows->grown, &item->is.id);
    pg_add_text(rows->grown, item->is.title);
    pg_add_int4(rows->grown, item->facts);
    pg_add_int8(rows->grown, item->is.created_at_us);
    pg_add_int8(rows->grown, item->told_at_us);
}

static void add_push(struct item_rows *rows, const struct item *item)
{
    const struct push_plan plan = {.notification = item->is.id,
                                   .created_at_us = item->is.created_at_us,
                                   .rings_at_us = item->rings_at_us,
                                   .expires_at_us = item->is.expires_at_us,
                                   .is_held = item->is_held,
                                   .priority = item->is.priority,
                                   .quiet = item->is.quiet,
                                   .category = notification_category(item->is.kind),
                                   .by = item->is.has_by ? &item->is.by : NULL,
                                   .follows = item->follows,
                                   .has_recipients = item->has_recipients,
                                   .recipients = item->recipients};
    push_store_add(rows->pushes, &plan);
}

void item_store_add(struct item_rows *rows, const struct item *item)
{
    if (item->is_new)
        add_new(rows, item);
    else
        add_grown(rows, item);
    if (item->rings)
        add_push(rows, item);
    if (item->overtakes)
        push_store_add_overtaken(rows->pushes, item->overtakes, item->is.created_at_us);
}

void item_store_add_digest(struct item_rows *rows, const struct digest *digest)
{
    digest_store_add(rows->digests, digest);
}

void item_store_add_subject(struct item_rows *rows, const struct subject *subject)
{
    subject_store_add(rows->ctx, rows->subjects, subject);
    pg_add_uuid(rows->revised, &subject->id);
    if (subject->withdrawn_at_us == 0)
        return;
    pg_add_uuid(rows->narrowed, &subject->id);
    push_store_add_end(rows->pushes, &subject->id);
}

/* Items and subjects go before what is read from them: revised items, and pushes. */
void item_store_queue(struct item_rows *rows, struct pg *pg)
{
    struct pg_args *const in_order[] = {rows->items,    rows->grown,   rows->digests,
                                        rows->subjects, rows->revised, rows->narrowed};
    for (size_t i = 0; i < ARRAY_LENGTH(in_order); i++)
        pg_queue(pg, in_order[i]);
    push_store_queue(rows->pushes, pg);
}
