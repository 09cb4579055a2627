#include "services/meeting/roll/roll.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include <string.h>

#define EARLY_US (30 * CLOCK_MINUTE_US) /* so long before its hour people are let in */

static bool has_opened(const struct meeting *meeting, int64_t now_us)
{
    return now_us >= meeting->starts_at_us - EARLY_US;
}

static bool is_recorded(const struct meeting *meeting, int64_t now_us)
{
    int64_t over_us = meeting->held_at_us > 0 ? meeting->held_at_us : meeting->starts_at_us;
    return has_opened(meeting, now_us) && now_us < over_us + MEETING_OPEN_DAYS * CLOCK_DAY_US;
}

/* Who is asked to come; who else sees it says nothing of himself. */
static bool attends(const struct meeting *meeting, const struct meeting_actor *actor)
{
    return !actor->is_suspended && meeting_is_participant(meeting, &actor->id, actor->standing);
}

const struct meeting_action ROLL_CALL = {"record_attendance", meeting_leads, MEETING_IS_SCHEDULED | MEETING_IS_HELD,
                                         .when = is_recorded},
                            ROLL_REPORT_ABSENCE = {"report_absence", attends, MEETING_IS_SCHEDULED, .until_hour = true},
                            ROLL_CHECK_IN_NOW = {"check_in", attends, MEETING_IS_SCHEDULED, .when = has_opened},
                            ROLL_SHOW_CODE = {"show_check_in_code", meeting_leads, MEETING_IS_SCHEDULED,
                                              .when = has_opened};

/* --- who is on it ------------------------------------------------------------------------------------------------- */

static bool is_organization(ProtobufCBinaryData data, const struct uuid *organization)
{
    struct uuid id;
    return uuid_from_pb(data, &id) == ERR_OK && uuid_equal(&id, organization);
}

/* At the meeting's hour he held a position that makes him of its committee. */
static bool sits_on_committee(const Pb__DirectoryMember *record, const struct meeting *meeting)
{
    for (size_t i = 0; i < record->n_positions; i++) {
        const Pb__DirectoryMember__Position *position = record->positions[i];
        bool is_seat = position->role == PB__ROLE__ROLE_SECRETARY ||
                       position->role == PB__ROLE__ROLE_DEPUTY_SECRETARY ||
                       position->role == PB__ROLE__ROLE_COMMITTEE_MEMBER;
        if (is_seat && directory_position_holds(position, meeting->starts_at_us) &&
            is_organization(position->organization_id, &meeting->organization))
            return true;
    }
    return false;
}

static bool belongs(const struct meeting *meeting, const struct roll_person *person,
                    const Pb__DirectoryMember__Interval *then)
{
    switch (meeting->participants) {
    case PB__PARTICIPANTS__PARTICIPANTS_NAMED: return meeting_names(meeting, &person->id);
    case PB__PARTICIPANTS__PARTICIPANTS_COMMITTEE: return sits_on_committee(person->record, meeting);
    default: return is_organization(then->branch_id, &meeting->organization);
    }
}

enum roll_standing roll_standing(const struct meeting *meeting, const struct roll_person *person)
{
    if (person->is_frozen || meeting->state == PB__MEETING_STATE__MEETING_STATE_HELD)
        return person->is_frozen ? person->frozen : ROLL_NOT_ON_IT; /* held: what was kept of it */
    const Pb__DirectoryMember__Interval *then = person->record
                                                    ? directory_interval(person->record, meeting->starts_at_us)
                                                    : NULL;
    bool counts = then && then->status != PB__MEMBER_STATUS__MEMBER_STATUS_LEFT &&
                  then->status != PB__MEMBER_STATUS__MEMBER_STATUS_SUSPENDED;
    if (!counts || !belongs(meeting, person, then))
        return ROLL_NOT_ON_IT;
    /* Members are exempted from their branch's meetings, not from the committee that they sit on. */
    return then->exempt && !meeting_is_executive(meeting->kind) ? ROLL_EXEMPT : ROLL_BASE;
}

const struct roll_person *roll_find(const struct roll *roll, const struct uuid *member)
{
    for (size_t i = 0; i < roll->n; i++)
        if (uuid_equal(&roll->people[i].id, member))
            return &roll->people[i];
    return NULL;
}

