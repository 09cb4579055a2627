/* services/meeting/minutes/minutes.h: who writes minutes, what a body makes of them and of the meeting, by table. */
#include "rules.h"

#include "common/base/array.h"
#include "services/directory/directory.h"
#include "services/meeting/minutes/minutes.h"

#include <string.h>

enum {
    DRAFT = PB__MEETING_STATE__MEETING_STATE_DRAFT,
    SCHEDULED = PB__MEETING_STATE__MEETING_STATE_SCHEDULED,
    HELD = PB__MEETING_STATE__MEETING_STATE_HELD,
    CANCELLED = PB__MEETING_STATE__MEETING_STATE_CANCELLED,
};
enum {
    REGULAR = PB__MEETING_KIND__MEETING_KIND_REGULAR,
    EXECUTIVE = PB__MEETING_KIND__MEETING_KIND_EXECUTIVE,
};
enum { HOUR = 1000, AFTER = HOUR + 1 };

static const struct meeting_cause CAUSE = {.message = {{7}}, .now_us = AFTER};

static struct meeting meeting_of(int state)
{
    static const struct agenda_item AGENDA[] = {
        {.id = {{0xa1}}, .title = "Đọc nghị quyết", .minutes = 30},
        {.id = {{0xa2}}, .title = "Góp ý", .minutes = 15},
    };
    return (struct meeting){.id = {{3}},
                            .organization = {{4}},
                            .version = 5,
                            .state = (Pb__MeetingState)state,
                            .starts_at_us = HOUR,
                            .agenda = AGENDA,
                            .n_agenda = ARRAY_LENGTH(AGENDA)};
}

/* --- a body ------------------------------------------------------------------------------------------------------- */

struct conclusion {
    int topic;   /* 0xa1, 0xa2: of the meeting's agenda */
    int outcome; /* -1: none */
};

static Pb__PutMinutes *body_of(const char *text, const struct conclusion conclusions[], size_t n)
{
    Pb__PutMinutes *body = mem_new(ctx, Pb__PutMinutes);
    pb__put_minutes__init(body);
    body->text = mem_text(ctx, text);
    body->n_conclusions = n;
    body->conclusions = mem_array(ctx, Pb__PutMinutes__Conclusion *, n);
    for (size_t i = 0; i < n; i++) {
        struct uuid topic = {{(uint8_t)conclusions[i].topic}};
        body->conclusions[i] = mem_new(ctx, Pb__PutMinutes__Conclusion);
        pb__put_minutes__conclusion__init(body->conclusions[i]);
        body->conclusions[i]->agenda_item_id = uuid_to_pb(ctx, &topic);
        body->conclusions[i]->text = mem_text(ctx, "Nhất trí");
        body->conclusions[i]->has_outcome = conclusions[i].outcome >= 0;
        body->conclusions[i]->outcome = (Pb__ItemOutcome)conclusions[i].outcome;
    }
    return body;
}

static enum err put(const struct minutes *minutes, const Pb__PutMinutes *said, struct minutes *ret_next)
{
    const struct meeting meeting = meeting_of(HELD);
    const struct minutes_input input = {.said = said, .may_name_document = false};
    problems.n = 0;
    return minutes_put(ctx, &meeting, minutes, &input, &CAUSE, &problems, ret_next);
}

static struct minutes written(const Pb__PutMinutes *said)
{
    struct minutes next, none = {0};
    assert_int_equal(put(&none, said, &next), ERR_OK);
    return next;
}

static Pb__PutMinutes *publishing(Pb__PutMinutes *said)
{
    said->has_publish = said->publish = true;
    return said;
}

/* --- who, and when ------------------------------------------------------------------------------------------------ */

