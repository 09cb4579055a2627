/* `X positions list | behind | reread [TOPIC PARTITION]`: how far this service has read, and the way out where a log is
 * not the one that positions were made on (common/loop/loop_positions.h).
 *
 * `behind` lists the partitions that this service has not read to their ends, and says how many of its commits are not
 * announced; it fails where there are any.
 *
 * `reread`: a partition of commands is read again from the first record that came no earlier than the last that was
 * processed: what is known of it is dropped by its id. All else is read from the beginning. Then the service tells its
 * whole state again, as the log may have lost what it once told. Without a partition: all that are stopped; under
 * another Kafka than the database's: all there are, and that Kafka is the database's from then on. */
#include "common/service/service_positions.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/loop/loop_store.h"
#include "common/loop/loop_store_positions.h"
#include "common/service/service_internal.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WITHIN_MS = 10000, TOPICS_MOST = 32 };

static int failed(const char *verb, enum err err, const char *detail)
{
    (void)fprintf(stderr, "positions %s: %s: %s\n", verb, err_word(err), detail);
    return EXIT_FAILURE;
}

static int list(struct pg *pg)
{
    struct loop_position_rows rows = {0};
    enum err err = loop_store_positions(pg, pg, NULL, &rows);
    for (size_t i = 0; i < rows.n; i++) {
        const struct loop_position *p = &rows.items[i].position;
        (void)printf("%s %d next %" PRId64 ", cluster %s%s%s\n", topic_name((enum topic)p->topic), p->partition,
                     p->next, rows.items[i].cluster, rows.items[i].stopped ? ", stopped: " : "",
                     rows.items[i].stopped ? rows.items[i].stopped : "");
    }
    return err ? failed("list", err, pg_message(pg)) : EXIT_SUCCESS;
}

static size_t list_topics(const struct service *service, enum topic ret_topics[], size_t most)
{
    size_t n = 0;
    for (size_t i = 0; i < service->spec->n_loops; i++)
        for (size_t j = 0; j < service->spec->loops[i].n_inputs && n < most; j++)
            ret_topics[n++] = service->spec->loops[i].inputs[j].topic;
    return n;
}

static size_t print_behind(const struct kafka_end *ends, size_t n_ends, const struct loop_position_rows *rows)
{
    size_t n = 0;
    for (size_t i = 0; i < n_ends; i++) {
        int64_t next = loop_position_rows_next(rows, (int32_t)ends[i].topic, ends[i].partition);
        if (next >= ends[i].end)
            continue;
        (void)printf("%s %d next %" PRId64 ", end %" PRId64 "\n", topic_name(ends[i].topic), ends[i].partition, next,
                     ends[i].end);
        n++;
    }
    return n;
}

