#include "services/meeting/meeting.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/directory/directory.h"
#include "services/meeting/texts.h"
#include <string.h>

/* --- state -------------------------------------------------------------------------------------------------------- */

int32_t meeting_month(const struct meeting *meeting)
{
    return clock_local_month(meeting->starts_at_us);
}

int32_t meeting_agenda_minutes(const struct meeting *meeting)
{
    int32_t minutes = 0;
    for (size_t i = 0; i < meeting->n_agenda; i++)
        minutes += meeting->agenda[i].minutes;
    return minutes;
}

bool meeting_claims_month(const struct meeting *meeting)
{
    return meeting->version > 0 && meeting->kind == PB__MEETING_KIND__MEETING_KIND_REGULAR &&
           meeting->state != PB__MEETING_STATE__MEETING_STATE_CANCELLED;
}

bool meeting_has_registration(const struct meeting *meeting)
{
    return meeting->kind == PB__MEETING_KIND__MEETING_KIND_REGULAR;
}

int64_t meeting_registration_due_us(const struct meeting *meeting)
{
    int32_t day = clock_month_date(meeting_month(meeting) - 1, MEETING_REGISTRATION_DAY);
    return clock_date_start_us(day + 1) - CLOCK_SECOND_US;
}

bool meeting_registered_on_time(const struct meeting *meeting)
{
    return meeting->registered_at_us > 0 &&
           meeting->registered_at_us < meeting_registration_due_us(meeting) + CLOCK_SECOND_US;
}

const struct agenda_item *meeting_item(const struct meeting *meeting, const struct uuid *id)
{
    for (size_t i = 0; i < meeting->n_agenda; i++)
        if (uuid_equal(&meeting->agenda[i].id, id))
            return &meeting->agenda[i];
    return NULL;
}

/* --- who may do what ---------------------------------------------------------------------------------------------- */

static bool is_executive(Pb__MeetingKind kind)
{
    return kind == PB__MEETING_KIND__MEETING_KIND_EXECUTIVE;
}

bool meeting_may_convene(Pb__MeetingKind kind, const struct meeting_actor *actor)
{
    return !actor->is_suspended &&
           ((actor->standing & STANDING_HEAD) || (is_executive(kind) && (actor->standing & STANDING_OFFICER_HERE)));
}

/* Heads and conveners prepare it; nobody else knows of a draft. */
static bool prepares(const struct meeting *meeting, const struct meeting_actor *actor)
{
    return (actor->standing & STANDING_HEAD) ||
           (is_executive(meeting->kind) && (actor->standing & STANDING_OFFICER_HERE));
}

/* Members of the branch and, of an executive meeting, the committee. */
static bool is_invited(const struct meeting *meeting, const struct meeting_actor *actor)
{
    return (actor->standing & STANDING_MEMBER) ||
           (is_executive(meeting->kind) && (actor->standing & STANDING_COMMITTEE));
}

bool meeting_may_read(const struct meeting *meeting, const struct meeting_actor *actor)
{
    bool is_draft = meeting->state == PB__MEETING_STATE__MEETING_STATE_DRAFT;
    return meeting->version > 0 && (prepares(meeting, actor) || (!is_draft && is_invited(meeting, actor)));
}

bool meeting_may_read_header(const struct meeting *meeting, const struct meeting_actor *actor)
{
    bool is_draft = meeting->state == PB__MEETING_STATE__MEETING_STATE_DRAFT;
    return meeting_may_read(meeting, actor) ||
           (meeting->version > 0 && !is_draft && (actor->standing & STANDING_OFFICER));
}

static bool convenes(const struct meeting *meeting, const struct meeting_actor *actor)
{
    return meeting_may_convene(meeting->kind, actor);
}

static bool takes_part(const struct meeting *meeting, const struct meeting_actor *actor)
{
    return !actor->is_suspended && ((actor->standing & STANDING_HEAD) || is_invited(meeting, actor));
}

static bool leads(const struct meeting *meeting, const struct meeting_actor *actor)
{
    (void)meeting;
    return !actor->is_suspended && (actor->standing & STANDING_HEAD);
}

enum {
    DRAFT = 1 << PB__MEETING_STATE__MEETING_STATE_DRAFT,
    SCHEDULED = 1 << PB__MEETING_STATE__MEETING_STATE_SCHEDULED,
    HELD = 1 << PB__MEETING_STATE__MEETING_STATE_HELD,
    CANCELLED = 1 << PB__MEETING_STATE__MEETING_STATE_CANCELLED,
};

