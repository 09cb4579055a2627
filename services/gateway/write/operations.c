#include "services/gateway/write/operations.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/kafka/kafka.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/fresh.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/json/json.h"
#include "services/gateway/json/json_format.h"
#include "services/gateway/link/services.h"
#include "services/gateway/write/jobs.h"
#include "services/gateway/write/outcomes.h"
#include "services/gateway/write/replays.h"
#include <sodium.h>
#include <string.h>

/* --- ids --- */

struct packed_id {
    uint8_t version, service;
    uint16_t partition;
    uint32_t check;
    int64_t offset, append_time_us;
    struct uuid message_id, aggregate;
    uint8_t body_mark[BODY_MARK_BYTES];
    uint64_t kind;
};
#define ID_VERSION 3
/* The partition's number names the birth of the topic as well. */
_Static_assert(KAFKA_BIRTHS_MOST *KAFKA_BIRTH_STEP <= UINT16_MAX, "a partition's number fits");

/* A wrong guess about whose it is costs the asker a 404; the outcome's own actor decides in the end. */
static uint32_t check_of(const struct uuid *message_id, const struct uuid *actor)
{
    static const char WHAT[] = "operation";
    const void *parts[] = {WHAT, message_id->bytes, actor->bytes};
    const size_t bytes[] = {sizeof WHAT - 1, sizeof message_id->bytes, sizeof actor->bytes};
    struct uuid hash = uuid_hash(ARRAY_LENGTH(parts), parts, bytes);
    uint32_t check;
    memcpy(&check, hash.bytes, sizeof check);
    return check;
}

/* A message's name as a number: FNV-1a. */
static uint64_t number_of_kind(const char *kind)
{
    uint64_t number = UINT64_C(14695981039346656037);
    for (; *kind; kind++)
        number = (number ^ (uint8_t)*kind) * UINT64_C(1099511628211);
    return number;
}

/* NULL: no command of this gateway, perhaps of a newer one. */
static const char *kind_of_number(const struct route_table *table, uint64_t number)
{
    for (size_t i = 0; i < table->n; i++)
        if (table->rows[i].kind == ROUTE_COMMAND && number_of_kind(table->rows[i].request->short_name) == number)
            return table->rows[i].request->short_name;
    return NULL;
}

