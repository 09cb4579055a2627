/* What the hub*.c files share; nobody else includes it. Each calls only those below it:
 *
 *      hub           what is heard and opened; the thread
 *      hub_ask       questions to services, and what their answers tell whom
 *      hub_clients   the streams, one by one
 *
 * Everything is under `lock`, which is held over calls of http_stream.c and directory.c and never over those of
 * services.c: an answer may come on any thread, and takes it. */
#ifndef SOTAY_GATEWAY_HUB_INTERNAL_H
#define SOTAY_GATEWAY_HUB_INTERNAL_H

#include "common/http/http_server.h"
#include "services/gateway/link/services.h"
#include "services/gateway/link/viewer.h"
#include "services/gateway/stream/event.h"
#include "services/gateway/stream/hub_options.h"
#include <pthread.h>
#include <sys/queue.h>
#include <uthash.h>

struct client {
    struct hub *hub;
    uint64_t id;
    struct http_stream *http;
    struct viewer viewer; /* as of the last look at the directory */
    int64_t opened_us, beat_us;
    int64_t unread_due_us; /* 0: it is not to be asked for */
    bool unread_asked;     /* the question is under way */
    bool ends;             /* it is told nothing any more */
    UT_hash_handle hh;     /* in the order of opening */
};

/* A question about a cause's thing, as one viewer, for all clients who see what he sees. */
struct check {
    STAILQ_ENTRY(check) entry;
    struct hub *hub;
    struct event_cause cause;
    enum viewer_scope scope;
    struct viewer viewer;
    uint8_t key[VIEWER_KEY_BYTES];
    size_t key_bytes;
    ARRAY(uint64_t) clients;
};

struct operation {
    struct uuid message_id, member;
    char *id;
    UT_hash_handle hh; /* in the order of coming */
};

struct hub {
    struct hub_options options;
    uint64_t epoch;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool stopping;
    struct client *clients;
    uint64_t last_client;
    struct operation *operations;
    struct event_cause kept[HUB_KEPT]; /* the cause of number i at i % HUB_KEPT */
    unsigned open[HUB_KEPT];           /* its checks that are not answered */
    uint64_t heard, grouped, settled;  /* numbers: the last heard, the last of which checks were made, the last before
                                          which none is open */
    bool resync;                       /* everybody is to be told */
    STAILQ_HEAD(, check) waiting;
    unsigned n_waiting, n_asked;
};

/* --- hub_clients.c ------------------------------------------------------------------------------------------------ */
struct client *client_find(const struct hub *hub, uint64_t id);
/* From the list: libmicrohttpd has let go of it. */
void client_remove(struct client *client);
void client_send(struct client *client, const char *text, size_t n);
void client_resync(struct client *client);
void client_end(struct client *client);
/* Looks at the directory again. False: he has lost what his token says, and the stream ends. */
bool client_refresh(struct client *client);
/* Comments, ends of old ones. */
void client_tick(struct client *client, int64_t now_us);
/* How many he has, and the oldest of them. */
size_t clients_of(const struct hub *hub, const struct uuid *member, struct client **ret_oldest);

/* --- hub_ask.c ---------------------------------------------------------------------------------------------------- */
/* Checks of a cause for this client alone, or for all whom it may reach; false: there would be too many. */
void ask_for_client(struct hub *hub, const struct event_cause *cause, const struct client *client);
bool ask_for_all(struct hub *hub, const struct event_cause *cause);
/* Sends what waits, as far as there is room, without the lock in between; and who wants to know how much is unread. */
void ask_waiting(struct hub *hub);
void ask_unread(struct hub *hub, int64_t now_us);

#endif
