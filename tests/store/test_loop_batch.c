/* common/loop/loop_batch.h against PostgreSQL alone: records are made here, no broker brings them. */
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/kafka/envelope.h"
#include "common/loop/loop_open.h"
#include "common/loop/loop_run.h"
#include "common/loop/migrations.h"
#include "pg_fixture.h"

#include <string.h>

/* --- a service of one aggregate ----------------------------------------------------------------------------------- */

/* A command is a GetOutcome: `offset` is the item's version, `partition` what its handlers do. */
enum { KEEP, REFUSE_TO_WANT, WANT_MALFORMED, WANT_LATER, REFUSE_HALF, TELL };

static const struct pg_statement KEEP_FACT = {
    .name = "keep_fact", .each = true, .sql = "INSERT INTO fact(version) SELECT * FROM unnest($1::int8[])"};

static const struct loop_part FACTS;

static void *facts_new(struct loop_batch *batch)
{
    return pg_args(loop_ctx(batch), &KEEP_FACT);
}

static void facts_write(void *facts, struct pg *pg)
{
    pg_queue(pg, facts);
}

static enum err want_fact(const struct loop_message *message)
{
    switch (((const Pb__GetOutcome *)message->body)->partition) {
    case REFUSE_TO_WANT: return loop_field(message, "/offset", ERR_FIELD_TOO_LARGE);
    case WANT_MALFORMED: return ERR_MALFORMED;
    case WANT_LATER: return ERR_RETRY;
    default: return ERR_OK;
    }
}

static enum err keep_fact(const struct loop_message *message)
{
    const Pb__GetOutcome *body = (const Pb__GetOutcome *)message->body;
    pg_add_int8(loop_state(message->batch, &FACTS), body->offset);
    if (body->partition == TELL)
        loop_event(message, TOPIC_MEETING_EVENTS, &message->aggregate, message->body);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {{&pb__get_outcome__descriptor, want_fact, keep_fact}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_COMMANDS, ROWS),
                                                LOOP_HANDLERS(TOPIC_MEETING_EVENTS, ROWS),
                                                LOOP_HANDLERS(TOPIC_DIRECTORY_MEMBERS, ROWS)};
static const struct loop_part FACTS = {.name = "facts",
                                       .handlers = HANDLERS,
                                       .n_handlers = ARRAY_LENGTH(HANDLERS),
                                       .new = facts_new,
                                       .write = facts_write};
/* A second part that takes the events, too. */
static const struct loop_part MORE_FACTS;

static enum err keep_more(const struct loop_message *message)
{
    if (((const Pb__GetOutcome *)message->body)->partition == REFUSE_HALF)
        return ERR_NOT_ALLOWED;
    pg_add_int8(loop_state(message->batch, &MORE_FACTS), ((const Pb__GetOutcome *)message->body)->offset + 1000);
    return ERR_OK;
}

static const struct loop_handler MORE_ROWS[] = {{&pb__get_outcome__descriptor, NULL, keep_more}};
static const struct loop_handlers MORE_HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_EVENTS, MORE_ROWS)};
static const struct loop_part MORE_FACTS = {.name = "more",
                                            .handlers = MORE_HANDLERS,
                                            .n_handlers = ARRAY_LENGTH(MORE_HANDLERS),
                                            .new = facts_new,
                                            .write = facts_write};

static const struct loop_part *const PARTS[] = {&FACTS, &MORE_FACTS};
static const struct loop_input INPUTS[] = {{.topic = TOPIC_MEETING_COMMANDS, .commands = true},
                                           {.topic = TOPIC_MEETING_EVENTS},
                                           {.topic = TOPIC_DIRECTORY_MEMBERS, .raw = true}};
static const struct loop_options OPTIONS = {.service = "test",
                                            .name = "batch",
                                            .inputs = INPUTS,
                                            .n_inputs = ARRAY_LENGTH(INPUTS),
                                            .parts = PARTS,
                                            .n_parts = ARRAY_LENGTH(PARTS)};

void fixture_fill(struct pg *pg)
{
    assert_int_equal(pg_migrate(pg, common_migrations, common_n_migrations), ERR_OK);
    must(pg, "CREATE TABLE fact(version int8, place int8 GENERATED ALWAYS AS IDENTITY)");
}

