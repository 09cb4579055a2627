#include "services/document/document/document_input.h"

#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/directory/lookup.h"
#include "services/document/document/document_batch.h"
#include "services/document/host/host.h"
#include "services/document/readers/readers.h"

/* --- audiences ---------------------------------------------------------------------------------------------------- */

static void want_audience(const struct loop_message *message, const struct audience *audience)
{
    struct directory_set *people = directory_lookup(message->batch);
    for (size_t i = 0; i < audience->n_organizations; i++)
        directory_set_want_org(people, &audience->organizations[i]);
    for (size_t i = 0; i < audience->n_members; i++)
        directory_set_want_person(people, &audience->members[i]);
    if (audience->n_organizations > 0)
        host_want(message->batch, &audience->organizations[0]); /* the answer says its name */
}

MUST_CHECK static enum err read_audience(const struct loop_message *message, const struct uuid *issuer,
                                         const Pb__Audience *said, struct document_input *input)
{
    const struct audience issuers = {.organizations = issuer, .n_organizations = 1, .subtree = true};
    const struct directory_set *people = directory_lookup(message->batch);
    enum err err = audience_from_pb(message->ctx, said, &input->audience);
    if (err)
        return err;
    bool *organizations = mem_array(message->ctx, bool, input->audience.n_organizations);
    bool *members = mem_array(message->ctx, bool, input->audience.n_members);
    for (size_t i = 0; i < input->audience.n_organizations; i++) {
        const struct directory_org *org = directory_set_org(people, &input->audience.organizations[i]);
        organizations[i] = org && directory_org_is_within(org, issuer);
    }
    for (size_t i = 0; i < input->audience.n_members; i++)
        members[i] = audience_holds(people, &issuers, directory_set_person(people, &input->audience.members[i]),
                                    message->now_us);
    input->sets_audience = true;
    input->organization_is_within = organizations;
    input->member_is_within = members;
    return ERR_OK;
}

/* --- what else bodies say ----------------------------------------------------------------------------------------- */

static struct document_happening happening_of(const Pb__Happening *said)
{
    return said ? (struct document_happening){said->starts_at_us, said->has_ends_at_us ? said->ends_at_us : 0,
                                              said->place}
                : (struct document_happening){.starts_at_us = 0};
}

static void read_targets(const struct loop_message *message, size_t n, Pb__TargetInput **said,
                         struct document_input *input)
{
    const char **targets = mem_array(message->ctx, const char *, n);
    for (size_t i = 0; i < n; i++)
        targets[i] = said[i]->text;
    input->sets_targets = true;
    input->targets = targets;
    input->n_targets = n;
}

static void read_figures(const struct loop_message *message, size_t n, Pb__Figure **said, struct document_input *input)
{
    struct document_figure *figures = mem_array(message->ctx, struct document_figure, n);
    for (size_t i = 0; i < n; i++)
        figures[i] = (struct document_figure){said[i]->label, said[i]->value, said[i]->unit, said[i]->period};
    input->sets_figures = true;
    input->figures = figures;
    input->n_figures = n;
}

/* --- what it takes the place of ----------------------------------------------------------------------------------- */

static void want_replaced(const struct loop_message *message)
{
    const Pb__CreateDocument *body = (const Pb__CreateDocument *)message->body;
    for (size_t i = 0; i < body->n_replaces; i++) {
        struct uuid id = uuid_or_zero(body->replaces[i]);
        document_batch_want(document_batch_of(message->batch), &id);
    }
}

/* What whoever makes the new one may not issue is as unknown to him as a random id. */
static void read_replaced(const struct document_context *issuer, struct document_input *input)
{
    const struct loop_message *message = issuer->message;
    const Pb__CreateDocument *body = (const Pb__CreateDocument *)message->body;
    const struct document **replaces = mem_array(message->ctx, const struct document *, body->n_replaces);
    for (size_t i = 0; i < body->n_replaces; i++) {
        struct uuid id = uuid_or_zero(body->replaces[i]);
        const struct document *old = document_batch_get(document_batch_of(message->batch), &id);
        replaces[i] = old && document_context_issues(issuer, old) ? old : NULL;
    }
    input->replaces = replaces;
    input->n_replaces = body->n_replaces;
}

/* --- CreateDocument ----------------------------------------------------------------------------------------------- */

