/* services/meeting/comment/comment.h: the rules of comments, by table. */
#include "rules.h"

#include "common/base/array.h"
#include "services/directory/directory.h"
#include "services/meeting/comment/comment.h"

static const struct meeting MEETING = {
    .id = {{3}}, .organization = {{4}}, .version = 5, .state = PB__MEETING_STATE__MEETING_STATE_SCHEDULED};
static const struct meeting_cause CAUSE = {.message = {{7}}, .now_us = 1};

static void test_words_of_others_say_whose_they_are_and_how_they_came(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        bool for_other, is_member;
        int channel;
        const char *field;
        enum err expected;
    } CASES[] = {
        {"one's own by the app", false, false, PB__CHANNEL__CHANNEL_APP, NULL, ERR_OK},
        {"a member's by phone", true, true, PB__CHANNEL__CHANNEL_PHONE, NULL, ERR_OK},
        {"an outsider's by phone", true, false, PB__CHANNEL__CHANNEL_PHONE, "/on_behalf_of", ERR_FIELD_UNKNOWN_ID},
        {"a member's by the app", true, true, PB__CHANNEL__CHANNEL_APP, "/channel", ERR_FIELD_CONFLICT},
        {"nobody's by phone", false, false, PB__CHANNEL__CHANNEL_PHONE, "/on_behalf_of", ERR_FIELD_REQUIRED},
    };
    const struct uuid secretary = {{50}}, speaker = {{51}};
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct comment_input input = {
            .text = "Đồng ý", .channel = (Pb__Channel)CASES[i].channel, .speaker_is_member = CASES[i].is_member};
        struct comment comment;
        if (CASES[i].for_other)
            input.on_behalf_of = speaker;
        problems.n = 0;
        enum err err = comment_make(&MEETING, &secretary, &input, &CAUSE, &problems, &comment);
        if (err != (CASES[i].expected ? ERR_INVALID : ERR_OK))
            fail_msg("%s: %s", CASES[i].what, err_word(err));
        if (CASES[i].expected)
            assert_problem(CASES[i].field, CASES[i].expected);
        else
            assert_memory_equal(&comment.author, CASES[i].for_other ? &speaker : &secretary, sizeof secretary);
    }
}

static void test_a_comment_names_an_item_of_its_meeting(void **state)
{
    (void)state;
    const struct uuid member = {{50}};
    struct comment_input input = {.agenda_item = {{99}}, .text = "Đồng ý"};
    struct comment comment;
    assert_int_equal(comment_make(&MEETING, &member, &input, &CAUSE, &problems, &comment), ERR_INVALID);
    assert_problem("/agenda_item_id", ERR_FIELD_UNKNOWN_ID);
}

static void test_a_comment_for_the_secretary_is_seen_by_heads_and_its_author(void **state)
{
    (void)state;
    const struct comment comment = {.author = {{50}},
                                    .visibility = PB__COMMENT_VISIBILITY__COMMENT_VISIBILITY_SECRETARY};
    const struct meeting_actor author = {.id = {{50}}, .standing = STANDING_MEMBER},
                               other = {.id = {{51}}, .standing = STANDING_MEMBER},
                               deputy = {.id = {{52}}, .standing = STANDING_DEPUTY};
    assert_true(comment_may_read(&comment, &author));
    assert_false(comment_may_read(&comment, &other));
    assert_true(comment_may_read(&comment, &deputy));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_words_of_others_say_whose_they_are_and_how_they_came),
        CASE(test_a_comment_names_an_item_of_its_meeting),
        CASE(test_a_comment_for_the_secretary_is_seen_by_heads_and_its_author),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