void fixture_reset(struct pg *pg)
{
    must(pg, "TRUNCATE fact, position, seen, outbox, dead_letter, attempt");
}

/* --- records ------------------------------------------------------------------------------------------------------ */

static const struct uuid ITEM = {{0x11}};

static struct kafka_record record_of(enum topic topic, int32_t partition, int64_t offset, ProtobufCBinaryData value)
{
    return (struct kafka_record){.topic = topic,
                                 .partition = partition,
                                 .offset = offset,
                                 .append_time_us = clock_now_us(),
                                 .key = &ITEM,
                                 .key_bytes = sizeof ITEM,
                                 .value = value.data,
                                 .value_bytes = value.len};
}

static ProtobufCBinaryData body_of(struct fixture *f, int32_t what, int64_t version)
{
    Pb__GetOutcome body = PB__GET_OUTCOME__INIT;
    body.message_id = uuid_to_pb(f->ctx, &ITEM);
    body.partition = what;
    body.offset = version;
    return mem_pack(f->ctx, &body.base);
}

static ProtobufCBinaryData message_of(struct fixture *f, const char *kind, int32_t what, int64_t version)
{
    Pb__Envelope envelope;
    struct uuid id = uuid_derive(&ITEM, "message", (uint64_t)version);
    envelope_begin(f->ctx, &envelope, &id, &ITEM, kind, body_of(f, what, version));
    return mem_pack(f->ctx, &envelope.base);
}

static struct kafka_record command(struct fixture *f, int32_t partition, int64_t offset, int32_t what, int64_t version)
{
    return record_of(TOPIC_MEETING_COMMANDS, partition, offset, message_of(f, "GetOutcome", what, version));
}

static struct kafka_record unknown(struct fixture *f, int32_t partition, int64_t offset)
{
    return record_of(TOPIC_MEETING_COMMANDS, partition, offset, message_of(f, "InventedLater", KEEP, offset));
}

static struct kafka_record malformed(int32_t partition, int64_t offset)
{
    static uint8_t NONSENSE[] = {0xff, 0xff, 0xff};
    return record_of(TOPIC_MEETING_COMMANDS, partition, offset, (ProtobufCBinaryData){sizeof NONSENSE, NONSENSE});
}

static struct kafka_record raw(struct fixture *f, int32_t partition, int64_t offset, int64_t version)
{
    return record_of(TOPIC_DIRECTORY_MEMBERS, partition, offset, body_of(f, KEEP, version));
}

/* --- running ------------------------------------------------------------------------------------------------------ */

/* The owner of these partitions of each topic, from the beginning. */
static struct loop_runner *runner_of(struct fixture *f)
{
    enum { PARTITIONS = 3 };
    struct loop_runner *runner = mem_new(f->ctx, struct loop_runner);
    struct loop_positions *positions = mem_new(f->ctx, struct loop_positions);
    struct kafka_assignment assignments[PARTITIONS * ARRAY_LENGTH(INPUTS)];
    for (size_t i = 0; i < ARRAY_LENGTH(assignments); i++)
        assignments[i] = (struct kafka_assignment){.topic = INPUTS[i / PARTITIONS].topic,
                                                   .partition = (int32_t)(i % PARTITIONS)};
    positions->cluster = "here";
    assert_int_equal(loop_positions_take(positions, f->pg, assignments, ARRAY_LENGTH(assignments)), ERR_OK);
    *runner = (struct loop_runner){.pg = f->pg, .options = &OPTIONS, .positions = positions};
    return runner;
}

static enum err run(struct loop_runner *runner, const struct kafka_record records[], size_t n)
{
    struct loop_forced forced = {0};
    struct loop_unannounced unannounced;
    enum err err = loop_batch_run(runner, records, n, &forced, &unannounced);
    mem_free(unannounced.ctx); /* nobody announces it here */
    return err;
}

static int64_t number(struct fixture *f, const struct pg_statement *statement)
{
    struct pg_result *row;
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, statement), &row), ERR_OK);
    return pg_get_int8(row, 0, 0);
}
/* A statement is known by its address for as long as its connection lives. */
#define NUMBER(f, question, text)                                                         \
    ({                                                                                    \
        static const struct pg_statement STATEMENT = {.name = (question), .sql = (text)}; \
        number((f), &STATEMENT);                                                          \
    })

