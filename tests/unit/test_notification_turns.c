/* services/notification/provider/webpush_order, webpush_service, resolve, link, h2: however slow a service is, it holds
 * its sender for no longer than it is given. */
#include "test.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/notification/provider/h2.h"
#include "services/notification/provider/resolve.h"
#include "services/notification/provider/vapid.h"
#include "services/notification/provider/webpush_service.h"

#include <netinet/in.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define MS_US INT64_C(1000)

/* --- whose turn it is --------------------------------------------------------------------------------------------- */

static int compare(const void *left, const void *right)
{
    return webpush_turn_compare(left, right);
}

/* The order is the one they stand in; they are sorted from the opposite one. */
static void test_turns_by_table(void **state)
{
    (void)state;
    static const struct webpush_turn TURNS[] = {
        {"https://fcm.googleapis.com", 900, true, 0},     {"https://push.example", 3, true, 0},
        {"https://a.evil.example", 1, true, 0}, /* of those that nothing is known against, a name decides last */
        {"https://b.evil.example", 1, true, 0},           {"https://was-late-long-ago.example", 1, true, 7},
        {"https://was-late-lately.example", 50, true, 9}, {"https://new.example", 20, false, 0},
        {"https://a.new.example", 1, false, 0},           {"https://silent.example", 400, false, 8},
    };
    struct webpush_turn turns[ARRAY_LENGTH(TURNS)];
    for (size_t i = 0; i < ARRAY_LENGTH(TURNS); i++)
        turns[i] = TURNS[ARRAY_LENGTH(TURNS) - 1 - i];
    qsort(turns, ARRAY_LENGTH(turns), sizeof *turns, compare);
    for (size_t i = 0; i < ARRAY_LENGTH(TURNS); i++)
        assert_string_equal(turns[i].origin, TURNS[i].origin);
}

static void test_time_by_table(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        int64_t together_ms, chunk_ms, until_ms; /* from its beginning; 0: none is left */
    } CASES[] = {
        {1, 5000, 8000, 3005}, {200, 5000, 8000, 4000}, {2000, 5000, 8000, 8000}, {1, 1000, 8000, 1005},
        {1, 199, 8000, 0},     {1000, 199, 8000, 0},    {1, -30, 8000, 0},        {1, 5000, 400, 400},
        {1, 5000, 199, 0},     {1, 5000, -1, 0},
    };
    const int64_t began_us = 77 * CLOCK_SECOND_US;
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        int64_t until_us = webpush_turn_until_us(began_us, CASES[i].n, CASES[i].together_ms * MS_US,
                                                 began_us + CASES[i].chunk_ms * MS_US);
        assert_int_equal(until_us, CASES[i].until_ms ? began_us + CASES[i].until_ms * MS_US : 0);
    }
    assert_int_equal(webpush_turn_beyond_us(40 * MS_US, 8), 0);
    assert_int_equal(webpush_turn_beyond_us(41 * MS_US, 8), MS_US);
    assert_int_equal(webpush_turn_beyond_us(0, 8), 0);
}

/* Twenty services that each take what they get, the way a member may register them: they hold a chunk for five seconds
 * together, however often they have taken a message before. */
static void test_all_slow_services_together_hold_a_chunk_for_a_bounded_time(void **state)
{
    (void)state;
    int64_t now_us = 0, together_us = WEBPUSH_TOGETHER_MS * MS_US, chunk_us = 8 * CLOCK_SECOND_US;
    for (int i = 0; i < 20; i++) {
        int64_t until_us = webpush_turn_until_us(now_us, 1, together_us, chunk_us);
        if (until_us == 0)
            continue;
        together_us -= webpush_turn_beyond_us(until_us - now_us, 1);
        now_us = until_us;
    }
    assert_in_range(now_us, WEBPUSH_SERVICE_MS * MS_US, (WEBPUSH_TOGETHER_MS + 20 * WEBPUSH_MESSAGE_MS) * MS_US);
}

/* --- how long it is held ------------------------------------------------------------------------------------------ */

