#include "services/gateway/stream/event.h"

#include "common/base/tag.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const TYPES[] = {
    [EVENT_MEETING] = "meeting", [EVENT_DOCUMENT] = "document", [EVENT_ORGANIZATION] = "organization"};

/* --- tags --------------------------------------------------------------------------------------------------------- */

/* The id of a tag of this name. */
static bool id_of(const char *text, enum tag tag, struct uuid *ret_id)
{
    const char *name = tag_name(tag);
    size_t n = strlen(name);
    return strncmp(text, name, n) == 0 && text[n] == ':' && uuid_parse(text + n + 1, ret_id) == ERR_OK;
}

static void read_tag(TALLOC_CTX *ctx, const char *text, struct event_news *news)
{
    struct uuid id;
    if (id_of(text, TAG_MEETING, &id))
        array_add(ctx, &news->causes, (struct event_cause){EVENT_MEETING, id});
    else if (id_of(text, TAG_DOCUMENT, &id))
        array_add(ctx, &news->causes, (struct event_cause){EVENT_DOCUMENT, id});
    else if (id_of(text, TAG_DASHBOARD, &id))
        array_add(ctx, &news->figures, id);
    else if (id_of(text, TAG_INBOX, &id))
        array_add(ctx, &news->inboxes, id);
    else if (strcmp(text, tag_name(TAG_DASHBOARDS)) == 0 || strcmp(text, "service:analytics") == 0)
        news->all_figures = true;
    else if (strcmp(text, "service:auth") == 0)
        return; /* nothing of it is told here */
    else if (strncmp(text, "service:", 8) == 0)
        news->missed = true;
}

void event_read(TALLOC_CTX *ctx, char *const tags[], size_t n, struct event_news *ret_news)
{
    *ret_news = (struct event_news){0};
    for (size_t i = 0; i < n; i++)
        read_tag(ctx, tags[i], ret_news);
}

/* --- text --------------------------------------------------------------------------------------------------------- */

void event_id(uint64_t epoch, uint64_t number, char text[EVENT_ID_BYTES])
{
    (void)snprintf(text, EVENT_ID_BYTES, "%016" PRIx64 "-%" PRIu64, epoch, number); /* it has room for any two */
}

bool event_id_read(const char *text, uint64_t epoch, uint64_t *ret_number)
{
    char start[EVENT_ID_BYTES], *end = NULL;
    (void)snprintf(start, sizeof start, "%016" PRIx64 "-", epoch);
    size_t n = strlen(start);
    if (strncmp(text, start, n) != 0 || text[n] < '0' || text[n] > '9')
        return false;
    *ret_number = strtoull(text + n, &end, 10);
    return *end == '\0';
}

static size_t id_line(char text[EVENT_TEXT_BYTES], const char *id)
{
    *text = '\0';
    return id ? (size_t)snprintf(text, EVENT_TEXT_BYTES, "id: %s\n", id) : 0;
}

size_t event_changed(char text[EVENT_TEXT_BYTES], const char *id, enum event_type type, const struct uuid *thing,
                     uint64_t version)
{
    char name[UUID_TEXT_BYTES];
    uuid_format(thing, name);
    size_t n = id_line(text, id);
    return n + (size_t)snprintf(text + n, EVENT_TEXT_BYTES - n,
                                "event: changed\ndata: {\"type\":\"%s\",\"id\":\"%s\",\"version\":%" PRIu64 "}\n\n",
                                TYPES[type], name, version);
}

size_t event_inbox(char text[EVENT_TEXT_BYTES], int64_t unread)
{
    return (size_t)snprintf(text, EVENT_TEXT_BYTES, "event: inbox\ndata: {\"unread\":%" PRId64 "}\n\n", unread);
}

/* An operation's id is base64url: nothing in it means anything in JSON. 0: it is longer than ids are. */
size_t event_operation(char text[EVENT_TEXT_BYTES], const char *operation, bool succeeded)
{
    int n = snprintf(text, EVENT_TEXT_BYTES, "event: operation\ndata: {\"id\":\"%s\",\"state\":\"%s\"}\n\n", operation,
                     succeeded ? "succeeded" : "rejected");
    return n < EVENT_TEXT_BYTES ? (size_t)n : 0;
}

size_t event_resync(char text[EVENT_TEXT_BYTES], const char *id)
{
    size_t n = id_line(text, id);
    return n + (size_t)snprintf(text + n, EVENT_TEXT_BYTES - n, "event: resync\ndata: {}\n\n");
}
