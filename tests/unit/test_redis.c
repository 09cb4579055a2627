/* Against a real Redis that each case starts for itself, with a password. */
#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/redis/redis.h"
#include "tests/unit/test.h"
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEADLINE_MS = 1500, PATIENCE_MS = 15000, MESSAGES = 2000 };
#define PASSWORD "a word"

struct server {
    char folder[40], port[8], address[32];
    pid_t pid;
    struct redis *redis;
};

/* --- the server --- */

static void run_server(struct server *server)
{
    server->pid = fork();
    assert_true(server->pid >= 0);
    if (server->pid == 0) {
        execlp("redis-server", "redis-server", "--port", server->port, "--bind", "127.0.0.1", "--dir", server->folder,
               "--save", "", "--requirepass", PASSWORD, "--logfile", "log", (char *)NULL);
        _exit(127);
    }
}

static void kill_server(struct server *server)
{
    if (server->pid == 0)
        return;
    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
    server->pid = 0;
}

static void choose_port(struct server *server)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, n), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &n), 0);
    close(fd);
    (void)snprintf(server->port, sizeof server->port, "%u", ntohs(at.sin_port));
    (void)snprintf(server->address, sizeof server->address, "127.0.0.1:%s", server->port);
}

static bool is_up(struct redis *redis)
{
    redis_queue(redis, 1, (const char *const[]){"PING"}, (const size_t[]){4});
    return redis_flush(redis) == ERR_OK;
}

static void wait_up(struct server *server)
{
    int64_t end_us = clock_monotonic_us() + PATIENCE_MS * INT64_C(1000);
    while (!is_up(server->redis)) {
        assert_true(clock_monotonic_us() < end_us);
        pause_ms(5);
    }
}

static int start_server(void **state)
{
    struct server *server = mem_new(NULL, struct server);
    signal(SIGPIPE, SIG_IGN); /* as every process of ours does */
    (void)snprintf(server->folder, sizeof server->folder, "/tmp/sotay-redis-XXXXXX");
    assert_non_null(mkdtemp(server->folder));
    choose_port(server);
    run_server(server);
    server->redis = redis_new(server, server->address, PASSWORD, DEADLINE_MS);
    wait_up(server);
    *state = server;
    return 0;
}

static int stop_server(void **state)
{
    struct server *server = *state;
    kill_server(server);
    char *log = mem_printf(server, "%s/log", server->folder);
    (void)unlink(log);
    assert_int_equal(rmdir(server->folder), 0);
    mem_free(server);
    return 0;
}

static void test_a_user_may_do_what_he_may(void **state)
{
    struct server *server = *state;
    const char *const RULES[] = {"ACL",  "SETUSER", "reader", "on",    ">secret",
                                 "~t:*", "-@all",   "+auth",  "+ping", "+get"};
    size_t bytes[ARRAY_LENGTH(RULES)];
    for (size_t i = 0; i < ARRAY_LENGTH(RULES); i++)
        bytes[i] = strlen(RULES[i]);
    redis_queue(server->redis, ARRAY_LENGTH(RULES), RULES, bytes);
    assert_int_equal(redis_flush(server->redis), ERR_OK);
    struct redis *reader = redis_new(server, server->address, "reader:secret", DEADLINE_MS);
    redis_queue_get(reader, "t:tag");
    assert_int_equal(redis_flush(reader), ERR_OK);
    redis_queue_get(reader, "c:entry");
    assert_int_equal(redis_flush(reader), ERR_UNAVAILABLE); /* not his key */
    assert_false(is_up(redis_new(server, server->address, "reader:guess", DEADLINE_MS)));
}

/* --- commands --- */

static void test_a_pipeline_answers_in_order(void **state)
{
    struct redis *redis = ((struct server *)*state)->redis;
    size_t n = 0;
    redis_queue_set(redis, "a", "x\0y", 3, 0);
    redis_queue_set(redis, "b", "", 0, 60);
    redis_queue_get(redis, "a");
    redis_queue_get(redis, "absent");
    redis_queue_get(redis, "b");
    redis_queue(redis, 2, (const char *const[]){"TTL", "b"}, (const size_t[]){3, 1});
    assert_int_equal(redis_flush(redis), ERR_OK);
    const void *bytes = redis_reply(redis, 2, &n);
    assert_int_equal(n, 3);
    assert_memory_equal(bytes, "x\0y", 3);
    assert_null(redis_reply(redis, 3, &n));
    assert_non_null(redis_reply(redis, 4, &n));
    assert_int_equal(n, 0);
    assert_null(redis_reply(redis, 5, &n)); /* a number */
    assert_null(redis_reply(redis, 6, &n)); /* none */
    assert_int_equal(redis_flush(redis), ERR_OK);
}

