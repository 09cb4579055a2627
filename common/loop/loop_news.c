#include "common/loop/loop_news.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/loop/loop_slot.h"
#include <assert.h>

#define TOPICS_MOST 64
enum { ASK_WITHIN_MS = 2000 };
#define SAY_AFTER_US CLOCK_SECOND_US
#define STILL_AFTER_US (10 * CLOCK_SECOND_US)

static uint64_t set_of(enum topic topic)
{
    assert(topic < TOPICS_MOST); /* topics.def has outgrown the set */
    return UINT64_C(1) << topic;
}

void loop_want_news(struct loop_batch *batch, enum topic topic)
{
    batch->news |= set_of(topic);
}

/* --- what was heard ----------------------------------------------------------------------------------------------- */

static uint64_t all_topics(const struct loop_news *news)
{
    uint64_t all = 0;
    for (size_t i = 0; i < news->hears->n_inputs; i++)
        all |= set_of(news->hears->inputs[i].topic);
    return all;
}

bool loop_news_cover(struct loop_news *news, uint64_t topics, int64_t until_us)
{
    if (!news || !news->hears)
        return true;
    assert((topics & ~all_topics(news)) == 0); /* nobody would ever hear of them */
    bool is_current = news->is_current && pg_connections(news->pg) == news->connection;
    if (is_current && ((topics & ~news->heard) == 0 && (topics == 0 || until_us <= news->heard_until_us)))
        return true;
    /* What was heard for one message is kept for the next: those of a record that are run one by one are judged from
     * its first again, until all of them have what they name. */
    bool is_beside = is_current && until_us <= news->heard_until_us;
    news->wanted = !is_current ? all_topics(news) : is_beside ? topics | news->heard : topics;
    news->wanted_until_us = is_beside ? news->heard_until_us : until_us;
    return false;
}

int64_t loop_batch_newest_us(const struct loop_batch *batch)
{
    int64_t newest_us = 0;
    for (size_t i = 0; i < batch->n_slots; i++)
        if (batch->slots[i].message.appended_at_us > newest_us)
            newest_us = batch->slots[i].message.appended_at_us;
    return newest_us;
}

bool loop_has_news(const struct loop_message *message, enum topic topic)
{
    struct loop_batch *batch = message->batch;
    loop_want_news(batch, topic);
    return loop_news_cover(batch->heard_by, batch->news, loop_batch_newest_us(batch));
}

void loop_news_forget(struct loop_news *news)
{
    news->is_current = false;
}

/* --- waiting ------------------------------------------------------------------------------------------------------ */

/* What comes to a topic within the millisecond of a command's append time begins no later than the command: asked
 * before it is over, the ends could leave some of it out, and a replay would judge otherwise. */
static void pass_millisecond(int64_t at_us)
{
    if (clock_now_us() / 1000 <= at_us / 1000)
        pause_ms(1);
}

enum err loop_news_ask(struct loop_news *news)
{
    enum topic topics[TOPICS_MOST];
    size_t n = 0;
    for (int topic = 0; topic < TOPICS_MOST; topic++)
        if (news->wanted >> topic & 1)
            topics[n++] = (enum topic)topic;
    mem_free(news->ends);
    news->ends = NULL;
    news->n_ends = 0;
    news->missing = INT64_MAX;
    news->asked_us = news->moved_us = clock_monotonic_us();
    news->is_said = false;
    pass_millisecond(news->wanted_until_us);
    return kafka_ends(news->producer, news->ctx, topics, n, ASK_WITHIN_MS, &news->ends, &news->n_ends);
}

static void say_missing(struct loop_news *news, const struct kafka_end *end, int64_t next)
{
    if (news->is_said || clock_monotonic_us() - news->asked_us < SAY_AFTER_US)
        return;
    news->is_said = true;
    log_warn("waits_for_news", "loop=%s topic=%s partition=%d next=%lld end=%lld", news->loop, topic_name(end->topic),
             end->partition, (long long)next, (long long)end->end);
}

static int64_t count_missing(struct loop_news *news, const struct loop_position_rows *rows)
{
    int64_t missing = 0;
    for (size_t i = 0; i < news->n_ends; i++) {
        const struct kafka_end *end = &news->ends[i];
        int64_t next = loop_position_rows_next(rows, (int32_t)end->topic, end->partition);
        if (next >= end->end)
            continue;
        missing += end->end - next;
        say_missing(news, end, next);
    }
    return missing;
}

static void note_progress(struct loop_news *news, int64_t missing)
{
    if (missing < news->missing)
        news->moved_us = clock_monotonic_us();
    news->missing = missing;
    if (missing > 0)
        return;
    if (news->is_said)
        log_info("news_arrived", "loop=%s after_ms=%lld", news->loop,
                 (long long)(clock_monotonic_us() - news->asked_us) / 1000);
    news->heard = news->wanted;
    news->heard_until_us = news->wanted_until_us;
    news->is_current = true;
    news->connection = pg_connections(news->pg);
}

enum err loop_news_arrived(struct loop_news *news, bool *ret_arrived)
{
    TALLOC_CTX *ctx = mem_context(NULL, "news");
    struct loop_position_rows rows = {0};
    enum err err = loop_store_positions(news->pg, ctx, news->positions->cluster, &rows);
    if (!err) {
        note_progress(news, count_missing(news, &rows));
        *ret_arrived = news->missing == 0;
    }
    mem_free(ctx);
    return err;
}

bool loop_news_stand_still(const struct loop_news *news)
{
    return clock_monotonic_us() - news->moved_us >= STILL_AFTER_US;
}
