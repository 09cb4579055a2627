/* services/document/acknowledgement against a real PostgreSQL: kept once, whom home asks for what, and what a member
 * takes with him. */
#include "document_fixture.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/document/acknowledgement/acknowledgement_store.h"

static struct document asking(uint8_t id, int classification, int state)
{
    struct document document = document_of(id, classification, state);
    document.requires_acknowledgement = true;
    document.published_at_us = 2000 + id;
    return document;
}

static int64_t acknowledge(struct fixture *f, uint8_t document, const struct uuid *member, int64_t now_us)
{
    const struct uuid id = {{document}};
    struct loop_batch *batch = new_batch(f);
    acknowledgement_set_want(batch, &id, member);
    parts_load(f->pg, batch);
    int64_t at_us = acknowledgement_set_keep(batch, &id, member, now_us);
    assert_int_equal(acknowledgement_set_keep(batch, &id, member, now_us + 1), at_us); /* twice in one batch */
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
    return at_us;
}

static struct directory_scope member_of(const struct uuid *member, const struct uuid *branch)
{
    return (struct directory_scope){.branch = *branch, .member = *member, .has_branch = true, .has_member = true};
}

/* The first bytes of what he is to acknowledge, newest first: "3 1". */
static const char *owed(struct fixture *f, const struct directory_scope *scope, int64_t limit)
{
    const char *text = "";
    struct pg_result *rows = acknowledgement_store_queue_owed(f->ctx, f->pg, scope, limit);
    must_flush(f->pg);
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct acknowledgement_owed one;
        acknowledgement_store_read_owed(f->ctx, rows, row, &one);
        assert_string_equal(one.title, "Nghị quyết về Đống Đa");
        text = mem_printf(f->ctx, "%s%s%d", text, row > 0 ? " " : "", one.document.bytes[0]);
    }
    return text;
}

static void test_it_is_kept_once(void **state)
{
    struct fixture *f = *state;
    struct document document = asking(1, INTERNAL, PUBLISHED);
    keep(f, &document);
    assert_int_equal(acknowledge(f, 1, &MEMBER, 50), 50);
    assert_int_equal(acknowledge(f, 1, &MEMBER, 60), 50);
    assert_int_equal(acknowledge(f, 1, &NEIGHBOUR, 70), 70);
    struct pg_result *rows = acknowledgement_store_queue(f->ctx, f->pg, &MEMBER, &document.id, 1);
    must_flush(f->pg);
    const struct uuid_map *times = acknowledgement_store_read_times(f->ctx, rows);
    assert_int_equal(uuid_map_size(times), 1);
    assert_int_equal(*(const int64_t *)uuid_map_get(times, &document.id), 50);
}

static void test_a_branch_knows_which_of_its_members_did(void **state)
{
    struct fixture *f = *state;
    struct document document = asking(1, INTERNAL, PUBLISHED), other = asking(2, INTERNAL, PUBLISHED);
    struct acknowledgement found;
    keep(f, &document);
    keep(f, &other);
    acknowledge(f, 1, &MEMBER, 50);
    acknowledge(f, 1, &NEIGHBOUR, 60);
    acknowledge(f, 2, &SECRETARY, 70);
    struct pg_result *rows = acknowledgement_store_queue_of_branch(f->ctx, f->pg, &document.id, &BRANCH_10B);
    must_flush(f->pg);
    assert_int_equal(pg_rows(rows), 1);
    acknowledgement_store_read(rows, 0, &found);
    assert_true(uuid_equal(&found.member, &MEMBER));
    assert_int_equal(found.at_us, 50);
}