enum err document_input_want_create(const struct loop_message *message)
{
    const Pb__CreateDocument *body = (const Pb__CreateDocument *)message->body;
    struct audience audience;
    enum err err = audience_from_pb(message->ctx, body->audience, &audience);
    if (err)
        return err;
    want_audience(message, &audience);
    want_replaced(message);
    readers_want(message->batch, &(struct readers_asked){.message = message->id,
                                                         .document = message->aggregate,
                                                         .audience = &audience,
                                                         .has_classification = true,
                                                         .classification = body->classification});
    return ERR_OK;
}

enum err document_input_of_create(const struct document_context *context, struct document_input *ret_input)
{
    const struct loop_message *message = context->message;
    const Pb__CreateDocument *body = (const Pb__CreateDocument *)message->body;
    struct document_input input = {
        .sets_kind = true,
        .sets_number = true,
        .sets_issued_on = true,
        .sets_classification = true,
        .sets_content = true,
        .sets_acknowledgement = true,
        .sets_event = true,
        .kind = body->kind,
        .number = body->number,
        .title = body->title,
        .has_issued_on = body->has_issued_on,
        .issued_on = body->issued_on,
        .classification = body->classification,
        .readers = readers_counted(message->batch, &message->id),
        .names_blob = body->has_blob_sha256,
        .text = body->text,
        .requires_acknowledgement = body->has_requires_acknowledgement && body->requires_acknowledgement,
        .event = happening_of(body->event),
    };
    input.has_blob = content_of_blob(body->blob, &input.blob);
    read_targets(message, body->n_targets, body->targets, &input);
    read_figures(message, body->n_figures, body->figures, &input);
    read_replaced(context, &input);
    enum err err = read_audience(message, &context->host->org.id, body->audience, &input);
    if (!err)
        *ret_input = input;
    return err;
}

/* --- EditDocument ------------------------------------------------------------------------------------------------- */

enum err document_input_want_edit(const struct loop_message *message)
{
    const Pb__EditDocument *body = (const Pb__EditDocument *)message->body;
    struct audience audience;
    enum err err = audience_from_pb(message->ctx, body->audience, &audience);
    if (err)
        return err;
    want_audience(message, &audience);
    if (body->audience || body->has_classification)
        readers_want(message->batch, &(struct readers_asked){.message = message->id,
                                                             .document = message->aggregate,
                                                             .audience = body->audience ? &audience : NULL,
                                                             .has_classification = body->has_classification,
                                                             .classification = body->classification});
    return ERR_OK;
}

/* Only the mask tells whether the body named a field that may be emptied. */
static bool names(const Pb__EditDocument *body, uint32_t field)
{
    for (size_t i = 0; i < body->n_named_fields; i++)
        if (body->named_fields[i] == field)
            return true;
    return false;
}

enum err document_input_of_edit(const struct loop_message *message, const struct uuid *issuer,
                                struct document_input *ret_input)
{
    const Pb__EditDocument *body = (const Pb__EditDocument *)message->body;
    struct document_input input = {
        .sets_kind = body->has_kind,
        .kind = body->kind,
        .sets_number = names(body, FIELD_EDIT_DOCUMENT_NUMBER),
        .number = body->number,
        .title = body->title,
        .sets_issued_on = names(body, FIELD_EDIT_DOCUMENT_ISSUED_ON),
        .has_issued_on = body->has_issued_on,
        .issued_on = body->issued_on,
        .sets_classification = body->has_classification,
        .classification = body->classification,
        .readers = readers_counted(message->batch, &message->id),
        .sets_content = body->has_blob_sha256 || body->text,
        .names_blob = body->has_blob_sha256,
        .text = body->text,
        .sets_acknowledgement = body->has_requires_acknowledgement,
        .requires_acknowledgement = body->requires_acknowledgement,
        .sets_event = names(body, FIELD_EDIT_DOCUMENT_EVENT),
        .event = happening_of(body->event),
        .sets_publish_at = names(body, FIELD_EDIT_DOCUMENT_PUBLISH_AT_US),
        .has_publish_at = body->has_publish_at_us,
    };
    input.has_blob = content_of_blob(body->blob, &input.blob);
    if (names(body, FIELD_EDIT_DOCUMENT_TARGETS))
        read_targets(message, body->n_targets, body->targets, &input);
    if (names(body, FIELD_EDIT_DOCUMENT_FIGURES))
        read_figures(message, body->n_figures, body->figures, &input);
    enum err err = body->audience ? read_audience(message, issuer, body->audience, &input) : ERR_OK;
    if (!err)
        *ret_input = input;
    return err;
}
