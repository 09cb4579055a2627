/* Connections of proxies, who say by PROXY protocol for whom they open each. */
#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/http/http_proxy.h"
#include "common/http/http_server.h"
#include "tests/unit/test.h"
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define TCP4 SIGNATURE "\x21\x11\0\x0c\xc6\x33\x64\x07\x7f\0\0\x01\x12\x67\0\x50"
#define TCP6 \
    SIGNATURE "\x21\x21\0\x24\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x12\x67\0\x50"
#define MAPPED                                                                                               \
    SIGNATURE "\x21\x21\0\x24\0\0\0\0\0\0\0\0\0\0\xff\xff\xc6\x33\x64\x07\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01" \
              "\x12\x67\0\x50"
#define LOCAL SIGNATURE "\x20\0\0\0"
#define WITH_MORE                                                                  \
    SIGNATURE "\x21\x11\0\x13\xc6\x33\x64\x07\x7f\0\0\x01\x12\x67\0\x50\x03\0\x04" \
              "abcd"
#define GET "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
#define TEXT(text) (text), sizeof(text) - 1

static const struct http_field ALWAYS[] = {{"X-Always", "yes"}, {"Content-Type", "other"}};

struct house {
    char folder[32], own[48], proxied[48];
    struct http_server *server;
    atomic_bool trusts;
};

/* Answers who asks. */
static void handle(struct http_request *request, void *arg)
{
    (void)arg;
    const struct http_field type = {"Content-Type", "text/plain"};
    http_reply(request, 200, &type, 1, http_peer(request), strlen(http_peer(request)));
}

static bool may_proxy(const char *peer, void *arg)
{
    assert_string_equal(peer, "unix");
    return atomic_load(&((struct house *)arg)->trusts);
}

static int set_up(void **state)
{
    struct house *house = mem_new(NULL, struct house);
    (void)snprintf(house->folder, sizeof house->folder, "/tmp/proxied.XXXXXX");
    assert_non_null(mkdtemp(house->folder));
    (void)snprintf(house->own, sizeof house->own, "unix:%s/own", house->folder);
    (void)snprintf(house->proxied, sizeof house->proxied, "unix:%s/proxied", house->folder);
    atomic_store(&house->trusts, true);
    const struct http_options options = {.listen = house->own,
                                         .proxied = house->proxied,
                                         .may_proxy = may_proxy,
                                         .threads = 2,
                                         .body_bytes = 1000,
                                         .connections = 64,
                                         .idle_s = 30,
                                         .deadline_ms = 1000,
                                         .handle = handle,
                                         .always = ALWAYS,
                                         .n_always = ARRAY_LENGTH(ALWAYS),
                                         .arg = house};
    assert_int_equal(http_server_start(NULL, &options, &house->server), ERR_OK);
    *state = house;
    return 0;
}

static int tear_down(void **state)
{
    struct house *house = *state;
    http_server_stop(house->server);
    assert_int_equal(rmdir(house->folder), 0); /* both sockets are gone */
    mem_free(house);
    return 0;
}

static int connect_to(const char *address)
{
    const struct timeval patience = {.tv_sec = 10};
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)snprintf(at.sun_path, sizeof at.sun_path, "%s", address + strlen("unix:"));
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&at, sizeof at), 0);
    return fd;
}

static void say(int fd, const char *bytes, size_t n)
{
    assert_int_equal(send(fd, bytes, n, MSG_NOSIGNAL), n);
}

/* The body of an answer that ends with `body`; else what came before the end. */
static void assert_answered(int fd, const char *body)
{
    char text[2048] = "";
    size_t n = 0;
    for (ssize_t got; !(n > 0 && strstr(text, "\r\n\r\n") && strstr(text, body)); n += (size_t)got) {
        got = recv(fd, text + n, sizeof text - 1 - n, 0);
        assert_true(got > 0);
        text[n + (size_t)got] = '\0';
    }
    assert_string_equal(strstr(text, "\r\n\r\n") + 4, body);
}

