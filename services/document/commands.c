/* Commands: what each must have loaded, then look up → rule → keep → tell. The rules are in document.c, the SQL in
 * store_*.c. */
#include "services/document/commands.h"

#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/document/facts.h"
#include "services/document/store.h"
#include <string.h>

/* --- what every command does -------------------------------------------------------------------------------------- */

/* What is in a handler's hand once it has found its document. */
struct hand {
    const struct document *document; /* NULL: to be made */
    const struct document_host *host;
    const struct directory_person *person; /* NULL: unknown to the directory, or a service */
    struct document_actor actor;
    struct document_cause cause;
};

static void take_actor(const struct work *work, const struct loop_message *message, struct hand *hand)
{
    static const struct document NONE;
    const struct document *document = hand->document ? hand->document : &NONE;
    hand->cause = (struct document_cause){.message = message->id, .now_us = message->now_us};
    hand->person = message->has_actor ? directory_set_person(work->people, &message->actor) : NULL;
    const Pb__DirectoryMember__Interval *now = hand->person ? directory_interval(hand->person->record, message->now_us)
                                                            : NULL;
    hand->actor = (struct document_actor){
        .reader = audience_reader_of(work->people, hand->person, &hand->host->org, &document->author,
                                     &document->audience, message->now_us),
        .is_suspended = now && now->status == PB__MEMBER_STATUS__MEMBER_STATUS_SUSPENDED,
        .is_service = !message->has_actor,
    };
}

/* Visible → role → state → version. */
static enum err take_document(const struct work *work, const struct loop_message *message, enum document_action action,
                              struct hand *ret_hand)
{
    *ret_hand = (struct hand){.document = work_document(work, &message->aggregate)};
    if (!ret_hand->document)
        return ERR_NOT_FOUND;
    ret_hand->host = work_host(work, &ret_hand->document->organization);
    if (!ret_hand->host)
        return ERR_RETRY; /* it was known when the draft was made: our projection is being rebuilt */
    take_actor(work, message, ret_hand);
    enum err err = document_check(ret_hand->document, &ret_hand->actor, action);
    if (!err && message->has_if_version && message->if_version != ret_hand->document->version)
        return ERR_VERSION_CONFLICT;
    return err;
}

/* Keeps the next state, and tells of it; `event` NULL: others need not know. What is restricted is in no outcome: its
 * author reads it. */
static enum err keep_document(struct work *work, const struct loop_message *message, const struct document *next,
                              const ProtobufCMessage *event)
{
    work_keep_document(work, next);
    if (event)
        loop_event(message, TOPIC_DOCUMENT_EVENTS, &next->id, event);
    loop_tag(message->batch, TAG_DOCUMENT, &next->id);
    loop_tag(message->batch, TAG_DOCUMENTS, NULL);
    loop_answer(message, &next->id, next->version,
                document_is_restricted(next) ? NULL : &view_document(message->ctx, next, work->hosts)->base);
    return ERR_OK;
}

/* --- what bodies name --------------------------------------------------------------------------------------------- */

static void name_audience(struct work *work, const struct audience *audience)
{
    for (size_t i = 0; i < audience->n_organizations; i++)
        work_name_place(work, &audience->organizations[i]);
    for (size_t i = 0; i < audience->n_members; i++)
        work_name_person(work, &audience->members[i]);
    if (audience->n_organizations > 0)
        work_name_org(work, &audience->organizations[0]); /* the label says its name */
}

static bool lies_within(const struct work *work, const struct uuid *organization, const struct uuid *place)
{
    const struct directory_org *org = directory_set_org(work->people, place);
    return org && directory_org_is_within(org, organization);
}

/* A member of a branch there, or one who holds a position there. */
static bool belongs_within(const struct work *work, const struct uuid *organization, const struct uuid *member,
                           int64_t at_us)
{
    const struct directory_person *person = directory_set_person(work->people, member);
    const Pb__DirectoryMember__Interval *now = person ? directory_interval(person->record, at_us) : NULL;
    if (!now || now->status == PB__MEMBER_STATUS__MEMBER_STATUS_LEFT)
        return false;
    struct uuid place = uuid_or_zero(now->branch_id);
    bool within = lies_within(work, organization, &place);
    for (size_t i = 0; !within && i < person->record->n_positions; i++) {
        const Pb__DirectoryMember__Position *position = person->record->positions[i];
        place = uuid_or_zero(position->organization_id);
        within = directory_position_holds(position, at_us) && lies_within(work, organization, &place);
    }
    return within;
}

