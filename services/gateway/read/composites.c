#include "services/gateway/read/composites.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/link/services.h"
#include "services/gateway/read/pack.h"
#include "services/gateway/read/queries.h"
#include "sotay/v1/shapes.pb-c.h"
#include <string.h>

/* Who knows marks: each has pages of its own. */
static const enum service MARKERS[] = {SERVICE_MEETING, SERVICE_DOCUMENT, SERVICE_ANALYTICS};
enum { MARKERS_N = ARRAY_LENGTH(MARKERS) };

struct mark_source {
    bool has_ended;
    ProtobufCBinaryData cursor; /* of its next page; empty: the first */
};

/* One composite under way; owns what was answered so far. */
struct composite {
    struct query_step *step;
    enum err err;
    uint64_t version;
    bool keep;
    Pb__MarkList *marks;
    unsigned at; /* index of the service that is asked now */
    struct mark_source sources[MARKERS_N];
};

static struct composite *composite_new(struct query_step *step)
{
    struct composite *composite = mem_new(NULL, struct composite);
    composite->step = step;
    composite->keep = true;
    return composite;
}

static void finish(struct composite *composite, const ProtobufCMessage *message)
{
    Pb__QueryReply reply = PB__QUERY_REPLY__INIT;
    reply.version = composite->version;
    query_step_answer(composite->step, &reply, message, composite->keep);
    mem_free(composite->step);
    mem_free(composite);
}

static void refuse(struct composite *composite, enum err err, const Pb__QueryReply *reply)
{
    cache_refused(composite->step->question, err, reply);
    mem_free(composite->step);
    mem_free(composite);
}

/* --- pack --- */

static void on_pack(void *arg, const struct pack *pack, enum err err, const Pb__QueryReply *reply)
{
    struct composite *composite = arg;
    if (!pack) {
        refuse(composite, err, reply);
        return;
    }
    composite->version = pack->version;
    composite->keep = pack->keep;
    finish(composite, &pack->message->base);
}

void composite_pack(struct query_step *step)
{
    pack_ask(step, step->call->message, on_pack, composite_new(step));
}

/* --- marks --- */

static Pb__Mark *find_mark(const Pb__MarkList *list, const Pb__Subject *subject)
{
    for (size_t i = 0; i < list->n_items; i++) {
        const Pb__Subject *at = list->items[i]->subject;
        if (at->type == subject->type && at->id.len == subject->id.len &&
            memcmp(at->id.data, subject->id.data, at->id.len) == 0)
            return list->items[i];
    }
    return NULL;
}

/* Each service fills what it knows; nobody fills the same field twice. */
static void merge_mark(Pb__Mark *into, const Pb__Mark *from)
{
    if (from->n_can) {
        into->n_can = from->n_can;
        into->can = from->can;
    }
    if (from->has_read_at_us) {
        into->has_read_at_us = true;
        into->read_at_us = from->read_at_us;
    }
    if (from->has_acknowledged_at_us) {
        into->has_acknowledged_at_us = true;
        into->acknowledged_at_us = from->acknowledged_at_us;
    }
    if (from->has_responded_at_us) {
        into->has_responded_at_us = true;
        into->responded_at_us = from->responded_at_us;
    }
    if (from->attendance)
        into->attendance = from->attendance;
    if (from->absence_reason)
        into->absence_reason = from->absence_reason;
}

static void merge_marks(struct composite *composite, const Pb__MarkList *from)
{
    Pb__MarkList *into = composite->marks;
    into->items = mem_grow(composite, into->items, sizeof *into->items, into->n_items + from->n_items + 1);
    for (size_t i = 0; i < from->n_items; i++) {
        Pb__Mark *known = find_mark(into, from->items[i]->subject);
        if (known)
            merge_mark(known, from->items[i]);
        else
            into->items[into->n_items++] = from->items[i];
    }
}

/* A page's cursor holds for each service a length and that many bytes, its own cursor. NO_MORE: it has no more
 * pages. */
enum { NO_MORE = UINT8_MAX };

