#include "services/gateway/edge/route.h"

#include "common/base/mem.h"
#include "contract_rules.h"
#include <curl/curl.h>
#include <string.h>

struct segment {
    const char *text;
    size_t n;
};

/* Collects the segments that stand where the template has parameters. */
static bool path_matches(const char *template, const char *path, struct segment params[ROUTE_PARAMS], size_t *ret_n)
{
    size_t n = 0;
    while (*template) {
        if (*template == '{') {
            size_t bytes = strcspn(path, "/");
            if (bytes == 0 || n == ROUTE_PARAMS)
                return false;
            params[n++] = (struct segment){path, bytes};
            template = strchr(template, '}') + 1;
            path += bytes;
        } else if (*template ++ != *path++) {
            return false;
        }
    }
    *ret_n = n;
    return *path == '\0';
}

char *route_decode(TALLOC_CTX *ctx, const char *text, size_t n, bool plus_is_space)
{
    char *copy = mem_textn(ctx, text, n), *result = NULL;
    if (!strpbrk(copy, "%+"))
        return copy;
    for (char *at = copy; plus_is_space && *at; at++)
        if (*at == '+')
            *at = ' ';
    int bytes = 0;
    char *decoded = curl_easy_unescape(NULL, copy, (int)n, &bytes);
    if (decoded && strlen(decoded) == (size_t)bytes)
        result = mem_textn(ctx, decoded, (size_t)bytes);
    curl_free(decoded);
    mem_free(copy);
    return result;
}

static void take_params(TALLOC_CTX *ctx, const struct segment params[], size_t n, struct route_match *match)
{
    for (size_t i = 0; i < n; i++) {
        match->params[i] = route_decode(ctx, params[i].text, params[i].n, false);
        if (!match->params[i])
            match->params[i] = ""; /* no id looks like this */
    }
    match->n_params = n;
}

static const char *add_method(TALLOC_CTX *ctx, const char *allow, const char *method)
{
    if (!allow)
        return method;
    return strstr(allow, method) ? allow : mem_printf(ctx, "%s, %s", allow, method);
}

void route_find(TALLOC_CTX *ctx, const struct route_table *table, const char *method, const char *path,
                struct route_match *ret_match)
{
    *ret_match = (struct route_match){0};
    for (size_t i = 0; i < table->n; i++) {
        const struct route *route = &table->rows[i];
        struct segment params[ROUTE_PARAMS];
        size_t n;
        if (!path_matches(route->path, path, params, &n))
            continue;
        if (strcmp(route->method, method) != 0) {
            ret_match->allow = add_method(ctx, ret_match->allow, route->method);
            continue;
        }
        ret_match->route = route;
        take_params(ctx, params, n, ret_match);
        return;
    }
}

const struct route *route_of_kind(const struct route_table *table, const char *kind)
{
    for (size_t i = 0; i < table->n; i++)
        if (table->rows[i].kind == ROUTE_COMMAND && strcmp(table->rows[i].request->short_name, kind) == 0)
            return &table->rows[i];
    return NULL;
}

const char *route_param_name(TALLOC_CTX *ctx, const struct route *route, size_t index)
{
    const char *at = route->path;
    for (size_t i = 0; (at = strchr(at, '{')); i++) {
        at++;
        if (i == index)
            return mem_textn(ctx, at, strcspn(at, "}"));
    }
    return NULL;
}

static bool is_param(const struct route *route, const char *field)
{
    size_t n = strlen(field);
    for (const char *at = route->path; (at = strchr(at, '{')); at++)
        if (strncmp(at + 1, field, n) == 0 && at[1 + n] == '}')
            return true;
    return false;
}

bool route_wants_body(const struct route *route)
{
    const struct message_rule *rule = contract_rule(route->request);
    if (strcmp(route->method, "GET") == 0)
        return false;
    if (strcmp(route->method, "PATCH") == 0)
        return true;
    for (unsigned i = 0; i < rule->type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &rule->type->fields[i];
        bool is_needed = field->label == PROTOBUF_C_LABEL_REQUIRED || field->label == PROTOBUF_C_LABEL_REPEATED;
        if (is_needed && !rule->fields[i].server && !is_param(route, field->name))
            return true;
    }
    return false;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

char *route_location(TALLOC_CTX *ctx, const struct route *route, const Pb__Outcome *outcome)
{
    char *text = mem_text(ctx, "");
    struct uuid id;
    if (!route->location)
        return NULL;
    for (const char *at = route->location; *at;) {
        size_t plain = strcspn(at, "{");
        text = mem_printf(ctx, "%s%.*s", text, (int)plain, at);
        at += plain;
        if (*at == '\0')
            break;
        char id_text[UUID_TEXT_BYTES];
        if (uuid_from_pb(begins(at, "{aggregate_id}") ? outcome->aggregate_id : outcome->resource_id, &id))
            return NULL;
        uuid_format(&id, id_text);
        text = mem_printf(ctx, "%s%s", text, id_text);
        at += strcspn(at, "}") + 1;
    }
    return text;
}
