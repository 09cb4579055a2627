/* services/notification/push/dispatch.c against a real PostgreSQL and two providers' tables: each account has its own
 * shards, cursor, lease and pace. */
#include "notification_fixture.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/notification/push/delivery_store.h"
#include "services/notification/push/dispatch.h"
#include "services/notification/push/result_store.h"
#include "services/notification/push/retire_store.h"
#include "services/notification/push/shard_store.h"
#include "sotay/v1/auth.pb-c.h"
#include <pthread.h>
#include <string.h>

/* --- two providers ------------------------------------------------------------------------------------------------ */

/* What a provider took, and what it says to the next messages. */
struct taken {
    int status;
    int retry_after_s;
    char tokens[16][8];
    size_t n;
};

static enum err take(void *loaded, TALLOC_CTX *ctx, int64_t now_us, struct push_message messages[], size_t n)
{
    (void)ctx, (void)now_us;
    struct taken *taken = loaded;
    for (size_t i = 0; i < n; i++) {
        messages[i].answer = (struct push_answer){taken->status, "", taken->retry_after_s};
        if (taken->status != 200)
            continue;
        assert_true(taken->n < 16 && strlen(messages[i].token) < 8);
        memcpy(taken->tokens[taken->n++], messages[i].token, strlen(messages[i].token) + 1);
    }
    return ERR_OK;
}

static struct push_result result(const struct push_answer *answer)
{
    if (answer->status == 200)
        return (struct push_result){.status = PUSH_DELIVERED, .code = ""};
    return (struct push_result){.status = PUSH_RETRYING, .code = "BUSY", .retry_after_s = answer->retry_after_s};
}

static const int32_t FCM_DEVICES[] = {PB__PROVIDER__PROVIDER_FCM, PB__PROVIDER__PROVIDER_SIM};
static const int32_t APNS_DEVICES[] = {PB__PROVIDER__PROVIDER_APNS};
static const struct provider FCM_TABLE = {
    .name = "fcm", .devices = FCM_DEVICES, .n_devices = 2, .send = take, .result = result};
static const struct provider APNS_TABLE = {
    .name = "apns", .devices = APNS_DEVICES, .n_devices = 1, .send = take, .result = result};

/* FCM's under another account's name (fcm_account). */
static const struct provider RENAMED_TABLE = {
    .name = "new", .devices = FCM_DEVICES, .n_devices = 2, .send = take, .result = result};

static int64_t now_us(void *arg)
{
    return *(const int64_t *)arg;
}

static bool never(void *arg)
{
    (void)arg;
    return false;
}

static struct dispatch *sender_of(struct fixture *f, const struct provider *provider, struct taken *taken,
                                  int64_t chunk, int64_t *now)
{
    const struct dispatch_options options = {.provider = provider,
                                             .loaded = taken,
                                             .account = provider->name,
                                             .owner = "one",
                                             .pg = f->pg,
                                             .chunk = chunk,
                                             .now_us = now_us,
                                             .stopping = never,
                                             .arg = now};
    return dispatch_new(f->ctx, &options);
}

static bool turn(struct fixture *f, struct dispatch *dispatch)
{
    bool any = false;
    assert_int_equal(dispatch_turn(dispatch, f->ctx, &any), ERR_OK);
    return any;
}

/* The secretary and the member have a phone at APNs too. */
static void give_apns_devices(struct fixture *f)
{
    must(f->pg, "INSERT INTO device(member_id, device_id, provider, token, at_us, removed, dead) VALUES"
                " (id('51'), 'c', 1, 'p51c', 1, false, false), (id('52'), 'c', 1, 'p52c', 1, false, false)");
}

static void push_to_10b(struct fixture *f, uint8_t id)
{
    struct item item = {.is = item_of(id, AFTER_MOVE, &TO_10B),
                        .is_new = true,
                        .rings = true,
                        .rings_at_us = AFTER_MOVE,
                        .has_recipients = true,
                        .recipients = 2};
    item.is.expires_at_us = AFTER_MOVE + CLOCK_HOUR_US;
    keep(f, &item);
}

static bool is_settled(struct fixture *f, uint8_t id)
{
    struct pg_result *rows = delivery_store_push(f->ctx, f->pg, &(struct uuid){{id}});
    flush(f);
    return !pg_is_null(rows, 0, 2);
}

static int64_t counted(struct fixture *f, uint8_t id, enum push_status status)
{
    int64_t n = 0;
    struct pg_result *counts = delivery_store_counts(f->ctx, f->pg, &(struct uuid){{id}});
    flush(f);
    for (size_t row = 0; row < pg_rows(counts); row++)
        n += pg_get_int8(counts, row, 0) == (int64_t)status ? pg_get_int8(counts, row, 2) : 0;
    return n;
}

