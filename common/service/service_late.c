#include "common/service/service_late.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/loop/loop_store.h"
#include "common/service/service_internal.h"

enum { LOOK_EVERY_MS = 5, RETRY_AFTER_S = 1 };
#define LATE_WITHIN_US (2 * CLOCK_SECOND_US)

struct late_answer {
    struct late_answer *next;
    TALLOC_CTX *ctx; /* owns it */
    struct http_request *request;
    int64_t commit, until_us;
    ProtobufCBinaryData packed;
};

struct late_answers {
    struct service *service;
    struct pg *pg;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t added;
    struct late_answer *answers; /* these two under the lock; the thread alone takes answers out */
    bool stopping;
};

/* --- one look ----------------------------------------------------------------------------------------------------- */

static void reply(const struct late_answer *answer, ProtobufCBinaryData packed)
{
    http_reply(answer->request, 200, NULL, 0, packed.data, packed.len);
    mem_free(answer->ctx);
}

static void reply_unknown(const struct late_answer *answer)
{
    Pb__QueryReply unknown = PB__QUERY_REPLY__INIT;
    unknown.code = (char *)(uintptr_t)err_word(ERR_OUTCOME_UNKNOWN); /* packed, never written */
    unknown.has_retry_after_s = true;
    unknown.retry_after_s = RETRY_AFTER_S;
    log_warn("call_unannounced", "commit=%lld", (long long)answer->commit);
    reply(answer, mem_pack(answer->ctx, &unknown.base));
}

/* Where PostgreSQL does not say it, nothing is known to be announced. */
static int64_t oldest_unannounced(struct late_answers *late)
{
    TALLOC_CTX *ctx = mem_context(NULL, "late");
    int64_t oldest = 0;
    if (loop_store_oldest_commit(late->pg, ctx, &oldest) != ERR_OK)
        log_debug("late_unknown", "detail=\"%s\"", pg_message(late->pg));
    mem_free(ctx);
    return oldest;
}

static struct late_answer *newest(struct late_answers *late)
{
    pthread_mutex_lock(&late->lock);
    struct late_answer *answer = late->answers;
    pthread_mutex_unlock(&late->lock);
    return answer;
}

/* Takes out the answers whose wait is over, of those that were there when it was asked: `from` is the newest of them,
 * and what came since stands before it. */
static struct late_answer *take_ended(struct late_answers *late, const struct late_answer *from, int64_t oldest,
                                      int64_t now_us)
{
    struct late_answer *ended = NULL;
    pthread_mutex_lock(&late->lock);
    struct late_answer **at = &late->answers;
    while (*at != from)
        at = &(*at)->next;
    while (*at) {
        struct late_answer *answer = *at;
        if (answer->commit >= oldest && now_us < answer->until_us && !late->stopping) {
            at = &answer->next;
            continue;
        }
        *at = answer->next;
        answer->next = ended;
        ended = answer;
    }
    pthread_mutex_unlock(&late->lock);
    return ended;
}

static void look(struct late_answers *late)
{
    for (size_t i = 0; i < late->service->n_loops; i++)
        loop_hurry(late->service->loops[i]);
    const struct late_answer *from = newest(late);
    int64_t oldest = oldest_unannounced(late);
    struct late_answer *answer = take_ended(late, from, oldest, clock_monotonic_us());
    while (answer) {
        struct late_answer *next = answer->next;
        if (answer->commit < oldest)
            reply(answer, answer->packed);
        else
            reply_unknown(answer);
        answer = next;
    }
}

/* --- the thread --------------------------------------------------------------------------------------------------- */

/* False: it stops, and nobody waits. */
static bool wait_for_answers(struct late_answers *late)
{
    pthread_mutex_lock(&late->lock);
    while (!late->answers && !late->stopping)
        pthread_cond_wait(&late->added, &late->lock);
    bool goes_on = late->answers != NULL;
    pthread_mutex_unlock(&late->lock);
    return goes_on;
}

static void *run(void *arg)
{
    struct late_answers *late = arg;
    while (wait_for_answers(late)) {
        look(late);
        pause_ms(LOOK_EVERY_MS); /* a poll with a deadline: another instance's loop may announce it */
    }
    return NULL;
}

void service_late_add(struct late_answers *late, TALLOC_CTX *ctx, struct http_request *request, int64_t commit,
                      ProtobufCBinaryData packed)
{
    struct late_answer *answer = mem_new(ctx, struct late_answer);
    *answer = (struct late_answer){.ctx = ctx,
                                   .request = request,
                                   .commit = commit,
                                   .until_us = clock_monotonic_us() + LATE_WITHIN_US,
                                   .packed = packed};
    pthread_mutex_lock(&late->lock);
    answer->next = late->answers;
    late->answers = answer;
    pthread_cond_signal(&late->added);
    pthread_mutex_unlock(&late->lock);
}

enum err service_late_start(struct service *service, struct late_answers **ret_late)
{
    struct late_answers *late = mem_new(NULL, struct late_answers);
    late->service = service;
    late->pg = service_pg(service, late);
    pthread_mutex_init(&late->lock, NULL);
    pthread_cond_init(&late->added, NULL);
    if (pthread_create(&late->thread, NULL, run, late) != 0) {
        mem_free(late);
        return ERR_INTERNAL;
    }
    *ret_late = late;
    return ERR_OK;
}

void service_late_stop(struct late_answers *late)
{
    pthread_mutex_lock(&late->lock);
    late->stopping = true;
    pthread_cond_signal(&late->added);
    pthread_mutex_unlock(&late->lock);
    (void)pthread_join(late->thread, NULL); /* ours, joined once */
    pthread_cond_destroy(&late->added);
    pthread_mutex_destroy(&late->lock);
    mem_free(late);
}
