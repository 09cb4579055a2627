/* Commands: what each wants to have loaded, then look up → rule → keep → say what follows. The rules are in document.c,
 * what bodies name in document_input.c, what every command does in document_context.c. */
#include "services/document/document/document_commands.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/directory/lookup.h"
#include "services/directory/urgency.h"
#include "services/document/clause/clause_set.h"
#include "services/document/document/document_batch.h"
#include "services/document/document/document_context.h"
#include "services/document/document/document_facts.h"
#include "services/document/document/document_history.h"
#include "services/document/document/document_input.h"
#include <string.h>

static enum err want_document(const struct loop_message *message)
{
    document_context_want(message);
    return ERR_OK;
}

/* --- CreateDocument ----------------------------------------------------------------------------------------------- */

static enum err want_create(const struct loop_message *message)
{
    const Pb__CreateDocument *body = (const Pb__CreateDocument *)message->body;
    struct uuid org = uuid_or_zero(body->organization_id);
    host_want(message->batch, &org);
    document_context_want(message);
    return document_input_want_create(message);
}

/* Who may issue in the name of the organisation that the body names. */
static enum err take_issuer(const struct loop_message *message, const struct uuid *org,
                            struct document_context *ret_context)
{
    const Pb__CreateDocument *body = (const Pb__CreateDocument *)message->body;
    const struct host *host = host_get(message->batch, org);
    if (!host)
        return ERR_NOT_FOUND;
    document_context_of_host(message, host, ret_context);
    if (!directory_knows(directory_lookup(message->batch), ret_context->person, &host->org, message->now_us))
        return ERR_NOT_FOUND;
    if (!document_may_create(body->classification, &ret_context->actor))
        return ERR_NOT_ALLOWED;
    if (document_batch_get(document_batch_of(message->batch), &message->aggregate))
        return ERR_ALREADY_EXISTS; /* the same key again, long after its outcome was forgotten */
    return ERR_OK;
}

/* Nobody sees of what was withdrawn that something takes its place until that is published. */
static void succeed(const struct document_context *context, const struct document_input *input,
                    const struct document *next)
{
    for (size_t i = 0; i < input->n_replaces; i++) {
        struct document succeeded = document_succeed(input->replaces[i], next);
        document_batch_keep(document_batch_of(context->message->batch), &succeeded);
    }
}

