/* services/analytics/schema: a database of an older binary keeps all that it has counted. */
#include "analytics_fixture.h"

#include "common/base/mem.h"
#include "common/loop/migrations.h"
#include "services/analytics/migrations.h"
#include "services/directory/migrations.h"

enum { OLD = 1 }; /* so many schema files did the older binary have */
#define PUBLISHED PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED

/* What it knew: facts of an age that the queue has forgotten. 24322 is November 2026; times are the 2nd of that month,
 * noon. */
static const char OLD_ROWS[] =
    "CREATE FUNCTION id(text) RETURNS uuid LANGUAGE sql AS 'SELECT rpad($1, 32, ''0'')::uuid';"
    "INSERT INTO directory_organization(id, version, code, name, level, path)"
    " SELECT id(org), 1, org, org, level, (SELECT array_agg(id(p)) FROM unnest(path) p)"
    " FROM (VALUES ('c1', 0, '{c1}'::text[]), ('c2', 2, '{c1,c2}'), ('b1', 3, '{c1,c2,b1}'), ('b4', 3, '{c1,c2,b4}'))"
    " v(org, level, path);"
    /* the record: id, version 1, full_name "A", and an interval of branch, status, not exempt, from 1 on */
    "INSERT INTO directory_member(id, version, full_name, branch_id, status, exempt, record)"
    " SELECT id(member), 1, member, id(branch), status, exempt, decode('0a10' || rpad(member, 32, '0')"
    " || '10011a0141' || '22180a10' || rpad(branch, 32, '0') || '100' || status || '18002001', 'hex')"
    " FROM (VALUES ('51', 'b1', 0, false), ('52', 'b1', 2, false), ('53', 'b4', 0, true), ('54', 'b4', 3, false))"
    "  v(member, branch, status, exempt);"
    "INSERT INTO fact_meeting VALUES (id('e001'), 2, id('b1'), 24322, 0, 2, true, true),"
    " (id('e002'), 1, id('b1'), 24322, 0, 1, true, false), (id('e003'), 1, id('b4'), 24322, 0, 3, true, true),"
    " (id('e004'), 1, id('b9'), 24322, 0, 1, true, true);"
    "INSERT INTO fact_comment VALUES (id('cc01'), id('b1'), 24322), (id('cc02'), id('b4'), 24300);"
    "INSERT INTO fact_document VALUES (id('d001'), 2, id('c2'), 24322, true), (id('d002'), 3, id('c2'), 24322, false);"
    "INSERT INTO fact_audience VALUES (id('d001'), id('b1'), 24322, 2);"
    "INSERT INTO fact_read VALUES (id('52'), id('d001'), 1, id('b1'), 24322, 1793595600000000);"
    "INSERT INTO fact_adoption VALUES (id('51'), true, 1, (extract(epoch FROM now()) * 1e6)::int8),"
    " (id('52'), true, 0, 1000000);"
    "INSERT INTO fact_device VALUES (id('51'), 'a', 10, true);"
    "INSERT INTO position(cluster, topic, partition, next, owner)"
    " VALUES ('here', 6, 0, 50, gen_random_uuid()), ('here', 8, 0, 60, gen_random_uuid()),"
    " ('here', 11, 0, 70, gen_random_uuid());"
    "INSERT INTO seen(message_id, kind, aggregate_id, created_at_us, settled_at_us)"
    " VALUES (id('01'), 'DocumentPublished', id('d001'), 1, 1), (id('02'), 'MeetingCommented', id('e001'), 1, 1);";

static void upgrade(struct fixture *f)
{
    must(f->pg, "DROP SCHEMA public CASCADE");
    must(f->pg, "CREATE SCHEMA public");
    MUST_MIGRATE(f->pg, common);
    MUST_MIGRATE(f->pg, directory);
    assert_int_equal(pg_migrate(f->pg, analytics_migrations, OLD), ERR_OK);
    must_all(f->pg, OLD_ROWS);
    MUST_MIGRATE(f->pg, analytics);
}

static void test_what_was_counted_is_counted_still(void **state)
{
    struct fixture *f = *state;
    upgrade(f);
    struct dashboard_counters city = dashboard(f, &CITY, NOVEMBER), branch = dashboard(f, &BRANCH_10B, NOVEMBER);
    assert_int_equal(city.registered, 2);
    assert_int_equal(city.held, 1);
    assert_int_equal(city.cancelled, 1);
    assert_int_equal(city.branches_registered, 1);
    assert_int_equal(city.documents_published, 1);
    assert_int_equal(city.documents_read, 1);
    assert_int_equal(city.comments, 1);
    assert_int_equal(dashboard(f, &CITY, 24300).comments, 1);
    assert_int_equal(city.members, 3);
    assert_int_equal(city.activated, 2);
    assert_int_equal(branch.attendance_base, 1);
    assert_int_equal(branch.active_30d, 1);
    assert_int_equal(dashboard(f, &BRANCH_9, NOVEMBER).registered, 1); /* the directory has not told of it */
    assert_counters_are_true(f);
}

static void test_what_is_told_again_counts_once_and_says_whom_it_is_addressed_to(void **state)
{
    struct fixture *f = *state;
    upgrade(f);
    BATCH(f, commented(f, 1, &BRANCH_10B, NOVEMBER), has_read(f, &MEMBER, 1, november(2), november(9)));
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).comments, 1);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).documents_read, 1);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).documents_audience, 0);
    BATCH(f, told_document(f, 1, 2, PUBLISHED, &BRANCH_10B, false));
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).documents_published, 1);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).documents_audience, 2);
    assert_counters_are_true(f);
}

/* Of a version that is known the hours are taken, and nothing is counted twice. */
static void test_a_meeting_that_is_told_again_says_its_hour(void **state)
{
    struct fixture *f = *state;
    static const struct pg_statement HOURS = {
        .name = "hours", .sql = "SELECT count(*) FROM fact_meeting WHERE starts_at_us = 5 AND registered_at_us = 4"};
    upgrade(f);
    struct event held = told_meeting(f, 1, 2, &BRANCH_10B, NOVEMBER, PB__MEETING_STATE__MEETING_STATE_HELD);
    Pb__MeetingFacts *facts = facts_of_meeting(&held);
    facts->starts_at_us = 5;
    facts->registered_at_us = 4;
    BATCH(f, held);
    BATCH(f, held);
    struct pg_result *row = pg_queue(f->pg, pg_args(f->ctx, &HOURS));
    must_flush(f->pg);
    assert_int_equal(pg_get_int8(row, 0, 0), 1);
    assert_int_equal(dashboard(f, &CITY, NOVEMBER).held, 1);
    assert_counters_are_true(f);
}

static void test_the_events_of_documents_and_meetings_are_read_once_more(void **state)
{
    struct fixture *f = *state;
    static const struct pg_statement LEFT = {.name = "left_behind",
                                             .sql = "SELECT (SELECT string_agg(topic::text, ' ') FROM position),"
                                                    " (SELECT string_agg(kind, ' ') FROM seen)"};
    upgrade(f);
    struct pg_result *row = pg_queue(f->pg, pg_args(f->ctx, &LEFT));
    must_flush(f->pg);
    assert_string_equal(pg_get_text(f->ctx, row, 0, 0), "11");
    assert_string_equal(pg_get_text(f->ctx, row, 0, 1), "MeetingCommented");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_what_was_counted_is_counted_still),
        CASE(test_what_is_told_again_counts_once_and_says_whom_it_is_addressed_to),
        CASE(test_a_meeting_that_is_told_again_says_its_hour),
        CASE(test_the_events_of_documents_and_meetings_are_read_once_more),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
