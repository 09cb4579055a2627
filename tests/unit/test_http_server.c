#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/base/workers.h"
#include "common/http/http_server.h"
#include "tests/unit/http_help.h"
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEADLINE_MS = 600, BODY_BYTES = 1000, PATIENCE_MS = 10000, CLIENTS = 4, ROUNDS = 300 };

struct house {
    char folder[32], path[64];
    struct http_server *server;
    struct workers *workers;
    struct http_shared *shared;
    _Atomic(struct http_request *) kept;
    atomic_size_t sunk;
};

static const struct http_field TYPE = {"Content-Type", "text/plain"};

/* --- the server --- */

static void reply_hello(void *state, void *request)
{
    (void)state;
    http_reply(request, 200, &TYPE, 1, "hello", 5);
}

static void handle(struct http_request *request, void *arg)
{
    struct house *house = arg;
    const char *path = http_path(request), *id = http_header(request, "X-Correlation-Id");
    char text[32];
    size_t n;
    http_body(request, &n);
    assert_ptr_equal(http_kept(request), strcmp(path, "/sink") == 0 ? arg : NULL);
    if (id)
        http_set_correlation(request, id);
    if (strcmp(path, "/shared") == 0)
        http_reply_shared(request, house->shared);
    else if (strcmp(path, "/later") == 0)
        assert_int_equal(workers_run(house->workers, reply_hello, request), ERR_OK);
    else if (strcmp(path, "/never") == 0)
        atomic_store(&house->kept, request);
    else if (strcmp(path, "/query") == 0)
        http_reply(request, 200, &TYPE, 1, http_query(request), strlen(http_query(request)));
    else if (strcmp(path, "/peer") == 0)
        http_reply(request, 200, &TYPE, 1, http_peer(request), strlen(http_peer(request)));
    else if (strcmp(path, "/length") == 0)
        http_reply(request, 200, &TYPE, 1, text, (size_t)snprintf(text, sizeof text, "%zu", n));
    else
        reply_hello(NULL, request);
}

static enum err swallow(void *sink, const void *bytes, size_t n)
{
    struct house *house = sink;
    assert_non_null(bytes);
    atomic_fetch_add(&house->sunk, n);
    return ERR_OK;
}

static void head(struct http_request *request, void *arg)
{
    struct house *house = arg;
    if (strcmp(http_path(request), "/sink") == 0)
        http_sink(request, swallow, house, 1 << 20), http_keep(request, house);
    if (strcmp(http_path(request), "/forbidden") == 0)
        http_reply(request, 403, &TYPE, 1, "no", 2);
}

static void refuse(struct http_request *request, enum err err, void *arg)
{
    (void)arg;
    char text[64]; /* nothing is made in the request */
    int n = snprintf(text, sizeof text, "refused %s of %s", err_word(err), http_header(request, "Host"));
    http_reply(request, err_info(err)->http_status, &TYPE, 1, text, (size_t)n);
}

static struct http_options options_of(struct house *house, const char *listen)
{
    return (struct http_options){.listen = listen,
                                 .threads = 2,
                                 .body_bytes = BODY_BYTES,
                                 .connections = 64,
                                 .idle_s = 1,
                                 .deadline_ms = DEADLINE_MS,
                                 .handle = handle,
                                 .head = head,
                                 .refuse = refuse,
                                 .arg = house};
}

static int open_house(void **state)
{
    struct house *house = mem_new(NULL, struct house);
    char listen[80];
    (void)snprintf(house->folder, sizeof house->folder, "/tmp/sotay-http-XXXXXX");
    assert_non_null(mkdtemp(house->folder));
    (void)snprintf(house->path, sizeof house->path, "%s/sock", house->folder);
    (void)snprintf(listen, sizeof listen, "unix:%s", house->path);
    house->shared = http_shared_new(200, &TYPE, 1, "shared", 6);
    assert_int_equal(workers_start(house, "test", 2, 64, NULL, NULL, NULL, &house->workers), ERR_OK);
    const struct http_options options = options_of(house, listen);
    assert_int_equal(http_server_start(house, &options, &house->server), ERR_OK);
    *state = house;
    return 0;
}

static int close_house(void **state)
{
    struct house *house = *state;
    if (house->server)
        http_server_stop(house->server);
    struct http_request *kept = atomic_load(&house->kept);
    if (kept)
        http_reply(kept, 200, NULL, 0, "too late", 8); /* after the server itself */
    workers_stop(house->workers);
    http_shared_unref(house->shared);
    assert_int_equal(rmdir(house->folder), 0); /* the socket is gone */
    mem_free(house);
    return 0;
}

/* --- a client --- */

static int call_house(const struct house *house)
{
    return call_path(house->path);
}

