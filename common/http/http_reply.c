/* Responses out: made for one request. http_shared.c has those that are made once. */
#include "common/base/mem.h"
#include "common/http/http_internal.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The request that this thread refuses because its time is over: the deadline has claimed it already. */
static _Thread_local const struct http_request *refusing;

/* --- one reply for each request ----------------------------------------------------------------------------------- */

http_mhd_result http_queue_response(struct http_request *request)
{
    if (!request->response)
        return MHD_NO;
    http_mhd_result queued = MHD_queue_response(request->connection, (unsigned)request->status, request->response);
    if (!request->clone)
        MHD_destroy_response(request->response);
    request->response = NULL;
    return queued;
}

static void discard(struct MHD_Response *response, struct http_clone *clone)
{
    if (clone)
        http_clone_done(clone);
    else if (response)
        MHD_destroy_response(response);
}

static void add_own_fields(const struct http_request *request, struct MHD_Response *response,
                           const struct http_clone *clone)
{
    if (!clone && *request->correlation)
        (void)MHD_add_response_header(response, "X-Correlation-Id",
                                      request->correlation); /* its characters were checked */
    if (!clone && atomic_load_explicit(&request->server->draining, memory_order_relaxed))
        (void)MHD_add_response_header(response, "Connection", "close"); /* or the client asks again */
}

/* Whoever comes first replies: the handler or the deadline. */
void http_finish(struct http_request *request, int status, struct MHD_Response *response, struct http_clone *clone)
{
    bool first = refusing == request || !atomic_flag_test_and_set(&request->replied);
    if (!first) {
        discard(response, clone);
        http_request_unref(request);
        return;
    }
    if (response)
        add_own_fields(request, response, clone);
    request->status = status;
    request->response = response;
    request->clone = clone;
    if (atomic_exchange(&request->state, HTTP_READY) == HTTP_SUSPENDED) {
        http_deadline_remove(request);
        http_resume(request->server, request->connection);
    }
    http_request_unref(request);
}

static void add_fields(struct MHD_Response *response, const struct http_field fields[], size_t n)
{
    for (size_t i = 0; response && i < n; i++)
        (void)MHD_add_response_header(response, fields[i].name,
                                      fields[i].value); /* refused only for bytes that no header may have */
}

void http_reply(struct http_request *request, int status, const struct http_field fields[], size_t n, const void *body,
                size_t bytes)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(bytes, (void *)(uintptr_t)(bytes > 0 ? body : ""),
                                                                    MHD_RESPMEM_MUST_COPY);
    add_fields(response, fields, n);
    http_finish(request, status, response, NULL);
}

void http_reply_file(struct http_request *request, int status, const struct http_field fields[], size_t n, int fd,
                     uint64_t offset, uint64_t bytes)
{
    struct MHD_Response *response = MHD_create_response_from_fd_at_offset64(bytes, fd, offset);
    if (!response) {
        (void)close(fd); /* only read */
        response = MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
        status = err_info(ERR_INTERNAL)->http_status;
        n = 0;
    }
    add_fields(response, fields, n);
    http_finish(request, status, response, NULL);
}

void http_refuse(struct http_request *request, enum err err)
{
    const struct http_options *options = &request->server->options;
    const struct http_field type = {"Content-Type", "text/plain; charset=utf-8"};
    if (options->refuse)
        options->refuse(request, err, options->arg);
    else
        http_reply(request, err_info(err)->http_status, &type, 1, err_word(err), strlen(err_word(err)));
}

void http_refuse_expired(struct http_request *request)
{
    atomic_fetch_add(&request->owners, 1); /* for the reply to give back; the handler has its own */
    refusing = request;
    http_refuse(request, ERR_TIMEOUT);
    refusing = NULL;
}

/* --- correlation ids ---------------------------------------------------------------------------------------------- */

void http_set_correlation(struct http_request *request, const char *correlation_id)
{
    (void)snprintf(request->correlation, sizeof request->correlation, "%s",
                   correlation_id); /* at most 64, as the caller checked */
}

const char *http_correlation(const struct http_request *request)
{
    return request->correlation;
}
