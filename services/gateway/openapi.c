#include "services/gateway/openapi.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "contract_rules.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/openapi_schema.h"
#include "services/gateway/read/cache_entry.h"
#include "sotay/v1/document.pb-c.h"
#include "sotay/v1/envelope.pb-c.h"
#include "sotay/v1/shapes.pb-c.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct openapi {
    char *text;
    struct cache_entry *entry;
};

/* What every route's answers have in common. */
static const char PROBLEM[] =
    "{\"type\":\"object\",\"required\":[\"type\",\"title\",\"status\",\"code\",\"detail\",\"errors\",\"correlation_"
    "id\"],"
    "\"properties\":{\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
    "\"code\":{\"type\":\"string\"},\"detail\":{\"type\":[\"string\",\"null\"]},"
    "\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"field\",\"code\",\"message\"],"
    "\"properties\":{\"field\":{\"type\":\"string\"},\"code\":{\"type\":\"string\"},\"message\":{\"type\":\"string\"}}}"
    "},"
    "\"correlation_id\":{\"type\":[\"string\",\"null\"]},"
    "\"current\":{\"type\":\"object\",\"description\":\"Of a 412: the resource as it is now.\"}}}";
static const char OPERATION_REST[] =
    "{\"result\":{\"type\":[\"object\",\"null\"]},\"problem\":{\"anyOf\":[{\"$ref\":\"#/components/"
    "schemas/Problem\"},{\"type\":\"null\"}]}}";

static json_t *parse(const char *text)
{
    return json_loads(text, 0, NULL);
}

/* --- paths and parameters --- */

static unsigned field_index(const struct message_rule *rule, const char *json)
{
    unsigned i = 0;
    while (i < rule->type->n_fields && strcmp(rule->fields[i].json, json) != 0)
        i++;
    return i;
}

/* Clients read {id} where the path's first parameter is one; devices name themselves. */
static const char *public_name(TALLOC_CTX *ctx, const struct route *route, size_t index)
{
    const char *name = route_param_name(ctx, route, index);
    const char *end = name ? strrchr(name, '_') : NULL;
    bool is_id = end && strcmp(end, "_id") == 0 && strcmp(name, "device_id") != 0;
    return index == 0 && is_id ? "id" : name;
}

static char *public_path(TALLOC_CTX *ctx, const struct route *route)
{
    char *path = mem_text(ctx, "");
    size_t index = 0;
    for (const char *at = route->path; *at;) {
        size_t plain = strcspn(at, "{");
        path = mem_printf(ctx, "%s%.*s", path, (int)plain, at);
        at += plain;
        if (*at == '\0')
            break;
        path = mem_printf(ctx, "%s{%s}", path, public_name(ctx, route, index++));
        at += strcspn(at, "}") + 1;
    }
    return path;
}

static void add_parameter(json_t *list, const char *name, const char *in, bool required, json_t *schema)
{
    json_array_append_new(
        list, json_pack("{s:s, s:s, s:b, s:o}", "name", name, "in", in, "required", required, "schema", schema));
}

static bool is_in_path(TALLOC_CTX *ctx, const struct route *route, const char *json)
{
    const char *name;
    for (size_t i = 0; (name = route_param_name(ctx, route, i)); i++)
        if (strcmp(name, json) == 0)
            return true;
    return false;
}

static void add_path_parameters(TALLOC_CTX *ctx, json_t *list, json_t *schemas, const struct route *route)
{
    const struct message_rule *rule = route->request ? contract_rule(route->request) : NULL;
    const char *name;
    for (size_t i = 0; (name = route_param_name(ctx, route, i)); i++) {
        unsigned index = rule ? field_index(rule, name) : 0;
        json_t *schema = rule && index < rule->type->n_fields ? openapi_field(schemas, rule, index, true)
                                                              : json_pack("{s:s}", "type", "string");
        add_parameter(list, public_name(ctx, route, i), "path", true, schema);
    }
}

static bool has_query(const struct route *route)
{
    return route->request && strcmp(route->method, "GET") == 0;
}

static void add_query_parameters(TALLOC_CTX *ctx, json_t *list, json_t *schemas, const struct route *route)
{
    if (!has_query(route))
        return;
    const struct message_rule *rule = contract_rule(route->request);
    for (unsigned i = 0; i < rule->type->n_fields; i++) {
        if (rule->fields[i].server || is_in_path(ctx, route, rule->fields[i].json))
            continue;
        bool required = rule->type->fields[i].label == PROTOBUF_C_LABEL_REQUIRED;
        add_parameter(list, rule->fields[i].json, "query", required, openapi_field(schemas, rule, i, true));
    }
}