MUST_CHECK static enum err read_audience(const struct work *work, const struct loop_message *message,
                                         const struct uuid *organization, const Pb__Audience *said,
                                         struct document_input *input)
{
    enum err err = audience_from_pb(message->ctx, said, &input->audience);
    if (err)
        return err;
    input->sets_audience = true;
    bool *organizations = mem_array(message->ctx, bool, said->n_organization_ids);
    bool *members = mem_array(message->ctx, bool, said->n_member_ids);
    for (size_t i = 0; i < said->n_organization_ids; i++)
        organizations[i] = lies_within(work, organization, &input->audience.organizations[i]);
    for (size_t i = 0; i < said->n_member_ids; i++)
        members[i] = belongs_within(work, organization, &input->audience.members[i], message->now_us);
    input->organization_is_within = organizations;
    input->member_is_within = members;
    return ERR_OK;
}

static void read_blob(const Pb__Blob *blob, struct document_input *input)
{
    if (!blob || blob->sha256.len != DOCUMENT_SHA256_BYTES)
        return;
    input->has_blob = true;
    input->blob = (struct document_content){.bytes = blob->bytes, .media_type = blob->media_type};
    memcpy(input->blob.sha256, blob->sha256.data, DOCUMENT_SHA256_BYTES);
}

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

/* --- CreateDocument ----------------------------------------------------------------------------------------------- */

static enum err needs_create(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &DOCUMENT_COMMANDS_PART);
    const Pb__CreateDocument *body = (const Pb__CreateDocument *)message->body;
    struct uuid org = uuid_or_zero(body->organization_id);
    struct audience audience;
    enum err err = audience_from_pb(message->ctx, body->audience, &audience);
    if (err)
        return err;
    work_name_document(work, &message->aggregate);
    work_name_person(work, &message->actor);
    work_name_org(work, &org);
    name_audience(work, &audience);
    work_name_readers(work, &message->id, &message->aggregate, &audience, true, body->classification);
    return ERR_OK;
}

MUST_CHECK static enum err create_input(const struct work *work, const struct loop_message *message,
                                        const struct uuid *organization, struct document_input *ret_input)
{
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
        .readers = work_readers(work, &message->id),
        .names_blob = body->has_blob_sha256,
        .text = body->text,
        .requires_acknowledgement = body->has_requires_acknowledgement && body->requires_acknowledgement,
        .event = happening_of(body->event),
    };
    read_blob(body->blob, &input);
    read_targets(message, body->n_targets, body->targets, &input);
    read_figures(message, body->n_figures, body->figures, &input);
    *ret_input = input;
    return read_audience(work, message, organization, body->audience, ret_input);
}

static enum err apply_create(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &DOCUMENT_COMMANDS_PART);
    struct work *work = arg;
    const Pb__CreateDocument *body = (const Pb__CreateDocument *)message->body;
    struct uuid org = uuid_or_zero(body->organization_id);
    struct hand hand = {.host = work_host(work, &org)};
    if (!hand.host)
        return ERR_NOT_FOUND;
    take_actor(work, message, &hand);
    if (!directory_knows(work->people, hand.person, &hand.host->org, message->now_us))
        return ERR_NOT_FOUND;
    if (!document_may_create(body->classification, &hand.actor))
        return ERR_NOT_ALLOWED;
    if (work_document(work, &message->aggregate))
        return ERR_ALREADY_EXISTS; /* the same key again, long after its outcome was forgotten */

    struct document_input input;
    struct document_issuer issuer = {message->aggregate, org, message->actor};
    struct problems problems = {.n = 0};
    struct document next;
    enum err err = create_input(work, message, &org, &input);
    if (err)
        return err;
    err = document_create(message->ctx, &issuer, &input, &hand.cause, &problems, &next);
    return err ? problems_refuse(&problems, message, err) : keep_document(work, message, &next, NULL);
}

/* --- EditDocument ------------------------------------------------------------------------------------------------- */

/* Only the mask tells whether the body named a field that may be emptied. */
static bool names(const Pb__EditDocument *body, uint32_t field)
{
    for (size_t i = 0; i < body->n_named_fields; i++)
        if (body->named_fields[i] == field)
            return true;
    return false;
}

static enum err needs_edit(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &DOCUMENT_COMMANDS_PART);
    const Pb__EditDocument *body = (const Pb__EditDocument *)message->body;
    struct audience audience = {.n_organizations = 0};
    work_name_document(work, &message->aggregate);
    work_name_person(work, &message->actor);
    if (body->audience) {
        enum err err = audience_from_pb(message->ctx, body->audience, &audience);
        if (err)
            return err;
        name_audience(work, &audience);
    }
    if (body->audience || body->has_classification)
        work_name_readers(work, &message->id, &message->aggregate, body->audience ? &audience : NULL,
                          body->has_classification, body->classification);
    return ERR_OK;
}

