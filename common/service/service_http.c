/* What a service answers: POST /query on its Unix socket; /healthz, /readyz, /metrics on its operations port, and in
 * test builds /failpoints. Queries run on workers, each with its own database connection. */
#include "common/service/service_http.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/metrics.h"
#include "common/service/service_internal.h"
#include "common/service/service_late.h"
#include "common/service/service_outcomes.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BODY_BYTES = 1 << 20, CONNECTIONS = 256 };

/* --- queries ------------------------------------------------------------------------------------------------------ */

struct worker {
    struct pg *pg;
};

struct asked { /* one request on its way through the workers; a child of the request */
    struct service *service;
    struct http_request *request;
    bool is_among_slow; /* it was put there */
};

struct answer {
    struct query query;
    struct http_request *request;
    Pb__QueryReply reply;
    ARRAY(Pb__FieldError *) fields;
};

enum err query_field(struct query *query, const char *field, enum err code)
{
    struct answer *answer = (struct answer *)query; /* `query` is its first member */
    Pb__FieldError *error = mem_new(query->ctx, Pb__FieldError);
    pb__field_error__init(error);
    error->field = mem_text(query->ctx, field);
    error->code = mem_text(query->ctx, err_word(code));
    array_add(query->ctx, &answer->fields, error);
    return ERR_INVALID;
}

bool query_has_room(struct query *query, const ProtobufCMessage *item)
{
    size_t bytes = protobuf_c_message_get_packed_size(item);
    if (query->room_taken > 0 && query->room_taken + bytes > QUERY_ROOM_BYTES)
        return false;
    query->room_taken += bytes;
    return true;
}

static const struct query_handler *find_query(const struct service_spec *spec, const char *kind)
{
    for (size_t i = 0; i < spec->n_queries; i++)
        for (size_t j = 0; j < spec->queries[i]->n; j++)
            if (strcmp(spec->queries[i]->rows[j].type->short_name, kind) == 0)
                return &spec->queries[i]->rows[j];
    return strcmp(service_outcomes.type->short_name, kind) == 0 ? &service_outcomes : NULL;
}

static enum err run_query(struct query *q, const Pb__QueryRequest *request)
{
    const struct query_handler *handler = find_query(q->service->spec, request->kind);
    if (!handler)
        return ERR_UNKNOWN_KIND;
    q->body = mem_unpack(q->ctx, handler->type, request->payload.data, request->payload.len);
    if (!q->body)
        return ERR_MALFORMED;
    q->scope = request->scope;
    q->actor = request->actor;
    q->peer = request->peer ? request->peer : "";
    q->now_us = clock_now_us() + (request->has_clock_offset_us ? request->clock_offset_us : 0);
    log_set_correlation(request->correlation_id);
    enum err err = handler->answer(q);
    if (err_info(err)->level >= LOG_LEVEL_WARN)
        log_event(err_info(err)->level, "query_failed", "kind=%s err=%s detail=\"%s\"", request->kind, err_word(err),
                  pg_message(q->pg));
    log_set_correlation(NULL);
    return err;
}

static void fill_reply(struct answer *answer, enum err err)
{
    struct query *q = &answer->query;
    if (err) {
        answer->reply.code = (char *)(uintptr_t)err_word(err);
    } else if (q->reply) {
        answer->reply.has_payload = true;
        answer->reply.payload = mem_pack(q->ctx, q->reply);
    }
    answer->reply.fields = answer->fields.items;
    answer->reply.n_fields = answer->fields.n;
    answer->reply.has_version = q->version > 0;
    answer->reply.version = q->version;
    answer->reply.has_private_ = answer->reply.private_ = q->private_reply;
    answer->reply.has_retry_after_s = q->retry_after_s > 0;
    answer->reply.retry_after_s = q->retry_after_s;
}

static void end(struct answer *answer, enum err err)
{
    const struct query *q = &answer->query;
    fill_reply(answer, err);
    ProtobufCBinaryData packed = mem_pack(q->ctx, &answer->reply.base);
    if (q->said) {
        service_late_add(q->service->late, q->ctx, answer->request, loop_outbox_commit(q->said), packed);
        return;
    }
    http_reply(answer->request, 200, NULL, 0, packed.data, packed.len);
    mem_free(q->ctx);
}

void query_end(struct query *query, enum err err)
{
    end((struct answer *)query, err);
}

static void answer_query(void *state, void *arg);

/* What is slow is done among its like. True: it comes again, or was shed. */
static bool put_among_slow(struct asked *asked, const Pb__QueryRequest *request)
{
    const struct query_handler *handler = request ? find_query(asked->service->spec, request->kind) : NULL;
    if (asked->is_among_slow || !handler || !handler->is_slow)
        return false;
    asked->is_among_slow = true;
    if (workers_run_slow(asked->service->workers, answer_query, asked) != ERR_OK)
        http_reply(asked->request, 503, NULL, 0, NULL, 0);
    return true;
}

