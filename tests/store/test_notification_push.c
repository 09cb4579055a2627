/* services/notification/push/shard_store.c and result_store.c against a real PostgreSQL: whose devices, once, and what
 * became of them. */
#include "notification_fixture.h"

#include "common/base/clock.h"
#include "services/notification/inbox/inbox_store.h"
#include "services/notification/provider/fcm.h"
#include "services/notification/push/delivery_store.h"
#include "services/notification/push/device_store.h"
#include "services/notification/push/result_store.h"
#include "services/notification/push/shard_store.h"

/* FCM's account, as another process sees it. */
static struct push_account of_owner(const char *owner)
{
    struct push_account account = FCM;
    account.owner = owner;
    return account;
}

static struct push_result answered(int status, const char *word, int retry_after_s)
{
    const struct push_answer answer = {.status = status, .word = word, .retry_after_s = retry_after_s};
    return PROVIDER_FCM.result(&answer);
}

static size_t claim_many(struct fixture *f, const char *owner, int64_t now_us, struct push_shard **ret_shards)
{
    const struct push_account account = of_owner(owner);
    struct pg_result *rows = shard_store_claim(f->ctx, f->pg, &account, now_us, 10);
    flush(f);
    *ret_shards = shard_store_read_claim(f->ctx, rows);
    return pg_rows(rows);
}

static bool claim(struct fixture *f, const char *owner, int64_t now_us, struct push_shard *ret_shard)
{
    struct push_shard *shards;
    size_t n = claim_many(f, owner, now_us, &shards);
    assert_true(n <= 1);
    if (n > 0)
        *ret_shard = *shards;
    return n > 0;
}

static void push_item(struct fixture *f, const struct notification *is, int64_t recipients)
{
    const struct item item = {.is = *is,
                              .is_new = true,
                              .rings = true,
                              .rings_at_us = push_not_before_us(is->created_at_us, recipients),
                              .has_recipients = true,
                              .recipients = recipients};
    keep(f, &item);
}

static void push(struct fixture *f, const struct address *to, int64_t recipients)
{
    struct notification item = item_of(1, AFTER_MOVE, to);
    push_item(f, &item, recipients);
}

static struct push_target *targets_of(struct fixture *f, struct push_shard *shards, size_t n, int64_t limit,
                                      size_t *ret_n)
{
    struct pg_result *rows = shard_store_targets(f->ctx, f->pg, &FCM, shards, n, NOW, limit);
    flush(f);
    *ret_n = pg_rows(rows);
    return shard_store_read_targets(f->ctx, rows, shards);
}

static void record(struct fixture *f, struct push_shard *shards, size_t n_shards, struct push_target *targets, size_t n,
                   bool again)
{
    result_store_add(f->ctx, f->pg, &FCM, targets, n, NOW);
    if (!again) {
        struct pg_result *moved = result_store_move(f->ctx, f->pg, &FCM, shards, n_shards);
        flush(f);
        assert_int_equal(pg_affected(moved), n_shards);
    }
    result_store_settle(f->ctx, f->pg, shards, n_shards, NOW, NOW);
    flush(f);
}

static void test_a_shard_has_the_live_devices_of_its_audience_once(void **state)
{
    struct fixture *f = *state;
    struct push_shard shard;
    push(f, &TO_10B, 2);
    assert_true(claim(f, "one", NOW, &shard));
    assert_false(claim(f, "two", NOW, &(struct push_shard){0}));
    size_t n;
    struct push_target *targets = targets_of(f, &shard, 1, 2, &n);
    assert_int_equal(n, 2);
    assert_string_equal(targets[0].token, "t51a");
    assert_string_equal(targets[1].token, "t51b");
    shard.cursor_member = targets[1].member;
    shard.cursor_device = targets[1].device_id;
    targets = targets_of(f, &shard, 1, 2, &n);
    assert_int_equal(n, 1);
    assert_string_equal(targets[0].token, "t52a");
}