static const struct {
    const char *word;
    bool (*may)(const struct meeting *meeting, const struct meeting_actor *actor);
    unsigned states;
} ACTIONS[MEETING_ACTIONS] = {
    [MEETING_EDIT] = {"edit", convenes, DRAFT | SCHEDULED},
    [MEETING_PUBLISH] = {"publish", convenes, DRAFT},
    [MEETING_DELETE] = {"delete", convenes, DRAFT},
    [MEETING_CANCEL] = {"cancel", convenes, SCHEDULED},
    [MEETING_COMMENT] = {"comment", takes_part, SCHEDULED},
    [MEETING_ENTER_COMMENT] = {"enter_comment", leads, SCHEDULED},
    [MEETING_ANSWER] = {"answer", leads, SCHEDULED | HELD | CANCELLED},
};

enum err meeting_check(const struct meeting *meeting, const struct meeting_actor *actor, enum meeting_action action)
{
    if (!meeting || !meeting_may_read_header(meeting, actor))
        return ERR_NOT_FOUND;
    if (!ACTIONS[action].may(meeting, actor))
        return ERR_NOT_ALLOWED;
    return ACTIONS[action].states & 1U << meeting->state ? ERR_OK : ERR_WRONG_STATE;
}

const char *meeting_action_word(enum meeting_action action)
{
    return ACTIONS[action].word;
}

/* --- what a body may say ------------------------------------------------------------------------------------------ */

static void check_time(int64_t starts_at_us, int64_t now_us, struct problems *problems)
{
    if (starts_at_us <= now_us)
        problems_add(problems, ERR_FIELD_PAST, "/starts_at");
    else if (starts_at_us > now_us + MEETING_DAYS_AHEAD * CLOCK_DAY_US)
        problems_add(problems, ERR_FIELD_TOO_LARGE, "/starts_at");
}

static const struct uuid *next_participants(TALLOC_CTX *ctx, const struct meeting_input *input,
                                            struct problems *problems)
{
    struct uuid *ids = mem_array(ctx, struct uuid, input->n_participants);
    for (size_t i = 0; i < input->n_participants; i++) {
        ids[i] = input->participants[i].id;
        if (!input->participants[i].may_attend)
            problems_add(problems, ERR_FIELD_UNKNOWN_ID, "/participant_ids/%zu", i);
        for (size_t earlier = 0; earlier < i; earlier++)
            if (uuid_equal(&ids[earlier], &ids[i])) {
                problems_add(problems, ERR_FIELD_DUPLICATE, "/participant_ids/%zu", i);
                break;
            }
    }
    return ids;
}

static void check_documents(const struct agenda_input *item, size_t item_index, struct problems *problems)
{
    for (size_t i = 0; i < item->n_documents; i++) {
        if (!item->documents[i].title)
            problems_add(problems, ERR_FIELD_UNKNOWN_ID, "/agenda/%zu/document_ids/%zu", item_index, i);
        for (size_t earlier = 0; earlier < i; earlier++)
            if (uuid_equal(&item->documents[earlier].id, &item->documents[i].id)) {
                problems_add(problems, ERR_FIELD_DUPLICATE, "/agenda/%zu/document_ids/%zu", item_index, i);
                break;
            }
    }
}

/* An item that names its id is the one of `meeting`, and keeps its history; named twice or unknown, it is refused. */
static const struct agenda_item *item_of_id(const struct meeting *meeting, const struct meeting_input *input, size_t i,
                                            struct problems *problems)
{
    const struct agenda_item *kept = meeting_item(meeting, &input->agenda[i].id);
    if (!kept)
        problems_add(problems, ERR_FIELD_UNKNOWN_ID, "/agenda/%zu/id", i);
    for (size_t earlier = 0; kept && earlier < i; earlier++)
        if (uuid_equal(&input->agenda[earlier].id, &kept->id)) {
            problems_add(problems, ERR_FIELD_DUPLICATE, "/agenda/%zu/id", i);
            break;
        }
    return kept;
}

