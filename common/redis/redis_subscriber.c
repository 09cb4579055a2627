/* A subscriber: one connection receives messages and invalidations, a second one holds the tracking (CLIENT TRACKING …
 * REDIRECT) and is only pinged. Losing either loses both: copies that nobody invalidates are worse than none. */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/redis/redis.h"
#include "common/redis/redis_connect.h"
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

enum { DEADLINE_MS = 1000, PING_EVERY_MS = 500, SILENT_MS = 2000, RETRY_MS = 250 };
#define INVALIDATE_CHANNEL "__redis__:invalidate"

struct redis_subscriber {
    char *address, *password, *channel, *prefix;
    struct redis_subscription told;
    redisContext *messages, *tracking;
    long long id;                   /* of the messages connection, to the server */
    int64_t heard_us[2], pinged_us; /* of messages, of tracking */
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
    if (s->messages)
        redisFree(s->messages);
    if (s->tracking)
        redisFree(s->tracking);
    s->messages = s->tracking = NULL;
}

static bool is_ok(redisReply *reply)
{
    bool ok = reply && reply->type != REDIS_REPLY_ERROR;
    freeReplyObject(reply);
    return ok;
}

static long long client_id(redisContext *connection)
{
    redisReply *id = redisCommand(connection, "CLIENT ID");
    long long number = id && id->type == REDIS_REPLY_INTEGER ? id->integer : -1;
    freeReplyObject(id);
    return number;
}

/* The invalidations first: nothing comes on that channel yet, so the next reply read is the next subscription's. */
static bool subscribe(struct redis_subscriber *s)
{
    s->id = client_id(s->messages);
    if (s->prefix && !is_ok(redisCommand(s->messages, "SUBSCRIBE " INVALIDATE_CHANNEL)))
        return false;
    return s->id >= 0 && (!s->channel || is_ok(redisCommand(s->messages, "SUBSCRIBE %s", s->channel)));
}

/* The tracking connection sends its invalidations to the connection that subscribes. */
static bool start_tracking(struct redis_subscriber *s)
{
    s->tracking = redis_connect(s->address, s->password, DEADLINE_MS);
    return s->tracking &&
           is_ok(redisCommand(s->tracking, "CLIENT TRACKING ON REDIRECT %lld BCAST PREFIX %s", s->id, s->prefix));
}

static bool connect_all(struct redis_subscriber *s)
{
    s->messages = redis_connect(s->address, s->password, DEADLINE_MS);
    bool ok = s->messages && subscribe(s) && (!s->prefix || start_tracking(s));
    if (!ok)
        disconnect(s);
    s->heard_us[0] = s->heard_us[1] = s->pinged_us = clock_monotonic_us();
    return ok;
}

/* --- receiving ---------------------------------------------------------------------------------------------------- */

static void tell_invalidated(struct redis_subscriber *s, const redisReply *keys)
{
    if (keys->type != REDIS_REPLY_ARRAY) {
        s->told.invalidate(s->told.arg, NULL, 0); /* nil: everything */
        return;
    }
    for (size_t i = 0; i < keys->elements; i++)
        s->told.invalidate(s->told.arg, keys->element[i]->str, keys->element[i]->len);
}

static void tell(struct redis_subscriber *s, const redisReply *reply)
{
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 3 || !is_text(reply->element[0], "message"))
        return; /* a pong, or the subscription's own answer */
    const redisReply *body = reply->element[2];
    if (is_text(reply->element[1], INVALIDATE_CHANNEL))
        tell_invalidated(s, body);
    else if (body->type == REDIS_REPLY_STRING && s->told.message)
        s->told.message(s->told.arg, body->str, body->len);
}

/* Tells what has been read. False when it is no Redis protocol. */
static bool tell_all(struct redis_subscriber *s, redisContext *connection)
{
    void *reply = NULL;
    while (redisGetReplyFromReader(connection, &reply) == REDIS_OK && reply) {
        if (connection == s->messages)
            tell(s, reply);
        freeReplyObject(reply);
        reply = NULL;
    }
    return connection->err == 0;
}

/* Reads what is there; false when the connection is gone. */
static bool receive(struct redis_subscriber *s, redisContext *connection)
{
    s->heard_us[connection == s->tracking] = clock_monotonic_us();
    return redisBufferRead(connection) == REDIS_OK && tell_all(s, connection);
}

static bool ping(redisContext *connection)
{
    int done = 0;
    if (!connection)
        return true;
    if (redisAppendCommand(connection, "PING") != REDIS_OK)
        return false;
    while (!done)
        if (redisBufferWrite(connection, &done) != REDIS_OK)
            return false;
    return true;
}

static bool is_alive(struct redis_subscriber *s)
{
    int64_t now_us = clock_monotonic_us();
    int64_t heard_us = s->tracking && s->heard_us[1] < s->heard_us[0] ? s->heard_us[1] : s->heard_us[0];
    if (now_us - heard_us > SILENT_MS * INT64_C(1000))
        return false;
    if (now_us - s->pinged_us < PING_EVERY_MS * INT64_C(1000))
        return true;
    s->pinged_us = now_us;
    return ping(s->messages) && ping(s->tracking);
}

static void serve(struct redis_subscriber *s)
{
    bool alive = tell_all(s, s->messages); /* what came along with the subscription's answer */
    while (alive && !atomic_load(&s->stopping)) {
        struct pollfd fds[2] = {{.fd = s->messages->fd, .events = POLLIN},
                                {.fd = s->tracking ? s->tracking->fd : -1, .events = POLLIN}};
        int n = poll(fds, 2, PING_EVERY_MS);
        if (n > 0 && fds[0].revents)
            alive = receive(s, s->messages);
        if (alive && n > 0 && fds[1].revents)
            alive = receive(s, s->tracking);
        alive = alive && is_alive(s);
    }
}

static void *run_thread(void *arg)
{
    struct redis_subscriber *s = arg;
    while (!atomic_load(&s->stopping)) {
        if (!connect_all(s)) {
            pause_ms(RETRY_MS);
            continue;
        }
        if (s->told.health)
            s->told.health(s->told.arg, true);
        serve(s);
        disconnect(s);
        if (s->told.health)
            s->told.health(s->told.arg, false);
        log_info("redis_subscription_ended", "channel=%s", s->channel ? s->channel : "-");
    }
    return NULL;
}

/* --- life --------------------------------------------------------------------------------------------------------- */

enum err redis_subscribe(TALLOC_CTX *ctx, const char *address, const char *password,
                         const struct redis_subscription *subscription, struct redis_subscriber **ret_subscriber)
{
    struct redis_subscriber *s = mem_new(ctx, struct redis_subscriber);
    s->address = mem_text(s, address);
    s->password = mem_text(s, password);
    s->channel = mem_text(s, subscription->channel);
    s->prefix = mem_text(s, subscription->prefix);
    s->told = *subscription;
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
    (void)pthread_join(subscriber->thread, NULL); /* ours, joined once; it looks at the flag every half second */
    mem_free(subscriber);
}
