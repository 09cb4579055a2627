#include "services/notification/notification.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/notification/texts.h"
#include <string.h>

#define PUSH_LIFETIME_US (24 * CLOCK_HOUR_US)
#define DIGEST_LIFETIME_US PUSH_LIFETIME_US
#define DIGEST_QUIET_US (30 * CLOCK_MINUTE_US)
#define PUSH_MASS_WAIT_US (60 * CLOCK_SECOND_US)
enum {
    PUSH_MASS_RECIPIENTS = 1000,
    PUSH_SHARD_RECIPIENTS = 5000,
    RETRY_FIRST_S = 10,
    RETRY_LONGEST_S = 600,
    QUOTA_PAUSE_S = 60
};

/* --- words -------------------------------------------------------------------------------------------------------- */

static const char *moment(TALLOC_CTX *ctx, int64_t at_us)
{
    int year, month, day;
    int32_t date = clock_local_date(at_us);
    clock_date_split(date, &year, &month, &day);
    int minutes = (int)((at_us - clock_date_start_us(date)) / CLOCK_MINUTE_US);
    return mem_printf(ctx, TEXT_MOMENT, day, month, year, minutes / 60, minutes % 60);
}

static const char *meeting_kind(Pb__MeetingKind kind)
{
    switch (kind) {
    case PB__MEETING_KIND__MEETING_KIND_THEMATIC: return TEXT_MEETING_THEMATIC;
    case PB__MEETING_KIND__MEETING_KIND_EXTRAORDINARY: return TEXT_MEETING_EXTRAORDINARY;
    case PB__MEETING_KIND__MEETING_KIND_EXECUTIVE: return TEXT_MEETING_EXECUTIVE;
    default: return TEXT_MEETING_REGULAR;
    }
}

static const char *document_kind(Pb__DocumentKind kind)
{
    static const char *const WORDS[] = {"Nghị quyết", "Chỉ thị", "Quy định", "Hướng dẫn", "Tài liệu",
                                        "Biên bản",   "Tin",     "Sự kiện",  "Số liệu"};
    size_t i = (size_t)kind;
    return i < sizeof WORDS / sizeof *WORDS ? WORDS[i] : "Văn bản";
}

static const char *document_title(TALLOC_CTX *ctx, const Pb__DocumentFacts *facts)
{
    const char *kind = document_kind(facts->kind);
    if (!facts->title)
        return TEXT_RESTRICTED;
    if (facts->number && *facts->number)
        return mem_printf(ctx, TEXT_DOCUMENT_NUMBERED, kind, facts->number, facts->title);
    return mem_printf(ctx, TEXT_DOCUMENT, kind, facts->title);
}

static const char *document_body(const Pb__DocumentFacts *facts)
{
    return facts->title ? TEXT_DOCUMENT_BODY : TEXT_RESTRICTED_BODY;
}

static const char *change_body(TALLOC_CTX *ctx, const Pb__MeetingChanged *event)
{
    const Pb__MeetingFacts *facts = event->meeting;
    const char *time = "", *place = "";
    if (event->has_old_starts_at_us && event->old_starts_at_us != facts->starts_at_us)
        time = mem_printf(ctx, TEXT_TIME_CHANGED, moment(ctx, event->old_starts_at_us),
                          moment(ctx, facts->starts_at_us));
    if (event->old_place && strcmp(event->old_place, facts->place) != 0)
        place = mem_printf(ctx, TEXT_PLACE_CHANGED, event->old_place, facts->place);
    return mem_printf(ctx, "%s%s%s", time, *time && *place ? "\n" : "", place);
}

const char *notification_lock_screen_title(const struct notification *notification)
{
    return notification->classification == PB__CLASSIFICATION__CLASSIFICATION_PUBLIC ? notification->title
                                                                                     : TEXT_LOCK_SCREEN_TITLE;
}

const char *notification_lock_screen_body(const struct notification *notification)
{
    return notification->classification == PB__CLASSIFICATION__CLASSIFICATION_PUBLIC ? notification->body
                                                                                     : TEXT_LOCK_SCREEN_BODY;
}

/* --- audiences ---------------------------------------------------------------------------------------------------- */

