/* services/analytics: counters follow the facts, whatever comes first, again or late. */
#include "analytics_fixture.h"

#include "common/base/array.h"
#include "common/base/mem.h"

#include <stdlib.h>

#define HELD PB__MEETING_STATE__MEETING_STATE_HELD
#define SCHEDULED PB__MEETING_STATE__MEETING_STATE_SCHEDULED
#define CANCELLED PB__MEETING_STATE__MEETING_STATE_CANCELLED
#define PUBLISHED PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED
#define WITHDRAWN PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN

/* --- comments ----------------------------------------------------------------------------------------------------- */

static void test_a_comment_counts_once_for_its_branch_and_all_above(void **state)
{
    struct fixture *f = *state;
    tell_tree(f);
    BATCH(f, commented(f, 1, &BRANCH_10B, NOVEMBER), commented(f, 2, &BRANCH_10B, NOVEMBER),
          commented(f, 1, &BRANCH_10B, NOVEMBER));
    BATCH(f, commented(f, 2, &BRANCH_10B, NOVEMBER), commented(f, 3, &BRANCH_4, NOVEMBER));
    assert_int_equal(dashboard(f, &BRANCH_10B, NOVEMBER).comments, 2);
    assert_int_equal(dashboard(f, &WARD, NOVEMBER).comments, 3);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).comments, 3);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER - 1).comments, 0);
    assert_counters_are_true(f);
}

static void test_a_repeated_comment_says_no_tag(void **state)
{
    struct fixture *f = *state;
    tell_tree(f);
    BATCH(f, commented(f, 1, &BRANCH_10B, NOVEMBER));
    assert_true(has_tag(TAG_DASHBOARD, &BRANCH_10B) && has_tag(TAG_DASHBOARD, &WARD) && has_tag(TAG_DASHBOARD, &CITY));
    BATCH(f, commented(f, 1, &BRANCH_10B, NOVEMBER));
    assert_int_equal(tags_told(), 0);
}

static struct event proposed(struct fixture *f, uint8_t id, const struct uuid *org, int32_t month)
{
    const struct uuid proposal = {{0xcd, id}}, meeting = {{0xe0}};
    Pb__ProposalMade *event = mem_new(f->ctx, Pb__ProposalMade);
    pb__proposal_made__init(event);
    event->proposal_id = uuid_to_pb(f->ctx, &proposal);
    event->organization_id = uuid_to_pb(f->ctx, org);
    event->month = month;
    return (struct event){
        {.topic = TOPIC_MEETING_EVENTS, .aggregate = meeting, .body = &event->base, .now_us = november(10)}};
}

static void test_a_proposal_counts_once_beside_the_comments(void **state)
{
    struct fixture *f = *state;
    tell_tree(f);
    BATCH(f, proposed(f, 1, &BRANCH_10B, NOVEMBER), proposed(f, 1, &BRANCH_10B, NOVEMBER),
          commented(f, 1, &BRANCH_10B, NOVEMBER));
    BATCH(f, proposed(f, 1, &BRANCH_10B, NOVEMBER), proposed(f, 2, &BRANCH_4, NOVEMBER));
    assert_int_equal(dashboard(f, &BRANCH_10B, NOVEMBER).proposals, 1);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).proposals, 2);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).comments, 1);
    assert_counters_are_true(f);
}

static void test_what_came_before_its_organisation_moves_up_when_that_is_told(void **state)
{
    struct fixture *f = *state;
    BATCH(f, commented(f, 1, &BRANCH_10B, NOVEMBER), told_meeting(f, 1, 1, &BRANCH_10B, NOVEMBER, SCHEDULED));
    tell_people(f);
    assert_int_equal(dashboard(f, &BRANCH_10B, NOVEMBER).comments, 1);
    tell_tree(f);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).comments, 1);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).branches_registered, 1);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).members, 3);
    assert_counters_are_true(f);
}

