/* HTTP/2 without TLS (prior knowledge, RFC 9113): one thread, poll(). With a latency, answers wait in a queue: it is
 * the same for all, so the oldest is always the next. */
#include "deploy/simulator/simulator_h2.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <nghttp2/nghttp2.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_LIMIT = 256, BODY_BYTES = 8192, STREAMS = 1000, POLL_MS = 200 };

struct connection {
    struct simulator_h2 *h2;
    nghttp2_session *session; /* NULL: a free place */
    TALLOC_CTX *streams;
    int fd;
    uint64_t generation; /* of the place: answers that wait know whom they were for */
    const uint8_t *out;
    size_t out_bytes;
};

struct stream {
    char method[16], path[256], authority[64], authorization[1024], content_type[64], content_encoding[16];
    char ttl[16], topic[64], urgency[16];
    char body[BODY_BYTES];
    size_t body_bytes;
    bool too_large;
    struct simulator_answer answer;
    size_t answered; /* bytes of its JSON */
};

struct waiting {
    struct waiting *next;
    size_t place;
    uint64_t generation;
    int32_t stream_id;
    int64_t due_us;
};

struct simulator_h2 {
    struct simulator *simulator;
    int64_t latency_us;
    int listener;
    pthread_t thread;
    atomic_bool stopping;
    struct connection connections[CONNECTIONS_LIMIT];
    struct waiting *first, **end;
};

/* --- answering ---------------------------------------------------------------------------------------------------- */

static ssize_t read_answer(nghttp2_session *session, int32_t stream_id, uint8_t *buffer, size_t room, uint32_t *flags,
                           nghttp2_data_source *source, void *arg)
{
    (void)session, (void)stream_id, (void)arg;
    struct stream *stream = source->ptr;
    size_t total = strlen(stream->answer.json), left = total - stream->answered, n = left < room ? left : room;
    memcpy(buffer, stream->answer.json + stream->answered, n);
    stream->answered += n;
    if (stream->answered == total)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)n;
}

static nghttp2_nv field(const char *name, const char *value)
{
    return (nghttp2_nv){(uint8_t *)(uintptr_t)name, (uint8_t *)(uintptr_t)value, strlen(name), strlen(value),
                        NGHTTP2_NV_FLAG_NONE};
}

static void answer(const struct connection *connection, int32_t stream_id)
{
    struct stream *stream = nghttp2_session_get_stream_user_data(connection->session, stream_id);
    if (!stream)
        return; /* its client gave up */
    const char *status = mem_printf(stream, "%d", stream->answer.status);
    const char *retry = mem_printf(stream, "%d", stream->answer.retry_after_s);
    const nghttp2_nv fields[] = {field(":status", status), field("content-type", "application/json; charset=UTF-8"),
                                 field("retry-after", retry)};
    const nghttp2_data_provider body = {.source.ptr = stream, .read_callback = read_answer};
    size_t n = stream->answer.retry_after_s > 0 ? 3 : 2;
    if (nghttp2_submit_response(connection->session, stream_id, fields, n, &body) != 0)
        log_warn("answer_failed", "stream=%d", stream_id);
}

static void answer_later(struct connection *connection, int32_t stream_id)
{
    struct simulator_h2 *h2 = connection->h2;
    struct waiting *waiting = mem_new(h2, struct waiting);
    *waiting = (struct waiting){.place = (size_t)(connection - h2->connections),
                                .generation = connection->generation,
                                .stream_id = stream_id,
                                .due_us = clock_monotonic_us() + h2->latency_us};
    *h2->end = waiting;
    h2->end = &waiting->next;
}

static void answer_due(struct simulator_h2 *h2)
{
    int64_t now_us = clock_monotonic_us();
    while (h2->first && h2->first->due_us <= now_us) {
        struct waiting *waiting = h2->first;
        const struct connection *connection = &h2->connections[waiting->place];
        if (connection->session && connection->generation == waiting->generation)
            answer(connection, waiting->stream_id);
        h2->first = waiting->next;
        if (!h2->first)
            h2->end = &h2->first;
        mem_free(waiting);
    }
}

/* --- requests ----------------------------------------------------------------------------------------------------- */

static int on_begin(nghttp2_session *session, const nghttp2_frame *frame, void *arg)
{
    struct connection *connection = arg;
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST)
        return 0;
    return nghttp2_session_set_stream_user_data(session, frame->hd.stream_id,
                                                mem_new(connection->streams, struct stream));
}

