#include "services/gateway/read/queries.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/tag.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/json/json.h"
#include <string.h>

#define KEY_BYTES 2048
#define TAGS_MAX 32

/* --- keys and tags --- */

struct key {
    uint8_t bytes[KEY_BYTES];
    size_t n;
};

static bool key_add(struct key *key, const void *bytes, size_t n)
{
    if (n > sizeof key->bytes - key->n)
        return false;
    memcpy(key->bytes + key->n, bytes, n);
    key->n += n;
    return true;
}

/* False: too long to be kept. */
static bool make_key(const struct call *call, enum viewer_scope scope, struct key *key)
{
    const char *path = http_path(call->http), *query = http_query(call->http);
    key->n = viewer_key(&call->viewer, scope, key->bytes);
    return key_add(key, path, strlen(path) + 1) && key_add(key, query, strlen(query));
}

struct tag_list {
    const char *items[TAGS_MAX];
    size_t n;
};

static void tag_add_text(struct call *call, struct tag_list *tags, const char *text)
{
    if (tags->n < TAGS_MAX)
        tags->items[tags->n++] = mem_text(call, text);
}

static void tag_add(struct call *call, struct tag_list *tags, enum tag tag, const struct uuid *id)
{
    char text[TAG_TEXT_BYTES];
    tag_format(tag, id, text);
    tag_add_text(call, tags, text);
}

static void tag_add_services(struct call *call, struct tag_list *tags, unsigned services)
{
    char text[TAG_TEXT_BYTES];
    for (unsigned i = 0; i < SERVICE_COUNT; i++)
        if (services >> i & 1) {
            tag_format_service(services_name((enum service)i), text);
            tag_add_text(call, tags, text);
        }
}

/* The id that the request's field of this name holds; zero if it is absent or no id. */
static struct uuid id_of_field(const ProtobufCMessage *message, const char *name)
{
    struct uuid id = {0};
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    if (!field || field->type != PROTOBUF_C_TYPE_BYTES)
        return id;
    const ProtobufCBinaryData *bytes = (const void *)((const char *)message + field->offset);
    if (uuid_from_pb(*bytes, &id))
        id = (struct uuid){0};
    return id;
}

static void expand_tag(struct call *call, const struct route_tag *row, struct tag_list *tags)
{
    const struct viewer *viewer = &call->viewer;
    struct uuid id;
    switch (row->source) {
    case TAGGED_END: break;
    case TAGGED_ALL: tag_add(call, tags, row->tag, NULL); break;
    case TAGGED_MEMBER: tag_add(call, tags, row->tag, &viewer->member); break;
    case TAGGED_GRANTS:
        tag_add(call, tags, row->tag, &viewer->branch);
        for (size_t i = 0; i < viewer->n_grants; i++)
            tag_add(call, tags, row->tag, &viewer->grants[i].organization);
        break;
    case TAGGED_FIELD:
        id = id_of_field(call->message, row->field);
        tag_add(call, tags, row->tag, &id);
        break;
    }
}

/* --- replying --- */

static bool is_unchanged(const struct call *call, const struct cache_entry *entry)
{
    const char *known = call->if_none_match;
    return known && (strcmp(known, "*") == 0 || strstr(known, entry->etag));
}

static void reply_stale(struct call *call, const struct cache_entry *entry)
{
    const struct http_field fields[] = {
        {"Content-Type", "application/json"},         {"ETag", entry->etag},
        {"Cache-Control", "private, no-cache"},       {"Vary", "Authorization, Accept-Encoding"},
        {"Cache-Status", "sotay; hit; detail=stale"},
    };
    http_reply(call->http, 200, fields, ARRAY_LENGTH(fields), entry->body, entry->body_bytes);
}

static void reply_entry(struct call *call, struct cache_entry *entry)
{
    struct http_shared *gzip = entry->gzip;
    if (is_unchanged(call, entry))
        http_reply_shared(call->http, entry->unchanged);
    else if (gzip && call->accepts_gzip)
        http_reply_shared(call->http, gzip);
    else
        http_reply_shared(call->http, entry->plain);
}

