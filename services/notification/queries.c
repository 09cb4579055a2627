#include "services/notification/queries.h"

#include "common/base/mem.h"
#include "services/directory/directory.h"
#include "services/notification/store.h"
#include <endian.h>
#include <string.h>

/* --- ListInbox ---------------------------------------------------------------------------------------------------- */

/* A cursor is a time and an id, big endian. */
enum { CURSOR_BYTES = 8 + sizeof(struct uuid) };

static ProtobufCBinaryData write_cursor(TALLOC_CTX *ctx, const Pb__InboxItem *last)
{
    uint8_t bytes[CURSOR_BYTES];
    uint64_t big = htobe64((uint64_t)last->created_at_us);
    memcpy(bytes, &big, sizeof big);
    memcpy(bytes + sizeof big, last->id.data, sizeof(struct uuid));
    return mem_bytes(ctx, bytes, sizeof bytes);
}

static enum err read_cursor(struct query *query, ProtobufCBinaryData cursor, struct inbox_place *ret_place)
{
    uint64_t big;
    if (cursor.len != CURSOR_BYTES)
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    memcpy(&big, cursor.data, sizeof big);
    ret_place->created_at_us = (int64_t)be64toh(big);
    memcpy(ret_place->item.bytes, cursor.data + sizeof big, sizeof ret_place->item.bytes);
    return ERR_OK;
}

static Pb__InboxList *view_inbox(TALLOC_CTX *ctx, const struct pg_result *rows, const struct pg_result *unread,
                                 size_t limit)
{
    Pb__InboxList *list = mem_new(ctx, Pb__InboxList);
    pb__inbox_list__init(list);
    list->n_items = pg_rows(rows) < limit ? pg_rows(rows) : limit;
    list->items = mem_array(ctx, Pb__InboxItem *, list->n_items);
    for (size_t i = 0; i < list->n_items; i++)
        list->items[i] = store_read_item(ctx, rows, i);
    if (pg_rows(rows) > limit) {
        list->has_next_cursor = true;
        list->next_cursor = write_cursor(ctx, list->items[limit - 1]);
    }
    list->unread = pg_get_int8(unread, 0, 0);
    return list;
}

static enum err list_inbox(struct query *query)
{
    const Pb__ListInbox *body = (const Pb__ListInbox *)query->body;
    struct directory_scope scope;
    directory_scope_read(query->ctx, query->scope, &scope);
    if (!scope.has_member)
        return ERR_NOT_FOUND;
    struct inbox_filter filter = {.unread_only = body->has_unread && body->unread,
                                  .has_before = body->has_cursor,
                                  .limit = (int64_t)body->limit + 1}; /* one more tells whether there is a next page */
    enum err err = body->has_cursor ? read_cursor(query, body->cursor, &filter.before) : ERR_OK;
    if (err)
        return err;
    struct pg_result *rows = store_queue_inbox(query->ctx, query->pg, &scope.member, query->now_us, &filter);
    struct pg_result *unread = store_queue_unread_count(query->ctx, query->pg, &scope.member, query->now_us);
    err = pg_flush(query->pg);
    if (err)
        return err;
    query->reply = &view_inbox(query->ctx, rows, unread, body->limit)->base;
    return ERR_OK;
}

/* --- GetDelivery -------------------------------------------------------------------------------------------------- */

static void add_failure(TALLOC_CTX *ctx, Pb__Delivery *delivery, char *code, int64_t n)
{
    Pb__Delivery__Failure *failure = mem_new(ctx, Pb__Delivery__Failure);
    pb__delivery__failure__init(failure);
    failure->code = code;
    failure->count = n;
    delivery->failures[delivery->n_failures++] = failure;
}

static void read_count(TALLOC_CTX *ctx, const struct pg_result *counts, size_t row, Pb__Delivery *delivery)
{
    int64_t n = pg_get_int8(counts, row, 2);
    delivery->devices += n;
    switch ((enum push_status)pg_get_int8(counts, row, 0)) {
    case PUSH_DELIVERED: delivery->delivered += n; return;
    case PUSH_DEAD: delivery->dead += n; break;
    case PUSH_EXPIRED: delivery->expired += n; break;
    case PUSH_RETRYING: delivery->retrying += n; break;
    }
    add_failure(ctx, delivery, pg_get_text(ctx, counts, row, 1), n);
}

static Pb__Delivery *view_delivery(TALLOC_CTX *ctx, ProtobufCBinaryData id, const struct pg_result *push,
                                   const struct pg_result *counts)
{
    Pb__Delivery *delivery = mem_new(ctx, Pb__Delivery);
    pb__delivery__init(delivery);
    delivery->notification_id = id;
    delivery->recipients = pg_get_int8(push, 0, 0);
    delivery->has_started_at_us = !pg_is_null(push, 0, 1);
    delivery->started_at_us = pg_get_int8(push, 0, 1);
    delivery->has_settled_at_us = !pg_is_null(push, 0, 2);
    delivery->settled_at_us = pg_get_int8(push, 0, 2);
    delivery->failures = mem_array(ctx, Pb__Delivery__Failure *, pg_rows(counts));
    for (size_t row = 0; row < pg_rows(counts); row++)
        read_count(ctx, counts, row, delivery);
    return delivery;
}

/* One's own: issued by the organisation that one leads, or is an officer of. */
static bool is_own(struct query *query, const struct pg_result *push)
{
    struct directory_scope scope;
    struct directory_org issuer = {.id = pg_get_uuid(push, 0, 3)};
    issuer.path = pg_get_uuids(query->ctx, push, 0, 4, &issuer.n_path);
    directory_scope_read(query->ctx, query->scope, &scope);
    return directory_scope_standing(&scope, &issuer) & (STANDING_HEAD | STANDING_OFFICER_HERE);
}

static enum err get_delivery(struct query *query)
{
    const Pb__GetDelivery *body = (const Pb__GetDelivery *)query->body;
    struct uuid id;
    if (uuid_from_pb(body->notification_id, &id))
        return ERR_NOT_FOUND;
    struct pg_result *push = store_queue_delivery(query->ctx, query->pg, &id);
    struct pg_result *counts = store_queue_counts(query->ctx, query->pg, &id);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    if (pg_rows(push) == 0 || !is_own(query, push))
        return ERR_NOT_FOUND;
    query->reply = &view_delivery(query->ctx, body->notification_id, push, counts)->base;
    return ERR_OK;
}

static const struct query_handler QUERIES[] = {
    {&pb__list_inbox__descriptor, list_inbox},
    {&pb__get_delivery__descriptor, get_delivery},
};
const struct query_table NOTIFICATION_QUERIES = QUERY_TABLE(QUERIES);