static void test_an_organisation_that_moves_takes_its_sums_along(void **state)
{
    struct fixture *f = *state;
    struct event everywhere = told_document(f, 1, 1, PUBLISHED, &WARD, true);
    tell_tree(f);
    tell_people(f);
    BATCH(f, commented(f, 1, &BRANCH_10B, NOVEMBER), told_meeting(f, 1, 1, &BRANCH_10B, NOVEMBER, HELD), everywhere);
    assert_int_equal(dashboard(f, &WARD, NOVEMBER).documents_audience, 3);
    BATCH(f, told_organization(f, &BRANCH_10B, 2, &WARD_2, PB__LEVEL__LEVEL_BRANCH));
    assert_true(has_tag(TAG_DASHBOARDS, NULL));
    assert_int_equal(dashboard(f, &WARD, NOVEMBER).comments, 0);
    assert_int_equal(dashboard(f, &WARD, NOVEMBER).members, 1);
    assert_int_equal(dashboard(f, &WARD, NOVEMBER).documents_audience, 1);
    assert_int_equal(dashboard(f, &WARD_2, NOVEMBER).comments, 1);
    assert_int_equal(dashboard(f, &WARD_2, NOVEMBER).branches_held, 1);
    assert_int_equal(dashboard(f, &WARD_2, NOVEMBER).documents_audience, 0);
    assert_counters_are_true(f);
}

static void test_an_organisation_that_ends_counts_no_more_and_what_it_did_stays(void **state)
{
    struct fixture *f = *state;
    tell_tree(f);
    BATCH(f, commented(f, 1, &BRANCH_4, NOVEMBER), told_meeting(f, 1, 1, &BRANCH_4, NOVEMBER, HELD));
    struct event ended = told_organization(f, &BRANCH_4, 2, &WARD, PB__LEVEL__LEVEL_BRANCH);
    ((Pb__DirectoryOrganization *)ended.message.body)->state = PB__ORGANIZATION_STATE__ORGANIZATION_STATE_MERGED;
    for (int times = 0; times < 2; times++) {
        BATCH(f, ended);
        assert_int_equal(dashboard(f, &WARD, NOVEMBER).branches, 1);
        assert_int_equal(dashboard(f, &CITY, NOVEMBER).organizations, 5);
        assert_int_equal(dashboard(f, &CITY, NOVEMBER).branches_held, 0);
        assert_int_equal(dashboard(f, &CITY, NOVEMBER).held, 1);
        assert_int_equal(dashboard(f, &BRANCH_4, NOVEMBER).comments, 1);
        assert_counters_are_true(f);
    }
}

/* --- meetings ----------------------------------------------------------------------------------------------------- */

static void test_a_meeting_counts_as_its_newest_version_says(void **state)
{
    struct fixture *f = *state;
    tell_tree(f);
    BATCH(f, told_meeting(f, 1, 1, &BRANCH_10B, NOVEMBER, SCHEDULED),
          told_meeting(f, 2, 1, &BRANCH_10B, NOVEMBER, SCHEDULED));
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).registered, 2);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).branches_registered, 1);
    BATCH(f, told_meeting(f, 1, 3, &BRANCH_10B, NOVEMBER + 1, SCHEDULED),
          told_meeting(f, 2, 2, &BRANCH_10B, NOVEMBER, CANCELLED));
    BATCH(f, told_meeting(f, 1, 2, &BRANCH_10B, NOVEMBER, HELD));
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).registered, 0);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).cancelled, 1);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).branches_registered, 0);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER + 1).branches_registered, 1);
    assert_counters_are_true(f);
}

static void test_attendance_counts_as_its_newest_revision_says_and_moves_along(void **state)
{
    struct fixture *f = *state;
    tell_tree(f);
    BATCH(f, counted(f, 1, 1, &BRANCH_10B, NOVEMBER, 102, 90), counted(f, 2, 1, &BRANCH_4, NOVEMBER, 35, 35));
    assert_int_equal(dashboard(f, &WARD, NOVEMBER).base_members, 137);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).present, 125);
    assert_int_equal(dashboard(f, &BRANCH_10B, NOVEMBER).unexcused, 11);
    BATCH(f, counted(f, 1, 3, &BRANCH_10B, NOVEMBER, 102, 102), counted(f, 1, 2, &BRANCH_10B, NOVEMBER, 102, 0));
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).present, 137);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).excused, 0);
    assert_counters_are_true(f);
    BATCH(f, told_organization(f, &BRANCH_10B, 2, &WARD_2, PB__LEVEL__LEVEL_BRANCH));
    assert_int_equal(dashboard(f, &WARD_2, NOVEMBER).present, 102);
    assert_int_equal(dashboard(f, &WARD, NOVEMBER).present, 35);
    BATCH(f, counted(f, 1, 4, &BRANCH_10B, NOVEMBER, 0, 0)); /* it was reopened */
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).base_members, 35);
    assert_counters_are_true(f);
}

/* --- readings ----------------------------------------------------------------------------------------------------- */