bool query_from_memory(struct call *call)
{
    struct key key;
    struct cache_entry *entry = NULL;
    if (call->route->lifetime_ms == 0 || call->wrote_lately)
        return false;
    if (make_key(call, call->route->scope, &key))
        entry = cache_peek(call->gateway->cache, key.bytes, key.n);
    if (!entry && call->route->then_member && make_key(call, SCOPE_MEMBER, &key))
        entry = cache_peek(call->gateway->cache, key.bytes, key.n);
    if (!entry)
        return false;
    reply_entry(call, entry);
    cache_entry_unref(entry);
    return true;
}

/* --- asking --- */

void query_step_answer(struct query_step *step, const Pb__QueryReply *reply, const ProtobufCMessage *message, bool keep)
{
    TALLOC_CTX *ctx = mem_context(NULL, "answer");
    size_t n = 0;
    char *text = message ? json_write(ctx, message, &n) : NULL;
    if (text)
        cache_answered(step->question, reply->version, text, n, keep);
    else
        cache_refused(step->question, ERR_MALFORMED, NULL);
    mem_free(ctx);
}

static void on_reply(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct query_step *step = arg;
    if (err) {
        cache_refused(step->question, err, reply);
    } else {
        TALLOC_CTX *ctx = mem_context(NULL, "reply");
        query_step_answer(step, reply, service_payload(ctx, step->call->route->reply, reply), !reply->private_);
        mem_free(ctx);
    }
    mem_free(step);
}

void query_step_ask(struct query_step *step, enum service service, const ProtobufCMessage *message,
                    service_done_fn *done, void *arg)
{
    TALLOC_CTX *ctx = mem_context(NULL, "scope");
    const struct service_query query = {
        .service = service,
        .message = message,
        .scope = viewer_scope(ctx, &step->call->viewer, step->scope),
        .correlation_id = http_correlation(step->call->http),
    };
    service_ask(step->call->gateway->services, &query, done, arg);
    mem_free(ctx);
}

/* A call's turn in one scope: what cache_get's callbacks get. */
struct turn {
    struct call *call;
    enum viewer_scope scope;
};
static void take_turn(struct call *call, enum viewer_scope scope);

static void ask_now(void *arg, struct cache_question *question)
{
    const struct turn *turn = arg;
    struct query_step *step = mem_new(NULL, struct query_step);
    *step = (struct query_step){turn->call, turn->scope, question};
    if (turn->call->route->compose)
        turn->call->route->compose(step);
    else
        query_step_ask(step, turn->call->route->service, turn->call->message, on_reply, step);
}

static void on_answer(void *arg, const struct cache_answer *answer)
{
    const struct turn *turn = arg;
    struct call *call = turn->call;
    if (answer->err == ERR_NOT_FOUND && call->route->then_member && turn->scope == SCOPE_BRANCH)
        take_turn(call, SCOPE_MEMBER);
    else if (answer->err)
        problem_of_service(call, answer->err, answer->reply ? answer->reply->fields : NULL,
                           answer->reply ? answer->reply->n_fields : 0,
                           answer->reply ? answer->reply->retry_after_s : 0, false);
    else if (answer->stale)
        reply_stale(call, answer->entry);
    else
        reply_entry(call, answer->entry);
}

static void take_turn(struct call *call, enum viewer_scope scope)
{
    struct key *key = mem_new(call, struct key);
    struct tag_list tags = {.n = 0};
    struct turn *turn = mem_new(call, struct turn);
    *turn = (struct turn){call, scope};
    bool keep = make_key(call, scope, key);
    unsigned services = 1U << call->route->service | call->route->also;
    tag_add_services(call, &tags, services);
    for (size_t i = 0; i < ROUTE_TAGS; i++)
        expand_tag(call, &call->route->tags[i], &tags);
    struct cache_wanted wanted = {
        .key = key->bytes,
        .key_bytes = key->n,
        .tags = tags.items,
        .n_tags = tags.n,
        .services = services,
        .alone = call->wrote_lately,
        .lifetime_ms = keep && tags.n < TAGS_MAX ? call->route->lifetime_ms : 0,
        .ask = ask_now,
        .done = on_answer,
        .arg = turn,
    };
    cache_get(call->gateway->cache, &wanted);
}

void query_run(struct call *call)
{
    take_turn(call, call->route->scope);
}