MUST_CHECK static enum err edit_input(const struct work *work, const struct loop_message *message,
                                      const struct uuid *organization, struct document_input *ret_input)
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
        .readers = work_readers(work, &message->id),
        .sets_content = body->has_blob_sha256 || body->text,
        .names_blob = body->has_blob_sha256,
        .text = body->text,
        .sets_acknowledgement = body->has_requires_acknowledgement,
        .requires_acknowledgement = body->requires_acknowledgement,
        .sets_event = names(body, FIELD_EDIT_DOCUMENT_EVENT),
        .event = happening_of(body->event),
    };
    read_blob(body->blob, &input);
    if (names(body, FIELD_EDIT_DOCUMENT_TARGETS))
        read_targets(message, body->n_targets, body->targets, &input);
    if (names(body, FIELD_EDIT_DOCUMENT_FIGURES))
        read_figures(message, body->n_figures, body->figures, &input);
    *ret_input = input;
    return body->audience ? read_audience(work, message, organization, body->audience, ret_input) : ERR_OK;
}

static enum err apply_edit(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &DOCUMENT_COMMANDS_PART);
    struct work *work = arg;
    const Pb__EditDocument *body = (const Pb__EditDocument *)message->body;
    struct hand hand;
    enum err err = take_document(work, message, DOCUMENT_EDIT, &hand);
    if (err)
        return err;
    if (body->has_classification && !document_may_create(body->classification, &hand.actor))
        return ERR_NOT_ALLOWED;

    struct document_input input;
    struct problems problems = {.n = 0};
    struct document next;
    err = edit_input(work, message, &hand.document->organization, &input);
    if (err)
        return err;
    err = document_edit(message->ctx, hand.document, &input, &hand.cause, &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    bool is_draft = next.state == PB__DOCUMENT_STATE__DOCUMENT_STATE_DRAFT;
    return keep_document(work, message, &next, is_draft ? NULL : facts_of_change(message->ctx, &next));
}

/* --- PublishDocument, WithdrawDocument ---------------------------------------------------------------------------- */

static enum err needs_document(const struct loop_message *message)
{
    void *work = loop_state(message->batch, &DOCUMENT_COMMANDS_PART);
    work_name_document(work, &message->aggregate);
    if (message->has_actor)
        work_name_person(work, &message->actor);
    return ERR_OK;
}

static enum err apply_publish(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &DOCUMENT_COMMANDS_PART);
    struct work *work = arg;
    const Pb__PublishDocument *body = (const Pb__PublishDocument *)message->body;
    struct hand hand;
    struct problems problems = {.n = 0};
    struct document next;
    enum err err = take_document(work, message, DOCUMENT_PUBLISH, &hand);
    if (err)
        return err;
    err = document_publish(hand.document, body->notify, body->has_at_us ? body->at_us : 0, hand.actor.is_service,
                           &hand.cause, &problems, &next);
    if (err)
        return problems_refuse(&problems, message, err);
    if (next.publish_at_us == 0)
        return keep_document(work, message, &next, facts_of_state(message->ctx, &next));
    loop_timer(message, &next.id, next.publish_at_us, message->body); /* the same command, said by the clock */
    return keep_document(work, message, &next, NULL);
}

static enum err apply_withdraw(const struct loop_message *message)
{
    void *arg = loop_state(message->batch, &DOCUMENT_COMMANDS_PART);
    struct work *work = arg;
    const Pb__WithdrawDocument *body = (const Pb__WithdrawDocument *)message->body;
    struct hand hand;
    struct document next;
    enum err err = take_document(work, message, DOCUMENT_WITHDRAW, &hand);
    if (err)
        return err;
    document_withdraw(hand.document, body->reason, &hand.cause, &next);
    return keep_document(work, message, &next, facts_of_state(message->ctx, &next));
}

/* --- the table ---------------------------------------------------------------------------------------------------- */

static const struct loop_handler ROWS[] = {
    {&pb__create_document__descriptor, needs_create, apply_create},
    {&pb__edit_document__descriptor, needs_edit, apply_edit},
    {&pb__publish_document__descriptor, needs_document, apply_publish},
    {&pb__withdraw_document__descriptor, needs_document, apply_withdraw},
};

static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_DOCUMENT_COMMANDS, ROWS)};

static const struct loop_constraint CONSTRAINTS[] = {{"document_number_taken", ERR_NUMBER_TAKEN, "/number"}};

const struct loop_part DOCUMENT_COMMANDS_PART = {
    .name = "document",
    .handlers = HANDLERS,
    .n_handlers = sizeof HANDLERS / sizeof *HANDLERS,
    .new = work_new,
    .load = work_load,
    .loaded = work_loaded,
    .write = work_write,
    .constraints = CONSTRAINTS,
    .n_constraints = sizeof CONSTRAINTS / sizeof *CONSTRAINTS,
};