static void test_a_reading_counts_once_and_at_its_earliest(void **state)
{
    struct fixture *f = *state;
    int64_t october = november(1) - 5 * CLOCK_DAY_US;
    tell_tree(f);
    tell_people(f);
    BATCH(f, has_read(f, &MEMBER, 1, november(3), november(9)), has_read(f, &MEMBER, 1, november(2), november(9)));
    BATCH(f, has_read(f, &MEMBER, 1, november(3), november(9)));
    assert_int_equal(tags_told(), 0);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).documents_read, 1);
    BATCH(f, has_read(f, &MEMBER, 1, october, november(9)));
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).documents_read, 0);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER - 1).documents_read, 1);
    assert_counters_are_true(f);
}

static void test_a_reading_counts_in_the_branch_of_its_time_whichever_is_told_first(void **state)
{
    struct fixture *f = *state;
    struct event then = has_read(f, &MEMBER, 1, november(2), november(9)),
                 now = has_read(f, &MEMBER, 2, november(8), november(9));
    struct event moved = told_member(f, &MEMBER, 2, &BRANCH_9, november(5), &BRANCH_10B);
    for (int order = 0; order < 3; order++) {
        fixture_reset(f->pg);
        tell_tree(f);
        if (order == 0)
            BATCH(f, moved);
        BATCH(f, then, now);
        if (order == 2)
            BATCH(f, told_member(f, &MEMBER, 1, &BRANCH_10B, 1, NULL));
        if (order > 0)
            BATCH(f, moved);
        assert_int_equal(dashboard(f, &BRANCH_10B, NOVEMBER).documents_read, 1);
        assert_int_equal(dashboard(f, &BRANCH_9, NOVEMBER).documents_read, 1);
        assert_int_equal(dashboard(f, &CITY, NOVEMBER).documents_read, 2);
        assert_counters_are_true(f);
    }
}

static void test_a_reading_before_its_readers_record_waits_in_the_same_batch_as_well(void **state)
{
    struct fixture *f = *state;
    tell_tree(f);
    BATCH(f, has_read(f, &MEMBER, 1, november(2), november(9)),
          told_member(f, &MEMBER, 1, &BRANCH_10B, november(5), NULL));
    assert_int_equal(dashboard(f, &BRANCH_10B, NOVEMBER).documents_read, 1);
    assert_true(has_tag(TAG_DASHBOARD, &CITY));
    assert_counters_are_true(f);
}

/* --- members and adoption ----------------------------------------------------------------------------------------- */

static void test_members_count_where_they_are_and_as_what_they_are(void **state)
{
    struct fixture *f = *state;
    struct event suspended = told_member(f, &MEMBER, 2, &BRANCH_10B, 1, NULL),
                 left = told_member(f, &MEMBER, 4, &BRANCH_9, november(5), NULL);
    is_suspended(&suspended);
    has_left(&left, november(6));
    tell_tree(f);
    tell_people(f);
    assert_int_equal(dashboard(f, &WARD, NOVEMBER).attendance_base, 2);
    BATCH(f, suspended);
    assert_int_equal(dashboard(f, &WARD, NOVEMBER).attendance_base, 1);
    BATCH(f, told_member(f, &MEMBER, 3, &BRANCH_9, november(5), &BRANCH_10B), suspended);
    assert_int_equal(dashboard(f, &WARD, NOVEMBER).members, 2);
    assert_int_equal(dashboard(f, &WARD_2, NOVEMBER).members, 1);
    assert_true(has_tag(TAG_DASHBOARD, &WARD) && has_tag(TAG_DASHBOARD, &WARD_2) && has_tag(TAG_DASHBOARD, &BRANCH_9));
    BATCH(f, left);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).members, 2);
    assert_counters_are_true(f);
}

static void test_adoption_follows_sign_ins_and_devices(void **state)
{
    struct fixture *f = *state;
    BATCH(f, has_activated(f, &MEMBER), has_device(f, &MEMBER, "a", 10, true), has_device(f, &MEMBER, "b", 10, true));
    tell_tree(f);
    tell_people(f);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).activated, 1);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).installed, 1);
    BATCH(f, has_device(f, &MEMBER, "a", 20, false), has_device(f, &MEMBER, "a", 10, true), has_activated(f, &MEMBER));
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).installed, 1);
    BATCH(f, has_device(f, &MEMBER, "b", 20, false));
    assert_true(has_tag(TAG_DASHBOARD, &CITY));
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).installed, 0);
    assert_counters_are_true(f);
}