static void answer_query(void *state, void *arg)
{
    struct worker *worker = state;
    struct asked *asked = arg;
    TALLOC_CTX *ctx = mem_context(NULL, "query");
    struct answer *answer = mem_new(ctx, struct answer);
    size_t n = 0;
    const void *body = http_body(asked->request, &n);
    pb__query_reply__init(&answer->reply);
    answer->request = asked->request;
    answer->query = (struct query){.ctx = ctx, .pg = worker->pg, .service = asked->service};
    const Pb__QueryRequest *request = (const Pb__QueryRequest *)mem_unpack(ctx, &pb__query_request__descriptor, body,
                                                                           n);
    if (put_among_slow(asked, request)) {
        mem_free(ctx);
        return;
    }
    enum err err = request ? run_query(&answer->query, request) : ERR_MALFORMED;
    answer->query.pg = NULL; /* another query's from now on */
    if (!err && answer->query.hand_on)
        answer->query.hand_on(&answer->query, answer->query.hand_on_arg);
    else
        end(answer, err);
}

static void on_query(struct http_request *request, void *arg)
{
    if (strcmp(http_path(request), "/query") != 0 || strcmp(http_method(request), "POST") != 0) {
        http_reply(request, 404, NULL, 0, NULL, 0);
        return;
    }
    struct asked *asked = mem_new(request, struct asked);
    *asked = (struct asked){.service = arg, .request = request};
    if (workers_run(asked->service->workers, answer_query, asked) != ERR_OK)
        http_reply(request, 503, NULL, 0, NULL, 0); /* shed */
}

static void *open_worker(void *arg)
{
    struct worker *worker = mem_new(NULL, struct worker);
    worker->pg = service_pg(arg, worker);
    return worker;
}

/* --- operations --------------------------------------------------------------------------------------------------- */

static void reply_text(struct http_request *request, int status, const char *text)
{
    const struct http_field type = {"Content-Type", "text/plain; charset=utf-8"};
    http_reply(request, status, &type, 1, text, strlen(text));
}

#ifdef SOTAY_FAILPOINTS
/* ?name=…&action=…&after=N; names and actions hold no characters that would need decoding. */
static const char *parameter(TALLOC_CTX *ctx, const char *query, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = query; at && *at; at = strchr(at, '&') ? strchr(at, '&') + 1 : NULL)
        if (strncmp(at, name, n) == 0 && at[n] == '=')
            return mem_textn(ctx, at + n + 1, strcspn(at + n + 1, "&"));
    return "";
}

static void arm_failpoint(struct http_request *request)
{
    const char *after = parameter(request, http_query(request), "after");
    enum err err = failpoint_arm(parameter(request, http_query(request), "name"),
                                 parameter(request, http_query(request), "action"),
                                 *after ? (int)strtol(after, NULL, 10) : 1);
    reply_text(request, err ? 422 : 200, err ? "refused\n" : "armed\n");
}
#endif

/* Without Redis reads are slower, and right: it is ready, and says so. */
static void reply_ready(const struct service *service, struct http_request *request)
{
    const char *why = service_not_ready(service, request);
    if (why)
        reply_text(request, 503, mem_printf(request, "not ready: %s\n", why));
    else if (!service_is_heard(service))
        reply_text(request, 200, "ready; Redis is away: gateways keep no answers\n");
    else
        reply_text(request, 200, "ready\n");
}

static void on_operation(struct http_request *request, void *arg)
{
    struct service *service = arg;
    const char *path = http_path(request);
    if (strcmp(path, "/healthz") == 0)
        reply_text(request, 200, "ok\n");
    else if (strcmp(path, "/readyz") == 0)
        reply_ready(service, request);
    else if (strcmp(path, "/metrics") == 0)
        reply_text(request, 200, metrics_print(request));
#ifdef SOTAY_FAILPOINTS
    else if (strcmp(path, "/failpoints") == 0 && strcmp(http_method(request), "POST") == 0)
        arm_failpoint(request);
    else if (strcmp(path, "/failpoints") == 0)
        reply_text(request, 200, failpoint_list(request));
#endif
    else
        reply_text(request, 404, "not found\n");
}

/* --- start and stop ----------------------------------------------------------------------------------------------- */

static enum err start_queries(struct service *service)
{
    const struct service_config *c = &service->config;
    const struct http_options options = {.listen = mem_printf(service, "unix:%s", c->query_socket),
                                         .threads = 1,
                                         .body_bytes = BODY_BYTES,
                                         .connections = CONNECTIONS,
                                         .connections_per_address = 0,
                                         .idle_s = 300,
                                         .deadline_ms = (unsigned)c->request_ms,
                                         .handle = on_query,
                                         .arg = service};
    service->cluster = kafka_cluster_id(service, c->kafka, 5000);
    enum err err = service_late_start(service, &service->late);
    if (!err)
        err = workers_start(NULL, "query", (unsigned)c->query_threads, (unsigned)c->query_queue, open_worker, mem_free,
                            service, &service->workers);
    return err ? err : http_server_start(NULL, &options, &service->queries);
}

enum err service_http_start(struct service *service)
{
    const struct http_options options = {.listen = service->config.listen,
                                         .threads = 1,
                                         .body_bytes = 4096,
                                         .connections = 32,
                                         .connections_per_address = 0,
                                         .idle_s = 30,
                                         .deadline_ms = 5000,
                                         .handle = on_operation,
                                         .arg = service};
    enum err err = *service->config.query_socket ? start_queries(service) : ERR_OK;
    return err ? err : http_server_start(NULL, &options, &service->operations);
}

void service_http_stop(struct service *service)
{
    if (service->operations)
        http_server_stop(service->operations);
    if (service->queries)
        http_server_stop(service->queries); /* while it waits for answers, its handler still needs the workers */
    if (service->workers)
        workers_stop(service->workers);
    if (service->late)
        service_late_stop(service->late);
}
