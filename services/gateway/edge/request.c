#include "services/gateway/edge/request.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/demo_clock.h"
#include "services/gateway/edge/fresh.h"
#include "services/gateway/edge/limits.h"
#include "services/gateway/edge/peers.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/edge/shape.h"
#include "services/gateway/edge/tokens.h"
#include "services/gateway/link/directory.h"
#include "services/gateway/link/follower.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CORRELATION_BYTES 64
#define PUBLIC_BODY_BYTES (16 << 10) /* of one who has said who he is to nobody yet: a card, a password, a code */

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
    call->peer = peers_client(call, gateway->peers, http);
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
    if (kafka_silent_us(gateway->producer) > DIRECTORY_BELIEVED_US)
        return ERR_UNAVAILABLE; /* what it knows of people may be old */
    int64_t now_us = clock_now_us() + call->clock_offset_us;
    if (directory_view(gateway->directory, &claims.member, now_us, &call->viewer) || !call->viewer.has_branch)
        return ERR_TOKEN_INVALID; /* unknown, or no member any more */
    if (claims.generation < call->viewer.generation)
        return ERR_TOKEN_INVALID;
    call->token_generation = claims.generation;
    call->token_expires_at_us = claims.expires_at_us;
    call->viewer.session = claims.session;
    call->viewer.signed_in = true;
    call->wrote_lately = fresh_has(gateway->fresh, &claims.session, http_header(call->http, "Cookie"));
    return ERR_OK;
}

/* What is asked for is nowhere; whoever tries many paths is too fast as for anything else. */
static enum err admit_nowhere(struct call *call)
{
    struct limits *limits = call->gateway->limits;
    return identify(call) ? limits_address(limits, call->peer, LIMITS_JUNK)
                          : limits_member(limits, &call->viewer.member);
}

static enum err admit(struct call *call)
{
    struct limits *limits = call->gateway->limits;
    if (call->route->access == ACCESS_PUBLIC)
        return limits_address(limits, call->peer, call->route->bucket);
    enum err err = identify(call);
    if (!err)
        return limits_member(limits, &call->viewer.member);
    if (call->route->access == ACCESS_EITHER) {
        call->unidentified = err;
        err = ERR_OK;
    }
    enum err limited = limits_address(limits, call->peer, LIMITS_JUNK); /* a bad token counts as none */
    return limited ? limited : err;
}

static void reply_nowhere(struct call *call, const char *allow)
{
    const struct route_table *table = call->gateway->routes;
    if (!allow && table->otherwise && table->otherwise(call))
        return;
    enum err err = admit_nowhere(call);
    if (err)
        problem_reply(call, err);
    else if (allow)
        problem_method(call, allow);
    else
        problem_reply(call, ERR_NOT_FOUND);
}

/* Finds the route and who asks. Replies and returns false where that is refused, or no row of the table's. */
static bool enter(struct call *call)
{
    struct route_match *match = mem_new(call, struct route_match);
    route_find(call, call->gateway->routes, http_method(call->http), http_path(call->http), match);
    if (!match->route) {
        reply_nowhere(call, match->allow);
        return false;
    }
    call->route = match->route;
    call->params = match->params;
    call->n_params = match->n_params;
    enum err err = demo_clock_read(call, &call->clock_offset_us);
    if (!err)
        err = admit(call);
    if (!err && !viewer_has_role(&call->viewer, call->route->roles))
        err = ERR_NOT_ALLOWED;
    if (err)
        problem_reply(call, err);
    return err == ERR_OK;
}

/* --- what is asked --- */

/* Who took his time over a body may have been signed out, or have lost a role, meanwhile. That his token has run out is
 * no reason: he was who he is when he began, and a large file takes long. */
static enum err identify_again(struct call *call)
{
    bool is_late = clock_monotonic_us() - http_started_us(call->http) > CLOCK_SECOND_US;
    if (!is_late || !call->viewer.signed_in)
        return ERR_OK;
    enum err err = identify(call);
    if (err == ERR_TOKEN_EXPIRED)
        return ERR_OK;
    return err || viewer_has_role(&call->viewer, call->route->roles) ? err : ERR_NOT_ALLOWED;
}

/* The call that `request_head` began, or a new one; NULL: it was refused. */
static struct call *take_call(struct http_request *http, struct gateway *gateway)
{
    struct call *call = http_kept(http);
    if (!call) {
        call = call_new(http, gateway);
        http_keep(http, call);
        return enter(call) ? call : NULL;
    }
    enum err err = identify_again(call);
    if (err)
        problem_reply(call, err);
    return err ? NULL : call;
}

void request_handle(struct http_request *http, void *arg)
{
    struct call *call = take_call(http, arg);
    if (!call)
        return;
    if (call->route->run_at_once && call->route->run_at_once(call))
        return;
    if (shape_read(call))
        call->route->run(call);
}

/* What is packed unpacks to any size; nobody needs it. */
static bool is_packed(struct http_request *http)
{
    const char *coding = http_header(http, "Content-Encoding");
    return coding && strcasecmp(coding, "identity") != 0;
}

/* Who asks, and whether he may, is known before a body is listened to. */
void request_head(struct http_request *http, void *arg)
{
    if (!http_has_body(http))
        return;
    struct call *call = call_new(http, arg);
    if (!enter(call))
        return;
    http_keep(http, call);
    if (is_packed(http))
        problem_reply(call, ERR_MEDIA_TYPE_UNSUPPORTED);
    else if (call->route->head)
        call->route->head(call);
    else if (!call->viewer.signed_in)
        http_limit_body(http, PUBLIC_BODY_BYTES);
}

/* The server's own refusals. The request may still be another thread's, who will find that it is too late: nothing is
 * made in it. */
void request_refuse(struct http_request *http, enum err err, void *arg)
{
    const struct gateway *gateway = arg;
    TALLOC_CTX *ctx = mem_context(NULL, "refusal");
    if (!*http_correlation(http))
        set_correlation(http);
    bool english = wants_english(http_header(http, "Accept-Language"));
    const char *text = problem_refusal(ctx, &gateway->config, err, http_correlation(http), english);
    const struct http_field fields[] = {
        {"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}, {"Retry-After", "2"}};
    int status = err_info(err)->http_status;
    size_t n = status == 503 ? ARRAY_LENGTH(fields) : ARRAY_LENGTH(fields) - 1; /* only then is it worth trying again */
    http_reply(http, status, fields, n, text, text ? strlen(text) : 0);
    mem_free(ctx);
}

/* --- what is no request yet --- */

static struct {
    enum err err;
    const char *text;
} refusals[] = {{.err = ERR_HEADER_INVALID}, /* and whatever else the library may say */
                {.err = ERR_BODY_TOO_LARGE},
                {.err = ERR_URI_TOO_LONG},
                {.err = ERR_HEADERS_TOO_LARGE},
                {.err = ERR_OVERLOADED}};

void request_prepare_refusals(TALLOC_CTX *ctx)
{
    for (size_t i = 0; i < ARRAY_LENGTH(refusals); i++)
        refusals[i].text = problem_text(ctx, refusals[i].err, NULL, 0, "", false);
}

const char *request_refusal(enum err err)
{
    for (size_t i = 0; i < ARRAY_LENGTH(refusals); i++)
        if (refusals[i].err == err)
            return refusals[i].text;
    return refusals[0].text;
}
