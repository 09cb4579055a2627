/* services/notification/inbox/ and audience/ against a real PostgreSQL: who sees what, and what was read. */
#include "notification_fixture.h"

#include "services/notification/audience/address_store.h"
#include "services/notification/inbox/digest_store.h"
#include "services/notification/inbox/inbox_store.h"
#include "services/notification/inbox/subject_store.h"

static void tell(struct fixture *f, uint8_t id, int64_t created_at_us, const struct address *to)
{
    const struct item item = {.is = item_of(id, created_at_us, to), .is_new = true};
    keep(f, &item);
}

static size_t inbox_size(struct fixture *f, const struct uuid *reader)
{
    const struct inbox_filter all = {.limit = 100};
    struct pg_result *rows = inbox_store_page(f->ctx, f->pg, reader, NOW, &all);
    flush(f);
    return pg_rows(rows);
}

static int64_t unread(struct fixture *f, const struct uuid *reader)
{
    struct pg_result *rows = inbox_store_unread_count(f->ctx, f->pg, reader, NOW);
    flush(f);
    return pg_get_int8(rows, 0, 0);
}

static int64_t reach(struct fixture *f, int64_t created_at_us, const struct address *to)
{
    struct notification item = item_of(1, created_at_us, to), nobodys = item_of(2, created_at_us, &(struct address){0});
    struct pg_args *args = address_store_recipients(f->ctx);
    address_store_add_recipients(f->ctx, args, &nobodys.id, &nobodys.to, created_at_us);
    address_store_add_recipients(f->ctx, args, &item.id, &item.to, created_at_us);
    struct pg_result *rows = pg_queue(f->pg, args);
    flush(f);
    assert_int_equal(pg_rows(rows), 2);
    size_t row = pg_get_uuid(rows, 0, 0).bytes[0] == 1 ? 0 : 1;
    assert_int_equal(pg_get_int8(rows, 1 - row, 1), 0);
    return pg_get_int8(rows, row, 1);
}

static void test_an_audience_is_who_belonged_then_and_belongs_now(void **state)
{
    struct fixture *f = *state;
    tell(f, 1, BEFORE_MOVE, &TO_10B);
    tell(f, 2, AFTER_MOVE, &TO_10B);
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
    tell(f, 1, BEFORE_MOVE, &TO_WARD_BELOW);
    tell(f, 2, BEFORE_MOVE, &TO_WARD);
    assert_int_equal(inbox_size(f, &MEMBER), 1);
    assert_int_equal(inbox_size(f, &MOVED), 1);
    assert_int_equal(inbox_size(f, &OUTSIDER), 0);
    assert_int_equal(reach(f, BEFORE_MOVE, &TO_WARD_BELOW), 3);
    assert_int_equal(reach(f, BEFORE_MOVE, &TO_WARD), 0);
}

static void test_roles_and_names_narrow_an_audience(void **state)
{
    struct fixture *f = *state;
    tell(f, 1, BEFORE_MOVE, &TO_HEADS);
    tell(f, 2, BEFORE_MOVE, &TO_ONE);
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
    const struct address within = {
        .audience = {.members = named, .n_members = 2}, .has_within = true, .within = BRANCH_10B};
    tell(f, 1, BEFORE_MOVE, &within);
    assert_int_equal(inbox_size(f, &MEMBER), 1);
    assert_int_equal(inbox_size(f, &MOVED), 0);
    assert_int_equal(reach(f, AFTER_MOVE, &within), 1);
}

static void test_a_withdrawn_subject_leaves_every_inbox(void **state)
{
    struct fixture *f = *state;
    struct subject withdrawn = subject_of(1, &TO_10B);
    withdrawn.withdrawn_at_us = NOW;
    tell(f, 1, BEFORE_MOVE, &TO_10B);
    keep_subject(f, &withdrawn);
    assert_int_equal(inbox_size(f, &MEMBER), 0);
    assert_int_equal(unread(f, &MEMBER), 0);
}

