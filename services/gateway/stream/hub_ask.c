#include "services/gateway/stream/hub_internal.h"

#include "common/base/mem.h"
#include "sotay/v1/notification.pb-c.h"

enum { TRIES_MOST = 30 };
#define OPERATIONS_US CLOCK_MINUTE_US /* what became of his commands is told again for so long */
#define AGAIN_US CLOCK_SECOND_US      /* a service that is away is asked again after this */

/* Who sees these things: asked of their service once for all who listen, or again for one who comes back. */
struct question {
    STAILQ_ENTRY(question) entry;
    struct hub *hub;
    uint64_t client; /* 0: all who listen */
    enum event_type type;
    size_t n;
    struct event_cause causes[HUB_PACK];
    uint64_t numbers[HUB_PACK]; /* if it is asked for all */
    enum err err;               /* the answer */
    struct reached *reaches[HUB_PACK];
};

/* --- asking ------------------------------------------------------------------------------------------------------- */

static void take_item(struct question *question, const Pb__Reach *said)
{
    struct uuid id = uuid_or_zero(said->id);
    for (size_t i = 0; i < question->n; i++)
        if (!question->reaches[i] && uuid_equal(&question->causes[i].id, &id))
            question->reaches[i] = reached_new(said);
}

static void on_reaches(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct question *question = arg;
    const Pb__ReachList *list = err ? NULL
                                    : (Pb__ReachList *)service_payload(question, &pb__reach_list__descriptor, reply);
    question->err = err || list ? err : ERR_MALFORMED;
    for (size_t i = 0; list && i < list->n_items; i++)
        take_item(question, list->items[i]);
    mail_put(&question->hub->mail, &(struct mail_item){.what = MAIL_REACHES, .body = question}, 1);
}

static void ask(struct question *question)
{
    Pb__GetReach message = PB__GET_REACH__INIT;
    ProtobufCBinaryData ids[HUB_PACK];
    for (size_t i = 0; i < question->n; i++)
        ids[i] = (ProtobufCBinaryData){sizeof question->causes[i].id.bytes, question->causes[i].id.bytes};
    message.n_ids = question->n;
    message.ids = ids;
    const struct service_query query = {.service = question->type == EVENT_MEETING ? SERVICE_MEETING : SERVICE_DOCUMENT,
                                        .message = &message.base,
                                        .correlation_id = "stream"};
    question->hub->n_asked++;
    service_ask(question->hub->options.services, &query, on_reaches, question);
}

static struct question *question_new(struct hub *hub, enum event_type type, uint64_t client)
{
    struct question *question = mem_new(NULL, struct question);
    question->hub = hub;
    question->type = type;
    question->client = client;
    return question;
}

/* What changed, of one service. */
static void ask_of(struct hub *hub, enum event_type type, int64_t now_us)
{
    uint64_t numbers[HUB_PACK];
    size_t n;
    while (hub->n_asked < HUB_ASKED_MOST && (n = ring_take(hub->ring, type, now_us, numbers, HUB_PACK)) > 0) {
        struct question *question = question_new(hub, type, 0);
        for (size_t i = 0; i < n; i++) {
            question->numbers[question->n] = numbers[i];
            question->causes[question->n++] = ring_at(hub->ring, numbers[i])->cause;
        }
        ask(question);
    }
}

void ask_waiting(struct hub *hub, int64_t now_us)
{
    struct question *question;
    ask_of(hub, EVENT_MEETING, now_us);
    ask_of(hub, EVENT_DOCUMENT, now_us);
    while (hub->n_asked < HUB_ASKED_MOST && (question = STAILQ_FIRST(&hub->questions))) {
        STAILQ_REMOVE_HEAD(&hub->questions, entry);
        ask(question);
    }
}

/* --- who comes again ---------------------------------------------------------------------------------------------- */

struct missed {
    struct event_cause items[HUB_CAUGHT_UP_MOST];
    size_t n;
};

static bool has_missed(const struct missed *missed, const struct event_cause *cause)
{
    for (size_t i = 0; i < missed->n; i++)
        if (missed->items[i].type == cause->type && uuid_equal(&missed->items[i].id, &cause->id))
            return true;
    return false;
}

/* What was told to others since then and may be his too; what is still asked about he hears with them. False: it is
 * too much. */
