/* Clients that close their sending side, or all, before they are answered. Deadline and idle time are far longer than
 * the tests' patience: whoever is let go of here is let go of because he left. */
#include "common/base/mem.h"
#include "common/http/http_server.h"
#include "tests/unit/http_help.h"
#include <poll.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DEADLINE_MS = 60000, IDLE_S = 60, PATIENCE_MS = 10000, CONNECTIONS = 16, LARGE_BYTES = 4 << 20 };
#define GET(path) "GET " path " HTTP/1.1\r\nHost: test\r\n\r\n"
#define POST_HALF "POST /now HTTP/1.1\r\nHost: test\r\nContent-Length: 900\r\n\r\nhalf"

/* One thread serves: while its handler holds still, what clients say and that they leave comes to it as one. */
struct house {
    char folder[32], path[64];
    struct http_server *server;
    atomic_bool holds, is_held;
    atomic_int waiting, left, streams_closed;
    bool keeps; /* the handler does not know of those who left */
    _Atomic(struct http_request *) kept;
    struct http_stream *stream;
    char *large;
};

static const struct http_field TYPE = {"Content-Type", "text/plain"};

static void hold_still(struct house *house)
{
    atomic_store(&house->is_held, true);
    while (atomic_load(&house->holds))
        sched_yield();
}

static void stream_closed(void *arg)
{
    atomic_fetch_add(&((struct house *)arg)->streams_closed, 1);
}

static void handle(struct http_request *request, void *arg)
{
    struct house *house = arg;
    const char *path = http_path(request);
    const struct http_stream_options stream = {.room = 1000, .closed = stream_closed, .arg = house};
    if (strcmp(path, "/hold") == 0)
        hold_still(house);
    if (strcmp(path, "/never") == 0) {
        atomic_store(&house->kept, request);
        atomic_fetch_add(&house->waiting, 1);
    } else if (strcmp(path, "/stream") == 0) {
        house->stream = http_reply_stream(request, 200, &TYPE, 1, &stream);
        assert_non_null(house->stream);
        assert_true(http_stream_add(house->stream, "hello", 5));
    } else if (strcmp(path, "/large") == 0) {
        http_reply(request, 200, &TYPE, 1, house->large, LARGE_BYTES);
    } else {
        http_reply(request, 200, &TYPE, 1, "hello", 5);
    }
}

static void on_left(struct http_request *request, void *arg)
{
    struct house *house = arg;
    if (!house->keeps)
        http_hang_up(request);
    atomic_fetch_add(&house->left, 1);
}

static int open_house(void **state)
{
    struct house *house = mem_new(NULL, struct house);
    char listen[80];
    (void)snprintf(house->folder, sizeof house->folder, "/tmp/sotay-half-XXXXXX");
    assert_non_null(mkdtemp(house->folder));
    (void)snprintf(house->path, sizeof house->path, "%s/sock", house->folder);
    (void)snprintf(listen, sizeof listen, "unix:%s", house->path);
    house->large = mem_array(house, char, LARGE_BYTES);
    memset(house->large, 'x', LARGE_BYTES);
    const struct http_options options = {.listen = listen,
                                         .threads = 1,
                                         .body_bytes = 1000,
                                         .connections = CONNECTIONS,
                                         .idle_s = IDLE_S,
                                         .deadline_ms = DEADLINE_MS,
                                         .handle = handle,
                                         .left = on_left,
                                         .arg = house};
    assert_int_equal(http_server_start(house, &options, &house->server), ERR_OK);
    *state = house;
    return 0;
}

static int close_house(void **state)
{
    struct house *house = *state;
    if (house->stream) {
        http_stream_end(house->stream);
        http_stream_unref(house->stream);
    }
    http_server_stop(house->server);
    mem_free(house);
    return 0;
}

/* --- clients --- */

static int call_house(const struct house *house)
{
    return call_path(house->path);
}