static bool make_request(void *arg, TALLOC_CTX *ctx, size_t i, struct h2_request *ret_request)
{
    (void)arg, (void)ctx, (void)i;
    *ret_request = (struct h2_request){
        .path = "/", .authorization = "none", .content_type = "text/plain", .body = "x", .body_bytes = 1};
    return true;
}

static void take_answer(void *arg, size_t i, const struct h2_answer *answer)
{
    size_t *unanswered = arg;
    (void)i;
    *unanswered += answer->status == 0;
}

/* Connections are taken by the kernel, and nobody ever reads them. */
static int listen_here(TALLOC_CTX *ctx, char **ret_url)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 4), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &n), 0);
    *ret_url = mem_printf(ctx, "http://127.0.0.1:%u", ntohs(address.sin_port));
    return fd;
}

static void test_a_service_that_says_nothing_is_waited_for_until_the_jobs_end(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    char *url;
    int fd = listen_here(ctx, &url);
    struct h2 *h2;
    const struct h2_options options = {.url = url, .connections = 2, .streams = 10, .timeout_ms = 60000};
    size_t unanswered = 0;
    int64_t began_us = clock_monotonic_us();
    const struct h2_job job = {.n = 25,
                               .until_us = began_us + 300 * MS_US,
                               .request = make_request,
                               .answered = take_answer,
                               .arg = &unanswered};
    assert_int_equal(h2_new(ctx, &options, &h2), ERR_OK);
    assert_int_equal(h2_send(h2, &job), ERR_OK);
    assert_int_equal(unanswered, 25);
    assert_in_range(clock_monotonic_us() - began_us, 300 * MS_US, 20 * CLOCK_SECOND_US);
    mem_free(ctx);
    close(fd);
}

static void test_nothing_is_begun_when_the_time_is_over(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct addrinfo *found = NULL;
    struct h2 *h2;
    const struct h2_options options = {.url = "https://push.invalid", .connections = 4, .streams = 1};
    const struct h2_job job = {.n = 9, .until_us = clock_monotonic_us() - 1};
    assert_int_equal(resolve("push.invalid", "443", clock_monotonic_us() - 1, &found), ERR_UNAVAILABLE);
    assert_int_equal(h2_new(ctx, &options, &h2), ERR_OK);
    assert_int_equal(h2_send(h2, &job), ERR_UNAVAILABLE);
    mem_free(ctx);
}

/* --- what is remembered of a service ------------------------------------------------------------------------------ */

static struct webpush_services *services_of(TALLOC_CTX *ctx)
{
    char path[] = "/tmp/sotay-turns-XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    EVP_PKEY *key = EVP_EC_gen("P-256");
    struct vapid *vapid;
    assert_non_null(file);
    assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    assert_int_equal(fclose(file), 0);
    EVP_PKEY_free(key);
    assert_int_equal(vapid_new(ctx, path, "", &vapid), ERR_OK);
    (void)unlink(path);
    return webpush_services_new(
        ctx, &(struct webpush_service_options){.vapid = vapid, .loopback = "", .connections = 1, .streams = 1});
}

/* It is in a network of ours, so no connection is tried. */
static enum err name(struct webpush_services *services, const char *origin, int *ret_wait_s)
{
    const char *authorization = NULL;
    const struct h2_job job = {.n = 1, .until_us = clock_monotonic_us() + CLOCK_SECOND_US};
    *ret_wait_s = 0;
    return webpush_service_send(services, origin, &job, &authorization, ret_wait_s);
}

/* In a later microsecond than what was before. */
static struct webpush_turn judged(struct webpush_services *services, const char *origin, struct webpush_outcome outcome)
{
    struct webpush_turn turn = {.origin = origin};
    for (int64_t was_us = clock_monotonic_us(); clock_monotonic_us() == was_us;)
        ;
    webpush_service_judge(services, origin, &outcome);
    webpush_service_recall(services, &turn);
    return turn;
}

