#include "common/loop/loop_state.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/loop/loop_marker.h"
#include <string.h>

enum { START_AGAIN_MS = 500 };

/* Its message is a dead letter when it comes. */
static enum err use_up_attempts(struct loop *loop, const struct loop_marker *marker)
{
    const char *reason = mem_printf(loop, "killed %d times in a row while it ran alone", marker->kills);
    int attempts = 0;
    enum err err = ERR_OK;
    while (attempts < LOOP_ATTEMPTS && !err)
        err = loop_store_count_attempt(loop->pg, &marker->at, reason, &attempts);
    return err;
}

/* SIGKILL is somebody else's doing, unless it strikes at the same message again and again, even where that runs alone:
 * what it makes us allocate may call the kernel's killer. */
static enum err count_kill(struct loop *loop, const struct loop_marker *marker)
{
    if (marker->kills >= LOOP_KILLS)
        return use_up_attempts(loop, marker);
    if (marker->isolates)
        loop->run.alone = loop->batch_limit;
    return ERR_OK;
}

static enum err count_fault(struct loop *loop, const struct loop_marker *marker)
{
    int attempts;
    if (marker->is_message)
        return loop_store_count_attempt(loop->pg, &marker->at, "crashed", &attempts);
    loop->run.alone = loop->batch_limit;
    return ERR_OK;
}

/* A death is counted once, if its message is of this cluster. */
static enum err count_death(struct loop *loop, const struct loop_marker *marker)
{
    if (marker->death == LOOP_NO_DEATH)
        return ERR_OK;
    if (strcmp(marker->cluster, loop->positions.cluster) != 0) {
        log_warn("crash_marker_ignored", "loop=%s cluster=%s: it is of another Kafka", loop->options->name,
                 marker->cluster);
        return ERR_OK;
    }
    return marker->death == LOOP_KILLED ? count_kill(loop, marker) : count_fault(loop, marker);
}

/* The database has positions of another Kafka only. It waits for that one, so it asks again which one this is, or for
 * an operator who has this one read. */
static bool wait_for_its_cluster(struct loop *loop)
{
    char *other = (char *)(uintptr_t)loop->positions.cluster;
    loop_waits_for(&loop->waits, LOOP_WAIT_CLUSTER, "wrong_cluster: its database is another Kafka's than %s", other);
    loop->positions.cluster = NULL;
    mem_free(other);
    return false;
}

/* The topic's positions begin anew; what is known is dropped, as ever. */
static enum err read_topic_again(struct loop *loop, TALLOC_CTX *ctx, int32_t topic)
{
    struct loop_position_rows rows = {0};
    ARRAY(struct loop_position) anew = {0};
    enum err err = loop_store_positions(loop->pg, ctx, loop->positions.cluster, &rows);
    for (size_t i = 0; i < rows.n && !err; i++)
        if (rows.items[i].position.topic == topic)
            array_add(ctx, &anew,
                      (struct loop_position){
                          .topic = topic, .partition = rows.items[i].position.partition, .owner = uuid_random()});
    return err ? err : loop_store_reread_positions(loop->pg, loop->positions.cluster, anew.items, anew.n);
}

static enum err read_kind_again(struct loop *loop, TALLOC_CTX *ctx, int32_t topic, const char *kind)
{
    const struct loop_handler *handlers[LOOP_HANDLERS_LIMIT];
    if (loop_find_handlers(loop->options->parts, loop->options->n_parts, (enum topic)topic, kind, handlers) == 0)
        return ERR_OK; /* still nobody's, or another loop's */
    log_info("kind_read_again", "loop=%s topic=%s kind=%s: older binaries skipped it", loop->options->name,
             topic_name((enum topic)topic), kind);
    enum err err = read_topic_again(loop, ctx, topic);
    return err ? err : loop_store_drop_kind(loop->pg, ctx, topic, kind);
}

/* Events that older binaries skipped, and that this one takes. */
static enum err read_skipped(struct loop *loop)
{
    TALLOC_CTX *ctx = mem_context(NULL, "skipped");
    struct pg_result *rows = NULL;
    enum err err = loop_store_kinds(loop->pg, ctx, &rows);
    for (size_t i = 0; !err && i < pg_rows(rows); i++)
        err = read_kind_again(loop, ctx, (int32_t)pg_get_int8(rows, i, 0), pg_get_text(ctx, rows, i, 1));
    mem_free(ctx);
    return err;
}

/* What the last life left behind. False: ask again. */
static bool read_last_life(struct loop *loop, struct loop_marker *marker)
{
    enum err err = loop_store_check_cluster(loop->pg, loop->positions.cluster);
    if (err == ERR_CONFIG)
        return wait_for_its_cluster(loop);
    err = err ? err : read_skipped(loop);
    if (err) {
        loop_waits_for(&loop->waits, LOOP_WAIT_POSITIONS, "positions: %s", pg_message(loop->pg));
        return false;
    }
    loop_waits_end(&loop->waits, LOOP_WAIT_CLUSTER);
    if (count_death(loop, marker))
        return false;
    loop_marker_clear();
    marker->death = LOOP_NO_DEATH;
    return true;
}

static void open_marker(struct loop *loop, struct loop_marker *ret_marker)
{
    const struct loop_environment *environment = &loop->environment;
    char *path = mem_printf(NULL, "%s/crash.%s.%s.%s", environment->run_dir, loop->options->service,
                            environment->instance, loop->options->name);
    loop_marker_open(loop, path, ret_marker);
    mem_free(path);
}

bool loop_startup(struct loop *loop)
{
    struct loop_marker marker;
    open_marker(loop, &marker);
    while (!atomic_load(&loop->stopping)) {
        if (!loop->positions.cluster)
            loop->positions.cluster = kafka_cluster_id(loop, loop->environment.brokers, 2000);
        if (loop->positions.cluster && read_last_life(loop, &marker))
            break;
        pause_ms(START_AGAIN_MS); /* both are waited for: there is nothing else to do without them */
    }
    return !atomic_load(&loop->stopping);
}
