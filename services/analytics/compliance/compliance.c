#include "services/analytics/compliance/compliance.h"

#include "common/base/clock.h"
#include "common/base/mem.h"

bool compliance_may_see(unsigned standing)
{
    return (standing & (STANDING_HEAD | STANDING_COMMITTEE | STANDING_OFFICER)) != 0;
}

int64_t compliance_due_us(const struct compliance_branch *branch, int32_t month, int64_t now_us)
{
    return directory_registration_due_at_us(branch->rules, branch->path, branch->n_path, month, now_us);
}

static Pb__Compliance__Resolution resolution_of(const struct compliance_branch *branch, int64_t now_us)
{
    if (branch->resolution_published_at_us > 0)
        return PB__COMPLIANCE__RESOLUTION__RESOLUTION_PUBLISHED;
    if (branch->resolution_due_at_us == 0 || !branch->is_held)
        return PB__COMPLIANCE__RESOLUTION__RESOLUTION_NONE;
    bool is_over = clock_is_over(branch->resolution_due_at_us, now_us);
    return branch->is_overdue || is_over ? PB__COMPLIANCE__RESOLUTION__RESOLUTION_OVERDUE
                                         : PB__COMPLIANCE__RESOLUTION__RESOLUTION_DUE;
}

static Pb__Compliance__Branch *branch_ref(TALLOC_CTX *ctx, const struct compliance_branch *branch)
{
    Pb__Compliance__Branch *ref = mem_new(ctx, Pb__Compliance__Branch);
    pb__compliance__branch__init(ref);
    ref->id = uuid_to_pb(ctx, &branch->id);
    ref->code = (char *)(uintptr_t)branch->code;
    ref->name = (char *)(uintptr_t)branch->name;
    return ref;
}

Pb__Compliance *compliance_view(TALLOC_CTX *ctx, const struct compliance_branch *branch, int32_t month, int64_t now_us)
{
    Pb__Compliance *view = mem_new(ctx, Pb__Compliance);
    pb__compliance__init(view);
    view->branch = branch_ref(ctx, branch);
    view->secretary = branch->secretary;
    view->due_at_us = compliance_due_us(branch, month, now_us);
    view->late = clock_is_over(view->due_at_us, now_us) && !(branch->is_registered && branch->is_on_time);
    view->has_registered_at_us = branch->registered_at_us > 0;
    view->registered_at_us = branch->registered_at_us;
    view->has_on_time = branch->is_registered;
    view->on_time = branch->is_on_time;
    view->has_starts_at_us = branch->starts_at_us > 0;
    view->starts_at_us = branch->starts_at_us;
    view->held = branch->is_held;
    view->resolution = resolution_of(branch, now_us);
    view->has_reminded_at_us = branch->reminded_at_us > 0;
    view->reminded_at_us = branch->reminded_at_us;
    return view;
}