/* All that the server says until it closes; `text` gets the beginning. */
static size_t hear_to_the_end(int fd, char *text, size_t room)
{
    static char part[65536];
    struct pollfd pollfd = {.fd = fd, .events = POLLIN};
    size_t n = 0;
    memset(text, 0, room);
    for (;;) {
        assert_int_equal(poll(&pollfd, 1, PATIENCE_MS), 1);
        ssize_t got = recv(fd, part, sizeof part, 0);
        if (got <= 0)
            break;
        if (n < room - 1)
            memcpy(text + n, part, (size_t)got < room - 1 - n ? (size_t)got : room - 1 - n);
        n += (size_t)got;
    }
    close(fd);
    return n;
}

/* The server's only thread is at work with another request until let_go. */
static int hold(struct house *house)
{
    atomic_store(&house->holds, true);
    atomic_store(&house->is_held, false);
    int fd = call_house(house);
    say(fd, GET("/hold"));
    while (!atomic_load(&house->is_held))
        sched_yield();
    return fd;
}

static void let_go(struct house *house, int fd)
{
    atomic_store(&house->holds, false);
    close(fd);
}

static int ask_never(struct house *house)
{
    int before = atomic_load(&house->waiting), fd = call_house(house);
    say(fd, GET("/never"));
    while (atomic_load(&house->waiting) == before)
        sched_yield();
    return fd;
}

static void wait_until(atomic_int *counter, int value)
{
    for (int ms = 0; atomic_load(counter) < value; ms += 10) {
        assert_true(ms < PATIENCE_MS);
        (void)poll(NULL, 0, 10); /* a poll with a deadline */
    }
}

