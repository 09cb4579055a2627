/* services/meeting/proposal/proposal.h: who may propose and decide, and what becomes of a proposal, by table. */
#include "rules.h"

#include "common/base/array.h"
#include "services/directory/directory.h"
#include "services/meeting/proposal/proposal.h"

#include <string.h>

enum {
    OPEN = PB__PROPOSAL_STATE__PROPOSAL_STATE_OPEN,
    ACCEPTED = PB__PROPOSAL_STATE__PROPOSAL_STATE_ACCEPTED,
    NEXT = PB__PROPOSAL_STATE__PROPOSAL_STATE_NEXT,
    DECLINED = PB__PROPOSAL_STATE__PROPOSAL_STATE_DECLINED,
    WITHDRAWN = PB__PROPOSAL_STATE__PROPOSAL_STATE_WITHDRAWN,
};
enum {
    ACCEPT = PB__PROPOSAL_DECISION__PROPOSAL_DECISION_ACCEPTED,
    WAIT = PB__PROPOSAL_DECISION__PROPOSAL_DECISION_NEXT,
    DECLINE = PB__PROPOSAL_DECISION__PROPOSAL_DECISION_DECLINED,
};
enum {
    SCHEDULED = PB__MEETING_STATE__MEETING_STATE_SCHEDULED,
    HELD = PB__MEETING_STATE__MEETING_STATE_HELD,
    CANCELLED = PB__MEETING_STATE__MEETING_STATE_CANCELLED,
};
enum { HOUR = 1000, BEFORE = HOUR - 1 };

static struct meeting meeting_of(int state)
{
    return (struct meeting){
        .id = {{3}}, .organization = {{4}}, .version = 5, .state = (Pb__MeetingState)state, .starts_at_us = HOUR};
}

static struct proposal proposal_of(int state)
{
    return (struct proposal){.id = {{5}},
                             .meeting = {{3}},
                             .author = {{50}},
                             .title = "Sửa nhà văn hóa",
                             .reason = "Mái dột",
                             .state = (Pb__ProposalState)state};
}

static void test_who_proposes_and_who_decides(void **state)
{
    (void)state;
    static const struct {
        const char *who;
        unsigned standing;
        int state, now;
        const struct meeting_action *action;
        enum err expected;
    } CASES[] = {
        {"a member proposes", STANDING_MEMBER, SCHEDULED, BEFORE, &PROPOSAL_MAKE, ERR_OK},
        {"a deputy proposes", STANDING_DEPUTY, SCHEDULED, BEFORE, &PROPOSAL_MAKE, ERR_OK},
        {"an officer above does not", STANDING_OFFICER, SCHEDULED, BEFORE, &PROPOSAL_MAKE, ERR_NOT_ALLOWED},
        {"an outsider sees nothing", 0, SCHEDULED, BEFORE, &PROPOSAL_MAKE, ERR_NOT_FOUND},
        {"nobody proposes once the hour has begun", STANDING_MEMBER, SCHEDULED, HOUR, &PROPOSAL_MAKE, ERR_WRONG_STATE},
        {"nor for what is cancelled", STANDING_MEMBER, CANCELLED, BEFORE, &PROPOSAL_MAKE, ERR_WRONG_STATE},
        {"a secretary decides", STANDING_SECRETARY, SCHEDULED, HOUR, &PROPOSAL_DECIDE, ERR_OK},
        {"of a held meeting too", STANDING_SECRETARY, HELD, HOUR, &PROPOSAL_DECIDE, ERR_OK},
        {"a member does not", STANDING_MEMBER, SCHEDULED, BEFORE, &PROPOSAL_DECIDE, ERR_NOT_ALLOWED},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct meeting meeting = meeting_of(CASES[i].state);
        struct meeting_actor actor = {.standing = CASES[i].standing};
        if (meeting_check(&meeting, &actor, CASES[i].action, CASES[i].now) != CASES[i].expected)
            fail_msg("%s: expected %s", CASES[i].who, err_word(CASES[i].expected));
    }
}

