#include "services/meeting/reminder/coming.h"

#include "common/base/mem.h"

bool coming_is_news(const struct meeting *meeting, int64_t starts_at_us, int64_t now_us)
{
    return meeting->state == PB__MEETING_STATE__MEETING_STATE_SCHEDULED && meeting->starts_at_us == starts_at_us &&
           !meeting_has_begun(meeting, now_us);
}

/* The absence of who is exempt stays his exemption. */
static bool stays_away(const struct roll_person *person)
{
    const struct roll_mark *mark = &person->mark;
    return mark->has_state &&
           (mark->state == PB__ATTENDANCE_STATE__ATTENDANCE_STATE_EXCUSED ||
            (mark->state == PB__ATTENDANCE_STATE__ATTENDANCE_STATE_EXEMPT && mark->how == ROLL_ABSENCE));
}

/* By then: he is not asked to come, though the meeting is his branch's. */
static bool is_suspended(const struct roll_person *person, int64_t at_us)
{
    const Pb__DirectoryMember__Interval *then = person->record ? directory_interval(person->record, at_us) : NULL;
    return then && then->status == PB__MEMBER_STATUS__MEMBER_STATUS_SUSPENDED;
}

bool coming_members(TALLOC_CTX *ctx, const struct meeting *meeting, const struct roll *roll,
                    const struct uuid **ret_members, size_t *ret_n)
{
    struct uuid *members = mem_array(ctx, struct uuid, roll->n);
    size_t n = 0, n_away = 0;
    for (size_t i = 0; i < roll->n; i++) {
        if (roll_standing(meeting, &roll->people[i]) == ROLL_NOT_ON_IT) {
            n_away += is_suspended(&roll->people[i], meeting->starts_at_us);
            continue;
        }
        if (stays_away(&roll->people[i]))
            n_away++;
        else
            members[n++] = roll->people[i].id;
    }
    *ret_members = n_away > 0 ? members : NULL;
    *ret_n = n_away > 0 ? n : 0;
    return n > 0 || n_away == 0;
}
