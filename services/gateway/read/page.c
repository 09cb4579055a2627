#include "services/gateway/read/page.h"

#include "common/base/mem.h"
#include "services/gateway/edge/attachment.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/link/blob_store.h"
#include "services/gateway/link/services.h"
#include "sotay/v1/document.pb-c.h"
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct page {
    struct call *call;
    enum viewer_scope scope;
};

/* Its address says nothing of the file's version, and it may be withdrawn: who has it asks whether it is still that. Of
 * what is restricted nobody keeps a copy. */
static size_t fields_of(struct call *call, const char *etag, bool is_private, struct http_field fields[])
{
    const Pb__GetDocumentPage *body = (const Pb__GetDocumentPage *)call->message;
    size_t n = attachment_fields(call, "image/png", mem_printf(call, "trang-%u.png", body->n), fields);
    fields[n++] = (struct http_field){"Cache-Control", is_private ? "no-store" : "private, no-cache"};
    fields[n++] = (struct http_field){"ETag", etag};
    return n;
}

/* It may have been removed, or drawn anew, since the service looked. */
static void reply_file(struct call *call, const Pb__DocumentPage *page, const struct http_field fields[], size_t n)
{
    int fd = blob_open_path(call->gateway->config.blob_dir, page->path);
    struct stat is;
    if (fd >= 0 && fstat(fd, &is) == 0 && is.st_size > 0) {
        http_reply_file(call->http, 200, fields, n, fd, 0, (uint64_t)is.st_size);
        return;
    }
    if (fd >= 0)
        (void)close(fd);
    problem_reply(call, ERR_UNAVAILABLE); /* also where this machine's store does not have it */
}

static void reply_page(struct call *call, const Pb__DocumentPage *page, bool is_private)
{
    struct http_field fields[ATTACHMENT_FIELDS + 2];
    const char *name = strrchr(page->path, '/'), *known = call->if_none_match;
    const char *etag = mem_printf(call, "\"%s\"", name ? name + 1 : page->path);
    size_t n = fields_of(call, etag, is_private, fields);
    if (known && (strcmp(known, "*") == 0 || strstr(known, etag))) {
        http_reply(call->http, 304, fields + ATTACHMENT_FIELDS, n - ATTACHMENT_FIELDS, NULL, 0);
        return;
    }
    if (page->has_png)
        http_reply(call->http, 200, fields, n, page->png.data, page->png.len);
    else
        reply_file(call, page, fields, n);
}

static void ask_in(struct page *page, enum viewer_scope scope);

static void on_reply(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct page *page = arg;
    struct call *call = page->call;
    if (err == ERR_NOT_FOUND && page->scope == SCOPE_BRANCH) {
        ask_in(page, SCOPE_MEMBER);
        return;
    }
    const Pb__DocumentPage *answer =
        err ? NULL : (Pb__DocumentPage *)service_payload(call, &pb__document_page__descriptor, reply);
    if (answer && *answer->path == '\0')
        problem_reply(call, ERR_NOT_FOUND); /* the document is there, this page of it is not */
    else if (answer)
        reply_page(call, answer, reply->has_private_ && reply->private_);
    else if (!err)
        problem_reply(call, ERR_MALFORMED);
    else
        problem_of_service(call, err, reply ? reply->fields : NULL, reply ? reply->n_fields : 0,
                           reply ? reply->retry_after_s : 0, false);
}

static void ask_in(struct page *page, enum viewer_scope scope)
{
    struct call *call = page->call;
    page->scope = scope;
    const struct service_query query = {
        .service = SERVICE_DOCUMENT,
        .message = call->message,
        .scope = viewer_scope(call, &call->viewer, scope),
        .correlation_id = http_correlation(call->http),
    };
    service_ask(call->gateway->services, &query, on_reply, page);
}

void page_get(struct call *call)
{
    struct page *page = mem_new(call, struct page);
    page->call = call;
    if (call->if_none_match)
        ((Pb__GetDocumentPage *)call->message)->known = mem_text(call, call->if_none_match);
    ask_in(page, SCOPE_BRANCH);
}
