#include "services/gateway/stream/hub.h"

#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/metrics.h"
#include "services/gateway/edge/tokens.h"
#include "services/gateway/link/directory.h"
#include "services/gateway/stream/hub_internal.h"
#include <string.h>

#define TICK_US INT64_C(100000)

static struct metric OPEN = {.name = "sotay_streams", .help = "Streams that are open", .type = METRIC_GAUGE};

/* --- what is heard: any thread ------------------------------------------------------------------------------------ */

static void put(struct hub *hub, struct mail_item item)
{
    mail_put(&hub->mail, &item, 1);
}

static void add_ids(TALLOC_CTX *ctx, struct mail_items *items, enum mail_what what, const struct uuid ids[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        array_add(ctx, items, (struct mail_item){.what = what, .id = ids[i]});
}

void hub_stale(struct hub *hub, char *const tags[], size_t n)
{
    TALLOC_CTX *ctx = mem_context(NULL, "stale");
    struct mail_items items = {0};
    struct event_news news;
    event_read(ctx, tags, n, &news);
    if (news.missed)
        array_add(ctx, &items, (struct mail_item){.what = MAIL_GAP});
    for (size_t i = 0; i < news.causes.n; i++)
        array_add(ctx, &items, (struct mail_item){.what = MAIL_CAUSE, .cause = news.causes.items[i]});
    add_ids(ctx, &items, MAIL_FIGURES, news.figures.items, news.figures.n);
    add_ids(ctx, &items, MAIL_INBOX, news.inboxes.items, news.inboxes.n);
    if (news.all_figures)
        array_add(ctx, &items, (struct mail_item){.what = MAIL_ALL_FIGURES});
    mail_put(&hub->mail, items.items, items.n);
    mem_free(ctx);
}

void hub_session_ended(struct hub *hub, const struct uuid *session)
{
    put(hub, (struct mail_item){.what = MAIL_SESSION, .id = *session});
}

void hub_accepted(struct hub *hub, const struct uuid *member, const struct uuid *message_id,
                  const uint8_t mark[HUB_MARK_BYTES], const char *operation)
{
    struct mail_item item = {.what = MAIL_ACCEPTED, .id = *member, .operation.message = *message_id};
    memcpy(item.operation.mark, mark, sizeof item.operation.mark);
    item.body = mem_text(NULL, operation);
    put(hub, item);
}

void hub_settled(struct hub *hub, const Pb__Outcome *outcome)
{
    struct mail_item item = {.what = MAIL_SETTLED, .succeeded = !outcome->code};
    if (outcome->body_hash.len < sizeof item.operation.mark ||
        uuid_from_pb(outcome->message_id, &item.operation.message))
        return;
    memcpy(item.operation.mark, outcome->body_hash.data, sizeof item.operation.mark);
    put(hub, item);
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

/* On the connection's thread, when libmicrohttpd lets go of it. */
static void on_closed(void *arg)
{
    struct client *client = arg;
    struct hub *hub = client->hub;
    pthread_mutex_lock(&hub->lock);
    client_remove(client);
    metric_set(&OPEN, (int64_t)hub->n_open);
    pthread_mutex_unlock(&hub->lock);
}

static void make_room(struct hub *hub, const struct uuid *id)
{
    const struct member *member = member_find(hub, id);
    if (member && member->n >= HUB_OF_MEMBER_MOST)
        client_end(TAILQ_FIRST(&member->clients));
}

static void take_last(struct client *client, const char *last_id)
{
    client->has_last = last_id != NULL;
    if (last_id && strlen(last_id) < sizeof client->last)
        memcpy(client->last, last_id, strlen(last_id) + 1);
}

static struct client *open_stream(struct hub *hub, struct http_request *request, const struct hub_visit *visit)
{
    static const struct http_field FIELDS[] = {
        {"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
    struct client *client = client_new(hub, visit->viewer);
    const struct http_stream_options options = {.room = HUB_ROOM_BYTES, .closed = on_closed, .arg = client};
    client->ends_us = clock_monotonic_us() + visit->expires_at_us - clock_now_us();
    take_last(client, visit->last_id);
    client->http = http_reply_stream(request, 200, FIELDS, ARRAY_LENGTH(FIELDS), &options);
    if (client->http)
        return client;
    client_remove(client);
    return NULL;
}

/* Under the lock. Whoever ends a session says so to the tokens first: it is either seen here, or heard by the hub's
 * thread, which waits for the lock. */
static enum err open_client(struct hub *hub, struct http_request *request, const struct hub_visit *visit)
{
    make_room(hub, &visit->viewer->member);
    if (hub->stopping || hub->n_open >= hub->options.streams_most)
        return ERR_OVERLOADED;
    if (tokens_session_has_ended(hub->options.tokens, &visit->viewer->session))
        return ERR_SESSION_ENDED;
    const struct client *client = open_stream(hub, request, visit);
    if (!client)
        return ERR_OVERLOADED;
    put(hub, (struct mail_item){.what = MAIL_OPENED, .client = client->id});
    return ERR_OK;
}

enum err hub_open(struct hub *hub, struct http_request *request, const struct hub_visit *visit)
{
    pthread_mutex_lock(&hub->lock);
    enum err err = open_client(hub, request, visit);
    metric_set(&OPEN, (int64_t)hub->n_open);
    pthread_mutex_unlock(&hub->lock);
    return err;
}

/* --- the thread --------------------------------------------------------------------------------------------------- */

static void take_opened(struct hub *hub, const struct mail_item *item)
{
    pthread_mutex_lock(&hub->lock);
    struct client *client = client_find(hub, item->client);
    if (client) {
        client_greet(client);
        if (client->has_last && client->member)
            catch_up(client);
    }
    pthread_mutex_unlock(&hub->lock);
}

static void end_session(struct hub *hub, const struct uuid *session)
{
    pthread_mutex_lock(&hub->lock);
    for (struct client *client = hub->clients; client; client = client->hh.next)
        if (client->member && uuid_equal(&client->viewer.session, session))
            client_end(client);
    metric_set(&OPEN, (int64_t)hub->n_open);
    pthread_mutex_unlock(&hub->lock);
}

/* NULL: nothing is to be told. */
static void tell_operation(struct hub *hub, const struct operation *operation)
{
    struct client *next;
    pthread_mutex_lock(&hub->lock);
    const struct member *member = operation ? member_find(hub, &operation->member) : NULL;
    for (struct client *client = member ? TAILQ_FIRST(&member->clients) : NULL; client; client = next) {
        next = TAILQ_NEXT(client, of_member); /* he may end, and be no longer among them */
        client_operation(client, operation);
    }
    pthread_mutex_unlock(&hub->lock);
}

static void take_accepted(struct hub *hub, const struct mail_item *item)
{
    tell_operation(hub,
                   operations_accept(hub->operations, &item->operation, &item->id, item->body, clock_monotonic_us()));
    mem_free(item->body);
}

static void take_settled(struct hub *hub, const struct mail_item *item)
{
    tell_operation(hub, operations_settle(hub->operations, &item->operation, item->succeeded, clock_monotonic_us()));
}

static void take_inbox(struct hub *hub, const struct uuid *id)
{
    struct client *client;
    pthread_mutex_lock(&hub->lock);
    const struct member *member = member_find(hub, id);
    for (client = member ? TAILQ_FIRST(&member->clients) : NULL; client; client = TAILQ_NEXT(client, of_member))
        client_want_unread(client, clock_monotonic_us());
    pthread_mutex_unlock(&hub->lock);
}

static void take_cause(struct hub *hub, const struct event_cause *cause)
{
    if (!ring_add(hub->ring, cause))
        resync_all(hub);
}

static void take_gap(struct hub *hub)
{
    ring_gap(hub->ring);
    resync_all(hub);
}

static void take(struct hub *hub, const struct mail_item *item)
{
    switch (item->what) {
    case MAIL_CAUSE: take_cause(hub, &item->cause); break;
    case MAIL_FIGURES: figures_changed(hub, &item->id); break;
    case MAIL_ALL_FIGURES: hub->all_figures = true; break;
    case MAIL_INBOX: take_inbox(hub, &item->id); break;
    case MAIL_GAP: take_gap(hub); break;
    case MAIL_SESSION: end_session(hub, &item->id); break;
    case MAIL_OPENED: take_opened(hub, item); break;
    case MAIL_ACCEPTED: take_accepted(hub, item); break;
    case MAIL_SETTLED: take_settled(hub, item); break;
    case MAIL_REACHES: take_reaches(hub, item->body); break;
    case MAIL_UNREAD: take_unread(hub, item->body); break;
    }
}

static void tick(struct hub *hub, int64_t now_us)
{
    bool is_cut_off = kafka_silent_us(hub->options.producer) > DIRECTORY_BELIEVED_US;
    pthread_mutex_lock(&hub->lock);
    for (struct client *client = hub->clients; client; client = client->hh.next) {
        if (is_cut_off && client->member)
            client_end(client);
        client_tick(client, now_us);
    }
    pthread_mutex_unlock(&hub->lock);
    if (now_us < hub->figures_due_us)
        return;
    hub->figures_due_us = now_us + HUB_FIGURES_US;
    figures_tell(hub);
}

static void take_all(struct hub *hub, struct mail_items *items)
{
    for (size_t i = 0; i < items->n; i++)
        take(hub, &items->items[i]);
    mem_free(items->items);
}

static void drop_all(struct mail_items *items)
{
    for (size_t i = 0; i < items->n; i++) {
        if (items->items[i].what == MAIL_REACHES)
            drop_reaches(items->items[i].body);
        else
            mem_free(items->items[i].body);
    }
    mem_free(items->items);
}

static void *run(void *arg)
{
    struct hub *hub = arg;
    int64_t ticked_us = 0;
    struct mail_items items;
    while (mail_take(&hub->mail, ticked_us + TICK_US, &items)) {
        take_all(hub, &items);
        int64_t now_us = clock_monotonic_us();
        ask_waiting(hub, now_us);
        if (now_us - ticked_us >= TICK_US) {
            ticked_us = now_us;
            tick(hub, now_us);
        }
        ask_unread(hub);
    }
    drop_all(&items);
    return NULL;
}

enum err hub_start(TALLOC_CTX *ctx, const struct hub_options *options, struct hub **ret_hub)
{
    struct hub *hub = mem_new(ctx, struct hub);
    struct uuid random = uuid_random();
    hub->options = *options;
    memcpy(&hub->epoch, random.bytes + 8, sizeof hub->epoch);
    hub->ring = ring_new();
    hub->operations = operations_new();
    STAILQ_INIT(&hub->questions);
    TAILQ_INIT(&hub->unread);
    pthread_mutex_init(&hub->lock, NULL);
    mail_init(&hub->mail);
    metrics_register(&OPEN);
    if (pthread_create(&hub->thread, NULL, run, hub) != 0) {
        log_error("hub_failed", "detail=\"no thread\"");
        return ERR_INTERNAL;
    }
    *ret_hub = hub;
    return ERR_OK;
}

void hub_stop(struct hub *hub)
{
    mail_stop(&hub->mail);
    pthread_join(hub->thread, NULL);
    pthread_mutex_lock(&hub->lock);
    hub->stopping = true;
    for (struct client *client = hub->clients; client; client = client->hh.next)
        if (client->member)
            client_end(client);
    pthread_mutex_unlock(&hub->lock);
}

void hub_clear(struct hub *hub)
{
    struct mail_items items;
    (void)mail_take(&hub->mail, 0, &items);
    drop_all(&items);
    questions_clear(hub);
    figures_clear(hub);
    operations_free(hub->operations);
    ring_free(hub->ring);
}