static void test_active_ends_thirty_days_after_the_last_start(void **state)
{
    struct fixture *f = *state;
    tell_tree(f);
    tell_people(f);
    BATCH(f, has_started(f, &MEMBER, november(1)), has_started(f, &EXEMPT, november(1)));
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).active_30d, 2);
    BATCH(f, has_started(f, &MEMBER, november(1) + CLOCK_HOUR_US));
    assert_int_equal(tags_told(), 0);
    BATCH(f, has_started(f, &SECRETARY, november(1) + 30 * CLOCK_DAY_US));
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).active_30d, 3);
    BATCH(f, has_started(f, &MEMBER, november(1) + 31 * CLOCK_DAY_US));
    assert_true(has_tag(TAG_DASHBOARD, &BRANCH_4));
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).active_30d, 2);
    assert_int_equal(dashboard(f, &BRANCH_4, NOVEMBER).active_30d, 0);
    assert_counters_are_true(f);
}

static void test_an_import_says_one_tag_for_the_directory_and_one_for_all_dashboards(void **state)
{
    struct fixture *f = *state;
    enum { BRANCHES = 600 };
    struct event *events = mem_array(f->ctx, struct event, BRANCHES);
    for (int i = 0; i < BRANCHES; i++) {
        const struct uuid branch = {{0xb2, (uint8_t)(i >> 8), (uint8_t)i}},
                          member = {{0x60, (uint8_t)(i >> 8), (uint8_t)i}};
        events[i] = told_member(f, &member, 1, &branch, 1, NULL);
    }
    batch(f, events, BRANCHES);
    assert_true(has_tag(TAG_DASHBOARDS, NULL) && has_tag(TAG_DIRECTORY, NULL));
    assert_int_equal(tags_told(), 2);
    assert_counters_are_true(f);
}

/* --- audiences ---------------------------------------------------------------------------------------------------- */

static void test_an_audience_follows_members_who_come_move_and_leave(void **state)
{
    struct fixture *f = *state;
    struct event left = told_member(f, &MEMBER, 3, &BRANCH_4, november(6), &BRANCH_10B);
    has_left(&left, november(7));
    tell_tree(f);
    tell_people(f);
    BATCH(f, told_document(f, 1, 1, PUBLISHED, &BRANCH_10B, false), told_document(f, 2, 1, PUBLISHED, &WARD, true));
    assert_int_equal(dashboard(f, &BRANCH_10B, NOVEMBER).documents_audience, 4);
    assert_int_equal(dashboard(f, &WARD, NOVEMBER).documents_audience, 5);
    assert_int_equal(dashboard(f, &WARD, NOVEMBER).documents_published, 2);
    BATCH(f, told_member(f, &MEMBER, 2, &BRANCH_4, november(6), &BRANCH_10B));
    assert_int_equal(dashboard(f, &BRANCH_10B, NOVEMBER).documents_audience, 2);
    assert_int_equal(dashboard(f, &BRANCH_4, NOVEMBER).documents_audience, 2);
    BATCH(f, left);
    assert_int_equal(dashboard(f, &WARD, NOVEMBER).documents_audience, 3);
    const struct uuid fresh = {{0x5f}};
    BATCH(f, told_member(f, &fresh, 1, &BRANCH_4, november(6), NULL));
    assert_int_equal(dashboard(f, &WARD, NOVEMBER).documents_audience, 4);
    assert_counters_are_true(f);
}

static void test_an_audience_follows_the_document(void **state)
{
    struct fixture *f = *state;
    tell_tree(f);
    tell_people(f);
    BATCH(f, told_document(f, 1, 1, PUBLISHED, &BRANCH_10B, false));
    BATCH(f, told_document(f, 1, 3, PUBLISHED, &BRANCH_4, false));
    assert_true(has_tag(TAG_DASHBOARDS, NULL));
    BATCH(f, told_document(f, 1, 2, PUBLISHED, &CITY, true));
    assert_int_equal(dashboard(f, &BRANCH_10B, NOVEMBER).documents_audience, 0);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).documents_audience, 1);
    assert_counters_are_true(f);
    BATCH(f, told_document(f, 1, 4, WITHDRAWN, &BRANCH_4, false));
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).documents_audience, 0);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).documents_published, 0);
    assert_counters_are_true(f);
}

