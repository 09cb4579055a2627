/* Who of an audience has read of a subject (services/analytics/reading/reader_store.h), against a real PostgreSQL. */
#include "analytics_fixture.h"

#include "common/base/mem.h"
#include "services/analytics/reading/reader_store.h"

#include <string.h>

static const struct uuid MEETING = {{0xe1}}, OTHER_MEETING = {{0xe2}};

#define ID(byte) "'" byte "000000-0000-0000-0000-000000000000'"
/* 10B: seven, one of whom has left; the ward's committee: one of 10B and one of 4, and one who was in it. */
/* clang-format off */
static const char PEOPLE[] =
    "INSERT INTO directory_member(id, version, full_name, branch_id, status, exempt, record) VALUES"
    " (" ID("01") ", 1, 'Trần Văn Đức', " ID("b1") ", 0, false, ''),"
    " (" ID("02") ", 1, 'Nguyễn Thị Dung', " ID("b1") ", 0, true, ''),"
    " (" ID("03") ", 1, 'Lê An', " ID("b1") ", 1, false, ''),"
    " (" ID("04") ", 1, 'Phạm Văn Em', " ID("b1") ", 2, false, ''),"
    " (" ID("05") ", 1, 'Nguyễn Văn An', " ID("b1") ", 0, false, ''),"
    " (" ID("06") ", 1, 'Lê An', " ID("b1") ", 0, false, ''),"
    " (" ID("07") ", 1, 'Đã Rời', " ID("b1") ", 3, false, ''),"
    " (" ID("08") ", 1, 'Bùi Chi', " ID("b4") ", 0, false, '');"
    "INSERT INTO directory_position(member_id, organization_id, role, from_us, to_us) VALUES"
    " (" ID("01") ", " ID("c2") ", 2, 0, NULL),"
    " (" ID("08") ", " ID("c2") ", 3, 0, NULL),"
    " (" ID("08") ", " ID("c1") ", 3, 0, NULL),"
    " (" ID("02") ", " ID("c2") ", 3, 0, 5);"
    "INSERT INTO fact_read(member_id, subject_id, subject_type, organization_id, read_at_us) VALUES"
    " (" ID("02") ", " ID("e1") ", 0, NULL, 700),"
    " (" ID("06") ", " ID("e1") ", 0, NULL, 800),"
    " (" ID("07") ", " ID("e1") ", 0, NULL, 900),"
    " (" ID("08") ", " ID("e1") ", 0, NULL, 900),"
    " (" ID("01") ", " ID("e2") ", 0, NULL, 900);";
/* clang-format on */

static const struct reader_audience BRANCH = {.branch = &BRANCH_10B}, COMMITTEE = {.committee = &WARD};

/* Of each reader his number, in the order of the page. */
static const char *page(struct fixture *f, const struct reader_audience *audience, struct reader_page page)
{
    struct pg_result *rows = reader_store_page(f->pg, f->ctx, &MEETING, audience, &page);
    must_flush(f->pg);
    char *text = mem_array(f->ctx, char, pg_rows(rows) + 1);
    for (size_t row = 0; row < pg_rows(rows); row++)
        text[row] = (char)('0' + pg_get_uuid(rows, row, 0).bytes[0]);
    text[pg_rows(rows)] = '\0';
    return text;
}

static void assert_counts(struct fixture *f, const struct uuid *subject, const struct reader_audience *audience,
                          int64_t all, int64_t read)
{
    struct pg_result *rows = reader_store_count(f->pg, f->ctx, subject, audience);
    must_flush(f->pg);
    assert_int_equal(pg_get_int8(rows, 0, 0), all);
    assert_int_equal(pg_get_int8(rows, 0, 1), read);
}

static void test_a_branch_is_counted_without_those_who_left(void **state)
{
    struct fixture *f = *state;
    must_all(f->pg, PEOPLE);
    assert_counts(f, &MEETING, &BRANCH, 6, 2);
    assert_counts(f, &OTHER_MEETING, &BRANCH, 6, 1);
}

static void test_a_committee_is_who_has_a_position_now(void **state)
{
    struct fixture *f = *state;
    must_all(f->pg, PEOPLE);
    assert_counts(f, &MEETING, &COMMITTEE, 2, 1);
    assert_string_equal(page(f, &COMMITTEE, (struct reader_page){.limit = 10}), "81");
}

static void test_the_named_are_those_who_are_there(void **state)
{
    struct fixture *f = *state;
    const struct uuid ids[] = {{{0x02}}, {{0x08}}, {{0x07}}, {{0x77}}};
    const struct reader_audience named = {.members = ids, .n_members = ARRAY_LENGTH(ids)};
    must_all(f->pg, PEOPLE);
    assert_counts(f, &MEETING, &named, 2, 2);
    assert_string_equal(page(f, &named, (struct reader_page){.limit = 10}), "82");
}

static void test_names_stand_by_given_name_in_vietnamese_order(void **state)
{
    struct fixture *f = *state;
    must_all(f->pg, PEOPLE);
    assert_string_equal(page(f, &BRANCH, (struct reader_page){.limit = 10}), "365214");
}