static void copy_field(char *to, size_t room, const uint8_t *value, size_t n)
{
    (void)snprintf(to, room, "%.*s", (int)n, (const char *)value); /* what is cut is checked, and refused, as it is */
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t name_bytes,
                     const uint8_t *value, size_t n, uint8_t flags, void *arg)
{
    (void)flags, (void)arg;
    struct stream *stream = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    if (!stream)
        return 0;
    struct {
        const char *name;
        char *to;
        size_t room;
    } fields[] = {{":method", stream->method, sizeof stream->method},
                  {":path", stream->path, sizeof stream->path},
                  {":authority", stream->authority, sizeof stream->authority},
                  {"content-encoding", stream->content_encoding, sizeof stream->content_encoding},
                  {"ttl", stream->ttl, sizeof stream->ttl},
                  {"topic", stream->topic, sizeof stream->topic},
                  {"urgency", stream->urgency, sizeof stream->urgency},
                  {"authorization", stream->authorization, sizeof stream->authorization},
                  {"content-type", stream->content_type, sizeof stream->content_type}};
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++)
        if (strlen(fields[i].name) == name_bytes && memcmp(fields[i].name, name, name_bytes) == 0)
            copy_field(fields[i].to, fields[i].room, value, n);
    return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t stream_id, const uint8_t *bytes, size_t n,
                   void *arg)
{
    (void)flags, (void)arg;
    struct stream *stream = nghttp2_session_get_stream_user_data(session, stream_id);
    if (!stream)
        return 0;
    stream->too_large |= n > sizeof stream->body - stream->body_bytes;
    if (stream->too_large)
        return 0;
    memcpy(stream->body + stream->body_bytes, bytes, n);
    stream->body_bytes += n;
    return 0;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *arg)
{
    struct connection *connection = arg;
    bool ends = (frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS) &&
                (frame->hd.flags & NGHTTP2_FLAG_END_STREAM);
    struct stream *stream = ends ? nghttp2_session_get_stream_user_data(session, frame->hd.stream_id) : NULL;
    if (!stream)
        return 0;
    const struct simulator_request request = {.method = stream->method,
                                              .path = stream->path,
                                              .authority = stream->authority,
                                              .authorization = stream->authorization,
                                              .content_type = stream->content_type,
                                              .content_encoding = stream->content_encoding,
                                              .ttl = stream->ttl,
                                              .topic = stream->topic,
                                              .urgency = stream->urgency,
                                              .body = stream->body,
                                              .body_bytes = stream->too_large ? SIZE_MAX : stream->body_bytes};
    stream->answer = simulator_receive(connection->h2->simulator, stream, &request);
    if (connection->h2->latency_us > 0)
        answer_later(connection, frame->hd.stream_id);
    else
        answer(connection, frame->hd.stream_id);
    return 0;
}

static int on_close(nghttp2_session *session, int32_t stream_id, uint32_t error_code, void *arg)
{
    (void)error_code, (void)arg;
    mem_free(nghttp2_session_get_stream_user_data(session, stream_id));
    return 0;
}

/* --- connections -------------------------------------------------------------------------------------------------- */

static void disconnect(struct connection *connection)
{
    nghttp2_session_del(connection->session);
    mem_free(connection->streams);
    close(connection->fd);
    connection->session = NULL;
    connection->streams = NULL;
    connection->generation++;
    connection->out_bytes = 0;
}

static bool open_session(struct connection *connection)
{
    nghttp2_session_callbacks *callbacks = NULL;
    const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, STREAMS}};
    if (nghttp2_session_callbacks_new(&callbacks) != 0)
        return false;
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    int error = nghttp2_session_server_new(&connection->session, callbacks, connection);
    nghttp2_session_callbacks_del(callbacks);
    return error == 0 && nghttp2_submit_settings(connection->session, NGHTTP2_FLAG_NONE, settings, 1) == 0;
}

