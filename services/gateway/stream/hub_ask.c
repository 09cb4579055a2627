#include "services/gateway/stream/hub_internal.h"

#include "common/base/mem.h"
#include "sotay/v1/auth.pb-c.h"
#include "sotay/v1/document.pb-c.h"
#include "sotay/v1/meeting.pb-c.h"
#include "sotay/v1/notification.pb-c.h"
#include <string.h>

enum { WAITING_MOST = 4096 };
#define UNREAD_AFTER_US CLOCK_SECOND_US /* its item is made of the same fact, a moment later */

/* --- the question about a thing ----------------------------------------------------------------------------------- */

union question {
    ProtobufCMessage base;
    Pb__GetMeeting meeting;
    Pb__GetDocument document;
    Pb__GetOrganization organization;
};

static enum service question_of(const struct event_cause *cause, union question *ret)
{
    const ProtobufCBinaryData id = {sizeof cause->id.bytes, (uint8_t *)(uintptr_t)cause->id.bytes};
    switch (cause->type) {
    case EVENT_MEETING:
        pb__get_meeting__init(&ret->meeting);
        ret->meeting.meeting_id = id;
        return SERVICE_MEETING;
    case EVENT_DOCUMENT:
        pb__get_document__init(&ret->document);
        ret->document.document_id = id;
        return SERVICE_DOCUMENT;
    case EVENT_ORGANIZATION: break;
    }
    pb__get_organization__init(&ret->organization);
    ret->organization.organization_id = id;
    return SERVICE_AUTH;
}

/* --- checks ------------------------------------------------------------------------------------------------------- */

static struct check *check_new(struct hub *hub, const struct event_cause *cause, const struct client *client,
                               enum viewer_scope scope)
{
    struct check *check = mem_new(NULL, struct check);
    check->hub = hub;
    check->cause = *cause;
    check->scope = scope;
    check->viewer = client->viewer;
    check->key_bytes = viewer_key(&client->viewer, scope, check->key);
    array_add(check, &check->clients, client->id);
    return check;
}

/* False: too many wait, and everybody begins anew. */
static bool enqueue(struct hub *hub, struct check *check)
{
    if (hub->n_waiting >= WAITING_MOST) {
        hub->resync = true;
        mem_free(check);
        return false;
    }
    STAILQ_INSERT_TAIL(&hub->waiting, check, entry);
    hub->n_waiting++;
    hub->open[check->cause.number % HUB_KEPT]++;
    return true;
}

void ask_for_client(struct hub *hub, const struct event_cause *cause, const struct client *client)
{
    (void)enqueue(hub, check_new(hub, cause, client, SCOPE_BRANCH)); /* else the resync tells him */
}

static bool is_seen_alike(const struct check *check, const struct client *client)
{
    uint8_t key[VIEWER_KEY_BYTES];
    size_t n = viewer_key(&client->viewer, check->scope, key);
    return n == check->key_bytes && memcmp(key, check->key, n) == 0;
}

struct groups {
    struct check *items[HUB_GROUPS_MOST];
    size_t n;
};

/* False: there is no room for another. */
static bool add_to_groups(struct groups *groups, struct hub *hub, const struct event_cause *cause,
                          const struct client *client)
{
    for (size_t i = 0; i < groups->n; i++)
        if (is_seen_alike(groups->items[i], client)) {
            array_add(groups->items[i], &groups->items[i]->clients, client->id);
            return true;
        }
    if (groups->n == HUB_GROUPS_MOST)
        return false;
    groups->items[groups->n++] = check_new(hub, cause, client, SCOPE_BRANCH);
    return true;
}

bool ask_for_all(struct hub *hub, const struct event_cause *cause)
{
    struct groups groups = {.n = 0};
    bool fits = true;
    for (const struct client *client = hub->clients; fits && client; client = client->hh.next)
        if (!client->ends && event_may_reach(cause, &client->viewer))
            fits = add_to_groups(&groups, hub, cause, client);
    for (size_t i = 0; i < groups.n; i++) {
        if (fits)
            (void)enqueue(hub, groups.items[i]); /* else the resync tells them */
        else
            mem_free(groups.items[i]);
    }
    return fits;
}

/* --- their answers ------------------------------------------------------------------------------------------------ */

static void tell_changed(struct client *client, const struct event_cause *cause, uint64_t version)
{
    char text[EVENT_TEXT_BYTES], id[EVENT_ID_BYTES];
    event_id(client->hub->epoch, client->hub->settled, id);
    client_send(client, text, event_changed(text, id, cause->type, &cause->id, version));
    if (cause->type != EVENT_ORGANIZATION && client->unread_due_us == 0)
        client->unread_due_us = clock_monotonic_us() + UNREAD_AFTER_US;
}