static enum err read_ids(TALLOC_CTX *ctx, size_t n, const ProtobufCBinaryData *data, const struct uuid **ret_ids)
{
    struct uuid *ids = mem_array(ctx, struct uuid, n);
    for (size_t i = 0; i < n; i++)
        if (uuid_from_pb(data[i], &ids[i]))
            return ERR_MALFORMED;
    *ret_ids = ids;
    return ERR_OK;
}

static enum err read_audience(TALLOC_CTX *ctx, const Pb__Audience *said, struct audience *ret_audience)
{
    int32_t *roles = mem_array(ctx, int32_t, said->n_roles);
    for (size_t i = 0; i < said->n_roles; i++)
        roles[i] = (int32_t)said->roles[i];
    *ret_audience = (struct audience){.n_organizations = said->n_organization_ids,
                                      .subtree = said->subtree,
                                      .roles = roles,
                                      .n_roles = said->n_roles,
                                      .n_members = said->n_member_ids};
    enum err err = read_ids(ctx, said->n_organization_ids, said->organization_ids, &ret_audience->organizations);
    return err ? err : read_ids(ctx, said->n_member_ids, said->member_ids, &ret_audience->members);
}

/* Those of one organisation who have one of these roles there. */
static struct audience of_organization(TALLOC_CTX *ctx, const struct uuid *organization, const int32_t roles[],
                                       size_t n_roles)
{
    return (struct audience){.organizations = mem_copy(ctx, organization, sizeof *organization),
                             .n_organizations = 1,
                             .roles = roles,
                             .n_roles = n_roles,
                             .has_within = true,
                             .within = *organization};
}

static struct audience of_members(const struct uuid *organization, const struct uuid members[], size_t n_members)
{
    return (struct audience){.members = members, .n_members = n_members, .has_within = true, .within = *organization};
}

static const int32_t MEMBERS[] = {PB__ROLE__ROLE_MEMBER};
static const int32_t HEADS[] = {PB__ROLE__ROLE_DEPUTY_SECRETARY, PB__ROLE__ROLE_SECRETARY};
static const int32_t COMMITTEE[] = {PB__ROLE__ROLE_DEPUTY_SECRETARY, PB__ROLE__ROLE_SECRETARY,
                                    PB__ROLE__ROLE_COMMITTEE_MEMBER};

static enum err read_participants(TALLOC_CTX *ctx, const Pb__MeetingFacts *facts, struct audience *ret_audience)
{
    struct uuid organization;
    const struct uuid *named = NULL;
    if (uuid_from_pb(facts->organization_id, &organization) ||
        read_ids(ctx, facts->n_participant_ids, facts->participant_ids, &named))
        return ERR_MALFORMED;
    if (facts->participants == PB__PARTICIPANTS__PARTICIPANTS_NAMED)
        *ret_audience = of_members(&organization, named, facts->n_participant_ids);
    else if (facts->participants == PB__PARTICIPANTS__PARTICIPANTS_COMMITTEE)
        *ret_audience = of_organization(ctx, &organization, COMMITTEE, sizeof COMMITTEE / sizeof *COMMITTEE);
    else
        *ret_audience = of_organization(ctx, &organization, MEMBERS, sizeof MEMBERS / sizeof *MEMBERS);
    return ERR_OK;
}

/* --- from events -------------------------------------------------------------------------------------------------- */