static void test_an_audience_of_roles_and_names_is_those_people(void **state)
{
    struct fixture *f = *state;
    struct event to_secretaries = told_document(f, 1, 1, PUBLISHED, &CITY, true),
                 to_one = told_document(f, 2, 1, PUBLISHED, &BRANCH_10B, false);
    struct event resigned = told_member(f, &SECRETARY, 2, &BRANCH_10B, 1, NULL),
                 elected = told_member(f, &EXEMPT, 2, &BRANCH_4, 1, NULL);
    to_role(f, &to_secretaries, PB__ROLE__ROLE_SECRETARY);
    to_member(f, &to_one, &EXEMPT);
    to_member(f, &to_one, &MEMBER); /* of 10B already: once */
    holds(f, &elected, PB__ROLE__ROLE_SECRETARY, &BRANCH_4);
    tell_tree(f);
    BATCH(f, to_secretaries, to_one);
    tell_people(f);
    assert_int_equal(dashboard(f, &BRANCH_10B, NOVEMBER).documents_audience, 3);
    assert_int_equal(dashboard(f, &BRANCH_4, NOVEMBER).documents_audience, 1);
    assert_counters_are_true(f);
    BATCH(f, resigned, elected);
    assert_int_equal(dashboard(f, &BRANCH_10B, NOVEMBER).documents_audience, 2);
    assert_int_equal(dashboard(f, &BRANCH_4, NOVEMBER).documents_audience, 2);
    assert_counters_are_true(f);
    BATCH(f, told_member(f, &MEMBER, 2, &BRANCH_9, november(5), &BRANCH_10B)); /* by name now */
    assert_int_equal(dashboard(f, &BRANCH_9, NOVEMBER).documents_audience, 1);
    assert_counters_are_true(f);
}

static void test_a_restricted_document_does_not_exist_in_counts(void **state)
{
    struct fixture *f = *state;
    struct event restricted = told_document(f, 1, 1, PUBLISHED, NULL, false);
    to_member(f, &restricted, &MEMBER);
    ((const Pb__DocumentChanged *)restricted.message.body)->document->classification =
        PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED;
    tell_tree(f);
    tell_people(f);
    BATCH(f, restricted);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).documents_published, 0);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).documents_audience, 0);
}

/* --- any order ---------------------------------------------------------------------------------------------------- */

static unsigned random_seed;

static size_t random_below(size_t n)
{
    return (size_t)rand_r(&random_seed) % n;
}

static void shuffle(struct event events[], size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t j = random_below(i);
        struct event one = events[i - 1];
        events[i - 1] = events[j];
        events[j] = one;
    }
}

/* A year of one small city. */
static size_t make_history(struct fixture *f, struct event history[])
{
    struct event secretary = told_member(f, &SECRETARY, 1, &BRANCH_10B, 1, NULL),
                 promoted = told_member(f, &SECRETARY, 2, &BRANCH_10B, 1, NULL);
    struct event left = told_member(f, &EXEMPT, 2, &BRANCH_4, 1, NULL),
                 to_heads = told_document(f, 2, 1, PUBLISHED, &WARD, true);
    struct event named = told_document(f, 3, 1, PUBLISHED, &BRANCH_9, false),
                 renamed = told_document(f, 3, 2, PUBLISHED, &BRANCH_4, true);
    holds(f, &secretary, PB__ROLE__ROLE_SECRETARY, &BRANCH_10B);
    holds(f, &promoted, PB__ROLE__ROLE_OFFICER, &WARD);
    has_left(&left, november(8));
    to_role(f, &to_heads, PB__ROLE__ROLE_SECRETARY);
    to_role(f, &to_heads, PB__ROLE__ROLE_OFFICER);
    to_member(f, &named, &MEMBER);
    to_member(f, &renamed, &SECRETARY);
    const struct event made[] = {
        told_organization(f, &CITY, 1, NULL, PB__LEVEL__LEVEL_CITY),
        told_organization(f, &WARD, 1, &CITY, PB__LEVEL__LEVEL_GRASSROOTS),
        told_organization(f, &WARD_2, 1, &CITY, PB__LEVEL__LEVEL_GRASSROOTS),
        told_organization(f, &BRANCH_10B, 1, &WARD, PB__LEVEL__LEVEL_BRANCH),
        told_organization(f, &BRANCH_4, 1, &WARD, PB__LEVEL__LEVEL_BRANCH),
        told_organization(f, &BRANCH_4, 2, &WARD_2, PB__LEVEL__LEVEL_BRANCH),
        told_organization(f, &BRANCH_9, 1, &WARD_2, PB__LEVEL__LEVEL_BRANCH),
        secretary,
        promoted,
        told_member(f, &MEMBER, 1, &BRANCH_10B, 1, NULL),
        told_member(f, &MEMBER, 2, &BRANCH_4, november(5), &BRANCH_10B),
        told_member(f, &EXEMPT, 1, &BRANCH_4, 1, NULL),
        left,
        told_meeting(f, 1, 1, &BRANCH_10B, NOVEMBER, SCHEDULED),
        told_meeting(f, 1, 2, &BRANCH_10B, NOVEMBER, HELD),
        told_meeting(f, 2, 1, &BRANCH_10B, NOVEMBER, SCHEDULED),
        told_meeting(f, 3, 1, &BRANCH_4, NOVEMBER, SCHEDULED),
        told_meeting(f, 3, 2, &BRANCH_4, NOVEMBER + 1, CANCELLED),
        commented(f, 1, &BRANCH_10B, NOVEMBER),
        commented(f, 2, &BRANCH_4, NOVEMBER),
        told_document(f, 1, 1, PUBLISHED, &CITY, true),
        told_document(f, 1, 2, PUBLISHED, &BRANCH_10B, false),
        to_heads,
        named,
        renamed,
        told_document(f, 4, 1, PUBLISHED, &BRANCH_4, false),
        told_document(f, 4, 2, WITHDRAWN, &BRANCH_4, false),
        has_read(f, &MEMBER, 1, november(2), november(9)),
        has_read(f, &MEMBER, 1, november(7), november(9)),
        has_read(f, &MEMBER, 2, november(8), november(9)),
        has_read(f, &EXEMPT, 1, november(3), november(4)),
        has_started(f, &SECRETARY, november(1) - 40 * CLOCK_DAY_US),
        has_activated(f, &MEMBER),
        has_device(f, &MEMBER, "a", 10, true),
        has_device(f, &MEMBER, "a", 20, false),
        has_device(f, &SECRETARY, "a", 30, true),
    };
    size_t n = ARRAY_LENGTH(made);
    for (size_t i = 0; i < n; i++)
        history[i] = made[i];
    return n;
}

