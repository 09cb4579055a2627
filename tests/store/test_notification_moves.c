/* services/notification/push/ against a real PostgreSQL and two providers' tables: devices that move between accounts,
 * accounts that are retired, and what is sent after a restore. */
#include "sender_fixture.h"

#include "common/base/clock.h"
#include "common/loop/loop_store_restored.h"
#include "services/notification/push/retire_store.h"

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

/* --- a database that came back from a backup ---------------------------------------------------------------------- */

/* The queue is replayed: it is not known here which phones rang. */
static void test_after_a_restore_what_was_due_long_before_is_recorded_and_rings_no_phone(void **state)
{
    struct fixture *f = *state;
    struct taken fcm = {.status = 503};
    int64_t now = NOW;
    struct dispatch *to_fcm = sender_of(f, &FCM_TABLE, &fcm, 10, &now);
    push_to_10b(f, 1);
    assert_true(turn(f, to_fcm)); /* being tried again when it was backed up */
    now += 20 * CLOCK_MINUTE_US;
    assert_int_equal(loop_store_mark_restored(f->pg, f->ctx, now), ERR_OK);
    push_to_10b(f, 2);
    push_due(f, 3, now - 10 * CLOCK_MINUTE_US);
    push_due(f, 4, now + 1);
    now += 10 * CLOCK_MINUTE_US;
    fcm.status = 200;
    while (turn(f, to_fcm))
        ;
    for (uint8_t id = 1; id <= 4; id++) {
        assert_int_equal(counted(f, id, id <= 2 ? PUSH_EXPIRED : PUSH_DELIVERED), 3);
        assert_true(is_settled(f, id));
    }
    assert_int_equal(fcm.n, 2 * 3);
}

/* Nobody marked it: the service was away, and what has not expired rings late. */
static void test_after_an_outage_only_expiry_decides(void **state)
{
    struct fixture *f = *state;
    struct taken fcm = {.status = 200};
    int64_t now = AFTER_MOVE + 50 * CLOCK_MINUTE_US;
    struct dispatch *to_fcm = sender_of(f, &FCM_TABLE, &fcm, 10, &now);
    push_to_10b(f, 1);
    push_due(f, 2, AFTER_MOVE - 20 * CLOCK_MINUTE_US);
    while (turn(f, to_fcm))
        ;
    assert_int_equal(counted(f, 1, PUSH_DELIVERED), 3);
    assert_int_equal(counted(f, 2, PUSH_EXPIRED), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_device_that_moves_while_it_is_tried_again_is_tried_by_the_account_that_has_it_now),
        CASE(test_a_device_that_moves_before_the_other_accounts_cursor_has_passed_is_recorded_once),
        CASE(test_what_a_retired_account_leaves_goes_on_at_its_heir),
        CASE(test_what_a_retired_account_without_an_heir_leaves_ends),
        CASE(test_what_the_heir_sends_by_itself_is_not_sent_for_the_retired_account_again),
        CASE(test_an_account_that_a_sender_holds_is_not_retired),
        CASE(test_after_a_restore_what_was_due_long_before_is_recorded_and_rings_no_phone),
        CASE(test_after_an_outage_only_expiry_decides),
    };
    return cmocka_run_group_tests_name("notification moves", tests, start, stop);
}
