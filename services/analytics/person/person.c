#include "services/analytics/person/person.h"

#include <string.h>

void person_take(struct person *person, const Pb__DirectoryMember *record)
{
    const Pb__DirectoryMember__Interval *newest = record->n_intervals > 0 ? record->intervals[record->n_intervals - 1]
                                                                          : NULL;
    bool is_here = newest && !newest->has_to_us;
    person->version = record->version;
    person->record = record;
    person->has_branch = is_here && uuid_from_pb(newest->branch_id, &person->branch) == ERR_OK;
    person->status = is_here ? newest->status : PB__MEMBER_STATUS__MEMBER_STATUS_LEFT;
    person->is_exempt = is_here && newest->exempt;
}

void person_take_start(struct person *person, int32_t date, int32_t today)
{
    if (date > person->active_on)
        person->active_on = date;
    person->is_active = person->active_on >= today - PERSON_ACTIVE_DAYS;
}

bool person_is_counted(const struct person *person)
{
    return person->has_branch && person->status != PB__MEMBER_STATUS__MEMBER_STATUS_LEFT;
}

struct total_counts person_count(const struct person *person)
{
    struct total_counts counts = {0};
    if (!person_is_counted(person))
        return counts;
    counts.n[TOTAL_MEMBERS] = 1;
    counts.n[TOTAL_EXEMPT] = person->is_exempt;
    counts.n[TOTAL_ATTENDANCE_BASE] = !person->is_exempt &&
                                      person->status != PB__MEMBER_STATUS__MEMBER_STATUS_SUSPENDED;
    counts.n[TOTAL_ACTIVATED] = person->is_activated;
    counts.n[TOTAL_INSTALLED] = person->devices > 0;
    counts.n[TOTAL_ACTIVE_30D] = person->is_active;
    return counts;
}

static bool same_position(const Pb__DirectoryMember__Position *a, const Pb__DirectoryMember__Position *b)
{
    return a->role == b->role && a->has_to_us == b->has_to_us && a->organization_id.len == b->organization_id.len &&
           memcmp(a->organization_id.data, b->organization_id.data, a->organization_id.len) == 0;
}

bool person_reached_alike(const struct person *a, const struct person *b)
{
    size_t n = a->record ? a->record->n_positions : 0;
    if (person_is_counted(a) != person_is_counted(b) || (person_is_counted(a) && !uuid_equal(&a->branch, &b->branch)))
        return false;
    if (n != (b->record ? b->record->n_positions : 0))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!same_position(a->record->positions[i], b->record->positions[i]))
            return false;
    return true;
}

bool person_same_adoption(const struct person *a, const struct person *b)
{
    return a->is_activated == b->is_activated && a->devices == b->devices && a->active_on == b->active_on &&
           a->is_active == b->is_active;
}