static void test_trust_is_lost_by_silence_and_a_turn_by_lateness(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct webpush_services *services = services_of(ctx);
    static const char ORIGIN[] = "https://127.0.0.1:9";
    struct webpush_turn turn = {.origin = ORIGIN};
    int wait_s;
    webpush_service_recall(services, &turn);
    assert_true(!turn.is_proven && turn.late_at_us == 0);
    assert_int_equal(name(services, ORIGIN, &wait_s), ERR_UNAVAILABLE);
    webpush_service_recall(services, &turn);
    assert_true(!turn.is_proven && turn.late_at_us > 0);
    int64_t late_at_us = turn.late_at_us;
    turn = judged(services, ORIGIN, (struct webpush_outcome){.sent = 2, .answered = 2, .taken = 1});
    assert_true(turn.is_proven && turn.late_at_us == late_at_us);
    turn = judged(services, ORIGIN, (struct webpush_outcome){.sent = 900, .answered = 899, .taken = 899});
    assert_true(turn.is_proven && turn.late_at_us > late_at_us); /* one that was lost takes nobody's trust */
    late_at_us = turn.late_at_us;
    turn = judged(services, ORIGIN, (struct webpush_outcome){1, 1, 1, (WEBPUSH_LATE_MS + 1) * MS_US});
    assert_true(turn.is_proven && turn.late_at_us > late_at_us);
    turn = judged(services, ORIGIN, (struct webpush_outcome){.sent = 1});
    assert_false(turn.is_proven);
    assert_int_equal(name(services, ORIGIN, &wait_s), ERR_UNAVAILABLE);
    assert_true(wait_s > 0);
    mem_free(ctx);
}

/* Of more names than are remembered: those that have proven something stay, and those that are left alone. */
static void test_many_names_share_no_pause_and_take_nobodys_trust(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct webpush_services *services = services_of(ctx);
    struct webpush_turn trusted = {.origin = "https://127.0.0.1:9"};
    int wait_s;
    assert_int_equal(name(services, trusted.origin, &wait_s), ERR_UNAVAILABLE);
    assert_true(judged(services, trusted.origin, (struct webpush_outcome){1, 1, 1, 0}).is_proven);
    for (int i = 1; i <= WEBPUSH_SERVICES_LIMIT; i++) {
        const char *origin = mem_printf(ctx, "https://10.0.0.1:%d", i);
        assert_int_equal(name(services, origin, &wait_s), ERR_UNAVAILABLE);
        assert_int_equal(name(services, origin, &wait_s), ERR_UNAVAILABLE);
        assert_true(wait_s > 0);
    }
    webpush_service_recall(services, &trusted);
    assert_true(trusted.is_proven);
    assert_int_equal(name(services, "https://10.0.0.1:2", &wait_s), ERR_UNAVAILABLE);
    assert_true(wait_s > 0); /* still left alone */
    mem_free(ctx);
}

/* --- names -------------------------------------------------------------------------------------------------------- */

static void test_names_and_addresses_are_resolved(void **state)
{
    (void)state;
    struct addrinfo *found = NULL;
    int64_t until_us = clock_monotonic_us() + CLOCK_MINUTE_US;
    assert_int_equal(resolve("127.0.0.1", "80", 0, &found), ERR_OK); /* nobody is asked for an address */
    freeaddrinfo(found);
    assert_int_equal(resolve("localhost", "80", until_us, &found), ERR_OK);
    freeaddrinfo(found);
    assert_int_equal(resolve("no such host", "80", until_us, &found), ERR_UNAVAILABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_turns_by_table),
        cmocka_unit_test(test_time_by_table),
        cmocka_unit_test(test_all_slow_services_together_hold_a_chunk_for_a_bounded_time),
        cmocka_unit_test(test_a_service_that_says_nothing_is_waited_for_until_the_jobs_end),
        cmocka_unit_test(test_nothing_is_begun_when_the_time_is_over),
        cmocka_unit_test(test_trust_is_lost_by_silence_and_a_turn_by_lateness),
        cmocka_unit_test(test_many_names_share_no_pause_and_take_nobodys_trust),
        cmocka_unit_test(test_names_and_addresses_are_resolved),
    };
    return cmocka_run_group_tests_name("notification turns", tests, NULL, NULL);
}
