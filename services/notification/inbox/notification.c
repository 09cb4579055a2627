#include "services/notification/inbox/notification.h"

#include "common/base/mem.h"
#include "services/notification/inbox/texts.h"
#include "services/notification/inbox/words.h"

static enum err read_ids(ProtobufCBinaryData id, ProtobufCBinaryData organization, ProtobufCBinaryData subject,
                         struct notification *n)
{
    if (uuid_from_pb(id, &n->id) || uuid_from_pb(organization, &n->organization) || uuid_from_pb(subject, &n->subject))
        return ERR_MALFORMED;
    return ERR_OK;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Never when the event came, where it says when its fact was: what is replayed has its time behind it. */
static int64_t time_of(const Pb__MeetingFacts *facts, int64_t now_us)
{
    return facts->has_notified_at_us ? facts->notified_at_us : now_us;
}

static enum err of_meeting(TALLOC_CTX *ctx, ProtobufCBinaryData id, const Pb__MeetingFacts *facts, int64_t at_us,
                           struct notification *n)
{
    *n = (struct notification){.subject_type = PB__SUBJECT_TYPE__SUBJECT_TYPE_MEETING,
                               .classification = PB__CLASSIFICATION__CLASSIFICATION_INTERNAL,
                               .created_at_us = at_us,
                               .pushes = true,
                               .priority = PUSH_NORMAL,
                               .expires_at_us = earlier(at_us + NOTIFICATION_LIFETIME_US, facts->starts_at_us)};
    if (read_ids(id, facts->organization_id, facts->meeting_id, n))
        return ERR_MALFORMED;
    return address_of_meeting(ctx, facts, &n->to);
}

static void be_urgent(struct notification *n)
{
    n->priority = PUSH_URGENT;
    n->quiet = PUSH_NEVER_QUIET;
}

enum err notification_of_scheduled(TALLOC_CTX *ctx, const Pb__MeetingScheduled *event, int64_t now_us,
                                   struct notification *ret)
{
    const Pb__MeetingFacts *facts = event->meeting;
    int64_t registered_at_us = facts->has_registered_at_us ? facts->registered_at_us : now_us;
    enum err err = of_meeting(ctx, event->notification_id, facts, time_of(facts, registered_at_us), ret);
    if (err)
        return err;
    ret->kind = PB__INBOX_KIND__INBOX_KIND_MEETING_SCHEDULED;
    if (event->urgent)
        be_urgent(ret);
    ret->title = mem_printf(ctx, TEXT_MEETING, words_meeting_kind(facts->kind), words_moment(ctx, facts->starts_at_us));
    ret->body = mem_printf(ctx, TEXT_MEETING_PLACE, facts->place);
    return ERR_OK;
}

/* A new hour or place, or that there is no meeting any more, of one that is about to begin: people may be on their way
 * before seven. */
#define SOON_US (12 * CLOCK_HOUR_US)
static enum push_quiet quiet_of_change(int64_t at_us, int64_t old_starts_at_us, int64_t starts_at_us)
{
    return earlier(old_starts_at_us, starts_at_us) - at_us < SOON_US ? PUSH_WAKES_EARLY : PUSH_QUIET;
}

enum err notification_of_change(TALLOC_CTX *ctx, const Pb__MeetingChanged *event, int64_t now_us,
                                struct notification *ret)
{
    const Pb__MeetingFacts *facts = event->meeting;
    enum err err = of_meeting(ctx, event->notification_id, facts, time_of(facts, now_us), ret);
    if (err)
        return err;
    ret->kind = PB__INBOX_KIND__INBOX_KIND_MEETING_CHANGED;
    ret->priority = PUSH_URGENT;
    ret->quiet = quiet_of_change(ret->created_at_us,
                                 event->has_old_starts_at_us ? event->old_starts_at_us : facts->starts_at_us,
                                 facts->starts_at_us);
    ret->title = mem_printf(ctx, TEXT_MEETING_CHANGED, words_meeting_kind(facts->kind),
                            words_moment(ctx, facts->starts_at_us));
    ret->body = words_change_body(ctx, event);
    return ERR_OK;
}

enum err notification_of_cancellation(TALLOC_CTX *ctx, const Pb__MeetingCancelled *event, int64_t now_us,
                                      struct notification *ret)
{
    const Pb__MeetingFacts *facts = event->meeting;
    enum err err = of_meeting(ctx, event->notification_id, facts, time_of(facts, now_us), ret);
    if (err)
        return err;
    ret->kind = PB__INBOX_KIND__INBOX_KIND_MEETING_CANCELLED;
    ret->priority = PUSH_URGENT;
    ret->quiet = quiet_of_change(ret->created_at_us, facts->starts_at_us, facts->starts_at_us);
    ret->title = mem_printf(ctx, TEXT_MEETING_CANCELLED, words_meeting_kind(facts->kind),
                            words_moment(ctx, facts->starts_at_us));
    ret->body = mem_printf(ctx, TEXT_CANCEL_REASON, event->reason);
    return ERR_OK;
}

enum err notification_of_minutes(TALLOC_CTX *ctx, const Pb__MinutesPublished *event, int64_t now_us,
                                 struct notification *ret)
{
    const Pb__MeetingFacts *facts = event->meeting;
    int64_t at_us = time_of(facts, now_us);
    enum err err = of_meeting(ctx, event->notification_id, facts, at_us, ret);
    if (err)
        return err;
    ret->kind = PB__INBOX_KIND__INBOX_KIND_MINUTES_PUBLISHED;
    ret->expires_at_us = at_us + NOTIFICATION_LIFETIME_US; /* the meeting is over */
    ret->title = mem_printf(ctx, TEXT_MINUTES, words_meeting_kind(facts->kind), words_moment(ctx, facts->starts_at_us));
    ret->body = TEXT_MINUTES_BODY;
    return ERR_OK;
}

enum err notification_of_reopening(TALLOC_CTX *ctx, const Pb__MeetingReopened *event, int64_t now_us,
                                   struct notification *ret)
{
    const Pb__MeetingFacts *facts = event->meeting;
    enum err err = of_meeting(ctx, event->notification_id, facts, time_of(facts, now_us), ret);
    if (err)
        return err;
    ret->kind = PB__INBOX_KIND__INBOX_KIND_MEETING_REOPENED;
    ret->priority = PUSH_URGENT;
    ret->title = mem_printf(ctx, TEXT_MEETING_REOPENED, words_meeting_kind(facts->kind),
                            words_moment(ctx, facts->starts_at_us));
    ret->body = mem_printf(ctx, TEXT_REOPEN_REASON, event->reason);
    return ERR_OK;
}

enum err notification_of_document(TALLOC_CTX *ctx, const Pb__DocumentPublished *event, struct notification *ret)
{
    const Pb__DocumentFacts *facts = event->document;
    *ret = (struct notification){.kind = PB__INBOX_KIND__INBOX_KIND_DOCUMENT_PUBLISHED,
                                 .subject_type = PB__SUBJECT_TYPE__SUBJECT_TYPE_DOCUMENT,
                                 .classification = facts->classification,
                                 .created_at_us = event->published_at_us,
                                 .title = words_document_title(ctx, facts),
                                 .body = words_document_body(facts),
                                 .pushes = event->notify == PB__NOTIFY__NOTIFY_PUSH,
                                 .priority = PUSH_NORMAL,
                                 .expires_at_us = event->published_at_us + NOTIFICATION_LIFETIME_US};
    if (event->urgent)
        be_urgent(ret);
    if (read_ids(event->notification_id, facts->organization_id, facts->document_id, ret))
        return ERR_MALFORMED;
    return address_read(ctx, facts->audience, &ret->to);
}

enum push_category notification_category(Pb__InboxKind kind)
{
    switch (kind) {
    case PB__INBOX_KIND__INBOX_KIND_DOCUMENT_WITHDRAWN:
    case PB__INBOX_KIND__INBOX_KIND_DOCUMENT_PUBLISHED: return PUSH_OF_DOCUMENTS;
    case PB__INBOX_KIND__INBOX_KIND_REMINDER:
    case PB__INBOX_KIND__INBOX_KIND_MEETING_COMES_UP: return PUSH_OF_REMINDERS;
    case PB__INBOX_KIND__INBOX_KIND_RECOVERY_ASKED: return PUSH_OF_ACCOUNTS;
    default: return PUSH_OF_MEETINGS;
    }
}

bool notification_rings(const struct notification *notification, int64_t now_us)
{
    return notification->pushes && now_us < notification->expires_at_us;
}