static void test_items_say_what_their_subject_says_now(void **state)
{
    struct fixture *f = *state;
    struct subject subject = subject_of(1, &TO_HEADS);
    tell(f, 1, BEFORE_MOVE, &TO_10B);
    keep_subject(f, &subject);
    assert_int_equal(inbox_size(f, &MEMBER), 0);
    subject.title = "Khác";
    subject.body = "";
    keep_subject(f, &subject);
    struct pg_result *rows = inbox_store_page(f->ctx, f->pg, &SECRETARY, NOW, &(struct inbox_filter){.limit = 2});
    flush(f);
    assert_int_equal(pg_rows(rows), 1);
    assert_string_equal(inbox_store_read_item(f->ctx, rows, 0)->title, "Khác");
}

static void test_a_digest_keeps_its_own_words_and_readers(void **state)
{
    struct fixture *f = *state;
    const struct item item = {.is = item_of(1, AFTER_MOVE, &TO_HEADS), .is_new = true, .facts = 1};
    const struct subject subject = subject_of(1, &TO_10B);
    keep(f, &item);
    keep_subject(f, &subject);
    assert_int_equal(inbox_size(f, &SECRETARY), 1);
    assert_int_equal(inbox_size(f, &MEMBER), 0);
}

static void test_a_subject_is_read_as_it_was_kept(void **state)
{
    struct fixture *f = *state;
    const struct address named = {
        .audience = {.members = &MEMBER, .n_members = 1}, .has_within = true, .within = BRANCH_10B};
    const struct uuid ids[] = {{{0xd0, 2}}, {{0xd0, 1}}};
    struct subject kept = subject_of(1, &TO_HEADS), other = subject_of(2, &named), read;
    kept.told_version = 1;
    kept.title = "Một";
    other.withdrawn_at_us = NOW;
    keep_subject(f, &kept);
    keep_subject(f, &other);
    struct pg_result *rows = subject_store_lock(f->ctx, f->pg, ids, 2);
    flush(f);
    assert_int_equal(pg_rows(rows), 2);
    subject_store_read(f->ctx, rows, 0, &read);
    assert_true(read.version == 2 && read.told_version == 1 && read.withdrawn_at_us == 0);
    assert_string_equal(read.title, "Một");
    assert_true(read.to.audience.n_organizations == 1 && read.to.audience.n_roles == 2 &&
                read.to.audience.n_members == 0);
    assert_false(read.to.has_within);
    subject_store_read(f->ctx, rows, 1, &read);
    assert_true(read.withdrawn_at_us == NOW && !read.title);
    assert_true(read.to.audience.n_members == 1 && uuid_equal(read.to.audience.members, &MEMBER));
    assert_true(read.to.has_within && uuid_equal(&read.to.within, &BRANCH_10B));
}

/* --- digests ------------------------------------------------------------------------------------------------------ */

static const struct uuid KEY = {{0x77}};

static void keep_digest(struct fixture *f, const struct item *item, const struct digest *digest)
{
    struct item_rows *rows = item_store_rows(f->ctx);
    item_store_add(rows, item);
    item_store_add_digest(rows, digest);
    item_store_queue(rows, f->pg);
    flush(f);
}

static struct digest digest_there(struct fixture *f)
{
    const struct uuid keys[] = {KEY, MEMBER};
    struct digest digest = {0};
    struct pg_result *rows = digest_store_lock(f->ctx, f->pg, keys, 2);
    flush(f);
    assert_int_equal(pg_rows(rows), 1);
    digest_store_read(rows, 0, &digest);
    return digest;
}

