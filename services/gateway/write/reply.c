#include "services/gateway/write/reply.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/fresh.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/json/json.h"
#include "services/gateway/read/cache_entry.h"
#include "services/gateway/stream/hub.h"
#include "services/gateway/write/blobs.h"
#include "services/gateway/write/jobs.h"
#include "services/gateway/write/operations.h"
#include "services/gateway/write/outcomes.h"
#include "services/gateway/write/replays.h"

/* The route's status, headers and the resource (NULL: no body). */
static void reply_resource(struct call *call, const Pb__Outcome *outcome, const ProtobufCMessage *resource,
                           uint64_t version, bool replayed)
{
    struct http_field fields[7];
    size_t n = 0, bytes = 0;
    char *text = resource ? json_write(call, resource, &bytes) : NULL, etag[64];
    fields[n++] = (struct http_field){"Set-Cookie", FRESH_COOKIE};
    fields[n++] = (struct http_field){"Cache-Control", "no-store"};
    if (text)
        fields[n++] = (struct http_field){"Content-Type", "application/json"};
    if (text && version) {
        cache_entry_etag(version, text, bytes, etag);
        fields[n++] = (struct http_field){"ETag", etag};
    }
    const char *location = call->route->status == 201 ? route_location(call, call->route, outcome) : NULL;
    if (location)
        fields[n++] = (struct http_field){"Location", location};
    if (replayed)
        fields[n++] = (struct http_field){"Idempotency-Replayed", "true"};
    http_reply(call->http, call->route->status, fields, n, text, bytes);
}

/* --- the repeat of a request --- */

struct repeat {
    struct call *call;
    Pb__Outcome outcome; /* ids only */
    struct accepted accepted;
    bool replayed;
};

static void reply_operation(struct call *call, const struct accepted *accepted, bool replayed)
{
    size_t bytes;
    char *text = operation_text(call, accepted, NULL, &bytes);
    const struct http_field fields[] = {
        {"Content-Type", "application/json"},
        {"Cache-Control", "no-store"},
        {"Set-Cookie", FRESH_COOKIE},
        {"Location", mem_printf(call, "/v1/operations/%s", operation_id(call, accepted))},
        {"Idempotency-Replayed", "true"},
    };
    fresh_wrote(call->gateway->fresh, &call->viewer.session);
    http_reply(call->http, 202, fields, ARRAY_LENGTH(fields) - !replayed, text, bytes);
}

static_assert(HUB_MARK_BYTES == BODY_MARK_BYTES, "the hub and operations know commands by the same mark");

/* A job goes on behind its command: its operation is not settled when that is. */
void reply_accepted(struct call *call, const struct accepted *accepted)
{
    bool is_job = call->route->reply && job_makes(call->route->reply);
    if (!is_job)
        hub_accepted(call->gateway->hub, &call->viewer.member, &accepted->message_id, accepted->body_mark,
                     operation_id(call, accepted));
    reply_operation(call, accepted, false);
}

static void on_resource(void *arg, enum err err, const ProtobufCMessage *resource, uint64_t version)
{
    struct repeat *repeat = arg;
    if (err && err_info(err)->http_status >= 500)
        reply_accepted(repeat->call, &repeat->accepted); /* it is done, and cannot be shown now */
    else if (err)
        problem_of_service(repeat->call, err, NULL, 0, 0, repeat->replayed);
    else
        reply_resource(repeat->call, &repeat->outcome, resource, version, repeat->replayed);
}

static ProtobufCBinaryData copy(TALLOC_CTX *ctx, ProtobufCBinaryData bytes)
{
    return bytes.data ? mem_bytes(ctx, bytes.data, bytes.len) : bytes;
}

static void ask_current(struct call *call, const Pb__Outcome *outcome, const struct accepted *accepted, bool replayed,
                        replay_done_fn *done)
{
    struct repeat *repeat = mem_new(call, struct repeat);
    repeat->call = call;
    repeat->replayed = replayed;
    repeat->accepted = *accepted;
    pb__outcome__init(&repeat->outcome);
    repeat->outcome.aggregate_id = copy(call, outcome->aggregate_id);
    repeat->outcome.resource_id = copy(call, outcome->resource_id);
    replay_ask(call, call->route, &repeat->outcome, done, repeat);
}

static void reply_current(struct call *call, const Pb__Outcome *outcome, const struct accepted *accepted, bool replayed)
{
    if (call->route->replay)
        ask_current(call, outcome, accepted, replayed, on_resource);
    else
        reply_resource(call, outcome, NULL, 0, replayed);
}

/* --- somebody was faster --- */

/* What cannot be shown now is left out: he reloads it. */
static void on_conflict(void *arg, enum err err, const ProtobufCMessage *resource, uint64_t version)
{
    struct repeat *repeat = arg;
    (void)version;
    problem_conflict(repeat->call, err ? NULL : resource, repeat->replayed);
}

static void reply_refused(struct call *call, const Pb__Outcome *outcome, const struct accepted *accepted, bool replayed)
{
    enum err err = err_from_word(outcome->code);
    if (err == ERR_VERSION_CONFLICT && call->route->replay)
        ask_current(call, outcome, accepted, replayed, on_conflict);
    else
        problem_of_service(call, err, outcome->fields, outcome->n_fields, 0, replayed);
}

/* --- outcomes --- */

void reply_settled(struct call *call, const Pb__Outcome *outcome, const struct accepted *accepted, bool replayed)
{
    const struct route *route = call->route;
    if (!outcome->code) {
        fresh_wrote(call->gateway->fresh, &call->viewer.session); /* even if what it made cannot be shown any more */
        if (!replayed)                                            /* as it was answered first */
            blobs_used(call);
    }
    if (outcome->code) {
        reply_refused(call, outcome, accepted, replayed);
    } else if (route->status == 202) {
        struct accepted begun = *accepted;
        begun.append_time_us = outcome->created_at_us;
        reply_operation(call, &begun, replayed); /* it says where the work stands */
    } else if (!route->reply) {
        reply_resource(call, outcome, NULL, 0, replayed);
    } else if (outcome->has_resource) {
        ProtobufCMessage *resource = mem_unpack(call, route->reply, outcome->resource.data, outcome->resource.len);
        if (resource)
            reply_resource(call, outcome, resource, outcome->version, replayed);
        else
            problem_reply(call, ERR_MALFORMED);
    } else {
        reply_current(call, outcome, accepted, replayed);
    }
}
