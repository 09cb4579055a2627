/* What GET /v1/stream tells (API.md, Shapes: stream), and of which tags it follows. Pure; any thread.
 *
 *     Told.tags ─▶ a cause: this meeting or document changed ─▶ its service says who sees it (reached.h) ─▶ `changed`
 *                  figures of an organisation ────────────────▶ who has a grant there ───────────────────▶ `changed`
 *                  somebody's inbox ──────────────────────────▶ how much he has not read ────────────────▶ `inbox` */
#ifndef SOTAY_GATEWAY_EVENT_H
#define SOTAY_GATEWAY_EVENT_H

#include "common/base/array.h"
#include "common/base/uuid.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

enum event_type { EVENT_MEETING, EVENT_DOCUMENT, EVENT_ORGANIZATION };

/* Something that changed, whoever may see it: a meeting or a document. */
struct event_cause {
    enum event_type type;
    struct uuid id;
};

struct event_news {
    ARRAY(struct event_cause) causes;
    ARRAY(struct uuid) figures; /* organisations whose figures changed */
    ARRAY(struct uuid) inboxes; /* members whose inbox says something new */
    bool all_figures;
    bool missed; /* something may have been told that nobody heard */
};
/* Reads the tags of one message of a service. Owned by ctx. */
void event_read(TALLOC_CTX *ctx, char *const tags[], size_t n, struct event_news *ret_news);

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
