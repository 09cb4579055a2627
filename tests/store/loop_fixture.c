#include "loop_fixture.h"

#include "common/base/log.h"
#include "common/kafka/envelope.h"
#include "common/loop/migrations.h"
#include "kafka_topics.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- the service -------------------------------------------------------------------------------------------------- */

static const struct pg_statement KEEP_FACT = {
    .name = "keep_fact",
    .each = true,
    .sql = "INSERT INTO fact(item, version) SELECT * FROM unnest($1::uuid[], $2::int8[])"};

struct work {
    TALLOC_CTX *ctx;
    struct pg_args *facts;
    struct uuid_map *recorded;
};

static void *work_new(struct loop_batch *batch)
{
    struct work *work = mem_new(loop_ctx(batch), struct work);
    work->ctx = loop_ctx(batch);
    work->facts = pg_args(work->ctx, &KEEP_FACT);
    work->recorded = uuid_map_new(work->ctx);
    return work;
}

static void write_facts(void *arg, struct pg *pg)
{
    struct work *work = arg;
    pg_queue(pg, work->facts);
    if (uuid_map_size(work->recorded) > 0)
        loop_mark(pg, work->ctx, TOPIC_DIRECTORY_ORGANIZATIONS, uuid_map_ids(work->recorded),
                  uuid_map_size(work->recorded));
}

/* An item's record says its newest version. */
static const struct pg_statement READ_RECORDS = {
    .name = "read_records", .sql = "SELECT item, max(version) FROM fact WHERE item = ANY($1::uuid[]) GROUP BY item"};

static enum err read_records(struct pg *pg, TALLOC_CTX *ctx, const struct uuid keys[], size_t n,
                             struct loop_record_list *ret_records)
{
    const struct pg_result *rows = pg_queue_ids(pg, ctx, &READ_RECORDS, keys, n);
    enum err err = pg_flush(pg);
    if (err)
        return err;
    ret_records->n = pg_rows(rows);
    ret_records->items = mem_array(ctx, struct loop_record, ret_records->n);
    for (size_t i = 0; i < ret_records->n; i++) {
        Pb__GetOutcome record = PB__GET_OUTCOME__INIT;
        ret_records->items[i].key = pg_get_uuid(rows, i, 0);
        record.message_id = uuid_to_pb(ctx, &ret_records->items[i].key);
        record.offset = pg_get_int8(rows, i, 1);
        ret_records->items[i].value = mem_pack(ctx, &record.base);
    }
    return ERR_OK;
}

static int recurse(volatile int *depth)
{
    volatile int here[64] = {*depth + 1};
    return here[0] > 0 ? recurse(here) + here[1]
                       : 0; /* ends where the stack does; the sum keeps it from becoming a loop */
}

static const struct loop_part FACTS;

static enum err want(const struct loop_message *message)
{
    if (((const Pb__GetOutcome *)message->body)->partition == KEEP_NAMING)
        loop_want_news(message->batch, TOPIC_DOCUMENT_EVENTS);
    return ERR_OK;
}

static enum err apply(const struct loop_message *message)
{
    struct work *work = loop_state(message->batch, &FACTS);
    const Pb__GetOutcome *body = (const Pb__GetOutcome *)message->body;
    volatile int depth = 0;
    if (body->partition == RECURSE)
        return (enum err)recurse(&depth);
    if (body->partition == KEEP_NOT_FOUND && !loop_has_news(message, TOPIC_DOCUMENT_EVENTS))
        return ERR_NOT_HEARD;
    while (body->partition == HANG)
        pause_ms(1000);
    if (body->partition == KILL)
        (void)raise(SIGKILL);
    pg_add_uuid(work->facts, &message->aggregate);
    pg_add_int8(work->facts, body->offset);
    if (body->partition == KEEP_AND_RECORD) {
        uuid_map_name(work->recorded, &message->aggregate);
        loop_answer_after_events(message);
    }
    return ERR_OK;
}