static void assert_took(const struct taken *taken, size_t n, const char *const tokens[])
{
    assert_int_equal(taken->n, n);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(taken->tokens[i], tokens[i]);
}

static const char *const AT_FCM[] = {"t51a", "t51b", "t52a"}, *const AT_APNS[] = {"p51c", "p52c"};

/* --- cases -------------------------------------------------------------------------------------------------------- */

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

/* --- a device that moves ------------------------------------------------------------------------------------------ */

/* The member's phone is registered anew, at APNs. */
static void move_to_apns(struct fixture *f)
{
    must(f->pg, "UPDATE device SET provider = 1, token = 'p52a' WHERE member_id = id('52') AND device_id = 'a'");
}

static void assert_delivered_once(struct fixture *f, int64_t devices)
{
    assert_int_equal(counted(f, 1, PUSH_DELIVERED), devices);
    for (enum push_status status = PUSH_DEAD; status <= PUSH_RETRYING; status++)
        assert_int_equal(counted(f, 1, status), 0);
    assert_true(is_settled(f, 1));
}

static void test_a_device_that_moves_while_it_is_tried_again_is_tried_by_the_account_that_has_it_now(void **state)
{
    static const char *const STAYED[] = {"t51a", "t51b"}, *const MOVED_ONE[] = {"p52a"};
    struct fixture *f = *state;
    struct taken fcm = {.status = 503}, apns = {.status = 200};
    int64_t now = NOW;
    struct dispatch *to_fcm = sender_of(f, &FCM_TABLE, &fcm, 10, &now),
                    *to_apns = sender_of(f, &APNS_TABLE, &apns, 10, &now);
    assert_false(turn(f, to_apns));
    push_to_10b(f, 1);
    assert_true(turn(f, to_apns)); /* its shard ends before the device comes */
    assert_true(turn(f, to_fcm));
    move_to_apns(f);
    now += 200 * CLOCK_SECOND_US;
    fcm.status = 200;
    while (turn(f, to_fcm))
        ;
    assert_took(&fcm, 2, STAYED);
    while (turn(f, to_apns))
        ;
    assert_took(&apns, 1, MOVED_ONE);
    assert_delivered_once(f, 3);
}

static void test_a_device_that_moves_before_the_other_accounts_cursor_has_passed_is_recorded_once(void **state)
{
    struct fixture *f = *state;
    struct taken fcm = {.status = 503}, apns = {.status = 200};
    int64_t now = NOW;
    struct dispatch *to_fcm = sender_of(f, &FCM_TABLE, &fcm, 10, &now),
                    *to_apns = sender_of(f, &APNS_TABLE, &apns, 10, &now);
    assert_false(turn(f, to_apns));
    push_to_10b(f, 1);
    assert_true(turn(f, to_fcm));
    move_to_apns(f);
    assert_true(turn(f, to_apns));
    assert_int_equal(apns.n, 1);
    now += 200 * CLOCK_SECOND_US;
    fcm.status = 200;
    while (turn(f, to_fcm) || turn(f, to_apns))
        ;
    assert_int_equal(apns.n, 1);
    assert_delivered_once(f, 3);
}

/* --- an account that is retired ----------------------------------------------------------------------------------- */

static enum err retire(struct fixture *f, const char *account, const char *heir)
{
    return retire_store_account(f->ctx, f->pg, account, heir, NOW);
}

static bool is_listed(struct fixture *f, const char *name)
{
    static const struct pg_statement IS_LISTED = {.name = "is_listed",
                                                  .sql = "SELECT 1 FROM provider_account WHERE name = $1::text"};
    struct pg_args *args = pg_args(f->ctx, &IS_LISTED);
    pg_add_text(args, name);
    struct pg_result *rows = pg_queue(f->pg, args);
    flush(f);
    return pg_rows(rows) == 1;
}

/* Of push 1 two devices are to be tried again, one is not reached yet; of push 2 all are. */
static void leave_work(struct fixture *f, struct dispatch *to_fcm, struct taken *fcm)
{
    push_to_10b(f, 1);
    fcm->status = 503;
    assert_true(turn(f, to_fcm));
    push_to_10b(f, 2);
    dispatch_release(to_fcm, f->ctx);
}