static void assert_hung_up(int fd)
{
    char byte;
    assert_true(recv(fd, &byte, 1, 0) <= 0);
    close(fd);
}

static void test_a_connection_is_of_whom_the_proxy_says(void **state)
{
    const struct house *house = *state;
    static const struct {
        const char *header;
        size_t n;
        const char *peer;
    } ROWS[] = {{TEXT(TCP4), "198.51.100.7"},
                {TEXT(TCP6), "2001:db8::1"},
                {TEXT(MAPPED), "198.51.100.7"},
                {TEXT(WITH_MORE), "198.51.100.7"},
                {TEXT(LOCAL), "unix"}};
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        int fd = connect_to(house->proxied);
        say(fd, ROWS[i].header, ROWS[i].n);
        for (int again = 0; again < 2; again++) {
            say(fd, TEXT(GET));
            assert_answered(fd, ROWS[i].peer);
        }
        close(fd);
    }
}

static void test_header_and_request_may_come_in_any_parts(void **state)
{
    const struct house *house = *state;
    static const char ALL[] = TCP4 GET;
    int fd = connect_to(house->proxied);
    say(fd, TEXT(ALL));
    assert_answered(fd, "198.51.100.7");
    close(fd);
    fd = connect_to(house->proxied);
    for (size_t i = 0; i < sizeof ALL - 1; i++)
        say(fd, ALL + i, 1);
    assert_answered(fd, "198.51.100.7");
    close(fd);
}

static void test_who_says_no_header_is_hung_up_on(void **state)
{
    const struct house *house = *state;
    static const char VERSION_1[] = "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" GET,
                      TOO_LONG[] = SIGNATURE "\x21\x11\xff\xff", SHORT[] = SIGNATURE "\x21\x11\0\x02\xc6\x33",
                      OF_NOBODY[] = SIGNATURE "\x21\0\0\0" GET;
    static const struct {
        const char *said;
        size_t n;
    } ROWS[] = {{TEXT(GET GET)}, {TEXT(VERSION_1)}, {TEXT(TOO_LONG)}, {TEXT(SHORT)}, {TEXT(OF_NOBODY)}};
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        int fd = connect_to(house->proxied);
        say(fd, ROWS[i].said, ROWS[i].n);
        assert_hung_up(fd);
    }
}

static void test_who_may_not_speak_for_others_is_hung_up_on(void **state)
{
    struct house *house = *state;
    atomic_store(&house->trusts, false);
    assert_hung_up(connect_to(house->proxied));
}

static void test_where_no_proxy_speaks_its_header_is_no_request(void **state)
{
    const struct house *house = *state;
    int fd = connect_to(house->own);
    say(fd, TEXT(TCP4 GET));
    char text[64] = "";
    assert_true(recv(fd, text, sizeof text - 1, 0) <= 0 || strstr(text, " 400 "));
    close(fd);
}

static void test_every_answer_says_what_all_do(void **state)
{
    const struct house *house = *state;
    char text[1024] = "";
    int fd = connect_to(house->own);
    say(fd, TEXT(GET));
    assert_true(recv(fd, text, sizeof text - 1, 0) > 0);
    assert_non_null(strstr(text, "\r\nX-Always: yes\r\n"));
    assert_null(strstr(text, "Content-Type: other"));
    close(fd);
}

static void test_a_stop_lets_go_of_those_who_have_said_nothing(void **state)
{
    const struct house *house = *state;
    int fd = connect_to(house->proxied);
    say(fd, TEXT(SIGNATURE));
    close(fd); /* and the server stops with others of the kind: tear_down */
    (void)connect_to(house->proxied);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_connection_is_of_whom_the_proxy_says, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_header_and_request_may_come_in_any_parts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_who_says_no_header_is_hung_up_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_who_may_not_speak_for_others_is_hung_up_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_where_no_proxy_speaks_its_header_is_no_request, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_every_answer_says_what_all_do, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_stop_lets_go_of_those_who_have_said_nothing, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