static void test_a_digest_is_kept_and_its_item_grows(void **state)
{
    struct fixture *f = *state;
    struct item item = {.is = item_of(1, AFTER_MOVE, &TO_HEADS), .is_new = true, .facts = 1};
    const struct digest opened = {
        .key = KEY, .item = {{1}}, .facts = 1, .opened_at_us = AFTER_MOVE, .rings = true, .rings_at_us = 9};
    keep_digest(f, &item, &opened);
    item.is_new = false;
    item.facts = 7;
    item.is.title = "7";
    item.is.created_at_us = AFTER_MOVE + 1;
    keep(f, &item);
    item.is.created_at_us = AFTER_MOVE - 1; /* a late fact does not take it back */
    keep(f, &item);
    struct digest found = digest_there(f);
    assert_int_equal(found.facts, 7);
    assert_int_equal(found.opened_at_us, AFTER_MOVE);
    assert_int_equal(found.rings_at_us, 9);
    assert_true(found.rings && !found.is_read);
    struct pg_result *rows = inbox_store_page(f->ctx, f->pg, &SECRETARY, NOW, &(struct inbox_filter){.limit = 2});
    flush(f);
    assert_int_equal(pg_rows(rows), 1);
    assert_string_equal(inbox_store_read_item(f->ctx, rows, 0)->title, "7");
    assert_int_equal(inbox_store_read_item(f->ctx, rows, 0)->created_at_us, AFTER_MOVE + 1);
}

