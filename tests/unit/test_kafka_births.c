/* Which births of topics there are, as metadata tells (common/kafka/kafka.h, "births"). */
#include "test.h"

#include "common/base/array.h"
#include "common/kafka/kafka_internal.h"

enum { TOPICS_MOST = 64 };

static void test_the_name_of_a_log_names_topic_and_birth(void **state)
{
    (void)state;
    static const struct {
        const char *log;
        enum topic topic;
        int birth;
    } CASES[] = {
        {"meeting.commands", TOPIC_MEETING_COMMANDS, 1},
        {"meeting.commands.2", TOPIC_MEETING_COMMANDS, 2},
        {"activity.32", TOPIC_ACTIVITY, 32},
        {"meeting.commands.1", TOPIC_NONE, 0},
        {"meeting.commands.02", TOPIC_NONE, 0},
        {"meeting.commands.33", TOPIC_NONE, 0},
        {"meeting.commands.2x", TOPIC_NONE, 0},
        {"meeting.commands2", TOPIC_NONE, 0},
        {"meeting", TOPIC_NONE, 0},
        {"__consumer_offsets", TOPIC_NONE, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        char name[KAFKA_NAME_BYTES];
        int birth = 0;
        assert_int_equal(kafka_log_topic(CASES[i].log, &birth), CASES[i].topic);
        assert_int_equal(birth, CASES[i].birth);
        if (CASES[i].topic)
            assert_string_equal(kafka_log_name(CASES[i].topic, birth, name), CASES[i].log);
    }
}

static void test_the_number_of_a_partition_names_its_birth(void **state)
{
    (void)state;
    assert_int_equal(kafka_number_of(1, 3), 3);
    assert_int_equal(kafka_number_of(2, 3), 1003);
    assert_int_equal(kafka_birth_of(3), 1);
    assert_int_equal(kafka_birth_of(1003), 2);
    assert_int_equal(kafka_place_of(1003), 3);
    assert_int_equal(kafka_number_of(2, RD_KAFKA_PARTITION_UA), RD_KAFKA_PARTITION_UA);
}

struct topics {
    struct rd_kafka_metadata_topic items[TOPICS_MOST];
    int n;
    char names[TOPICS_MOST][KAFKA_NAME_BYTES];
};

static void add(struct topics *topics, enum topic topic, int birth, int partitions)
{
    char *name = topics->names[topics->n];
    topics->items[topics->n++] = (struct rd_kafka_metadata_topic){
        .topic = (char *)(uintptr_t)kafka_log_name(topic, birth, name), .partition_cnt = partitions};
}

static void add_all(struct topics *topics, int birth, int partitions)
{
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        add(topics, KAFKA_TOPICS[i], birth, partitions);
}

static void note(struct topics *topics)
{
    const struct rd_kafka_metadata metadata = {.topics = topics->items, .topic_cnt = topics->n};
    kafka_births_note(&metadata);
}

static void test_a_birth_that_is_being_made_is_later_and_not_open(void **state)
{
    (void)state;
    bool is_open = true;
    struct topics topics = {.n = 0};
    kafka_topic_prefix("");
    note(&topics);
    assert_int_equal(kafka_newest_birth(), 0);
    add_all(&topics, 1, 1);
    note(&topics);
    assert_int_equal(kafka_newest_birth(), 1);
    assert_int_equal(kafka_later_birth(&is_open), 0);
    assert_false(is_open);
    add(&topics, TOPIC_DIRECTORY_MEMBERS, 2, 16);
    note(&topics);
    assert_int_equal(kafka_later_birth(&is_open), 2);
    assert_false(is_open);
    topics.n--; /* it was taken back */
    note(&topics);
    assert_int_equal(kafka_later_birth(&is_open), 0);
}

static void test_a_process_keeps_its_birth_and_one_that_starts_takes_the_newest_open_one(void **state)
{
    (void)state;
    bool is_open = false;
    struct topics topics = {.n = 0};
    kafka_topic_prefix("");
    add_all(&topics, 1, 1);
    note(&topics);
    add_all(&topics, 2, 16);
    note(&topics);
    assert_int_equal(kafka_newest_birth(), 1);
    assert_int_equal(topic_partitions(TOPIC_ACTIVITY), 1);
    assert_int_equal(kafka_later_birth(&is_open), 2);
    assert_true(is_open);
    kafka_topic_prefix("");
    add(&topics, TOPIC_DIRECTORY_MEMBERS, 3, 4);
    note(&topics);
    assert_int_equal(kafka_newest_birth(), 2);
    assert_int_equal(topic_partitions(TOPIC_ACTIVITY), 16);
    assert_int_equal(kafka_first_partition(), 1000);
    assert_int_equal(kafka_later_birth(&is_open), 3);
    assert_false(is_open);
}

static void test_the_partitions_of_all_births_are_counted_in_their_order(void **state)
{
    (void)state;
    struct topics topics = {.n = 0};
    kafka_topic_prefix("");
    add_all(&topics, 1, 2);
    add_all(&topics, 2, 16);
    topics.items[0].partition_cnt = 0; /* deleted when it was empty */
    note(&topics);
    assert_int_equal(topic_partitions_ever(TOPIC_ACTIVITY), 18);
    assert_int_equal(topic_partitions_ever(KAFKA_TOPICS[0]), 16);
    assert_int_equal(topic_partitions_before(TOPIC_ACTIVITY, 1), 1);
    assert_int_equal(topic_partitions_before(TOPIC_ACTIVITY, 1003), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_name_of_a_log_names_topic_and_birth),
        cmocka_unit_test(test_the_number_of_a_partition_names_its_birth),
        cmocka_unit_test(test_a_birth_that_is_being_made_is_later_and_not_open),
        cmocka_unit_test(test_a_process_keeps_its_birth_and_one_that_starts_takes_the_newest_open_one),
        cmocka_unit_test(test_the_partitions_of_all_births_are_counted_in_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
