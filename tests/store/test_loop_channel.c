/* What a loop tells gateways (common/loop/loop_channel.h), with a real Redis between them. */
#include "loop_fixture.h"

#include "common/base/failpoint.h"
#include "common/kafka/envelope.h"
#include "common/redis/redis.h"
#include "redis_keys.h"
#include <stdlib.h>
#include <string.h>

enum { HASH_BYTES = 32 };
#define A_BODY "the hash of a body is 32 bytes ."
#define ANOTHER "and of another body the same ..."

static const char *redis_address, *redis_password;

/* --- a gateway's ear ---------------------------------------------------------------------------------------------- */

struct ear {
    pthread_mutex_t lock;
    uint8_t epoch[LOOP_EPOCH_BYTES]; /* of the last message */
    uint64_t number;
    int epochs, gaps, heartbeats, full_heartbeats, outcomes, connected;
    Pb__Outcome *outcome; /* the last, in ctx */
    TALLOC_CTX *ctx;
};

static void take_number(struct ear *ear, const Pb__Told *told)
{
    if (memcmp(ear->epoch, told->epoch.data, sizeof ear->epoch) != 0) {
        ear->epochs++;
        ear->gaps += told->number != 1;
    } else {
        ear->gaps += told->number != ear->number + 1;
    }
    memcpy(ear->epoch, told->epoch.data, sizeof ear->epoch);
    ear->number = told->number;
}

static bool owns_all(const Pb__Heartbeat *heartbeat)
{
    for (size_t i = 0; i < heartbeat->n_topics; i++)
        if (heartbeat->topics[i]->n_partitions != heartbeat->topics[i]->of || heartbeat->topics[i]->of == 0)
            return false;
    return heartbeat->n_topics == 2 && heartbeat->loops == 1 && strcmp(heartbeat->loop, "commands") == 0;
}

static void on_message(void *arg, size_t channel, const void *bytes, size_t n, int64_t since_us)
{
    struct ear *ear = arg;
    (void)channel, (void)since_us;
    pthread_mutex_lock(&ear->lock);
    const Pb__Told *told = (const Pb__Told *)mem_unpack(ear->ctx, &pb__told__descriptor, bytes, n);
    assert_non_null(told);
    take_number(ear, told);
    ear->heartbeats += told->heartbeat != NULL;
    ear->full_heartbeats += told->heartbeat && owns_all(told->heartbeat);
    ear->outcomes += (int)told->n_outcomes;
    if (told->n_outcomes > 0)
        ear->outcome = told->outcomes[0];
    pthread_mutex_unlock(&ear->lock);
}

static void on_subscribed(void *arg)
{
    struct ear *ear = arg;
    pthread_mutex_lock(&ear->lock);
    ear->connected++;
    pthread_mutex_unlock(&ear->lock);
}

static void wait_for(struct ear *ear, const int *number, int least)
{
    int64_t end_us = clock_monotonic_us() + LOOP_PATIENCE_MS * INT64_C(1000);
    for (int now = -1; now < least; pause_ms(2)) {
        assert_true(clock_monotonic_us() < end_us);
        pthread_mutex_lock(&ear->lock);
        now = *number;
        pthread_mutex_unlock(&ear->lock);
    }
}

static int read_number(struct ear *ear, const int *number)
{
    pthread_mutex_lock(&ear->lock);
    int now = *number;
    pthread_mutex_unlock(&ear->lock);
    return now;
}

/* --- the loop ----------------------------------------------------------------------------------------------------- */

static struct redis *new_redis(void *arg, TALLOC_CTX *ctx)
{
    (void)arg;
    return redis_new(ctx, redis_address, redis_password, 2000);
}

struct scene {
    struct ear ear;
    struct redis_subscriber *subscriber;
    struct redis *redis; /* the case's own */
    struct loop *loop;
};

