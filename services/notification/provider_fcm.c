/*   targets ─▶ next ─▶ stream on a connection with room ─▶ answer ─▶ target->result
 *
 * Everything of one send lives in struct job; a connection outlives it. A connection that fails gives its streams'
 * targets the result "no answer", and is opened again by the next send. */
#include "services/notification/provider_fcm.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "services/notification/provider_fcm_json.h"
#include "services/notification/provider_link.h"
#include <nghttp2/nghttp2.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONNECTIONS_LIMIT = 64,
    CONNECT_MS = 3000,
    POLL_MS = 200,
    ANSWER_BYTES = 4096,
    READ_BYTES = 65536,
    WINDOW_BYTES = 1 << 20
};

struct connection {
    struct provider_fcm *fcm;
    struct provider_link *link; /* NULL: closed */
    nghttp2_session *session;
    unsigned open;      /* streams */
    const uint8_t *out; /* what nghttp2 wants sent: its own memory, until it is asked again */
    size_t out_bytes;
};

struct stream {
    struct connection *connection; /* NULL: finished */
    struct push_target *target;
    const char *body;
    size_t body_bytes, sent;
    int status, retry_after_s;
    char answer[ANSWER_BYTES];
    size_t answer_bytes;
};

struct job {
    TALLOC_CTX *ctx;
    int64_t now_us;
    struct push_target *const *targets;
    struct stream **streams; /* of targets[i]; NULL: not sent */
    size_t n, next, answered;
};

struct provider_fcm {
    struct provider_fcm_options options;
    struct provider_address address;
    const char *path, *authorization;
    struct connection connections[CONNECTIONS_LIMIT];
    struct job *job; /* under way */
};

/* --- answers ------------------------------------------------------------------------------------------------------ */

static void finish_stream(struct provider_fcm *fcm, struct stream *stream)
{
    struct job *job = fcm->job;
    const char *word = stream->status == 200 ? "" : provider_fcm_error(job->ctx, stream->answer, stream->answer_bytes);
    stream->target->result = push_result_of_fcm(stream->status, word, stream->retry_after_s);
    job->answered++;
    stream->connection->open--;
    stream->connection = NULL;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t name_bytes,
                     const uint8_t *value, size_t value_bytes, uint8_t flags, void *arg)
{
    (void)flags, (void)arg;
    struct stream *stream = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    char text[16] = "";
    if (!stream || value_bytes >= sizeof text)
        return 0;
    memcpy(text, value, value_bytes);
    if (name_bytes == 7 && memcmp(name, ":status", 7) == 0)
        stream->status = (int)strtol(text, NULL, 10);
    if (name_bytes == 11 && memcmp(name, "retry-after", 11) == 0)
        stream->retry_after_s = (int)strtol(text, NULL, 10);
    return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t stream_id, const uint8_t *bytes, size_t n,
                   void *arg)
{
    (void)flags, (void)arg;
    struct stream *stream = nghttp2_session_get_stream_user_data(session, stream_id);
    if (!stream)
        return 0;
    size_t room = sizeof stream->answer - stream->answer_bytes;
    size_t taken = n < room ? n : room; /* an answer that is longer is cut, and then no JSON: its status still counts */
    memcpy(stream->answer + stream->answer_bytes, bytes, taken);
    stream->answer_bytes += taken;
    return 0;
}

static int on_close(nghttp2_session *session, int32_t stream_id, uint32_t error_code, void *arg)
{
    struct connection *connection = arg;
    struct stream *stream = nghttp2_session_get_stream_user_data(session, stream_id);
    if (!stream)
        return 0;
    if (error_code != NGHTTP2_NO_ERROR)
        stream->status = 0; /* reset: no answer */
    finish_stream(connection->fcm, stream);
    return 0;
}

/* --- moving bytes ------------------------------------------------------------------------------------------------- */

static bool send_out(struct connection *connection)
{
    for (;;) {
        if (connection->out_bytes == 0) {
            ssize_t n = nghttp2_session_mem_send(connection->session, &connection->out);
            if (n <= 0)
                return n == 0;
            connection->out_bytes = (size_t)n;
        }
        ssize_t sent = provider_link_write(connection->link, connection->out, connection->out_bytes);
        if (sent <= 0)
            return sent == LINK_AGAIN;
        connection->out += sent;
        connection->out_bytes -= (size_t)sent;
    }
}

static bool take_in(struct connection *connection)
{
    uint8_t bytes[READ_BYTES];
    for (;;) {
        ssize_t n = provider_link_read(connection->link, bytes, sizeof bytes);
        if (n <= 0)
            return n == LINK_AGAIN;
        if (nghttp2_session_mem_recv(connection->session, bytes, (size_t)n) < 0)
            return false;
    }
}

