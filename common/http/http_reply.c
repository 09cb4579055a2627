/* Responses out. http_shared.c keeps those that are sent many times. */
#include "common/http/http_internal.h"
#include <string.h>
#include <unistd.h>

static void add_fields(struct MHD_Response *response, const struct http_field fields[], size_t n)
{
    for (size_t i = 0; response && i < n; i++)
        (void)MHD_add_response_header(response, fields[i].name, fields[i].value); /* else bytes that none may have */
}

void http_reply(struct http_request *request, int status, const struct http_field fields[], size_t n, const void *body,
                size_t bytes)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(bytes, (void *)(uintptr_t)(bytes > 0 ? body : ""),
                                                                    MHD_RESPMEM_MUST_COPY);
    add_fields(response, fields, n);
    http_finish(request, status, response, bytes, NULL);
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
    http_finish(request, status, response, bytes, NULL);
}

static void exchange_field(struct MHD_Response *response, const char *name, const char *value)
{
    const char *old = MHD_get_response_header(response, name);
    if (old)
        (void)MHD_del_response_header(response, name, old); /* it is there */
    if (value)
        (void)MHD_add_response_header(response, name, value); /* its characters were checked */
}

void http_reply_shared(struct http_request *request, struct http_shared *shared)
{
    struct http_clone *clone = http_clone_take(shared);
    if (clone)
        exchange_field(clone->response, "X-Correlation-Id", *request->correlation ? request->correlation : NULL);
    http_finish(request, http_shared_status(shared), clone ? clone->response : NULL, http_shared_bytes(shared), clone);
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