static void count_one(enum roll_standing standing, const struct roll_mark *mark, struct meeting_attendance *counts)
{
    bool is_present = mark->has_state && mark->state == PB__ATTENDANCE_STATE__ATTENDANCE_STATE_PRESENT;
    if (standing == ROLL_EXEMPT) {
        counts->exempt++;
        counts->exempt_present += is_present;
    }
    if (standing != ROLL_BASE)
        return;
    counts->base++;
    counts->present += is_present;
    counts->excused += mark->has_state && mark->state == PB__ATTENDANCE_STATE__ATTENDANCE_STATE_EXCUSED;
    counts->unexcused += mark->has_state && mark->state == PB__ATTENDANCE_STATE__ATTENDANCE_STATE_UNEXCUSED;
}

struct meeting_attendance roll_count(const struct meeting *meeting, const struct roll *roll)
{
    struct meeting_attendance counts = {0};
    for (size_t i = 0; i < roll->n; i++)
        count_one(roll_standing(meeting, &roll->people[i]), &roll->people[i].mark, &counts);
    return counts;
}

/* --- what is said of them ----------------------------------------------------------------------------------------- */

static struct roll_person *copy(TALLOC_CTX *ctx, const struct roll *roll)
{
    struct roll_person *people = mem_array(ctx, struct roll_person, roll->n);
    for (size_t i = 0; i < roll->n; i++)
        people[i] = roll->people[i];
    return people;
}

static bool is_same_text(const char *one, const char *other)
{
    return strcmp(one ? one : "", other ? other : "") == 0;
}

static void say(struct roll_mark *mark, Pb__AttendanceState state, enum roll_how how, const char *reason,
                int64_t now_us)
{
    bool is_repeated = mark->has_state && mark->state == state && (!reason || is_same_text(mark->reason, reason));
    *mark = (struct roll_mark){
        .has_state = true,
        .state = state,
        .how = how,
        .reason = reason ? reason : mark->reason,
        .at_us = is_repeated ? mark->at_us : now_us,
    };
}

/* Of whom is in the base an absence is said; who is exempt needs no excuse. */
static bool is_for(enum roll_standing standing, Pb__AttendanceState state)
{
    bool is_exempt = state == PB__ATTENDANCE_STATE__ATTENDANCE_STATE_EXEMPT;
    return state == PB__ATTENDANCE_STATE__ATTENDANCE_STATE_PRESENT || is_exempt == (standing == ROLL_EXEMPT);
}

/* Where in the roll each member stands, who is on it. */
static struct uuid_map *index_of(TALLOC_CTX *ctx, const struct meeting *meeting, struct roll_person *people, size_t n)
{
    struct uuid_map *index = uuid_map_new(ctx);
    for (size_t i = 0; i < n; i++)
        if (roll_standing(meeting, &people[i]) != ROLL_NOT_ON_IT)
            uuid_map_put(index, &people[i].id, &people[i]);
    return index;
}

static void take_entry(const struct meeting *meeting, const struct roll_entry *entry, size_t i, struct uuid_map *index,
                       struct uuid_map *named, int64_t now_us, struct problems *problems)
{
    struct roll_person *person = uuid_map_get(index, &entry->member);
    if (!person)
        problems_add(problems, ERR_FIELD_UNKNOWN_ID, "/entries/%zu/member_id", i);
    else if (uuid_map_has(named, &entry->member))
        problems_add(problems, ERR_FIELD_DUPLICATE, "/entries/%zu/member_id", i);
    else if (!is_for(roll_standing(meeting, person), entry->state))
        problems_add(problems, ERR_FIELD_CONFLICT, "/entries/%zu/state", i);
    else
        say(&person->mark, entry->state, ROLL_BY_NAME, entry->reason, now_us);
    uuid_map_name(named, &entry->member);
}

static void take_rest(const struct meeting *meeting, Pb__AttendanceState rest, struct roll_person *people, size_t n,
                      int64_t now_us)
{
    for (size_t i = 0; i < n; i++) {
        struct roll_mark *mark = &people[i].mark;
        bool is_rest = !mark->has_state || mark->how == ROLL_OF_THE_REST;
        if (is_rest && roll_standing(meeting, &people[i]) == ROLL_BASE)
            say(mark, rest, ROLL_OF_THE_REST, NULL, now_us);
    }
}