static int64_t facts(struct fixture *f)
{
    return NUMBER(f, "facts", "SELECT count(*) FROM fact");
}

static int64_t next_of(const struct loop_runner *runner, enum topic topic, int32_t partition)
{
    return loop_positions_find(runner->positions, topic, partition)->position.next;
}

static bool waits(const struct loop_runner *runner, int32_t partition)
{
    return loop_positions_find(runner->positions, TOPIC_MEETING_COMMANDS, partition)->obstacle.waits != ERR_OK;
}

/* --- unknown kinds ------------------------------------------------------------------------------------------------ */

static void test_a_command_of_an_unknown_kind_waits_and_holds_up_its_partition_alone(void **state)
{
    struct fixture *f = *state;
    struct loop_runner *runner = runner_of(f);
    const struct kafka_record records[] = {command(f, 0, 0, KEEP, 1), unknown(f, 0, 1), command(f, 0, 2, KEEP, 2),
                                           command(f, 1, 0, KEEP, 3)};
    assert_int_equal(run(runner, records, 4), ERR_OK);
    assert_int_equal(facts(f), 2);
    assert_int_equal(next_of(runner, TOPIC_MEETING_COMMANDS, 0), 1);
    assert_int_equal(next_of(runner, TOPIC_MEETING_COMMANDS, 1), 1);
    assert_true(waits(runner, 0));
    assert_false(waits(runner, 1));
}

static void test_a_batch_of_an_unknown_kind_alone_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct loop_runner *runner = runner_of(f);
    const struct kafka_record records[] = {unknown(f, 0, 0)};
    assert_int_equal(run(runner, records, 1), ERR_OK);
    assert_true(waits(runner, 0));
    assert_int_equal(next_of(runner, TOPIC_MEETING_COMMANDS, 0), 0);
    assert_int_equal(NUMBER(f, "seen", "SELECT count(*) FROM seen"), 0);
}

static void test_an_event_of_an_unknown_kind_is_skipped(void **state)
{
    struct fixture *f = *state;
    struct loop_runner *runner = runner_of(f);
    const struct kafka_record records[] = {
        record_of(TOPIC_MEETING_EVENTS, 0, 0, message_of(f, "InventedLater", KEEP, 1)),
        record_of(TOPIC_MEETING_EVENTS, 0, 1, message_of(f, "GetOutcome", KEEP, 2))};
    assert_int_equal(run(runner, records, 2), ERR_OK);
    assert_int_equal(next_of(runner, TOPIC_MEETING_EVENTS, 0), 2);
    assert_int_equal(facts(f), 2); /* each part that takes the kind has kept one */
    assert_int_equal(NUMBER(f, "noted", "SELECT count(*) FROM skipped_kind WHERE kind = 'InventedLater'"), 1);
    assert_int_equal(NUMBER(f, "all noted", "SELECT count(*) FROM skipped_kind"), 1);
}

/* The client of the unknown command must hear nothing: it waits. */
static void test_a_malformed_record_behind_an_unknown_kind_is_told_to_nobody_else(void **state)
{
    struct fixture *f = *state;
    struct loop_runner *runner = runner_of(f);
    const struct kafka_record records[] = {unknown(f, 0, 0), malformed(1, 0)};
    assert_int_equal(run(runner, records, 2), ERR_OK);
    assert_int_equal(NUMBER(f, "dead", "SELECT count(*) FROM dead_letter WHERE kind IS NULL AND partition = 1"), 1);
    assert_int_equal(NUMBER(f, "known", "SELECT count(*) FROM dead_letter"), 1);
    assert_int_equal(NUMBER(f, "answered", "SELECT count(*) FROM seen"), 0);
    assert_true(waits(runner, 0));
}

static void test_a_raw_record_behind_an_unknown_kind_is_applied(void **state)
{
    struct fixture *f = *state;
    struct loop_runner *runner = runner_of(f);
    const struct kafka_record records[] = {unknown(f, 0, 0), raw(f, 0, 0, 7)};
    assert_int_equal(run(runner, records, 2), ERR_OK);
    assert_int_equal(facts(f), 1);
    assert_int_equal(next_of(runner, TOPIC_DIRECTORY_MEMBERS, 0), 1);
}