static void test_any_order_any_batches_and_repeats_end_in_the_same_numbers(void **state)
{
    struct fixture *f = *state;
    enum { ROOM = 64, ROUNDS = 20 };
    struct event history[ROOM];
    size_t n = make_history(f, history);
    const char *first = NULL;
    for (unsigned round = 0; round < ROUNDS; round++) {
        random_seed = round;
        fixture_reset(f->pg);
        for (size_t at = 0; at < n;) {
            size_t size = 1 + random_below(round % 2 ? n : 4), repeat = at > 0 ? random_below(at) : 0;
            size = size < n - at ? size : n - at;
            batch(f, &history[at], size);
            BATCH(f, history[repeat]);
            assert_counters_are_true(f);
            at += size;
        }
        BATCH(f, has_started(f, &SECRETARY, november(1) - 40 * CLOCK_DAY_US), commented(f, 1, &BRANCH_10B, NOVEMBER));
        const char *counters = all_counters(f);
        if (first)
            assert_string_equal(counters, first);
        first = counters;
        shuffle(history, n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_comment_counts_once_for_its_branch_and_all_above),
        CASE(test_a_repeated_comment_says_no_tag),
        CASE(test_a_proposal_counts_once_beside_the_comments),
        CASE(test_what_came_before_its_organisation_moves_up_when_that_is_told),
        CASE(test_an_organisation_that_moves_takes_its_sums_along),
        CASE(test_an_organisation_that_ends_counts_no_more_and_what_it_did_stays),
        CASE(test_a_meeting_counts_as_its_newest_version_says),
        CASE(test_attendance_counts_as_its_newest_revision_says_and_moves_along),
        CASE(test_a_reading_counts_once_and_at_its_earliest),
        CASE(test_a_reading_counts_in_the_branch_of_its_time_whichever_is_told_first),
        CASE(test_a_reading_before_its_readers_record_waits_in_the_same_batch_as_well),
        CASE(test_members_count_where_they_are_and_as_what_they_are),
        CASE(test_adoption_follows_sign_ins_and_devices),
        CASE(test_active_ends_thirty_days_after_the_last_start),
        CASE(test_an_import_says_one_tag_for_the_directory_and_one_for_all_dashboards),
        CASE(test_an_audience_follows_members_who_come_move_and_leave),
        CASE(test_an_audience_follows_the_document),
        CASE(test_an_audience_of_roles_and_names_is_those_people),
        CASE(test_a_restricted_document_does_not_exist_in_counts),
        CASE(test_any_order_any_batches_and_repeats_end_in_the_same_numbers),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