enum err roll_call(TALLOC_CTX *ctx, const struct meeting *meeting, const struct roll *roll,
                   const struct roll_call *call, int64_t now_us, struct problems *problems, struct roll *ret_next)
{
    struct roll_person *people = copy(ctx, roll);
    struct uuid_map *index = index_of(ctx, meeting, people, roll->n), *named = uuid_map_new(ctx);
    for (size_t i = 0; i < call->n; i++)
        take_entry(meeting, &call->entries[i], i, index, named, now_us, problems);
    enum err err = problems_verdict(problems);
    if (err)
        return err;
    if (call->has_rest)
        take_rest(meeting, call->rest, people, roll->n, now_us);
    *ret_next = (struct roll){people, roll->n};
    return ERR_OK;
}

/* A copy of the roll, and in it the member who says something of himself. */
static enum err find_self(TALLOC_CTX *ctx, const struct meeting *meeting, const struct roll *roll,
                          const struct uuid *member, struct roll *ret_next, struct roll_person **ret_self)
{
    const struct roll_person *self = roll_find(roll, member);
    if (!self || roll_standing(meeting, self) == ROLL_NOT_ON_IT)
        return ERR_NOT_ON_ROLL;
    struct roll_person *people = copy(ctx, roll);
    *ret_self = &people[self - roll->people];
    *ret_next = (struct roll){people, roll->n};
    return ERR_OK;
}

enum err roll_report_absence(TALLOC_CTX *ctx, const struct meeting *meeting, const struct roll *roll,
                             const struct uuid *member, const char *reason, int64_t now_us, struct roll *ret_next)
{
    struct roll next;
    struct roll_person *self;
    enum err err = find_self(ctx, meeting, roll, member, &next, &self);
    if (err)
        return err;
    if (self->mark.has_state && self->mark.how != ROLL_ABSENCE)
        return ERR_ATTENDANCE_RECORDED;
    bool is_exempt = roll_standing(meeting, self) == ROLL_EXEMPT;
    say(&self->mark,
        is_exempt ? PB__ATTENDANCE_STATE__ATTENDANCE_STATE_EXEMPT : PB__ATTENDANCE_STATE__ATTENDANCE_STATE_EXCUSED,
        ROLL_ABSENCE, reason, now_us);
    *ret_next = next;
    return ERR_OK;
}

enum err roll_withdraw_absence(TALLOC_CTX *ctx, const struct meeting *meeting, const struct roll *roll,
                               const struct uuid *member, int64_t now_us, struct roll *ret_next)
{
    struct roll_person *self;
    enum err err = find_self(ctx, meeting, roll, member, ret_next, &self);
    if (!err && self->mark.has_state && self->mark.how == ROLL_ABSENCE)
        self->mark = (struct roll_mark){.at_us = now_us};
    return err;
}

enum err roll_check_in(TALLOC_CTX *ctx, const struct meeting *meeting, const struct roll *roll,
                       const struct uuid *member, int64_t now_us, struct roll *ret_next)
{
    struct roll_person *self;
    enum err err = find_self(ctx, meeting, roll, member, ret_next, &self);
    if (err)
        return err;
    bool is_present = self->mark.has_state && self->mark.state == PB__ATTENDANCE_STATE__ATTENDANCE_STATE_PRESENT;
    if (!is_present)
        say(&self->mark, PB__ATTENDANCE_STATE__ATTENDANCE_STATE_PRESENT, ROLL_CHECK_IN, NULL, now_us);
    return ERR_OK;
}

struct roll roll_freeze(TALLOC_CTX *ctx, const struct meeting *meeting, const struct roll *roll)
{
    struct roll_person *people = copy(ctx, roll);
    for (size_t i = 0; i < roll->n; i++) {
        people[i].frozen = roll_standing(meeting, &roll->people[i]);
        people[i].is_frozen = people[i].frozen != ROLL_NOT_ON_IT || people[i].mark.has_state;
    }
    return (struct roll){people, roll->n};
}

struct roll roll_thaw(TALLOC_CTX *ctx, const struct roll *roll)
{
    struct roll_person *people = copy(ctx, roll);
    for (size_t i = 0; i < roll->n; i++)
        people[i].is_frozen = false;
    return (struct roll){people, roll->n};
}