static void assert_served(struct house *house)
{
    char text[512];
    int fd = call_house(house);
    say(fd, "GET /now HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
    (void)hear_to_the_end(fd, text, sizeof text);
    assert_non_null(strstr(text, "\r\n\r\nhello"));
}

/* --- tests --- */

static void test_who_ends_in_the_middle_of_a_body_is_let_go_of_at_once(void **state)
{
    struct house *house = *state;
    char text[512];
    int held = hold(house), fd = call_house(house);
    say(fd, POST_HALF);
    shutdown(fd, SHUT_WR); /* both are there when the server looks */
    let_go(house, held);
    assert_int_equal(hear_to_the_end(fd, text, sizeof text), 0);
}

static void test_who_ends_in_the_middle_of_a_header_is_let_go_of_at_once(void **state)
{
    struct house *house = *state;
    char text[512];
    int held = hold(house), fd = call_house(house);
    say(fd, "GET /now HTTP/1.1\r\nHo");
    shutdown(fd, SHUT_WR);
    let_go(house, held);
    assert_int_equal(hear_to_the_end(fd, text, sizeof text), 0);
}

static void test_who_ends_behind_his_request_gets_what_is_answered_at_once(void **state)
{
    struct house *house = *state;
    char text[512];
    int held = hold(house), fd = call_house(house), large = call_house(house);
    say(fd, GET("/now"));
    shutdown(fd, SHUT_WR);
    say(large, GET("/large"));
    shutdown(large, SHUT_WR);
    let_go(house, held);
    (void)hear_to_the_end(fd, text, sizeof text);
    assert_non_null(strstr(text, "\r\n\r\nhello"));
    assert_true(hear_to_the_end(large, text, sizeof text) > LARGE_BYTES);
}

static void test_who_ends_while_he_waits_is_let_go_of_at_once(void **state)
{
    struct house *house = *state;
    char text[512];
    int fd = ask_never(house);
    shutdown(fd, SHUT_WR);
    assert_int_equal(hear_to_the_end(fd, text, sizeof text), 0);
    wait_until(&house->left, 1); /* he may hear it before on_left has counted it */
    assert_int_equal(atomic_load(&house->left), 1);
}

static void test_who_ended_before_he_waits_is_let_go_of_at_once(void **state)
{
    struct house *house = *state;
    char text[512];
    int held = hold(house), fd = call_house(house);
    say(fd, GET("/never"));
    shutdown(fd, SHUT_WR);
    let_go(house, held);
    assert_int_equal(hear_to_the_end(fd, text, sizeof text), 0);
    wait_until(&house->left, 1); /* he may hear it before on_left has counted it */
    assert_int_equal(atomic_load(&house->left), 1);
}

static void test_who_has_said_more_and_vanishes_is_let_go_of_at_once(void **state)
{
    struct house *house = *state;
    int fd = ask_never(house);
    say(fd, GET("/now"));
    close(fd);
    wait_until(&house->left, 1);
}

static void test_those_who_vanish_leave_their_places_to_others(void **state)
{
    struct house *house = *state;
    int fds[CONNECTIONS];
    for (int i = 0; i < CONNECTIONS; i++)
        fds[i] = ask_never(house);
    for (int i = 0; i < CONNECTIONS; i++)
        close(fds[i]);
    wait_until(&house->left, CONNECTIONS);
    for (int i = 0; i < CONNECTIONS; i++)
        assert_served(house);
}

static void test_who_stays_is_answered_whoever_leaves(void **state)
{
    struct house *house = *state;
    char text[512];
    int stays = ask_never(house);
    struct http_request *request = atomic_load(&house->kept);
    close(ask_never(house));
    wait_until(&house->left, 1);
    http_reply(request, 200, &TYPE, 1, "in time", 7);
    shutdown(stays, SHUT_WR);
    (void)hear_to_the_end(stays, text, sizeof text);
    assert_non_null(strstr(text, "\r\n\r\nin time"));
}

static void test_a_reply_to_who_has_left_is_dropped(void **state)
{
    struct house *house = *state;
    house->keeps = true;
    close(ask_never(house));
    wait_until(&house->left, 1);
    http_reply(atomic_load(&house->kept), 200, &TYPE, 1, "late", 4);
    assert_served(house);
}

static void test_replies_race_with_those_who_leave(void **state)
{
    struct house *house = *state;
    house->keeps = true;
    for (int i = 0; i < 100; i++) {
        int fd = ask_never(house);
        close(fd);
        for (int spin = 0; spin < i * 100; spin++)
            sched_yield();
        http_reply(atomic_load(&house->kept), 200, &TYPE, 1, "now", 3);
    }
    assert_served(house);
}

static void test_a_request_may_be_hung_up_on(void **state)
{
    struct house *house = *state;
    char text[512];
    int fd = ask_never(house);
    http_hang_up(atomic_load(&house->kept));
    assert_int_equal(hear_to_the_end(fd, text, sizeof text), 0);
    assert_int_equal(atomic_load(&house->left), 0);
}

static void test_a_stream_ends_with_its_client(void **state)
{
    struct house *house = *state;
    char text[4096];
    struct pollfd pollfd = {.fd = call_house(house), .events = POLLIN};
    say(pollfd.fd, GET("/stream"));
    for (size_t n = 0; n == 0 || !strstr(text, "hello");) {
        assert_int_equal(poll(&pollfd, 1, PATIENCE_MS), 1);
        ssize_t got = recv(pollfd.fd, text + n, sizeof text - 1 - n, 0);
        assert_true(got > 0);
        n += (size_t)got;
        text[n] = '\0';
    }
    assert_int_equal(atomic_load(&house->streams_closed), 0);
    close(pollfd.fd);
    wait_until(&house->streams_closed, 1); /* though nothing was added */
    assert_false(http_stream_add(house->stream, "more", 4));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_house, close_house)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_who_ends_in_the_middle_of_a_body_is_let_go_of_at_once),
        CASE(test_who_ends_in_the_middle_of_a_header_is_let_go_of_at_once),
        CASE(test_who_ends_behind_his_request_gets_what_is_answered_at_once),
        CASE(test_who_ends_while_he_waits_is_let_go_of_at_once),
        CASE(test_who_ended_before_he_waits_is_let_go_of_at_once),
        CASE(test_who_has_said_more_and_vanishes_is_let_go_of_at_once),
        CASE(test_those_who_vanish_leave_their_places_to_others),
        CASE(test_who_stays_is_answered_whoever_leaves),
        CASE(test_a_reply_to_who_has_left_is_dropped),
        CASE(test_replies_race_with_those_who_leave),
        CASE(test_a_request_may_be_hung_up_on),
        CASE(test_a_stream_ends_with_its_client),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