char *operation_id(struct call *call, const struct accepted *accepted)
{
    struct packed_id packed = {
        .version = ID_VERSION,
        .service = (uint8_t)accepted->service,
        .partition = (uint16_t)accepted->partition,
        .check = check_of(&accepted->message_id, &call->viewer.member),
        .offset = accepted->offset,
        .append_time_us = accepted->append_time_us,
        .message_id = accepted->message_id,
        .aggregate = accepted->aggregate,
        .kind = number_of_kind(accepted->kind),
    };
    memcpy(packed.body_mark, accepted->body_mark, sizeof packed.body_mark);
    size_t room = sodium_base64_encoded_len(sizeof packed, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return sodium_bin2base64(mem_array(call, char, room), room, (const uint8_t *)&packed, sizeof packed,
                             sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static enum err read_id(const struct call *call, const char *text, struct accepted *ret_accepted)
{
    struct packed_id packed;
    size_t n = 0;
    if (sodium_base642bin((uint8_t *)&packed, sizeof packed, text, strlen(text), NULL, &n, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return ERR_NOT_FOUND;
    if (n != sizeof packed || packed.version != ID_VERSION || packed.service == SERVICE_NONE ||
        packed.service >= SERVICE_COUNT)
        return ERR_NOT_FOUND;
    if (packed.check != check_of(&packed.message_id, &call->viewer.member))
        return ERR_NOT_FOUND;
    const char *kind = kind_of_number(call->gateway->routes, packed.kind);
    if (!kind)
        return ERR_NOT_FOUND;
    *ret_accepted = (struct accepted){.service = packed.service,
                                      .partition = packed.partition,
                                      .offset = packed.offset,
                                      .append_time_us = packed.append_time_us,
                                      .message_id = packed.message_id,
                                      .aggregate = packed.aggregate,
                                      .kind = kind};
    memcpy(ret_accepted->body_mark, packed.body_mark, sizeof packed.body_mark);
    return ERR_OK;
}

/* --- text --- */

static void write_time(struct json_out *out, const char *name, bool has, int64_t at_us)
{
    char text[JSON_FORMAT_TEXT_BYTES];
    json_out_raw(out, name);
    if (has)
        json_format_write_number(FORMAT_TIMESTAMP, at_us, text);
    json_out_string(out, has ? text : NULL);
}

static ProtobufCMessage *read_resource(struct call *call, const struct route *route, const Pb__Outcome *outcome)
{
    if (!route || !route->reply || !outcome->has_resource)
        return NULL;
    return mem_unpack(call, route->reply, outcome->resource.data, outcome->resource.len);
}

static void write_progress(struct json_out *out, const Pb__Operation__Progress *progress)
{
    json_out_raw(out, ",\"progress\":");
    json_out_message(out, progress ? &progress->base : NULL);
}

static void write_problem(struct call *call, struct json_out *out, const char *word, Pb__FieldError *const fields[],
                          size_t n)
{
    json_out_raw(out, ",\"problem\":");
    json_out_raw(out, word ? problem_text(call, err_from_word(word), fields, n, NULL, call->english) : "null");
}

/* Of a job that is under way, or has come to nothing, there is no result; its resource says more. */
static void write_settled(struct call *call, struct json_out *out, const Pb__Outcome *outcome)
{
    const struct route *route = route_of_kind(call->gateway->routes, outcome->kind);
    ProtobufCMessage *resource = outcome->code ? NULL : read_resource(call, route, outcome);
    struct job job = {.state = PB__JOB_STATE__JOB_STATE_SUCCEEDED, .settled_at_us = outcome->settled_at_us};
    bool is_job = job_read(resource, &job), is_done = job_is_done(&job);
    const char *problem = is_job ? job.problem : outcome->code;
    json_out_raw(out, !is_done ? "\"pending\"" : problem ? "\"rejected\"" : "\"succeeded\"");
    write_progress(out, is_done ? NULL : job.progress);
    json_out_raw(out, ",\"resource_url\":");
    json_out_string(out, route && !outcome->code ? route_location(call, route, outcome) : NULL);
    json_out_raw(out, ",\"result\":");
    json_out_message(out, is_done && !problem ? resource : NULL);
    write_problem(call, out, problem, is_job ? NULL : outcome->fields, is_job ? 0 : outcome->n_fields);
    write_time(out, ",\"created_at\":", true, outcome->created_at_us);
    write_time(out, ",\"settled_at\":", is_done, job.settled_at_us);
}

char *operation_text(struct call *call, const struct accepted *accepted, const Pb__Outcome *outcome, size_t *ret_bytes)
{
    struct json_out *out = json_out_new(call);
    json_out_raw(out, "{\"id\":");
    json_out_string(out, operation_id(call, accepted));
    json_out_raw(out, ",\"state\":");
    if (outcome) {
        write_settled(call, out, outcome);
    } else {
        json_out_raw(out, "\"pending\",\"progress\":null,\"resource_url\":null,\"result\":null,\"problem\":null");
        write_time(out, ",\"created_at\":", true, accepted->append_time_us);
        write_time(out, ",\"settled_at\":", false, 0);
    }
    json_out_raw(out, "}");
    return json_out_finish(out, ret_bytes);
}

/* --- the route --- */

struct looking {
    struct call *call;
    struct accepted accepted;
    Pb__Outcome *kept;         /* what the service knows */
    const struct route *route; /* of what was kept */
};

static void reply_operation(const struct looking *looking, const Pb__Outcome *outcome)
{
    struct call *call = looking->call;
    size_t n, n_fields = 2;
    char *text = operation_text(call, &looking->accepted, outcome, &n);
    struct http_field fields[3] = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
    if (outcome) { /* as if the write were answered now */
        fresh_wrote(call->gateway->fresh, &call->viewer.session);
        fields[n_fields++] = (struct http_field){"Set-Cookie", FRESH_COOKIE};
    }
    http_reply(call->http, 200, fields, n_fields, text, n);
}

static bool is_mine(const struct call *call, const Pb__Outcome *outcome)
{
    struct uuid actor;
    return outcome->has_actor_id && !uuid_from_pb(outcome->actor_id, &actor) &&
           uuid_equal(&actor, &call->viewer.member);
}

static void on_resource(void *arg, enum err err, const ProtobufCMessage *resource, uint64_t version)
{
    struct looking *looking = arg;
    (void)version;
    if (err && job_makes(looking->route->reply)) { /* its resource alone says whether it is done */
        problem_reply(looking->call, err);
        return;
    }
    looking->kept->has_resource = !err; /* gone since: it succeeded all the same */
    if (!err)
        looking->kept->resource = mem_pack(looking->call, resource);
    reply_operation(looking, looking->kept);
}

/* The service keeps no resources: it is asked for as it is now. */
static void reply_kept(struct looking *looking, Pb__Outcome *outcome)
{
    outcome_complete(outcome, &looking->accepted);
    const struct route *route = route_of_kind(looking->call->gateway->routes, outcome->kind);
    looking->kept = outcome;
    looking->route = route;
    if (route && route->replay && !outcome->code)
        replay_ask(looking->call, route, outcome, on_resource, looking);
    else
        reply_operation(looking, outcome);
}

static void on_outcome(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct looking *looking = arg;
    struct call *call = looking->call;
    const Pb__OutcomeReplies *replies =
        err ? NULL : (Pb__OutcomeReplies *)service_payload(call, &pb__outcome_replies__descriptor, reply);
    if (err || !replies || replies->n_items != 1) {
        problem_reply(call, err ? err : ERR_MALFORMED);
        return;
    }
    const Pb__OutcomeReply *answer = replies->items[0];
    if (!answer->settled)
        reply_operation(looking, NULL);
    else if (answer->outcome && is_mine(call, answer->outcome))
        reply_kept(looking, answer->outcome);
    else
        problem_reply(call, ERR_NOT_FOUND); /* another's, or older than 45 days */
}

void operation_get(struct call *call)
{
    struct looking *looking = mem_new(call, struct looking);
    looking->call = call;
    if (call->n_params == 0 || read_id(call, call->params[0], &looking->accepted))
        problem_reply(call, ERR_NOT_FOUND);
    else
        outcome_ask(call->gateway->services, looking->accepted.service, http_correlation(call->http),
                    &looking->accepted, 1, on_outcome, looking);
}
