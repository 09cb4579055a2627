#include "services/meeting/meeting/meeting.h"

#include "common/base/mem.h"
#include "services/directory/rules.h"
#include "services/meeting/meeting/meeting_texts.h"
#include <string.h>

/* --- state -------------------------------------------------------------------------------------------------------- */

bool meeting_is_executive(Pb__MeetingKind kind)
{
    return kind == PB__MEETING_KIND__MEETING_KIND_EXECUTIVE;
}

int32_t meeting_month(const struct meeting *meeting)
{
    return meeting_month_of(meeting->starts_at_us, meeting->said_month);
}

int32_t meeting_month_of(int64_t starts_at_us, int32_t said)
{
    return said != 0 ? said : clock_local_month(starts_at_us);
}

int64_t meeting_reminds_at_us(const struct meeting *meeting)
{
    return meeting->starts_at_us - MEETING_REMINDS_HOURS * CLOCK_HOUR_US;
}

bool meeting_has_begun(const struct meeting *meeting, int64_t now_us)
{
    return now_us >= meeting->starts_at_us;
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
    return directory_registration_due_us(meeting_month(meeting), meeting->rules.registration_day);
}

bool meeting_registered_on_time(const struct meeting *meeting)
{
    return meeting->registered_at_us > 0 &&
           !clock_is_over(meeting_registration_due_us(meeting), meeting->registered_at_us);
}

bool meeting_owes_resolution(const struct meeting *meeting)
{
    return meeting->kind == PB__MEETING_KIND__MEETING_KIND_REGULAR &&
           meeting->state == PB__MEETING_STATE__MEETING_STATE_HELD && meeting->resolution.due_at_us > 0;
}

bool meeting_resolution_is_late(const struct meeting *meeting, int64_t now_us)
{
    return meeting_owes_resolution(meeting) && uuid_is_zero(&meeting->resolution.document) &&
           clock_is_over(meeting->resolution.due_at_us, now_us);
}

char *meeting_moment_text(TALLOC_CTX *ctx, int64_t at_us)
{
    int32_t date = clock_local_date(at_us);
    int minute = (int)((at_us - clock_date_start_us(date)) / CLOCK_MINUTE_US);
    int year, month, day;
    clock_date_split(date, &year, &month, &day);
    return mem_printf(ctx, TEXT_MOMENT, minute / 60, minute % 60, day, month, year);
}

bool meeting_is_near(const struct meeting *meeting, const struct meeting *other)
{
    int64_t apart_us = meeting->starts_at_us - other->starts_at_us;
    return other->state == PB__MEETING_STATE__MEETING_STATE_SCHEDULED &&
           uuid_equal(&meeting->organization, &other->organization) && !uuid_equal(&meeting->id, &other->id) &&
           apart_us <= MEETING_NEAR_US && apart_us >= -MEETING_NEAR_US;
}

const struct agenda_item *meeting_item(const struct meeting *meeting, const struct uuid *id)
{
    for (size_t i = 0; i < meeting->n_agenda; i++)
        if (uuid_equal(&meeting->agenda[i].id, id))
            return &meeting->agenda[i];
    return NULL;
}

bool meeting_names(const struct meeting *meeting, const struct uuid *member)
{
    for (size_t i = 0; i < meeting->n_participants; i++)
        if (uuid_equal(&meeting->participant_ids[i], member))
            return true;
    return false;
}

/* --- what a body may say ------------------------------------------------------------------------------------------ */

static void check_time(int64_t starts_at_us, int64_t now_us, struct problems *problems)
{
    if (starts_at_us <= now_us)
        problems_add(problems, ERR_FIELD_PAST, "/starts_at");
    else if (starts_at_us > now_us + MEETING_DAYS_AHEAD * CLOCK_DAY_US)
        problems_add(problems, ERR_FIELD_TOO_LARGE, "/starts_at");
}

/* How many days the hour lies outside of the month. */
static int32_t days_off(int64_t starts_at_us, int32_t month)
{
    int32_t date = clock_local_date(starts_at_us), first = clock_month_date(month, 1),
            last = clock_month_date(month, 31);
    return date < first ? first - date : date > last ? date - last : 0;
}

