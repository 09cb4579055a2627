#include "services/meeting/roll/roll_view.h"

#include "common/base/mem.h"
#include "common/base/name_order.h"
#include "services/meeting/meeting/meeting_view.h"
#include <stdlib.h>
#include <string.h>

const char *roll_shown_reason(const struct roll_mark *mark)
{
    bool is_present = mark->has_state && mark->state == PB__ATTENDANCE_STATE__ATTENDANCE_STATE_PRESENT;
    return is_present ? NULL : mark->reason;
}

Pb__AttendanceItem *view_attendance_item(TALLOC_CTX *ctx, const struct uuid *member, const char *name,
                                         const struct roll_mark *mark)
{
    Pb__AttendanceItem *view = mem_new(ctx, Pb__AttendanceItem);
    pb__attendance_item__init(view);
    view->member = view_person(ctx, member, name);
    view->has_state = view->has_at_us = mark->has_state;
    view->state = mark->state;
    view->at_us = mark->at_us;
    view->reason = (char *)(uintptr_t)roll_shown_reason(mark); /* packed, never written */
    return view;
}

struct named {
    const char *key;
    struct roll_person person;
};

static int by_name(const void *one, const void *other)
{
    const struct named *a = one, *b = other;
    int order = strcmp(a->key, b->key);
    return order ? order : uuid_compare(&a->person.id, &b->person.id);
}

struct roll roll_by_name(TALLOC_CTX *ctx, const struct roll *roll)
{
    struct named *named = mem_array(ctx, struct named, roll->n);
    struct roll_person *people = mem_array(ctx, struct roll_person, roll->n);
    for (size_t i = 0; i < roll->n; i++)
        named[i] = (struct named){name_order_key(ctx, roll->people[i].full_name), roll->people[i]};
    qsort(named, roll->n, sizeof *named, by_name);
    for (size_t i = 0; i < roll->n; i++)
        people[i] = named[i].person;
    return (struct roll){people, roll->n};
}

const char *roll_word(Pb__AttendanceState state)
{
    switch (state) {
    case PB__ATTENDANCE_STATE__ATTENDANCE_STATE_PRESENT: return "present";
    case PB__ATTENDANCE_STATE__ATTENDANCE_STATE_EXCUSED: return "excused";
    case PB__ATTENDANCE_STATE__ATTENDANCE_STATE_EXEMPT: return "exempt";
    default: return "unexcused";
    }
}