static void test_who_writes_minutes_and_when(void **state)
{
    (void)state;
    static const struct {
        const char *who;
        unsigned standing;
        int kind, state;
        enum err expected;
    } CASES[] = {
        {"a secretary, once it is held", STANDING_SECRETARY, REGULAR, HELD, ERR_OK},
        {"a deputy", STANDING_DEPUTY, REGULAR, HELD, ERR_OK},
        {"a member does not", STANDING_MEMBER, REGULAR, HELD, ERR_NOT_ALLOWED},
        {"an officer above does not", STANDING_OFFICER, REGULAR, HELD, ERR_NOT_ALLOWED},
        {"an officer of an executive meeting does", STANDING_OFFICER | STANDING_OFFICER_HERE, EXECUTIVE, HELD, ERR_OK},
        {"an outsider sees nothing", 0, REGULAR, HELD, ERR_NOT_FOUND},
        {"nobody before it is held", STANDING_SECRETARY, REGULAR, SCHEDULED, ERR_WRONG_STATE},
        {"nor of a draft", STANDING_SECRETARY, REGULAR, DRAFT, ERR_WRONG_STATE},
        {"nor of what is cancelled", STANDING_SECRETARY, REGULAR, CANCELLED, ERR_WRONG_STATE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct meeting meeting = meeting_of(CASES[i].state);
        struct meeting_actor actor = {.standing = CASES[i].standing};
        meeting.kind = (Pb__MeetingKind)CASES[i].kind;
        if (meeting_check(&meeting, &actor, &MINUTES_WRITE, AFTER) != CASES[i].expected)
            fail_msg("%s: expected %s", CASES[i].who, err_word(CASES[i].expected));
    }
}

static void test_two_who_write_at_once_do_not_overwrite_each_other(void **state)
{
    (void)state;
    static const struct {
        uint64_t version;
        bool has_seen;
        uint64_t seen;
        enum err expected;
    } CASES[] = {
        {0, false, 0, ERR_OK},
        {0, true, 0, ERR_OK},
        {0, true, 1, ERR_VERSION_CONFLICT},
        {1, false, 0, ERR_IF_MATCH_MISSING},
        {1, true, 1, ERR_OK},
        {2, true, 1, ERR_VERSION_CONFLICT},
        {1, true, 0, ERR_VERSION_CONFLICT},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct minutes minutes = {.version = CASES[i].version};
        assert_int_equal(minutes_check_version(&minutes, CASES[i].has_seen, CASES[i].seen), CASES[i].expected);
    }
}

/* --- what a body makes of them ------------------------------------------------------------------------------------ */

static void test_what_is_written_is_kept_and_its_version_rises_when_it_changes(void **state)
{
    (void)state;
    const struct conclusion one[] = {{0xa1, 0}};
    const struct minutes first = written(body_of("Đồng chí bí thư", one, 1));
    struct minutes next;
    assert_int_equal(first.version, 1);
    assert_int_equal(first.published_at_us, 0);
    assert_string_equal(first.content->text, "Đồng chí bí thư");
    assert_int_equal(first.content->n_conclusions, 1);
    assert_int_equal(put(&first, body_of("Đồng chí bí thư", one, 1), &next), ERR_OK);
    assert_int_equal(next.version, 1);
    assert_int_equal(put(&first, body_of("Đồng chí phó bí thư", one, 1), &next), ERR_OK);
    assert_int_equal(next.version, 2);
    assert_int_equal(put(&first, body_of("Đồng chí bí thư", NULL, 0), &next), ERR_OK);
    assert_int_equal(next.version, 2);
}

static void test_what_is_published_stays_so_and_may_be_corrected(void **state)
{
    (void)state;
    const struct minutes draft = written(body_of("Nháp", NULL, 0));
    struct minutes published, next;
    assert_int_equal(put(&draft, publishing(body_of("Nháp", NULL, 0)), &published), ERR_OK);
    assert_int_equal(published.version, 2);
    assert_int_equal(published.published_at_us, AFTER);
    assert_int_equal(put(&published, body_of("Sửa", NULL, 0), &next), ERR_OK);
    assert_int_equal(next.version, 3);
    assert_int_equal(next.published_at_us, AFTER);
    assert_int_equal(put(&published, publishing(body_of("Nháp", NULL, 0)), &next), ERR_OK);
    assert_int_equal(next.version, 2);
}

static void test_a_body_that_the_meeting_forbids_names_its_field(void **state)
{
    (void)state;
    const struct conclusion unknown[] = {{0xa1, 0}, {0xa9, 0}}, twice[] = {{0xa1, 0}, {0xa2, -1}, {0xa1, 1}};
    const struct uuid document = {{0xd1}};
    struct minutes next, none = {0};
    assert_int_equal(put(&none, body_of("A", unknown, 2), &next), ERR_INVALID);
    assert_problem("/conclusions/1/agenda_item_id", ERR_FIELD_UNKNOWN_ID);
    assert_int_equal(put(&none, body_of("A", twice, 3), &next), ERR_INVALID);
    assert_problem("/conclusions/2/agenda_item_id", ERR_FIELD_DUPLICATE);
    assert_int_equal(put(&none, publishing(body_of("", NULL, 0)), &next), ERR_INVALID);
    assert_problem("/text", ERR_FIELD_REQUIRED);
    assert_int_equal(put(&none, body_of("", NULL, 0), &next), ERR_OK); /* nothing is written yet */
    Pb__PutMinutes *said = body_of("A", NULL, 0);
    said->has_document_id = true;
    said->document_id = uuid_to_pb(ctx, &document);
    assert_int_equal(put(&none, said, &next), ERR_INVALID);
    assert_problem("/document_id", ERR_FIELD_UNKNOWN_ID);
}

static void test_a_document_that_is_named_already_stays_whoever_writes(void **state)
{
    (void)state;
    const struct meeting meeting = meeting_of(HELD);
    const struct uuid document = {{0xd1}};
    struct minutes named, next, none = {0};
    Pb__PutMinutes *said = body_of("", NULL, 0);
    said->has_document_id = true;
    said->document_id = uuid_to_pb(ctx, &document);
    const struct minutes_input reads_it = {.said = said, .may_name_document = true};
    problems.n = 0;
    assert_int_equal(minutes_put(ctx, &meeting, &none, &reads_it, &CAUSE, &problems, &named), ERR_OK);
    assert_int_equal(put(&named, publishing(said), &next), ERR_OK); /* the file says it all */
    assert_int_equal(next.published_at_us, AFTER);
}

/* --- what the meeting shows --------------------------------------------------------------------------------------- */

static void test_published_minutes_show_in_the_meeting_and_settle_its_topics(void **state)
{
    (void)state;
    const struct conclusion conclusions[] = {{0xa2, PB__ITEM_OUTCOME__ITEM_OUTCOME_CARRIED_OVER}, {0xa1, -1}};
    const struct meeting meeting = meeting_of(HELD);
    const struct minutes published = written(publishing(body_of("Biên bản", conclusions, 2)));
    struct meeting next;
    minutes_show(ctx, &meeting, &published, true, &CAUSE, &next);
    assert_int_equal(next.version, meeting.version + 1);
    assert_string_equal(next.minutes->text, "Biên bản");
    assert_int_equal(next.minutes_published_at_us, AFTER);
    assert_false(next.agenda[0].has_outcome);
    assert_true(next.agenda[1].has_outcome);
    assert_int_equal(next.agenda[1].outcome, PB__ITEM_OUTCOME__ITEM_OUTCOME_CARRIED_OVER);
    assert_false(uuid_is_zero(&next.notification));
    assert_int_equal(next.notified_at_us, AFTER);
    assert_null(meeting.minutes);
    minutes_show(ctx, &meeting, &published, false, &CAUSE, &next);
    assert_true(uuid_is_zero(&next.notification)); /* a correction tells nobody */
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_who_writes_minutes_and_when),
        CASE(test_two_who_write_at_once_do_not_overwrite_each_other),
        CASE(test_what_is_written_is_kept_and_its_version_rises_when_it_changes),
        CASE(test_what_is_published_stays_so_and_may_be_corrected),
        CASE(test_a_body_that_the_meeting_forbids_names_its_field),
        CASE(test_a_document_that_is_named_already_stays_whoever_writes),
        CASE(test_published_minutes_show_in_the_meeting_and_settle_its_topics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
