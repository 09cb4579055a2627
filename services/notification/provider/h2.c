/*   requests ─▶ next ─▶ stream on a connection with room ─▶ answered
 *
 * Everything of one job lives in struct run; a connection outlives it. A connection that fails gives its streams no
 * answer, and is opened again by the next job. */
#include "services/notification/provider/h2.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "services/notification/provider/link.h"
#include <assert.h>
#include <curl/curl.h>
#include <nghttp2/nghttp2.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum {
    POLL_MS = 200,
    ANSWER_BYTES = 4096,
    READ_BYTES = 65536,
    READS_LIMIT = 64,
    OUT_BYTES = 16384,
    WINDOW_BYTES = 1 << 20,
    RETRY_AFTER_LIMIT_S = 86400
};

struct connection {
    struct h2 *h2;
    struct link *link; /* NULL: closed */
    nghttp2_session *session;
    unsigned open;        /* streams */
    const uint8_t *frame; /* what nghttp2 wants sent: its own memory, until it is asked again */
    size_t frame_bytes;
    uint8_t *out; /* frames together: one write takes many */
    size_t out_bytes;
};

struct stream {
    struct connection *connection; /* NULL: finished */
    size_t i;                      /* of its request */
    struct h2_request request;
    size_t sent; /* bytes of its body */
    int status, retry_after_s;
    char answer[ANSWER_BYTES];
    size_t answer_bytes;
};

/* A job under way. */
struct run {
    TALLOC_CTX *ctx;
    const struct h2_job *job;
    struct stream **streams; /* of request i; NULL: not sent */
    size_t next, answered;
};

struct h2 {
    struct h2_options options;
    struct link_address address;
    struct connection connections[H2_CONNECTIONS_LIMIT];
    struct run *run; /* NULL: none */
};

/* --- answers ------------------------------------------------------------------------------------------------------ */

static void finish_stream(struct h2 *h2, struct stream *stream)
{
    const struct h2_job *job = h2->run->job;
    const struct h2_answer answer = {.status = stream->status,
                                     .retry_after_s = stream->retry_after_s,
                                     .body = stream->answer,
                                     .body_bytes = stream->answer_bytes};
    job->answered(job->arg, stream->i, &answer);
    h2->run->answered++;
    stream->connection->open--;
    stream->connection = NULL;
}

/* Retry-After is a number of seconds or a date (RFC 9110, 10.2.3). 0: neither, or over. */
static int seconds_until(const char *text)
{
    char *end = NULL;
    long s = strtol(text, &end, 10);
    if (end == text || *end) {
        time_t at = curl_getdate(text, NULL);
        s = at < 0 ? 0 : (long)(at - clock_now_us() / CLOCK_SECOND_US);
    }
    return s < 0 ? 0 : s > RETRY_AFTER_LIMIT_S ? RETRY_AFTER_LIMIT_S : (int)s;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t name_bytes,
                     const uint8_t *value, size_t value_bytes, uint8_t flags, void *arg)
{
    (void)flags, (void)arg;
    struct stream *stream = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    char text[40] = "";
    if (!stream || value_bytes >= sizeof text)
        return 0;
    memcpy(text, value, value_bytes);
    if (name_bytes == 7 && memcmp(name, ":status", 7) == 0)
        stream->status = (int)strtol(text, NULL, 10);
    if (name_bytes == 11 && memcmp(name, "retry-after", 11) == 0)
        stream->retry_after_s = seconds_until(text);
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
    finish_stream(connection->h2, stream);
    return 0;
}

/* --- moving bytes ------------------------------------------------------------------------------------------------- */

/* Until there is no more, or no room. */
static bool gather(struct connection *connection)
{
    for (;;) {
        if (connection->frame_bytes == 0) {
            ssize_t n = nghttp2_session_mem_send(connection->session, &connection->frame);
            if (n <= 0)
                return n == 0;
            connection->frame_bytes = (size_t)n;
        }
        size_t room = OUT_BYTES - connection->out_bytes;
        size_t n = connection->frame_bytes < room ? connection->frame_bytes : room;
        memcpy(connection->out + connection->out_bytes, connection->frame, n);
        connection->out_bytes += n;
        connection->frame += n;
        connection->frame_bytes -= n;
        if (connection->frame_bytes > 0)
            return true;
    }
}

static bool send_out(struct connection *connection)
{
    for (;;) {
        if (!gather(connection))
            return false;
        if (connection->out_bytes == 0)
            return true;
        ssize_t sent = link_write(connection->link, connection->out, connection->out_bytes);
        if (sent <= 0)
            return sent == LINK_AGAIN;
        connection->out_bytes -= (size_t)sent;
        memmove(connection->out, connection->out + sent, connection->out_bytes);
    }
}

/* Until nothing more is there, or the others' turn has come: whoever sends faster than it is read must not keep the
 * thread from its clock. What is left is in the socket (a record of TLS is less than `bytes`), so poll() returns at
 * once. */
