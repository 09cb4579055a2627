/* services/document/reaction/reaction.h: what a member thinks of a target, and how it is counted. */
#include "document_help.h"

#include "services/document/reaction/reaction.h"

enum {
    TOO_HIGH = PB__REACTION_VALUE__REACTION_VALUE_TOO_HIGH,
    TOO_LOW = PB__REACTION_VALUE__REACTION_VALUE_TOO_LOW,
};

static void test_he_thinks_one_thing_at_a_time(void **state)
{
    (void)state;
    static const struct reaction_counts COUNTS = {{5, 4, 3, 2}};
    struct reaction nothing = {.target = {{7}}, .member = {{8}}};
    struct reaction_change first, same, other;
    assert_true(reaction_think(&nothing, &COUNTS, (Pb__ReactionValue)TOO_HIGH, NULL, 100, &first));
    assert_true(first.next.is_there);
    assert_int_equal(first.next.at_us, 100);
    assert_int_equal(first.counts.n[TOO_HIGH], 6);
    assert_false(first.is_said);

    assert_false(reaction_think(&first.next, &first.counts, (Pb__ReactionValue)TOO_HIGH, NULL, 200, &same));
    assert_int_equal(same.next.at_us, 100);
    assert_int_equal(same.counts.n[TOO_HIGH], 6);

    assert_true(reaction_think(&first.next, &first.counts, (Pb__ReactionValue)TOO_LOW, NULL, 300, &other));
    assert_int_equal(other.counts.n[TOO_HIGH], 5);
    assert_int_equal(other.counts.n[TOO_LOW], 4);
    assert_int_equal(other.next.at_us, 300);
}

static void test_what_is_said_beside_it_is_said_once(void **state)
{
    (void)state;
    static const struct reaction_counts COUNTS = {{0, 0, 0, 0}};
    struct reaction nothing = {.target = {{7}}};
    struct reaction_change first, same, silent, other;
    assert_true(reaction_think(&nothing, &COUNTS, (Pb__ReactionValue)TOO_HIGH, "Quá cao", 100, &first));
    assert_true(first.is_said);
    assert_false(reaction_think(&first.next, &first.counts, (Pb__ReactionValue)TOO_HIGH, "Quá cao", 200, &same));
    assert_false(same.is_said);
    assert_true(reaction_think(&first.next, &first.counts, (Pb__ReactionValue)TOO_LOW, NULL, 300, &silent));
    assert_false(silent.is_said);
    assert_string_equal(silent.next.comment, "Quá cao"); /* so that it is not said a second time */
    assert_true(reaction_think(&first.next, &first.counts, (Pb__ReactionValue)TOO_HIGH, "Khó đạt", 400, &other));
    assert_true(other.is_said);
    assert_int_equal(other.counts.n[TOO_HIGH], 1);
}

static void test_readers_react_to_targets_of_what_is_out(void **state)
{
    (void)state;
    static const struct document_target TARGETS[] = {{{{0xa1}}, "Kết nạp 3 đảng viên"}};
    static const struct {
        const char *what;
        int state;
        bool has_targets, is_suspended;
        enum err expected;
    } CASES[] = {
        {"a reader", PUBLISHED, true, false, ERR_OK},
        {"of what was replaced since", REPLACED, true, false, ERR_OK},
        {"of what was withdrawn", WITHDRAWN, true, false, ERR_WITHDRAWN},
        {"where there is no target: which is not there, says the target", PUBLISHED, false, false, ERR_OK},
        {"who is suspended reads on", PUBLISHED, true, true, ERR_NOT_ALLOWED},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct document document = document_of(INTERNAL, CASES[i].state);
        struct document_actor actor = {.reader = {.is_member = true, .is_addressed = true},
                                       .is_suspended = CASES[i].is_suspended};
        document.targets = TARGETS;
        document.n_targets = CASES[i].has_targets;
        if (document_check(&document, &actor, DOCUMENT_REACT) != CASES[i].expected)
            fail_msg("%s", CASES[i].what);
        assert_int_equal(document_offers(&document, &actor, DOCUMENT_REACT),
                         CASES[i].has_targets && CASES[i].expected == ERR_OK);
        assert_int_equal(reaction_has_target(&document, &TARGETS[0].id), CASES[i].has_targets);
        assert_false(reaction_has_target(&document, &document.id));
    }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_he_thinks_one_thing_at_a_time),
        CASE(test_what_is_said_beside_it_is_said_once),
        CASE(test_readers_react_to_targets_of_what_is_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
