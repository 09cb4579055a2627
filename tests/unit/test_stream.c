/* services/gateway/stream/: of which tags a stream tells, whom a thing reaches, what a client who comes again can still
 * be told, and in which words. */
#include "test.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/directory/reach.h"
#include "services/gateway/stream/event.h"
#include "services/gateway/stream/operations.h"
#include "services/gateway/stream/reached.h"
#include "services/gateway/stream/ring.h"

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

/* --- tags --------------------------------------------------------------------------------------------------------- */

static void test_tags_name_what_changed_and_for_whom(void **state)
{
    (void)state;
    char *tags[] = {"meeting:" A, "meetings:" B, "document:" B, "documents",  "dashboard:" A,
                    "inbox:" B,   "directory",   "meeting:no",  "comments:" A};
    const struct uuid a = id(A), b = id(B);
    struct event_news news;
    event_read(ctx, tags, ARRAY_LENGTH(tags), &news);
    assert_int_equal(news.causes.n, 2);
    assert_int_equal(news.causes.items[0].type, EVENT_MEETING);
    assert_int_equal(news.causes.items[1].type, EVENT_DOCUMENT);
    assert_int_equal(news.figures.n, 1);
    assert_true(uuid_equal(&news.figures.items[0], &a));
    assert_int_equal(news.inboxes.n, 1);
    assert_true(uuid_equal(&news.inboxes.items[0], &b));
    assert_false(news.missed || news.all_figures);
}

static void test_a_service_that_may_have_been_missed_and_all_figures_are_heard_of(void **state)
{
    (void)state;
    char *tags[] = {"service:meeting", "dashboards"};
    struct event_news news;
    event_read(ctx, tags, ARRAY_LENGTH(tags), &news);
    assert_true(news.missed && news.all_figures);
    assert_int_equal(news.causes.n + news.figures.n + news.inboxes.n, 0);
}

/* --- whom a thing reaches ----------------------------------------------------------------------------------------- */

static struct viewer of_branch(const char *branch)
{
    return (struct viewer){.signed_in = true, .has_branch = true, .branch = id(branch), .member = {{7}}};
}

static struct viewer with_grant(const char *branch, Pb__Role role, const char *organization)
{
    struct viewer viewer = of_branch(branch);
    viewer.n_grants = 1;
    viewer.grants[0] = (struct viewer_grant){.organization = id(organization), .role = role};
    return viewer;
}

static void test_places_hold_by_role_and_organisation(void **state)
{
    (void)state;
    const struct uuid thing = id(C), places[] = {id(B), id(A)};
    const Pb__Role officer = PB__ROLE__ROLE_OFFICER, member = PB__ROLE__ROLE_MEMBER;
    Pb__Reach *of_members = reach_new(ctx, &thing, 3), *of_officers = reach_new(ctx, &thing, 3);
    Pb__Reach *of_any = reach_new(ctx, &thing, 3);
    reach_add_places(ctx, of_members, places, 2, &member, 1);
    reach_add_places(ctx, of_officers, places, 2, &officer, 1);
    reach_add_places(ctx, of_any, places, 2, NULL, 0);
    const struct viewer inside = of_branch(A), outside = of_branch(C);
    const struct viewer head = with_grant(C, PB__ROLE__ROLE_SECRETARY, A), above = with_grant(C, officer, B);
    const struct {
        const Pb__Reach *said;
        bool inside, outside, head, above;
    } CASES[] = {{of_members, true, false, false, false},
                 {of_officers, false, false, false, true},
                 {of_any, true, false, true, true}};
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct reached *reach = reached_new(CASES[i].said);
        assert_int_equal(reached_version(reach), 3);
        assert_int_equal(reached_holds(reach, &inside), CASES[i].inside);
        assert_int_equal(reached_holds(reach, &outside), CASES[i].outside);
        assert_int_equal(reached_holds(reach, &head), CASES[i].head);
        assert_int_equal(reached_holds(reach, &above), CASES[i].above);
        mem_free((void *)(uintptr_t)reach);
    }
}

static void test_an_id_that_is_none_reaches_nobody(void **state)
{
    (void)state;
    const struct uuid thing = id(C);
    Pb__Reach *said = reach_new(ctx, &thing, 1);
    ProtobufCBinaryData nonsense = {3, (uint8_t *)(uintptr_t) "abc"};
    said->n_member_ids = 1;
    said->member_ids = &nonsense;
    assert_null(reached_new(said));
}

/* --- numbers ------------------------------------------------------------------------------------------------------ */

static struct event_cause meeting(uint64_t n)
{
    struct event_cause cause = {.type = EVENT_MEETING};
    memcpy(cause.id.bytes, &n, sizeof n);
    return cause;
}

static void add(struct ring *ring, uint64_t n)
{
    const struct event_cause cause = meeting(n);
    assert_true(ring_add(ring, &cause));
}

