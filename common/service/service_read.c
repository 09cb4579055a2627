/* How far a service has read, whichever of its instances did. */
#include "common/base/mem.h"
#include "common/loop/loop_store_positions.h"
#include "common/service/service_internal.h"
#include <string.h>

enum { ASK_WITHIN_MS = 2000, TOPICS_MOST = 32 };

static enum err ask_ends(struct service *service, const struct loop_options *loop, struct service_reading *reading)
{
    enum topic topics[TOPICS_MOST];
    size_t n = 0;
    for (size_t i = 0; i < loop->n_inputs && n < TOPICS_MOST; i++)
        topics[n++] = loop->inputs[i].topic;
    return kafka_ends(service->producer, service, topics, n, ASK_WITHIN_MS, &reading->ends, &reading->n_ends);
}

/* Rows of another cluster are none. */
static bool have_reached(const struct loop_position_rows *rows, const struct kafka_end *ends, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (loop_position_rows_next(rows, (int32_t)ends[i].topic, ends[i].partition) < ends[i].end)
            return false;
    return true;
}

static bool look(struct service *service, struct pg *pg, const struct loop_options *loop,
                 struct service_reading *reading)
{
    TALLOC_CTX *ctx = mem_context(NULL, "read");
    struct loop_position_rows rows = {0};
    const char *cluster = kafka_cluster_id(ctx, service->config.kafka, ASK_WITHIN_MS);
    enum err err = !cluster ? ERR_UNAVAILABLE : reading->ends ? ERR_OK : ask_ends(service, loop, reading);
    if (!err)
        err = loop_store_positions(pg, ctx, cluster, &rows);
    bool has_read = !err && have_reached(&rows, reading->ends, reading->n_ends);
    mem_free(ctx);
    return has_read;
}

/* Marks may have one number: a backup that is restored twice knows of neither. */
static void begin_mark(struct service_reading *reading, const struct restoration *mark)
{
    if (reading->mark.number == mark->number && reading->mark.marked_at_us == mark->marked_at_us)
        return;
    mem_free(reading->ends);
    *reading = (struct service_reading){.mark = *mark};
}

bool service_has_read(struct service *service, struct pg *pg, const char *loop, const struct restoration *mark)
{
    const struct service_spec *spec = service->spec;
    bool has_read = false;
    pthread_mutex_lock(&service->read_lock);
    if (!service->readings)
        service->readings = mem_array(service, struct service_reading, spec->n_loops);
    for (size_t i = 0; i < spec->n_loops; i++) {
        struct service_reading *reading = &service->readings[i];
        if (strcmp(spec->loops[i].name, loop) != 0)
            continue;
        begin_mark(reading, mark);
        reading->has_read = reading->has_read || look(service, pg, &spec->loops[i], reading);
        has_read = reading->has_read;
    }
    pthread_mutex_unlock(&service->read_lock);
    return has_read;
}
