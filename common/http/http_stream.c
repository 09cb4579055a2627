/* Answers that go on: whoever has one adds bytes from any thread, and libmicrohttpd takes them when the client does.
 *
 *     add ─▶ bytes, at most `room` ─▶ read_stream, on the connection's thread ─▶ client
 *                                     nothing there: the connection is suspended, and costs no time until `add`,
 *                                     or until its client leaves
 *
 * A stream has two owners: who adds, until http_stream_unref, and libmicrohttpd's response, until it is destroyed. */
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/http/http_internal.h"
#include <string.h>
#include <sys/socket.h>

enum { BLOCK_BYTES = 1024 };
#define END_WITHIN_US (10 * CLOCK_SECOND_US) /* a reader who takes nothing keeps an ended stream open no longer */

struct http_stream {
    struct http_server *server;
    struct MHD_Connection *connection;
    struct http_connection *of; /* while it is open */
    int fd;
    size_t room;
    void (*closed)(void *arg);
    void *arg;
    atomic_int owners;
    pthread_mutex_t lock; /* of what follows */
    char *bytes;          /* NULL while none waits, so that idle ones are small */
    size_t n;
    bool is_open;   /* the response is there */
    bool ends;      /* behind the bytes that wait */
    bool suspended; /* the connection; who sets it false resumes it */
};

void http_stream_unref(struct http_stream *stream)
{
    if (atomic_fetch_sub(&stream->owners, 1) != 1)
        return;
    pthread_mutex_destroy(&stream->lock);
    mem_free(stream);
}

/* Under the lock: the connection is there for as long as it is suspended. */
static void wake(struct http_stream *stream)
{
    if (!stream->suspended)
        return;
    stream->suspended = false;
    MHD_resume_connection(stream->connection);
    atomic_fetch_sub(&stream->server->n_suspended, 1);
}

/* Under the server's lock. Where bytes are on their way libmicrohttpd finds it out. */
static void on_left(void *arg)
{
    struct http_stream *stream = arg;
    pthread_mutex_lock(&stream->lock);
    stream->ends = stream->ends || stream->suspended;
    wake(stream);
    pthread_mutex_unlock(&stream->lock);
}

/* --- on the connection's thread ----------------------------------------------------------------------------------- */

/* Under the lock. */
static void suspend(struct http_stream *stream)
{
    stream->suspended = true;
    atomic_fetch_add(&stream->server->n_suspended, 1);
    MHD_suspend_connection(stream->connection);
}

/* Under the lock. */
static size_t take(struct http_stream *stream, char *buffer, size_t room)
{
    size_t n = stream->n < room ? stream->n : room;
    memcpy(buffer, stream->bytes, n);
    stream->n -= n;
    memmove(stream->bytes, stream->bytes + n, stream->n);
    if (stream->n > 0)
        return n;
    mem_free(stream->bytes);
    stream->bytes = NULL;
    return n;
}

static ssize_t read_stream(void *arg, uint64_t at, char *buffer, size_t room)
{
    struct http_stream *stream = arg;
    ssize_t result = 0;
    (void)at;
    pthread_mutex_lock(&stream->lock);
    if (stream->n > 0)
        result = (ssize_t)take(stream, buffer, room);
    else if (stream->ends)
        result = MHD_CONTENT_READER_END_OF_STREAM;
    else
        suspend(stream);
    pthread_mutex_unlock(&stream->lock);
    return result;
}

static void ask_who_leaves(struct http_stream *stream, void (*told)(void *arg))
{
    pthread_mutex_lock(&stream->server->lock);
    stream->of->on_left_arg = stream;
    stream->of->on_left = told;
    stream->of->is_patient = true;
    pthread_mutex_unlock(&stream->server->lock);
}

static void response_gone(void *arg)
{
    struct http_stream *stream = arg;
    ask_who_leaves(stream, NULL);
    pthread_mutex_lock(&stream->lock);
    stream->is_open = false;
    pthread_mutex_unlock(&stream->lock);
    stream->closed(stream->arg);
    http_stream_unref(stream);
}

struct http_stream *http_reply_stream(struct http_request *request, int status, const struct http_field fields[],
                                      size_t n, const struct http_stream_options *options)
{
    struct http_stream *stream = mem_new(NULL, struct http_stream);
    stream->server = request->server;
    stream->connection = request->connection;
    stream->of = request->of;
    stream->fd = stream->of->fd;
    stream->room = options->room;
    stream->closed = options->closed;
    stream->arg = options->arg;
    stream->is_open = true;
    atomic_init(&stream->owners, 2);
    pthread_mutex_init(&stream->lock, NULL);
    struct MHD_Response *response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES, read_stream,
                                                                      stream, response_gone);
    for (size_t i = 0; response && i < n; i++)
        (void)MHD_add_response_header(response, fields[i].name, fields[i].value); /* constants of ours */
    if (!response) { /* the request is still to be answered; there is no response that could let go */
        atomic_fetch_sub(&stream->owners, 1);
        http_stream_unref(stream);
        return NULL;
    }
    request->goes_on = true;
    ask_who_leaves(stream, on_left);
    http_finish(request, status, response, 0, NULL);
    return stream;
}

/* --- on any thread ------------------------------------------------------------------------------------------------ */

bool http_stream_add(struct http_stream *stream, const void *bytes, size_t n)
{
    pthread_mutex_lock(&stream->lock);
    bool is_there = stream->is_open && !stream->ends, has_room = n <= stream->room - stream->n;
    if (is_there && has_room) {
        stream->bytes = mem_grow(stream, stream->bytes, 1, stream->n + n);
        memcpy(stream->bytes + stream->n, bytes, n);
        stream->n += n;
    } else if (is_there) { /* he reads too slowly: the connection ends, and he comes again */
        stream->ends = true;
        (void)shutdown(stream->fd, SHUT_RDWR); /* not closed before the response is gone */
    }
    if (is_there)
        wake(stream);
    pthread_mutex_unlock(&stream->lock);
    return is_there && has_room;
}

void http_stream_end(struct http_stream *stream)
{
    pthread_mutex_lock(&stream->lock);
    stream->ends = true;
    if (stream->is_open)
        atomic_store_explicit(&stream->of->sent_before_us, clock_monotonic_us() + END_WITHIN_US, memory_order_relaxed);
    wake(stream);
    pthread_mutex_unlock(&stream->lock);
}