static void test_a_digest_that_somebody_read_is_closed_and_can_be_opened_anew(void **state)
{
    struct fixture *f = *state;
    const struct item first = {.is = item_of(1, AFTER_MOVE, &TO_HEADS), .is_new = true, .facts = 1};
    const struct item second = {.is = item_of(2, AFTER_MOVE, &TO_HEADS), .is_new = true, .facts = 1};
    struct digest digest = {.key = KEY, .item = {{1}}, .opened_at_us = AFTER_MOVE};
    keep_digest(f, &first, &digest);
    const struct uuid others[] = {{{2}}, {{3}}}, read[] = {{{1}}, {{3}}};
    digest_store_close(f->ctx, f->pg, others, 2);
    assert_false(digest_there(f).is_read);
    digest_store_close(f->ctx, f->pg, read, 2);
    assert_true(digest_there(f).is_read);
    digest.item = second.is.id;
    keep_digest(f, &second, &digest);
    assert_false(digest_there(f).is_read);
    assert_int_equal(inbox_size(f, &SECRETARY), 2);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static void read_at(struct fixture *f, uint8_t id, int64_t created_at_us, bool up_to, int64_t at_us)
{
    const struct inbox_store_read read = {
        .member = MEMBER,
        .is = {.place = {.created_at_us = created_at_us, .item = {{id}}}, .up_to = up_to, .at_us = at_us}};
    inbox_store_reads(f->ctx, f->pg, &read, 1);
    flush(f);
}

static void read_it(struct fixture *f, uint8_t id, int64_t created_at_us, bool up_to)
{
    read_at(f, id, created_at_us, up_to, NOW);
}

static void test_what_was_read_is_no_longer_counted(void **state)
{
    struct fixture *f = *state;
    for (uint8_t id = 1; id <= 4; id++)
        tell(f, id, BEFORE_MOVE + id, &TO_10B);
    assert_int_equal(unread(f, &MEMBER), 4);
    read_it(f, 4, BEFORE_MOVE + 4, false);
    assert_int_equal(unread(f, &MEMBER), 3);
    read_it(f, 2, BEFORE_MOVE + 2, true);
    assert_int_equal(unread(f, &MEMBER), 1);
    assert_int_equal(unread(f, &SECRETARY), 4);
    const struct inbox_filter unread_only = {.unread_only = true, .limit = 100};
    struct pg_result *rows = inbox_store_page(f->ctx, f->pg, &MEMBER, NOW, &unread_only);
    flush(f);
    assert_int_equal(pg_rows(rows), 1);
    assert_int_equal(pg_get_uuid(rows, 0, 0).bytes[0], 3);
}

static void test_what_joined_a_digest_after_it_was_read_is_unread_until_it_is_read_again(void **state)
{
    struct fixture *f = *state;
    struct item item = {.is = item_of(1, AFTER_MOVE, &TO_10B), .is_new = true, .facts = 1, .told_at_us = AFTER_MOVE};
    keep(f, &item);
    read_at(f, 1, AFTER_MOVE, false, AFTER_MOVE + 10);
    assert_int_equal(unread(f, &MEMBER), 0);
    item.is_new = false;
    item.facts = 2;
    item.told_at_us = AFTER_MOVE + 11;
    keep(f, &item);
    assert_int_equal(unread(f, &MEMBER), 1);
    read_at(f, 1, AFTER_MOVE, false, AFTER_MOVE + 10); /* late: it does not cover it either */
    assert_int_equal(unread(f, &MEMBER), 1);
    read_at(f, 1, AFTER_MOVE, false, AFTER_MOVE + 11);
    assert_int_equal(unread(f, &MEMBER), 0);
    item.told_at_us = AFTER_MOVE; /* told later, but before the reading */
    keep(f, &item);
    assert_int_equal(unread(f, &MEMBER), 0);
}

static void test_what_comes_late_to_an_earlier_place_is_unread_until_that_is_read_again(void **state)
{
    struct fixture *f = *state;
    const struct item first = {.is = item_of(2, AFTER_MOVE, &TO_10B), .is_new = true, .told_at_us = AFTER_MOVE};
    const struct item late = {.is = item_of(1, BEFORE_MOVE, &TO_10B), .is_new = true, .told_at_us = AFTER_MOVE + 11};
    keep(f, &first);
    read_at(f, 2, AFTER_MOVE, true, AFTER_MOVE + 10);
    keep(f, &late);
    assert_int_equal(unread(f, &MEMBER), 1);
    read_at(f, 2, AFTER_MOVE, true, AFTER_MOVE + 20);
    assert_int_equal(unread(f, &MEMBER), 0);
}

static void test_a_batch_sees_no_pair_of_others_and_whether_one_is_unread(void **state)
{
    struct fixture *f = *state;
    const struct uuid items[] = {{{1}}, {{2}}};
    tell(f, 1, BEFORE_MOVE, &TO_10B);
    tell(f, 2, BEFORE_MOVE, &TO_10B);
    read_it(f, 2, BEFORE_MOVE, false);
    struct pg_args *pairs = inbox_store_pairs(f->ctx);
    for (size_t i = 0; i < 2; i++) {
        inbox_store_add_pair(pairs, &MEMBER, &items[i], NOW);
        inbox_store_add_pair(pairs, &OUTSIDER, &items[i], NOW);
    }
    struct pg_result *seen = pg_queue(f->pg, pairs);
    flush(f);
    assert_int_equal(pg_rows(seen), 2);
    for (size_t row = 0; row < 2; row++) {
        struct uuid seer = pg_get_uuid(seen, row, 0);
        struct inbox_place place = inbox_store_read_place(seen, row);
        assert_true(uuid_equal(&seer, &MEMBER));
        assert_int_equal(inbox_store_read_is_unread(seen, row), place.item.bytes[0] == 1);
        assert_true(place.created_at_us == BEFORE_MOVE && !place.is_digest);
    }
}

static void test_what_is_unread_up_to_an_item_ends_with_it(void **state)
{
    struct fixture *f = *state;
    const struct uuid last = {{3}};
    for (uint8_t id = 1; id <= 4; id++)
        tell(f, id, BEFORE_MOVE, &TO_10B); /* the same moment: by id */
    read_it(f, 2, BEFORE_MOVE, false);
    struct pg_result *rows = inbox_store_unread_up_to(f->ctx, f->pg, &MEMBER, NOW, &last);
    struct pg_result *others = inbox_store_unread_up_to(f->ctx, f->pg, &OUTSIDER, NOW, &last);
    flush(f);
    assert_int_equal(pg_rows(others), 0);
    assert_int_equal(pg_rows(rows), 2);
    assert_int_equal(inbox_store_read_place(rows, 0).item.bytes[0] + inbox_store_read_place(rows, 1).item.bytes[0],
                     1 + 3);
}

/* Whoever is counted, listed as unread or asked for one by one: it is the same. */
static void test_what_is_unread_is_the_same_however_it_is_asked(void **state)
{
    struct fixture *f = *state;
    struct pg_args *pairs = inbox_store_pairs(f->ctx);
    for (uint8_t id = 1; id <= 60; id++) {
        const struct item item = {.is = item_of(id, AFTER_MOVE + id, id % 3 ? &TO_10B : &TO_HEADS),
                                  .is_new = true,
                                  .facts = id % 4 == 0,
                                  .told_at_us = AFTER_MOVE + id * 7 % 64};
        keep(f, &item);
        inbox_store_add_pair(pairs, &MEMBER, &item.is.id, NOW);
    }
    for (uint8_t id = 1; id <= 60; id += 5)
        read_at(f, id, AFTER_MOVE + id, false, AFTER_MOVE + id % 2 * 60);
    for (uint8_t id = 10; id <= 40; id += 10)
        read_at(f, id, AFTER_MOVE + id, true, AFTER_MOVE + 70 - id);
    const struct inbox_filter unread_only = {.unread_only = true, .limit = 100};
    struct pg_result *listed = inbox_store_page(f->ctx, f->pg, &MEMBER, NOW, &unread_only),
                     *asked = pg_queue(f->pg, pairs);
    flush(f);
    int64_t n = 0;
    for (size_t row = 0; row < pg_rows(asked); row++)
        n += inbox_store_read_is_unread(asked, row);
    assert_true(n > 10 && n < 40);
    assert_int_equal(pg_rows(listed), n);
    assert_int_equal(unread(f, &MEMBER), n);
}

static void test_pages_go_from_the_newest_to_the_oldest(void **state)
{
    struct fixture *f = *state;
    for (uint8_t id = 1; id <= 3; id++)
        tell(f, id, BEFORE_MOVE, &TO_10B); /* the same moment: by id */
    struct inbox_filter page = {.limit = 2};
    struct pg_result *first = inbox_store_page(f->ctx, f->pg, &MEMBER, NOW, &page);
    flush(f);
    assert_int_equal(pg_rows(first), 2);
    assert_int_equal(pg_get_uuid(first, 0, 0).bytes[0], 3);
    page.has_before = true;
    page.before = (struct inbox_place){pg_get_int8(first, 1, 6), pg_get_uuid(first, 1, 0)};
    struct pg_result *second = inbox_store_page(f->ctx, f->pg, &MEMBER, NOW, &page);
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
        CASE(test_items_say_what_their_subject_says_now),
        CASE(test_a_digest_keeps_its_own_words_and_readers),
        CASE(test_a_subject_is_read_as_it_was_kept),
        CASE(test_a_digest_is_kept_and_its_item_grows),
        CASE(test_a_digest_that_somebody_read_is_closed_and_can_be_opened_anew),
        CASE(test_what_was_read_is_no_longer_counted),
        CASE(test_what_joined_a_digest_after_it_was_read_is_unread_until_it_is_read_again),
        CASE(test_what_comes_late_to_an_earlier_place_is_unread_until_that_is_read_again),
        CASE(test_a_batch_sees_no_pair_of_others_and_whether_one_is_unread),
        CASE(test_what_is_unread_up_to_an_item_ends_with_it),
        CASE(test_what_is_unread_is_the_same_however_it_is_asked),
        CASE(test_pages_go_from_the_newest_to_the_oldest),
    };
    return cmocka_run_group_tests_name("notification store", tests, start, stop);
}