static bool find_missed(const struct client *client, uint64_t last, struct missed *ret_missed)
{
    struct ring *ring = client->hub->ring;
    ret_missed->n = 0;
    for (uint64_t number = last + 1; number <= ring->heard; number++) {
        const struct ring_entry *entry = ring_at(ring, number);
        if (entry->state != RING_DONE || !entry->reach || !reached_holds(entry->reach, &client->viewer) ||
            has_missed(ret_missed, &entry->cause))
            continue;
        if (ret_missed->n == HUB_CAUGHT_UP_MOST)
            return false;
        ret_missed->items[ret_missed->n++] = entry->cause;
    }
    return true;
}

/* Asked again: he is told what he may see now. */
static void ask_missed(struct client *client, enum event_type type, const struct missed *missed)
{
    struct question *question = question_new(client->hub, type, client->id);
    for (size_t i = 0; i < missed->n; i++)
        if (missed->items[i].type == type)
            question->causes[question->n++] = missed->items[i];
    if (question->n == 0) {
        mem_free(question);
        return;
    }
    STAILQ_INSERT_TAIL(&client->hub->questions, question, entry);
    client->catching_up++;
}

static void tell_operations(struct client *client, int64_t since_us)
{
    const struct operations *operations = client->hub->operations;
    const struct operation *operation = NULL;
    while ((operation = operations_next(operations, operation, &client->viewer.member, since_us)))
        client_operation(client, operation);
}

void catch_up(struct client *client)
{
    struct hub *hub = client->hub;
    struct missed missed;
    uint64_t last;
    int64_t now_us = clock_monotonic_us();
    if (!event_id_read(client->last, hub->epoch, &last) || !ring_reaches_back(hub->ring, last) ||
        !find_missed(client, last, &missed)) {
        client_resync(client, now_us);
        return;
    }
    ask_missed(client, EVENT_MEETING, &missed);
    ask_missed(client, EVENT_DOCUMENT, &missed);
    client_want_unread(client, now_us);
    figures_catch_up(client);
    tell_operations(client, now_us - OPERATIONS_US);
}

/* --- answers ------------------------------------------------------------------------------------------------------ */

void resync_all(struct hub *hub)
{
    enum { SPREAD_US = 500000 }; /* not all ask anew at once */
    int64_t now_us = clock_monotonic_us();
    pthread_mutex_lock(&hub->lock);
    for (struct client *client = hub->clients; client; client = client->hh.next)
        if (client->member)
            client_resync(client, now_us + (int64_t)(client->id * 7919 % SPREAD_US));
    pthread_mutex_unlock(&hub->lock);
}

/* He is asked about as he was a moment ago, and once more as he is now. */
static void tell(struct client *client, const struct event_cause *cause, const struct reached *reach)
{
    if (client->member && reached_holds(reach, &client->viewer) && client_look(client) &&
        reached_holds(reach, &client->viewer))
        client_changed(client, cause, reached_version(reach));
}

static void tell_all(struct hub *hub, const struct event_cause *cause, const struct reached *reach)
{
    pthread_mutex_lock(&hub->lock);
    for (struct client *client = hub->clients; client; client = client->hh.next)
        tell(client, cause, reach);
    pthread_mutex_unlock(&hub->lock);
}

/* A service that never answers about a thing is not waited for for ever. */
static void ask_again(struct hub *hub, uint64_t number, int64_t now_us)
{
    if (ring_at(hub->ring, number)->tries < TRIES_MOST) {
        ring_again(hub->ring, number, now_us + AGAIN_US);
        return;
    }
    ring_done(hub->ring, number, NULL);
    ring_gap(hub->ring);
    resync_all(hub);
}

static void take_for_all(struct question *question)
{
    struct hub *hub = question->hub;
    int64_t now_us = clock_monotonic_us();
    for (size_t i = 0; i < question->n; i++) {
        if (question->err) {
            ask_again(hub, question->numbers[i], now_us);
            continue;
        }
        if (question->reaches[i])
            tell_all(hub, &question->causes[i], question->reaches[i]);
        ring_done(hub->ring, question->numbers[i], question->reaches[i]);
    }
}