static void accept_one(struct simulator_h2 *h2)
{
    int fd = accept4(h2->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    for (size_t i = 0; i < CONNECTIONS_LIMIT; i++) {
        struct connection *connection = &h2->connections[i];
        if (connection->session)
            continue;
        connection->h2 = h2;
        connection->fd = fd;
        connection->streams = mem_context(h2, "streams");
        if (!open_session(connection))
            disconnect(connection);
        return;
    }
    close(fd); /* too many */
}

static bool send_out(struct connection *connection)
{
    for (;;) {
        if (connection->out_bytes == 0) {
            ssize_t n = nghttp2_session_mem_send(connection->session, &connection->out);
            if (n <= 0)
                return n == 0;
            connection->out_bytes = (size_t)n;
        }
        ssize_t sent = send(connection->fd, connection->out, connection->out_bytes, MSG_NOSIGNAL);
        if (sent < 0)
            return errno == EAGAIN || errno == EINTR;
        connection->out += sent;
        connection->out_bytes -= (size_t)sent;
    }
}

static bool take_in(struct connection *connection)
{
    uint8_t bytes[65536];
    ssize_t n = recv(connection->fd, bytes, sizeof bytes, 0);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    return n > 0 && nghttp2_session_mem_recv(connection->session, bytes, (size_t)n) >= 0;
}

/* --- the thread --------------------------------------------------------------------------------------------------- */

static int poll_timeout_ms(const struct simulator_h2 *h2)
{
    if (!h2->first)
        return POLL_MS;
    int64_t left_ms = (h2->first->due_us - clock_monotonic_us()) / 1000 + 1;
    return left_ms < 0 ? 0 : left_ms < POLL_MS ? (int)left_ms : POLL_MS;
}

static void turn(struct simulator_h2 *h2)
{
    struct pollfd fds[CONNECTIONS_LIMIT + 1];
    for (size_t i = 0; i < CONNECTIONS_LIMIT; i++) {
        const struct connection *connection = &h2->connections[i];
        fds[i] = (struct pollfd){.fd = connection->session ? connection->fd : -1,
                                 .events = (short)(POLLIN | (connection->out_bytes > 0 ? POLLOUT : 0))};
    }
    fds[CONNECTIONS_LIMIT] = (struct pollfd){.fd = h2->listener, .events = POLLIN};
    if (poll(fds, CONNECTIONS_LIMIT + 1, poll_timeout_ms(h2)) < 0)
        return;
    answer_due(h2);
    for (size_t i = 0; i < CONNECTIONS_LIMIT; i++) {
        struct connection *connection = &h2->connections[i];
        if (connection->session &&
            ((fds[i].revents & (POLLIN | POLLHUP | POLLERR) && !take_in(connection)) || !send_out(connection)))
            disconnect(connection);
    }
    if (fds[CONNECTIONS_LIMIT].revents & POLLIN)
        accept_one(h2);
}

static void *run(void *arg)
{
    struct simulator_h2 *h2 = arg;
    while (!atomic_load(&h2->stopping))
        turn(h2);
    for (size_t i = 0; i < CONNECTIONS_LIMIT; i++)
        if (h2->connections[i].session)
            disconnect(&h2->connections[i]);
    return NULL;
}

/* Loopback only: what it keeps is nobody else's business. */
static int listen_on(const char *address)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICHOST};
    struct addrinfo *found = NULL;
    const char *colon = strrchr(address, ':');
    char host[64];
    int on = 1;
    if (!colon || (size_t)(colon - address) >= sizeof host)
        return -1;
    (void)snprintf(host, sizeof host, "%.*s", (int)(colon - address), address);
    if (getaddrinfo(host, colon + 1, &hints, &found) != 0)
        return -1;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool open = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0;
    freeaddrinfo(found);
    if (open)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

enum err simulator_h2_start(TALLOC_CTX *ctx, struct simulator *simulator, const struct simulator_config *config,
                            struct simulator_h2 **ret_h2)
{
    struct simulator_h2 *h2 = mem_new(ctx, struct simulator_h2);
    h2->simulator = simulator;
    h2->latency_us = config->latency_ms * 1000;
    h2->end = &h2->first;
    h2->listener = listen_on(config->listen_h2);
    if (h2->listener < 0 || pthread_create(&h2->thread, NULL, run, h2) != 0) {
        log_error("listen_failed", "address=%s", config->listen_h2);
        if (h2->listener >= 0)
            close(h2->listener);
        mem_free(h2);
        return ERR_CONFIG;
    }
    *ret_h2 = h2;
    return ERR_OK;
}

void simulator_h2_stop(struct simulator_h2 *h2)
{
    atomic_store(&h2->stopping, true);
    pthread_join(h2->thread, NULL);
    close(h2->listener);
    mem_free(h2);
}
