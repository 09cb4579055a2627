#include "services/meeting/meeting/meeting.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/meeting/meeting/meeting_texts.h"
#include <string.h>

/* --- state -------------------------------------------------------------------------------------------------------- */

bool meeting_is_executive(Pb__MeetingKind kind)
{
    return kind == PB__MEETING_KIND__MEETING_KIND_EXECUTIVE;
}

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
    int32_t day = clock_month_date(meeting_month(meeting) - 1, meeting->rules.registration_day);
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
    return meeting_is_executive(meeting->kind) ? PB__PARTICIPANTS__PARTICIPANTS_COMMITTEE
                                               : PB__PARTICIPANTS__PARTICIPANTS_MEMBERS;
}

/* Puts what the body says into `next`, which holds the meeting so far. */
static void take_input(TALLOC_CTX *ctx, const struct meeting *meeting, bool is_branch,
                       const struct meeting_input *input, const struct meeting_cause *cause, struct problems *problems,
                       struct meeting *next)
{
    if (input->sets_kind)
        next->kind = input->kind;
    if (!is_branch && !meeting_is_executive(next->kind))
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
    if (meeting->version == 0 || meeting_month(next) != meeting_month(meeting))
        next->rules.registration_day = input->rules.registration_day;
    if (input->sets_agenda) {
        next->agenda = next_agenda(ctx, meeting, input, cause, problems);
        next->n_agenda = input->n_agenda;
        next->rules.agenda_limit_minutes = input->rules.agenda_limit_minutes;
    }
}

/* --- commands ----------------------------------------------------------------------------------------------------- */

static void notify(struct meeting *next, const struct meeting_cause *cause)
{
    next->notification = uuid_derive(&cause->message, "notification", 0);
    next->notified_at_us = cause->now_us;
}

static void announce(struct meeting *next, const struct meeting_cause *cause)
{
    next->state = PB__MEETING_STATE__MEETING_STATE_SCHEDULED;
    next->registered_at_us = cause->now_us;
    notify(next, cause);
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
        notify(&next, cause);
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

enum err meeting_add_item(TALLOC_CTX *ctx, const struct meeting *meeting, const struct agenda_item *item,
                          struct meeting *ret_next)
{
    if (meeting->n_agenda >= MEETING_AGENDA_LIMIT_ITEMS)
        return ERR_LIMIT_REACHED;
    struct agenda_item *agenda = mem_array(ctx, struct agenda_item, meeting->n_agenda + 1);
    for (size_t i = 0; i < meeting->n_agenda; i++)
        agenda[i] = meeting->agenda[i];
    agenda[meeting->n_agenda] = *item;
    *ret_next = *meeting;
    ret_next->version++;
    ret_next->agenda = agenda;
    ret_next->n_agenda++;
    return ERR_OK;
}

void meeting_cancel(const struct meeting *meeting, const char *reason, const struct meeting_cause *cause,
                    struct meeting *ret_next)
{
    *ret_next = *meeting;
    ret_next->version++;
    ret_next->state = PB__MEETING_STATE__MEETING_STATE_CANCELLED;
    ret_next->cancel_reason = reason;
    notify(ret_next, cause);
}
