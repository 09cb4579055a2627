/* services/meeting/draft/draft.h: when the next meeting is, and what it is about, by table. */
#include "rules.h"

#include "common/base/array.h"
#include "services/meeting/draft/draft.h"

#include <string.h>

#define TEMPLATE PB__AGENDA_ITEM__SOURCE__TYPE__TYPE_TEMPLATE
#define CARRY_OVER PB__AGENDA_ITEM__SOURCE__TYPE__TYPE_CARRY_OVER
#define PROPOSAL PB__AGENDA_ITEM__SOURCE__TYPE__TYPE_PROPOSAL
#define TASK PB__AGENDA_ITEM__SOURCE__TYPE__TYPE_TASK
#define DOCUMENT PB__AGENDA_ITEM__SOURCE__TYPE__TYPE_DOCUMENT
#define LAST_MEETING PB__AGENDA_ITEM__SOURCE__TYPE__TYPE_LAST_MEETING

static int32_t month_of(int year, int month)
{
    return year * 12 + month - 1;
}

static void test_the_rhythm_is_what_was_said_else_as_it_was_last_else_the_usual(void **state)
{
    (void)state;
    const struct directory_org said = {.meeting_day = 4, .meeting_minute = 8 * 60, .meeting_place = "Hội trường"},
                               silent = {.meeting_minute = -1};
    const struct meeting last = {.starts_at_us = local(2026, 11, 30, 20), .place = "Nhà văn hóa"};
    struct draft_rhythm rhythm = draft_rhythm_of(&said, &last);
    assert_int_equal(rhythm.day, 4);
    assert_int_equal(rhythm.minute, 8 * 60);
    assert_string_equal(rhythm.place, "Hội trường");
    rhythm = draft_rhythm_of(&silent, &last);
    assert_int_equal(rhythm.day, 30);
    assert_int_equal(rhythm.minute, 20 * 60);
    assert_string_equal(rhythm.place, "Nhà văn hóa");
    rhythm = draft_rhythm_of(&silent, NULL);
    assert_int_equal(rhythm.day, 3);
    assert_int_equal(rhythm.minute, 19 * 60 + 30);
    assert_string_equal(rhythm.place, "");
}

static void test_the_month_is_the_first_that_is_free_and_ahead(void **state)
{
    (void)state;
    const struct draft_rhythm third = {.day = 3, .minute = 19 * 60};
    const int32_t december = month_of(2026, 12);
    const int32_t two[] = {december, december + 1};
    int32_t all[15];
    for (int32_t i = 0; i < 15; i++)
        all[i] = december + i;
    const struct {
        const char *what;
        const int32_t *taken;
        size_t n;
        int day, hour;
        int32_t month;
    } CASES[] = {
        {"its hour is ahead today", NULL, 0, 3, 18, december},
        {"its hour is over", NULL, 0, 3, 19, december + 1},
        {"this one is taken", two, 1, 1, 8, december + 1},
        {"two are", two, 2, 1, 8, december + 2},
        {"all are: the last that may be convened", all, 15, 1, 8, month_of(2028, 1)},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        int64_t now_us = local(2026, 12, CASES[i].day, CASES[i].hour);
        int32_t month = draft_month(&third, CASES[i].taken, CASES[i].n, now_us);
        if (month != CASES[i].month)
            fail_msg("%s: %d", CASES[i].what, (int)(month - december));
    }
}

static void test_no_meeting_is_drafted_for_a_month_that_is_over_or_far(void **state)
{
    (void)state;
    int64_t now_us = local(2026, 12, 4, 12);
    assert_int_equal(draft_check_month(month_of(2026, 11), now_us), ERR_FIELD_PAST);
    assert_int_equal(draft_check_month(month_of(2026, 12), now_us), ERR_OK);
    assert_int_equal(draft_check_month(month_of(2028, 1), now_us), ERR_OK);
    assert_int_equal(draft_check_month(month_of(2028, 2), now_us), ERR_FIELD_TOO_LARGE);
}