static void test_what_is_before_the_first_open_number_is_settled(void **state)
{
    (void)state;
    struct ring *ring = ring_new();
    uint64_t numbers[8];
    for (uint64_t i = 1; i <= 3; i++)
        add(ring, i);
    assert_int_equal(ring_take(ring, EVENT_DOCUMENT, 0, numbers, 8), 0);
    assert_int_equal(ring_take(ring, EVENT_MEETING, 0, numbers, 8), 3);
    assert_int_equal(ring_take(ring, EVENT_MEETING, 0, numbers, 8), 0);
    ring_done(ring, 2, NULL);
    assert_int_equal(ring->settled, 0);
    ring_done(ring, 1, NULL);
    assert_int_equal(ring->settled, 2);
    ring_again(ring, 3, 50); /* its service is away */
    assert_int_equal(ring_take(ring, EVENT_MEETING, 49, numbers, 8), 0);
    assert_int_equal(ring_take(ring, EVENT_MEETING, 50, numbers, 8), 1);
    assert_int_equal(numbers[0], 3);
    ring_free(ring);
}

static void test_what_waits_already_takes_no_second_number_and_what_was_asked_does(void **state)
{
    (void)state;
    struct ring *ring = ring_new();
    uint64_t numbers[8];
    add(ring, 1);
    add(ring, 1);
    assert_int_equal(ring->heard, 1);
    assert_int_equal(ring_take(ring, EVENT_MEETING, 0, numbers, 8), 1);
    add(ring, 1); /* the answer may be from before it */
    assert_int_equal(ring->heard, 2);
    ring_free(ring);
}

static void test_who_was_away_in_a_gap_begins_anew_and_who_came_behind_it_does_not(void **state)
{
    (void)state;
    struct ring *ring = ring_new();
    uint64_t numbers[1];
    add(ring, 1);
    assert_int_equal(ring_take(ring, EVENT_MEETING, 0, numbers, 1), 1);
    ring_done(ring, 1, NULL);
    assert_true(ring_reaches_back(ring, 1) && ring_reaches_back(ring, 0));
    ring_gap(ring);
    assert_false(ring_reaches_back(ring, 1));
    assert_true(ring_reaches_back(ring, ring->settled)); /* what is told from now on names it */
    add(ring, 2);
    assert_true(ring_reaches_back(ring, 2));
    assert_false(ring_reaches_back(ring, ring->heard + 1)); /* of nobody */
    ring_free(ring);
}

static void test_a_full_ring_is_a_gap_and_goes_on(void **state)
{
    (void)state;
    struct ring *ring = ring_new();
    uint64_t numbers[1];
    for (uint64_t i = 1; i <= RING_KEPT; i++)
        add(ring, i);
    const struct event_cause one_more = meeting(RING_KEPT + 1);
    assert_false(ring_add(ring, &one_more));
    assert_false(ring_reaches_back(ring, ring->heard)); /* he did not hear of that one */
    assert_int_equal(ring_take(ring, EVENT_MEETING, 0, numbers, 1), 1);
    ring_done(ring, numbers[0], NULL);
    add(ring, RING_KEPT + 1);
    assert_true(ring_reaches_back(ring, ring->heard));
    ring_free(ring);
}

static void test_what_the_ring_no_longer_keeps_is_not_told(void **state)
{
    (void)state;
    struct ring *ring = ring_new();
    uint64_t numbers[1];
    for (uint64_t i = 1; i <= RING_KEPT + 5; i++) {
        add(ring, i);
        assert_int_equal(ring_take(ring, EVENT_MEETING, 0, numbers, 1), 1);
        ring_done(ring, numbers[0], NULL);
    }
    assert_false(ring_reaches_back(ring, 4));
    assert_true(ring_reaches_back(ring, 5));
    assert_int_equal(ring->settled, ring->heard);
    ring_free(ring);
}

static void test_reaches_take_so_much_memory_and_no_more(void **state)
{
    (void)state;
    enum { IDS = 17000, THINGS = 2 * RING_BYTES / (IDS * 16) };
    struct ring *ring = ring_new();
    struct uuid *ids = mem_array(ctx, struct uuid, IDS);
    const struct uuid thing = id(C);
    Pb__Reach *said = reach_new(ctx, &thing, 1);
    uint64_t numbers[1];
    reach_add_places(ctx, said, ids, IDS, NULL, 0);
    for (uint64_t i = 1; i <= THINGS; i++) {
        add(ring, i);
        assert_int_equal(ring_take(ring, EVENT_MEETING, 0, numbers, 1), 1);
        ring_done(ring, numbers[0], reached_new(said));
        assert_true(ring->bytes <= RING_BYTES);
    }
    assert_false(ring_reaches_back(ring, 1));
    assert_true(ring_reaches_back(ring, ring->heard - 10));
    ring_free(ring);
}

