#include "services/notification/inbox/news.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/notification/inbox/texts.h"
#include "services/notification/inbox/words.h"
#include "sotay/v1/auth.pb-c.h"
#include "sotay/v1/presence.pb-c.h"
#include "sotay/v1/reminder.pb-c.h"
#include <assert.h>

/* What an event of a row says; borrowed from it, or owned by ctx. */
struct said {
    ProtobufCBinaryData notification_id, organization_id, subject_id;
    ProtobufCBinaryData author_id; /* the member whose comment, or the like, it is about */
    int64_t at_us;
    const char *title; /* NULL: the row's */
    const char *body;
    const ProtobufCBinaryData *ids; /* of branches whose heads hear of it, or of those who take part */
    size_t n_ids;
    const Pb__MeetingFacts *meeting;   /* whose participants hear of it, where no ids say who, until it begins */
    const Pb__DocumentFacts *document; /* whose readers hear of it */
    bool is_held, is_silent;
};

enum audience_of_news { TO_HEADS, TO_AUTHOR, TO_HEADS_OF_BRANCHES, TO_PARTICIPANTS, TO_READERS };
enum gathering {
    BY_SUBJECT, /* all of the subject gather in one item */
    BY_AUTHOR,  /* those of the subject and the author do */
    ALONE,      /* each is an item of its own; it needs no title_of_many */
};
enum ring {
    OF_HIS_OWN,  /* phones ring for what the author did himself, not for what another entered for him */
    OF_ANOTHERS, /* phones ring for what another did, not for what the author did himself */
};

/* How one kind of event is told. A new kind is a row in NEWS, its two functions here, its words in texts.h, and the
 * event's row among the handlers in item_events.c. */
struct news {
    const ProtobufCMessageDescriptor *event;
    void (*read)(TALLOC_CTX *ctx, const ProtobufCMessage *event, struct said *ret_said);
    Pb__InboxKind kind;
    Pb__SubjectType subject_type;
    enum audience_of_news to;
    enum gathering gathers;
    enum ring rings;
    const char *title; /* of one */
    const char *(*title_of_many)(TALLOC_CTX *ctx, int32_t facts);
};

/* --- comments ----------------------------------------------------------------------------------------------------- */

static void read_comment(TALLOC_CTX *ctx, const ProtobufCMessage *message, struct said *ret_said)
{
    const Pb__MeetingCommented *event = (const Pb__MeetingCommented *)message;
    *ret_said = (struct said){
        .notification_id = event->notification_id,
        .organization_id = event->organization_id,
        .subject_id = event->meeting_id,
        .author_id = event->author_id,
        .at_us = event->commented_at_us,
        .body = mem_printf(ctx, TEXT_COMMENT_BODY, event->month % 12 + 1, event->month / 12),
    };
}

static const char *many_comments(TALLOC_CTX *ctx, int32_t facts)
{
    return mem_printf(ctx, TEXT_COMMENTS, (int)facts);
}

static void read_answer(TALLOC_CTX *ctx, const ProtobufCMessage *message, struct said *ret_said)
{
    (void)ctx;
    const Pb__CommentAnswered *event = (const Pb__CommentAnswered *)message;
    *ret_said = (struct said){
        .notification_id = event->notification_id,
        .organization_id = event->organization_id,
        .subject_id = event->meeting_id,
        .author_id = event->author_id,
        .at_us = event->answered_at_us,
        .body = TEXT_ANSWER_BODY,
    };
}

static const char *many_answers(TALLOC_CTX *ctx, int32_t facts)
{
    return mem_printf(ctx, TEXT_ANSWERS, (int)facts);
}

/* --- proposals ---------------------------------------------------------------------------------------------------- */

static void read_proposal(TALLOC_CTX *ctx, const ProtobufCMessage *message, struct said *ret_said)
{
    const Pb__ProposalMade *event = (const Pb__ProposalMade *)message;
    *ret_said = (struct said){
        .notification_id = event->notification_id,
        .organization_id = event->organization_id,
        .subject_id = event->meeting_id,
        .author_id = event->author_id,
        .at_us = event->proposed_at_us,
        .body = mem_printf(ctx, TEXT_PROPOSAL_BODY, event->month % 12 + 1, event->month / 12),
    };
}

static const char *many_proposals(TALLOC_CTX *ctx, int32_t facts)
{
    return mem_printf(ctx, TEXT_PROPOSALS, (int)facts);
}

