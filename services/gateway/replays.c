#include "services/gateway/replays.h"

#include "common/mem.h"
#include "services/gateway/ask.h"
#include "services/gateway/problem.h"
#include <string.h>

struct replay {
    struct call *call;
    Pb__Outcome outcome; /* ids only */
    bool replayed;
};

/* A message of `type` whose id fields, in their order, are the aggregate's and the resource's. */
static ProtobufCMessage *question_of(TALLOC_CTX *ctx, const ProtobufCMessageDescriptor *type, const Pb__Outcome *outcome)
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
static ProtobufCMessage *project(TALLOC_CTX *ctx, const ProtobufCMessageDescriptor *type, const ProtobufCMessage *answer)
{
    ProtobufCMessage *message = mem_zalloc(ctx, type->sizeof_message, "projection");
    type->message_init(message);
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *to = &type->fields[i];
        const ProtobufCFieldDescriptor *from = protobuf_c_message_descriptor_get_field_by_name(answer->descriptor, to->name);
        if (from && from->type == PROTOBUF_C_TYPE_INT64 && to->type == from->type)
            memcpy((char *)message + to->offset, (const char *)answer + from->offset, sizeof(int64_t));
    }
    return message;
}

static const char *first_text(const ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *field = &message->descriptor->fields[0];
    return field->type == PROTOBUF_C_TYPE_STRING ? *(char *const *)(const void *)((const char *)message + field->offset) : NULL;
}

/* The item of a list that has the request's own name (a device's id). NULL: it is no longer there. */
static ProtobufCMessage *pick(const struct call *call, const ProtobufCMessage *list, const ProtobufCFieldDescriptor *items)
{
    const char *wanted = first_text(call->message);
    size_t n = *(const size_t *)(const void *)((const char *)list + items->quantifier_offset);
    ProtobufCMessage **all = *(ProtobufCMessage * *const *)(const void *)((const char *)list + items->offset);
    for (size_t i = 0; wanted && i < n; i++) {
        const char *name = first_text(all[i]);
        if (name && strcmp(name, wanted) == 0)
            return all[i];
    }
    return NULL;
}

static const ProtobufCMessageDescriptor *answer_type(const struct route *route)
{
    size_t i;
    for (i = 0; i < routes_n; i++)
        if (routes[i].kind == ROUTE_QUERY && routes[i].request == route->replay)
            return routes[i].reply;
    return route->reply; /* asked for by no route of its own: a comment */
}

static ProtobufCMessage *resource_of(struct call *call, ProtobufCMessage *answer)
{
    const ProtobufCMessageDescriptor *wanted = call->route->reply;
    if (answer->descriptor == wanted)
        return answer;
    const ProtobufCFieldDescriptor *items = protobuf_c_message_descriptor_get_field_by_name(answer->descriptor, "items");
    if (items && items->descriptor == wanted)
        return pick(call, answer, items);
    return project(call, wanted, answer);
}

static void on_answer(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct replay *replay = arg;
    struct call *call = replay->call;
    ProtobufCMessage *answer = err ? NULL : ask_payload(call, answer_type(call->route), reply);
    ProtobufCMessage *resource = answer ? resource_of(call, answer) : NULL;
    if (err)
        problem_of_service(call, err, NULL, 0, reply ? reply->retry_after_s : 0, replay->replayed);
    else if (!answer)
        problem_reply(call, ERR_MALFORMED);
    else if (!resource)
        problem_of_service(call, ERR_NOT_FOUND, NULL, 0, 0, replay->replayed);
    else
        command_reply_resource(call, &replay->outcome, resource, reply->version, replay->replayed);
}

static ProtobufCBinaryData copy(TALLOC_CTX *ctx, ProtobufCBinaryData bytes)
{
    return bytes.data ? mem_bytes(ctx, bytes.data, bytes.len) : bytes;
}

void replay_resource(struct call *call, const Pb__Outcome *outcome, bool replayed)
{
    if (!call->route->replay) {
        command_reply_resource(call, outcome, NULL, 0, replayed);
        return;
    }
    struct replay *replay = mem_new(call, struct replay);
    replay->call = call;
    replay->replayed = replayed;
    pb__outcome__init(&replay->outcome);
    replay->outcome.aggregate_id = copy(call, outcome->aggregate_id);
    replay->outcome.resource_id = copy(call, outcome->resource_id);
    struct ask ask = {
        .service = call->route->service,
        .message = question_of(call, call->route->replay, &replay->outcome),
        .scope = viewer_scope(call, &call->viewer, SCOPE_MEMBER),
        .correlation_id = http_correlation(call->http),
    };
    ask_service(call->gateway, &ask, on_answer, replay);
}
