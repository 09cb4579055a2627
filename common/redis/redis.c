/* One connection: commands are appended to hiredis's buffer, one flush writes them and reads every reply. */
#include "common/redis/redis.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/redis/redis_connect.h"
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <string.h>

#define RECONNECT_EVERY_US INT64_C(500000)

struct command {
    struct command *next;
    int argc;
    char **argv;
    size_t *argv_bytes;
};

struct redis {
    char *address, *credentials;
    int deadline_ms;
    redisContext *connection;
    int64_t tried_at_us;
    TALLOC_CTX *queue; /* commands that wait for a flush */
    struct command *first, **end;
    size_t n;
    redisReply **replies; /* of the last flush */
    size_t n_replies;
};

/* --- connecting, shared with the subscriber ----------------------------------------------------------------------- */

static bool authenticate(redisContext *connection, const char *credentials)
{
    const char *colon = strchr(credentials, ':');
    redisReply *reply = colon ? redisCommand(connection, "AUTH %b %s", credentials, (size_t)(colon - credentials),
                                             colon + 1)
                              : redisCommand(connection, "AUTH %s", credentials);
    bool ok = reply && reply->type != REDIS_REPLY_ERROR;
    freeReplyObject(reply);
    return ok;
}

redisContext *redis_connect(const char *address, const char *credentials, int deadline_ms)
{
    char host[256];
    int port = 6379;
    const struct timeval deadline = {.tv_sec = deadline_ms / 1000, .tv_usec = (deadline_ms % 1000) * 1000};
    const char *colon = strrchr(address, ':');
    size_t n = colon ? (size_t)(colon - address) : strlen(address);
    if (n >= sizeof host || (colon && sscanf(colon + 1, "%d", &port) != 1))
        return NULL;
    memcpy(host, address, n);
    host[n] = '\0';
    redisContext *connection = redisConnectWithTimeout(host, port, deadline);
    bool ok = connection && !connection->err && redisSetTimeout(connection, deadline) == REDIS_OK;
    if (ok && credentials)
        ok = authenticate(connection, credentials);
    if (!ok && connection) {
        redisFree(connection);
        connection = NULL;
    }
    return connection;
}

/* --- the connection ----------------------------------------------------------------------------------------------- */

static void forget_replies(struct redis *redis)
{
    for (size_t i = 0; i < redis->n_replies; i++)
        freeReplyObject(redis->replies[i]);
    mem_free(redis->replies);
    redis->replies = NULL;
    redis->n_replies = 0;
}

static void forget_queue(struct redis *redis)
{
    mem_free(redis->queue);
    redis->queue = NULL;
    redis->first = NULL;
    redis->end = &redis->first;
    redis->n = 0;
}

static void disconnect(struct redis *redis)
{
    if (redis->connection)
        redisFree(redis->connection);
    redis->connection = NULL;
}

static int close_redis(struct redis *redis)
{
    forget_replies(redis);
    disconnect(redis);
    return 0;
}

struct redis *redis_new(TALLOC_CTX *ctx, const char *address, const char *credentials, int deadline_ms)
{
    struct redis *redis = mem_new(ctx, struct redis);
    redis->address = mem_text(redis, address);
    redis->credentials = mem_text(redis, credentials);
    redis->deadline_ms = deadline_ms;
    redis->end = &redis->first;
    talloc_set_destructor(redis, close_redis);
    return redis;
}

void redis_queue(struct redis *redis, int argc, const char *const argv[], const size_t argv_bytes[])
{
    if (redis->n == 0)
        forget_replies(redis);
    if (!redis->queue)
        redis->queue = mem_context(redis, "redis queue");
    struct command *command = mem_new(redis->queue, struct command);
    command->argc = argc;
    command->argv = mem_array(command, char *, (size_t)argc);
    command->argv_bytes = mem_copy(command, argv_bytes, (size_t)argc * sizeof *argv_bytes);
    for (int i = 0; i < argc; i++)
        command->argv[i] = mem_copy(command, argv[i], argv_bytes[i]);
    *redis->end = command;
    redis->end = &command->next;
    redis->n++;
}

