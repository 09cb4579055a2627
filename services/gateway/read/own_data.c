#include "services/gateway/read/own_data.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/link/services.h"
#include "services/gateway/read/queries.h"
#include "sotay/v1/analytics.pb-c.h"
#include "sotay/v1/discussion.pb-c.h"
#include "sotay/v1/document.pb-c.h"
#include "sotay/v1/own_data.pb-c.h"

#define PAGE_ITEMS 100
#define PAGES_MOST 1000 /* of one source: beyond, something is wrong */
#define MESSAGE(name) &pb__##name##__descriptor

/* Who is asked for what: an answer with `items` comes in pages, whose items go into the list `into` of OwnData; any
 * other is its field `into`. */
struct source {
    enum service service;
    const ProtobufCMessageDescriptor *question, *answer;
    const char *into;
};
static const struct source SOURCES[] = {
    {SERVICE_AUTH, MESSAGE(get_me), MESSAGE(member), "profile"},
    {SERVICE_AUTH, MESSAGE(get_own_record), MESSAGE(own_record), "record"},
    {SERVICE_AUTH, MESSAGE(list_history), MESSAGE(history_list), "history"},
    {SERVICE_AUTH, MESSAGE(list_consents), MESSAGE(consent_list), "consents"},
    {SERVICE_AUTH, MESSAGE(list_looks), MESSAGE(look_list), "looks"},
    {SERVICE_AUTH, MESSAGE(list_sessions), MESSAGE(login_session_list), "sessions"},
    {SERVICE_AUTH, MESSAGE(list_devices), MESSAGE(device_list), "devices"},
    {SERVICE_NOTIFICATION, MESSAGE(get_preferences), MESSAGE(preferences), "preferences"},
    {SERVICE_NOTIFICATION, MESSAGE(list_inbox), MESSAGE(inbox_list), "inbox"},
    {SERVICE_MEETING, MESSAGE(list_own_comments), MESSAGE(own_comment_list), "comments"},
    {SERVICE_MEETING, MESSAGE(list_own_proposals), MESSAGE(own_proposal_list), "proposals"},
    {SERVICE_DOCUMENT, MESSAGE(list_own_reactions), MESSAGE(own_reaction_list), "reactions"},
    {SERVICE_DOCUMENT, MESSAGE(list_own_document_comments), MESSAGE(own_document_comment_list), "document_comments"},
    {SERVICE_MEETING, MESSAGE(list_own_attendance), MESSAGE(own_attendance_list), "attendance"},
    {SERVICE_ANALYTICS, MESSAGE(list_marks), MESSAGE(mark_list), "marks"},
    {SERVICE_DOCUMENT, MESSAGE(list_own_acknowledgements), MESSAGE(mark_list), "marks"},
};

struct collection {
    struct query_step *step;
    Pb__OwnData *data;
    size_t at;                  /* the source that is asked now */
    ProtobufCBinaryData cursor; /* of its next page; empty: the first */
    size_t pages;               /* of it that are there */
};

/* --- messages whose types only the table knows --- */

static void *field_of(ProtobufCMessage *message, const char *name, const ProtobufCFieldDescriptor **ret_field)
{
    *ret_field = protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    return *ret_field ? (char *)message + (*ret_field)->offset : NULL;
}

static void mark_present(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    if (field->label == PROTOBUF_C_LABEL_OPTIONAL)
        *(protobuf_c_boolean *)((char *)message + field->quantifier_offset) = true;
}

/* A question without a field of this name is left as it is. */
static void set_bytes(ProtobufCMessage *message, const char *name, ProtobufCBinaryData value)
{
    const ProtobufCFieldDescriptor *field;
    ProtobufCBinaryData *place = field_of(message, name, &field);
    if (!place)
        return;
    *place = value;
    mark_present(message, field);
}

static void set_limit(ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *field;
    uint32_t *place = field_of(message, "limit", &field);
    if (!place)
        return;
    *place = PAGE_ITEMS;
    mark_present(message, field);
}