/* --- parts -------------------------------------------------------------------------------------------------------- */

static void test_an_event_goes_to_every_part_that_has_a_row_for_it(void **state)
{
    struct fixture *f = *state;
    const struct kafka_record records[] = {record_of(TOPIC_MEETING_EVENTS, 0, 0, message_of(f, "GetOutcome", KEEP, 1))};
    assert_int_equal(run(runner_of(f), records, 1), ERR_OK);
    assert_int_equal(NUMBER(f, "both", "SELECT sum(version)::int8 FROM fact"), 1 + 1001);
}

static void test_what_cannot_be_wanted_is_rejected_and_not_applied(void **state)
{
    struct fixture *f = *state;
    const struct kafka_record records[] = {command(f, 0, 0, REFUSE_TO_WANT, 1), command(f, 0, 1, KEEP, 2)};
    assert_int_equal(run(runner_of(f), records, 2), ERR_OK);
    assert_int_equal(facts(f), 1);
    assert_int_equal(NUMBER(f, "refused", "SELECT count(*) FROM seen WHERE code = 'invalid' AND fields IS NOT NULL"),
                     1);
}

static void test_a_message_whose_wants_are_malformed_is_a_dead_letter(void **state)
{
    struct fixture *f = *state;
    const struct kafka_record records[] = {command(f, 0, 0, WANT_MALFORMED, 1), command(f, 0, 1, KEEP, 2)};
    assert_int_equal(run(runner_of(f), records, 2), ERR_OK);
    assert_int_equal(facts(f), 1);
    assert_int_equal(NUMBER(f, "dead", "SELECT count(*) FROM dead_letter WHERE kind = 'GetOutcome'"), 1);
}

static void test_what_must_wait_to_be_wanted_gives_the_batch_back(void **state)
{
    struct fixture *f = *state;
    struct loop_runner *runner = runner_of(f);
    const struct kafka_record records[] = {command(f, 0, 0, KEEP, 1), command(f, 0, 1, WANT_LATER, 2)};
    assert_int_equal(run(runner, records, 2), ERR_RETRY);
    assert_int_equal(facts(f), 0);
    assert_int_equal(next_of(runner, TOPIC_MEETING_COMMANDS, 0), 0);
}

static void test_an_event_that_its_second_part_refuses_is_not_half_kept(void **state)
{
    struct fixture *f = *state;
    const struct kafka_record records[] = {
        record_of(TOPIC_MEETING_EVENTS, 0, 0, message_of(f, "GetOutcome", REFUSE_HALF, 1))};
    assert_int_equal(run(runner_of(f), records, 1), ERR_INTERNAL);
    assert_int_equal(facts(f), 0);
}

static enum err checked(const struct loop_input inputs[], size_t n_inputs, const struct loop_part *const parts[],
                        size_t n_parts)
{
    return loop_check_parts(&(const struct loop_options){
        .name = "checked", .inputs = inputs, .n_inputs = n_inputs, .parts = parts, .n_parts = n_parts});
}

static void test_tables_that_cannot_be_right_are_refused(void **state)
{
    (void)state;
    static const struct loop_part *const TWICE[] = {&FACTS, &FACTS};
    static const struct loop_part *const EVENTS_ONLY[] = {&MORE_FACTS};
    assert_int_equal(checked(INPUTS, ARRAY_LENGTH(INPUTS), PARTS, ARRAY_LENGTH(PARTS)), ERR_OK);
    assert_int_equal(checked(INPUTS, ARRAY_LENGTH(INPUTS), TWICE, 2), ERR_CONFIG);       /* a command for two */
    assert_int_equal(checked(INPUTS, ARRAY_LENGTH(INPUTS), EVENTS_ONLY, 1), ERR_CONFIG); /* topics for nobody */
    assert_int_equal(checked(INPUTS, 1, PARTS, ARRAY_LENGTH(PARTS)), ERR_CONFIG);        /* a topic that is not read */
}

/* --- dead letters replayed beside the queue ----------------------------------------------------------------------- */

