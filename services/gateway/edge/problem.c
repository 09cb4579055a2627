#include "services/gateway/edge/problem.h"

#include "common/base/mem.h"
#include "services/gateway/edge/call.h"
#include <string.h>

struct problem {
    enum err err;
    const struct gateway_config *config; /* whose figures the detail says; NULL: it says none */
    const struct field_errors *errors;   /* found here */
    Pb__FieldError *const *fields;       /* or named by a service */
    size_t n_fields;
    unsigned retry_after_s;
    const char *allow;
    bool replayed;
    const ProtobufCMessage *current; /* the resource that was changed meanwhile; NULL: it is not told */
};

static const char *text_of(enum err err, bool english)
{
    return english ? err_info(err)->text_en : err_info(err)->text_vi;
}

/* How much one may hold, and what to do about it. */
static const char *held_text(TALLOC_CTX *ctx, const char *title, int64_t files, int64_t bytes, int64_t days,
                             bool english)
{
    long long n = files, mib = bytes >> 20, after = days;
    if (english)
        return mem_printf(ctx, "%s: at most %lld files, %lld MiB. Use them, or wait: they go after %lld days", title, n,
                          mib, after);
    return mem_printf(ctx,
                      "%s: nhiều nhất %lld tệp, %lld MiB. Xin dùng các tệp đó hoặc chờ: sau %lld ngày tệp được xóa",
                      title, n, mib, after);
}

static const char *detail_of(TALLOC_CTX *ctx, const struct problem *problem, bool english)
{
    const struct gateway_config *c = problem->config;
    const char *title = text_of(problem->err, english);
    if (c && problem->err == ERR_FILES_UNUSED)
        return held_text(ctx, title, c->member_held_files, c->member_held_bytes, c->unused_days, english);
    if (c && problem->err == ERR_ORGANIZATION_FILES_UNUSED)
        return held_text(ctx, title, c->organization_held_files, c->organization_held_bytes, c->unused_days, english);
    return title;
}

static void write_entry(struct json_out *out, size_t index, const char *field, const char *word, bool english)
{
    json_out_raw(out, index > 0 ? ",{\"field\":" : "{\"field\":");
    json_out_string(out, field);
    json_out_raw(out, ",\"code\":");
    json_out_string(out, word);
    json_out_raw(out, ",\"message\":");
    json_out_string(out, text_of(err_from_word(word), english));
    json_out_raw(out, "}");
}

static void write_entries(struct json_out *out, const struct problem *problem, bool english)
{
    for (size_t i = 0; problem->errors && i < problem->errors->n; i++)
        write_entry(out, i, problem->errors->items[i].field, err_word(problem->errors->items[i].code), english);
    for (size_t i = 0; i < problem->n_fields; i++)
        write_entry(out, i, problem->fields[i]->field, problem->fields[i]->code, english);
}

static char *write_problem(TALLOC_CTX *ctx, const struct problem *problem, const char *correlation_id, bool english,
                           size_t *ret_bytes)
{
    struct json_out *out = json_out_new(ctx);
    json_out_raw(out, "{\"type\":\"urn:sotay:problem:");
    json_out_raw(out, err_word(problem->err));
    json_out_raw(out, "\",\"title\":");
    json_out_string(out, text_of(problem->err, english));
    json_out_raw(out, ",\"status\":");
    json_out_integer(out, err_info(problem->err)->http_status);
    json_out_raw(out, ",\"code\":");
    json_out_string(out, err_word(problem->err));
    json_out_raw(out, ",\"detail\":");
    json_out_string(out, detail_of(ctx, problem, english));
    json_out_raw(out, ",\"errors\":[");
    write_entries(out, problem, english);
    json_out_raw(out, "],\"correlation_id\":");
    json_out_string(out, correlation_id);
    if (problem->current) {
        json_out_raw(out, ",\"current\":");
        json_out_message(out, problem->current);
    }
    json_out_raw(out, "}");
    return json_out_finish(out, ret_bytes);
}

char *problem_text(TALLOC_CTX *ctx, enum err err, Pb__FieldError *const fields[], size_t n, const char *correlation_id,
                   bool english)
{
    size_t bytes;
    return write_problem(ctx, &(struct problem){.err = err, .fields = fields, .n_fields = n}, correlation_id, english,
                         &bytes);
}

char *problem_refusal(TALLOC_CTX *ctx, const struct gateway_config *config, enum err err, const char *correlation_id,
                      bool english)
{
    size_t bytes;
    return write_problem(ctx, &(struct problem){.err = err, .config = config}, correlation_id, english, &bytes);
}

static unsigned retry_after_s(const struct problem *problem, int status)
{
    if (problem->retry_after_s)
        return problem->retry_after_s;
    return status == 503 ? 2 : status == 429 ? 1 : 0;
}

static void send(struct call *call, const struct problem *problem)
{
    struct http_field fields[8];
    size_t n = 0, bytes;
    int status = err_info(problem->err)->http_status;
    fields[n++] = (struct http_field){"Content-Type", "application/problem+json"};
    fields[n++] = (struct http_field){"Cache-Control", "no-store"};
    fields[n++] = (struct http_field){"Content-Language", call->english ? "en" : "vi"};
    if (status == 401)
        fields[n++] = (struct http_field){"WWW-Authenticate", "Bearer realm=\"sotay\""};
    if (problem->allow)
        fields[n++] = (struct http_field){"Allow", problem->allow};
    if (problem->replayed)
        fields[n++] = (struct http_field){"Idempotency-Replayed", "true"};
    unsigned after_s = retry_after_s(problem, status);
    if (after_s)
        fields[n++] = (struct http_field){"Retry-After", mem_printf(call, "%u", after_s)};
    char *text = write_problem(call, problem, http_correlation(call->http), call->english, &bytes);
    http_reply(call->http, status, fields, n, text, bytes);
}

void problem_reply(struct call *call, enum err err)
{
    send(call, &(struct problem){.err = err, .config = &call->gateway->config});
}

void problem_fields(struct call *call, enum err err, const struct field_errors *errors)
{
    send(call, &(struct problem){.err = err, .errors = errors});
}

void problem_of_service(struct call *call, enum err err, Pb__FieldError *const fields[], size_t n, unsigned after_s,
                        bool replayed)
{
    send(call, &(struct problem){
                   .err = err, .fields = fields, .n_fields = n, .retry_after_s = after_s, .replayed = replayed});
}

void problem_conflict(struct call *call, const ProtobufCMessage *current, bool replayed)
{
    send(call, &(struct problem){.err = ERR_VERSION_CONFLICT, .current = current, .replayed = replayed});
}

void problem_method(struct call *call, const char *allow)
{
    send(call, &(struct problem){.err = ERR_METHOD_NOT_ALLOWED, .allow = allow});
}
