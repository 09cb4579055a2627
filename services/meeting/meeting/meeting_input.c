#include "services/meeting/meeting/meeting_input.h"

#include "common/base/mem.h"
#include "services/directory/lookup.h"
#include "services/meeting/document/document_lookup.h"

void meeting_input_want(const struct loop_message *message, size_t n_participants, ProtobufCBinaryData *participants,
                        size_t n_items, Pb__AgendaItemInput **items)
{
    for (size_t i = 0; i < n_participants; i++) {
        struct uuid id = uuid_or_zero(participants[i]);
        directory_set_want_person(directory_lookup(message->batch), &id);
    }
    for (size_t i = 0; i < n_items; i++)
        for (size_t j = 0; j < items[i]->n_document_ids; j++) {
            struct uuid id = uuid_or_zero(items[i]->document_ids[j]);
            document_want(message->batch, &id);
        }
}

void meeting_input_participants(const struct meeting_context *context, size_t n, ProtobufCBinaryData *ids,
                                struct meeting_input *input)
{
    enum { MAY_ATTEND = STANDING_MEMBER | STANDING_HEAD | STANDING_COMMITTEE };
    const struct loop_message *message = context->message;
    struct participant_input *participants = mem_array(message->ctx, struct participant_input, n);
    for (size_t i = 0; i < n; i++) {
        struct uuid id = uuid_or_zero(ids[i]);
        const struct directory_person *person = directory_set_person(directory_lookup(message->batch), &id);
        bool may_attend = person && (directory_standing(person, &context->host->org, message->now_us) & MAY_ATTEND);
        participants[i] = (struct participant_input){id, may_attend};
    }
    input->participants = participants;
    input->n_participants = n;
}

/* What the agenda names already stays, whoever edits it. */
static const struct agenda_document *named_already(const struct meeting *meeting, const struct uuid *id)
{
    for (size_t i = 0; meeting && i < meeting->n_agenda; i++)
        for (size_t j = 0; j < meeting->agenda[i].n_documents; j++)
            if (uuid_equal(&meeting->agenda[i].documents[j].id, id))
                return &meeting->agenda[i].documents[j];
    return NULL;
}

/* He names what he may read. */
static struct agenda_document document_of(const struct meeting_context *context, const struct uuid *id)
{
    const struct agenda_document *named = named_already(context->meeting, id);
    if (named)
        return *named;
    const struct document *document = meeting_context_document(context, id);
    if (!document)
        return (struct agenda_document){.id = *id};
    return (struct agenda_document){
        .id = *id,
        .title = document->title,
        .audience = &document->audience,
        .classification = document->classification,
        .issuer = document->issuer.id,
        .author = document->author,
        .has_state = true,
        .state = document->state,
    };
}

static void read_item(const struct meeting_context *context, const Pb__AgendaItemInput *said,
                      struct agenda_input *ret_item)
{
    struct agenda_document *documents = mem_array(context->message->ctx, struct agenda_document, said->n_document_ids);
    for (size_t i = 0; i < said->n_document_ids; i++) {
        struct uuid id = uuid_or_zero(said->document_ids[i]);
        documents[i] = document_of(context, &id);
    }
    *ret_item = (struct agenda_input){
        .id = said->has_id ? uuid_or_zero(said->id) : (struct uuid){{0}},
        .title = said->title,
        .minutes = said->minutes,
        .documents = documents,
        .n_documents = said->n_document_ids,
        .has_source = said->source != NULL,
    };
    if (!said->source)
        return;
    ret_item->source_type = said->source->type;
    if (said->source->has_id)
        ret_item->source = uuid_or_zero(said->source->id);
}

void meeting_input_agenda(const struct meeting_context *context, size_t n, Pb__AgendaItemInput **items,
                          struct meeting_input *input)
{
    struct agenda_input *agenda = mem_array(context->message->ctx, struct agenda_input, n);
    for (size_t i = 0; i < n; i++)
        read_item(context, items[i], &agenda[i]);
    input->agenda = agenda;
    input->n_agenda = n;
}
