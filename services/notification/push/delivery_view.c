#include "services/notification/push/delivery_view.h"

#include "common/base/mem.h"
#include "services/directory/directory.h"
#include "services/notification/provider/provider.h"
#include "services/notification/push/delivery_store.h"
#include "services/notification/push/shard_store.h"
#include "sotay/v1/notification.pb-c.h"
#include <string.h>

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
    enum push_status status = (enum push_status)pg_get_int8(counts, row, 0);
    delivery->devices += n;
    switch (status) {
    case PUSH_DELIVERED: delivery->delivered += n; return;
    case PUSH_DEAD: delivery->dead += n; break;
    case PUSH_EXPIRED: delivery->expired += n; break;
    case PUSH_RETRYING: delivery->retrying += n; break;
    }
    char *code = pg_get_text(ctx, counts, row, 1);
    bool waits_for_morning = status == PUSH_RETRYING && strcmp(code, QUIET_CODE) == 0;
    if (!waits_for_morning)
        add_failure(ctx, delivery, code, n);
}

static Pb__Delivery *view_delivery(TALLOC_CTX *ctx, ProtobufCBinaryData id, const struct pg_result *push,
                                   const struct pg_result *counts, int64_t now_us)
{
    Pb__Delivery *delivery = mem_new(ctx, Pb__Delivery);
    pb__delivery__init(delivery);
    delivery->notification_id = id;
    delivery->recipients = pg_get_int8(push, 0, 0);
    delivery->has_started_at_us = !pg_is_null(push, 0, 1);
    delivery->started_at_us = pg_get_int8(push, 0, 1);
    delivery->has_settled_at_us = !pg_is_null(push, 0, 2);
    delivery->settled_at_us = pg_get_int8(push, 0, 2);
    delivery->held_until_us = pg_get_int8(push, 0, 5); /* 0: it was not held */
    delivery->has_held_until_us = delivery->held_until_us > now_us;
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
    struct pg_result *push = delivery_store_push(query->ctx, query->pg, &id);
    struct pg_result *counts = delivery_store_counts(query->ctx, query->pg, &id);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    if (pg_rows(push) == 0 || !is_own(query, push))
        return ERR_NOT_FOUND;
    query->reply = &view_delivery(query->ctx, body->notification_id, push, counts, query->now_us)->base;
    return ERR_OK;
}

static const struct query_handler ROWS[] = {{&pb__get_delivery__descriptor, get_delivery}};
const struct query_table DELIVERY_QUERIES = QUERY_TABLE(ROWS);
