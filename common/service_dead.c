/* `X dead-letters list | show T P O | replay T P O | drop T P O`: what three attempts could not do. Replaying sends the record again,
 * byte for byte; the outcome that its first life left (dead_letter) is forgotten first, so that it is not taken for a repeat. */
#include "common/log.h"
#include "common/loop_internal.h"
#include "common/loop_store.h"
#include "common/mem.h"
#include "common/service_internal.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_one(const struct loop_dead *dead)
{
    (void)printf("%s %d %lld %s %zu bytes: %s\n", topic_name((enum topic)dead->topic), dead->partition, (long long)dead->offset,
                 dead->kind ? dead->kind : "-", dead->record.len, dead->reason);
}

static int show(TALLOC_CTX *ctx, const struct loop_dead *dead)
{
    const Pb__Envelope *e = (const Pb__Envelope *)mem_unpack(ctx, &pb__envelope__descriptor, dead->record.data, dead->record.len);
    print_one(dead);
    if (e)
        (void)printf("correlation_id=%s payload_bytes=%zu\n", e->correlation_id ? e->correlation_id : "-", e->payload.len);
    for (size_t i = 0; i < dead->record.len; i++)
        (void)printf("%02x%s", dead->record.data[i], (i + 1) % 32 == 0 || i + 1 == dead->record.len ? "\n" : "");
    return EXIT_SUCCESS;
}

static int drop(struct pg *pg, TALLOC_CTX *ctx, const struct loop_dead *dead)
{
    bool found = false;
    enum err err = loop_store_drop_dead(pg, ctx, dead->topic, dead->partition, dead->offset, &found);
    return err || !found ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* In one transaction: forget the rejected outcome, queue the record as a loose announcement, drop the letter; then send. */
static int replay(struct service *service, struct pg *pg, TALLOC_CTX *ctx, const struct loop_dead *dead)
{
    const Pb__Envelope *e = (const Pb__Envelope *)mem_unpack(ctx, &pb__envelope__descriptor, dead->record.data, dead->record.len);
    struct uuid key, id;
    if (!e || uuid_from_pb(e->message_id, &id) || uuid_from_pb(dead->key, &key)) {
        (void)fprintf(stderr, "not a message: it can only be dropped\n");
        return EXIT_FAILURE;
    }
    Pb__Announcement a = PB__ANNOUNCEMENT__INIT;
    Pb__OutboundMessage *again = loop_outbound(ctx, (enum topic)dead->topic, &key, dead->record, false);
    a.n_messages = 1;
    a.messages = &again;
    enum err err = loop_store_replay_dead(pg, ctx, dead, &id, mem_pack(ctx, &a.base));
    if (!err)
        err = service_open_producer(service);
    if (!err)
        err = loop_outbox_relay(pg, service_producer(service), NULL, NULL, 10000);
    if (err)
        (void)fprintf(stderr, "replay: %s: %s\n", err_word(err), pg_message(pg));
    return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

static const struct loop_dead *find(const struct loop_dead dead[], size_t n, char **argv)
{
    for (size_t i = 0; i < n; i++)
        if (dead[i].topic == (int32_t)topic_from_name(argv[0]) && dead[i].partition == strtol(argv[1], NULL, 10) &&
            dead[i].offset == strtoll(argv[2], NULL, 10))
            return &dead[i];
    (void)fprintf(stderr, "no such dead letter\n");
    return NULL;
}

static int run_on(struct service *service, struct pg *pg, TALLOC_CTX *ctx, const char *verb, const struct loop_dead *dead)
{
    if (strcmp(verb, "show") == 0)
        return show(ctx, dead);
    if (strcmp(verb, "drop") == 0)
        return drop(pg, ctx, dead);
    return strcmp(verb, "replay") == 0 ? replay(service, pg, ctx, dead) : EXIT_FAILURE;
}

int service_dead_letters(struct service *service, int argc, char **argv)
{
    TALLOC_CTX *ctx = mem_context(NULL, "dead");
    struct pg *pg = service_pg(service, ctx);
    struct loop_dead *dead = NULL;
    size_t n = 0;
    int code = EXIT_FAILURE;
    enum err err = loop_store_dead(pg, ctx, &dead, &n);
    if (err) {
        (void)fprintf(stderr, "dead-letters: %s\n", pg_message(pg));
    } else if (argc == 2 && strcmp(argv[1], "list") == 0) {
        for (size_t i = 0; i < n; i++)
            print_one(&dead[i]);
        code = EXIT_SUCCESS;
    } else if (argc == 5) {
        const struct loop_dead *one = find(dead, n, argv + 2);
        code = one ? run_on(service, pg, ctx, argv[1], one) : EXIT_FAILURE;
    } else {
        (void)fprintf(stderr, "usage: dead-letters list | show|replay|drop TOPIC PARTITION OFFSET\n");
    }
    mem_free(ctx);
    return code;
}
