/* services/meeting/task/task.h and template/template.h: what is prepared, and who prepares it, by table. */
#include "rules.h"

#include "common/base/array.h"
#include "services/directory/directory.h"
#include "services/meeting/task/task.h"
#include "services/meeting/template/template.h"

#include <string.h>

#define OPEN PB__TASK_STATE__TASK_STATE_OPEN
#define DONE PB__TASK_STATE__TASK_STATE_DONE
#define REGULAR PB__MEETING_KIND__MEETING_KIND_REGULAR
#define THEMATIC PB__MEETING_KIND__MEETING_KIND_THEMATIC
static const struct uuid BRANCH = {{4}}, SOMEBODY = {{50}};

/* Noon of 4 December 2026. */
static struct meeting_cause now(void)
{
    return (struct meeting_cause){.message = {{7}}, .now_us = local(2026, 12, 4, 12)};
}

static void test_heads_and_the_officers_of_that_very_organisation_prepare(void **state)
{
    (void)state;
    static const struct {
        const char *who;
        unsigned standing;
        bool is_suspended, reads, keeps;
    } CASES[] = {
        {"a secretary", STANDING_SECRETARY | STANDING_MEMBER, false, true, true},
        {"a deputy", STANDING_DEPUTY, false, true, true},
        {"an officer of it", STANDING_OFFICER | STANDING_OFFICER_HERE, false, true, true},
        {"an officer above", STANDING_OFFICER, false, false, false},
        {"a member", STANDING_MEMBER, false, false, false},
        {"a committee member", STANDING_COMMITTEE, false, false, false},
        {"an administrator", STANDING_ADMIN, false, false, false},
        {"a secretary who is suspended", STANDING_SECRETARY, true, true, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct meeting_actor actor = {.standing = CASES[i].standing, .is_suspended = CASES[i].is_suspended};
        if (prepared_may_read(&actor) != CASES[i].reads || prepared_may_keep(&actor) != CASES[i].keeps)
            fail_msg("%s", CASES[i].who);
    }
}

static struct task task_of(int state)
{
    return (struct task){
        .is = {.id = {{5}}, .organization = BRANCH, .version = 3, .created_at_us = 1, .is_counted = state == OPEN},
        .title = "Sửa mái",
        .assignee = SOMEBODY,
        .due_on = clock_date_join(2026, 12, 1), /* it was due three days ago */
        .state = (Pb__TaskState)state,
    };
}

static void test_a_new_task_is_open_and_due_in_time(void **state)
{
    (void)state;
    const struct uuid meeting = {{3}};
    static const struct {
        const char *what;
        int day;
        bool names_somebody, belongs, has_source, is_source_known;
        int32_t n_open;
        enum err expected;
        const char *field;
    } CASES[] = {
        {"today", 4, false, false, false, false, 0, ERR_OK, NULL},
        {"somebody's", 5, true, true, false, false, 0, ERR_OK, NULL},
        {"from a meeting", 5, false, false, true, true, 0, ERR_OK, NULL},
        {"yesterday", 3, false, false, false, false, 0, ERR_FIELD_PAST, "/due_on"},
        {"a stranger's", 5, true, false, false, false, 0, ERR_FIELD_UNKNOWN_ID, "/assignee_id"},
        {"from nowhere", 5, false, false, true, false, 0, ERR_FIELD_UNKNOWN_ID, "/source/id"},
        {"one too many", 5, false, false, false, false, TASKS_OPEN_LIMIT, ERR_LIMIT_REACHED, NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct task_input input = {.title = "Sửa mái",
                                         .sets_assignee = true,
                                         .sets_due_on = true,
                                         .sets_source = CASES[i].has_source,
                                         .assignee = CASES[i].names_somebody ? SOMEBODY : (struct uuid){{0}},
                                         .may_be_assigned = CASES[i].belongs,
                                         .due_on = clock_date_join(2026, 12, CASES[i].day),
                                         .source = meeting,
                                         .is_source_known = CASES[i].is_source_known};
        const struct meeting_cause cause = now();
        struct task made;
        problems.n = 0;
        enum err err = task_add(&BRANCH, &input, CASES[i].n_open, &cause, &problems, &made);
        if (err != (CASES[i].field ? ERR_INVALID : CASES[i].expected))
            fail_msg("%s: %s", CASES[i].what, err_word(err));
        if (CASES[i].field)
            assert_problem(CASES[i].field, CASES[i].expected);
        if (!err && (made.state != OPEN || made.is.version != 1 || !made.is.is_counted ||
                     made.has_source != CASES[i].has_source))
            fail_msg("%s", CASES[i].what);
    }
}

static void test_an_edit_changes_what_it_names(void **state)
{
    (void)state;
    static const struct uuid NOBODY, OTHER = {{51}};
    const int32_t was = clock_date_join(2026, 12, 1);
    const struct {
        const char *what;
        int was;
        struct task_input input;
        int32_t n_open;
        enum err expected;
        bool changes;
        const char *field;
    } CASES[] = {
        {"nothing", OPEN, {.title = NULL}, 0, ERR_OK, false, NULL},
        {"the same once more", OPEN, {.title = "Sửa mái", .sets_due_on = true, .due_on = was}, 0, ERR_OK, false, NULL},
        {"the same person, who has left", OPEN, {.sets_assignee = true, .assignee = SOMEBODY}, 0, ERR_OK, false, NULL},
        {"another title", OPEN, {.title = "Sửa cửa"}, 0, ERR_OK, true, NULL},
        {"nobody", OPEN, {.sets_assignee = true, .assignee = NOBODY}, 0, ERR_OK, true, NULL},
        {"a stranger",
         OPEN,
         {.sets_assignee = true, .assignee = OTHER},
         0,
         ERR_FIELD_UNKNOWN_ID,
         false,
         "/assignee_id"},
        {"an earlier day", OPEN, {.sets_due_on = true, .due_on = was - 1}, 0, ERR_FIELD_PAST, false, "/due_on"},
        {"done", OPEN, {.sets_state = true, .state = DONE}, 0, ERR_OK, true, NULL},
        {"done again", DONE, {.sets_state = true, .state = DONE}, TASKS_OPEN_LIMIT, ERR_OK, false, NULL},
        {"open again", DONE, {.sets_state = true, .state = OPEN}, 0, ERR_OK, true, NULL},
        {"one too many", DONE, {.sets_state = true, .state = OPEN}, TASKS_OPEN_LIMIT, ERR_LIMIT_REACHED, false, NULL},
        {"an open one of many", OPEN, {.title = "Sửa cửa"}, TASKS_OPEN_LIMIT, ERR_OK, true, NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct task task = task_of(CASES[i].was);
        const struct meeting_cause cause = now();
        struct task next;
        problems.n = 0;
        enum err err = task_edit(&task, &CASES[i].input, CASES[i].n_open, &cause, &problems, &next);
        if (err != (CASES[i].field ? ERR_INVALID : CASES[i].expected))
            fail_msg("%s: %s", CASES[i].what, err_word(err));
        if (CASES[i].field)
            assert_problem(CASES[i].field, CASES[i].expected);
        if (!err &&
            (next.is.version != task.is.version + CASES[i].changes || next.is.is_counted != (next.state == OPEN)))
            fail_msg("%s: version %d", CASES[i].what, (int)next.is.version);
    }
}

static void test_a_template_is_for_each_of_its_kinds_once(void **state)
{
    (void)state;
    static const Pb__MeetingKind BOTH[] = {THEMATIC, REGULAR}, TWICE[] = {REGULAR, REGULAR};
    const struct meeting_cause cause = now();
    struct template_input input = {.title = "Sinh hoạt tư tưởng",
                                   .sets_minutes = true,
                                   .sets_kinds = true,
                                   .minutes = 20,
                                   .kinds = BOTH,
                                   .n_kinds = 2};
    struct agenda_template made;
    assert_int_equal(template_add(&BRANCH, &input, 0, &cause, &problems, &made), ERR_OK);
    assert_int_equal(made.is.version, 1);
    assert_int_equal(made.n_kinds, 2);
    assert_int_equal(made.kinds[0], REGULAR);
    assert_int_equal(made.kinds[1], THEMATIC);

    input.kinds = TWICE;
    assert_int_equal(template_add(&BRANCH, &input, 0, &cause, &problems, &made), ERR_INVALID);
    assert_problem("/kinds/1", ERR_FIELD_DUPLICATE);
    input.n_kinds = 0;
    problems.n = 0;
    assert_int_equal(template_add(&BRANCH, &input, 0, &cause, &problems, &made), ERR_INVALID);
    assert_problem("/kinds", ERR_FIELD_REQUIRED);
    assert_int_equal(template_add(&BRANCH, &input, TEMPLATES_LIMIT, &cause, &problems, &made), ERR_LIMIT_REACHED);
}

static void test_a_template_changes_when_something_else_is_said(void **state)
{
    (void)state;
    static const Pb__MeetingKind OTHER_ORDER[] = {THEMATIC, REGULAR}, ONE[] = {THEMATIC};
    const struct agenda_template old = {
        .is = {.version = 3}, .title = "A", .minutes = 20, .n_kinds = 2, .kinds = {REGULAR, THEMATIC}};
    const struct template_input same = {
        .title = "A", .sets_minutes = true, .minutes = 20, .sets_kinds = true, .kinds = OTHER_ORDER, .n_kinds = 2};
    const struct template_input other = {.sets_kinds = true, .kinds = ONE, .n_kinds = 1};
    struct agenda_template next;
    assert_int_equal(template_edit(&old, &same, &problems, &next), ERR_OK);
    assert_int_equal(next.is.version, 3);
    assert_int_equal(template_edit(&old, &other, &problems, &next), ERR_OK);
    assert_int_equal(next.is.version, 4);
    assert_int_equal(next.n_kinds, 1);
    assert_int_equal(next.kinds[0], THEMATIC);
    assert_int_equal(next.minutes, 20);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_heads_and_the_officers_of_that_very_organisation_prepare),
        CASE(test_a_new_task_is_open_and_due_in_time),
        CASE(test_an_edit_changes_what_it_names),
        CASE(test_a_template_is_for_each_of_its_kinds_once),
        CASE(test_a_template_changes_when_something_else_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