static enum err read_subject(ProtobufCBinaryData id, ProtobufCBinaryData organization, ProtobufCBinaryData subject,
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

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static enum err of_meeting(TALLOC_CTX *ctx, ProtobufCBinaryData id, const Pb__MeetingFacts *facts, int64_t at_us,
                           struct notification *n)
{
    *n = (struct notification){.subject_type = PB__SUBJECT_TYPE__SUBJECT_TYPE_MEETING,
                               .classification = PB__CLASSIFICATION__CLASSIFICATION_INTERNAL,
                               .created_at_us = at_us,
                               .pushes = true,
                               .priority = PUSH_NORMAL,
                               .expires_at_us = earlier(at_us + PUSH_LIFETIME_US, facts->starts_at_us)};
    if (read_subject(id, facts->organization_id, facts->meeting_id, n))
        return ERR_MALFORMED;
    return read_participants(ctx, facts, &n->audience);
}

enum err notification_of_scheduled(TALLOC_CTX *ctx, const Pb__MeetingScheduled *event, int64_t now_us,
                                   struct notification *ret)
{
    const Pb__MeetingFacts *facts = event->meeting;
    enum err err = of_meeting(ctx, event->notification_id, facts,
                              facts->has_registered_at_us ? facts->registered_at_us : now_us, ret);
    if (err)
        return err;
    ret->kind = PB__INBOX_KIND__INBOX_KIND_MEETING_SCHEDULED;
    ret->title = mem_printf(ctx, TEXT_MEETING, meeting_kind(facts->kind), moment(ctx, facts->starts_at_us));
    ret->body = mem_printf(ctx, TEXT_MEETING_PLACE, facts->place);
    return ERR_OK;
}

enum err notification_of_change(TALLOC_CTX *ctx, const Pb__MeetingChanged *event, int64_t now_us,
                                struct notification *ret)
{
    const Pb__MeetingFacts *facts = event->meeting;
    enum err err = of_meeting(ctx, event->notification_id, facts, now_us, ret);
    if (err)
        return err;
    ret->kind = PB__INBOX_KIND__INBOX_KIND_MEETING_CHANGED;
    ret->priority = PUSH_URGENT;
    ret->title = mem_printf(ctx, TEXT_MEETING_CHANGED, meeting_kind(facts->kind), moment(ctx, facts->starts_at_us));
    ret->body = change_body(ctx, event);
    return ERR_OK;
}

enum err notification_of_cancellation(TALLOC_CTX *ctx, const Pb__MeetingCancelled *event, int64_t now_us,
                                      struct notification *ret)
{
    const Pb__MeetingFacts *facts = event->meeting;
    enum err err = of_meeting(ctx, event->notification_id, facts, now_us, ret);
    if (err)
        return err;
    ret->kind = PB__INBOX_KIND__INBOX_KIND_MEETING_CANCELLED;
    ret->priority = PUSH_URGENT;
    ret->title = mem_printf(ctx, TEXT_MEETING_CANCELLED, meeting_kind(facts->kind), moment(ctx, facts->starts_at_us));
    ret->body = mem_printf(ctx, TEXT_CANCEL_REASON, event->reason);
    return ERR_OK;
}

/* Under its key gather facts of one kind about one subject for the same named members; who else hears of it follows
 * from the subject. */
static void gather(struct notification *n, const struct uuid *named)
{
    const uint8_t kind = (uint8_t)n->kind;
    const void *parts[] = {&kind, n->subject.bytes, named};
    const size_t bytes[] = {sizeof kind, sizeof n->subject.bytes, sizeof *named};
    n->gathers = true;
    n->gathering = uuid_hash(named ? 3 : 2, parts, bytes);
}

static struct notification about_comments(Pb__InboxKind kind, int64_t at_us)
{
    return (struct notification){.kind = kind,
                                 .subject_type = PB__SUBJECT_TYPE__SUBJECT_TYPE_MEETING,
                                 .classification = PB__CLASSIFICATION__CLASSIFICATION_INTERNAL,
                                 .created_at_us = at_us,
                                 .priority = PUSH_NORMAL,
                                 .expires_at_us = at_us + PUSH_LIFETIME_US};
}

enum err notification_of_comment(TALLOC_CTX *ctx, const Pb__MeetingCommented *event, const struct uuid *by,
                                 struct notification *ret)
{
    struct uuid author;
    *ret = about_comments(PB__INBOX_KIND__INBOX_KIND_COMMENT_RECEIVED, event->commented_at_us);
    if (read_subject(event->notification_id, event->organization_id, event->meeting_id, ret) ||
        uuid_from_pb(event->author_id, &author))
        return ERR_MALFORMED;
    ret->title = digest_title(ctx, ret->kind, 1);
    ret->body = mem_printf(ctx, TEXT_COMMENT_BODY, event->month % 12 + 1, event->month / 12);
    ret->pushes = !by || uuid_equal(by, &author);
    ret->audience = of_organization(ctx, &ret->organization, HEADS, sizeof HEADS / sizeof *HEADS);
    gather(ret, NULL);
    return ERR_OK;
}

enum err notification_of_answer(TALLOC_CTX *ctx, const Pb__CommentAnswered *event, const struct uuid *by,
                                struct notification *ret)
{
    const struct uuid *author = NULL;
    *ret = about_comments(PB__INBOX_KIND__INBOX_KIND_COMMENT_ANSWERED, event->answered_at_us);
    if (read_subject(event->notification_id, event->organization_id, event->meeting_id, ret) ||
        read_ids(ctx, 1, &event->author_id, &author))
        return ERR_MALFORMED;
    ret->title = digest_title(ctx, ret->kind, 1);
    ret->body = TEXT_ANSWER_BODY;
    ret->pushes = !by || !uuid_equal(by, author);
    ret->audience = of_members(&ret->organization, author, 1);
    gather(ret, author);
    return ERR_OK;
}

enum err notification_of_document(TALLOC_CTX *ctx, const Pb__DocumentPublished *event, struct notification *ret)
{
    const Pb__DocumentFacts *facts = event->document;
    *ret = (struct notification){.kind = PB__INBOX_KIND__INBOX_KIND_DOCUMENT_PUBLISHED,
                                 .subject_type = PB__SUBJECT_TYPE__SUBJECT_TYPE_DOCUMENT,
                                 .classification = facts->classification,
                                 .created_at_us = event->published_at_us,
                                 .title = document_title(ctx, facts),
                                 .body = document_body(facts),
                                 .pushes = event->notify == PB__NOTIFY__NOTIFY_PUSH,
                                 .priority = PUSH_NORMAL,
                                 .expires_at_us = event->published_at_us + PUSH_LIFETIME_US};
    if (read_subject(event->notification_id, facts->organization_id, facts->document_id, ret))
        return ERR_MALFORMED;
    return read_audience(ctx, facts->audience, &ret->audience);
}

/* --- subjects ----------------------------------------------------------------------------------------------------- */

enum err subject_of_meeting(TALLOC_CTX *ctx, const Pb__MeetingFacts *facts, struct subject *ret)
{
    *ret = (struct subject){.version = facts->version, .classification = PB__CLASSIFICATION__CLASSIFICATION_INTERNAL};
    if (uuid_from_pb(facts->meeting_id, &ret->id))
        return ERR_MALFORMED;
    return read_participants(ctx, facts, &ret->audience);
}

enum err subject_of_document(TALLOC_CTX *ctx, const Pb__DocumentFacts *facts, int64_t now_us, struct subject *ret)
{
    bool is_withdrawn = facts->state == PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN;
    *ret = (struct subject){.version = facts->version,
                            .title = document_title(ctx, facts),
                            .body = document_body(facts),
                            .classification = facts->classification,
                            .withdrawn_at_us = is_withdrawn ? now_us : 0};
    if (uuid_from_pb(facts->document_id, &ret->id))
        return ERR_MALFORMED;
    return read_audience(ctx, facts->audience, &ret->audience);
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
    fact->audience = subject->audience;
    fact->classification = subject->classification;
    fact->pushes = fact->pushes && subject->withdrawn_at_us == 0;
    if (!subject->title)
        return;
    fact->title = subject->title;
    fact->body = subject->body;
}

/* --- digests ------------------------------------------------------------------------------------------------------ */

static struct digest digest_open(const struct digest *last, const struct notification *fact)
{
    return (struct digest){.key = fact->gathering,
                           .item = fact->id,
                           .opened_at_us = fact->created_at_us,
                           .rings_at_us = last ? last->rings_at_us : 0};
}

struct digest digest_next(const struct digest *last, const struct notification *fact, bool rings)
{
    bool joins = last && !last->is_read && fact->created_at_us < last->opened_at_us + DIGEST_LIFETIME_US;
    struct digest next = joins ? *last : digest_open(last, fact);
    next.facts++;
    if (rings && !next.rings) {
        next.rings = true;
        bool is_planned = next.rings_at_us >
                          fact->created_at_us; /* by an item that was read before its time: it did not ring */
        next.rings_at_us = is_planned ? next.rings_at_us
                                      : later(fact->created_at_us, next.rings_at_us + DIGEST_QUIET_US);
    }
    return next;
}

const char *digest_title(TALLOC_CTX *ctx, Pb__InboxKind kind, int32_t facts)
{
    bool answers = kind == PB__INBOX_KIND__INBOX_KIND_COMMENT_ANSWERED;
    if (facts == 1)
        return answers ? TEXT_ANSWER : TEXT_COMMENT;
    return mem_printf(ctx, answers ? TEXT_ANSWERS : TEXT_COMMENTS, (int)facts);
}

/* --- inboxes ------------------------------------------------------------------------------------------------------ */

static bool is_up_to(const struct inbox_place *item, const struct inbox_place *last)
{
    if (item->created_at_us != last->created_at_us)
        return item->created_at_us < last->created_at_us;
    return uuid_compare(&item->item, &last->item) <= 0;
}

bool inbox_covers(const struct inbox_read *read, const struct inbox_place *item)
{
    bool was_there = read->at_us >= item->told_at_us;
    bool has_moved = read->place.is_digest &&
                     read->place.told_at_us > read->at_us; /* perhaps up, past what its reader had not come to */
    if (read->up_to)
        return was_there && !has_moved && is_up_to(item, &read->place);
    return uuid_equal(&item->item, &read->place.item) && (was_there || !item->is_digest);
}

/* --- pushes ------------------------------------------------------------------------------------------------------- */

bool push_is_due(const struct notification *notification, int64_t now_us)
{
    return notification->pushes && now_us < notification->expires_at_us;
}

int64_t push_not_before_us(int64_t created_at_us, int64_t recipients)
{
    return recipients > PUSH_MASS_RECIPIENTS ? created_at_us + PUSH_MASS_WAIT_US : created_at_us;
}

size_t push_shards(int64_t recipients)
{
    int64_t n = (recipients + PUSH_SHARD_RECIPIENTS - 1) / PUSH_SHARD_RECIPIENTS;
    return n < 1 ? 1 : n > PUSH_SHARDS_LIMIT ? PUSH_SHARDS_LIMIT : (size_t)n;
}

/* Ids are hashes: their first two bytes are evenly spread. */
struct uuid push_shard_start(size_t i, size_t n)
{
    size_t prefix = i * 65536 / n;
    return (struct uuid){{(uint8_t)(prefix >> 8), (uint8_t)prefix}};
}

static struct push_result gone(const char *code)
{
    return (struct push_result){.status = PUSH_DEAD, .code = code, .device_is_gone = true};
}

struct push_result push_result_of_fcm(int http_status, const char *error_code, int retry_after_s)
{
    const char *said = error_code ? error_code : "";
    if (http_status == 200)
        return (struct push_result){.status = PUSH_DELIVERED, .code = ""};
    if (http_status == 404 && strcmp(said, "UNREGISTERED") == 0)
        return gone("UNREGISTERED");
    if (http_status == 403 && strcmp(said, "SENDER_ID_MISMATCH") == 0)
        return gone("SENDER_ID_MISMATCH");
    if (http_status == 400)
        return (struct push_result){.status = PUSH_DEAD, .code = "INVALID_ARGUMENT"};
    if (http_status == 429)
        return (struct push_result){.status = PUSH_RETRYING,
                                    .code = "QUOTA_EXCEEDED",
                                    .retry_after_s = retry_after_s > 0 ? retry_after_s : QUOTA_PAUSE_S};
    if (http_status == 401 || http_status == 403)
        return (struct push_result){
            .status = PUSH_RETRYING, .code = "THIRD_PARTY_AUTH_ERROR", .retry_after_s = QUOTA_PAUSE_S};
    const char *code = http_status == 0 ? "NO_ANSWER" : http_status >= 500 ? "UNAVAILABLE" : "UNSPECIFIED_ERROR";
    return (struct push_result){.status = PUSH_RETRYING, .code = code, .retry_after_s = retry_after_s};
}

int64_t push_retry_delay_us(int attempts, int retry_after_s, unsigned jitter)
{
    int64_t s = RETRY_FIRST_S;
    for (int i = 1; i < attempts && s < RETRY_LONGEST_S; i++)
        s *= 2;
    if (s > RETRY_LONGEST_S)
        s = RETRY_LONGEST_S;
    if (s < retry_after_s)
        s = retry_after_s;
    return s * CLOCK_SECOND_US + s * CLOCK_SECOND_US * (int64_t)(jitter % 1000) / 4000; /* up to a quarter more */
}
