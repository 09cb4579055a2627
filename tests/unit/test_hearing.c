/* services/gateway/link/hearing.h: what may be served follows from what was heard. */
#include "test.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/gateway/link/hearing.h"
#include <string.h>

enum { COMMANDS = 5, EVENTS = 6 };

struct fixture {
    TALLOC_CTX *ctx;
    struct hearing *hearing;
};

static int set_up(void **state)
{
    struct fixture *f = mem_new(NULL, struct fixture);
    f->ctx = f;
    f->hearing = hearing_new(f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    mem_free(*state);
    return 0;
}

/* A message of the epoch that the letter stands for. */
static bool take(struct fixture *f, int epoch, uint64_t number, Pb__Heartbeat *heartbeat, int64_t since_us)
{
    Pb__Told told = PB__TOLD__INIT;
    uint8_t id[16];
    memset(id, epoch, sizeof id);
    told.epoch = (ProtobufCBinaryData){sizeof id, id};
    told.number = number;
    told.heartbeat = heartbeat;
    return hearing_take(f->hearing, &told, since_us);
}

/* A loop's heartbeat about one topic. */
static Pb__Heartbeat *heartbeat(struct fixture *f, const char *loop, uint32_t loops, uint32_t topic, uint32_t of,
                                size_t n, const uint32_t partitions[])
{
    Pb__Heartbeat *heartbeat = mem_new(f->ctx, Pb__Heartbeat);
    Pb__OwnedPartitions *owned = mem_new(f->ctx, Pb__OwnedPartitions);
    pb__heartbeat__init(heartbeat);
    pb__owned_partitions__init(owned);
    owned->topic = topic;
    owned->of = of;
    owned->n_partitions = n;
    owned->partitions = mem_copy(f->ctx, partitions, n * sizeof *partitions);
    heartbeat->loop = mem_text(f->ctx, loop);
    heartbeat->loops = loops;
    heartbeat->n_topics = 1;
    heartbeat->topics = mem_array(f->ctx, Pb__OwnedPartitions *, 1);
    heartbeat->topics[0] = owned;
    return heartbeat;
}
#define HEARTBEAT(f, loop, loops, topic, of, ...)                                                      \
    heartbeat((f), (loop), (loops), (topic), (of), sizeof(uint32_t[]){__VA_ARGS__} / sizeof(uint32_t), \
              (uint32_t[]){__VA_ARGS__})

static void test_what_follows_is_complete_and_what_is_new_or_left_out_is_not(void **state)
{
    struct fixture *f = *state;
    static const struct {
        char epoch;
        uint64_t number;
        bool complete;
    } CASES[] = {
        {'a', 1, false}, {'a', 2, true},  {'b', 7, false}, {'a', 3, true}, {'b', 8, true}, {'a', 5, false},
        {'a', 6, true},  {'a', 6, false}, {'c', 1, false}, {'c', 2, true}, {'b', 9, true}, {'b', 1, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++)
        assert_int_equal(take(f, CASES[i].epoch, CASES[i].number, NULL, 1), CASES[i].complete);
}

static void test_an_epoch_that_was_forgotten_counts_as_new(void **state)
{
    struct fixture *f = *state;
    (void)take(f, 'a', 1, NULL, 1);
    hearing_forget(f->hearing);
    assert_false(take(f, 'a', 2, NULL, 1));
    for (int other = 'b'; other < 'b' + 64; other++) /* as many as are remembered */
        (void)take(f, other, 1, NULL, 1);
    assert_false(take(f, 'a', 3, NULL, 1));
}

static void test_a_service_is_heard_of_since_its_oldest_partition(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(hearing_since_us(f->hearing), 0);
    (void)take(f, 'a', 1, HEARTBEAT(f, "commands", 1, COMMANDS, 3, 0, 1), 1000);
    assert_int_equal(hearing_since_us(f->hearing), 0); /* nobody speaks for partition 2 */
    (void)take(f, 'b', 1, HEARTBEAT(f, "commands", 1, COMMANDS, 3, 2), 2000);
    assert_int_equal(hearing_since_us(f->hearing), 1000);
    (void)take(f, 'a', 2, HEARTBEAT(f, "commands", 1, COMMANDS, 3, 0), 3000); /* it has lost partition 1 */
    assert_int_equal(hearing_since_us(f->hearing), 1000);
    (void)take(f, 'b', 2, HEARTBEAT(f, "commands", 1, COMMANDS, 3, 1, 2), 4000);
    assert_int_equal(hearing_since_us(f->hearing), 3000);
    hearing_forget(f->hearing);
    assert_int_equal(hearing_since_us(f->hearing), 0);
}

static void test_all_loops_of_a_service_must_be_heard_of(void **state)
{
    struct fixture *f = *state;
    (void)take(f, 'a', 1, HEARTBEAT(f, "commands", 2, COMMANDS, 1, 0), 1000);
    assert_int_equal(hearing_since_us(f->hearing), 0);
    (void)take(f, 'b', 1, HEARTBEAT(f, "projections", 2, EVENTS, 1, 0), 2000);
    assert_int_equal(hearing_since_us(f->hearing), 1000);
}

static void test_messages_without_a_heartbeat_vouch_for_nothing(void **state)
{
    struct fixture *f = *state;
    (void)take(f, 'a', 1, HEARTBEAT(f, "commands", 1, COMMANDS, 1, 0), 1000);
    (void)take(f, 'a', 2, NULL, 5000);
    assert_int_equal(hearing_since_us(f->hearing), 1000);
}

static void test_a_topic_that_its_loop_reads_no_more_is_not_waited_for(void **state)
{
    struct fixture *f = *state;
    (void)take(f, 'a', 1, HEARTBEAT(f, "projections", 1, EVENTS, 1, 0), 1000);
    (void)take(f, 'b', 1, HEARTBEAT(f, "projections", 1, COMMANDS, 2, 0, 1), 2000); /* a newer binary */
    assert_int_equal(hearing_since_us(f->hearing), 1000);
    (void)take(f, 'b', 2, HEARTBEAT(f, "projections", 1, COMMANDS, 2, 0, 1), 61000000);
    assert_int_equal(hearing_since_us(f->hearing), 61000000);
}

static void test_owners_of_another_birth_name_more_partitions_and_the_old_number_is_forgotten(void **state)
{
    struct fixture *f = *state;
    (void)take(f, 'a', 1, HEARTBEAT(f, "commands", 1, COMMANDS, 1, 0), 1000);
    assert_int_equal(hearing_since_us(f->hearing), 1000);
    (void)take(f, 'b', 1, HEARTBEAT(f, "commands", 1, COMMANDS, 3, 0, 1), 2000);
    assert_int_equal(hearing_since_us(f->hearing), 0);
    (void)take(f, 'c', 1, HEARTBEAT(f, "commands", 1, COMMANDS, 3, 2), 3000);
    assert_int_equal(hearing_since_us(f->hearing), 2000);
}

static void test_nonsense_is_heard_of_as_nothing(void **state)
{
    struct fixture *f = *state;
    Pb__Told told = PB__TOLD__INIT;
    told.epoch = (ProtobufCBinaryData){3, (uint8_t *)"abc"};
    told.number = 1;
    assert_false(hearing_take(f->hearing, &told, 1));
    (void)take(f, 'a', 1, HEARTBEAT(f, "commands", 1, COMMANDS, 1, 7), 1000);
    assert_int_equal(hearing_since_us(f->hearing), 0);
    (void)take(f, 'a', 2, HEARTBEAT(f, "commands", 1, EVENTS, UINT32_MAX, 0), 1000);
    assert_int_equal(hearing_since_us(f->hearing), 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_what_follows_is_complete_and_what_is_new_or_left_out_is_not),
        CASE(test_an_epoch_that_was_forgotten_counts_as_new),
        CASE(test_a_service_is_heard_of_since_its_oldest_partition),
        CASE(test_all_loops_of_a_service_must_be_heard_of),
        CASE(test_messages_without_a_heartbeat_vouch_for_nothing),
        CASE(test_a_topic_that_its_loop_reads_no_more_is_not_waited_for),
        CASE(test_owners_of_another_birth_name_more_partitions_and_the_old_number_is_forgotten),
        CASE(test_nonsense_is_heard_of_as_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
