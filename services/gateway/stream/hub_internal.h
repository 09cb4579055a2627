/* What the hub*.c files share; nobody else includes it. Each calls only those below it:
 *
 *      hub             what is heard and opened; the thread
 *      hub_ask         questions to services, and what their answers tell whom
 *      hub_figures     organisations whose figures changed
 *      hub_clients     the streams, one by one
 *      hub_mail        what other threads say
 *
 * Other threads put what they have to say into the mail, which has a small lock of its own, and go on. The hub's thread
 * reads it and does all the rest. `lock` guards the clients alone: connections open and close on their own threads. It
 * is held for one piece of mail at a time, over calls of http_stream.c and directory.c, never over those of
 * services.c. */
#ifndef SOTAY_GATEWAY_HUB_INTERNAL_H
#define SOTAY_GATEWAY_HUB_INTERNAL_H

#include "common/http/http_server.h"
#include "services/gateway/link/services.h"
#include "services/gateway/link/viewer.h"
#include "services/gateway/stream/event.h"
#include "services/gateway/stream/hub_options.h"
#include "services/gateway/stream/operations.h"
#include "services/gateway/stream/ring.h"
#include <pthread.h>
#include <sys/queue.h>
#include <uthash.h>

/* --- hub_mail.c: any thread --------------------------------------------------------------------------------------- */

enum mail_what {
    MAIL_CAUSE,
    MAIL_FIGURES,
    MAIL_ALL_FIGURES,
    MAIL_INBOX,
    MAIL_GAP,
    MAIL_SESSION,
    MAIL_OPENED,
    MAIL_ACCEPTED,
    MAIL_SETTLED,
    MAIL_REACHES,
    MAIL_UNREAD
};

struct mail_item {
    enum mail_what what;
    struct event_cause cause;
    struct uuid id;  /* a member, a session, an organisation */
    uint64_t client; /* MAIL_OPENED */
    struct operation_key operation;
    bool succeeded; /* MAIL_SETTLED */
    void *body;     /* the operation's id, an answer; the reader frees it */
};
struct mail_items {
    struct mail_item *items;
    size_t n, room; /* as ARRAY has them */
};

struct mail {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct mail_items items;
    bool overflowed, stopping;
};
void mail_init(struct mail *mail);
void mail_put(struct mail *mail, const struct mail_item *items, size_t n);
void mail_stop(struct mail *mail);
/* What came, or nothing once it is `until_us` (monotonic). False: the hub stops. The items have no context: the caller
 * frees them. */
bool mail_take(struct mail *mail, int64_t until_us, struct mail_items *ret_items);

/* --- the hub ------------------------------------------------------------------------------------------------------ */

struct member {
    struct uuid id;
    TAILQ_HEAD(clients_head, client) clients; /* not those that end; the oldest first */
    unsigned n;
    UT_hash_handle hh;
};

struct client {
    struct hub *hub;
    uint64_t id;
    struct http_stream *http;
    struct member *member; /* NULL: it ends, and is told nothing any more */
    struct viewer viewer;  /* as of the last look at the directory */
    int64_t ends_us, looked_us, beat_us;
    bool is_greeted, has_last; /* has_last: he comes again */
    char last[EVENT_ID_BYTES]; /* Last-Event-ID; what is longer is none of ours */
    unsigned catching_up;      /* questions about what he missed, under way */
    int64_t resync_due_us, resynced_us;
    int64_t unread_due_us; /* 0: it is not to be asked for */
    bool is_unread_queued, is_unread_asked;
    TAILQ_ENTRY(client) of_member, unread;
    UT_hash_handle hh;
};

struct figures;
struct question;

struct hub {
    struct hub_options options;
    uint64_t epoch;
    pthread_t thread;
    struct mail mail;

    pthread_mutex_t lock; /* of these */
    bool stopping;
    struct client *clients; /* in the order of opening */
    struct member *members;
    size_t n_open; /* clients that do not end */
    uint64_t last_client;
    TAILQ_HEAD(, client) unread; /* whose inbox is to be counted now */

    struct ring *ring; /* from here on: the hub's thread alone */
    struct operations *operations;
    STAILQ_HEAD(, question) questions; /* of clients that catch up */
    unsigned n_asked, n_unread_asked;
    int64_t unread_rests_until_us; /* 0: who counts inboxes answers */
    struct figures *figures;
    bool all_figures;
    int64_t figures_due_us;
};

/* --- hub_clients.c: under the lock -------------------------------------------------------------------------------- */
/* NULL: there is none, or it ends. */
struct client *client_find(const struct hub *hub, uint64_t id);
struct member *member_find(const struct hub *hub, const struct uuid *id);
struct client *client_new(struct hub *hub, const struct viewer *viewer);
/* libmicrohttpd has let go of it, or it never began. */
void client_remove(struct client *client);
void client_end(struct client *client);
/* Looks at the directory again. False: he has lost what his token says, and the stream ends. Whose rights are others
 * than before begins anew. */
bool client_look(struct client *client);
/* Tells him, as he is now. */
void client_send(struct client *client, const char *text, size_t n);
void client_changed(struct client *client, const struct event_cause *cause, uint64_t version);
/* Now, or as soon as he may be told so again. */
void client_resync(struct client *client, int64_t due_us);
void client_want_unread(struct client *client, int64_t due_us);
/* The beginning: where he is. */
void client_greet(struct client *client);
/* What became of a command of his that was answered 202. */
void client_operation(struct client *client, const struct operation *operation);
/* Comments, ends, looks, what is due. */
void client_tick(struct client *client, int64_t now_us);

/* --- hub_figures.c: the hub's thread ------------------------------------------------------------------------------ */
/* Figures have no number: of how they were, and when, nobody is told; that they changed is told to whoever has a grant
 * in the organisation, now and then. */
void figures_changed(struct hub *hub, const struct uuid *organization);
void figures_tell(struct hub *hub);
/* They may have changed while he was away. Under the lock. */
void figures_catch_up(struct client *client);
void figures_clear(struct hub *hub);

/* --- hub_ask.c: the hub's thread ---------------------------------------------------------------------------------- */
/* Tells a client who comes again what he missed, or asks for it. Under the lock. */
void catch_up(struct client *client);
/* Sends what waits to be asked, as far as there is room. */
void ask_waiting(struct hub *hub, int64_t now_us);
void ask_unread(struct hub *hub);
void take_reaches(struct hub *hub, void *answer);
void take_unread(struct hub *hub, void *answer);
void drop_reaches(void *answer); /* nobody reads it any more */
void questions_clear(struct hub *hub);
/* Everybody begins anew. */
void resync_all(struct hub *hub);

#endif