/* A whole response, or what the server said before it closed. */
struct heard {
    char text[4096];
    size_t n;
    bool closed;
};

static bool is_whole(const struct heard *heard, bool bodiless)
{
    const char *end = strstr(heard->text, "\r\n\r\n"), *length = strstr(heard->text, "Content-Length: ");
    size_t body = !bodiless && length ? strtoul(length + 16, NULL, 10) : 0;
    return end && heard->n >= (size_t)(end + 4 - heard->text) + body;
}

static struct heard hear(int fd, bool bodiless)
{
    struct heard heard = {0};
    struct pollfd pollfd = {.fd = fd, .events = POLLIN};
    while (!heard.closed && !is_whole(&heard, bodiless)) {
        assert_int_equal(poll(&pollfd, 1, PATIENCE_MS), 1);
        ssize_t n = recv(fd, heard.text + heard.n, sizeof heard.text - 1 - heard.n, 0);
        heard.closed = n <= 0;
        heard.n += n > 0 ? (size_t)n : 0;
        heard.text[heard.n] = '\0';
    }
    return heard;
}

static struct heard get(int fd, const char *path)
{
    char text[256];
    (void)snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: test\r\n\r\n", path);
    say(fd, text);
    return hear(fd, false);
}

#define assert_says(heard, part) assert_non_null(strstr((heard).text, (part)))

/* --- replies --- */

static void test_a_connection_carries_request_after_request(void **state)
{
    int fd = call_house(*state);
    for (int i = 0; i < 3; i++)
        assert_says(get(fd, "/now"), "HTTP/1.1 200 OK\r\n");
    assert_says(get(fd, "/query?a=1&b=%20"), "\r\n\r\na=1&b=%20");
    assert_says(get(fd, "/peer"), "\r\n\r\nunix");
    close(fd);
}

static void test_every_sending_of_a_shared_response_has_its_own_correlation_id(void **state)
{
    int fd = call_house(*state);
    static const char *const ids[] = {"first", "second-and-longer", "3"};
    for (size_t i = 0; i < 3; i++) {
        char text[128], field[64];
        (void)snprintf(text, sizeof text, "GET /shared HTTP/1.1\r\nHost: test\r\nX-Correlation-Id: %s\r\n\r\n", ids[i]);
        (void)snprintf(field, sizeof field, "X-Correlation-Id: %s\r\n", ids[i]);
        say(fd, text);
        struct heard heard = hear(fd, false);
        assert_says(heard, field);
        assert_says(heard, "\r\n\r\nshared");
        assert_null(strstr(strstr(heard.text, "X-Correlation-Id") + 1, "X-Correlation-Id"));
    }
    assert_null(strstr(get(fd, "/shared").text, "X-Correlation-Id"));
    close(fd);
}

static void test_a_head_request_gets_the_fields_without_the_body(void **state)
{
    int fd = call_house(*state);
    say(fd, "HEAD /now HTTP/1.1\r\nHost: test\r\n\r\n");
    struct heard heard = hear(fd, true);
    assert_says(heard, "Content-Length: 5\r\n");
    assert_null(strstr(heard.text, "hello"));
    assert_says(get(fd, "/now"), "HTTP/1.1 200");
    close(fd);
}

struct client {
    const struct house *house;
    pthread_t thread;
    int answered;
};

static void *ask_often(void *arg)
{
    struct client *client = arg;
    int fd = call_house(client->house);
    for (int i = 0; i < ROUNDS; i++) {
        struct heard heard = get(fd, i % 2 ? "/later" : "/shared");
        client->answered += strstr(heard.text, i % 2 ? "\r\n\r\nhello" : "\r\n\r\nshared") != NULL;
    }
    close(fd);
    return NULL;
}

static void test_replies_of_other_threads_race_with_the_suspension(void **state)
{
    struct client clients[CLIENTS] = {0};
    for (int i = 0; i < CLIENTS; i++) {
        clients[i].house = *state;
        assert_int_equal(pthread_create(&clients[i].thread, NULL, ask_often, &clients[i]), 0);
    }
    for (int i = 0; i < CLIENTS; i++) {
        pthread_join(clients[i].thread, NULL);
        assert_int_equal(clients[i].answered, ROUNDS);
    }
}

/* --- time --- */

static void test_what_nobody_answers_is_refused_at_the_deadline_and_a_late_reply_dropped(void **state)
{
    struct house *house = *state;
    int fd = call_house(house);
    int64_t started_us = clock_monotonic_us();
    struct heard heard = get(fd, "/never");
    assert_says(heard, "HTTP/1.1 503");
    assert_says(heard, "refused timeout of test");
    assert_true(clock_monotonic_us() - started_us >= DEADLINE_MS * INT64_C(1000));
    http_reply(atomic_exchange(&house->kept, NULL), 200, NULL, 0, "late", 4);
    assert_says(get(fd, "/now"), "\r\n\r\nhello"); /* the connection is none the worse */
    close(fd);
}