/* A raw record that has become a dead letter. */
static struct loop_dead letter_of(struct fixture *f, int32_t what)
{
    struct loop_dead letter = {.at = {.cluster = "here", .topic = TOPIC_DIRECTORY_MEMBERS, .offset = 3},
                               .reason = "a bug of ours",
                               .key = mem_bytes(f->ctx, &ITEM, sizeof ITEM),
                               .record = body_of(f, what, 7)};
    loop_store_queue_dead(f->pg, f->ctx, &letter);
    must_flush(f->pg);
    return letter;
}

static void test_a_letter_whose_replay_fails_stays(void **state)
{
    struct fixture *f = *state;
    struct loop_runner *runner = runner_of(f);
    struct loop_dead letter = letter_of(f, WANT_MALFORMED);
    assert_int_equal(loop_batch_replay(runner, &letter), ERR_MALFORMED);
    letter.record = body_of(f, REFUSE_TO_WANT, 7);
    assert_int_equal(loop_batch_replay(runner, &letter), ERR_INVALID);
    assert_int_equal(NUMBER(f, "letters", "SELECT count(*) FROM dead_letter"), 1);
    letter.record = body_of(f, KEEP, 7);
    assert_int_equal(loop_batch_replay(runner, &letter), ERR_OK);
    assert_int_equal(NUMBER(f, "letters_left", "SELECT count(*) FROM dead_letter"), 0);
    assert_int_equal(facts(f), 1);
}

/* --- records of several messages ---------------------------------------------------------------------------------- */

static ProtobufCBinaryData bundle_of(struct fixture *f, ProtobufCBinaryData envelopes[], size_t n)
{
    Pb__Bundle bundle = PB__BUNDLE__INIT;
    bundle.n_envelopes = n;
    bundle.envelopes = envelopes;
    return mem_pack(f->ctx, &bundle.base);
}

/* Three events in one record: both parts take the first and the last, the second part refuses the middle one. */
static struct kafka_record bundle_with_a_bad_one(struct fixture *f)
{
    ProtobufCBinaryData envelopes[] = {message_of(f, "GetOutcome", KEEP, 1),
                                       message_of(f, "GetOutcome", REFUSE_HALF, 2),
                                       message_of(f, "GetOutcome", KEEP, 3)};
    return record_of(TOPIC_MEETING_EVENTS, 0, 0, bundle_of(f, envelopes, ARRAY_LENGTH(envelopes)));
}

static void test_of_a_record_only_the_message_that_fails_becomes_a_dead_letter(void **state)
{
    struct fixture *f = *state;
    struct loop_runner *runner = runner_of(f);
    struct kafka_record record = bundle_with_a_bad_one(f);
    atomic_bool stopping = false;
    struct loop_run run = {.runner = runner, .stopping = &stopping}; /* nothing is announced */
    assert_int_equal(loop_run_records(&run, &(struct kafka_records){&record, 1}, 512), ERR_OK);
    assert_int_equal(NUMBER(f, "kept", "SELECT sum(version)::int8 FROM fact"), 1 + 1001 + 3 + 1003);
    assert_int_equal(NUMBER(f, "dead", "SELECT count(*) FROM dead_letter WHERE \"offset\" = 0 AND place = 1"), 1);
    assert_int_equal(next_of(runner, TOPIC_MEETING_EVENTS, 0), 1);
}

static void test_the_position_moves_behind_a_record_with_its_last_message(void **state)
{
    struct fixture *f = *state;
    struct loop_runner *runner = runner_of(f);
    struct loop_records messages = {0};
    struct kafka_record record = bundle_with_a_bad_one(f);
    loop_take_apart(f->ctx, &OPTIONS, &record, &messages);
    assert_int_equal(messages.list.n, 3);
    assert_int_equal(run(runner, messages.list.items, 1), ERR_OK);
    assert_int_equal(next_of(runner, TOPIC_MEETING_EVENTS, 0), 0);
    assert_int_equal(run(runner, (const struct kafka_record[]){messages.list.items[0], messages.list.items[2]}, 2),
                     ERR_OK);
    assert_int_equal(next_of(runner, TOPIC_MEETING_EVENTS, 0), 1);
    assert_int_equal(facts(f), 4); /* the first one was not applied again */
}

