#include "services/gateway/read/readers.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/link/services.h"
#include "services/gateway/read/queries.h"
#include "sotay/v1/analytics.pb-c.h"
#include "sotay/v1/auth.pb-c.h"
#include "sotay/v1/document.pb-c.h"
#include "sotay/v1/meeting.pb-c.h"
#include "sotay/v1/presence.pb-c.h"

/* The answer under way; owns what was answered so far. */
struct readers {
    struct query_step *step;
    const Pb__MeetingAudience *meeting; /* one of the two, of whichever is asked */
    const Pb__DocumentAudience *document;
    Pb__Readers *view;
};

static void finish(struct readers *readers, bool keep)
{
    Pb__QueryReply reply = PB__QUERY_REPLY__INIT;
    query_step_answer(readers->step, &reply, &readers->view->base, keep);
    mem_free(readers->step);
    mem_free(readers);
}

static void refuse(struct readers *readers, enum err err, const Pb__QueryReply *reply)
{
    cache_refused(readers->step->question, err ? err : ERR_MALFORMED, reply);
    mem_free(readers->step);
    mem_free(readers);
}

/* By member: Pb__Reader. */
static struct uuid_map *items_of(const struct readers *readers)
{
    struct uuid_map *items = uuid_map_new(readers->view);
    for (size_t i = 0; i < readers->view->n_items; i++) {
        struct uuid id = uuid_or_zero(readers->view->items[i]->member->id);
        uuid_map_put(items, &id, readers->view->items[i]);
    }
    return items;
}

/* --- phones --- */

static void add_phones(const struct readers *readers, const Pb__PhoneList *list)
{
    struct uuid_map *items = items_of(readers);
    for (size_t i = 0; i < list->n_items; i++) {
        struct uuid id = uuid_or_zero(list->items[i]->member_id);
        Pb__Reader *item = uuid_map_get(items, &id);
        if (item)
            item->phone = list->items[i]->phone;
    }
}

/* Without auth the list is there still: without phones. */
static void on_phones(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct readers *readers = arg;
    const Pb__PhoneList *list = err ? NULL
                                    : (Pb__PhoneList *)service_payload(readers, &pb__phone_list__descriptor, reply);
    if (list)
        add_phones(readers, list);
    finish(readers, false); /* phones are looked up for each who asks, and each look is noted */
}

static void ask_phones(struct readers *readers)
{
    const Pb__Readers *view = readers->view;
    Pb__ListPhones question = PB__LIST_PHONES__INIT;
    question.member_ids = mem_array(readers, ProtobufCBinaryData, view->n_items);
    for (size_t i = 0; i < view->n_items; i++)
        question.member_ids[question.n_member_ids++] = view->items[i]->member->id;
    query_step_ask(readers->step, SERVICE_AUTH, &question.base, on_phones, readers);
}

/* --- who has read, who was told, who has acknowledged --- */

static void add_told(struct uuid_map *items, const Pb__MeetingAudience *audience)
{
    for (size_t i = 0; i < audience->n_told; i++) {
        const Pb__ToldMark *told = audience->told[i];
        struct uuid id = uuid_or_zero(told->member->id);
        Pb__Reader *item = uuid_map_get(items, &id);
        if (!item)
            continue;
        item->has_told_at_us = told->has_told_at_us;
        item->told_at_us = told->told_at_us;
        item->told_by = told->told_by;
    }
}

static void add_acknowledged(struct uuid_map *items, const Pb__DocumentAudience *audience)
{
    for (size_t i = 0; i < audience->n_acknowledged; i++) {
        struct uuid id = uuid_or_zero(audience->acknowledged[i]->member_id);
        Pb__Reader *item = uuid_map_get(items, &id);
        if (!item)
            continue;
        item->has_acknowledged_at_us = true;
        item->acknowledged_at_us = audience->acknowledged[i]->at_us;
    }
}

static void on_readers(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct readers *readers = arg;
    if (!err)
        readers->view = (Pb__Readers *)service_payload(readers, &pb__readers__descriptor, reply);
    if (err || !readers->view) {
        refuse(readers, err, reply);
        return;
    }
    if (readers->meeting)
        add_told(items_of(readers), readers->meeting);
    else
        add_acknowledged(items_of(readers), readers->document);
    if (readers->view->n_items > 0)
        ask_phones(readers);
    else
        finish(readers, true);
}

static struct readers *readers_new(struct query_step *step)
{
    struct readers *readers = mem_new(NULL, struct readers);
    readers->step = step;
    return readers;
}

/* --- of a meeting --- */

static void ask_of_meeting(struct readers *readers)
{
    const Pb__ListReaders *asked = (const Pb__ListReaders *)readers->step->call->message;
    Pb__MeetingAudience audience = *readers->meeting;
    Pb__ListSubjectReaders question = PB__LIST_SUBJECT_READERS__INIT;
    audience.n_told = 0;
    question.subject_id = asked->meeting_id;
    question.audience = &audience;
    question.has_read = asked->has_read;
    question.read = asked->read;
    question.has_limit = asked->has_limit;
    question.limit = asked->limit;
    question.has_cursor = asked->has_cursor;
    question.cursor = asked->cursor;
    query_step_ask(readers->step, SERVICE_ANALYTICS, &question.base, on_readers, readers);
}

static void on_meeting(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct readers *readers = arg;
    if (!err)
        readers->meeting = (Pb__MeetingAudience *)service_payload(readers, &pb__meeting_audience__descriptor, reply);
    if (err || !readers->meeting)
        refuse(readers, err, reply);
    else
        ask_of_meeting(readers);
}

void readers_compose(struct query_step *step)
{
    query_step_ask(step, SERVICE_MEETING, step->call->message, on_meeting, readers_new(step));
}

/* --- of a document --- */

static void ask_of_document(struct readers *readers)
{
    const Pb__ListDocumentReaders *asked = (const Pb__ListDocumentReaders *)readers->step->call->message;
    Pb__ListAudienceReaders question = PB__LIST_AUDIENCE_READERS__INIT;
    question.subject_id = asked->document_id;
    question.organization_id = readers->document->organization_id;
    question.audience = readers->document->audience;
    question.names_visible = readers->document->names_visible;
    question.is_branch = readers->document->is_branch;
    question.has_read = asked->has_read;
    question.read = asked->read;
    question.has_limit = asked->has_limit;
    question.limit = asked->limit;
    question.has_cursor = asked->has_cursor;
    question.cursor = asked->cursor;
    query_step_ask(readers->step, SERVICE_ANALYTICS, &question.base, on_readers, readers);
}

static void on_document(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct readers *readers = arg;
    if (!err)
        readers->document = (Pb__DocumentAudience *)service_payload(readers, &pb__document_audience__descriptor, reply);
    if (err || !readers->document)
        refuse(readers, err, reply);
    else
        ask_of_document(readers);
}

void readers_of_document_compose(struct query_step *step)
{
    query_step_ask(step, SERVICE_DOCUMENT, step->call->message, on_document, readers_new(step));
}