static enum err apply_create(const struct loop_message *message)
{
    const Pb__CreateDocument *body = (const Pb__CreateDocument *)message->body;
    struct uuid org = uuid_or_zero(body->organization_id);
    struct document_context context;
    struct document_input input;
    struct document_issuer issuer = {message->aggregate, org, message->actor};
    struct problems problems = {.n = 0};
    struct document next;
    enum err err = take_issuer(message, &org, &context);
    if (!err)
        err = document_input_of_create(&context, &input);
    if (err)
        return err;
    err = document_create(message->ctx, &issuer, &input, &context.cause, &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    succeed(&context, &input, &next);
    document_context_keep(&context, &next, NULL);
    return ERR_OK;
}

/* For tag_succession. */
static enum err want_succession(const struct loop_message *message)
{
    clause_set_want_heads(message->batch, &message->aggregate);
    return want_document(message);
}

/* Those whose place it takes, and what takes its place, name it no more, or from now on. */
static void tag_succession(const struct document_context *context)
{
    const struct document *document = context->document;
    for (size_t i = 0; i < document->n_replaces; i++)
        loop_tag(context->message->batch, TAG_DOCUMENT, &document->replaces[i].id);
    if (!uuid_is_zero(&document->replaced_by))
        loop_tag(context->message->batch, TAG_DOCUMENT, &document->replaced_by);
    clause_set_tag_heads(context->message->batch, &document->id);
}

/* --- EditDocument ------------------------------------------------------------------------------------------------- */

static enum err want_edit(const struct loop_message *message)
{
    want_succession(message);
    return document_input_want_edit(message);
}

static enum err edit(const struct document_context *context, struct document *ret_next)
{
    const struct loop_message *message = context->message;
    struct document_input input;
    struct problems problems = {.n = 0};
    enum err err = document_input_of_edit(message, &context->document->organization, &input);
    if (err)
        return err;
    err = document_edit(message->ctx, context->document, &input, &context->cause, &problems, ret_next);
    return err ? problems_refuse(&problems, message, err) : ERR_OK;
}

/* What changes nothing raises nothing. */
static enum err apply_edit(const struct loop_message *message)
{
    const Pb__EditDocument *body = (const Pb__EditDocument *)message->body;
    struct document_context context;
    struct document next;
    enum err err = document_context_take(message, DOCUMENT_EDIT, &context);
    if (err)
        return err;
    if (body->has_classification && !document_may_create(body->classification, &context.actor))
        return ERR_NOT_ALLOWED;
    err = edit(&context, &next);
    if (err)
        return err;
    if (next.number_since == context.document->number_since &&
        document_history(message->ctx, context.document, &next)->n_changes == 0) {
        document_context_answer(&context, context.document);
        return ERR_OK;
    }
    bool is_draft = next.state == PB__DOCUMENT_STATE__DOCUMENT_STATE_DRAFT;
    if (!is_draft && next.classification != context.document->classification)
        tag_succession(&context);
    document_context_keep(&context, &next, is_draft ? NULL : document_facts_of_change(message->ctx, &next));
    return ERR_OK;
}

/* --- DiscardDocument ---------------------------------------------------------------------------------------------- */

/* Nobody else has heard of a draft. */
static enum err apply_discard(const struct loop_message *message)
{
    struct document_context context;
    enum err err = document_context_take(message, DOCUMENT_DISCARD, &context);
    if (err)
        return err;
    document_batch_discard(document_batch_of(message->batch), &message->aggregate);
    loop_tag(message->batch, TAG_DOCUMENT, &message->aggregate);
    loop_tag(message->batch, TAG_DOCUMENTS, NULL);
    loop_answer(message, &message->aggregate, 0, NULL);
    return ERR_OK;
}

/* --- PublishDocument, WithdrawDocument ---------------------------------------------------------------------------- */

static enum err apply_publish(const struct loop_message *message)
{
    const Pb__PublishDocument *body = (const Pb__PublishDocument *)message->body;
    struct document_context context;
    struct problems problems = {.n = 0};
    struct document next;
    enum err err = document_context_take(message, DOCUMENT_PUBLISH, &context);
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
    bool waits = next.publish_at_us != 0;
    if (waits)
        loop_timer(message, &next.id, next.publish_at_us, message->body); /* the same command, said by the clock */
    else
        tag_succession(&context);
    document_context_keep(&context, &next,
                          waits ? NULL : document_facts_of_publication(message->ctx, &next, is_urgent));
    return ERR_OK;
}

static enum err apply_withdraw(const struct loop_message *message)
{
    const Pb__WithdrawDocument *body = (const Pb__WithdrawDocument *)message->body;
    bool hides = body->has_hide && body->hide;
    struct document_context context;
    struct document next;
    enum err err = document_context_take(message, hides ? DOCUMENT_HIDE : DOCUMENT_WITHDRAW, &context);
    if (err)
        return err;
    context.reason = body->reason;
    document_withdraw(context.document, body->reason, hides, &context.cause, &next);
    if (document_tells_withdrawal(&next))
        loop_event(message, TOPIC_DOCUMENT_EVENTS, &next.id,
                   document_facts_of_withdrawal(message->ctx, &next, message->now_us));
    if (next.is_hidden)
        tag_succession(&context);
    bool is_out = next.state == PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN;
    document_context_keep(&context, &next, is_out ? document_facts_of_state(message->ctx, &next) : NULL);
    return ERR_OK;
}

/* --- ReplaceDocument ---------------------------------------------------------------------------------------------- */

static enum err want_replace(const struct loop_message *message)
{
    const Pb__ReplaceDocument *body = (const Pb__ReplaceDocument *)message->body;
    struct uuid by = uuid_or_zero(body->by_document_id);
    document_context_want(message);
    document_batch_want(document_batch_of(message->batch), &by);
    for (size_t i = 0; i < body->n_clauses; i++) {
        clause_set_want(message->batch, &message->aggregate, body->clauses[i]->address);
        if (body->clauses[i]->by_address)
            clause_set_want(message->batch, &by, body->clauses[i]->by_address);
    }
    return ERR_OK;
}

/* What whoever acts may not issue himself is as unknown to him as a random id. */
static const struct document *successor_of(const struct document_context *context)
{
    struct uuid id = uuid_or_zero(((const Pb__ReplaceDocument *)context->message->body)->by_document_id);
    const struct document *by = document_batch_get(document_batch_of(context->message->batch), &id);
    return by && document_context_issues(context, by) ? by : NULL;
}

/* Where it was not read yet, it may have it: a command that is read again comes before the reader of files does. */
static bool lacks(const struct loop_message *message, const struct uuid *document, const char *address)
{
    return document_batch_was_read(document_batch_of(message->batch), document) &&
           !clause_set_find(message->batch, document, address)->is_there;
}

static bool is_named_before(const Pb__ReplaceDocument *body, size_t i)
{
    size_t first = 0;
    while (strcmp(body->clauses[first]->address, body->clauses[i]->address) != 0)
        first++;
    return first < i;
}

/* Both have the clauses that the body names, each once. */
static enum err check_clauses(const struct loop_message *message, struct problems *problems)
{
    const Pb__ReplaceDocument *body = (const Pb__ReplaceDocument *)message->body;
    struct uuid by = uuid_or_zero(body->by_document_id);
    for (size_t i = 0; i < body->n_clauses; i++) {
        const Pb__ReplaceDocument__Clause *clause = body->clauses[i];
        if (is_named_before(body, i))
            problems_add(problems, ERR_FIELD_DUPLICATE, "/clauses/%zu/address", i);
        else if (lacks(message, &message->aggregate, clause->address))
            problems_add(problems, ERR_FIELD_UNKNOWN_ID, "/clauses/%zu/address", i);
        if (clause->by_address && lacks(message, &by, clause->by_address))
            problems_add(problems, ERR_FIELD_UNKNOWN_ID, "/clauses/%zu/by_address", i);
    }
    return problems_verdict(problems);
}

/* The addresses of those for which this is new; NULL: none. */
static const char *keep_clauses(const struct loop_message *message, const struct document *by)
{
    const Pb__ReplaceDocument *body = (const Pb__ReplaceDocument *)message->body;
    char *changed = NULL;
    for (size_t i = 0; i < body->n_clauses; i++) {
        const struct clause next = {.document = message->aggregate,
                                    .address = body->clauses[i]->address,
                                    .is_there = true,
                                    .by = by->id,
                                    .by_address = body->clauses[i]->by_address};
        if (!clause_set_keep(message->batch, &next))
            continue;
        changed = changed ? mem_append(changed, ", %s", next.address) : mem_printf(message->ctx, "%s", next.address);
    }
    return changed;
}

static enum err replace_clauses(struct document_context *context, const struct document *by)
{
    const struct loop_message *message = context->message;
    struct problems problems = {.n = 0};
    struct document next;
    enum err err = document_replace_clauses(context->document, by, &problems, &next);
    if (!err)
        err = check_clauses(message, &problems);
    if (err)
        return problems_refuse(&problems, message, err);
    context->clauses = keep_clauses(message, by);
    if (context->clauses)
        document_context_keep(context, &next, document_facts_of_change(message->ctx, &next));
    else
        document_context_answer(context, context->document);
    return ERR_OK;
}

static enum err apply_replace(const struct loop_message *message)
{
    struct document_context context;
    struct problems problems = {.n = 0};
    struct document next;
    enum err err = document_context_take(message, DOCUMENT_REPLACE, &context);
    if (err)
        return err;
    const struct document *by = successor_of(&context);
    if (((const Pb__ReplaceDocument *)message->body)->n_clauses > 0)
        return replace_clauses(&context, by);
    err = document_replace(context.document, by, &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    loop_tag(message->batch, TAG_DOCUMENT, &by->id);
    document_context_keep(&context, &next, document_facts_of_change(message->ctx, &next));
    return ERR_OK;
}

/* --- the table ---------------------------------------------------------------------------------------------------- */

static const struct loop_handler ROWS[] = {
    {&pb__create_document__descriptor, want_create, apply_create},
    {&pb__edit_document__descriptor, want_edit, apply_edit},
    {&pb__discard_document__descriptor, want_document, apply_discard},
    {&pb__publish_document__descriptor, want_succession, apply_publish},
    {&pb__withdraw_document__descriptor, want_succession, apply_withdraw},
    {&pb__replace_document__descriptor, want_replace, apply_replace},
};

static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_DOCUMENT_COMMANDS, ROWS)};

const struct loop_part DOCUMENT_COMMANDS_PART = {
    .name = "document_commands", .handlers = HANDLERS, .n_handlers = ARRAY_LENGTH(HANDLERS)};