/* The two ways to find devices, from the audience and from the devices, say the same. */
static void test_one_shard_of_many_finds_the_same_devices(void **state)
{
    struct fixture *f = *state;
    struct push_shard shard;
    push(f, &TO_10B, 2);
    assert_true(claim(f, "one", NOW, &shard));
    struct pg_result *whole = shard_store_targets(f->ctx, f->pg, &FCM, &shard, 1, NOW, 10);
    shard.has_to = true;
    shard.to = OUTSIDER;
    struct pg_result *between = shard_store_targets(f->ctx, f->pg, &FCM, &shard, 1, NOW, 10);
    shard.to = MEMBER;
    struct pg_result *below = shard_store_targets(f->ctx, f->pg, &FCM, &shard, 1, NOW, 10);
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
    struct subject withdrawn = subject_of(1, &TO_WARD_BELOW);
    withdrawn.withdrawn_at_us = NOW;
    keep_subject(f, &withdrawn);
    assert_false(claim(f, "one", AFTER_MOVE + 60 * 1000000, &shard)); /* withdrawn: no phone rings */
    assert_true(is_settled(f, 1));
}

/* A push to 10B, claimed: its three devices. */
static struct push_target *claim_10b(struct fixture *f, struct push_shard *ret_shard)
{
    size_t n;
    push(f, &TO_10B, 2);
    assert_true(claim(f, "one", NOW, ret_shard));
    struct push_target *targets = targets_of(f, ret_shard, 1, 10, &n);
    assert_int_equal(n, 3);
    return targets;
}

static void test_results_are_counted_once_and_settle_the_push(void **state)
{
    struct fixture *f = *state;
    struct push_shard shard, *again;
    size_t n, n_again;
    struct push_target *targets = claim_10b(f, &shard);
    targets[0].result = answered(200, "", 0);
    targets[1].result = answered(404, "UNREGISTERED", 0);
    targets[2].result = answered(503, "UNAVAILABLE", 0);
    targets[2].next_at_us = NOW + 10;
    shard.done = true;
    record(f, &shard, 1, targets, 3, false);
    assert_false(is_settled(f, 1));
    struct pg_result *rows = shard_store_again(f->ctx, f->pg, &FCM, NOW + 20, 10);
    flush(f);
    assert_int_equal(pg_rows(rows), 1);
    targets = shard_store_read_again(f->ctx, rows, &again, &n_again);
    assert_int_equal(n_again, 1);
    assert_int_equal(targets[0].attempts, 1);
    assert_true(targets[0].is_addressed);
    targets[0].result = answered(200, "", 0);
    record(f, again, n_again, targets, 1, true);
    assert_true(is_settled(f, 1));
    struct pg_result *counts = delivery_store_counts(f->ctx, f->pg, &shard.notification);
    flush(f);
    assert_int_equal(pg_rows(counts), 2);
    assert_int_equal(pg_get_int8(counts, 0, 0), PUSH_DELIVERED);
    assert_int_equal(pg_get_int8(counts, 0, 2), 2);
    assert_int_equal(pg_get_int8(counts, 1, 0), PUSH_DEAD);
    (void)targets_of(f, &shard, 1, 10, &n); /* the unregistered token is gone */
    assert_int_equal(n, 2);
}

/* COMMIT had succeeded, but its answer was lost: the sender records the same chunk once more. */
static void test_results_that_are_recorded_twice_are_counted_once(void **state)
{
    struct fixture *f = *state;
    struct push_shard shard, *again;
    size_t n_again;
    struct push_target *targets = claim_10b(f, &shard);
    targets[0].result = answered(200, "", 0);
    for (size_t i = 1; i < 3; i++) {
        targets[i].result = answered(503, "UNAVAILABLE", 0);
        targets[i].next_at_us = NOW + 10;
    }
    shard.done = true;
    for (int i = 0; i < 2; i++) {
        record(f, &shard, 1, targets, 3, false);
        assert_int_equal(counted(f, 1, PUSH_DELIVERED), 1);
        assert_int_equal(counted(f, 1, PUSH_RETRYING), 2);
    }
    struct pg_result *rows = shard_store_again(f->ctx, f->pg, &FCM, NOW + 20, 10);
    flush(f);
    targets = shard_store_read_again(f->ctx, rows, &again, &n_again);
    targets[0].result = answered(200, "", 0);
    targets[1].result = answered(429, "QUOTA_EXCEEDED", 60);
    targets[1].next_at_us = NOW + 30;
    for (int i = 0; i < 2; i++) {
        record(f, again, n_again, targets, 2, true);
        assert_int_equal(counted(f, 1, PUSH_DELIVERED), 2);
        assert_int_equal(counted(f, 1, PUSH_RETRYING), 1);
        assert_false(is_settled(f, 1));
    }
}

