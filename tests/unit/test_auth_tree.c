/* The rules of organisations that change, by table. */
#include "rules.h"

#include "common/base/array.h"
#include "services/auth/tree/tree.h"

static const struct uuid ROOT = {{0xc1}}, WARD = {{0xc2}}, BRANCH = {{0xb1}};
static const struct uuid ROOT_PATH[] = {{{0xc1}}}, WARD_PATH[] = {{{0xc1}}, {{0xc2}}},
                         BRANCH_PATH[] = {{{0xc1}}, {{0xc2}}, {{0xb1}}};

#define ACTIVE PB__ORGANIZATION_STATE__ORGANIZATION_STATE_ACTIVE
#define CLOSED PB__ORGANIZATION_STATE__ORGANIZATION_STATE_CLOSED

static struct tree_organization root_is(Pb__OrganizationState state)
{
    return (struct tree_organization){.org = {.id = ROOT,
                                              .name = "Thành phố",
                                              .level = PB__LEVEL__LEVEL_CITY,
                                              .n_path = 1,
                                              .path = ROOT_PATH,
                                              .state = state},
                                      .version = 1};
}

static struct tree_organization branch(void)
{
    return (struct tree_organization){.org = {.id = BRANCH,
                                              .name = "Chi bộ 1",
                                              .level = PB__LEVEL__LEVEL_BRANCH,
                                              .n_path = 3,
                                              .path = BRANCH_PATH,
                                              .meeting_minute = -1},
                                      .version = 2};
}