static int behind(struct service *service, struct pg *pg)
{
    enum topic topics[TOPICS_MOST];
    struct kafka_end *ends = NULL;
    struct loop_position_rows rows = {0};
    size_t n_ends = 0, n = list_topics(service, topics, TOPICS_MOST);
    int64_t unannounced = 0;
    const char *cluster = kafka_cluster_id(pg, service->config.kafka, WITHIN_MS);
    if (!cluster)
        return failed("behind", ERR_UNAVAILABLE, "Kafka does not answer");
    enum err err = service_open_producer(service);
    if (!err)
        err = kafka_ends(service->producer, pg, topics, n, WITHIN_MS, &ends, &n_ends);
    if (!err)
        err = loop_store_positions(pg, pg, cluster, &rows);
    if (!err)
        err = loop_store_count_unannounced(pg, pg, &unannounced);
    if (err)
        return failed("behind", err, pg_message(pg));
    if (unannounced > 0)
        (void)printf("%" PRId64 " commits are not announced\n", unannounced);
    return print_behind(ends, n_ends, &rows) + (size_t)unannounced > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

struct reread {
    struct service *service;
    struct pg *pg;
    const char *cluster;
    bool other_cluster; /* the database has positions of other clusters only */
    enum topic topic;   /* of one partition; TOPIC_NONE: all that are stopped */
    int32_t partition;
};

static bool is_meant(const struct reread *reread, const struct loop_position_row *row)
{
    if (!reread->other_cluster && strcmp(row->cluster, reread->cluster) != 0)
        return false;
    if (reread->topic)
        return row->position.topic == (int32_t)reread->topic && row->position.partition == reread->partition;
    return reread->other_cluster || row->stopped;
}

/* From where it is read again. */
static enum err find_next(const struct reread *reread, const struct loop_position *was, struct loop_position *ret_next)
{
    struct loop_position p = {.topic = was->topic, .partition = was->partition, .owner = uuid_random()};
    int64_t since_us = was->last.append_time_us;
    enum err err = ERR_OK;
    if (p.topic == (int32_t)service_command_topic(reread->service) && since_us > 0)
        err = kafka_offset_since(reread->service->config.kafka, (enum topic)p.topic, p.partition, since_us, &p.next);
    if (!err)
        *ret_next = p;
    return err;
}

/* Kafka is asked first, and all positions change in one transaction: one that changed alone would make the database
 * that of the other Kafka, and the rest would never be read again. Of a partition that several clusters had, the one
 * that was processed last comes last, and counts. */
static enum err read_all_again(const struct reread *reread, size_t *ret_n)
{
    struct loop_position_rows rows = {0};
    ARRAY(struct loop_position) next = {0};
    enum err err = loop_store_positions(reread->pg, reread->pg, NULL, &rows);
    for (size_t i = 0; i < rows.n && !err; i++) {
        struct loop_position p;
        if (!is_meant(reread, &rows.items[i]))
            continue;
        err = find_next(reread, &rows.items[i].position, &p);
        if (!err)
            array_add(reread->pg, &next, p);
    }
    if (!err && next.n > 0)
        err = loop_store_reread_positions(reread->pg, reread->cluster, next.items, next.n);
    for (size_t i = 0; i < next.n && !err; i++)
        (void)printf("%s %d is read from %" PRId64 " on\n", topic_name((enum topic)next.items[i].topic),
                     next.items[i].partition, next.items[i].next);
    *ret_n = next.n;
    return err;
}

static int run_reread(struct reread *reread)
{
    size_t n = 0;
    reread->cluster = kafka_cluster_id(reread->pg, reread->service->config.kafka, WITHIN_MS);
    if (!reread->cluster)
        return failed("reread", ERR_UNAVAILABLE, "Kafka does not answer");
    enum err err = loop_store_check_cluster(reread->pg, reread->cluster);
    reread->other_cluster = err == ERR_CONFIG;
    if (!err || reread->other_cluster)
        err = read_all_again(reread, &n);
    if (err)
        return failed("reread", err, pg_message(reread->pg));
    err = n > 0 ? service_republish(reread->service, reread->pg) : ERR_OK;
    if (err)
        return failed("reread", err, "the positions are set, but its state was not told: run `republish`");
    if (n == 0)
        (void)printf(reread->topic ? "no such position\n" : "none is stopped\n");
    return n == 0 && reread->topic ? EXIT_FAILURE : EXIT_SUCCESS;
}

int service_positions(struct service *service, int argc, char **argv)
{
    struct pg *pg = service_pg(service, NULL);
    struct reread reread = {.service = service, .pg = pg};
    int code = EXIT_FAILURE;
    if (argc == 4) {
        reread.topic = topic_from_name(argv[2]);
        reread.partition = (int32_t)strtol(argv[3], NULL, 10);
    }
    if (argc == 2 && strcmp(argv[1], "list") == 0)
        code = list(pg);
    else if (argc == 2 && strcmp(argv[1], "behind") == 0)
        code = behind(service, pg);
    else if ((argc == 2 || (argc == 4 && reread.topic)) && strcmp(argv[1], "reread") == 0)
        code = run_reread(&reread);
    else
        (void)fprintf(stderr, "usage: positions list | behind | reread [TOPIC PARTITION]\n");
    mem_free(pg);
    return code;
}