/* --- connections -------------------------------------------------------------------------------------------------- */

static void disconnect(struct connection *connection)
{
    nghttp2_session_del(connection->session); /* calls on_close for no stream */
    mem_free(connection->link);
    *connection = (struct connection){.fcm = connection->fcm};
}

static nghttp2_session *session_new(struct connection *connection)
{
    nghttp2_session_callbacks *callbacks = NULL;
    nghttp2_session *session = NULL;
    const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
                                               {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, WINDOW_BYTES}};
    if (nghttp2_session_callbacks_new(&callbacks) != 0)
        return NULL;
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    int error = nghttp2_session_client_new(&session, callbacks, connection);
    nghttp2_session_callbacks_del(callbacks);
    if (error == 0)
        error = nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings, sizeof settings / sizeof *settings);
    if (error == 0)
        error = nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, WINDOW_BYTES);
    if (error == 0)
        return session;
    nghttp2_session_del(session);
    return NULL;
}

static bool open_connection(struct provider_fcm *fcm, struct connection *connection)
{
    connection->fcm = fcm;
    if (connection->link && (!take_in(connection) || !nghttp2_session_check_request_allowed(connection->session)))
        disconnect(connection); /* the provider said goodbye meanwhile */
    if (connection->link)
        return true;
    if (provider_link_open(fcm, &fcm->address, CONNECT_MS, &connection->link))
        return false;
    connection->session = session_new(connection);
    if (!connection->session)
        disconnect(connection);
    return connection->link != NULL;
}

/* As many as the job needs. */
static size_t open_connections(struct provider_fcm *fcm)
{
    size_t wanted = (fcm->job->n + fcm->options.streams - 1) / fcm->options.streams, n = 0;
    for (size_t i = 0; i < fcm->options.connections && i < wanted; i++)
        n += open_connection(fcm, &fcm->connections[i]);
    return n;
}

/* --- requests ----------------------------------------------------------------------------------------------------- */

static ssize_t read_body(nghttp2_session *session, int32_t stream_id, uint8_t *buffer, size_t room, uint32_t *flags,
                         nghttp2_data_source *source, void *arg)
{
    (void)session, (void)stream_id, (void)arg;
    struct stream *stream = source->ptr;
    size_t left = stream->body_bytes - stream->sent, n = left < room ? left : room;
    memcpy(buffer, stream->body + stream->sent, n);
    stream->sent += n;
    if (stream->sent == stream->body_bytes)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)n;
}

static nghttp2_nv field(const char *name, const char *value, uint8_t flags)
{
    return (nghttp2_nv){(uint8_t *)(uintptr_t)name, (uint8_t *)(uintptr_t)value, strlen(name), strlen(value),
                        flags}; /* nghttp2 copies them */
}

static bool submit(struct provider_fcm *fcm, struct connection *connection, struct push_target *target)
{
    struct job *job = fcm->job;
    struct stream *stream = mem_new(job->ctx, struct stream);
    stream->connection = connection;
    stream->target = target;
    stream->body = provider_fcm_message(job->ctx, &target->shard->item, target->token, job->now_us);
    if (!stream->body) { /* a token that is no text */
        target->result = push_result_of_fcm(400, NULL, 0);
        job->answered++;
        return true;
    }
    stream->body_bytes = strlen(stream->body);
    const nghttp2_nv fields[] = {field(":method", "POST", NGHTTP2_NV_FLAG_NONE),
                                 field(":scheme", fcm->address.tls ? "https" : "http", NGHTTP2_NV_FLAG_NONE),
                                 field(":authority", fcm->address.host, NGHTTP2_NV_FLAG_NONE),
                                 field(":path", fcm->path, NGHTTP2_NV_FLAG_NONE),
                                 field("authorization", fcm->authorization, NGHTTP2_NV_FLAG_NO_INDEX),
                                 field("content-type", "application/json", NGHTTP2_NV_FLAG_NONE)};
    const nghttp2_data_provider body = {.source.ptr = stream, .read_callback = read_body};
    if (nghttp2_submit_request(connection->session, NULL, fields, sizeof fields / sizeof *fields, &body, stream) < 0)
        return false;
    job->streams[job->next] = stream;
    connection->open++;
    return true;
}