static const char *decision_title(Pb__ProposalState state)
{
    switch (state) {
    case PB__PROPOSAL_STATE__PROPOSAL_STATE_ACCEPTED: return TEXT_PROPOSAL_ACCEPTED;
    case PB__PROPOSAL_STATE__PROPOSAL_STATE_NEXT: return TEXT_PROPOSAL_NEXT;
    default: return TEXT_PROPOSAL_DECLINED;
    }
}

static void read_decision(TALLOC_CTX *ctx, const ProtobufCMessage *message, struct said *ret_said)
{
    const Pb__ProposalDecided *event = (const Pb__ProposalDecided *)message;
    *ret_said = (struct said){
        .notification_id = event->notification_id,
        .organization_id = event->organization_id,
        .subject_id = event->meeting_id,
        .author_id = event->author_id,
        .at_us = event->decided_at_us,
        .title = decision_title(event->state),
        .body = mem_printf(ctx, TEXT_PROPOSAL_BODY, event->month % 12 + 1, event->month / 12),
    };
}

/* --- resolutions -------------------------------------------------------------------------------------------------- */

/* It is nobody's deed: the meeting stands where its author would. */
static void read_lateness(TALLOC_CTX *ctx, const ProtobufCMessage *message, struct said *ret_said)
{
    const Pb__ResolutionFellDue *event = (const Pb__ResolutionFellDue *)message;
    const Pb__MeetingFacts *facts = event->meeting;
    *ret_said = (struct said){
        .notification_id = event->notification_id,
        .organization_id = facts->organization_id,
        .subject_id = facts->meeting_id,
        .author_id = facts->meeting_id,
        .at_us = facts->resolution_due_at_us,
        .body = mem_printf(ctx, TEXT_RESOLUTION_OVERDUE_BODY, facts->month % 12 + 1, facts->month / 12),
    };
}

/* --- reminders ---------------------------------------------------------------------------------------------------- */

/* The organisation that reminds them stands where its author would: whoever did it is spared as of any push. */
static void read_reminder(TALLOC_CTX *ctx, const ProtobufCMessage *message, struct said *ret_said)
{
    (void)ctx;
    const Pb__BranchesReminded *event = (const Pb__BranchesReminded *)message;
    *ret_said = (struct said){
        .notification_id = event->notification_id,
        .organization_id = event->organization_id,
        .subject_id = event->organization_id,
        .author_id = event->organization_id,
        .at_us = event->reminded_at_us,
        .title = event->title,
        .body = event->body,
        .ids = event->branch_ids,
        .n_ids = event->n_branch_ids,
        .is_held = true,
    };
}

static void read_prompt(TALLOC_CTX *ctx, const ProtobufCMessage *message, struct said *ret_said)
{
    (void)ctx;
    const Pb__BranchesPrompted *event = (const Pb__BranchesPrompted *)message;
    *ret_said = (struct said){
        .notification_id = event->notification_id,
        .organization_id = event->organization_id,
        .subject_id = event->organization_id,
        .author_id = event->organization_id,
        .at_us = event->prompted_at_us,
        .title = event->title,
        .body = event->body,
        .ids = event->branch_ids,
        .n_ids = event->n_branch_ids,
    };
}

/* It is nobody's deed: the meeting stands where its author would. */
static void read_coming_up(TALLOC_CTX *ctx, const ProtobufCMessage *message, struct said *ret_said)
{
    const Pb__MeetingComesUp *event = (const Pb__MeetingComesUp *)message;
    const Pb__MeetingFacts *facts = event->meeting;
    *ret_said = (struct said){
        .notification_id = event->notification_id,
        .organization_id = facts->organization_id,
        .subject_id = facts->meeting_id,
        .author_id = facts->meeting_id,
        .at_us = event->told_at_us,
        .title = mem_printf(ctx, TEXT_MEETING_SOON, words_meeting_kind(facts->kind),
                            words_moment(ctx, facts->starts_at_us)),
        .body = mem_printf(ctx, TEXT_MEETING_SOON_BODY, facts->place),
        .ids = event->member_ids,
        .n_ids = event->n_member_ids,
        .meeting = facts,
    };
}

/* --- absences ----------------------------------------------------------------------------------------------------- */

static void read_absence(TALLOC_CTX *ctx, const ProtobufCMessage *message, struct said *ret_said)
{
    const Pb__AbsenceReported *event = (const Pb__AbsenceReported *)message;
    *ret_said = (struct said){
        .notification_id = event->notification_id,
        .organization_id = event->organization_id,
        .subject_id = event->meeting_id,
        .author_id = event->member_id,
        .at_us = event->reported_at_us,
        .body = mem_printf(ctx, TEXT_ABSENCE_BODY, event->month % 12 + 1, event->month / 12),
    };
}

