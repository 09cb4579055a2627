/* The rules of transfers: who may, what a request may say, and which state follows which. */
#include "rules.h"

#include "common/base/array.h"
#include "services/auth/transfer/transfer.h"

static const struct uuid MEMBER = {{1}}, FROM = {{0xb1}}, TO = {{0xb2}}, ELSEWHERE = {{0xb3}};
static const struct directory_org TO_BRANCH = {.id = {{0xb2}}, .level = PB__LEVEL__LEVEL_BRANCH},
                                  OWN_BRANCH = {.id = {{0xb1}}, .level = PB__LEVEL__LEVEL_BRANCH},
                                  WARD = {.id = {{0xc1}}, .level = PB__LEVEL__LEVEL_GRASSROOTS};

#define PERMANENT PB__TRANSFER_KIND__TRANSFER_KIND_PERMANENT
#define TEMPORARY PB__TRANSFER_KIND__TRANSFER_KIND_TEMPORARY
#define REQUESTED PB__TRANSFER_STATE__TRANSFER_STATE_REQUESTED
#define DONE PB__TRANSFER_STATE__TRANSFER_STATE_DONE
#define DECLINED PB__TRANSFER_STATE__TRANSFER_STATE_DECLINED
#define REVERTED PB__TRANSFER_STATE__TRANSFER_STATE_REVERTED

static const int32_t TODAY = 20800; /* 2026-12-13 */

static int64_t now(void)
{
    return clock_date_start_us(TODAY) + 9 * CLOCK_HOUR_US;
}

static struct membership member_in(const struct uuid *branch)
{
    return (struct membership){.id = MEMBER, .version = 1, .now = {.branch = *branch, .from_us = 1}};
}

static struct transfer transfer_in(int state, int kind)
{
    return (struct transfer){.id = {{9}},
                             .member = MEMBER,
                             .from = FROM,
                             .to = TO,
                             .version = 1,
                             .kind = (Pb__TransferKind)kind,
                             .until = kind == TEMPORARY ? TODAY + 30 : 0,
                             .state = (Pb__TransferState)state,
                             .created_at_us = now(),
                             .settled_at_us = state == REQUESTED ? 0 : now()};
}

/* --- who may ------------------------------------------------------------------------------------------------------ */

