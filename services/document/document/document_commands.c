/* Commands: what each wants to have loaded, then look up → rule → keep → say what follows. The rules are in document.c,
 * what bodies name in document_input.c. */
#include "services/document/document/document_commands.h"

#include "common/base/array.h"
#include "services/directory/lookup.h"
#include "services/directory/urgency.h"
#include "services/document/document/document_batch.h"
#include "services/document/document/document_facts.h"
#include "services/document/document/document_input.h"
#include "services/document/document/document_view.h"
#include "services/document/host/host.h"

/* --- what every command does -------------------------------------------------------------------------------------- */

/* What a command is about, once its document is found. */
struct context {
    const struct document *document; /* NULL: to be made */
    const struct host *host;
    const struct directory_person *person; /* NULL: unknown to the directory, or a timer speaks */
    struct document_actor actor;
    struct document_cause cause;
};

static struct document_batch *documents_of(const struct loop_message *message)
{
    return loop_state(message->batch, &DOCUMENT_PART);
}

static enum err want_document(const struct loop_message *message)
{
    document_batch_want(documents_of(message), &message->aggregate);
    host_want_of_document(message->batch, &message->aggregate);
    if (message->has_actor)
        directory_set_want_person(directory_lookup(message->batch), &message->actor);
    return ERR_OK;
}

static void take_actor(const struct loop_message *message, struct context *context)
{
    static const struct document NONE;
    const struct document *document = context->document ? context->document : &NONE;
    const struct directory_set *people = directory_lookup(message->batch);
    const struct directory_person *person = message->has_actor ? directory_set_person(people, &message->actor) : NULL;
    const Pb__DirectoryMember__Interval *now = person ? directory_interval(person->record, message->now_us) : NULL;
    context->cause = (struct document_cause){.message = message->id, .now_us = message->now_us};
    context->person = person;
    context->actor = (struct document_actor){
        .reader = audience_reader_of(people, person, &context->host->org, &document->author, &document->audience,
                                     message->now_us),
        .is_suspended = now && now->status == PB__MEMBER_STATUS__MEMBER_STATUS_SUSPENDED,
        .is_service = !message->has_actor,
    };
}

/* Visible → role → state → version. */
MUST_CHECK static enum err take_document(const struct loop_message *message, enum document_action action,
                                         struct context *ret_context)
{
    struct context context = {.document = document_batch_get(documents_of(message), &message->aggregate)};
    if (!context.document)
        return ERR_NOT_FOUND;
    context.host = host_get(message->batch, &context.document->organization);
    if (!context.host)
        return ERR_RETRY; /* it was known when the draft was made: our projection is being rebuilt */
    take_actor(message, &context);
    enum err err = document_check(context.document, &context.actor, action);
    if (err)
        return err;
    if (message->has_if_version && message->if_version != context.document->version)
        return ERR_VERSION_CONFLICT;
    *ret_context = context;
    return ERR_OK;
}

/* Keeps the next state, and says what follows; `event` NULL: others need not know. What others know may be named at
 * once, so the answer waits for the event. What is restricted is in no outcome: its author reads it. */
static enum err keep_document(const struct loop_message *message, const struct document *next,
                              const ProtobufCMessage *event)
{
    document_batch_keep(documents_of(message), next);
    if (event) {
        loop_event(message, TOPIC_DOCUMENT_EVENTS, &next->id, event);
        loop_answer_after_events(message);
    }
    loop_tag(message->batch, TAG_DOCUMENT, &next->id);
    loop_tag(message->batch, TAG_DOCUMENTS, NULL);
    loop_answer(message, &next->id, next->version,
                document_is_restricted(next) ? NULL
                                             : &document_view(message->ctx, next, host_map(message->batch))->base);
    return ERR_OK;
}

/* --- CreateDocument ----------------------------------------------------------------------------------------------- */

static enum err want_create(const struct loop_message *message)
{
    const Pb__CreateDocument *body = (const Pb__CreateDocument *)message->body;
    struct uuid org = uuid_or_zero(body->organization_id);
    host_want(message->batch, &org);
    enum err err = want_document(message);
    return err ? err : document_input_want_create(message);
}