static void test_what_a_retired_account_leaves_goes_on_at_its_heir(void **state)
{
    struct fixture *f = *state;
    struct taken fcm = {0}, heir = {.status = 200};
    int64_t now = NOW;
    leave_work(f, sender_of(f, &FCM_TABLE, &fcm, 2, &now), &fcm);
    assert_int_equal(retire(f, "fcm", "new"), ERR_OK);
    assert_false(is_listed(f, "fcm"));
    assert_true(is_listed(f, "new"));
    now += 200 * CLOCK_SECOND_US;
    struct dispatch *to_heir = sender_of(f, &RENAMED_TABLE, &heir, 2, &now);
    while (turn(f, to_heir))
        ;
    assert_int_equal(heir.n, 2 * 3);
    assert_delivered_once(f, 3);
    assert_int_equal(counted(f, 2, PUSH_DELIVERED), 3);
    assert_true(is_settled(f, 2));
}

static void test_what_a_retired_account_without_an_heir_leaves_ends(void **state)
{
    struct fixture *f = *state;
    struct taken fcm = {0}, apns = {.status = 200};
    int64_t now = NOW;
    struct dispatch *to_fcm = sender_of(f, &FCM_TABLE, &fcm, 2, &now),
                    *to_apns = sender_of(f, &APNS_TABLE, &apns, 10, &now);
    leave_work(f, to_fcm, &fcm);
    give_apns_devices(f);
    assert_false(turn(f, to_apns)); /* it is listed */
    push_to_10b(f, 3);
    assert_int_equal(retire(f, "fcm", NULL), ERR_OK);
    assert_false(is_listed(f, "fcm"));
    assert_int_equal(counted(f, 1, PUSH_EXPIRED), 2);
    assert_int_equal(counted(f, 1, PUSH_RETRYING), 0);
    assert_true(is_settled(f, 1) && is_settled(f, 2));
    assert_false(is_settled(f, 3)); /* APNs has its own shard of it */
    assert_true(turn(f, to_apns));
    assert_true(is_settled(f, 3));
    push_to_10b(f, 4);
    assert_true(turn(f, to_apns));
    assert_true(is_settled(f, 4)); /* nothing is planned for the retired one */
}

/* The service was started under the new name before the old one was retired: both are listed. */
static void test_what_the_heir_sends_by_itself_is_not_sent_for_the_retired_account_again(void **state)
{
    struct fixture *f = *state;
    struct taken heir = {.status = 200};
    int64_t now = NOW;
    struct dispatch *to_heir = sender_of(f, &RENAMED_TABLE, &heir, 10, &now);
    push_to_10b(f, 1); /* fcm's alone */
    assert_false(turn(f, to_heir));
    push_to_10b(f, 2); /* of both */
    assert_true(turn(f, to_heir));
    assert_took(&heir, 3, AT_FCM);
    assert_false(is_settled(f, 2));
    assert_int_equal(retire(f, "fcm", "new"), ERR_OK);
    assert_true(is_settled(f, 2));
    while (turn(f, to_heir))
        ;
    assert_int_equal(heir.n, 2 * 3);
    assert_delivered_once(f, 3);
    assert_int_equal(counted(f, 2, PUSH_DELIVERED), 3);
}

static void test_an_account_that_a_sender_holds_is_not_retired(void **state)
{
    struct fixture *f = *state;
    struct taken fcm = {.status = 200};
    int64_t now = NOW;
    struct dispatch *to_fcm = sender_of(f, &FCM_TABLE, &fcm, 10, &now);
    assert_false(turn(f, to_fcm));
    assert_int_equal(retire(f, "fcm", "new"), ERR_WRONG_STATE);
    assert_false(is_listed(f, "new"));
    dispatch_release(to_fcm, f->ctx);
    assert_int_equal(retire(f, "fcm", "fcm"), ERR_WRONG_STATE);
    assert_int_equal(retire(f, "apns", NULL), ERR_NOT_FOUND);
    assert_true(is_listed(f, "fcm"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_member_with_a_device_at_each_of_two_accounts_is_sent_to_once_on_each),
        CASE(test_an_account_that_is_blocked_holds_no_other),
        CASE(test_accounts_have_their_own_cursors),
        CASE(test_a_device_whose_provider_has_no_account_is_kept_and_not_sent_to),
        CASE(test_two_accounts_that_end_at_once_settle_the_push),
        CASE(test_a_device_that_moves_while_it_is_tried_again_is_tried_by_the_account_that_has_it_now),
        CASE(test_a_device_that_moves_before_the_other_accounts_cursor_has_passed_is_recorded_once),
        CASE(test_what_a_retired_account_leaves_goes_on_at_its_heir),
        CASE(test_what_a_retired_account_without_an_heir_leaves_ends),
        CASE(test_what_the_heir_sends_by_itself_is_not_sent_for_the_retired_account_again),
        CASE(test_an_account_that_a_sender_holds_is_not_retired),
    };
    return cmocka_run_group_tests_name("notification accounts", tests, start, stop);
}
