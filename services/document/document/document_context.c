#include "services/document/document/document_context.h"

#include "services/directory/lookup.h"
#include "services/document/document/document_batch.h"
#include "services/document/document/document_history.h"
#include "services/document/document/document_view.h"
#include "services/document/history/history_set.h"

void document_context_want(const struct loop_message *message)
{
    document_batch_want(document_batch_of(message->batch), &message->aggregate);
    host_want_of_document(message->batch, &message->aggregate);
    if (message->has_actor)
        directory_set_want_person(directory_lookup(message->batch), &message->actor);
}

static int32_t term_of(const struct host *host, int64_t now_us)
{
    Pb__RuleValues values;
    directory_rules_at(host->rules, host->org.path, host->org.n_path, now_us, &values);
    return values.has_term_started_on ? values.term_started_on : 0;
}

static struct document_actor actor_of(const struct document_context *context, const struct document *document)
{
    const struct loop_message *message = context->message;
    const Pb__DirectoryMember__Interval *now = context->person
                                                   ? directory_interval(context->person->record, message->now_us)
                                                   : NULL;
    return (struct document_actor){
        .reader = audience_reader_of(directory_lookup(message->batch), context->person, &context->host->org,
                                     &document->author, &document->audience, message->now_us),
        .is_suspended = now && now->status == PB__MEMBER_STATUS__MEMBER_STATUS_SUSPENDED,
        .is_service = !message->has_actor,
    };
}

static void take_actor(struct document_context *context)
{
    static const struct document NONE;
    const struct loop_message *message = context->message;
    context->cause = (struct document_cause){
        .message = message->id, .now_us = message->now_us, .term_started_on = term_of(context->host, message->now_us)};
    context->person = message->has_actor ? directory_set_person(directory_lookup(message->batch), &message->actor)
                                         : NULL;
    context->actor = actor_of(context, context->document ? context->document : &NONE);
}

bool document_context_issues(const struct document_context *issuer, const struct document *document)
{
    const struct document_actor actor = actor_of(issuer, document);
    return uuid_equal(&document->organization, &issuer->host->org.id) && document_may_issue(document, &actor);
}

void document_context_of_host(const struct loop_message *message, const struct host *host,
                              struct document_context *ret_context)
{
    *ret_context = (struct document_context){.message = message, .host = host};
    take_actor(ret_context);
}

enum err document_context_take(const struct loop_message *message, enum document_action action,
                               struct document_context *ret_context)
{
    struct document_context context = {
        .message = message, .document = document_batch_get(document_batch_of(message->batch), &message->aggregate)};
    if (!context.document)
        return ERR_NOT_FOUND;
    context.host = host_get(message->batch, &context.document->organization);
    if (!context.host)
        return ERR_RETRY; /* it was known when the draft was made: our projection is being rebuilt */
    take_actor(&context);
    enum err err = document_check(context.document, &context.actor, action);
    if (err)
        return err;
    if (message->has_if_version && message->if_version != context.document->version)
        return ERR_VERSION_CONFLICT;
    *ret_context = context;
    return ERR_OK;
}

static void remember(const struct document_context *context, const struct document *next)
{
    const struct loop_message *message = context->message;
    Pb__DocumentHistory *history = document_history(message->ctx, context->document, next);
    if (context->clauses)
        document_history_of_clauses(message->ctx, context->clauses, history);
    history->at_us = message->now_us;
    history->reason = (char *)(uintptr_t)context->reason; /* packed, never written */
    struct history_entry entry = {.document = next->id, .version = next->version, .is = history};
    if (message->has_actor)
        entry.actor = message->actor;
    history_set_keep(message->batch, &entry);
}

void document_context_answer(const struct document_context *context, const struct document *document)
{
    const struct loop_message *message = context->message;
    loop_answer(message, &document->id, document->version,
                document_is_restricted(document)
                    ? NULL
                    : &document_view(message->ctx, document, host_map(message->batch))->base);
}

void document_context_keep(const struct document_context *context, const struct document *next,
                           const ProtobufCMessage *event)
{
    const struct loop_message *message = context->message;
    remember(context, next);
    document_batch_keep(document_batch_of(message->batch), next);
    if (event) {
        loop_event(message, TOPIC_DOCUMENT_EVENTS, &next->id, event);
        loop_answer_after_events(message);
    }
    loop_tag(message->batch, TAG_DOCUMENT, &next->id);
    loop_tag(message->batch, TAG_DOCUMENTS, NULL);
    document_context_answer(context, next);
}
