#include "services/gateway/stream/hub_internal.h"

#include "common/base/mem.h"
#include "services/gateway/link/directory.h"
#include <string.h>

/* An inbox's item is made of the same fact, a moment later. */
#define UNREAD_AFTER_US CLOCK_SECOND_US

/* --- the lists ---------------------------------------------------------------------------------------------------- */

struct client *client_find(const struct hub *hub, uint64_t id)
{
    struct client *client;
    HASH_FIND(hh, hub->clients, &id, sizeof id, client);
    return client && client->member ? client : NULL;
}

struct member *member_find(const struct hub *hub, const struct uuid *id)
{
    struct member *member;
    HASH_FIND(hh, hub->members, id, sizeof *id, member);
    return member;
}

static struct member *member_of(struct hub *hub, const struct uuid *id)
{
    struct member *member = member_find(hub, id);
    if (member)
        return member;
    member = mem_new(NULL, struct member);
    member->id = *id;
    TAILQ_INIT(&member->clients);
    HASH_ADD(hh, hub->members, id, sizeof member->id, member);
    return member;
}

struct client *client_new(struct hub *hub, const struct viewer *viewer)
{
    struct client *client = mem_new(NULL, struct client);
    client->hub = hub;
    client->id = ++hub->last_client;
    client->viewer = *viewer;
    client->looked_us = client->beat_us = clock_monotonic_us();
    client->member = member_of(hub, &viewer->member);
    client->member->n++;
    TAILQ_INSERT_TAIL(&client->member->clients, client, of_member);
    HASH_ADD(hh, hub->clients, id, sizeof client->id, client);
    hub->n_open++;
    return client;
}

static void leave(struct client *client)
{
    struct hub *hub = client->hub;
    struct member *member = client->member;
    if (!member)
        return;
    client->member = NULL;
    hub->n_open--;
    if (client->is_unread_queued)
        TAILQ_REMOVE(&hub->unread, client, unread);
    client->is_unread_queued = false;
    TAILQ_REMOVE(&member->clients, client, of_member);
    if (--member->n > 0)
        return;
    HASH_DEL(hub->members, member);
    mem_free(member);
}

void client_remove(struct client *client)
{
    leave(client);
    HASH_DEL(client->hub->clients, client);
    if (client->http)
        http_stream_unref(client->http);
    mem_free(client);
}

void client_end(struct client *client)
{
    leave(client);
    http_stream_end(client->http);
}

/* --- whom he is --------------------------------------------------------------------------------------------------- */

static bool same_rights(const struct viewer *a, const struct viewer *b)
{
    uint8_t key_a[VIEWER_KEY_BYTES], key_b[VIEWER_KEY_BYTES];
    size_t n = viewer_key(a, SCOPE_BRANCH, key_a);
    return viewer_key(b, SCOPE_BRANCH, key_b) == n && memcmp(key_a, key_b, n) == 0;
}

bool client_look(struct client *client)
{
    struct viewer now;
    const struct hub_options *options = &client->hub->options;
    int64_t now_us = clock_now_us() + clock_offset_us(options->clock_file);
    if (!client->member)
        return false;
    bool is_his = !directory_view(options->directory, &client->viewer.member, now_us, &now) && now.has_branch &&
                  now.generation <= client->viewer.generation;
    if (!is_his) {
        client_end(client);
        return false;
    }
    now.session = client->viewer.session;
    now.generation = client->viewer.generation; /* the token's */
    now.signed_in = true;
    bool is_as_before = same_rights(&now, &client->viewer);
    client->viewer = now;
    if (!is_as_before)
        client_resync(client, clock_monotonic_us());
    return true;
}

/* --- telling ------------------------------------------------------------------------------------------------------ */

static void send_text(struct client *client, const char *text, size_t n)
{
    if (client->member && n > 0 && !http_stream_add(client->http, text, n))
        leave(client); /* he took too little, or has gone: he comes again */
}