static void begin(struct fixture *f, struct scene *scene)
{
    const char *channel = mem_printf(f, REDIS_CHANNEL_TOLD "%s", f->name);
    const struct redis_subscription subscription = {
        .channels = &channel, .n_channels = 1, .subscribed = on_subscribed, .message = on_message, .arg = &scene->ear};
    *scene = (struct scene){.redis = new_redis(NULL, f), .ear = {.ctx = mem_context(f, "heard")}};
    pthread_mutex_init(&scene->ear.lock, NULL);
    assert_int_equal(redis_subscribe(f, redis_address, redis_password, &subscription, &scene->subscriber), ERR_OK);
    wait_for(&scene->ear, &scene->ear.connected, 1);
    f->environment.new_redis = new_redis;
    f->environment.n_loops = 1;
    scene->loop = loop_fixture_loop(f);
    wait_for(&scene->ear, &scene->ear.full_heartbeats, 2);
}

static void end(struct scene *scene)
{
    loop_stop(scene->loop);
    redis_unsubscribe(scene->subscriber);
    assert_int_equal(scene->ear.gaps, 0);
}

static void send_what(struct fixture *f, const char *key, enum what what, const char *body_hash, int64_t version)
{
    struct uuid item = item_id(key);
    Pb__GetOutcome command = PB__GET_OUTCOME__INIT;
    Pb__Envelope envelope;
    command.message_id = uuid_to_pb(f, &item);
    command.partition = what;
    command.offset = version;
    envelope_begin(f, &envelope, &item, &item, command.base.descriptor->short_name, mem_pack(f, &command.base));
    envelope.has_body_hash = true;
    assert_int_equal(strlen(body_hash), HASH_BYTES);
    envelope.body_hash = mem_bytes(f, body_hash, HASH_BYTES);
    ProtobufCBinaryData packed = mem_pack(f, &envelope.base);
    assert_int_equal(
        kafka_produce(f->producer, TOPIC_MEETING_COMMANDS, &item, sizeof item, packed.data, packed.len, NULL, NULL),
        ERR_OK);
}

static void send_with_body(struct fixture *f, const char *key, const char *body_hash, int64_t version)
{
    send_what(f, key, KEEP, body_hash, version);
}

static bool has_tag(struct scene *scene, const char *key)
{
    size_t n;
    redis_queue_get(scene->redis, key);
    assert_int_equal(redis_flush(scene->redis), ERR_OK);
    return redis_reply(scene->redis, 0, &n) != NULL;
}

/* Until it has tried for more than a second. */
static void wait_for_retries(const struct loop *loop)
{
    const int64_t *since_us = &loop->waits.each[LOOP_WAIT_POSITIONS].since_us;
    int64_t end_us = clock_monotonic_us() + LOOP_PATIENCE_MS * INT64_C(1000), at_us = 0;
    while ((at_us == 0 || clock_monotonic_us() - at_us < CLOCK_SECOND_US) && clock_monotonic_us() < end_us) {
        pause_ms(2);
        at_us = __atomic_load_n(since_us, __ATOMIC_RELAXED);
    }
    assert_true(clock_monotonic_us() < end_us);
}

/* --- cases -------------------------------------------------------------------------------------------------------- */

static void test_outcomes_are_told_with_the_body_that_they_answer(void **state)
{
    struct fixture *f = *state;
    static struct scene scene; /* outlives a failure, as the subscriber does */
    begin(f, &scene);
    send_with_body(f, "one", A_BODY, 1);
    wait_for(&scene.ear, &scene.ear.outcomes, 1);
    assert_null(scene.ear.outcome->code);
    assert_int_equal(scene.ear.outcome->body_hash.len, HASH_BYTES);
    send_with_body(f, "one", ANOTHER, 1);
    wait_for(&scene.ear, &scene.ear.outcomes, 2);
    assert_string_equal(scene.ear.outcome->code, err_word(ERR_IDEMPOTENCY_KEY_REUSED));
    assert_memory_equal(scene.ear.outcome->body_hash.data, ANOTHER, HASH_BYTES);
    send_with_body(f, "one", A_BODY, 1);
    wait_for(&scene.ear, &scene.ear.outcomes, 3);
    assert_true(!scene.ear.outcome->code && scene.ear.outcome->replayed);
    end(&scene);
    assert_int_equal(number_of(f, "SELECT count(*) FROM outbox"), 0);
}