static void take_for_client(struct question *question)
{
    struct hub *hub = question->hub;
    pthread_mutex_lock(&hub->lock);
    struct client *client = client_find(hub, question->client);
    for (size_t i = 0; i < question->n; i++) {
        if (client && question->reaches[i])
            tell(client, &question->causes[i], question->reaches[i]);
        mem_free(question->reaches[i]);
    }
    if (client)
        client->catching_up--;
    if (client && question->err)
        client_resync(client, clock_monotonic_us());
    pthread_mutex_unlock(&hub->lock);
}

void take_reaches(struct hub *hub, void *answer)
{
    struct question *question = answer;
    hub->n_asked--;
    if (question->client == 0)
        take_for_all(question);
    else
        take_for_client(question);
    mem_free(question);
}

void drop_reaches(void *answer)
{
    struct question *question = answer;
    for (size_t i = 0; i < question->n; i++)
        mem_free(question->reaches[i]);
    mem_free(question);
}

void questions_clear(struct hub *hub)
{
    struct question *question;
    while ((question = STAILQ_FIRST(&hub->questions))) {
        STAILQ_REMOVE_HEAD(&hub->questions, entry);
        mem_free(question);
    }
}

/* --- how much is unread ------------------------------------------------------------------------------------------- */

struct unread {
    struct hub *hub;
    uint64_t client;
    struct viewer viewer;
    enum err err;
    int64_t n;
};

static void on_unread(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct unread *unread = arg;
    const Pb__InboxList *list = err ? NULL
                                    : (Pb__InboxList *)service_payload(unread, &pb__inbox_list__descriptor, reply);
    unread->err = !list && !err ? ERR_MALFORMED : err;
    unread->n = list ? list->unread : 0;
    mail_put(&unread->hub->mail, &(struct mail_item){.what = MAIL_UNREAD, .body = unread}, 1);
}

static void ask_inbox(struct unread *unread)
{
    Pb__ListInbox question = PB__LIST_INBOX__INIT;
    question.has_limit = true;
    question.limit = 1;
    const struct service_query query = {.service = SERVICE_NOTIFICATION,
                                        .message = &question.base,
                                        .scope = viewer_scope(unread, &unread->viewer, SCOPE_MEMBER),
                                        .correlation_id = "stream"};
    service_ask(unread->hub->options.services, &query, on_unread, unread);
}

/* The next whose inbox is to be counted; NULL: none. */
static struct unread *next_unread(struct hub *hub)
{
    struct unread *unread = NULL;
    pthread_mutex_lock(&hub->lock);
    struct client *client = TAILQ_FIRST(&hub->unread);
    if (client) {
        TAILQ_REMOVE(&hub->unread, client, unread);
        client->is_unread_queued = false;
        client->is_unread_asked = true;
        unread = mem_new(NULL, struct unread);
        *unread = (struct unread){.hub = hub, .client = client->id, .viewer = client->viewer};
    }
    pthread_mutex_unlock(&hub->lock);
    return unread;
}

/* A service that did not answer is asked again for one client alone, a second later. */
void ask_unread(struct hub *hub)
{
    struct unread *unread;
    unsigned most = hub->unread_rests_until_us ? 1 : HUB_ASKED_MOST;
    if (clock_monotonic_us() < hub->unread_rests_until_us)
        return;
    while (hub->n_unread_asked < most && (unread = next_unread(hub))) {
        hub->n_unread_asked++;
        ask_inbox(unread);
    }
}

void take_unread(struct hub *hub, void *answer)
{
    const struct unread *unread = answer;
    char text[EVENT_TEXT_BYTES];
    hub->n_unread_asked--;
    bool is_away = unread->err && err_info(unread->err)->disposition == DISPOSITION_RETRY;
    hub->unread_rests_until_us = is_away ? clock_monotonic_us() + AGAIN_US : 0;
    pthread_mutex_lock(&hub->lock);
    struct client *client = client_find(hub, unread->client);
    if (client) {
        client->is_unread_asked = false;
        if (!unread->err)
            client_send(client, text, event_inbox(text, unread->n));
        else if (client->unread_due_us == 0)
            client_want_unread(client, clock_monotonic_us() + AGAIN_US);
    }
    pthread_mutex_unlock(&hub->lock);
    mem_free(answer);
}