static const char *many_absences(TALLOC_CTX *ctx, int32_t facts)
{
    return mem_printf(ctx, TEXT_ABSENCES, (int)facts);
}

/* --- documents ---------------------------------------------------------------------------------------------------- */

/* It is nobody's deed: the document stands where its author would. */
static void read_withdrawal(TALLOC_CTX *ctx, const ProtobufCMessage *message, struct said *ret_said)
{
    const Pb__WithdrawalTold *event = (const Pb__WithdrawalTold *)message;
    const Pb__DocumentFacts *facts = event->document;
    *ret_said = (struct said){
        .notification_id = event->notification_id,
        .organization_id = facts->organization_id,
        .subject_id = facts->document_id,
        .author_id = facts->document_id,
        .at_us = event->withdrawn_at_us,
        .title = facts->title ? mem_printf(ctx, TEXT_DOCUMENT_WITHDRAWN, words_document_title(ctx, facts))
                              : TEXT_RESTRICTED_WITHDRAWN,
        .body = event->reason ? mem_printf(ctx, TEXT_WITHDRAWAL_REASON, event->reason) : TEXT_RESTRICTED_BODY,
        .document = facts,
        .is_silent = true, /* it is read why; no phone rings for what is gone, and perhaps never rang */
    };
}

/* --- accounts ----------------------------------------------------------------------------------------------------- */

static void read_recovery(TALLOC_CTX *ctx, const ProtobufCMessage *message, struct said *ret_said)
{
    const Pb__RecoveryAsked *event = (const Pb__RecoveryAsked *)message;
    *ret_said = (struct said){
        .notification_id = event->notification_id,
        .organization_id = event->organization_id,
        .subject_id = event->member_id,
        .author_id = event->member_id,
        .at_us = event->asked_at_us,
        .body = mem_printf(ctx, TEXT_RECOVERY_BODY, words_moment(ctx, event->ready_at_us)),
    };
}

/* --- the table ---------------------------------------------------------------------------------------------------- */

static const struct news NEWS[] = {
    {&pb__meeting_commented__descriptor, read_comment, PB__INBOX_KIND__INBOX_KIND_COMMENT_RECEIVED,
     PB__SUBJECT_TYPE__SUBJECT_TYPE_MEETING, TO_HEADS, BY_SUBJECT, OF_HIS_OWN, TEXT_COMMENT, many_comments},
    {&pb__comment_answered__descriptor, read_answer, PB__INBOX_KIND__INBOX_KIND_COMMENT_ANSWERED,
     PB__SUBJECT_TYPE__SUBJECT_TYPE_MEETING, TO_AUTHOR, BY_AUTHOR, OF_ANOTHERS, TEXT_ANSWER, many_answers},
    {&pb__proposal_made__descriptor, read_proposal, PB__INBOX_KIND__INBOX_KIND_PROPOSAL_RECEIVED,
     PB__SUBJECT_TYPE__SUBJECT_TYPE_MEETING, TO_HEADS, BY_SUBJECT, OF_HIS_OWN, TEXT_PROPOSAL, many_proposals},
    {&pb__proposal_decided__descriptor, read_decision, PB__INBOX_KIND__INBOX_KIND_PROPOSAL_DECIDED,
     PB__SUBJECT_TYPE__SUBJECT_TYPE_MEETING, TO_AUTHOR, ALONE, OF_ANOTHERS, NULL, NULL},
    {&pb__resolution_fell_due__descriptor, read_lateness, PB__INBOX_KIND__INBOX_KIND_RESOLUTION_OVERDUE,
     PB__SUBJECT_TYPE__SUBJECT_TYPE_MEETING, TO_HEADS, ALONE, OF_ANOTHERS, TEXT_RESOLUTION_OVERDUE, NULL},
    {&pb__absence_reported__descriptor, read_absence, PB__INBOX_KIND__INBOX_KIND_ABSENCE_REPORTED,
     PB__SUBJECT_TYPE__SUBJECT_TYPE_MEETING, TO_HEADS, BY_SUBJECT, OF_HIS_OWN, TEXT_ABSENCE, many_absences},
    {&pb__branches_reminded__descriptor, read_reminder, PB__INBOX_KIND__INBOX_KIND_REMINDER,
     PB__SUBJECT_TYPE__SUBJECT_TYPE_ORGANIZATION, TO_HEADS_OF_BRANCHES, ALONE, OF_ANOTHERS, NULL, NULL},
    {&pb__branches_prompted__descriptor, read_prompt, PB__INBOX_KIND__INBOX_KIND_REMINDER,
     PB__SUBJECT_TYPE__SUBJECT_TYPE_ORGANIZATION, TO_HEADS_OF_BRANCHES, ALONE, OF_ANOTHERS, NULL, NULL},
    {&pb__meeting_comes_up__descriptor, read_coming_up, PB__INBOX_KIND__INBOX_KIND_MEETING_COMES_UP,
     PB__SUBJECT_TYPE__SUBJECT_TYPE_MEETING, TO_PARTICIPANTS, ALONE, OF_ANOTHERS, NULL, NULL},
    {&pb__withdrawal_told__descriptor, read_withdrawal, PB__INBOX_KIND__INBOX_KIND_DOCUMENT_WITHDRAWN,
     PB__SUBJECT_TYPE__SUBJECT_TYPE_DOCUMENT, TO_READERS, ALONE, OF_ANOTHERS, NULL, NULL},
    {&pb__recovery_asked__descriptor, read_recovery, PB__INBOX_KIND__INBOX_KIND_RECOVERY_ASKED,
     PB__SUBJECT_TYPE__SUBJECT_TYPE_MEMBER, TO_AUTHOR, ALONE, OF_ANOTHERS, TEXT_RECOVERY, NULL},
};