static void test_what_a_decision_makes_of_a_proposal(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        int was, decision;
        const char *reason;
        bool has_minutes;
        int meeting, now;
        enum err expected;
        int next;
        const char *field;
    } CASES[] = {
        {"accepted", OPEN, ACCEPT, NULL, true, SCHEDULED, BEFORE, ERR_OK, ACCEPTED, NULL},
        {"left for the next", OPEN, WAIT, NULL, false, SCHEDULED, BEFORE, ERR_OK, NEXT, NULL},
        {"left for the next by a held meeting", OPEN, WAIT, NULL, false, HELD, HOUR, ERR_OK, NEXT, NULL},
        {"declined with a reason", OPEN, DECLINE, "Đã làm", false, SCHEDULED, BEFORE, ERR_OK, DECLINED, NULL},
        {"declined without", OPEN, DECLINE, NULL, false, SCHEDULED, BEFORE, ERR_FIELD_REQUIRED, 0, "/reason"},
        {"minutes of no topic", OPEN, WAIT, NULL, true, SCHEDULED, BEFORE, ERR_FIELD_CONFLICT, 0, "/minutes"},
        {"what waits is accepted", NEXT, ACCEPT, NULL, false, SCHEDULED, BEFORE, ERR_OK, ACCEPTED, NULL},
        {"what waits is not declined", NEXT, DECLINE, "A", false, SCHEDULED, BEFORE, ERR_WRONG_STATE, 0, NULL},
        {"what is declined stays so", DECLINED, ACCEPT, NULL, false, SCHEDULED, BEFORE, ERR_WRONG_STATE, 0, NULL},
        {"what is withdrawn stays so", WITHDRAWN, WAIT, NULL, false, SCHEDULED, BEFORE, ERR_WRONG_STATE, 0, NULL},
        {"once more the same", NEXT, WAIT, NULL, false, SCHEDULED, BEFORE, ERR_OK, NEXT, NULL},
        {"with another reason", NEXT, WAIT, "A", false, SCHEDULED, BEFORE, ERR_WRONG_STATE, 0, NULL},
        {"no topic of a meeting that has begun", OPEN, ACCEPT, NULL, false, SCHEDULED, HOUR, ERR_WRONG_STATE, 0, NULL},
        {"no topic of a held meeting", OPEN, ACCEPT, NULL, false, HELD, BEFORE, ERR_WRONG_STATE, 0, NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct meeting meeting = meeting_of(CASES[i].meeting);
        const struct proposal proposal = proposal_of(CASES[i].was);
        const struct proposal_verdict verdict = {(Pb__ProposalDecision)CASES[i].decision, CASES[i].reason,
                                                 CASES[i].has_minutes, 10};
        const struct meeting_cause cause = {.message = {{7}}, .now_us = CASES[i].now};
        struct proposal next;
        problems.n = 0;
        enum err err = proposal_decide(&proposal, &meeting, &verdict, &cause, &problems, &next);
        if (err != (CASES[i].field ? ERR_INVALID : CASES[i].expected))
            fail_msg("%s: %s", CASES[i].what, err_word(err));
        if (CASES[i].field)
            assert_problem(CASES[i].field, CASES[i].expected);
        if (!err &&
            ((int)next.state != CASES[i].next || uuid_is_zero(&next.agenda_item) == (CASES[i].next == ACCEPTED)))
            fail_msg("%s: state %d", CASES[i].what, (int)next.state);
    }
}

static void test_a_topic_says_that_it_was_proposed(void **state)
{
    (void)state;
    struct proposal accepted = proposal_of(ACCEPTED);
    accepted.agenda_item = (struct uuid){{9}};
    struct agenda_item topic = proposal_topic(&accepted, 15);
    assert_string_equal(topic.title, "Sửa nhà văn hóa");
    assert_int_equal(topic.minutes, 15);
    assert_true(topic.has_source);
    assert_int_equal(topic.source_type, PB__AGENDA_ITEM__SOURCE__TYPE__TYPE_PROPOSAL);
    assert_memory_equal(&topic.source, &accepted.id, sizeof topic.source);
}

static void test_its_author_withdraws_what_is_open(void **state)
{
    (void)state;
    const struct uuid author = {{50}}, other = {{51}};
    const struct proposal open = proposal_of(OPEN), declined = proposal_of(DECLINED);
    struct proposal next;
    assert_int_equal(proposal_withdraw(&open, &other, &next), ERR_NOT_ALLOWED);
    assert_int_equal(proposal_withdraw(&declined, &author, &next), ERR_WRONG_STATE);
    assert_int_equal(proposal_withdraw(&open, &author, &next), ERR_OK);
    assert_int_equal(next.state, WITHDRAWN);
}

static void test_members_and_meetings_have_so_many_proposals(void **state)
{
    (void)state;
    const struct uuid author = {{50}};
    const struct meeting_cause cause = {.message = {{7}}, .now_us = BEFORE};
    struct meeting meeting = meeting_of(SCHEDULED);
    struct proposal_input input = {.title = "A", .reason = "B", .n_open = PROPOSALS_OPEN_LIMIT - 1};
    struct proposal made;
    assert_int_equal(proposal_make(&meeting, &author, &input, &cause, &made), ERR_OK);
    assert_int_equal(made.state, OPEN);
    input.n_open++;
    assert_int_equal(proposal_make(&meeting, &author, &input, &cause, &made), ERR_LIMIT_REACHED);
    input.n_open = 0;
    meeting.counts[MEETING_PROPOSALS] = PROPOSALS_LIMIT;
    assert_int_equal(proposal_make(&meeting, &author, &input, &cause, &made), ERR_LIMIT_REACHED);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_who_proposes_and_who_decides),
        CASE(test_what_a_decision_makes_of_a_proposal),
        CASE(test_a_topic_says_that_it_was_proposed),
        CASE(test_its_author_withdraws_what_is_open),
        CASE(test_members_and_meetings_have_so_many_proposals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