static void test_the_day_gives_way_to_what_is_over_and_to_the_new_year(void **state)
{
    (void)state;
    const struct {
        const char *what;
        int day, year, month;
        int64_t now_us, expected;
    } CASES[] = {
        {"an ordinary day", 3, 2027, 3, local(2026, 12, 4, 12), local(2027, 3, 3, 19)},
        {"the month's last", 31, 2027, 2, local(2026, 12, 4, 12), local(2027, 2, 28, 19)},
        {"of a leap year", 31, 2028, 2, local(2027, 12, 4, 12), local(2028, 2, 29, 19)},
        {"over: tomorrow", 3, 2026, 12, local(2026, 12, 4, 12), local(2026, 12, 5, 19)},
        {"today, ahead", 4, 2026, 12, local(2026, 12, 4, 12), local(2026, 12, 4, 19)},
        {"over on the month's last day: it stays", 3, 2026, 12, local(2026, 12, 31, 20), local(2026, 12, 3, 19)},
        {"the first of Tết 2027", 6, 2027, 2, local(2026, 12, 4, 12), local(2027, 2, 11, 19)},
        {"its eve", 5, 2027, 2, local(2026, 12, 4, 12), local(2027, 2, 11, 19)},
        {"the day before", 4, 2027, 2, local(2026, 12, 4, 12), local(2027, 2, 4, 19)},
        {"behind it is another month", 28, 2025, 1, local(2024, 12, 4, 12), local(2025, 1, 27, 19)},
        {"a year that nobody knows", 6, 2199, 2, local(2198, 12, 4, 12), local(2199, 2, 6, 19)},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct draft_rhythm rhythm = {.day = CASES[i].day, .minute = 19 * 60};
        int32_t month = month_of(CASES[i].year, CASES[i].month);
        if (draft_starts_at(&rhythm, month, CASES[i].now_us) != CASES[i].expected)
            fail_msg("%s", CASES[i].what);
    }
}

/* --- what about --- */

static const struct agenda_item LAST_AGENDA[] = {
    {.id = {{0xa1}},
     .title = "Đã bàn",
     .minutes = 30,
     .has_outcome = true,
     .outcome = PB__ITEM_OUTCOME__ITEM_OUTCOME_DONE},
    {.id = {{0xa2}},
     .title = "Còn lại",
     .minutes = 25,
     .has_outcome = true,
     .outcome = PB__ITEM_OUTCOME__ITEM_OUTCOME_CARRIED_OVER},
    {.id = {{0xa3}}, .title = "Chưa ghi", .minutes = 5},
};
static const struct meeting LAST = {.id = {{1}}, .agenda = LAST_AGENDA, .n_agenda = 3};
static const struct agenda_template TEMPLATES[] = {
    {.is = {.id = {{0x41}}}, .title = "Tư tưởng", .minutes = 20, .n_kinds = 1, .kinds = {0}},
    {.is = {.id = {{0x42}}}, .title = "Của cấp ủy", .minutes = 20, .n_kinds = 1, .kinds = {3}},
};
static const struct draft_line PROPOSALS[] = {{{{0x21}}, "Sửa nhà văn hóa"}},
                               DOCUMENTS[] = {{{{0xd1}}, "Nghị quyết 15"}, {{{0xd2}}, "Tư tưởng"}};

/* Of the 3rd of January 2027, regular. */
static struct meeting drafted(const struct draft_sources *sources)
{
    struct meeting draft = {.starts_at_us = local(2027, 1, 3, 19)};
    draft_agenda(ctx, sources, &draft);
    return draft;
}

struct expected {
    const char *title;
    Pb__AgendaItem__Source__Type type;
    uint8_t id;
    int32_t minutes;
};

