#include "services/gateway/link/follower.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/kafka/envelope.h"
#include "common/kafka/kafka.h"
#include "services/gateway/link/directory.h"
#include "sotay/v1/auth.pb-c.h"
#include <pthread.h>
#include <string.h>

#define BATCH 2000
#define WAIT_MS 200
#define AGAIN_MS 500

/* One reader and its thread. */
struct followed {
    struct follower *follower;
    const enum topic *topics;
    size_t n_topics;
    int64_t back_us; /* how far back it begins; 0: at the beginning */
    void (*take)(const struct follower_options *options, const struct kafka_record *record);
    _Atomic bool caught_up;
    pthread_t thread;
};

struct follower {
    struct follower_options options;
    _Atomic bool stopping, ready;
    struct followed directory, sessions;
};

static void take_member(const struct follower_options *options, const struct kafka_record *record)
{
    enum err err = directory_apply(options->directory, record);
    if (err)
        log_error("directory_record", "topic=%s partition=%d offset=%lld err=%s", topic_name(record->topic),
                  record->partition, (long long)record->offset, err_word(err));
}

static void take_envelope(const struct follower_options *options, TALLOC_CTX *ctx, const void *bytes, size_t n)
{
    const Pb__Envelope *envelope = (Pb__Envelope *)mem_unpack(ctx, &pb__envelope__descriptor, bytes, n);
    if (!envelope || strcmp(envelope->kind, pb__session_ended__descriptor.short_name) != 0)
        return;
    struct uuid session;
    const Pb__SessionEnded *event = (Pb__SessionEnded *)mem_unpack(ctx, &pb__session_ended__descriptor,
                                                                   envelope->payload.data, envelope->payload.len);
    if (event && !uuid_from_pb(event->session_id, &session))
        options->session_ended(options->arg, &session);
}

static void take_events(const struct follower_options *options, const struct kafka_record *record)
{
    TALLOC_CTX *ctx = mem_context(NULL, "events");
    const Pb__Bundle *bundle = envelope_unbundle(ctx, record->value, record->value_bytes);
    for (size_t i = 0; bundle && i < bundle->n_envelopes; i++)
        take_envelope(options, ctx, bundle->envelopes[i].data, bundle->envelopes[i].len);
    if (!bundle)
        take_envelope(options, ctx, record->value, record->value_bytes);
    mem_free(ctx);
}

static void note_caught_up(struct followed *followed, const struct kafka_consumer *consumer)
{
    struct follower *follower = followed->follower;
    if (followed->caught_up || !kafka_caught_up(consumer))
        return;
    followed->caught_up = true;
    if (!follower->directory.caught_up || !follower->sessions.caught_up)
        return;
    log_info("directory_read", "members=%zu", directory_members(follower->options.directory));
    follower->ready = true;
}

static enum err follow(struct followed *followed, struct kafka_consumer *consumer)
{
    struct kafka_records *records = NULL;
    enum err err = kafka_poll(consumer, BATCH, WAIT_MS, &records);
    if (err)
        return err;
    for (size_t i = 0; i < records->n; i++)
        followed->take(&followed->follower->options, &records->items[i]);
    kafka_records_free(records);
    note_caught_up(followed, consumer);
    return ERR_OK;
}

/* A reader that failed for good is made anew and reads from its beginning: records are applied by version. */
static void *run(void *arg)
{
    struct followed *followed = arg;
    struct follower *follower = followed->follower;
    while (!follower->stopping) {
        struct kafka_consumer *consumer = NULL;
        int64_t since_us = followed->back_us ? clock_now_us() - followed->back_us : 0;
        enum err err = kafka_reader_start(follower, follower->options.brokers, followed->topics, followed->n_topics,
                                          since_us, &consumer);
        while (!err && !follower->stopping) {
            err = follow(followed, consumer);
            if (err == ERR_RETRY) {
                pause_ms(AGAIN_MS);
                err = ERR_OK;
            }
        }
        if (consumer)
            kafka_consumer_stop(consumer);
        if (err)
            log_warn("follower", "topic=%s err=%s", topic_name(followed->topics[0]), err_word(err));
        if (!follower->stopping)
            pause_ms(AGAIN_MS);
    }
    return NULL;
}

enum err follower_start(TALLOC_CTX *ctx, const struct follower_options *options, struct follower **ret_follower)
{
    static const enum topic MEMBERS[] = {TOPIC_DIRECTORY_MEMBERS}, EVENTS[] = {TOPIC_AUTH_EVENTS};
    struct follower *follower = mem_new(ctx, struct follower);
    follower->options = *options;
    follower->directory = (struct followed){
        .follower = follower, .topics = MEMBERS, .n_topics = 1, .take = take_member};
    follower->sessions = (struct followed){.follower = follower,
                                           .topics = EVENTS,
                                           .n_topics = 1,
                                           .back_us = options->sessions_back_us,
                                           .take = take_events};
    *ret_follower = follower;
    if (pthread_create(&follower->directory.thread, NULL, run, &follower->directory) != 0)
        return ERR_INTERNAL;
    return pthread_create(&follower->sessions.thread, NULL, run, &follower->sessions) == 0 ? ERR_OK : ERR_INTERNAL;
}

void follower_stop(struct follower *follower)
{
    follower->stopping = true;
    pthread_join(follower->directory.thread, NULL);
    pthread_join(follower->sessions.thread, NULL);
}

bool follower_is_ready(const struct follower *follower)
{
    return follower->ready;
}