static bool take_in(struct connection *connection)
{
    uint8_t bytes[READ_BYTES];
    for (int reads = 0; reads < READS_LIMIT; reads++) {
        ssize_t n = link_read(connection->link, bytes, sizeof bytes);
        if (n <= 0)
            return n == LINK_AGAIN;
        if (nghttp2_session_mem_recv(connection->session, bytes, (size_t)n) < 0)
            return false;
    }
    return true;
}

/* --- connections -------------------------------------------------------------------------------------------------- */

static void disconnect(struct connection *connection)
{
    nghttp2_session_del(connection->session); /* calls on_close for no stream */
    mem_free(connection->link);
    mem_free(connection->out);
    *connection = (struct connection){.h2 = connection->h2};
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
        error = nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings, ARRAY_LENGTH(settings));
    if (error == 0)
        error = nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, WINDOW_BYTES);
    if (error == 0)
        return session;
    nghttp2_session_del(session);
    return NULL;
}

/* `may_connect`: false where it is to be used only if it is open. */
static bool open_connection(struct h2 *h2, struct connection *connection, bool may_connect)
{
    connection->h2 = h2;
    if (connection->link && (!take_in(connection) || !nghttp2_session_check_request_allowed(connection->session)))
        disconnect(connection); /* the provider said goodbye meanwhile */
    if (connection->link)
        return true;
    if (!may_connect || link_open(h2, &h2->address, h2->run->job->until_us, &connection->link))
        return false;
    connection->out = mem_array(h2, uint8_t, OUT_BYTES);
    connection->session = session_new(connection);
    if (!connection->session)
        disconnect(connection);
    return connection->link != NULL;
}

/* As many as the job needs. Where one can't be opened no other is tried: it would fail as slowly. Returns how many are
 * open. */
static size_t open_connections(struct h2 *h2)
{
    size_t wanted = (h2->run->job->n + h2->options.streams - 1) / h2->options.streams, n = 0;
    bool has_failed = false;
    for (size_t i = 0; i < h2->options.connections && i < wanted; i++) {
        bool is_open = open_connection(h2, &h2->connections[i], !has_failed);
        has_failed = has_failed || !is_open;
        n += is_open;
    }
    return n;
}

/* --- requests ----------------------------------------------------------------------------------------------------- */

static ssize_t read_body(nghttp2_session *session, int32_t stream_id, uint8_t *buffer, size_t room, uint32_t *flags,
                         nghttp2_data_source *source, void *arg)
{
    (void)session, (void)stream_id, (void)arg;
    struct stream *stream = source->ptr;
    size_t left = stream->request.body_bytes - stream->sent, n = left < room ? left : room;
    memcpy(buffer, (const char *)stream->request.body + stream->sent, n);
    stream->sent += n;
    if (stream->sent == stream->request.body_bytes)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)n;
}

static nghttp2_nv field(const char *name, const char *value, uint8_t flags)
{
    return (nghttp2_nv){(uint8_t *)(uintptr_t)name, (uint8_t *)(uintptr_t)value, strlen(name), strlen(value),
                        flags}; /* nghttp2 copies them */
}

static bool submit(struct connection *connection, struct stream *stream)
{
    enum { FIELDS = 6 };
    const struct h2_request *request = &stream->request;
    const struct link_address *address = &connection->h2->address;
    nghttp2_nv fields[FIELDS + H2_MORE_FIELDS] = {
        field(":method", "POST", NGHTTP2_NV_FLAG_NONE),
        field(":scheme", address->tls ? "https" : "http", NGHTTP2_NV_FLAG_NONE),
        field(":authority", address->authority, NGHTTP2_NV_FLAG_NONE),
        field(":path", request->path, NGHTTP2_NV_FLAG_NONE),
        field("authorization", request->authorization,
              request->is_signed ? NGHTTP2_NV_FLAG_NONE : NGHTTP2_NV_FLAG_NO_INDEX),
        field("content-type", request->content_type, NGHTTP2_NV_FLAG_NONE)};
    assert(request->n_more <= H2_MORE_FIELDS);
    for (size_t i = 0; i < request->n_more; i++)
        fields[FIELDS + i] = field(request->more[i].name, request->more[i].value, NGHTTP2_NV_FLAG_NONE);
    const nghttp2_data_provider body = {.source.ptr = stream, .read_callback = read_body};
    return nghttp2_submit_request(connection->session, NULL, fields, FIELDS + request->n_more, &body, stream) >= 0;
}

/* False: the connection takes no more, and the request is made again for another. */
static bool send_next(struct run *run, struct connection *connection)
{
    struct stream *stream = mem_new(run->ctx, struct stream);
    stream->connection = connection;
    stream->i = run->next;
    if (!run->job->request(run->job->arg, stream, stream->i, &stream->request)) {
        run->answered++;
        return true;
    }
    if (!submit(connection, stream)) {
        mem_free(stream);
        return false;
    }
    run->streams[stream->i] = stream;
    connection->open++;
    return true;
}

