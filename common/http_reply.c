/* Responses out. */
#include "common/http_internal.h"
#include "common/mem.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct http_shared {
    atomic_int owners;
    int status;
    size_t n_fields;
    struct http_field *fields;
    void *body;
    size_t body_bytes;
};

/* --- one reply for each request ----------------------------------------------------------------------------------------------------- */

http_mhd_result http_queue_response(struct http_request *request) {
    http_mhd_result queued = MHD_queue_response(request->connection, (unsigned)request->status, request->response);
    MHD_destroy_response(request->response);
    request->response = NULL;
    return queued;
}

/* Whoever comes first replies: the handler or the deadline. Takes the response; gives back the replier's share of the request. */
static void reply(struct http_request *request, int status, struct MHD_Response *response) {
    if (!response || atomic_flag_test_and_set(&request->replied)) {
        if (response)
            MHD_destroy_response(response);
        http_request_unref(request);
        return;
    }
    if (*request->correlation)
        (void)MHD_add_response_header(response, "X-Correlation-Id", request->correlation); /* its characters were checked */
    request->status = status;
    request->response = response;
    if (atomic_exchange(&request->state, HTTP_READY) == HTTP_SUSPENDED) {
        http_deadline_remove(request);
        MHD_resume_connection(request->connection);
    }
    http_request_unref(request);
}

static void add_fields(struct MHD_Response *response, const struct http_field fields[], size_t n) {
    for (size_t i = 0; response && i < n; i++)
        (void)MHD_add_response_header(response, fields[i].name, fields[i].value); /* refused only for bytes that no header may have */
}

void http_reply(struct http_request *request, int status, const struct http_field fields[], size_t n, const void *body, size_t bytes) {
    struct MHD_Response *response = MHD_create_response_from_buffer(bytes, (void *)(uintptr_t)(bytes > 0 ? body : ""), MHD_RESPMEM_MUST_COPY);
    add_fields(response, fields, n);
    reply(request, status, response);
}

void http_reply_file(struct http_request *request, int status, const struct http_field fields[], size_t n, int fd, uint64_t offset, uint64_t bytes) {
    struct MHD_Response *response = MHD_create_response_from_fd_at_offset64(bytes, fd, offset);
    if (!response) {
        (void)close(fd); /* only read */
        response = MHD_create_response_from_buffer(0, (void *)(uintptr_t)"", MHD_RESPMEM_PERSISTENT);
        status = err_info(ERR_INTERNAL)->http_status;
        n = 0;
    }
    add_fields(response, fields, n);
    reply(request, status, response);
}

void http_refuse(struct http_request *request, enum err err) {
    const struct http_options *options = &request->server->options;
    const struct http_field type = {"Content-Type", "text/plain; charset=utf-8"};
    if (options->refuse)
        options->refuse(request, err, options->arg);
    else
        http_reply(request, err_info(err)->http_status, &type, 1, err_word(err), strlen(err_word(err)));
}

/* --- shared responses --------------------------------------------------------------------------------------------------------------- */

struct http_shared *http_shared_new(int status, const struct http_field fields[], size_t n, const void *body, size_t bytes) {
    struct http_shared *shared = mem_new(NULL, struct http_shared);
    atomic_init(&shared->owners, 1);
    shared->status = status;
    shared->n_fields = n;
    shared->fields = mem_array(shared, struct http_field, n + 1);
    for (size_t i = 0; i < n; i++)
        shared->fields[i] = (struct http_field){mem_text(shared, fields[i].name), mem_text(shared, fields[i].value)};
    shared->body = mem_copy(shared, bytes > 0 ? body : "", bytes);
    shared->body_bytes = bytes;
    return shared;
}

struct http_shared *http_shared_ref(struct http_shared *shared) {
    atomic_fetch_add_explicit(&shared->owners, 1, memory_order_relaxed);
    return shared;
}

void http_shared_unref(struct http_shared *shared) {
    if (atomic_fetch_sub_explicit(&shared->owners, 1, memory_order_acq_rel) == 1)
        mem_free(shared);
}

static void unref_shared(void *shared) {
    http_shared_unref(shared);
}

/* libmicrohttpd's response is made for each request, because each has a correlation id of its own; the body is not copied. */
void http_reply_shared(struct http_request *request, struct http_shared *shared) {
    struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback_cls(shared->body_bytes, shared->body, unref_shared, http_shared_ref(shared));
    add_fields(response, shared->fields, shared->n_fields);
    reply(request, shared->status, response);
}

/* --- correlation ids ---------------------------------------------------------------------------------------------------------------- */

void http_set_correlation(struct http_request *request, const char *correlation_id) {
    (void)snprintf(request->correlation, sizeof request->correlation, "%s", correlation_id); /* at most 64, as the caller checked */
}

const char *http_correlation(const struct http_request *request) {
    return request->correlation;
}