static const struct loop_handler COMMANDS[] = {{.type = &pb__get_outcome__descriptor, .want = want, .apply = apply}};
static const struct loop_handler ROWS[] = {{.type = &pb__get_outcome__descriptor, .apply = apply}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_COMMANDS, COMMANDS),
                                                LOOP_HANDLERS(TOPIC_DIRECTORY_MEMBERS, ROWS)};
static const struct loop_part FACTS = {
    .name = "facts", .handlers = HANDLERS, .n_handlers = 2, .new = work_new, .write = write_facts};
static const struct loop_part *const PARTS[] = {&FACTS};
static const struct loop_input INPUTS[] = {
    {.topic = TOPIC_MEETING_COMMANDS, .commands = true},
    {.topic = TOPIC_DIRECTORY_MEMBERS, .raw = true},
};
static const struct loop_compacted COMPACTED[] = {{TOPIC_DIRECTORY_ORGANIZATIONS, read_records}};
static struct loop_options options = {
    /* `service`, and with it the consumer group, is the case's name */
    .name = "commands", .inputs = INPUTS,     .n_inputs = 2,          .parts = PARTS,
    .n_parts = 1,       .fires_timers = true, .compacted = COMPACTED, .n_compacted = 1,
};
/* The projections are another process's: a case moves their positions. */
static const struct loop_input HEARD[] = {{.topic = TOPIC_DOCUMENT_EVENTS}, {.topic = TOPIC_AUTH_EVENTS}};
static const struct loop_options PROJECTIONS = {.name = "projections", .inputs = HEARD, .n_inputs = 2};
static const struct service_spec SPEC = {.name = "test", .loops = &options, .n_loops = 1};

static struct service service_of(const char *name, const char *conninfo)
{
    options.service = name;
    return (struct service){
        .spec = &SPEC,
        .config = {.kafka = getenv("SOTAY_TEST_KAFKA"),
                   .postgres = conninfo,
                   .redis = "127.0.0.1:1",
                   .instance = "1",
                   .run_dir = "/tmp",
                   .clock_file = "",
                   .statement_ms = 5000},
    };
}

static struct pg *new_pg(void *arg, TALLOC_CTX *ctx)
{
    const struct fixture *f = arg;
    return pg_new(ctx, f->conninfo, NULL, f->statement_ms > 0 ? f->statement_ms : 5000);
}

static struct redis *new_redis(void *arg, TALLOC_CTX *ctx)
{
    (void)arg;
    return redis_new(ctx, "127.0.0.1:1", NULL, 500); /* away */
}

static int64_t now_us(void *arg)
{
    (void)arg;
    return clock_now_us();
}

static void stop_process(void *arg)
{
    struct fixture *f = arg;
    atomic_store(&f->failed, true);
}

static struct loop_environment environment_of(struct fixture *f)
{
    return (struct loop_environment){
        .brokers = getenv("SOTAY_TEST_KAFKA"),
        .instance = "1",
        .run_dir = "/tmp",
        .producer = f->producer,
        .new_pg = new_pg,
        .new_redis = new_redis,
        .now_us = now_us,
        .fail = stop_process,
        .arg = f,
    };
}

const struct loop_options *loop_fixture_options(const struct fixture *f)
{
    options.service = f->name;
    return &options;
}

struct loop *loop_fixture_loop_in(struct fixture *f, const struct loop_environment *environment)
{
    struct loop *loop;
    options.service = f->name;
    assert_int_equal(loop_start(environment, &options, &loop), ERR_OK);
    return loop;
}

struct kafka_producer *loop_fixture_mute(struct fixture *f, int timeout_ms)
{
    const struct kafka_producer_options to_nobody = {.timeout_ms = timeout_ms};
    struct kafka_producer *nobody;
    assert_int_equal(kafka_producer_start(f, "127.0.0.1:1", &to_nobody, &nobody), ERR_OK);
    f->environment.producer = nobody;
    return nobody;
}

void loop_fixture_hears(void)
{
    options.hears = &PROJECTIONS;
}

struct loop *loop_fixture_loop(struct fixture *f)
{
    return loop_fixture_loop_in(f, &f->environment);
}

static void clear_list(struct loop_commit *commits)
{
    for (struct loop_commit *commit = commits, *next; commit; commit = next) {
        next = commit->next;
        mem_free(commit);
    }
}