/* What is his by name is seen by nobody else of his branch: he is asked for alone. */
static void tell(const struct check *check, struct client *client, enum err err, uint64_t version)
{
    struct hub *hub = check->hub;
    if (!client_refresh(client))
        return;
    if (!is_seen_alike(check, client))
        ask_for_client(hub, &check->cause, client); /* he was moved meanwhile */
    else if (!err)
        tell_changed(client, &check->cause, version);
    else if (err == ERR_NOT_FOUND && check->scope == SCOPE_BRANCH && check->cause.type != EVENT_ORGANIZATION)
        (void)enqueue(hub, check_new(hub, &check->cause, client, SCOPE_MEMBER)); /* else the resync tells him */
    else if (err != ERR_NOT_FOUND && err != ERR_NOT_ALLOWED && err != ERR_WITHDRAWN)
        client_resync(client); /* the service is away: nobody knows whether he sees it */
}

static void move_settled(struct hub *hub)
{
    while (hub->settled < hub->grouped && hub->open[(hub->settled + 1) % HUB_KEPT] == 0)
        hub->settled++;
}

static void on_checked(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct check *check = arg;
    struct hub *hub = check->hub;
    uint64_t version = !err && reply->has_version ? reply->version : 0;
    pthread_mutex_lock(&hub->lock);
    for (size_t i = 0; i < check->clients.n; i++) {
        struct client *client = client_find(hub, check->clients.items[i]);
        if (client)
            tell(check, client, err, version);
    }
    hub->n_asked--;
    hub->open[check->cause.number % HUB_KEPT]--;
    move_settled(hub);
    pthread_cond_signal(&hub->changed);
    pthread_mutex_unlock(&hub->lock);
    mem_free(check);
}

static void ask(struct check *check)
{
    union question question;
    const struct service_query query = {.service = question_of(&check->cause, &question),
                                        .message = &question.base,
                                        .scope = viewer_scope(check, &check->viewer, check->scope),
                                        .correlation_id = "stream"};
    service_ask(check->hub->options.services, &query, on_checked, check);
}

void ask_waiting(struct hub *hub)
{
    struct check *check;
    move_settled(hub);
    while (hub->n_asked < HUB_ASKED_MOST && (check = STAILQ_FIRST(&hub->waiting))) {
        STAILQ_REMOVE_HEAD(&hub->waiting, entry);
        hub->n_waiting--;
        hub->n_asked++;
        pthread_mutex_unlock(&hub->lock);
        ask(check);
        pthread_mutex_lock(&hub->lock);
    }
}

/* --- how much is unread ------------------------------------------------------------------------------------------- */

struct unread {
    struct hub *hub;
    uint64_t client;
};

static void on_unread(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct unread *unread = arg;
    struct hub *hub = unread->hub;
    char text[EVENT_TEXT_BYTES];
    const Pb__InboxList *list = err ? NULL
                                    : (Pb__InboxList *)service_payload(unread, &pb__inbox_list__descriptor, reply);
    pthread_mutex_lock(&hub->lock);
    struct client *client = client_find(hub, unread->client);
    if (client) {
        client->unread_asked = false;
        if (list)
            client_send(client, text, event_inbox(text, list->unread));
    }
    hub->n_asked--;
    pthread_cond_signal(&hub->changed);
    pthread_mutex_unlock(&hub->lock);
    mem_free(unread);
}

static void ask_one(struct hub *hub, uint64_t id, const struct viewer *viewer)
{
    struct unread *unread = mem_new(NULL, struct unread);
    Pb__ListInbox question = PB__LIST_INBOX__INIT;
    *unread = (struct unread){hub, id};
    question.has_limit = true;
    question.limit = 1;
    const struct service_query query = {.service = SERVICE_NOTIFICATION,
                                        .message = &question.base,
                                        .scope = viewer_scope(unread, viewer, SCOPE_MEMBER),
                                        .correlation_id = "stream"};
    service_ask(hub->options.services, &query, on_unread, unread);
}

/* The next who is due; NULL: none. */
static struct client *next_due(const struct hub *hub, int64_t now_us)
{
    for (struct client *client = hub->clients; client; client = client->hh.next)
        if (!client->ends && !client->unread_asked && client->unread_due_us > 0 && client->unread_due_us <= now_us)
            return client;
    return NULL;
}

void ask_unread(struct hub *hub, int64_t now_us)
{
    struct client *client;
    while (hub->n_asked < HUB_ASKED_MOST && (client = next_due(hub, now_us))) {
        uint64_t id = client->id;
        const struct viewer viewer = client->viewer;
        client->unread_due_us = 0;
        client->unread_asked = true;
        hub->n_asked++;
        pthread_mutex_unlock(&hub->lock);
        ask_one(hub, id, &viewer);
        pthread_mutex_lock(&hub->lock);
    }
}
