/* The rules of memberships, positions and doubles, and who may change what of a member. */
#include "rules.h"

#include "common/base/array.h"
#include "services/auth/member/member.h"
#include "services/auth/membership/membership.h"
#include "services/auth/membership/membership_access.h"
#include "services/auth/membership/membership_changes.h"

static const struct uuid MEMBER = {{1}}, OTHER = {{2}}, BRANCH = {{0xb1}}, ELSEWHERE = {{0xb2}}, WARD = {{0xc1}};

#define OFFICIAL PB__MEMBER_STATUS__MEMBER_STATUS_OFFICIAL
#define SUSPENDED PB__MEMBER_STATUS__MEMBER_STATUS_SUSPENDED
#define LEFT PB__MEMBER_STATUS__MEMBER_STATUS_LEFT
#define DIED PB__LEFT_REASON__LEFT_REASON_DIED
#define MERGED PB__LEFT_REASON__LEFT_REASON_MERGED

static int64_t noon(int day)
{
    return local(2026, 12, day, 12);
}

static struct membership member_of(int status)
{
    return (struct membership){.id = MEMBER,
                               .version = 3,
                               .card_number = "T1",
                               .full_name = "Đỗ Thị Đào",
                               .now = {.branch = BRANCH, .status = (Pb__MemberStatus)status, .from_us = noon(1)}};
}

static struct membership_number known(int32_t value)
{
    return (struct membership_number){true, value};
}

static enum err edit(const struct membership *is, const struct membership_edit *said, int64_t now_us,
                     struct membership *ret_next)
{
    problems.n = 0;
    return membership_edit(ctx, is, said, now_us, &problems, ret_next);
}

/* --- status and exemption ----------------------------------------------------------------------------------------- */

