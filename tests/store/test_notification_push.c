/* services/notification/store_push.c and store_result.c against a real PostgreSQL: whose devices, once, and what became of them. */
#include "notification_fixture.h"

static bool claim(struct fixture *f, const char *owner, int64_t now_us, struct push_shard *ret_shard)
{
    struct pg_result *rows = store_queue_claim(f->ctx, f->pg, owner, now_us);
    flush(f);
    if (pg_rows(rows) == 0)
        return false;
    store_read_claim(f->ctx, rows, ret_shard);
    struct pg_result *item = store_queue_claimed(f->ctx, f->pg, &ret_shard->notification);
    flush(f);
    assert_int_equal(pg_rows(item), 1);
    store_read_claimed(f->ctx, item, ret_shard);
    return true;
}

static void push(struct fixture *f, const struct audience *audience, int64_t recipients)
{
    struct notification item = item_of(1, AFTER_MOVE, audience);
    store_queue_item(f->ctx, f->pg, &item);
    store_queue_push(f->ctx, f->pg, &item, recipients);
    flush(f);
}

static void record(struct fixture *f, struct push_shard *shard, struct push_target *targets, size_t n, bool again)
{
    store_queue_results(f->ctx, f->pg, &shard->notification, targets, n, NOW, again);
    if (!again) {
        struct pg_result *moved = store_queue_cursor(f->ctx, f->pg, shard, "one", true);
        flush(f);
        assert_int_equal(pg_affected(moved), 1);
    }
    store_queue_settle(f->ctx, f->pg, &shard->notification, NOW);
    flush(f);
}

static bool is_settled(struct fixture *f)
{
    struct pg_result *rows = store_queue_delivery(f->ctx, f->pg, &(struct uuid){{1}});
    flush(f);
    return !pg_is_null(rows, 0, 2);
}

static void test_a_shard_has_the_live_devices_of_its_audience_once(void **state)
{
    struct fixture *f = *state;
    struct push_shard shard;
    push(f, &TO_10B, 2);
    assert_true(claim(f, "one", NOW, &shard));
    assert_false(claim(f, "two", NOW, &(struct push_shard){0}));
    struct pg_result *rows = store_queue_targets(f->ctx, f->pg, &shard, NOW, 2);
    flush(f);
    struct push_target *targets = store_read_targets(f->ctx, rows);
    assert_int_equal(pg_rows(rows), 2);
    assert_string_equal(targets[0].token, "t51a");
    assert_string_equal(targets[1].token, "t51b");
    shard.cursor_member = targets[1].member;
    shard.cursor_device = targets[1].device_id;
    rows = store_queue_targets(f->ctx, f->pg, &shard, NOW, 2);
    flush(f);
    assert_int_equal(pg_rows(rows), 1);
    assert_string_equal(store_read_targets(f->ctx, rows)[0].token, "t52a");
}

/* The two ways to find devices, from the audience and from the devices, say the same. */
static void test_one_shard_of_many_finds_the_same_devices(void **state)
{
    struct fixture *f = *state;
    struct push_shard shard;
    push(f, &TO_10B, 2);
    assert_true(claim(f, "one", NOW, &shard));
    struct pg_result *whole = store_queue_targets(f->ctx, f->pg, &shard, NOW, 10);
    shard.has_to = true;
    shard.to = OUTSIDER;
    struct pg_result *between = store_queue_targets(f->ctx, f->pg, &shard, NOW, 10);
    shard.to = MEMBER;
    struct pg_result *below = store_queue_targets(f->ctx, f->pg, &shard, NOW, 10);
    flush(f);
    assert_int_equal(pg_rows(whole), 3);
    assert_int_equal(pg_rows(between), 3);
    assert_int_equal(pg_rows(below), 2);
}

static void test_a_mass_push_waits_a_minute_and_is_split(void **state)
{
    struct fixture *f = *state;
    struct push_shard shard;
    push(f, &TO_WARD_BELOW, 12000);
    assert_false(claim(f, "one", AFTER_MOVE + 59 * 1000000, &shard));
    assert_true(claim(f, "one", AFTER_MOVE + 60 * 1000000, &shard));
    assert_true(shard.has_to);
    store_queue_withdrawal(f->ctx, f->pg, &(struct uuid){{0xd0, 1}}, NOW);
    flush(f);
    assert_false(claim(f, "one", AFTER_MOVE + 60 * 1000000, &shard)); /* withdrawn: no phone rings */
    assert_true(is_settled(f));
}