static enum err apply_create(const struct loop_message *message)
{
    const Pb__CreateDocument *body = (const Pb__CreateDocument *)message->body;
    struct uuid org = uuid_or_zero(body->organization_id);
    struct context context = {.host = host_get(message->batch, &org)};
    if (!context.host)
        return ERR_NOT_FOUND;
    take_actor(message, &context);
    if (!directory_knows(directory_lookup(message->batch), context.person, &context.host->org, message->now_us))
        return ERR_NOT_FOUND;
    if (!document_may_create(body->classification, &context.actor))
        return ERR_NOT_ALLOWED;
    if (document_batch_get(documents_of(message), &message->aggregate))
        return ERR_ALREADY_EXISTS; /* the same key again, long after its outcome was forgotten */

    struct document_input input;
    struct document_issuer issuer = {message->aggregate, org, message->actor};
    struct problems problems = {.n = 0};
    struct document next;
    enum err err = document_input_of_create(message, &org, &input);
    if (err)
        return err;
    err = document_create(message->ctx, &issuer, &input, &context.cause, &problems, &next);
    return err ? problems_refuse(&problems, message, err) : keep_document(message, &next, NULL);
}

/* --- EditDocument ------------------------------------------------------------------------------------------------- */

static enum err want_edit(const struct loop_message *message)
{
    enum err err = want_document(message);
    return err ? err : document_input_want_edit(message);
}

static enum err apply_edit(const struct loop_message *message)
{
    const Pb__EditDocument *body = (const Pb__EditDocument *)message->body;
    struct context context;
    enum err err = take_document(message, DOCUMENT_EDIT, &context);
    if (err)
        return err;
    if (body->has_classification && !document_may_create(body->classification, &context.actor))
        return ERR_NOT_ALLOWED;

    struct document_input input;
    struct problems problems = {.n = 0};
    struct document next;
    err = document_input_of_edit(message, &context.document->organization, &input);
    if (err)
        return err;
    err = document_edit(message->ctx, context.document, &input, &context.cause, &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    bool is_draft = next.state == PB__DOCUMENT_STATE__DOCUMENT_STATE_DRAFT;
    return keep_document(message, &next, is_draft ? NULL : document_facts_of_change(message->ctx, &next));
}

/* --- PublishDocument, WithdrawDocument ---------------------------------------------------------------------------- */

static enum err apply_publish(const struct loop_message *message)
{
    const Pb__PublishDocument *body = (const Pb__PublishDocument *)message->body;
    struct context context;
    struct problems problems = {.n = 0};
    struct document next;
    enum err err = take_document(message, DOCUMENT_PUBLISH, &context);
    if (err)
        return err;
    bool is_urgent = body->has_urgent && body->urgent;
    if (is_urgent && !document_may_be_urgent(&context.actor))
        return loop_field(message, "/urgent", ERR_FIELD_URGENT);
    err = document_publish(context.document, body->notify, body->has_at_us ? body->at_us : 0, context.actor.is_service,
                           &context.cause, &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    if (is_urgent)
        urgency_tell(message, PB__AUDIT_SUBJECT__TYPE__TYPE_DOCUMENT, &next.id, &next.organization);
    if (next.publish_at_us == 0)
        return keep_document(message, &next, document_facts_of_publication(message->ctx, &next, is_urgent));
    loop_timer(message, &next.id, next.publish_at_us, message->body); /* the same command, said by the clock */
    return keep_document(message, &next, NULL);
}

static enum err apply_withdraw(const struct loop_message *message)
{
    const Pb__WithdrawDocument *body = (const Pb__WithdrawDocument *)message->body;
    struct context context;
    struct document next;
    enum err err = take_document(message, DOCUMENT_WITHDRAW, &context);
    if (err)
        return err;
    document_withdraw(context.document, body->reason, &context.cause, &next);
    return keep_document(message, &next, document_facts_of_state(message->ctx, &next));
}

/* --- the table ---------------------------------------------------------------------------------------------------- */

static const struct loop_handler ROWS[] = {
    {&pb__create_document__descriptor, want_create, apply_create},
    {&pb__edit_document__descriptor, want_edit, apply_edit},
    {&pb__publish_document__descriptor, want_document, apply_publish},
    {&pb__withdraw_document__descriptor, want_document, apply_withdraw},
};

static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_DOCUMENT_COMMANDS, ROWS)};

static const struct loop_constraint CONSTRAINTS[] = {{"document_number_taken", ERR_NUMBER_TAKEN, "/number"}};

const struct loop_part DOCUMENT_PART = {
    .name = "document",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = document_batch_new,
    .load = document_batch_load,
    .loaded = document_batch_loaded,
    .write = document_batch_write,
    .constraints = CONSTRAINTS,
    .n_constraints = ARRAY_LENGTH(CONSTRAINTS),
};
