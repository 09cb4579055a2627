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
    if (tells && next.told_version < said->version)
        next.told_version = said->version;
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
