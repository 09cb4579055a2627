#include "common/loop/loop_announce.h"

#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include <time.h>

enum { RESEND_AFTER_US = 200000 };

struct loop_commit *loop_commit_new(TALLOC_CTX *ctx, const struct loop_notice notices[], size_t n)
{
    struct loop_commit *commit = mem_new(NULL, struct loop_commit);
    commit->notices = mem_copy(commit, notices, n * sizeof *notices);
    commit->n_notices = n;
    talloc_steal(commit, ctx);
    return commit;
}

/* Producer's thread. After the decrement the commit may be gone. */
static void on_report(void *arg, const struct kafka_report *report)
{
    struct loop_commit *commit = arg;
    if (report->err)
        atomic_fetch_add(&commit->failed, 1);
    atomic_fetch_sub(&commit->pending, 1);
}

static enum err produce(struct kafka_producer *producer, const Pb__OutboundMessage *m, struct loop_commit *commit)
{
    const void *value = m->has_value ? m->value.data : NULL;
    size_t value_bytes = m->has_value ? m->value.len : 0;
    return m->has_partition ? kafka_produce_to(producer, (enum topic)m->topic, m->partition, m->key.data, m->key.len,
                                               value, value_bytes, on_report, commit)
                            : kafka_produce(producer, (enum topic)m->topic, m->key.data, m->key.len, value, value_bytes,
                                            on_report, commit);
}

static void send_message(struct loop_announcer *announcer, struct loop_commit *commit, const Pb__OutboundMessage *m)
{
    FAILPOINT("loop.produce.before");
    atomic_fetch_add(&commit->pending, 1);
    enum err err = FAILPOINT_FAILS("loop.produce.fails") ? ERR_RETRY : produce(announcer->producer, m, commit);
    if (err)
        on_report(commit, &(struct kafka_report){.err = err});
}

static void send_messages(struct loop_announcer *announcer, struct loop_commit *commit)
{
    atomic_store(&commit->failed, 0);
    for (size_t i = 0; i < commit->n_notices; i++)
        for (size_t j = 0; j < commit->notices[i].announcement->n_messages; j++)
            send_message(announcer, commit, commit->notices[i].announcement->messages[j]);
    FAILPOINT("loop.produce.after");
}

static struct loop_commit *first_failed(struct loop_announcer *announcer)
{
    struct loop_commit *commit = announcer->commits;
    while (commit && atomic_load(&commit->failed) == 0)
        commit = commit->next;
    return commit;
}

static void add_commit(struct loop_announcer *announcer, struct loop_commit *commit)
{
    bool held_back = first_failed(announcer) != NULL;
    *announcer->commits_end = commit;
    announcer->commits_end = &commit->next;
    announcer->n_commits++;
    loop_channel_tell(&announcer->channel, &commit->told);
    if (held_back)
        atomic_store(&commit->failed, 1);
    else
        send_messages(announcer, commit);
}

void loop_announce(struct loop_announcer *announcer, struct loop_commit *commit)
{
    add_commit(announcer, commit);
    loop_announce_reap(announcer);
}

static bool has_pending(const struct loop_commit *commit)
{
    while (commit && atomic_load(&commit->pending) == 0)
        commit = commit->next;
    return commit != NULL;
}

/* From the first commit that failed on, all go again in their order: once the reports of all are there, and after a
 * pause. */
static void send_again(struct loop_announcer *announcer)
{
    struct loop_commit *from = first_failed(announcer);
    if (!from || has_pending(from))
        return;
    int64_t now_us = clock_monotonic_us();
    if (announcer->resend_at_us == 0)
        announcer->resend_at_us = now_us + RESEND_AFTER_US;
    if (now_us < announcer->resend_at_us)
        return;
    announcer->resend_at_us = 0;
    for (struct loop_commit *commit = from; commit; commit = commit->next)
        send_messages(announcer, commit);
}

static void note_announced(struct loop_announcer *announcer, struct loop_commit *commit)
{
    for (size_t i = 0; i < commit->n_notices; i++)
        array_add(announcer->ctx, &announcer->announced, commit->notices[i].row);
    announcer->commits = commit->next;
    if (!announcer->commits)
        announcer->commits_end = &announcer->commits;
    announcer->n_commits--;
    mem_free(commit);
}

static void free_abandoned(struct loop_announcer *announcer)
{
    for (struct loop_commit **at = &announcer->abandoned; *at;) {
        struct loop_commit *commit = *at;
        if (atomic_load(&commit->pending) > 0) {
            at = &commit->next;
            continue;
        }
        *at = commit->next;
        mem_free(commit);
    }
}

/* What it sent again later could put an older record behind the next owner's newer one. */
void loop_announce_abandon(struct loop_announcer *announcer)
{
    struct loop_commit *commit;
    while ((commit = announcer->commits)) {
        announcer->commits = commit->next;
        commit->next = announcer->abandoned;
        announcer->abandoned = commit;
    }
    announcer->commits_end = &announcer->commits;
    announcer->n_commits = 0;
    announcer->resend_at_us = 0;
}

