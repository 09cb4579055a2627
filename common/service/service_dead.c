/* `X dead-letters list | show T P O | replay T P O | drop T P O | make T P O` (O: offset.place): what three attempts
 * could not do. A message in an envelope goes to the queue again, byte for byte, and is judged as of then; the outcome
 * that its first life left (dead_letter) is forgotten first, so that it is not taken for a repeat. A record of a raw
 * topic is applied here: on a compacted topic it would hide newer records of its key from everybody. `make` takes what
 * a partition waits for: the running service makes a dead letter of it within seconds, and its client is told. */
#include "common/service/service_dead.h"

#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/loop/loop_batch.h"
#include "common/loop/loop_notice.h"
#include "common/loop/loop_run.h"
#include "common/service/service_internal.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLUSTER_MS = 5000 };

static int failed(const char *verb, enum err err, const char *detail)
{
    (void)fprintf(stderr, "%s: %s: %s\n", verb, err_word(err), detail);
    return EXIT_FAILURE;
}

static void print_one(const struct loop_dead *dead)
{
    (void)printf("%s %d %lld.%d %s %lld bytes, cluster %s: %s\n", topic_name((enum topic)dead->at.topic),
                 dead->at.partition, (long long)dead->at.offset, dead->at.place, dead->kind ? dead->kind : "-",
                 (long long)dead->record_bytes, dead->at.cluster, dead->reason);
}

/* Page by page, each in memory of its own: there may be any number. */
static int list(struct pg *pg)
{
    TALLOC_CTX *page = NULL;
    struct loop_dead *dead = NULL;
    const struct loop_offset *after = NULL;
    size_t n = 0;
    enum err err;
    do {
        TALLOC_CTX *next = mem_context(NULL, "page");
        err = loop_store_page_dead(pg, next, after, &dead, &n);
        mem_free(page);
        page = next;
        for (size_t i = 0; !err && i < n; i++)
            print_one(&dead[i]);
        after = !err && n > 0 ? &dead[n - 1].at : NULL;
    } while (after);
    mem_free(page);
    return err ? failed("list", err, pg_message(pg)) : EXIT_SUCCESS;
}

static int show(TALLOC_CTX *ctx, const struct loop_dead *dead)
{
    const Pb__Envelope *e = (const Pb__Envelope *)mem_unpack(ctx, &pb__envelope__descriptor, dead->record.data,
                                                             dead->record.len);
    print_one(dead);
    if (e)
        (void)printf("correlation_id=%s payload_bytes=%zu\n", e->correlation_id ? e->correlation_id : "-",
                     e->payload.len);
    for (size_t i = 0; i < dead->record.len; i++)
        (void)printf("%02x%s", dead->record.data[i], (i + 1) % 32 == 0 || i + 1 == dead->record.len ? "\n" : "");
    return EXIT_SUCCESS;
}

static int drop(struct pg *pg, const struct loop_dead *dead)
{
    loop_store_queue_drop_dead(pg, pg, &dead->at);
    enum err err = pg_flush(pg);
    return err ? failed("drop", err, pg_message(pg)) : EXIT_SUCCESS;
}

/* In one transaction: forget the rejected outcome, queue the record as a loose announcement, drop the letter. The
 * service tells it. */
static int replay_message(struct pg *pg, TALLOC_CTX *ctx, const struct loop_dead *dead)
{
    const Pb__Envelope *e = (const Pb__Envelope *)mem_unpack(ctx, &pb__envelope__descriptor, dead->record.data,
                                                             dead->record.len);
    struct uuid key, id;
    if (!e || uuid_from_pb(e->message_id, &id) || uuid_from_pb(dead->key, &key)) {
        (void)fprintf(stderr, "not a message: it can only be dropped\n");
        return EXIT_FAILURE;
    }
    Pb__Announcement a = PB__ANNOUNCEMENT__INIT;
    Pb__OutboundMessage *again = loop_outbound(ctx, (enum topic)dead->at.topic, &key, dead->record, false);
    a.n_messages = 1;
    a.messages = &again;
    enum err err = loop_store_replay_dead(pg, ctx, dead, &id, mem_pack(ctx, &a.base));
    if (err)
        return failed("replay", err, pg_message(pg));
    (void)printf("queued: the running service sends it within a second\n");
    return EXIT_SUCCESS;
}

