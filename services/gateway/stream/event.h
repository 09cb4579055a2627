/* What GET /v1/stream tells (API.md, Shapes: stream), and of which tags it follows. Pure; any thread.
 *
 *     Told.tags ─▶ causes: which thing changed, whom it may reach ─▶ asked of its service as each of them ─▶ `changed`
 *
 * A cause says nothing to anybody by itself: whom its organisations name may still not see the thing. */
#ifndef SOTAY_GATEWAY_EVENT_H
#define SOTAY_GATEWAY_EVENT_H

#include "common/base/array.h"
#include "common/base/uuid.h"
#include "services/gateway/link/viewer.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

enum event_type { EVENT_MEETING, EVENT_DOCUMENT, EVENT_ORGANIZATION };

enum { EVENT_PLACES_MOST = 12 }; /* the tree is less deep */

/* Something that changed. */
struct event_cause {
    uint64_t number; /* of this gateway's causes, ascending */
    enum event_type type;
    struct uuid id;
    bool for_all; /* the tags do not say whom it reaches */
    size_t n_places;
    struct uuid places[EVENT_PLACES_MOST]; /* organisations whose members and heads it may reach */
};

struct event_news {
    ARRAY(struct event_cause) causes; /* without numbers */
    ARRAY(struct uuid) inboxes;       /* members whose inbox says something new */
    bool missed;                      /* something may have been told that nobody heard */
};
/* Reads the tags of one message of a service, whose things they are together. Owned by ctx. */
void event_read(TALLOC_CTX *ctx, char *const tags[], size_t n, struct event_news *ret_news);

/* Whether the cause may reach him. */
bool event_may_reach(const struct event_cause *cause, const struct viewer *viewer);

/* --- text/event-stream -------------------------------------------------------------------------------------------- */

enum { EVENT_ID_BYTES = 16 + 1 + 20 + 1, EVENT_TEXT_BYTES = 512 };
/* "<epoch in hex>-<number>": what a client sends back as Last-Event-ID. */
void event_id(uint64_t epoch, uint64_t number, char text[EVENT_ID_BYTES]);
/* False: it is none of this epoch. */
bool event_id_read(const char *text, uint64_t epoch, uint64_t *ret_number);

/* Each returns the length. `id` NULL: the event moves nobody's place. */
size_t event_changed(char text[EVENT_TEXT_BYTES], const char *id, enum event_type type, const struct uuid *thing,
                     uint64_t version);
size_t event_inbox(char text[EVENT_TEXT_BYTES], int64_t unread);
size_t event_operation(char text[EVENT_TEXT_BYTES], const char *operation, bool succeeded);
size_t event_resync(char text[EVENT_TEXT_BYTES], const char *id);

#endif
