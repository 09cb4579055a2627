/* What a record of the queue becomes before anybody handles it: nothing in it is trusted. */
#include "test.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/kafka/envelope.h"
#include "common/loop/loop_open.h"
#include "sotay/v1/meeting.pb-c.h"

#include <string.h>

#define APPENDED_US INT64_C(1795888800000000)

static const struct loop_handler ROWS[] = {{.type = &pb__comment_on_meeting__descriptor}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_COMMANDS, ROWS),
                                                LOOP_HANDLERS(TOPIC_ACTIVITY, ROWS),
                                                LOOP_HANDLERS(TOPIC_MEETING_EVENTS, ROWS)};
static const struct loop_part PART = {.name = "comments", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
static const struct loop_part *const PARTS[] = {&PART};
static const struct loop_input INPUTS[] = {{.topic = TOPIC_MEETING_COMMANDS, .commands = true},
                                           {.topic = TOPIC_ACTIVITY, .clients = true},
                                           {.topic = TOPIC_MEETING_EVENTS}};
static const struct loop_options OPTIONS = {.service = "test",
                                            .inputs = INPUTS,
                                            .n_inputs = ARRAY_LENGTH(INPUTS),
                                            .parts = PARTS,
                                            .n_parts = ARRAY_LENGTH(PARTS)};

static TALLOC_CTX *ctx;
static struct loop_batch *batch;
static struct kafka_record record;
static Pb__CommentOnMeeting body;
static Pb__Envelope envelope;
static const struct uuid MESSAGE = {{1}}, MEETING = {{2}};

/* A comment as a gateway sends it; each case changes what it is about. */
static int set_up(void **state)
{
    (void)state;
    ctx = mem_context(NULL, "open");
    batch = loop_batch_new(ctx, PARTS, ARRAY_LENGTH(PARTS), 1);
    pb__comment_on_meeting__init(&body);
    body.meeting_id = uuid_to_pb(ctx, &MEETING);
    body.text = (char *)"Đồng ý";
    envelope_begin(ctx, &envelope, &MESSAGE, &MEETING, "CommentOnMeeting", (ProtobufCBinaryData){0});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    mem_free(ctx);
    return 0;
}

static const struct loop_slot *opened(enum topic topic)
{
    struct loop_slot *slot = &batch->slots[0];
    envelope.payload = mem_pack(ctx, &body.base);
    ProtobufCBinaryData value = mem_pack(ctx, &envelope.base);
    record = (struct kafka_record){
        .topic = topic, .append_time_us = APPENDED_US, .value = value.data, .value_bytes = value.len};
    loop_open(slot, batch, &OPTIONS, &record);
    return slot;
}

static void test_what_a_gateway_sends_is_opened(void **state)
{
    (void)state;
    const struct loop_slot *slot = opened(TOPIC_MEETING_COMMANDS);
    assert_int_equal(slot->err, ERR_OK);
    assert_int_equal(slot->message.now_us, APPENDED_US);
    assert_string_equal(((const Pb__CommentOnMeeting *)slot->message.body)->text, "Đồng ý");
}

static void test_what_breaks_the_rules_of_its_fields_is_refused_in_the_words_of_the_edge(void **state)
{
    (void)state;
    char *megabyte = mem_array(ctx, char, (1 << 20) + 1);
    memset(megabyte, 'x', 1 << 20);
    static const enum topic topics[] = {TOPIC_MEETING_COMMANDS, TOPIC_ACTIVITY};
    body.text = megabyte;
    body.has_on_behalf_of = true;
    for (size_t i = 0; i < ARRAY_LENGTH(topics); i++) {
        const struct loop_slot *slot = opened(topics[i]);
        assert_int_equal(slot->err, ERR_INVALID);
        assert_int_equal(slot->fields.n, 2);
        assert_string_equal(slot->fields.items[0]->field, "/text");
        assert_string_equal(slot->fields.items[0]->code, "too_long");
        assert_string_equal(slot->fields.items[1]->field, "/on_behalf_of");
        assert_string_equal(slot->fields.items[1]->code, "wrong_format");
    }
}

static void test_what_a_service_tells_has_no_such_rules(void **state)
{
    (void)state;
    body.text = (char *)"";
    assert_int_equal(opened(TOPIC_MEETING_EVENTS)->err, ERR_OK);
}

static void test_an_offset_of_the_clock_is_bounded(void **state)
{
    (void)state;
    static const int64_t beyond[] = {INT64_MAX, INT64_MIN, INT64_C(9000000000000000000), CLOCK_OFFSET_MOST_US + 1};
    envelope.has_clock_offset_us = true;
    envelope.clock_offset_us = 40 * CLOCK_DAY_US;
    assert_int_equal(opened(TOPIC_MEETING_COMMANDS)->message.now_us, APPENDED_US + 40 * CLOCK_DAY_US);
    for (size_t i = 0; i < ARRAY_LENGTH(beyond); i++) {
        envelope.clock_offset_us = beyond[i];
        assert_int_equal(opened(TOPIC_MEETING_COMMANDS)->err, ERR_MALFORMED);
        assert_int_equal(opened(TOPIC_MEETING_EVENTS)->err, ERR_MALFORMED);
    }
}

static void test_an_envelope_that_nobody_of_ours_makes_is_malformed(void **state)
{
    (void)state;
    char *long_text = mem_array(ctx, char, 1001);
    memset(long_text, 'x', 1000);
    envelope.correlation_id = long_text;
    assert_int_equal(opened(TOPIC_MEETING_COMMANDS)->err, ERR_MALFORMED);
    envelope.correlation_id = NULL;
    envelope.message_id.len = 15;
    assert_int_equal(opened(TOPIC_MEETING_COMMANDS)->err, ERR_MALFORMED);
}

#define sentence(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        sentence(test_what_a_gateway_sends_is_opened),
        sentence(test_what_breaks_the_rules_of_its_fields_is_refused_in_the_words_of_the_edge),
        sentence(test_what_a_service_tells_has_no_such_rules),
        sentence(test_an_offset_of_the_clock_is_bounded),
        sentence(test_an_envelope_that_nobody_of_ours_makes_is_malformed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