static ProtobufCBinaryData write_cursors(const struct composite *composite)
{
    uint8_t bytes[MARKERS_N * (1 + NO_MORE)];
    size_t n = 0;
    for (size_t i = 0; i < MARKERS_N; i++) {
        const struct mark_source *source = &composite->sources[i];
        bytes[n++] = source->has_ended ? NO_MORE : (uint8_t)source->cursor.len;
        if (source->cursor.len > 0)
            memcpy(bytes + n, source->cursor.data, source->cursor.len);
        n += source->cursor.len;
    }
    return mem_bytes(composite->marks, bytes, n);
}

/* False: it is not one that was given. */
static bool read_cursors(struct composite *composite, ProtobufCBinaryData cursor)
{
    size_t at = 0;
    bool is_over = true;
    for (size_t i = 0; i < MARKERS_N; i++) {
        struct mark_source *source = &composite->sources[i];
        if (at == cursor.len)
            return false;
        size_t n = cursor.data[at++];
        source->has_ended = n == NO_MORE;
        if (source->has_ended)
            continue;
        is_over = false;
        if (n > cursor.len - at)
            return false;
        source->cursor = mem_bytes(composite, cursor.data + at, n);
        at += n;
    }
    return at == cursor.len && !is_over;
}

static void refuse_cursor(struct composite *composite)
{
    Pb__FieldError field = PB__FIELD_ERROR__INIT, *fields = &field;
    Pb__QueryReply reply = PB__QUERY_REPLY__INIT;
    field.field = (char[]){"/cursor"};
    field.code = (char *)(uintptr_t)err_word(ERR_FIELD_FORMAT); /* read only */
    reply.fields = &fields;
    reply.n_fields = 1;
    refuse(composite, ERR_INVALID, &reply);
}

static void keep_page(struct composite *composite, struct mark_source *source, const Pb__MarkList *list)
{
    merge_marks(composite, list);
    source->has_ended = !list->has_next_cursor || list->next_cursor.len >= NO_MORE;
    source->cursor = source->has_ended ? (ProtobufCBinaryData){0} : list->next_cursor;
}

static void finish_marks(struct composite *composite)
{
    Pb__MarkList *marks = composite->marks;
    for (size_t i = 0; i < MARKERS_N; i++)
        marks->has_next_cursor = marks->has_next_cursor || !composite->sources[i].has_ended;
    if (marks->has_next_cursor)
        marks->next_cursor = write_cursors(composite);
    finish(composite, &marks->base);
}

static void on_marks(void *arg, enum err err, const Pb__QueryReply *reply);

/* The next service that has a page left; or the answer. */
static void ask_next(struct composite *composite)
{
    while (composite->at < MARKERS_N && composite->sources[composite->at].has_ended)
        composite->at++;
    if (composite->at < MARKERS_N) {
        Pb__ListMarks question = *(const Pb__ListMarks *)composite->step->call->message;
        question.cursor = composite->sources[composite->at].cursor;
        question.has_cursor = question.cursor.len > 0;
        query_step_ask(composite->step, MARKERS[composite->at], &question.base, on_marks, composite);
    } else if (composite->err && composite->marks->n_items == 0) {
        refuse(composite, composite->err, NULL);
    } else {
        finish_marks(composite);
    }
}

/* A service that is away hides its own marks only: a client offers no right that it did not hear of. The next page asks
 * the service again. */
static void on_marks(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct composite *composite = arg;
    const Pb__MarkList *list = err ? NULL
                                   : (Pb__MarkList *)service_payload(composite, &pb__mark_list__descriptor, reply);
    if (err && err_info(err)->http_status < 500) {
        refuse(composite, err, reply);
        return;
    }
    composite->keep = composite->keep && (!list || !reply->private_);
    if (list)
        keep_page(composite, &composite->sources[composite->at], list);
    else if (!composite->err)
        composite->err = err ? err : ERR_MALFORMED;
    composite->at++;
    ask_next(composite);
}

void composite_marks(struct query_step *step)
{
    struct composite *composite = composite_new(step);
    const Pb__ListMarks *asked = (const Pb__ListMarks *)step->call->message;
    composite->marks = mem_new(composite, Pb__MarkList);
    pb__mark_list__init(composite->marks);
    if (asked->has_cursor && !read_cursors(composite, asked->cursor))
        refuse_cursor(composite);
    else
        ask_next(composite);
}
