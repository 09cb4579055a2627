/* services/notification/push/dispatch.c against a real PostgreSQL and two providers' tables: each account has its own
 * shards, cursor, lease and pace. */
#include "sender_fixture.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/notification/push/result_store.h"
#include <pthread.h>

static void test_a_member_with_a_device_at_each_of_two_accounts_is_sent_to_once_on_each(void **state)
{
    struct fixture *f = *state;
    struct taken fcm = {.status = 200}, apns = {.status = 200};
    int64_t now = NOW;
    struct dispatch *to_fcm = sender_of(f, &FCM_TABLE, &fcm, 10, &now),
                    *to_apns = sender_of(f, &APNS_TABLE, &apns, 10, &now);
    give_apns_devices(f);
    assert_false(turn(f, to_apns)); /* it is listed */
    push_to_10b(f, 1);
    assert_true(turn(f, to_fcm));
    assert_took(&fcm, 3, AT_FCM);
    assert_int_equal(apns.n, 0);
    assert_false(is_settled(f, 1)); /* APNs has its own shard, whose cursor has not moved */
    assert_true(turn(f, to_apns));
    assert_took(&apns, 2, AT_APNS);
    assert_true(is_settled(f, 1));
    assert_false(turn(f, to_fcm) || turn(f, to_apns));
    assert_int_equal(fcm.n + apns.n, 5);
    assert_int_equal(counted(f, 1, PUSH_DELIVERED), 5);
}

/* Whoever sends longer than his lease is one of two senders: the other sends the same again. */
static void test_sending_ends_before_the_lease_does(void **state)
{
    struct fixture *f = *state;
    struct taken fcm = {.status = 200};
    int64_t now = NOW, least_us = 5 * CLOCK_SECOND_US;
    struct dispatch *to_fcm = sender_of(f, &FCM_TABLE, &fcm, 10, &now);
    push_to_10b(f, 1);
    assert_true(turn(f, to_fcm));
    static const struct pg_statement LEFT = {
        .name = "left",
        .sql = "SELECT (extract(epoch FROM lease_until - now()) * 1000000)::int8 FROM provider_account"
               " WHERE name = 'fcm'"};
    struct pg_result *rows = pg_queue(f->pg, pg_args(f->ctx, &LEFT));
    must_flush(f->pg);
    int64_t left_us = fcm.until_us - clock_monotonic_us();
    assert_in_range(left_us, least_us, pg_get_int8(rows, 0, 0) - CLOCK_SECOND_US);
}

static void test_an_account_that_is_blocked_holds_no_other(void **state)
{
    struct fixture *f = *state;
    struct taken fcm = {.status = 429, .retry_after_s = 60}, apns = {.status = 200};
    int64_t now = NOW;
    struct dispatch *to_fcm = sender_of(f, &FCM_TABLE, &fcm, 10, &now),
                    *to_apns = sender_of(f, &APNS_TABLE, &apns, 10, &now);
    give_apns_devices(f);
    assert_false(turn(f, to_apns));
    push_to_10b(f, 1);
    push_to_10b(f, 2);
    assert_true(turn(f, to_fcm));
    assert_int_equal(counted(f, 1, PUSH_RETRYING), 3);
    push_to_10b(f, 3);
    assert_false(turn(f, to_fcm)); /* 3 is due, but the provider said: not within a minute */
    while (turn(f, to_apns))
        ;
    assert_int_equal(apns.n, 3 * 2);
    for (uint8_t id = 1; id <= 3; id++) {
        assert_int_equal(counted(f, id, PUSH_DELIVERED), 2);
        assert_false(is_settled(f, id));
    }
    now += 200 * CLOCK_SECOND_US; /* FCM's devices are overdue; they are not APNs' to try */
    assert_false(turn(f, to_apns));
    fcm.status = 200;
    struct dispatch *again = sender_of(f, &FCM_TABLE, &fcm, 10, &now); /* the pause is over */
    while (turn(f, again))
        ;
    assert_int_equal(fcm.n, 3 * 3);
    for (uint8_t id = 1; id <= 3; id++)
        assert_true(is_settled(f, id));
}

static void test_accounts_have_their_own_cursors(void **state)
{
    struct fixture *f = *state;
    struct taken fcm = {.status = 200}, apns = {.status = 200};
    int64_t now = NOW;
    struct dispatch *to_fcm = sender_of(f, &FCM_TABLE, &fcm, 1, &now),
                    *to_apns = sender_of(f, &APNS_TABLE, &apns, 1, &now);
    give_apns_devices(f);
    assert_false(turn(f, to_apns));
    push_to_10b(f, 1);
    for (bool any = true; any;) { /* a device a turn */
        bool one = turn(f, to_fcm), other = turn(f, to_apns);
        any = one || other;
    }
    assert_took(&fcm, 3, AT_FCM);
    assert_took(&apns, 2, AT_APNS);
    assert_true(is_settled(f, 1));
}