/* Whoever asks is told with it, and not before; nobody asks here. */
static bool is_held(struct fixture *f, const char *key)
{
    struct uuid id = item_id(key);
    struct loop_processed processed;
    const struct pg_result *rows = loop_store_queue_processed(f->pg, f, &id, 1);
    assert_int_equal(pg_flush(f->pg), ERR_OK);
    assert_int_equal(pg_rows(rows), 1);
    loop_store_read_processed(f, rows, 0, &processed);
    return processed.is_held;
}

static void test_an_answer_waits_for_the_record_of_its_commit(void **state)
{
    struct fixture *f = *state;
    static struct scene scene;
    struct uuid item = item_id("recorded");
    begin(f, &scene);
    send_what(f, "recorded", KEEP_AND_RECORD, A_BODY, 1);
    wait_for(&scene.ear, &scene.ear.outcomes, 1);
    assert_string_equal(versions_on_topic(f, &item), "1 ");
    end(&scene);
    assert_false(is_held(f, "recorded"));
}

static void test_no_answer_comes_before_the_record_is_there(void **state)
{
    struct fixture *f = *state;
    static struct scene scene;
    struct kafka_producer *nobody = loop_fixture_mute(f, 300000);
    begin(f, &scene);
    send_what(f, "unheard", KEEP_AND_RECORD, A_BODY, 1);
    wait_number(f, "SELECT count(*) FROM outbox", 1);
    assert_true(is_held(f, "unheard"));
    send_what(f, "unheard", KEEP_AND_RECORD, A_BODY, 1); /* a repeat is told no earlier */
    send_with_body(f, "behind", A_BODY, 2);
    wait_for(&scene.ear, &scene.ear.outcomes, 1);
    assert_memory_equal(scene.ear.outcome->message_id.data, item_id("behind").bytes, sizeof(struct uuid));
    must(f, "DELETE FROM outbox");
    must(f, "INSERT INTO marked_key(topic, key, commit_id)"
            " SELECT 3, message_id, commit_id FROM seen WHERE after_events");
    assert_true(is_held(f, "unheard")); /* where the keys have not been moved yet */
    loop_stop(scene.loop);
    redis_unsubscribe(scene.subscriber);
    assert_int_equal(read_number(&scene.ear, &scene.ear.outcomes), 1);
    kafka_producer_stop(nobody, 100);
    loop_fixture_clear(scene.loop);
}

static void test_an_owner_whose_row_has_moved_begins_an_epoch_that_voids_the_service(void **state)
{
    struct fixture *f = *state;
    static struct scene scene;
    char tag[TAG_TEXT_BYTES];
    begin(f, &scene);
    tag_format_service(f->name, tag);
    const char *key = mem_printf(f, REDIS_KEY_TAG "%s", tag);
    redis_queue_set(scene.redis, key, "version", 7, 60);
    assert_int_equal(redis_flush(scene.redis), ERR_OK);
    int epochs = read_number(&scene.ear, &scene.ear.epochs);
    wait_for(&scene.ear, &scene.ear.heartbeats, read_number(&scene.ear, &scene.ear.heartbeats) + 2);
    assert_true(has_tag(&scene, key));              /* heartbeats void nothing */
    must(f, "UPDATE position SET next = next + 1"); /* another owner's advance */
    wait_for(&scene.ear, &scene.ear.epochs, epochs + 1);
    assert_false(has_tag(&scene, key));
    end(&scene);
}

