#include "services/document/document/document_facts.h"

#include "common/base/clock.h"
#include "common/base/mem.h"

/* What is hidden is to others as what is restricted to nobody. */
static Pb__DocumentFacts *facts_of(TALLOC_CTX *ctx, const struct document *document)
{
    static const struct audience NOBODY;
    bool is_secret = document->is_hidden || document_is_restricted(document);
    Pb__DocumentFacts *facts = mem_new(ctx, Pb__DocumentFacts);
    pb__document_facts__init(facts);
    facts->document_id = uuid_to_pb(ctx, &document->id);
    facts->version = document->version;
    facts->organization_id = uuid_to_pb(ctx, &document->organization);
    facts->state = document->state;
    facts->classification = is_secret ? PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED : document->classification;
    facts->audience = audience_to_pb(ctx, document->is_hidden ? &NOBODY : &document->audience);
    facts->has_author_id = true;
    facts->author_id = uuid_to_pb(ctx, &document->author);
    if (is_secret)
        return facts;
    facts->has_kind = facts->has_month = facts->has_published_at_us = true;
    facts->kind = document->kind;
    facts->month = clock_local_month(document->published_at_us);
    facts->published_at_us = document->published_at_us;
    facts->title = (char *)(uintptr_t)document->title; /* packed, never written */
    facts->number = (char *)(uintptr_t)document->number;
    return facts;
}

static ProtobufCMessage *published(TALLOC_CTX *ctx, const struct document *document)
{
    Pb__DocumentPublished *event = mem_new(ctx, Pb__DocumentPublished);
    pb__document_published__init(event);
    event->document = facts_of(ctx, document);
    event->notify = document->notify;
    event->notification_id = uuid_to_pb(ctx, &document->notification);
    event->published_at_us = document->published_at_us;
    return &event->base;
}

static ProtobufCMessage *withdrawn(TALLOC_CTX *ctx, const struct document *document)
{
    Pb__DocumentWithdrawn *event = mem_new(ctx, Pb__DocumentWithdrawn);
    pb__document_withdrawn__init(event);
    event->document = facts_of(ctx, document);
    event->notification_id = uuid_to_pb(ctx, &document->notification);
    return &event->base;
}

ProtobufCMessage *document_facts_of_state(TALLOC_CTX *ctx, const struct document *document)
{
    return document->state == PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN ? withdrawn(ctx, document)
                                                                           : published(ctx, document);
}

ProtobufCMessage *document_facts_of_publication(TALLOC_CTX *ctx, const struct document *document, bool urgent)
{
    ProtobufCMessage *event = published(ctx, document);
    if (urgent)
        ((Pb__DocumentPublished *)event)->has_urgent = ((Pb__DocumentPublished *)event)->urgent = true;
    return event;
}

ProtobufCMessage *document_facts_of_withdrawal(TALLOC_CTX *ctx, const struct document *document, int64_t now_us)
{
    Pb__WithdrawalTold *event = mem_new(ctx, Pb__WithdrawalTold);
    pb__withdrawal_told__init(event);
    event->document = facts_of(ctx, document);
    event->notification_id = uuid_to_pb(ctx, &document->notification);
    event->withdrawn_at_us = now_us;
    if (!document_is_restricted(document))
        event->reason = (char *)(uintptr_t)document->withdraw_reason; /* packed, never written */
    return &event->base;
}

ProtobufCMessage *document_facts_of_change(TALLOC_CTX *ctx, const struct document *document)
{
    Pb__DocumentChanged *event = mem_new(ctx, Pb__DocumentChanged);
    pb__document_changed__init(event);
    event->document = facts_of(ctx, document);
    return &event->base;
}