static void test_who_may_what(void **state)
{
    (void)state;
    enum { READ = 1, AT_ONCE = 2, REQUEST = 4, SETTLE = 8 };
    static const struct {
        struct transfer_actor actor;
        unsigned may;
    } ROWS[] = {
        {{0, 0, false}, 0},
        {{0, 0, true}, READ},
        {{STANDING_MEMBER, 0, false}, 0},
        {{STANDING_DEPUTY, 0, false}, READ},
        {{STANDING_SECRETARY, 0, false}, READ | REQUEST},
        {{0, STANDING_SECRETARY, false}, READ | SETTLE},
        {{STANDING_OFFICER, 0, false}, READ},
        {{0, STANDING_OFFICER, false}, READ},
        {{STANDING_OFFICER, STANDING_ADMIN, false}, READ | AT_ONCE | REQUEST | SETTLE},
        {{STANDING_ABOVE | STANDING_COMMITTEE, STANDING_ABOVE, false}, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        const struct transfer_actor *actor = &ROWS[i].actor;
        const struct transfer asked = transfer_in(REQUESTED, PERMANENT), done = transfer_in(DONE, PERMANENT);
        unsigned may = ROWS[i].may;
        assert_int_equal(transfer_may_read(actor), (may & READ) != 0);
        assert_int_equal(transfer_does_at_once(actor), (may & AT_ONCE) != 0);
        assert_int_equal(transfer_may_request(actor), (may & REQUEST) != 0);
        assert_int_equal(transfer_may_settle(actor), (may & SETTLE) != 0);
        assert_int_equal(transfer_may_revert(&asked, actor), (may & REQUEST) != 0);
        assert_int_equal(transfer_may_revert(&done, actor), (may & SETTLE) != 0);
    }
}

/* --- requests ----------------------------------------------------------------------------------------------------- */

static void test_a_request_names_another_branch_and_a_temporary_one_its_end(void **state)
{
    (void)state;
    const struct {
        struct transfer_input input;
        const char *field;
        enum err code;
    } ROWS[] = {
        {{.to = NULL}, "/to_branch_id", ERR_FIELD_UNKNOWN_ID},
        {{.to = &WARD}, "/to_branch_id", ERR_FIELD_NOT_BRANCH},
        {{.to = &OWN_BRANCH}, "/to_branch_id", ERR_FIELD_OWN_BRANCH},
        {{.to = &TO_BRANCH, .has_until = true, .until = TODAY}, "/until", ERR_FIELD_CONFLICT},
        {{.to = &TO_BRANCH, .kind = TEMPORARY}, "/until", ERR_FIELD_REQUIRED},
        {{.to = &TO_BRANCH, .kind = TEMPORARY, .has_until = true, .until = TODAY - 1}, "/until", ERR_FIELD_PAST},
        {{.to = &TO_BRANCH, .kind = TEMPORARY, .has_until = true, .until = TODAY + TRANSFER_LONGEST_DAYS + 1},
         "/until",
         ERR_FIELD_TOO_LARGE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        const struct membership member = member_in(&FROM);
        struct transfer transfer;
        problems.n = 0;
        assert_int_equal(transfer_request(&member, &ROWS[i].input, now(), &problems, &transfer), ERR_INVALID);
        assert_problem(ROWS[i].field, ROWS[i].code);
    }
}

static void test_a_request_waits_or_is_done_at_once_and_nobody_who_left_goes(void **state)
{
    (void)state;
    struct membership member = member_in(&FROM);
    struct transfer_input input = {.to = &TO_BRANCH, .kind = TEMPORARY, .has_until = true, .until = TODAY};
    struct transfer transfer;
    assert_int_equal(transfer_request(&member, &input, now(), &problems, &transfer), ERR_OK);
    assert_int_equal(transfer.state, REQUESTED);
    assert_int_equal(transfer.settled_at_us, 0);
    assert_true(transfer_is_open(&transfer) && !transfer_is_under_way(&transfer));
    input.is_at_once = true;
    assert_int_equal(transfer_request(&member, &input, now(), &problems, &transfer), ERR_OK);
    assert_int_equal(transfer.state, DONE);
    assert_int_equal(transfer.version, 1);
    assert_int_equal(transfer.settled_at_us, now());
    assert_true(transfer_is_under_way(&transfer));
    member.now.status = PB__MEMBER_STATUS__MEMBER_STATUS_LEFT;
    assert_int_equal(transfer_request(&member, &input, now(), &problems, &transfer), ERR_MEMBER_LEFT);
}

/* --- states ------------------------------------------------------------------------------------------------------- */

static void test_a_request_is_approved_where_the_member_still_is(void **state)
{
    (void)state;
    struct membership member = member_in(&FROM);
    struct transfer is = transfer_in(REQUESTED, TEMPORARY), next;
    assert_int_equal(transfer_approve(&is, &member, "A", now(), &next), ERR_OK);
    assert_int_equal(next.state, DONE);
    assert_int_equal(next.version, 2);
    assert_int_equal(transfer_approve(&next, &member, "A", now(), &next), ERR_WRONG_STATE);
    assert_int_equal(transfer_approve(&is, &member, "A", transfer_ends_at_us(&is), &next), ERR_WRONG_STATE);
    member.now.branch = ELSEWHERE;
    assert_int_equal(transfer_approve(&is, &member, "A", now(), &next), ERR_WRONG_STATE);
    member.now.status = PB__MEMBER_STATUS__MEMBER_STATUS_LEFT;
    assert_int_equal(transfer_approve(&is, &member, "A", now(), &next), ERR_MEMBER_LEFT);
}

static void test_what_is_settled_is_not_declined(void **state)
{
    (void)state;
    static const int STATES[] = {DONE, DECLINED, REVERTED};
    const struct transfer asked = transfer_in(REQUESTED, PERMANENT);
    struct transfer next;
    assert_int_equal(transfer_decline(&asked, "Không", now(), &next), ERR_OK);
    assert_int_equal(next.state, DECLINED);
    assert_string_equal(next.decision_reason, "Không");
    assert_false(transfer_is_open(&next));
    for (size_t i = 0; i < ARRAY_LENGTH(STATES); i++) {
        const struct transfer is = transfer_in(STATES[i], PERMANENT);
        assert_int_equal(transfer_decline(&is, NULL, now(), &next), ERR_WRONG_STATE);
    }
}

static void test_what_is_taken_back(void **state)
{
    (void)state;
    const struct {
        int state, kind;
        bool has_ended;
        const struct uuid *is_in;
        int64_t after_us;
        enum err err;
        bool goes_back;
    } ROWS[] = {
        {REQUESTED, PERMANENT, false, &FROM, 0, ERR_OK, false},
        {DONE, PERMANENT, false, &TO, MEMBERSHIP_UNDO_US, ERR_OK, true},
        {DONE, PERMANENT, false, &TO, MEMBERSHIP_UNDO_US + 1, ERR_UNDO_EXPIRED, false},
        {DONE, PERMANENT, false, &ELSEWHERE, 0, ERR_WRONG_STATE, false},
        {DONE, TEMPORARY, false, &TO, MEMBERSHIP_UNDO_US + 1, ERR_OK, true},
        {DONE, TEMPORARY, true, &FROM, 0, ERR_WRONG_STATE, false},
        {DECLINED, PERMANENT, false, &FROM, 0, ERR_WRONG_STATE, false},
        {REVERTED, PERMANENT, false, &FROM, 0, ERR_WRONG_STATE, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        const struct membership member = member_in(ROWS[i].is_in);
        struct transfer is = transfer_in(ROWS[i].state, ROWS[i].kind), next;
        bool goes_back = false;
        is.ended_at_us = ROWS[i].has_ended ? now() : 0;
        assert_int_equal(transfer_revert(&is, &member, NULL, now() + ROWS[i].after_us, &next, &goes_back), ROWS[i].err);
        if (ROWS[i].err)
            continue;
        assert_int_equal(goes_back, ROWS[i].goes_back);
        assert_int_equal(next.state, REVERTED);
        assert_false(transfer_is_open(&next));
    }
}

static void test_a_temporary_one_ends_with_its_last_day_whatever_the_year(void **state)
{
    (void)state;
    struct transfer is = transfer_in(DONE, TEMPORARY), next;
    struct membership member = member_in(&TO);
    bool goes_back;
    is.until = clock_date_join(2028, 2, 29);
    assert_int_equal(transfer_ends_at_us(&is), local(2028, 3, 1, 0));
    is.until = clock_date_join(2027, 2, 28);
    assert_int_equal(transfer_ends_at_us(&is), local(2027, 3, 1, 0));
    transfer_end(&is, &member, local(2027, 3, 1, 0), &next, &goes_back);
    assert_true(goes_back);
    assert_int_equal(next.state, DONE);
    assert_false(transfer_is_open(&next));
    member.now.branch = ELSEWHERE; /* an import took him elsewhere */
    transfer_end(&is, &member, local(2027, 3, 1, 0), &next, &goes_back);
    assert_false(goes_back);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_who_may_what),
        CASE(test_a_request_names_another_branch_and_a_temporary_one_its_end),
        CASE(test_a_request_waits_or_is_done_at_once_and_nobody_who_left_goes),
        CASE(test_a_request_is_approved_where_the_member_still_is),
        CASE(test_what_is_settled_is_not_declined),
        CASE(test_what_is_taken_back),
        CASE(test_a_temporary_one_ends_with_its_last_day_whatever_the_year),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