static const struct agenda_item *next_agenda(TALLOC_CTX *ctx, const struct meeting *meeting,
                                             const struct meeting_input *input, const struct meeting_cause *cause,
                                             struct problems *problems)
{
    struct agenda_item *items = mem_array(ctx, struct agenda_item, input->n_agenda);
    for (size_t i = 0; i < input->n_agenda; i++) {
        const struct agenda_input *said = &input->agenda[i];
        const struct agenda_item *kept = uuid_is_zero(&said->id) ? NULL : item_of_id(meeting, input, i, problems);
        items[i] = kept ? *kept : (struct agenda_item){.id = uuid_derive(&cause->message, "agenda", i)};
        items[i].title = said->title;
        items[i].minutes = said->minutes;
        items[i].documents = said->documents;
        items[i].n_documents = said->n_documents;
        check_documents(said, i, problems);
    }
    return items;
}

static Pb__Participants participants_of(const struct meeting *meeting)
{
    if (meeting->n_participants > 0)
        return PB__PARTICIPANTS__PARTICIPANTS_NAMED;
    return is_executive(meeting->kind) ? PB__PARTICIPANTS__PARTICIPANTS_COMMITTEE
                                       : PB__PARTICIPANTS__PARTICIPANTS_MEMBERS;
}

/* Puts what the body says into `next`, which holds the meeting so far. */
static void take_input(TALLOC_CTX *ctx, const struct meeting *meeting, bool is_branch,
                       const struct meeting_input *input, const struct meeting_cause *cause, struct problems *problems,
                       struct meeting *next)
{
    if (input->sets_kind)
        next->kind = input->kind;
    if (!is_branch && !is_executive(next->kind))
        problems_add(problems, ERR_FIELD_CONFLICT, "/kind"); /* only branches have members who meet */
    if (input->sets_starts_at && input->starts_at_us != meeting->starts_at_us) {
        check_time(input->starts_at_us, cause->now_us, problems);
        next->starts_at_us = input->starts_at_us;
    }
    if (input->place)
        next->place = input->place;
    if (input->sets_participants) {
        next->participant_ids = next_participants(ctx, input, problems);
        next->n_participants = input->n_participants;
    }
    next->participants = participants_of(next);
    if (input->sets_agenda) {
        next->agenda = next_agenda(ctx, meeting, input, cause, problems);
        next->n_agenda = input->n_agenda;
    }
}

/* --- commands ----------------------------------------------------------------------------------------------------- */

static struct uuid notification_of(const struct meeting_cause *cause)
{
    return uuid_derive(&cause->message, "notification", 0);
}

static void announce(struct meeting *next, const struct meeting_cause *cause)
{
    next->state = PB__MEETING_STATE__MEETING_STATE_SCHEDULED;
    next->registered_at_us = cause->now_us;
    next->notification = notification_of(cause);
}

enum err meeting_schedule(TALLOC_CTX *ctx, const struct meeting_convener *convener, const struct meeting_input *input,
                          bool publish, const struct meeting_cause *cause, struct problems *problems,
                          struct meeting *ret_next)
{
    static const struct meeting NOTHING;
    struct meeting next = {
        .id = convener->meeting,
        .organization = convener->organization,
        .version = 1,
        .state = PB__MEETING_STATE__MEETING_STATE_DRAFT,
        .created_at_us = cause->now_us,
    };
    take_input(ctx, &NOTHING, convener->is_branch, input, cause, problems, &next);
    if (publish)
        announce(&next, cause);
    enum err err = problems_verdict(problems);
    if (!err)
        *ret_next = next;
    return err;
}

static const char *moment_text(TALLOC_CTX *ctx, int64_t at_us)
{
    int32_t date = clock_local_date(at_us);
    int minute = (int)((at_us - clock_date_start_us(date)) / CLOCK_MINUTE_US);
    int year, month, day;
    clock_date_split(date, &year, &month, &day);
    return mem_printf(ctx, TEXT_MOMENT, minute / 60, minute % 60, day, month, year);
}

/* Old → new, where the secretary wrote no note of his own. */
static const char *moved_text(TALLOC_CTX *ctx, const struct meeting *old, const struct meeting *next)
{
    const char *time = NULL, *place = NULL;
    if (old->starts_at_us != next->starts_at_us)
        time = mem_printf(ctx, TEXT_TIME_CHANGED, moment_text(ctx, old->starts_at_us),
                          moment_text(ctx, next->starts_at_us));
    if (strcmp(old->place, next->place) != 0)
        place = mem_printf(ctx, TEXT_PLACE_CHANGED, old->place, next->place);
    return time && place ? mem_printf(ctx, "%s\n%s", time, place) : time ? time : place;
}