static void test_each_wrong_field_is_named(void **state)
{
    (void)state;
    const struct tree_organization closed = root_is(CLOSED), sibling = branch();
    const struct {
        struct tree_edit edit;
        const char *field;
        enum err code;
    } ROWS[] = {
        {{.name = ""}, "/name", ERR_FIELD_TOO_SHORT},
        {{.sets_day = true, .day = 29}, "/meeting_day", ERR_FIELD_MEETING_DAY},
        {{.sets_day = true, .day = -1}, "/meeting_day", ERR_FIELD_MEETING_DAY},
        {{.sets_contact = true, .contact_is = TREE_CONTACT_UNKNOWN}, "/contact_member_id", ERR_FIELD_UNKNOWN_ID},
        {{.sets_contact = true, .contact_is = TREE_CONTACT_STRANGER}, "/contact_member_id", ERR_FIELD_STRANGER},
        {{.sets_parent = true}, "/parent_id", ERR_FIELD_UNKNOWN_ID},
        {{.sets_parent = true, .parent = &closed}, "/parent_id", ERR_FIELD_CLOSED},
        {{.sets_parent = true, .parent = &sibling}, "/parent_id", ERR_FIELD_LEVEL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        const struct tree_organization is = branch();
        struct tree_organization next;
        problems.n = 0;
        assert_int_equal(tree_edit(ctx, &is, &ROWS[i].edit, &problems, &next), ERR_INVALID);
        assert_problem(ROWS[i].field, ROWS[i].code);
    }
}

static void test_what_is_not_named_stays_and_what_is_cleared_goes(void **state)
{
    (void)state;
    struct tree_organization is = branch(), next, cleared;
    const struct tree_edit rhythm = {
        .sets_day = true, .sets_minute = true, .sets_place = true, .day = 28, .minute = 8 * 60, .place = "Nhà văn hoá"};
    assert_int_equal(tree_edit(ctx, &is, &rhythm, &problems, &next), ERR_OK);
    assert_string_equal(next.org.name, "Chi bộ 1");
    assert_int_equal(next.org.meeting_day, 28);
    assert_false(tree_is_same(&is, &next));
    const struct tree_edit none = {.sets_day = true, .sets_minute = true, .sets_place = true, .minute = -1};
    assert_int_equal(tree_edit(ctx, &next, &none, &problems, &cleared), ERR_OK);
    assert_true(tree_is_same(&is, &cleared));
}

static void test_a_new_parent_is_the_last_but_one_of_the_path(void **state)
{
    (void)state;
    const struct tree_organization is = branch(), root = root_is(ACTIVE);
    struct tree_organization next;
    struct uuid before = tree_parent_of(&is), none = tree_parent_of(&root);
    assert_true(uuid_equal(&before, &WARD_PATH[1]) && uuid_equal(&before, &WARD) && uuid_is_zero(&none));
    assert_int_equal(tree_edit(ctx, &is, &(struct tree_edit){.sets_parent = true, .parent = &root}, &problems, &next),
                     ERR_OK);
    struct uuid parent = tree_parent_of(&next);
    assert_int_equal(next.org.n_path, 2);
    assert_true(uuid_equal(&parent, &ROOT));
}

static void test_heads_keep_the_rhythm_and_administrators_the_rest(void **state)
{
    (void)state;
    static const struct {
        unsigned standing;
        struct tree_edit edit;
        bool may;
    } ROWS[] = {
        {STANDING_DEPUTY, {.sets_day = true}, true},   {STANDING_SECRETARY, {.sets_contact = true}, true},
        {STANDING_SECRETARY, {.name = "A"}, false},    {STANDING_SECRETARY, {.sets_parent = true}, false},
        {STANDING_OFFICER, {.sets_day = true}, false}, {STANDING_ABOVE, {.sets_day = true}, false},
        {STANDING_MEMBER, {.sets_day = true}, false},  {STANDING_ADMIN, {.name = "A", .sets_parent = true}, true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++)
        assert_int_equal(tree_may_edit(ROWS[i].standing, &ROWS[i].edit), ROWS[i].may);
}

static void test_who_takes_over_is_another_active_one_of_the_level(void **state)
{
    (void)state;
    const struct tree_organization is = branch(), root = root_is(ACTIVE);
    struct tree_organization other = branch();
    assert_int_equal(tree_check_close(&is, NULL, &problems), ERR_OK);
    assert_int_equal(tree_check_close(&is, &is, &problems), ERR_INVALID);
    assert_problem("/into_id", ERR_FIELD_CONFLICT);
    problems.n = 0;
    assert_int_equal(tree_check_close(&is, &root, &problems), ERR_INVALID);
    assert_problem("/into_id", ERR_FIELD_LEVEL);
    problems.n = 0;
    other.org.id = WARD;
    assert_int_equal(tree_check_close(&is, &other, &problems), ERR_OK);
    other.org.state = CLOSED;
    assert_int_equal(tree_check_close(&is, &other, &problems), ERR_INVALID);
    assert_problem("/into_id", ERR_FIELD_CLOSED);
}

static void test_a_code_is_the_rosters_and_spaces_around_it_do_not_count(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        enum err err;
    } ROWS[] = {{" HN-1/2_a.b ", ERR_OK}, {" ", ERR_FIELD_TOO_SHORT}, {"Chi bộ", ERR_FIELD_CHARACTERS}};
    const struct tree_organization root = root_is(ACTIVE);
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        const struct tree_organization given = {
            .org = {.code = tree_trim(ctx, ROWS[i].code), .level = PB__LEVEL__LEVEL_BRANCH}};
        const struct tree_edit edit = {.name = "A", .sets_parent = true, .parent = &root};
        struct tree_organization next;
        problems.n = 0;
        assert_int_equal(tree_create(ctx, &given, &edit, &problems, &next), ROWS[i].err ? ERR_INVALID : ERR_OK);
        if (ROWS[i].err)
            assert_problem("/code", ROWS[i].err);
    }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_each_wrong_field_is_named),
        CASE(test_what_is_not_named_stays_and_what_is_cleared_goes),
        CASE(test_a_new_parent_is_the_last_but_one_of_the_path),
        CASE(test_heads_keep_the_rhythm_and_administrators_the_rest),
        CASE(test_who_takes_over_is_another_active_one_of_the_level),
        CASE(test_a_code_is_the_rosters_and_spaces_around_it_do_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