static void test_a_device_whose_provider_has_no_account_is_kept_and_not_sent_to(void **state)
{
    struct fixture *f = *state;
    struct taken fcm = {.status = 200}, apns = {.status = 200};
    int64_t now = NOW;
    struct dispatch *to_fcm = sender_of(f, &FCM_TABLE, &fcm, 10, &now),
                    *to_apns = sender_of(f, &APNS_TABLE, &apns, 10, &now);
    give_apns_devices(f);
    push_to_10b(f, 1);
    while (turn(f, to_fcm))
        ;
    assert_took(&fcm, 3, AT_FCM);
    assert_true(is_settled(f, 1)); /* nothing waits for them */
    assert_int_equal(counted(f, 1, PUSH_DELIVERED), 3);
    assert_false(turn(f, to_apns)); /* configured now: for what is pushed from here on */
    push_to_10b(f, 2);
    while (turn(f, to_apns))
        ;
    assert_took(&apns, 2, AT_APNS);
}

/* --- at once ------------------------------------------------------------------------------------------------------ */

/* The last chunk of an account: results, cursor, and whether the push is settled. COMMIT is the caller's. */
static void end_shard(TALLOC_CTX *ctx, struct pg *pg, const struct push_account *account)
{
    struct push_shard shard = {.notification = {{1}}, .cursor_device = "", .done = true};
    pg_queue_sql(pg, "BEGIN");
    result_store_move(ctx, pg, account, &shard, 1);
    result_store_settle(ctx, pg, &shard, 1, NOW, NOW);
    must_flush(pg);
}

static void *end_at_apns(void *arg)
{
    (void)arg;
    const struct push_account apns = {.name = "apns", .owner = "one"};
    TALLOC_CTX *ctx = mem_context(NULL, "apns");
    struct pg *pg = pg_new(ctx, conninfo, NULL, DEADLINE_MS);
    end_shard(ctx, pg, &apns);
    must(pg, "COMMIT");
    mem_free(ctx);
    return NULL;
}

/* Polls until another connection waits for a lock. */
static void await_waiting(struct fixture *f)
{
    static const struct pg_statement WAITING = {.name = "waiting",
                                                .sql = "SELECT count(*) FROM pg_locks WHERE NOT granted"};
    int64_t deadline_us = clock_monotonic_us() + DEADLINE_MS * 1000;
    TALLOC_CTX *ctx = mem_context(f->ctx, "waiting");
    struct pg *pg = pg_new(ctx, conninfo, NULL, DEADLINE_MS);
    for (int64_t n = 0; n == 0; pause_ms(5)) {
        struct pg_result *rows = pg_queue(pg, pg_args(ctx, &WAITING));
        must_flush(pg);
        n = pg_get_int8(rows, 0, 0);
        assert_true(clock_monotonic_us() < deadline_us);
    }
    mem_free(ctx);
}

/* Neither sees what the other has not committed yet: without a lock on the push it would never be settled. */
static void test_two_accounts_that_end_at_once_settle_the_push(void **state)
{
    struct fixture *f = *state;
    pthread_t other;
    must(f->pg, "INSERT INTO provider_account(name) VALUES ('apns')");
    push_to_10b(f, 1);
    must(f->pg, "UPDATE push_shard SET lease_owner = 'one', lease_until = now() + interval '60 s'");
    end_shard(f->ctx, f->pg, &FCM);
    assert_int_equal(pthread_create(&other, NULL, end_at_apns, NULL), 0);
    await_waiting(f);
    must(f->pg, "COMMIT");
    assert_int_equal(pthread_join(other, NULL), 0);
    assert_true(is_settled(f, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_member_with_a_device_at_each_of_two_accounts_is_sent_to_once_on_each),
        CASE(test_sending_ends_before_the_lease_does),
        CASE(test_an_account_that_is_blocked_holds_no_other),
        CASE(test_accounts_have_their_own_cursors),
        CASE(test_a_device_whose_provider_has_no_account_is_kept_and_not_sent_to),
        CASE(test_two_accounts_that_end_at_once_settle_the_push),
    };
    return cmocka_run_group_tests_name("notification accounts", tests, start, stop);
}