/* What was said of the month before stays while the hour is near it. */
static int32_t next_month(const struct meeting_input *input, const struct meeting *next, struct problems *problems)
{
    int32_t said = input->sets_month ? input->month : next->said_month;
    bool is_near = said == 0 || days_off(next->starts_at_us, said) <= MEETING_MONTH_DAYS_OFF;
    if (!is_near && input->sets_month)
        problems_add(problems, ERR_FIELD_CONFLICT, "/month");
    return is_near && said != clock_local_month(next->starts_at_us) ? said : 0;
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
        if (said->has_source) {
            items[i].has_source = true;
            items[i].source_type = said->source_type;
            items[i].source = said->source;
        }
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
    next->said_month = next_month(input, next, problems);
    if (input->place)
        next->place = input->place;
    if (input->sets_participants) {
        next->participant_ids = next_participants(ctx, input, problems);
        next->n_participants = input->n_participants;
    }
    if (next->kind == PB__MEETING_KIND__MEETING_KIND_REGULAR && next->n_participants > 0)
        problems_add(problems, ERR_FIELD_CONFLICT, "/participant_ids"); /* it is of all */
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

static void check_topics(const struct meeting *next, struct problems *problems)
{
    if (next->n_agenda == 0)
        problems_add(problems, ERR_FIELD_REQUIRED, "/agenda");
}

void meeting_notify(struct meeting *next, const struct meeting_cause *cause)
{
    next->notification = uuid_derive(&cause->message, "notification", 0);
    next->notified_at_us = cause->now_us;
}

static void announce(struct meeting *next, const struct meeting_cause *cause, struct problems *problems)
{
    check_topics(next, problems);
    next->state = PB__MEETING_STATE__MEETING_STATE_SCHEDULED;
    next->registered_at_us = cause->now_us;
    meeting_notify(next, cause);
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
        announce(&next, cause, problems);
    enum err err = problems_verdict(problems);
    if (!err)
        *ret_next = next;
    return err;
}

/* Old → new, where the secretary wrote no note of his own. */
static const char *moved_text(TALLOC_CTX *ctx, const struct meeting *old, const struct meeting *next)
{
    const char *time = NULL, *place = NULL;
    if (old->starts_at_us != next->starts_at_us)
        time = mem_printf(ctx, TEXT_TIME_CHANGED, meeting_moment_text(ctx, old->starts_at_us),
                          meeting_moment_text(ctx, next->starts_at_us));
    if (strcmp(old->place, next->place) != 0)
        place = mem_printf(ctx, TEXT_PLACE_CHANGED, old->place, next->place);
    return time && place ? mem_printf(ctx, "%s\n%s", time, place) : time ? time : place;
}

static bool is_same_text(const char *one, const char *other)
{
    return strcmp(one ? one : "", other ? other : "") == 0;
}

static bool is_same_source(const struct agenda_item *one, const struct agenda_item *other)
{
    return one->has_source == other->has_source &&
           (!one->has_source || (one->source_type == other->source_type && uuid_equal(&one->source, &other->source)));
}

static bool is_same_item(const struct agenda_item *one, const struct agenda_item *other)
{
    if (!uuid_equal(&one->id, &other->id) || !is_same_text(one->title, other->title) ||
        one->minutes != other->minutes || one->n_documents != other->n_documents || !is_same_source(one, other))
        return false;
    for (size_t i = 0; i < one->n_documents; i++)
        if (!uuid_equal(&one->documents[i].id, &other->documents[i].id))
            return false;
    return true;
}

static bool is_same_agenda(const struct meeting *one, const struct meeting *other)
{
    if (one->n_agenda != other->n_agenda)
        return false;
    for (size_t i = 0; i < one->n_agenda; i++)
        if (!is_same_item(&one->agenda[i], &other->agenda[i]))
            return false;
    return true;
}

/* In whatever order: each list names nobody twice. */
static bool are_same_people(const struct meeting *one, const struct meeting *other)
{
    if (one->n_participants != other->n_participants)
        return false;
    for (size_t i = 0; i < one->n_participants; i++)
        if (!meeting_names(other, &one->participant_ids[i]))
            return false;
    return true;
}

static bool has_moved(const struct meeting *old, const struct meeting *next)
{
    return next->starts_at_us != old->starts_at_us || !is_same_text(next->place, old->place);
}

static bool is_same(const struct meeting *old, const struct meeting *next)
{
    return !has_moved(old, next) && old->kind == next->kind && old->said_month == next->said_month &&
           is_same_text(old->change_note, next->change_note) && are_same_people(old, next) && is_same_agenda(old, next);
}

/* A published meeting has something to talk about; what people came for changes with a word to them. */
static void check_published(const struct meeting *old, const struct meeting *next, const struct meeting_input *input,
                            const struct meeting_cause *cause, struct problems *problems)
{
    if (input->sets_agenda)
        check_topics(next, problems);
    if (!meeting_has_begun(old, cause->now_us))
        return;
    bool changes = has_moved(old, next) || !is_same_agenda(old, next);
    if (changes && (!input->sets_change_note || !input->change_note || !*input->change_note))
        problems_add(problems, ERR_FIELD_REQUIRED, "/change_note");
    if (meeting_month(old) != meeting_month(next))
        problems_add(problems, ERR_FIELD_CONFLICT, input->sets_month ? "/month" : "/starts_at");
}

/* Its month has come up anew: whoever counts registrations hears when. */
static bool registers_anew(const struct meeting *old, const struct meeting *next)
{
    return meeting_has_registration(next) &&
           (!meeting_has_registration(old) || meeting_month(old) != meeting_month(next));
}

enum err meeting_edit(TALLOC_CTX *ctx, const struct meeting *meeting, bool is_branch, const struct meeting_input *input,
                      const struct meeting_cause *cause, struct problems *problems, struct meeting *ret_next,
                      bool *ret_moved)
{
    struct meeting next = *meeting;
    next.version++;
    take_input(ctx, meeting, is_branch, input, cause, problems, &next);
    bool is_published = meeting->state == PB__MEETING_STATE__MEETING_STATE_SCHEDULED;
    bool moved = is_published && has_moved(meeting, &next);
    if (input->sets_change_note)
        next.change_note = input->change_note;
    if (is_published)
        check_published(meeting, &next, input, cause, problems);
    if (is_published && registers_anew(meeting, &next))
        next.registered_at_us = cause->now_us;
    if (moved) {
        next.changed_at_us = cause->now_us;
        meeting_notify(&next, cause);
        if (!input->sets_change_note || !input->change_note)
            next.change_note = moved_text(ctx, meeting, &next);
    }
    enum err err = problems_verdict(problems);
    if (err)
        return err;
    *ret_next = is_same(meeting, &next) ? *meeting : next;
    *ret_moved = moved;
    return ERR_OK;
}

enum err meeting_publish(const struct meeting *meeting, const struct meeting_cause *cause, struct problems *problems,
                         struct meeting *ret_next)
{
    struct meeting next = *meeting;
    next.version++;
    check_time(next.starts_at_us, cause->now_us, problems);
    announce(&next, cause, problems);
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
    ret_next->resolution = (struct meeting_resolution){0}; /* which may settle the meeting that was held instead */
    meeting_notify(ret_next, cause);
}

enum err meeting_hold(const struct meeting *meeting, int64_t ended_at_us, const struct meeting_cause *cause,
                      struct problems *problems, struct meeting *ret_next)
{
    if (ended_at_us < meeting->starts_at_us)
        problems_add(problems, ERR_FIELD_TOO_SMALL, "/ended_at");
    else if (ended_at_us > cause->now_us)
        problems_add(problems, ERR_FIELD_FUTURE, "/ended_at");
    else if (ended_at_us > meeting->starts_at_us + CLOCK_DAY_US)
        problems_add(problems, ERR_FIELD_TOO_LARGE, "/ended_at");
    enum err err = problems_verdict(problems);
    if (err)
        return err;
    *ret_next = *meeting;
    ret_next->version++;
    ret_next->state = PB__MEETING_STATE__MEETING_STATE_HELD;
    ret_next->held_at_us = ended_at_us;
    return ERR_OK;
}

void meeting_owe_resolution(struct meeting *held, int32_t due_days, int64_t now_us)
{
    int32_t last_day = clock_local_date(held->starts_at_us) + due_days;
    held->resolution.due_at_us = clock_date_last_us(last_day);
    held->resolution.is_overdue = meeting_resolution_is_late(held, now_us);
}

void meeting_reopen(const struct meeting *meeting, const char *reason, const struct meeting_cause *cause,
                    struct meeting *ret_next)
{
    *ret_next = *meeting;
    ret_next->version++;
    ret_next->state = PB__MEETING_STATE__MEETING_STATE_SCHEDULED;
    ret_next->held_at_us = 0;
    ret_next->cancel_reason = NULL;
    ret_next->changed_at_us = cause->now_us;
    ret_next->change_note = reason;
    meeting_notify(ret_next, cause);
}