static void test_a_commit_tells_its_events_as_one_record_for_each_partition(void **state)
{
    struct fixture *f = *state;
    const struct kafka_record records[] = {command(f, 0, 0, TELL, 1), command(f, 1, 0, TELL, 2),
                                           command(f, 0, 1, TELL, 3)};
    struct loop_forced forced = {0};
    struct loop_unannounced told;
    assert_int_equal(loop_batch_run(runner_of(f), records, ARRAY_LENGTH(records), &forced, &told), ERR_OK);
    assert_int_equal(told.n, 1);
    assert_int_equal(told.notices->announcement->n_messages, 2);
    Pb__OutboundMessage *const *messages = told.notices->announcement->messages;
    const Pb__Bundle *bundle = envelope_unbundle(f->ctx, messages[0]->value.data, messages[0]->value.len);
    assert_int_equal(messages[0]->partition, 0);
    assert_int_equal(bundle->n_envelopes, 2);
    assert_int_equal(messages[1]->partition, 1);
    assert_null(envelope_unbundle(f->ctx, messages[1]->value.data, messages[1]->value.len)); /* one goes as it is */
    mem_free(told.ctx);
}

/* --- what every batch does ---------------------------------------------------------------------------------------- */

static void test_a_repeat_is_applied_once(void **state)
{
    struct fixture *f = *state;
    struct loop_runner *runner = runner_of(f);
    const struct kafka_record records[] = {command(f, 0, 0, KEEP, 1), command(f, 0, 1, KEEP, 1)};
    const struct kafka_record later[] = {command(f, 0, 2, KEEP, 1)};
    assert_int_equal(run(runner, records, 2), ERR_OK);
    assert_int_equal(run(runner, later, 1), ERR_OK);
    assert_int_equal(facts(f), 1);
    assert_int_equal(next_of(runner, TOPIC_MEETING_COMMANDS, 0), 3);
}

static void test_a_repeat_gets_the_first_answer_even_if_it_could_not_be_wanted_now(void **state)
{
    struct fixture *f = *state;
    struct loop_runner *runner = runner_of(f);
    const struct kafka_record records[] = {command(f, 0, 0, KEEP, 1), command(f, 0, 1, WANT_MALFORMED, 1)};
    assert_int_equal(run(runner, records, 2), ERR_OK);
    assert_int_equal(facts(f), 1);
    assert_int_equal(NUMBER(f, "dead", "SELECT count(*) FROM dead_letter"), 0);
}

static void test_an_owner_of_before_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct loop_runner *first = runner_of(f), *second = runner_of(f);
    const struct kafka_record one[] = {command(f, 0, 0, KEEP, 1)}, other[] = {command(f, 0, 0, KEEP, 2)};
    assert_int_equal(run(first, one, 1), ERR_OWNER_LOST);
    assert_int_equal(next_of(first, TOPIC_MEETING_COMMANDS, 0), 0);
    assert_int_equal(run(second, other, 1), ERR_OK);
    assert_int_equal(facts(f), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_command_of_an_unknown_kind_waits_and_holds_up_its_partition_alone),
        CASE(test_a_batch_of_an_unknown_kind_alone_changes_nothing),
        CASE(test_an_event_of_an_unknown_kind_is_skipped),
        CASE(test_a_malformed_record_behind_an_unknown_kind_is_told_to_nobody_else),
        CASE(test_a_raw_record_behind_an_unknown_kind_is_applied),
        CASE(test_an_event_goes_to_every_part_that_has_a_row_for_it),
        CASE(test_what_cannot_be_wanted_is_rejected_and_not_applied),
        CASE(test_a_message_whose_wants_are_malformed_is_a_dead_letter),
        CASE(test_what_must_wait_to_be_wanted_gives_the_batch_back),
        CASE(test_an_event_that_its_second_part_refuses_is_not_half_kept),
        CASE(test_tables_that_cannot_be_right_are_refused),
        CASE(test_a_letter_whose_replay_fails_stays),
        CASE(test_of_a_record_only_the_message_that_fails_becomes_a_dead_letter),
        CASE(test_the_position_moves_behind_a_record_with_its_last_message),
        CASE(test_a_commit_tells_its_events_as_one_record_for_each_partition),
        CASE(test_a_repeat_is_applied_once),
        CASE(test_a_repeat_gets_the_first_answer_even_if_it_could_not_be_wanted_now),
        CASE(test_an_owner_of_before_changes_nothing),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
