/* Bodies in memory: what each holds is counted, so that many clients cannot fill the machine. */
#include "common/http/http_internal.h"

void http_body_uncount(struct http_request *request)
{
    if (request->held > 0)
        atomic_fetch_sub(&request->server->held, request->held);
    request->held = 0;
}

void http_body_drop(struct http_request *request)
{
    http_body_uncount(request);
    mem_free(request->body.items);
    request->body.items = NULL;
    request->body.n = request->body.room = 0;
}

/* What it has room for counts: that is what is allocated. */
static bool hold(struct http_request *request)
{
    size_t most = request->server->options.bodies_bytes, more = request->body.room - request->held;
    size_t before = atomic_fetch_add(&request->server->held, more);
    request->held += more;
    return most == 0 || before + more <= most;
}

enum err http_body_add(struct http_request *request, const char *bytes, size_t n)
{
    array_reserve(request, &request->body, n + 1); /* a NUL behind the body */
    if (!hold(request)) {
        http_body_drop(request);
        return ERR_OVERLOADED;
    }
    array_add_many(request, &request->body, bytes, n);
    request->body.items[request->body.n] = '\0';
    return ERR_OK;
}