static void fill(struct provider_fcm *fcm, struct connection *connection)
{
    struct job *job = fcm->job;
    uint32_t theirs = nghttp2_session_get_remote_settings(connection->session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
    unsigned room = theirs < fcm->options.streams ? theirs : fcm->options.streams;
    while (job->next < job->n && connection->open < room && nghttp2_session_check_request_allowed(connection->session))
        if (submit(fcm, connection, job->targets[job->next]))
            job->next++;
        else
            break;
}

/* --- losing and moving -------------------------------------------------------------------------------------------- */

/* Its streams have no answer: their messages may have arrived or not. */
static void lose(struct provider_fcm *fcm, struct connection *connection)
{
    struct job *job = fcm->job;
    log_warn("provider_connection_lost", "open=%u", connection->open);
    for (size_t i = 0; i < job->next; i++) {
        struct stream *stream = job->streams[i];
        if (!stream || stream->connection != connection)
            continue;
        stream->status = 0;
        finish_stream(fcm, stream);
    }
    disconnect(connection);
}

/* Waits until some connection can move, then moves all that can. */
static void move(struct provider_fcm *fcm)
{
    struct pollfd fds[CONNECTIONS_LIMIT];
    nfds_t n = 0;
    for (size_t i = 0; i < fcm->options.connections; i++) {
        const struct connection *connection = &fcm->connections[i];
        short out = connection->link && connection->out_bytes > 0 ? POLLOUT : 0;
        fds[n++] = (struct pollfd){.fd = connection->link ? provider_link_fd(connection->link) : -1,
                                   .events = (short)(POLLIN | out)};
    }
    if (poll(fds, n, POLL_MS) < 0)
        return; /* a signal: asked again */
    for (size_t i = 0; i < fcm->options.connections; i++) {
        struct connection *connection = &fcm->connections[i];
        if (connection->link && (!take_in(connection) || !send_out(connection)))
            lose(fcm, connection);
    }
}

/* --- a send ------------------------------------------------------------------------------------------------------- */

static size_t fill_all(struct provider_fcm *fcm)
{
    size_t open = 0;
    for (size_t i = 0; i < fcm->options.connections; i++) {
        struct connection *connection = &fcm->connections[i];
        if (!connection->link)
            continue;
        fill(fcm, connection);
        if (send_out(connection))
            open += connection->open > 0;
        else
            lose(fcm, connection);
    }
    return open;
}

static void lose_all(struct provider_fcm *fcm)
{
    for (size_t i = 0; i < fcm->options.connections; i++)
        if (fcm->connections[i].link)
            lose(fcm, &fcm->connections[i]);
}

static void run(struct provider_fcm *fcm)
{
    struct job *job = fcm->job;
    int64_t heard_us = clock_monotonic_us();
    while (fill_all(fcm) > 0) {
        size_t before = job->answered;
        move(fcm);
        if (job->answered > before)
            heard_us = clock_monotonic_us();
        else if (clock_monotonic_us() - heard_us > (int64_t)fcm->options.timeout_ms * 1000)
            lose_all(fcm);
    }
    for (; job->next < job->n; job->next++) /* every connection went */
        job->targets[job->next]->result = push_result_of_fcm(0, NULL, 0);
}

enum err provider_fcm_send(struct provider_fcm *fcm, int64_t now_us, struct push_target *const targets[], size_t n)
{
    TALLOC_CTX *ctx = mem_context(fcm, "send");
    struct job job = {
        .ctx = ctx, .now_us = now_us, .targets = targets, .n = n, .streams = mem_array(ctx, struct stream *, n)};
    fcm->job = &job;
    enum err err = open_connections(fcm) > 0 ? ERR_OK : ERR_UNAVAILABLE;
    if (!err)
        run(fcm);
    fcm->job = NULL;
    mem_free(ctx);
    return err;
}

static int fcm_close(struct provider_fcm *fcm)
{
    for (size_t i = 0; i < CONNECTIONS_LIMIT; i++)
        nghttp2_session_del(fcm->connections[i].session);
    return 0;
}

enum err provider_fcm_new(TALLOC_CTX *ctx, const struct provider_fcm_options *options, struct provider_fcm **ret_fcm)
{
    struct provider_fcm *fcm = mem_new(ctx, struct provider_fcm);
    fcm->options = *options;
    if (fcm->options.connections > CONNECTIONS_LIMIT)
        fcm->options.connections = CONNECTIONS_LIMIT;
    fcm->path = mem_printf(fcm, "/v1/projects/%s/messages:send", options->project);
    fcm->authorization = mem_printf(fcm, "Bearer %s", options->bearer);
    enum err err = provider_address_read(fcm, options->url, &fcm->address);
    if (err) {
        mem_free(fcm);
        return err;
    }
    talloc_set_destructor(fcm, fcm_close);
    *ret_fcm = fcm;
    return ERR_OK;
}
