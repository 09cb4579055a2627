/* services/notification/store_inbox.c and store.c against a real PostgreSQL: who sees what, and what was read. */
#include "notification_fixture.h"

static void keep(struct fixture *f, uint8_t id, int64_t created_at_us, const struct audience *audience)
{
    struct notification item = item_of(id, created_at_us, audience);
    store_queue_item(f->ctx, f->pg, &item);
    flush(f);
}

static size_t inbox_size(struct fixture *f, const struct uuid *reader)
{
    const struct inbox_filter all = {.limit = 100};
    struct pg_result *rows = store_queue_inbox(f->ctx, f->pg, reader, NOW, &all);
    flush(f);
    return pg_rows(rows);
}

static int64_t unread(struct fixture *f, const struct uuid *reader)
{
    struct pg_result *rows = store_queue_unread_count(f->ctx, f->pg, reader, NOW);
    flush(f);
    return pg_get_int8(rows, 0, 0);
}

static int64_t reach(struct fixture *f, int64_t created_at_us, const struct audience *audience)
{
    struct notification item = item_of(1, created_at_us, audience);
    struct pg_result *rows = store_queue_recipients(f->ctx, f->pg, &item);
    flush(f);
    return pg_get_int8(rows, 0, 0);
}

static void test_an_audience_is_who_belonged_then_and_belongs_now(void **state)
{
    struct fixture *f = *state;
    keep(f, 1, BEFORE_MOVE, &TO_10B);
    keep(f, 2, AFTER_MOVE, &TO_10B);
    assert_int_equal(inbox_size(f, &SECRETARY), 2);
    assert_int_equal(inbox_size(f, &MEMBER), 2);
    assert_int_equal(inbox_size(f, &MOVED), 0); /* he no longer sees what is 10B's */
    assert_int_equal(inbox_size(f, &OUTSIDER), 0);
    assert_int_equal(reach(f, BEFORE_MOVE, &TO_10B), 3); /* when it was issued */
    assert_int_equal(reach(f, AFTER_MOVE, &TO_10B), 2);
}

static void test_a_subtree_reaches_those_below_and_without_it_nobody_does(void **state)
{
    struct fixture *f = *state;
    keep(f, 1, BEFORE_MOVE, &TO_WARD_BELOW);
    keep(f, 2, BEFORE_MOVE, &TO_WARD);
    assert_int_equal(inbox_size(f, &MEMBER), 1);
    assert_int_equal(inbox_size(f, &MOVED), 1);
    assert_int_equal(inbox_size(f, &OUTSIDER), 0);
    assert_int_equal(reach(f, BEFORE_MOVE, &TO_WARD_BELOW), 3);
    assert_int_equal(reach(f, BEFORE_MOVE, &TO_WARD), 0);
}

static void test_roles_and_names_narrow_an_audience(void **state)
{
    struct fixture *f = *state;
    keep(f, 1, BEFORE_MOVE, &TO_HEADS);
    keep(f, 2, BEFORE_MOVE, &TO_ONE);
    assert_int_equal(inbox_size(f, &SECRETARY), 1);
    assert_int_equal(inbox_size(f, &MEMBER), 1);
    assert_int_equal(inbox_size(f, &MOVED), 0);
    assert_int_equal(reach(f, BEFORE_MOVE, &TO_HEADS), 1);
    assert_int_equal(reach(f, BEFORE_MOVE, &TO_ONE), 1);
}

static void test_one_named_who_left_the_organisation_no_longer_sees_it(void **state)
{
    struct fixture *f = *state;
    const struct uuid named[] = {MEMBER, MOVED};
    const struct audience within = {.members = named, .n_members = 2, .has_within = true, .within = BRANCH_10B};
    keep(f, 1, BEFORE_MOVE, &within);
    assert_int_equal(inbox_size(f, &MEMBER), 1);
    assert_int_equal(inbox_size(f, &MOVED), 0);
    assert_int_equal(reach(f, AFTER_MOVE, &within), 1);
}

static void test_a_withdrawn_subject_leaves_every_inbox(void **state)
{
    struct fixture *f = *state;
    const struct uuid subject = {{0xd0, 1}};
    keep(f, 1, BEFORE_MOVE, &TO_10B);
    store_queue_withdrawal(f->ctx, f->pg, &subject, NOW);
    flush(f);
    assert_int_equal(inbox_size(f, &MEMBER), 0);
    assert_int_equal(unread(f, &MEMBER), 0);
}