void redis_queue_set(struct redis *redis, const char *key, const void *value, size_t bytes, int lifetime_s)
{
    char seconds[16];
    int n = snprintf(seconds, sizeof seconds, "%d", lifetime_s);
    const char *argv[] = {"SET", key, value ? value : "", "EX", seconds};
    const size_t argv_bytes[] = {3, strlen(key), bytes, 2, (size_t)n};
    redis_queue(redis, lifetime_s > 0 ? 5 : 3, argv, argv_bytes);
}

void redis_queue_publish(struct redis *redis, const char *channel, const void *bytes, size_t n)
{
    redis_queue(redis, 3, (const char *const[]){"PUBLISH", channel, bytes}, (const size_t[]){7, strlen(channel), n});
}

void redis_queue_get(struct redis *redis, const char *key)
{
    redis_queue(redis, 2, (const char *const[]){"GET", key}, (const size_t[]){3, strlen(key)});
}

void redis_queue_unlink(struct redis *redis, const char *const keys[], size_t n)
{
    const char **argv = mem_array(redis, const char *, n + 1);
    size_t *argv_bytes = mem_array(redis, size_t, n + 1);
    argv[0] = "UNLINK";
    argv_bytes[0] = strlen(argv[0]);
    for (size_t i = 0; i < n; i++) {
        argv[i + 1] = keys[i];
        argv_bytes[i + 1] = strlen(keys[i]);
    }
    redis_queue(redis, (int)(n + 1), argv, argv_bytes);
    mem_free(argv);
    mem_free(argv_bytes);
}

static bool is_connected(struct redis *redis)
{
    int64_t now_us = clock_monotonic_us();
    if (!redis->connection && now_us - redis->tried_at_us >= RECONNECT_EVERY_US) {
        redis->connection = redis_connect(redis->address, redis->credentials, redis->deadline_ms);
        redis->tried_at_us = now_us;
    }
    return redis->connection != NULL;
}

/* The deadline is of the whole exchange: hiredis's own begins anew with each read. */
static bool exchange(struct redis *redis)
{
    for (struct command *c = redis->first; c; c = c->next)
        if (redisAppendCommandArgv(redis->connection, c->argc, (const char **)c->argv, c->argv_bytes) != REDIS_OK)
            return false;
    int64_t end_us = clock_monotonic_us() + redis->deadline_ms * INT64_C(1000);
    redis->replies = mem_array(redis, redisReply *, redis->n);
    while (redis->n_replies < redis->n) {
        void *reply = NULL;
        if (clock_monotonic_us() > end_us || redisGetReply(redis->connection, &reply) != REDIS_OK)
            return false;
        redis->replies[redis->n_replies++] = reply;
    }
    return true;
}

/* One refused command makes the flush fail: a server that loads its data or has no memory left is none, and no reply is
 * not "nil". */
static bool are_fine(const struct redis *redis)
{
    for (size_t i = 0; i < redis->n_replies; i++)
        if (redis->replies[i]->type == REDIS_REPLY_ERROR) {
            log_debug("redis_refused", "detail=\"%s\"", redis->replies[i]->str);
            return false;
        }
    return true;
}

enum err redis_flush(struct redis *redis)
{
    if (redis->n == 0)
        return ERR_OK;
    forget_replies(redis);
    bool ok = is_connected(redis) && exchange(redis);
    forget_queue(redis);
    if (!ok) {
        forget_replies(redis);
        disconnect(redis);
    }
    return ok && are_fine(redis) ? ERR_OK : ERR_UNAVAILABLE;
}

static const void *text_of(const redisReply *reply, size_t *ret_bytes)
{
    if (!reply || reply->type != REDIS_REPLY_STRING)
        return NULL;
    *ret_bytes = reply->len;
    return reply->str;
}

const void *redis_reply(const struct redis *redis, size_t index, size_t *ret_bytes)
{
    return index < redis->n_replies ? text_of(redis->replies[index], ret_bytes) : NULL;
}