static void test_what_is_said_of_status_and_exemption_must_fit(void **state)
{
    (void)state;
    const int32_t today = clock_local_date(noon(10));
    const struct {
        int is;
        struct membership_edit edit;
        const char *field;
        enum err code;
    } ROWS[] = {
        {OFFICIAL, {.sets_status = true, .status = SUSPENDED}, "/reason", ERR_FIELD_REQUIRED},
        {OFFICIAL, {.sets_exempt = true, .exempt = true}, "/reason", ERR_FIELD_REQUIRED},
        {OFFICIAL, {.sets_status = true, .status = LEFT, .reason = "A"}, "/left_reason", ERR_FIELD_REQUIRED},
        {OFFICIAL,
         {.sets_status = true, .status = LEFT, .left_reason = {true, MERGED}, .reason = "A"},
         "/left_reason",
         ERR_FIELD_CHOICE},
        {OFFICIAL, {.left_reason = {true, DIED}}, "/left_reason", ERR_FIELD_CONFLICT},
        {OFFICIAL,
         {.full_name = "A", .has_effective_on = true, .effective_on = today},
         "/effective_on",
         ERR_FIELD_CONFLICT},
        {OFFICIAL,
         {.sets_exempt = true, .exempt = true, .reason = "A", .has_effective_on = true, .effective_on = today + 1},
         "/effective_on",
         ERR_FIELD_FUTURE},
        {OFFICIAL,
         {.sets_exempt = true, .exempt = true, .reason = "A", .has_effective_on = true, .effective_on = today - 367},
         "/effective_on",
         ERR_FIELD_TOO_SMALL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        const struct membership is = member_of(ROWS[i].is);
        struct membership next;
        assert_int_equal(edit(&is, &ROWS[i].edit, noon(10), &next), ERR_INVALID);
        assert_problem(ROWS[i].field, ROWS[i].code);
    }
}

static void test_a_change_closes_the_interval_and_another_one_does_not(void **state)
{
    (void)state;
    const struct membership is = member_of(OFFICIAL);
    struct membership next;
    assert_int_equal(edit(&is, &(struct membership_edit){.full_name = "Đỗ Thị Đào Hoa"}, noon(2), &next), ERR_OK);
    assert_int_equal(next.n_past, 0);
    assert_int_equal(next.now.from_us, noon(1));
    const struct membership_edit exempt = {.sets_exempt = true, .exempt = true, .reason = "Tuổi cao"};
    assert_int_equal(edit(&is, &exempt, noon(2), &next), ERR_OK);
    assert_int_equal(next.n_past, 1);
    assert_int_equal(next.past[0].from_us, noon(1));
    assert_int_equal(next.past[0].to_us, noon(2));
    assert_false(next.past[0].exempt);
    assert_int_equal(next.now.from_us, noon(2));
    assert_int_equal(edit(&is, &exempt, noon(1) - 5, &next), ERR_OK); /* a clock that went back */
    assert_int_equal(next.past[0].to_us, noon(1) + 1);
}

static struct membership left_on(int day)
{
    struct membership is = member_of(OFFICIAL), left;
    const struct membership_position positions[] = {
        {.organization = BRANCH, .role = PB__ROLE__ROLE_SECRETARY, .from_us = 1},
        {.organization = WARD, .role = PB__ROLE__ROLE_COMMITTEE_MEMBER, .from_us = 1},
    };
    is.positions = mem_copy(ctx, positions, sizeof positions);
    is.n_positions = ARRAY_LENGTH(positions);
    const struct membership_edit leave = {
        .sets_status = true, .status = LEFT, .left_reason = known(DIED), .reason = "Từ trần"};
    assert_int_equal(edit(&is, &leave, noon(day), &left), ERR_OK);
    return left;
}

static void test_who_leaves_holds_nothing_and_comes_back_within_thirty_days_without_it(void **state)
{
    (void)state;
    const struct membership left = left_on(2);
    const struct membership_edit back = {.sets_status = true, .status = OFFICIAL, .reason = "Nhầm"};
    struct membership next;
    assert_int_equal(membership_rank(&left), PB__ROLE__ROLE_MEMBER);
    assert_int_equal(left.positions[1].to_us, noon(2));
    assert_int_equal(edit(&left, &back, noon(2) + 30 * CLOCK_DAY_US, &next), ERR_OK);
    assert_false(next.left_reason.is_known);
    assert_int_equal(membership_rank(&next), PB__ROLE__ROLE_MEMBER);
    assert_int_equal(next.n_past, 1); /* the time away is no interval */
    assert_int_equal(edit(&left, &back, noon(2) + 30 * CLOCK_DAY_US + 1, &next), ERR_UNDO_EXPIRED);
}

static void test_of_who_left_only_why_he_did_changes(void **state)
{
    (void)state;
    struct membership left = left_on(2), next;
    const struct membership_edit moved = {.left_reason = known(PB__LEFT_REASON__LEFT_REASON_MOVED)},
                                 exempt = {.sets_exempt = true, .exempt = true, .reason = "A"};
    assert_int_equal(edit(&left, &moved, noon(3), &next), ERR_OK);
    assert_int_equal(next.left_reason.value, PB__LEFT_REASON__LEFT_REASON_MOVED);
    assert_int_equal(next.now.from_us, left.now.from_us);
    assert_int_equal(edit(&left, &exempt, noon(3), &next), ERR_MEMBER_LEFT);
    left.merged_into = OTHER;
    assert_int_equal(edit(&left, &moved, noon(3), &next), ERR_WRONG_STATE);
}

/* --- branches, positions, doubles --------------------------------------------------------------------------------- */

static struct membership with_position(struct membership member, const struct uuid *organization, int role)
{
    struct membership next;
    membership_grant(ctx, &member, organization, (Pb__Role)role, noon(1), &next);
    return next;
}

static void test_who_moves_leaves_his_positions_in_the_old_branch_only(void **state)
{
    (void)state;
    struct membership is = with_position(member_of(OFFICIAL), &BRANCH, PB__ROLE__ROLE_DEPUTY_SECRETARY), next;
    is = with_position(is, &WARD, PB__ROLE__ROLE_COMMITTEE_MEMBER);
    membership_move(ctx, &is, &ELSEWHERE, noon(5), &next);
    assert_true(uuid_equal(&next.now.branch, &ELSEWHERE));
    assert_int_equal(next.n_past, 1);
    assert_null(membership_held(&next, &BRANCH));
    assert_non_null(membership_held(&next, &WARD));
}

static void test_a_role_takes_the_place_of_the_one_held_there(void **state)
{
    (void)state;
    const struct membership deputy = with_position(member_of(OFFICIAL), &BRANCH, PB__ROLE__ROLE_DEPUTY_SECRETARY);
    struct membership next;
    membership_grant(ctx, &deputy, &BRANCH, PB__ROLE__ROLE_DEPUTY_SECRETARY, noon(2), &next);
    assert_ptr_equal(next.positions, deputy.positions);
    membership_grant(ctx, &deputy, &BRANCH, PB__ROLE__ROLE_SECRETARY, noon(2), &next);
    assert_int_equal(next.n_positions, 2);
    assert_int_equal(membership_held(&next, &BRANCH)->role, PB__ROLE__ROLE_SECRETARY);
    membership_grant(ctx, &next, &BRANCH, PB__ROLE__ROLE_DEPUTY_SECRETARY, noon(2), &next); /* in the same instant */
    assert_int_equal(membership_held(&next, &BRANCH)->from_us, noon(2) + 1);
    membership_grant(ctx, &next, &BRANCH, PB__ROLE__ROLE_MEMBER, noon(3), &next);
    assert_null(membership_held(&next, &BRANCH));
}

static void test_a_double_leaves_and_fills_what_is_missing(void **state)
{
    (void)state;
    struct membership member = member_of(OFFICIAL), duplicate = member_of(OFFICIAL), next, left;
    duplicate.id = OTHER;
    duplicate.phone = "+84900000001";
    duplicate.born_on = known(7);
    member.born_on = known(8);
    assert_int_equal(membership_merge(ctx, &member, &duplicate, noon(2), &next, &left), ERR_OK);
    assert_string_equal(next.phone, "+84900000001");
    assert_int_equal(next.born_on.value, 8);
    assert_true(membership_has_left(&left) && uuid_equal(&left.merged_into, &MEMBER));
    assert_int_equal(membership_merge(ctx, &member, &left, noon(3), &next, &left), ERR_WRONG_STATE);
    const struct membership gone = left_on(1);
    assert_int_equal(membership_merge(ctx, &gone, &duplicate, noon(2), &next, &left), ERR_MEMBER_LEFT);
}

static void test_two_secretaries_of_one_branch_are_two_people(void **state)
{
    (void)state;
    struct membership member = with_position(member_of(OFFICIAL), &BRANCH, PB__ROLE__ROLE_SECRETARY), next, left;
    struct membership duplicate = with_position(member_of(OFFICIAL), &BRANCH, PB__ROLE__ROLE_SECRETARY);
    duplicate.id = OTHER;
    assert_int_equal(membership_merge(ctx, &member, &duplicate, noon(2), &next, &left), ERR_MERGE_OF_SECRETARIES);
    duplicate = with_position(duplicate, &BRANCH, PB__ROLE__ROLE_DEPUTY_SECRETARY);
    assert_int_equal(membership_merge(ctx, &member, &duplicate, noon(2), &next, &left), ERR_OK);
    assert_int_equal(membership_rank(&left), PB__ROLE__ROLE_MEMBER);
}

/* --- who may ------------------------------------------------------------------------------------------------------ */

static void test_who_sees_what_of_a_member(void **state)
{
    (void)state;
    static const struct {
        unsigned standing;
        bool is_self, has_left;
        enum member_sight sight;
    } ROWS[] = {
        {0, false, false, MEMBER_UNSEEN},
        {0, true, false, MEMBER_WHOLE},
        {STANDING_MEMBER, false, false, MEMBER_NAMED},
        {STANDING_COMMITTEE, false, false, MEMBER_NAMED},
        {STANDING_OFFICER, false, false, MEMBER_NAMED},
        {STANDING_ABOVE, false, false, MEMBER_UNSEEN},
        {STANDING_DEPUTY, false, false, MEMBER_WHOLE},
        {STANDING_SECRETARY, false, true, MEMBER_WHOLE},
        {STANDING_ADMIN, false, true, MEMBER_WHOLE},
        {STANDING_MEMBER | STANDING_OFFICER, false, true, MEMBER_UNSEEN},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++)
        assert_int_equal(member_sight(ROWS[i].standing, ROWS[i].is_self, ROWS[i].has_left), ROWS[i].sight);
}

static void test_who_edits_what(void **state)
{
    (void)state;
    static const struct membership_edit NAME = {.full_name = "A"}, PHONE = {.sets_phone = true},
                                        EXEMPT = {.sets_exempt = true}, LEAVE = {.sets_status = true, .status = LEFT},
                                        ALL = {.full_name = "A", .sets_phone = true, .sets_status = true};
    static const struct {
        unsigned standing;
        bool is_self;
        const struct membership_edit *edit;
        int held; /* by the member, in the ward */
        bool may;
    } ROWS[] = {
        {STANDING_MEMBER, false, &PHONE, 0, false},
        {STANDING_MEMBER, true, &PHONE, 0, true},
        {STANDING_MEMBER, true, &NAME, 0, false},
        {STANDING_MEMBER, true, &EXEMPT, 0, false},
        {STANDING_DEPUTY, false, &EXEMPT, 0, false},
        {STANDING_OFFICER, false, &EXEMPT, 0, false},
        {STANDING_SECRETARY, false, &EXEMPT, 0, true},
        {STANDING_SECRETARY, false, &LEAVE, 0, true},
        {STANDING_SECRETARY, false, &LEAVE, PB__ROLE__ROLE_COMMITTEE_MEMBER, false},
        {STANDING_SECRETARY, false, &LEAVE, PB__ROLE__ROLE_OFFICER, false},
        {STANDING_SECRETARY, false, &EXEMPT, PB__ROLE__ROLE_OFFICER, true},
        {STANDING_SECRETARY, false, &PHONE, 0, false},
        {STANDING_SECRETARY, false, &NAME, 0, false},
        {STANDING_ADMIN, false, &ALL, PB__ROLE__ROLE_ADMIN, true},
        {STANDING_ADMIN, false, &LEAVE, PB__ROLE__ROLE_OFFICER, true},
        {STANDING_ADMIN, false, &LEAVE, PB__ROLE__ROLE_ADMIN, false},
        {STANDING_ADMIN, true, &LEAVE, 0, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        struct membership member = member_of(OFFICIAL);
        if (ROWS[i].held)
            member = with_position(member, &WARD, ROWS[i].held);
        const struct membership_context context = {
            .member = &member, .standing = ROWS[i].standing, .is_self = ROWS[i].is_self};
        assert_int_equal(membership_may_edit(&context, ROWS[i].edit), ROWS[i].may);
    }
}

static void test_a_double_of_an_administrator_is_nobodys_to_take(void **state)
{
    (void)state;
    const struct membership plain = member_of(OFFICIAL), admin = with_position(plain, &WARD, PB__ROLE__ROLE_ADMIN);
    struct membership_context member = {.member = &plain, .standing = STANDING_ADMIN},
                              duplicate = {.member = &plain, .standing = STANDING_ADMIN};
    assert_true(membership_may_merge(&member, &duplicate));
    duplicate.standing = STANDING_SECRETARY;
    assert_false(membership_may_merge(&member, &duplicate));
    duplicate.standing = STANDING_ADMIN;
    duplicate.is_self = true;
    assert_false(membership_may_merge(&member, &duplicate));
    duplicate = (struct membership_context){.member = &admin, .standing = STANDING_ADMIN};
    assert_false(membership_may_merge(&member, &duplicate));
}

/* --- history ------------------------------------------------------------------------------------------------------ */

static const char *name_of(void *arg, const struct uuid *organization)
{
    (void)arg;
    return uuid_equal(organization, &BRANCH) ? "Chi bộ 4" : "Chi bộ 5";
}

static void assert_change(const Pb__History *history, size_t i, const char *field, const char *old, const char *new)
{
    assert_true(i < history->n_changes);
    const Pb__History__Change *change = history->changes[i];
    assert_string_equal(change->field, field);
    assert_string_equal(change->old ? change->old : "", old);
    assert_string_equal(change->new_ ? change->new_ : "", new);
}

static void test_the_history_says_what_differs_in_words(void **state)
{
    (void)state;
    const struct membership is = with_position(member_of(OFFICIAL), &BRANCH, PB__ROLE__ROLE_SECRETARY);
    struct membership next = is;
    assert_int_equal(membership_changes(ctx, &is, &next, name_of, NULL)->n_changes, 0);
    membership_move(ctx, &is, &ELSEWHERE, noon(2), &next);
    next.phone = "+84900000001";
    next.occupation = known(PB__OCCUPATION__OCCUPATION_MILITARY_RETIRED);
    Pb__History *history = membership_changes(ctx, &is, &next, name_of, NULL);
    membership_changes_add_date(ctx, history, "effective_on", clock_date_join(2026, 12, 3));
    assert_change(history, 0, "phone", "", "+84900000001");
    assert_change(history, 1, "occupation", "", "military_retired");
    assert_change(history, 2, "branch", "Chi bộ 4", "Chi bộ 5");
    assert_change(history, 3, "role", "secretary, Chi bộ 4", "");
    assert_change(history, 4, "effective_on", "", "2026-12-03");
    history = membership_changes(ctx, NULL, &is, name_of, NULL);
    assert_change(history, 0, "card_number", "", "T1");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_what_is_said_of_status_and_exemption_must_fit),
        CASE(test_a_change_closes_the_interval_and_another_one_does_not),
        CASE(test_who_leaves_holds_nothing_and_comes_back_within_thirty_days_without_it),
        CASE(test_of_who_left_only_why_he_did_changes),
        CASE(test_who_moves_leaves_his_positions_in_the_old_branch_only),
        CASE(test_a_role_takes_the_place_of_the_one_held_there),
        CASE(test_a_double_leaves_and_fills_what_is_missing),
        CASE(test_two_secretaries_of_one_branch_are_two_people),
        CASE(test_who_sees_what_of_a_member),
        CASE(test_who_edits_what),
        CASE(test_a_double_of_an_administrator_is_nobodys_to_take),
        CASE(test_the_history_says_what_differs_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