static void *list_of(ProtobufCMessage *message, const char *name, size_t **ret_n)
{
    const ProtobufCFieldDescriptor *field;
    void *place = field_of(message, name, &field);
    bool is_list = place && field->label == PROTOBUF_C_LABEL_REPEATED;
    *ret_n = is_list ? (size_t *)((char *)message + field->quantifier_offset) : NULL;
    return is_list ? place : NULL;
}

/* --- collecting --- */

static void finish(struct collection *collection)
{
    Pb__QueryReply reply = PB__QUERY_REPLY__INIT;
    query_step_answer(collection->step, &reply, &collection->data->base, false);
    mem_free(collection->step);
    mem_free(collection);
}

static void refuse(struct collection *collection, enum err err, const Pb__QueryReply *reply)
{
    cache_refused(collection->step->question, err, reply);
    mem_free(collection->step);
    mem_free(collection);
}

static void add_items(struct collection *collection, ProtobufCMessage ***list, size_t *n, ProtobufCMessage *answer)
{
    size_t *n_items;
    ProtobufCMessage ***items = list_of(answer, "items", &n_items);
    if (!items)
        return;
    *list = mem_grow(collection, *list, sizeof **list, *n + *n_items + 1);
    for (size_t i = 0; i < *n_items; i++)
        (*list)[(*n)++] = (*items)[i];
}

static ProtobufCBinaryData next_cursor(ProtobufCMessage *answer)
{
    const ProtobufCFieldDescriptor *field;
    const ProtobufCBinaryData *cursor = field_of(answer, "next_cursor", &field);
    return cursor ? *cursor : (ProtobufCBinaryData){0};
}

/* The answer is the collection's; what follows is its next page, or the next source. */
static void keep(struct collection *collection, const struct source *source, ProtobufCMessage *answer)
{
    const ProtobufCFieldDescriptor *field;
    size_t *n;
    ProtobufCMessage ***list = list_of(&collection->data->base, source->into, &n);
    if (list)
        add_items(collection, list, n, answer);
    else
        *(ProtobufCMessage **)field_of(&collection->data->base, source->into, &field) = answer;
    collection->cursor = next_cursor(answer);
    collection->pages++;
    if (collection->cursor.len == 0) {
        collection->at++;
        collection->pages = 0;
    }
}

static void ask(struct collection *collection);

static void on_answer(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct collection *collection = arg;
    const struct source *source = &SOURCES[collection->at];
    ProtobufCMessage *answer = err ? NULL : service_payload(collection, source->answer, reply);
    if (!answer) {
        refuse(collection, err ? err : ERR_MALFORMED, reply);
        return;
    }
    keep(collection, source, answer);
    if (collection->pages > PAGES_MOST) {
        refuse(collection, ERR_INTERNAL, NULL);
        return;
    }
    if (collection->at < ARRAY_LENGTH(SOURCES))
        ask(collection);
    else
        finish(collection);
}

static void ask(struct collection *collection)
{
    const struct source *source = &SOURCES[collection->at];
    const struct call *call = collection->step->call;
    ProtobufCMessage *question = mem_zalloc(collection, source->question->sizeof_message, "question");
    protobuf_c_message_init(source->question, question);
    set_limit(question);
    set_bytes(question, "member_id", uuid_to_pb(collection, &call->viewer.member));
    if (collection->cursor.len > 0)
        set_bytes(question, "cursor", collection->cursor);
    query_step_ask(collection->step, source->service, question, on_answer, collection);
}

/* Whether it is his, and has not expired. */
static void on_export(void *arg, enum err err, const Pb__QueryReply *reply)
{
    if (err)
        refuse(arg, err, reply);
    else
        ask(arg);
}

void own_data_compose(struct query_step *step)
{
    struct collection *collection = mem_new(NULL, struct collection);
    collection->step = step;
    collection->data = mem_new(collection, Pb__OwnData);
    pb__own_data__init(collection->data);
    query_step_ask(step, SERVICE_AUTH, step->call->message, on_export, collection);
}