void client_send(struct client *client, const char *text, size_t n)
{
    if (client_look(client))
        send_text(client, text, n);
}

/* NULL: something from before the place is still to be told to him, so nothing that he hears moves it. */
static const char *place(const struct client *client, char text[EVENT_ID_BYTES])
{
    if (!client->is_greeted || client->catching_up > 0 || client->resync_due_us > 0)
        return NULL;
    event_id(client->hub->epoch, client->hub->ring->settled, text);
    return text;
}

void client_changed(struct client *client, const struct event_cause *cause, uint64_t version)
{
    char text[EVENT_TEXT_BYTES], id[EVENT_ID_BYTES];
    client_send(client, text, event_changed(text, place(client, id), cause->type, &cause->id, version));
    if (cause->type != EVENT_ORGANIZATION && client->unread_due_us == 0)
        client_want_unread(client, clock_monotonic_us() + UNREAD_AFTER_US);
}

static void send_resync(struct client *client, int64_t now_us)
{
    char text[EVENT_TEXT_BYTES], id[EVENT_ID_BYTES];
    client->resync_due_us = 0;
    client->resynced_us = now_us;
    send_text(client, text, event_resync(text, place(client, id)));
    client_want_unread(client, now_us + UNREAD_AFTER_US);
}

void client_resync(struct client *client, int64_t due_us)
{
    int64_t now_us = clock_monotonic_us();
    int64_t soonest_us = client->resynced_us ? client->resynced_us + HUB_RESYNC_EVERY_US : 0;
    if (client->resync_due_us > 0)
        return;
    client->resync_due_us = due_us > soonest_us ? due_us : soonest_us;
    if (client->resync_due_us <= now_us)
        send_resync(client, now_us);
}

void client_operation(struct client *client, const struct operation *operation)
{
    char text[EVENT_TEXT_BYTES];
    client_send(client, text, event_operation(text, operation->id, operation->succeeded));
}

void client_want_unread(struct client *client, int64_t due_us)
{
    client->unread_due_us = due_us;
}

void client_greet(struct client *client)
{
    char text[EVENT_TEXT_BYTES], id[EVENT_ID_BYTES];
    client->is_greeted = true;
    event_id(client->hub->epoch, client->hub->ring->settled, id);
    int n = client->has_last ? snprintf(text, sizeof text, "retry: 3000\n\n")
                             : snprintf(text, sizeof text, "retry: 3000\nid: %s\n\n", id);
    client_send(client, text, (size_t)n);
}

/* --- time --------------------------------------------------------------------------------------------------------- */

/* The comment carries his place, which what is not for him moves too. */
static void beat(struct client *client, int64_t now_us)
{
    char text[EVENT_TEXT_BYTES], buffer[EVENT_ID_BYTES];
    const char *id = place(client, buffer);
    client->beat_us = now_us;
    int n = id ? snprintf(text, sizeof text, ":\nid: %s\n\n", id) : snprintf(text, sizeof text, ":\n\n");
    send_text(client, text, (size_t)n);
}

static void queue_unread(struct client *client, int64_t now_us)
{
    if (client->unread_due_us == 0 || client->unread_due_us > now_us || client->is_unread_queued ||
        client->is_unread_asked || !client->member)
        return;
    client->unread_due_us = 0;
    client->is_unread_queued = true;
    TAILQ_INSERT_TAIL(&client->hub->unread, client, unread);
}

void client_tick(struct client *client, int64_t now_us)
{
    if (client->member && now_us >= client->ends_us)
        client_end(client);
    if (now_us - client->looked_us >= HUB_LOOK_US) {
        client->looked_us = now_us;
        (void)client_look(client);
    }
    if (client->member && client->resync_due_us > 0 && client->resync_due_us <= now_us)
        send_resync(client, now_us);
    if (client->member && now_us - client->beat_us >= HUB_BEAT_US)
        beat(client, now_us);
    queue_unread(client, now_us);
}
