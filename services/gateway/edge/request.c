#include "services/gateway/edge/request.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/fresh.h"
#include "services/gateway/edge/limits.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/edge/shape.h"
#include "services/gateway/edge/tokens.h"
#include "services/gateway/link/directory.h"
#include "services/gateway/link/follower.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BROKER_AWAY_US (30 * CLOCK_SECOND_US)
#define CORRELATION_BYTES 64

/* --- what every answer needs --- */

static bool correlation_is_fine(const char *text)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
    return n >= 1 && n <= CORRELATION_BYTES && text[n] == '\0';
}

/* A number that is unique enough to find a request in the logs. It can be guessed, and nothing depends on that. */
static void new_correlation(char text[33])
{
    static _Thread_local uint64_t state[2];
    if (state[0] == 0) {
        struct uuid seed = uuid_random();
        memcpy(state, seed.bytes, sizeof state);
    }
    state[1]++;
    sodium_bin2hex(text, 33, (const unsigned char *)state, sizeof state);
}

static void set_correlation(struct http_request *http)
{
    char fresh[33];
    const char *given = http_header(http, "X-Correlation-Id");
    if (given && correlation_is_fine(given)) {
        http_set_correlation(http, given);
    } else {
        new_correlation(fresh);
        http_set_correlation(http, fresh);
    }
}

/* The language that comes first of the two that we speak; Vietnamese if neither does. */
static bool wants_english(const char *accept_language)
{
    if (!accept_language)
        return false;
    const char *english = strstr(accept_language, "en"), *vietnamese = strstr(accept_language, "vi");
    return english && (!vietnamese || english < vietnamese);
}

static bool wants_gzip(const char *accepted)
{
    const char *gzip = accepted ? strstr(accepted, "gzip") : NULL;
    return gzip && strncmp(gzip, "gzip;q=0", 8) != 0;
}

static struct call *call_new(struct http_request *http, struct gateway *gateway)
{
    struct call *call = mem_new(http, struct call);
    call->http = http;
    call->gateway = gateway;
    call->english = wants_english(http_header(http, "Accept-Language"));
    call->accepts_gzip = wants_gzip(http_header(http, "Accept-Encoding"));
    call->if_none_match = mem_text(call, http_header(http, "If-None-Match"));
    set_correlation(http);
    return call;
}

/* --- who --- */

static enum err identify(struct call *call)
{
    struct gateway *gateway = call->gateway;
    struct token_claims claims;
    enum err err = tokens_verify(gateway->tokens, http_header(call->http, "Authorization"), &claims);
    if (err)
        return err;
    if (!follower_is_ready(gateway->follower))
        return ERR_UNAVAILABLE;
    if (kafka_silent_us(gateway->producer) > BROKER_AWAY_US)
        return ERR_UNAVAILABLE; /* what it knows of people may be old */
    int64_t now_us = clock_now_us() + clock_offset_us(gateway->config.clock_file);
    if (directory_view(gateway->directory, &claims.member, now_us, &call->viewer) || !call->viewer.has_branch)
        return ERR_TOKEN_INVALID; /* unknown, or no member any more */
    if (claims.generation < call->viewer.generation)
        return ERR_TOKEN_INVALID;
    call->viewer.session = claims.session;
    call->viewer.signed_in = true;
    call->wrote_lately = fresh_has(gateway->fresh, &claims.session, http_header(call->http, "Cookie"));
    return ERR_OK;
}

static enum err admit(struct call *call)
{
    struct limits *limits = call->gateway->limits;
    if (call->route->access == ACCESS_PUBLIC)
        return limits_address(limits, http_peer(call->http));
    enum err err = identify(call);
    if (!err)
        return limits_member(limits, &call->viewer.member);
    if (call->route->access == ACCESS_EITHER) {
        call->unidentified = err;
        err = ERR_OK;
    }
    enum err limited = limits_address(limits, http_peer(call->http)); /* a bad token counts as none */
    return limited ? limited : err;
}

/* Finds the route and who asks. Replies and returns false where that is refused. */
static bool enter(struct call *call)
{
    struct route_match *match = mem_new(call, struct route_match);
    route_find(call, call->gateway->routes, http_method(call->http), http_path(call->http), match);
    if (!match->route) {
        if (match->allow)
            problem_method(call, match->allow);
        else
            problem_reply(call, ERR_NOT_FOUND);
        return false;
    }
    call->route = match->route;
    call->params = match->params;
    call->n_params = match->n_params;
    enum err err = admit(call);
    if (!err && !viewer_has_role(&call->viewer, call->route->roles))
        err = ERR_NOT_ALLOWED;
    if (err)
        problem_reply(call, err);
    return err == ERR_OK;
}

/* --- what is asked --- */

void request_handle(struct http_request *http, void *arg)
{
    struct call *begun = http_sink_of(http);
    if (begun) { /* its body went into the sink that its row's `head` opened */
        begun->route->run(begun);
        return;
    }
    struct call *call = call_new(http, arg);
    if (!enter(call))
        return;
    if (call->route->run_at_once && call->route->run_at_once(call))
        return;
    if (shape_read(call))
        call->route->run(call);
}

static bool has_large_body(const struct route_table *table, const char *method, const char *path)
{
    for (size_t i = 0; i < table->n; i++) {
        const struct route *route = &table->rows[i];
        if (route->head && strcmp(route->method, method) == 0 && strcmp(route->path, path) == 0)
            return true;
    }
    return false;
}

void request_head(struct http_request *http, void *arg)
{
    const struct gateway *gateway = arg;
    if (!has_large_body(gateway->routes, http_method(http), http_path(http)))
        return;
    struct call *call = call_new(http, arg);
    if (!enter(call))
        return;
    call->route->head(call);
}

/* The server's own refusals. The request may still be another thread's, who will find that it is too late: nothing is
 * made in it. */
void request_refuse(struct http_request *http, enum err err, void *arg)
{
    (void)arg;
    TALLOC_CTX *ctx = mem_context(NULL, "refusal");
    if (!*http_correlation(http))
        set_correlation(http);
    bool english = wants_english(http_header(http, "Accept-Language"));
    const char *text = problem_text(ctx, err, NULL, 0, http_correlation(http), english);
    const struct http_field fields[] = {
        {"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}, {"Retry-After", "2"}};
    int status = err_info(err)->http_status;
    size_t n = status == 503 ? ARRAY_LENGTH(fields) : ARRAY_LENGTH(fields) - 1; /* only then is it worth trying again */
    http_reply(http, status, fields, n, text, text ? strlen(text) : 0);
    mem_free(ctx);
}
