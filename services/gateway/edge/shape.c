#include "services/gateway/edge/shape.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/json/json.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define WAIT_DEFAULT_S 2
#define WAIT_MOST_S 20
#define KEY_LEAST 8
#define KEY_MOST 64

/* --- headers --- */

static enum err read_key(struct call *call)
{
    if (call->route->idempotency == IDEMPOTENCY_NONE)
        return ERR_OK;
    const char *key = http_header(call->http, "Idempotency-Key");
    if (!key)
        return call->route->idempotency == IDEMPOTENCY_REQUIRED ? ERR_IDEMPOTENCY_KEY_MISSING : ERR_OK;
    size_t n = strlen(key);
    for (size_t i = 0; i < n; i++)
        if (key[i] < ' ' || key[i] > '~')
            return ERR_IDEMPOTENCY_KEY_INVALID;
    if (n < KEY_LEAST || n > KEY_MOST)
        return ERR_IDEMPOTENCY_KEY_INVALID;
    call->idempotency_key = key;
    return ERR_OK;
}

/* RFC 7240: "wait=5", perhaps among other preferences. What is not understood is no reason to refuse. */
static void read_prefer(struct call *call)
{
    long wait_s = WAIT_DEFAULT_S;
    const char *prefer = http_header(call->http, "Prefer");
    const char *wait = prefer ? strcasestr(prefer, "wait=") : NULL;
    if (wait && wait[5] >= '0' && wait[5] <= '9')
        wait_s = strtol(wait + 5, NULL, 10);
    call->wait_us = (wait_s < WAIT_MOST_S ? wait_s : WAIT_MOST_S) * CLOCK_SECOND_US;
}

/* If-Match: "<version>-<hash>", of which the version counts; anything else matches no version. */
static enum err read_if_match(struct call *call)
{
    const char *match = http_header(call->http, "If-Match");
    if (call->route->if_match == IF_MATCH_NONE)
        return ERR_OK;
    if (!match)
        return call->route->if_match == IF_MATCH_REQUIRED ? ERR_IF_MATCH_MISSING : ERR_OK;
    if (strcmp(match, "*") == 0)
        return ERR_OK;
    char *end = NULL;
    const char *start = match[0] == '"' ? match + 1 : match;
    call->has_if_version = true;
    call->if_version = start[0] >= '0' && start[0] <= '9' ? strtoull(start, &end, 10) : 0;
    if (end && *end != '-' && *end != '"' && *end != '\0')
        call->if_version = 0;
    return ERR_OK;
}

/* "application/json", "application/merge-patch+json", with or without parameters. */
static bool is_json(const char *content_type)
{
    static const char *const TYPES[] = {"application/json", "application/merge-patch+json"};
    size_t n = content_type ? strcspn(content_type, "; ") : 0;
    for (size_t i = 0; i < ARRAY_LENGTH(TYPES); i++)
        if (n == strlen(TYPES[i]) && strncasecmp(content_type, TYPES[i], n) == 0)
            return true;
    return false;
}

static enum err read_headers(struct call *call)
{
    size_t n;
    http_body(call->http, &n);
    if (n > 0 && !is_json(http_header(call->http, "Content-Type")))
        return ERR_MEDIA_TYPE_UNSUPPORTED;
    read_prefer(call);
    enum err err = read_key(call);
    return err ? err : read_if_match(call);
}

/* --- path, query string, body --- */

/* A segment that is no id names nothing: 404, as for a random one. */
static enum err read_path(struct call *call, struct json_form *form)
{
    for (size_t i = 0; i < call->n_params; i++)
        if (json_form_path(form, route_param_name(call, call->route, i), call->params[i]))
            return ERR_NOT_FOUND;
    return ERR_OK;
}

static enum err read_parameter(struct call *call, struct json_form *form, struct field_errors *errors, const char *text,
                               size_t n)
{
    size_t name_bytes = strcspn(text, "=&");
    const char *name = route_decode(call, text, name_bytes, true);
    const char *value = name_bytes < n ? route_decode(call, text + name_bytes + 1, n - name_bytes - 1, true) : "";
    if (!name || !value)
        return ERR_INVALID;
    if (call->route->kind == ROUTE_QUERY || call->route->kind == ROUTE_CUSTOM)
        json_form_parameter(form, name, value);
    else
        field_errors_add_parameter(errors, name, ERR_FIELD_UNKNOWN);
    return ERR_OK;
}

static enum err read_query(struct call *call, struct json_form *form, struct field_errors *errors)
{
    const char *at = http_query(call->http);
    while (*at) {
        size_t n = strcspn(at, "&");
        if (n > 0 && read_parameter(call, form, errors, at, n))
            field_errors_add(errors, "", ERR_FIELD_CHARACTERS);
        at += n;
        if (*at)
            at++;
    }
    return ERR_OK;
}

static enum err read_body(struct call *call, struct json_form *form)
{
    size_t n;
    const char *body = http_body(call->http, &n);
    json_t *object;
    if (n == 0 && !route_wants_body(call->route))
        return ERR_OK;
    enum err err = json_parse(call, body, n, &object);
    if (!err)
        json_form_object(form, object);
    return err;
}

static enum err fill(struct call *call, struct field_errors *errors)
{
    field_errors_init(errors, call);
    struct json_form *form = json_form_new(call, call->route->request, errors);
    enum err err = read_headers(call);
    if (!err)
        err = read_path(call, form);
    if (!err)
        err = read_query(call, form, errors);
    if (!err && call->route->kind != ROUTE_QUERY)
        err = read_body(call, form);
    return err ? err : json_form_finish(form, &call->message);
}

bool shape_read(struct call *call)
{
    if (!call->route->request)
        return true; /* a custom route that looks for itself */
    struct field_errors *errors = mem_new(call, struct field_errors);
    enum err err = fill(call, errors);
    if (!err)
        return true;
    if (err == ERR_INVALID)
        problem_fields(call, err, errors);
    else
        problem_reply(call, err);
    return false;
}