static void test_the_deadline_and_the_handler_race(void **state)
{
    struct house *house = *state;
    for (int i = 0; i < 5; i++) {
        int fd = call_house(house);
        say(fd, "GET /never HTTP/1.1\r\nHost: test\r\n\r\n");
        int64_t end_us = clock_monotonic_us() + DEADLINE_MS * INT64_C(1000) + i * 10000;
        while (!atomic_load(&house->kept) || clock_monotonic_us() < end_us)
            sched_yield();
        http_reply(atomic_exchange(&house->kept, NULL), 200, &TYPE, 1, "now", 3);
        struct heard heard = hear(fd, false);
        assert_true(strstr(heard.text, "\r\n\r\nnow") || strstr(heard.text, "refused timeout"));
        close(fd);
    }
}

static void drip(int fd, const char *drop)
{
    struct pollfd pollfd = {.fd = fd, .events = POLLIN};
    int64_t end_us = clock_monotonic_us() + PATIENCE_MS * INT64_C(1000);
    while (send(fd, drop, strlen(drop), MSG_NOSIGNAL) > 0 && poll(&pollfd, 1, 50) == 0)
        assert_true(clock_monotonic_us() < end_us);
}

static void test_a_dripped_body_is_cut_off(void **state)
{
    int fd = call_house(*state);
    say(fd, "POST /length HTTP/1.1\r\nHost: test\r\nContent-Length: 900\r\n\r\n");
    drip(fd, "x");
    close(fd);
    fd = call_house(*state);
    say(fd, "POST /sink HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\n");
    drip(fd, "x");
    close(fd);
}

static void test_a_dripped_header_is_cut_off(void **state)
{
    int fd = call_house(*state);
    say(fd, "GET /now HTTP/1.1\r\nHost: test\r\nX: ");
    drip(fd, "x");
    close(fd);
}

/* --- bodies --- */

