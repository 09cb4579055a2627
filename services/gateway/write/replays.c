#include "services/gateway/write/replays.h"

#include "common/base/mem.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/link/services.h"
#include <string.h>

struct replay {
    struct call *call;
    const struct route *route;
    replay_done_fn *done;
    void *arg;
};

/* A message of `type` whose id fields, in their order, are the aggregate's and the resource's. */
static ProtobufCMessage *question_of(TALLOC_CTX *ctx, const ProtobufCMessageDescriptor *type,
                                     const Pb__Outcome *outcome)
{
    const ProtobufCBinaryData ids[] = {outcome->aggregate_id, outcome->resource_id};
    ProtobufCMessage *message = mem_zalloc(ctx, type->sizeof_message, "replay");
    type->message_init(message);
    size_t n = 0;
    for (unsigned i = 0; i < type->n_fields && n < 2; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        if (field->type != PROTOBUF_C_TYPE_BYTES || field->label != PROTOBUF_C_LABEL_REQUIRED)
            continue;
        memcpy((char *)message + field->offset, &ids[n++], sizeof ids[0]);
    }
    return message;
}

/* Fields of both that have the same name and type: InboxList.unread is InboxUnread.unread. */
static ProtobufCMessage *project(TALLOC_CTX *ctx, const ProtobufCMessageDescriptor *type,
                                 const ProtobufCMessage *answer)
{
    ProtobufCMessage *message = mem_zalloc(ctx, type->sizeof_message, "projection");
    type->message_init(message);
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *to = &type->fields[i];
        const ProtobufCFieldDescriptor *from = protobuf_c_message_descriptor_get_field_by_name(answer->descriptor,
                                                                                               to->name);
        if (from && from->type == PROTOBUF_C_TYPE_INT64 && to->type == from->type)
            memcpy((char *)message + to->offset, (const char *)answer + from->offset, sizeof(int64_t));
    }
    return message;
}

static const char *first_text(const ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *field = &message->descriptor->fields[0];
    return field->type == PROTOBUF_C_TYPE_STRING ? *(char *const *)(const void *)((const char *)message + field->offset)
                                                 : NULL;
}

/* The item of a list that has the request's own name (a device's id). NULL: it is no longer there. */
static ProtobufCMessage *pick(const struct call *call, const ProtobufCMessage *list,
                              const ProtobufCFieldDescriptor *items)
{
    const char *wanted = call->message ? first_text(call->message) : NULL; /* an operation does not know it */
    size_t n = *(const size_t *)(const void *)((const char *)list + items->quantifier_offset);
    ProtobufCMessage **all = *(ProtobufCMessage * *const *)(const void *)((const char *)list + items->offset);
    for (size_t i = 0; wanted && i < n; i++) {
        const char *name = first_text(all[i]);
        if (name && strcmp(name, wanted) == 0)
            return all[i];
    }
    return NULL;
}

static const ProtobufCMessageDescriptor *answer_type(const struct route_table *table, const struct route *route)
{
    for (size_t i = 0; i < table->n; i++)
        if (table->rows[i].kind == ROUTE_QUERY && table->rows[i].request == route->replay)
            return table->rows[i].reply;
    return route->reply; /* asked for by no route of its own: a comment */
}

static ProtobufCMessage *resource_of(const struct replay *replay, ProtobufCMessage *answer)
{
    const ProtobufCMessageDescriptor *wanted = replay->route->reply;
    if (answer->descriptor == wanted)
        return answer;
    const ProtobufCFieldDescriptor *items = protobuf_c_message_descriptor_get_field_by_name(answer->descriptor,
                                                                                            "items");
    if (items && items->descriptor == wanted)
        return pick(replay->call, answer, items);
    return project(replay->call, wanted, answer);
}

static void on_answer(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct replay *replay = arg;
    const ProtobufCMessageDescriptor *type = answer_type(replay->call->gateway->routes, replay->route);
    ProtobufCMessage *answer = err ? NULL : service_payload(replay->call, type, reply), *resource = NULL;
    if (!err && !answer)
        err = ERR_MALFORMED;
    if (!err)
        resource = resource_of(replay, answer);
    if (!err && !resource)
        err = ERR_NOT_FOUND;
    replay->done(replay->arg, err, resource, reply ? reply->version : 0);
}

void replay_ask(struct call *call, const struct route *route, const Pb__Outcome *outcome, replay_done_fn *done,
                void *arg)
{
    struct replay *replay = mem_new(call, struct replay);
    *replay = (struct replay){call, route, done, arg};
    const struct service_query query = {
        .service = route->service,
        .message = question_of(call, route->replay, outcome),
        .scope = viewer_scope(call, &call->viewer, SCOPE_MEMBER),
        .correlation_id = http_correlation(call->http),
    };
    service_ask(call->gateway->services, &query, on_answer, replay);
}