/* What a header's value may be: generated clients and tests know of no other limit. */
#define PRINTABLE "\"type\":\"string\",\"pattern\":\"^[ -~]+$\""

static void add_headers(json_t *list, const struct route *route)
{
    if (route->idempotency != IDEMPOTENCY_NONE)
        add_parameter(list, "Idempotency-Key", "header", route->idempotency == IDEMPOTENCY_REQUIRED,
                      parse("{" PRINTABLE ",\"minLength\":8,\"maxLength\":64}"));
    if (route->kind == ROUTE_COMMAND)
        add_parameter(list, "Prefer", "header", false, parse("{" PRINTABLE ",\"examples\":[\"wait=5\"]}"));
    if (route->if_match)
        add_parameter(list, "If-Match", "header", route->if_match == IF_MATCH_REQUIRED, parse("{" PRINTABLE "}"));
    if (route->kind == ROUTE_QUERY)
        add_parameter(list, "If-None-Match", "header", false, parse("{" PRINTABLE "}"));
}

/* --- bodies --- */

static json_t *content(const char *media_type, json_t *schema)
{
    return json_pack("{s:{s:o}}", media_type, "schema", schema);
}

/* The request's message without what its path says. */
static json_t *body_schema(TALLOC_CTX *ctx, json_t *schemas, const struct route *route)
{
    const struct message_rule *rule = contract_rule(route->request);
    json_t *reference = openapi_schema(schemas, rule, true), *kept = json_array();
    const char *name = strrchr(json_string_value(json_object_get(reference, "$ref")), '/') + 1;
    json_t *schema = json_object_get(schemas, name), *value;
    size_t i;
    json_array_foreach (json_object_get(schema, "required"), i, value)
        if (!is_in_path(ctx, route, json_string_value(value)))
            json_array_append(kept, value);
    json_object_set_new(schema, "required", kept);
    const char *param;
    for (i = 0; (param = route_param_name(ctx, route, i)); i++)
        json_object_del(json_object_get(schema, "properties"), param);
    return reference;
}

static json_t *request_body(TALLOC_CTX *ctx, json_t *schemas, const struct route *route)
{
    bool is_delete = strcmp(route->method, "DELETE") == 0;
    if (strcmp(route->method, "GET") == 0 || (is_delete && !(route->request && route_wants_body(route))))
        return NULL;
    if (route->head)
        return json_pack("{s:b, s:o}", "required", 1, "content", content("application/octet-stream", json_object()));
    if (!route->request)
        return NULL;
    json_t *reference = body_schema(ctx, schemas, route);
    const char *name = strrchr(json_string_value(json_object_get(reference, "$ref")), '/') + 1;
    json_t *schema = json_object_get(schemas, name);
    if (json_object_size(json_object_get(schema, "properties")) == 0) {
        json_decref(reference);
        return NULL;
    }
    const char *media_type = strcmp(route->method, "PATCH") == 0 ? "application/merge-patch+json" : "application/json";
    return json_pack("{s:b, s:o}", "required", route_wants_body(route), "content", content(media_type, reference));
}

/* --- responses --- */

static void add_problem(json_t *responses, int status)
{
    char code[8];
    snprintf(code, sizeof code, "%d", status);
    json_object_set_new(responses, code, json_pack("{s:s}", "$ref", "#/components/responses/Problem"));
}

static const char *file_type(const struct route *route)
{
    const char *end = strrchr(route->path, '.');
    if (strcmp(route->path, "/v1/calendars/{feed_token}") == 0)
        return "text/calendar";
    return end && strcmp(end, ".csv") == 0 ? "text/csv" : "application/pdf";
}