static void test_a_wrong_password_is_no_connection(void **state)
{
    struct server *server = *state;
    assert_false(is_up(redis_new(server, server->address, "another", DEADLINE_MS)));
    assert_false(is_up(redis_new(server, server->address, NULL, DEADLINE_MS)));
}

static void test_a_refused_command_fails_the_flush_and_keeps_the_connection(void **state)
{
    struct redis *redis = ((struct server *)*state)->redis;
    redis_queue_set(redis, "text", "x", 1, 0);
    redis_queue(redis, 2, (const char *const[]){"LPOP", "text"}, (const size_t[]){4, 4});
    assert_int_equal(redis_flush(redis), ERR_UNAVAILABLE);
    assert_true(is_up(redis));
}

static void test_a_killed_server_is_unavailable_at_once_and_comes_back(void **state)
{
    struct server *server = *state;
    kill_server(server);
    assert_false(is_up(server->redis));
    assert_false(is_up(server->redis)); /* tries to connect */
    assert_false(is_up(server->redis)); /* does not try again so soon */
    run_server(server);
    wait_up(server);
}

static void test_a_hanging_server_is_given_up_at_the_deadline(void **state)
{
    struct server *server = *state;
    kill(server->pid, SIGSTOP);
    int64_t started_us = clock_monotonic_us();
    assert_false(is_up(server->redis));
    int64_t elapsed_us = clock_monotonic_us() - started_us;
    kill(server->pid, SIGCONT);
    assert_in_range(elapsed_us, DEADLINE_MS * 900, DEADLINE_MS * 1000 + 2000000);
    wait_up(server);
}

/* --- subscriptions --- */

struct heard {
    pthread_mutex_t lock;
    int messages, last, disorder, connected, elsewhere;
    int64_t since_us;              /* of the last message */
    int64_t entered_us, before_us; /* when the callback of the last message was entered, and of the one before it */
};

static void on_message(void *arg, size_t channel, const void *bytes, size_t n, int64_t since_us)
{
    struct heard *heard = arg;
    char text[16];
    (void)snprintf(text, sizeof text, "%.*s", (int)n, (const char *)bytes);
    int number = (int)strtol(text, NULL, 10);
    int64_t entered_us = clock_monotonic_us();
    pthread_mutex_lock(&heard->lock); /* a case that holds it stops the subscriber here */
    heard->before_us = heard->entered_us;
    heard->entered_us = entered_us;
    heard->elsewhere += channel == 1;
    heard->messages += channel == 0;
    heard->disorder += channel == 0 && number != heard->last + 1;
    heard->last = channel == 0 ? number : heard->last;
    heard->since_us = since_us;
    pthread_mutex_unlock(&heard->lock);
}

static void on_subscribed(void *arg)
{
    struct heard *heard = arg;
    pthread_mutex_lock(&heard->lock);
    heard->connected++;
    pthread_mutex_unlock(&heard->lock);
}

static void wait_for(struct heard *heard, const int *number, int least)
{
    int64_t end_us = clock_monotonic_us() + PATIENCE_MS * INT64_C(1000);
    for (int now = -1; now < least; pause_ms(1)) {
        assert_true(clock_monotonic_us() < end_us);
        pthread_mutex_lock(&heard->lock);
        now = *number;
        pthread_mutex_unlock(&heard->lock);
    }
}

static struct redis_subscriber *subscribe(struct server *server, struct heard *heard)
{
    static const char *const CHANNELS[] = {"news", "other news"};
    struct redis_subscriber *subscriber = NULL;
    const struct redis_subscription subscription = {
        .channels = CHANNELS, .n_channels = 2, .subscribed = on_subscribed, .message = on_message, .arg = heard};
    pthread_mutex_init(&heard->lock, NULL);
    assert_int_equal(redis_subscribe(server, server->address, PASSWORD, &subscription, &subscriber), ERR_OK);
    wait_for(heard, &heard->connected, 1);
    return subscriber;
}

