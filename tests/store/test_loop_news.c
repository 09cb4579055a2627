/* What commands wait for (common/loop/loop_news.h). The service's projections are the case itself: it moves their
 * positions, as another process would. */
#include "loop_fixture.h"

#define FACTS "SELECT count(*) FROM fact"

/* How many records it has; 0 too while its partitions have no leader yet. */
static int64_t end_of(struct fixture *f, enum topic topic)
{
    struct kafka_end *ends = NULL;
    size_t n = 0;
    int64_t end = 0;
    if (kafka_ends(f->producer, f->ctx, &topic, 1, 5000, &ends, &n) != ERR_OK)
        return 0;
    for (size_t i = 0; i < n; i++)
        end += ends[i].end;
    return end;
}

static void tell(struct fixture *f, enum topic topic)
{
    static const char EVENT[] = "somebody's event";
    const struct uuid key = {{1}};
    int64_t before = end_of(f, topic), until_us = clock_monotonic_us() + LOOP_PATIENCE_MS * INT64_C(1000);
    assert_int_equal(kafka_produce(f->producer, topic, &key, sizeof key, EVENT, sizeof EVENT, NULL, NULL), ERR_OK);
    while (end_of(f, topic) == before && clock_monotonic_us() < until_us)
        pause_ms(2);
    assert_int_equal(end_of(f, topic), before + 1);
}

/* The positions of a topic pass all that it holds. */
static void hear(struct fixture *f, enum topic topic)
{
    must(f, mem_printf(f,
                       "INSERT INTO position(cluster, topic, partition, owner, next)"
                       " SELECT '%s', %d, p, gen_random_uuid(), 1000 FROM generate_series(0, %d) p"
                       " ON CONFLICT (cluster, topic, partition) DO UPDATE SET next = 1000",
                       kafka_cluster_id(f, f->environment.brokers, 10000), topic, topic_partitions(topic) - 1));
}

static void wait_until_it_misses(const struct loop *loop, int64_t wanted)
{
    int64_t until_us = clock_monotonic_us() + LOOP_PATIENCE_MS * INT64_C(1000);
    while (__atomic_load_n(&loop->news.missing, __ATOMIC_RELAXED) != wanted && clock_monotonic_us() < until_us)
        pause_ms(2);
    assert_int_equal(__atomic_load_n(&loop->news.missing, __ATOMIC_RELAXED), wanted);
}

static struct loop *loop_at_work(struct fixture *f, const struct uuid *item)
{
    struct loop *loop = loop_fixture_loop(f);
    send_command(f, item, KEEP, 0);
    wait_number(f, FACTS, 1);
    return loop;
}

static void test_a_command_that_names_waits_for_the_rows_of_whoever_projects(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("names");
    struct loop *loop = loop_at_work(f, &item);
    tell(f, TOPIC_DOCUMENT_EVENTS);
    send_command(f, &item, KEEP_NAMING, 1);
    wait_until_it_misses(loop, 1);
    assert_int_equal(number_of(f, FACTS), 1);
    hear(f, TOPIC_DOCUMENT_EVENTS);
    wait_number(f, FACTS, 2);
    loop_stop(loop);
}

static void test_one_that_does_not_find_what_it_names_waits_as_well(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("not found");
    struct loop *loop = loop_at_work(f, &item);
    tell(f, TOPIC_DOCUMENT_EVENTS);
    send_command(f, &item, KEEP_NOT_FOUND, 1);
    wait_until_it_misses(loop, 1);
    assert_int_equal(number_of(f, FACTS), 1);
    hear(f, TOPIC_DOCUMENT_EVENTS);
    wait_number(f, FACTS, 2);
    loop_stop(loop);
}

static void test_one_that_names_nothing_waits_for_nobody(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("names nothing");
    struct loop *loop = loop_at_work(f, &item);
    tell(f, TOPIC_DOCUMENT_EVENTS);
    send_command(f, &item, KEEP, 1);
    wait_number(f, FACTS, 2);
    tell(f, TOPIC_AUTH_EVENTS);
    hear(f, TOPIC_DOCUMENT_EVENTS);
    send_command(f, &item, KEEP_NAMING, 2); /* of another topic there is no question */
    wait_number(f, FACTS, 3);
    loop_stop(loop);
}