/* --- reading ---------------------------------------------------------------------------------------------------------------------- */

static void read_it(struct fixture *f, uint8_t id, int64_t created_at_us, bool up_to)
{
    const struct store_read read = {
        .member = MEMBER, .place = {.created_at_us = created_at_us, .item = {{id}}}, .up_to = up_to, .at_us = NOW};
    const struct store_read *const reads[] = {&read};
    store_queue_reads(f->ctx, f->pg, reads, 1);
    flush(f);
}

static void test_what_was_read_is_no_longer_counted(void **state)
{
    struct fixture *f = *state;
    for (uint8_t id = 1; id <= 4; id++)
        keep(f, id, BEFORE_MOVE + id, &TO_10B);
    assert_int_equal(unread(f, &MEMBER), 4);
    read_it(f, 4, BEFORE_MOVE + 4, false);
    assert_int_equal(unread(f, &MEMBER), 3);
    read_it(f, 2, BEFORE_MOVE + 2, true);
    assert_int_equal(unread(f, &MEMBER), 1);
    assert_int_equal(unread(f, &SECRETARY), 4);
    const struct inbox_filter unread_only = {.unread_only = true, .limit = 100};
    struct pg_result *rows = store_queue_inbox(f->ctx, f->pg, &MEMBER, NOW, &unread_only);
    flush(f);
    assert_int_equal(pg_rows(rows), 1);
    assert_int_equal(pg_get_uuid(rows, 0, 0).bytes[0], 3);
}

static void test_a_batch_loads_the_same_unread_items_and_sees_no_other_pair(void **state)
{
    struct fixture *f = *state;
    const struct uuid item = {{1}}, members[] = {MEMBER, OUTSIDER};
    keep(f, 1, BEFORE_MOVE, &TO_10B);
    struct pg_result *rows = store_queue_unread(f->ctx, f->pg, members, 2, NOW);
    struct pg_args *pairs = store_pairs(f->ctx);
    store_add_pair(pairs, &MEMBER, &item, NOW);
    store_add_pair(pairs, &OUTSIDER, &item, NOW);
    struct pg_result *seen = pg_queue(f->pg, pairs);
    flush(f);
    assert_int_equal(pg_rows(rows), 1);
    assert_int_equal(pg_rows(seen), 1);
    struct uuid seer = pg_get_uuid(seen, 0, 0);
    assert_true(uuid_equal(&seer, &MEMBER));
}

static void test_pages_go_from_the_newest_to_the_oldest(void **state)
{
    struct fixture *f = *state;
    for (uint8_t id = 1; id <= 3; id++)
        keep(f, id, BEFORE_MOVE, &TO_10B); /* the same moment: by id */
    struct inbox_filter page = {.limit = 2};
    struct pg_result *first = store_queue_inbox(f->ctx, f->pg, &MEMBER, NOW, &page);
    flush(f);
    assert_int_equal(pg_rows(first), 2);
    assert_int_equal(pg_get_uuid(first, 0, 0).bytes[0], 3);
    page.has_before = true;
    page.before = (struct inbox_place){pg_get_int8(first, 1, 6), pg_get_uuid(first, 1, 0)};
    struct pg_result *second = store_queue_inbox(f->ctx, f->pg, &MEMBER, NOW, &page);
    flush(f);
    assert_int_equal(pg_rows(second), 1);
    assert_int_equal(pg_get_uuid(second, 0, 0).bytes[0], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_an_audience_is_who_belonged_then_and_belongs_now),
        CASE(test_a_subtree_reaches_those_below_and_without_it_nobody_does),
        CASE(test_roles_and_names_narrow_an_audience),
        CASE(test_one_named_who_left_the_organisation_no_longer_sees_it),
        CASE(test_a_withdrawn_subject_leaves_every_inbox),
        CASE(test_what_was_read_is_no_longer_counted),
        CASE(test_a_batch_loads_the_same_unread_items_and_sees_no_other_pair),
        CASE(test_pages_go_from_the_newest_to_the_oldest),
    };
    return cmocka_run_group_tests_name("notification store", tests, start, stop);
}
