#include "services/analytics/export/export_source.h"

#include "common/base/mem.h"
#include <pthread.h>

enum { TIMEOUT_MS = 8000, REPLY_BYTES_MOST = 32 << 20 };

/* One call, of which a worker waits for the answer. */
struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t is_over;
    bool over;
    TALLOC_CTX *ctx; /* the worker's, who touches it only when the answer is there */
    enum err err;
    ProtobufCBinaryData reply;
};

/* On the HTTP client's thread. */
static void on_reply(void *arg, enum err err, int status, const void *bytes, size_t n)
{
    struct waiting *waiting = arg;
    pthread_mutex_lock(&waiting->lock);
    waiting->err = !err && status != 200 ? ERR_UNAVAILABLE : err;
    if (!waiting->err)
        waiting->reply = mem_bytes(waiting->ctx, bytes, n);
    waiting->over = true;
    pthread_cond_signal(&waiting->is_over);
    pthread_mutex_unlock(&waiting->lock);
}

static enum err call(const struct export_source *source, TALLOC_CTX *ctx, const char *name, ProtobufCBinaryData body,
                     ProtobufCBinaryData *ret_reply)
{
    struct waiting waiting = {.lock = PTHREAD_MUTEX_INITIALIZER, .is_over = PTHREAD_COND_INITIALIZER, .ctx = ctx};
    const struct http_call http = {
        .unix_socket = mem_printf(ctx, "%s/%s.sock", source->sockets, name),
        .url = mem_printf(ctx, "http://%s/query", name),
        .content_type = "application/x-protobuf",
        .body = body.data,
        .body_bytes = body.len,
        .timeout_ms = TIMEOUT_MS,
        .reply_limit_bytes = REPLY_BYTES_MOST,
    };
    http_send(source->client, &http, on_reply, &waiting);
    pthread_mutex_lock(&waiting.lock);
    while (!waiting.over)
        pthread_cond_wait(&waiting.is_over, &waiting.lock);
    pthread_mutex_unlock(&waiting.lock);
    pthread_cond_destroy(&waiting.is_over);
    pthread_mutex_destroy(&waiting.lock);
    *ret_reply = waiting.reply;
    return waiting.err;
}

static ProtobufCBinaryData pack(TALLOC_CTX *ctx, const struct export_question *question,
                                const struct export_asked *asked)
{
    Pb__QueryRequest request = PB__QUERY_REQUEST__INIT;
    request.kind = (char *)(uintptr_t)question->message->descriptor->short_name;
    request.scope = (Pb__Scope *)(uintptr_t)asked->scope;
    request.correlation_id = (char *)(uintptr_t)asked->correlation_id;
    request.clock_offset_us = asked->clock_offset_us;
    request.has_clock_offset_us = asked->clock_offset_us != 0;
    request.payload = mem_pack(ctx, question->message);
    return mem_pack(ctx, &request.base);
}

static enum err read_reply(TALLOC_CTX *ctx, const struct export_question *question, ProtobufCBinaryData bytes,
                           ProtobufCMessage **ret_answer)
{
    const Pb__QueryReply *reply = (Pb__QueryReply *)mem_unpack(ctx, &pb__query_reply__descriptor, bytes.data,
                                                               bytes.len);
    if (!reply)
        return ERR_MALFORMED;
    if (reply->code)
        return err_from_word(reply->code);
    *ret_answer = mem_unpack(ctx, question->answer, reply->payload.data, reply->payload.len);
    return *ret_answer ? ERR_OK : ERR_MALFORMED;
}

enum err export_source_ask(const struct export_source *source, TALLOC_CTX *ctx, const struct export_question *question,
                           const struct export_asked *asked, ProtobufCMessage **ret_answer)
{
    ProtobufCBinaryData body = pack(ctx, question, asked), reply = {0};
    enum err err = ERR_NOT_CONNECTED;
    for (int64_t i = 1; i <= source->instances && err == ERR_NOT_CONNECTED; i++) {
        const char *name = i == 1 ? question->service : mem_printf(ctx, "%s-%d", question->service, (int)i);
        err = call(source, ctx, name, body, &reply);
    }
    if (err)
        return err == ERR_NOT_CONNECTED ? ERR_UNAVAILABLE : err;
    return read_reply(ctx, question, reply, ret_answer);
}