static void test_results_are_counted_once_and_settle_the_push(void **state)
{
    struct fixture *f = *state;
    struct push_shard shard;
    push(f, &TO_10B, 2);
    assert_true(claim(f, "one", NOW, &shard));
    struct pg_result *rows = store_queue_targets(f->ctx, f->pg, &shard, NOW, 10);
    flush(f);
    struct push_target *targets = store_read_targets(f->ctx, rows);
    assert_int_equal(pg_rows(rows), 3);
    targets[0].result = push_result_of_fcm(200, "", 0);
    targets[1].result = push_result_of_fcm(404, "UNREGISTERED", 0);
    targets[2].result = push_result_of_fcm(503, "UNAVAILABLE", 0);
    targets[2].next_at_us = NOW + 10;
    record(f, &shard, targets, 3, false);
    assert_false(is_settled(f));
    rows = store_queue_again(f->ctx, f->pg, &shard.notification, NOW + 20, 10);
    flush(f);
    assert_int_equal(pg_rows(rows), 1);
    targets = store_read_targets(f->ctx, rows);
    assert_int_equal(targets[0].attempts, 1);
    assert_true(targets[0].is_addressed);
    targets[0].result = push_result_of_fcm(200, "", 0);
    record(f, &shard, targets, 1, true);
    assert_true(is_settled(f));
    struct pg_result *counts = store_queue_counts(f->ctx, f->pg, &shard.notification);
    flush(f);
    assert_int_equal(pg_rows(counts), 2);
    assert_int_equal(pg_get_int8(counts, 0, 0), PUSH_DELIVERED);
    assert_int_equal(pg_get_int8(counts, 0, 2), 2);
    assert_int_equal(pg_get_int8(counts, 1, 0), PUSH_DEAD);
    rows = store_queue_targets(f->ctx, f->pg, &shard, NOW, 10); /* the unregistered token is gone */
    flush(f);
    assert_int_equal(pg_rows(rows), 2);
}

static void test_one_sender_holds_an_account(void **state)
{
    struct fixture *f = *state;
    struct pg_result *one = store_queue_account(f->ctx, f->pg, "fcm", "one"), *two = store_queue_account(f->ctx, f->pg, "fcm", "two");
    flush(f);
    assert_int_equal(pg_rows(one), 1);
    assert_int_equal(pg_rows(two), 0);
    store_queue_account_release(f->ctx, f->pg, "fcm", "one");
    two = store_queue_account(f->ctx, f->pg, "fcm", "two");
    flush(f);
    assert_int_equal(pg_rows(two), 1);
}

/* --- devices ---------------------------------------------------------------------------------------------------------------------- */

static void test_the_newest_word_about_a_device_wins(void **state)
{
    struct fixture *f = *state;
    const struct store_device newer = {.member = OUTSIDER, .device_id = "a", .token = "t51a", .at_us = 20}; /* the secretary's old phone */
    const struct store_device older = {.member = OUTSIDER, .device_id = "a", .token = "old", .at_us = 10};
    const struct store_device *const first[] = {&newer}, *const second[] = {&older};
    store_queue_devices(f->ctx, f->pg, first, 1);
    flush(f);
    store_queue_devices(f->ctx, f->pg, second, 1);
    flush(f);
    struct push_shard shard;
    push(f, &TO_10B, 2);
    assert_true(claim(f, "one", NOW, &shard));
    struct pg_result *rows = store_queue_targets(f->ctx, f->pg, &shard, NOW, 10);
    flush(f);
    assert_int_equal(pg_rows(rows), 2); /* it rings for its new owner only */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_shard_has_the_live_devices_of_its_audience_once),
        CASE(test_one_shard_of_many_finds_the_same_devices),
        CASE(test_a_mass_push_waits_a_minute_and_is_split),
        CASE(test_results_are_counted_once_and_settle_the_push),
        CASE(test_one_sender_holds_an_account),
        CASE(test_the_newest_word_about_a_device_wins),
    };
    return cmocka_run_group_tests_name("notification push", tests, start, stop);
}
