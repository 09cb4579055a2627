#include "services/gateway/stream/hub.h"

#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/metrics.h"
#include "services/gateway/stream/hub_internal.h"
#include <string.h>

enum { TICK_MS = 100, OPERATIONS_MOST = 4096 };

static struct metric OPEN = {.name = "sotay_streams", .help = "Streams that are open", .type = METRIC_GAUGE};

/* --- what is heard ------------------------------------------------------------------------------------------------ */

/* Under the lock. One whose place in the ring is still needed was not told: everybody begins anew. */
static void keep(struct hub *hub, const struct event_cause *cause)
{
    struct event_cause *place = &hub->kept[(hub->heard + 1) % HUB_KEPT];
    bool is_needed = hub->heard + 1 - hub->settled > HUB_KEPT - 1;
    if (is_needed) {
        hub->resync = true;
        return;
    }
    *place = *cause;
    place->number = ++hub->heard;
}

static void want_unread(struct hub *hub, const struct uuid *member)
{
    for (struct client *client = hub->clients; client; client = client->hh.next)
        if (uuid_equal(&client->viewer.member, member))
            client->unread_due_us = clock_monotonic_us();
}

void hub_stale(struct hub *hub, char *const tags[], size_t n)
{
    TALLOC_CTX *ctx = mem_context(NULL, "stale");
    struct event_news news;
    event_read(ctx, tags, n, &news);
    pthread_mutex_lock(&hub->lock);
    for (size_t i = 0; i < news.causes.n; i++)
        keep(hub, &news.causes.items[i]); /* with nobody here too: he may come again */
    for (size_t i = 0; i < news.inboxes.n; i++)
        want_unread(hub, &news.inboxes.items[i]);
    hub->resync = hub->resync || news.missed;
    pthread_cond_signal(&hub->changed);
    pthread_mutex_unlock(&hub->lock);
    mem_free(ctx);
}

void hub_session_ended(struct hub *hub, const struct uuid *session)
{
    pthread_mutex_lock(&hub->lock);
    for (struct client *client = hub->clients; client; client = client->hh.next)
        if (!client->ends && uuid_equal(&client->viewer.session, session))
            client_end(client);
    pthread_mutex_unlock(&hub->lock);
}

/* --- operations --------------------------------------------------------------------------------------------------- */

static void drop_operation(struct hub *hub, struct operation *operation)
{
    HASH_DEL(hub->operations, operation);
    mem_free(operation);
}

static bool has_stream(const struct hub *hub, const struct uuid *member)
{
    struct client *oldest;
    return clients_of(hub, member, &oldest) > 0;
}

void hub_accepted(struct hub *hub, const struct uuid *member, const struct uuid *message_id, const char *id)
{
    struct operation *operation;
    pthread_mutex_lock(&hub->lock);
    HASH_FIND(hh, hub->operations, message_id, sizeof *message_id, operation);
    if (!operation && has_stream(hub, member)) {
        if (HASH_COUNT(hub->operations) >= OPERATIONS_MOST)
            drop_operation(hub, hub->operations); /* the one that waits for longest */
        operation = mem_new(NULL, struct operation);
        operation->message_id = *message_id;
        operation->member = *member;
        operation->id = mem_text(operation, id);
        HASH_ADD(hh, hub->operations, message_id, sizeof operation->message_id, operation);
    }
    pthread_mutex_unlock(&hub->lock);
}