void loop_fixture_clear(struct loop *loop)
{
    clear_list(loop->announcer.commits);
    clear_list(loop->announcer.abandoned);
    mem_free(loop);
}

int loop_fixture_serve(char **argv)
{
    struct fixture *f = mem_new(NULL, struct fixture);
    struct loop *loop;
    f->name = argv[0];
    f->conninfo = argv[1];
    options.service = f->name;
    kafka_topic_prefix(f->name);
    log_init("test", LOG_LEVEL_WARN);
    enum err err = kafka_producer_start(NULL, brokers_as_operator(),
                                        &(struct kafka_producer_options){.timeout_ms = 30000}, &f->producer);
    f->environment = environment_of(f);
    if (!err)
        err = loop_start(&f->environment, &options, &loop);
    while (!err) { /* it dies of what it is sent */
        loop_watch(loop);
        pause_ms(LOOP_WATCH_EVERY_MS / 10); /* it counts looks: here a handler hangs after a second */
    }
    return 0;
}

int loop_fixture_run_child(const struct fixture *f)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        execl("/proc/self/exe", "test_loop", "serve", f->name, f->conninfo, NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

/* --- each case ---------------------------------------------------------------------------------------------------- */

static struct pg *server;

static void run_sql(struct pg *pg, const char *sql)
{
    pg_queue_sql(pg, sql);
    enum err err = pg_flush(pg);
    if (err)
        print_error("%s: %s\n", sql, pg_message(pg));
    assert_int_equal(err, ERR_OK);
}

void must(struct fixture *f, const char *sql)
{
    run_sql(f->pg, sql);
}

int loop_fixture_start(void **state)
{
    static int n;
    struct fixture *f = mem_new(NULL, struct fixture);
    const char *brokers = brokers_as_operator(), *conninfo = getenv("SOTAY_TEST_PG");
    if (!brokers || !conninfo) {
        print_error("SOTAY_TEST_KAFKA and SOTAY_TEST_PG are not set\n");
        return 1;
    }
    f->ctx = f;
    f->name = mem_printf(f, "loop%d_%d_", (int)getpid(), n++);
    f->conninfo = mem_printf(f, "%s dbname=%s", conninfo, f->name);
    kafka_topic_prefix(f->name);
    assert_int_equal(kafka_topics_make(brokers, TEST_PARTITIONS, 20000), ERR_OK);
    server = server ? server : pg_new(NULL, conninfo, NULL, 20000);
    run_sql(server, mem_printf(f, "CREATE DATABASE %s", f->name));
    f->pg = pg_new(f, f->conninfo, NULL, 5000);
    assert_int_equal(pg_migrate(f->pg, common_migrations, common_n_migrations), ERR_OK);
    must(f, "CREATE TABLE fact(item uuid, version int8, place int8 GENERATED ALWAYS AS IDENTITY,"
            " PRIMARY KEY (item, version))");
    assert_int_equal(
        kafka_producer_start(f, brokers, &(struct kafka_producer_options){.timeout_ms = 30000}, &f->producer), ERR_OK);
    f->service = service_of(f->name, f->conninfo);
    f->environment = environment_of(f);
    *state = f;
    return 0;
}

int loop_fixture_stop(void **state)
{
    struct fixture *f = *state;
    kafka_producer_stop(f->producer, 5000);
    delete_topics(getenv("SOTAY_TEST_KAFKA"), f->name);
    run_sql(server, mem_printf(f, "DROP DATABASE %s WITH (FORCE)", f->name));
    mem_free(f);
    return 0;
}

/* --- what cases do ------------------------------------------------------------------------------------------------ */

struct uuid item_id(const char *name)
{
    const void *parts[] = {name};
    return uuid_hash(1, parts, (const size_t[]){strlen(name)});
}

static Pb__GetOutcome command_of(struct fixture *f, const struct uuid *item, enum what what, int64_t version)
{
    Pb__GetOutcome command = PB__GET_OUTCOME__INIT;
    command.message_id = uuid_to_pb(f->ctx, item);
    command.partition = what;
    command.offset = version;
    return command;
}

/* A case counts on what it sends: one that Kafka did not take is no fault of the loop. */
static void on_sent(void *arg, const struct kafka_report *report)
{
    struct fixture *f = arg;
    if (report->err)
        atomic_fetch_add(&f->n_unsent, 1);
}

static void send_kind(struct fixture *f, const struct uuid *item, const char *kind, const Pb__GetOutcome *command)
{
    Pb__Envelope envelope;
    struct uuid id = uuid_derive(item, "command", f->n_commands++);
    envelope_begin(f->ctx, &envelope, &id, item, kind, mem_pack(f->ctx, &command->base));
    ProtobufCBinaryData packed = mem_pack(f->ctx, &envelope.base);
    assert_int_equal(
        kafka_produce(f->producer, TOPIC_MEETING_COMMANDS, item, sizeof *item, packed.data, packed.len, on_sent, f),
        ERR_OK);
}

void send_command(struct fixture *f, const struct uuid *item, enum what what, int64_t version)
{
    const Pb__GetOutcome command = command_of(f, item, what, version);
    send_kind(f, item, command.base.descriptor->short_name, &command);
}

void send_unknown(struct fixture *f, const struct uuid *item)
{
    const Pb__GetOutcome command = command_of(f, item, KEEP, 0);
    send_kind(f, item, "InventedLater", &command);
}

/* Prepared once: what is polled is the same statement. */
static const struct pg_statement *question(struct fixture *f, const char *sql)
{
    static int n;
    struct pg_statement *statement = mem_new(f, struct pg_statement);
    *statement = (struct pg_statement){.name = mem_printf(f, "question_%d", n++), .sql = sql};
    return statement;
}

static int64_t ask(struct fixture *f, const struct pg_statement *statement)
{
    struct pg_result *row;
    enum err err = pg_run(f->pg, pg_args(f->ctx, statement), &row);
    if (err)
        print_error("%s: %s\n", statement->sql, pg_message(f->pg));
    assert_int_equal(err, ERR_OK);
    return pg_get_int8(row, 0, 0);
}

int64_t number_of(struct fixture *f, const char *sql)
{
    return ask(f, question(f, sql));
}

void wait_number(struct fixture *f, const char *sql, int64_t wanted)
{
    const struct pg_statement *statement = question(f, sql);
    int64_t until_us = clock_monotonic_us() + LOOP_PATIENCE_MS * INT64_C(1000), is = ask(f, statement);
    for (; is != wanted && clock_monotonic_us() < until_us; is = ask(f, statement))
        pause_ms(5);
    if (is != wanted)
        print_error("%s; commands that Kafka did not take: %d\n", sql, atomic_load(&f->n_unsent));
    assert_int_equal(is, wanted);
}

static void add_version(struct fixture *f, char **text, const struct kafka_record *record, const struct uuid *item)
{
    if (memcmp(record->key, item, sizeof *item) != 0)
        return;
    if (!record->value) {
        *text = mem_printf(f, "%s- ", *text);
        return;
    }
    const Pb__GetOutcome *body = (const Pb__GetOutcome *)mem_unpack(f->ctx, &pb__get_outcome__descriptor, record->value,
                                                                    record->value_bytes);
    *text = mem_printf(f, "%s%lld ", *text, (long long)body->offset);
}

char *versions_on_topic(struct fixture *f, const struct uuid *item)
{
    const enum topic topic = TOPIC_DIRECTORY_ORGANIZATIONS;
    struct kafka_consumer *reader;
    char *text = mem_text(f, "");
    assert_int_equal(kafka_reader_start(f->ctx, f->environment.brokers, &topic, 1, 0, &reader), ERR_OK);
    while (!kafka_caught_up(reader)) {
        struct kafka_records *records;
        if (kafka_poll(reader, 100, 100, &records) != ERR_OK)
            continue;
        for (size_t i = 0; i < records->n; i++)
            add_version(f, &text, &records->items[i], item);
        kafka_records_free(records);
    }
    kafka_consumer_stop(reader);
    return text;
}