/* --- operations --------------------------------------------------------------------------------------------------- */

static const struct uuid MEMBER = {{21}}, STRANGER = {{22}};

static void test_what_became_of_a_command_is_told_whichever_is_heard_first(void **state)
{
    (void)state;
    struct operations *operations = operations_new();
    const struct operation_key first = {.message = {{1}}, .mark = {1}}, second = {.message = {{2}}, .mark = {1}};
    assert_null(operations_accept(operations, &first, &MEMBER, "one", 5));
    const struct operation *told = operations_settle(operations, &first, false, 6);
    assert_non_null(told);
    assert_string_equal(told->id, "one");
    assert_false(told->succeeded);
    assert_null(operations_settle(operations, &first, false, 7)); /* once */
    assert_null(operations_settle(operations, &second, true, 8));
    told = operations_accept(operations, &second, &MEMBER, "two", 9);
    assert_non_null(told);
    assert_true(told->succeeded && uuid_equal(&told->member, &MEMBER));
    assert_null(operations_accept(operations, &second, &MEMBER, "two", 10)); /* the request was repeated */
    operations_free(operations);
}

static void test_the_same_key_with_another_body_is_another_command(void **state)
{
    (void)state;
    struct operations *operations = operations_new();
    const struct operation_key mine = {.message = {{1}}, .mark = {1}}, other = {.message = {{1}}, .mark = {2}};
    assert_null(operations_accept(operations, &mine, &MEMBER, "one", 5));
    assert_null(operations_settle(operations, &other, true, 6));
    assert_non_null(operations_settle(operations, &mine, false, 7));
    operations_free(operations);
}

static void test_who_comes_again_hears_of_his_own_of_the_last_minute(void **state)
{
    (void)state;
    struct operations *operations = operations_new();
    static const char *const IDS[] = {"old", "pending", "others", "mine"};
    for (uint8_t i = 0; i < 4; i++) {
        const struct operation_key key = {.message = {{i}}};
        assert_null(operations_accept(operations, &key, i == 2 ? &STRANGER : &MEMBER, IDS[i], 1));
        if (i != 1)
            assert_non_null(operations_settle(operations, &key, true, i == 0 ? 10 : 100));
    }
    const struct operation *found = operations_next(operations, NULL, &MEMBER, 50);
    assert_non_null(found);
    assert_string_equal(found->id, "mine");
    assert_null(operations_next(operations, found, &MEMBER, 50));
    operations_free(operations);
}

static void test_commands_and_outcomes_are_bounded(void **state)
{
    (void)state;
    struct operations *operations = operations_new();
    for (uint32_t i = 0; i < 50000; i++) {
        struct operation_key heard = {.mark = {1}}, accepted = {.mark = {2}};
        memcpy(heard.message.bytes, &i, sizeof i);
        memcpy(accepted.message.bytes, &i, sizeof i);
        assert_null(operations_settle(operations, &heard, true, 1));
        assert_null(operations_accept(operations, &accepted, &MEMBER, "id", 1));
    }
    const struct operation_key oldest = {.mark = {1}};
    assert_null(operations_accept(operations, &oldest, &MEMBER, "id", 2)); /* forgotten */
    operations_free(operations);
}

/* --- words -------------------------------------------------------------------------------------------------------- */

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
        cmocka_unit_test(test_tags_name_what_changed_and_for_whom),
        cmocka_unit_test(test_a_service_that_may_have_been_missed_and_all_figures_are_heard_of),
        cmocka_unit_test(test_places_hold_by_role_and_organisation),
        cmocka_unit_test(test_an_id_that_is_none_reaches_nobody),
        cmocka_unit_test(test_what_is_before_the_first_open_number_is_settled),
        cmocka_unit_test(test_what_waits_already_takes_no_second_number_and_what_was_asked_does),
        cmocka_unit_test(test_who_was_away_in_a_gap_begins_anew_and_who_came_behind_it_does_not),
        cmocka_unit_test(test_a_full_ring_is_a_gap_and_goes_on),
        cmocka_unit_test(test_what_the_ring_no_longer_keeps_is_not_told),
        cmocka_unit_test(test_reaches_take_so_much_memory_and_no_more),
        cmocka_unit_test(test_what_became_of_a_command_is_told_whichever_is_heard_first),
        cmocka_unit_test(test_the_same_key_with_another_body_is_another_command),
        cmocka_unit_test(test_who_comes_again_hears_of_his_own_of_the_last_minute),
        cmocka_unit_test(test_commands_and_outcomes_are_bounded),
        cmocka_unit_test(test_a_place_in_the_stream_is_of_its_epoch_alone),
        cmocka_unit_test(test_events_are_said_as_the_contract_says),
    };
    return cmocka_run_group_tests_name("stream", tests, start, stop);
}