enum err meeting_edit(TALLOC_CTX *ctx, const struct meeting *meeting, bool is_branch, const struct meeting_input *input,
                      const struct meeting_cause *cause, struct problems *problems, struct meeting *ret_next,
                      bool *ret_moved)
{
    struct meeting next = *meeting;
    next.version++;
    take_input(ctx, meeting, is_branch, input, cause, problems, &next);
    bool moved = meeting->state == PB__MEETING_STATE__MEETING_STATE_SCHEDULED &&
                 (next.starts_at_us != meeting->starts_at_us || strcmp(next.place, meeting->place) != 0);
    if (input->sets_change_note)
        next.change_note = input->change_note;
    if (moved) {
        next.changed_at_us = cause->now_us;
        next.notification = notification_of(cause);
        if (!input->sets_change_note || !input->change_note)
            next.change_note = moved_text(ctx, meeting, &next);
    }
    enum err err = problems_verdict(problems);
    if (err)
        return err;
    *ret_next = next;
    *ret_moved = moved;
    return ERR_OK;
}

enum err meeting_publish(const struct meeting *meeting, const struct meeting_cause *cause, struct problems *problems,
                         struct meeting *ret_next)
{
    struct meeting next = *meeting;
    next.version++;
    check_time(next.starts_at_us, cause->now_us, problems);
    announce(&next, cause);
    enum err err = problems_verdict(problems);
    if (!err)
        *ret_next = next;
    return err;
}

void meeting_cancel(const struct meeting *meeting, const char *reason, const struct meeting_cause *cause,
                    struct meeting *ret_next)
{
    *ret_next = *meeting;
    ret_next->version++;
    ret_next->state = PB__MEETING_STATE__MEETING_STATE_CANCELLED;
    ret_next->cancel_reason = reason;
    ret_next->notification = notification_of(cause);
}

/* --- comments ----------------------------------------------------------------------------------------------------- */

enum meeting_action meeting_comment_action(bool on_behalf_of_other, Pb__Channel channel)
{
    return on_behalf_of_other || channel != PB__CHANNEL__CHANNEL_APP ? MEETING_ENTER_COMMENT : MEETING_COMMENT;
}

/* Words that somebody else enters say whose they are and how they came (P3: the channel is recorded). */
static void check_speaker(const struct comment_input *input, struct problems *problems)
{
    bool for_other = !uuid_is_zero(&input->on_behalf_of);
    bool by_app = input->channel == PB__CHANNEL__CHANNEL_APP;
    if (for_other && by_app)
        problems_add(problems, ERR_FIELD_CONFLICT, "/channel");
    if (!for_other && !by_app)
        problems_add(problems, ERR_FIELD_REQUIRED, "/on_behalf_of");
    if (for_other && !input->speaker_is_member)
        problems_add(problems, ERR_FIELD_UNKNOWN_ID, "/on_behalf_of");
}

enum err meeting_comment(const struct meeting *meeting, const struct uuid *actor, const struct comment_input *input,
                         const struct meeting_cause *cause, struct problems *problems, struct comment *ret_comment)
{
    static const struct uuid NOBODY;
    bool for_other = !uuid_is_zero(&input->on_behalf_of);
    check_speaker(input, problems);
    if (!uuid_is_zero(&input->agenda_item) && !meeting_item(meeting, &input->agenda_item))
        problems_add(problems, ERR_FIELD_UNKNOWN_ID, "/agenda_item_id");
    enum err err = problems_verdict(problems);
    if (err)
        return err;
    *ret_comment = (struct comment){
        .id = uuid_derive(&cause->message, "comment", 0),
        .meeting = meeting->id,
        .agenda_item = input->agenda_item,
        .author = for_other ? input->on_behalf_of : *actor,
        .entered_by = for_other ? *actor : NOBODY,
        .text = input->text,
        .visibility = input->visibility,
        .channel = input->channel,
        .created_at_us = cause->now_us,
    };
    return ERR_OK;
}

void comment_answer(const struct comment *comment, const struct uuid *author, const char *text, int64_t now_us,
                    struct comment *ret_next)
{
    *ret_next = *comment;
    ret_next->answer_author = *author;
    ret_next->answer_text = text;
    ret_next->answered_at_us = now_us;
}

bool comment_may_read(const struct comment *comment, const struct meeting_actor *actor)
{
    return comment->visibility == PB__COMMENT_VISIBILITY__COMMENT_VISIBILITY_BRANCH ||
           (actor->standing & STANDING_HEAD) || uuid_equal(&comment->author, &actor->id);
}
