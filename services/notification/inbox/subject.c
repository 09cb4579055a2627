#include "services/notification/inbox/subject.h"

#include "services/notification/inbox/words.h"

enum err subject_of_meeting(TALLOC_CTX *ctx, const Pb__MeetingFacts *facts, struct subject *ret)
{
    *ret = (struct subject){.version = facts->version, .classification = PB__CLASSIFICATION__CLASSIFICATION_INTERNAL};
    if (uuid_from_pb(facts->meeting_id, &ret->id))
        return ERR_MALFORMED;
    return address_of_meeting(ctx, facts, &ret->to);
}

enum err subject_of_document(TALLOC_CTX *ctx, const Pb__DocumentFacts *facts, int64_t now_us, struct subject *ret)
{
    bool is_withdrawn = facts->state == PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN;
    *ret = (struct subject){.version = facts->version,
                            .title = words_document_title(ctx, facts),
                            .body = words_document_body(facts),
                            .classification = facts->classification,
                            .withdrawn_at_us = is_withdrawn ? now_us : 0};
    if (uuid_from_pb(facts->document_id, &ret->id))
        return ERR_MALFORMED;
    return address_read(ctx, facts->audience, &ret->to);
}

bool subject_tells(const struct subject *last, const struct subject *said)
{
    return !last || said->version >= last->told_version;
}

struct subject subject_next(const struct subject *last, const struct subject *said, bool tells)
{
    struct subject next = last && said->version <= last->version ? *last : *said;
    next.told_version = last ? last->told_version : 0;
    next.rang = last ? last->rang : (struct subject_ring){0};
    if (tells && next.told_version < said->version)
        next.told_version = said->version;
    return next;
}

#define CORRECTION_US (10 * CLOCK_MINUTE_US)

static struct subject_rings ring_for_all(const struct subject_ring *last, int64_t rings_at_us)
{
    return (struct subject_rings){
        .rings = true, .at_us = rings_at_us, .overtakes = last->has_correction ? &last->correction : NULL};
}

/* It is held, and phones have not heard of the meeting yet. */
static bool is_held(const struct subject_ring *last, const struct notification *fact)
{
    return last->at_us > fact->created_at_us && !last->of_change;
}

static struct subject_rings ring_of_change(const struct subject_ring *last, const struct notification *fact,
                                           int64_t rings_at_us)
{
    struct subject_rings rings = ring_for_all(last, rings_at_us);
    if (is_held(last, fact))
        rings.overtakes = &last->item;
    else if (last->of_change && fact->created_at_us < last->at_us + CORRECTION_US && fact->quiet == PUSH_QUIET) {
        rings.follows = &last->item;
        rings.at_us = last->at_us + CORRECTION_US;
    }
    return rings;
}

struct subject_rings subject_ring(const struct subject_ring *last, const struct notification *fact, int64_t rings_at_us)
{
    switch (fact->kind) {
    case PB__INBOX_KIND__INBOX_KIND_MEETING_CHANGED: return ring_of_change(last, fact, rings_at_us);
    case PB__INBOX_KIND__INBOX_KIND_MEETING_CANCELLED:
        if (is_held(last, fact))
            return (struct subject_rings){.at_us = rings_at_us, .overtakes = &last->item};
        return ring_for_all(last, rings_at_us);
    default: return ring_for_all(last, rings_at_us);
    }
}

struct subject_ring subject_ring_next(const struct subject_ring *last, const struct notification *fact,
                                      const struct subject_rings *rings)
{
    struct subject_ring next = *last;
    if (rings->follows) {
        next.correction = fact->id;
        next.has_correction = true;
    } else if (rings->rings) {
        bool of_change = fact->kind == PB__INBOX_KIND__INBOX_KIND_MEETING_CHANGED && !is_held(last, fact);
        next = (struct subject_ring){.item = fact->id, .at_us = rings->at_us, .of_change = of_change};
    }
    return next;
}

void subject_revise(const struct subject *subject, struct notification *fact)
{
    fact->to = subject->to;
    fact->classification = subject->classification;
    fact->pushes = fact->pushes && subject->withdrawn_at_us == 0;
    if (!subject->title)
        return;
    fact->title = subject->title;
    fact->body = subject->body;
}