static void fill(struct h2 *h2, struct connection *connection)
{
    struct run *run = h2->run;
    uint32_t theirs = nghttp2_session_get_remote_settings(connection->session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
    unsigned room = theirs < h2->options.streams ? theirs : h2->options.streams;
    while (run->next < run->job->n && connection->open < room &&
           nghttp2_session_check_request_allowed(connection->session) && send_next(run, connection))
        run->next++;
}

/* --- losing and moving -------------------------------------------------------------------------------------------- */

/* Its streams get no answer: their requests may have arrived or not. */
static void lose(struct h2 *h2, struct connection *connection)
{
    log_warn("provider_connection_lost", "open=%u", connection->open);
    for (size_t i = 0; i < h2->run->next; i++) {
        struct stream *stream = h2->run->streams[i];
        if (!stream || stream->connection != connection)
            continue;
        stream->status = 0;
        finish_stream(h2, stream);
    }
    disconnect(connection);
}

/* Waits until some connection can move, then moves all that can. */
static void move(struct h2 *h2)
{
    struct pollfd fds[H2_CONNECTIONS_LIMIT];
    nfds_t n = 0;
    for (size_t i = 0; i < h2->options.connections; i++) {
        const struct connection *connection = &h2->connections[i];
        short out = connection->link && connection->out_bytes > 0 ? POLLOUT : 0;
        fds[n++] = (struct pollfd){.fd = connection->link ? link_fd(connection->link) : -1,
                                   .events = (short)(POLLIN | out)};
    }
    if (poll(fds, n, POLL_MS) < 0)
        return; /* a signal: asked again */
    for (size_t i = 0; i < h2->options.connections; i++) {
        struct connection *connection = &h2->connections[i];
        bool has_come = fds[i].revents & (POLLIN | POLLHUP | POLLERR);
        if (connection->link && ((has_come && !take_in(connection)) || !send_out(connection)))
            lose(h2, connection);
    }
}

/* --- a job -------------------------------------------------------------------------------------------------------- */

/* `asks`: new requests too; else it goes on with those that are under way. Returns how many connections have some. */
static size_t fill_all(struct h2 *h2, bool asks)
{
    size_t open = 0;
    for (size_t i = 0; i < h2->options.connections; i++) {
        struct connection *connection = &h2->connections[i];
        if (!connection->link)
            continue;
        if (asks)
            fill(h2, connection);
        if (send_out(connection))
            open += connection->open > 0;
        else
            lose(h2, connection);
    }
    return open;
}

static void lose_all(struct h2 *h2)
{
    for (size_t i = 0; i < h2->options.connections; i++)
        if (h2->connections[i].link)
            lose(h2, &h2->connections[i]);
}

static void run_job(struct h2 *h2)
{
    struct run *run = h2->run;
    const struct h2_answer none = {0};
    int64_t heard_us = clock_monotonic_us(), now_us = heard_us;
    /* The last quarter is for answers: what was not asked by then has not arrived either, and comes to nobody twice. */
    int64_t asks_until_us = run->job->until_us - (run->job->until_us - now_us) / 4;
    while (now_us < run->job->until_us && fill_all(h2, now_us < asks_until_us) > 0) {
        size_t before = run->answered;
        move(h2);
        now_us = clock_monotonic_us();
        if (run->answered > before)
            heard_us = now_us;
        if (now_us >= run->job->until_us || now_us - heard_us > (int64_t)h2->options.timeout_ms * 1000)
            lose_all(h2);
    }
    for (; run->next < run->job->n; run->next++) /* every connection went, or the time did */
        run->job->answered(run->job->arg, run->next, &none);
}

enum err h2_send(struct h2 *h2, const struct h2_job *job)
{
    TALLOC_CTX *ctx = mem_context(h2, "h2_send");
    struct run run = {.ctx = ctx, .job = job, .streams = mem_array(ctx, struct stream *, job->n)};
    h2->run = &run;
    enum err err = open_connections(h2) > 0 ? ERR_OK : ERR_UNAVAILABLE;
    if (!err)
        run_job(h2);
    h2->run = NULL;
    mem_free(ctx);
    return err;
}

static int close_connections(struct h2 *h2)
{
    for (size_t i = 0; i < H2_CONNECTIONS_LIMIT; i++)
        nghttp2_session_del(h2->connections[i].session);
    return 0;
}

enum err h2_new(TALLOC_CTX *ctx, const struct h2_options *options, struct h2 **ret_h2)
{
    struct h2 *h2 = mem_new(ctx, struct h2);
    h2->options = *options;
    if (h2->options.connections > H2_CONNECTIONS_LIMIT)
        h2->options.connections = H2_CONNECTIONS_LIMIT;
    enum err err = link_address_read(h2, options->url, &h2->address);
    if (err) {
        mem_free(h2);
        return err;
    }
    h2->address.public_only = options->public_only;
    talloc_set_destructor(h2, close_connections);
    *ret_h2 = h2;
    return ERR_OK;
}
