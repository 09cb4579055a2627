#include "services/analytics/reading/reading.h"

#include "common/base/clock.h"

#define OLDEST_US (45 * CLOCK_DAY_US)

int64_t reading_at(int64_t claimed_at_us, int64_t now_us)
{
    int64_t oldest_us = now_us - OLDEST_US;
    if (claimed_at_us < oldest_us)
        return oldest_us;
    return claimed_at_us < now_us ? claimed_at_us : now_us;
}

bool reading_branch_at(const Pb__DirectoryMember *record, int64_t at_us, struct uuid *ret_branch)
{
    for (size_t i = 0; record && i < record->n_intervals; i++) {
        const Pb__DirectoryMember__Interval *interval = record->intervals[i];
        if (!interval->has_to_us || at_us < interval->to_us)
            return interval->status != PB__MEMBER_STATUS__MEMBER_STATUS_LEFT &&
                   uuid_from_pb(interval->branch_id, ret_branch) == ERR_OK;
    }
    return false;
}

struct month_counts reading_count(const struct reading *reading)
{
    struct month_counts counts = {0};
    counts.n[MONTH_DOCUMENTS_READ] = reading->is_known && reading->has_branch &&
                                     reading->type == PB__SUBJECT_TYPE__SUBJECT_TYPE_DOCUMENT;
    return counts;
}

bool reading_same(const struct reading *a, const struct reading *b)
{
    return a->is_known == b->is_known && a->at_us == b->at_us && a->has_branch == b->has_branch &&
           (!a->has_branch || uuid_equal(&a->branch, &b->branch));
}