static const struct news *find_news(const ProtobufCMessageDescriptor *event)
{
    const struct news *news = NEWS;
    while (news < NEWS + ARRAY_LENGTH(NEWS) && news->event != event)
        news++;
    assert(news < NEWS + ARRAY_LENGTH(NEWS));
    return news;
}

/* The key is kept in the table `digest`: what it is made of never changes. */
static struct uuid gathering_of(const struct news *news, const struct notification *is, const struct uuid *author)
{
    const uint8_t kind = (uint8_t)is->kind;
    const void *parts[] = {&kind, is->subject.bytes, author->bytes};
    const size_t bytes[] = {sizeof kind, sizeof is->subject.bytes, sizeof author->bytes};
    return uuid_hash(news->gathers == BY_SUBJECT ? 2 : 3, parts, bytes);
}

static bool rings(enum ring ring, const struct uuid *author, const struct uuid *by)
{
    if (!by)
        return true;
    return uuid_equal(by, author) == (ring == OF_HIS_OWN);
}

static enum err read_address(TALLOC_CTX *ctx, const struct news *news, const struct said *said,
                             struct notification *ret)
{
    if (news->to == TO_AUTHOR)
        return address_of_members(ctx, &ret->organization, 1, &said->author_id, &ret->to);
    if (news->to == TO_READERS)
        return address_read(ctx, said->document->audience, &ret->to);
    if (news->to == TO_HEADS_OF_BRANCHES)
        return address_of_heads_of(ctx, said->n_ids, said->ids, &ret->to);
    if (news->to == TO_PARTICIPANTS && said->n_ids > 0)
        return address_of_members(ctx, &ret->organization, said->n_ids, said->ids, &ret->to);
    if (news->to == TO_PARTICIPANTS)
        return address_of_meeting(ctx, said->meeting, &ret->to);
    ret->to = address_of_heads(ctx, &ret->organization);
    return ERR_OK;
}

static int64_t expires_at_us(const struct said *said)
{
    int64_t at_us = said->at_us + NOTIFICATION_LIFETIME_US;
    return said->meeting && said->meeting->starts_at_us < at_us ? said->meeting->starts_at_us : at_us;
}

enum err news_read(TALLOC_CTX *ctx, const ProtobufCMessage *event, const struct uuid *by, struct notification *ret)
{
    const struct news *news = find_news(event->descriptor);
    struct said said;
    struct uuid author;
    news->read(ctx, event, &said);
    struct notification is = {.kind = news->kind,
                              .subject_type = news->subject_type,
                              .title = said.title ? said.title : news->title,
                              .title_of_many = news->title_of_many,
                              .body = said.body,
                              .classification = said.document ? said.document->classification
                                                              : PB__CLASSIFICATION__CLASSIFICATION_INTERNAL,
                              .created_at_us = said.at_us,
                              .expires_at_us = expires_at_us(&said),
                              .priority = PUSH_NORMAL,
                              .is_held = said.is_held,
                              .gathers = news->gathers != ALONE};
    if (uuid_from_pb(said.notification_id, &is.id) || uuid_from_pb(said.organization_id, &is.organization) ||
        uuid_from_pb(said.subject_id, &is.subject) || uuid_from_pb(said.author_id, &author) ||
        read_address(ctx, news, &said, &is))
        return ERR_MALFORMED;
    is.pushes = !said.is_silent && rings(news->rings, &author, by);
    if (is.gathers)
        is.gathering = gathering_of(news, &is, &author);
    *ret = is;
    return ERR_OK;
}