static int replay_record(struct pg *pg, TALLOC_CTX *ctx, const struct loop_options *options,
                         const struct loop_dead *dead)
{
    struct loop_runner *runner = mem_new(ctx, struct loop_runner);
    *runner = (struct loop_runner){.pg = pg, .options = options, .positions = mem_new(ctx, struct loop_positions)};
    enum err err = loop_batch_replay(runner, dead);
    return err ? failed("replay", err, runner->failure) : EXIT_SUCCESS;
}

/* The loop that reads the topic as raw records; NULL: none. */
static const struct loop_options *find_raw(const struct service_spec *spec, enum topic topic)
{
    for (size_t i = 0; i < spec->n_loops; i++)
        for (size_t j = 0; j < spec->loops[i].n_inputs; j++)
            if (spec->loops[i].inputs[j].topic == topic && spec->loops[i].inputs[j].raw)
                return &spec->loops[i];
    return NULL;
}

static int replay(struct service *service, struct pg *pg, TALLOC_CTX *ctx, const struct loop_dead *dead)
{
    const struct loop_options *raw = find_raw(service->spec, (enum topic)dead->at.topic);
    return raw ? replay_record(pg, ctx, raw, dead) : replay_message(pg, ctx, dead);
}

/* args: topic, partition, offset with place (absent: the first) and perhaps cluster. */
static struct loop_offset offset_of(int argc, char **argv)
{
    char *place;
    struct loop_offset at = {.cluster = argc > 3 ? argv[3] : NULL,
                             .topic = (int32_t)topic_from_name(argv[0]),
                             .partition = (int32_t)strtol(argv[1], NULL, 10),
                             .offset = strtoll(argv[2], &place, 10)};
    at.place = *place == '.' ? (int32_t)strtol(place + 1, NULL, 10) : 0;
    return at;
}

/* Where two clusters had it, the arguments must name one. */
static int find(struct pg *pg, TALLOC_CTX *ctx, int argc, char **argv, struct loop_dead *ret_dead)
{
    const struct loop_offset at = offset_of(argc, argv);
    size_t n = 0;
    enum err err = loop_store_find_dead(pg, ctx, &at, ret_dead, &n);
    if (err)
        return failed("find", err, pg_message(pg));
    if (n != 1)
        (void)fprintf(stderr,
                      n == 0 ? "no such dead letter\n" : "two clusters had this offset: name the cluster as well\n");
    return n == 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* The cluster is asked of Kafka where the arguments do not name it. */
static int make(struct service *service, struct pg *pg, TALLOC_CTX *ctx, int argc, char **argv)
{
    struct loop_offset at = offset_of(argc, argv);
    bool waits = false;
    if (!at.cluster)
        at.cluster = kafka_cluster_id(ctx, service->config.kafka, CLUSTER_MS);
    if (!at.cluster)
        return failed("make", ERR_UNAVAILABLE, "Kafka does not say which cluster it is: name it");
    enum err err = loop_store_condemn(pg, ctx, &at, LOOP_ATTEMPTS, "made by an operator", &waits);
    if (err)
        return failed("make", err, pg_message(pg));
    if (!waits)
        return failed("make", ERR_NOT_FOUND, "its partition does not wait there; /readyz says where it does");
    (void)printf("the running service makes a dead letter of it within seconds\n");
    return EXIT_SUCCESS;
}

static int run_on(struct service *service, struct pg *pg, TALLOC_CTX *ctx, const char *verb,
                  const struct loop_dead *dead)
{
    if (strcmp(verb, "show") == 0)
        return show(ctx, dead);
    if (strcmp(verb, "drop") == 0)
        return drop(pg, dead);
    return strcmp(verb, "replay") == 0 ? replay(service, pg, ctx, dead) : EXIT_FAILURE;
}

int service_dead_letters(struct service *service, int argc, char **argv)
{
    TALLOC_CTX *ctx = mem_context(NULL, "dead");
    struct pg *pg = service_pg(service, ctx);
    struct loop_dead dead;
    int code = EXIT_FAILURE;
    if (argc == 2 && strcmp(argv[1], "list") == 0) {
        code = list(pg);
    } else if ((argc == 5 || argc == 6) && strcmp(argv[1], "make") == 0) {
        code = make(service, pg, ctx, argc - 2, argv + 2);
    } else if (argc == 5 || argc == 6) {
        code = find(pg, ctx, argc - 2, argv + 2, &dead);
        code = code == EXIT_SUCCESS ? run_on(service, pg, ctx, argv[1], &dead) : code;
    } else {
        (void)fprintf(stderr,
                      "usage: dead-letters list | show|replay|drop|make TOPIC PARTITION OFFSET[.PLACE] [CLUSTER]\n");
    }
    mem_free(ctx);
    return code;
}