static void test_pages_follow_each_other(void **state)
{
    struct fixture *f = *state;
    const struct uuid third = {{0x03}}, last = {{0x04}}, second = {{0x02}};
    must_all(f->pg, PEOPLE);
    assert_string_equal(page(f, &BRANCH, (struct reader_page){.limit = 1}), "3");
    assert_string_equal(page(f, &BRANCH, (struct reader_page){.after = &third, .limit = 3}), "652");
    assert_string_equal(page(f, &BRANCH, (struct reader_page){.after = &second, .limit = 3}), "14");
    assert_string_equal(page(f, &BRANCH, (struct reader_page){.after = &last, .limit = 3}), "");
}

static void test_those_who_have_read_and_those_to_be_called(void **state)
{
    struct fixture *f = *state;
    const struct uuid fifth = {{0x05}};
    must_all(f->pg, PEOPLE);
    assert_string_equal(page(f, &BRANCH, (struct reader_page){.has_read = true, .read = true, .limit = 10}), "62");
    assert_string_equal(page(f, &BRANCH, (struct reader_page){.has_read = true, .limit = 10}), "3514");
    assert_string_equal(page(f, &BRANCH, (struct reader_page){.has_read = true, .after = &fifth, .limit = 10}), "14");
}

/* --- whom a document is for, within an organisation --------------------------------------------------------------- */

static const struct uuid WHERE_10B[] = {{{0xb1}}}, WHERE_WARD[] = {{{0xc2}}};
static const int32_t HEADS[] = {PB__ROLE__ROLE_SECRETARY, PB__ROLE__ROLE_DEPUTY_SECRETARY};

/* How many there are and have read; of a branch also which, in the order of the page. */
static const char *within(struct fixture *f, const struct uuid *org, bool is_branch, const struct audience *audience)
{
    const struct reader_audience_within asked = {.organization = org, .is_branch = is_branch, .audience = *audience};
    const struct reader_page whole = {.limit = 10};
    struct pg_result *counts = reader_store_count_within(f->pg, f->ctx, &MEETING, &asked);
    struct pg_result *rows = reader_store_page_of_branch(f->pg, f->ctx, &MEETING, &asked, &whole);
    must_flush(f->pg);
    char *text = mem_array(f->ctx, char, pg_rows(rows) + 1);
    for (size_t row = 0; row < pg_rows(rows); row++)
        text[row] = (char)('0' + pg_get_uuid(rows, row, 0).bytes[0]);
    text[pg_rows(rows)] = '\0';
    return mem_printf(f->ctx, "%s: %d, %d read", text, (int)pg_get_int8(counts, 0, 0),
                      (int)pg_get_int8(counts, 0, 1));
}

static void test_an_audience_is_counted_among_an_organisations_members(void **state)
{
    struct fixture *f = *state;
    const struct uuid members[] = {{{0x01}}, {{0x08}}, {{0x07}}};
    const struct audience for_branch = {.organizations = WHERE_10B, .n_organizations = 1},
                          for_ward = {.organizations = WHERE_WARD, .n_organizations = 1},
                          for_all = {.organizations = WHERE_WARD, .n_organizations = 1, .subtree = true},
                          heads = {.organizations = WHERE_WARD, .n_organizations = 1, .subtree = true,
                                   .roles = HEADS, .n_roles = 2},
                          named = {.members = members, .n_members = 3};
    const struct {
        const char *what;
        const struct uuid *org;
        bool is_branch;
        const struct audience *audience;
        const char *expected;
    } CASES[] = {
        {"a branch, of what is for it", &BRANCH_10B, true, &for_branch, "365214: 6, 2 read"},
        {"a branch, of what is for the ward and all below", &BRANCH_10B, true, &for_all, "365214: 6, 2 read"},
        {"the ward, of that", &WARD, false, &for_all, ": 7, 3 read"},
        {"the city, of that", &CITY, false, &for_all, ": 7, 3 read"},
        {"another branch, of what is for the first", &BRANCH_4, true, &for_branch, ": 0, 0 read"},
        {"whom positions in the ward itself bring", &BRANCH_10B, true, &for_ward, "1: 1, 0 read"},
        {"and of the ward", &WARD, false, &for_ward, ": 2, 1 read"},
        {"the ward's heads", &WARD, false, &heads, ": 1, 0 read"},
        {"those of a branch", &BRANCH_10B, true, &heads, "1: 1, 0 read"},
        {"the named, of a branch", &BRANCH_10B, true, &named, "1: 1, 0 read"},
        {"the named, of the ward", &WARD, false, &named, ": 2, 1 read"},
    };
    tell_tree(f);
    must_all(f->pg, PEOPLE);
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const char *found = within(f, CASES[i].org, CASES[i].is_branch, CASES[i].audience);
        if (strcmp(found, CASES[i].expected) != 0)
            fail_msg("%s: %s", CASES[i].what, found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_branch_is_counted_without_those_who_left),
        CASE(test_a_committee_is_who_has_a_position_now),
        CASE(test_the_named_are_those_who_are_there),
        CASE(test_names_stand_by_given_name_in_vietnamese_order),
        CASE(test_pages_follow_each_other),
        CASE(test_those_who_have_read_and_those_to_be_called),
        CASE(test_an_audience_is_counted_among_an_organisations_members),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
