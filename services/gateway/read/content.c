#include "services/gateway/read/content.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/gateway/edge/attachment.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/link/blob_store.h"
#include "services/gateway/link/services.h"
#include "services/gateway/read/range.h"
#include "sotay/v1/document.pb-c.h"
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#define FIELDS (ATTACHMENT_FIELDS + 4)

struct content {
    struct call *call;
    enum viewer_scope scope;
    const char *range, *if_range; /* or NULL */
    bool is_restricted;           /* nobody keeps a copy, the client's own device neither */
};

/* --- replying --- */

static size_t fields_of(const struct content *asked, const Pb__DocumentContent *content, const char *etag,
                        struct http_field fields[FIELDS])
{
    size_t n = attachment_fields(asked->call, content->blob->media_type, content->file_name, fields);
    fields[n++] = (struct http_field){"ETag", etag};
    fields[n++] = (struct http_field){"Accept-Ranges", "bytes"};
    fields[n++] = (struct http_field){"Cache-Control", asked->is_restricted ? "no-store" : "private, no-cache"};
    return n;
}

static void reply_bad_range(struct call *call, uint64_t total)
{
    const struct http_field fields[] = {
        {"Content-Type", "application/problem+json"},
        {"Content-Range", mem_printf(call, "bytes */%llu", (unsigned long long)total)},
        {"Cache-Control", "no-store"},
    };
    char *text = problem_text(call, ERR_RANGE_INVALID, NULL, 0, http_correlation(call->http), call->english);
    http_reply(call->http, 416, fields, ARRAY_LENGTH(fields), text, strlen(text));
}

static void reply_bytes(struct call *call, const Pb__DocumentContent *content, int status,
                        const struct http_field fields[], size_t n, const struct range *part)
{
    int fd = content->has_text ? -1 : blob_open(call->gateway->config.blob_dir, content->blob->sha256.data);
    if (content->has_text)
        http_reply(call->http, status, fields, n, content->text.data + part->offset, part->bytes);
    else if (fd < 0)
        problem_reply(call, ERR_UNAVAILABLE); /* the service knows it, this machine's store does not have it */
    else
        http_reply_file(call->http, status, fields, n, fd, part->offset, part->bytes);
}

static void reply_content(const struct content *asked, const Pb__DocumentContent *content)
{
    struct call *call = asked->call;
    char hex[2 * BLOB_SHA256_BYTES + 1];
    struct http_field fields[FIELDS];
    struct range part;
    uint64_t total = content->has_text ? content->text.len : (uint64_t)content->blob->bytes;
    sodium_bin2hex(hex, sizeof hex, content->blob->sha256.data,
                   content->blob->sha256.len == BLOB_SHA256_BYTES ? BLOB_SHA256_BYTES : 0);
    const char *etag = mem_printf(call, "\"%s\"", hex), *known = call->if_none_match;
    size_t n = fields_of(asked, content, etag, fields);
    if (known && (strcmp(known, "*") == 0 || strstr(known, etag))) {
        http_reply(call->http, 304, fields + ATTACHMENT_FIELDS, n - ATTACHMENT_FIELDS, NULL, 0);
        return;
    }
    const char *range = !asked->if_range || strcmp(asked->if_range, etag) == 0 ? asked->range : NULL;
    if (range_read(range, total, &part)) {
        reply_bad_range(call, total);
        return;
    }
    if (!part.is_whole)
        fields[n++] = (struct http_field){
            "Content-Range", mem_printf(call, "bytes %llu-%llu/%llu", (unsigned long long)part.offset,
                                        (unsigned long long)(part.offset + part.bytes - 1), (unsigned long long)total)};
    reply_bytes(call, content, part.is_whole ? 200 : 206, fields, n, &part);
}

/* --- asking --- */

static void ask_in(struct content *content, enum viewer_scope scope);

static void on_reply(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct content *content = arg;
    struct call *call = content->call;
    if (err == ERR_NOT_FOUND && content->scope == SCOPE_BRANCH) {
        ask_in(content, SCOPE_MEMBER);
        return;
    }
    content->is_restricted = reply && reply->private_;
    const Pb__DocumentContent *answer =
        err ? NULL : (Pb__DocumentContent *)service_payload(call, &pb__document_content__descriptor, reply);
    if (err)
        problem_of_service(call, err, reply ? reply->fields : NULL, reply ? reply->n_fields : 0,
                           reply ? reply->retry_after_s : 0, false);
    else if (!answer)
        problem_reply(call, ERR_MALFORMED);
    else
        reply_content(content, answer);
}

static void ask_in(struct content *content, enum viewer_scope scope)
{
    struct call *call = content->call;
    content->scope = scope;
    const struct service_query query = {
        .service = SERVICE_DOCUMENT,
        .message = call->message,
        .scope = viewer_scope(call, &call->viewer, scope),
        .correlation_id = http_correlation(call->http),
    };
    service_ask(call->gateway->services, &query, on_reply, content);
}

void content_get(struct call *call)
{
    struct content *content = mem_new(call, struct content);
    content->call = call;
    content->range = mem_text(call, http_header(call->http, "Range"));
    content->if_range = mem_text(call, http_header(call->http, "If-Range"));
    ask_in(content, SCOPE_BRANCH);
}