static void assert_agenda(const struct meeting *draft, const struct expected *expected, size_t n)
{
    assert_int_equal(draft->n_agenda, n);
    for (size_t i = 0; i < n; i++) {
        const struct agenda_item *item = &draft->agenda[i];
        assert_string_equal(item->title, expected[i].title);
        assert_true(item->has_source && !item->has_outcome && uuid_is_zero(&item->id));
        assert_int_equal(item->source_type, expected[i].type);
        assert_int_equal(item->source.bytes[0], expected[i].id);
        assert_int_equal(item->minutes, expected[i].minutes);
    }
}

static void test_each_line_says_where_it_comes_from_and_no_title_comes_twice(void **state)
{
    (void)state;
    struct named_task tasks[2] = {{.is = {.is = {.id = {{0x31}}}, .title = "Nộp báo cáo"}},
                                  {.is = {.is = {.id = {{0x32}}}, .title = "Việc tháng sau"}}};
    tasks[0].is.due_on = clock_date_join(2027, 1, 3);
    tasks[1].is.due_on = clock_date_join(2027, 1, 4);
    const struct draft_sources sources = {.last = &LAST,
                                          .templates = TEMPLATES,
                                          .n_templates = 2,
                                          .proposals = PROPOSALS,
                                          .n_proposals = 1,
                                          .tasks = tasks,
                                          .n_tasks = 2,
                                          .documents = DOCUMENTS,
                                          .n_documents = 2};
    static const struct expected EXPECTED[] = {{"Còn lại", CARRY_OVER, 1, 25},
                                               {"Tư tưởng", TEMPLATE, 0x41, 20},
                                               {"Sửa nhà văn hóa", PROPOSAL, 0x21, DRAFT_MINUTES},
                                               {"Nộp báo cáo", TASK, 0x31, DRAFT_MINUTES},
                                               {"Nghị quyết 15", DOCUMENT, 0xd1, DRAFT_MINUTES}};
    struct meeting draft = drafted(&sources);
    assert_agenda(&draft, EXPECTED, ARRAY_LENGTH(EXPECTED));
    assert_int_equal(draft.agenda[4].n_documents, 1);
    assert_int_equal(draft.agenda[4].documents[0].id.bytes[0], 0xd1);
}

static void test_without_templates_the_last_meetings_topics_fill_it(void **state)
{
    (void)state;
    const struct draft_sources sources = {.last = &LAST, .templates = &TEMPLATES[1], .n_templates = 1},
                               nothing = {.last = NULL};
    static const struct expected EXPECTED[] = {
        {"Còn lại", CARRY_OVER, 1, 25}, {"Đã bàn", LAST_MEETING, 1, 30}, {"Chưa ghi", LAST_MEETING, 1, 5}};
    struct meeting draft = drafted(&sources);
    assert_agenda(&draft, EXPECTED, ARRAY_LENGTH(EXPECTED));
    draft = drafted(&nothing);
    assert_int_equal(draft.n_agenda, 0);
}

static void test_there_are_no_more_lines_than_a_meeting_may_have(void **state)
{
    (void)state;
    enum { MANY = MEETING_AGENDA_LIMIT_ITEMS + 5 };
    struct draft_line proposals[MANY];
    for (size_t i = 0; i < MANY; i++)
        proposals[i] = (struct draft_line){{{(uint8_t)i}}, mem_printf(ctx, "Đề xuất %zu", i)};
    const struct draft_sources sources = {.proposals = proposals, .n_proposals = MANY};
    assert_int_equal(drafted(&sources).n_agenda, MEETING_AGENDA_LIMIT_ITEMS);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_the_rhythm_is_what_was_said_else_as_it_was_last_else_the_usual),
        CASE(test_the_month_is_the_first_that_is_free_and_ahead),
        CASE(test_no_meeting_is_drafted_for_a_month_that_is_over_or_far),
        CASE(test_the_day_gives_way_to_what_is_over_and_to_the_new_year),
        CASE(test_each_line_says_where_it_comes_from_and_no_title_comes_twice),
        CASE(test_without_templates_the_last_meetings_topics_fill_it),
        CASE(test_there_are_no_more_lines_than_a_meeting_may_have),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