void hub_settled(struct hub *hub, const Pb__Outcome *outcome)
{
    struct uuid message_id = uuid_or_zero(outcome->message_id);
    struct operation *operation;
    char text[EVENT_TEXT_BYTES];
    pthread_mutex_lock(&hub->lock);
    HASH_FIND(hh, hub->operations, &message_id, sizeof message_id, operation);
    size_t n = operation ? event_operation(text, operation->id, !outcome->code) : 0;
    for (struct client *client = n > 0 ? hub->clients : NULL; client; client = client->hh.next)
        if (uuid_equal(&client->viewer.member, &operation->member))
            client_send(client, text, n);
    if (operation)
        drop_operation(hub, operation);
    pthread_mutex_unlock(&hub->lock);
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

/* On the connection's thread, when libmicrohttpd lets go of it. */
static void on_closed(void *arg)
{
    struct client *client = arg;
    struct hub *hub = client->hub;
    pthread_mutex_lock(&hub->lock);
    client_remove(client);
    metric_set(&OPEN, HASH_COUNT(hub->clients));
    pthread_mutex_unlock(&hub->lock);
}

/* What came since he went, as far as it is still here. */
static void catch_up(struct hub *hub, struct client *client, const char *last_id)
{
    uint64_t last;
    if (!event_id_read(last_id, hub->epoch, &last) || last > hub->heard || hub->heard - last > HUB_KEPT / 2) {
        client_resync(client);
        return;
    }
    client->unread_due_us = clock_monotonic_us();
    for (uint64_t i = last + 1; i <= hub->grouped; i++)
        if (event_may_reach(&hub->kept[i % HUB_KEPT], &client->viewer))
            ask_for_client(hub, &hub->kept[i % HUB_KEPT], client);
}

static void greet(struct hub *hub, struct client *client, const char *last_id)
{
    char text[EVENT_TEXT_BYTES], id[EVENT_ID_BYTES];
    event_id(hub->epoch, hub->settled, id);
    int n = snprintf(text, sizeof text, "retry: 3000\nid: %s\n\n", id);
    if (!last_id)
        client_send(client, text, (size_t)n);
    else
        catch_up(hub, client, last_id);
}

static void make_room(struct hub *hub, const struct uuid *member)
{
    struct client *oldest;
    if (clients_of(hub, member, &oldest) >= HUB_OF_MEMBER_MOST)
        client_end(oldest);
}

static struct client *client_new(struct hub *hub, struct http_request *request, const struct viewer *viewer)
{
    static const struct http_field FIELDS[] = {
        {"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
    struct client *client = mem_new(NULL, struct client);
    const struct http_stream_options options = {.room = HUB_ROOM_BYTES, .closed = on_closed, .arg = client};
    client->hub = hub;
    client->id = ++hub->last_client;
    client->viewer = *viewer;
    client->opened_us = client->beat_us = clock_monotonic_us();
    HASH_ADD(hh, hub->clients, id, sizeof client->id, client);
    client->http = http_reply_stream(request, 200, FIELDS, ARRAY_LENGTH(FIELDS), &options);
    if (client->http)
        return client;
    HASH_DEL(hub->clients, client);
    mem_free(client);
    return NULL;
}

enum err hub_open(struct hub *hub, struct http_request *request, const struct viewer *viewer, const char *last_id)
{
    pthread_mutex_lock(&hub->lock);
    bool has_room = !hub->stopping && HASH_COUNT(hub->clients) < hub->options.streams_most;
    struct client *client = NULL;
    if (has_room) {
        make_room(hub, &viewer->member);
        client = client_new(hub, request, viewer);
        metric_set(&OPEN, HASH_COUNT(hub->clients));
    }
    if (client)
        greet(hub, client, last_id);
    pthread_cond_signal(&hub->changed);
    pthread_mutex_unlock(&hub->lock);
    return has_room ? ERR_OK : ERR_OVERLOADED;
}

size_t hub_streams(struct hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    size_t n = HASH_COUNT(hub->clients);
    pthread_mutex_unlock(&hub->lock);
    return n;
}

/* --- the thread --------------------------------------------------------------------------------------------------- */

static void group_causes(struct hub *hub)
{
    while (hub->grouped < hub->heard && !hub->resync) {
        hub->resync = !ask_for_all(hub, &hub->kept[(hub->grouped + 1) % HUB_KEPT]);
        hub->grouped++;
    }
}

static void resync_all(struct hub *hub)
{
    hub->resync = false;
    hub->grouped = hub->heard;
    for (struct client *client = hub->clients; client; client = client->hh.next)
        client_resync(client);
}

static void tick(struct hub *hub, int64_t now_us)
{
    for (struct client *client = hub->clients; client; client = client->hh.next)
        client_tick(client, now_us);
}

static void wait_a_tick(struct hub *hub, int64_t until_us)
{
    const struct timespec until = {.tv_sec = until_us / CLOCK_SECOND_US,
                                   .tv_nsec = (long)(until_us % CLOCK_SECOND_US) * 1000};
    pthread_cond_timedwait(&hub->changed, &hub->lock, &until);
}

static void *run(void *arg)
{
    struct hub *hub = arg;
    int64_t ticked_us = 0;
    pthread_mutex_lock(&hub->lock);
    while (!hub->stopping) {
        int64_t now_us = clock_monotonic_us();
        if (hub->resync)
            resync_all(hub);
        group_causes(hub);
        ask_waiting(hub);
        if (now_us - ticked_us >= TICK_MS * 1000) {
            ticked_us = now_us;
            tick(hub, now_us);
            ask_unread(hub, now_us);
        }
        wait_a_tick(hub, ticked_us + TICK_MS * 1000);
    }
    pthread_mutex_unlock(&hub->lock);
    return NULL;
}

enum err hub_start(TALLOC_CTX *ctx, const struct hub_options *options, struct hub **ret_hub)
{
    struct hub *hub = mem_new(ctx, struct hub);
    struct uuid random = uuid_random();
    pthread_condattr_t monotonic;
    hub->options = *options;
    memcpy(&hub->epoch, random.bytes + 8, sizeof hub->epoch);
    STAILQ_INIT(&hub->waiting);
    pthread_mutex_init(&hub->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&hub->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    metrics_register(&OPEN);
    if (pthread_create(&hub->thread, NULL, run, hub) != 0) {
        log_error("hub_failed", "detail=\"no thread\"");
        mem_free(hub);
        return ERR_INTERNAL;
    }
    *ret_hub = hub;
    return ERR_OK;
}

void hub_stop(struct hub *hub)
{
    struct check *check;
    pthread_mutex_lock(&hub->lock);
    hub->stopping = true;
    for (struct client *client = hub->clients; client; client = client->hh.next)
        client_end(client);
    pthread_cond_signal(&hub->changed);
    pthread_mutex_unlock(&hub->lock);
    pthread_join(hub->thread, NULL);
    while ((check = STAILQ_FIRST(&hub->waiting))) {
        STAILQ_REMOVE_HEAD(&hub->waiting, entry);
        mem_free(check);
    }
    while (hub->operations)
        drop_operation(hub, hub->operations);
}