void loop_announce_reap(struct loop_announcer *announcer)
{
    struct loop_commit *commit;
    free_abandoned(announcer);
    while ((commit = announcer->commits) && atomic_load(&commit->pending) == 0 && atomic_load(&commit->failed) == 0) {
        loop_channel_tell(&announcer->channel, &commit->late);
        note_announced(announcer, commit);
    }
    send_again(announcer);
}

bool loop_announce_drain(struct loop_announcer *announcer, int deadline_ms)
{
    int64_t end_us = clock_monotonic_us() + deadline_ms * INT64_C(1000);
    const struct timespec pause = {.tv_nsec = 200000};
    for (loop_announce_reap(announcer); announcer->commits && clock_monotonic_us() < end_us;
         loop_announce_reap(announcer))
        nanosleep(&pause, NULL); /* a poll with a deadline: reports come on another thread */
    return announcer->commits == NULL;
}

enum err loop_announce_settle(struct loop_announcer *announcer)
{
    if (announcer->announced.n == 0)
        return ERR_OK;
    TALLOC_CTX *ctx = mem_context(NULL, "settle");
    enum err err = loop_store_announced(announcer->pg, ctx, announcer->positions->cluster, announcer->announced.items,
                                        announcer->announced.n);
    if (!err)
        announcer->announced.n = 0;
    mem_free(ctx);
    return err;
}

/* --- after a restart, and after a new assignment ------------------------------------------------------------------ */

static bool same_row(const struct loop_row *a, const struct loop_row *b)
{
    return a->id == b->id && a->partition == b->partition && a->topic == b->topic;
}

static bool is_known(const struct loop_announcer *announcer, const struct loop_row *row)
{
    for (size_t i = 0; i < announcer->announced.n; i++)
        if (same_row(&announcer->announced.items[i], row))
            return true;
    for (const struct loop_commit *commit = announcer->commits; commit; commit = commit->next)
        for (size_t i = 0; i < commit->n_notices; i++)
            if (same_row(&commit->notices[i].row, row))
                return true;
    return false;
}

/* ERR_INTERNAL: our own bytes, which a newer binary wrote. */
static enum err read_notice(TALLOC_CTX *ctx, const struct pg_result *rows, size_t at, struct loop_notice *ret_notice)
{
    ProtobufCBinaryData packed = pg_get_bytes(ctx, rows, at, 3);
    struct loop_notice notice = {.row = loop_store_outbox_row(rows, at)};
    notice.announcement = (Pb__Announcement *)mem_unpack(ctx, &pb__announcement__descriptor, packed.data, packed.len);
    if (!notice.announcement)
        return ERR_INTERNAL;
    *ret_notice = notice;
    return ERR_OK;
}

/* n rows from `at` on, as one commit; their tags are told at once. */
static enum err announce_rows(struct loop_announcer *announcer, const struct pg_result *rows, size_t at, size_t n)
{
    TALLOC_CTX *own = mem_context(NULL, "announcement");
    struct loop_notice *notices = mem_array(own, struct loop_notice, n);
    ARRAY(char *) tags = {0};
    enum err err = ERR_OK;
    for (size_t i = 0; i < n && !err; i++) {
        err = read_notice(own, rows, at + i, &notices[i]);
        if (!err)
            array_add_many(own, &tags, notices[i].announcement->tags, notices[i].announcement->n_tags);
    }
    if (err) {
        mem_free(own);
        return err;
    }
    struct loop_commit *commit = loop_commit_new(own, notices, n);
    commit->told = (struct loop_told){.tags = tags.items, .n_tags = tags.n};
    add_commit(announcer, commit);
    return ERR_OK;
}

enum err loop_announce_rows(struct loop_announcer *announcer, const struct pg_result *rows)
{
    return pg_rows(rows) > 0 ? announce_rows(announcer, rows, 0, pg_rows(rows)) : ERR_OK;
}

enum err loop_announce_again(struct loop_announcer *announcer)
{
    TALLOC_CTX *ctx = mem_context(NULL, "again");
    int32_t topics[LOOP_PARTITIONS_LIMIT], partitions[LOOP_PARTITIONS_LIMIT];
    struct pg_result *rows = NULL;
    for (size_t i = 0; i < announcer->positions->n; i++) {
        topics[i] = announcer->positions->items[i].position.topic;
        partitions[i] = announcer->positions->items[i].position.partition;
    }
    enum err err = loop_store_unannounced(announcer->pg, ctx, announcer->positions->cluster, topics, partitions,
                                          announcer->positions->n, &rows);
    for (size_t i = 0; !err && i < pg_rows(rows); i++) {
        struct loop_row row = loop_store_outbox_row(rows, i);
        if (!is_known(announcer, &row))
            err = announce_rows(announcer, rows, i, 1);
    }
    mem_free(ctx);
    return err;
}