static void test_small_pushes_are_claimed_and_recorded_together_and_a_shard_of_many_alone(void **state)
{
    struct fixture *f = *state;
    struct push_shard *shards;
    size_t n;
    const struct notification heads = item_of(2, AFTER_MOVE + 1, &TO_HEADS),
                              nobody = item_of(3, AFTER_MOVE + 2, &(struct address){0});
    const struct notification all = item_of(4, AFTER_MOVE + 3, &TO_WARD_BELOW);
    push(f, &TO_10B, 2);
    push_item(f, &heads, 1);
    push_item(f, &nobody, 0);
    push_item(f, &all, 12000);
    assert_int_equal(claim_many(f, "one", NOW + 60 * CLOCK_SECOND_US, &shards), 3);
    struct push_target *targets = targets_of(f, shards, 3, 10, &n);
    assert_int_equal(n, 3 + 2);
    for (size_t i = 0; i < n; i++)
        targets[i].result = answered(200, "", 0);
    for (size_t i = 0; i < 3; i++)
        shards[i].done = true;
    record(f, shards, 3, targets, n, false);
    assert_true(is_settled(f, 1) && is_settled(f, 2) && is_settled(f, 3) && !is_settled(f, 4));
    assert_int_equal(claim_many(f, "one", NOW + 60 * CLOCK_SECOND_US, &shards), 1);
    assert_int_equal(shards->notification.bytes[0], 4);
    assert_true(shards->has_to);
}

static void test_retries_of_several_pushes_are_taken_together(void **state)
{
    struct fixture *f = *state;
    struct push_shard *shards, *again;
    size_t n, n_again;
    const struct notification heads = item_of(2, AFTER_MOVE, &TO_HEADS);
    push(f, &TO_10B, 2);
    push_item(f, &heads, 1);
    assert_int_equal(claim_many(f, "one", NOW, &shards), 2);
    struct push_target *targets = targets_of(f, shards, 2, 10, &n);
    for (size_t i = 0; i < n; i++) {
        targets[i].result = answered(503, "UNAVAILABLE", 0);
        targets[i].next_at_us = NOW + 10;
    }
    record(f, shards, 2, targets, n, false);
    struct pg_result *rows = shard_store_again(f->ctx, f->pg, &FCM, NOW + 10, 10);
    flush(f);
    targets = shard_store_read_again(f->ctx, rows, &again, &n_again);
    assert_int_equal(pg_rows(rows), 5);
    assert_int_equal(n_again, 2);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(targets[i].shard->notification.bytes[0], i < 3 ? 1 : 2);
}

/* --- digests ------------------------------------------------------------------------------------------------------ */

static void read_by(struct fixture *f, const struct uuid *member, int64_t created_at_us)
{
    const struct inbox_store_read read = {
        .member = *member,
        .is = {.place = {.created_at_us = created_at_us, .item = {{1}}}, .up_to = true, .at_us = NOW}};
    inbox_store_reads(f->ctx, f->pg, &read, 1);
    flush(f);
}

static void test_a_digest_rings_those_who_have_not_read_it(void **state)
{
    struct fixture *f = *state;
    struct push_shard shard;
    size_t n;
    const struct item item = {
        .is = item_of(1, AFTER_MOVE, &TO_10B), .is_new = true, .facts = 1, .rings = true, .rings_at_us = NOW};
    keep(f, &item);
    assert_false(claim(f, "one", NOW - 1, &shard));
    assert_true(claim(f, "one", NOW, &shard));
    read_by(f, &SECRETARY, AFTER_MOVE - 1); /* something older */
    (void)targets_of(f, &shard, 1, 10, &n);
    assert_int_equal(n, 3);
    read_by(f, &SECRETARY, AFTER_MOVE);
    struct push_target *targets = targets_of(f, &shard, 1, 10, &n);
    assert_int_equal(n, 1);
    assert_true(uuid_equal(&targets->member, &MEMBER));
    struct pg_result *rows = delivery_store_push(f->ctx, f->pg, &item.is.id);
    flush(f);
    assert_int_equal(pg_get_int8(rows, 0, 0), 2); /* counted when it was written */
}