static void test_who_is_asked(void **state)
{
    struct fixture *f = *state;
    static const int32_t secretary = PB__ROLE__ROLE_SECRETARY;
    const struct {
        const char *what;
        struct audience audience;
        int classification, state;
        bool asks;
        const char *member, *neighbour; /* what each is asked for */
    } CASES[] = {
        {"his branch", {&BRANCH_10B, 1, false, NULL, 0, NULL, 0}, INTERNAL, PUBLISHED, true, "1", ""},
        {"all below the ward", {&WARD, 1, true, NULL, 0, NULL, 0}, INTERNAL, PUBLISHED, true, "1", "1"},
        {"the ward alone", {&WARD, 1, false, NULL, 0, NULL, 0}, INTERNAL, PUBLISHED, true, "", ""},
        {"named", {NULL, 0, false, NULL, 0, &NEIGHBOUR, 1}, INTERNAL, PUBLISHED, true, "", "1"},
        {"named alone, where restricted",
         {&BRANCH_10B, 1, false, NULL, 0, &NEIGHBOUR, 1},
         RESTRICTED,
         PUBLISHED,
         true,
         "",
         "1"},
        {"public: whom it addresses", {&BRANCH_10B, 1, false, NULL, 0, NULL, 0}, PUBLIC, PUBLISHED, true, "1", ""},
        {"secretaries", {&CITY, 1, true, &secretary, 1, NULL, 0}, INTERNAL, PUBLISHED, true, "", ""},
        {"a draft", {&WARD, 1, true, NULL, 0, &MEMBER, 1}, INTERNAL, DRAFT, true, "", ""},
        {"withdrawn", {&WARD, 1, true, NULL, 0, &MEMBER, 1}, INTERNAL, WITHDRAWN, true, "", ""},
        {"it does not ask", {&WARD, 1, true, NULL, 0, &MEMBER, 1}, INTERNAL, PUBLISHED, false, "", ""},
    };
    const struct directory_scope member = member_of(&MEMBER, &BRANCH_10B), neighbour = member_of(&NEIGHBOUR, &BRANCH_4);
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct document document = asking(1, CASES[i].classification, CASES[i].state);
        document.audience = CASES[i].audience;
        document.requires_acknowledgement = CASES[i].asks;
        keep(f, &document);
        const char *one = owed(f, &member, 3), *other = owed(f, &neighbour, 3);
        if (strcmp(one, CASES[i].member) != 0 || strcmp(other, CASES[i].neighbour) != 0)
            fail_msg("%s: \"%s\" \"%s\"", CASES[i].what, one, other);
    }
}

static void test_what_is_left_newest_first(void **state)
{
    struct fixture *f = *state;
    const struct directory_scope member = member_of(&MEMBER, &BRANCH_10B), author = member_of(&SECRETARY, &BRANCH_10B);
    for (uint8_t id = 1; id <= 4; id++) {
        struct document document = asking(id, INTERNAL, PUBLISHED);
        keep(f, &document);
    }
    assert_string_equal(owed(f, &member, 3), "4 3 2");
    acknowledge(f, 3, &MEMBER, 50);
    assert_string_equal(owed(f, &member, 3), "4 2 1");
    assert_string_equal(owed(f, &author, 3), ""); /* he issued them */
}

static void test_what_a_member_takes_with_him_comes_in_pages(void **state)
{
    struct fixture *f = *state;
    struct keyset after;
    for (uint8_t id = 1; id <= 3; id++) {
        struct document document = asking(id, INTERNAL, PUBLISHED);
        keep(f, &document);
        acknowledge(f, id, &MEMBER, 100 - id);
        acknowledge(f, id, &NEIGHBOUR, 200);
    }
    for (size_t n = 0; n < 4; n++) {
        struct pg_result *rows = acknowledgement_store_queue_own(f->ctx, f->pg, &MEMBER, n > 0 ? &after : NULL, 1);
        must_flush(f->pg);
        assert_int_equal(pg_rows(rows), n < 3);
        struct acknowledgement one;
        if (n == 3)
            break;
        acknowledgement_store_read(rows, 0, &one);
        assert_int_equal(one.at_us, 97 + (int64_t)n);
        assert_true(uuid_equal(&one.member, &MEMBER));
        after = (struct keyset){one.at_us, one.document};
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_it_is_kept_once),
        CASE(test_a_branch_knows_which_of_its_members_did),
        CASE(test_who_is_asked),
        CASE(test_what_is_left_newest_first),
        CASE(test_what_a_member_takes_with_him_comes_in_pages),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
