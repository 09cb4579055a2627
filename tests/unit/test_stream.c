/* services/gateway/stream/event.h: of which tags a stream tells, whom they may reach, and in which words. */
#include "test.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/gateway/stream/event.h"

#include <string.h>

static TALLOC_CTX *ctx;

static int start(void **state)
{
    (void)state;
    ctx = mem_context(NULL, "test");
    return 0;
}

static int stop(void **state)
{
    (void)state;
    mem_free(ctx);
    return 0;
}

#define ID(letter) #letter "0000000-0000-0000-0000-000000000000"
#define A ID(a)
#define B ID(b)
#define C ID(c)

static struct uuid id(const char *text)
{
    struct uuid id;
    assert_int_equal(uuid_parse(text, &id), ERR_OK);
    return id;
}

static struct viewer of_branch(const char *branch)
{
    return (struct viewer){.signed_in = true, .has_branch = true, .branch = id(branch)};
}

static void test_a_meetings_change_may_reach_whom_its_lists_tags_name(void **state)
{
    (void)state;
    char *tags[] = {"meeting:" A, "meetings:" B, "meetings:" C, "comments:" A, "meeting:" A};
    struct event_news news;
    event_read(ctx, tags, ARRAY_LENGTH(tags), &news);
    assert_int_equal(news.causes.n, 1);
    const struct event_cause *cause = &news.causes.items[0];
    const struct viewer inside = of_branch(B), outside = of_branch(A);
    struct viewer above = of_branch(A);
    above.n_grants = 1;
    above.grants[0] = (struct viewer_grant){.organization = id(C), .role = PB__ROLE__ROLE_OFFICER};
    assert_int_equal(cause->type, EVENT_MEETING);
    assert_true(event_may_reach(cause, &inside) && event_may_reach(cause, &above));
    assert_false(event_may_reach(cause, &outside));
    assert_false(news.missed);
}

static void test_what_names_no_place_may_reach_everybody(void **state)
{
    (void)state;
    char *tags[] = {"document:" A, "documents", "meeting:" B};
    struct event_news news;
    const struct viewer anybody = of_branch(C);
    event_read(ctx, tags, ARRAY_LENGTH(tags), &news);
    assert_int_equal(news.causes.n, 2);
    for (size_t i = 0; i < news.causes.n; i++)
        assert_true(event_may_reach(&news.causes.items[i], &anybody));
}

static void test_figures_reach_those_of_the_organisation_and_an_inbox_its_member(void **state)
{
    (void)state;
    char *tags[] = {"dashboard:" A, "inbox:" B, "directory", "meeting:nonsense", "service:meeting"};
    struct event_news news;
    const struct viewer inside = of_branch(A), outside = of_branch(B);
    event_read(ctx, tags, ARRAY_LENGTH(tags), &news);
    assert_int_equal(news.causes.n, 1);
    assert_int_equal(news.causes.items[0].type, EVENT_ORGANIZATION);
    assert_true(event_may_reach(&news.causes.items[0], &inside));
    assert_false(event_may_reach(&news.causes.items[0], &outside));
    assert_int_equal(news.inboxes.n, 1);
    assert_true(news.missed);
}

static void test_more_places_than_there_is_room_for_are_everybodys(void **state)
{
    (void)state;
    char *tags[EVENT_PLACES_MOST + 2] = {"meeting:" A};
    for (size_t i = 1; i < ARRAY_LENGTH(tags); i++)
        tags[i] = mem_printf(ctx, "meetings:%08zx-0000-0000-0000-000000000000", i);
    struct event_news news;
    const struct viewer anybody = of_branch(C);
    event_read(ctx, tags, ARRAY_LENGTH(tags), &news);
    assert_true(event_may_reach(&news.causes.items[0], &anybody));
}

static void test_a_place_in_the_stream_is_of_its_epoch_alone(void **state)
{
    (void)state;
    char text[EVENT_ID_BYTES];
    uint64_t number = 0;
    event_id(0xab, UINT64_MAX, text);
    assert_true(event_id_read(text, 0xab, &number));
    assert_true(number == UINT64_MAX);
    assert_false(event_id_read(text, 0xac, &number));
    static const char *const NONE[] = {"", "7", "00000000000000ab-", "00000000000000ab--1", "00000000000000ab-7x"};
    for (size_t i = 0; i < ARRAY_LENGTH(NONE); i++)
        assert_false(event_id_read(NONE[i], 0xab, &number));
}

static void test_events_are_said_as_the_contract_says(void **state)
{
    (void)state;
    char text[EVENT_TEXT_BYTES], long_id[EVENT_TEXT_BYTES];
    const struct uuid thing = id(A);
    size_t n = event_changed(text, "1-2", EVENT_MEETING, &thing, 7);
    assert_int_equal(n, strlen(text));
    assert_string_equal(text,
                        "id: 1-2\nevent: changed\ndata: {\"type\":\"meeting\",\"id\":\"" A "\",\"version\":7}\n\n");
    (void)event_inbox(text, 3);
    assert_string_equal(text, "event: inbox\ndata: {\"unread\":3}\n\n");
    (void)event_operation(text, "abc", false);
    assert_string_equal(text, "event: operation\ndata: {\"id\":\"abc\",\"state\":\"rejected\"}\n\n");
    (void)event_resync(text, "1-2");
    assert_string_equal(text, "id: 1-2\nevent: resync\ndata: {}\n\n");
    memset(long_id, 'a', sizeof long_id);
    long_id[sizeof long_id - 1] = '\0';
    assert_int_equal(event_operation(text, long_id, true), 0); /* never cut */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_meetings_change_may_reach_whom_its_lists_tags_name),
        cmocka_unit_test(test_what_names_no_place_may_reach_everybody),
        cmocka_unit_test(test_figures_reach_those_of_the_organisation_and_an_inbox_its_member),
        cmocka_unit_test(test_more_places_than_there_is_room_for_are_everybodys),
        cmocka_unit_test(test_a_place_in_the_stream_is_of_its_epoch_alone),
        cmocka_unit_test(test_events_are_said_as_the_contract_says),
    };
    return cmocka_run_group_tests_name("stream", tests, start, stop);
}