/* The database is one of before this owner took the partition. */
static void test_an_owner_whose_row_is_gone_begins_an_epoch(void **state)
{
    struct fixture *f = *state;
    static struct scene scene;
    begin(f, &scene);
    int epochs = read_number(&scene.ear, &scene.ear.epochs);
    must(f, "DELETE FROM position");
    wait_for(&scene.ear, &scene.ear.epochs, epochs + 1);
    send_with_body(f, "after", A_BODY, 1);
    wait_for(&scene.ear, &scene.ear.outcomes, 1);
    end(&scene);
}

/* Another's commit that it does not know of is nothing it could vouch for: no heartbeat, however often it asks. */
static void test_no_heartbeat_is_sent_while_the_rows_cannot_be_read(void **state)
{
    struct fixture *f = *state;
    static struct scene scene;
    begin(f, &scene);
    must(f, "ALTER TABLE position RENAME TO position_away");
    int before = read_number(&scene.ear, &scene.ear.heartbeats);
    send_with_body(f, "waits", A_BODY, 1);
    wait_for_retries(scene.loop);
    assert_true(read_number(&scene.ear, &scene.ear.heartbeats) <= before + 1);
    must(f, "ALTER TABLE position_away RENAME TO position");
    wait_for(&scene.ear, &scene.ear.outcomes, 1);
    wait_for(&scene.ear, &scene.ear.heartbeats, before + 2);
    end(&scene);
}

#ifdef SOTAY_FAILPOINTS
/* All that was told before is as it was told: gateways keep their answers. */
static void test_a_batch_that_is_tried_again_begins_no_epoch(void **state)
{
    struct fixture *f = *state;
    static struct scene scene;
    begin(f, &scene);
    int epochs = read_number(&scene.ear, &scene.ear.epochs);
    assert_int_equal(failpoint_arm("loop.load.fails", "fail", 1), ERR_OK);
    send_with_body(f, "again", A_BODY, 1);
    wait_for(&scene.ear, &scene.ear.outcomes, 1);
    wait_for(&scene.ear, &scene.ear.full_heartbeats, read_number(&scene.ear, &scene.ear.full_heartbeats) + 1);
    assert_int_equal(read_number(&scene.ear, &scene.ear.epochs), epochs);
    end(&scene);
}

static void test_what_redis_did_not_take_is_followed_by_a_new_epoch(void **state)
{
    struct fixture *f = *state;
    static struct scene scene;
    begin(f, &scene);
    int epochs = read_number(&scene.ear, &scene.ear.epochs);
    assert_int_equal(failpoint_arm("loop.redis.fails", "fail", 1), ERR_OK);
    send_with_body(f, "lost", A_BODY, 1);
    wait_for(&scene.ear, &scene.ear.epochs, epochs + 1);
    wait_for(&scene.ear, &scene.ear.full_heartbeats, read_number(&scene.ear, &scene.ear.full_heartbeats) + 1);
    assert_true(loop_is_heard(scene.loop));
    end(&scene);
}
#endif

#define LOOP_CASE(test) cmocka_unit_test_setup_teardown(test, loop_fixture_start, loop_fixture_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOP_CASE(test_outcomes_are_told_with_the_body_that_they_answer),
        LOOP_CASE(test_an_answer_waits_for_the_record_of_its_commit),
        LOOP_CASE(test_no_answer_comes_before_the_record_is_there),
        LOOP_CASE(test_an_owner_whose_row_has_moved_begins_an_epoch_that_voids_the_service),
        LOOP_CASE(test_an_owner_whose_row_is_gone_begins_an_epoch),
        LOOP_CASE(test_no_heartbeat_is_sent_while_the_rows_cannot_be_read),
#ifdef SOTAY_FAILPOINTS
        LOOP_CASE(test_a_batch_that_is_tried_again_begins_no_epoch),
        LOOP_CASE(test_what_redis_did_not_take_is_followed_by_a_new_epoch),
#endif
    };
    redis_address = getenv("SOTAY_TEST_REDIS");
    redis_password = getenv("SOTAY_TEST_REDIS_PASSWORD");
    if (!redis_address) {
        print_error("SOTAY_TEST_REDIS is not set\n");
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
