#include "services/gateway/stream/hub_internal.h"

#include "common/base/mem.h"
#include "services/gateway/link/directory.h"

struct client *client_find(const struct hub *hub, uint64_t id)
{
    struct client *client;
    HASH_FIND(hh, hub->clients, &id, sizeof id, client);
    return client && !client->ends ? client : NULL;
}

void client_remove(struct client *client)
{
    HASH_DEL(client->hub->clients, client);
    http_stream_unref(client->http);
    mem_free(client);
}

void client_end(struct client *client)
{
    client->ends = true;
    http_stream_end(client->http);
}

void client_send(struct client *client, const char *text, size_t n)
{
    if (!client->ends && n > 0 && !http_stream_add(client->http, text, n))
        client->ends = true; /* he took too little, or has gone: he comes again */
}

void client_resync(struct client *client)
{
    char text[EVENT_TEXT_BYTES], id[EVENT_ID_BYTES];
    event_id(client->hub->epoch, client->hub->settled, id);
    client_send(client, text, event_resync(text, id));
    client->unread_due_us = clock_monotonic_us();
}

bool client_refresh(struct client *client)
{
    struct viewer now;
    const struct hub_options *options = &client->hub->options;
    int64_t now_us = clock_now_us() + clock_offset_us(options->clock_file);
    bool is_his = !directory_view(options->directory, &client->viewer.member, now_us, &now) && now.has_branch &&
                  now.generation <= client->viewer.generation;
    if (!is_his) {
        client_end(client);
        return false;
    }
    now.session = client->viewer.session;
    now.signed_in = true;
    client->viewer = now;
    return true;
}

/* The comment carries his place, which what is not for him moves too. */
static void beat(struct client *client, int64_t now_us)
{
    char text[EVENT_TEXT_BYTES], id[EVENT_ID_BYTES];
    event_id(client->hub->epoch, client->hub->settled, id);
    int n = snprintf(text, sizeof text, ":\nid: %s\n\n", id);
    client->beat_us = now_us;
    if (client_refresh(client))
        client_send(client, text, (size_t)n);
}

void client_tick(struct client *client, int64_t now_us)
{
    if (client->ends)
        return;
    if (now_us - client->opened_us >= HUB_LIFETIME_US)
        client_end(client);
    else if (now_us - client->beat_us >= HUB_BEAT_US)
        beat(client, now_us);
}

size_t clients_of(const struct hub *hub, const struct uuid *member, struct client **ret_oldest)
{
    size_t n = 0;
    *ret_oldest = NULL;
    for (struct client *client = hub->clients; client; client = client->hh.next) {
        if (client->ends || !uuid_equal(&client->viewer.member, member))
            continue;
        if (n++ == 0)
            *ret_oldest = client;
    }
    return n;
}