static bool leases(struct fixture *f, const struct push_account *account)
{
    struct pg_result *rows = account_store_lease(f->ctx, f->pg, account);
    flush(f);
    return pg_rows(rows) == 1;
}

static void test_one_sender_holds_an_account(void **state)
{
    struct fixture *f = *state;
    const struct push_account one = FCM, two = of_owner("two");
    assert_true(leases(f, &one));
    assert_true(leases(f, &one));
    assert_false(leases(f, &two));
    account_store_release(f->ctx, f->pg, &one);
    assert_true(leases(f, &two));
    assert_false(leases(f, &one));
}

/* --- devices ------------------------------------------------------------------------------------------------------ */

static void test_the_newest_word_about_a_device_wins(void **state)
{
    struct fixture *f = *state;
    const struct device newer = {
        .member = OUTSIDER, .device_id = "a", .token = "t51a", .at_us = 20}; /* the secretary's old phone */
    const struct device older = {.member = OUTSIDER, .device_id = "a", .token = "old", .at_us = 10};
    const struct device *const first[] = {&newer}, *const second[] = {&older};
    device_store_queue(f->ctx, f->pg, first, 1);
    flush(f);
    device_store_queue(f->ctx, f->pg, second, 1);
    flush(f);
    struct push_shard shard;
    push(f, &TO_10B, 2);
    assert_true(claim(f, "one", NOW, &shard));
    size_t n;
    (void)targets_of(f, &shard, 1, 10, &n);
    assert_int_equal(n, 2); /* it rings for its new owner only */
}

static void remove_device(struct fixture *f, const struct uuid *member, const char *device_id)
{
    const struct device removed = {.member = *member, .device_id = device_id, .at_us = 20};
    const struct device *const all[] = {&removed};
    device_store_queue(f->ctx, f->pg, all, 1);
    flush(f);
}

/* Signed out while the push is under way: neither what is left of its shard nor a retry reaches it. */
static void test_a_device_that_is_gone_gets_nothing_of_what_is_open(void **state)
{
    struct fixture *f = *state;
    struct push_shard shard, *again;
    size_t n, n_again;
    push(f, &TO_10B, 2);
    assert_true(claim(f, "one", NOW, &shard));
    struct push_target *targets = targets_of(f, &shard, 1, 2, &n);
    for (size_t i = 0; i < n; i++) {
        targets[i].result = answered(503, "UNAVAILABLE", 0);
        targets[i].next_at_us = NOW + 10;
    }
    shard.cursor_member = targets[1].member;
    shard.cursor_device = targets[1].device_id;
    record(f, &shard, 1, targets, n, false);
    remove_device(f, &SECRETARY, "b");
    remove_device(f, &MEMBER, "a");
    (void)targets_of(f, &shard, 1, 10, &n);
    assert_int_equal(n, 0);
    struct pg_result *rows = shard_store_again(f->ctx, f->pg, &FCM, NOW + 20, 10);
    flush(f);
    targets = shard_store_read_again(f->ctx, rows, &again, &n_again);
    assert_int_equal(pg_rows(rows), 2);
    assert_true(targets[0].is_addressed);
    assert_false(targets[1].is_addressed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_shard_has_the_live_devices_of_its_audience_once),
        CASE(test_one_shard_of_many_finds_the_same_devices),
        CASE(test_a_mass_push_waits_a_minute_and_is_split),
        CASE(test_results_are_counted_once_and_settle_the_push),
        CASE(test_results_that_are_recorded_twice_are_counted_once),
        CASE(test_small_pushes_are_claimed_and_recorded_together_and_a_shard_of_many_alone),
        CASE(test_retries_of_several_pushes_are_taken_together),
        CASE(test_a_digest_rings_those_who_have_not_read_it),
        CASE(test_one_sender_holds_an_account),
        CASE(test_the_newest_word_about_a_device_wins),
        CASE(test_a_device_that_is_gone_gets_nothing_of_what_is_open),
    };
    return cmocka_run_group_tests_name("notification push", tests, start, stop);
}
