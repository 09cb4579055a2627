/* A subscriber: one connection, pinged again as soon as the last ping was answered. Redis answers in the order in which
 * it publishes, so what comes behind a pong was published after its ping was sent. */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/redis/redis.h"
#include "common/redis/redis_connect.h"
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

enum { DEADLINE_MS = 1000, PING_EVERY_MS = 100, SILENT_MS = 2000, RETRY_MS = 250 };

struct redis_subscriber {
    char *address, *credentials;
    struct redis_subscription told;
    redisContext *connection;
    bool awaits_pong;
    int64_t pinged_us;   /* when the last ping was sent */
    int64_t answered_us; /* when the last one that was answered was sent */
    atomic_bool stopping;
    pthread_t thread;
};

static bool is_text(const redisReply *reply, const char *text)
{
    return reply->type == REDIS_REPLY_STRING && reply->len == strlen(text) && memcmp(reply->str, text, reply->len) == 0;
}

/* --- connecting --------------------------------------------------------------------------------------------------- */

static void disconnect(struct redis_subscriber *s)
{
    if (s->connection)
        redisFree(s->connection);
    s->connection = NULL;
}

/* One command names all channels: Redis runs it whole before it publishes anything more. */
static bool subscribe(struct redis_subscriber *s)
{
    size_t n = s->told.n_channels + 1;
    const char **argv = mem_array(NULL, const char *, n);
    argv[0] = "SUBSCRIBE";
    memcpy(argv + 1, s->told.channels, s->told.n_channels * sizeof *argv);
    redisReply *reply = redisCommandArgv(s->connection, (int)n, argv, NULL);
    bool ok = reply && reply->type != REDIS_REPLY_ERROR;
    freeReplyObject(reply);
    mem_free(argv);
    return ok;
}

static bool connect_and_subscribe(struct redis_subscriber *s)
{
    s->answered_us = s->pinged_us = clock_monotonic_us();
    s->awaits_pong = false;
    s->connection = redis_connect(s->address, s->credentials, DEADLINE_MS);
    if (s->connection && subscribe(s))
        return true;
    disconnect(s);
    return false;
}

/* --- receiving ---------------------------------------------------------------------------------------------------- */

static void tell_message(struct redis_subscriber *s, const redisReply *channel, const redisReply *body)
{
    for (size_t i = 0; i < s->told.n_channels; i++)
        if (is_text(channel, s->told.channels[i]) && body->type == REDIS_REPLY_STRING)
            s->told.message(s->told.arg, i, body->str, body->len, s->answered_us);
}

static void tell(struct redis_subscriber *s, const redisReply *reply)
{
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements == 0)
        return;
    if (is_text(reply->element[0], "pong")) {
        s->answered_us = s->pinged_us;
        s->awaits_pong = false;
    } else if (reply->elements == 3 && is_text(reply->element[0], "message")) {
        tell_message(s, reply->element[1], reply->element[2]);
    } /* else the answer for one more channel of the subscription */
}

/* Tells what has been read. False when it is no Redis protocol. */
static bool tell_all(struct redis_subscriber *s)
{
    void *reply = NULL;
    while (redisGetReplyFromReader(s->connection, &reply) == REDIS_OK && reply) {
        tell(s, reply);
        freeReplyObject(reply);
        reply = NULL;
    }
    return s->connection->err == 0;
}

/* Reads what is there; false when the connection is gone. */
static bool receive(struct redis_subscriber *s)
{
    return redisBufferRead(s->connection) == REDIS_OK && tell_all(s);
}

static bool send_ping(struct redis_subscriber *s)
{
    int done = 0;
    if (redisAppendCommand(s->connection, "PING") != REDIS_OK)
        return false;
    while (!done)
        if (redisBufferWrite(s->connection, &done) != REDIS_OK)
            return false;
    return true;
}

/* False when nothing has answered for too long. */
static bool ping(struct redis_subscriber *s)
{
    int64_t now_us = clock_monotonic_us(), since_us = now_us - s->pinged_us;
    if (s->awaits_pong)
        return since_us < SILENT_MS * INT64_C(1000);
    if (since_us < PING_EVERY_MS * INT64_C(1000))
        return true;
    s->pinged_us = now_us; /* before it is sent: a process that stops in between looks older, never newer */
    s->awaits_pong = true;
    return send_ping(s);
}

static void serve(struct redis_subscriber *s)
{
    bool alive = tell_all(s); /* what came along with the subscription's answer */
    while (alive && !atomic_load(&s->stopping)) {
        struct pollfd fd = {.fd = s->connection->fd, .events = POLLIN};
        if (poll(&fd, 1, PING_EVERY_MS) > 0)
            alive = receive(s);
        alive = alive && ping(s);
    }
}

static void *run_thread(void *arg)
{
    struct redis_subscriber *s = arg;
    while (!atomic_load(&s->stopping)) {
        if (!connect_and_subscribe(s)) {
            pause_ms(RETRY_MS);
            continue;
        }
        s->told.subscribed(s->told.arg);
        serve(s);
        disconnect(s);
        log_info("redis_subscription_ended", "channel=%s", s->told.channels[0]);
    }
    return NULL;
}

/* --- life --------------------------------------------------------------------------------------------------------- */

static const char **copy_names(TALLOC_CTX *ctx, const char *const names[], size_t n)
{
    const char **copies = mem_array(ctx, const char *, n);
    for (size_t i = 0; i < n; i++)
        copies[i] = mem_text(ctx, names[i]);
    return copies;
}

enum err redis_subscribe(TALLOC_CTX *ctx, const char *address, const char *credentials,
                         const struct redis_subscription *subscription, struct redis_subscriber **ret_subscriber)
{
    struct redis_subscriber *s = mem_new(ctx, struct redis_subscriber);
    s->address = mem_text(s, address);
    s->credentials = mem_text(s, credentials);
    s->told = *subscription;
    s->told.channels = copy_names(s, subscription->channels, subscription->n_channels);
    if (pthread_create(&s->thread, NULL, run_thread, s) != 0) {
        mem_free(s);
        return ERR_INTERNAL;
    }
    *ret_subscriber = s;
    return ERR_OK;
}

void redis_unsubscribe(struct redis_subscriber *subscriber)
{
    atomic_store(&subscriber->stopping, true);
    (void)pthread_join(subscriber->thread, NULL); /* ours, joined once; it looks at the flag at every turn */
    mem_free(subscriber);
}