static void test_the_first_command_after_an_assignment_waits_for_all_topics(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("first");
    tell(f, TOPIC_DOCUMENT_EVENTS);
    tell(f, TOPIC_AUTH_EVENTS);
    send_command(f, &item, KEEP, 1);
    struct loop *loop = loop_fixture_loop(f);
    wait_until_it_misses(loop, 2);
    hear(f, TOPIC_AUTH_EVENTS);
    wait_until_it_misses(loop, 1);
    assert_int_equal(number_of(f, FACTS), 0);
    hear(f, TOPIC_DOCUMENT_EVENTS);
    wait_number(f, FACTS, 1);
    loop_stop(loop);
}

static void test_so_does_the_first_on_a_new_connection_which_may_lead_to_a_restored_database(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("restored");
    struct loop *loop = loop_at_work(f, &item);
    tell(f, TOPIC_DOCUMENT_EVENTS);
    must(f, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    send_command(f, &item, KEEP, 1);
    wait_until_it_misses(loop, 1);
    assert_int_equal(number_of(f, FACTS), 1);
    hear(f, TOPIC_DOCUMENT_EVENTS);
    wait_number(f, FACTS, 2);
    loop_stop(loop);
}

static void hear_what_is_wanted(struct loop_news *news)
{
    news->heard = news->wanted;
    news->heard_until_us = news->wanted_until_us;
}

/* Commands of one record that are run one by one are judged from its first again, whichever has to wait. */
static void test_what_one_command_of_a_record_waited_for_is_kept_for_the_next(void **state)
{
    struct fixture *f = *state;
    struct loop *loop = loop_fixture_loop(f);
    const uint64_t DOCUMENTS = UINT64_C(1) << TOPIC_DOCUMENT_EVENTS, AUTH = UINT64_C(1) << TOPIC_AUTH_EVENTS;
    struct loop_news news = {
        .pg = f->pg, .hears = loop->news.hears, .is_current = true, .connection = pg_connections(f->pg)};
    assert_false(loop_news_cover(&news, DOCUMENTS, 5));
    hear_what_is_wanted(&news);
    assert_true(loop_news_cover(&news, DOCUMENTS, 5));
    assert_false(loop_news_cover(&news, AUTH, 5));
    hear_what_is_wanted(&news);
    assert_true(loop_news_cover(&news, DOCUMENTS, 5) && loop_news_cover(&news, AUTH, 5));
    assert_false(loop_news_cover(&news, DOCUMENTS, 6)); /* a later one waits for its own topics alone */
    assert_int_equal(news.wanted, DOCUMENTS);
    hear_what_is_wanted(&news);
    assert_false(loop_news_cover(&news, AUTH, 5));
    hear_what_is_wanted(&news);
    assert_true(loop_news_cover(&news, AUTH, 5) && loop_news_cover(&news, DOCUMENTS, 6));
    loop_stop(loop);
}

static void test_a_loop_that_waits_stops_when_it_is_told_to(void **state)
{
    struct fixture *f = *state;
    struct uuid item = item_id("stops");
    tell(f, TOPIC_DOCUMENT_EVENTS);
    send_command(f, &item, KEEP_NAMING, 1);
    struct loop *loop = loop_fixture_loop(f);
    wait_until_it_misses(loop, 1);
    loop_stop(loop);
    assert_int_equal(number_of(f, FACTS), 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, loop_fixture_start, loop_fixture_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_command_that_names_waits_for_the_rows_of_whoever_projects),
        CASE(test_one_that_does_not_find_what_it_names_waits_as_well),
        CASE(test_one_that_names_nothing_waits_for_nobody),
        CASE(test_the_first_command_after_an_assignment_waits_for_all_topics),
        CASE(test_so_does_the_first_on_a_new_connection_which_may_lead_to_a_restored_database),
        CASE(test_what_one_command_of_a_record_waited_for_is_kept_for_the_next),
        CASE(test_a_loop_that_waits_stops_when_it_is_told_to),
    };
    loop_fixture_hears();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