/* Of a list it is a table, whatever else the route answers with. */
static void add_tables(json_t *response)
{
    static const char *const TYPES[] = {"text/csv",
                                        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"};
    for (size_t i = 0; i < ARRAY_LENGTH(TYPES); i++)
        json_object_set_new(json_object_get(response, "content"), TYPES[i],
                            json_pack("{s:o}", "schema", json_object()));
}

static bool is_export(const struct route *route)
{
    return strcmp(route->path, "/v1/exports/{export_id}/content") == 0;
}

static void add_success(json_t *responses, json_t *schemas, const struct route *route)
{
    char code[8];
    json_t *response = json_pack("{s:s}", "description", route->summary_en);
    snprintf(code, sizeof code, "%d", route->status);
    if (route->reply == &pb__file__descriptor)
        json_object_set_new(response, "content", content(file_type(route), json_object()));
    else if (route->reply)
        json_object_set_new(response, "content",
                            content("application/json", openapi_schema(schemas, contract_rule(route->reply), false)));
    else if (strcmp(route->path, "/v1/operations/{operation_id}") == 0)
        json_object_set_new(response, "content",
                            content("application/json", json_pack("{s:s}", "$ref", "#/components/schemas/Operation")));
    else if (route->request == &pb__get_document_page__descriptor)
        json_object_set_new(response, "content", content("image/png", json_object()));
    else if (strcmp(route->path, "/v1/stream") == 0)
        json_object_set_new(response, "content", content("text/event-stream", json_object()));
    else if (route->status == 200)
        json_object_set_new(response, "content", content("*/*", json_object()));
    if (is_export(route))
        add_tables(response);
    json_object_set_new(responses, code, response);
}

static void add_rehearsal(json_t *responses, json_t *schemas, const struct route *route)
{
    json_t *schema = openapi_schema(schemas, contract_rule(route->rehearsal), false);
    json_object_set_new(responses, "200",
                        json_pack("{s:s, s:o}", "description", "Of a dry run: what would happen", "content",
                                  content("application/json", schema)));
}

static void add_command_answers(json_t *responses, const struct route *route)
{
    static const int STATUSES[] = {400, 409, 413, 415};
    for (size_t i = 0; i < ARRAY_LENGTH(STATUSES); i++)
        add_problem(responses, STATUSES[i]);
    if (route->if_match)
        add_problem(responses, 412);
    if (route->if_match)
        add_problem(responses, 428);
    json_object_set_new(
        responses, "202",
        json_pack("{s:s, s:o}", "description", "Accepted; see the operation", "content",
                  content("application/json", json_pack("{s:s}", "$ref", "#/components/schemas/Operation"))));
}

static json_t *responses_of(json_t *schemas, const struct route *route)
{
    json_t *responses = json_object();
    static const int SIGNED_IN[] = {401, 403, 404, 422, 429, 503}, PUBLIC[] = {429, 503};
    bool is_public = route->access == ACCESS_PUBLIC && route->kind != ROUTE_DIRECT;
    for (size_t i = 0; is_public && i < ARRAY_LENGTH(PUBLIC); i++)
        add_problem(responses, PUBLIC[i]);
    if (is_public && strchr(route->path, '{')) {
        add_problem(responses, 404);
        json_object_set_new(responses, "304", json_pack("{s:s}", "description", "Not changed"));
    }
    for (size_t i = 0; !is_public && i < ARRAY_LENGTH(SIGNED_IN); i++)
        add_problem(responses, SIGNED_IN[i]);
    if (route->kind == ROUTE_QUERY)
        json_object_set_new(responses, "304", json_pack("{s:s}", "description", "Not changed"));
    if (route->kind == ROUTE_COMMAND || strcmp(route->path, "/v1/auth/logout") == 0)
        add_command_answers(responses, route);
    else if (strcmp(route->method, "POST") == 0 || route->kind == ROUTE_DIRECT) {
        add_problem(responses, 400);
        add_problem(responses, 413);
        add_problem(responses, 415);
    }
    bool is_drawn = route->kind == ROUTE_CUSTOM && route->reply == &pb__file__descriptor;
    /* A code that was used, a second factor that is not there, a meeting that is over, a file that is not made yet,
     * too many that are not used. */
    if (route->kind == ROUTE_DIRECT || is_drawn || is_export(route) || route->head)
        add_problem(responses, 409);
    if (route->may_be_gone)
        add_problem(responses, 410);
    if (strcmp(route->path, "/v1/documents/{document_id}/content") == 0) {
        json_object_set_new(responses, "206",
                            json_pack("{s:s, s:o}", "description", "A part", "content", content("*/*", json_object())));
        json_object_set_new(responses, "304", json_pack("{s:s}", "description", "Not changed"));
        add_problem(responses, 416);
    }
    if (route->kind != ROUTE_COMMAND || route->status != 202) /* its success is the operation */
        add_success(responses, schemas, route);
    if (route->rehearsal)
        add_rehearsal(responses, schemas, route);
    return responses;
}

/* --- the document --- */

static json_t *operation_of(TALLOC_CTX *ctx, json_t *schemas, const struct route *route)
{
    json_t *parameters = json_array(), *body = request_body(ctx, schemas, route);
    add_path_parameters(ctx, parameters, schemas, route);
    add_query_parameters(ctx, parameters, schemas, route);
    add_headers(parameters, route);
    json_t *operation = json_pack("{s:s, s:s, s:s, s:o, s:o}", "summary", route->summary_en, "description",
                                  route->summary_vi, "x-features", route->features, "parameters", parameters,
                                  "responses", responses_of(schemas, route));
    if (body)
        json_object_set_new(operation, "requestBody", body);
    if (route->access == ACCESS_PUBLIC)
        json_object_set_new(operation, "security", json_array());
    else if (route->access == ACCESS_EITHER)
        json_object_set_new(operation, "security", json_pack("[{}, {s:[]}]", "bearer"));
    return operation;
}

static void add_route(TALLOC_CTX *ctx, json_t *paths, json_t *schemas, const struct route *route)
{
    char method[8] = "";
    for (size_t i = 0; route->method[i] && i + 1 < sizeof method; i++)
        method[i] = (char)tolower((unsigned char)route->method[i]);
    const char *path = public_path(ctx, route);
    json_t *item = json_object_get(paths, path);
    if (!item) {
        item = json_object();
        json_object_set_new(paths, path, item);
    }
    json_object_set_new(item, method, operation_of(ctx, schemas, route));
}

static json_t *operation_schema(json_t *schemas)
{
    json_t *reference = openapi_schema(schemas, contract_rule(&pb__operation__descriptor), false);
    json_decref(reference);
    json_t *schema = json_object_get(schemas, "Operation"), *rest = parse(OPERATION_REST),
           *required = json_object_get(schema, "required");
    json_object_update(json_object_get(schema, "properties"), rest);
    json_array_append_new(required, json_string("result"));
    json_array_append_new(required, json_string("problem"));
    json_decref(rest);
    return schema;
}

static json_t *document(TALLOC_CTX *ctx, const struct route_table *table)
{
    json_t *paths = json_object(), *schemas = json_object();
    json_object_set_new(schemas, "Problem", parse(PROBLEM));
    operation_schema(schemas);
    for (size_t i = 0; i < table->n; i++)
        add_route(ctx, paths, schemas, &table->rows[i]);
    json_t *problem = json_pack(
        "{s:s, s:o}", "description", "What was refused, and why", "content",
        content("application/problem+json", json_pack("{s:s}", "$ref", "#/components/schemas/Problem")));
    return json_pack("{s:s, s:{s:s, s:s}, s:[{s:[]}], s:o, s:{s:o, s:{s:o}, s:{s:{s:s, s:s, s:s}}}}", "openapi",
                     "3.1.0", "info", "title", "Sổ tay", "version", "1", "security", "bearer", "paths", paths,
                     "components", "schemas", schemas, "responses", "Problem", problem, "securitySchemes", "bearer",
                     "type", "http", "scheme", "bearer", "bearerFormat", "JWT");
}

static int openapi_done(struct openapi *openapi)
{
    cache_entry_unref(openapi->entry);
    return 0;
}

enum err openapi_new(TALLOC_CTX *ctx, const struct route_table *table, struct openapi **ret_openapi)
{
    char etag[64];
    TALLOC_CTX *scratch = mem_context(NULL, "openapi");
    json_t *root = document(scratch, table);
    char *text = root ? json_dumps(root, JSON_INDENT(1) | JSON_SORT_KEYS) : NULL;
    json_decref(root);
    mem_free(scratch);
    if (!text)
        return ERR_INTERNAL;
    struct openapi *openapi = mem_new(ctx, struct openapi);
    openapi->text = mem_text(openapi, text);
    free(text);
    cache_entry_etag(1, openapi->text, strlen(openapi->text), etag);
    openapi->entry = cache_entry_new(etag, openapi->text, strlen(openapi->text), 0, false);
    cache_entry_compress(openapi->entry);
    cache_entry_free_body(openapi->entry);
    talloc_set_destructor(openapi, openapi_done);
    *ret_openapi = openapi;
    return ERR_OK;
}

const char *openapi_text(const struct openapi *openapi)
{
    return openapi->text;
}

void openapi_get(struct call *call)
{
    struct cache_entry *entry = call->gateway->openapi->entry;
    struct http_shared *gzip = entry->gzip;
    bool unchanged = call->if_none_match && strstr(call->if_none_match, entry->etag);
    http_reply_shared(call->http, unchanged ? entry->unchanged : gzip && call->accepts_gzip ? gzip : entry->plain);
}