static void publish(struct redis *redis, int first, int n)
{
    for (int i = first; i < first + n; i++) {
        char text[16];
        redis_queue_publish(redis, "news", text, (size_t)snprintf(text, sizeof text, "%d", i));
    }
    assert_int_equal(redis_flush(redis), ERR_OK);
}

static void test_messages_come_all_and_in_order(void **state)
{
    struct server *server = *state;
    static struct heard heard; /* outlives a failure, as the subscriber does */
    struct redis_subscriber *subscriber = subscribe(server, &heard);
    for (int first = 1; first < MESSAGES; first += 100)
        publish(server->redis, first, 100);
    redis_queue_publish(server->redis, "other news", "1", 1);
    redis_queue_publish(server->redis, "no channel of ours", "1", 1);
    assert_int_equal(redis_flush(server->redis), ERR_OK);
    wait_for(&heard, &heard.messages, MESSAGES);
    wait_for(&heard, &heard.elsewhere, 1);
    int64_t started_us = clock_monotonic_us();
    redis_unsubscribe(subscriber);
    assert_true(clock_monotonic_us() - started_us < 3000000);
    assert_int_equal(heard.disorder, 0);
    assert_int_equal(heard.connected, 1);
}

/* Publishes one message after the other until the last that was heard counts from `least_us` on. */
static void wait_since(struct server *server, struct heard *heard, int *published, int64_t least_us)
{
    int64_t end_us = clock_monotonic_us() + PATIENCE_MS * INT64_C(1000), since_us = 0;
    while (since_us < least_us) {
        assert_true(clock_monotonic_us() < end_us);
        publish(server->redis, ++*published, 1);
        wait_for(heard, &heard->messages, *published);
        pthread_mutex_lock(&heard->lock);
        since_us = heard->since_us;
        pthread_mutex_unlock(&heard->lock);
        assert_true(since_us <= clock_monotonic_us());
    }
}

/* The subscriber stands still in a callback, as all of a process does that is stopped: what comes meanwhile counts from
 * before, though it is heard of later. */
static void test_news_that_lay_in_a_buffer_look_old(void **state)
{
    struct server *server = *state;
    static struct heard heard;
    int published = 0;
    struct redis_subscriber *subscriber = subscribe(server, &heard);
    wait_since(server, &heard, &published, clock_monotonic_us());
    pthread_mutex_lock(&heard.lock);
    publish(server->redis, ++published, 1);
    publish(server->redis, ++published, 1);
    pthread_mutex_unlock(&heard.lock);
    wait_for(&heard, &heard.messages, published);
    pthread_mutex_lock(&heard.lock);
    assert_true(heard.since_us <= heard.before_us);
    pthread_mutex_unlock(&heard.lock);
    wait_since(server, &heard, &published, clock_monotonic_us());
    redis_unsubscribe(subscriber);
}

static void test_a_subscription_outlives_its_server(void **state)
{
    struct server *server = *state;
    static struct heard heard;
    struct redis_subscriber *subscriber = subscribe(server, &heard);
    kill_server(server);
    run_server(server);
    wait_for(&heard, &heard.connected, 2);
    wait_up(server);
    publish(server->redis, 1, 1);
    wait_for(&heard, &heard.messages, 1);
    redis_queue(server->redis, 4, (const char *const[]){"CLIENT", "KILL", "TYPE", "pubsub"},
                (const size_t[]){6, 4, 4, 6});
    assert_int_equal(redis_flush(server->redis), ERR_OK);
    wait_for(&heard, &heard.connected, 3);
    redis_queue(server->redis, 3, (const char *const[]){"CLIENT", "PAUSE", "4000"}, (const size_t[]){6, 5, 4});
    assert_int_equal(redis_flush(server->redis), ERR_OK);
    wait_for(&heard, &heard.connected, 4); /* it hung without a word, and was given up */
    redis_unsubscribe(subscriber);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start_server, stop_server)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_pipeline_answers_in_order),
        CASE(test_a_wrong_password_is_no_connection),
        CASE(test_a_user_may_do_what_he_may),
        CASE(test_a_refused_command_fails_the_flush_and_keeps_the_connection),
        CASE(test_a_killed_server_is_unavailable_at_once_and_comes_back),
        CASE(test_a_hanging_server_is_given_up_at_the_deadline),
        CASE(test_messages_come_all_and_in_order),
        CASE(test_news_that_lay_in_a_buffer_look_old),
        CASE(test_a_subscription_outlives_its_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