static void test_a_body_is_whole_when_the_handler_sees_it(void **state)
{
    int fd = call_house(*state);
    say(fd, "POST /length HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nab");
    say(fd, "cd");
    assert_says(hear(fd, false), "\r\n\r\n4");
    say(fd, "POST /length HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: "
            "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    assert_says(hear(fd, false), "\r\n\r\n5");
    close(fd);
}

static void test_a_body_announced_too_large_is_refused_before_it_comes(void **state)
{
    int fd = call_house(*state);
    say(fd, "POST /length HTTP/1.1\r\nHost: test\r\nContent-Length: 1001\r\n\r\n");
    struct heard heard = hear(fd, false);
    assert_says(heard, "HTTP/1.1 413");
    assert_says(heard, "refused body_too_large of test");
    close(fd);
}

static void test_a_chunked_body_is_refused_once_it_is_too_large(void **state)
{
    char chunk[800];
    int fd = call_house(*state);
    (void)snprintf(chunk, sizeof chunk, "258\r\n%0600d\r\n", 0);
    say(fd, "POST /length HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: "
            "chunked\r\n\r\n");
    say(fd, chunk);
    say(fd, chunk);
    say(fd, "0\r\n\r\n");
    assert_says(hear(fd, false), "HTTP/1.1 413");
    assert_says(get(fd, "/now"), "hello");
    close(fd);
}

static void test_the_head_may_refuse_with_and_without_a_body(void **state)
{
    int fd = call_house(*state);
    assert_says(get(fd, "/forbidden"), "HTTP/1.1 403");
    assert_says(get(fd, "/now"), "hello"); /* no body to refuse: the connection lives on */
    say(fd, "POST /forbidden HTTP/1.1\r\nHost: test\r\nContent-Length: "
            "900\r\nExpect: 100-continue\r\n\r\n");
    assert_says(hear(fd, false), "HTTP/1.1 403");
    close(fd);
}

static void test_a_sink_takes_a_large_body_after_100_continue(void **state)
{
    struct house *house = *state;
    static char part[10001];
    memset(part, 'x', sizeof part - 1);
    int fd = call_house(house);
    say(fd, "POST /sink HTTP/1.1\r\nHost: test\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n");
    assert_says(hear(fd, false), "HTTP/1.1 100");
    for (int i = 0; i < 10; i++)
        say(fd, part);
    assert_says(hear(fd, false), "hello");
    assert_int_equal(atomic_load(&house->sunk), 100000);
    close(fd);
}

static void test_a_client_that_leaves_takes_nothing_along(void **state)
{
    struct house *house = *state;
    int fd = call_house(house);
    say(fd, "POST /length HTTP/1.1\r\nHost: test\r\nContent-Length: 900\r\n\r\nhalf");
    close(fd);
    fd = call_house(house);
    say(fd, "GET /never HTTP/1.1\r\nHost: test\r\n\r\n");
    while (!atomic_load(&house->kept))
        sched_yield();
    close(fd);
    http_reply(atomic_exchange(&house->kept, NULL), 200, NULL, 0, "gone", 4);
    fd = call_house(house);
    assert_says(get(fd, "/now"), "hello");
    close(fd);
}

/* --- start and stop --- */

static void *reply_soon(void *arg)
{
    struct house *house = arg;
    int64_t at_us = clock_monotonic_us() + 100000;
    while (clock_monotonic_us() < at_us)
        sched_yield();
    http_reply(atomic_exchange(&house->kept, NULL), 200, &TYPE, 1, "in time", 7);
    return NULL;
}

static void test_a_stop_waits_for_the_answers_under_way(void **state)
{
    struct house *house = *state;
    pthread_t thread;
    int fd = call_house(house), idle = call_house(house);
    assert_says(get(idle, "/now"), "hello");
    say(fd, "GET /never HTTP/1.1\r\nHost: test\r\n\r\n");
    while (!atomic_load(&house->kept))
        sched_yield();
    pthread_create(&thread, NULL, reply_soon, house);
    http_server_stop(house->server);
    house->server = NULL;
    pthread_join(thread, NULL);
    struct heard heard = hear(fd, false);
    assert_says(heard, "in time");
    assert_says(heard, "Connection: close");
    close(fd), close(idle);
}

static void test_a_stop_refuses_what_nobody_answers(void **state)
{
    struct house *house = *state;
    int fd = call_house(house);
    say(fd, "GET /never HTTP/1.1\r\nHost: test\r\n\r\n");
    while (!atomic_load(&house->kept))
        sched_yield();
    http_server_stop(house->server);
    house->server = NULL;
    assert_says(hear(fd, false), "HTTP/1.1 503");
    close(fd); /* close_house replies still */
}

static void test_a_socket_is_its_owners_and_groups_alone_and_replaces_a_stale_one(void **state)
{
    struct house *house = *state;
    struct http_server *second;
    struct stat st;
    char listen[80];
    assert_int_equal(stat(house->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0660);
    (void)snprintf(listen, sizeof listen, "unix:%s2", house->path);
    FILE *stale = fopen(listen + 5, "w");
    assert_non_null(stale);
    fclose(stale);
    const struct http_options options = options_of(house, listen);
    assert_int_equal(http_server_start(NULL, &options, &second), ERR_OK);
    http_server_stop(second);
    assert_int_equal(access(listen + 5, F_OK), -1);
}

static void test_an_address_that_is_none_is_a_configuration_error(void **state)
{
    struct http_server *server = NULL;
    static const char *const WRONG[] = {"", "8080", "127.0.0.1:port", "unix:/no/such/folder/sock", NULL};
    for (const char *const *listen = WRONG; *listen; listen++) {
        const struct http_options options = options_of(*state, *listen);
        assert_int_equal(http_server_start(NULL, &options, &server), ERR_CONFIG);
        assert_null(server);
    }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_house, close_house)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_connection_carries_request_after_request),
        CASE(test_every_sending_of_a_shared_response_has_its_own_correlation_id),
        CASE(test_a_head_request_gets_the_fields_without_the_body),
        CASE(test_replies_of_other_threads_race_with_the_suspension),
        CASE(test_what_nobody_answers_is_refused_at_the_deadline_and_a_late_reply_dropped),
        CASE(test_the_deadline_and_the_handler_race),
        CASE(test_a_dripped_body_is_cut_off),
        CASE(test_a_dripped_header_is_cut_off),
        CASE(test_a_body_is_whole_when_the_handler_sees_it),
        CASE(test_a_body_announced_too_large_is_refused_before_it_comes),
        CASE(test_a_chunked_body_is_refused_once_it_is_too_large),
        CASE(test_the_head_may_refuse_with_and_without_a_body),
        CASE(test_a_sink_takes_a_large_body_after_100_continue),
        CASE(test_a_client_that_leaves_takes_nothing_along),
        CASE(test_a_stop_waits_for_the_answers_under_way),
        CASE(test_a_stop_refuses_what_nobody_answers),
        CASE(test_a_socket_is_its_owners_and_groups_alone_and_replaces_a_stale_one),
        CASE(test_an_address_that_is_none_is_a_configuration_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
